/* Datagrams: boundaries, senders, emptiness, connected ones. */
#include "loopback.h"

#include <stdlib.h>
#include <string.h>

static void send_to(int fd, int to_fd, const char *text)
{
    struct endpoint to = local_of(to_fd);
    EXPECT_EQ(strlen(text), sendto(fd, text, strlen(text), 0, ADDR(to), to.len));
}

/* Receives one datagram of exactly this text; gives its sender. */
static struct endpoint expect_datagram(int fd, const char *text)
{
    char got[64];
    struct endpoint from = {.len = sizeof from.addr};
    EXPECT_EQ(strlen(text), recvfrom(fd, got, sizeof got, 0, ADDR(from), &from.len));
    EXPECT_BYTES(text, got, strlen(text));
    return from;
}

BEHAVIOUR(a_datagram_names_its_sender)
{
    int a = datagram_bound(AF_INET);
    int b = datagram_bound(AF_INET);
    send_to(a, b, "hello");
    struct endpoint from = expect_datagram(b, "hello");
    EXPECT_EQ(sizeof(struct sockaddr_in), from.len);
    EXPECT(same_endpoint(from, local_of(a)));
}

BEHAVIOUR(datagrams_keep_their_boundaries_and_order)
{
    int a = datagram_bound(AF_INET);
    int b = datagram_bound(AF_INET);
    send_to(a, b, "one");
    send_to(a, b, "three");
    expect_datagram(b, "one");
    expect_datagram(b, "three");
}

BEHAVIOUR(an_empty_datagram_arrives_and_names_its_sender)
{
    int a = datagram_bound(AF_INET);
    int b = datagram_bound(AF_INET);
    send_to(a, b, "");
    send_to(a, b, "after");
    EXPECT(poll_one(b, POLLIN, 1000) & POLLIN);
    EXPECT(same_endpoint(expect_datagram(b, ""), local_of(a)));
    expect_datagram(b, "after");
}

BEHAVIOUR(an_empty_datagram_is_sent_by_every_way_of_sending)
{
    int fds[2];
    struct msghdr nothing = {.msg_iovlen = 0};
    struct iovec hollow[] = {{NULL, 0}, {NULL, 0}};
    struct msghdr parts = {.msg_iov = hollow, .msg_iovlen = 2};
    datagram_pair(AF_INET, fds);
    EXPECT_EQ(0, send(fds[0], "", 0, 0));
    EXPECT_EQ(0, sendmsg(fds[0], &nothing, 0));
    EXPECT_EQ(0, sendmsg(fds[0], &parts, 0));
    EXPECT_EQ(0, write(fds[0], "", 0));
    for (int i = 0; i < 4; i++)
        expect_datagram(fds[1], "");
    EXPECT_EQ(0, poll_one(fds[1], POLLIN, 0));
}

BEHAVIOUR(receiving_into_nothing_takes_one_datagram)
{
    int fds[2];
    datagram_pair(AF_INET, fds);
    send_text(fds[0], "dropped");
    send_text(fds[0], "next");
    EXPECT_EQ(0, recv(fds[1], NULL, 0, 0));
    expect_datagram(fds[1], "next");
}

BEHAVIOUR(receiving_without_parts_takes_one_datagram)
{
    int fds[2];
    struct msghdr nothing = {.msg_iovlen = 0};
    datagram_pair(AF_INET, fds);
    send_text(fds[0], "dropped");
    send_text(fds[0], "next");
    EXPECT_EQ(0, recvmsg(fds[1], &nothing, 0));
    expect_datagram(fds[1], "next");
}

BEHAVIOUR(a_short_read_drops_the_rest_of_a_datagram)
{
    int fds[2];
    char two[2];
    datagram_pair(AF_INET, fds);
    send_text(fds[0], "abcdef");
    send_text(fds[0], "next");
    EXPECT_EQ(2, read(fds[1], two, 2));
    EXPECT_BYTES("ab", two, 2);
    expect_datagram(fds[1], "next");
}

BEHAVIOUR(an_unbound_socket_gets_a_port_with_its_first_datagram)
{
    int a = EXPECT_OK(socket(AF_INET, SOCK_DGRAM, 0));
    int b = datagram_bound(AF_INET);
    send_to(a, b, "hi");
    struct endpoint from = expect_datagram(b, "hi");
    EXPECT(port_of(from) != 0);
    EXPECT_EQ(port_of(local_of(a)), port_of(from));
}

BEHAVIOUR(a_connected_socket_hears_its_peer_only)
{
    int a = datagram_bound(AF_INET);
    int b = datagram_bound(AF_INET);
    int stranger = datagram_bound(AF_INET);
    struct endpoint to = local_of(b);
    EXPECT_OK(connect(a, ADDR(to), to.len));
    send_to(stranger, a, "unheard");
    send_to(b, a, "heard");
    expect_datagram(a, "heard");
    EXPECT_EQ(0, poll_one(a, POLLIN, 20));
}

