/* Times as one number. */
#include "internal.h"

#define SECOND 1000000000

int64_t wse_nanoseconds(const struct timespec *time)
{
    if (time == NULL)
        return WSE_FOR_EVER;
    if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= SECOND) {
        wse_fail(EINVAL);
        return WSE_NO_TIME;
    }
    /* Some hundred years are as good as for ever. */
    if (time->tv_sec > INT64_MAX / SECOND - 1)
        return WSE_FOR_EVER;
    return (int64_t)time->tv_sec * SECOND + time->tv_nsec;
}
