/* POSIX's options in full: what a socket is, its error, and the lengths of values. */
#include "loopback.h"

#include <string.h>

POSIX_ONLY(a_socket_tells_its_type_family_and_protocol)
{
    static const struct {
        int family, type, protocol;
    } cases[] = {{AF_INET, SOCK_STREAM, IPPROTO_TCP}, {AF_INET, SOCK_DGRAM, IPPROTO_UDP}};
    for (int i = 0; i < 2; i++) {
        int fd = EXPECT_OK(socket(cases[i].family, cases[i].type | SOCK_NONBLOCK, 0));
        EXPECT_EQ(cases[i].type, int_option(fd, SOL_SOCKET, SO_TYPE));
        EXPECT_EQ(cases[i].family, int_option(fd, SOL_SOCKET, SO_DOMAIN));
        EXPECT_EQ(cases[i].protocol, int_option(fd, SOL_SOCKET, SO_PROTOCOL));
    }
}

POSIX_ONLY_NEEDING(ipv6, an_ipv6_socket_tells_its_family)
{
    EXPECT_EQ(AF_INET6, int_option(stream_socket(AF_INET6), SOL_SOCKET, SO_DOMAIN));
}

POSIX_ONLY(a_pair_tells_its_type_and_family)
{
    int fds[2];
    EXPECT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
    EXPECT_EQ(SOCK_STREAM, int_option(fds[0], SOL_SOCKET, SO_TYPE));
    EXPECT_EQ(AF_UNIX, int_option(fds[0], SOL_SOCKET, SO_DOMAIN));
    EXPECT_EQ(0, int_option(fds[0], SOL_SOCKET, SO_PROTOCOL));
}

POSIX_ONLY(a_listener_tells_that_it_listens)
{
    EXPECT_EQ(1, int_option(stream_listener(AF_INET), SOL_SOCKET, SO_ACCEPTCONN));
    EXPECT_EQ(0, int_option(stream_bound(AF_INET), SOL_SOCKET, SO_ACCEPTCONN));
}

POSIX_ONLY(the_error_of_a_socket_is_told_once)
{
    struct endpoint nobody = local_of(stream_bound(AF_INET));
    int fd = EXPECT_OK(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    EXPECT_EQ(0, int_option(fd, SOL_SOCKET, SO_ERROR));
    EXPECT_ERRNO(EINPROGRESS, connect(fd, ADDR(nobody), nobody.len));
    EXPECT(poll_one(fd, POLLOUT, 1000) != 0);
    EXPECT_EQ(ECONNREFUSED, int_option(fd, SOL_SOCKET, SO_ERROR));
    EXPECT_EQ(0, int_option(fd, SOL_SOCKET, SO_ERROR));
}

POSIX_ONLY(a_connect_that_went_well_has_no_error)
{
    int listener = stream_listener(AF_INET);
    struct endpoint to = local_of(listener);
    int fd = EXPECT_OK(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    EXPECT_ERRNO(EINPROGRESS, connect(fd, ADDR(to), to.len));
    EXPECT_EQ(POLLOUT, poll_one(fd, POLLOUT, 1000));
    EXPECT_EQ(0, int_option(fd, SOL_SOCKET, SO_ERROR));
}

static void expect_reads_back(int fd, int option, int value)
{
    set_int_option(fd, SOL_SOCKET, option, value);
    EXPECT_EQ(value, int_option(fd, SOL_SOCKET, option));
}

POSIX_ONLY(seldom_options_read_back)
{
    int fd = stream_socket(AF_INET);
    for (int on = 1; on >= 0; on--) {
        expect_reads_back(fd, SO_DONTROUTE, on);
        expect_reads_back(fd, SO_OOBINLINE, on);
    }
    expect_reads_back(fd, SO_RCVLOWAT, 7);
    EXPECT_EQ(1, int_option(fd, SOL_SOCKET, SO_SNDLOWAT));
}

POSIX_ONLY(what_can_only_be_read_is_enoprotoopt_to_set)
{
    static const int options[] = {SO_ACCEPTCONN, SO_DOMAIN, SO_ERROR, SO_PROTOCOL, SO_SNDLOWAT, SO_TYPE};
    int fd = stream_socket(AF_INET);
    int value = 1;
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        EXPECT_ERRNO(ENOPROTOOPT, setsockopt(fd, SOL_SOCKET, options[i], &value, sizeof value));
}

POSIX_ONLY(an_unknown_option_is_enoprotoopt)
{
    static const int levels[] = {SOL_SOCKET, IPPROTO_TCP, IPPROTO_IP};
    int fd = stream_socket(AF_INET);
    int value = 1;
    socklen_t len = sizeof value;
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        EXPECT_ERRNO(ENOPROTOOPT, getsockopt(fd, levels[i], 9999, &value, &len));
        EXPECT_ERRNO(ENOPROTOOPT, setsockopt(fd, levels[i], 9999, &value, sizeof value));
    }
}

POSIX_ONLY(an_unknown_option_of_no_socket_is_the_descriptor_s_error)
{
    int fd = stream_socket(AF_INET);
    int value = 1;
    socklen_t len = sizeof value;
    EXPECT_ERRNO(ENOTSOCK, getsockopt(1, SOL_SOCKET, 9999, &value, &len));
    EXPECT_OK(close(fd));
    EXPECT_ERRNO(EBADF, getsockopt(fd, SOL_SOCKET, 9999, &value, &len));
    EXPECT_ERRNO(EBADF, setsockopt(fd, SOL_SOCKET, 9999, &value, sizeof value));
    EXPECT_ERRNO(EBADF, getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &len));
    EXPECT_ERRNO(EBADF, getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &len));
}

