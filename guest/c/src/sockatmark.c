/* sockatmark. No import tells of urgent data, so no stream is ever at a mark. */
#include "internal.h"

int sockatmark(int fd)
{
    wse_fdstat stat;
    if (wse_done(wse_fd_fdstat_get(fd, &stat)))
        return -1;
    return stat.filetype == SOCK_STREAM ? 0 : wse_fail(ENOTTY);
}

WSE_PLAIN(sockatmark);
