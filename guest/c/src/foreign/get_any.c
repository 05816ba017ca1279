/* getsockopt of every option: of those that WAMR lacks, WASIX has one and WasmEdge the others. */
#include "../internal.h"
#include "options.h"

int wasi_socket_ext_get_any(int fd, int level, int option, void *value, socklen_t *len)
{
    return wse_is_hops(level, option) ? wse_get_hops(fd, value, len)
                                      : wasi_socket_ext_get_edge(fd, level, option, value, len);
}

int getsockopt(int fd, int level, int option, void *restrict value, socklen_t *restrict len)
{
    return wasi_socket_ext_get_any(fd, level, option, value, len);
}

WSE_PLAIN(getsockopt);
