/* An object that was compiled without the header, and calls the C library's own functions by their names. */
#include <netinet/in.h>
#include <sys/socket.h>

int third_party_accept(int listener, struct sockaddr_in *peer, int four);

int third_party_accept(int listener, struct sockaddr_in *peer, int four)
{
    socklen_t len = sizeof *peer;
    struct sockaddr *addr = (struct sockaddr *)peer;
    return four ? accept4(listener, addr, &len, 0) : accept(listener, addr, &len);
}
