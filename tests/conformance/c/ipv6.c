/* IPv6, and IPv4 on dual-stack sockets. */
#include "loopback.h"

#include <string.h>

/* A listener of every address of both families, and its address seen from IPv4. */
static int dual_listener(struct endpoint *v4)
{
    int fd = stream_socket(AF_INET6);
    struct endpoint any = endpoint_of("::", 0);
    set_int_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    EXPECT_OK(bind(fd, ADDR(any), any.len));
    EXPECT_OK(listen(fd, 4));
    *v4 = endpoint_of("127.0.0.1", port_of(local_of(fd)));
    return fd;
}

static struct endpoint mapped(struct endpoint v4)
{
    return endpoint_of("::ffff:127.0.0.1", port_of(v4));
}

BEHAVIOUR_NEEDING(ipv6, streams_work_over_ipv6)
{
    struct pair p = stream_pair(AF_INET6);
    send_text(p.client, "question");
    expect_text(p.server, "question");
    send_text(p.server, "answer");
    expect_text(p.client, "answer");
    EXPECT(same_endpoint(local_of(p.client), peer_of(p.server)));
    EXPECT(same_endpoint(peer_of(p.client), local_of(p.listener)));
    EXPECT(is_loopback(peer_of(p.server)));
}

BEHAVIOUR_NEEDING(ipv6, datagrams_work_over_ipv6)
{
    int a = datagram_bound(AF_INET6);
    int b = datagram_bound(AF_INET6);
    struct endpoint to = local_of(b);
    struct endpoint from = {.len = sizeof from.addr};
    char got[8];
    EXPECT_EQ(4, sendto(a, "ping", 4, 0, ADDR(to), to.len));
    EXPECT_EQ(4, recvfrom(b, got, sizeof got, 0, ADDR(from), &from.len));
    EXPECT(same_endpoint(from, local_of(a)));
}

BEHAVIOUR_NEEDING(ipv6, a_refused_connect_over_ipv6_is_econnrefused)
{
    struct endpoint nobody = local_of(stream_bound(AF_INET6));
    EXPECT_ERRNO(ECONNREFUSED, connect(stream_socket(AF_INET6), ADDR(nobody), nobody.len));
}

BEHAVIOUR_NEEDING(ipv6, an_unbound_ipv6_socket_is_named_by_its_wildcard)
{
    EXPECT(same_endpoint(local_of(stream_socket(AF_INET6)), endpoint_of("::", 0)));
}

BEHAVIOUR_NEEDING(ipv6, a_dual_stack_listener_hears_ipv4_and_names_it_mapped)
{
    struct endpoint v4;
    int listener = dual_listener(&v4);
    int client = stream_socket(AF_INET);
    EXPECT_OK(connect(client, ADDR(v4), v4.len));
    int server = EXPECT_OK(accept(listener, NULL, NULL));
    EXPECT(same_endpoint(peer_of(server), mapped(local_of(client))));
    EXPECT(same_endpoint(local_of(server), mapped(v4)));
    send_text(server, "hello");
    expect_text(client, "hello");
}

BEHAVIOUR_NEEDING(ipv6, a_dual_stack_listener_hears_ipv6_too)
{
    struct endpoint v4;
    int listener = dual_listener(&v4);
    struct endpoint v6 = endpoint_of("::1", port_of(v4));
    EXPECT_OK(connect(stream_socket(AF_INET6), ADDR(v6), v6.len));
    EXPECT(is_loopback(peer_of(EXPECT_OK(accept(listener, NULL, NULL)))));
}

BEHAVIOUR_NEEDING(ipv6, a_v6only_listener_does_not_hear_ipv4)
{
    int fd = stream_socket(AF_INET6);
    struct endpoint any = endpoint_of("::", 0);
    set_int_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    EXPECT_OK(bind(fd, ADDR(any), any.len));
    EXPECT_OK(listen(fd, 4));
    struct endpoint v4 = endpoint_of("127.0.0.1", port_of(local_of(fd)));
    EXPECT_ERRNO(ECONNREFUSED, connect(stream_socket(AF_INET), ADDR(v4), v4.len));
}

