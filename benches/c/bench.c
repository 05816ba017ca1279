/* bench: one case of socket work, measured. The same source natively and as a guest.
 *
 *   bench CASE MILLISECONDS [PORT]   run it; prints `CASE NUMBER UNIT`
 *   bench peer                       natively: the other end of the cases that take a PORT
 *   bench launch PROGRAM [ARG...]    natively: run it; prints the time it took and its peak of memory
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct bench_case {
    const char *name;
    const char *unit;
    double (*measure)(struct run *run, size_t size);
    size_t size;
};

static const struct bench_case CASES[] = {
    {"self-1", "ns", self_round_trip, 1},
    {"self-1k", "ns", self_round_trip, 1024},
    {"echo-1", "ns", echo_round_trip, 1},
    {"echo-1k", "ns", echo_round_trip, 1024},
    {"up-4k", "B/s", bulk_up, 4096},
    {"up-64k", "B/s", bulk_up, 65536},
    {"down-4k", "B/s", bulk_down, 4096},
    {"down-64k", "B/s", bulk_down, 65536},
    {"connect", "1/s", connections, 0},
    {"udp-1", "1/s", datagrams, 1},
    {"udp-32", "1/s", datagrams, 32},
    {"poll-100", "ns", poll_among, 100},
    {"poll-1000", "ns", poll_among, 1000},
    {"poll-5000", "ns", poll_among, 5000},
};

static int run_case(const struct bench_case *one, int argc, char **argv)
{
    struct run run = {.for_ns = atoll(argv[2]) * 1000000};
    if (argc > 3) {
        run.peer = loopback();
        run.peer.sin_port = htons((uint16_t)atoi(argv[3]));
    }
    printf("%s %.1f %s\n", one->name, one->measure(&run, one->size), one->unit);
    return 0;
}

int main(int argc, char **argv)
{
#ifndef __wasi__
    raise_descriptor_limit();
    if (argc == 2 && strcmp(argv[1], "peer") == 0)
        return peer();
    if (argc > 2 && strcmp(argv[1], "launch") == 0)
        return launch(argv + 2);
#endif
    for (size_t i = 0; argc > 2 && i < sizeof CASES / sizeof CASES[0]; i++)
        if (strcmp(argv[1], CASES[i].name) == 0)
            return run_case(&CASES[i], argc, argv);
    fprintf(stderr, "usage: bench CASE MILLISECONDS [PORT]; the cases are");
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        fprintf(stderr, " %s", CASES[i].name);
    fprintf(stderr, "\n");
    return 2;
}

void fail(const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
    exit(1);
}

int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void start(struct run *run)
{
    run->done = 0;
    run->started = now_ns();
}

int running(const struct run *run)
{
    return now_ns() - run->started < run->for_ns;
}
