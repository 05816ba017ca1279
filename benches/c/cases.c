/* The cases. Each warms up, then works until its time is over, in batches: the clock is read between them. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH = 64 };

static double each_ns(const struct run *run)
{
    return (double)(now_ns() - run->started) / (double)run->done;
}

static double each_second(const struct run *run)
{
    return (double)run->done * 1e9 / (double)(now_ns() - run->started);
}

static void there_and_back(const int ends[2], char *data, size_t size)
{
    for (int i = 0; i < BATCH; i++) {
        send_all(ends[0], data, size);
        recv_all(ends[1], data, size);
        send_all(ends[1], data, size);
        recv_all(ends[0], data, size);
    }
}

double self_round_trip(struct run *run, size_t size)
{
    static char data[1024];
    int ends[2];
    tcp_pair(ends);
    there_and_back(ends, data, size);
    for (start(run); running(run); run->done += BATCH)
        there_and_back(ends, data, size);
    return each_ns(run);
}

static void ask_and_hear(int fd, char *data, size_t size)
{
    for (int i = 0; i < BATCH; i++) {
        send_all(fd, data, size);
        recv_all(fd, data, size);
    }
}

double echo_round_trip(struct run *run, size_t size)
{
    static char data[1024];
    int fd = dial_peer(run, ROLE_ECHO);
    ask_and_hear(fd, data, size);
    for (start(run); running(run); run->done += BATCH)
        ask_and_hear(fd, data, size);
    return each_ns(run);
}

double bulk_up(struct run *run, size_t size)
{
    static char data[65536];
    int fd = dial_peer(run, ROLE_SINK);
    send_all(fd, data, size);
    for (start(run); running(run);)
        for (int i = 0; i < BATCH; i++, run->done += size)
            send_all(fd, data, size);
    // The answer comes when the last byte was taken.
    if (shutdown(fd, SHUT_WR))
        fail("shutdown");
    recv_all(fd, data, 1);
    return each_second(run);
}

double bulk_down(struct run *run, size_t size)
{
    static char data[65536];
    int fd = dial_peer(run, ROLE_SOURCE);
    recv_all(fd, data, size);
    for (start(run); running(run);)
        for (int i = 0; i < BATCH; i++) {
            ssize_t n = recv(fd, data, size, 0);
            if (n <= 0)
                fail("recv");
            run->done += (uint64_t)n;
        }
    return each_second(run);
}

static void one_connection(int listener, const struct sockaddr_in *at)
{
    int client = dial(at);
    int server = accept(listener, NULL, NULL);
    if (server < 0)
        fail("accept");
    close(client);
    close(server);
}

double connections(struct run *run, size_t unused)
{
    (void)unused;
    struct sockaddr_in at;
    int listener = tcp_listener(&at);
    for (int i = 0; i < BATCH; i++)
        one_connection(listener, &at);
    for (start(run); running(run);)
        for (int i = 0; i < BATCH; i++, run->done++)
            one_connection(listener, &at);
    return each_second(run);
}

static int udp_socket(struct sockaddr_in *at)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    socklen_t len = sizeof *at;
    *at = loopback();
    if (fd < 0 || bind(fd, (struct sockaddr *)at, sizeof *at) ||
        getsockname(fd, (struct sockaddr *)at, &len))
        fail("a datagram socket");
    return fd;
}

static void burst_of(size_t burst, int from, int to, const struct sockaddr_in *at)
{
    char data[64] = "datagram";
    struct sockaddr_in sender;
    for (size_t i = 0; i < burst; i++)
        if (sendto(from, data, sizeof data, 0, (const struct sockaddr *)at, sizeof *at) < 0)
            fail("sendto");
    for (size_t i = 0; i < burst; i++) {
        socklen_t len = sizeof sender;
        if (recvfrom(to, data, sizeof data, 0, (struct sockaddr *)&sender, &len) < 0)
            fail("recvfrom");
    }
}

double datagrams(struct run *run, size_t burst)
{
    struct sockaddr_in here, there;
    int from = udp_socket(&here), to = udp_socket(&there);
    burst_of(burst, from, to, &there);
    for (start(run); running(run);)
        for (int i = 0; i < BATCH; i++, run->done += burst)
            burst_of(burst, from, to, &there);
    return each_second(run);
}

static void wake_and_take(const int ends[2], struct pollfd *all, size_t n)
{
    char byte = 'x';
    send_all(ends[0], &byte, 1);
    if (poll(all, (nfds_t)n, -1) != 1 || !(all[n - 1].revents & POLLIN))
        fail("poll: not the one active connection");
    recv_all(ends[1], &byte, 1);
}

// The other ends of the idle connections are the peer's, so that each process holds only one of each.
double poll_among(struct run *run, size_t idle)
{
    struct pollfd *all = calloc(idle + 1, sizeof *all);
    int ends[2];
    if (all == NULL)
        fail("memory");
    for (size_t i = 0; i < idle; i++)
        all[i] = (struct pollfd){.fd = dial_peer(run, ROLE_IDLE), .events = POLLIN};
    tcp_pair(ends);
    all[idle] = (struct pollfd){.fd = ends[1], .events = POLLIN};
    for (int i = 0; i < 8; i++)
        wake_and_take(ends, all, idle + 1);
    for (start(run); running(run);)
        for (int i = 0; i < 8; i++, run->done++)
            wake_and_take(ends, all, idle + 1);
    return each_ns(run);
}
