/* POSIX sockets for the test guests, as users have them: the C library of guest/c in the place of the shim. */
#ifndef POSIX_SOCKET_H
#define POSIX_SOCKET_H

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>
#include <wasi_socket_ext.h>

#endif
