/* Addresses: struct sockaddr to and from the imports' form. */
#include "internal.h"

#include <string.h>

void wse_groups(const uint8_t octets[16], uint16_t groups[8])
{
    for (int i = 0; i < 8; i++)
        groups[i] = (uint16_t)(octets[2 * i] << 8 | octets[2 * i + 1]);
}

void wse_octets(const uint16_t groups[8], uint8_t octets[16])
{
    for (int i = 0; i < 8; i++) {
        octets[2 * i] = (uint8_t)(groups[i] >> 8);
        octets[2 * i + 1] = (uint8_t)groups[i];
    }
}

static int read_ip4(const struct sockaddr *addr, wse_addr *out)
{
    struct sockaddr_in ip4;
    memcpy(&ip4, addr, sizeof ip4);
    memcpy(out->at.ip4.octets, &ip4.sin_addr, sizeof out->at.ip4.octets);
    out->at.ip4.port = ntohs(ip4.sin_port);
    return 0;
}

static int read_ip6(const struct sockaddr *addr, wse_addr *out)
{
    struct sockaddr_in6 ip6;
    memcpy(&ip6, addr, WSE_IP6_END);
    out->kind = WSE_IP6;
    wse_groups(ip6.sin6_addr.s6_addr, out->at.ip6.groups);
    out->at.ip6.port = ntohs(ip6.sin6_port);
    return 0;
}

int wse_read(const struct sockaddr *addr, socklen_t len, wse_addr *out)
{
    sa_family_t family;
    if (addr == NULL)
        return wse_fail(EFAULT);
    if (len < sizeof family)
        return wse_fail(EINVAL);
    memset(out, 0, sizeof *out);
    memcpy(&family, addr, sizeof family);
    switch (family) {
    case AF_INET:
        return len < sizeof(struct sockaddr_in) ? wse_fail(EINVAL) : read_ip4(addr, out);
    case AF_INET6:
        return len < WSE_IP6_END ? wse_fail(EINVAL) : read_ip6(addr, out);
    default:
        return wse_fail(EAFNOSUPPORT);
    }
}

void wse_give_bytes(const void *from, socklen_t size, struct sockaddr *addr, socklen_t *len)
{
    memcpy(addr, from, *len < size ? *len : size);
    *len = size;
}

void wse_give(const wse_addr *from, struct sockaddr *addr, socklen_t *len)
{
    if (from->kind == WSE_IP4) {
        struct sockaddr_in ip4 = {.sin_family = AF_INET, .sin_port = htons(from->at.ip4.port)};
        memcpy(&ip4.sin_addr, from->at.ip4.octets, sizeof from->at.ip4.octets);
        wse_give_bytes(&ip4, sizeof ip4, addr, len);
    } else {
        struct sockaddr_in6 ip6 = {.sin6_family = AF_INET6, .sin6_port = htons(from->at.ip6.port)};
        wse_octets(from->at.ip6.groups, ip6.sin6_addr.s6_addr);
        wse_give_bytes(&ip6, sizeof ip6, addr, len);
    }
}

int wse_is_unix(const struct sockaddr *addr, socklen_t len)
{
    sa_family_t family;
    if (&wasi_socket_ext_unix == NULL || addr == NULL || len < sizeof family)
        return 0;
    memcpy(&family, addr, sizeof family);
    return family == AF_UNIX;
}
