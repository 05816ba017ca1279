/* The imports that WAMR does not have. An object that uses one is linked only when its program asks for what it does.
 *
 * Names that two contracts have with different types get a C name of their own.
 */
#ifndef WSE_FOREIGN_IMPORTS_H
#define WSE_FOREIGN_IMPORTS_H

#include <stdint.h>

/* Of WasmEdge. The bytes of an address are in the long form: a family, then octets or a path. */
#define WSE_LONG_ADDRESS 128

typedef struct {
    uint8_t *bytes;
    uint32_t size;
} wse_edge_address;

#define WSE_EDGE_UNIX 3
#define WSE_EDGE_DATAGRAM 1
#define WSE_EDGE_STREAM 2

#define WSE_EDGE_SOL_SOCKET 0
#define WSE_EDGE_SO_ERROR 2
#define WSE_EDGE_SO_DONTROUTE 3
#define WSE_EDGE_SO_OOBINLINE 8
#define WSE_EDGE_SO_RCVLOWAT 10
#define WSE_EDGE_SO_ACCEPTCONN 13

#define WSE_EDGE(name, ...)                                                                         \
    __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) uint32_t wse_edge_##name( \
        __VA_ARGS__)
WSE_EDGE(sock_open, uint32_t family, uint32_t type, int *fd);
WSE_EDGE(sock_bind, int fd, const wse_edge_address *addr, uint32_t port);
WSE_EDGE(sock_connect, int fd, const wse_edge_address *addr, uint32_t port);
WSE_EDGE(sock_getlocaladdr, int fd, const wse_edge_address *addr, uint32_t *port);
WSE_EDGE(sock_getpeeraddr, int fd, const wse_edge_address *addr, uint32_t *port);
WSE_EDGE(sock_getsockopt, int fd, uint32_t level, uint32_t name, void *value, uint32_t *size);
WSE_EDGE(sock_setsockopt, int fd, uint32_t level, uint32_t name, const void *value, uint32_t size);

/* Of WASIX. */
#define WSE_WASIX_UNIX 3
#define WSE_WASIX_STREAM 1
#define WSE_WASIX_DATAGRAM 2

/* How many hops packets may take: each family's own option. */
#define WSE_WASIX_TTL 23

#define WSE_WASIX(name, ...) \
    __attribute__((import_module("wasix_32v1"), import_name(#name))) uint32_t wse_wasix_##name(__VA_ARGS__)
WSE_WASIX(sock_pair, uint32_t family, uint32_t type, uint32_t protocol, int *first, int *second);
WSE_WASIX(sock_get_opt_size, int fd, uint32_t option, uint64_t *size);
WSE_WASIX(sock_set_opt_size, int fd, uint32_t option, uint64_t size);

#endif
