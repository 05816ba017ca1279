/* socket. */
#include "internal.h"

static int open_ip(int family, int type)
{
    int fd = -1;
    /* The first argument is WAMR's pool of addresses, of which its own library names none. */
    uint32_t code = wse_sock_open(-1, family == AF_INET6 ? WSE_INET6 : WSE_INET,
                                  type == SOCK_STREAM ? WSE_STREAM : WSE_DATAGRAM, &fd);
    return wse_done(code) ? -1 : fd;
}

static int fits(int protocol, int type)
{
    return protocol == 0 || protocol == (type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP);
}

int socket(int family, int type, int protocol)
{
    int flags = type & (SOCK_NONBLOCK | SOCK_CLOEXEC);
    int local = family == AF_UNIX && &wasi_socket_ext_unix != NULL;
    type &= ~flags;
    if (family != AF_INET && family != AF_INET6 && !local)
        return wse_fail(EAFNOSUPPORT);
    if (type != SOCK_STREAM && type != SOCK_DGRAM)
        return wse_fail(EPROTOTYPE);
    if (!(local ? protocol == 0 : fits(protocol, type)))
        return wse_fail(EPROTONOSUPPORT);
    return wse_flagged(local ? wasi_socket_ext_unix.open(type) : open_ip(family, type), flags);
}

WSE_PLAIN(socket);
