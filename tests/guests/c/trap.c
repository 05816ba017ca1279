/* trap [KIND]: ends in a trap: unreachable (the default), memory, divide or stack. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int deep(volatile int *depth);

/* Called through a pointer that may change, so that no compiler makes a loop of it. */
static int (*volatile deeper)(volatile int *) = deep;

static int deep(volatile int *depth)
{
    *depth += 1;
    return *depth < 0 ? 0 : deeper(depth) + *depth;
}

int main(int argc, char **argv)
{
    const char *kind = argc > 1 ? argv[1] : "unreachable";
    // Both are volatile: a compiler knows what 1 / x is without dividing.
    volatile int zero = 0;
    volatile int one = 1;
    printf("before the trap\n");
    fflush(stdout);
    if (strcmp(kind, "memory") == 0)
        return *(volatile int *)(uintptr_t)0xfffffff0u;
    if (strcmp(kind, "divide") == 0)
        return one / zero;
    if (strcmp(kind, "stack") == 0)
        return deep(&zero);
    __builtin_trap();
}
