/* WasmEdge's lookup under the shim: the host answers into a chain that is made here. */
#include "shim.h"
#include "wasmedge_imports.h"

#include <string.h>

#define NODES 32

/* The numbers of a lookup's errors; all others are WASI's. */
enum { AI_AGAIN = 78, AI_FAIL = 80, AI_MEMORY = 82, AI_SYSTEM = 87 };

static int error_of(uint32_t code)
{
    switch (code) {
    case AI_AGAIN:
        return EAI_AGAIN;
    case AI_FAIL:
        return EAI_FAIL;
    case AI_MEMORY:
        return EAI_MEMORY;
    default:
        return code > 76 && code < AI_SYSTEM ? EAI_NONAME : shim_lookup_error(code);
    }
}

static struct shim_found found_in(const wasmedge_addrinfo *node)
{
    const uint8_t *data = node->addr->data;
    struct shim_found out = {.stream = node->type == 2};
    out.address.family = node->family == 1 ? AF_INET : AF_INET6;
    out.address.port = (uint16_t)(data[0] << 8 | data[1]);
    if (node->family == 1)
        memcpy(out.address.octets, data + 2, 4);
    else
        memcpy(out.address.octets, data + 6, 16);
    return out;
}

int dialect_resolve(const char *node, const char *service, int family, int type,
                    struct shim_found *found, uint32_t capacity, uint32_t *total)
{
    static uint8_t data[NODES][26];
    static wasmedge_sockaddr addrs[NODES];
    static wasmedge_addrinfo chain[NODES];
    wasmedge_addrinfo *head = chain;
    wasmedge_addrinfo hints = {0};
    if (family != AF_UNSPEC)
        hints.family = family == AF_INET ? 1 : 2;
    if (type != 0)
        hints.type = type == SOCK_STREAM ? 2 : 1;
    if (capacity > NODES)
        capacity = NODES;
    for (uint32_t i = 0; i < capacity; i++) {
        addrs[i] = (wasmedge_sockaddr){.len = sizeof data[i], .data = data[i]};
        chain[i] = (wasmedge_addrinfo){.addr = &addrs[i]};
        chain[i].next = i + 1 < capacity ? &chain[i + 1] : NULL;
    }
    uint32_t code =
        wasmedge_sock_getaddrinfo(node, (uint32_t)strlen(node), service,
                                  (uint32_t)strlen(service), &hints, &head, capacity, total);
    if (code != 0)
        return error_of(code);
    if (*total > capacity)
        *total = capacity;
    for (uint32_t i = 0; i < *total; i++)
        found[i] = found_in(&chain[i]);
    return 0;
}
