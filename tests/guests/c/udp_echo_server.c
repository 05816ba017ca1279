/* udp_echo_server ADDRESS PORT [COUNT]
 *
 * Says where it listens, then sends each datagram back to its sender; ends after COUNT of them.
 */
#include "address.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    static char buffer[65536];
    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: udp_echo_server ADDRESS PORT [COUNT]\n");
        return 2;
    }
    struct address at = address_parse(argv[1], argv[2]);
    long count = argc == 4 ? strtol(argv[3], NULL, 10) : -1;
    char text[ADDRESS_TEXT];
    int fd = socket(at.storage.ss_family, SOCK_DGRAM, 0);
    if (fd < 0)
        give_up("socket");
    if (bind(fd, ADDRESS(at), at.len))
        give_up("bind");
    at.len = sizeof at.storage;
    if (getsockname(fd, ADDRESS(at), &at.len))
        give_up("getsockname");
    printf("listening on %s\n", address_text(&at, text));
    fflush(stdout);
    while (count != 0) {
        struct address from = {.len = sizeof from.storage};
        ssize_t n = recvfrom(fd, buffer, sizeof buffer, 0, ADDRESS(from), &from.len);
        if (n < 0)
            give_up("recvfrom");
        if (sendto(fd, buffer, (size_t)n, 0, ADDRESS(from), from.len) != n)
            give_up("sendto");
        if (count > 0)
            count--;
    }
    return 0;
}
