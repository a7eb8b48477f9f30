/* delay.h - a long line to a port of this machine, for benchmarks. */
#ifndef TESTS_BENCH_DELAY_H
#define TESTS_BENCH_DELAY_H

/* A process that passes connections to its port on to PORT of 127.0.0.1, every
 * byte DELAY_MS later, in both directions, until the benchmark ends. Returns its
 * port. */
int delay_start(int port, int delay_ms);

#endif
