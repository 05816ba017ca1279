/* unix_echo serve PATH [COUNT] | unix_echo ask PATH MESSAGE
 *
 * WasmEdge's sockets of paths, by its imports alone. Serves COUNT connections at the path, or prints
 * the answer to a message; says both ends of each connection by their paths. Ends with the errno of
 * the call that failed.
 */
#include "wasmedge_imports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { UNIX = 3, STREAM = 2 };

/* Of the long form: the family, then the path. */
typedef struct {
    unsigned char bytes[128];
} place;

static wasmedge_addr at(place *p)
{
    return (wasmedge_addr){p->bytes, sizeof p->bytes};
}

static place named(const char *path)
{
    place p = {{UNIX, 0}};
    if (strlen(path) >= sizeof p.bytes - 2) {
        fprintf(stderr, "the path is too long\n");
        exit(2);
    }
    memcpy(p.bytes + 2, path, strlen(path));
    return p;
}

static void must(const char *call, uint32_t error)
{
    if (error == 0)
        return;
    printf("%s: errno %u\n", call, error);
    exit((int)error);
}

static void tell_ends(int fd)
{
    place local = {{0}}, peer = {{0}};
    wasmedge_addr near = at(&local), far = at(&peer);
    uint32_t port;
    must("getlocaladdr", wasmedge_sock_getlocaladdr(fd, &near, &port));
    must("getpeeraddr", wasmedge_sock_getpeeraddr(fd, &far, &port));
    printf("from `%s` to `%s`\n", (char *)local.bytes + 2, (char *)peer.bytes + 2);
    fflush(stdout);
}

static uint32_t receive(int fd, char *buffer, uint32_t room)
{
    wasmedge_iovec into = {buffer, room};
    uint32_t len = 0;
    uint16_t flags;
    must("recv", wasmedge_sock_recv(fd, &into, 1, 0, &len, &flags));
    return len;
}

static void send_all(int fd, const char *data, uint32_t len)
{
    while (len > 0) {
        wasmedge_iovec from = {data, len};
        uint32_t sent;
        must("send", wasmedge_sock_send(fd, &from, 1, 0, &sent));
        data += sent;
        len -= sent;
    }
}

static void serve(int fd, const wasmedge_addr *path, long count)
{
    static char buffer[4096];
    must("bind", wasmedge_sock_bind(fd, path, 0));
    must("listen", wasmedge_sock_listen(fd, 16));
    puts("ready");
    fflush(stdout);
    for (; count > 0; count--) {
        int client;
        uint32_t len;
        must("accept", wasmedge_sock_accept_v1(fd, &client));
        tell_ends(client);
        while ((len = receive(client, buffer, sizeof buffer)) > 0)
            send_all(client, buffer, len);
        close(client);
    }
}

static void ask(int fd, const wasmedge_addr *path, const char *message)
{
    char answer[4096];
    uint32_t len, got = 0;
    must("connect", wasmedge_sock_connect(fd, path, 0));
    tell_ends(fd);
    send_all(fd, message, (uint32_t)strlen(message));
    must("shutdown", wasmedge_sock_shutdown(fd, 2));
    while ((len = receive(fd, answer + got, (uint32_t)sizeof answer - got)) > 0)
        got += len;
    printf("%.*s\n", (int)got, answer);
}

int main(int argc, char **argv)
{
    int fd;
    if (argc < 3) {
        fprintf(stderr, "usage: unix_echo serve PATH [COUNT] | unix_echo ask PATH MESSAGE\n");
        return 2;
    }
    place where = named(argv[2]);
    wasmedge_addr path = at(&where);
    must("open", wasmedge_sock_open(UNIX, STREAM, &fd));
    if (strcmp(argv[1], "serve") == 0)
        serve(fd, &path, argc > 3 ? strtol(argv[3], NULL, 10) : 1);
    else
        ask(fd, &path, argc > 3 ? argv[3] : "");
    return 0;
}
