/* h_errno, and its texts. */
#include "internal.h"

#include <stdio.h>

static _Thread_local int code;

int *__h_errno_location(void)
{
    return &code;
}

const char *hstrerror(int number)
{
    switch (number) {
    case 0:
        return "No error";
    case HOST_NOT_FOUND:
        return "No such host";
    case TRY_AGAIN:
        return "The name server does not answer for now";
    case NO_RECOVERY:
        return "The name server failed";
    case NO_DATA:
        return "The host has no address";
    default:
        return "Unknown error";
    }
}

void herror(const char *before)
{
    if (before != NULL && *before != '\0')
        fprintf(stderr, "%s: ", before);
    fprintf(stderr, "%s\n", hstrerror(code));
}

WSE_PLAIN(hstrerror);
WSE_PLAIN(herror);
