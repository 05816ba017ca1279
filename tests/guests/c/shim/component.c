/* What the C library of components lacks: messages of several parts, over its calls for one. */
#include "posix_socket.h"

#include <string.h>

/* As large as a datagram can be; a stream may take less than was asked. */
static char whole[65536];

static size_t length_of(const struct msghdr *message)
{
    size_t len = 0;
    for (size_t i = 0; i < (size_t)message->msg_iovlen; i++)
        len += message->msg_iov[i].iov_len;
    return len < sizeof whole ? len : sizeof whole;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    size_t len = length_of(message);
    size_t at = 0;
    for (size_t i = 0; at < len; i++) {
        const struct iovec *part = &message->msg_iov[i];
        size_t n = part->iov_len < len - at ? part->iov_len : len - at;
        memcpy(whole + at, part->iov_base, n);
        at += n;
    }
    return message->msg_name == NULL
               ? send(fd, whole, len, flags)
               : sendto(fd, whole, len, flags, message->msg_name, message->msg_namelen);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    size_t len = length_of(message);
    ssize_t received = message->msg_name == NULL
                           ? recv(fd, whole, len, flags)
                           : recvfrom(fd, whole, len, flags, message->msg_name,
                                      &message->msg_namelen);
    size_t at = 0;
    message->msg_flags = 0;
    for (size_t i = 0; received > 0 && at < (size_t)received; i++) {
        const struct iovec *part = &message->msg_iov[i];
        size_t rest = (size_t)received - at;
        size_t n = part->iov_len < rest ? part->iov_len : rest;
        memcpy(part->iov_base, whole + at, n);
        at += n;
    }
    return received;
}
