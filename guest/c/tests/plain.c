/* A program as it is written for Linux: it includes nothing of the library. */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int is_told_the_peer(int listener, int client)
{
    struct sockaddr_in own, peer;
    socklen_t own_len = sizeof own;
    socklen_t peer_len = sizeof peer;
    int accepted = accept(listener, (struct sockaddr *)&peer, &peer_len);
    return accepted >= 0 && getsockname(client, (struct sockaddr *)&own, &own_len) == 0 &&
           peer.sin_port == own.sin_port && peer.sin_addr.s_addr == own.sin_addr.s_addr;
}

int main(void)
{
    struct sockaddr_in at;
    socklen_t len = sizeof at;
    int one = 1;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    at.sin_family = AF_INET;
    at.sin_port = 0;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(at.sin_zero, 0, sizeof at.sin_zero);
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) ||
        bind(listener, (struct sockaddr *)&at, len) || listen(listener, SOMAXCONN) ||
        getsockname(listener, (struct sockaddr *)&at, &len) || connect(client, (struct sockaddr *)&at, len) ||
        !is_told_the_peer(listener, client) || send(client, "x", 1, MSG_NOSIGNAL) != 1) {
        perror("plain");
        return 1;
    }
    puts(gethostbyname("127.0.0.1") ? "as on Linux" : "no host");
    return 0;
}
