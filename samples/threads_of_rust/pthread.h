/* What the samples need of <pthread.h>, for Debian's headers: these have none, though the C library of Rust's target
 * wasm32-wasip1-threads, which the toolchain file links, has all of it. */
#ifndef PTHREAD_H
#define PTHREAD_H

/* This has the types. */
#include <sys/types.h>

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);
int pthread_join(pthread_t thread, void **result);

#endif
