/* everyday
 *
 * Does what most programs do with sockets, with itself on loopback, and prints how it went: the same text natively and as
 * a guest, for it needs nothing that WAMR's imports lack.
 */
#ifdef __wasi__
#include <wasi_socket_ext.h>
#endif

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static int checked(const char *what, int result)
{
    if (result >= 0)
        return result;
    printf("%s: %s\n", what, strerror(errno));
    exit(1);
}

/* A socket on a free port of the address, and that port's address. */
static int bound(int type, struct sockaddr_storage *at, socklen_t *len)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = type, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    if (getaddrinfo("127.0.0.1", "0", &hints, &found) != 0)
        exit(1);
    int fd = checked("socket", socket(found->ai_family, found->ai_socktype, found->ai_protocol));
    checked("bind", bind(fd, found->ai_addr, found->ai_addrlen));
    freeaddrinfo(found);
    *len = sizeof *at;
    checked("getsockname", getsockname(fd, (struct sockaddr *)at, len));
    return fd;
}

static void print_peer(const char *who, const struct sockaddr_storage *at, socklen_t len)
{
    char host[NI_MAXHOST];
    if (getnameinfo((const struct sockaddr *)at, len, host, sizeof host, NULL, 0, NI_NUMERICHOST) == 0)
        printf("%s %s\n", who, host);
}

static void stream(void)
{
    struct sockaddr_storage at, from;
    socklen_t len, from_len = sizeof from;
    char got[32];
    int one = 1;
    int listener = bound(SOCK_STREAM, &at, &len);
    checked("listen", listen(listener, SOMAXCONN));
    int client = checked("socket", socket(at.ss_family, SOCK_STREAM, 0));
    checked("setsockopt", setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
    checked("connect", connect(client, (struct sockaddr *)&at, len));
    int server = checked("accept", accept(listener, (struct sockaddr *)&from, &from_len));
    print_peer("accepted from", &from, from_len);
    checked("send", (int)send(client, "hello, stream", 13, MSG_NOSIGNAL));
    fd_set in;
    FD_ZERO(&in);
    FD_SET(server, &in);
    printf("select: %d\n", checked("select", select(server + 1, &in, NULL, NULL, NULL)));
    int n = checked("recv", (int)recv(server, got, sizeof got, 0));
    printf("received %.*s\n", n, got);
    checked("shutdown", shutdown(client, SHUT_WR));
    printf("end of stream: %d\n", checked("recv", (int)recv(server, got, sizeof got, 0)));
    close(client);
    close(server);
    close(listener);
}

static void datagrams(void)
{
    struct sockaddr_storage at, from;
    socklen_t len, from_len = sizeof from;
    char got[32];
    int receiver = bound(SOCK_DGRAM, &at, &len);
    int sender = checked("socket", socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0));
    checked("sendto", (int)sendto(sender, "hello, datagram", 15, 0, (struct sockaddr *)&at, len));
    struct pollfd one = {.fd = receiver, .events = POLLIN};
    printf("poll: %d\n", checked("poll", poll(&one, 1, 5000)));
    int n = checked("recvfrom",
                    (int)recvfrom(receiver, got, sizeof got, 0, (struct sockaddr *)&from, &from_len));
    printf("received %.*s\n", n, got);
    print_peer("sent by", &from, from_len);
    printf("nothing more: %s\n", recv(sender, got, sizeof got, 0) < 0 ? strerror(errno) : "something");
    close(sender);
    close(receiver);
}

static void options(void)
{
    struct timeval timeout = {.tv_sec = 1, .tv_usec = 500000};
    struct linger linger = {.l_onoff = 1, .l_linger = 5};
    int value = 1;
    socklen_t len = sizeof value;
    int fd = checked("socket", socket(AF_INET, SOCK_STREAM, 0));
    checked("SO_REUSEADDR", setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, sizeof value));
    checked("SO_KEEPALIVE", setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value));
    checked("SO_RCVTIMEO", setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout));
    checked("SO_LINGER", setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
    value = 0;
    checked("SO_KEEPALIVE", getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, &len));
    printf("keep alive: %d\n", value);
    checked("SO_TYPE", getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &len));
    printf("a stream: %d\n", value == SOCK_STREAM);
    close(fd);
}

static void lookups(void)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    struct sockaddr_storage at;
    int code = getaddrinfo("localhost", "80", &hints, &found);
    if (code != 0) {
        printf("localhost: %s\n", gai_strerror(code));
        exit(1);
    }
    memcpy(&at, found->ai_addr, found->ai_addrlen);
    print_peer("localhost is", &at, found->ai_addrlen);
    freeaddrinfo(found);
    hints.ai_flags = AI_NUMERICHOST;
    printf("no number: %d\n", getaddrinfo("localhost", "80", &hints, &found) == EAI_NONAME);
}

int main(void)
{
    stream();
    datagrams();
    options();
    lookups();
    return 0;
}
