/* The sockets of the behaviours, made. ../hand has them for guests that cannot make any. */
#include "loopback.h"

int stream_socket(int family)
{
    return EXPECT_OK(socket(family, SOCK_STREAM, 0));
}

int stream_bound(int family)
{
    int fd = stream_socket(family);
    struct endpoint at = loopback(family);
    EXPECT_OK(bind(fd, ADDR(at), at.len));
    return fd;
}

int stream_listener(int family)
{
    int fd = stream_bound(family);
    EXPECT_OK(listen(fd, 16));
    return fd;
}

int stream_connected_to(int listener)
{
    struct endpoint to = local_of(listener);
    int fd = stream_socket(to.addr.ss_family);
    EXPECT_OK(connect(fd, ADDR(to), to.len));
    return fd;
}

struct pair stream_pair(int family)
{
    struct pair out;
    out.listener = stream_listener(family);
    out.client = stream_connected_to(out.listener);
    out.server = EXPECT_OK(accept(out.listener, NULL, NULL));
    return out;
}

int datagram_bound(int family)
{
    int fd = EXPECT_OK(socket(family, SOCK_DGRAM, 0));
    struct endpoint at = loopback(family);
    EXPECT_OK(bind(fd, ADDR(at), at.len));
    return fd;
}

void datagram_pair(int family, int fds[2])
{
    fds[0] = datagram_bound(family);
    fds[1] = datagram_bound(family);
    for (int i = 0; i < 2; i++) {
        struct endpoint to = local_of(fds[1 - i]);
        EXPECT_OK(connect(fds[i], ADDR(to), to.len));
    }
}
