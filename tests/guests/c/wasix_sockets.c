/* Sockets as WASIX's C library uses them, without that library: each chapter prints what it found, one fact a line.
 *
 *   wasix_sockets CHAPTER [ARGUMENT]
 *
 * The facts are the same on Wasmer but for those that docs/wasix.md names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wasix_imports.h"

WASIX_IMPORT(sock_pair, uint32_t family, uint32_t type, uint32_t protocol, int *one, int *other);
WASIX_IMPORT(sock_status, int fd, uint8_t *status);
WASIX_IMPORT(sock_send_file, int fd, int file, uint64_t offset, uint64_t count, uint64_t *sent);
WASIX_IMPORT(port_mac, uint8_t mac[6]);
WASIX_P1_IMPORT(sock_shutdown, int fd, uint32_t how);
WASIX_P1_IMPORT(fd_close, int fd);
WASIX_P1_IMPORT(path_open, int dir, uint32_t lookup, const char *path, uint32_t len, uint32_t how,
                uint64_t rights, uint64_t inheriting, uint32_t flags, int *fd);

enum { INET4 = 1, INET6 = 2, STREAM = 1, DGRAM = 2, TCP = 6, UDP = 17 };
enum { DONT_WAIT = 8, SEND_DONT_WAIT = 1 };
enum {
    REUSE_ADDR = 2, NO_DELAY = 3, ONLY_V6 = 5, LISTENING = 10, LAST_ERROR = 11, LINGER = 13,
    RECV_BUF = 15, RECV_TIMEOUT = 19, CONNECT_TIMEOUT = 21, ACCEPT_TIMEOUT = 22, TTL = 23,
    TYPE = 25, PROTO = 26
};

static wasix_addr_port at(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port)
{
    wasix_addr_port addr;
    memset(&addr, 0, sizeof addr);
    addr.family = INET4;
    addr.port = port;
    addr.octets[0] = a;
    addr.octets[1] = b;
    addr.octets[2] = c;
    addr.octets[3] = d;
    return addr;
}

static wasix_addr_port loopback(uint16_t port)
{
    return at(127, 0, 0, 1, port);
}

/* A fact: what a call answered. */
static uint32_t fact(const char *what, uint32_t errno_)
{
    printf("%s: %u\n", what, errno_);
    return errno_;
}

/* A call that the chapter cannot go on without. */
static void need(const char *what, uint32_t errno_)
{
    if (errno_ != 0) {
        fact(what, errno_);
        exit(1);
    }
}

static int opened(uint32_t type)
{
    int fd;
    need("sock_open", wasix_sock_open(INET4, type, 0, &fd));
    return fd;
}

/* Does the host write ports most significant byte first? The C library finds out in the same way. */
static int swaps;

static uint32_t look(wasix_addr_port *addr)
{
    int fd = opened(STREAM);
    *addr = at(0, 0, 0, 0, 10275);
    uint32_t errno_ = wasix_sock_bind(fd, addr);
    if (errno_ == 0)
        errno_ = wasix_sock_addr_local(fd, addr);
    swaps = errno_ == 0 && addr->port != 10275;
    wasix_fd_close(fd);
    return errno_;
}

static uint16_t port_in(const wasix_addr_port *addr)
{
    return swaps ? (uint16_t)(addr->port << 8 | addr->port >> 8) : addr->port;
}

/* The port that the system chose, and that nothing else was written than an address. */
static uint16_t port_of(int fd)
{
    wasix_addr_port addr;
    memset(&addr, '?', sizeof addr);
    need("sock_addr_local", wasix_sock_addr_local(fd, &addr));
    if (((const uint8_t *)&addr)[20] != '?')
        printf("sock_addr_local wrote more than 20 bytes\n");
    return port_in(&addr);
}

static uint32_t send_text(int fd, const char *text, uint32_t flags)
{
    wasix_iovec iov = {text, (uint32_t)strlen(text)};
    uint32_t len;
    return wasix_sock_send(fd, &iov, 1, flags, &len);
}

/* Receive into so much room, and print what came. */
static uint32_t receive(int fd, uint32_t room, uint32_t flags)
{
    char data[64] = {0};
    wasix_iovec iov = {data, room};
    uint32_t len = 0;
    uint16_t cut = 0;
    uint32_t errno_ = wasix_sock_recv(fd, &iov, 1, flags, &len, &cut);
    if (errno_ == 0)
        printf("received `%.*s` cut %u\n", (int)len, data, cut);
    return errno_;
}

/* What the C library does before it believes any port. */
static void probe(void)
{
    wasix_addr_port addr;
    fact("probe", look(&addr));
    printf("port %u\n", addr.port);
}

static void statuses(const char *of, int fd)
{
    uint8_t status = 9;
    need("sock_status", wasix_sock_status(fd, &status));
    printf("%s is %u\n", of, status);
}

