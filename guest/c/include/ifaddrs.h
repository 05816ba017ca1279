/* <ifaddrs.h> for WASIp1, where some C libraries have the file and none has the functions. Elsewhere the system's.
 *
 * A guest knows the loopback interface and its two addresses: see <net/if.h>.
 */
#ifndef WASI_SOCKET_EXT_IFADDRS_H
#define WASI_SOCKET_EXT_IFADDRS_H

#include "wasi_socket_ext.h"

#ifndef WASI_SOCKET_EXT_DECLARES
#pragma GCC system_header
#include_next <ifaddrs.h>
#else

#ifdef __cplusplus
extern "C" {
#endif

#ifndef _IFADDRS_H
#define _IFADDRS_H

struct ifaddrs {
    struct ifaddrs *ifa_next;
    char *ifa_name;
    unsigned ifa_flags;
    struct sockaddr *ifa_addr;
    struct sockaddr *ifa_netmask;
    union {
        struct sockaddr *ifu_broadaddr;
        struct sockaddr *ifu_dstaddr;
    } ifa_ifu;
    void *ifa_data;
};
#define ifa_broadaddr ifa_ifu.ifu_broadaddr
#define ifa_dstaddr ifa_ifu.ifu_dstaddr

#endif

/* 0, or -1 and ENOMEM. The list is freed whole. */
int getifaddrs(struct ifaddrs **list) WASI_SOCKET_EXT_NAME(getifaddrs);
void freeifaddrs(struct ifaddrs *list) WASI_SOCKET_EXT_NAME(freeifaddrs);

#ifdef __cplusplus
}
#endif

#endif
#endif
