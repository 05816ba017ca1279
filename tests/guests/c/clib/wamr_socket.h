/* The header of the shim, by whose name the guests include sockets: here it is the C library for users. */
#ifndef WAMR_SOCKET_H
#define WAMR_SOCKET_H

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>
#include <wasi_socket_ext.h>

#endif
