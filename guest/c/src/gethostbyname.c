/* gethostbyname and gethostbyname2. */
#include "internal.h"

#include <string.h>

#define MOST 32

static _Thread_local struct {
    struct hostent host;
    char name[NI_MAXHOST];
    char *no_alias[1];
    char *list[MOST + 1];
    char octets[MOST][16];
} found;

static int h_errno_of(int code)
{
    switch (code) {
    case EAI_AGAIN:
        return TRY_AGAIN;
    case EAI_ADDRFAMILY:
    case EAI_NODATA:
        return NO_DATA;
    case EAI_NONAME:
        return HOST_NOT_FOUND;
    default:
        return NO_RECOVERY;
    }
}

static const void *octets_of(const struct addrinfo *info)
{
    const void *addr = info->ai_addr;
    return info->ai_family == AF_INET ? (const void *)&((const struct sockaddr_in *)addr)->sin_addr
                                      : (const void *)&((const struct sockaddr_in6 *)addr)->sin6_addr;
}

struct hostent *gethostbyname2(const char *name, int family)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    size_t length = strlen(name);
    size_t count = 0;
    int code = family == AF_UNSPEC || length >= sizeof found.name ? EAI_NONAME
                                                                  : getaddrinfo(name, NULL, &hints, &list);
    if (code != 0) {
        h_errno = h_errno_of(code);
        return NULL;
    }
    memcpy(found.name, name, length + 1);
    found.host = (struct hostent){.h_name = found.name,
                                  .h_aliases = found.no_alias,
                                  .h_addrtype = family,
                                  .h_length = family == AF_INET ? 4 : 16,
                                  .h_addr_list = found.list};
    for (struct addrinfo *i = list; i != NULL && count < MOST; i = i->ai_next) {
        memcpy(found.octets[count], octets_of(i), (size_t)found.host.h_length);
        found.list[count] = found.octets[count];
        count++;
    }
    found.list[count] = NULL;
    freeaddrinfo(list);
    return &found.host;
}

struct hostent *gethostbyname(const char *name)
{
    return gethostbyname2(name, AF_INET);
}

WSE_PLAIN(gethostbyname);
WSE_PLAIN(gethostbyname2);
