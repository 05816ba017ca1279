/* WasmEdge's socket imports as they are: one declaration an import, numbers and pointers only.
 *
 * For tests. Where a name has two types, the first version's ends in `_v1` here. All of them can be
 * in one module: the host tells them apart by their types.
 */
#ifndef WASMEDGE_IMPORTS_H
#define WASMEDGE_IMPORTS_H

#include <stddef.h>
#include <stdint.h>

/* Where the octets of an address are: 4, 16, or 128 with the family before them. */
typedef struct {
    void *octets;
    uint32_t len;
} wasmedge_addr;

typedef struct {
    const void *data;
    uint32_t len;
} wasmedge_iovec;

/* `data` begins with the port, most significant byte first. */
typedef struct {
    uint8_t family; /* 1: IPv4, 2: IPv6 */
    uint32_t len;
    uint8_t *data;
} wasmedge_sockaddr;

typedef struct wasmedge_addrinfo {
    uint16_t flags;
    uint8_t family;   /* 0: any, 1: IPv4, 2: IPv6 */
    uint8_t type;     /* 0: any, 1: datagram, 2: stream */
    uint32_t protocol; /* 0: any, 1: TCP, 2: UDP */
    uint32_t addrlen;
    wasmedge_sockaddr *addr;
    char *canonname;
    uint32_t canonname_len;
    struct wasmedge_addrinfo *next;
} wasmedge_addrinfo;

_Static_assert(sizeof(wasmedge_addr) == 8, "a descriptor of an address is 8 bytes");
_Static_assert(sizeof(wasmedge_sockaddr) == 12, "__wasi_sockaddr_t is 12 bytes");
_Static_assert(sizeof(wasmedge_addrinfo) == 28, "__wasi_addrinfo_t is 28 bytes");
_Static_assert(offsetof(wasmedge_addrinfo, addrlen) == 8, "the length of the address is at 8");

#define WASMEDGE_IMPORT_AS(name, function, ...)                                           \
    __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) uint32_t \
    wasmedge_##function(__VA_ARGS__)
#define WASMEDGE_IMPORT(name, ...) WASMEDGE_IMPORT_AS(name, name, __VA_ARGS__)

/* A socket's life. */
WASMEDGE_IMPORT(sock_open, uint32_t family, uint32_t type, int *fd);
WASMEDGE_IMPORT(sock_bind, int fd, const wasmedge_addr *addr, uint32_t port);
WASMEDGE_IMPORT(sock_listen, int fd, uint32_t backlog);
WASMEDGE_IMPORT_AS(sock_accept, sock_accept_v1, int fd, int *accepted);
WASMEDGE_IMPORT(sock_accept, int fd, uint32_t flags, int *accepted);
WASMEDGE_IMPORT(sock_connect, int fd, const wasmedge_addr *addr, uint32_t port);
WASMEDGE_IMPORT(sock_shutdown, int fd, uint32_t how);

/* Who is at either end: `kind` is 4 or 6. */
WASMEDGE_IMPORT_AS(sock_getlocaladdr, sock_getlocaladdr_v1, int fd, const wasmedge_addr *addr,
                   uint32_t *kind, uint32_t *port);
WASMEDGE_IMPORT(sock_getlocaladdr, int fd, const wasmedge_addr *addr, uint32_t *port);
WASMEDGE_IMPORT_AS(sock_getpeeraddr, sock_getpeeraddr_v1, int fd, const wasmedge_addr *addr,
                   uint32_t *kind, uint32_t *port);
WASMEDGE_IMPORT(sock_getpeeraddr, int fd, const wasmedge_addr *addr, uint32_t *port);

/* Data. The first version of sock_recv_from tells no port. */
WASMEDGE_IMPORT(sock_recv, int fd, const wasmedge_iovec *iov, uint32_t n, uint32_t in,
                uint32_t *len, uint16_t *out);
WASMEDGE_IMPORT_AS(sock_recv_from, sock_recv_from_v1, int fd, const wasmedge_iovec *iov,
                   uint32_t n, const wasmedge_addr *from, uint32_t in, uint32_t *len,
                   uint16_t *out);
WASMEDGE_IMPORT(sock_recv_from, int fd, const wasmedge_iovec *iov, uint32_t n,
                const wasmedge_addr *from, uint32_t in, uint32_t *port, uint32_t *len,
                uint16_t *out);
WASMEDGE_IMPORT(sock_send, int fd, const wasmedge_iovec *iov, uint32_t n, uint32_t in,
                uint32_t *len);
WASMEDGE_IMPORT(sock_send_to, int fd, const wasmedge_iovec *iov, uint32_t n,
                const wasmedge_addr *to, uint32_t port, uint32_t in, uint32_t *len);

/* Options: the level is 0 for all there are. `size` is read and written. */
WASMEDGE_IMPORT(sock_getsockopt, int fd, uint32_t level, uint32_t name, void *value,
                uint32_t *size);
WASMEDGE_IMPORT(sock_setsockopt, int fd, uint32_t level, uint32_t name, const void *value,
                uint32_t size);

/* Names: `*head` is the first of at least `capacity` nodes, made by the caller. */
WASMEDGE_IMPORT(sock_getaddrinfo, const char *node, uint32_t node_len, const char *service,
                uint32_t service_len, const wasmedge_addrinfo *hints, wasmedge_addrinfo **head,
                uint32_t capacity, uint32_t *total);

#endif
