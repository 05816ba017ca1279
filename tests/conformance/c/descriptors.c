/* Descriptors that sockets share with files: numbers, read and write, renumbering, closing. */
#include "loopback.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#ifdef __wasi__
#include <wasi/libc.h>
#endif

/* `to` becomes `from`, and `from` is gone: WASI's fd_renumber. To WASIX that is dup2, as elsewhere. */
static int renumber(int from, int to)
{
#ifdef __wasi__
    int failed = __wasilibc_fd_renumber(from, to);
#else
    int failed = dup2(from, to) == -1;
#endif
#if !defined __wasi__ || defined GUEST_IS_OF_WASIX
    if (!failed && from != to)
        return close(from);
#endif
    return failed ? -1 : 0;
}

static off_t seek_start(int fd)
{
    // In brackets, for wasi-libc has a macro of that name that is not ISO C.
    return (lseek)(fd, 0, SEEK_SET);
}

static int scratch_file(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", scratch_directory, name);
    return EXPECT_OK(open(path, O_RDWR | O_CREAT | O_TRUNC, 0600));
}

BEHAVIOUR(a_new_descriptor_is_the_lowest_free_number)
{
    int fds[4];
    for (int i = 0; i < 4; i++)
        fds[i] = stream_socket(AF_INET);
    for (int i = 1; i < 4; i++)
        EXPECT_EQ(fds[0] + i, fds[i]);
    EXPECT_OK(close(fds[2]));
    EXPECT_OK(close(fds[1]));
    EXPECT_EQ(fds[1], stream_socket(AF_INET));
    EXPECT_EQ(fds[2], stream_socket(AF_INET));
    EXPECT_EQ(fds[3] + 1, stream_socket(AF_INET));
}

BEHAVIOUR(files_and_sockets_take_their_numbers_from_one_row)
{
    int socket_first = stream_socket(AF_INET);
    int file = scratch_file("one_row");
    EXPECT_EQ(socket_first + 1, file);
    EXPECT_OK(close(socket_first));
    EXPECT_EQ(socket_first, scratch_file("one_row"));
    EXPECT_OK(close(file));
    EXPECT_EQ(file, stream_socket(AF_INET));
}

BEHAVIOUR(accept_takes_the_lowest_free_number)
{
    int hole = stream_socket(AF_INET);
    int listener = stream_listener(AF_INET);
    stream_connected_to(listener);
    EXPECT_OK(close(hole));
    EXPECT_EQ(hole, EXPECT_OK(accept(listener, NULL, NULL)));
}

BEHAVIOUR(a_failed_accept_takes_no_number)
{
    int listener = stream_listener(AF_INET);
    set_nonblocking(listener, 1);
    EXPECT_ERRNO(EAGAIN, accept(listener, NULL, NULL));
    EXPECT_EQ(listener + 1, stream_socket(AF_INET));
}

BEHAVIOUR(read_and_write_work_on_streams)
{
    struct pair p = stream_pair(AF_INET);
    char got[8];
    EXPECT_EQ(5, write(p.client, "bytes", 5));
    EXPECT_EQ(5, read(p.server, got, sizeof got));
    EXPECT_BYTES("bytes", got, 5);
    EXPECT_OK(close(p.client));
    EXPECT_EQ(0, read(p.server, got, sizeof got));
}

BEHAVIOUR(a_socket_has_no_position)
{
    struct pair p = stream_pair(AF_INET);
    char byte;
    send_text(p.client, "stay");
    EXPECT_ERRNO(ESPIPE, pread(p.server, &byte, 1, 0));
    EXPECT_ERRNO(ESPIPE, pwrite(p.server, "x", 1, 0));
    EXPECT_ERRNO(ESPIPE, seek_start(p.server));
    expect_text(p.server, "stay");
}

BEHAVIOUR(a_socket_says_that_it_is_one)
{
    struct stat stream, datagram, file;
    EXPECT_OK(fstat(stream_socket(AF_INET), &stream));
    EXPECT_OK(fstat(datagram_bound(AF_INET), &datagram));
    EXPECT_OK(fstat(scratch_file("not_a_socket"), &file));
    EXPECT(S_ISSOCK(stream.st_mode));
    EXPECT(S_ISSOCK(datagram.st_mode));
    EXPECT(S_ISREG(file.st_mode));
}

BEHAVIOUR(socket_calls_on_a_file_are_enotsock)
{
    int file = scratch_file("enotsock");
    struct endpoint at = loopback(AF_INET);
    char byte;
    EXPECT_ERRNO(ENOTSOCK, bind(file, ADDR(at), at.len));
    EXPECT_ERRNO(ENOTSOCK, listen(file, 1));
    EXPECT_ERRNO(ENOTSOCK, accept(file, NULL, NULL));
    EXPECT_ERRNO(ENOTSOCK, getsockname(file, ADDR(at), &at.len));
    EXPECT_ERRNO(ENOTSOCK, recv(file, &byte, 1, 0));
    EXPECT_ERRNO(ENOTSOCK, send(file, "x", 1, 0));
    EXPECT_ERRNO(ENOTSOCK, shutdown(file, SHUT_RDWR));
}

