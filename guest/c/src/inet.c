/* The old functions on IPv4 addresses, which C libraries of WASIp1 have only since late. */
#include "internal.h"

#include <stdlib.h>

in_addr_t inet_addr(const char *text)
{
    struct in_addr addr;
    return inet_aton(text, &addr) ? addr.s_addr : INADDR_NONE;
}

/* One to four bytes, each a number of C's, from the first on. */
in_addr_t inet_network(const char *text)
{
    in_addr_t net = 0;
    for (int i = 0; i < 4; i++) {
        char *end;
        unsigned long byte = strtoul(text, &end, 0);
        if (end == text || byte > 255 || *text == '-' || *text == '+' || *text == ' ')
            return INADDR_NONE;
        net = net << 8 | (in_addr_t)byte;
        if (*end == '\0')
            return net;
        if (*end != '.')
            return INADDR_NONE;
        text = end + 1;
    }
    return INADDR_NONE;
}

char *inet_ntoa(struct in_addr addr)
{
    static _Thread_local char text[INET_ADDRSTRLEN];
    return (char *)(uintptr_t)inet_ntop(AF_INET, &addr, text, sizeof text);
}

/* How many bits of the address, in host order, are the host's: by its class. */
static int host_bits(in_addr_t addr)
{
    return IN_CLASSA(addr) ? 24 : IN_CLASSB(addr) ? 16 : 8;
}

struct in_addr inet_makeaddr(in_addr_t net, in_addr_t host)
{
    int bits = net < 256 ? 24 : net < 65536 ? 16 : 8;
    return (struct in_addr){.s_addr = htonl(net << bits | host)};
}

in_addr_t inet_lnaof(struct in_addr addr)
{
    in_addr_t number = ntohl(addr.s_addr);
    return number & ((1u << host_bits(number)) - 1);
}

in_addr_t inet_netof(struct in_addr addr)
{
    in_addr_t number = ntohl(addr.s_addr);
    return number >> host_bits(number);
}

WSE_PLAIN(inet_addr);
WSE_PLAIN(inet_network);
WSE_PLAIN(inet_ntoa);
WSE_PLAIN(inet_makeaddr);
WSE_PLAIN(inet_lnaof);
WSE_PLAIN(inet_netof);
