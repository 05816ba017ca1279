/* Which sockets are handed in, by their descriptors. All are of loopback over IPv4. */
#ifndef HANDED_H
#define HANDED_H

enum {
    /* A listener, and a connection to it that waits to be accepted, side by side, so often. */
    HANDED_FIRST = 3,
    HANDED_STREAMS = 4,
    /* Two datagram sockets that are connected to each other. */
    HANDED_FIRST_PAIR = HANDED_FIRST + 2 * HANDED_STREAMS,
    HANDED_PAIRS = 2,
    /* Datagram sockets with an address and no peer. */
    HANDED_FIRST_BOUND = HANDED_FIRST_PAIR + 2 * HANDED_PAIRS,
    HANDED_BOUND = 4,
    HANDED_END = HANDED_FIRST_BOUND + HANDED_BOUND,
};

#endif
