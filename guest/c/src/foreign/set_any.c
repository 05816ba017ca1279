/* setsockopt of every option: those that WAMR lacks are WasmEdge's to change. */
#include "../internal.h"
#include "imports.h"
#include "options.h"

int wasi_socket_ext_set_any(int fd, int level, int option, const void *value, socklen_t len)
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

int setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
    return wasi_socket_ext_set_any(fd, level, option, value, len);
}

WSE_PLAIN(setsockopt);
