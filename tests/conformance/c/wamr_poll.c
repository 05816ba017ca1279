/* poll_oneoff itself: absolute clocks beside descriptors, both kinds of clock, counts.
 *
 * Compiled for Wasm only.
 */
#include "loopback.h"

#include <string.h>
#include <wasi/api.h>

#define MILLISECOND UINT64_C(1000000)

static __wasi_subscription_t clock_in(uint64_t userdata, __wasi_clockid_t id, uint64_t ms)
{
    __wasi_subscription_t out = {.userdata = userdata};
    out.u.tag = __WASI_EVENTTYPE_CLOCK;
    out.u.u.clock.id = id;
    out.u.u.clock.timeout = ms * MILLISECOND;
    return out;
}

static __wasi_subscription_t clock_at(uint64_t userdata, __wasi_clockid_t id, uint64_t ms)
{
    __wasi_subscription_t out = clock_in(userdata, id, 0);
    __wasi_timestamp_t now = 0;
    EXPECT_EQ(0, __wasi_clock_time_get(id, 1, &now));
    out.u.u.clock.timeout = now + ms * MILLISECOND;
    out.u.u.clock.flags = __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME;
    return out;
}

static __wasi_subscription_t readable(uint64_t userdata, int fd)
{
    __wasi_subscription_t out = {.userdata = userdata};
    out.u.tag = __WASI_EVENTTYPE_FD_READ;
    out.u.u.fd_read.file_descriptor = fd;
    return out;
}

/* Polls, and gives the only event there may be. */
static __wasi_event_t only_event(const __wasi_subscription_t *in, size_t n)
{
    __wasi_event_t out[8];
    __wasi_size_t count = 99;
    EXPECT(n <= 8);
    EXPECT_EQ(0, __wasi_poll_oneoff(in, out, n, &count));
    EXPECT_EQ(1, count);
    return out[0];
}

static void expect_clock_beside_a_quiet_socket(__wasi_subscription_t clock)
{
    struct pair p = stream_pair(AF_INET);
    __wasi_subscription_t in[] = {readable(1, p.server), clock};
    long long start = now_ms();
    __wasi_event_t event = only_event(in, 2);
    EXPECT_EQ(clock.userdata, event.userdata);
    EXPECT_EQ(__WASI_EVENTTYPE_CLOCK, event.type);
    EXPECT_EQ(0, event.error);
    EXPECT(now_ms() - start >= 80);
    EXPECT(now_ms() - start < 3000);
}

WAMR_ONLY(wamr_an_absolute_monotonic_clock_ends_a_poll_of_sockets)
{
    expect_clock_beside_a_quiet_socket(clock_at(7, __WASI_CLOCKID_MONOTONIC, 100));
}

WAMR_ONLY(wamr_an_absolute_wall_clock_ends_a_poll_of_sockets)
{
    expect_clock_beside_a_quiet_socket(clock_at(7, __WASI_CLOCKID_REALTIME, 100));
}

WAMR_ONLY(wamr_a_relative_monotonic_clock_ends_a_poll_of_sockets)
{
    expect_clock_beside_a_quiet_socket(clock_in(7, __WASI_CLOCKID_MONOTONIC, 100));
}

WAMR_ONLY(wamr_a_relative_wall_clock_ends_a_poll_of_sockets)
{
    expect_clock_beside_a_quiet_socket(clock_in(7, __WASI_CLOCKID_REALTIME, 100));
}

WAMR_ONLY(wamr_of_several_clocks_the_first_to_pass_ends_the_poll)
{
    struct pair p = stream_pair(AF_INET);
    __wasi_subscription_t in[] = {
        clock_in(1, __WASI_CLOCKID_MONOTONIC, 9000), clock_at(2, __WASI_CLOCKID_REALTIME, 8000),
        readable(3, p.server), clock_at(4, __WASI_CLOCKID_MONOTONIC, 100),
        clock_in(5, __WASI_CLOCKID_REALTIME, 7000),
    };
    long long start = now_ms();
    EXPECT_EQ(4, only_event(in, 5).userdata);
    EXPECT(now_ms() - start >= 80);
    EXPECT(now_ms() - start < 3000);
}

