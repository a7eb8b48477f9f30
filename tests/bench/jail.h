/*
 * jail.h - a spawner of our own and what it runs, for benchmarks: what the
 * runner does with codesync-jail --serve, with a clock beside it.
 */
#ifndef TESTS_BENCH_JAIL_H
#define TESTS_BENCH_JAIL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/job.h"

#define JAIL_RUNS_MAX 8 /* at once */

struct jail;

/* Times are by bench_now_ms, 0: not yet. */
struct jail_run {
	uint64_t id;
	int fd[3]; /* of the program's pipes; -1: at its end */
	bool warm;
	double asked_ms; /* the request, before its files were put together */
	double first_ms; /* its first byte of output */
	double ended_ms; /* CELL_ENDED */
	double gone_ms;  /* that, and nobody holds the pipes any more */
	struct run_result result;
};

/* Start one which keeps POOL sandboxes ready (0: none). */
struct jail *jail_open(unsigned pool);
/* End it and all that it runs. */
void jail_close(struct jail *j);
pid_t jail_pid(const struct jail *j);
/* Run the Python program TEXT as R, which stays there until it is gone. Its
 * standard input is at its end. */
void jail_start(struct jail *j, struct jail_run *r, const char *text);
void jail_kill(struct jail *j, const struct jail_run *r);
/* Take in what happens, for at most TIMEOUT_MS. False: nothing did. */
bool jail_turn(struct jail *j, int timeout_ms);
/* Until R has printed something; until it is gone. */
void jail_until_first(struct jail *j, const struct jail_run *r);
void jail_until_gone(struct jail *j, const struct jail_run *r);
/* Leave it alone for MS, that it may fill its pool. */
void jail_rest(struct jail *j, double ms);

#endif
