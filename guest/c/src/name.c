/* Both ends' addresses. */
#include "internal.h"

static uint32_t ask(int fd, enum wse_end end, wse_addr *name)
{
    return end == WSE_LOCAL ? wse_sock_addr_local(fd, name) : wse_sock_addr_remote(fd, name);
}

static int has_no_port(const wse_addr *name)
{
    return (name->kind == WSE_IP4 ? name->at.ip4.port : name->at.ip6.port) == 0;
}

int wse_is_paired(int fd, const wse_addr *name)
{
    wse_addr peer;
    return has_no_port(name) && ask(fd, WSE_REMOTE, &peer) == 0 && has_no_port(&peer);
}

int wse_name(int fd, enum wse_end end, struct sockaddr *addr, socklen_t *len)
{
    static const struct sockaddr unnamed = {.sa_family = AF_UNIX};
    wse_addr name;
    if (addr == NULL || len == NULL)
        return wse_fail(EFAULT);
    if ((int)*len < 0)
        return wse_fail(EINVAL);
    uint32_t code = ask(fd, end, &name);
    /* An address that the import has no form for is a path. */
    if (code == EAFNOSUPPORT && &wasi_socket_ext_unix != NULL)
        return wasi_socket_ext_unix.name(fd, end, addr, len);
    if (code == EAFNOSUPPORT || (code == 0 && wse_is_paired(fd, &name)))
        wse_give_bytes(&unnamed, sizeof unnamed.sa_family, addr, len);
    else if (wse_done(code))
        return -1;
    else
        wse_give(&name, addr, len);
    return 0;
}
