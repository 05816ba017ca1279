/* WAMR's socket imports as they are: one declaration an import, numbers and pointers only.
 *
 * For tests. Names carry the prefix `wamr_`, so that nothing collides with any libc.
 */
#ifndef WAMR_IMPORTS_H
#define WAMR_IMPORTS_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t kind; /* 0: IPv4, 1: IPv6 */
    union {
        struct {
            uint8_t octets[4];
            uint16_t port; /* host order */
        } v4;
        struct {
            uint16_t groups[8]; /* each host order */
            uint16_t port;      /* host order */
        } v6;
    } at;
} wamr_addr;

typedef struct {
    uint32_t kind;
    union {
        uint8_t v4[4];
        uint16_t v6[8];
    } at;
} wamr_ip;

typedef struct {
    wamr_addr addr;
    int32_t type;
} wamr_addr_info;

typedef struct {
    int32_t type;   /* -1: any, 0: datagram, 1: stream */
    int32_t family; /* 0: IPv4, 1: IPv6, 2: any */
    uint8_t enabled;
} wamr_hints;

typedef struct {
    const void *data;
    uint32_t len;
} wamr_iovec;

_Static_assert(sizeof(wamr_addr) == 24, "__wasi_addr_t is 24 bytes");
_Static_assert(offsetof(wamr_addr, at.v4.port) == 8, "the port of IPv4 is at 8");
_Static_assert(offsetof(wamr_addr, at.v6.port) == 20, "the port of IPv6 is at 20");
_Static_assert(sizeof(wamr_ip) == 20, "__wasi_addr_ip_t is 20 bytes");
_Static_assert(sizeof(wamr_addr_info) == 28, "__wasi_addr_info_t is 28 bytes");
_Static_assert(sizeof(wamr_hints) == 12, "__wasi_addr_info_hints_t is 12 bytes");

#define WAMR_IMPORT(name, ...)                                                            \
    __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) uint32_t \
    wamr_##name(__VA_ARGS__)

/* A socket's life. */
WAMR_IMPORT(sock_open, int pool, uint32_t family, uint32_t type, int *fd);
WAMR_IMPORT(sock_bind, int fd, const wamr_addr *addr);
WAMR_IMPORT(sock_listen, int fd, uint32_t backlog);
WAMR_IMPORT(sock_accept, int fd, uint32_t flags, int *accepted);
WAMR_IMPORT(sock_connect, int fd, const wamr_addr *addr);
WAMR_IMPORT(sock_shutdown, int fd, uint32_t how);
WAMR_IMPORT(sock_close, int fd);
WAMR_IMPORT(sock_addr_local, int fd, wamr_addr *addr);
WAMR_IMPORT(sock_addr_remote, int fd, wamr_addr *addr);

/* Data. */
WAMR_IMPORT(sock_recv, int fd, const wamr_iovec *iov, uint32_t n, uint32_t in, uint32_t *len,
            uint16_t *out);
WAMR_IMPORT(sock_recv_from, int fd, const wamr_iovec *iov, uint32_t n, uint32_t in,
            wamr_addr *from, uint32_t *len);
WAMR_IMPORT(sock_send, int fd, const wamr_iovec *iov, uint32_t n, uint32_t in, uint32_t *len);
WAMR_IMPORT(sock_send_to, int fd, const wamr_iovec *iov, uint32_t n, uint32_t in,
            const wamr_addr *to, uint32_t *len);

/* Names: `total` is how many there are, `capacity` how many fit into `infos`. */
WAMR_IMPORT(sock_addr_resolve, const char *host, const char *service, const wamr_hints *hints,
            wamr_addr_info *infos, uint32_t capacity, uint32_t *total);

/* Options that are one byte. */
WAMR_IMPORT(sock_get_reuse_addr, int fd, uint8_t *on);
WAMR_IMPORT(sock_set_reuse_addr, int fd, uint32_t on);
WAMR_IMPORT(sock_get_reuse_port, int fd, uint8_t *on);
WAMR_IMPORT(sock_set_reuse_port, int fd, uint32_t on);
WAMR_IMPORT(sock_get_keep_alive, int fd, uint8_t *on);
WAMR_IMPORT(sock_set_keep_alive, int fd, uint32_t on);
WAMR_IMPORT(sock_get_broadcast, int fd, uint8_t *on);
WAMR_IMPORT(sock_set_broadcast, int fd, uint32_t on);
WAMR_IMPORT(sock_get_tcp_no_delay, int fd, uint8_t *on);
WAMR_IMPORT(sock_set_tcp_no_delay, int fd, uint32_t on);
WAMR_IMPORT(sock_get_tcp_quick_ack, int fd, uint8_t *on);
WAMR_IMPORT(sock_set_tcp_quick_ack, int fd, uint32_t on);
WAMR_IMPORT(sock_get_tcp_fastopen_connect, int fd, uint8_t *on);
WAMR_IMPORT(sock_set_tcp_fastopen_connect, int fd, uint32_t on);
WAMR_IMPORT(sock_get_ipv6_only, int fd, uint8_t *on);
WAMR_IMPORT(sock_set_ipv6_only, int fd, uint32_t on);
WAMR_IMPORT(sock_get_ip_ttl, int fd, uint8_t *hops);
WAMR_IMPORT(sock_set_ip_ttl, int fd, uint32_t hops);
WAMR_IMPORT(sock_get_ip_multicast_ttl, int fd, uint8_t *hops);
WAMR_IMPORT(sock_set_ip_multicast_ttl, int fd, uint32_t hops);
WAMR_IMPORT(sock_get_ip_multicast_loop, int fd, uint32_t v6, uint8_t *on);
WAMR_IMPORT(sock_set_ip_multicast_loop, int fd, uint32_t v6, uint32_t on);

/* Options that are numbers: bytes, seconds, microseconds. */
WAMR_IMPORT(sock_get_recv_buf_size, int fd, uint32_t *size);
WAMR_IMPORT(sock_set_recv_buf_size, int fd, uint32_t size);
WAMR_IMPORT(sock_get_send_buf_size, int fd, uint32_t *size);
WAMR_IMPORT(sock_set_send_buf_size, int fd, uint32_t size);
WAMR_IMPORT(sock_get_tcp_keep_idle, int fd, uint32_t *seconds);
WAMR_IMPORT(sock_set_tcp_keep_idle, int fd, uint32_t seconds);
WAMR_IMPORT(sock_get_tcp_keep_intvl, int fd, uint32_t *seconds);
WAMR_IMPORT(sock_set_tcp_keep_intvl, int fd, uint32_t seconds);
WAMR_IMPORT(sock_get_recv_timeout, int fd, uint64_t *micros);
WAMR_IMPORT(sock_set_recv_timeout, int fd, uint64_t micros);
WAMR_IMPORT(sock_get_send_timeout, int fd, uint64_t *micros);
WAMR_IMPORT(sock_set_send_timeout, int fd, uint64_t micros);
WAMR_IMPORT(sock_get_linger, int fd, uint8_t *on, int32_t *seconds);
WAMR_IMPORT(sock_set_linger, int fd, uint32_t on, int32_t seconds);

/* Multicast: `interface` is an IPv4 address as stored, or the index of an interface. */
WAMR_IMPORT(sock_set_ip_add_membership, int fd, const wamr_ip *group, uint32_t interface);
WAMR_IMPORT(sock_set_ip_drop_membership, int fd, const wamr_ip *group, uint32_t interface);

#endif
