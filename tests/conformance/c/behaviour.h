/* The list of socket behaviours: each is a sentence that is true of POSIX sockets on Linux.
 *
 * A behaviour holds both ends of its sockets itself, on loopback, with port 0, on one thread.
 * The harness finds behaviours by their first line, so a macro below starts its line, and the
 * name ends on it.
 */
#ifndef BEHAVIOUR_H
#define BEHAVIOUR_H

#include "posix_socket.h"

#include <stddef.h>
#include <stdint.h>

struct behaviour {
    const char *name;
    void (*run)(void);
    struct behaviour *next;
};

void behaviour_register(struct behaviour *behaviour);

/* Defines a behaviour of this name: a block follows. */
#define BEHAVIOUR(name)                                                    \
    static void name(void);                                                \
    static struct behaviour name##_entry = {#name, name, NULL};            \
    __attribute__((constructor)) static void name##_register(void)         \
    {                                                                      \
        behaviour_register(&name##_entry);                                 \
    }                                                                      \
    static void name(void)

/* A behaviour that needs something of the machine: ipv6, multicast, broadcast, services. */
#define BEHAVIOUR_NEEDING(need, name) BEHAVIOUR(name)

/* A fact of one provider's imports. What stands before `_ONLY` names the provider. */
#define WAMR_ONLY(name) BEHAVIOUR(name)
#define WAMR_ONLY_NEEDING(need, name) BEHAVIOUR(name)

/* What only the system and the C library of ../../../guest/c have: POSIX in full. */
#define POSIX_ONLY(name) BEHAVIOUR(name)
#define POSIX_ONLY_NEEDING(need, name) BEHAVIOUR(name)

/* A directory that a behaviour may write into. */
extern const char *scratch_directory;

/* Print `file:line: what` and end the process with 1. */
_Noreturn void fail_at(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void expect_eq_at(const char *file, int line, const char *what, long long expected,
                  long long got);
int expect_ok_at(const char *file, int line, const char *what, long long got);
void expect_errno_at(const char *file, int line, const char *what, int expected, long long got);
void expect_bytes_at(const char *file, int line, const char *what, const void *expected,
                     const void *got, size_t len);

#define EXPECT(condition)                                                          \
    do {                                                                           \
        if (!(condition))                                                          \
            fail_at(__FILE__, __LINE__, "expected `%s`, got the opposite", #condition); \
    } while (0)

/* The value that was expected, then the expression. */
#define EXPECT_EQ(expected, got) \
    expect_eq_at(__FILE__, __LINE__, #got, (long long)(expected), (long long)(got))

/* A call that must not return -1; gives its value. */
#define EXPECT_OK(call) expect_ok_at(__FILE__, __LINE__, #call, (long long)(call))

/* A call that must return -1 with this errno. */
#define EXPECT_ERRNO(expected, call)                                              \
    do {                                                                          \
        errno = 0;                                                                \
        expect_errno_at(__FILE__, __LINE__, #call, (expected), (long long)(call)); \
    } while (0)

#define EXPECT_BYTES(expected, got, len) \
    expect_bytes_at(__FILE__, __LINE__, #got, (expected), (got), (len))

#endif
