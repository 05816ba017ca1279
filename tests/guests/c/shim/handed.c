/* Plain WASIp1 under the shim: four calls, for sockets that the guest was handed. */
#include "shim.h"

#include <stdio.h>
#include <stdlib.h>

/* Ends the program: an errno could be taken for an answer. */
static _Noreturn uint32_t no_call(const char *what)
{
    printf("WASIp1 has no call that %s\n", what);
    exit(1);
}

#define P1_IMPORT(name, ...)                                                              \
    __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) uint32_t \
    p1_##name(__VA_ARGS__)

P1_IMPORT(sock_accept, int fd, uint32_t flags, int *accepted);
P1_IMPORT(sock_recv, int fd, const struct iovec *iov, uint32_t n, uint32_t in, uint32_t *len,
          uint16_t *out);
P1_IMPORT(sock_send, int fd, const struct iovec *iov, uint32_t n, uint32_t in, uint32_t *len);

uint32_t dialect_open(int family, int stream, int *fd)
{
    (void)family, (void)stream, (void)fd;
    no_call("makes a socket");
}

uint32_t dialect_bind(int fd, const struct shim_address *at)
{
    (void)fd, (void)at;
    no_call("gives a socket its address");
}

uint32_t dialect_listen(int fd, uint32_t backlog)
{
    (void)fd, (void)backlog;
    no_call("makes a socket a listener");
}

uint32_t dialect_accept(int fd, uint32_t fdflags, int *accepted, struct shim_address *peer)
{
    (void)peer;
    return p1_sock_accept(fd, fdflags, accepted);
}

uint32_t dialect_connect(int fd, const struct shim_address *to)
{
    (void)fd, (void)to;
    no_call("connects a socket");
}

uint32_t dialect_local(int fd, struct shim_address *at)
{
    (void)fd, (void)at;
    no_call("tells a socket's address");
}

uint32_t dialect_peer(int fd, struct shim_address *at)
{
    (void)fd, (void)at;
    no_call("tells a peer's address");
}

uint32_t dialect_send(int fd, const struct iovec *iov, uint32_t n, uint32_t flags,
                      const struct shim_address *to, uint32_t *sent)
{
    if (to != NULL)
        no_call("sends to an address");
    return p1_sock_send(fd, iov, n, flags, sent);
}

uint32_t dialect_receive(int fd, const struct iovec *iov, uint32_t n, uint32_t flags,
                         struct shim_address *from, uint32_t *received, uint16_t *cut)
{
    (void)from; // It stays nobody, as it is to a stream.
    return p1_sock_recv(fd, iov, n, flags, received, cut);
}

uint32_t dialect_get_option(int fd, int level, int option, struct shim_value *value)
{
    (void)fd, (void)level, (void)option, (void)value;
    no_call("tells an option");
}

uint32_t dialect_set_option(int fd, int level, int option, const struct shim_value *value)
{
    (void)fd, (void)level, (void)option, (void)value;
    no_call("sets an option");
}

uint32_t dialect_membership(int fd, int join, const struct shim_address *group, uint32_t interface)
{
    (void)fd, (void)join, (void)group, (void)interface;
    no_call("joins a group");
}

int dialect_resolve(const char *node, const char *service, int family, int type,
                    struct shim_found *found, uint32_t capacity, uint32_t *total)
{
    (void)node, (void)service, (void)family, (void)type, (void)found, (void)capacity, (void)total;
    no_call("looks a name up");
}
