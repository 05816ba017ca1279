/* gai_strerror. */
#include "internal.h"

const char *gai_strerror(int code)
{
    switch (code) {
    case EAI_BADFLAGS:
        return "Flags without a meaning here";
    case EAI_NONAME:
        return "No such host or service";
    case EAI_AGAIN:
        return "The name server does not answer for now";
    case EAI_FAIL:
        return "The name server failed";
    case EAI_NODATA:
        return "The host has no address";
    case EAI_FAMILY:
        return "No such family of addresses";
    case EAI_SOCKTYPE:
        return "No such type of sockets";
    case EAI_SERVICE:
        return "No such service for the type of sockets";
    case EAI_ADDRFAMILY:
        return "The host has no address of the family";
    case EAI_MEMORY:
        return "Out of memory";
    case EAI_SYSTEM:
        return "System error: errno tells";
    case EAI_OVERFLOW:
        return "The text does not fit";
    default:
        return "Unknown error";
    }
}

WSE_PLAIN(gai_strerror);
