/* A stream's life: bind, listen, connect, accept, who is who. */
#include "loopback.h"

#include <string.h>

BEHAVIOUR(binding_to_port_zero_picks_a_port)
{
    struct endpoint at = local_of(stream_bound(AF_INET));
    EXPECT(port_of(at) != 0);
    EXPECT(is_loopback(at));
}

BEHAVIOUR(an_unbound_socket_is_named_by_the_wildcard_and_port_zero)
{
    struct endpoint at = local_of(stream_socket(AF_INET));
    EXPECT(same_endpoint(at, endpoint_of("0.0.0.0", 0)));
}

BEHAVIOUR(binding_a_taken_address_is_eaddrinuse)
{
    struct endpoint taken = local_of(stream_listener(AF_INET));
    int fd = stream_socket(AF_INET);
    EXPECT_ERRNO(EADDRINUSE, bind(fd, ADDR(taken), taken.len));
}

BEHAVIOUR(binding_twice_is_einval)
{
    int fd = stream_bound(AF_INET);
    struct endpoint other = loopback(AF_INET);
    EXPECT_ERRNO(EINVAL, bind(fd, ADDR(other), other.len));
}

BEHAVIOUR(every_address_of_the_loopback_network_can_be_bound)
{
    int fd = stream_socket(AF_INET);
    struct endpoint at = endpoint_of("127.3.2.1", 0);
    EXPECT_OK(bind(fd, ADDR(at), at.len));
    EXPECT(same_endpoint(local_of(fd), endpoint_of("127.3.2.1", port_of(local_of(fd)))));
}

BEHAVIOUR(listening_without_a_bind_picks_a_port_on_the_wildcard)
{
    int fd = stream_socket(AF_INET);
    EXPECT_OK(listen(fd, 1));
    struct endpoint at = local_of(fd);
    EXPECT(port_of(at) != 0);
    EXPECT(same_endpoint(at, endpoint_of("0.0.0.0", port_of(at))));
}

BEHAVIOUR(listening_on_a_datagram_socket_is_eopnotsupp)
{
    EXPECT_ERRNO(EOPNOTSUPP, listen(datagram_bound(AF_INET), 1));
}

BEHAVIOUR(listening_on_a_connected_socket_is_einval)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT_ERRNO(EINVAL, listen(p.client, 1));
}

BEHAVIOUR(listening_again_keeps_the_listener)
{
    int listener = stream_listener(AF_INET);
    EXPECT_OK(listen(listener, 2));
    stream_connected_to(listener);
    EXPECT_OK(accept(listener, NULL, NULL));
}

BEHAVIOUR(both_ends_agree_on_their_names)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT(same_endpoint(local_of(p.client), peer_of(p.server)));
    EXPECT(same_endpoint(peer_of(p.client), local_of(p.server)));
    EXPECT(same_endpoint(local_of(p.listener), local_of(p.server)));
}

BEHAVIOUR(accept_names_the_peer)
{
    int listener = stream_listener(AF_INET);
    int client = stream_connected_to(listener);
    struct endpoint peer = {.len = sizeof peer.addr};
    EXPECT_OK(accept(listener, ADDR(peer), &peer.len));
    EXPECT(same_endpoint(peer, local_of(client)));
}

BEHAVIOUR(connecting_picks_a_local_port)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT(port_of(local_of(p.client)) != 0);
    EXPECT(is_loopback(local_of(p.client)));
}

BEHAVIOUR(connecting_from_a_bound_address_keeps_it)
{
    int listener = stream_listener(AF_INET);
    int fd = stream_socket(AF_INET);
    struct endpoint from = endpoint_of("127.0.0.2", 0);
    struct endpoint to = local_of(listener);
    EXPECT_OK(bind(fd, ADDR(from), from.len));
    struct endpoint bound = local_of(fd);
    EXPECT_OK(connect(fd, ADDR(to), to.len));
    EXPECT(same_endpoint(bound, peer_of(EXPECT_OK(accept(listener, NULL, NULL)))));
}

BEHAVIOUR(connecting_where_nobody_listens_is_econnrefused)
{
    // Bound but not listening: nobody else can take the port meanwhile.
    struct endpoint to = local_of(stream_bound(AF_INET));
    EXPECT_ERRNO(ECONNREFUSED, connect(stream_socket(AF_INET), ADDR(to), to.len));
}

BEHAVIOUR(connecting_twice_is_eisconn)
{
    struct pair p = stream_pair(AF_INET);
    struct endpoint to = local_of(p.listener);
    EXPECT_ERRNO(EISCONN, connect(p.client, ADDR(to), to.len));
}

BEHAVIOUR(a_refused_socket_can_connect_elsewhere)
{
    struct endpoint nobody = local_of(stream_bound(AF_INET));
    int listener = stream_listener(AF_INET);
    struct endpoint somebody = local_of(listener);
    int fd = stream_socket(AF_INET);
    EXPECT_ERRNO(ECONNREFUSED, connect(fd, ADDR(nobody), nobody.len));
    EXPECT_OK(connect(fd, ADDR(somebody), somebody.len));
    EXPECT_OK(accept(listener, NULL, NULL));
}

