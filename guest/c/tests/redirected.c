/* Whether a third party's object gets the library's accept, which tells the peer, or the C library's, which does not. */
#include <wasi_socket_ext.h>

#include <stdio.h>

int third_party_accept(int listener, struct sockaddr_in *peer, int four);

static int told_the_peer(int four)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr_in own = {.sin_port = 0};
    struct sockaddr_in peer = {.sin_port = 0};
    socklen_t len = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&at, len) || listen(listener, 1) ||
        getsockname(listener, (struct sockaddr *)&at, &len) ||
        connect(client, (struct sockaddr *)&at, len) ||
        getsockname(client, (struct sockaddr *)&own, &len) ||
        third_party_accept(listener, &peer, four) < 0)
        return 0;
    return peer.sin_port == own.sin_port;
}

int main(void)
{
    int told = told_the_peer(0) && told_the_peer(1);
    puts(told ? "redirected" : "not redirected");
    return !told;
}
