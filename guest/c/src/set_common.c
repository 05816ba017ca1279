/* setsockopt of what WAMR's imports can change: a table of those that are a number, and the others. */
#include "internal.h"

#include <string.h>

struct row {
    int level, option;
    uint32_t (*set)(int fd, uint32_t value);
    char kind;
};

/* On or off; a number as it is; a number of hops, of which the import takes one byte: 1 to 255, or from 0 on. */
#define SWITCH 's'
#define NUMBER 'n'
#define HOPS 'h'
#define MULTICAST_HOPS 'm'

static const struct row numbers[] = {
    {SOL_SOCKET, SO_REUSEADDR, wse_sock_set_reuse_addr, SWITCH},
    {SOL_SOCKET, SO_REUSEPORT, wse_sock_set_reuse_port, SWITCH},
    {SOL_SOCKET, SO_KEEPALIVE, wse_sock_set_keep_alive, SWITCH},
    {SOL_SOCKET, SO_BROADCAST, wse_sock_set_broadcast, SWITCH},
    {SOL_SOCKET, SO_RCVBUF, wse_sock_set_recv_buf_size, NUMBER},
    {SOL_SOCKET, SO_SNDBUF, wse_sock_set_send_buf_size, NUMBER},
    {IPPROTO_TCP, TCP_NODELAY, wse_sock_set_tcp_no_delay, SWITCH},
    {IPPROTO_TCP, TCP_QUICKACK, wse_sock_set_tcp_quick_ack, SWITCH},
    {IPPROTO_TCP, TCP_FASTOPEN_CONNECT, wse_sock_set_tcp_fastopen_connect, SWITCH},
    {IPPROTO_TCP, TCP_KEEPIDLE, wse_sock_set_tcp_keep_idle, NUMBER},
    {IPPROTO_TCP, TCP_KEEPINTVL, wse_sock_set_tcp_keep_intvl, NUMBER},
    {IPPROTO_IP, IP_TTL, wse_sock_set_ip_ttl, HOPS},
    {IPPROTO_IP, IP_MULTICAST_TTL, wse_sock_set_ip_multicast_ttl, MULTICAST_HOPS},
    {IPPROTO_IPV6, IPV6_V6ONLY, wse_sock_set_ipv6_only, SWITCH},
};

static int set_number(int fd, const struct row *row, const void *value, socklen_t len)
{
    int number;
    if (wse_read_int(row->level, value, len, &number))
        return -1;
    switch (row->kind) {
    case SWITCH:
        number = number != 0;
        break;
    case HOPS:
        /* -1 asks for the system's default. */
        number = number == -1 ? 64 : number;
        if (number < 1 || number > 255)
            return wse_fail(EINVAL);
        break;
    case MULTICAST_HOPS:
        number = number == -1 ? 1 : number;
        if (number < 0 || number > 255)
            return wse_fail(EINVAL);
        break;
    }
    return wse_done(row->set(fd, (uint32_t)number));
}

static int set_linger(int fd, const void *value, socklen_t len)
{
    struct linger linger;
    if (len < sizeof linger)
        return wse_fail(EINVAL);
    memcpy(&linger, value, sizeof linger);
    return wse_done(wse_sock_set_linger(fd, linger.l_onoff != 0, linger.l_linger));
}

static int set_timeout(int fd, int option, const void *value, socklen_t len)
{
    struct timeval time;
    if (len < sizeof time)
        return wse_fail(EINVAL);
    memcpy(&time, value, sizeof time);
    if (time.tv_sec < 0 || time.tv_usec < 0 || time.tv_usec >= 1000000)
        return wse_fail(EDOM);
    uint64_t micros = (uint64_t)time.tv_usec;
    if (time.tv_sec > INT64_MAX / 1000000 - 1)
        micros = 0; /* longer than anybody waits: for ever */
    else
        micros += (uint64_t)time.tv_sec * 1000000;
    return wse_done(option == SO_RCVTIMEO ? wse_sock_set_recv_timeout(fd, micros)
                                          : wse_sock_set_send_timeout(fd, micros));
}

static int set_loop(int fd, int level, const void *value, socklen_t len)
{
    int on;
    if (wse_read_int(level, value, len, &on))
        return -1;
    return wse_done(wse_sock_set_ip_multicast_loop(fd, level == IPPROTO_IPV6, on != 0));
}

static int set_other(int fd, int level, int option, const void *value, socklen_t len)
{
    if (level == SOL_SOCKET && option == SO_LINGER)
        return set_linger(fd, value, len);
    if (level == SOL_SOCKET && (option == SO_RCVTIMEO || option == SO_SNDTIMEO))
        return set_timeout(fd, option, value, len);
    if (wse_is_membership(level, option))
        return wse_set_membership(fd, level, option, value, len);
    if ((level == IPPROTO_IP && option == IP_MULTICAST_LOOP) ||
        (level == IPPROTO_IPV6 && option == IPV6_MULTICAST_LOOP))
        return set_loop(fd, level, value, len);
    return wse_no_option(fd);
}

int wasi_socket_ext_set_common(int fd, int level, int option, const void *value, socklen_t len)
{
    if (value == NULL)
        return wse_fail(EFAULT);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (numbers[i].level == level && numbers[i].option == option)
            return set_number(fd, &numbers[i], value, len);
    return set_other(fd, level, option, value, len);
}
