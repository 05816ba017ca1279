/* WAMR's options under the shim: an import each way for every one. */
#include "shim.h"
#include "wamr_imports.h"

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
    int level, option;
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
    ROW(SOL_SOCKET, SO_RCVTIMEO, recv_timeout),
    ROW(SOL_SOCKET, SO_SNDTIMEO, send_timeout),
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define IS(row, level_, option_) ((row).level == (level_) && (row).option == (option_))

static int is_loop(int level, int option)
{
    return (level == IPPROTO_IP && option == IP_MULTICAST_LOOP) ||
           (level == IPPROTO_IPV6 && option == IPV6_MULTICAST_LOOP);
}

static uint32_t get_odd(int fd, int level, int option, struct shim_value *value)
{
    uint8_t on = 0;
    int32_t seconds = 0;
    uint32_t code = __WASI_ERRNO_NOSYS;
    if (level == SOL_SOCKET && option == SO_LINGER) {
        code = wamr_sock_get_linger(fd, &on, &seconds);
        *value = (struct shim_value){seconds, on};
    } else if (is_loop(level, option)) {
        code = wamr_sock_get_ip_multicast_loop(fd, level == IPPROTO_IPV6, &on);
        value->number = on;
    }
    return code;
}

uint32_t dialect_get_option(int fd, int level, int option, struct shim_value *value)
{
    uint8_t byte = 0;
    uint32_t word = 0;
    uint64_t micros = 0;
    uint32_t code;
    for (size_t i = 0; i < COUNT(byte_options); i++)
        if (IS(byte_options[i], level, option)) {
            code = byte_options[i].get(fd, &byte);
            value->number = byte;
            return code;
        }
    for (size_t i = 0; i < COUNT(word_options); i++)
        if (IS(word_options[i], level, option)) {
            code = word_options[i].get(fd, &word);
            value->number = word;
            return code;
        }
    for (size_t i = 0; i < COUNT(time_options); i++)
        if (IS(time_options[i], level, option)) {
            code = time_options[i].get(fd, &micros);
            value->number = (int64_t)micros;
            return code;
        }
    return get_odd(fd, level, option, value);
}

static uint32_t set_odd(int fd, int level, int option, const struct shim_value *value)
{
    if (level == SOL_SOCKET && option == SO_LINGER)
        return wamr_sock_set_linger(fd, (uint32_t)value->on, (int32_t)value->number);
    if (is_loop(level, option))
        return wamr_sock_set_ip_multicast_loop(fd, level == IPPROTO_IPV6, value->number != 0);
    return __WASI_ERRNO_NOSYS;
}

uint32_t dialect_set_option(int fd, int level, int option, const struct shim_value *value)
{
    for (size_t i = 0; i < COUNT(byte_options); i++)
        if (IS(byte_options[i], level, option))
            return byte_options[i].set(fd, (uint32_t)value->number);
    for (size_t i = 0; i < COUNT(word_options); i++)
        if (IS(word_options[i], level, option))
            return word_options[i].set(fd, (uint32_t)value->number);
    for (size_t i = 0; i < COUNT(time_options); i++)
        if (IS(time_options[i], level, option))
            return time_options[i].set(fd, (uint64_t)value->number);
    return set_odd(fd, level, option, value);
}

uint32_t dialect_membership(int fd, int join, const struct shim_address *group, uint32_t interface)
{
    wamr_ip raw = {.kind = group->family == AF_INET6};
    if (group->family == AF_INET)
        memcpy(raw.at.v4, group->octets, 4);
    else
        for (int i = 0; i < 8; i++)
            raw.at.v6[i] = (uint16_t)(group->octets[2 * i] << 8 | group->octets[2 * i + 1]);
    return join ? wamr_sock_set_ip_add_membership(fd, &raw, interface)
                : wamr_sock_set_ip_drop_membership(fd, &raw, interface);
}
