/* bare.h - a program that is run without CodeSync, for comparison. */
#ifndef TESTS_BENCH_BARE_H
#define TESTS_BENCH_BARE_H

#include <sys/types.h>

struct bare {
	pid_t pid;
	int out; /* -1: it has ended */
	double asked_ms, first_ms, ended_ms;
};

enum bare_kind { BARE_PYTHON, BARE_BWRAP };

/* Start the Python program in the file PATH, in bubblewrap if KIND says so. */
void bare_start(struct bare *b, enum bare_kind kind, const char *path);
/* Take in what B's output, which is ready to be read, holds; at its end wait for
 * the program's. */
void bare_take(struct bare *b);
/* The whole of it. */
void bare_run(struct bare *b, enum bare_kind kind, const char *path);
/* TEXT in a file of bench_dir(); the caller frees its path. */
char *bare_file(const char *name, const char *text);

#endif
