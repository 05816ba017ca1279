/* WasmEdge's options under the shim: one call for all, and values as Linux lays them out. */
#include "shim.h"
#include "wasmedge_imports.h"

struct row {
    int option;
    uint32_t number;
};

static const struct row rows[] = {
    {SO_REUSEADDR, 0}, {SO_BROADCAST, 4}, {SO_SNDBUF, 5},     {SO_RCVBUF, 6},
    {SO_KEEPALIVE, 7}, {SO_LINGER, 9},    {SO_RCVTIMEO, 11}, {SO_SNDTIMEO, 12},
};

/* A timeval of Linux on 64 bits. */
struct time {
    int64_t seconds, micros;
};

/* The row of an option: there are none but those of sockets. */
static const struct row *find(int level, int option)
{
    for (size_t i = 0; level == SOL_SOCKET && i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].option == option)
            return &rows[i];
    return NULL;
}

uint32_t dialect_get_option(int fd, int level, int option, struct shim_value *value)
{
    const struct row *row = find(level, option);
    int number = 0;
    struct linger linger = {0, 0};
    struct time time = {0, 0};
    uint32_t code, size;
    if (row == NULL)
        return __WASI_ERRNO_NOSYS;
    if (option == SO_LINGER) {
        size = sizeof linger;
        code = wasmedge_sock_getsockopt(fd, 0, row->number, &linger, &size);
        *value = (struct shim_value){linger.l_linger, linger.l_onoff};
    } else if (option == SO_RCVTIMEO || option == SO_SNDTIMEO) {
        size = sizeof time;
        code = wasmedge_sock_getsockopt(fd, 0, row->number, &time, &size);
        value->number = time.seconds * 1000000 + time.micros;
    } else {
        size = sizeof number;
        code = wasmedge_sock_getsockopt(fd, 0, row->number, &number, &size);
        value->number = number;
    }
    return code;
}

uint32_t dialect_set_option(int fd, int level, int option, const struct shim_value *value)
{
    const struct row *row = find(level, option);
    int number = (int)value->number;
    struct linger linger = {value->on, (int)value->number};
    struct time time = {value->number / 1000000, value->number % 1000000};
    if (row == NULL)
        return __WASI_ERRNO_NOSYS;
    if (option == SO_LINGER)
        return wasmedge_sock_setsockopt(fd, 0, row->number, &linger, sizeof linger);
    if (option == SO_RCVTIMEO || option == SO_SNDTIMEO)
        return wasmedge_sock_setsockopt(fd, 0, row->number, &time, sizeof time);
    return wasmedge_sock_setsockopt(fd, 0, row->number, &number, sizeof number);
}

uint32_t dialect_membership(int fd, int join, const struct shim_address *group, uint32_t interface)
{
    (void)fd, (void)join, (void)group, (void)interface;
    return __WASI_ERRNO_NOSYS;
}
