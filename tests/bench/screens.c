/*
 * screens.c - runs as people see them: a host, rooms of two over real ssh, and
 * what their terminals print. What is waited for is never printed by anything
 * else, and differs from what stood at its place before: an editor that draws
 * only what has changed would leave that out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/bench/host.h"
#include "tests/bench/runs.h"
#include "tests/bench/term.h"

#define RUNS 50
#define LINES 40
#define TICK_MS 200 /* between two lines; the program below says it too */
#define QUIET_MS 150
#define BLOCKS 6
#define BLOCK 35 /* keys */
#define KEYS (BLOCKS * BLOCK)
#define GAP_MS 50 /* a frame of others' changes takes 33 */
#define LETTERS "qvwzjkgx"
#define KEY_RUN "\x12"
#define KEY_STOP "\x03"
#define BACKSPACE "\x7f"

static struct term ada, bob, cleo, dan;

static void
close_all(void)
{
	term_close(&ada);
	term_close(&bob);
	term_close(&cleo);
	term_close(&dan);
}

static char
letter(size_t n)
{
	return LETTERS[n % strlen(LETTERS)];
}

static void
open_first_room(void)
{
	if (ada.pid > 0)
		return;
	host_start();
	bench_at_end(close_all);
	host_enter(&ada, &bob);
}

static void
erase(struct term *t, size_t n)
{
	while (n-- > 0)
		term_keys(t, BACKSPACE);
}

/* --- to the screen --- */

/* ^R in Ada's seat to Bob's screen. */
static double
one_run(size_t n)
{
	char change[8], text[4];
	double from;

	snprintf(change, sizeof(change), "%c\")", letter(n));
	snprintf(text, sizeof(text), "%c%c%c", letter(n), letter(n), letter(n));
	erase(&ada, strlen(change));
	term_keys(&ada, change);
	term_settle(&ada, &bob, QUIET_MS);
	term_forget(&bob);
	from = bench_now_ms();
	term_keys(&ada, KEY_RUN);
	from = term_wait(&bob, &ada, text) - from;
	term_settle(&bob, &ada, QUIET_MS);
	return from;
}

static void
measure_runs(double *v)
{
	static double ms[RUNS];

	term_keys(&ada, "print(3*\"?\")");
	for (size_t n = 0; n < RUNS; n++)
		ms[n] = one_run(n);
	v[RUN_OTHER_P50] = bench_percentile(ms, RUNS, 50);
	v[RUN_OTHER_P95] = bench_percentile(ms, RUNS, 95);
	erase(&ada, strlen("print(3*\"?\")"));
}

/* It prints at times that we know too, and that its sleep is a little late for is
 * part of the figure. */
static const char ticker[] = "import time\r"
			     "f = lambda k: (time.sleep(k/5-time.monotonic()),"
			     "print(3*\"" LETTERS "\"[k%8]))\r"
			     "k = int(time.monotonic()*5)+2\r"
			     "while k: f(k); k += 1";

static double
one_line(void)
{
	size_t tick = (size_t)(bench_now_ms() / TICK_MS) + 1;
	double at = (double)tick * TICK_MS, there, too;
	char c = letter(tick), text[] = { c, c, c, '\0' };

	term_forget(&ada);
	term_forget(&bob);
	there = term_wait(&bob, &ada, text);
	too = term_wait(&ada, &bob, text);
	term_settle(&ada, &bob, TICK_MS / 4);
	return (there > too ? there : too) - at;
}

static void
measure_lines(double *v)
{
	static double ms[LINES];

	term_keys(&ada, ticker);
	term_settle(&ada, &bob, QUIET_MS);
	term_keys(&ada, KEY_RUN);
	for (int i = -5; i < LINES; i++)
		ms[i < 0 ? 0 : i] = one_line();
	v[LINE_BOTH_P50] = bench_percentile(ms, LINES, 50);
	v[LINE_BOTH_P95] = bench_percentile(ms, LINES, 95);
	term_keys(&ada, KEY_STOP);
	term_settle(&ada, &bob, QUIET_MS);
	erase(&ada, strlen(ticker));
}

bool
screen_measure(double *v)
{
	open_first_room();
	measure_runs(v);
	measure_lines(v);
	return true;
}

/* --- neighbours --- */

/* What happens in the other room, again and again; "" is nothing. */
static const struct {
	enum neighbour_figure p50, p99, ratio;
	const char *text;
} bombs[] = {
	{ IDLE_P50, IDLE_P99, NEIGHBOUR_FIGURES, "" },
	{ FORKS_P50, FORKS_P99, FORKS_RATIO,
	    "exec(\"import os\\nwhile 1:\\n try: os.fork()\\n"
	    " except OSError: pass\")" },
	{ HOARD_P50, HOARD_P99, HOARD_RATIO,
	    "x = []\rwhile 1: x.append(b\"x\" * 10**6)" },
	{ FLOOD_P50, FLOOD_P99, FLOOD_RATIO, "while 1: print(\"x\" * 70)" },
};
#define BOMBS (sizeof(bombs) / sizeof(bombs[0]))

static double key_ms[BOMBS][KEYS];
static size_t typed;

static double
one_key(void)
{
	char key[] = { letter(typed), '\0' };
	double from;

	if (typed++ % BLOCK == 0) { /* the line of the block before */
		erase(&ada, BLOCK);
		term_settle(&bob, &ada, 100);
	}
	term_forget(&bob);
	from = bench_now_ms();
	term_keys(&ada, key);
	return term_wait(&bob, &ada, key) - from;
}

/* Each ends by a limit sooner or later: Run is pressed after every key, which
 * does nothing while it runs. */
static void
one_block(size_t bomb, int block)
{
	const char *text = bombs[bomb].text;
	double *ms = key_ms[bomb] + block * BLOCK;

	term_keys(&cleo, text);
	if (*text != '\0')
		term_keys(&cleo, KEY_RUN);
	term_settle(&ada, &bob, QUIET_MS);
	for (int i = 0; i < BLOCK; i++) {
		ms[i] = one_key();
		if (*text != '\0')
			term_keys(&cleo, KEY_RUN);
		term_settle(&bob, &ada, GAP_MS);
	}
	if (*text != '\0')
		term_keys(&cleo, KEY_STOP);
	erase(&cleo, strlen(text));
	term_settle(&ada, &bob, QUIET_MS);
}

static void
conclude(double *v)
{
	for (size_t i = 0; i < BOMBS; i++) {
		v[bombs[i].p50] = bench_percentile(key_ms[i], KEYS, 50);
		v[bombs[i].p99] = bench_percentile(key_ms[i], KEYS, 99);
		if (bombs[i].ratio != NEIGHBOUR_FIGURES)
			v[bombs[i].ratio] = v[bombs[i].p99] / v[IDLE_P99];
	}
}

bool
neighbour_measure(double *v)
{
	open_first_room();
	host_enter(&cleo, &dan);
	term_behind(&cleo);
	term_behind(&dan);
	for (int block = 0; block < BLOCKS; block++)
		for (size_t i = 0; i < BOMBS; i++)
			one_block(i, block);
	conclude(v);
	return true;
}
