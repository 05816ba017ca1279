/* files DIRECTORY
 *
 * Works in the directory, then tries to leave it, and says what happened: `name: what`, a line
 * each. A link `planted` that is in the directory already is followed as well.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *directory;

static const char *in(const char *name)
{
    static char paths[2][512];
    static int turn;
    turn = 1 - turn;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", directory, name);
    return paths[turn];
}

static void say(const char *what, int failed)
{
    printf("%s: %s\n", what, failed ? strerror(errno) : "done");
}

static void write_and_read(void)
{
    char text[32] = "";
    int fd = open(in("first"), O_CREAT | O_TRUNC | O_RDWR, 0600);
    say("create", fd < 0);
    say("write", write(fd, "some text", 9) != 9);
    say("read", pread(fd, text, sizeof text - 1, 0) != 9);
    printf("content: %s\n", text);
    close(fd);
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void list(void)
{
    static char names[64][256];
    size_t n = 0;
    DIR *open_directory = opendir(directory);
    if (open_directory == NULL) {
        say("list", 1);
        return;
    }
    for (struct dirent *i; n < 64 && (i = readdir(open_directory)) != NULL;)
        if (i->d_name[0] != '.')
            snprintf(names[n++], sizeof names[0], "%s", i->d_name);
    closedir(open_directory);
    qsort(names, n, sizeof names[0], compare);
    printf("list:");
    for (size_t i = 0; i < n; i++)
        printf(" %s", names[i]);
    printf("\n");
}

static void try_to_open(const char *what, const char *path)
{
    int fd = open(path, O_RDONLY);
    printf("%s: %s\n", what, fd < 0 ? strerror(errno) : "OPENED");
    if (fd >= 0)
        close(fd);
}

int main(int argc, char **argv)
{
    struct stat stat_buffer;
    if (argc != 2) {
        fprintf(stderr, "usage: files DIRECTORY\n");
        return 2;
    }
    directory = argv[1];
    write_and_read();
    say("make a directory", mkdir(in("below"), 0700));
    say("rename", rename(in("first"), in("second")));
    say("stat", stat(in("second"), &stat_buffer));
    printf("size: %lld\n", (long long)stat_buffer.st_size);
    list();
    try_to_open("the parent", in(".."));
    try_to_open("beside the directory", in("../outside"));
    try_to_open("down and up again", in("below/../../outside"));
    try_to_open("an absolute path", "/etc/passwd");
    printf("link to an absolute path: %s\n",
           symlink("/etc/passwd", in("absolute")) ? strerror(errno) : "made");
    try_to_open("through the absolute link", in("absolute"));
    printf("link to the parent: %s\n",
           symlink("../outside", in("upwards")) ? strerror(errno) : "made");
    try_to_open("through the link upwards", in("upwards"));
    try_to_open("through the planted link", in("planted"));
    unlink(in("absolute"));
    unlink(in("upwards"));
    say("remove", unlink(in("second")));
    say("remove the directory", rmdir(in("below")));
    return 0;
}
