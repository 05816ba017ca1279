/* Both ends' addresses. */
#include "internal.h"

int wse_name(int fd, enum wse_end end, struct sockaddr *addr, socklen_t *len)
{
    static const struct sockaddr unnamed = {.sa_family = AF_UNIX};
    wse_addr name;
    if (addr == NULL || len == NULL)
        return wse_fail(EFAULT);
    if ((int)*len < 0)
        return wse_fail(EINVAL);
    uint32_t code = end == WSE_LOCAL ? wse_sock_addr_local(fd, &name) : wse_sock_addr_remote(fd, &name);
    /* An address that the import has no form for is one of AF_UNIX: a path, or the nothing that a pair is called by. */
    if (code == EAFNOSUPPORT && &wasi_socket_ext_unix != NULL)
        return wasi_socket_ext_unix.name(fd, end, addr, len);
    if (code == EAFNOSUPPORT)
        wse_give_bytes(&unnamed, sizeof unnamed.sa_family, addr, len);
    else if (wse_done(code))
        return -1;
    else
        wse_give(&name, addr, len);
    return 0;
}
