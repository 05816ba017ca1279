/* getifaddrs: what every host has. */
#include "internal.h"

#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>

struct loopback {
    struct ifaddrs ip4, ip6;
    struct sockaddr_in addr4, mask4;
    struct sockaddr_in6 addr6, mask6;
    char name[3];
};

static void fill(struct ifaddrs *out, char *name, void *addr, void *mask, struct ifaddrs *next)
{
    out->ifa_next = next;
    out->ifa_name = name;
    out->ifa_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
    out->ifa_addr = addr;
    out->ifa_netmask = mask;
}

int getifaddrs(struct ifaddrs **list)
{
    struct loopback *all = calloc(1, sizeof *all);
    if (all == NULL)
        return wse_fail(ENOMEM);
    memcpy(all->name, "lo", sizeof all->name);
    all->addr4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    all->mask4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(IN_CLASSA_NET)}};
    all->addr6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
    all->mask6.sin6_family = AF_INET6;
    memset(&all->mask6.sin6_addr, 0xff, sizeof all->mask6.sin6_addr);
    fill(&all->ip4, all->name, &all->addr4, &all->mask4, &all->ip6);
    fill(&all->ip6, all->name, &all->addr6, &all->mask6, NULL);
    *list = &all->ip4;
    return 0;
}

void freeifaddrs(struct ifaddrs *list)
{
    free(list);
}

WSE_PLAIN(getifaddrs);
WSE_PLAIN(freeifaddrs);
