/* getsockopt and setsockopt over any dialect: POSIX's forms of values to one and back. */
#include "shim.h"

#include <string.h>

static int fail(uint32_t code)
{
    errno = (int)code;
    return -1;
}

static int is_time(int level, int option)
{
    return level == SOL_SOCKET && (option == SO_RCVTIMEO || option == SO_SNDTIMEO);
}

static int is_linger(int level, int option)
{
    return level == SOL_SOCKET && option == SO_LINGER;
}

static int is_membership(int level, int option)
{
    return (level == IPPROTO_IP && (option == IP_ADD_MEMBERSHIP || option == IP_DROP_MEMBERSHIP)) ||
           (level == IPPROTO_IPV6 && (option == IPV6_JOIN_GROUP || option == IPV6_LEAVE_GROUP));
}

static int give(void *value, socklen_t *len, const void *from, socklen_t size)
{
    if (*len < size)
        return fail(EINVAL);
    memcpy(value, from, size);
    *len = size;
    return 0;
}

int getsockopt(int fd, int level, int option, void *value, socklen_t *len)
{
    struct shim_value got = {0, 0};
    uint32_t code = dialect_get_option(fd, level, option, &got);
    if (code != 0)
        return fail(code);
    if (is_time(level, option)) {
        struct timeval time = {.tv_sec = (time_t)(got.number / 1000000),
                               .tv_usec = (suseconds_t)(got.number % 1000000)};
        return give(value, len, &time, sizeof time);
    }
    if (is_linger(level, option)) {
        struct linger linger = {.l_onoff = got.on, .l_linger = (int)got.number};
        return give(value, len, &linger, sizeof linger);
    }
    int number = (int)got.number;
    return give(value, len, &number, sizeof number);
}

static int set_membership(int fd, int option, const void *value, socklen_t len)
{
    struct shim_address group = {.family = AF_INET};
    struct ip_mreq v4;
    if (len < sizeof v4)
        return fail(EINVAL);
    memcpy(&v4, value, sizeof v4);
    memcpy(group.octets, &v4.imr_multiaddr, 4);
    uint32_t code =
        dialect_membership(fd, option == IP_ADD_MEMBERSHIP, &group, v4.imr_interface.s_addr);
    return code ? fail(code) : 0;
}

static int set_v6_membership(int fd, int option, const void *value, socklen_t len)
{
    struct shim_address group = {.family = AF_INET6};
    struct ipv6_mreq v6;
    if (len < sizeof v6)
        return fail(EINVAL);
    memcpy(&v6, value, sizeof v6);
    memcpy(group.octets, &v6.ipv6mr_multiaddr, 16);
    uint32_t code = dialect_membership(fd, option == IPV6_JOIN_GROUP, &group, v6.ipv6mr_interface);
    return code ? fail(code) : 0;
}

/* 0, or -1 with EINVAL: the value is too short for its option. */
static int take(struct shim_value *out, int level, int option, const void *value, socklen_t len)
{
    int number = 0;
    struct timeval time;
    struct linger linger;
    if (is_time(level, option)) {
        if (len < sizeof time)
            return fail(EINVAL);
        memcpy(&time, value, sizeof time);
        *out = (struct shim_value){(int64_t)time.tv_sec * 1000000 + time.tv_usec, 0};
    } else if (is_linger(level, option)) {
        if (len < sizeof linger)
            return fail(EINVAL);
        memcpy(&linger, value, sizeof linger);
        *out = (struct shim_value){linger.l_linger, linger.l_onoff != 0};
    } else {
        memcpy(&number, value, len < sizeof number ? len : sizeof number);
        *out = (struct shim_value){number, 0};
    }
    return 0;
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
    struct shim_value set;
    if (is_membership(level, option))
        return level == IPPROTO_IP ? set_membership(fd, option, value, len)
                                   : set_v6_membership(fd, option, value, len);
    if (take(&set, level, option, value, len))
        return -1;
    uint32_t code = dialect_set_option(fd, level, option, &set);
    return code ? fail(code) : 0;
}
