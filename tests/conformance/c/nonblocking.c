/* Nonblocking sockets: EAGAIN instead of waiting, and a connect that reports through poll. */
#include "loopback.h"

BEHAVIOUR(a_new_socket_blocks)
{
    EXPECT_EQ(0, EXPECT_OK(fcntl(stream_socket(AF_INET), F_GETFL)) & O_NONBLOCK);
}

BEHAVIOUR(the_nonblocking_flag_reads_back)
{
    int fd = stream_socket(AF_INET);
    set_nonblocking(fd, 1);
    EXPECT(EXPECT_OK(fcntl(fd, F_GETFL)) & O_NONBLOCK);
    set_nonblocking(fd, 0);
    EXPECT_EQ(0, EXPECT_OK(fcntl(fd, F_GETFL)) & O_NONBLOCK);
}

BEHAVIOUR(a_nonblocking_receive_of_nothing_is_eagain)
{
    struct pair p = stream_pair(AF_INET);
    char byte;
    set_nonblocking(p.server, 1);
    EXPECT_ERRNO(EAGAIN, recv(p.server, &byte, 1, 0));
    EXPECT_ERRNO(EAGAIN, recv(p.server, &byte, 1, MSG_PEEK));
    EXPECT_ERRNO(EAGAIN, read(p.server, &byte, 1));
    int datagram = datagram_bound(AF_INET);
    set_nonblocking(datagram, 1);
    EXPECT_ERRNO(EAGAIN, recv(datagram, &byte, 1, 0));
}

BEHAVIOUR(a_nonblocking_receive_takes_what_is_there)
{
    struct pair p = stream_pair(AF_INET);
    set_nonblocking(p.server, 1);
    send_text(p.client, "there");
    EXPECT(poll_one(p.server, POLLIN, 1000) & POLLIN);
    expect_text(p.server, "there");
}

BEHAVIOUR(a_nonblocking_accept_of_nobody_is_eagain)
{
    int listener = stream_listener(AF_INET);
    set_nonblocking(listener, 1);
    EXPECT_ERRNO(EAGAIN, accept(listener, NULL, NULL));
    stream_connected_to(listener);
    EXPECT(poll_one(listener, POLLIN, 1000) & POLLIN);
    EXPECT_OK(accept(listener, NULL, NULL));
}

BEHAVIOUR(an_accepted_socket_does_not_inherit_nonblocking)
{
    int listener = stream_listener(AF_INET);
    set_nonblocking(listener, 1);
    stream_connected_to(listener);
    EXPECT(poll_one(listener, POLLIN, 1000) & POLLIN);
    int server = EXPECT_OK(accept(listener, NULL, NULL));
    EXPECT_EQ(0, EXPECT_OK(fcntl(server, F_GETFL)) & O_NONBLOCK);
}

BEHAVIOUR(accept_makes_its_socket_nonblocking_when_asked)
{
    int listener = stream_listener(AF_INET);
    char byte;
    stream_connected_to(listener);
    int server = EXPECT_OK(accept4(listener, NULL, NULL, SOCK_NONBLOCK));
    EXPECT(EXPECT_OK(fcntl(server, F_GETFL)) & O_NONBLOCK);
    EXPECT_ERRNO(EAGAIN, recv(server, &byte, 1, 0));
}

BEHAVIOUR(a_nonblocking_send_fills_up_and_recovers)
{
    static char chunk[65536];
    struct pair p = stream_pair(AF_INET);
    fill(p.client);
    set_nonblocking(p.client, 1);
    EXPECT_ERRNO(EAGAIN, send(p.client, chunk, sizeof chunk, 0));
    EXPECT_EQ(0, poll_one(p.client, POLLOUT, 0));
    drain(p.server);
    EXPECT(poll_one(p.client, POLLOUT, 1000) & POLLOUT);
    EXPECT(send(p.client, chunk, sizeof chunk, 0) > 0);
}

BEHAVIOUR(a_nonblocking_connect_reports_through_poll)
{
    int listener = stream_listener(AF_INET);
    struct endpoint to = local_of(listener);
    int fd = stream_socket(AF_INET);
    set_nonblocking(fd, 1);
    EXPECT_ERRNO(EINPROGRESS, connect(fd, ADDR(to), to.len));
    EXPECT_EQ(POLLOUT, poll_one(fd, POLLOUT, 1000));
    EXPECT(same_endpoint(peer_of(fd), to));
    send_text(fd, "connected");
    expect_text(EXPECT_OK(accept(listener, NULL, NULL)), "connected");
}

BEHAVIOUR(a_refused_nonblocking_connect_reports_through_poll)
{
    struct endpoint nobody = local_of(stream_bound(AF_INET));
    int fd = stream_socket(AF_INET);
    set_nonblocking(fd, 1);
    EXPECT_ERRNO(EINPROGRESS, connect(fd, ADDR(nobody), nobody.len));
    EXPECT(poll_one(fd, POLLOUT, 1000) & (POLLERR | POLLHUP));
    EXPECT_ERRNO(ECONNREFUSED, connect(fd, ADDR(nobody), nobody.len));
}

BEHAVIOUR(asking_a_pending_connect_again_is_ealready)
{
    struct endpoint to = local_of(full_listener());
    int fd = stream_socket(AF_INET);
    set_nonblocking(fd, 1);
    EXPECT_ERRNO(EINPROGRESS, connect(fd, ADDR(to), to.len));
    EXPECT_ERRNO(EALREADY, connect(fd, ADDR(to), to.len));
    EXPECT_EQ(0, poll_one(fd, POLLOUT, 30));
}

BEHAVIOUR(a_pending_connect_can_be_given_up_by_closing)
{
    int listener = full_listener();
    struct endpoint to = local_of(listener);
    int fd = stream_socket(AF_INET);
    set_nonblocking(fd, 1);
    EXPECT_ERRNO(EINPROGRESS, connect(fd, ADDR(to), to.len));
    EXPECT_OK(close(fd));
    EXPECT_OK(accept(listener, NULL, NULL));
}

BEHAVIOUR(waitall_does_not_make_a_nonblocking_socket_wait)
{
    struct pair p = stream_pair(AF_INET);
    char got[10];
    set_nonblocking(p.server, 1);
    send_text(p.client, "abc");
    EXPECT(poll_one(p.server, POLLIN, 1000) & POLLIN);
    EXPECT_EQ(3, recv(p.server, got, sizeof got, MSG_WAITALL));
}
