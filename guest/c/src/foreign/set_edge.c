/* setsockopt of what is in WAMR, or in WasmEdge. */
#include "../internal.h"
#include "options.h"

int wasi_socket_ext_set_edge(int fd, int level, int option, const void *value, socklen_t len)
{
    int name = wse_edge_option(level, option);
    int number;
    if (name < 0)
        return wasi_socket_ext_set_common(fd, level, option, value, len);
    if (wse_read_int(level, value, len, &number))
        return -1;
    return wse_done(
        wse_edge_sock_setsockopt(fd, WSE_EDGE_SOL_SOCKET, (uint32_t)name, &number, sizeof number));
}
