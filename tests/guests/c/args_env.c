/* Prints its arguments and its environment, an item a line. */
#include <stdio.h>

extern char **environ;

int main(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        printf("arg %d: %s\n", i, argv[i]);
    for (char **i = environ; i != NULL && *i != NULL; i++)
        printf("env: %s\n", *i);
    return 0;
}