BEHAVIOUR(every_call_on_a_closed_descriptor_is_ebadf)
{
    int fd = stream_bound(AF_INET);
    struct endpoint at = loopback(AF_INET);
    char byte;
    EXPECT_OK(close(fd));
    EXPECT_ERRNO(EBADF, close(fd));
    EXPECT_ERRNO(EBADF, bind(fd, ADDR(at), at.len));
    EXPECT_ERRNO(EBADF, listen(fd, 1));
    EXPECT_ERRNO(EBADF, accept(fd, NULL, NULL));
    EXPECT_ERRNO(EBADF, getsockname(fd, ADDR(at), &at.len));
    EXPECT_ERRNO(EBADF, getpeername(fd, ADDR(at), &at.len));
    EXPECT_ERRNO(EBADF, recv(fd, &byte, 1, 0));
    EXPECT_ERRNO(EBADF, send(fd, "x", 1, 0));
    EXPECT_ERRNO(EBADF, read(fd, &byte, 1));
    EXPECT_ERRNO(EBADF, write(fd, "x", 1));
    EXPECT_ERRNO(EBADF, shutdown(fd, SHUT_RDWR));
    EXPECT_ERRNO(EBADF, fcntl(fd, F_GETFL));
}

BEHAVIOUR(renumbering_to_itself_changes_nothing)
{
    struct pair p = stream_pair(AF_INET);
    int file = scratch_file("itself");
    EXPECT_OK(renumber(p.server, p.server));
    EXPECT_OK(renumber(file, file));
    send_text(p.client, "alive");
    expect_text(p.server, "alive");
    EXPECT_EQ(4, write(file, "file", 4));
}

BEHAVIOUR(renumbering_moves_a_socket_and_closes_what_was_there)
{
    struct pair p = stream_pair(AF_INET);
    struct pair q = stream_pair(AF_INET);
    char byte;
    EXPECT_OK(renumber(p.server, q.server));
    expect_end_of_stream(q.client);
    EXPECT_ERRNO(EBADF, recv(p.server, &byte, 1, 0));
    send_text(p.client, "moved");
    expect_text(q.server, "moved");
    EXPECT_EQ(p.server, stream_socket(AF_INET));
}

BEHAVIOUR(renumbering_swaps_files_and_sockets)
{
    struct pair p = stream_pair(AF_INET);
    int file = scratch_file("swapped");
    EXPECT_OK(renumber(p.server, file));
    send_text(p.client, "through the file's number");
    expect_text(file, "through the file's number");
    int second = scratch_file("swapped");
    EXPECT_OK(renumber(second, file));
    expect_end_of_stream(p.client);
    EXPECT_EQ(5, write(file, "again", 5));
}

BEHAVIOUR(renumbering_a_closed_descriptor_is_ebadf)
{
    int fd = stream_socket(AF_INET);
    int closed = stream_socket(AF_INET);
    EXPECT_OK(close(closed));
    EXPECT_ERRNO(EBADF, renumber(closed, fd));
    EXPECT(port_of(local_of(fd)) == 0);
}

BEHAVIOUR(a_renumbered_socket_is_polled_under_its_new_number)
{
    struct pair p = stream_pair(AF_INET);
    int place = datagram_bound(AF_INET);
    EXPECT_EQ(0, poll_one(place, POLLIN, 0));
    EXPECT_EQ(0, poll_one(p.server, POLLIN, 0));
    EXPECT_OK(renumber(p.server, place));
    send_text(p.client, "x");
    EXPECT_EQ(POLLIN, poll_one(place, POLLIN, 1000));
    EXPECT_EQ(POLLNVAL, poll_one(p.server, POLLIN, 0));
}

BEHAVIOUR(a_file_and_a_stream_pass_bytes_along)
{
    struct pair p = stream_pair(AF_INET);
    int file = scratch_file("passed_along");
    char got[16];
    EXPECT_EQ(9, write(file, "from file", 9));
    EXPECT_EQ(0, seek_start(file));
    EXPECT_EQ(9, read(file, got, sizeof got));
    EXPECT_EQ(9, write(p.client, got, 9));
    expect_text(p.server, "from file");
}

BEHAVIOUR(hundreds_of_sockets_open_and_close_without_a_trace)
{
    int before = stream_socket(AF_INET);
    EXPECT_OK(close(before));
    for (int round = 0; round < 20; round++) {
        int fds[100];
        for (int i = 0; i < 100; i++)
            fds[i] = stream_socket(AF_INET);
        for (int i = 0; i < 100; i++)
            EXPECT_OK(close(fds[i]));
    }
    EXPECT_EQ(before, stream_socket(AF_INET));
}

BEHAVIOUR(hundreds_of_connections_come_and_go)
{
    int listener = stream_listener(AF_INET);
    for (int i = 0; i < 200; i++) {
        int client = stream_connected_to(listener);
        int server = EXPECT_OK(accept(listener, NULL, NULL));
        send_text(client, "x");
        EXPECT_OK(close(client));
        expect_text(server, "x");
        expect_end_of_stream(server);
        EXPECT_OK(close(server));
    }
    EXPECT_EQ(listener + 1, stream_socket(AF_INET));
}
