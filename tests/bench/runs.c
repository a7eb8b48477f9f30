/*
 * runs.c - the benchmark of running programs.
 *
 *	runs [--only PART] [--json]
 *
 * The parts print, work, rate, memory and stop speak to a spawner of their own
 * as the runner does; screen and neighbour have a host, with people in rooms, who
 * come over ssh. Bare `python3 -I`, and bubblewrap if it is installed, are
 * measured in the same run, taking turns. Times are by the clock, from the
 * request. Targets are printed beside the figures and are not asserted; how the
 * programs end is: else the part is WRONG and the status 1.
 */
#include <stdio.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/bench/figure.h"
#include "tests/bench/runs.h"

#define FIGURES_MAX 16

/* clang-format off */
/* The same for two programs: TITLE, and the targets that are its own. */
#define TURNS(title, first_p50, first_p95, end_p50, ratio) { \
	[WARM_FIRST_P50] = { "warm_first_p50_ms", \
	    title ", warm: first byte, p50", "ms", 2, first_p50, false }, \
	[WARM_FIRST_P95] = { "warm_first_p95_ms", "p95", "ms", 2, first_p95, false }, \
	[WARM_END_P50] = { "warm_end_p50_ms", "verdict, p50", "ms", 2, end_p50, false }, \
	[WARM_END_P95] = { "warm_end_p95_ms", "p95", "ms", 2, NO_TARGET, false }, \
	[WARM_RATIO] = { "warm_ratio", \
	    "verdict against bare python3 -I", "x", 2, ratio, false }, \
	[COLD_FIRST_P50] = { "cold_first_p50_ms", \
	    "cold: first byte, p50", "ms", 2, NO_TARGET, false }, \
	[COLD_END_P50] = { "cold_end_p50_ms", "verdict, p50", "ms", 2, NO_TARGET, false }, \
	[COLD_END_P95] = { "cold_end_p95_ms", "p95", "ms", 2, NO_TARGET, false }, \
	[COLD_RATIO] = { "cold_ratio", \
	    "verdict against bare python3 -I", "x", 2, 1.35, false }, \
	[BARE_FIRST_P50] = { "bare_first_p50_ms", \
	    "bare python3 -I: first byte, p50", "ms", 2, NO_TARGET, false }, \
	[BARE_END_P50] = { "bare_end_p50_ms", "exit, p50", "ms", 2, NO_TARGET, false }, \
	[BWRAP_END_P50] = { "bwrap_end_p50_ms", \
	    "bubblewrap: exit, p50", "ms", 2, NO_TARGET, false }, \
	[BWRAP_RATIO] = { "bwrap_ratio", \
	    "exit against bare python3 -I", "x", 2, NO_TARGET, false }, \
	[WARM_MISSED] = { "warm_missed", \
	    "runs that found no warm sandbox", "", 0, NO_TARGET, false }, \
}
static const struct figure print_figures[TURNS_FIGURES] =
	TURNS("print(1)", 1, 3, 6, NO_TARGET);
static const struct figure work_figures[TURNS_FIGURES] =
	TURNS("imports and work", NO_TARGET, NO_TARGET, NO_TARGET, 0.35);
