/* POSIX sockets over any dialect: sockets, addresses, data. */
#include "shim.h"

#include <string.h>

/* 0, or -1 with errno. */
static int result(uint32_t code)
{
    if (code == 0)
        return 0;
    errno = (int)code;
    return -1;
}

/* 0, or -1 with EINVAL (too short) or EAFNOSUPPORT. */
static int from_sockaddr(struct shim_address *out, const struct sockaddr *addr, socklen_t len)
{
    if (addr != NULL && addr->sa_family == AF_INET && len >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in v4;
        memcpy(&v4, addr, sizeof v4);
        out->family = AF_INET;
        out->port = ntohs(v4.sin_port);
        memcpy(out->octets, &v4.sin_addr, 4);
        return 0;
    }
    if (addr != NULL && addr->sa_family == AF_INET6 && len >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 v6;
        memcpy(&v6, addr, sizeof v6);
        out->family = AF_INET6;
        out->port = ntohs(v6.sin6_port);
        memcpy(out->octets, &v6.sin6_addr, 16);
        return 0;
    }
    errno = addr == NULL || addr->sa_family == AF_INET || addr->sa_family == AF_INET6
                ? EINVAL
                : EAFNOSUPPORT;
    return -1;
}

/* Cuts at *len, and leaves the untruncated length there, as getsockname(2) does. */
static void to_sockaddr(struct sockaddr *out, socklen_t *len, const struct shim_address *addr)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(addr->port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(addr->port)};
    const void *whole = &v4;
    socklen_t size = 0;
    if (addr->family == AF_INET) {
        memcpy(&v4.sin_addr, addr->octets, 4);
        size = sizeof v4;
    } else if (addr->family == AF_INET6) {
        memcpy(&v6.sin6_addr, addr->octets, 16);
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
    return result(dialect_open(family, type == SOCK_STREAM, &fd)) ? -1 : fd;
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
    struct shim_address at;
    return from_sockaddr(&at, addr, len) ? -1 : result(dialect_bind(fd, &at));
}

int listen(int fd, int backlog)
{
    return result(dialect_listen(fd, (uint32_t)backlog));
}

int connect(int fd, const struct sockaddr *addr, socklen_t len)
{
    struct shim_address to;
    return from_sockaddr(&to, addr, len) ? -1 : result(dialect_connect(fd, &to));
}

int accept(int fd, struct sockaddr *addr, socklen_t *len)
{
    return accept4(fd, addr, len, 0);
}

int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
    struct shim_address peer = {0};
    int accepted = -1;
    uint32_t fdflags = flags & SOCK_NONBLOCK ? __WASI_FDFLAGS_NONBLOCK : 0;
    if (result(dialect_accept(fd, fdflags, &accepted, &peer)))
        return -1;
    if (addr == NULL)
        return accepted;
    // Most dialects do not tell the peer here, and a peer that has gone already has no name.
    if (peer.family != 0)
        to_sockaddr(addr, len, &peer);
    else if (getpeername(accepted, addr, len))
        *len = 0;
    return accepted;
}

int getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
    struct shim_address at;
    if (result(dialect_local(fd, &at)))
        return -1;
    to_sockaddr(addr, len, &at);
    return 0;
}

int getpeername(int fd, struct sockaddr *addr, socklen_t *len)
{
    struct shim_address at;
    if (result(dialect_peer(fd, &at)))
        return -1;
    to_sockaddr(addr, len, &at);
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
    struct shim_address to;
    uint32_t sent = 0;
    int named = message->msg_name != NULL;
    if (named && from_sockaddr(&to, message->msg_name, message->msg_namelen))
        return -1;
    uint32_t code = dialect_send(fd, message->msg_iov, (uint32_t)message->msg_iovlen,
                                 (uint32_t)flags, named ? &to : NULL, &sent);
    return result(code) ? -1 : (ssize_t)sent;
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
    struct shim_address from = {0};
    uint32_t received = 0;
    uint16_t cut = 0;
    int named = message->msg_name != NULL;
    uint32_t code = dialect_receive(fd, message->msg_iov, (uint32_t)message->msg_iovlen,
                                    (uint32_t)flags, named ? &from : NULL, &received, &cut);
    if (result(code))
        return -1;
    message->msg_flags = cut ? MSG_TRUNC : 0;
    if (named)
        to_sockaddr(message->msg_name, &message->msg_namelen, &from);
    return (ssize_t)received;
}
