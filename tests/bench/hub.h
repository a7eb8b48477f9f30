/* hub.h - the parts of the hub's benchmark. Each begins with a hub of its own. */
#ifndef TESTS_BENCH_HUB_H
#define TESTS_BENCH_HUB_H

#include <stdbool.h>

#include "tests/bench/trace.h"

#define KILLS_MAX 200 /* what is typed meanwhile fits into one file */

struct settings {
	const struct trace *trace; /* NULL: none was given */
	unsigned kills;
};

enum trace_figure {
	JOIN_WHOLE_MS,
	JOIN_SAME_MS,
	JOIN_RATIO,
	JOIN_FIRST_MS,
	WHOLE_KIB,
	WHOLE_REST_KIB,
	WHOLE_COLD_KIB,
	STORE_KEY_B,
	STORE_WHOLE_B,
	LOG_KEY_B,
	LOG_WHOLE_B,
	TRACE_FIGURES
};
enum rooms_figure { ROOM_KIB, ROOM_REST_KIB, ROOMS_FIGURES };
enum resume_figure {
	RESUME_MS,
	SCATTERED_MS,
	WAIT_IDLE_MS,
	WAIT_BUSY_MS,
	WAIT_MORE_MS,
	RESUME_FIGURES
};
enum kill_figure {
	KILLS,
	EDITS,
	MISSING,
	DOUBLED,
	AFRESH,
	BACK_MS,
	BACK_MAX_MS,
	KILL_FIGURES
};

/* Measure into V. False: what was kept or shown is not what was typed. */
bool trace_measure(const struct settings *s, double *v);
bool rooms_measure(const struct settings *s, double *v);
bool resume_measure(const struct settings *s, double *v);
bool kill_measure(const struct settings *s, double *v);

/* A process of its own: a key every few milliseconds through the endpoint PATH,
 * until its standard input ends; then how long each one took. */
int typist_main(const char *path);

#endif
