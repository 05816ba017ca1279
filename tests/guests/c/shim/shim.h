/* What stands between POSIX and a dialect: the shim's core above, one file of imports below.
 *
 * The core knows sockaddr, msghdr, addrinfo and errno, and no import. A dialect's file knows its
 * imports, and says every refusal as a number of WASI's, 0 being success.
 */
#ifndef SHIM_H
#define SHIM_H

#include "posix_socket.h"

#include <wasi/api.h>

/* An IPv4 or IPv6 address. The family 0 is no address: a dialect that tells none leaves it so. */
struct shim_address {
    int family; /* 0, AF_INET, AF_INET6 */
    uint16_t port;
    uint8_t octets[16];
};

/* The value of an option, whatever its form. */
struct shim_value {
    int64_t number; /* a switch, a count, seconds to linger, or the microseconds of a time */
    int on;         /* of SO_LINGER only */
};

struct shim_found {
    struct shim_address address;
    int stream;
};

/* A socket's life. */
uint32_t dialect_open(int family, int stream, int *fd);
uint32_t dialect_bind(int fd, const struct shim_address *at);
uint32_t dialect_listen(int fd, uint32_t backlog);
uint32_t dialect_accept(int fd, uint32_t fdflags, int *accepted, struct shim_address *peer);
uint32_t dialect_connect(int fd, const struct shim_address *to);
uint32_t dialect_local(int fd, struct shim_address *at);
uint32_t dialect_peer(int fd, struct shim_address *at);

/* Data. `to` and `from` may be NULL; `cut` is WASI's flag of a cut message, where it is told. */
uint32_t dialect_send(int fd, const struct iovec *iov, uint32_t n, uint32_t flags,
                      const struct shim_address *to, uint32_t *sent);
uint32_t dialect_receive(int fd, const struct iovec *iov, uint32_t n, uint32_t flags,
                         struct shim_address *from, uint32_t *received, uint16_t *cut);

/* Options that the dialect has. The others are __WASI_ERRNO_NOSYS, which no host says of an option. */
uint32_t dialect_get_option(int fd, int level, int option, struct shim_value *value);
uint32_t dialect_set_option(int fd, int level, int option, const struct shim_value *value);

/* `interface` is an IPv4 address as stored, or the index of an interface. */
uint32_t dialect_membership(int fd, int join, const struct shim_address *group,
                            uint32_t interface);

/* At most `capacity` answers, and how many there are. `family` and `type` are 0 for any. Returns
 * 0 or one of the EAI numbers. */
int dialect_resolve(const char *node, const char *service, int family, int type,
                    struct shim_found *found, uint32_t capacity, uint32_t *total);

/* The EAI number that a refusal is; EAI_SYSTEM leaves it in errno. */
int shim_lookup_error(uint32_t code);

#endif
