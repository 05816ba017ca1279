/* The interfaces by name: there is one that every host has. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#define LOOPBACK "lo"
#define LOOPBACK_INDEX 1

unsigned int if_nametoindex(const char *name)
{
    if (strcmp(name, LOOPBACK) == 0)
        return LOOPBACK_INDEX;
    wse_fail(ENODEV);
    return 0;
}

char *if_indextoname(unsigned int index, char *name)
{
    if (index == LOOPBACK_INDEX)
        return strcpy(name, LOOPBACK);
    wse_fail(ENXIO);
    return NULL;
}

struct if_nameindex *if_nameindex(void)
{
    static const char loopback[] = LOOPBACK;
    struct if_nameindex *list = calloc(1, 2 * sizeof *list + sizeof loopback);
    if (list == NULL) {
        wse_fail(ENOBUFS);
        return NULL;
    }
    list[0].if_index = LOOPBACK_INDEX;
    list[0].if_name = memcpy(list + 2, loopback, sizeof loopback);
    return list;
}

void if_freenameindex(struct if_nameindex *list)
{
    free(list);
}

WSE_PLAIN(if_nametoindex);
WSE_PLAIN(if_indextoname);
WSE_PLAIN(if_nameindex);
WSE_PLAIN(if_freenameindex);
