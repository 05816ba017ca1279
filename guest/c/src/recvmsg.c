/* recvmsg.
 *
 * The import that tells the sender does not tell whether a datagram was cut. So one more byte of room is given to it than
 * the program gave: a datagram that reaches into that was.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

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

static ssize_t datagram(int fd, struct msghdr *message, int flags)
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
    return flags & MSG_TRUNC ? received : (ssize_t)room;
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    ssize_t received;
    if (message->msg_iovlen < 0 || message->msg_iovlen > IOV_MOST)
        return wse_fail(EMSGSIZE);
    if (message->msg_name == NULL) {
        received = nameless(fd, message, flags);
    } else {
        int type = wse_type(fd);
        if (type < 0)
            return -1;
        received = type == SOCK_DGRAM && message->msg_iovlen < IOV_MOST
                       ? datagram(fd, message, flags)
                       : named(fd, message, message->msg_iov, (size_t)message->msg_iovlen, flags);
    }
    if (received >= 0)
        message->msg_controllen = 0;
    return received;
}

WSE_PLAIN(recvmsg);