BEHAVIOUR_NEEDING(ipv6, an_ipv6_socket_reaches_an_ipv4_listener_by_its_mapped_address)
{
    int listener = stream_listener(AF_INET);
    int client = stream_socket(AF_INET6);
    struct endpoint to = mapped(local_of(listener));
    EXPECT_OK(connect(client, ADDR(to), to.len));
    EXPECT(same_endpoint(peer_of(client), to));
    int server = EXPECT_OK(accept(listener, NULL, NULL));
    EXPECT_EQ(AF_INET, peer_of(server).addr.ss_family);
    send_text(client, "hello");
    expect_text(server, "hello");
}

BEHAVIOUR_NEEDING(ipv6, an_ipv6_socket_can_be_bound_to_a_mapped_address)
{
    int fd = stream_socket(AF_INET6);
    struct endpoint at = endpoint_of("::ffff:127.0.0.1", 0);
    EXPECT_OK(bind(fd, ADDR(at), at.len));
    EXPECT_OK(listen(fd, 1));
    EXPECT(same_endpoint(local_of(fd), mapped(local_of(fd))));
    struct endpoint v4 = endpoint_of("127.0.0.1", port_of(local_of(fd)));
    EXPECT_OK(connect(stream_socket(AF_INET), ADDR(v4), v4.len));
    EXPECT_OK(accept(fd, NULL, NULL));
}

BEHAVIOUR_NEEDING(ipv6, a_v6only_socket_does_not_reach_a_mapped_address)
{
    int listener = stream_listener(AF_INET);
    int client = stream_socket(AF_INET6);
    struct endpoint to = mapped(local_of(listener));
    set_int_option(client, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    EXPECT_ERRNO(ENETUNREACH, connect(client, ADDR(to), to.len));
}

BEHAVIOUR_NEEDING(ipv6, datagrams_cross_between_the_families_by_mapped_addresses)
{
    int v4 = datagram_bound(AF_INET);
    int v6 = EXPECT_OK(socket(AF_INET6, SOCK_DGRAM, 0));
    struct endpoint any = endpoint_of("::", 0);
    struct endpoint from = {.len = sizeof from.addr};
    char got[8];
    EXPECT_OK(bind(v6, ADDR(any), any.len));
    struct endpoint to = mapped(local_of(v4));
    EXPECT_EQ(4, sendto(v6, "ping", 4, 0, ADDR(to), to.len));
    EXPECT_EQ(4, recvfrom(v4, got, sizeof got, 0, ADDR(from), &from.len));
    EXPECT(same_endpoint(from, endpoint_of("127.0.0.1", port_of(local_of(v6)))));
    EXPECT_EQ(4, sendto(v4, "pong", 4, 0, ADDR(from), from.len));
    from.len = sizeof from.addr;
    EXPECT_EQ(4, recvfrom(v6, got, sizeof got, 0, ADDR(from), &from.len));
    EXPECT(same_endpoint(from, to));
}

BEHAVIOUR_NEEDING(ipv6, the_families_have_ports_of_their_own)
{
    int v4 = stream_listener(AF_INET);
    int v6 = stream_socket(AF_INET6);
    struct endpoint at = endpoint_of("::1", port_of(local_of(v4)));
    // Another program may hold the number; any other error is a failure.
    if (bind(v6, ADDR(at), at.len) == -1)
        EXPECT_EQ(EADDRINUSE, errno);
    else
        EXPECT(same_endpoint(local_of(v6), at));
}

BEHAVIOUR_NEEDING(ipv6, an_ipv4_socket_does_not_take_an_ipv6_address)
{
    struct endpoint to = local_of(stream_listener(AF_INET6));
    struct endpoint any = loopback(AF_INET6);
    EXPECT_ERRNO(EAFNOSUPPORT, connect(stream_socket(AF_INET), ADDR(to), to.len));
    EXPECT_ERRNO(EAFNOSUPPORT, bind(stream_socket(AF_INET), ADDR(any), any.len));
}
