/* What WAMR's imports say of errors, names and the policy. Compiled for Wasm only.
 *
 * The harness grants loopback, the two wildcards and multicast, and the name `localhost`.
 */
#include "loopback.h"
#include "wamr_imports.h"

#include <string.h>
#include <wasi/api.h>

#define ACCES __WASI_ERRNO_ACCES

WAMR_ONLY(wamr_connecting_outside_the_pool_is_eacces)
{
    struct endpoint outside = endpoint_of("192.0.2.1", 80);
    EXPECT_ERRNO(EACCES, connect(stream_socket(AF_INET), ADDR(outside), outside.len));
}

WAMR_ONLY(wamr_binding_outside_the_pool_is_eacces)
{
    struct endpoint outside = endpoint_of("192.0.2.1", 0);
    EXPECT_ERRNO(EACCES, bind(stream_socket(AF_INET), ADDR(outside), outside.len));
}

WAMR_ONLY(wamr_sending_outside_the_pool_is_eacces)
{
    struct endpoint outside = endpoint_of("192.0.2.1", 53);
    int fd = datagram_bound(AF_INET);
    EXPECT_ERRNO(EACCES, sendto(fd, "x", 1, 0, ADDR(outside), outside.len));
    EXPECT_ERRNO(EACCES, connect(fd, ADDR(outside), outside.len));
}

WAMR_ONLY(wamr_the_wildcard_grants_itself_and_no_other_address)
{
    struct endpoint outside = endpoint_of("0.0.0.1", 80);
    EXPECT_ERRNO(EACCES, connect(stream_socket(AF_INET), ADDR(outside), outside.len));
}

WAMR_ONLY_NEEDING(ipv6, wamr_a_mapped_address_is_judged_as_ipv4)
{
    struct endpoint outside = endpoint_of("::ffff:192.0.2.1", 80);
    EXPECT_ERRNO(EACCES, connect(stream_socket(AF_INET6), ADDR(outside), outside.len));
}

WAMR_ONLY(wamr_a_denied_socket_can_still_be_used)
{
    struct endpoint outside = endpoint_of("192.0.2.1", 80);
    int listener = stream_listener(AF_INET);
    struct endpoint to = local_of(listener);
    int fd = stream_socket(AF_INET);
    EXPECT_ERRNO(EACCES, connect(fd, ADDR(outside), outside.len));
    EXPECT_OK(connect(fd, ADDR(to), to.len));
}

static uint32_t resolve(const char *host, const char *service, wamr_addr_info *infos,
                        uint32_t capacity, uint32_t *total)
{
    wamr_hints hints = {.type = 1, .family = 0, .enabled = 1};
    return wamr_sock_addr_resolve(host, service, &hints, infos, capacity, total);
}

WAMR_ONLY(wamr_a_name_outside_the_list_is_eacces)
{
    wamr_addr_info info;
    uint32_t total = 0;
    EXPECT_EQ(ACCES, resolve("example.com", "", &info, 1, &total));
    EXPECT_EQ(ACCES, resolve("notlocalhost", "", &info, 1, &total));
    EXPECT_EQ(ACCES, resolve("a.localhost", "", &info, 1, &total));
}

WAMR_ONLY(wamr_a_last_dot_makes_no_other_name)
{
    wamr_addr_info info;
    uint32_t total = 0;
    EXPECT_EQ(0, resolve("localhost.", "", &info, 1, &total));
    EXPECT(total > 0);
}

WAMR_ONLY(wamr_an_odd_spelling_of_an_address_is_no_name)
{
    static const char *const odd[] = {"127.1", "0x7f.1", "2130706433", "0177.0.0.1"};
    wamr_addr_info info;
    uint32_t total = 0;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        EXPECT(resolve(odd[i], "", &info, 1, &total) != 0);
}

WAMR_ONLY(wamr_a_lookup_counts_all_and_writes_what_fits)
{
    union {
        wamr_addr_info infos[4];
        uint8_t bytes[4 * 28];
    } out;
    wamr_hints any = {.type = -1, .family = 0, .enabled = 1};
    uint32_t total = 77;
    memset(&out, '?', sizeof out);
    EXPECT_EQ(0, wamr_sock_addr_resolve("127.0.0.1", "9", &any, out.infos, 1, &total));
    EXPECT_EQ(2, total);
    EXPECT_BYTES("\0\0\0\0\x7f\0\0\1\x09\0", out.bytes, 10);
    for (size_t i = 28; i < sizeof out; i++)
        EXPECT_EQ('?', out.bytes[i]);
    memset(&out, '?', sizeof out);
    EXPECT_EQ(0, wamr_sock_addr_resolve("127.0.0.1", "9", &any, out.infos, 0, &total));
    EXPECT_EQ(2, total);
    EXPECT_EQ('?', out.bytes[0]);
}

WAMR_ONLY(wamr_disabled_hints_ask_for_everything)
{
    wamr_addr_info infos[4];
    wamr_hints off = {.type = 0, .family = 1, .enabled = 0};
    uint32_t total = 0;
    EXPECT_EQ(0, wamr_sock_addr_resolve("127.0.0.1", "", &off, infos, 4, &total));
    EXPECT_EQ(2, total);
    EXPECT_EQ(0, infos[0].addr.kind);
}

WAMR_ONLY(wamr_an_address_of_an_unknown_kind_is_refused)
{
    wamr_addr odd = {.kind = 2};
    int fd = stream_socket(AF_INET);
    EXPECT(wamr_sock_bind(fd, &odd) != 0);
    EXPECT(wamr_sock_connect(fd, &odd) != 0);
    EXPECT_EQ(0, port_of(local_of(fd)));
}

WAMR_ONLY(wamr_shutting_down_no_direction_is_einval)
{
    struct pair p = stream_pair(AF_INET);
    EXPECT_EQ(__WASI_ERRNO_INVAL, wamr_sock_shutdown(p.client, 0));
    EXPECT_EQ(__WASI_ERRNO_INVAL, wamr_sock_shutdown(p.client, 4));
    send_text(p.client, "unharmed");
    expect_text(p.server, "unharmed");
}

WAMR_ONLY(wamr_the_kinds_of_sockets_are_told_by_fdstat)
{
    __wasi_fdstat_t stat;
    EXPECT_EQ(0, __wasi_fd_fdstat_get(stream_socket(AF_INET), &stat));
    EXPECT_EQ(__WASI_FILETYPE_SOCKET_STREAM, stat.fs_filetype);
    EXPECT_EQ(0, __wasi_fd_fdstat_get(datagram_bound(AF_INET), &stat));
    EXPECT_EQ(__WASI_FILETYPE_SOCKET_DGRAM, stat.fs_filetype);
}
