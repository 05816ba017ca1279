/* socketpair, by WASIX's import. */
#include "../internal.h"
#include "imports.h"

int socketpair(int family, int type, int protocol, int fds[2])
{
    int flags = type & (SOCK_NONBLOCK | SOCK_CLOEXEC);
    int first = -1;
    int second = -1;
    type &= ~flags;
    if (family != AF_UNIX)
        return wse_fail(family == AF_INET || family == AF_INET6 ? EOPNOTSUPP : EAFNOSUPPORT);
    if (type != SOCK_STREAM && type != SOCK_DGRAM)
        return wse_fail(EPROTOTYPE);
    if (protocol != 0)
        return wse_fail(EPROTONOSUPPORT);
    if (wse_done(wse_wasix_sock_pair(WSE_WASIX_UNIX, type == SOCK_STREAM ? WSE_WASIX_STREAM : WSE_WASIX_DATAGRAM,
                                     0, &first, &second)))
        return -1;
    if (wse_flagged(first, flags) < 0) {
        wse_fd_close(second);
        return -1;
    }
    if (wse_flagged(second, flags) < 0) {
        wse_fd_close(first);
        return -1;
    }
    fds[0] = first;
    fds[1] = second;
    return 0;
}

WSE_PLAIN(socketpair);
