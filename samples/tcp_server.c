/* Sends back what each connection sends, one connection after the other, and ends after COUNT of them. */
#include "common.h"

static void echo(int fd)
{
    static char buffer[16384];
    size_t total = 0;
    ssize_t n;
    while ((n = recv(fd, buffer, sizeof buffer, 0)) > 0) {
        send_all(fd, buffer, (size_t)n);
        total += (size_t)n;
    }
    if (n < 0)
        give_up("recv");
    printf("sent %zu bytes back\n", total);
}

int main(int argc, char **argv)
{
    expect_arguments(argc, 3, "tcp_server ADDRESS PORT COUNT");
    int listener = serve(SOCK_STREAM, endpoint_of(argv[1], argv[2]));
    for (int left = number_of(argv[3], 1000000); left > 0; left--) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            give_up("accept");
        echo(fd);
        close(fd);
    }
    close(listener);
    return 0;
}
