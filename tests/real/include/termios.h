/* A terminal's settings, for asking after passwords: no guest has a terminal. */
#ifndef REAL_TERMIOS_H
#define REAL_TERMIOS_H

#include <errno.h>

#define ECHO 8
#define ICANON 2
#define TCSANOW 0
#define TCSAFLUSH 2

typedef unsigned tcflag_t;

struct termios {
    tcflag_t c_iflag, c_oflag, c_cflag, c_lflag;
};

static inline int tcgetattr(int fd, struct termios *settings)
{
    (void)fd, (void)settings;
    errno = ENOTTY;
    return -1;
}

static inline int tcsetattr(int fd, int when, const struct termios *settings)
{
    (void)when;
    return tcgetattr(fd, (struct termios *)settings);
}

#endif
