/* Three ways to wait for so long only: SO_RCVTIMEO, SO_SNDTIMEO and poll; each on a connection that is silent. */
#include "common.h"

#include <time.h>

enum { MILLISECONDS = 200 };

static long long now(void)
{
    struct timespec time;
    if (clock_gettime(CLOCK_MONOTONIC, &time))
        give_up("clock_gettime");
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static void report(const char *what, long long since, const char *ended)
{
    long long took = now() - since;
    printf("%s: %s %s\n", what, ended, took + 1 >= MILLISECONDS ? "in its time" : "too early");
}

static const char *reason(ssize_t result)
{
    if (result >= 0)
        return "done";
    return errno == EAGAIN || errno == EWOULDBLOCK ? "EAGAIN" : strerror(errno);
}

static void limit(int fd, int option)
{
    struct timeval wait = {.tv_usec = MILLISECONDS * 1000};
    if (setsockopt(fd, SOL_SOCKET, option, &wait, sizeof wait))
        give_up("setsockopt");
}

static int connected(int listener)
{
    struct endpoint at = {.len = sizeof at.addr};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || getsockname(listener, ADDR(at), &at.len))
        give_up("socket");
    if (connect(fd, ADDR(at), at.len))
        give_up("connect");
    return fd;
}

int main(void)
{
    static char block[65536];
    int listener = serve(SOCK_STREAM, endpoint_of("127.0.0.1", "0"));
    int fd = connected(listener);
    limit(fd, SO_RCVTIMEO);
    limit(fd, SO_SNDTIMEO);

    long long since = now();
    ssize_t result = recv(fd, block, sizeof block, 0);
    report("recv", since, reason(result));

    /* Nobody receives, so after some calls nothing fits in. */
    do {
        since = now();
        result = send(fd, block, sizeof block, 0);
    } while (result >= 0);
    report("send", since, reason(result));

    struct pollfd entry = {.fd = fd, .events = POLLIN};
    since = now();
    const char *ended = poll(&entry, 1, MILLISECONDS) == 0 ? "nothing" : "something";
    report("poll", since, ended);
    close(fd);
    close(listener);
    return 0;
}
