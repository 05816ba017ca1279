/* POSIX's transfers in full: flags of one call, whole lengths, names and reports of messages. */
#include "loopback.h"

#include <string.h>

POSIX_ONLY(dontwait_makes_one_receive_nonblocking)
{
    struct pair p = stream_pair(AF_INET);
    int fds[2];
    char got[8];
    datagram_pair(AF_INET, fds);
    EXPECT_ERRNO(EAGAIN, recv(p.server, got, sizeof got, MSG_DONTWAIT));
    EXPECT_ERRNO(EAGAIN, recv(fds[1], got, sizeof got, MSG_DONTWAIT));
    EXPECT_ERRNO(EAGAIN, recv(p.server, got, sizeof got, MSG_DONTWAIT | MSG_WAITALL));
    EXPECT_EQ(0, EXPECT_OK(fcntl(p.server, F_GETFL)) & O_NONBLOCK);
    send_text(p.client, "abc");
    EXPECT(poll_one(p.server, POLLIN, 1000) & POLLIN);
    EXPECT_EQ(3, recv(p.server, got, sizeof got, MSG_DONTWAIT | MSG_PEEK));
    EXPECT_EQ(3, recv(p.server, got, sizeof got, MSG_DONTWAIT | MSG_WAITALL));
}

POSIX_ONLY(dontwait_names_the_sender_too)
{
    int a = datagram_bound(AF_INET);
    int b = datagram_bound(AF_INET);
    struct endpoint to = local_of(b);
    struct endpoint from = {.len = sizeof from.addr};
    char got[8];
    EXPECT_ERRNO(EAGAIN, recvfrom(b, got, sizeof got, MSG_DONTWAIT, ADDR(from), &from.len));
    EXPECT_EQ(2, sendto(a, "hi", 2, MSG_DONTWAIT, ADDR(to), to.len));
    EXPECT(poll_one(b, POLLIN, 1000) & POLLIN);
    EXPECT_EQ(2, recvfrom(b, got, sizeof got, MSG_DONTWAIT, ADDR(from), &from.len));
    EXPECT(same_endpoint(from, local_of(a)));
}

POSIX_ONLY(dontwait_makes_one_send_nonblocking)
{
    static char chunk[1 << 20];
    struct pair p = stream_pair(AF_INET);
    ssize_t n;
    int calls = 0;
    while ((n = send(p.client, chunk, sizeof chunk, MSG_DONTWAIT)) > 0)
        EXPECT(++calls < 100);
    EXPECT_EQ(EAGAIN, errno);
    EXPECT(calls > 0);
    EXPECT_EQ(0, EXPECT_OK(fcntl(p.client, F_GETFL)) & O_NONBLOCK);
}

POSIX_ONLY(dontwait_on_a_closed_descriptor_is_ebadf)
{
    int fd = datagram_bound(AF_INET);
    char byte = 0;
    EXPECT_OK(close(fd));
    EXPECT_ERRNO(EBADF, recv(fd, &byte, 1, MSG_DONTWAIT));
    EXPECT_ERRNO(EBADF, send(fd, &byte, 1, MSG_DONTWAIT));
}

POSIX_ONLY(nosignal_is_taken_and_a_gone_peer_is_epipe)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT_EQ(1, send(p.client, "x", 1, MSG_NOSIGNAL));
    EXPECT_OK(shutdown(p.client, SHUT_WR));
    EXPECT_ERRNO(EPIPE, send(p.client, "x", 1, MSG_NOSIGNAL));
}

POSIX_ONLY(sendto_nobody_goes_to_the_peer)
{
    struct pair p = stream_pair(AF_INET);
    int fds[2];
    datagram_pair(AF_INET, fds);
    EXPECT_EQ(2, sendto(p.client, "hi", 2, 0, NULL, 0));
    expect_text(p.server, "hi");
    EXPECT_EQ(2, sendto(fds[0], "ho", 2, 0, NULL, 0));
    expect_text(fds[1], "ho");
}

POSIX_ONLY(trunc_tells_the_whole_length_of_a_datagram)
{
    int fds[2];
    char got[4];
    datagram_pair(AF_INET, fds);
    for (int i = 0; i < 2; i++)
        send_text(fds[0], "eleven char");
    EXPECT_EQ(11, recv(fds[1], got, sizeof got, MSG_TRUNC | MSG_PEEK));
    EXPECT_EQ(11, recv(fds[1], NULL, 0, MSG_TRUNC | MSG_PEEK));
    EXPECT_EQ(11, recv(fds[1], got, sizeof got, MSG_TRUNC));
    EXPECT_BYTES("elev", got, sizeof got);
    EXPECT_EQ(4, recv(fds[1], got, sizeof got, 0));
    EXPECT_ERRNO(EAGAIN, recv(fds[1], got, sizeof got, MSG_TRUNC | MSG_DONTWAIT));
}

POSIX_ONLY(trunc_names_the_sender_too)
{
    int a = datagram_bound(AF_INET);
    int b = datagram_bound(AF_INET);
    struct endpoint to = local_of(b);
    struct endpoint from = {.len = sizeof from.addr};
    char got[64];
    EXPECT_EQ(6, sendto(a, "abcdef", 6, 0, ADDR(to), to.len));
    EXPECT_EQ(6, recvfrom(b, got, 3, MSG_TRUNC | MSG_PEEK, ADDR(from), &from.len));
    EXPECT_EQ(6, recvfrom(b, got, sizeof got, MSG_TRUNC, ADDR(from), &from.len));
    EXPECT_BYTES("abcdef", got, 6);
    EXPECT(same_endpoint(from, local_of(a)));
}

