/* One send, one receive: what all of POSIX's ways of sending and receiving come down to.
 *
 * MSG_DONTWAIT is a flag of the import where the runtime knows it. For where it is passed over, as in WAMR, or refused,
 * the socket is asked first whether it is ready. That leaves a gap: another thread may have taken what was there.
 */
#include "internal.h"

#define IOV_MOST 1024

static int is_ready(int fd, short events)
{
    struct pollfd one = {.fd = fd, .events = events};
    /* An error is ready as well: the transfer tells it. */
    return wse_wait(&one, 1, 0) != 0;
}

static uint32_t send_once(int fd, const wse_iovec *iov, uint32_t n, uint32_t in, const wse_addr *to, uint32_t *sent)
{
    return to == NULL ? wse_sock_send(fd, iov, n, in, sent) : wse_sock_send_to(fd, iov, n, in, to, sent);
}

/* For a runtime that refuses the flag: the socket itself is nonblocking for as long. */
static uint32_t send_nonblocking(int fd, const wse_iovec *iov, uint32_t n, const wse_addr *to, uint32_t *sent)
{
    wse_fdstat stat;
    uint32_t code = wse_fd_fdstat_get(fd, &stat);
    if (code == 0)
        code = wse_fd_fdstat_set_flags(fd, stat.flags | WSE_NONBLOCK);
    if (code != 0)
        return code;
    code = send_once(fd, iov, n, 0, to, sent);
    wse_fd_fdstat_set_flags(fd, stat.flags);
    return code;
}

uint32_t wse_send(int fd, const struct iovec *iov, size_t n, int flags, const wse_addr *to, uint32_t *sent)
{
    const wse_iovec *parts = (const void *)iov;
    if (n > IOV_MOST)
        return EMSGSIZE;
    if (flags & ~(MSG_DONTWAIT | MSG_EOR | MSG_NOSIGNAL))
        return EOPNOTSUPP;
    if ((flags & MSG_DONTWAIT) == 0)
        return send_once(fd, parts, (uint32_t)n, 0, to, sent);
    if (!is_ready(fd, POLLOUT))
        return EAGAIN;
    uint32_t code = send_once(fd, parts, (uint32_t)n, WSE_SEND_DONTWAIT, to, sent);
    return code == EINVAL ? send_nonblocking(fd, parts, (uint32_t)n, to, sent) : code;
}

static uint32_t receive_once(int fd, const wse_iovec *iov, uint32_t n, uint32_t in, wse_addr *from,
                             uint32_t *received, uint16_t *report)
{
    uint32_t code = EAFNOSUPPORT;
    *report = 0;
    if (from != NULL) {
        from->kind = WSE_NOBODY;
        code = wse_sock_recv_from(fd, iov, n, in, from, received);
    }
    /* A sender that the import has no form for is one of AF_UNIX, who has no name. Nothing was taken. */
    return code == EAFNOSUPPORT ? wse_sock_recv(fd, iov, n, in, received, report) : code;
}

uint32_t wse_receive(int fd, const struct iovec *iov, size_t n, int flags, wse_addr *from, uint32_t *received,
                     uint16_t *report)
{
    const wse_iovec *parts = (const void *)iov;
    uint32_t in = flags & MSG_PEEK ? WSE_PEEK : 0;
    uint32_t waiting = flags & MSG_DONTWAIT ? WSE_RECEIVE_DONTWAIT : flags & MSG_WAITALL ? WSE_WAITALL : 0;
    if (n > IOV_MOST)
        return EMSGSIZE;
    if (flags & ~(MSG_DONTWAIT | MSG_NOSIGNAL | MSG_PEEK | MSG_WAITALL))
        return EOPNOTSUPP;
    if (flags & MSG_DONTWAIT && !is_ready(fd, POLLIN))
        return EAGAIN;
    uint32_t code = receive_once(fd, parts, (uint32_t)n, in | waiting, from, received, report);
    if (code == EINVAL && waiting == WSE_RECEIVE_DONTWAIT)
        code = receive_once(fd, parts, (uint32_t)n, in, from, received, report);
    return code;
}
