/* getservbyname, getservbyport, and the walk through the common ones. */
#include "internal.h"

#include <string.h>

static _Thread_local struct {
    struct servent service;
    char name[NI_MAXSERV];
    char protocol[4];
    char *no_alias[1];
} found;

static int type_of(const char *protocol)
{
    return strcmp(protocol, "tcp") == 0 ? SOCK_STREAM : strcmp(protocol, "udp") == 0 ? SOCK_DGRAM : 0;
}

static struct servent *give(const char *name, int port, const char *protocol)
{
    if (strlen(name) >= sizeof found.name)
        return NULL;
    strcpy(found.name, name);
    strcpy(found.protocol, protocol);
    found.service = (struct servent){.s_name = found.name,
                                     .s_aliases = found.no_alias,
                                     .s_port = htons((uint16_t)port),
                                     .s_proto = found.protocol};
    return &found.service;
}

struct servent *getservbyname(const char *name, const char *protocol)
{
    /* Without a protocol any will do. */
    if (protocol == NULL) {
        struct servent *stream = getservbyname(name, "tcp");
        return stream != NULL ? stream : getservbyname(name, "udp");
    }
    int type = type_of(protocol);
    int port = type == 0 || wse_number(name, INT32_MAX) >= 0 ? -1 : wse_find_port(name, type);
    return port < 0 ? NULL : give(name, port, protocol);
}

struct servent *getservbyport(int port, const char *protocol)
{
    if (protocol == NULL) {
        struct servent *stream = getservbyport(port, "tcp");
        return stream != NULL ? stream : getservbyport(port, "udp");
    }
    int type = type_of(protocol);
    int number = ntohs((uint16_t)port);
    const char *name = type == 0 ? NULL : wse_service_of(number, type);
    return name == NULL ? NULL : give(name, number, protocol);
}

static _Thread_local size_t next;

void setservent(int stay_open)
{
    (void)stay_open;
    next = 0;
}

struct servent *getservent(void)
{
    int port = 0;
    int type = 0;
    const char *name = wse_service_at(&next, &port, &type);
    return name == NULL ? NULL : give(name, port, type == SOCK_STREAM ? "tcp" : "udp");
}

void endservent(void)
{
    next = 0;
}

WSE_PLAIN(getservbyname);
WSE_PLAIN(getservbyport);
WSE_PLAIN(setservent);
WSE_PLAIN(getservent);
WSE_PLAIN(endservent);
