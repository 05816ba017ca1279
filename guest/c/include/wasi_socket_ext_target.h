/* Whether the C library is WASIp1's. Its <sys/socket.h> has to come first: some tell it there. Part of
 * wasi_socket_ext.h.
 */
#if defined(__wasi__) && !defined(__wasip2__) && !defined(__wasip3__) && !defined(__wasilibc_use_wasip2)
#ifndef WASI_SOCKET_EXT_DECLARES
#define WASI_SOCKET_EXT_DECLARES 1
#endif
#endif
