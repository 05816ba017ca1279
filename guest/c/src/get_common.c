/* getsockopt of what WAMR's imports can tell: a table of those that are a number, and the others. */
#include "internal.h"

/* What an import writes: a byte, a word, or more. */
union value {
    uint8_t byte;
    uint32_t word;
    uint64_t wide;
};

struct row {
    int level, option;
    uint32_t (*get)(int fd, void *value);
};

static const struct row numbers[] = {
    {SOL_SOCKET, SO_REUSEADDR, wse_sock_get_reuse_addr},
    {SOL_SOCKET, SO_REUSEPORT, wse_sock_get_reuse_port},
    {SOL_SOCKET, SO_KEEPALIVE, wse_sock_get_keep_alive},
    {SOL_SOCKET, SO_BROADCAST, wse_sock_get_broadcast},
    {SOL_SOCKET, SO_RCVBUF, wse_sock_get_recv_buf_size},
    {SOL_SOCKET, SO_SNDBUF, wse_sock_get_send_buf_size},
    {IPPROTO_TCP, TCP_NODELAY, wse_sock_get_tcp_no_delay},
    {IPPROTO_TCP, TCP_QUICKACK, wse_sock_get_tcp_quick_ack},
    {IPPROTO_TCP, TCP_FASTOPEN_CONNECT, wse_sock_get_tcp_fastopen_connect},
    {IPPROTO_TCP, TCP_KEEPIDLE, wse_sock_get_tcp_keep_idle},
    {IPPROTO_TCP, TCP_KEEPINTVL, wse_sock_get_tcp_keep_intvl},
    {IPPROTO_IP, IP_TTL, wse_sock_get_ip_ttl},
    {IPPROTO_IP, IP_MULTICAST_TTL, wse_sock_get_ip_multicast_ttl},
    {IPPROTO_IPV6, IPV6_V6ONLY, wse_sock_get_ipv6_only},
};

static int get_linger(int fd, void *value, socklen_t *len)
{
    uint8_t on = 0;
    int32_t seconds = 0;
    if (wse_done(wse_sock_get_linger(fd, &on, &seconds)))
        return -1;
    struct linger linger = {.l_onoff = on, .l_linger = seconds};
    return wse_give_value(&linger, sizeof linger, value, len);
}

static int get_timeout(int fd, int option, void *value, socklen_t *len)
{
    uint64_t micros = 0;
    if (wse_done(option == SO_RCVTIMEO ? wse_sock_get_recv_timeout(fd, &micros)
                                       : wse_sock_get_send_timeout(fd, &micros)))
        return -1;
    struct timeval time = {.tv_sec = (time_t)(micros / 1000000), .tv_usec = (suseconds_t)(micros % 1000000)};
    return wse_give_value(&time, sizeof time, value, len);
}

static int get_loop(int fd, int level, void *value, socklen_t *len)
{
    union value on = {.wide = 0};
    if (wse_done(wse_sock_get_ip_multicast_loop(fd, level == IPPROTO_IPV6, &on)))
        return -1;
    return wse_give_int(on.byte, level, value, len);
}

/* What follows from the kind of socket. */
static int get_fact(int fd, int option, void *value, socklen_t *len)
{
    struct sockaddr_storage name;
    socklen_t size = sizeof name;
    int type = wse_type(fd);
    if (type < 0)
        return -1;
    switch (option) {
    case SO_TYPE:
        return wse_give_int(type, SOL_SOCKET, value, len);
    case SO_SNDLOWAT:
        return wse_give_int(1, SOL_SOCKET, value, len);
    }
    if (wse_name(fd, WSE_LOCAL, (struct sockaddr *)&name, &size))
        return -1;
    if (option == SO_DOMAIN)
        return wse_give_int(name.ss_family, SOL_SOCKET, value, len);
    int protocol = name.ss_family == AF_UNIX ? 0 : type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
    return wse_give_int(protocol, SOL_SOCKET, value, len);
}

static int get_other(int fd, int level, int option, void *value, socklen_t *len)
{
    if ((level == IPPROTO_IP && option == IP_MULTICAST_LOOP) ||
        (level == IPPROTO_IPV6 && option == IPV6_MULTICAST_LOOP))
        return get_loop(fd, level, value, len);
    if (level != SOL_SOCKET)
        return wse_no_option(fd);
    switch (option) {
    case SO_LINGER:
        return get_linger(fd, value, len);
    case SO_RCVTIMEO:
    case SO_SNDTIMEO:
        return get_timeout(fd, option, value, len);
    case SO_DOMAIN:
    case SO_PROTOCOL:
    case SO_SNDLOWAT:
    case SO_TYPE:
        return get_fact(fd, option, value, len);
    default:
        return wse_no_option(fd);
    }
}

int wasi_socket_ext_get_common(int fd, int level, int option, void *value, socklen_t *len)
{
    if (value == NULL || len == NULL)
        return wse_fail(EFAULT);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        union value number = {.wide = 0};
        if (numbers[i].level != level || numbers[i].option != option)
            continue;
        if (wse_done(numbers[i].get(fd, &number)))
            return -1;
        return wse_give_int((int)number.word, level, value, len);
    }
    return get_other(fd, level, option, value, len);
}
