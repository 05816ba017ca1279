/* Berkeley sockets for WASIp1: a program written for Linux compiles for `iwasm`, and for WAMR, with this one line:
 *
 *     #include <wasi_socket_ext.h>
 *
 * It stands before the first use of a socket function, among the other includes in any order. With it come <netdb.h>
 * and <net/if.h>, which the C library of WASIp1 lacks, and a <sys/un.h> with the path that its own lacks. A source that
 * includes <sys/socket.h>, as this folder has it, has included this header.
 *
 * Everything is as POSIX has it and Linux does it; the prose below says what is particular. Natively, and from WASIp2
 * on, where the C library has sockets itself, this header is the system's headers and nothing else.
 *
 * The functions that a C library has already (accept, poll and the like, with less in them) are declared under private
 * names: no symbol collides with the C library's, and a program that includes this header never gets the lesser one.
 */
#ifndef WASI_SOCKET_EXT_H
#define WASI_SOCKET_EXT_H

#define WASI_SOCKET_EXT_VERSION "0.1.0"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>

#include "wasi_socket_ext_target.h"

#ifdef WASI_SOCKET_EXT_DECLARES

#include "wasi_socket_ext_numbers.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The symbol that stands for a function in objects which saw this header. */
#define WASI_SOCKET_EXT_NAME(name) __asm__("wasi_socket_ext_" #name)


/* Sockets
 * -------
 *
 * AF_INET, AF_INET6 with SOCK_STREAM, SOCK_DGRAM; and streams of AF_UNIX in programs that include <sys/un.h>. The type takes
 * SOCK_NONBLOCK and SOCK_CLOEXEC; the latter means nothing here, for nothing is executed. What the runtime's policy
 * refuses is EACCES.
 */
int socket(int family, int type, int protocol) WASI_SOCKET_EXT_NAME(socket);

/* A pair of AF_UNIX sockets, connected to each other. It takes an import that WAMR does not have. */
int socketpair(int family, int type, int protocol, int fds[2]) WASI_SOCKET_EXT_NAME(socketpair);

int bind(int fd, const struct sockaddr *addr, socklen_t len) WASI_SOCKET_EXT_NAME(bind);
int listen(int fd, int backlog) WASI_SOCKET_EXT_NAME(listen);

/* Connect, or begin to: EINPROGRESS on a nonblocking socket, until poll finds it writable and SO_ERROR tells how it
 * went. A peer cannot be taken off again with AF_UNSPEC. */
int connect(int fd, const struct sockaddr *addr, socklen_t len) WASI_SOCKET_EXT_NAME(connect);

/* The next connection. addr may be NULL; *len is the room at addr, and becomes the length of the address, which is 0
 * when the peer has gone already. The new socket blocks, whatever the listener does; accept4 takes the flags of
 * socket. */
int accept(int fd, struct sockaddr *__restrict addr, socklen_t *__restrict len) WASI_SOCKET_EXT_NAME(accept);
int accept4(int fd, struct sockaddr *__restrict addr, socklen_t *__restrict len, int flags)
    WASI_SOCKET_EXT_NAME(accept4);

/* Both cut the address off at *len, and leave its whole length there. */
int getsockname(int fd, struct sockaddr *__restrict addr, socklen_t *__restrict len)
    WASI_SOCKET_EXT_NAME(getsockname);
int getpeername(int fd, struct sockaddr *__restrict addr, socklen_t *__restrict len)
    WASI_SOCKET_EXT_NAME(getpeername);


/* Data
 * ----
 *
 * No send raises a signal, so MSG_NOSIGNAL is always welcome. MSG_DONTWAIT makes one call nonblocking. Flags without a
 * meaning here, MSG_OOB among them, are EOPNOTSUPP.
 */
ssize_t send(int fd, const void *data, size_t size, int flags) WASI_SOCKET_EXT_NAME(send);

/* to may be NULL: the peer. On a connected stream it does not count. */
ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *to, socklen_t len)
    WASI_SOCKET_EXT_NAME(sendto);

