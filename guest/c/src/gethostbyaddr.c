/* gethostbyaddr. No import looks an address up. */
#include "internal.h"

struct hostent *gethostbyaddr(const void *addr, socklen_t len, int family)
{
    (void)addr;
    (void)len;
    (void)family;
    h_errno = HOST_NOT_FOUND;
    return NULL;
}

WSE_PLAIN(gethostbyaddr);
