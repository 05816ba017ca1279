/* tcp_echo_server ADDRESS PORT [COUNT]
 *
 * Says where it listens, then sends back what each connection sends, one connection after the
 * other; ends after COUNT of them.
 */
#include "address.h"

#include <stdio.h>
#include <stdlib.h>

static void echo(int fd)
{
    static char buffer[65536];
    ssize_t n;
    while ((n = recv(fd, buffer, sizeof buffer, 0)) > 0) {
        ssize_t sent = 0;
        while (sent < n) {
            ssize_t more = send(fd, buffer + sent, (size_t)(n - sent), 0);
            if (more < 0) {
                perror("send");
                return;
            }
            sent += more;
        }
    }
    if (n < 0)
        perror("recv");
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: tcp_echo_server ADDRESS PORT [COUNT]\n");
        return 2;
    }
    struct address at = address_parse(argv[1], argv[2]);
    long count = argc == 4 ? strtol(argv[3], NULL, 10) : -1;
    char text[ADDRESS_TEXT];
    int one = 1;
    int listener = socket(at.storage.ss_family, SOCK_STREAM, 0);
    if (listener < 0)
        give_up("socket");
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one))
        give_up("setsockopt");
    if (bind(listener, ADDRESS(at), at.len))
        give_up("bind");
    if (listen(listener, 64))
        give_up("listen");
    at.len = sizeof at.storage;
    if (getsockname(listener, ADDRESS(at), &at.len))
        give_up("getsockname");
    printf("listening on %s\n", address_text(&at, text));
    fflush(stdout);
    while (count != 0) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            give_up("accept");
        echo(fd);
        close(fd);
        if (count > 0)
            count--;
    }
    return 0;
}
