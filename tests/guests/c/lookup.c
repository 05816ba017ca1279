/* lookup NAME [SERVICE]
 *
 * Prints each address of NAME once, with the port of SERVICE; or the error, and ends with 1.
 */
#include "address.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: lookup NAME [SERVICE]\n");
        return 2;
    }
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int code = getaddrinfo(argv[1], argc == 3 ? argv[2] : NULL, &hints, &found);
    if (code != 0) {
        printf("%s: %s\n", argv[1], gai_strerror(code));
        return 1;
    }
    char last[ADDRESS_TEXT] = "";
    for (const struct addrinfo *i = found; i != NULL; i = i->ai_next) {
        struct address one = {.len = i->ai_addrlen};
        char text[ADDRESS_TEXT];
        memcpy(&one.storage, i->ai_addr, i->ai_addrlen);
        if (strcmp(address_text(&one, text), last) != 0)
            printf("%s\n", text);
        memcpy(last, text, sizeof last);
    }
    freeaddrinfo(found);
    return 0;
}
