/* select. */
#include "internal.h"

int select(int limit, fd_set *restrict in, fd_set *restrict out, fd_set *restrict except,
           struct timeval *restrict timeout)
{
    struct timespec time;
    if (timeout == NULL)
        return pselect(limit, in, out, except, NULL, NULL);
    if (timeout->tv_sec < 0 || timeout->tv_usec < 0)
        return wse_fail(EINVAL);
    /* More microseconds than make a second are taken, as Linux takes them. */
    time.tv_sec = timeout->tv_sec + timeout->tv_usec / 1000000;
    time.tv_nsec = (long)(timeout->tv_usec % 1000000) * 1000;
    return pselect(limit, in, out, except, &time, NULL);
}

WSE_PLAIN(select);
