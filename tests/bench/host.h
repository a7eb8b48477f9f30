/* host.h - a CodeSync host with a room of two, for benchmarks. */
#ifndef TESTS_BENCH_HOST_H
#define TESTS_BENCH_HOST_H

#include "tests/bench/term.h"

/* Start a host on a free port of 127.0.0.1, with its data in bench_dir(). */
void host_start(void);
/* Make a room and enter it with one candidate, A, and one interviewer, B, each by
 * ssh: both are in the editor, in an empty file, when this returns. */
void host_enter(struct term *a, struct term *b);

#endif
