/* WAMR's imports to the byte: results of their exact size, bad pointers, too many parts.
 *
 * Compiled for Wasm only.
 */
#include "loopback.h"
#include "wamr_imports.h"

#include <string.h>
#include <wasi/api.h>

#define FAULT __WASI_ERRNO_FAULT
#define INVAL __WASI_ERRNO_INVAL

/* A result slot with a guard on both sides. */
struct guarded {
    uint8_t before[16];
    _Alignas(8) uint8_t slot[32];
    uint8_t after[16];
};

static struct guarded guarded(void)
{
    struct guarded out;
    memset(&out, '?', sizeof out);
    return out;
}

/* Nothing but the first `size` bytes of the slot may have been written. */
static void expect_only_at(int line, const struct guarded *g, size_t size)
{
    const uint8_t *all = (const uint8_t *)g;
    size_t start = offsetof(struct guarded, slot);
    for (size_t i = 0; i < sizeof *g; i++)
        if ((i < start || i >= start + size) && all[i] != '?')
            fail_at(__FILE__, line, "expected %zu bytes of result, got byte %d written", size,
                    (int)i - (int)start);
}

#define EXPECT_ONLY(size, g) expect_only_at(__LINE__, &(g), (size))

/* Too close to the end of memory for any result. */
static void *last_byte(void)
{
    return (void *)(uintptr_t)(__builtin_wasm_memory_size(0) * 65536 - 1);
}

static struct pair pair_with_text(const char *text)
{
    struct pair p = stream_pair(AF_INET);
    send_text(p.client, text);
    EXPECT(poll_one(p.server, POLLIN, 1000) & POLLIN);
    return p;
}

WAMR_ONLY(wamr_sock_open_writes_four_bytes)
{
    struct guarded g = guarded();
    EXPECT_EQ(0, wamr_sock_open(-1, 0, 1, (int *)g.slot));
    EXPECT_ONLY(4, g);
    EXPECT_OK(close(*(int *)g.slot));
}

WAMR_ONLY(wamr_sock_accept_writes_four_bytes)
{
    struct guarded g = guarded();
    int listener = stream_listener(AF_INET);
    stream_connected_to(listener);
    EXPECT_EQ(0, wamr_sock_accept(listener, 0, (int *)g.slot));
    EXPECT_ONLY(4, g);
}

WAMR_ONLY(wamr_addresses_of_ipv4_are_kind_octets_and_port_in_host_order)
{
    struct guarded g = guarded();
    int fd = stream_bound(AF_INET);
    EXPECT_EQ(0, wamr_sock_addr_local(fd, (wamr_addr *)g.slot));
    EXPECT_ONLY(24, g);
    EXPECT_BYTES("\0\0\0\0\x7f\0\0\1", g.slot, 8);
    EXPECT_EQ(port_of(local_of(fd)), g.slot[8] | g.slot[9] << 8);
}

WAMR_ONLY(wamr_the_remote_address_is_written_like_the_local_one)
{
    struct guarded g = guarded();
    struct pair p = stream_pair(AF_INET);
    EXPECT_EQ(0, wamr_sock_addr_remote(p.server, (wamr_addr *)g.slot));
    EXPECT_ONLY(24, g);
    EXPECT_BYTES("\0\0\0\0\x7f\0\0\1", g.slot, 8);
    EXPECT_EQ(port_of(local_of(p.client)), g.slot[8] | g.slot[9] << 8);
}

WAMR_ONLY_NEEDING(ipv6, wamr_addresses_of_ipv6_are_groups_in_host_order)
{
    struct guarded g = guarded();
    int fd = stream_bound(AF_INET6);
    EXPECT_EQ(0, wamr_sock_addr_local(fd, (wamr_addr *)g.slot));
    EXPECT_ONLY(24, g);
    EXPECT_BYTES("\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0", g.slot, 20);
    EXPECT_EQ(port_of(local_of(fd)), g.slot[20] | g.slot[21] << 8);
}

WAMR_ONLY(wamr_buffer_sizes_are_four_bytes)
{
    struct guarded recv_size = guarded();
    struct guarded send_size = guarded();
    int fd = stream_socket(AF_INET);
    EXPECT_EQ(0, wamr_sock_get_recv_buf_size(fd, (uint32_t *)recv_size.slot));
    EXPECT_EQ(0, wamr_sock_get_send_buf_size(fd, (uint32_t *)send_size.slot));
    EXPECT_ONLY(4, recv_size);
    EXPECT_ONLY(4, send_size);
}

