/* What every sample needs: the library's header, addresses as text, and an end when something fails. */
#ifndef COMMON_H
#define COMMON_H

/* Natively this is the system's own headers. */
#include <wasi_socket_ext.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ADDRESS:PORT, and [ADDRESS]:PORT for IPv6. */
#define ENDPOINT_TEXT 64

struct endpoint {
    struct sockaddr_storage addr;
    socklen_t len;
};

#define ADDR(endpoint) ((struct sockaddr *)&(endpoint).addr)

/* An address and a port as numbers, of either family; ends the program with 2 when they are none. */
struct endpoint endpoint_of(const char *address, const char *port);
const char *endpoint_text(const struct endpoint *endpoint, char text[ENDPOINT_TEXT]);

/* A socket that is bound to the endpoint; a stream listens. */
int bound(int type, const struct endpoint *at);

/* Says `listening on ENDPOINT`. Whoever waits for that finds the server ready. */
void say_where(int fd);

/* Both of these. */
int serve(int type, struct endpoint at);

/* Sends all of it, however many calls that takes; nothing is lost in silence. */
void send_all(int fd, const char *data, size_t size);

/* A whole number from 0 to most; ends the program with 2 when it is none. */
int number_of(const char *text, int most);

/* Prints how the program is called and ends it with 2, when it was called with other than that many arguments. */
void expect_arguments(int argc, int wanted, const char *usage);

/* Prints `WHAT: the reason in errno` and ends the program with 1. */
_Noreturn void give_up(const char *what);

#endif
