/* denied_uses USE
 *
 * Uses one address or name in one way, and prints the errno that came of it, 0 for none: the number
 * that the dialect has for it. `-` lists the uses.
 */
#include "address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef GUEST_IS_A_COMPONENT
#include <sys/ioctl.h>
#endif

static int stream(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

static int datagrams(void)
{
    return socket(AF_INET, SOCK_DGRAM, 0);
}

static int binds(int fd, const char *address)
{
    struct address at = address_parse(address, "0");
    return bind(fd, ADDRESS(at), at.len);
}

static int connects(int fd, const char *address)
{
    struct address to = address_parse(address, "9");
    return connect(fd, ADDRESS(to), to.len);
}

static int sends(int fd, const char *address)
{
    struct address to = address_parse(address, "9");
    return sendto(fd, "x", 1, 0, ADDRESS(to), to.len) == 1 ? 0 : -1;
}

static int tcp_bind(void)
{
    return binds(stream(), "127.0.0.2");
}

static int tcp_listen_unbound(void)
{
    return listen(stream(), 1);
}

static int tcp_connect(void)
{
    return connects(stream(), "127.0.0.2");
}

static int tcp_connect_mapped(void)
{
    return connects(socket(AF_INET6, SOCK_STREAM, 0), "::ffff:127.0.0.2");
}

static int tcp_connect_wildcard(void)
{
    return connects(stream(), "0.0.0.0");
}

static int udp_bind(void)
{
    return binds(datagrams(), "127.0.0.2");
}

static int udp_connect(void)
{
    return connects(datagrams(), "127.0.0.2");
}

static int udp_send(void)
{
    return sends(datagrams(), "127.0.0.2");
}

static int udp_send_wildcard(void)
{
    return sends(datagrams(), "0.0.0.0");
}

/* A send gives it a port, which everybody on this machine could send to. Whoever runs this does, from
 * another address, and then writes a line. */
static int nonblocking(int fd)
{
#ifdef GUEST_IS_A_COMPONENT
    // Its C library knows no flags of sockets.
    int on = 1;
    return ioctl(fd, FIONBIO, &on);
#else
    return fcntl(fd, F_SETFL, O_NONBLOCK);
#endif
}

static int udp_receive_unbound(void)
{
    struct address at = {.len = sizeof at.storage};
    struct sockaddr_in local;
    char byte;
    int fd = datagrams();
    if (sends(fd, "127.0.0.1") || getsockname(fd, ADDRESS(at), &at.len))
        give_up("a port of its own");
    memcpy(&local, &at.storage, sizeof local);
    printf("port %d\n", ntohs(local.sin_port));
    fflush(stdout);
    getchar();
    if (nonblocking(fd))
        give_up("nonblocking");
    // The first answer may be that nobody was at the address that the port came from.
    ssize_t n = recv(fd, &byte, 1, 0);
    return n == -1 && errno == ECONNREFUSED ? (int)recv(fd, &byte, 1, 0) : (int)n;
}

static int multicast_join(void)
{
    struct ip_mreq group;
    inet_pton(AF_INET, "239.255.0.1", &group.imr_multiaddr);
    inet_pton(AF_INET, "127.0.0.1", &group.imr_interface);
    return setsockopt(datagrams(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group);
}

static int name_lookup(void)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int code = getaddrinfo("localhost", NULL, &hints, &found);
    // Numbers of POSIX's own are negative.
    if (code != 0 && code != EAI_SYSTEM)
        errno = code;
    return code == 0 ? 0 : -1;
}

static const struct {
    const char *name;
    int (*use)(void);
} USES[] = {
    {"tcp_bind", tcp_bind},
    {"tcp_listen_unbound", tcp_listen_unbound},
    {"tcp_connect", tcp_connect},
    {"tcp_connect_mapped", tcp_connect_mapped},
    {"tcp_connect_wildcard", tcp_connect_wildcard},
    {"udp_bind", udp_bind},
    {"udp_connect", udp_connect},
    {"udp_send", udp_send},
    {"udp_send_wildcard", udp_send_wildcard},
    {"udp_receive_unbound", udp_receive_unbound},
    {"multicast_join", multicast_join},
    {"name_lookup", name_lookup},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < sizeof USES / sizeof USES[0]; i++) {
        if (strcmp(argv[1], "-") == 0)
            puts(USES[i].name);
        if (strcmp(argv[1], USES[i].name) == 0) {
            printf("%d\n", USES[i].use() == -1 ? errno : 0);
            return 0;
        }
    }
    return argc == 2 && strcmp(argv[1], "-") == 0 ? 0 : 2;
}
