/* The imports that the library stands on, as they are: numbers and pointers only.
 *
 * What is declared here and used nowhere is not imported. Results are WASI's errors, which are the C library's errno.
 */
#ifndef WSE_IMPORTS_H
#define WSE_IMPORTS_H

#include <stdint.h>

typedef struct {
    uint32_t kind; /* WSE_IP4, WSE_IP6 */
    union {
        struct {
            uint8_t octets[4];
            uint16_t port; /* host order */
        } ip4;
        struct {
            uint16_t groups[8]; /* each host order */
            uint16_t port;      /* host order */
        } ip6;
    } at;
} wse_addr;

#define WSE_IP4 0
#define WSE_IP6 1

typedef struct {
    uint32_t kind;
    union {
        uint8_t ip4[4];
        uint16_t ip6[8];
    } at;
} wse_addr_ip;

typedef struct {
    wse_addr addr;
    int32_t type;
} wse_addr_info;

#define WSE_ANY (-1)
#define WSE_DATAGRAM 0
#define WSE_STREAM 1

typedef struct {
    int32_t type;   /* WSE_ANY, WSE_DATAGRAM, WSE_STREAM */
    int32_t family; /* WSE_INET, WSE_INET6, WSE_UNSPEC */
    uint8_t enabled;
} wse_hints;

#define WSE_INET 0
#define WSE_INET6 1
#define WSE_UNSPEC 2

typedef struct {
    const void *data;
    uint32_t size;
} wse_iovec;

typedef struct {
    uint64_t userdata;
    uint8_t tag; /* WSE_CLOCK, WSE_READ, WSE_WRITE */
    union {
        struct {
            uint32_t id;
            uint64_t timeout;
            uint64_t precision;
            uint16_t flags;
        } clock;
        uint32_t fd;
    } of;
} wse_subscription;

#define WSE_CLOCK 0
#define WSE_READ 1
#define WSE_WRITE 2
#define WSE_MONOTONIC 1

typedef struct {
    uint64_t userdata;
    uint16_t error;
    uint8_t type;
    uint64_t bytes;
    uint16_t flags;
} wse_event;

#define WSE_HANGUP 1

typedef struct {
    uint8_t filetype;
    uint16_t flags;
    uint64_t rights;
    uint64_t rights_inheriting;
} wse_fdstat;

/* In flags of a receive. The last is WASIX's: who does not know it says EINVAL, and WAMR passes all of them over. */
#define WSE_PEEK 1
#define WSE_WAITALL 2
#define WSE_RECEIVE_DONTWAIT 8
/* Out flags of a receive. */
#define WSE_TRUNCATED 1
/* In flags of a send, WASIX's too. */
#define WSE_SEND_DONTWAIT 1
/* Flags of an accepted socket. */
#define WSE_NONBLOCK 4

#define WSE_IMPORT(module, name, ...)                                                      \
    __attribute__((import_module(module), import_name(#name))) uint32_t wse_##name(__VA_ARGS__)

/* Of WASIp1, which WAMR has all. */
#define WSE_P1(name, ...) WSE_IMPORT("wasi_snapshot_preview1", name, __VA_ARGS__)
WSE_P1(sock_accept, int fd, uint32_t flags, int *accepted);
WSE_P1(sock_recv, int fd, const wse_iovec *iov, uint32_t n, uint32_t in, uint32_t *size, uint16_t *out);
WSE_P1(sock_send, int fd, const wse_iovec *iov, uint32_t n, uint32_t in, uint32_t *size);
WSE_P1(fd_close, int fd);
WSE_P1(fd_fdstat_get, int fd, wse_fdstat *stat);
WSE_P1(fd_fdstat_set_flags, int fd, uint32_t flags);
WSE_P1(poll_oneoff, const wse_subscription *in, wse_event *out, uint32_t n, uint32_t *count);

/* Of WAMR: a socket's life. */
WSE_P1(sock_open, int pool, uint32_t family, uint32_t type, int *fd);
WSE_P1(sock_bind, int fd, const wse_addr *addr);
WSE_P1(sock_listen, int fd, uint32_t backlog);
WSE_P1(sock_connect, int fd, const wse_addr *addr);
WSE_P1(sock_addr_local, int fd, wse_addr *addr);
WSE_P1(sock_addr_remote, int fd, wse_addr *addr);
WSE_P1(sock_recv_from, int fd, const wse_iovec *iov, uint32_t n, uint32_t in, wse_addr *from, uint32_t *size);
WSE_P1(sock_send_to, int fd, const wse_iovec *iov, uint32_t n, uint32_t in, const wse_addr *to, uint32_t *size);

/* Names: `total` is how many there are, `capacity` how many fit into `infos`. */
WSE_P1(sock_addr_resolve, const char *host, const char *service, const wse_hints *hints, wse_addr_info *infos,
       uint32_t capacity, uint32_t *total);

/* Options. What is written through the pointer is a byte, a word or eight bytes, and WAMR writes eight bytes for some
 * of the words: every place has room for those. */
#define WSE_OPTION(name, ...)                      \
    WSE_P1(sock_get_##name, int fd, void *value);  \
    WSE_P1(sock_set_##name, int fd, __VA_ARGS__ value)
WSE_OPTION(reuse_addr, uint32_t);
WSE_OPTION(reuse_port, uint32_t);
WSE_OPTION(keep_alive, uint32_t);
WSE_OPTION(broadcast, uint32_t);
WSE_OPTION(recv_buf_size, uint32_t);
WSE_OPTION(send_buf_size, uint32_t);
WSE_OPTION(tcp_no_delay, uint32_t);
WSE_OPTION(tcp_quick_ack, uint32_t);
WSE_OPTION(tcp_fastopen_connect, uint32_t);
WSE_OPTION(tcp_keep_idle, uint32_t);
WSE_OPTION(tcp_keep_intvl, uint32_t);
WSE_OPTION(ipv6_only, uint32_t);
WSE_OPTION(ip_ttl, uint32_t);
WSE_OPTION(ip_multicast_ttl, uint32_t);
WSE_OPTION(recv_timeout, uint64_t);
WSE_OPTION(send_timeout, uint64_t);
WSE_P1(sock_get_linger, int fd, uint8_t *on, int32_t *seconds);
WSE_P1(sock_set_linger, int fd, uint32_t on, int32_t seconds);
WSE_P1(sock_get_ip_multicast_loop, int fd, uint32_t ip6, void *on);
WSE_P1(sock_set_ip_multicast_loop, int fd, uint32_t ip6, uint32_t on);
/* `interface` is an IPv4 address as it is stored, or the index of an interface. */
WSE_P1(sock_set_ip_add_membership, int fd, const wse_addr_ip *group, uint32_t interface);
WSE_P1(sock_set_ip_drop_membership, int fd, const wse_addr_ip *group, uint32_t interface);

#endif