WAMR_ONLY(wamr_a_buffer_size_set_to_what_it_was_does_not_grow)
{
    int fd = stream_socket(AF_INET);
    uint32_t first = 0, last = 0;
    EXPECT_EQ(0, wamr_sock_set_recv_buf_size(fd, 8192));
    EXPECT_EQ(0, wamr_sock_get_recv_buf_size(fd, &first));
    last = first;
    for (int i = 0; i < 3; i++) {
        EXPECT_EQ(0, wamr_sock_set_recv_buf_size(fd, last));
        EXPECT_EQ(0, wamr_sock_get_recv_buf_size(fd, &last));
    }
    EXPECT_EQ(first, last);
}

WAMR_ONLY(wamr_switches_are_one_byte_of_zero_or_one)
{
    static uint32_t (*const get[])(int, uint8_t *) = {
        wamr_sock_get_reuse_addr,   wamr_sock_get_reuse_port,    wamr_sock_get_keep_alive,
        wamr_sock_get_broadcast,    wamr_sock_get_tcp_no_delay,  wamr_sock_get_tcp_quick_ack,
        wamr_sock_get_ip_ttl,       wamr_sock_get_tcp_fastopen_connect,
    };
    int fd = stream_socket(AF_INET);
    for (size_t i = 0; i < sizeof get / sizeof get[0]; i++) {
        struct guarded g = guarded();
        EXPECT_EQ(0, get[i](fd, g.slot));
        EXPECT_ONLY(1, g);
        EXPECT(g.slot[0] <= 1 || get[i] == wamr_sock_get_ip_ttl);
    }
}

WAMR_ONLY(wamr_multicast_options_are_one_byte)
{
    struct guarded ttl = guarded();
    struct guarded loop = guarded();
    int fd = datagram_bound(AF_INET);
    EXPECT_EQ(0, wamr_sock_get_ip_multicast_ttl(fd, ttl.slot));
    EXPECT_EQ(0, wamr_sock_get_ip_multicast_loop(fd, 0, loop.slot));
    EXPECT_ONLY(1, ttl);
    EXPECT_ONLY(1, loop);
}

WAMR_ONLY(wamr_keep_alive_times_are_four_bytes)
{
    struct guarded idle = guarded();
    struct guarded interval = guarded();
    int fd = stream_socket(AF_INET);
    EXPECT_EQ(0, wamr_sock_get_tcp_keep_idle(fd, (uint32_t *)idle.slot));
    EXPECT_EQ(0, wamr_sock_get_tcp_keep_intvl(fd, (uint32_t *)interval.slot));
    EXPECT_ONLY(4, idle);
    EXPECT_ONLY(4, interval);
}

WAMR_ONLY(wamr_timeouts_are_eight_bytes_of_microseconds)
{
    struct guarded g = guarded();
    int fd = stream_socket(AF_INET);
    EXPECT_EQ(0, wamr_sock_set_recv_timeout(fd, 2500000));
    EXPECT_EQ(0, wamr_sock_get_recv_timeout(fd, (uint64_t *)g.slot));
    EXPECT_ONLY(8, g);
    EXPECT_EQ(2500000, *(uint64_t *)g.slot);
}

WAMR_ONLY(wamr_linger_is_one_byte_and_four)
{
    struct guarded on = guarded();
    struct guarded seconds = guarded();
    int fd = stream_socket(AF_INET);
    EXPECT_EQ(0, wamr_sock_set_linger(fd, 1, 30));
    EXPECT_EQ(0, wamr_sock_get_linger(fd, on.slot, (int32_t *)seconds.slot));
    EXPECT_ONLY(1, on);
    EXPECT_ONLY(4, seconds);
    EXPECT_EQ(1, on.slot[0]);
    EXPECT_EQ(30, *(int32_t *)seconds.slot);
}

