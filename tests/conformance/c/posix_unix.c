/* POSIX's sockets in the file system: streams by a path. */
#include "loopback.h"

#include <stdio.h>
#include <string.h>
#include <sys/un.h>

/* A path in the scratch directory, as an address; nothing is there. */
static struct sockaddr_un path_of(const char *name)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int length = snprintf(at.sun_path, sizeof at.sun_path, "%s/%s", scratch_directory, name);
    EXPECT(length > 0 && (size_t)length < sizeof at.sun_path);
    return at;
}

static struct sockaddr *plain(struct sockaddr_un *at)
{
    return (struct sockaddr *)at;
}

static int unix_listener(struct sockaddr_un *at)
{
    int fd = EXPECT_OK(socket(AF_UNIX, SOCK_STREAM, 0));
    EXPECT_OK(bind(fd, plain(at), sizeof *at));
    EXPECT_OK(listen(fd, 4));
    return fd;
}

static int unix_connected_to(struct sockaddr_un *at)
{
    int fd = EXPECT_OK(socket(AF_UNIX, SOCK_STREAM, 0));
    EXPECT_OK(connect(fd, plain(at), sizeof *at));
    return fd;
}

POSIX_ONLY(a_path_is_listened_on_and_connected_to)
{
    struct sockaddr_un at = path_of("a.sock");
    int listener = unix_listener(&at);
    int client = unix_connected_to(&at);
    int server = EXPECT_OK(accept(listener, NULL, NULL));
    send_text(client, "by a path");
    expect_text(server, "by a path");
    EXPECT_OK(shutdown(client, SHUT_WR));
    expect_end_of_stream(server);
}

POSIX_ONLY(the_length_may_end_a_path)
{
    struct sockaddr_un at = path_of("b.sock");
    int listener = unix_listener(&at);
    int fd = EXPECT_OK(socket(AF_UNIX, SOCK_STREAM, 0));
    EXPECT_OK(connect(fd, plain(&at), (socklen_t)SUN_LEN(&at)));
    EXPECT_OK(accept(listener, NULL, NULL));
}

static void expect_name(const struct sockaddr_un *expected, const struct sockaddr_un *got, socklen_t len)
{
    EXPECT_EQ(AF_UNIX, got->sun_family);
    EXPECT_EQ(SUN_LEN(expected) + 1, len);
    EXPECT_EQ(0, strcmp(expected->sun_path, got->sun_path));
}

POSIX_ONLY(a_path_is_the_name_of_its_listener)
{
    struct sockaddr_un at = path_of("c.sock");
    struct sockaddr_un got = {.sun_family = 0};
    socklen_t len = sizeof got;
    int listener = unix_listener(&at);
    EXPECT_OK(getsockname(listener, plain(&got), &len));
    expect_name(&at, &got, len);
    len = sizeof got;
    EXPECT_OK(getpeername(unix_connected_to(&at), plain(&got), &len));
    expect_name(&at, &got, len);
}

POSIX_ONLY(who_connects_to_a_path_has_no_name)
{
    struct sockaddr_un at = path_of("d.sock");
    struct sockaddr_un got = {.sun_family = 0};
    socklen_t len = sizeof got;
    int listener = unix_listener(&at);
    int client = unix_connected_to(&at);
    EXPECT_OK(accept(listener, plain(&got), &len));
    EXPECT_EQ(AF_UNIX, got.sun_family);
    EXPECT_EQ(sizeof(sa_family_t), len);
    len = sizeof got;
    EXPECT_OK(getsockname(client, plain(&got), &len));
    EXPECT_EQ(sizeof(sa_family_t), len);
}

POSIX_ONLY(a_socket_with_a_path_tells_its_family)
{
    int fd = EXPECT_OK(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
    EXPECT_EQ(AF_UNIX, int_option(fd, SOL_SOCKET, SO_DOMAIN));
    EXPECT_EQ(SOCK_STREAM, int_option(fd, SOL_SOCKET, SO_TYPE));
    EXPECT_EQ(0, int_option(fd, SOL_SOCKET, SO_PROTOCOL));
    EXPECT(EXPECT_OK(fcntl(fd, F_GETFL)) & O_NONBLOCK);
}

POSIX_ONLY(a_path_that_is_taken_is_eaddrinuse)
{
    struct sockaddr_un at = path_of("e.sock");
    unix_listener(&at);
    EXPECT_ERRNO(EADDRINUSE, bind(EXPECT_OK(socket(AF_UNIX, SOCK_STREAM, 0)), plain(&at), sizeof at));
}

POSIX_ONLY(a_path_without_a_listener_is_econnrefused)
{
    struct sockaddr_un at = path_of("f.sock");
    EXPECT_OK(close(unix_listener(&at)));
    EXPECT_ERRNO(ECONNREFUSED, connect(EXPECT_OK(socket(AF_UNIX, SOCK_STREAM, 0)), plain(&at), sizeof at));
}

POSIX_ONLY(a_path_where_nothing_is_is_enoent)
{
    struct sockaddr_un at = path_of("g.sock");
    EXPECT_ERRNO(ENOENT, connect(EXPECT_OK(socket(AF_UNIX, SOCK_STREAM, 0)), plain(&at), sizeof at));
}

POSIX_ONLY(an_address_without_a_path_is_einval)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    EXPECT_ERRNO(EINVAL, connect(EXPECT_OK(socket(AF_UNIX, SOCK_STREAM, 0)), plain(&at), sizeof(sa_family_t)));
    EXPECT_ERRNO(EINVAL, bind(EXPECT_OK(socket(AF_UNIX, SOCK_STREAM, 0)), plain(&at), 200));
}
