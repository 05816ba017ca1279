/* The library's, and what asks the system about an interface: WASIp1 has no such call, so ioctl refuses it. */
#ifndef REAL_NET_IF_H
#define REAL_NET_IF_H

#include_next <net/if.h>
#include <sys/ioctl.h>

#define SIOCGIFADDR 0x8915
#define SIOCGIFINDEX 0x8933

struct ifreq {
    char ifr_name[IFNAMSIZ];
    union {
        struct sockaddr ifr_addr;
        int ifr_ifindex;
    };
};

#endif
