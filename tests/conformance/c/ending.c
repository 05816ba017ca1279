/* How a stream ends: close, half-close, reset, and a peer that is gone. */
#include "loopback.h"

#include <string.h>

#define MANY 200000

static uint8_t pattern(size_t i)
{
    return (uint8_t)(i * 31 + i / 251);
}

/* Reads and checks what is there, at most `limit` bytes after `from`; gives how many. */
static size_t read_pattern(int fd, size_t from, size_t limit)
{
    static uint8_t chunk[16384];
    if (limit > sizeof chunk)
        limit = sizeof chunk;
    int n = EXPECT_OK(recv(fd, chunk, limit, 0));
    for (size_t i = 0; i < (size_t)n; i++)
        EXPECT_EQ(pattern(from + i), chunk[i]);
    return (size_t)n;
}

static void send_much_then_close(int sender, int receiver)
{
    static uint8_t all[MANY];
    size_t sent = 0;
    size_t received = 0;
    for (size_t i = 0; i < MANY; i++)
        all[i] = pattern(i);
    set_nonblocking(sender, 1);
    while (sent < MANY) {
        ssize_t n = send(sender, all + sent, MANY - sent, 0);
        if (n > 0)
            sent += (size_t)n;
        else if (errno == EAGAIN)
            received += read_pattern(receiver, received, MANY);
        else
            EXPECT_OK(n);
    }
    EXPECT_OK(close(sender));
    size_t n;
    while ((n = read_pattern(receiver, received, MANY)) > 0)
        received += n;
    EXPECT_EQ(MANY, received);
}

BEHAVIOUR(close_of_the_accepted_end_delivers_everything_that_was_sent)
{
    struct pair p = stream_pair(AF_INET);
    send_much_then_close(p.server, p.client);
}

BEHAVIOUR(close_of_the_connected_end_delivers_everything_that_was_sent)
{
    struct pair p = stream_pair(AF_INET);
    send_much_then_close(p.client, p.server);
}

BEHAVIOUR(close_of_a_bound_then_connected_end_delivers_everything_that_was_sent)
{
    int listener = stream_listener(AF_INET);
    int client = stream_bound(AF_INET);
    struct endpoint to = local_of(listener);
    EXPECT_OK(connect(client, ADDR(to), to.len));
    send_much_then_close(client, EXPECT_OK(accept(listener, NULL, NULL)));
}

BEHAVIOUR(linger_is_off_until_somebody_asks)
{
    struct pair p = stream_pair(AF_INET);
    int fds[] = {p.listener, p.client, p.server};
    for (size_t i = 0; i < 3; i++) {
        struct linger linger = {-1, -1};
        socklen_t len = sizeof linger;
        EXPECT_OK(getsockopt(fds[i], SOL_SOCKET, SO_LINGER, &linger, &len));
        EXPECT_EQ(0, linger.l_onoff);
    }
}

