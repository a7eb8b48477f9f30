/* runs.h - the parts of the benchmark of running programs. */
#ifndef TESTS_BENCH_RUNS_H
#define TESTS_BENCH_RUNS_H

#include <stdbool.h>

enum turns_figure {
	WARM_FIRST_P50,
	WARM_FIRST_P95,
	WARM_END_P50,
	WARM_END_P95,
	WARM_RATIO,
	COLD_FIRST_P50,
	COLD_END_P50,
	COLD_END_P95,
	COLD_RATIO,
	BARE_FIRST_P50,
	BARE_END_P50,
	BWRAP_END_P50,
	BWRAP_RATIO,
	WARM_MISSED,
	TURNS_FIGURES
};
enum rate_figure {
	RATE_POOL,
	RATE_POOL_WARM,
	PACED_WARM,
	PACED_FIRST_P50,
	PACED_FIRST_P95,
	RATE_COLD,
	RATE_BARE,
	RATE_BWRAP,
	RATE_FIGURES
};
enum memory_figure { WAITING_KIB, WAITING_INIT_KIB, MEMORY_FIGURES };
enum stop_figure {
	STOP_SLEEP_P95,
	STOP_BUSY_P95,
	STOP_DEAF_P95,
	STOP_FORKS_P95,
	STOP_THREADS_P95,
	STOP_GONE_P95,
	STOP_GONE_MAX,
	STOP_FIGURES
};
enum screen_figure {
	RUN_OTHER_P50,
	RUN_OTHER_P95,
	LINE_BOTH_P50,
	LINE_BOTH_P95,
	SCREEN_FIGURES
};
enum neighbour_figure {
	IDLE_P50,
	IDLE_P99,
	FORKS_P50,
	FORKS_P99,
	FORKS_RATIO,
	HOARD_P50,
	HOARD_P99,
	HOARD_RATIO,
	FLOOD_P50,
	FLOOD_P99,
	FLOOD_RATIO,
	NEIGHBOUR_FIGURES
};

/* Measure into V; NAN is what cannot be had on this machine. False: a program
 * did not end as it has to. */
bool print_measure(double *v);
bool work_measure(double *v);
bool rate_measure(double *v);
bool memory_measure(double *v);
bool stop_measure(double *v);
bool screen_measure(double *v);
bool neighbour_measure(double *v);

#endif