POSIX_ONLY(a_value_is_cut_at_its_room)
{
    static const int options[] = {SO_KEEPALIVE, SO_TYPE, SO_ERROR, SO_LINGER, SO_RCVTIMEO};
    int fd = stream_socket(AF_INET);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        uint8_t room[32];
        socklen_t len = 2;
        memset(room, 0x5a, sizeof room);
        EXPECT_OK(getsockopt(fd, SOL_SOCKET, options[i], room, &len));
        EXPECT_EQ(2, len);
        EXPECT(room[0] != 0x5a);
        EXPECT_EQ(0x5a, room[2]);
    }
}

POSIX_ONLY(a_value_tells_its_length)
{
    static const struct {
        int option;
        socklen_t len;
    } cases[] = {{SO_KEEPALIVE, sizeof(int)},
                 {SO_RCVBUF, sizeof(int)},
                 {SO_TYPE, sizeof(int)},
                 {SO_ERROR, sizeof(int)},
                 {SO_LINGER, sizeof(struct linger)},
                 {SO_SNDTIMEO, sizeof(struct timeval)}};
    int fd = stream_socket(AF_INET);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t room[32];
        socklen_t len = sizeof room;
        memset(room, 0x5a, sizeof room);
        EXPECT_OK(getsockopt(fd, SOL_SOCKET, cases[i].option, room, &len));
        EXPECT_EQ(cases[i].len, len);
        EXPECT_EQ(0x5a, room[len]);
        EXPECT(room[len - 1] != 0x5a);
    }
}

POSIX_ONLY(a_value_that_is_too_short_is_einval)
{
    static const int options[] = {SO_KEEPALIVE, SO_RCVBUF, SO_LINGER, SO_RCVTIMEO, SO_RCVLOWAT};
    int fd = stream_socket(AF_INET);
    struct timeval value = {0, 0};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_SOCKET, options[i], &value, 3));
    EXPECT_ERRNO(EINVAL, setsockopt(fd, SOL_SOCKET, SO_LINGER, &value, 4));
    EXPECT_ERRNO(EINVAL, setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, 1));
}

POSIX_ONLY(one_byte_does_for_an_option_of_ip)
{
    int fd = datagram_bound(AF_INET);
    uint8_t hops = 9;
    uint8_t got[4] = {0, 0x5a, 0x5a, 0x5a};
    socklen_t len = 1;
    EXPECT_OK(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops));
    EXPECT_EQ(9, int_option(fd, IPPROTO_IP, IP_MULTICAST_TTL));
    EXPECT_OK(getsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, got, &len));
    EXPECT_EQ(1, len);
    EXPECT_EQ(9, got[0]);
    EXPECT_EQ(0x5a, got[1]);
    hops = 0;
    EXPECT_OK(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &hops, sizeof hops));
    EXPECT_EQ(0, int_option(fd, IPPROTO_IP, IP_MULTICAST_LOOP));
}

POSIX_ONLY(hops_have_limits_and_a_default)
{
    static const int bad[] = {256, -2, 0};
    int fd = datagram_bound(AF_INET);
    int least = int_option(fd, IPPROTO_IP, IP_TTL);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        EXPECT_ERRNO(EINVAL, setsockopt(fd, IPPROTO_IP, IP_TTL, &bad[i], sizeof bad[i]));
    EXPECT_ERRNO(EINVAL, setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &bad[0], sizeof bad[0]));
    set_int_option(fd, IPPROTO_IP, IP_TTL, 5);
    set_int_option(fd, IPPROTO_IP, IP_TTL, -1);
    EXPECT_EQ(least, int_option(fd, IPPROTO_IP, IP_TTL));
    set_int_option(fd, IPPROTO_IP, IP_MULTICAST_TTL, 5);
    set_int_option(fd, IPPROTO_IP, IP_MULTICAST_TTL, -1);
    EXPECT_EQ(1, int_option(fd, IPPROTO_IP, IP_MULTICAST_TTL));
}

