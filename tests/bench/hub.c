/*
 * hub.c - the benchmark of a real codesync-hub behind its real sockets.
 *
 *	hub [FILE.trc[.gz]] [--kills N] [--only PART] [--json]
 *
 * FILE is recorded editing of one author (see engine.c), without which the part
 * `trace` is left out. Times are by the clock and the median of several runs,
 * if not said otherwise; sizes are of one. Targets are printed beside the figures, and are not
 * asserted; what was kept and shown is: if it is not what was typed, the part is
 * WRONG and the status 1.
 */
#include <stdio.h>
#include <string.h>

#include "proto/sys/util.h"
#include "tests/bench/figure.h"
#include "tests/bench/hub.h"

#define KILLS_DEFAULT 20
#define FIGURES_MAX 12

/* clang-format off */
static const struct figure trace_figures[TRACE_FIGURES] = {
	[JOIN_WHOLE_MS] = { "join_whole_ms",
	    "late join, all edits of the trace", "ms", 2, 5 },
	[JOIN_SAME_MS] = { "join_same_ms",
	    "late join, 10000 edits that lead to the same text", "ms", 2,
	    NO_TARGET },
	[JOIN_RATIO] = { "join_ratio", "ratio", "", 2, 1.3 },
	[JOIN_FIRST_MS] = { "join_first_ms",
	    "late join, the first 10000 edits, a short text", "ms", 2,
	    NO_TARGET },
	[WHOLE_KIB] = { "whole_kib",
	    "memory, all edits, typed just now", "KiB", 0, NO_TARGET },
	[WHOLE_REST_KIB] = { "whole_rest_kib",
	    "memory, all edits, nobody types", "KiB", 0, 2048 },
	[WHOLE_COLD_KIB] = { "whole_cold_kib",
	    "memory, all edits, loaded from the store", "KiB", 0, 2048 },
	[STORE_KEY_B] = { "store_key_b",
	    "store, 10000 edits, a commit each, per edit", "B", 2, NO_TARGET },
	[STORE_WHOLE_B] = { "store_whole_b",
	    "store, all edits in batches, per edit", "B", 2, 5 },
	[LOG_KEY_B] = { "log_key_b",
	    "the log alone, a commit a key", "B", 2, NO_TARGET },
	[LOG_WHOLE_B] = { "log_whole_b",
	    "the log alone, in batches", "B", 2, NO_TARGET },
};
static const struct figure rooms_figures[ROOMS_FIGURES] = {
	[ROOM_KIB] = { "room_kib",
	    "memory, one of 200 rooms, 5 KiB typed just now", "KiB", 1,
	    NO_TARGET },
	[ROOM_REST_KIB] = { "room_rest_kib",
	    "memory, one of them, nobody types", "KiB", 1, 76.5 },
};
static const struct figure resume_figures[RESUME_FIGURES] = {
	[RESUME_MS] = { "resume_ms",
	    "two seats 3000 keys apart agree", "ms", 1, 100 },
	[SCATTERED_MS] = { "scattered_ms",
	    "the same, scattered over the text", "ms", 1, 100 },
	[WAIT_IDLE_MS] = { "wait_idle_ms",
	    "another room's slowest key before", "ms", 2, NO_TARGET },
	[WAIT_BUSY_MS] = { "wait_busy_ms",
	    "another room's slowest key meanwhile", "ms", 2, NO_TARGET },
	[WAIT_MORE_MS] = { "wait_more_ms", "more", "ms", 2, 5 },
};
static const struct figure kill_figures[KILL_FIGURES] = {
	[KILLS] = { "kills", "the hub is killed", "times", 0, NO_TARGET },
	[EDITS] = { "edits",
	    "edits acknowledged or shown", "", 0, NO_TARGET },
	[MISSING] = { "missing", "of them missing", "", 0, 0 },
	[DOUBLED] = { "doubled", "edits doubled", "", 0, 0 },
	[AFRESH] = { "afresh", "replicas that were of no use", "", 0, 0 },
	[BACK_MS] = { "back_ms",
	    "from start to an edit acknowledged", "ms", 1, 300 },
	[BACK_MAX_MS] = { "back_max_ms",
	    "the longest of the kills", "ms", 1, 300 },
};
/* clang-format on */

static const struct part {
	struct figures figures;
	bool (*measure)(const struct settings *s, double *v);
	bool reads_trace;
} parts[] = {
	{ { "trace", trace_figures, TRACE_FIGURES }, trace_measure, true },
	{ { "rooms", rooms_figures, ROOMS_FIGURES }, rooms_measure, false },
	{ { "resume", resume_figures, RESUME_FIGURES }, resume_measure, false },
	{ { "kill", kill_figures, KILL_FIGURES }, kill_measure, false },
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

struct arguments {
	const char *trace, *only;
	uint64_t kills;
	bool json;
};

static bool
is_part(const char *name)
{
	for (size_t i = 0; i < PARTS; i++)
		if (strcmp(parts[i].figures.part, name) == 0)
			return true;
	return false;
}

static bool
arguments(int argc, char **argv, struct arguments *a)
{
	const char *arg, *value;

	for (int i = 1; i < argc; i++) {
		arg = argv[i];
		value = i + 1 < argc ? argv[i + 1] : "";
		if (strcmp(arg, "--json") == 0) {
			a->json = true;
		} else if (strcmp(arg, "--only") == 0) {
			a->only = value;
			i++;
		} else if (strcmp(arg, "--kills") == 0) {
			if (parse_num(value, 1, KILLS_MAX, &a->kills) < 0)
				return false;
			i++;
		} else if (arg[0] == '-' || a->trace != NULL) {
			return false;
		} else {
			a->trace = arg;
		}
	}
	return a->only == NULL || is_part(a->only);
}

static bool
run_part(const struct part *p, const struct settings *s, bool json)
{
	double v[FIGURES_MAX] = { 0 };
	bool ok;

	if (p->reads_trace && s->trace == NULL) {
		fprintf(stderr, "hub: no trace is given: %s is left out\n",
		    p->figures.part);
		return true;
	}
	ok = p->measure(s, v);
	figures_print("hub", &p->figures, v, ok, json);
	return ok;
}

int
main(int argc, char **argv)
{
	struct arguments a = { .kills = KILLS_DEFAULT };
	struct settings s = { NULL, 0 };
	struct trace trace;
	bool ok = true;

	if (argc == 3 && strcmp(argv[1], "--typist") == 0)
		return typist_main(argv[2]);
	if (!arguments(argc, argv, &a)) {
		fprintf(stderr, "usage: hub [FILE.trc[.gz]] [--kills N] "
				"[--only trace|rooms|resume|kill] [--json]\n");
		return 2;
	}
	s.kills = (unsigned)a.kills;
	if (a.trace != NULL) {
		trace_open(&trace, a.trace);
		s.trace = &trace;
	}
	for (size_t i = 0; i < PARTS; i++)
		if (a.only == NULL ||
		    strcmp(a.only, parts[i].figures.part) == 0)
			ok &= run_part(&parts[i], &s, a.json);
	if (s.trace != NULL)
		trace_close(&trace);
	return ok ? 0 : 1;
}
