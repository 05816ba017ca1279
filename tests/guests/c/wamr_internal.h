/* What the parts of the shim share: errors and the two shapes of an address. */
#ifndef WAMR_INTERNAL_H
#define WAMR_INTERNAL_H

#include "wamr_imports.h"
#include "wamr_socket.h"

/* 0, or -1 with errno. */
int wamr_result(uint32_t code);

/* 0, or -1 with EINVAL (too short) or EAFNOSUPPORT. */
int wamr_from_sockaddr(wamr_addr *out, const struct sockaddr *addr, socklen_t len);

/* Cuts at *len, and leaves the untruncated length there, as getsockname(2) does. */
void wamr_to_sockaddr(struct sockaddr *out, socklen_t *len, const wamr_addr *addr);

#endif