WAMR_ONLY(wamr_sock_recv_writes_its_length_and_its_flags)
{
    struct guarded len = guarded();
    struct guarded flags = guarded();
    struct guarded data = guarded();
    struct pair p = pair_with_text("data");
    wamr_iovec one = {data.slot, 4};
    EXPECT_EQ(0, wamr_sock_recv(p.server, &one, 1, 0, (uint32_t *)len.slot,
                                (uint16_t *)flags.slot));
    EXPECT_ONLY(4, data);
    EXPECT_ONLY(4, len);
    EXPECT_ONLY(2, flags);
    EXPECT_EQ(4, *(uint32_t *)len.slot);
    EXPECT_EQ(0, *(uint16_t *)flags.slot);
}

WAMR_ONLY(wamr_sock_recv_from_writes_its_length_and_the_sender)
{
    struct guarded len = guarded();
    struct guarded from = guarded();
    struct guarded data = guarded();
    int fds[2];
    wamr_iovec one = {data.slot, 8};
    datagram_pair(AF_INET, fds);
    send_text(fds[0], "four");
    EXPECT_EQ(0, wamr_sock_recv_from(fds[1], &one, 1, 0, (wamr_addr *)from.slot,
                                     (uint32_t *)len.slot));
    EXPECT_ONLY(4, data);
    EXPECT_ONLY(4, len);
    EXPECT_ONLY(24, from);
    EXPECT_BYTES("\0\0\0\0\x7f\0\0\1", from.slot, 8);
}

WAMR_ONLY(wamr_sock_send_writes_four_bytes)
{
    struct guarded g = guarded();
    struct pair p = stream_pair(AF_INET);
    wamr_iovec one = {"abc", 3};
    EXPECT_EQ(0, wamr_sock_send(p.client, &one, 1, 0, (uint32_t *)g.slot));
    EXPECT_ONLY(4, g);
    EXPECT_EQ(3, *(uint32_t *)g.slot);
}

WAMR_ONLY(wamr_a_failed_call_writes_no_result)
{
    struct guarded g = guarded();
    int listener = stream_listener(AF_INET);
    int closed = stream_socket(AF_INET);
    set_nonblocking(listener, 1);
    EXPECT_OK(close(closed));
    EXPECT_EQ(__WASI_ERRNO_AGAIN, wamr_sock_accept(listener, 0, (int *)g.slot));
    EXPECT_EQ(__WASI_ERRNO_NOTCONN, wamr_sock_addr_remote(listener, (wamr_addr *)g.slot));
    EXPECT_EQ(__WASI_ERRNO_BADF, wamr_sock_addr_local(closed, (wamr_addr *)g.slot));
    EXPECT_EQ(__WASI_ERRNO_BADF, wamr_sock_get_recv_buf_size(closed, (uint32_t *)g.slot));
    EXPECT_ONLY(0, g);
}

WAMR_ONLY(wamr_a_result_beyond_memory_is_efault_and_opens_nothing)
{
    int listener = stream_listener(AF_INET);
    int client = stream_connected_to(listener);
    EXPECT_EQ(FAULT, wamr_sock_open(-1, 0, 1, last_byte()));
    EXPECT_EQ(FAULT, wamr_sock_accept(listener, 0, last_byte()));
    EXPECT_EQ(client + 1, EXPECT_OK(accept(listener, NULL, NULL)));
}

WAMR_ONLY(wamr_a_bad_pointer_to_receive_into_takes_nothing)
{
    struct pair p = pair_with_text("kept");
    char buffer[4];
    uint32_t len = 0;
    uint16_t flags = 0;
    wamr_iovec good = {buffer, 4};
    wamr_iovec bad[] = {{buffer, 2}, {last_byte(), 2}};
    EXPECT_EQ(FAULT, wamr_sock_recv(p.server, bad, 2, 0, &len, &flags));
    EXPECT_EQ(FAULT, wamr_sock_recv(p.server, last_byte(), 1, 0, &len, &flags));
    EXPECT_EQ(FAULT, wamr_sock_recv(p.server, &good, 1, 0, last_byte(), &flags));
    EXPECT_EQ(FAULT, wamr_sock_recv(p.server, &good, 1, 0, &len, last_byte()));
    EXPECT_EQ(FAULT, wamr_sock_recv_from(p.server, &good, 1, 0, last_byte(), &len));
    expect_text(p.server, "kept");
}