/* Control data is EOPNOTSUPP, but for IP_PKTINFO and IPV6_PKTINFO, which are passed over: the system picks the
 * source. */
ssize_t sendmsg(int fd, const struct msghdr *message, int flags) WASI_SOCKET_EXT_NAME(sendmsg);

/* Flags: MSG_PEEK, MSG_WAITALL, MSG_DONTWAIT; and MSG_TRUNC, for the whole length of a datagram. */
ssize_t recv(int fd, void *data, size_t size, int flags) WASI_SOCKET_EXT_NAME(recv);
ssize_t recvfrom(int fd, void *__restrict data, size_t size, int flags, struct sockaddr *__restrict from,
                 socklen_t *__restrict len) WASI_SOCKET_EXT_NAME(recvfrom);

/* message->msg_flags tells MSG_TRUNC. There never is control data. */
ssize_t recvmsg(int fd, struct msghdr *message, int flags) WASI_SOCKET_EXT_NAME(recvmsg);

/* A stream never is at a mark: 0. Of anything else, ENOTTY. */
int sockatmark(int fd) WASI_SOCKET_EXT_NAME(sockatmark);


/* Options
 * -------
 *
 * A value that is longer than *len is cut off; one that is shorter than the option to set is EINVAL. Of IPPROTO_IP, one
 * byte is taken for a number, as it is elsewhere. An option that is not listed is ENOPROTOOPT.
 *
 *   SOL_SOCKET    SO_BROADCAST SO_KEEPALIVE SO_LINGER SO_RCVBUF SO_RCVTIMEO SO_REUSEADDR SO_REUSEPORT SO_SNDBUF
 *                 SO_SNDTIMEO; to read only: SO_DOMAIN SO_PROTOCOL SO_SNDLOWAT SO_TYPE
 *                 not in WAMR: SO_DONTROUTE SO_OOBINLINE SO_RCVLOWAT; to read only: SO_ACCEPTCONN SO_ERROR
 *   IPPROTO_TCP   TCP_FASTOPEN_CONNECT TCP_KEEPIDLE TCP_KEEPINTVL TCP_NODELAY TCP_QUICKACK
 *   IPPROTO_IP    IP_MULTICAST_LOOP IP_MULTICAST_TTL IP_TTL; to set only: IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP
 *                 MCAST_JOIN_GROUP MCAST_LEAVE_GROUP
 *   IPPROTO_IPV6  IPV6_MULTICAST_LOOP IPV6_V6ONLY; to set only: IPV6_JOIN_GROUP IPV6_LEAVE_GROUP MCAST_JOIN_GROUP
 *                 MCAST_LEAVE_GROUP
 *                 not in WAMR: IPV6_UNICAST_HOPS
 */
int getsockopt(int fd, int level, int option, void *__restrict value, socklen_t *__restrict len)
    WASI_SOCKET_EXT_NAME(getsockopt);
int setsockopt(int fd, int level, int option, const void *value, socklen_t len) WASI_SOCKET_EXT_NAME(setsockopt);

/* The two of above: of any option, of those in WAMR or WasmEdge, and of those in WAMR only. */
int wasi_socket_ext_get_any(int fd, int level, int option, void *value, socklen_t *len);
int wasi_socket_ext_set_any(int fd, int level, int option, const void *value, socklen_t len);
int wasi_socket_ext_get_edge(int fd, int level, int option, void *value, socklen_t *len);
int wasi_socket_ext_set_edge(int fd, int level, int option, const void *value, socklen_t len);
int wasi_socket_ext_get_common(int fd, int level, int option, void *value, socklen_t *len);
int wasi_socket_ext_set_common(int fd, int level, int option, const void *value, socklen_t len);

/* Known while compiling to be in WAMR or WasmEdge; to be in WAMR. */
#define WASI_SOCKET_EXT_IS_EDGE(level, option)                \
    (__builtin_constant_p(level) && __builtin_constant_p(option) && \
     ((level) != IPPROTO_IPV6 || (option) != IPV6_UNICAST_HOPS))
