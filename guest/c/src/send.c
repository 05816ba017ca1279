/* send. */
#include "internal.h"

ssize_t send(int fd, const void *data, size_t size, int flags)
{
    return sendto(fd, data, size, flags, NULL, 0);
}

WSE_PLAIN(send);
