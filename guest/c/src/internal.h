/* What the parts of the library share. Each source is one function of POSIX, or a few that nobody uses alone. */
#ifndef WSE_INTERNAL_H
#define WSE_INTERNAL_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define WASI_SOCKET_EXT_NO_INLINE

#include <wasi_socket_ext.h>

#ifndef WASI_SOCKET_EXT_DECLARES
#error "this library is for WASIp1: from WASIp2 on, and natively, the C library has sockets itself, so leave it out"
#endif

#include <errno.h>

#include "imports.h"

/* The function under its POSIX name too, for objects that did not see the header: weak, so that a C library's own does
 * not collide. */
#define WSE_PLAIN(name)                                       \
    extern __typeof__(name) wse_plain_##name __asm__(#name)   \
        __attribute__((weak, alias("wasi_socket_ext_" #name)))

/* errno set, and -1. */
int wse_fail(int code);
/* 0, or -1 with the errno of an import's result. */
int wse_done(uint32_t code);

/* The type of a socket, SOCK_STREAM or SOCK_DGRAM; or -1 with EBADF or ENOTSOCK. */
int wse_type(int fd);
/* Makes a new socket nonblocking if its flags say so; a socket that cannot be is closed. Gives the socket, or -1. */
int wse_flagged(int fd, int flags);

/* Where an IPv6 address ends: its structure is padded. */
#define WSE_IP6_END (offsetof(struct sockaddr_in6, sin6_scope_id) + sizeof(uint32_t))

/* 0, or -1 with EFAULT, EINVAL or EAFNOSUPPORT. */
int wse_read(const struct sockaddr *addr, socklen_t len, wse_addr *out);
/* Cuts at *len, and leaves the whole length there. */
void wse_give(const wse_addr *from, struct sockaddr *addr, socklen_t *len);
void wse_give_bytes(const void *from, socklen_t size, struct sockaddr *addr, socklen_t *len);
/* Octets in network order to and from the groups of an import. */
void wse_groups(const uint8_t octets[16], uint16_t groups[8]);
void wse_octets(const uint16_t groups[8], uint8_t octets[16]);

/* getsockname and getpeername. */
enum wse_end { WSE_LOCAL, WSE_REMOTE };
int wse_name(int fd, enum wse_end end, struct sockaddr *addr, socklen_t *len);

/* The AF_UNIX sockets, where the program asks for them: see <sys/un.h>. */
struct wasi_socket_ext_unix {
    int (*open)(int type);
    int (*bind)(int fd, const struct sockaddr *addr, socklen_t len);
    int (*connect)(int fd, const struct sockaddr *addr, socklen_t len);
    int (*name)(int fd, enum wse_end end, struct sockaddr *addr, socklen_t *len);
};
extern const struct wasi_socket_ext_unix wasi_socket_ext_unix __attribute__((weak));
/* Whether it is there, and the address is of it. */
int wse_is_unix(const struct sockaddr *addr, socklen_t len);

/* One transfer: the error of the import. `to` and `from` may be NULL. `flags` are those of POSIX. */
uint32_t wse_send(int fd, const struct iovec *iov, size_t n, int flags, const wse_addr *to, uint32_t *sent);
uint32_t wse_receive(int fd, const struct iovec *iov, size_t n, int flags, wse_addr *from, uint32_t *received,
                     uint16_t *report);
/* Waits for a datagram as the flags say, and tells its whole length. */
uint32_t wse_next(int fd, int flags, size_t *size);
/* A kind of address that no import writes: tells no address from one. */
#define WSE_NOBODY UINT32_MAX

/* poll with nanoseconds; below zero is for ever. */
int wse_wait(struct pollfd *fds, size_t count, int64_t nanoseconds);
/* A time in nanoseconds: for ever when there is none, -2 with EINVAL when it is no time. */
int64_t wse_nanoseconds(const struct timespec *time);
#define WSE_FOR_EVER (-1)
#define WSE_NO_TIME (-2)

/* Values of options, as POSIX says. */
int wse_give_value(const void *from, socklen_t size, void *value, socklen_t *len);
int wse_give_int(int from, int level, void *value, socklen_t *len);
int wse_read_int(int level, const void *value, socklen_t len, int *out);
/* Joining and leaving multicast groups. */
int wse_is_membership(int level, int option);
int wse_set_membership(int fd, int level, int option, const void *value, socklen_t len);
/* The answer for an option that is none: ENOPROTOOPT, if there is a socket at all. */
int wse_no_option(int fd);

/* Lookups. */
struct wse_ip {
    int family; /* AF_INET, AF_INET6 */
    uint32_t scope;
    uint8_t octets[16];
};
struct wse_ips {
    struct wse_ip *at;
    size_t count;
};
/* 0 or an EAI code. What is found is to be freed. */
int wse_find_hosts(const char *node, int family, int flags, struct wse_ips *out);
/* Whether the text is an address. */
int wse_is_ip(const char *text, struct wse_ip *out);
/* The port of a named service for SOCK_STREAM or SOCK_DGRAM, or -1. */
int wse_find_port(const char *service, int type);
/* The common name of a port, or NULL. */
const char *wse_service_of(int port, int type);
/* The same from the list alone. */
int wse_common_port(const char *service, int type);
/* The name of the next common service; NULL behind the last. */
const char *wse_service_at(size_t *next, int *port, int *type);
/* A whole number in decimal up to `most`, or -1. */
long wse_number(const char *text, long most);

#endif
