/* poll: readiness of sockets, files, the standard streams and clocks, also mixed. */
#include "loopback.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define EXPECT_WITHIN(ms, start) EXPECT(now_ms() - (start) < (ms))

BEHAVIOUR(poll_waits_for_its_timeout_and_reports_nobody)
{
    struct pair p = stream_pair(AF_INET);
    long long start = now_ms();
    EXPECT_EQ(0, poll_one(p.server, POLLIN, 100));
    EXPECT(now_ms() - start >= 90);
    EXPECT_WITHIN(3000, start);
}

BEHAVIOUR(poll_with_timeout_zero_returns_at_once)
{
    struct pair p = stream_pair(AF_INET);
    long long start = now_ms();
    for (int i = 0; i < 10; i++)
        EXPECT_EQ(0, poll_one(p.server, POLLIN, 0));
    EXPECT_WITHIN(1000, start);
}

BEHAVIOUR(poll_without_a_timeout_returns_when_something_is_ready)
{
    struct pair p = stream_pair(AF_INET);
    send_text(p.client, "x");
    EXPECT_EQ(POLLIN, poll_one(p.server, POLLIN, -1));
}

BEHAVIOUR(poll_is_level_triggered)
{
    struct pair p = stream_pair(AF_INET);
    send_text(p.client, "x");
    for (int i = 0; i < 3; i++)
        EXPECT_EQ(POLLIN, poll_one(p.server, POLLIN, 1000));
    expect_text(p.server, "x");
    EXPECT_EQ(0, poll_one(p.server, POLLIN, 0));
    send_text(p.client, "y");
    EXPECT_EQ(POLLIN, poll_one(p.server, POLLIN, 1000));
}

BEHAVIOUR(a_listener_is_readable_while_somebody_waits)
{
    int listener = stream_listener(AF_INET);
    EXPECT_EQ(0, poll_one(listener, POLLIN, 0));
    stream_connected_to(listener);
    EXPECT_EQ(POLLIN, poll_one(listener, POLLIN, 1000));
    EXPECT_OK(accept(listener, NULL, NULL));
    EXPECT_EQ(0, poll_one(listener, POLLIN, 0));
}

BEHAVIOUR(a_connected_stream_is_writable)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT_EQ(POLLOUT, poll_one(p.client, POLLOUT, 0));
    EXPECT_EQ(POLLOUT, poll_one(p.client, POLLIN | POLLOUT, 0));
    send_text(p.server, "x");
    EXPECT(poll_one(p.client, POLLIN, 1000) & POLLIN);
    EXPECT_EQ(POLLIN | POLLOUT, poll_one(p.client, POLLIN | POLLOUT, 0));
}

BEHAVIOUR(the_end_of_a_stream_is_readable)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT_OK(shutdown(p.client, SHUT_WR));
    EXPECT(poll_one(p.server, POLLIN, 1000) & (POLLIN | POLLHUP));
    expect_end_of_stream(p.server);
}

BEHAVIOUR(a_stream_shut_down_from_both_sides_is_hung_up)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT_EQ(0, poll_one(p.server, POLLIN, 0) & POLLHUP);
    EXPECT_OK(shutdown(p.client, SHUT_WR));
    EXPECT_OK(shutdown(p.server, SHUT_WR));
    EXPECT(poll_one(p.server, POLLIN, 1000) & POLLHUP);
    EXPECT(poll_one(p.client, POLLIN, 1000) & POLLHUP);
}

BEHAVIOUR(an_empty_datagram_is_readable)
{
    int fds[2];
    datagram_pair(AF_INET, fds);
    EXPECT_EQ(0, poll_one(fds[1], POLLIN, 0));
    EXPECT_EQ(0, send(fds[0], "", 0, 0));
    EXPECT_EQ(POLLIN, poll_one(fds[1], POLLIN, 1000));
}

BEHAVIOUR(poll_reports_each_descriptor_for_itself)
{
    struct pair p[3] = {stream_pair(AF_INET), stream_pair(AF_INET), stream_pair(AF_INET)};
    struct pollfd fds[3];
    for (int i = 0; i < 3; i++)
        fds[i] = (struct pollfd){.fd = p[i].server, .events = POLLIN};
    send_text(p[0].client, "x");
    send_text(p[2].client, "x");
    EXPECT(poll_one(p[0].server, POLLIN, 1000) & POLLIN);
    EXPECT(poll_one(p[2].server, POLLIN, 1000) & POLLIN);
    EXPECT_EQ(2, poll(fds, 3, 1000));
    EXPECT_EQ(POLLIN, fds[0].revents);
    EXPECT_EQ(0, fds[1].revents);
    EXPECT_EQ(POLLIN, fds[2].revents);
}