static const struct figure rate_figures[RATE_FIGURES] = {
	[RATE_POOL] = { "pool_per_s",
	    "print(1), one in flight a cpu, with the pool", "/s", 1, 50, true },
	[RATE_POOL_WARM] = { "pool_warm_percent",
	    "of them warm", "%", 0, NO_TARGET, false },
	[PACED_WARM] = { "paced_warm_percent",
	    "one every 20 ms: warm", "%", 0, 95, true },
	[PACED_FIRST_P50] = { "paced_first_p50_ms",
	    "first byte, p50", "ms", 2, 1, false },
	[PACED_FIRST_P95] = { "paced_first_p95_ms", "p95", "ms", 2, 3, false },
	[RATE_COLD] = { "cold_per_s", "without a pool", "/s", 1, 100, true },
	[RATE_BARE] = { "bare_per_s", "bare python3 -I", "/s", 1, NO_TARGET, false },
	[RATE_BWRAP] = { "bwrap_per_s", "bubblewrap", "/s", 1, NO_TARGET, false },
};
static const struct figure memory_figures[MEMORY_FIGURES] = {
	[WAITING_KIB] = { "waiting_kib",
	    "one of the warm sandboxes that wait, PSS", "KiB", 0, 9216, false },
	[WAITING_INIT_KIB] = { "waiting_init_kib",
	    "of it its init", "KiB", 0, NO_TARGET, false },
};
static const struct figure stop_figures[STOP_FIGURES] = {
	[STOP_SLEEP_P95] = { "sleep_p95_ms",
	    "stop to verdict, p95: a sleeper", "ms", 2, 50, false },
	[STOP_BUSY_P95] = { "busy_p95_ms", "a busy loop", "ms", 2, 50, false },
	[STOP_DEAF_P95] = { "deaf_p95_ms",
	    "one that ignores signals", "ms", 2, 50, false },
	[STOP_FORKS_P95] = { "forks_p95_ms",
	    "one with 30 busy children", "ms", 2, 50, false },
	[STOP_THREADS_P95] = { "threads_p95_ms",
	    "one with 30 busy threads", "ms", 2, 50, false },
	[STOP_GONE_P95] = { "gone_p95_ms",
	    "stop to the last process's end, all of them, p95", "ms", 2, NO_TARGET, false },
	[STOP_GONE_MAX] = { "gone_max_ms", "the longest", "ms", 2, NO_TARGET, false },
};
static const struct figure screen_figures[SCREEN_FIGURES] = {
	[RUN_OTHER_P50] = { "run_other_p50_ms",
	    "over ssh: ^R to output on the other's screen, p50", "ms", 2, 5, false },
	[RUN_OTHER_P95] = { "run_other_p95_ms", "p95", "ms", 2, NO_TARGET, false },
	[LINE_BOTH_P50] = { "line_both_p50_ms",
	    "a line that is printed to both screens, p50", "ms", 2, 10, false },
	[LINE_BOTH_P95] = { "line_both_p95_ms", "p95", "ms", 2, NO_TARGET, false },
};
static const struct figure neighbour_figures[NEIGHBOUR_FIGURES] = {
	[IDLE_P50] = { "idle_p50_ms",
	    "over ssh: key to the other's screen, p50", "ms", 2, NO_TARGET, false },
	[IDLE_P99] = { "idle_p99_ms", "p99", "ms", 2, NO_TARGET, false },
	[FORKS_P50] = { "forks_p50_ms",
	    "with a fork bomb in another room, p50", "ms", 2, NO_TARGET, false },
	[FORKS_P99] = { "forks_p99_ms", "p99", "ms", 2, NO_TARGET, false },
	[FORKS_RATIO] = { "forks_ratio", "p99 against p99 of before", "x", 2, 2, false },
	[HOARD_P50] = { "memory_p50_ms",
	    "with a memory bomb, p50", "ms", 2, NO_TARGET, false },
	[HOARD_P99] = { "memory_p99_ms", "p99", "ms", 2, NO_TARGET, false },
	[HOARD_RATIO] = { "memory_ratio", "p99 against p99 of before", "x", 2, 2, false },
	[FLOOD_P50] = { "flood_p50_ms",
	    "with a flood of output, p50", "ms", 2, NO_TARGET, false },
	[FLOOD_P99] = { "flood_p99_ms", "p99", "ms", 2, NO_TARGET, false },
	[FLOOD_RATIO] = { "flood_ratio", "p99 against p99 of before", "x", 2, 2, false },
};
/* clang-format on */

static const struct part {
	struct figures figures;
	bool (*measure)(double *v);
} parts[] = {
	{ { "print", print_figures, TURNS_FIGURES }, print_measure },
	{ { "work", work_figures, TURNS_FIGURES }, work_measure },
	{ { "rate", rate_figures, RATE_FIGURES }, rate_measure },
	{ { "memory", memory_figures, MEMORY_FIGURES }, memory_measure },
	{ { "stop", stop_figures, STOP_FIGURES }, stop_measure },
	{ { "screen", screen_figures, SCREEN_FIGURES }, screen_measure },
	{ { "neighbour", neighbour_figures, NEIGHBOUR_FIGURES },
	    neighbour_measure },
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

static int
usage(void)
{
	fprintf(stderr, "usage: runs [--only ");
	for (size_t i = 0; i < PARTS; i++)
		fprintf(
		    stderr, "%s%s", i > 0 ? "|" : "", parts[i].figures.part);
	fprintf(stderr, "] [--json]\n");
	return 2;
}

static bool
is_part(const char *name)
{
	for (size_t i = 0; i < PARTS; i++)
		if (strcmp(parts[i].figures.part, name) == 0)
			return true;
	return false;
}

static bool
run_part(const struct part *p, bool json)
{
	double v[FIGURES_MAX] = { 0 };
	bool ok = p->measure(v);

	figures_print("runs", &p->figures, v, ok, json);
	return ok;
}

int
main(int argc, char **argv)
{
	const char *only = NULL;
	bool json = false, ok = true;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			json = true;
		else if (strcmp(argv[i], "--only") != 0 || i + 1 == argc ||
			 !is_part(only = argv[++i]))
			return usage();
	}
	if (!bench_have("bwrap"))
		fprintf(stderr,
		    "runs: bubblewrap is not installed: compared with bare "
		    "python3 alone\n");
	for (size_t i = 0; i < PARTS; i++)
		if (only == NULL || strcmp(parts[i].figures.part, only) == 0)
			ok &= run_part(&parts[i], json);
	return ok ? 0 : 1;
}
