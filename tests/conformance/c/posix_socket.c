/* POSIX's sockets in full: flags of socket and accept4, short and missing addresses, pairs. */
#include "loopback.h"

#include <string.h>

POSIX_ONLY(socket_takes_the_nonblocking_flag)
{
    char byte;
    int fd = EXPECT_OK(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    struct endpoint at = loopback(AF_INET);
    EXPECT(EXPECT_OK(fcntl(fd, F_GETFL)) & O_NONBLOCK);
    EXPECT_OK(bind(fd, ADDR(at), at.len));
    EXPECT_ERRNO(EAGAIN, recv(fd, &byte, 1, 0));
}

POSIX_ONLY(a_socket_of_an_unknown_family_is_eafnosupport)
{
    EXPECT_ERRNO(EAFNOSUPPORT, socket(77, SOCK_STREAM, 0));
    EXPECT_ERRNO(EAFNOSUPPORT, socket(-1, SOCK_STREAM, 0));
}

POSIX_ONLY(a_protocol_fits_the_type_or_is_eprotonosupport)
{
    EXPECT_OK(socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
    EXPECT_OK(socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP));
    EXPECT_ERRNO(EPROTONOSUPPORT, socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
    EXPECT_ERRNO(EPROTONOSUPPORT, socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP));
}

POSIX_ONLY(accept4_refuses_flags_that_it_does_not_know)
{
    EXPECT_ERRNO(EINVAL, accept4(stream_listener(AF_INET), NULL, NULL, 1));
}

/* Fails unless an address of so many bytes was written, whose own length is another. */
static void expect_cut(const struct endpoint *got, socklen_t written, socklen_t whole)
{
    const uint8_t *bytes = (const uint8_t *)&got->addr;
    EXPECT_EQ(whole, got->len);
    for (size_t i = written; i < sizeof got->addr; i++)
        EXPECT(bytes[i] == 0x5a);
}

POSIX_ONLY(an_address_is_cut_at_its_room_and_tells_its_whole_length)
{
    int listener = stream_listener(AF_INET);
    int client = stream_connected_to(listener);
    struct endpoint got[3];
    memset(got, 0x5a, sizeof got);
    for (int i = 0; i < 3; i++)
        got[i].len = 4;
    EXPECT_OK(accept(listener, ADDR(got[0]), &got[0].len));
    EXPECT_OK(getsockname(client, ADDR(got[1]), &got[1].len));
    EXPECT_OK(getpeername(client, ADDR(got[2]), &got[2].len));
    for (int i = 0; i < 3; i++) {
        expect_cut(&got[i], 4, sizeof(struct sockaddr_in));
        EXPECT_EQ(AF_INET, got[i].addr.ss_family);
    }
}

POSIX_ONLY(no_room_for_an_address_is_no_error)
{
    int fd = stream_bound(AF_INET);
    struct endpoint got;
    memset(&got, 0x5a, sizeof got);
    got.len = 0;
    EXPECT_OK(getsockname(fd, ADDR(got), &got.len));
    expect_cut(&got, 0, sizeof(struct sockaddr_in));
}

POSIX_ONLY(an_address_that_is_too_short_is_einval)
{
    struct endpoint at = loopback(AF_INET);
    EXPECT_ERRNO(EINVAL, bind(stream_socket(AF_INET), ADDR(at), 4));
    EXPECT_ERRNO(EINVAL, connect(stream_socket(AF_INET), ADDR(at), 4));
    EXPECT_ERRNO(EINVAL, sendto(datagram_bound(AF_INET), "x", 1, 0, ADDR(at), 4));
}

POSIX_ONLY(an_address_of_an_unknown_family_is_eafnosupport)
{
    struct endpoint at = loopback(AF_INET);
    at.addr.ss_family = 77;
    EXPECT_ERRNO(EAFNOSUPPORT, bind(stream_socket(AF_INET), ADDR(at), at.len));
    EXPECT_ERRNO(EAFNOSUPPORT, connect(stream_socket(AF_INET), ADDR(at), at.len));
}

POSIX_ONLY(a_backlog_below_zero_is_taken)
{
    int fd = stream_bound(AF_INET);
    EXPECT_OK(listen(fd, -1));
    stream_connected_to(fd);
    EXPECT_OK(accept(fd, NULL, NULL));
}

POSIX_ONLY(both_ends_of_a_pair_hear_each_other)
{
    int fds[2];
    EXPECT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
    send_text(fds[0], "there");
    send_text(fds[1], "and back");
    expect_text(fds[1], "there");
    expect_text(fds[0], "and back");
    EXPECT_EQ(0, poll_one(fds[0], POLLIN, 0));
    EXPECT_OK(close(fds[0]));
    expect_end_of_stream(fds[1]);
}

POSIX_ONLY(a_pair_of_datagram_sockets_keeps_boundaries)
{
    int fds[2];
    char got[8];
    EXPECT_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds));
    send_text(fds[0], "one");
    send_text(fds[0], "three");
    EXPECT_EQ(3, recv(fds[1], got, sizeof got, 0));
    EXPECT_EQ(5, recv(fds[1], got, sizeof got, 0));
}

POSIX_ONLY(a_pair_takes_the_nonblocking_flag)
{
    int fds[2];
    char byte;
    EXPECT_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds));
    for (int i = 0; i < 2; i++)
        EXPECT_ERRNO(EAGAIN, recv(fds[i], &byte, 1, 0));
}

POSIX_ONLY(a_pair_has_no_names)
{
    int fds[2];
    EXPECT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
    EXPECT_EQ(AF_UNIX, local_of(fds[0]).addr.ss_family);
    EXPECT_EQ(sizeof(sa_family_t), local_of(fds[0]).len);
    EXPECT_EQ(AF_UNIX, peer_of(fds[0]).addr.ss_family);
    EXPECT_EQ(sizeof(sa_family_t), peer_of(fds[0]).len);
}

POSIX_ONLY(a_pair_names_no_sender)
{
    int fds[2];
    char got[8];
    struct endpoint from = {.len = sizeof from.addr};
    EXPECT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
    send_text(fds[0], "who");
    EXPECT_EQ(3, recvfrom(fds[1], got, sizeof got, 0, ADDR(from), &from.len));
    EXPECT_EQ(0, from.len);
}

POSIX_ONLY(a_pair_over_ip_is_eopnotsupp)
{
    int fds[2];
    EXPECT_ERRNO(EOPNOTSUPP, socketpair(AF_INET, SOCK_STREAM, 0, fds));
}
