/* A new socket and the flags that it was asked for with. */
#include "internal.h"

int wse_flagged(int fd, int flags)
{
    if (fd < 0 || (flags & SOCK_NONBLOCK) == 0)
        return fd;
    uint32_t code = wse_fd_fdstat_set_flags(fd, WSE_NONBLOCK);
    if (code == 0)
        return fd;
    wse_fd_close(fd);
    return wse_done(code);
}