/* A message from one to another, received with so much room and a name. */
static struct msghdr receive_named(int fd, char *room, size_t size, struct endpoint *from, ssize_t expected)
{
    static struct iovec parts[2];
    parts[0] = (struct iovec){room, size / 2};
    parts[1] = (struct iovec){room + size / 2, size - size / 2};
    struct msghdr message = {.msg_name = &from->addr,
                             .msg_namelen = sizeof from->addr,
                             .msg_iov = parts,
                             .msg_iovlen = 2,
                             .msg_flags = -1};
    EXPECT_EQ(expected, recvmsg(fd, &message, 0));
    from->len = message.msg_namelen;
    return message;
}

POSIX_ONLY(a_message_tells_its_sender_and_whether_it_was_cut)
{
    int a = datagram_bound(AF_INET);
    int b = datagram_bound(AF_INET);
    struct endpoint from;
    struct endpoint to = local_of(b);
    struct iovec out[] = {{"abc", 3}, {"defgh", 5}};
    struct msghdr message = {
        .msg_name = &to.addr, .msg_namelen = to.len, .msg_iov = out, .msg_iovlen = 2};
    static const struct {
        size_t room;
        ssize_t received;
        int flags;
    } cases[] = {{7, 7, MSG_TRUNC}, {8, 8, 0}, {9, 8, 0}, {1, 1, MSG_TRUNC}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char got[] = "??????????";
        EXPECT_EQ(8, sendmsg(a, &message, MSG_NOSIGNAL));
        struct msghdr in = receive_named(b, got, cases[i].room, &from, cases[i].received);
        EXPECT_EQ(cases[i].flags, in.msg_flags);
        EXPECT_BYTES("abcdefgh", got, (size_t)cases[i].received);
        EXPECT_EQ('?', got[cases[i].received]);
        EXPECT(same_endpoint(from, local_of(a)));
    }
}

POSIX_ONLY(a_message_without_a_name_is_flagged_as_cut_too)
{
    int fds[2];
    char got[3];
    struct iovec one = {got, sizeof got};
    struct msghdr message = {.msg_iov = &one, .msg_iovlen = 1};
    datagram_pair(AF_INET, fds);
    send_text(fds[0], "abcdef");
    EXPECT_EQ(3, recvmsg(fds[1], &message, 0));
    EXPECT_EQ(MSG_TRUNC, message.msg_flags);
    send_text(fds[0], "abc");
    EXPECT_EQ(3, recvmsg(fds[1], &message, 0));
    EXPECT_EQ(0, message.msg_flags);
}

POSIX_ONLY(a_message_of_a_stream_takes_no_more_than_its_room)
{
    struct pair p = stream_pair(AF_INET);
    struct endpoint from;
    char got[4];
    send_text(p.client, "abcdef");
    struct msghdr in = receive_named(p.server, got, 3, &from, 3);
    EXPECT_EQ(0, in.msg_flags);
    expect_text(p.server, "def");
}

POSIX_ONLY(a_message_without_control_data_says_so)
{
    int fds[2];
    char got[8];
    char control[64];
    struct iovec one = {got, sizeof got};
    struct msghdr message = {.msg_iov = &one,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    datagram_pair(AF_INET, fds);
    send_text(fds[0], "x");
    EXPECT_EQ(1, recvmsg(fds[1], &message, 0));
    EXPECT_EQ(0, message.msg_controllen);
    EXPECT(CMSG_FIRSTHDR(&message) == NULL);
}

POSIX_ONLY(a_sender_s_address_is_cut_at_its_room)
{
    int a = datagram_bound(AF_INET);
    int b = datagram_bound(AF_INET);
    struct endpoint to = local_of(b);
    uint8_t room[8];
    socklen_t len = 2;
    char byte;
    memset(room, 0x5a, sizeof room);
    EXPECT_EQ(1, sendto(a, "x", 1, 0, ADDR(to), to.len));
    EXPECT_EQ(1, recvfrom(b, &byte, 1, 0, (struct sockaddr *)(void *)room, &len));
    EXPECT_EQ(sizeof(struct sockaddr_in), len);
    EXPECT_EQ(0x5a, room[2]);
}

POSIX_ONLY(more_parts_than_a_message_may_have_are_emsgsize)
{
    static struct iovec parts[1100];
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 1100};
    int fds[2];
    datagram_pair(AF_INET, fds);
    EXPECT_ERRNO(EMSGSIZE, sendmsg(fds[0], &message, 0));
    EXPECT_ERRNO(EMSGSIZE, recvmsg(fds[1], &message, 0));
}

POSIX_ONLY(a_stream_without_urgent_data_is_at_no_mark)
{
    struct pair p = stream_pair(AF_INET);
    send_text(p.client, "abc");
    EXPECT_EQ(0, sockatmark(p.server));
    EXPECT_ERRNO(ENOTTY, sockatmark(datagram_bound(AF_INET)));
    EXPECT_ERRNO(ENOTTY, sockatmark(1));
    EXPECT_OK(close(p.server));
    EXPECT_ERRNO(EBADF, sockatmark(p.server));
}
