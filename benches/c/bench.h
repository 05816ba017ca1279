/* What the cases share: how long to measure, sockets on loopback, and the one way to fail. */
#ifndef BENCH_H
#define BENCH_H

#include "posix_socket.h"

#include <stddef.h>
#include <stdint.h>

/* The first byte of each connection tells the peer what it is for. */
enum role {
    ROLE_ECHO = 'e',   /* send back what comes, to the end */
    ROLE_SINK = 's',   /* take what comes; at its end answer one byte */
    ROLE_SOURCE = 'g', /* give bytes until the reader goes */
    ROLE_IDLE = 'i',   /* stay open and silent */
};

/* One run of one case: what it is told and what it found. */
struct run {
    struct sockaddr_in peer; /* of the cases that have one; else all zero */
    int64_t for_ns;          /* how long to measure */
    int64_t started;
    uint64_t done; /* operations, or bytes */
};

void fail(const char *what);
int64_t now_ns(void);

/* Starts the clock; what was done until here was warming up. */
void start(struct run *run);

/* True until the time is over. */
int running(const struct run *run);

struct sockaddr_in loopback(void);
int tcp_socket(void);
int tcp_listener(struct sockaddr_in *at);
int dial(const struct sockaddr_in *to);
int dial_peer(const struct run *run, enum role role);

/* A connection with both ends here. */
void tcp_pair(int ends[2]);

void send_all(int fd, const void *data, size_t len);
void recv_all(int fd, void *data, size_t len);

/* The cases, each in nanoseconds or things a second: cases.c. */
double self_round_trip(struct run *run, size_t size);
double echo_round_trip(struct run *run, size_t size);
double bulk_up(struct run *run, size_t size);
double bulk_down(struct run *run, size_t size);
double connections(struct run *run, size_t unused);
double datagrams(struct run *run, size_t burst);
double poll_among(struct run *run, size_t idle);

/* What only the native program does: native.c. */
#ifndef __wasi__
int peer(void);
int launch(char **command);
void raise_descriptor_limit(void);
#endif

#endif
