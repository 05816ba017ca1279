/* hand PROGRAM [ARG...]
 *
 * Becomes PROGRAM, and hands it sockets as service managers do: see sd_listen_fds(3). Which ones
 * stands in handed.h.
 */
#include "handed.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Where sockets are made, so that none is made where another one is to be. */
enum { ELSEWHERE = 100 };

static int check(int result, const char *what)
{
    if (result == -1) {
        fprintf(stderr, "hand: %s: %s\n", what, strerror(errno));
        exit(1);
    }
    return result;
}

/* Puts a socket where it is to be handed in. */
static int place(int fd, int at)
{
    check(dup2(fd, at), "dup2");
    close(fd);
    return at;
}

static int bound(int type, int at)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = check(socket(AF_INET, type, 0), "socket");
    check(bind(fd, (struct sockaddr *)&any, sizeof any), "bind");
    int high = check(fcntl(fd, F_DUPFD, ELSEWHERE), "dup");
    close(fd);
    return place(high, at);
}

static void join(int fd, int to)
{
    struct sockaddr_in there;
    socklen_t len = sizeof there;
    check(getsockname(to, (struct sockaddr *)&there, &len), "getsockname");
    check(connect(fd, (struct sockaddr *)&there, len), "connect");
}

static void make_all(void)
{
    for (int i = 0; i < HANDED_STREAMS; i++) {
        int listener = bound(SOCK_STREAM, HANDED_FIRST + 2 * i);
        check(listen(listener, 4), "listen");
        join(bound(SOCK_STREAM, listener + 1), listener);
    }
    for (int i = 0; i < HANDED_PAIRS; i++) {
        int one = bound(SOCK_DGRAM, HANDED_FIRST_PAIR + 2 * i);
        int other = bound(SOCK_DGRAM, one + 1);
        join(one, other);
        join(other, one);
    }
    for (int i = 0; i < HANDED_BOUND; i++)
        bound(SOCK_DGRAM, HANDED_FIRST_BOUND + i);
}

int main(int argc, char **argv)
{
    char number[16];
    if (argc < 2) {
        fprintf(stderr, "usage: hand PROGRAM [ARG...]\n");
        return 2;
    }
    make_all();
    snprintf(number, sizeof number, "%d", HANDED_END - HANDED_FIRST);
    setenv("LISTEN_FDS", number, 1);
    snprintf(number, sizeof number, "%ld", (long)getpid());
    setenv("LISTEN_PID", number, 1);
    execv(argv[1], argv + 1);
    check(-1, argv[1]);
}
