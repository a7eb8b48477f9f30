/*
 * rate.c - how many programs a second this machine runs, one in flight a cpu; and
 * how they fare that come at a rate which lasts, 50 a second.
 */
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/bench/bare.h"
#include "tests/bench/bench.h"
#include "tests/bench/jail.h"
#include "tests/bench/runs.h"

#define POOL 4
#define BEFORE_MS 400 /* for the pool to be full */
#define SPAN_MS 2500
#define PACE_MS 20
#define PACED 150
#define TEXT "print(1)\n"

static int
in_flight(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return cpus < 1 ? 1 : cpus > JAIL_RUNS_MAX ? JAIL_RUNS_MAX : (int)cpus;
}

struct count {
	unsigned runs, warm;
	bool ok;
};

static void
take_one(struct count *c, const struct jail_run *r)
{
	c->runs++;
	c->warm += r->warm;
	c->ok &= r->result.verdict == VERDICT_OK;
}

/* Runs a second of a spawner with POOL sandboxes ready. */
static double
rate_jailed(unsigned pool, struct count *c)
{
	struct jail_run r[JAIL_RUNS_MAX] = { 0 };
	struct jail *j = jail_open(pool);
	double from;

	jail_rest(j, BEFORE_MS);
	from = bench_now_ms();
	for (int i = 0; i < in_flight(); i++)
		jail_start(j, &r[i], TEXT);
	while (bench_now_ms() < from + SPAN_MS) {
		jail_turn(j, 1000);
		for (int i = 0; i < in_flight(); i++)
			if (r[i].gone_ms > 0) {
				take_one(c, &r[i]);
				jail_start(j, &r[i], TEXT);
			}
	}
	from = bench_now_ms() - from;
	jail_close(j);
	return c->runs / from * 1000;
}

/* A run every PACE_MS, whether those before have ended or not. */
static void
pace(struct count *c, double *v)
{
	static struct jail_run r[PACED];
	struct jail *j = jail_open(POOL);
	double first[PACED], from;

	jail_rest(j, BEFORE_MS);
	from = bench_now_ms();
	for (int i = 0; i < PACED; i++) {
		jail_rest(j, from + i * PACE_MS - bench_now_ms());
		if (i >= JAIL_RUNS_MAX)
			jail_until_gone(j, &r[i - JAIL_RUNS_MAX]);
		jail_start(j, &r[i], TEXT);
	}
	for (int i = 0; i < PACED; i++) {
		jail_until_gone(j, &r[i]);
		take_one(c, &r[i]);
		first[i] = r[i].first_ms - r[i].asked_ms;
	}
	jail_close(j);
	v[PACED_WARM] = 100.0 * c->warm / PACED;
	v[PACED_FIRST_P50] = bench_percentile(first, PACED, 50);
	v[PACED_FIRST_P95] = bench_percentile(first, PACED, 95);
}

static double
rate_bare(enum bare_kind kind)
{
	struct pollfd p[JAIL_RUNS_MAX];
	struct bare b[JAIL_RUNS_MAX];
	char *path = bare_file("program.py", TEXT);
	double from = bench_now_ms(), end = from + SPAN_MS;
	int n = in_flight(), alive = n, done = 0;

	for (int i = 0; i < n; i++)
		bare_start(&b[i], kind, path);
	while (alive > 0) {
		for (int i = 0; i < n; i++)
			p[i] = (struct pollfd){ b[i].out, POLLIN, 0 };
		poll(p, (nfds_t)n, -1);
		for (int i = 0; i < n; i++) {
			if (p[i].revents == 0)
				continue;
			bare_take(&b[i]);
			if (b[i].out >= 0)
				continue;
			done++;
			if (bench_now_ms() < end)
				bare_start(&b[i], kind, path);
			else
				alive--;
		}
	}
	free(path);
	return done / (bench_now_ms() - from) * 1000;
}

bool
rate_measure(double *v)
{
	struct count pool = { .ok = true }, cold = { .ok = true };
	struct count paced = { .ok = true };

	v[RATE_POOL] = rate_jailed(POOL, &pool);
	v[RATE_POOL_WARM] = 100.0 * pool.warm / pool.runs;
	pace(&paced, v);
	v[RATE_COLD] = rate_jailed(0, &cold);
	v[RATE_BARE] = rate_bare(BARE_PYTHON);
	v[RATE_BWRAP] = bench_have("bwrap") ? rate_bare(BARE_BWRAP) : NAN;
	return pool.ok && paced.ok && cold.ok;
}
