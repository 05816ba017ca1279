/* WasmEdge's imports under the shim, both versions mixed as its own Rust crate mixes them. */
#include "shim.h"
#include "wasmedge_imports.h"

#include <string.h>

/* The octets are the guest's, also where the host only reads them. */
static wasmedge_addr octets_of(const struct shim_address *address)
{
    return (wasmedge_addr){(void *)(uintptr_t)address->octets,
                           address->family == AF_INET ? 4 : 16};
}

/* Room for an address of either family. */
static wasmedge_addr room_in(struct shim_address *address)
{
    return (wasmedge_addr){address->octets, sizeof address->octets};
}

uint32_t dialect_open(int family, int stream, int *fd)
{
    return wasmedge_sock_open(family == AF_INET ? 1 : 2, stream ? 2 : 1, fd);
}

uint32_t dialect_bind(int fd, const struct shim_address *at)
{
    wasmedge_addr raw = octets_of(at);
    return wasmedge_sock_bind(fd, &raw, at->port);
}

uint32_t dialect_listen(int fd, uint32_t backlog)
{
    return wasmedge_sock_listen(fd, backlog);
}

uint32_t dialect_accept(int fd, uint32_t fdflags, int *accepted, struct shim_address *peer)
{
    (void)peer;
    // The first version takes no flags.
    return fdflags ? wasmedge_sock_accept(fd, fdflags, accepted)
                   : wasmedge_sock_accept_v1(fd, accepted);
}

uint32_t dialect_connect(int fd, const struct shim_address *to)
{
    wasmedge_addr raw = octets_of(to);
    return wasmedge_sock_connect(fd, &raw, to->port);
}

static uint32_t told(uint32_t code, struct shim_address *at, uint32_t kind, uint32_t port)
{
    at->family = kind == 4 ? AF_INET : AF_INET6;
    at->port = (uint16_t)port;
    return code;
}

uint32_t dialect_local(int fd, struct shim_address *at)
{
    wasmedge_addr raw = room_in(at);
    uint32_t kind = 0, port = 0;
    uint32_t code = wasmedge_sock_getlocaladdr_v1(fd, &raw, &kind, &port);
    return told(code, at, kind, port);
}

uint32_t dialect_peer(int fd, struct shim_address *at)
{
    wasmedge_addr raw = room_in(at);
    uint32_t kind = 0, port = 0;
    uint32_t code = wasmedge_sock_getpeeraddr_v1(fd, &raw, &kind, &port);
    return told(code, at, kind, port);
}

uint32_t dialect_send(int fd, const struct iovec *iov, uint32_t n, uint32_t flags,
                      const struct shim_address *to, uint32_t *sent)
{
    if (to == NULL)
        return wasmedge_sock_send(fd, (const void *)iov, n, flags, sent);
    wasmedge_addr raw = octets_of(to);
    return wasmedge_sock_send_to(fd, (const void *)iov, n, &raw, to->port, flags, sent);
}

uint32_t dialect_receive(int fd, const struct iovec *iov, uint32_t n, uint32_t flags,
                         struct shim_address *from, uint32_t *received, uint16_t *cut)
{
    if (from == NULL)
        return wasmedge_sock_recv(fd, (const void *)iov, n, flags, received, cut);
    // The 128 bytes of the long form are the only ones that say which family they hold.
    uint8_t long_form[128] = {0};
    wasmedge_addr raw = {long_form, sizeof long_form};
    uint32_t port = 0;
    uint32_t code = wasmedge_sock_recv_from(fd, (const void *)iov, n, &raw, flags, &port,
                                            received, cut);
    from->family = long_form[0] == 0 ? 0 : long_form[0] == 1 ? AF_INET : AF_INET6;
    from->port = (uint16_t)port;
    memcpy(from->octets, long_form + 2, sizeof from->octets);
    return code;
}
