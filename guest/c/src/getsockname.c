/* getsockname. */
#include "internal.h"

int getsockname(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)
{
    return wse_name(fd, WSE_LOCAL, addr, len);
}

WSE_PLAIN(getsockname);
