/* tcp_echo_client ADDRESS PORT MESSAGE...
 *
 * Sends each message and prints what comes back for it, a line each.
 */
#include "address.h"

#include <stdio.h>
#include <string.h>

static void exchange(int fd, const char *message)
{
    char answer[4096];
    size_t len = strlen(message);
    if (len > sizeof answer)
        len = sizeof answer;
    if (send(fd, message, len, 0) != (ssize_t)len)
        give_up("send");
    size_t have = 0;
    // In pieces: a component's C library has no MSG_WAITALL.
    for (ssize_t n = 1; have < len && n > 0; have += (size_t)n)
        if ((n = recv(fd, answer + have, len - have, 0)) < 0)
            give_up("recv");
    printf("%.*s\n", (int)have, answer);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: tcp_echo_client ADDRESS PORT MESSAGE...\n");
        return 2;
    }
    struct address to = address_parse(argv[1], argv[2]);
    int fd = socket(to.storage.ss_family, SOCK_STREAM, 0);
    if (fd < 0)
        give_up("socket");
    if (connect(fd, ADDRESS(to), to.len))
        give_up("connect");
    for (int i = 3; i < argc; i++)
        exchange(fd, argv[i]);
    close(fd);
    return 0;
}
