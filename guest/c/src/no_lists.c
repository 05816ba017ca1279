/* The lists that a guest does not have: of hosts, and of networks. */
#include "internal.h"

void sethostent(int stay_open)
{
    (void)stay_open;
}

struct hostent *gethostent(void)
{
    return NULL;
}

void endhostent(void)
{
}

void setnetent(int stay_open)
{
    (void)stay_open;
}

struct netent *getnetent(void)
{
    return NULL;
}

struct netent *getnetbyname(const char *name)
{
    (void)name;
    return NULL;
}

struct netent *getnetbyaddr(uint32_t net, int family)
{
    (void)net;
    (void)family;
    return NULL;
}

void endnetent(void)
{
}

WSE_PLAIN(sethostent);
WSE_PLAIN(gethostent);
WSE_PLAIN(endhostent);
WSE_PLAIN(setnetent);
WSE_PLAIN(getnetent);
WSE_PLAIN(getnetbyname);
WSE_PLAIN(getnetbyaddr);
WSE_PLAIN(endnetent);
