/* stop.c - what waiting sandboxes take, and how soon a run that is stopped ends. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/jail.h"
#include "tests/bench/proc.h"
#include "tests/bench/runs.h"

#define POOL 4
#define BEFORE_MS 1000
#define ROUNDS 20
#define BETWEEN_MS 60
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* --- memory --- */

#define CHILDREN_MAX 64

bool
memory_measure(double *v)
{
	struct jail *j = jail_open(POOL);
	pid_t init[CHILDREN_MAX], program[2];
	int all, n = 0;

	jail_rest(j, BEFORE_MS);
	all = proc_children(jail_pid(j), init, CHILDREN_MAX);
	for (int i = 0; i < all; i++) {
		if (proc_children(init[i], program, 2) != 1)
			continue; /* a stub */
		v[WAITING_INIT_KIB] += proc_pss_kib(init[i]);
		v[WAITING_KIB] += proc_pss_kib(program[0]);
		n++;
	}
	if (n == 0)
		bench_die("no sandbox is kept ready");
	v[WAITING_INIT_KIB] /= n;
	v[WAITING_KIB] = v[WAITING_KIB] / n + v[WAITING_INIT_KIB];
	if (isnan(v[WAITING_INIT_KIB]))
		fprintf(stderr, "runs: only root may read what an init uses\n");
	jail_close(j);
	return n == POOL;
}

/* --- stop --- */

static const struct {
	enum stop_figure figure;
	const char *text;
} programs[] = {
	{ STOP_SLEEP_P95, "import time\n"
			  "print(1)\n"
			  "time.sleep(60)\n" },
	{ STOP_BUSY_P95, "print(1)\n"
			 "while True: pass\n" },
	{ STOP_DEAF_P95, "import signal\n"
			 "for s in range(1, 65):\n"
			 "    try: signal.signal(s, signal.SIG_IGN)\n"
			 "    except (OSError, ValueError): pass\n"
			 "print(1)\n"
			 "while True: pass\n" },
	/* all of them begin at once, else the last would take long to come */
	{ STOP_FORKS_P95, "import os\n"
			  "r, w = os.pipe()\n"
			  "for _ in range(30):\n"
			  "    if os.fork() == 0:\n"
			  "        os.close(w)\n"
			  "        os.read(r, 1)\n"
			  "        while True: pass\n"
			  "os.close(w)\n"
			  "print(1)\n"
			  "while True: pass\n" },
	{ STOP_THREADS_P95, "import sys, threading\n"
			    "sys.setswitchinterval(0.0001)\n"
			    "def spin():\n"
			    "    while True: pass\n"
			    "for _ in range(30):\n"
			    "    threading.Thread(target=spin).start()\n"
			    "print(1)\n" },
};

struct stops {
	double verdict[ROUNDS], gone[COUNT(programs) * ROUNDS];
	size_t ngone;
	bool ok;
};

static void
stop_one(struct stops *s, struct jail *j, const char *text, int round)
{
	struct jail_run r;
	double from;

	jail_start(j, &r, text);
	jail_until_first(j, &r);
	/* it is well into its loop, and the next sandbox is built */
	jail_rest(j, BETWEEN_MS);
	from = bench_now_ms();
	jail_kill(j, &r);
	jail_until_gone(j, &r);
	s->ok &= r.result.verdict == VERDICT_STOPPED;
	s->verdict[round] = r.ended_ms - from;
	s->gone[s->ngone++] = r.gone_ms - from;
}

bool
stop_measure(double *v)
{
	struct jail *j = jail_open(POOL);
	struct stops s = { .ok = true };

	for (size_t i = 0; i < COUNT(programs); i++) {
		for (int k = 0; k < ROUNDS; k++)
			stop_one(&s, j, programs[i].text, k);
		v[programs[i].figure] = bench_percentile(s.verdict, ROUNDS, 95);
	}
	v[STOP_GONE_P95] = bench_percentile(s.gone, s.ngone, 95);
	v[STOP_GONE_MAX] = bench_percentile(s.gone, s.ngone, 100);
	jail_close(j);
	return s.ok;
}
