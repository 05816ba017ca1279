/* AF_UNIX, by WasmEdge's imports: linked by a program that includes <sys/un.h>. */
#include "../internal.h"
#include "imports.h"

#include <string.h>
#include <sys/un.h>

#define FAMILY_SIZE 2
#define PATH_AT offsetof(struct sockaddr_un, sun_path)

struct path {
    uint8_t bytes[WSE_LONG_ADDRESS];
};

static int open_unix(int type)
{
    int fd = -1;
    uint32_t edge = type == SOCK_STREAM ? WSE_EDGE_STREAM : WSE_EDGE_DATAGRAM;
    return wse_done(wse_edge_sock_open(WSE_EDGE_UNIX, edge, &fd)) ? -1 : fd;
}

/* The path of an address, which may end without a NUL. An abstract name, or none, is EINVAL. */
static int read_path(const struct sockaddr *addr, socklen_t len, struct path *out)
{
    const char *path = (const char *)addr + PATH_AT;
    if (len <= PATH_AT || len > sizeof(struct sockaddr_un) || path[0] == '\0')
        return wse_fail(EINVAL);
    memset(out, 0, sizeof *out);
    out->bytes[0] = WSE_EDGE_UNIX;
    memcpy(out->bytes + FAMILY_SIZE, path, strnlen(path, len - PATH_AT));
    return 0;
}

static int bind_unix(int fd, const struct sockaddr *addr, socklen_t len)
{
    struct path path;
    wse_edge_address at = {.bytes = path.bytes, .size = sizeof path.bytes};
    return read_path(addr, len, &path) ? -1 : wse_done(wse_edge_sock_bind(fd, &at, 0));
}

static int connect_unix(int fd, const struct sockaddr *addr, socklen_t len)
{
    struct path path;
    wse_edge_address to = {.bytes = path.bytes, .size = sizeof path.bytes};
    return read_path(addr, len, &path) ? -1 : wse_done(wse_edge_sock_connect(fd, &to, 0));
}

/* As Linux counts: a path with its NUL, and an unnamed socket is its family alone. */
static int name_unix(int fd, enum wse_end end, struct sockaddr *addr, socklen_t *len)
{
    struct path path = {{0}};
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    wse_edge_address at = {.bytes = path.bytes, .size = sizeof path.bytes};
    uint32_t port = 0;
    uint32_t code = end == WSE_LOCAL ? wse_edge_sock_getlocaladdr(fd, &at, &port)
                                     : wse_edge_sock_getpeeraddr(fd, &at, &port);
    if (wse_done(code))
        return -1;
    size_t size = strnlen((const char *)path.bytes + FAMILY_SIZE, sizeof name.sun_path);
    memcpy(name.sun_path, path.bytes + FAMILY_SIZE, size);
    if (size != 0)
        size += size < sizeof name.sun_path;
    wse_give_bytes(&name, (socklen_t)(PATH_AT + size), addr, len);
    return 0;
}

const struct wasi_socket_ext_unix wasi_socket_ext_unix = {
    .open = open_unix,
    .bind = bind_unix,
    .connect = connect_unix,
    .name = name_unix,
};
