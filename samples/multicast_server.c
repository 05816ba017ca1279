/* Joins GROUP, prints COUNT datagrams that are sent to it, and leaves. INTERFACE is an address of the interface for IPv4,
 * its number for IPv6; 0.0.0.0 and 0 leave the choice to the system. */
#include "common.h"

static void change_v4(int fd, int option, const struct endpoint *group, const char *interface)
{
    struct ip_mreq request = {.imr_multiaddr = ((const struct sockaddr_in *)&group->addr)->sin_addr};
    if (inet_pton(AF_INET, interface, &request.imr_interface) != 1) {
        fprintf(stderr, "`%s` is no IPv4 address\n", interface);
        exit(2);
    }
    if (setsockopt(fd, IPPROTO_IP, option, &request, sizeof request))
        give_up("setsockopt");
}

static void change_v6(int fd, int option, const struct endpoint *group, const char *interface)
{
    struct ipv6_mreq request = {.ipv6mr_multiaddr = ((const struct sockaddr_in6 *)&group->addr)->sin6_addr,
                                .ipv6mr_interface = (unsigned)number_of(interface, 65535)};
    if (setsockopt(fd, IPPROTO_IPV6, option, &request, sizeof request))
        give_up("setsockopt");
}

static void change(int fd, int join, const struct endpoint *group, const char *interface)
{
    if (group->addr.ss_family == AF_INET)
        change_v4(fd, join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, group, interface);
    else
        change_v6(fd, join ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP, group, interface);
}

int main(int argc, char **argv)
{
    char buffer[2048];
    expect_arguments(argc, 4, "multicast_server GROUP PORT INTERFACE COUNT");
    struct endpoint group = endpoint_of(argv[1], argv[2]);
    /* Bound to every address: to the group itself works on Linux, and not everywhere. */
    struct endpoint any = endpoint_of(group.addr.ss_family == AF_INET ? "0.0.0.0" : "::", argv[2]);
    int fd = bound(SOCK_DGRAM, &any);
    change(fd, 1, &group, argv[3]);
    say_where(fd);
    for (int left = number_of(argv[4], 1000000); left > 0; left--) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);
        if (n < 0)
            give_up("recv");
        printf("heard: %.*s\n", (int)n, buffer);
    }
    change(fd, 0, &group, argv[3]);
    printf("left %s\n", argv[1]);
    close(fd);
    return 0;
}