#define WASI_SOCKET_EXT_IS_COMMON(level, option)                                                             \
    (WASI_SOCKET_EXT_IS_EDGE(level, option) &&                                                               \
     ((level) != SOL_SOCKET || ((option) != SO_ACCEPTCONN && (option) != SO_DONTROUTE && (option) != SO_ERROR && \
                                (option) != SO_OOBINLINE && (option) != SO_RCVLOWAT)))

#ifndef WASI_SOCKET_EXT_NO_INLINE
/* What WAMR lacks takes an import that it lacks. An optimised program that names only other options has no such import,
 * and so runs on WAMR without a complaint. */
extern __inline__ __attribute__((__gnu_inline__, __always_inline__)) int
getsockopt(int fd, int level, int option, void *__restrict value, socklen_t *__restrict len)
{
    if (WASI_SOCKET_EXT_IS_COMMON(level, option))
        return wasi_socket_ext_get_common(fd, level, option, value, len);
    return WASI_SOCKET_EXT_IS_EDGE(level, option) ? wasi_socket_ext_get_edge(fd, level, option, value, len)
                                                  : wasi_socket_ext_get_any(fd, level, option, value, len);
}

extern __inline__ __attribute__((__gnu_inline__, __always_inline__)) int
setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
    if (WASI_SOCKET_EXT_IS_COMMON(level, option))
        return wasi_socket_ext_set_common(fd, level, option, value, len);
    return WASI_SOCKET_EXT_IS_EDGE(level, option) ? wasi_socket_ext_set_edge(fd, level, option, value, len)
                                                  : wasi_socket_ext_set_any(fd, level, option, value, len);
}
#endif


/* Waiting
 * -------
 *
 * As on Linux: a failed connect is POLLERR together with what was asked for, and readable and writable to select; an
 * entry below zero is passed over; no entries at all is a sleep. POLLPRI never comes, and the third set of select
 * comes back empty. An entry that asks for nothing is told of POLLNVAL only. There are no signals: a mask does not
 * count.
 */
int poll(struct pollfd *fds, nfds_t count, int milliseconds) WASI_SOCKET_EXT_NAME(poll);
int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
    WASI_SOCKET_EXT_NAME(ppoll);
int select(int limit, fd_set *__restrict in, fd_set *__restrict out, fd_set *__restrict except,
           struct timeval *__restrict timeout) WASI_SOCKET_EXT_NAME(select);
int pselect(int limit, fd_set *__restrict in, fd_set *__restrict out, fd_set *__restrict except,
            const struct timespec *__restrict timeout, const sigset_t *__restrict mask)
    WASI_SOCKET_EXT_NAME(pselect);


/* Addresses as text, and this host
 * --------------------------------
 *
 * inet_aton, inet_ntop, inet_pton and the byte orders are the C library's. The text of inet_ntoa lasts until the same
 * thread's next call. A guest does not know the name of its host: gethostname says "localhost".
 */
in_addr_t inet_addr(const char *text) WASI_SOCKET_EXT_NAME(inet_addr);
in_addr_t inet_network(const char *text) WASI_SOCKET_EXT_NAME(inet_network);
char *inet_ntoa(struct in_addr addr) WASI_SOCKET_EXT_NAME(inet_ntoa);
struct in_addr inet_makeaddr(in_addr_t net, in_addr_t host) WASI_SOCKET_EXT_NAME(inet_makeaddr);
in_addr_t inet_lnaof(struct in_addr addr) WASI_SOCKET_EXT_NAME(inet_lnaof);
in_addr_t inet_netof(struct in_addr addr) WASI_SOCKET_EXT_NAME(inet_netof);
int gethostname(char *name, size_t size) WASI_SOCKET_EXT_NAME(gethostname);

#ifdef __cplusplus
}
#endif

#include "net/if.h"
#include "netdb.h"

#else

#if __has_include(<net/if.h>)
#include <net/if.h>
#endif
#include <netdb.h>

#endif

#endif
