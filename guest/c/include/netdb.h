/* <netdb.h> for WASIp1, whose C library has none: lookups of names, services and protocols. Elsewhere the system's.
 *
 * A name takes a grant of the runtime (`--allow-resolve`); an address, or a service, takes none.
 */
#ifndef WASI_SOCKET_EXT_NETDB_H
#define WASI_SOCKET_EXT_NETDB_H

#include "wasi_socket_ext.h"

#ifndef WASI_SOCKET_EXT_DECLARES
#pragma GCC system_header
#include_next <netdb.h>
#else

#ifdef __cplusplus
extern "C" {
#endif

/* Some toolchains have the file for other targets, and show it: the structures are then already there. */
#ifndef _NETDB_H
#define _NETDB_H

struct addrinfo {
    int ai_flags;
    int ai_family;
    int ai_socktype;
    int ai_protocol;
    socklen_t ai_addrlen;
    struct sockaddr *ai_addr;
    char *ai_canonname;
    struct addrinfo *ai_next;
};

struct hostent {
    char *h_name;
    char **h_aliases;
    int h_addrtype;
    int h_length;
    char **h_addr_list;
};
#define h_addr h_addr_list[0]

struct servent {
    char *s_name;
    char **s_aliases;
    int s_port;
    char *s_proto;
};

struct netent {
    char *n_name;
    char **n_aliases;
    int n_addrtype;
    uint32_t n_net;
};

struct protoent {
    char *p_name;
    char **p_aliases;
    int p_proto;
};

#define AI_PASSIVE 0x01
#define AI_CANONNAME 0x02
#define AI_NUMERICHOST 0x04
#define AI_V4MAPPED 0x08
#define AI_ALL 0x10
#define AI_ADDRCONFIG 0x20
#define AI_NUMERICSERV 0x400

#define NI_NUMERICHOST 0x01
#define NI_NUMERICSERV 0x02
#define NI_NOFQDN 0x04
#define NI_NAMEREQD 0x08
#define NI_DGRAM 0x10
#define NI_NUMERICSCOPE 0x100

#define EAI_BADFLAGS (-1)
#define EAI_NONAME (-2)
#define EAI_AGAIN (-3)
#define EAI_FAIL (-4)
#define EAI_FAMILY (-6)
#define EAI_SOCKTYPE (-7)
#define EAI_SERVICE (-8)
#define EAI_MEMORY (-10)
#define EAI_SYSTEM (-11)
#define EAI_OVERFLOW (-12)

#define HOST_NOT_FOUND 1
#define TRY_AGAIN 2
#define NO_RECOVERY 3
#define NO_DATA 4
#define NO_ADDRESS NO_DATA
#define h_errno (*__h_errno_location())

#endif

#ifndef EAI_NODATA
#define EAI_NODATA (-5)
#endif
#ifndef EAI_ADDRFAMILY
#define EAI_ADDRFAMILY (-9)
#endif
#ifndef NI_MAXHOST
#define NI_MAXHOST 255
#endif
#ifndef NI_MAXSERV
#define NI_MAXSERV 32
#endif


/* Hosts
 * -----
 *
 * All flags and hints are taken. A guest does not learn which addresses its host has, so AI_ADDRCONFIG changes
 * nothing; nor what a name is an alias of, so AI_CANONNAME gives the name that was asked for. EAI_SYSTEM with EACCES
 * in errno is a name that the policy does not grant. Any part of a list may be freed by itself.
 */
int getaddrinfo(const char *__restrict node, const char *__restrict service,
                const struct addrinfo *__restrict hints, struct addrinfo **__restrict found)
    WASI_SOCKET_EXT_NAME(getaddrinfo);
void freeaddrinfo(struct addrinfo *list) WASI_SOCKET_EXT_NAME(freeaddrinfo);
const char *gai_strerror(int code) WASI_SOCKET_EXT_NAME(gai_strerror);

/* Addresses have no names here: the host's text is the address, or EAI_NONAME under NI_NAMEREQD. Services have. */
int getnameinfo(const struct sockaddr *__restrict addr, socklen_t len, char *__restrict host, socklen_t host_size,
                char *__restrict service, socklen_t service_size, int flags) WASI_SOCKET_EXT_NAME(getnameinfo);

/* Each result lasts until the same thread's next call. */
struct hostent *gethostbyname(const char *name) WASI_SOCKET_EXT_NAME(gethostbyname);
struct hostent *gethostbyname2(const char *name, int family) WASI_SOCKET_EXT_NAME(gethostbyname2);
/* Never finds anything: HOST_NOT_FOUND. */
struct hostent *gethostbyaddr(const void *addr, socklen_t len, int family) WASI_SOCKET_EXT_NAME(gethostbyaddr);

int *__h_errno_location(void) WASI_SOCKET_EXT_NAME(h_errno_location);
const char *hstrerror(int code) WASI_SOCKET_EXT_NAME(hstrerror);
void herror(const char *before) WASI_SOCKET_EXT_NAME(herror);


/* Services and protocols
 * ----------------------
 *
 * A service is looked up where the runtime runs, and else in a short list of common ones; a port in that list only. It
 * is that list that getservent walks through. Each thread has a place of its own in a list, which is always held open.
 */
struct servent *getservbyname(const char *name, const char *protocol) WASI_SOCKET_EXT_NAME(getservbyname);
struct servent *getservbyport(int port, const char *protocol) WASI_SOCKET_EXT_NAME(getservbyport);
void setservent(int stay_open) WASI_SOCKET_EXT_NAME(setservent);
struct servent *getservent(void) WASI_SOCKET_EXT_NAME(getservent);
void endservent(void) WASI_SOCKET_EXT_NAME(endservent);
struct protoent *getprotobyname(const char *name) WASI_SOCKET_EXT_NAME(getprotobyname);
struct protoent *getprotobynumber(int number) WASI_SOCKET_EXT_NAME(getprotobynumber);
void setprotoent(int stay_open) WASI_SOCKET_EXT_NAME(setprotoent);
struct protoent *getprotoent(void) WASI_SOCKET_EXT_NAME(getprotoent);
void endprotoent(void) WASI_SOCKET_EXT_NAME(endprotoent);


/* Lists of hosts and networks
 * ---------------------------
 *
 * A guest has none: nothing is ever found.
 */
void sethostent(int stay_open) WASI_SOCKET_EXT_NAME(sethostent);
struct hostent *gethostent(void) WASI_SOCKET_EXT_NAME(gethostent);
void endhostent(void) WASI_SOCKET_EXT_NAME(endhostent);
void setnetent(int stay_open) WASI_SOCKET_EXT_NAME(setnetent);
struct netent *getnetent(void) WASI_SOCKET_EXT_NAME(getnetent);
struct netent *getnetbyname(const char *name) WASI_SOCKET_EXT_NAME(getnetbyname);
struct netent *getnetbyaddr(uint32_t net, int family) WASI_SOCKET_EXT_NAME(getnetbyaddr);
void endnetent(void) WASI_SOCKET_EXT_NAME(endnetent);

#ifdef __cplusplus
}
#endif

#endif
#endif
