/* accept4. */
#include "internal.h"

int accept4(int fd, struct sockaddr *restrict addr, socklen_t *restrict len, int flags)
{
    int accepted = -1;
    if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))
        return wse_fail(EINVAL);
    if (addr != NULL && len == NULL)
        return wse_fail(EFAULT);
    if (wse_done(wse_sock_accept(fd, flags & SOCK_NONBLOCK ? WSE_NONBLOCK : 0, &accepted)))
        return -1;
    /* WAMR passes the flag over. */
    accepted = wse_flagged(accepted, flags);
    /* The import does not tell the peer, and a peer that has gone already has no name. */
    if (accepted >= 0 && addr != NULL && wse_name(accepted, WSE_REMOTE, addr, len))
        *len = 0;
    return accepted;
}

WSE_PLAIN(accept4);