POSIX_ONLY_NEEDING(ipv6, hops_of_ipv6_have_limits_and_a_default)
{
    static const int bad[] = {256, -2};
    int fd = datagram_bound(AF_INET6);
    int option = IPV6_UNICAST_HOPS;
    int value = 0;
    socklen_t len = sizeof value;
    EXPECT_EQ(64, int_option(fd, IPPROTO_IPV6, option));
    set_int_option(fd, IPPROTO_IPV6, option, 7);
    EXPECT_EQ(7, int_option(fd, IPPROTO_IPV6, option));
    set_int_option(fd, IPPROTO_IPV6, option, -1);
    EXPECT_EQ(64, int_option(fd, IPPROTO_IPV6, option));
    for (int i = 0; i < 2; i++)
        EXPECT_ERRNO(EINVAL, setsockopt(fd, IPPROTO_IPV6, option, &bad[i], sizeof bad[i]));
    EXPECT_OK(close(fd));
    EXPECT_ERRNO(EBADF, getsockopt(fd, IPPROTO_IPV6, option, &value, &len));
    EXPECT_ERRNO(EBADF, setsockopt(fd, IPPROTO_IPV6, option, &value, len));
}

POSIX_ONLY(a_timeout_that_is_no_time_is_edom)
{
    struct timeval bad = {.tv_sec = 1, .tv_usec = 1000000};
    EXPECT_ERRNO(EDOM, setsockopt(stream_socket(AF_INET), SOL_SOCKET, SO_RCVTIMEO, &bad, sizeof bad));
}

POSIX_ONLY_NEEDING(multicast, a_group_is_joined_on_an_interface_by_its_index)
{
    int fd = datagram_bound(AF_INET);
    struct ip_mreqn wish = {.imr_ifindex = 1};
    wish.imr_multiaddr.s_addr = inet_addr("239.255.0.7");
    EXPECT_OK(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &wish, sizeof wish));
    EXPECT_ERRNO(EADDRINUSE, setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &wish, sizeof wish));
    EXPECT_OK(setsockopt(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &wish, sizeof wish));
    wish.imr_ifindex = 99999;
    EXPECT_ERRNO(ENODEV, setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &wish, sizeof wish));
}

/* A group in the form of both families. */
static struct group_req request_of(const char *group, unsigned interface)
{
    struct endpoint at = endpoint_of(group, 0);
    struct group_req wish = {.gr_interface = interface};
    memcpy(&wish.gr_group, &at.addr, at.len);
    return wish;
}

POSIX_ONLY_NEEDING(multicast, a_group_of_either_family_is_joined_by_one_structure)
{
    struct group_req v4 = request_of("239.255.0.7", 1);
    struct ip_mreqn same = {.imr_ifindex = 1};
    int fd = datagram_bound(AF_INET);
    same.imr_multiaddr.s_addr = inet_addr("239.255.0.7");
    EXPECT_OK(setsockopt(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &v4, sizeof v4));
    EXPECT_ERRNO(EADDRINUSE, setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &same, sizeof same));
    EXPECT_OK(setsockopt(fd, IPPROTO_IP, MCAST_LEAVE_GROUP, &v4, sizeof v4));
    EXPECT_ERRNO(EADDRNOTAVAIL, setsockopt(fd, IPPROTO_IP, MCAST_LEAVE_GROUP, &v4, sizeof v4));
    EXPECT_ERRNO(EINVAL, setsockopt(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &v4, 8));
    v4.gr_group.ss_family = AF_INET6;
    EXPECT_ERRNO(EINVAL, setsockopt(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &v4, sizeof v4));
}

POSIX_ONLY_NEEDING(ipv6, an_ipv6_group_is_joined_by_that_structure_too)
{
    struct group_req v6 = request_of("ff15::4242", 1);
    int fd = datagram_bound(AF_INET6);
    EXPECT_OK(setsockopt(fd, IPPROTO_IPV6, MCAST_JOIN_GROUP, &v6, sizeof v6));
    EXPECT_ERRNO(EADDRINUSE, setsockopt(fd, IPPROTO_IPV6, MCAST_JOIN_GROUP, &v6, sizeof v6));
    EXPECT_OK(setsockopt(fd, IPPROTO_IPV6, MCAST_LEAVE_GROUP, &v6, sizeof v6));
    v6.gr_group.ss_family = AF_INET;
    EXPECT_ERRNO(EADDRNOTAVAIL, setsockopt(fd, IPPROTO_IPV6, MCAST_JOIN_GROUP, &v6, sizeof v6));
}
