/* pselect. A set of this C library is a list of descriptors, whose numbers may be of any size. */
#include "internal.h"

#include <stdlib.h>

static size_t size_of(const fd_set *set)
{
    return set == NULL ? 0 : set->__nfds;
}

/* One entry for each member below the limit, behind the `count` that are there. */
static size_t add(struct pollfd *entries, size_t count, const fd_set *set, int limit, short events)
{
    for (size_t i = 0; i < size_of(set); i++)
        if (set->__fds[i] < limit)
            entries[count++] = (struct pollfd){.fd = set->__fds[i], .events = events};
    return count;
}

/* The members that came true, and how many they are. */
static int keep(fd_set *set, const struct pollfd *entries, size_t count, short events)
{
    int kept = 0;
    if (set == NULL)
        return 0;
    FD_ZERO(set);
    for (size_t i = 0; i < count; i++)
        if (entries[i].events == events && entries[i].revents & (events | POLLERR | POLLHUP)) {
            FD_SET(entries[i].fd, set);
            kept++;
        }
    return kept;
}

static int has_invalid(const struct pollfd *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (entries[i].revents & POLLNVAL)
            return 1;
    return 0;
}

int pselect(int limit, fd_set *restrict in, fd_set *restrict out, fd_set *restrict except,
            const struct timespec *restrict timeout, const sigset_t *restrict mask)
{
    int64_t nanoseconds = wse_nanoseconds(timeout);
    (void)mask;
    if (nanoseconds == WSE_NO_TIME)
        return -1;
    if (limit < 0)
        return wse_fail(EINVAL);
    struct pollfd *entries = calloc(size_of(in) + size_of(out) + size_of(except) + 1, sizeof *entries);
    if (entries == NULL)
        return wse_fail(ENOMEM);
    size_t count = add(entries, 0, in, limit, POLLIN);
    count = add(entries, count, out, limit, POLLOUT);
    /* Nothing is ever exceptional: these are only checked. */
    count = add(entries, count, except, limit, 0);
    int found = wse_wait(entries, count, nanoseconds);
    if (found >= 0 && has_invalid(entries, count))
        found = wse_fail(EBADF);
    if (found >= 0) {
        found = keep(in, entries, count, POLLIN) + keep(out, entries, count, POLLOUT);
        if (except != NULL)
            FD_ZERO(except);
    }
    free(entries);
    return found;
}

WSE_PLAIN(pselect);
