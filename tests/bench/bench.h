/* bench.h - what every benchmark needs: a clock, figures, a place, an end. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Say what went wrong, clean up and end with 1. */
_Noreturn void bench_die(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));
/* Have FN called when the benchmark ends, however it does. */
void bench_at_end(void (*fn)(void));
/* Milliseconds of the monotonic clock. */
double bench_now_ms(void);
/* The P-th percentile of V[N], which gets sorted. */
double bench_percentile(double *v, size_t n, double p);
/* A new directory, removed with all that is in it at the end; borrowed. */
const char *bench_dir(void);
/* The path of one of our programs, beside which the benchmarks are built; the
 * caller frees. */
char *bench_program(const char *name);
/* Is there such a program on this machine, to compare with? */
bool bench_have(const char *name);
/* Start ARGV, found by PATH, with OUT as its standard output and error (-1:
 * nowhere). It is killed at the end. */
pid_t bench_start(char *const argv[], int out);
/* Run ARGV to its end and return what it printed, which the caller frees. */
char *bench_output(char *const argv[]);
/* A TCP port of 127.0.0.1 that nobody listens on. */
int bench_free_port(void);

#endif