BEHAVIOUR(connecting_a_datagram_socket_again_changes_its_peer)
{
    int a = datagram_bound(AF_INET);
    int peers[2] = {datagram_bound(AF_INET), datagram_bound(AF_INET)};
    for (int i = 0; i < 2; i++) {
        struct endpoint to = local_of(peers[i]);
        EXPECT_OK(connect(a, ADDR(to), to.len));
        EXPECT(same_endpoint(peer_of(a), to));
        send_text(a, i == 0 ? "first" : "second");
    }
    expect_datagram(peers[0], "first");
    expect_datagram(peers[1], "second");
}

BEHAVIOUR(sendto_on_a_connected_datagram_socket_goes_where_it_says)
{
    int fds[2];
    int other = datagram_bound(AF_INET);
    datagram_pair(AF_INET, fds);
    send_to(fds[0], other, "elsewhere");
    expect_datagram(other, "elsewhere");
    EXPECT_EQ(0, poll_one(fds[1], POLLIN, 0));
}

BEHAVIOUR(sending_without_a_peer_is_edestaddrreq)
{
    EXPECT_ERRNO(EDESTADDRREQ, send(datagram_bound(AF_INET), "x", 1, 0));
}

BEHAVIOUR(read_and_write_work_on_connected_datagram_sockets)
{
    int fds[2];
    char got[8];
    datagram_pair(AF_INET, fds);
    EXPECT_EQ(5, write(fds[0], "hello", 5));
    EXPECT_EQ(5, read(fds[1], got, sizeof got));
    EXPECT_BYTES("hello", got, 5);
}

BEHAVIOUR(a_connected_socket_hears_that_its_peer_is_gone)
{
    int fds[2];
    char byte;
    datagram_pair(AF_INET, fds);
    EXPECT_OK(close(fds[1]));
    send_text(fds[0], "anybody?");
    EXPECT_ERRNO(ECONNREFUSED, recv(fds[0], &byte, 1, 0));
}

BEHAVIOUR(the_largest_datagram_is_65507_bytes)
{
    enum { LARGEST = 65507 };
    char *big = calloc(1, LARGEST + 1);
    int fds[2];
    datagram_pair(AF_INET, fds);
    EXPECT(big != NULL);
    memset(big, 'z', LARGEST + 1);
    EXPECT_ERRNO(EMSGSIZE, send(fds[0], big, LARGEST + 1, 0));
    EXPECT_EQ(LARGEST, send(fds[0], big, LARGEST, 0));
    memset(big, 0, LARGEST + 1);
    EXPECT_EQ(LARGEST, recv(fds[1], big, LARGEST + 1, 0));
    EXPECT_EQ('z', big[LARGEST - 1]);
    EXPECT_EQ(0, big[LARGEST]);
}

BEHAVIOUR(a_burst_of_datagrams_arrives_whole)
{
    int fds[2];
    uint8_t number;
    datagram_pair(AF_INET, fds);
    for (uint8_t i = 0; i < 32; i++)
        EXPECT_EQ(1, send(fds[0], &i, 1, 0));
    for (int i = 0; i < 32; i++) {
        EXPECT_EQ(1, recv(fds[1], &number, 1, 0));
        EXPECT_EQ(i, number);
    }
}

BEHAVIOUR(closing_a_datagram_socket_frees_its_port)
{
    int a = datagram_bound(AF_INET);
    struct endpoint at = local_of(a);
    int b = EXPECT_OK(socket(AF_INET, SOCK_DGRAM, 0));
    EXPECT_ERRNO(EADDRINUSE, bind(b, ADDR(at), at.len));
    EXPECT_OK(close(a));
    EXPECT_OK(bind(b, ADDR(at), at.len));
}

BEHAVIOUR(a_stream_and_a_datagram_socket_share_a_port_number)
{
    int datagram = EXPECT_OK(socket(AF_INET, SOCK_DGRAM, 0));
    int stream = stream_listener(AF_INET);
    struct endpoint at = local_of(stream);
    // Another program may hold the number; any other error is a failure.
    if (bind(datagram, ADDR(at), at.len) == -1)
        EXPECT_EQ(EADDRINUSE, errno);
    else
        EXPECT(same_endpoint(local_of(datagram), at));
}

BEHAVIOUR_NEEDING(broadcast, a_broadcast_needs_its_option)
{
    int from = datagram_bound(AF_INET);
    int to = EXPECT_OK(socket(AF_INET, SOCK_DGRAM, 0));
    struct endpoint everywhere = endpoint_of("0.0.0.0", 0);
    EXPECT_OK(bind(to, ADDR(everywhere), everywhere.len));
    struct endpoint all = endpoint_of("127.255.255.255", port_of(local_of(to)));
    EXPECT_ERRNO(EACCES, sendto(from, "all", 3, 0, ADDR(all), all.len));
    set_int_option(from, SOL_SOCKET, SO_BROADCAST, 1);
    EXPECT_EQ(3, sendto(from, "all", 3, 0, ADDR(all), all.len));
    EXPECT(same_endpoint(expect_datagram(to, "all"), local_of(from)));
}
