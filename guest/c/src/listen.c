/* listen. */
#include "internal.h"

int listen(int fd, int backlog)
{
    /* Below zero it is 0, as POSIX allows; the import's number has no sign. */
    return wse_done(wse_sock_listen(fd, backlog < 0 ? 0 : (uint32_t)backlog));
}

WSE_PLAIN(listen);
