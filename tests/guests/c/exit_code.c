/* exit_code NUMBER: ends with it. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: exit_code NUMBER\n");
        return 2;
    }
    puts("leaving");
    exit((int)strtol(argv[1], NULL, 10));
}
