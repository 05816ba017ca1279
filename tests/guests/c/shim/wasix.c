/* WASIX's imports under the shim. */
#include "shim.h"
#include "wasix_imports.h"

#include <string.h>

static wasix_addr_port to_wire(const struct shim_address *from)
{
    wasix_addr_port out;
    out.family = from->family == AF_INET ? 1 : 2;
    out.port = from->port;
    memcpy(out.octets, from->octets, sizeof from->octets);
    return out;
}

static struct shim_address from_wire(const wasix_addr_port *from)
{
    struct shim_address out = {.port = from->port};
    if (from->family == 0)
        return (struct shim_address){0};
    out.family = from->family == 1 ? AF_INET : AF_INET6;
    memcpy(out.octets, from->octets, sizeof out.octets);
    return out;
}

uint32_t dialect_open(int family, int stream, int *fd)
{
    return wasix_sock_open(family == AF_INET ? 1 : 2, stream ? 1 : 2,
                           stream ? IPPROTO_TCP : IPPROTO_UDP, fd);
}

uint32_t dialect_bind(int fd, const struct shim_address *at)
{
    wasix_addr_port raw = to_wire(at);
    return wasix_sock_bind(fd, &raw);
}

uint32_t dialect_listen(int fd, uint32_t backlog)
{
    return wasix_sock_listen(fd, backlog);
}

uint32_t dialect_accept(int fd, uint32_t fdflags, int *accepted, struct shim_address *peer)
{
    wasix_addr_port raw;
    raw.family = 0;
    uint32_t code = wasix_sock_accept_v2(fd, fdflags, accepted, &raw);
    if (code == 0)
        *peer = from_wire(&raw);
    return code;
}

uint32_t dialect_connect(int fd, const struct shim_address *to)
{
    wasix_addr_port raw = to_wire(to);
    return wasix_sock_connect(fd, &raw);
}

uint32_t dialect_local(int fd, struct shim_address *at)
{
    wasix_addr_port raw;
    uint32_t code = wasix_sock_addr_local(fd, &raw);
    if (code == 0)
        *at = from_wire(&raw);
    return code;
}

uint32_t dialect_peer(int fd, struct shim_address *at)
{
    wasix_addr_port raw;
    uint32_t code = wasix_sock_addr_peer(fd, &raw);
    if (code == 0)
        *at = from_wire(&raw);
    return code;
}

uint32_t dialect_send(int fd, const struct iovec *iov, uint32_t n, uint32_t flags,
                      const struct shim_address *to, uint32_t *sent)
{
    if (to == NULL)
        return wasix_sock_send(fd, (const void *)iov, n, flags, sent);
    wasix_addr_port raw = to_wire(to);
    return wasix_sock_send_to(fd, (const void *)iov, n, flags, &raw, sent);
}

uint32_t dialect_receive(int fd, const struct iovec *iov, uint32_t n, uint32_t flags,
                         struct shim_address *from, uint32_t *received, uint16_t *cut)
{
    if (from == NULL)
        return wasix_sock_recv(fd, (const void *)iov, n, flags, received, cut);
    wasix_addr_port raw;
    raw.family = 0;
    uint32_t code =
        wasix_sock_recv_from(fd, (const void *)iov, n, flags, received, cut, &raw);
    if (code == 0)
        *from = from_wire(&raw);
    return code;
}

/* What the linker gives `--wrap=__wasi_poll_oneoff` for: the import, and what the C library calls. */
__wasi_errno_t __real___wasi_poll_oneoff(const __wasi_subscription_t *in, __wasi_event_t *out,
                                         __wasi_size_t n, __wasi_size_t *count);
__wasi_errno_t __wrap___wasi_poll_oneoff(__wasi_subscription_t *in, __wasi_event_t *out,
                                         __wasi_size_t n, __wasi_size_t *count);

/* To WASIX a time of 0 is without end, and its own C library asks for 1 where the program says 0.
 * The one here is WASIp1's, which has a clock at the end if anywhere. */
__wasi_errno_t __wrap___wasi_poll_oneoff(__wasi_subscription_t *in, __wasi_event_t *out,
                                         __wasi_size_t n, __wasi_size_t *count)
{
    if (n > 0 && in[n - 1].u.tag == __WASI_EVENTTYPE_CLOCK && in[n - 1].u.u.clock.timeout == 0)
        in[n - 1].u.u.clock.timeout = 1;
    return __real___wasi_poll_oneoff(in, out, n, count);
}
