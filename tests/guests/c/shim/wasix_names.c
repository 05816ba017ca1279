/* WASIX's lookup under the shim: it knows names and addresses, and neither services nor kinds of sockets. */
#include "shim.h"
#include "wasix_imports.h"

#include <stdlib.h>
#include <string.h>

/* What wasix-libc asks for at most. */
#define MOST 48

/* The port that a service's number is, or -1. */
static long port_of(const char *service)
{
    char *end = NULL;
    long port = strtol(service, &end, 10);
    return *end == '\0' && port >= 0 && port <= UINT16_MAX ? port : -1;
}

static struct shim_address address_of(const wasix_addr_ip *from, long port)
{
    struct shim_address out = {.family = from->family == 1 ? AF_INET : AF_INET6};
    out.port = (uint16_t)port;
    memcpy(out.octets, from->octets, sizeof out.octets);
    return out;
}

int dialect_resolve(const char *node, const char *service, int family, int type,
                    struct shim_found *found, uint32_t capacity, uint32_t *total)
{
    wasix_addr_ip raw[MOST];
    uint32_t n = 0, used = 0;
    long port = port_of(service);
    if (port < 0)
        return EAI_NONAME;
    uint32_t code = wasix_resolve(node, (uint32_t)strlen(node), (uint32_t)port, raw, MOST, &n);
    if (code != 0)
        return shim_lookup_error(code);
    for (uint32_t i = 0; i < n && i < MOST; i++) {
        struct shim_address address = address_of(&raw[i], port);
        if (family != AF_UNSPEC && family != address.family)
            continue;
        for (int stream = 1; stream >= 0; stream--)
            if (used < capacity && (type == 0 || (type == SOCK_STREAM) == stream))
                found[used++] = (struct shim_found){address, stream};
    }
    *total = used;
    return 0;
}
