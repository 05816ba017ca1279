/* IPV6_UNICAST_HOPS, by WASIX's option for hops, which is IP_TTL on a socket of IPv4. */
#include "../internal.h"
#include "options.h"

static int is_ip6(int fd)
{
    struct sockaddr_storage name;
    socklen_t len = sizeof name;
    if (wse_name(fd, WSE_LOCAL, (struct sockaddr *)&name, &len))
        return 0;
    if (name.ss_family != AF_INET6)
        wse_fail(ENOPROTOOPT);
    return name.ss_family == AF_INET6;
}

int wse_get_hops(int fd, void *value, socklen_t *len)
{
    uint64_t hops = 0;
    if (value == NULL || len == NULL)
        return wse_fail(EFAULT);
    if (!is_ip6(fd) || wse_done(wse_wasix_sock_get_opt_size(fd, WSE_WASIX_TTL, &hops)))
        return -1;
    return wse_give_int((int)hops, IPPROTO_IPV6, value, len);
}

int wse_set_hops(int fd, const void *value, socklen_t len)
{
    int hops;
    if (wse_read_int(IPPROTO_IPV6, value, len, &hops) || !is_ip6(fd))
        return -1;
    /* -1 asks for the system's default. */
    hops = hops == -1 ? 64 : hops;
    if (hops < 0 || hops > 255)
        return wse_fail(EINVAL);
    return wse_done(wse_wasix_sock_set_opt_size(fd, WSE_WASIX_TTL, (uint64_t)hops));
}
