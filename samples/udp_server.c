/* Sends each datagram back to whom it came from, and ends after COUNT of them. */
#include "common.h"

int main(int argc, char **argv)
{
    static char buffer[65536];
    expect_arguments(argc, 3, "udp_server ADDRESS PORT COUNT");
    int fd = serve(SOCK_DGRAM, endpoint_of(argv[1], argv[2]));
    for (int left = number_of(argv[3], 1000000); left > 0; left--) {
        struct endpoint from = {.len = sizeof from.addr};
        ssize_t n = recvfrom(fd, buffer, sizeof buffer, 0, ADDR(from), &from.len);
        if (n < 0)
            give_up("recvfrom");
        if (sendto(fd, buffer, (size_t)n, 0, ADDR(from), from.len) != n)
            give_up("sendto");
        printf("sent a datagram of %zd bytes back\n", n);
    }
    close(fd);
    return 0;
}
