/* Plugins are shared objects, which a guest cannot load: there never is one. */
#ifndef REAL_DLFCN_H
#define REAL_DLFCN_H

#include <stddef.h>

#define RTLD_NOW 2
#define RTLD_GLOBAL 256

static inline void *dlopen(const char *name, int how)
{
    (void)name, (void)how;
    return NULL;
}

static inline void *dlsym(void *object, const char *name)
{
    (void)object, (void)name;
    return NULL;
}

static inline int dlclose(void *object)
{
    (void)object;
    return 0;
}

static inline char *dlerror(void)
{
    return (char *)"a guest loads no shared objects";
}

#endif
