/* freeaddrinfo. */
#include "internal.h"

#include <stdlib.h>

void freeaddrinfo(struct addrinfo *list)
{
    while (list != NULL) {
        struct addrinfo *next = list->ai_next;
        free(list->ai_canonname);
        free(list);
        list = next;
    }
}

WSE_PLAIN(freeaddrinfo);
