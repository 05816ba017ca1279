/* POSIX sockets for the test guests, the same for every dialect; natively just the system's headers.
 *
 * In a core module each POSIX name is a macro for one of the shim's (../shim), so that a libc that
 * defines some of them (Debian's has accept, send, recv, getsockopt) neither collides nor wins. In a
 * component they are the C library's own, of which WASIp1's headers declare a part.
 */
#ifndef POSIX_SOCKET_H
#define POSIX_SOCKET_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef __wasi__
#include <netdb.h>
#else

#define SO_REUSEADDR 2
#define SO_BROADCAST 6
#define SO_SNDBUF 7
#define SO_RCVBUF 8
#define SO_KEEPALIVE 9
#define SO_LINGER 13
#define SO_REUSEPORT 15
#define SO_RCVTIMEO 66
#define SO_SNDTIMEO 67

#define EAI_NONAME (-2)
#define EAI_AGAIN (-3)
#define EAI_FAIL (-4)
#define EAI_MEMORY (-10)
#define EAI_SYSTEM (-11)

#ifdef GUEST_IS_A_COMPONENT
/* The numbers of WASIp2's C library, where its headers differ from WASIp1's. */
#undef MSG_PEEK
#undef MSG_TRUNC
#undef MSG_WAITALL
#define MSG_PEEK 0x0002
#define MSG_TRUNC 0x0020
#define MSG_WAITALL 0x0100
/* It has neither of the two: ../shim/component.c does. */
#define sendmsg shim_sendmsg
#define recvmsg shim_recvmsg
#else
/* Debian's header says MSG_TRUNC is a macro that it does not define. */
#undef MSG_TRUNC
#define MSG_TRUNC 1
#define socket shim_socket
#define bind shim_bind
#define listen shim_listen
#define accept shim_accept
#define accept4 shim_accept4
#define connect shim_connect
#define getsockname shim_getsockname
#define getpeername shim_getpeername
#define send shim_send
#define sendto shim_sendto
#define sendmsg shim_sendmsg
#define recv shim_recv
#define recvfrom shim_recvfrom
#define recvmsg shim_recvmsg
#define getsockopt shim_getsockopt
#define setsockopt shim_setsockopt
#define getaddrinfo shim_getaddrinfo
#define freeaddrinfo shim_freeaddrinfo
#define gai_strerror shim_gai_strerror
#endif

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

int socket(int family, int type, int protocol);
int bind(int fd, const struct sockaddr *addr, socklen_t len);
int listen(int fd, int backlog);
int connect(int fd, const struct sockaddr *addr, socklen_t len);
int getsockname(int fd, struct sockaddr *addr, socklen_t *len);
int getpeername(int fd, struct sockaddr *addr, socklen_t *len);

/* addr may be NULL. Of the flags only SOCK_NONBLOCK means something. */
int accept(int fd, struct sockaddr *addr, socklen_t *len);
int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags);

/* Flags: none to send, MSG_PEEK and MSG_WAITALL to receive. recvmsg reports MSG_TRUNC when no
 * name is asked for; control data does not exist. */
ssize_t send(int fd, const void *data, size_t len, int flags);
ssize_t sendto(int fd, const void *data, size_t len, int flags, const struct sockaddr *to,
               socklen_t to_len);
ssize_t sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t recv(int fd, void *data, size_t len, int flags);
ssize_t recvfrom(int fd, void *data, size_t len, int flags, struct sockaddr *from,
                 socklen_t *from_len);
ssize_t recvmsg(int fd, struct msghdr *message, int flags);

int getsockopt(int fd, int level, int option, void *value, socklen_t *len);
int setsockopt(int fd, int level, int option, const void *value, socklen_t len);

/* node must be there; of the hints family and socket type count. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **found);
void freeaddrinfo(struct addrinfo *list);
const char *gai_strerror(int code);

#endif
#endif
