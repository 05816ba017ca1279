/* The sockets of the behaviours, handed in by hand.c: a guest of plain WASIp1 cannot make any. */
#include "handed.h"
#include "loopback.h"

/* What a call that WASIp1 does not have would have done. */
static int none(void)
{
    return EXPECT_OK(socket(AF_INET, SOCK_STREAM, 0));
}

/* The next of so many, from this number on. */
static int next(int *taken, int most, int from, int step)
{
    return *taken < most ? from + step * (*taken)++ : none();
}

int stream_socket(int family)
{
    (void)family;
    return none();
}

int stream_bound(int family)
{
    (void)family;
    return none();
}

static int pairs;

int stream_listener(int family)
{
    return family == AF_INET ? next(&pairs, HANDED_STREAMS, HANDED_FIRST, 2) : none();
}

/* The one connection of a listener is beside it, and has been made. There is no second one. */
int stream_connected_to(int listener)
{
    static int connected[HANDED_FIRST_PAIR];
    if (listener < HANDED_FIRST || listener >= HANDED_FIRST_PAIR || connected[listener]++)
        return none();
    return listener + 1;
}

struct pair stream_pair(int family)
{
    struct pair out;
    out.listener = stream_listener(family);
    out.client = stream_connected_to(out.listener);
    out.server = EXPECT_OK(accept(out.listener, NULL, NULL));
    return out;
}

int datagram_bound(int family)
{
    static int bound;
    return family == AF_INET ? next(&bound, HANDED_BOUND, HANDED_FIRST_BOUND, 1) : none();
}

void datagram_pair(int family, int fds[2])
{
    static int taken;
    fds[0] = family == AF_INET ? next(&taken, HANDED_PAIRS, HANDED_FIRST_PAIR, 2) : none();
    fds[1] = fds[0] + 1;
}