BEHAVIOUR(connecting_to_the_wildcard_reaches_this_machine)
{
    int listener = stream_listener(AF_INET);
    int fd = stream_socket(AF_INET);
    struct endpoint to = endpoint_of("0.0.0.0", port_of(local_of(listener)));
    EXPECT_OK(connect(fd, ADDR(to), to.len));
    EXPECT(is_loopback(peer_of(fd)));
}

BEHAVIOUR(an_unconnected_socket_has_no_peer)
{
    struct endpoint peer = {.len = sizeof peer.addr};
    EXPECT_ERRNO(ENOTCONN, getpeername(stream_socket(AF_INET), ADDR(peer), &peer.len));
    EXPECT_ERRNO(ENOTCONN, getpeername(datagram_bound(AF_INET), ADDR(peer), &peer.len));
}

BEHAVIOUR(accepting_on_a_socket_that_does_not_listen_is_einval)
{
    EXPECT_ERRNO(EINVAL, accept(stream_bound(AF_INET), NULL, NULL));
}

BEHAVIOUR(accepting_on_a_datagram_socket_is_eopnotsupp)
{
    EXPECT_ERRNO(EOPNOTSUPP, accept(datagram_bound(AF_INET), NULL, NULL));
}

BEHAVIOUR(connections_wait_in_the_backlog_in_their_order)
{
    int listener = stream_listener(AF_INET);
    int first = stream_connected_to(listener);
    int second = stream_connected_to(listener);
    send_text(second, "second");
    send_text(first, "first");
    expect_text(EXPECT_OK(accept(listener, NULL, NULL)), "first");
    expect_text(EXPECT_OK(accept(listener, NULL, NULL)), "second");
}

BEHAVIOUR(what_was_sent_before_the_accept_is_kept)
{
    int listener = stream_listener(AF_INET);
    int client = stream_connected_to(listener);
    send_text(client, "early");
    EXPECT_OK(close(client));
    int server = EXPECT_OK(accept(listener, NULL, NULL));
    expect_text(server, "early");
    expect_end_of_stream(server);
}

BEHAVIOUR(a_connection_outlives_its_listener)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT_OK(close(p.listener));
    send_text(p.client, "still here");
    expect_text(p.server, "still here");
}

BEHAVIOUR(a_closed_listener_refuses_newcomers)
{
    struct pair p = stream_pair(AF_INET);
    struct endpoint to = local_of(p.listener);
    EXPECT_OK(close(p.listener));
    EXPECT_ERRNO(ECONNREFUSED, connect(stream_socket(AF_INET), ADDR(to), to.len));
}

BEHAVIOUR(a_server_with_reuse_addr_can_bind_its_port_again)
{
    int first = stream_socket(AF_INET);
    struct endpoint at = loopback(AF_INET);
    set_int_option(first, SOL_SOCKET, SO_REUSEADDR, 1);
    EXPECT_OK(bind(first, ADDR(at), at.len));
    EXPECT_OK(listen(first, 1));
    at = local_of(first);
    int client = stream_connected_to(first);
    int server = EXPECT_OK(accept(first, NULL, NULL));
    EXPECT_OK(close(first));
    // The server's end closes first, so its port is left in TIME_WAIT.
    EXPECT_OK(close(server));
    expect_end_of_stream(client);
    EXPECT_OK(close(client));
    EXPECT_ERRNO(EADDRINUSE, bind(stream_socket(AF_INET), ADDR(at), at.len));
    int again = stream_socket(AF_INET);
    set_int_option(again, SOL_SOCKET, SO_REUSEADDR, 1);
    EXPECT_OK(bind(again, ADDR(at), at.len));
    EXPECT_OK(listen(again, 1));
}

BEHAVIOUR(a_stream_can_connect_to_itself)
{
    int fd = stream_bound(AF_INET);
    struct endpoint self = local_of(fd);
    EXPECT_OK(connect(fd, ADDR(self), self.len));
    send_text(fd, "hello me");
    expect_text(fd, "hello me");
}

BEHAVIOUR(bytes_pass_both_ways_at_once)
{
    struct pair p = stream_pair(AF_INET);
    send_text(p.client, "to the server");
    send_text(p.server, "to the client");
    expect_text(p.client, "to the client");
    expect_text(p.server, "to the server");
}

BEHAVIOUR(small_sends_join_into_one_stream)
{
    struct pair p = stream_pair(AF_INET);
    char all[100];
    for (size_t i = 0; i < sizeof all; i++) {
        all[i] = (char)('a' + i % 26);
        EXPECT_EQ(1, send(p.client, &all[i], 1, 0));
    }
    char got[sizeof all];
    EXPECT_EQ(sizeof got, recv(p.server, got, sizeof got, MSG_WAITALL));
    EXPECT_BYTES(all, got, sizeof got);
}
