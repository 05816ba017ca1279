/* getprotobyname, getprotobynumber, and the walk through all of them. */
#include "internal.h"

#include <string.h>
#include <strings.h>

static char *no_alias[1];

static struct protoent protocols[] = {
    {(char *)"ip", no_alias, IPPROTO_IP},           {(char *)"icmp", no_alias, IPPROTO_ICMP},
    {(char *)"tcp", no_alias, IPPROTO_TCP},         {(char *)"udp", no_alias, IPPROTO_UDP},
    {(char *)"ipv6", no_alias, IPPROTO_IPV6},       {(char *)"ipv6-icmp", no_alias, IPPROTO_ICMPV6},
};

#define COUNT (sizeof protocols / sizeof protocols[0])

struct protoent *getprotobyname(const char *name)
{
    for (size_t i = 0; i < COUNT; i++)
        if (strcasecmp(protocols[i].p_name, name) == 0)
            return &protocols[i];
    return NULL;
}

struct protoent *getprotobynumber(int number)
{
    for (size_t i = 0; i < COUNT; i++)
        if (protocols[i].p_proto == number)
            return &protocols[i];
    return NULL;
}

static _Thread_local size_t next;

void setprotoent(int stay_open)
{
    (void)stay_open;
    next = 0;
}

struct protoent *getprotoent(void)
{
    return next < COUNT ? &protocols[next++] : NULL;
}

void endprotoent(void)
{
    next = 0;
}

WSE_PLAIN(getprotobyname);
WSE_PLAIN(getprotobynumber);
WSE_PLAIN(setprotoent);
WSE_PLAIN(getprotoent);
WSE_PLAIN(endprotoent);
