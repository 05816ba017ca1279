/* POSIX's waiting in full: select and its relatives, and the corners of poll. */
#include "loopback.h"

#include <sys/select.h>
#include <time.h>

static fd_set set_of(int fd)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(fd, &set);
    return set;
}

static struct timeval soon(int ms)
{
    return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

POSIX_ONLY(select_finds_who_is_readable)
{
    struct pair p = stream_pair(AF_INET);
    fd_set set = set_of(p.server);
    struct timeval wait = soon(20);
    EXPECT_EQ(0, select(p.server + 1, &set, NULL, NULL, &wait));
    EXPECT(!FD_ISSET(p.server, &set));
    send_text(p.client, "x");
    set = set_of(p.server);
    FD_SET(p.client, &set);
    wait = soon(2000);
    EXPECT_EQ(1, select(p.server + p.client + 1, &set, NULL, NULL, &wait));
    EXPECT(FD_ISSET(p.server, &set));
    EXPECT(!FD_ISSET(p.client, &set));
}

POSIX_ONLY(select_counts_each_set)
{
    struct pair p = stream_pair(AF_INET);
    send_text(p.client, "x");
    EXPECT(poll_one(p.server, POLLIN, 1000) & POLLIN);
    fd_set in = set_of(p.server);
    fd_set out = set_of(p.server);
    fd_set except = set_of(p.server);
    EXPECT_EQ(2, select(p.server + 1, &in, &out, &except, NULL));
    EXPECT(FD_ISSET(p.server, &in));
    EXPECT(FD_ISSET(p.server, &out));
    EXPECT(!FD_ISSET(p.server, &except));
}

POSIX_ONLY(a_refused_connect_is_readable_and_writable_to_select)
{
    struct endpoint nobody = local_of(stream_bound(AF_INET));
    int fd = EXPECT_OK(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    struct timeval wait = soon(2000);
    EXPECT_ERRNO(EINPROGRESS, connect(fd, ADDR(nobody), nobody.len));
    EXPECT(poll_one(fd, POLLOUT, 1000) != 0);
    fd_set in = set_of(fd);
    fd_set out = set_of(fd);
    EXPECT_EQ(2, select(fd + 1, &in, &out, NULL, &wait));
}

POSIX_ONLY(select_looks_at_descriptors_below_its_limit_only)
{
    struct pair p = stream_pair(AF_INET);
    fd_set out = set_of(p.client);
    struct timeval wait = soon(0);
    EXPECT_EQ(0, select(p.client, NULL, &out, NULL, &wait));
    out = set_of(p.client);
    EXPECT_EQ(1, select(p.client + 1, NULL, &out, NULL, &wait));
}

POSIX_ONLY(select_with_a_closed_descriptor_is_ebadf)
{
    int fd = datagram_bound(AF_INET);
    struct timeval wait = soon(1000);
    fd_set set = set_of(fd);
    EXPECT_OK(close(fd));
    EXPECT_ERRNO(EBADF, select(fd + 1, &set, NULL, NULL, &wait));
    set = set_of(fd);
    EXPECT_ERRNO(EBADF, select(fd + 1, NULL, NULL, &set, &wait));
}

POSIX_ONLY(select_of_nobody_is_a_sleep)
{
    struct timeval wait = soon(100);
    long long start = now_ms();
    EXPECT_EQ(0, select(0, NULL, NULL, NULL, &wait));
    EXPECT(now_ms() - start >= 90);
    wait = (struct timeval){.tv_sec = -1};
    EXPECT_ERRNO(EINVAL, select(0, NULL, NULL, NULL, &wait));
}

POSIX_ONLY(pselect_waits_for_nanoseconds)
{
    struct pair p = stream_pair(AF_INET);
    struct timespec wait = {.tv_nsec = 50000000};
    fd_set set = set_of(p.server);
    long long start = now_ms();
    EXPECT_EQ(0, pselect(p.server + 1, &set, NULL, NULL, &wait, NULL));
    EXPECT(now_ms() - start >= 45);
    wait.tv_nsec = 1000000000;
    EXPECT_ERRNO(EINVAL, pselect(p.server + 1, &set, NULL, NULL, &wait, NULL));
}

POSIX_ONLY(poll_passes_over_descriptors_below_zero)
{
    struct pair p = stream_pair(AF_INET);
    struct pollfd fds[2] = {{.fd = -1, .events = POLLIN | POLLOUT, .revents = -1},
                            {.fd = p.client, .events = POLLOUT}};
    EXPECT_EQ(1, poll(fds, 2, 1000));
    EXPECT_EQ(0, fds[0].revents);
    EXPECT_EQ(POLLOUT, fds[1].revents);
    EXPECT_EQ(0, poll(fds, 1, 0));
}

POSIX_ONLY(poll_of_nobody_is_a_sleep)
{
    long long start = now_ms();
    EXPECT_EQ(0, poll(NULL, 0, 100));
    EXPECT(now_ms() - start >= 90);
    EXPECT_EQ(0, poll(NULL, 0, 0));
}

POSIX_ONLY(an_entry_that_asks_for_nothing_is_told_when_it_is_invalid)
{
    int fd = datagram_bound(AF_INET);
    EXPECT_EQ(0, poll_one(fd, 0, 0));
    EXPECT_OK(close(fd));
    EXPECT_EQ(POLLNVAL, poll_one(fd, 0, 1000));
}

POSIX_ONLY(a_refused_connect_is_an_error_and_writable_to_poll)
{
    struct endpoint nobody = local_of(stream_bound(AF_INET));
    int fd = EXPECT_OK(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    EXPECT_ERRNO(EINPROGRESS, connect(fd, ADDR(nobody), nobody.len));
    EXPECT_EQ(POLLERR | POLLOUT, poll_one(fd, POLLOUT, 1000) & (POLLERR | POLLOUT));
}

POSIX_ONLY(ppoll_waits_as_long_as_it_says)
{
    struct pair p = stream_pair(AF_INET);
    struct pollfd one = {.fd = p.server, .events = POLLIN};
    struct timespec wait = {.tv_nsec = 50000000};
    long long start = now_ms();
    EXPECT_EQ(0, ppoll(&one, 1, &wait, NULL));
    EXPECT(now_ms() - start >= 45);
    send_text(p.client, "x");
    EXPECT_EQ(1, ppoll(&one, 1, NULL, NULL));
    wait.tv_nsec = -1;
    EXPECT_ERRNO(EINVAL, ppoll(&one, 1, &wait, NULL));
}
