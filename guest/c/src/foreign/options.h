/* The options that WAMR has not: those of WasmEdge, by WasmEdge's number, and the hops of IPv6, which WASIX has. */
#ifndef WSE_FOREIGN_OPTIONS_H
#define WSE_FOREIGN_OPTIONS_H

#include "imports.h"

/* Below zero for any other. */
static inline int wse_edge_option(int level, int option)
{
    if (level != SOL_SOCKET)
        return -1;
    switch (option) {
    case SO_ACCEPTCONN:
        return WSE_EDGE_SO_ACCEPTCONN;
    case SO_DONTROUTE:
        return WSE_EDGE_SO_DONTROUTE;
    case SO_ERROR:
        return WSE_EDGE_SO_ERROR;
    case SO_OOBINLINE:
        return WSE_EDGE_SO_OOBINLINE;
    case SO_RCVLOWAT:
        return WSE_EDGE_SO_RCVLOWAT;
    default:
        return -1;
    }
}

static inline int wse_is_hops(int level, int option)
{
    return level == IPPROTO_IPV6 && option == IPV6_UNICAST_HOPS;
}
int wse_get_hops(int fd, void *value, socklen_t *len);
int wse_set_hops(int fd, const void *value, socklen_t len);

#endif
