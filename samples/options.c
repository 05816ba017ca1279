/* Reads options of a new socket, sets them, and reads them again. What a system chooses itself (the sizes of buffers) is
 * told as "at least what was asked for". */
#include "common.h"

struct option {
    const char *text;
    int type, level, name, value;
};

static const struct option options[] = {
    {"SO_REUSEADDR", SOCK_STREAM, SOL_SOCKET, SO_REUSEADDR, 1},
    {"SO_KEEPALIVE", SOCK_STREAM, SOL_SOCKET, SO_KEEPALIVE, 1},
    {"SO_BROADCAST", SOCK_DGRAM, SOL_SOCKET, SO_BROADCAST, 1},
    {"TCP_NODELAY", SOCK_STREAM, IPPROTO_TCP, TCP_NODELAY, 1},
    {"TCP_KEEPIDLE", SOCK_STREAM, IPPROTO_TCP, TCP_KEEPIDLE, 30},
    {"TCP_KEEPINTVL", SOCK_STREAM, IPPROTO_TCP, TCP_KEEPINTVL, 5},
    {"IP_TTL", SOCK_DGRAM, IPPROTO_IP, IP_TTL, 8},
    {"IP_MULTICAST_TTL", SOCK_DGRAM, IPPROTO_IP, IP_MULTICAST_TTL, 4},
    {"IP_MULTICAST_LOOP", SOCK_DGRAM, IPPROTO_IP, IP_MULTICAST_LOOP, 0},
};

static int get(int fd, int level, int name)
{
    int value;
    socklen_t len = sizeof value;
    if (getsockopt(fd, level, name, &value, &len))
        give_up("getsockopt");
    return value;
}

static void set(int fd, int level, int name, int value)
{
    if (setsockopt(fd, level, name, &value, sizeof value))
        give_up("setsockopt");
}

static int new_socket(int type)
{
    int fd = socket(AF_INET, type, 0);
    if (fd < 0)
        give_up("socket");
    return fd;
}

static void show(const struct option *option)
{
    int fd = new_socket(option->type);
    int before = get(fd, option->level, option->name);
    set(fd, option->level, option->name, option->value);
    printf("%-18s %d, then %d\n", option->text, before, get(fd, option->level, option->name));
    close(fd);
}

static void show_linger(int fd)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 3};
    socklen_t len = sizeof linger;
    if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, len))
        give_up("setsockopt");
    memset(&linger, 0, sizeof linger);
    if (getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &len))
        give_up("getsockopt");
    printf("%-18s %s, %d seconds\n", "SO_LINGER", linger.l_onoff ? "on" : "off", linger.l_linger);
}

int main(void)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        show(&options[i]);
    int fd = new_socket(SOCK_STREAM);
    show_linger(fd);
    set(fd, SOL_SOCKET, SO_RCVBUF, 16384);
    printf("%-18s %s\n", "SO_RCVBUF", get(fd, SOL_SOCKET, SO_RCVBUF) >= 16384 ? "at least 16384" : "too small");
    printf("%-18s %s\n", "SO_TYPE", get(fd, SOL_SOCKET, SO_TYPE) == SOCK_STREAM ? "SOCK_STREAM" : "another");
    close(fd);
    return 0;
}
