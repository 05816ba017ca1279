/* The addresses of a node: here if it is one or none at all, and else from the runtime. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* More addresses than MOST are not one host's; most hosts have fewer than FEW. */
#define FEW 16
#define MOST 1024

static int room_for(struct wse_ips *out, size_t more)
{
    struct wse_ip *at = realloc(out->at, (out->count + more) * sizeof *at);
    if (at == NULL)
        return EAI_MEMORY;
    out->at = at;
    return 0;
}

static int add(struct wse_ips *out, const struct wse_ip *one)
{
    int code = room_for(out, 1);
    if (code == 0)
        out->at[out->count++] = *one;
    return code;
}

static int add_text(struct wse_ips *out, const char *text)
{
    struct wse_ip one;
    return wse_is_ip(text, &one) ? add(out, &one) : EAI_FAIL;
}

/* Without a node: every address to listen on, or this host to connect to. */
static int find_none(int family, int flags, struct wse_ips *out)
{
    int code = 0;
    if (family != AF_INET6)
        code = add_text(out, flags & AI_PASSIVE ? "0.0.0.0" : "127.0.0.1");
    if (code == 0 && family != AF_INET)
        code = add_text(out, flags & AI_PASSIVE ? "::" : "::1");
    return code;
}

/* The IPv4 address in IPv6 clothes. */
static void map(struct wse_ip *ip)
{
    memcpy(ip->octets + 12, ip->octets, 4);
    memset(ip->octets, 0, 10);
    memset(ip->octets + 10, 0xff, 2);
    ip->family = AF_INET6;
}

static int find_literal(struct wse_ip *ip, int family, int flags, struct wse_ips *out)
{
    if (ip->family == AF_INET && family == AF_INET6 && flags & AI_V4MAPPED)
        map(ip);
    if (family != AF_UNSPEC && family != ip->family)
        return EAI_ADDRFAMILY;
    return add(out, ip);
}

static int error_of(uint32_t code)
{
    switch (code) {
    case EAGAIN:
        return EAI_AGAIN;
    case ENOMEM:
        return EAI_MEMORY;
    /* WAMR says EFAULT for EAI_FAIL, and EINVAL for a name that there is not. */
    case EFAULT:
    case EIO:
        return EAI_FAIL;
    case EINVAL:
    case EILSEQ:
    case ENOENT:
        return EAI_NONAME;
    default:
        wse_fail((int)code);
        return EAI_SYSTEM;
    }
}

static void add_found(struct wse_ips *out, const wse_addr *from)
{
    struct wse_ip *next = &out->at[out->count++];
    memset(next, 0, sizeof *next);
    next->family = from->kind == WSE_IP4 ? AF_INET : AF_INET6;
    if (from->kind == WSE_IP4)
        memcpy(next->octets, from->at.ip4.octets, sizeof from->at.ip4.octets);
    else
        wse_octets(from->at.ip6.groups, next->octets);
}

/* Asks the runtime for the addresses of one family, or of both. */
static int ask(const char *name, int32_t family, struct wse_ips *out)
{
    wse_hints hints = {.type = WSE_STREAM, .family = family, .enabled = 1};
    wse_addr_info few[FEW];
    wse_addr_info *infos = few;
    uint32_t total = 0;
    uint32_t room = FEW;
    uint32_t code = wse_sock_addr_resolve(name, "", &hints, infos, room, &total);
    if (code == 0 && total > room) {
        room = total < MOST ? total : MOST;
        infos = malloc(room * sizeof *infos);
        code = infos == NULL ? ENOMEM : wse_sock_addr_resolve(name, "", &hints, infos, room, &total);
    }
    int error = code != 0 ? error_of(code) : total == 0 ? EAI_NONAME : room_for(out, total < room ? total : room);
    for (uint32_t i = 0; error == 0 && i < total && i < room; i++)
        add_found(out, &infos[i].addr);
    if (infos != few)
        free(infos);
    return error;
}

/* AI_V4MAPPED: the IPv4 addresses where there are no others, or with AI_ALL beside them. */
static int ask_mapped(const char *name, int flags, struct wse_ips *out)
{
    int code = ask(name, WSE_INET6, out);
    size_t first = out->count;
    if (code != 0 && code != EAI_NONAME)
        return code;
    if (code == EAI_NONAME || flags & AI_ALL) {
        int other = ask(name, WSE_INET, out);
        code = other == EAI_NONAME && first != 0 ? 0 : other;
    }
    for (size_t i = first; i < out->count; i++)
        map(&out->at[i]);
    return code;
}

int wse_find_hosts(const char *node, int family, int flags, struct wse_ips *out)
{
    struct wse_ip literal;
    if (node == NULL)
        return find_none(family, flags, out);
    if (wse_is_ip(node, &literal))
        return find_literal(&literal, family, flags, out);
    if (flags & AI_NUMERICHOST || node[0] == '\0')
        return EAI_NONAME;
    if (family == AF_INET6 && flags & AI_V4MAPPED)
        return ask_mapped(node, flags, out);
    return ask(node, family == AF_UNSPEC ? WSE_UNSPEC : family == AF_INET6 ? WSE_INET6 : WSE_INET, out);
}
