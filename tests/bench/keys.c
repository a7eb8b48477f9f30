/*
 * keys.c - what a key costs: the processor time of the editor that it is pressed
 * in and the bytes that its terminal is sent, in a file of 1,000 lines and in one
 * of 1 MiB and 20,000 lines, over real ssh at 80x24; and the memory of the editor.
 *
 *	keys [--keys N] [--json]
 *
 * Times are the scheduler's, of the process as a whole, divided by the keys; what
 * comes by itself meanwhile, such as a clock, counts too. Bytes are the median.
 * Memory is PSS after all that, beside one hub and one session. Other editors that
 * run on the machine share libraries with this one and make it less: stop them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/sys/util.h"
#include "tests/bench/bench.h"
#include "tests/bench/figure.h"
#include "tests/bench/host.h"
#include "tests/bench/proc.h"

#define QUIET_MS 20 /* then a key's frame is complete */
#define LINES_SMALL 1000
#define LINES_LARGE 20000
#define LARGE_BYTES (1024 * 1024 - 4096) /* so that there is room to type */
#define KEYS_MAX 1000

struct action {
	const char *key_ms, *key_bytes, *what;
	const char *before, *keys; /* once; each time */
	double most_bytes;         /* or NO_TARGET */
};

/* What a terminal sends. */
#define HOME "\033[1;5H"
#define END "\033[1;5F"
#define MIDDLE "\00710000\r"
static const struct action actions[] = {
	{ "start_ms", "start_bytes", "typing at the start", HOME, "x", 120 },
	{ "middle_ms", "middle_bytes", "typing in the middle", MIDDLE, "x",
	    120 },
	{ "end_ms", "end_bytes", "typing at the end", END, "x", 120 },
	{ "enter_ms", "enter_bytes", "Enter in the middle", MIDDLE "\005", "\r",
	    1024 },
	{ "undo_ms", "undo_bytes", "undo of that", "", "\032", NO_TARGET },
	{ "page_ms", "page_bytes", "Page Down", HOME, "\033[6~", NO_TARGET },
	{ "wheel_ms", "wheel_bytes", "the wheel, 3 lines", "", "\033[<65;9;9M",
	    NO_TARGET },
	{ "find_ms", "find_bytes", "the next that is found",
	    HOME "\006number 9\r", "\033OR", NO_TARGET },
	{ "all_ms", "all_bytes", "select all, and not", "\033",
	    "\001\001\033[D", NO_TARGET },
};
#define ACTIONS (sizeof(actions) / sizeof(actions[0]))

/* A program of LINES lines and, if that is not 0, of SIZE bytes; its path. */
static char *
write_program(const char *name, unsigned lines, size_t size)
{
	char *path = xasprintf("%s/%s", bench_dir(), name);
	size_t width = size / lines, n = 0, len;
	FILE *f = fopen(path, "w");

	if (f == NULL)
		bench_die("%s cannot be written", path);
	for (unsigned i = 1; i <= lines; i++) {
		len = (size_t)fprintf(
		    f, "number_%u = \"%u\"  # number %u", i, i * 7, i);
		for (; len + 1 < width; len++)
			fputc('.', f);
		fputc('\n', f);
		n += len + 1;
	}
	if (fclose(f) != 0 || n > 1024 * 1024)
		bench_die("%s cannot be written", path);
	return path;
}

/* The editor of the only one who is there. */
static pid_t
editor(void)
{
	pid_t all[64];
	char name[16];
	int n = proc_children(host_pid(), all, 64);

	for (int i = 0; i < n; i++) {
		proc_name(all[i], name);
		if (strncmp("codesync-edit", name, 13) == 0)
			return all[i];
	}
	bench_die("there is no editor");
}

static void
measure(struct term *t, pid_t pid, const struct action *a, unsigned keys,
    double *ms, double *bytes)
{
	double from, sent[KEYS_MAX];
	uint64_t before;

	term_keys(t, a->before);
	term_settle(t, NULL, 200);
	from = proc_run_ms(pid);
	for (unsigned i = 0; i < keys; i++) {
		before = t->bytes;
		term_keys(t, a->keys);
		term_settle(t, NULL, QUIET_MS);
		sent[i] = (double)(t->bytes - before);
	}
	*ms = (proc_run_ms(pid) - from) / keys;
	*bytes = bench_percentile(sent, keys, 50);
}

/* In a file at PATH. */
static void
part(const char *name, const char *path, unsigned keys, bool json)
{
	struct figure f[2 * ACTIONS + 1];
	double v[2 * ACTIONS + 1];
	struct figures all = { name, f, 2 * ACTIONS + 1 };
	struct term t = { .fd = -1 };
	pid_t pid;

	host_enter_file(&t, path);
	pid = editor();
	f[0] = (struct figure){ "pss_mib", "memory of the editor", "MiB", 2,
		strcmp(name, "small") == 0 ? 1.5 : NO_TARGET, false };
	for (size_t i = 0; i < ACTIONS; i++) {
		f[1 + i] = (struct figure){ actions[i].key_ms, actions[i].what,
			"ms", 3, 5, false };
		f[1 + ACTIONS + i] =
		    (struct figure){ actions[i].key_bytes, actions[i].what,
			    "bytes", 0, actions[i].most_bytes, false };
		measure(
		    &t, pid, &actions[i], keys, &v[1 + i], &v[1 + ACTIONS + i]);
	}
	v[0] = proc_pss_kib(pid) / 1024;
	figures_print("keys", &all, v, true, json);
	term_close(&t);
}

static void
usage(void)
{
	fprintf(stderr, "usage: keys [--keys N] [--json]\n");
	exit(2);
}

int
main(int argc, char **argv)
{
	uint64_t keys = 20;
	bool json = false;
	char *path;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			json = true;
		else if (strcmp(argv[i], "--keys") != 0 || i + 1 == argc ||
			 parse_num(argv[++i], 1, KEYS_MAX, &keys) < 0)
			usage();
	}
	host_start();
	path = write_program("small.py", LINES_SMALL, 0);
	part("small", path, (unsigned)keys, json);
	free(path);
	path = write_program("large.py", LINES_LARGE, LARGE_BYTES);
	part("large", path, (unsigned)keys, json);
	free(path);
	return 0;
}
