/* The program `conformance`: lists behaviours, runs one. */
#include "behaviour.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef __wasi__
#include <signal.h>
#endif

const char *scratch_directory = ".";

static struct behaviour *first;

void behaviour_register(struct behaviour *behaviour)
{
    behaviour->next = first;
    first = behaviour;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void fail_at(const char *file, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    printf("%s:%d: ", base_name(file), line);
    vprintf(format, args);
    printf("\n");
    va_end(args);
    fflush(stdout);
    _Exit(1);
}

void expect_eq_at(const char *file, int line, const char *what, long long expected, long long got)
{
    if (expected != got)
        fail_at(file, line, "`%s`: expected %lld, got %lld", what, expected, got);
}

int expect_ok_at(const char *file, int line, const char *what, long long got)
{
    if (got == -1)
        fail_at(file, line, "`%s`: expected success, got errno %d (%s)", what, errno,
                strerror(errno));
    return (int)got;
}

void expect_errno_at(const char *file, int line, const char *what, int expected, long long got)
{
    if (got != -1)
        fail_at(file, line, "`%s`: expected errno %d (%s), got %lld", what, expected,
                strerror(expected), got);
    if (errno != expected) {
        int other = errno;
        fail_at(file, line, "`%s`: expected errno %d (%s), got errno %d (%s)", what, expected,
                strerror(expected), other, strerror(other));
    }
}

void expect_bytes_at(const char *file, int line, const char *what, const void *expected,
                     const void *got, size_t len)
{
    const unsigned char *a = expected;
    const unsigned char *b = got;
    for (size_t i = 0; i < len; i++)
        if (a[i] != b[i])
            fail_at(file, line, "`%s`: expected byte %zu to be 0x%02x, got 0x%02x", what, i, a[i],
                    b[i]);
}

static int list(void)
{
    for (const struct behaviour *b = first; b != NULL; b = b->next)
        puts(b->name);
    return 0;
}

static int run(const char *name)
{
    for (const struct behaviour *b = first; b != NULL; b = b->next)
        if (strcmp(b->name, name) == 0) {
            b->run();
            return 0;
        }
    fprintf(stderr, "no behaviour `%s`: see --list\n", name);
    return 2;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--list") == 0)
        return list();
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: conformance --list | NAME [DIRECTORY]\n");
        return 2;
    }
    if (argc == 3)
        scratch_directory = argv[2];
#ifndef __wasi__
    // A guest has no signals: what a send to a gone peer reports is the errno.
    signal(SIGPIPE, SIG_IGN);
#endif
    return run(argv[1]);
}
