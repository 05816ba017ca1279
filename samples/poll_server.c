/* Sends back what connections send, to all of them at once and in one thread: every socket is nonblocking, and poll tells
 * which one to serve. Ends after COUNT connections. A client that does not receive holds up nobody but itself. */
#include "common.h"

#include <fcntl.h>

enum { CLIENTS = 64, ROOM = 16384 };

struct client {
    char data[ROOM];
    size_t start, end;
    int done; /* nothing more comes from it */
};

/* Entry 0 is the listener; client i has entry i + 1, below 0 while there is none. */
static struct pollfd entries[CLIENTS + 1];
static struct client clients[CLIENTS];

static void accept_all(int listener, int *open, int *left)
{
    for (int i = 0; i < CLIENTS && *left > 0; i++) {
        if (entries[i + 1].fd >= 0)
            continue;
        int fd = accept(listener, NULL, NULL);
        if (fd < 0 && (errno == EAGAIN || errno == ECONNABORTED))
            return;
        if (fd < 0)
            give_up("accept");
        if (fcntl(fd, F_SETFL, O_NONBLOCK))
            give_up("fcntl");
        entries[i + 1].fd = fd;
        clients[i] = (struct client){.start = 0};
        ++*open;
        --*left;
    }
}

/* One transfer in the direction that the client is in. Returns 0 when the client is to be let go. */
static int step(int fd, struct client *client)
{
    if (client->start < client->end) {
        ssize_t n = send(fd, client->data + client->start, client->end - client->start, MSG_NOSIGNAL);
        if (n < 0)
            return errno == EAGAIN;
        client->start += (size_t)n;
        return client->start < client->end || !client->done;
    }
    ssize_t n = recv(fd, client->data, ROOM, 0);
    if (n < 0)
        return errno == EAGAIN;
    client->start = 0;
    client->end = (size_t)n;
    client->done = n == 0;
    return !client->done;
}

static void wait_for_one(int accepting)
{
    entries[0].events = accepting ? POLLIN : 0;
    for (int i = 0; i < CLIENTS; i++)
        entries[i + 1].events = clients[i].start < clients[i].end ? POLLOUT : POLLIN;
    if (poll(entries, CLIENTS + 1, -1) < 0)
        give_up("poll");
}

int main(int argc, char **argv)
{
    expect_arguments(argc, 3, "poll_server ADDRESS PORT COUNT");
    int listener = serve(SOCK_STREAM | SOCK_NONBLOCK, endpoint_of(argv[1], argv[2]));
    int left = number_of(argv[3], 1000000), served = left, open = 0;
    entries[0].fd = listener;
    for (int i = 0; i < CLIENTS; i++)
        entries[i + 1].fd = -1;
    while (left > 0 || open > 0) {
        wait_for_one(left > 0 && open < CLIENTS);
        for (int i = 0; i < CLIENTS; i++) {
            struct pollfd *entry = &entries[i + 1];
            if (entry->fd < 0 || !entry->revents || step(entry->fd, &clients[i]))
                continue;
            close(entry->fd);
            entry->fd = -1;
            open--;
        }
        if (entries[0].revents)
            accept_all(listener, &open, &left);
    }
    printf("served %d connections\n", served);
    close(listener);
    return 0;
}
