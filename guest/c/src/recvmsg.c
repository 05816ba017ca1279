/* recvmsg.
 *
 * The import that tells the sender does not tell whether a datagram was cut. So one more byte of room is given to it
 * than the program gave: a datagram that reaches into that was.
 */
#include "internal.h"

#include <stdlib.h>

#define FEW 8
#define IOV_MOST 1024

static ssize_t nameless(int fd, struct msghdr *message, int flags)
{
    uint32_t received = 0;
    uint16_t report;
    uint32_t code =
        wse_receive(fd, message->msg_iov, (size_t)message->msg_iovlen, flags, NULL, &received, &report);
    if (wse_done(code))
        return -1;
    message->msg_flags = report & WSE_TRUNCATED ? MSG_TRUNC : 0;
    return (ssize_t)received;
}

static ssize_t named(int fd, struct msghdr *message, const struct iovec *iov, size_t n, int flags)
{
    wse_addr from;
    uint32_t received = 0;
    uint16_t report;
    if (wse_done(wse_receive(fd, iov, n, flags, &from, &received, &report)))
        return -1;
    message->msg_flags = 0;
    if (from.kind == WSE_NOBODY)
        message->msg_namelen = 0;
    else
        wse_give(&from, message->msg_name, &message->msg_namelen);
    return (ssize_t)received;
}

static ssize_t named_datagram(int fd, struct msghdr *message, int flags)
{
    struct iovec few[FEW + 1];
    size_t n = (size_t)message->msg_iovlen;
    size_t room = 0;
    char beyond;
    struct iovec *iov = n <= FEW ? few : malloc((n + 1) * sizeof *iov);
    if (iov == NULL)
        return wse_fail(ENOMEM);
    for (size_t i = 0; i < n; i++) {
        iov[i] = message->msg_iov[i];
        room += iov[i].iov_len;
    }
    iov[n] = (struct iovec){.iov_base = &beyond, .iov_len = 1};
    ssize_t received = named(fd, message, iov, n + 1, flags);
    if (iov != few)
        free(iov);
    if (received < 0 || (size_t)received <= room)
        return received;
    message->msg_flags = MSG_TRUNC;
    return (ssize_t)room;
}

static ssize_t receive(int fd, struct msghdr *message, int flags, int type)
{
    if (message->msg_name == NULL)
        return nameless(fd, message, flags);
    if (type == SOCK_DGRAM && message->msg_iovlen < IOV_MOST)
        return named_datagram(fd, message, flags);
    return named(fd, message, message->msg_iov, (size_t)message->msg_iovlen, flags);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    int wants_whole = (flags & MSG_TRUNC) != 0;
    int type = SOCK_STREAM;
    size_t whole = 0;
    if (message->msg_iovlen < 0 || message->msg_iovlen > IOV_MOST)
        return wse_fail(EMSGSIZE);
    if ((wants_whole || message->msg_name != NULL) && (type = wse_type(fd)) < 0)
        return -1;
    if (wants_whole && type == SOCK_STREAM)
        return wse_fail(EOPNOTSUPP);
    if (wants_whole && wse_done(wse_next(fd, flags, &whole)))
        return -1;
    ssize_t received = receive(fd, message, flags & ~MSG_TRUNC, type);
    if (received < 0)
        return -1;
    message->msg_controllen = 0;
    return wants_whole && message->msg_flags & MSG_TRUNC && whole > (size_t)received ? (ssize_t)whole : received;
}

WSE_PLAIN(recvmsg);
