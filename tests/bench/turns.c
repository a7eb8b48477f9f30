/*
 * turns.c - one program at a time: warm, cold, bare and in bubblewrap, taking
 * turns, so that what else the machine does meets all alike.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/bare.h"
#include "tests/bench/bench.h"
#include "tests/bench/jail.h"
#include "tests/bench/runs.h"

#define ROUNDS 60
#define POOL 4
#define REFILL_MS 80 /* one that was used is built anew meanwhile */

static const char print_program[] = "print(1)\n";
/* What people come with: a few imports, a search, text. */
static const char work_program[] =
    "import heapq\n"
    "import json\n"
    "import random\n"
    "import re\n"
    "from dataclasses import dataclass\n"
    "\n"
    "@dataclass\n"
    "class Edge:\n"
    "    to: int\n"
    "    cost: int\n"
    "\n"
    "r = random.Random(7)\n"
    "graph = [[Edge(r.randrange(2000), r.randrange(1, 100))\n"
    "    for _ in range(3)] for _ in range(2000)]\n"
    "best = {0: 0}\n"
    "queue = [(0, 0)]\n"
    "while queue:\n"
    "    cost, node = heapq.heappop(queue)\n"
    "    if cost > best[node]:\n"
    "        continue\n"
    "    for e in graph[node]:\n"
    "        if cost + e.cost < best.get(e.to, 1 << 30):\n"
    "            best[e.to] = cost + e.cost\n"
    "            heapq.heappush(queue, (best[e.to], e.to))\n"
    "text = json.dumps(best)\n"
    "print(len(re.findall(r'\"\\d+\": \\d+', text)) == len(best))\n";

struct times {
	double first[ROUNDS], end[ROUNDS];
	size_t n;
};

struct turns {
	const char *text;
	char *path;
	struct jail *pool, *cold;
	struct times warm_t, cold_t, bare_t, bwrap_t;
	bool ok;
};

static void
add(struct times *t, double asked, double first, double end)
{
	t->first[t->n] = first - asked;
	t->end[t->n++] = end - asked;
}

static void
run_jailed(struct turns *t, struct jail *j, bool warm)
{
	struct jail_run r;

	jail_start(j, &r, t->text);
	jail_until_gone(j, &r);
	if (r.result.verdict != VERDICT_OK || r.first_ms == 0)
		t->ok = false;
	else if (r.warm == warm)
		add(warm ? &t->warm_t : &t->cold_t, r.asked_ms, r.first_ms,
		    r.ended_ms);
}

static void
run_bare(struct turns *t, enum bare_kind kind)
{
	struct bare b;

	bare_run(&b, kind, t->path);
	add(kind == BARE_PYTHON ? &t->bare_t : &t->bwrap_t, b.asked_ms,
	    b.first_ms, b.ended_ms);
}

static void
one_round(struct turns *t)
{
	run_jailed(t, t->pool, true);
	jail_rest(t->pool, REFILL_MS);
	run_jailed(t, t->cold, false);
	run_bare(t, BARE_PYTHON);
	if (bench_have("bwrap"))
		run_bare(t, BARE_BWRAP);
}

/* NAN when there is none. */
static double
percentile(double *v, size_t n, double p)
{
	return n > 0 ? bench_percentile(v, n, p) : NAN;
}

static void
conclude(struct turns *t, double *v)
{
	struct times *warm = &t->warm_t, *cold = &t->cold_t;
	struct times *bare = &t->bare_t, *bwrap = &t->bwrap_t;

	v[WARM_FIRST_P50] = percentile(warm->first, warm->n, 50);
	v[WARM_FIRST_P95] = percentile(warm->first, warm->n, 95);
	v[WARM_END_P50] = percentile(warm->end, warm->n, 50);
	v[WARM_END_P95] = percentile(warm->end, warm->n, 95);
	v[COLD_FIRST_P50] = percentile(cold->first, cold->n, 50);
	v[COLD_END_P50] = percentile(cold->end, cold->n, 50);
	v[COLD_END_P95] = percentile(cold->end, cold->n, 95);
	v[BARE_FIRST_P50] = percentile(bare->first, bare->n, 50);
	v[BARE_END_P50] = percentile(bare->end, bare->n, 50);
	v[BWRAP_END_P50] = percentile(bwrap->end, bwrap->n, 50);
	v[WARM_RATIO] = v[WARM_END_P50] / v[BARE_END_P50];
	v[COLD_RATIO] = v[COLD_END_P50] / v[BARE_END_P50];
	v[BWRAP_RATIO] = v[BWRAP_END_P50] / v[BARE_END_P50];
	v[WARM_MISSED] = (double)(ROUNDS - warm->n);
}

static bool
measure(const char *text, double *v)
{
	struct turns t = { .text = text, .ok = true };

	t.path = bare_file("program.py", text);
	t.pool = jail_open(POOL);
	t.cold = jail_open(0);
	jail_rest(t.pool, POOL * REFILL_MS);
	for (int i = 0; i < ROUNDS; i++)
		one_round(&t);
	conclude(&t, v);
	jail_close(t.pool);
	jail_close(t.cold);
	free(t.path);
	return t.ok;
}

bool
print_measure(double *v)
{
	return measure(print_program, v);
}

bool
work_measure(double *v)
{
	return measure(work_program, v);
}
