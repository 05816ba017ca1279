/* getsockopt and setsockopt over WAMR's imports: one table of rows, and the few odd ones. */
#include "wamr_internal.h"

#include <string.h>

struct byte_option {
    int level, option;
    uint32_t (*get)(int, uint8_t *);
    uint32_t (*set)(int, uint32_t);
};

struct word_option {
    int level, option;
    uint32_t (*get)(int, uint32_t *);
    uint32_t (*set)(int, uint32_t);
};

struct time_option {
    int option;
    uint32_t (*get)(int, uint64_t *);
    uint32_t (*set)(int, uint64_t);
};

#define ROW(level, option, name) {level, option, wamr_sock_get_##name, wamr_sock_set_##name}

static const struct byte_option byte_options[] = {
    ROW(SOL_SOCKET, SO_REUSEADDR, reuse_addr),
    ROW(SOL_SOCKET, SO_REUSEPORT, reuse_port),
    ROW(SOL_SOCKET, SO_KEEPALIVE, keep_alive),
    ROW(SOL_SOCKET, SO_BROADCAST, broadcast),
    ROW(IPPROTO_TCP, TCP_NODELAY, tcp_no_delay),
    ROW(IPPROTO_TCP, TCP_QUICKACK, tcp_quick_ack),
    ROW(IPPROTO_TCP, TCP_FASTOPEN_CONNECT, tcp_fastopen_connect),
    ROW(IPPROTO_IPV6, IPV6_V6ONLY, ipv6_only),
    ROW(IPPROTO_IP, IP_TTL, ip_ttl),
    ROW(IPPROTO_IP, IP_MULTICAST_TTL, ip_multicast_ttl),
};

static const struct word_option word_options[] = {
    ROW(SOL_SOCKET, SO_RCVBUF, recv_buf_size),
    ROW(SOL_SOCKET, SO_SNDBUF, send_buf_size),
    ROW(IPPROTO_TCP, TCP_KEEPIDLE, tcp_keep_idle),
    ROW(IPPROTO_TCP, TCP_KEEPINTVL, tcp_keep_intvl),
};

