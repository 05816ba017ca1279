/* Addresses as text, in every form that a lookup takes: those of inet_addr, and those of IPv6 with a scope. */
#include "internal.h"

#include <string.h>

/* The index of an interface, written as a number or as a name; 0 for none that is known. */
static uint32_t scope_of(const char *text)
{
    long number = wse_number(text, INT32_MAX);
    return number >= 0 ? (uint32_t)number : if_nametoindex(text);
}

static int is_ip6(const char *text, struct wse_ip *out)
{
    char bare[INET6_ADDRSTRLEN];
    const char *end = strchrnul(text, '%');
    size_t size = (size_t)(end - text);
    if (size >= sizeof bare)
        return 0;
    memcpy(bare, text, size);
    bare[size] = '\0';
    out->scope = *end == '%' ? scope_of(end + 1) : 0;
    return inet_pton(AF_INET6, bare, out->octets) == 1 && (*end == '\0' || out->scope != 0);
}

int wse_is_ip(const char *text, struct wse_ip *out)
{
    struct in_addr ip4;
    memset(out, 0, sizeof *out);
    if (inet_aton(text, &ip4)) {
        out->family = AF_INET;
        memcpy(out->octets, &ip4, sizeof ip4);
        return 1;
    }
    out->family = AF_INET6;
    return is_ip6(text, out);
}
