#include "address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct address address_parse(const char *address, const char *port)
{
    struct address out = {.len = 0};
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    char *end = NULL;
    long number = strtol(port, &end, 10);
    if (end == port || *end != '\0' || number < 0 || number > 65535) {
        fprintf(stderr, "`%s` is no port\n", port);
        exit(2);
    }
    if (inet_pton(AF_INET, address, &v4.sin_addr) == 1) {
        v4.sin_port = htons((uint16_t)number);
        out.len = sizeof v4;
        memcpy(&out.storage, &v4, sizeof v4);
    } else if (inet_pton(AF_INET6, address, &v6.sin6_addr) == 1) {
        v6.sin6_port = htons((uint16_t)number);
        out.len = sizeof v6;
        memcpy(&out.storage, &v6, sizeof v6);
    } else {
        fprintf(stderr, "`%s` is no address\n", address);
        exit(2);
    }
    return out;
}

const char *address_text(const struct address *address, char text[ADDRESS_TEXT])
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    char ip[INET6_ADDRSTRLEN] = "?";
    memcpy(&v4, &address->storage, sizeof v4);
    memcpy(&v6, &address->storage, sizeof v6);
    if (address->storage.ss_family == AF_INET) {
        inet_ntop(AF_INET, &v4.sin_addr, ip, sizeof ip);
        snprintf(text, ADDRESS_TEXT, "%s:%d", ip, ntohs(v4.sin_port));
    } else {
        inet_ntop(AF_INET6, &v6.sin6_addr, ip, sizeof ip);
        snprintf(text, ADDRESS_TEXT, "[%s]:%d", ip, ntohs(v6.sin6_port));
    }
    return text;
}

void give_up(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}
