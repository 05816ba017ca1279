/* Sends TEXT, says that it is done, and prints what comes back until the server is done as well. */
#include "common.h"

int main(int argc, char **argv)
{
    char buffer[1024], text[ENDPOINT_TEXT];
    expect_arguments(argc, 3, "tcp_client ADDRESS PORT TEXT");
    struct endpoint to = endpoint_of(argv[1], argv[2]);
    int fd = socket(to.addr.ss_family, SOCK_STREAM, 0);
    if (fd < 0)
        give_up("socket");
    if (connect(fd, ADDR(to), to.len))
        give_up("connect");
    struct endpoint peer = {.len = sizeof peer.addr};
    if (getpeername(fd, ADDR(peer), &peer.len))
        give_up("getpeername");
    printf("connected to %s\n", endpoint_text(&peer, text));
    send_all(fd, argv[3], strlen(argv[3]));
    if (shutdown(fd, SHUT_WR))
        give_up("shutdown");
    ssize_t n;
    printf("answer: ");
    while ((n = recv(fd, buffer, sizeof buffer, 0)) > 0)
        fwrite(buffer, 1, (size_t)n, stdout);
    printf("\n");
    if (n < 0)
        give_up("recv");
    close(fd);
    return 0;
}