WAMR_ONLY(wamr_a_bad_pointer_to_send_from_sends_nothing)
{
    struct pair p = stream_pair(AF_INET);
    uint32_t len = 0;
    wamr_iovec good = {"abc", 3};
    wamr_iovec bad[] = {{"abc", 3}, {last_byte(), 2}};
    EXPECT_EQ(FAULT, wamr_sock_send(p.client, bad, 2, 0, &len));
    EXPECT_EQ(FAULT, wamr_sock_send(p.client, last_byte(), 1, 0, &len));
    EXPECT_EQ(FAULT, wamr_sock_send(p.client, &good, 1, 0, last_byte()));
    EXPECT_EQ(0, poll_one(p.server, POLLIN, 30));
}

WAMR_ONLY(wamr_bad_pointers_to_addresses_and_options_are_efault)
{
    int fd = stream_socket(AF_INET);
    uint32_t total = 0;
    wamr_hints hints = {.type = 1, .family = 0, .enabled = 1};
    // A page of its own: the end of the old memory belongs to malloc.
    EXPECT(__builtin_wasm_memory_grow(0, 1) != SIZE_MAX);
    char *no_end = (char *)last_byte() - 7;
    memset(no_end, 'a', 8);
    EXPECT_EQ(FAULT, wamr_sock_bind(fd, last_byte()));
    EXPECT_EQ(FAULT, wamr_sock_connect(fd, last_byte()));
    EXPECT_EQ(FAULT, wamr_sock_addr_local(fd, last_byte()));
    EXPECT_EQ(FAULT, wamr_sock_get_recv_buf_size(fd, last_byte()));
    EXPECT_EQ(FAULT, wamr_sock_get_recv_timeout(fd, last_byte()));
    EXPECT_EQ(FAULT, wamr_sock_addr_resolve(no_end, "", &hints, NULL, 0, &total));
    EXPECT_EQ(FAULT, wamr_sock_addr_resolve("localhost", "", &hints, last_byte(), 4, &total));
    EXPECT_EQ(0, port_of(local_of(fd)));
}

WAMR_ONLY(wamr_a_thousand_and_twenty_four_parts_are_sent)
{
    static wamr_iovec parts[1024];
    static char got[1024];
    struct pair p = stream_pair(AF_INET);
    uint32_t len = 0;
    for (size_t i = 0; i < 1024; i++)
        parts[i] = (wamr_iovec){"x", 1};
    EXPECT_EQ(0, wamr_sock_send(p.client, parts, 1024, 0, &len));
    EXPECT_EQ(1024, len);
    EXPECT_EQ(1024, recv(p.server, got, sizeof got, MSG_WAITALL));
}

WAMR_ONLY(wamr_more_parts_than_1024_are_einval_and_nothing_happens)
{
    static wamr_iovec parts[1025];
    static char byte;
    struct pair p = pair_with_text("kept");
    uint32_t len = 0;
    uint16_t flags = 0;
    for (size_t i = 0; i < 1025; i++)
        parts[i] = (wamr_iovec){&byte, 1};
    EXPECT_EQ(INVAL, wamr_sock_send(p.client, parts, 1025, 0, &len));
    EXPECT_EQ(INVAL, wamr_sock_recv(p.server, parts, 1025, 0, &len, &flags));
    expect_text(p.server, "kept");
    EXPECT_EQ(0, poll_one(p.server, POLLIN, 30));
}

WAMR_ONLY(wamr_a_part_of_the_whole_memory_is_an_honest_length)
{
    struct pair p = pair_with_text("data");
    uint32_t len = 0;
    uint16_t flags = 0;
    static char room[64];
    uint32_t rest = (uint32_t)(uintptr_t)last_byte() + 1 - (uint32_t)(uintptr_t)room;
    wamr_iovec most = {room, rest};
    wamr_iovec too_much = {room, rest + 1};
    wamr_iovec wrapping = {room, UINT32_MAX};
    EXPECT_EQ(FAULT, wamr_sock_recv(p.server, &too_much, 1, 0, &len, &flags));
    EXPECT_EQ(FAULT, wamr_sock_recv(p.server, &wrapping, 1, 0, &len, &flags));
    EXPECT_EQ(0, wamr_sock_recv(p.server, &most, 1, 0, &len, &flags));
    EXPECT_EQ(4, len);
}
