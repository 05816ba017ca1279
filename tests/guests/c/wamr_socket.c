/* POSIX sockets over WAMR's imports: sockets, addresses, data. */
#include "wamr_internal.h"

#include <stdlib.h>
#include <string.h>

int wamr_result(uint32_t code)
{
    if (code == 0)
        return 0;
    errno = (int)code;
    return -1;
}

int wamr_from_sockaddr(wamr_addr *out, const struct sockaddr *addr, socklen_t len)
{
    memset(out, 0, sizeof *out);
    if (addr != NULL && addr->sa_family == AF_INET && len >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in v4;
        memcpy(&v4, addr, sizeof v4);
        memcpy(out->at.v4.octets, &v4.sin_addr, 4);
        out->at.v4.port = ntohs(v4.sin_port);
        return 0;
    }
    if (addr != NULL && addr->sa_family == AF_INET6 && len >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 v6;
        memcpy(&v6, addr, sizeof v6);
        out->kind = 1;
        for (int i = 0; i < 8; i++)
            out->at.v6.groups[i] = (uint16_t)(v6.sin6_addr.s6_addr[2 * i] << 8 |
                                              v6.sin6_addr.s6_addr[2 * i + 1]);
        out->at.v6.port = ntohs(v6.sin6_port);
        return 0;
    }
    errno = addr == NULL || addr->sa_family == AF_INET || addr->sa_family == AF_INET6
                ? EINVAL
                : EAFNOSUPPORT;
    return -1;
}

void wamr_to_sockaddr(struct sockaddr *out, socklen_t *len, const wamr_addr *addr)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    const void *whole = &v4;
    socklen_t size = sizeof v4;
    if (addr->kind == 0) {
        memcpy(&v4.sin_addr, addr->at.v4.octets, 4);
        v4.sin_port = htons(addr->at.v4.port);
    } else {
        for (int i = 0; i < 8; i++) {
            v6.sin6_addr.s6_addr[2 * i] = (uint8_t)(addr->at.v6.groups[i] >> 8);
            v6.sin6_addr.s6_addr[2 * i + 1] = (uint8_t)addr->at.v6.groups[i];
        }
        v6.sin6_port = htons(addr->at.v6.port);
        whole = &v6;
        size = sizeof v6;
    }
    memcpy(out, whole, *len < size ? *len : size);
    *len = size;
}

int socket(int family, int type, int protocol)
{
    (void)protocol;
    int fd = -1;
    if ((family != AF_INET && family != AF_INET6) || (type != SOCK_STREAM && type != SOCK_DGRAM)) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    return wamr_result(wamr_sock_open(-1, family == AF_INET6, type == SOCK_STREAM, &fd)) ? -1 : fd;
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
    wamr_addr raw;
    return wamr_from_sockaddr(&raw, addr, len) ? -1 : wamr_result(wamr_sock_bind(fd, &raw));
}

int listen(int fd, int backlog)
{
    return wamr_result(wamr_sock_listen(fd, (uint32_t)backlog));
}

int connect(int fd, const struct sockaddr *addr, socklen_t len)
{
    wamr_addr raw;
    return wamr_from_sockaddr(&raw, addr, len) ? -1 : wamr_result(wamr_sock_connect(fd, &raw));
}

int accept(int fd, struct sockaddr *addr, socklen_t *len)
{
    return accept4(fd, addr, len, 0);
}

int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
    int accepted = -1;
    uint32_t raw = flags & SOCK_NONBLOCK ? __WASI_FDFLAGS_NONBLOCK : 0;
    if (wamr_result(wamr_sock_accept(fd, raw, &accepted)))
        return -1;
    // The import does not report the peer, and a peer that has gone already has no name.
    if (addr != NULL && getpeername(accepted, addr, len))
        *len = 0;
    return accepted;
}

int getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
    wamr_addr raw;
    if (wamr_result(wamr_sock_addr_local(fd, &raw)))
        return -1;
    wamr_to_sockaddr(addr, len, &raw);
    return 0;
}

int getpeername(int fd, struct sockaddr *addr, socklen_t *len)
{
    wamr_addr raw;
    if (wamr_result(wamr_sock_addr_remote(fd, &raw)))
        return -1;
    wamr_to_sockaddr(addr, len, &raw);
    return 0;
}

ssize_t send(int fd, const void *data, size_t len, int flags)
{
    return sendto(fd, data, len, flags, NULL, 0);
}

ssize_t sendto(int fd, const void *data, size_t len, int flags, const struct sockaddr *to,
               socklen_t to_len)
{
    struct iovec one = {.iov_base = (void *)(uintptr_t)data, .iov_len = len};
    struct msghdr message = {.msg_name = (void *)(uintptr_t)to,
                             .msg_namelen = to_len,
                             .msg_iov = &one,
                             .msg_iovlen = 1};
    return sendmsg(fd, &message, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    const wamr_iovec *iov = (const void *)message->msg_iov;
    uint32_t n = (uint32_t)message->msg_iovlen;
    uint32_t sent = 0;
    uint32_t code;
    if (message->msg_name == NULL) {
        code = wamr_sock_send(fd, iov, n, (uint32_t)flags, &sent);
    } else {
        wamr_addr to;
        if (wamr_from_sockaddr(&to, message->msg_name, message->msg_namelen))
            return -1;
        code = wamr_sock_send_to(fd, iov, n, (uint32_t)flags, &to, &sent);
    }
    return wamr_result(code) ? -1 : (ssize_t)sent;
}

ssize_t recv(int fd, void *data, size_t len, int flags)
{
    return recvfrom(fd, data, len, flags, NULL, NULL);
}

ssize_t recvfrom(int fd, void *data, size_t len, int flags, struct sockaddr *from,
                 socklen_t *from_len)
{
    struct iovec one = {.iov_base = data, .iov_len = len};
    struct msghdr message = {.msg_name = from,
                             .msg_namelen = from == NULL ? 0 : *from_len,
                             .msg_iov = &one,
                             .msg_iovlen = 1};
    ssize_t n = recvmsg(fd, &message, flags);
    if (n >= 0 && from != NULL)
        *from_len = message.msg_namelen;
    return n;
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    const wamr_iovec *iov = (const void *)message->msg_iov;
    uint32_t n = (uint32_t)message->msg_iovlen;
    uint32_t received = 0;
    message->msg_flags = 0;
    if (message->msg_name == NULL) {
        uint16_t out = 0;
        if (wamr_result(wamr_sock_recv(fd, iov, n, (uint32_t)flags, &received, &out)))
            return -1;
        message->msg_flags = out & MSG_TRUNC;
    } else {
        // A kind that no host writes tells "no address" apart from an address.
        wamr_addr from = {.kind = UINT32_MAX};
        if (wamr_result(wamr_sock_recv_from(fd, iov, n, (uint32_t)flags, &from, &received)))
            return -1;
        if (from.kind == UINT32_MAX)
            message->msg_namelen = 0;
        else
            wamr_to_sockaddr(message->msg_name, &message->msg_namelen, &from);
    }
    return (ssize_t)received;
}
