/* recvfrom. */
#include "internal.h"

ssize_t recvfrom(int fd, void *restrict data, size_t size, int flags, struct sockaddr *restrict from,
                 socklen_t *restrict len)
{
    struct iovec one = {.iov_base = data, .iov_len = size};
    wse_addr addr;
    uint32_t received = 0;
    uint16_t report;
    if (from == NULL)
        return recv(fd, data, size, flags);
    if (len == NULL)
        return wse_fail(EFAULT);
    if ((int)*len < 0)
        return wse_fail(EINVAL);
    if (wse_done(wse_receive(fd, &one, 1, flags, &addr, &received, &report)))
        return -1;
    if (addr.kind == WSE_NOBODY)
        *len = 0;
    else
        wse_give(&addr, from, len);
    return (ssize_t)received;
}

WSE_PLAIN(recvfrom);
