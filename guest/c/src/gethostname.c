/* gethostname. */
#include "internal.h"

#include <string.h>

int gethostname(char *name, size_t size)
{
    static const char here[] = "localhost";
    if (size < sizeof here)
        return wse_fail(ENAMETOOLONG);
    memcpy(name, here, sizeof here);
    return 0;
}

WSE_PLAIN(gethostname);
