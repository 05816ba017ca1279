/* The options that WasmEdge has and WAMR has not, by WasmEdge's number. */
#ifndef WSE_FOREIGN_OPTIONS_H
#define WSE_FOREIGN_OPTIONS_H

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

#endif