BEHAVIOUR(closing_with_linger_zero_resets_the_peer)
{
    struct pair p = stream_pair(AF_INET);
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    EXPECT_OK(setsockopt(p.server, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
    EXPECT_OK(close(p.server));
    char byte;
    EXPECT_ERRNO(ECONNRESET, recv(p.client, &byte, 1, 0));
}

BEHAVIOUR(closing_with_unread_data_resets_the_peer)
{
    struct pair p = stream_pair(AF_INET);
    send_text(p.client, "nobody reads this");
    EXPECT(poll_one(p.server, POLLIN, 1000) & POLLIN);
    EXPECT_OK(close(p.server));
    char byte;
    EXPECT_ERRNO(ECONNRESET, recv(p.client, &byte, 1, 0));
}

/* The peer closes; the first send after that provokes its reset, which the poll waits for. */
static int stream_with_a_gone_peer(void)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT_OK(close(p.server));
    expect_end_of_stream(p.client);
    EXPECT_EQ(1, send(p.client, "x", 1, 0));
    EXPECT(poll_one(p.client, POLLIN, 1000) & (POLLHUP | POLLERR));
    return p.client;
}

BEHAVIOUR(a_send_to_a_gone_peer_is_epipe_and_the_process_lives)
{
    int fd = stream_with_a_gone_peer();
    EXPECT_ERRNO(EPIPE, send(fd, "x", 1, 0));
    EXPECT_ERRNO(EPIPE, send(fd, "x", 1, 0));
}

BEHAVIOUR(a_write_to_a_gone_peer_is_epipe_and_the_process_lives)
{
    int fd = stream_with_a_gone_peer();
    EXPECT_ERRNO(EPIPE, write(fd, "x", 1));
}

BEHAVIOUR(a_gathered_send_to_a_gone_peer_is_epipe_and_the_process_lives)
{
    int fd = stream_with_a_gone_peer();
    struct iovec parts[] = {{"x", 1}, {"y", 1}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    EXPECT_ERRNO(EPIPE, sendmsg(fd, &message, 0));
}

BEHAVIOUR(a_closed_peer_is_the_end_of_the_stream_again_and_again)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT_OK(close(p.client));
    expect_end_of_stream(p.server);
    expect_end_of_stream(p.server);
}

BEHAVIOUR(shutting_down_writing_lets_the_connected_end_hear_the_answer)
{
    struct pair p = stream_pair(AF_INET);
    send_text(p.client, "question");
    EXPECT_OK(shutdown(p.client, SHUT_WR));
    expect_text(p.server, "question");
    expect_end_of_stream(p.server);
    send_text(p.server, "answer");
    EXPECT_OK(close(p.server));
    expect_text(p.client, "answer");
    expect_end_of_stream(p.client);
}

BEHAVIOUR(shutting_down_writing_lets_the_accepted_end_hear_the_answer)
{
    struct pair p = stream_pair(AF_INET);
    send_text(p.server, "question");
    EXPECT_OK(shutdown(p.server, SHUT_WR));
    expect_text(p.client, "question");
    expect_end_of_stream(p.client);
    send_text(p.client, "answer");
    EXPECT_OK(close(p.client));
    expect_text(p.server, "answer");
    expect_end_of_stream(p.server);
}

BEHAVIOUR(a_send_after_shutting_down_writing_is_epipe)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT_OK(shutdown(p.client, SHUT_WR));
    EXPECT_ERRNO(EPIPE, send(p.client, "x", 1, 0));
}

BEHAVIOUR(shutting_down_reading_ends_the_own_stream_only)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT_OK(shutdown(p.client, SHUT_RD));
    expect_end_of_stream(p.client);
    send_text(p.client, "writing works");
    expect_text(p.server, "writing works");
    set_timeout_ms(p.server, SO_RCVTIMEO, 20);
    char byte;
    EXPECT_ERRNO(EAGAIN, recv(p.server, &byte, 1, 0));
}

BEHAVIOUR(shutting_down_both_ends_both_directions)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT_OK(shutdown(p.client, SHUT_RDWR));
    EXPECT_ERRNO(EPIPE, send(p.client, "x", 1, 0));
    expect_end_of_stream(p.client);
    expect_end_of_stream(p.server);
}

BEHAVIOUR(shutting_down_an_unconnected_socket_is_enotconn)
{
    EXPECT_ERRNO(ENOTCONN, shutdown(stream_socket(AF_INET), SHUT_RDWR));
    EXPECT_ERRNO(ENOTCONN, shutdown(datagram_bound(AF_INET), SHUT_RDWR));
}

BEHAVIOUR(shutting_down_an_unknown_direction_is_einval)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT_ERRNO(EINVAL, shutdown(p.client, 99));
    send_text(p.client, "unharmed");
    expect_text(p.server, "unharmed");
}

BEHAVIOUR(shutting_down_a_listener_ends_its_accepting)
{
    int listener = stream_listener(AF_INET);
    EXPECT_OK(shutdown(listener, SHUT_RDWR));
    EXPECT_ERRNO(EINVAL, accept(listener, NULL, NULL));
}

BEHAVIOUR(receiving_on_an_unconnected_stream_is_enotconn)
{
    char byte;
    EXPECT_ERRNO(ENOTCONN, recv(stream_socket(AF_INET), &byte, 1, 0));
}

BEHAVIOUR(sending_on_an_unconnected_stream_is_epipe)
{
    EXPECT_ERRNO(EPIPE, send(stream_socket(AF_INET), "x", 1, 0));
}
