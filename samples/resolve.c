/* Prints the addresses of HOST with the port of SERVICE, as getaddrinfo gives them for streams. */
#include "common.h"

int main(int argc, char **argv)
{
    char text[ENDPOINT_TEXT];
    expect_arguments(argc, 3, "resolve HOST SERVICE any|ipv4|ipv6");
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *found;
    if (strcmp(argv[3], "ipv4") == 0)
        hints.ai_family = AF_INET;
    else if (strcmp(argv[3], "ipv6") == 0)
        hints.ai_family = AF_INET6;
    int failed = getaddrinfo(argv[1], argv[2], &hints, &found);
    if (failed) {
        printf("%s is not found\n", argv[1]);
        fprintf(stderr, "%s: %s\n", argv[1], gai_strerror(failed));
        return 1;
    }
    for (const struct addrinfo *at = found; at; at = at->ai_next) {
        struct endpoint endpoint = {.len = at->ai_addrlen};
        memcpy(&endpoint.addr, at->ai_addr, at->ai_addrlen);
        printf("%s\n", endpoint_text(&endpoint, text));
    }
    freeaddrinfo(found);
    return 0;
}
