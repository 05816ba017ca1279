/* getpeername. */
#include "internal.h"

int getpeername(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)
{
    return wse_name(fd, WSE_REMOTE, addr, len);
}

WSE_PLAIN(getpeername);
