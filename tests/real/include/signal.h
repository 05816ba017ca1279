/* What WASIp1 has no equivalent for, and programs of others take for granted: signals are never raised, so to ask for one
 * succeeds and means nothing. */
#ifndef REAL_SIGNAL_H
#define REAL_SIGNAL_H

#include_next <signal.h>

#ifndef SIG_IGN
#define SIG_IGN ((void (*)(int))1)
#endif
#ifndef SIG_DFL
#define SIG_DFL ((void (*)(int))0)
#endif

#define SA_RESTART 0
#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

struct sigaction {
    void (*sa_handler)(int);
    sigset_t sa_mask;
    int sa_flags;
};

static inline int sigemptyset(sigset_t *set)
{
    (void)set;
    return 0;
}

static inline int sigaddset(sigset_t *set, int signal)
{
    (void)set, (void)signal;
    return 0;
}

static inline int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    (void)how, (void)set, (void)old;
    return 0;
}

static inline int sigaction(int signal, const struct sigaction *action, struct sigaction *old)
{
    (void)signal, (void)action, (void)old;
    return 0;
}

#endif