BEHAVIOUR(a_descriptor_asked_for_twice_is_reported_twice)
{
    struct pair p = stream_pair(AF_INET);
    struct pollfd fds[2] = {{.fd = p.server, .events = POLLIN}, {.fd = p.server, .events = POLLOUT}};
    send_text(p.client, "x");
    EXPECT(poll_one(p.server, POLLIN, 1000) & POLLIN);
    EXPECT_EQ(2, poll(fds, 2, 1000));
    EXPECT_EQ(POLLIN, fds[0].revents);
    EXPECT_EQ(POLLOUT, fds[1].revents);
}

BEHAVIOUR(a_closed_descriptor_is_reported_as_invalid_at_once)
{
    struct pair p = stream_pair(AF_INET);
    struct pollfd fds[2] = {{.fd = p.server, .events = POLLIN}, {.fd = p.client, .events = POLLIN}};
    EXPECT_OK(close(p.client));
    expect_end_of_stream(p.server);
    int quiet = datagram_bound(AF_INET);
    fds[0].fd = quiet;
    fds[1].fd = p.listener;
    EXPECT_OK(close(p.listener));
    long long start = now_ms();
    EXPECT_EQ(1, poll(fds, 2, 5000));
    EXPECT_WITHIN(2000, start);
    EXPECT_EQ(0, fds[0].revents);
    EXPECT_EQ(POLLNVAL, fds[1].revents);
}

BEHAVIOUR(a_reopened_number_is_another_socket_to_poll)
{
    int fds[2];
    struct pair p = stream_pair(AF_INET);
    send_text(p.client, "x");
    EXPECT_EQ(POLLIN, poll_one(p.server, POLLIN, 1000));
    EXPECT_OK(close(p.server));
    datagram_pair(AF_INET, fds);
    EXPECT_EQ(p.server, fds[0]);
    EXPECT_EQ(0, poll_one(fds[0], POLLIN, 20));
    send_text(fds[1], "y");
    EXPECT_EQ(POLLIN, poll_one(fds[0], POLLIN, 1000));
}

BEHAVIOUR(poll_follows_what_is_asked_from_call_to_call)
{
    struct pair p = stream_pair(AF_INET);
    struct pair q = stream_pair(AF_INET);
    send_text(p.client, "x");
    send_text(q.client, "x");
    EXPECT_EQ(POLLIN, poll_one(p.server, POLLIN, 1000));
    EXPECT_EQ(POLLOUT, poll_one(p.server, POLLOUT, 1000));
    EXPECT_EQ(POLLIN, poll_one(q.server, POLLIN, 1000));
    expect_text(q.server, "x");
    EXPECT_EQ(0, poll_one(q.server, POLLIN, 20));
    EXPECT_EQ(POLLIN, poll_one(p.server, POLLIN, 1000));
}

BEHAVIOUR(poll_finds_the_one_that_is_ready_among_many)
{
    enum { MANY = 200 };
    static struct pollfd fds[MANY];
    int sender = datagram_bound(AF_INET);
    for (int i = 0; i < MANY; i++)
        fds[i] = (struct pollfd){.fd = datagram_bound(AF_INET), .events = POLLIN};
    for (int chosen = 0; chosen < MANY; chosen += 37) {
        struct endpoint to = local_of(fds[chosen].fd);
        char byte;
        EXPECT_EQ(1, sendto(sender, "x", 1, 0, ADDR(to), to.len));
        EXPECT_EQ(1, poll(fds, MANY, 1000));
        for (int i = 0; i < MANY; i++)
            EXPECT_EQ(i == chosen ? POLLIN : 0, fds[i].revents);
        EXPECT_EQ(1, recv(fds[chosen].fd, &byte, 1, 0));
    }
    EXPECT_EQ(0, poll(fds, MANY, 0));
}

BEHAVIOUR(poll_follows_many_streams_that_come_and_go)
{
    enum { MANY = 40 };
    struct pair pairs[MANY];
    struct pollfd fds[MANY];
    for (int i = 0; i < MANY; i++) {
        pairs[i] = stream_pair(AF_INET);
        fds[i] = (struct pollfd){.fd = pairs[i].server, .events = POLLIN};
    }
    for (int chosen = 0; chosen < MANY; chosen += 7) {
        send_text(pairs[chosen].client, "x");
        EXPECT_EQ(1, poll(fds, MANY, 1000));
        EXPECT_EQ(POLLIN, fds[chosen].revents);
        fds[chosen].events = POLLIN | POLLOUT;
        EXPECT_EQ(1, poll(fds, MANY, 1000));
        EXPECT_EQ(POLLIN | POLLOUT, fds[chosen].revents);
        expect_text(pairs[chosen].server, "x");
        EXPECT_EQ(1, poll(fds, MANY, 1000));
        EXPECT_EQ(POLLOUT, fds[chosen].revents);
        EXPECT_OK(close(pairs[chosen].server));
        EXPECT_OK(close(pairs[chosen].client));
        pairs[chosen] = stream_pair(AF_INET);
        fds[chosen] = (struct pollfd){.fd = pairs[chosen].server, .events = POLLIN};
        EXPECT_EQ(0, poll(fds, MANY, 0));
        EXPECT_EQ(0, poll(fds, MANY - 1, 10));
    }
}

