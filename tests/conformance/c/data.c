/* Data and its flags: peek, wait for all, truncation, scatter and gather, nothing at all. */
#include "loopback.h"

#include <string.h>

BEHAVIOUR(peek_leaves_the_bytes_of_a_stream)
{
    struct pair p = stream_pair(AF_INET);
    char got[8];
    send_text(p.client, "abcdef");
    for (int i = 0; i < 2; i++) {
        EXPECT_EQ(3, recv(p.server, got, 3, MSG_PEEK));
        EXPECT_BYTES("abc", got, 3);
    }
    expect_text(p.server, "abcdef");
}

BEHAVIOUR(peek_leaves_a_datagram_and_names_its_sender)
{
    int fds[2] = {datagram_bound(AF_INET), datagram_bound(AF_INET)};
    struct endpoint to = local_of(fds[1]);
    char got[8];
    EXPECT_EQ(4, sendto(fds[0], "ping", 4, 0, ADDR(to), to.len));
    for (int i = 0; i < 2; i++) {
        struct endpoint from = {.len = sizeof from.addr};
        EXPECT_EQ(4, recvfrom(fds[1], got, sizeof got, i == 0 ? MSG_PEEK : 0, ADDR(from), &from.len));
        EXPECT_BYTES("ping", got, 4);
        EXPECT(same_endpoint(from, local_of(fds[0])));
    }
    EXPECT_EQ(0, poll_one(fds[1], POLLIN, 0));
}

BEHAVIOUR(waitall_collects_what_came_in_pieces)
{
    struct pair p = stream_pair(AF_INET);
    char got[9];
    for (int i = 0; i < 3; i++)
        send_text(p.client, "xyz");
    EXPECT_EQ(9, recv(p.server, got, sizeof got, MSG_WAITALL));
    EXPECT_BYTES("xyzxyzxyz", got, 9);
}

BEHAVIOUR(waitall_waits_for_the_rest_until_the_timeout)
{
    struct pair p = stream_pair(AF_INET);
    char got[10];
    send_text(p.client, "abc");
    set_timeout_ms(p.server, SO_RCVTIMEO, 100);
    long long start = now_ms();
    EXPECT_EQ(3, recv(p.server, got, sizeof got, MSG_WAITALL));
    EXPECT(now_ms() - start >= 90);
}

BEHAVIOUR(without_waitall_a_receive_returns_what_is_there)
{
    struct pair p = stream_pair(AF_INET);
    char got[10];
    send_text(p.client, "abc");
    set_timeout_ms(p.server, SO_RCVTIMEO, 2000);
    long long start = now_ms();
    EXPECT_EQ(3, recv(p.server, got, sizeof got, 0));
    EXPECT(now_ms() - start < 1000);
}

BEHAVIOUR(waitall_ends_with_the_stream)
{
    struct pair p = stream_pair(AF_INET);
    char got[10];
    send_text(p.client, "abc");
    EXPECT_OK(shutdown(p.client, SHUT_WR));
    EXPECT_EQ(3, recv(p.server, got, sizeof got, MSG_WAITALL));
}

static ssize_t receive_into(int fd, size_t len, int flags, int *flags_out)
{
    static char buffer[64];
    struct iovec one = {buffer, len};
    struct msghdr message = {.msg_iov = &one, .msg_iovlen = 1};
    ssize_t n = recvmsg(fd, &message, flags);
    *flags_out = message.msg_flags & MSG_TRUNC;
    return n;
}

BEHAVIOUR(a_cut_datagram_is_flagged_and_its_rest_is_gone)
{
    int fds[2];
    int flags = 0;
    datagram_pair(AF_INET, fds);
    send_text(fds[0], "too long");
    send_text(fds[0], "next");
    EXPECT_EQ(3, receive_into(fds[1], 3, 0, &flags));
    EXPECT(flags == MSG_TRUNC);
    EXPECT_EQ(4, receive_into(fds[1], 4, 0, &flags));
    EXPECT(flags == 0);
}

BEHAVIOUR(a_peek_at_a_cut_datagram_is_flagged_too)
{
    int fds[2];
    int flags = 0;
    datagram_pair(AF_INET, fds);
    send_text(fds[0], "too long");
    EXPECT_EQ(3, receive_into(fds[1], 3, MSG_PEEK, &flags));
    EXPECT(flags == MSG_TRUNC);
    EXPECT_EQ(8, receive_into(fds[1], 64, 0, &flags));
    EXPECT(flags == 0);
}

