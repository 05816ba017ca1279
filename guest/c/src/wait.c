/* The waiting itself: one poll_oneoff with a subscription for each direction of each entry, and one for the clock. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#define FEW 16
#define CLOCK_DATA UINT64_MAX
/* What a wait for ever is made of when there is nothing to wait for. */
#define LONG 3600000000000

struct plan {
    wse_subscription *in;
    wse_event *out;
    uint32_t count;
};

static void subscribe(struct plan *plan, uint8_t tag, size_t index, int fd)
{
    wse_subscription *next = &plan->in[plan->count++];
    memset(next, 0, sizeof *next);
    next->tag = tag;
    next->userdata = index;
    next->of.fd = (uint32_t)fd;
}

/* A contract that iwasm also has takes a time of 0 for none, and 1 for 0: so 0 is not said. */
static void subscribe_clock(struct plan *plan, int64_t nanoseconds)
{
    subscribe(plan, WSE_CLOCK, 0, 0);
    wse_subscription *clock = &plan->in[plan->count - 1];
    clock->userdata = CLOCK_DATA;
    clock->of.clock.id = WSE_MONOTONIC;
    clock->of.clock.timeout = nanoseconds == 0 ? 1 : (uint64_t)nanoseconds;
}

/* Subscribes to what the entries ask for; gives how many that ask for nothing are no descriptors. */
static int plan_entries(struct plan *plan, struct pollfd *fds, size_t count)
{
    int invalid = 0;
    for (size_t i = 0; i < count; i++) {
        wse_fdstat stat;
        fds[i].revents = 0;
        if (fds[i].fd < 0)
            continue;
        if (fds[i].events & POLLIN)
            subscribe(plan, WSE_READ, i, fds[i].fd);
        if (fds[i].events & POLLOUT)
            subscribe(plan, WSE_WRITE, i, fds[i].fd);
        if ((fds[i].events & (POLLIN | POLLOUT)) == 0 && wse_fd_fdstat_get(fds[i].fd, &stat) == EBADF) {
            fds[i].revents = POLLNVAL;
            invalid++;
        }
    }
    return invalid;
}

/* What one event says. As on Linux, an error lets the program try what it asked for, which tells the error. */
static int revents_of(const wse_event *event)
{
    int asked = event->type == WSE_READ ? POLLIN : POLLOUT;
    switch (event->error) {
    case 0:
        if ((event->flags & WSE_HANGUP) == 0)
            return asked;
        return POLLHUP | (asked & POLLIN);
    case EBADF:
        return POLLNVAL;
    case EPIPE:
        return POLLHUP | (asked & POLLIN);
    default:
        return POLLERR | asked;
    }
}

static void report(const struct plan *plan, uint32_t events, struct pollfd *fds)
{
    for (uint32_t i = 0; i < events; i++)
        if (plan->out[i].userdata != CLOCK_DATA) {
            struct pollfd *entry = &fds[plan->out[i].userdata];
            entry->revents = (short)(entry->revents | revents_of(&plan->out[i]));
        }
}

static int ready(struct pollfd *fds, size_t count)
{
    int found = 0;
    for (size_t i = 0; i < count; i++) {
        /* POSIX: nothing can be written to who has hung up. */
        if ((fds[i].revents & (POLLHUP | POLLERR)) == POLLHUP)
            fds[i].revents &= (short)~POLLOUT;
        found += fds[i].revents != 0;
    }
    return found;
}

static int run(struct plan *plan, struct pollfd *fds, size_t count, int64_t nanoseconds)
{
    uint32_t events = 0;
    if (plan_entries(plan, fds, count) != 0)
        nanoseconds = 0;
    int idle = plan->count == 0 && nanoseconds < 0;
    if (idle || nanoseconds >= 0)
        subscribe_clock(plan, idle ? LONG : nanoseconds);
    do {
        if (wse_done(wse_poll_oneoff(plan->in, plan->out, plan->count, &events)))
            return -1;
    } while (idle);
    report(plan, events, fds);
    return ready(fds, count);
}

int wse_wait(struct pollfd *fds, size_t count, int64_t nanoseconds)
{
    wse_subscription few_in[2 * FEW + 1];
    wse_event few_out[2 * FEW + 1];
    struct plan plan = {.in = few_in, .out = few_out};
    if (count <= FEW)
        return run(&plan, fds, count, nanoseconds);
    if (count > INT32_MAX / (2 * sizeof *plan.in) - 1)
        return wse_fail(EINVAL);
    plan.in = malloc((2 * count + 1) * sizeof *plan.in);
    plan.out = malloc((2 * count + 1) * sizeof *plan.out);
    int found = plan.in == NULL || plan.out == NULL ? wse_fail(ENOMEM) : run(&plan, fds, count, nanoseconds);
    free(plan.in);
    free(plan.out);
    return found;
}
