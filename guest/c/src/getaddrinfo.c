/* getaddrinfo: what is asked is checked, then ports and addresses are found, and each goes with each. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#define ALL_FLAGS \
    (AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_V4MAPPED | AI_ALL | AI_ADDRCONFIG | AI_NUMERICSERV)

/* A type of socket, and the port that the service has for it. */
struct kind {
    int type, protocol, port;
};

/* A node of the list. They are allocated one by one, for a program may free a part. */
struct node {
    struct addrinfo info;
    union {
        struct sockaddr any;
        struct sockaddr_in ip4;
        struct sockaddr_in6 ip6;
    } addr;
};

static int check(const char *node, const char *service, const struct addrinfo *hints)
{
    if (node == NULL && service == NULL)
        return EAI_NONAME;
    if (hints->ai_flags & ~ALL_FLAGS || (hints->ai_flags & AI_CANONNAME && node == NULL))
        return EAI_BADFLAGS;
    if (hints->ai_family != AF_UNSPEC && hints->ai_family != AF_INET && hints->ai_family != AF_INET6)
        return EAI_FAMILY;
    return 0;
}

/* The types that the hints allow: 0 to 2 of them. */
static size_t kinds_of(const struct addrinfo *hints, struct kind kinds[2])
{
    static const struct kind all[] = {{SOCK_STREAM, IPPROTO_TCP, 0}, {SOCK_DGRAM, IPPROTO_UDP, 0}};
    size_t count = 0;
    for (size_t i = 0; i < 2; i++)
        if ((hints->ai_socktype == 0 || hints->ai_socktype == all[i].type) &&
            (hints->ai_protocol == 0 || hints->ai_protocol == all[i].protocol))
            kinds[count++] = all[i];
    return count;
}

/* Sets the ports, and drops the types that do not have the service. */
static int find_ports(const char *service, int flags, struct kind kinds[2], size_t *count)
{
    size_t kept = 0;
    int named = service != NULL && *service != '\0' && wse_number(service, INT32_MAX) < 0;
    if (named && flags & AI_NUMERICSERV)
        return EAI_NONAME;
    for (size_t i = 0; i < *count; i++) {
        if (named)
            kinds[i].port = wse_find_port(service, kinds[i].type);
        else if (service != NULL && *service != '\0')
            kinds[i].port = (int)wse_number(service, UINT16_MAX);
        if (kinds[i].port >= 0)
            kinds[kept++] = kinds[i];
    }
    *count = kept;
    return kept == 0 ? EAI_SERVICE : 0;
}

static void fill(struct node *node, const struct wse_ip *ip, const struct kind *kind)
{
    node->info.ai_family = ip->family;
    node->info.ai_socktype = kind->type;
    node->info.ai_protocol = kind->protocol;
    node->info.ai_addr = &node->addr.any;
    if (ip->family == AF_INET) {
        node->addr.ip4.sin_family = AF_INET;
        node->addr.ip4.sin_port = htons((uint16_t)kind->port);
        memcpy(&node->addr.ip4.sin_addr, ip->octets, 4);
        node->info.ai_addrlen = sizeof node->addr.ip4;
    } else {
        node->addr.ip6.sin6_family = AF_INET6;
        node->addr.ip6.sin6_port = htons((uint16_t)kind->port);
        node->addr.ip6.sin6_scope_id = ip->scope;
        memcpy(&node->addr.ip6.sin6_addr, ip->octets, 16);
        node->info.ai_addrlen = sizeof node->addr.ip6;
    }
}

/* Each address with each type, in one list behind `end`. */
static int list(const struct wse_ips *ips, const struct kind *kinds, size_t count, int flags, struct addrinfo **end)
{
    for (size_t i = 0; i < ips->count * count; i++) {
        struct node *node = calloc(1, sizeof *node);
        if (node == NULL)
            return EAI_MEMORY;
        fill(node, &ips->at[i / count], &kinds[i % count]);
        node->info.ai_flags = flags;
        *end = &node->info;
        end = &node->info.ai_next;
    }
    return 0;
}

int getaddrinfo(const char *restrict node, const char *restrict service, const struct addrinfo *restrict hints,
                struct addrinfo **restrict found)
{
    static const struct addrinfo none;
    struct wse_ips ips = {.at = NULL};
    struct kind kinds[2];
    struct addrinfo *first = NULL;
    hints = hints == NULL ? &none : hints;
    int code = check(node, service, hints);
    if (code != 0)
        return code;
    size_t count = kinds_of(hints, kinds);
    if (count == 0)
        return hints->ai_socktype != 0 ? EAI_SOCKTYPE : EAI_SERVICE;
    code = find_ports(service, hints->ai_flags, kinds, &count);
    if (code == 0)
        code = wse_find_hosts(node, hints->ai_family, hints->ai_flags, &ips);
    if (code == 0)
        code = list(&ips, kinds, count, hints->ai_flags, &first);
    free(ips.at);
    if (code == 0 && hints->ai_flags & AI_CANONNAME && (first->ai_canonname = strdup(node)) == NULL)
        code = EAI_MEMORY;
    if (code == 0)
        *found = first;
    else
        freeaddrinfo(first);
    return code;
}

WSE_PLAIN(getaddrinfo);
