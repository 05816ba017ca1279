/* What only the native program does: the other end of some cases, and to launch and weigh a program. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

static char data[65536];

static void echo(int fd)
{
    for (ssize_t n; (n = recv(fd, data, sizeof data, 0)) > 0;)
        send_all(fd, data, (size_t)n);
}

static void sink(int fd)
{
    while (recv(fd, data, sizeof data, 0) > 0)
        ;
    send_all(fd, data, 1);
}

static void source(int fd)
{
    while (send(fd, data, sizeof data, MSG_NOSIGNAL) > 0)
        ;
}

static void serve(int fd)
{
    char role = 0;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    recv_all(fd, &role, 1);
    switch (role) {
    case ROLE_ECHO:
        echo(fd);
        break;
    case ROLE_SINK:
        sink(fd);
        break;
    case ROLE_SOURCE:
        source(fd);
        break;
    default: // idle: open for as long as this process lives
        return;
    }
    close(fd);
}

// One connection after the other; whoever started this process ends it.
int peer(void)
{
    struct sockaddr_in at;
    int listener = tcp_listener(&at);
    printf("listening on 127.0.0.1:%u\n", (unsigned)ntohs(at.sin_port));
    fflush(stdout);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            fail("accept");
        serve(fd);
    }
}

// The child's output goes nowhere: it is its time and its memory that count.
int launch(char **command)
{
    int64_t before = now_ns();
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL)
            fail("/dev/null");
        execvp(command[0], command);
        fail(command[0]);
    }
    int status;
    struct rusage used;
    if (wait4(child, &status, 0, &used) < 0)
        fail("wait4");
    int64_t took = now_ns() - before;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "bench: %s ended with status %d\n", command[0], status);
        return 1;
    }
    printf("launch %lld ns\n", (long long)took);
    printf("peak %ld KiB\n", used.ru_maxrss);
    return 0;
}

void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit))
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}
