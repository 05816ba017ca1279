#include "common.h"

struct endpoint endpoint_of(const char *address, const char *port)
{
    struct endpoint out = {.len = 0};
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    int failed = getaddrinfo(address, port, &hints, &found);
    if (failed) {
        fprintf(stderr, "`%s` with port `%s`: %s\n", address, port, gai_strerror(failed));
        exit(2);
    }
    memcpy(&out.addr, found->ai_addr, found->ai_addrlen);
    out.len = found->ai_addrlen;
    freeaddrinfo(found);
    return out;
}

const char *endpoint_text(const struct endpoint *endpoint, char text[ENDPOINT_TEXT])
{
    char host[INET6_ADDRSTRLEN], port[8];
    int failed = getnameinfo((const struct sockaddr *)&endpoint->addr, endpoint->len, host, sizeof host, port,
                             sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    if (failed) {
        fprintf(stderr, "getnameinfo: %s\n", gai_strerror(failed));
        exit(1);
    }
    snprintf(text, ENDPOINT_TEXT, endpoint->addr.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
    return text;
}

int bound(int type, const struct endpoint *at)
{
    int one = 1;
    int fd = socket(at->addr.ss_family, type, 0);
    if (fd < 0)
        give_up("socket");
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one))
        give_up("setsockopt");
    if (bind(fd, ADDR(*at), at->len))
        give_up("bind");
    if ((type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) == SOCK_STREAM && listen(fd, 64))
        give_up("listen");
    return fd;
}

void say_where(int fd)
{
    char text[ENDPOINT_TEXT];
    /* Port 0 has become a number. */
    struct endpoint at = {.len = sizeof at.addr};
    if (getsockname(fd, ADDR(at), &at.len))
        give_up("getsockname");
    printf("listening on %s\n", endpoint_text(&at, text));
    fflush(stdout);
}

int serve(int type, struct endpoint at)
{
    int fd = bound(type, &at);
    say_where(fd);
    return fd;
}

void send_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent < 0)
            give_up("send");
        data += sent;
        size -= (size_t)sent;
    }
}

int number_of(const char *text, int most)
{
    char *end = NULL;
    long number = strtol(text, &end, 10);
    if (end == text || *end != '\0' || number < 0 || number > most) {
        fprintf(stderr, "`%s` is no number from 0 to %d\n", text, most);
        exit(2);
    }
    return (int)number;
}

void expect_arguments(int argc, int wanted, const char *usage)
{
    if (argc - 1 != wanted) {
        fprintf(stderr, "usage: %s\n", usage);
        exit(2);
    }
}

void give_up(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}
