/* getnameinfo. No import looks an address up: it is its own name. */
#include "internal.h"

#include <stdio.h>
#include <string.h>

#define ALL_FLAGS (NI_NUMERICHOST | NI_NUMERICSERV | NI_NOFQDN | NI_NAMEREQD | NI_DGRAM | NI_NUMERICSCOPE)

/* Writes text that fits whole, or nothing. */
static int put(const char *text, char *out, socklen_t size)
{
    size_t length = strlen(text) + 1;
    if (length > size)
        return EAI_OVERFLOW;
    memcpy(out, text, length);
    return 0;
}

static int put_host(const struct sockaddr *addr, char *out, socklen_t size, int flags)
{
    char text[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE];
    struct sockaddr_in6 ip6;
    if (flags & NI_NAMEREQD)
        return EAI_NONAME;
    if (addr->sa_family == AF_INET) {
        struct sockaddr_in ip4;
        memcpy(&ip4, addr, sizeof ip4);
        inet_ntop(AF_INET, &ip4.sin_addr, text, sizeof text);
        return put(text, out, size);
    }
    memcpy(&ip6, addr, WSE_IP6_END);
    inet_ntop(AF_INET6, &ip6.sin6_addr, text, sizeof text);
    if (ip6.sin6_scope_id != 0) {
        size_t used = strlen(text);
        char name[IF_NAMESIZE];
        if (flags & NI_NUMERICSCOPE || if_indextoname(ip6.sin6_scope_id, name) == NULL)
            snprintf(name, sizeof name, "%u", (unsigned)ip6.sin6_scope_id);
        snprintf(text + used, sizeof text - used, "%%%s", name);
    }
    return put(text, out, size);
}

static int put_service(int port, char *out, socklen_t size, int flags)
{
    char number[NI_MAXSERV];
    const char *name = NULL;
    if ((flags & NI_NUMERICSERV) == 0)
        name = wse_service_of(port, flags & NI_DGRAM ? SOCK_DGRAM : SOCK_STREAM);
    if (name == NULL) {
        snprintf(number, sizeof number, "%d", port);
        name = number;
    }
    return put(name, out, size);
}

/* 0, or EAI_FAMILY for what is no whole address. */
static int check(const struct sockaddr *addr, socklen_t len)
{
    if (addr == NULL || len < sizeof addr->sa_family)
        return EAI_FAMILY;
    switch (addr->sa_family) {
    case AF_INET:
        return len < sizeof(struct sockaddr_in) ? EAI_FAMILY : 0;
    case AF_INET6:
        return len < WSE_IP6_END ? EAI_FAMILY : 0;
    default:
        return EAI_FAMILY;
    }
}

int getnameinfo(const struct sockaddr *restrict addr, socklen_t len, char *restrict host, socklen_t host_size,
                char *restrict service, socklen_t service_size, int flags)
{
    int wants_host = host != NULL && host_size != 0;
    int wants_service = service != NULL && service_size != 0;
    struct sockaddr_in ports;
    if (flags & ~ALL_FLAGS)
        return EAI_BADFLAGS;
    int code = check(addr, len);
    if (code == 0 && !wants_host && !wants_service)
        code = EAI_NONAME;
    if (code == 0 && wants_host)
        code = put_host(addr, host, host_size, flags);
    if (code != 0 || !wants_service)
        return code;
    /* The port of both families is at one place. */
    memcpy(&ports, addr, offsetof(struct sockaddr_in, sin_addr));
    return put_service(ntohs(ports.sin_port), service, service_size, flags);
}

WSE_PLAIN(getnameinfo);
