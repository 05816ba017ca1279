/* poll. */
#include "internal.h"

int poll(struct pollfd *fds, nfds_t count, int milliseconds)
{
    return wse_wait(fds, count, milliseconds < 0 ? WSE_FOR_EVER : (int64_t)milliseconds * 1000000);
}

WSE_PLAIN(poll);
