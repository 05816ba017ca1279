/* recv. */
#include "internal.h"

ssize_t recv(int fd, void *data, size_t size, int flags)
{
    struct iovec one = {.iov_base = data, .iov_len = size};
    uint32_t received = 0;
    uint16_t report;
    if (flags & MSG_TRUNC)
        return recvfrom(fd, data, size, flags, NULL, NULL);
    return wse_done(wse_receive(fd, &one, 1, flags, NULL, &received, &report)) ? -1 : (ssize_t)received;
}

WSE_PLAIN(recv);
