/* Joining and leaving multicast groups: by the structure of each family, or by that of both. */
#include "internal.h"

#include <string.h>

struct wish {
    wse_addr_ip group;
    uint32_t interface;
};

/* For IPv4 the import takes an address of the interface. Of the indices, 0 is any and 1 the loopback. */
static int read_ip4(const struct ip_mreqn *from, struct wish *out)
{
    if (from->imr_ifindex == 1)
        out->interface = htonl(INADDR_LOOPBACK);
    else if (from->imr_ifindex == 0)
        out->interface = from->imr_address.s_addr;
    else
        return wse_fail(ENODEV);
    out->group.kind = WSE_IP4;
    memcpy(out->group.at.ip4, &from->imr_multiaddr, sizeof out->group.at.ip4);
    return 0;
}

static int read_ip6(const struct ipv6_mreq *from, struct wish *out)
{
    out->group.kind = WSE_IP6;
    out->interface = from->ipv6mr_interface;
    wse_groups(from->ipv6mr_multiaddr.s6_addr, out->group.at.ip6);
    return 0;
}

static int read_mreqn(const void *value, socklen_t len, struct wish *out)
{
    struct ip_mreqn from = {.imr_ifindex = 0};
    /* The index is there or not: the length tells. */
    if (len < sizeof(struct ip_mreq))
        return wse_fail(EINVAL);
    memcpy(&from, value, len < sizeof from ? sizeof(struct ip_mreq) : sizeof from);
    return read_ip4(&from, out);
}

static int read_ipv6_mreq(const void *value, socklen_t len, struct wish *out)
{
    struct ipv6_mreq from;
    if (len < sizeof from)
        return wse_fail(EINVAL);
    memcpy(&from, value, sizeof from);
    return read_ip6(&from, out);
}

static int read_group_req(int level, const void *value, socklen_t len, struct wish *out)
{
    struct group_req from;
    if (len < sizeof from)
        return wse_fail(EINVAL);
    memcpy(&from, value, sizeof from);
    if (level == IPPROTO_IP) {
        struct ip_mreqn ip4 = {.imr_ifindex = (int)from.gr_interface};
        struct sockaddr_in at;
        memcpy(&at, &from.gr_group, sizeof at);
        ip4.imr_multiaddr = at.sin_addr;
        return at.sin_family == AF_INET ? read_ip4(&ip4, out) : wse_fail(EINVAL);
    }
    struct ipv6_mreq ip6 = {.ipv6mr_interface = from.gr_interface};
    struct sockaddr_in6 at;
    memcpy(&at, &from.gr_group, WSE_IP6_END);
    ip6.ipv6mr_multiaddr = at.sin6_addr;
    /* The two errors are Linux's. */
    return at.sin6_family == AF_INET6 ? read_ip6(&ip6, out) : wse_fail(EADDRNOTAVAIL);
}

int wse_is_membership(int level, int option)
{
    switch (option) {
    case IP_ADD_MEMBERSHIP:
    case IP_DROP_MEMBERSHIP:
        return level == IPPROTO_IP;
    case IPV6_JOIN_GROUP:
    case IPV6_LEAVE_GROUP:
        return level == IPPROTO_IPV6;
    case MCAST_JOIN_GROUP:
    case MCAST_LEAVE_GROUP:
        return level == IPPROTO_IP || level == IPPROTO_IPV6;
    default:
        return 0;
    }
}

int wse_set_membership(int fd, int level, int option, const void *value, socklen_t len)
{
    struct wish wish;
    int joins = option == IP_ADD_MEMBERSHIP || option == IPV6_JOIN_GROUP || option == MCAST_JOIN_GROUP;
    int failed = option == MCAST_JOIN_GROUP || option == MCAST_LEAVE_GROUP ? read_group_req(level, value, len, &wish)
                 : level == IPPROTO_IP                                    ? read_mreqn(value, len, &wish)
                                                                          : read_ipv6_mreq(value, len, &wish);
    if (failed)
        return -1;
    return wse_done(joins ? wse_sock_set_ip_add_membership(fd, &wish.group, wish.interface)
                          : wse_sock_set_ip_drop_membership(fd, &wish.group, wish.interface));
}