BEHAVIOUR(a_stream_is_never_flagged_as_cut)
{
    struct pair p = stream_pair(AF_INET);
    int flags = -1;
    send_text(p.client, "longer than three");
    EXPECT_EQ(3, receive_into(p.server, 3, 0, &flags));
    EXPECT(flags == 0);
}

BEHAVIOUR(a_send_gathers_its_parts_in_order)
{
    struct pair p = stream_pair(AF_INET);
    struct iovec parts[] = {{"one ", 4}, {NULL, 0}, {"two ", 4}, {"three", 5}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 4};
    EXPECT_EQ(13, sendmsg(p.client, &message, 0));
    expect_text(p.server, "one two three");
}

BEHAVIOUR(a_receive_scatters_over_its_parts_in_order)
{
    struct pair p = stream_pair(AF_INET);
    char a[3], b[1], c[16];
    struct iovec parts[] = {{a, 3}, {NULL, 0}, {b, 1}, {c, sizeof c}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 4};
    memset(c, '?', sizeof c);
    send_text(p.client, "abcdef");
    EXPECT_EQ(6, recvmsg(p.server, &message, 0));
    EXPECT_BYTES("abc", a, 3);
    EXPECT_BYTES("d", b, 1);
    EXPECT_BYTES("ef????", c, 6);
}

BEHAVIOUR(gathered_parts_are_one_datagram)
{
    int fds[2];
    char got[16];
    struct iovec parts[] = {{"half", 4}, {"half", 4}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    datagram_pair(AF_INET, fds);
    EXPECT_EQ(8, sendmsg(fds[0], &message, 0));
    EXPECT_EQ(8, recv(fds[1], got, sizeof got, 0));
    EXPECT_BYTES("halfhalf", got, 8);
}

BEHAVIOUR(readv_and_writev_work_on_a_stream)
{
    struct pair p = stream_pair(AF_INET);
    char a[2], b[2];
    struct iovec out[] = {{"ab", 2}, {"cd", 2}};
    struct iovec in[] = {{a, 2}, {b, 2}};
    EXPECT_EQ(4, writev(p.client, out, 2));
    EXPECT_EQ(4, readv(p.server, in, 2));
    EXPECT_BYTES("ab", a, 2);
    EXPECT_BYTES("cd", b, 2);
}

BEHAVIOUR(receiving_nothing_from_a_stream_takes_nothing)
{
    struct pair p = stream_pair(AF_INET);
    char byte = '?';
    send_text(p.client, "kept");
    EXPECT(poll_one(p.server, POLLIN, 1000) & POLLIN);
    EXPECT_EQ(0, recv(p.server, &byte, 0, 0));
    EXPECT_EQ('?', byte);
    expect_text(p.server, "kept");
}

BEHAVIOUR(sending_nothing_on_a_stream_sends_nothing)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT_EQ(0, send(p.client, "", 0, 0));
    EXPECT_EQ(0, poll_one(p.server, POLLIN, 50));
    send_text(p.client, "open");
    expect_text(p.server, "open");
}

BEHAVIOUR(a_receive_leaves_the_memory_beyond_its_bytes_alone)
{
    struct pair p = stream_pair(AF_INET);
    char got[16];
    memset(got, '?', sizeof got);
    send_text(p.client, "four");
    EXPECT_EQ(4, recv(p.server, got + 4, 8, 0));
    EXPECT_BYTES("????four????????", got, sizeof got);
}

BEHAVIOUR(recvfrom_on_a_stream_names_the_peer_or_nobody)
{
    struct pair p = stream_pair(AF_INET);
    struct endpoint from;
    char got[4];
    memset(&from, 0x5a, sizeof from);
    from.len = sizeof(struct sockaddr_in);
    send_text(p.client, "data");
    EXPECT_EQ(4, recvfrom(p.server, got, sizeof got, 0, ADDR(from), &from.len));
    EXPECT(from.len == 0 || same_endpoint(from, local_of(p.client)));
    // Whatever it named, it stays inside the room of an IPv4 address.
    uint8_t untouched[8];
    memset(untouched, 0x5a, sizeof untouched);
    EXPECT_BYTES(untouched, (uint8_t *)&from.addr + sizeof(struct sockaddr_in), sizeof untouched);
}

BEHAVIOUR(sendto_on_a_connected_stream_goes_to_the_peer)
{
    struct pair p = stream_pair(AF_INET);
    struct endpoint to = local_of(p.listener);
    EXPECT_EQ(2, sendto(p.client, "hi", 2, 0, ADDR(to), to.len));
    expect_text(p.server, "hi");
}
