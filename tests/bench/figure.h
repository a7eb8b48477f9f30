/* figure.h - the figures of a benchmark that has several, and their targets. */
#ifndef TESTS_BENCH_FIGURE_H
#define TESTS_BENCH_FIGURE_H

#include <stdbool.h>

#define NO_TARGET -1

struct figure {
	const char *key, *what, *unit;
	int decimals;
	double target; /* at most (AT_LEAST: at least), or NO_TARGET */
	bool at_least;
};

struct figures {
	const char *part; /* of the benchmark PROGRAM */
	const struct figure *v;
	unsigned n;
};

/* Print the values V of F, one line each, or with JSON as one object; one that
 * is NAN could not be had. Not OK: something is wrong, whatever the figures. */
void figures_print(const char *program, const struct figures *f,
    const double *v, bool ok, bool json);

#endif
