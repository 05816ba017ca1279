/* WASIX's socket imports as they are: one declaration an import, numbers and pointers only.
 *
 * For tests. Receiving and sending on a connected socket, and shutting one down, are WASIp1's.
 */
#ifndef WASIX_IMPORTS_H
#define WASIX_IMPORTS_H

#include <stddef.h>
#include <stdint.h>

/* Of its 110 bytes only those of an address are read or written: 8 of IPv4, 20 of IPv6. */
typedef struct {
    uint8_t family; /* 1: IPv4, 2: IPv6 */
    uint16_t port;  /* host order */
    uint8_t octets[106];
} wasix_addr_port;

typedef struct {
    uint8_t family;
    uint8_t padding;
    uint8_t octets[16];
} wasix_addr_ip;

typedef struct {
    const void *data;
    uint32_t len;
} wasix_iovec;

/* A time that there may be none of. */
typedef struct {
    uint8_t some;
    uint64_t nanoseconds;
} wasix_timestamp;

_Static_assert(sizeof(wasix_addr_port) == 110, "__wasi_addr_port_t is 110 bytes");
_Static_assert(offsetof(wasix_addr_port, octets) == 4, "the octets are at 4");
_Static_assert(sizeof(wasix_addr_ip) == 18, "__wasi_addr_ip_t is 18 bytes");
_Static_assert(sizeof(wasix_timestamp) == 16, "__wasi_option_timestamp_t is 16 bytes");

#define WASIX_IMPORT(name, ...)                                                \
    __attribute__((import_module("wasix_32v1"), import_name(#name))) uint32_t \
    wasix_##name(__VA_ARGS__)
#define WASIX_P1_IMPORT(name, ...)                                                        \
    __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) uint32_t \
    wasix_##name(__VA_ARGS__)

/* A socket's life. */
WASIX_IMPORT(sock_open, uint32_t family, uint32_t type, uint32_t protocol, int *fd);
WASIX_IMPORT(sock_bind, int fd, const wasix_addr_port *addr);
WASIX_IMPORT(sock_listen, int fd, uint32_t backlog);
WASIX_IMPORT(sock_accept_v2, int fd, uint32_t flags, int *accepted, wasix_addr_port *peer);
WASIX_IMPORT(sock_connect, int fd, const wasix_addr_port *addr);
WASIX_IMPORT(sock_addr_local, int fd, wasix_addr_port *addr);
WASIX_IMPORT(sock_addr_peer, int fd, wasix_addr_port *addr);

/* Data. */
WASIX_P1_IMPORT(sock_recv, int fd, const wasix_iovec *iov, uint32_t n, uint32_t in, uint32_t *len,
                uint16_t *out);
WASIX_IMPORT(sock_recv_from, int fd, const wasix_iovec *iov, uint32_t n, uint32_t in,
             uint32_t *len, uint16_t *out, wasix_addr_port *from);
WASIX_P1_IMPORT(sock_send, int fd, const wasix_iovec *iov, uint32_t n, uint32_t in, uint32_t *len);
WASIX_IMPORT(sock_send_to, int fd, const wasix_iovec *iov, uint32_t n, uint32_t in,
             const wasix_addr_port *to, uint32_t *len);

/* Options, by what their values are. */
WASIX_IMPORT(sock_get_opt_flag, int fd, uint32_t option, uint8_t *on);
WASIX_IMPORT(sock_set_opt_flag, int fd, uint32_t option, uint32_t on);
WASIX_IMPORT(sock_get_opt_size, int fd, uint32_t option, uint64_t *size);
WASIX_IMPORT(sock_set_opt_size, int fd, uint32_t option, uint64_t size);
WASIX_IMPORT(sock_get_opt_time, int fd, uint32_t option, wasix_timestamp *time);
WASIX_IMPORT(sock_set_opt_time, int fd, uint32_t option, const wasix_timestamp *time);

/* Multicast: `interface` is an IPv4 address, or the index of an interface. */
WASIX_IMPORT(sock_join_multicast_v4, int fd, const uint8_t group[4], const uint8_t interface[4]);
WASIX_IMPORT(sock_leave_multicast_v4, int fd, const uint8_t group[4], const uint8_t interface[4]);
WASIX_IMPORT(sock_join_multicast_v6, int fd, const uint8_t group[16], uint32_t interface);
WASIX_IMPORT(sock_leave_multicast_v6, int fd, const uint8_t group[16], uint32_t interface);

/* Names: addresses only, for the port has no say. */
WASIX_IMPORT(resolve, const char *host, uint32_t len, uint32_t port, wasix_addr_ip *found,
             uint32_t capacity, uint32_t *total);

#endif
