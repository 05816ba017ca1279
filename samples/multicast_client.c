/* Sends TEXT to all members of GROUP, one hop far. For IPv4 it goes out by the interface that has the address FROM;
 * 0.0.0.0 and :: leave the choice to the system. */
#include "common.h"

int main(int argc, char **argv)
{
    char text[ENDPOINT_TEXT];
    int on = 1, hops = 1;
    expect_arguments(argc, 4, "multicast_client GROUP PORT FROM TEXT");
    struct endpoint group = endpoint_of(argv[1], argv[2]);
    struct endpoint from = endpoint_of(argv[3], "0");
    int fd = socket(group.addr.ss_family, SOCK_DGRAM, 0);
    if (fd < 0)
        give_up("socket");
    if (bind(fd, ADDR(from), from.len))
        give_up("bind");
    /* Members on this machine hear it too. That is so at first; here it is said. */
    if (group.addr.ss_family == AF_INET) {
        if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &on, sizeof on) ||
            setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops))
            give_up("setsockopt");
    } else if (setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &on, sizeof on)) {
        give_up("setsockopt");
    }
    if (sendto(fd, argv[4], strlen(argv[4]), 0, ADDR(group), group.len) < 0)
        give_up("sendto");
    printf("sent to %s\n", endpoint_text(&group, text));
    close(fd);
    return 0;
}
