/* bind. */
#include "internal.h"

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
    wse_addr at;
    if (wse_is_unix(addr, len))
        return wasi_socket_ext_unix.bind(fd, addr, len);
    return wse_read(addr, len, &at) ? -1 : wse_done(wse_sock_bind(fd, &at));
}

WSE_PLAIN(bind);
