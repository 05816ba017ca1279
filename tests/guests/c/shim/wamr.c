/* WAMR's imports under the shim. */
#include "shim.h"
#include "wamr_imports.h"

#include <string.h>

/* A kind that no host writes: it tells "no address" apart from an address. */
#define NO_KIND UINT32_MAX

static wamr_addr to_wire(const struct shim_address *from)
{
    wamr_addr out = {.kind = from->family == AF_INET6};
    if (from->family == AF_INET) {
        memcpy(out.at.v4.octets, from->octets, 4);
        out.at.v4.port = from->port;
        return out;
    }
    for (int i = 0; i < 8; i++)
        out.at.v6.groups[i] = (uint16_t)(from->octets[2 * i] << 8 | from->octets[2 * i + 1]);
    out.at.v6.port = from->port;
    return out;
}

static struct shim_address from_wire(const wamr_addr *from)
{
    struct shim_address out = {.family = from->kind == 0 ? AF_INET : AF_INET6};
    if (from->kind == NO_KIND)
        return (struct shim_address){0};
    if (from->kind == 0) {
        memcpy(out.octets, from->at.v4.octets, 4);
        out.port = from->at.v4.port;
        return out;
    }
    for (int i = 0; i < 8; i++) {
        out.octets[2 * i] = (uint8_t)(from->at.v6.groups[i] >> 8);
        out.octets[2 * i + 1] = (uint8_t)from->at.v6.groups[i];
    }
    out.port = from->at.v6.port;
    return out;
}

uint32_t dialect_open(int family, int stream, int *fd)
{
    return wamr_sock_open(-1, family == AF_INET6, (uint32_t)stream, fd);
}

uint32_t dialect_bind(int fd, const struct shim_address *at)
{
    wamr_addr raw = to_wire(at);
    return wamr_sock_bind(fd, &raw);
}

uint32_t dialect_listen(int fd, uint32_t backlog)
{
    return wamr_sock_listen(fd, backlog);
}

uint32_t dialect_accept(int fd, uint32_t fdflags, int *accepted, struct shim_address *peer)
{
    (void)peer;
    return wamr_sock_accept(fd, fdflags, accepted);
}

uint32_t dialect_connect(int fd, const struct shim_address *to)
{
    wamr_addr raw = to_wire(to);
    return wamr_sock_connect(fd, &raw);
}

uint32_t dialect_local(int fd, struct shim_address *at)
{
    wamr_addr raw;
    uint32_t code = wamr_sock_addr_local(fd, &raw);
    if (code == 0)
        *at = from_wire(&raw);
    return code;
}

uint32_t dialect_peer(int fd, struct shim_address *at)
{
    wamr_addr raw;
    uint32_t code = wamr_sock_addr_remote(fd, &raw);
    if (code == 0)
        *at = from_wire(&raw);
    return code;
}

uint32_t dialect_send(int fd, const struct iovec *iov, uint32_t n, uint32_t flags,
                      const struct shim_address *to, uint32_t *sent)
{
    if (to == NULL)
        return wamr_sock_send(fd, (const void *)iov, n, flags, sent);
    wamr_addr raw = to_wire(to);
    return wamr_sock_send_to(fd, (const void *)iov, n, flags, &raw, sent);
}

uint32_t dialect_receive(int fd, const struct iovec *iov, uint32_t n, uint32_t flags,
                         struct shim_address *from, uint32_t *received, uint16_t *cut)
{
    if (from == NULL)
        return wamr_sock_recv(fd, (const void *)iov, n, flags, received, cut);
    wamr_addr raw = {.kind = NO_KIND};
    uint32_t code = wamr_sock_recv_from(fd, (const void *)iov, n, flags, &raw, received);
    if (code == 0)
        *from = from_wire(&raw);
    return code;
}

int dialect_resolve(const char *node, const char *service, int family, int type,
                    struct shim_found *found, uint32_t capacity, uint32_t *total)
{
    wamr_addr_info raw[64];
    wamr_hints wants = {.type = -1, .family = 2, .enabled = 1};
    if (family != AF_UNSPEC)
        wants.family = family == AF_INET6;
    if (type != 0)
        wants.type = type == SOCK_STREAM;
    if (capacity > 64)
        capacity = 64;
    uint32_t code = wamr_sock_addr_resolve(node, service, &wants, raw, capacity, total);
    if (code != 0)
        return shim_lookup_error(code);
    for (uint32_t i = 0; i < *total && i < capacity; i++)
        found[i] = (struct shim_found){from_wire(&raw[i].addr), raw[i].type == 1};
    return 0;
}
