/* Options: what is set is what is read, on the sockets that have them. */
#include "loopback.h"

#include <string.h>

/* Both values can be set and read back, whatever it was at first. */
static void expect_switch(int fd, int level, int option)
{
    for (int round = 0; round < 2; round++) {
        set_int_option(fd, level, option, 1);
        EXPECT(int_option(fd, level, option) == 1);
        set_int_option(fd, level, option, 0);
        EXPECT(int_option(fd, level, option) == 0);
    }
}

static void expect_number(int fd, int level, int option, int value)
{
    set_int_option(fd, level, option, value);
    EXPECT_EQ(value, int_option(fd, level, option));
}

BEHAVIOUR(reuse_addr_is_off_at_first_and_reads_back)
{
    int fd = stream_socket(AF_INET);
    EXPECT_EQ(0, int_option(fd, SOL_SOCKET, SO_REUSEADDR));
    expect_switch(fd, SOL_SOCKET, SO_REUSEADDR);
}

BEHAVIOUR(reuse_port_is_off_at_first_and_reads_back)
{
    int fd = datagram_bound(AF_INET);
    EXPECT_EQ(0, int_option(fd, SOL_SOCKET, SO_REUSEPORT));
    expect_switch(fd, SOL_SOCKET, SO_REUSEPORT);
}

BEHAVIOUR(reuse_port_lets_two_listeners_share_a_port)
{
    int fds[2] = {stream_socket(AF_INET), stream_socket(AF_INET)};
    struct endpoint at = loopback(AF_INET);
    for (int i = 0; i < 2; i++) {
        set_int_option(fds[i], SOL_SOCKET, SO_REUSEPORT, 1);
        EXPECT_OK(bind(fds[i], ADDR(at), at.len));
        EXPECT_OK(listen(fds[i], 4));
        at = local_of(fds[0]);
    }
    EXPECT(same_endpoint(local_of(fds[0]), local_of(fds[1])));
}

BEHAVIOUR(keep_alive_is_off_at_first_and_reads_back)
{
    int fd = stream_socket(AF_INET);
    EXPECT_EQ(0, int_option(fd, SOL_SOCKET, SO_KEEPALIVE));
    expect_switch(fd, SOL_SOCKET, SO_KEEPALIVE);
}

BEHAVIOUR(an_accepted_socket_inherits_keep_alive)
{
    int listener = stream_listener(AF_INET);
    set_int_option(listener, SOL_SOCKET, SO_KEEPALIVE, 1);
    stream_connected_to(listener);
    int server = EXPECT_OK(accept(listener, NULL, NULL));
    EXPECT_EQ(1, int_option(server, SOL_SOCKET, SO_KEEPALIVE));
}

BEHAVIOUR(broadcast_is_off_at_first_and_reads_back)
{
    int fd = datagram_bound(AF_INET);
    EXPECT_EQ(0, int_option(fd, SOL_SOCKET, SO_BROADCAST));
    expect_switch(fd, SOL_SOCKET, SO_BROADCAST);
}

BEHAVIOUR(no_delay_is_off_at_first_and_reads_back)
{
    int fd = stream_socket(AF_INET);
    EXPECT_EQ(0, int_option(fd, IPPROTO_TCP, TCP_NODELAY));
    expect_switch(fd, IPPROTO_TCP, TCP_NODELAY);
}

BEHAVIOUR(quick_ack_reads_back)
{
    expect_switch(stream_pair(AF_INET).client, IPPROTO_TCP, TCP_QUICKACK);
}

BEHAVIOUR(fastopen_connect_reads_back)
{
    expect_switch(stream_socket(AF_INET), IPPROTO_TCP, TCP_FASTOPEN_CONNECT);
}

BEHAVIOUR(keep_idle_and_keep_interval_are_seconds)
{
    int fd = stream_socket(AF_INET);
    expect_number(fd, IPPROTO_TCP, TCP_KEEPIDLE, 77);
    expect_number(fd, IPPROTO_TCP, TCP_KEEPINTVL, 33);
    EXPECT_EQ(77, int_option(fd, IPPROTO_TCP, TCP_KEEPIDLE));
}

BEHAVIOUR(a_keep_idle_of_zero_is_einval)
{
    int zero = 0;
    EXPECT_ERRNO(EINVAL, setsockopt(stream_socket(AF_INET), IPPROTO_TCP, TCP_KEEPIDLE, &zero,
                                    sizeof zero));
}

BEHAVIOUR(linger_reads_back_whole)
{
    int fd = stream_socket(AF_INET);
    struct linger set = {.l_onoff = 1, .l_linger = 12345};
    struct linger got = {-1, -1};
    socklen_t len = sizeof got;
    EXPECT_OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &set, sizeof set));
    EXPECT_OK(getsockopt(fd, SOL_SOCKET, SO_LINGER, &got, &len));
    EXPECT_EQ(1, got.l_onoff);
    EXPECT_EQ(12345, got.l_linger);
}