BEHAVIOUR(a_file_is_always_ready_beside_a_quiet_socket)
{
    char path[512];
    snprintf(path, sizeof path, "%s/always_ready", scratch_directory);
    int file = EXPECT_OK(open(path, O_RDWR | O_CREAT | O_TRUNC, 0600));
    struct pair p = stream_pair(AF_INET);
    struct pollfd fds[2] = {{.fd = p.server, .events = POLLIN},
                            {.fd = file, .events = POLLIN | POLLOUT}};
    EXPECT_EQ(1, poll(fds, 2, 5000));
    EXPECT_EQ(0, fds[0].revents);
    EXPECT_EQ(POLLIN | POLLOUT, fds[1].revents);
}

BEHAVIOUR(sockets_files_and_standard_output_are_polled_in_one_call)
{
    char path[512];
    snprintf(path, sizeof path, "%s/polled_together", scratch_directory);
    int file = EXPECT_OK(open(path, O_RDWR | O_CREAT | O_TRUNC, 0600));
    struct pair p = stream_pair(AF_INET);
    struct pollfd fds[4] = {{.fd = p.server, .events = POLLIN},
                            {.fd = file, .events = POLLIN},
                            {.fd = 1, .events = POLLOUT},
                            {.fd = p.client, .events = POLLOUT}};
    send_text(p.client, "x");
    EXPECT(poll_one(p.server, POLLIN, 1000) & POLLIN);
    EXPECT_EQ(4, poll(fds, 4, 5000));
    EXPECT_EQ(POLLIN, fds[0].revents);
    EXPECT_EQ(POLLIN, fds[1].revents);
    EXPECT_EQ(POLLOUT, fds[2].revents);
    EXPECT_EQ(POLLOUT, fds[3].revents);
}

BEHAVIOUR(the_readable_bytes_of_a_stream_are_counted)
{
    struct pair p = stream_pair(AF_INET);
    int n = -1;
    EXPECT_OK(ioctl(p.server, FIONREAD, &n));
    EXPECT_EQ(0, n);
    send_text(p.client, "seven b");
    EXPECT(poll_one(p.server, POLLIN, 1000) & POLLIN);
    EXPECT_OK(ioctl(p.server, FIONREAD, &n));
    EXPECT_EQ(7, n);
    expect_text(p.server, "seven");
    EXPECT_OK(ioctl(p.server, FIONREAD, &n));
    EXPECT_EQ(2, n);
}

BEHAVIOUR(the_readable_bytes_of_a_datagram_socket_are_those_of_the_next_one)
{
    int fds[2];
    int n = -1;
    datagram_pair(AF_INET, fds);
    send_text(fds[0], "12345");
    send_text(fds[0], "123");
    EXPECT(poll_one(fds[1], POLLIN, 1000) & POLLIN);
    EXPECT_OK(ioctl(fds[1], FIONREAD, &n));
    EXPECT_EQ(5, n);
    expect_text(fds[1], "12345");
    EXPECT_OK(ioctl(fds[1], FIONREAD, &n));
    EXPECT_EQ(3, n);
}

static void sleep_until_soon(clockid_t clock)
{
    struct timespec until;
    long long start = now_ms();
    EXPECT_OK(clock_gettime(clock, &until));
    until.tv_nsec += 100000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    EXPECT_EQ(0, clock_nanosleep(clock, TIMER_ABSTIME, &until, NULL));
    EXPECT(now_ms() - start >= 90);
    EXPECT_WITHIN(3000, start);
    // The moment has passed: asked again, the answer comes at once.
    start = now_ms();
    EXPECT_EQ(0, clock_nanosleep(clock, TIMER_ABSTIME, &until, NULL));
    EXPECT_WITHIN(1000, start);
}

BEHAVIOUR(a_sleep_until_a_moment_ends_then_by_the_monotonic_clock)
{
    sleep_until_soon(CLOCK_MONOTONIC);
}

BEHAVIOUR(a_sleep_until_a_moment_ends_then_by_the_clock_on_the_wall)
{
    sleep_until_soon(CLOCK_REALTIME);
}

BEHAVIOUR(a_sleep_lasts_as_long_as_it_says)
{
    long long start = now_ms();
    sleep_ms(100);
    EXPECT(now_ms() - start >= 90);
    EXPECT_WITHIN(3000, start);
}