static void tcp(void)
{
    int listener = opened(STREAM), client = opened(STREAM), served;
    wasix_addr_port addr = loopback(0), peer, other;
    statuses("a new socket", client);
    need("bind", wasix_sock_bind(listener, &addr));
    need("listen", wasix_sock_listen(listener, 5));
    statuses("a listener", listener);
    addr = loopback(port_of(listener));
    need("connect", wasix_sock_connect(client, &addr));
    statuses("a client", client);
    need("accept", wasix_sock_accept_v2(listener, 0, &served, &peer));
    printf("the peer is the client: %d\n", port_in(&peer) == port_of(client));
    need("peer", wasix_sock_addr_peer(client, &other));
    printf("the client's peer is the listener: %d\n", port_in(&other) == addr.port);

    fact("receive what is not there", receive(served, 8, DONT_WAIT));
    fact("send", send_text(client, "hello", SEND_DONT_WAIT));
    fact("receive", receive(served, 8, 0));
    fact("shutdown", wasix_sock_shutdown(client, 2));
    fact("receive the end", receive(served, 8, 0));
    fact("accept on a client", wasix_sock_accept_v2(client, 0, &served, &peer));
}

static void udp(void)
{
    int one = opened(DGRAM), other = opened(DGRAM);
    wasix_addr_port addr = loopback(0), from;
    need("bind", wasix_sock_bind(one, &addr));
    need("bind", wasix_sock_bind(other, &addr));
    addr = loopback(port_of(one));

    wasix_iovec text = {"a datagram", 10};
    char data[64];
    wasix_iovec room = {data, 4};
    uint32_t len;
    uint16_t cut;
    fact("send to", wasix_sock_send_to(other, &text, 1, 0, &addr, &len));
    fact("receive from", wasix_sock_recv_from(one, &room, 1, 0, &len, &cut, &from));
    printf("`%.*s` cut %u from the sender: %d\n", (int)len, data, cut, port_in(&from) == port_of(other));
    from.port = port_in(&from);
    fact("send back", wasix_sock_send_to(one, &text, 1, 0, &from, &len));
    fact("receive", receive(other, 32, 0));
    fact("nothing more", receive(other, 32, DONT_WAIT));
}

static void options(void)
{
    int tcp_ = opened(STREAM), udp_ = opened(DGRAM), v6;
    need("open v6", wasix_sock_open(INET6, STREAM, TCP, &v6));
    uint8_t on = 9;
    uint64_t size;
    wasix_timestamp time = {1, 5000000000}, none = {0, 0};

    fact("set no delay", wasix_sock_set_opt_flag(tcp_, NO_DELAY, 1));
    fact("get no delay", wasix_sock_get_opt_flag(tcp_, NO_DELAY, &on));
    printf("no delay %u\n", on);
    fact("set reuse", wasix_sock_set_opt_flag(udp_, REUSE_ADDR, 1));
    fact("set only v6", wasix_sock_set_opt_flag(v6, ONLY_V6, 1));
    fact("get listening", wasix_sock_get_opt_flag(tcp_, LISTENING, &on));
    fact("set buffer", wasix_sock_set_opt_size(tcp_, RECV_BUF, 8192));
    fact("get buffer", wasix_sock_get_opt_size(tcp_, RECV_BUF, &size));
    printf("buffer %u\n", (unsigned)size);
    fact("set ttl", wasix_sock_set_opt_size(v6, TTL, 7));
    fact("get ttl", wasix_sock_get_opt_size(v6, TTL, &size));
    printf("ttl %u\n", (unsigned)size);
    fact("get type", wasix_sock_get_opt_size(udp_, TYPE, &size));
    printf("type %u\n", (unsigned)size);
    fact("get protocol", wasix_sock_get_opt_size(udp_, PROTO, &size));
    printf("protocol %u\n", (unsigned)size);
    fact("get error", wasix_sock_get_opt_size(tcp_, LAST_ERROR, &size));
    printf("error %u\n", (unsigned)size);
    static const uint32_t times[] = {LINGER, RECV_TIMEOUT, CONNECT_TIMEOUT, ACCEPT_TIMEOUT};
    for (unsigned i = 0; i < sizeof times / sizeof *times; i++) {
        wasix_timestamp found = {9, 9};
        fact("set time", wasix_sock_set_opt_time(tcp_, times[i], &time));
        fact("get time", wasix_sock_get_opt_time(tcp_, times[i], &found));
        printf("time %u %u\n", found.some, (unsigned)(found.nanoseconds / 1000000));
        fact("set none", wasix_sock_set_opt_time(tcp_, times[i], &none));
        fact("get none", wasix_sock_get_opt_time(tcp_, times[i], &found));
        printf("time %u\n", found.some);
    }
    fact("no such option", wasix_sock_set_opt_flag(tcp_, 99, 1));
    fact("a bad pointer", wasix_sock_get_opt_size(tcp_, RECV_BUF, (uint64_t *)0xfffffff0));
}

static void names(const char *name)
{
    wasix_addr_ip found[8];
    uint32_t count = 99;
    memset(found, '?', sizeof found);
    uint32_t errno_ = wasix_resolve(name, (uint32_t)strlen(name), 0, found, 8, &count);
    fact("resolve", errno_);
    for (uint32_t i = 0; errno_ == 0 && i < count && i < 8; i++) {
        const uint8_t *ip = found[i].octets;
        if (found[i].family == INET4)
            printf("%u.%u.%u.%u\n", ip[0], ip[1], ip[2], ip[3]);
        else
            printf("family %u ... %u\n", found[i].family, ip[15]);
    }
    fact("resolve into no room", wasix_resolve(name, (uint32_t)strlen(name), 0, found, 0, &count));
    printf("count %u\n", count);
}

