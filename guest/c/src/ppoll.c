/* ppoll. */
#include "internal.h"

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    int64_t nanoseconds = wse_nanoseconds(timeout);
    (void)mask;
    return nanoseconds == WSE_NO_TIME ? -1 : wse_wait(fds, count, nanoseconds);
}

WSE_PLAIN(ppoll);
