/* Sends TEXT as one datagram, and prints the one that comes back. Datagrams get lost: it waits two seconds at most, and
 * tries three times. */
#include "common.h"

int main(int argc, char **argv)
{
    static char buffer[65536];
    char text[ENDPOINT_TEXT];
    struct timeval wait = {.tv_sec = 2};
    expect_arguments(argc, 3, "udp_client ADDRESS PORT TEXT");
    struct endpoint to = endpoint_of(argv[1], argv[2]);
    int fd = socket(to.addr.ss_family, SOCK_DGRAM, 0);
    if (fd < 0)
        give_up("socket");
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait))
        give_up("setsockopt");
    for (int tries = 0; tries < 3; tries++) {
        struct endpoint from = {.len = sizeof from.addr};
        if (sendto(fd, argv[3], strlen(argv[3]), 0, ADDR(to), to.len) < 0)
            give_up("sendto");
        ssize_t n = recvfrom(fd, buffer, sizeof buffer, 0, ADDR(from), &from.len);
        if (n >= 0) {
            printf("answer of %s: %.*s\n", endpoint_text(&from, text), (int)n, buffer);
            return 0;
        }
        if (errno != EAGAIN)
            give_up("recvfrom");
    }
    fprintf(stderr, "%s does not answer\n", endpoint_text(&to, text));
    return 1;
}
