/* SO_RCVTIMEO and SO_SNDTIMEO: they expire with EAGAIN, and not before. */
#include "loopback.h"

#define SOON 100

/* Clocks tick coarsely: a little early is on time. */
#define EXPECT_AFTER_SOON(start)                  \
    do {                                          \
        long long passed = now_ms() - (start);    \
        EXPECT(passed >= SOON - 10);              \
        EXPECT(passed < SOON + 3000);             \
    } while (0)

BEHAVIOUR(a_receive_timeout_expires_on_a_stream)
{
    struct pair p = stream_pair(AF_INET);
    char byte;
    set_timeout_ms(p.server, SO_RCVTIMEO, SOON);
    long long start = now_ms();
    EXPECT_ERRNO(EAGAIN, recv(p.server, &byte, 1, 0));
    EXPECT_AFTER_SOON(start);
}

BEHAVIOUR(a_receive_timeout_expires_for_read)
{
    struct pair p = stream_pair(AF_INET);
    char byte;
    set_timeout_ms(p.server, SO_RCVTIMEO, SOON);
    long long start = now_ms();
    EXPECT_ERRNO(EAGAIN, read(p.server, &byte, 1));
    EXPECT_AFTER_SOON(start);
}

BEHAVIOUR(a_receive_timeout_expires_on_a_datagram_socket)
{
    int fd = datagram_bound(AF_INET);
    struct endpoint from = {.len = sizeof from.addr};
    char byte;
    set_timeout_ms(fd, SO_RCVTIMEO, SOON);
    long long start = now_ms();
    EXPECT_ERRNO(EAGAIN, recvfrom(fd, &byte, 1, 0, ADDR(from), &from.len));
    EXPECT_AFTER_SOON(start);
}

BEHAVIOUR(a_receive_timeout_expires_for_accept)
{
    int listener = stream_listener(AF_INET);
    set_timeout_ms(listener, SO_RCVTIMEO, SOON);
    long long start = now_ms();
    EXPECT_ERRNO(EAGAIN, accept(listener, NULL, NULL));
    EXPECT_AFTER_SOON(start);
}

BEHAVIOUR(a_send_timeout_expires_on_a_full_stream)
{
    static char chunk[65536];
    struct pair p = stream_pair(AF_INET);
    fill(p.client);
    set_timeout_ms(p.client, SO_SNDTIMEO, SOON);
    long long start = now_ms();
    EXPECT_ERRNO(EAGAIN, send(p.client, chunk, sizeof chunk, 0));
    EXPECT_AFTER_SOON(start);
}

BEHAVIOUR(a_send_timeout_that_cut_a_send_reports_what_was_sent)
{
    static char chunk[16 * 1024 * 1024];
    struct pair p = stream_pair(AF_INET);
    set_timeout_ms(p.client, SO_SNDTIMEO, SOON);
    long long start = now_ms();
    ssize_t n = send(p.client, chunk, sizeof chunk, 0);
    EXPECT_AFTER_SOON(start);
    EXPECT(n > 0);
    EXPECT(n < (ssize_t)sizeof chunk);
}

BEHAVIOUR(a_send_timeout_ends_a_connect_that_stays_pending)
{
    int listener = full_listener();
    int fd = stream_socket(AF_INET);
    struct endpoint to = local_of(listener);
    set_timeout_ms(fd, SO_SNDTIMEO, SOON);
    long long start = now_ms();
    EXPECT_ERRNO(EINPROGRESS, connect(fd, ADDR(to), to.len));
    EXPECT_AFTER_SOON(start);
}

BEHAVIOUR(a_timeout_does_not_delay_what_is_there)
{
    struct pair p = stream_pair(AF_INET);
    set_timeout_ms(p.server, SO_RCVTIMEO, 5000);
    send_text(p.client, "now");
    long long start = now_ms();
    expect_text(p.server, "now");
    EXPECT(now_ms() - start < 2000);
}

BEHAVIOUR(a_socket_works_on_after_a_timeout)
{
    struct pair p = stream_pair(AF_INET);
    char byte;
    set_timeout_ms(p.server, SO_RCVTIMEO, 20);
    EXPECT_ERRNO(EAGAIN, recv(p.server, &byte, 1, 0));
    EXPECT_ERRNO(EAGAIN, recv(p.server, &byte, 1, 0));
    send_text(p.client, "late");
    expect_text(p.server, "late");
}

BEHAVIOUR(each_direction_has_its_own_timeout)
{
    struct pair p = stream_pair(AF_INET);
    char byte;
    set_timeout_ms(p.server, SO_SNDTIMEO, 10000);
    set_timeout_ms(p.server, SO_RCVTIMEO, 20);
    long long start = now_ms();
    EXPECT_ERRNO(EAGAIN, recv(p.server, &byte, 1, 0));
    EXPECT(now_ms() - start < 5000);
}

BEHAVIOUR(a_nonblocking_socket_does_not_wait_for_its_timeout)
{
    struct pair p = stream_pair(AF_INET);
    char byte;
    set_timeout_ms(p.server, SO_RCVTIMEO, 5000);
    set_nonblocking(p.server, 1);
    long long start = now_ms();
    EXPECT_ERRNO(EAGAIN, recv(p.server, &byte, 1, 0));
    EXPECT(now_ms() - start < 2000);
}
