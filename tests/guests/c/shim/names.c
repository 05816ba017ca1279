/* getaddrinfo over any dialect. */
#include "shim.h"

#include <stdlib.h>
#include <string.h>

#define CAPACITY 64

struct found {
    struct addrinfo info;
    union {
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } addr;
};

int shim_lookup_error(uint32_t code)
{
    switch (code) {
    case __WASI_ERRNO_AGAIN:
        return EAI_AGAIN;
    case __WASI_ERRNO_FAULT:
        return EAI_FAIL;
    case __WASI_ERRNO_NOMEM:
        return EAI_MEMORY;
    case __WASI_ERRNO_INVAL:
    case __WASI_ERRNO_NOENT:
        return EAI_NONAME;
    default:
        errno = (int)code;
        return EAI_SYSTEM;
    }
}

static void fill(struct found *out, const struct shim_found *from)
{
    const struct shim_address *address = &from->address;
    out->info.ai_family = address->family;
    out->info.ai_socktype = from->stream ? SOCK_STREAM : SOCK_DGRAM;
    out->info.ai_protocol = from->stream ? IPPROTO_TCP : IPPROTO_UDP;
    out->info.ai_addr = (struct sockaddr *)&out->addr;
    if (address->family == AF_INET) {
        out->addr.v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(address->port)};
        memcpy(&out->addr.v4.sin_addr, address->octets, 4);
        out->info.ai_addrlen = sizeof out->addr.v4;
    } else {
        out->addr.v6 =
            (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(address->port)};
        memcpy(&out->addr.v6.sin6_addr, address->octets, 16);
        out->info.ai_addrlen = sizeof out->addr.v6;
    }
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    static const struct addrinfo any = {0};
    struct shim_found raw[CAPACITY];
    uint32_t total = 0;
    if (hints == NULL)
        hints = &any;
    int code = dialect_resolve(node, service ? service : "", hints->ai_family, hints->ai_socktype,
                               raw, CAPACITY, &total);
    if (code != 0)
        return code;
    if (total == 0)
        return EAI_NONAME;
    if (total > CAPACITY)
        total = CAPACITY;
    struct found *list = calloc(total, sizeof *list);
    if (list == NULL)
        return EAI_MEMORY;
    for (uint32_t i = 0; i < total; i++) {
        fill(&list[i], &raw[i]);
        list[i].info.ai_next = i + 1 < total ? &list[i + 1].info : NULL;
    }
    *found = &list[0].info;
    return 0;
}

void freeaddrinfo(struct addrinfo *list)
{
    free(list);
}

const char *gai_strerror(int code)
{
    switch (code) {
    case EAI_AGAIN:
        return "the name server is silent for now";
    case EAI_FAIL:
        return "the name server failed";
    case EAI_MEMORY:
        return "out of memory";
    case EAI_NONAME:
        return "no such name or service";
    default:
        return strerror(errno);
    }
}
