/* One thread sends, another receives, on both ends of one connection at the same time: more than a connection holds, so
 * neither thread would come to an end without the other. */
#include "common.h"

#include <pthread.h>

enum { BLOCKS = 256, BLOCK = 16384 };

static char byte_at(size_t at)
{
    return (char)('a' + at % 23);
}

static void *send_blocks(void *fd)
{
    static char block[BLOCK];
    for (size_t n = 0; n < BLOCKS; n++) {
        for (size_t i = 0; i < BLOCK; i++)
            block[i] = byte_at(n * BLOCK + i);
        send_all(*(int *)fd, block, BLOCK);
    }
    if (shutdown(*(int *)fd, SHUT_WR))
        give_up("shutdown");
    printf("sent %d bytes\n", BLOCKS * BLOCK);
    return NULL;
}

static void *receive_blocks(void *fd)
{
    static char block[BLOCK];
    size_t total = 0;
    int wrong = 0;
    ssize_t n;
    while ((n = recv(*(int *)fd, block, sizeof block, 0)) > 0) {
        for (size_t i = 0; i < (size_t)n; i++)
            wrong += block[i] != byte_at(total + i);
        total += (size_t)n;
    }
    if (n < 0)
        give_up("recv");
    printf("received %zu bytes, %d of them out of place\n", total, wrong);
    return NULL;
}

/* Both ends of a connection to itself. */
static void connect_ends(int ends[2])
{
    struct endpoint at = {.len = sizeof at.addr};
    int listener = serve(SOCK_STREAM, endpoint_of("127.0.0.1", "0"));
    if (getsockname(listener, ADDR(at), &at.len))
        give_up("getsockname");
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);
    if (ends[0] < 0)
        give_up("socket");
    if (connect(ends[0], ADDR(at), at.len))
        give_up("connect");
    ends[1] = accept(listener, NULL, NULL);
    if (ends[1] < 0)
        give_up("accept");
    close(listener);
}

static void start(pthread_t *thread, void *(*run)(void *), int *fd)
{
    errno = pthread_create(thread, NULL, run, fd);
    if (errno)
        give_up("pthread_create");
}

static void join(pthread_t thread)
{
    errno = pthread_join(thread, NULL);
    if (errno)
        give_up("pthread_join");
}

int main(void)
{
    int ends[2];
    pthread_t sender, receiver;
    connect_ends(ends);
    start(&sender, send_blocks, &ends[0]);
    start(&receiver, receive_blocks, &ends[1]);
    join(sender);
    join(receiver);
    return 0;
}