static const struct time_option time_options[] = {
    {SO_RCVTIMEO, wamr_sock_get_recv_timeout, wamr_sock_set_recv_timeout},
    {SO_SNDTIMEO, wamr_sock_get_send_timeout, wamr_sock_set_send_timeout},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static int fail(int code)
{
    errno = code;
    return -1;
}

static int give(void *value, socklen_t *len, const void *from, socklen_t size)
{
    if (*len < size)
        return fail(EINVAL);
    memcpy(value, from, size);
    *len = size;
    return 0;
}

static int give_int(void *value, socklen_t *len, int from)
{
    return give(value, len, &from, sizeof from);
}

static int get_odd(int fd, int level, int option, void *value, socklen_t *len)
{
    uint8_t on = 0;
    if (level == SOL_SOCKET && option == SO_LINGER) {
        struct linger linger = {0, 0};
        if (wamr_result(wamr_sock_get_linger(fd, &on, (int32_t *)&linger.l_linger)))
            return -1;
        linger.l_onoff = on;
        return give(value, len, &linger, sizeof linger);
    }
    int v4_loop = level == IPPROTO_IP && option == IP_MULTICAST_LOOP;
    int v6_loop = level == IPPROTO_IPV6 && option == IPV6_MULTICAST_LOOP;
    if (v4_loop || v6_loop) {
        if (wamr_result(wamr_sock_get_ip_multicast_loop(fd, (uint32_t)v6_loop, &on)))
            return -1;
        return give_int(value, len, on);
    }
    return fail(ENOPROTOOPT);
}

int getsockopt(int fd, int level, int option, void *value, socklen_t *len)
{
    for (size_t i = 0; i < COUNT(byte_options); i++) {
        uint8_t byte = 0;
        if (byte_options[i].level == level && byte_options[i].option == option)
            return wamr_result(byte_options[i].get(fd, &byte)) ? -1 : give_int(value, len, byte);
    }
    for (size_t i = 0; i < COUNT(word_options); i++) {
        uint32_t word = 0;
        if (word_options[i].level == level && word_options[i].option == option)
            return wamr_result(word_options[i].get(fd, &word)) ? -1
                                                               : give_int(value, len, (int)word);
    }
    for (size_t i = 0; level == SOL_SOCKET && i < COUNT(time_options); i++) {
        uint64_t micros = 0;
        if (time_options[i].option != option)
            continue;
        if (wamr_result(time_options[i].get(fd, &micros)))
            return -1;
        struct timeval time = {.tv_sec = (time_t)(micros / 1000000),
                               .tv_usec = (suseconds_t)(micros % 1000000)};
        return give(value, len, &time, sizeof time);
    }
    return get_odd(fd, level, option, value, len);
}

static int set_membership(int fd, int level, int option, const void *value, socklen_t len)
{
    wamr_ip group = {0};
    uint32_t interface = 0;
    int join = level == IPPROTO_IP ? option == IP_ADD_MEMBERSHIP : option == IPV6_JOIN_GROUP;
    if (level == IPPROTO_IP) {
        struct ip_mreq v4;
        if (len < sizeof v4)
            return fail(EINVAL);
        memcpy(&v4, value, sizeof v4);
        memcpy(group.at.v4, &v4.imr_multiaddr, 4);
        interface = v4.imr_interface.s_addr;
    } else {
        struct ipv6_mreq v6;
        if (len < sizeof v6)
            return fail(EINVAL);
        memcpy(&v6, value, sizeof v6);
        group.kind = 1;
        for (int i = 0; i < 8; i++)
            group.at.v6[i] = (uint16_t)(v6.ipv6mr_multiaddr.s6_addr[2 * i] << 8 |
                                        v6.ipv6mr_multiaddr.s6_addr[2 * i + 1]);
        interface = v6.ipv6mr_interface;
    }
    return wamr_result(join ? wamr_sock_set_ip_add_membership(fd, &group, interface)
                            : wamr_sock_set_ip_drop_membership(fd, &group, interface));
}

static int set_odd(int fd, int level, int option, const void *value, socklen_t len)
{
    if (level == SOL_SOCKET && option == SO_LINGER) {
        struct linger linger;
        if (len < sizeof linger)
            return fail(EINVAL);
        memcpy(&linger, value, sizeof linger);
        return wamr_result(wamr_sock_set_linger(fd, linger.l_onoff != 0, linger.l_linger));
    }
    if ((level == IPPROTO_IP && option == IP_MULTICAST_LOOP) ||
        (level == IPPROTO_IPV6 && option == IPV6_MULTICAST_LOOP)) {
        int on;
        if (len < sizeof on)
            return fail(EINVAL);
        memcpy(&on, value, sizeof on);
        return wamr_result(wamr_sock_set_ip_multicast_loop(fd, level == IPPROTO_IPV6, on != 0));
    }
    if ((level == IPPROTO_IP && (option == IP_ADD_MEMBERSHIP || option == IP_DROP_MEMBERSHIP)) ||
        (level == IPPROTO_IPV6 && (option == IPV6_JOIN_GROUP || option == IPV6_LEAVE_GROUP)))
        return set_membership(fd, level, option, value, len);
    return fail(ENOPROTOOPT);
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
    int number = 0;
    memcpy(&number, value, len < sizeof number ? len : sizeof number);
    for (size_t i = 0; i < COUNT(byte_options); i++)
        if (byte_options[i].level == level && byte_options[i].option == option)
            return wamr_result(byte_options[i].set(fd, (uint32_t)number));
    for (size_t i = 0; i < COUNT(word_options); i++)
        if (word_options[i].level == level && word_options[i].option == option)
            return wamr_result(word_options[i].set(fd, (uint32_t)number));
    for (size_t i = 0; level == SOL_SOCKET && i < COUNT(time_options); i++) {
        struct timeval time;
        if (time_options[i].option != option)
            continue;
        if (len < sizeof time)
            return fail(EINVAL);
        memcpy(&time, value, sizeof time);
        return wamr_result(
            time_options[i].set(fd, (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec));
    }
    return set_odd(fd, level, option, value, len);
}
