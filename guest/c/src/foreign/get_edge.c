/* getsockopt of what is in WAMR, or in WasmEdge. */
#include "../internal.h"
#include "options.h"

int wasi_socket_ext_get_edge(int fd, int level, int option, void *value, socklen_t *len)
{
    int name = wse_edge_option(level, option);
    int number = 0;
    uint32_t size = sizeof number;
    if (name < 0)
        return wasi_socket_ext_get_common(fd, level, option, value, len);
    if (value == NULL || len == NULL)
        return wse_fail(EFAULT);
    /* What it tells for SO_ERROR is an error of WASI's, and so an errno. */
    if (wse_done(wse_edge_sock_getsockopt(fd, WSE_EDGE_SOL_SOCKET, (uint32_t)name, &number, &size)))
        return -1;
    return wse_give_int(number, level, value, len);
}
