/*
 * beat.h - something is done every few milliseconds, for benchmarks. The loop's
 * own timers may come a whole tick of the kernel late.
 */
#ifndef TESTS_BENCH_BEAT_H
#define TESTS_BENCH_BEAT_H

#include "proto/sys/loop.h"

struct beat;

/* Call FN(arg) every MS from now on; beats that were missed are left out. Ends
 * the benchmark when it cannot. */
struct beat *beat_new(
    struct loop *loop, unsigned ms, void (*fn)(void *arg), void *arg);
void beat_free(struct beat *b);

#endif
