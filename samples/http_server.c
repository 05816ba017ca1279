/* Answers COUNT requests of HTTP/1.1, a connection each: GET and HEAD of / and of /health, and says no to the rest. A
 * client has five seconds for its request, and 8 KiB. */
#include "common.h"

enum { REQUEST = 8192 };

struct answer {
    const char *status, *type, *body;
};

static const struct answer home = {"200 OK", "text/html", "<!doctype html><title>iwasm</title><p>Hello from a guest\n"};
static const struct answer health = {"200 OK", "text/plain", "well\n"};
static const struct answer malformed = {"400 Bad Request", "text/plain", "that is no request\n"};
static const struct answer unknown = {"404 Not Found", "text/plain", "there is no such page\n"};
static const struct answer not_allowed = {"405 Method Not Allowed", "text/plain", "only GET and HEAD\n"};

/* Up to the empty line that ends the head. Returns 0 when none comes. */
static int read_head(int fd, char head[REQUEST + 1])
{
    size_t size = 0;
    head[0] = '\0';
    while (!strstr(head, "\r\n\r\n")) {
        ssize_t n = recv(fd, head + size, REQUEST - size, 0);
        if (n <= 0)
            return 0;
        size += (size_t)n;
        head[size] = '\0';
    }
    return 1;
}

/* The words of the first line, METHOD PATH VERSION, become texts of their own. */
static const struct answer *choose(char *head, char **method, char **path)
{
    char *rest = NULL;
    *strstr(head, "\r\n") = '\0';
    *method = strtok_r(head, " ", &rest);
    *path = strtok_r(NULL, " ", &rest);
    const char *version = strtok_r(NULL, " ", &rest);
    if (!version || strncmp(version, "HTTP/1.", 7) != 0)
        return &malformed;
    if (strcmp(*method, "GET") != 0 && strcmp(*method, "HEAD") != 0)
        return &not_allowed;
    return strcmp(*path, "/") == 0 ? &home : strcmp(*path, "/health") == 0 ? &health : &unknown;
}

static void answer(int fd)
{
    static char head[REQUEST + 1];
    char text[512], *method = NULL, *path = NULL;
    const struct answer *answer = read_head(fd, head) ? choose(head, &method, &path) : &malformed;
    int n = snprintf(text, sizeof text,
                     "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
                     answer->status, answer->type, strlen(answer->body));
    /* A client that has gone is its own affair, so failures end nothing here. */
    if (send(fd, text, (size_t)n, MSG_NOSIGNAL) == n && !(method && strcmp(method, "HEAD") == 0))
        send(fd, answer->body, strlen(answer->body), MSG_NOSIGNAL);
    printf("%s %s: %s\n", method ? method : "-", path ? path : "-", answer->status);
}

int main(int argc, char **argv)
{
    struct timeval patience = {.tv_sec = 5};
    expect_arguments(argc, 3, "http_server ADDRESS PORT COUNT");
    int listener = serve(SOCK_STREAM, endpoint_of(argv[1], argv[2]));
    for (int left = number_of(argv[3], 1000000); left > 0; left--) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            give_up("accept");
        if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) ||
            setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience))
            give_up("setsockopt");
        answer(fd);
        shutdown(fd, SHUT_WR);
        close(fd);
    }
    close(listener);
    return 0;
}
