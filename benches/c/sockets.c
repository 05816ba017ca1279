/* Sockets on loopback, and data to its last byte. */
#include "bench.h"

#include <string.h>

struct sockaddr_in loopback(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    at.sin_addr.s_addr = htonl(0x7f000001);
    return at;
}

static void no_delay(int fd)
{
    int on = 1;
    // A dialect that has no such call says ENOSYS. What is measured never waits for it: each byte is answered or read.
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) && errno != ENOSYS)
        fail("TCP_NODELAY");
}

int tcp_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        fail("socket");
    return fd;
}

int tcp_listener(struct sockaddr_in *at)
{
    int fd = tcp_socket();
    socklen_t len = sizeof *at;
    *at = loopback();
    if (bind(fd, (struct sockaddr *)at, sizeof *at) || listen(fd, 128) ||
        getsockname(fd, (struct sockaddr *)at, &len))
        fail("listen");
    return fd;
}

int dial(const struct sockaddr_in *to)
{
    int fd = tcp_socket();
    if (connect(fd, (const struct sockaddr *)to, sizeof *to))
        fail("connect");
    return fd;
}

int dial_peer(const struct run *run, enum role role)
{
    char first = (char)role;
    if (run->peer.sin_port == 0) {
        errno = EDESTADDRREQ;
        fail("this case takes the PORT of a peer");
    }
    int fd = dial(&run->peer);
    no_delay(fd);
    send_all(fd, &first, 1);
    return fd;
}

void tcp_pair(int ends[2])
{
    struct sockaddr_in at;
    int listener = tcp_listener(&at);
    ends[0] = dial(&at);
    ends[1] = accept(listener, NULL, NULL);
    if (ends[1] < 0)
        fail("accept");
    no_delay(ends[0]);
    no_delay(ends[1]);
    close(listener);
}

void send_all(int fd, const void *data, size_t len)
{
    for (const char *at = data; len > 0;) {
        ssize_t n = send(fd, at, len, 0);
        if (n < 0)
            fail("send");
        at += n;
        len -= (size_t)n;
    }
}

void recv_all(int fd, void *data, size_t len)
{
    for (char *at = data; len > 0;) {
        ssize_t n = recv(fd, at, len, 0);
        if (n < 0)
            fail("recv");
        if (n == 0) {
            errno = ECONNRESET;
            fail("the other end closed early");
        }
        at += n;
        len -= (size_t)n;
    }
}
