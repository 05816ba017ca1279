/* WASIX's options under the shim: one row each, and a call each way for every form of value. */
#include "shim.h"
#include "wasix_imports.h"

#include <string.h>

enum form { FLAG, SIZE, TIME, LINGER };

struct row {
    int level, option;
    uint32_t number;
    enum form form;
};

static const struct row rows[] = {
    {SOL_SOCKET, SO_REUSEPORT, 1, FLAG},
    {SOL_SOCKET, SO_REUSEADDR, 2, FLAG},
    {IPPROTO_TCP, TCP_NODELAY, 3, FLAG},
    {IPPROTO_IPV6, IPV6_V6ONLY, 5, FLAG},
    {SOL_SOCKET, SO_BROADCAST, 6, FLAG},
    {IPPROTO_IP, IP_MULTICAST_LOOP, 7, FLAG},
    {IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 8, FLAG},
    {SOL_SOCKET, SO_KEEPALIVE, 12, FLAG},
    {SOL_SOCKET, SO_LINGER, 13, LINGER},
    {SOL_SOCKET, SO_RCVBUF, 15, SIZE},
    {SOL_SOCKET, SO_SNDBUF, 16, SIZE},
    {SOL_SOCKET, SO_RCVTIMEO, 19, TIME},
    {SOL_SOCKET, SO_SNDTIMEO, 20, TIME},
    {IPPROTO_IP, IP_TTL, 23, SIZE},
    {IPPROTO_IP, IP_MULTICAST_TTL, 24, SIZE},
};

static const struct row *find(int level, int option)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].level == level && rows[i].option == option)
            return &rows[i];
    return NULL;
}

uint32_t dialect_get_option(int fd, int level, int option, struct shim_value *value)
{
    const struct row *row = find(level, option);
    uint8_t on = 0;
    uint64_t size = 0;
    wasix_timestamp time = {0, 0};
    uint32_t code;
    if (row == NULL)
        return __WASI_ERRNO_NOSYS;
    switch (row->form) {
    case FLAG:
        code = wasix_sock_get_opt_flag(fd, row->number, &on);
        value->number = on;
        return code;
    case SIZE:
        code = wasix_sock_get_opt_size(fd, row->number, &size);
        value->number = (int64_t)size;
        return code;
    default:
        code = wasix_sock_get_opt_time(fd, row->number, &time);
        value->on = time.some;
        if (time.some)
            value->number =
                (int64_t)(time.nanoseconds / (row->form == TIME ? 1000 : 1000000000));
        return code;
    }
}

uint32_t dialect_set_option(int fd, int level, int option, const struct shim_value *value)
{
    const struct row *row = find(level, option);
    uint64_t number = (uint64_t)value->number;
    wasix_timestamp time;
    if (row == NULL)
        return __WASI_ERRNO_NOSYS;
    switch (row->form) {
    case FLAG:
        return wasix_sock_set_opt_flag(fd, row->number, number != 0);
    case SIZE:
        return wasix_sock_set_opt_size(fd, row->number, number);
    case TIME:
        time = (wasix_timestamp){number != 0, number * 1000};
        return wasix_sock_set_opt_time(fd, row->number, &time);
    default:
        time = (wasix_timestamp){value->on != 0, number * 1000000000};
        return wasix_sock_set_opt_time(fd, row->number, &time);
    }
}

uint32_t dialect_membership(int fd, int join, const struct shim_address *group, uint32_t interface)
{
    uint8_t own[4];
    memcpy(own, &interface, sizeof own);
    if (group->family == AF_INET)
        return join ? wasix_sock_join_multicast_v4(fd, group->octets, own)
                    : wasix_sock_leave_multicast_v4(fd, group->octets, own);
    return join ? wasix_sock_join_multicast_v6(fd, group->octets, interface)
                : wasix_sock_leave_multicast_v6(fd, group->octets, interface);
}
