/* How long the next datagram is: one byte of it is peeked at, then the runtime tells what can be read. */
#include "internal.h"

#include <string.h>

/* No datagram is longer: what is told beyond that is no length. */
#define MOST 65535

uint32_t wse_next(int fd, int flags, size_t *size)
{
    wse_subscription in[2];
    wse_event out[2];
    char byte;
    struct iovec one = {.iov_base = &byte, .iov_len = 1};
    uint32_t count = 0;
    uint16_t report;
    uint32_t code = wse_receive(fd, &one, 1, (flags & MSG_DONTWAIT) | MSG_PEEK, NULL, &count, &report);
    if (code != 0)
        return code;
    memset(in, 0, sizeof in);
    in[0].tag = WSE_READ;
    in[0].of.fd = (uint32_t)fd;
    in[1].tag = WSE_CLOCK;
    in[1].of.clock.id = WSE_MONOTONIC;
    in[1].of.clock.timeout = 1;
    code = wse_poll_oneoff(in, out, 2, &count);
    *size = 0;
    for (uint32_t i = 0; code == 0 && i < count; i++)
        if (out[i].type == WSE_READ && out[i].bytes <= MOST)
            *size = (size_t)out[i].bytes;
    return code;
}
