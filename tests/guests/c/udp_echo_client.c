/* udp_echo_client ADDRESS PORT MESSAGE...
 *
 * Sends each message as a datagram and prints the answer to it and who sent it, a line each.
 * Gives up on an answer after five seconds.
 */
#include "address.h"

#include <stdio.h>
#include <string.h>

#define PATIENCE_MS 5000

int main(int argc, char **argv)
{
    static char answer[65536];
    char text[ADDRESS_TEXT];
    if (argc < 4) {
        fprintf(stderr, "usage: udp_echo_client ADDRESS PORT MESSAGE...\n");
        return 2;
    }
    struct address to = address_parse(argv[1], argv[2]);
    int fd = socket(to.storage.ss_family, SOCK_DGRAM, 0);
    if (fd < 0)
        give_up("socket");
    for (int i = 3; i < argc; i++) {
        struct address from = {.len = sizeof from.storage};
        size_t len = strlen(argv[i]);
        if (sendto(fd, argv[i], len, 0, ADDRESS(to), to.len) != (ssize_t)len)
            give_up("sendto");
        struct pollfd one = {.fd = fd, .events = POLLIN};
        if (poll(&one, 1, PATIENCE_MS) == 0)
            errno = ETIMEDOUT;
        if (!(one.revents & POLLIN))
            give_up("an answer");
        ssize_t n = recvfrom(fd, answer, sizeof answer, 0, ADDRESS(from), &from.len);
        if (n < 0)
            give_up("recvfrom");
        printf("%.*s from %s\n", (int)n, answer, address_text(&from, text));
    }
    close(fd);
    return 0;
}
