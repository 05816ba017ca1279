/* connect. */
#include "internal.h"

int connect(int fd, const struct sockaddr *addr, socklen_t len)
{
    wse_addr to;
    if (wse_is_unix(addr, len))
        return wasi_socket_ext_unix.connect(fd, addr, len);
    return wse_read(addr, len, &to) ? -1 : wse_done(wse_sock_connect(fd, &to));
}

WSE_PLAIN(connect);
