/* Stands before every source: functions that WASIp1's C library lacks, and that have nothing to do with sockets. */
#ifndef REAL_H
#define REAL_H

#include <errno.h>
#include <sys/types.h>
#include <unistd.h>

/* The C library says -1, for "no limit", of how many files may be open; mosquitto makes an array of that size. */
static inline long real_sysconf(int name)
{
    return name == _SC_OPEN_MAX ? 1024 : sysconf(name);
}
#define sysconf real_sysconf

/* Files get the mode that the host gives them. */
static inline mode_t umask(mode_t mode)
{
    return mode;
}

/* There are no signals, so no clock sends one. */
static inline unsigned alarm(unsigned seconds)
{
    (void)seconds;
    return 0;
}

/* A guest is one process. */
static inline pid_t fork(void)
{
    errno = ENOSYS;
    return -1;
}

static inline pid_t setsid(void)
{
    errno = ENOSYS;
    return -1;
}

/* A guest is not root, so that nothing has to be given up. */
static inline uid_t getuid(void)
{
    return 1000;
}

static inline uid_t geteuid(void)
{
    return 1000;
}

static inline gid_t getegid(void)
{
    return 1000;
}

static inline int setuid(uid_t id)
{
    (void)id;
    return 0;
}

static inline int setgid(gid_t id)
{
    (void)id;
    return 0;
}

#endif