BEHAVIOUR(the_time_to_live_reads_back_to_its_limits)
{
    int fd = datagram_bound(AF_INET);
    expect_number(fd, IPPROTO_IP, IP_TTL, 1);
    expect_number(fd, IPPROTO_IP, IP_TTL, 255);
    int zero = 0;
    EXPECT_ERRNO(EINVAL, setsockopt(fd, IPPROTO_IP, IP_TTL, &zero, sizeof zero));
    EXPECT_EQ(255, int_option(fd, IPPROTO_IP, IP_TTL));
}

BEHAVIOUR(buffer_sizes_can_be_set_and_differ)
{
    static const int options[] = {SO_RCVBUF, SO_SNDBUF};
    int fd = stream_socket(AF_INET);
    for (int i = 0; i < 2; i++) {
        set_int_option(fd, SOL_SOCKET, options[i], 16384);
        int small = int_option(fd, SOL_SOCKET, options[i]);
        set_int_option(fd, SOL_SOCKET, options[i], 65536);
        EXPECT(small >= 16384);
        EXPECT(int_option(fd, SOL_SOCKET, options[i]) > small);
    }
}

BEHAVIOUR(a_small_receive_buffer_stops_the_sender_earlier)
{
    static char chunk[4096];
    long long taken[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        int listener = stream_bound(AF_INET);
        set_int_option(listener, SOL_SOCKET, SO_RCVBUF, i == 0 ? 4096 : 131072);
        EXPECT_OK(listen(listener, 1));
        struct endpoint to = local_of(listener);
        int client = stream_socket(AF_INET);
        set_int_option(client, SOL_SOCKET, SO_SNDBUF, 8192);
        EXPECT_OK(connect(client, ADDR(to), to.len));
        EXPECT_OK(accept(listener, NULL, NULL));
        set_nonblocking(client, 1);
        ssize_t n;
        while ((n = send(client, chunk, sizeof chunk, 0)) > 0)
            taken[i] += n;
    }
    EXPECT(taken[0] > 0);
    EXPECT(taken[0] < taken[1]);
}

BEHAVIOUR(tcp_options_do_not_exist_on_datagram_sockets)
{
    int fd = datagram_bound(AF_INET);
    int one = 1;
    EXPECT_EQ(-1, setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
    EXPECT(errno == ENOPROTOOPT || errno == EOPNOTSUPP);
}

BEHAVIOUR(options_of_a_file_are_enotsock)
{
    int one = 1;
    socklen_t len = sizeof one;
    EXPECT_ERRNO(ENOTSOCK, getsockopt(1, SOL_SOCKET, SO_KEEPALIVE, &one, &len));
    EXPECT_ERRNO(ENOTSOCK, setsockopt(1, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one));
}

BEHAVIOUR(options_of_a_closed_descriptor_are_ebadf)
{
    int fd = stream_socket(AF_INET);
    int one = 1;
    socklen_t len = sizeof one;
    EXPECT_OK(close(fd));
    EXPECT_ERRNO(EBADF, getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, &len));
    EXPECT_ERRNO(EBADF, setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one));
}

BEHAVIOUR_NEEDING(ipv6, v6only_is_off_at_first_and_reads_back)
{
    int fd = stream_socket(AF_INET6);
    EXPECT_EQ(0, int_option(fd, IPPROTO_IPV6, IPV6_V6ONLY));
    expect_switch(fd, IPPROTO_IPV6, IPV6_V6ONLY);
}

BEHAVIOUR(timeouts_are_none_at_first_and_read_back)
{
    static const int options[] = {SO_RCVTIMEO, SO_SNDTIMEO};
    int fd = stream_socket(AF_INET);
    for (int i = 0; i < 2; i++) {
        struct timeval time = {7, 7};
        socklen_t len = sizeof time;
        EXPECT_OK(getsockopt(fd, SOL_SOCKET, options[i], &time, &len));
        EXPECT(time.tv_sec == 0 && time.tv_usec == 0);
        set_timeout_ms(fd, options[i], 2500 + 1000 * i);
        EXPECT_OK(getsockopt(fd, SOL_SOCKET, options[i], &time, &len));
        EXPECT_EQ(2 + i, time.tv_sec);
        EXPECT_EQ(500000, time.tv_usec);
        set_timeout_ms(fd, options[i], 0);
        EXPECT_OK(getsockopt(fd, SOL_SOCKET, options[i], &time, &len));
        EXPECT(time.tv_sec == 0 && time.tv_usec == 0);
    }
}
