/* host.h - a CodeSync host with a room of two, for benchmarks. */
#ifndef TESTS_BENCH_HOST_H
#define TESTS_BENCH_HOST_H

#include "proto/sys/json.h"
#include "tests/bench/term.h"

/* Start a host on a free port of 127.0.0.1, with its data in bench_dir(). */
void host_start(void);
/* Where it listens, and its process. */
int host_port(void);
pid_t host_pid(void);
/* What `codesync ARGS` prints, which is JSON; the caller frees. */
struct json *host_codesync(char *const args[]);
/* Make a room and enter it with one candidate, A, and one interviewer, B, each by
 * ssh: both are in the editor, in an empty file, when this returns. */
void host_enter(struct term *a, struct term *b);
/* Make a room with the file at PATH as its main.py, and enter it alone. */
void host_enter_file(struct term *t, const char *path);

#endif
