/* denied ADDRESS PORT
 *
 * Tries to connect, says how that went, and goes on: a denial is an errno, not the end.
 */
#include "address.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    char text[ADDRESS_TEXT];
    if (argc != 3) {
        fprintf(stderr, "usage: denied ADDRESS PORT\n");
        return 2;
    }
    struct address to = address_parse(argv[1], argv[2]);
    int fd = socket(to.storage.ss_family, SOCK_STREAM, 0);
    if (fd < 0)
        give_up("socket");
    if (connect(fd, ADDRESS(to), to.len))
        printf("connect %s: %s\n", address_text(&to, text), strerror(errno));
    else
        printf("connect %s: connected\n", address_text(&to, text));
    printf("the guest goes on\n");
    return 0;
}
