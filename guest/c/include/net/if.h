/* <net/if.h> for WASIp1, whose C library has none: the interfaces by name. Elsewhere the system's.
 *
 * A guest knows one interface, the loopback: `lo`, with the index 1 that Linux gives it. Any other is unknown, though
 * an index that the guest has from elsewhere can be used.
 */
#ifndef WASI_SOCKET_EXT_NET_IF_H
#define WASI_SOCKET_EXT_NET_IF_H

#include "../wasi_socket_ext.h"

#ifndef WASI_SOCKET_EXT_DECLARES
#pragma GCC system_header
/* The C library of WASIp2 has sockets, and no interfaces. */
#if __has_include_next(<net/if.h>)
#include_next <net/if.h>
#endif
#else

#ifdef __cplusplus
extern "C" {
#endif

#ifndef _NET_IF_H
#define _NET_IF_H

#define IF_NAMESIZE 16
#define IFNAMSIZ IF_NAMESIZE

struct if_nameindex {
    unsigned int if_index;
    char *if_name;
};

#endif

#ifndef IFF_UP
#define IFF_UP 0x1
#define IFF_BROADCAST 0x2
#define IFF_LOOPBACK 0x8
#define IFF_POINTOPOINT 0x10
#define IFF_RUNNING 0x40
#define IFF_MULTICAST 0x1000
#endif

/* The index, or 0 and ENODEV. */
unsigned int if_nametoindex(const char *name) WASI_SOCKET_EXT_NAME(if_nametoindex);
/* The name, written to IF_NAMESIZE bytes; or NULL and ENXIO. */
char *if_indextoname(unsigned int index, char *name) WASI_SOCKET_EXT_NAME(if_indextoname);
/* All there are, up to one with the index 0; NULL and ENOBUFS when there is no memory. */
struct if_nameindex *if_nameindex(void) WASI_SOCKET_EXT_NAME(if_nameindex);
void if_freenameindex(struct if_nameindex *list) WASI_SOCKET_EXT_NAME(if_freenameindex);

#ifdef __cplusplus
}
#endif

#endif
#endif
