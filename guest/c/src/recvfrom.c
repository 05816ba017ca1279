/* recvfrom. */
#include "internal.h"

/* The length of a datagram that was cut takes the way of recvmsg. */
static ssize_t whole(int fd, struct iovec *one, int flags, struct sockaddr *from, socklen_t *len)
{
    struct msghdr message = {
        .msg_name = from, .msg_namelen = from == NULL ? 0 : *len, .msg_iov = one, .msg_iovlen = 1};
    ssize_t received = recvmsg(fd, &message, flags);
    if (received >= 0 && from != NULL)
        *len = message.msg_namelen;
    return received;
}

ssize_t recvfrom(int fd, void *restrict data, size_t size, int flags, struct sockaddr *restrict from,
                 socklen_t *restrict len)
{
    struct iovec one = {.iov_base = data, .iov_len = size};
    wse_addr addr;
    uint32_t received = 0;
    uint16_t report;
    if (from != NULL && len == NULL)
        return wse_fail(EFAULT);
    if (from != NULL && (int)*len < 0)
        return wse_fail(EINVAL);
    if (flags & MSG_TRUNC)
        return whole(fd, &one, flags, from, len);
    if (from == NULL)
        return recv(fd, data, size, flags);
    if (wse_done(wse_receive(fd, &one, 1, flags, &addr, &received, &report)))
        return -1;
    if (addr.kind == WSE_NOBODY)
        *len = 0;
    else
        wse_give(&addr, from, len);
    return (ssize_t)received;
}

WSE_PLAIN(recvfrom);
