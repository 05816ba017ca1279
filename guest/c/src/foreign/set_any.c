/* setsockopt of every option: of those that WAMR lacks, WASIX has one and WasmEdge the others. */
#include "../internal.h"
#include "options.h"

int wasi_socket_ext_set_any(int fd, int level, int option, const void *value, socklen_t len)
{
    return wse_is_hops(level, option) ? wse_set_hops(fd, value, len)
                                      : wasi_socket_ext_set_edge(fd, level, option, value, len);
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
    return wasi_socket_ext_set_any(fd, level, option, value, len);
}

WSE_PLAIN(setsockopt);
