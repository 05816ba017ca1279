/* Sockets on loopback, ready made. Each helper fails the behaviour when it cannot do its part. */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include "behaviour.h"

struct endpoint {
    struct sockaddr_storage addr;
    socklen_t len;
};

#define ADDR(endpoint) ((struct sockaddr *)&(endpoint).addr)

/* A stream: client connected, server accepted, listener still open. */
struct pair {
    int listener, client, server;
};

/* A text address (v4 or v6 by its form) and a port. */
struct endpoint endpoint_of(const char *address, int port);
struct endpoint loopback(int family);
struct endpoint local_of(int fd);
struct endpoint peer_of(int fd);
int port_of(struct endpoint endpoint);
int same_endpoint(struct endpoint a, struct endpoint b);
/* Whether it is 127.0.0.1, ::1 or ::ffff:127.0.0.1. */
int is_loopback(struct endpoint endpoint);

int stream_socket(int family);
int stream_bound(int family);
int stream_listener(int family);
int stream_connected_to(int listener);
struct pair stream_pair(int family);

int datagram_bound(int family);
/* Two datagram sockets, each connected to the other. */
void datagram_pair(int family, int fds[2]);

void set_nonblocking(int fd, int on);
void set_timeout_ms(int fd, int option, int ms);
int int_option(int fd, int level, int option);
void set_int_option(int fd, int level, int option, int value);

/* Writes everything, and fails on a short write. */
void send_text(int fd, const char *text);
/* Receives exactly this text, however many calls it takes. */
void expect_text(int fd, const char *text);
void expect_end_of_stream(int fd);

/* Sends until nothing more is taken, and leaves the socket blocking. */
void fill(int fd);
/* Receives until nothing more is there, and leaves the socket blocking. */
void drain(int fd);
/* A listener whose backlog is full: a connect to it stays pending. */
int full_listener(void);

/* The revents after at most `ms`. */
int poll_one(int fd, int events, int ms);
long long now_ms(void);
void sleep_ms(int ms);

#endif
