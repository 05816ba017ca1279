/* sendto. */
#include "internal.h"

ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *to, socklen_t len)
{
    struct iovec one = {.iov_base = (void *)(uintptr_t)data, .iov_len = size};
    wse_addr addr;
    uint32_t sent = 0;
    if (to != NULL && wse_read(to, len, &addr))
        return -1;
    return wse_done(wse_send(fd, &one, 1, flags, to == NULL ? NULL : &addr, &sent)) ? -1 : (ssize_t)sent;
}

WSE_PLAIN(sendto);
