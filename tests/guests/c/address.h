/* Addresses as text, for the demo guests. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include "posix_socket.h"

/* ADDRESS:PORT, and [ADDRESS]:PORT for IPv6. */
#define ADDRESS_TEXT 64

struct address {
    struct sockaddr_storage storage;
    socklen_t len;
};

#define ADDRESS(a) ((struct sockaddr *)&(a).storage)

/* IPv4 or IPv6 by its form. Ends the program with 2 when it is neither, or the port is none. */
struct address address_parse(const char *address, const char *port);
const char *address_text(const struct address *address, char text[ADDRESS_TEXT]);

/* Prints `WHAT: the reason in errno` and ends the program with 1. */
_Noreturn void give_up(const char *what);

#endif