WAMR_ONLY(wamr_a_clock_that_has_passed_ends_a_poll_at_once)
{
    struct pair p = stream_pair(AF_INET);
    __wasi_subscription_t past = clock_at(2, __WASI_CLOCKID_MONOTONIC, 0);
    __wasi_subscription_t in[] = {readable(1, p.server), past};
    past.u.u.clock.timeout = 0;
    long long start = now_ms();
    EXPECT_EQ(2, only_event(in, 2).userdata);
    EXPECT(now_ms() - start < 2000);
}

WAMR_ONLY(wamr_ready_bytes_come_before_a_distant_clock)
{
    struct pair p = stream_pair(AF_INET);
    __wasi_subscription_t in[] = {clock_in(1, __WASI_CLOCKID_MONOTONIC, 9000),
                                  readable(UINT64_MAX, p.server)};
    send_text(p.client, "hello");
    __wasi_event_t event = only_event(in, 2);
    EXPECT_EQ((long long)UINT64_MAX, event.userdata);
    EXPECT_EQ(__WASI_EVENTTYPE_FD_READ, event.type);
    EXPECT_EQ(5, event.fd_readwrite.nbytes);
    EXPECT_EQ(0, event.fd_readwrite.flags);
}

WAMR_ONLY(wamr_an_event_is_32_bytes_and_no_more_are_written)
{
    struct pair p = stream_pair(AF_INET);
    __wasi_subscription_t in[] = {readable(1, p.server), readable(2, p.client)};
    union {
        __wasi_event_t events[3];
        uint8_t bytes[3 * sizeof(__wasi_event_t)];
    } out;
    __wasi_size_t count[2] = {0, 0x3f3f3f3f};
    memset(&out, '?', sizeof out);
    send_text(p.client, "x");
    EXPECT_EQ(0, __wasi_poll_oneoff(in, out.events, 2, &count[0]));
    EXPECT_EQ(1, count[0]);
    EXPECT_EQ(0x3f3f3f3f, count[1]);
    for (size_t i = 32; i < sizeof out; i++)
        EXPECT_EQ('?', out.bytes[i]);
}

WAMR_ONLY(wamr_a_bad_descriptor_is_an_event_of_its_own)
{
    int fd = stream_socket(AF_INET);
    EXPECT_OK(close(fd));
    __wasi_subscription_t in[] = {readable(9, fd), clock_in(1, __WASI_CLOCKID_MONOTONIC, 9000)};
    __wasi_event_t event = only_event(in, 2);
    EXPECT_EQ(9, event.userdata);
    EXPECT_EQ(__WASI_ERRNO_BADF, event.error);
}

WAMR_ONLY(wamr_a_poll_of_nothing_is_einval)
{
    __wasi_subscription_t in = {0};
    __wasi_event_t out;
    __wasi_size_t count = 0;
    EXPECT_EQ(__WASI_ERRNO_INVAL, __wasi_poll_oneoff(&in, &out, 0, &count));
}

WAMR_ONLY(wamr_a_finished_stream_says_so_in_its_event)
{
    struct pair p = stream_pair(AF_INET);
    __wasi_subscription_t in[] = {readable(1, p.server)};
    EXPECT_OK(shutdown(p.server, SHUT_WR));
    EXPECT_OK(close(p.client));
    expect_end_of_stream(p.server);
    __wasi_event_t event = only_event(in, 1);
    EXPECT_EQ(0, event.fd_readwrite.nbytes);
    EXPECT(event.fd_readwrite.flags & __WASI_EVENTRWFLAGS_FD_READWRITE_HANGUP);
}
