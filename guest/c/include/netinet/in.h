/* <netinet/in.h> for WASIp1, whose struct sockaddr_in has no sin_zero. Elsewhere the system's. */
#pragma GCC system_header

#define WASI_SOCKET_EXT_IN_NETINET_IN_H
#include <sys/socket.h>

#include "../wasi_socket_ext_target.h"

/* The C library has the structure in a file of its own, and this is the guard of that. */
#if defined(WASI_SOCKET_EXT_DECLARES) && !defined(__wasilibc___struct_sockaddr_in_h)
#define __wasilibc___struct_sockaddr_in_h

#include <__struct_in_addr.h>
#include <__typedef_in_port_t.h>

struct sockaddr_in {
    sa_family_t sin_family __attribute__((__aligned__)); /* as struct sockaddr is */
    in_port_t sin_port;
    struct in_addr sin_addr;
    unsigned char sin_zero[8];
};
#endif

#include_next <netinet/in.h>
#undef WASI_SOCKET_EXT_IN_NETINET_IN_H

#ifdef WASI_SOCKET_EXT_DECLARES
#include "../wasi_socket_ext.h"
#endif