static void groups(void)
{
    int fd = opened(DGRAM);
    wasix_addr_port addr = at(0, 0, 0, 0, 0);
    const uint8_t group[4] = {224, 0, 0, 251}, interface[4] = {127, 0, 0, 1};
    const uint8_t group6[16] = {0xff, 2};
    need("bind", wasix_sock_bind(fd, &addr));
    fact("join", wasix_sock_join_multicast_v4(fd, group, interface));
    fact("join again", wasix_sock_join_multicast_v4(fd, group, interface));
    fact("leave", wasix_sock_leave_multicast_v4(fd, group, interface));
    fact("leave again", wasix_sock_leave_multicast_v4(fd, group, interface));
    fact("join no group", wasix_sock_join_multicast_v4(fd, interface, interface));
    fact("join of the other family", wasix_sock_join_multicast_v6(fd, group6, 0));
}

static void pair(void)
{
    int one, other;
    need("pair", wasix_sock_pair(INET4, STREAM, 0, &one, &other));
    fact("send", send_text(one, "through a pair", 0));
    fact("receive", receive(other, 32, 0));
    fact("close", wasix_fd_close(one));
    fact("receive the end", receive(other, 32, 0));
}

/* Sends a part of a file through a pair. */
static void file(const char *path)
{
    int one, other, fd;
    uint64_t sent = 0;
    need("pair", wasix_sock_pair(INET4, STREAM, 0, &one, &other));
    need("path_open", wasix_path_open(3, 0, path, (uint32_t)strlen(path), 0, 6, 0, 0, &fd));
    fact("send file", wasix_sock_send_file(one, fd, 4, 100, &sent));
    printf("sent %u\n", (unsigned)sent);
    fact("receive", receive(other, 32, 0));
}

/* A wait that ends: nobody comes to the listener, and nobody answers at the given port. */
static void times(const char *port)
{
    int listener = opened(STREAM), client = opened(STREAM), served;
    wasix_addr_port addr = loopback(0), peer;
    wasix_timestamp time = {1, 50000000};
    need("set time", wasix_sock_set_opt_time(listener, ACCEPT_TIMEOUT, &time));
    need("set time", wasix_sock_set_opt_time(client, CONNECT_TIMEOUT, &time));
    need("bind", wasix_sock_bind(listener, &addr));
    need("listen", wasix_sock_listen(listener, 1));
    fact("accept", wasix_sock_accept_v2(listener, 0, &served, &peer));
    addr = loopback((uint16_t)atoi(port));
    fact("connect", wasix_sock_connect(client, &addr));
    statuses("a client that gave up", client);
    addr = loopback(port_of(listener));
    fact("connect elsewhere", wasix_sock_connect(client, &addr));
    fact("accept", wasix_sock_accept_v2(listener, 0, &served, &peer));
}

/* What needs a grant, on documentation's own addresses. */
static void denied(void)
{
    int fd = opened(STREAM), udp_ = opened(DGRAM);
    wasix_addr_port there = at(192, 0, 2, 1, 80), here = at(0, 0, 0, 0, 10275);
    const uint8_t group[4] = {224, 0, 0, 251}, interface[4] = {0};
    wasix_iovec text = {"x", 1};
    uint32_t len;
    uint8_t mac[6];
    fact("connect", wasix_sock_connect(fd, &there));
    fact("bind", wasix_sock_bind(fd, &there));
    fact("send to", wasix_sock_send_to(udp_, &text, 1, 0, &there, &len));
    fact("join", wasix_sock_join_multicast_v4(udp_, group, interface));
    fact("probe", wasix_sock_bind(fd, &here));
    fact("listen", wasix_sock_listen(fd, 1));
    fact("mac", wasix_port_mac(mac));
    names("host.example");
}

int main(int argc, char **argv)
{
    const char *chapter = argc > 1 ? argv[1] : "", *argument = argc > 2 ? argv[2] : "";
    static const struct {
        const char *name;
        void (*plain)(void);
        void (*with)(const char *);
    } chapters[] = {
        {"probe", probe, NULL}, {"tcp", tcp, NULL},       {"udp", udp, NULL},
        {"pair", pair, NULL},   {"groups", groups, NULL}, {"options", options, NULL},
        {"file", NULL, file},   {"names", NULL, names},   {"times", NULL, times},
        {"denied", denied, NULL},
    };
    wasix_addr_port probed;
    look(&probed);
    for (unsigned i = 0; i < sizeof chapters / sizeof *chapters; i++) {
        if (strcmp(chapter, chapters[i].name) != 0)
            continue;
        if (chapters[i].plain)
            chapters[i].plain();
        else
            chapters[i].with(argument);
        return 0;
    }
    fprintf(stderr, "wasix_sockets: no chapter `%s`\n", chapter);
    return 2;
}
