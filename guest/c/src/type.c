/* What a descriptor is: its file type is the number of its type of socket. */
#include "internal.h"

int wse_type(int fd)
{
    wse_fdstat stat;
    if (wse_done(wse_fd_fdstat_get(fd, &stat)))
        return -1;
    if (stat.filetype != SOCK_STREAM && stat.filetype != SOCK_DGRAM)
        return wse_fail(ENOTSOCK);
    return stat.filetype;
}
