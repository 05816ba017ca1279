/* Multicast: groups joined and left, loop, time to live. All on the loopback interface. */
#include "loopback.h"

#include <string.h>
#include <time.h>

/* A group that no other run uses at the moment. */
static struct endpoint some_group(int port)
{
    struct timespec now;
    char text[32];
    EXPECT_OK(clock_gettime(CLOCK_REALTIME, &now));
    uint32_t n = (uint32_t)now.tv_nsec;
    uint8_t octets[4] = {239, (uint8_t)(n >> 16 & 0x7f), (uint8_t)(n >> 8), (uint8_t)n};
    EXPECT(inet_ntop(AF_INET, octets, text, sizeof text) != NULL);
    return endpoint_of(text, port);
}

static struct ip_mreq membership(struct endpoint group)
{
    struct ip_mreq out;
    struct sockaddr_in v4;
    memcpy(&v4, &group.addr, sizeof v4);
    out.imr_multiaddr = v4.sin_addr;
    EXPECT_EQ(1, inet_pton(AF_INET, "127.0.0.1", &out.imr_interface));
    return out;
}

static int change(int fd, int option, struct endpoint group)
{
    struct ip_mreq request = membership(group);
    return setsockopt(fd, IPPROTO_IP, option, &request, sizeof request);
}

static int receiver(void)
{
    int fd = EXPECT_OK(socket(AF_INET, SOCK_DGRAM, 0));
    struct endpoint any = endpoint_of("0.0.0.0", 0);
    EXPECT_OK(bind(fd, ADDR(any), any.len));
    return fd;
}

BEHAVIOUR_NEEDING(multicast, a_group_is_heard_between_joining_and_leaving)
{
    int fd = receiver();
    // Bound to loopback, so that the kernel sends on that interface.
    int sender = datagram_bound(AF_INET);
    struct endpoint group = some_group(port_of(local_of(fd)));
    char got[8];
    EXPECT_EQ(3, sendto(sender, "one", 3, 0, ADDR(group), group.len));
    EXPECT_EQ(0, poll_one(fd, POLLIN, 50));
    EXPECT_OK(change(fd, IP_ADD_MEMBERSHIP, group));
    EXPECT_EQ(3, sendto(sender, "two", 3, 0, ADDR(group), group.len));
    EXPECT_EQ(POLLIN, poll_one(fd, POLLIN, 1000));
    EXPECT_EQ(3, recv(fd, got, sizeof got, 0));
    EXPECT_BYTES("two", got, 3);
    EXPECT_OK(change(fd, IP_DROP_MEMBERSHIP, group));
    EXPECT_EQ(3, sendto(sender, "end", 3, 0, ADDR(group), group.len));
    EXPECT_EQ(0, poll_one(fd, POLLIN, 50));
}

BEHAVIOUR_NEEDING(multicast, joining_a_group_twice_is_eaddrinuse)
{
    int fd = receiver();
    struct endpoint group = some_group(0);
    EXPECT_OK(change(fd, IP_ADD_MEMBERSHIP, group));
    EXPECT_ERRNO(EADDRINUSE, change(fd, IP_ADD_MEMBERSHIP, group));
}

BEHAVIOUR_NEEDING(multicast, leaving_a_group_that_was_not_joined_is_eaddrnotavail)
{
    EXPECT_ERRNO(EADDRNOTAVAIL, change(receiver(), IP_DROP_MEMBERSHIP, some_group(0)));
}

BEHAVIOUR_NEEDING(multicast, an_address_that_is_no_group_cannot_be_joined)
{
    EXPECT_ERRNO(EINVAL, change(receiver(), IP_ADD_MEMBERSHIP, endpoint_of("127.0.0.1", 0)));
}

BEHAVIOUR(multicast_loops_at_first_and_reads_back)
{
    int fd = datagram_bound(AF_INET);
    EXPECT_EQ(1, int_option(fd, IPPROTO_IP, IP_MULTICAST_LOOP));
    set_int_option(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
    EXPECT_EQ(0, int_option(fd, IPPROTO_IP, IP_MULTICAST_LOOP));
    set_int_option(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 1);
    EXPECT_EQ(1, int_option(fd, IPPROTO_IP, IP_MULTICAST_LOOP));
}

BEHAVIOUR(the_multicast_time_to_live_is_one_at_first_and_reads_back)
{
    static const int values[] = {0, 42, 255};
    int fd = datagram_bound(AF_INET);
    EXPECT_EQ(1, int_option(fd, IPPROTO_IP, IP_MULTICAST_TTL));
    for (int i = 0; i < 3; i++) {
        set_int_option(fd, IPPROTO_IP, IP_MULTICAST_TTL, values[i]);
        EXPECT_EQ(values[i], int_option(fd, IPPROTO_IP, IP_MULTICAST_TTL));
    }
    EXPECT(int_option(fd, IPPROTO_IP, IP_TTL) != 255);
}

BEHAVIOUR_NEEDING(ipv6, multicast_over_ipv6_loops_at_first_and_reads_back)
{
    int fd = datagram_bound(AF_INET6);
    EXPECT_EQ(1, int_option(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP));
    set_int_option(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);
    EXPECT_EQ(0, int_option(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP));
}

BEHAVIOUR_NEEDING(ipv6, an_ipv6_group_is_joined_once_and_left_once)
{
    int fd = datagram_bound(AF_INET6);
    // 1 is the loopback interface on Linux.
    struct ipv6_mreq request = {.ipv6mr_interface = 1};
    EXPECT_EQ(1, inet_pton(AF_INET6, "ff02::4242", &request.ipv6mr_multiaddr));
    EXPECT_OK(setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request));
    EXPECT_ERRNO(EADDRINUSE,
                 setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request));
    EXPECT_OK(setsockopt(fd, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &request, sizeof request));
    EXPECT_ERRNO(EADDRNOTAVAIL,
                 setsockopt(fd, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &request, sizeof request));
}
