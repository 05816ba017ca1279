/* getaddrinfo over WAMR's sock_addr_resolve. */
#include "wamr_internal.h"

#include <stdlib.h>
#include <string.h>

#define CAPACITY 64

struct found {
    struct addrinfo info;
    struct sockaddr_storage addr;
};

static int error_of(uint32_t code)
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

static void fill(struct found *out, const wamr_addr_info *from)
{
    out->info.ai_family = from->addr.kind == 0 ? AF_INET : AF_INET6;
    out->info.ai_socktype = from->type == 1 ? SOCK_STREAM : SOCK_DGRAM;
    out->info.ai_protocol = from->type == 1 ? IPPROTO_TCP : IPPROTO_UDP;
    out->info.ai_addr = (struct sockaddr *)&out->addr;
    out->info.ai_addrlen = sizeof out->addr;
    wamr_to_sockaddr(out->info.ai_addr, &out->info.ai_addrlen, &from->addr);
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    wamr_addr_info raw[CAPACITY];
    wamr_hints wants = {.type = -1, .family = 2, .enabled = 1};
    uint32_t total = 0;
    if (hints != NULL && hints->ai_family != AF_UNSPEC)
        wants.family = hints->ai_family == AF_INET6;
    if (hints != NULL && hints->ai_socktype != 0)
        wants.type = hints->ai_socktype == SOCK_STREAM;
    uint32_t code =
        wamr_sock_addr_resolve(node, service ? service : "", &wants, raw, CAPACITY, &total);
    if (code != 0)
        return error_of(code);
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
