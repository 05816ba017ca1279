/* <sys/un.h> for WASIp1, whose C library's has no path in it. Elsewhere the system's.
 *
 * Including it links the AF_UNIX sockets in: they take imports that WAMR does not have. The path is one of the host's,
 * absolute, and takes a grant of the runtime. No abstract names. struct sockaddr_storage holds a path of 46 bytes at
 * most here: give struct sockaddr_un where a longer one may come.
 */
#ifndef WASI_SOCKET_EXT_SYS_UN_H
#define WASI_SOCKET_EXT_SYS_UN_H

#include "../wasi_socket_ext.h"

#ifndef WASI_SOCKET_EXT_DECLARES
#pragma GCC system_header
#include_next <sys/un.h>
#else

#ifdef _SYS_UN_H
#error "the <sys/un.h> of the C library came first: put the folder of wasi_socket_ext.h into the include path with -I"
#endif
#define _SYS_UN_H

struct sockaddr_un {
    sa_family_t sun_family __attribute__((__aligned__)); /* as struct sockaddr is */
    char sun_path[108];
};

#define SUN_LEN(addr) (offsetof(struct sockaddr_un, sun_path) + __builtin_strlen((addr)->sun_path))

#ifdef __cplusplus
extern "C" {
#endif

struct wasi_socket_ext_unix;
extern const struct wasi_socket_ext_unix wasi_socket_ext_unix;

/* The reference that links it. */
static const struct wasi_socket_ext_unix *const wasi_socket_ext_links_unix __attribute__((__used__)) =
    &wasi_socket_ext_unix;

#ifdef __cplusplus
}
#endif

#endif
#endif
