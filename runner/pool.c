/*
 * pool.c - sandboxes that are kept ready, for some commands. They are built when
 * there is time: for who presses Run it is always better that another run is not
 * slowed down than that the next one finds a sandbox ready.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "proto/sys/log.h"
#include "proto/sys/loop.h"
#include "runner/boxes.h"
#include "runner/pool.h"

#define POOLS_MAX POOL_MAX
#define WARMING_MS 10000 /* for one to be ready */
#define QUIET_MS 3       /* after a run began or ended: it goes first */
#define REFILL_MS 20     /* the same where all processors are busy */
#define PAUSE_MS 1000    /* after one that could not be had, or soon died */
#define STALE_MS (600 * 1000) /* one that nobody used is built anew */
#define FAILS_MAX 3           /* in a row, then there is no pool */

struct pool {
	struct cell_msg m; /* CELL_POOL */
	char *argv[CELL_ARGC_MAX + 1];
	unsigned fails;
};

static struct {
	struct pool pools[POOLS_MAX];
	uint64_t moved_ms; /* when a run began or ended */
	uint64_t fill_ms;  /* when the next one may be built */
	int cpus;
} self;

void
pool_open(void)
{
	self.cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
}

void
pool_moved(uint64_t now)
{
	self.moved_ms = now;
}

void
pool_ready(struct box *b, uint64_t cpu_ms)
{
	b->state = BOX_WAITS;
	b->unpaid_cpu_ms = cpu_ms;
	b->pool->fails = 0;
}

char *const *
pool_argv(const struct pool *p)
{
	return p->argv;
}

static bool
same_limits(const struct run_limits *a, const struct run_limits *b)
{
	return a->cpu_s <= b->cpu_s && a->memory_mb == b->memory_mb &&
	       a->processes == b->processes && a->files_mb == b->files_mb;
}

static bool
same_command(const struct cell_msg *a, const struct cell_msg *b)
{
	return a->argc == b->argc &&
	       memcmp(a->args, b->args, sizeof(a->args)) == 0;
}

struct box *
pool_take(const struct cell_msg *m)
{
	struct box *b;

	for (int i = 0; i < BOXES_MAX && m->warm; i++) {
		b = &boxes[i];
		if (b->state == BOX_WAITS && same_command(m, &b->pool->m) &&
		    same_limits(&m->limits, &b->limits))
			return b;
	}
	return NULL;
}

static void
pool_failed(struct pool *p, const char *why)
{
	if (++p->fails == FAILS_MAX)
		log_warn(
		    "no sandboxes are kept ready for %s: %s", p->argv[0], why);
	self.fill_ms = loop_now_ms() + PAUSE_MS;
}

/* If it has not lived long, whatever ended it may be there still. */
void
pool_lost(struct box *b, const char *why)
{
	uint64_t now = loop_now_ms();

	if (b->state == BOX_WARMING)
		pool_failed(b->pool, why);
	else if (now - b->born_ms < PAUSE_MS)
		self.fill_ms = now + PAUSE_MS;
	box_kill(b);
}

/* How many of P are there, and away with those that are late or stale. */
static unsigned
pool_count(const struct pool *p, uint64_t now)
{
	unsigned n = 0;
	struct box *b;

	for (int i = 0; i < BOXES_MAX; i++) {
		b = &boxes[i];
		if (b->pool != p)
			continue;
		if (b->state == BOX_WARMING && now - b->born_ms > WARMING_MS)
			pool_lost(b, "it was not ready in time");
		if (b->state == BOX_WAITS && now - b->born_ms > STALE_MS)
			box_kill(b);
		n += b->state == BOX_WARMING || b->state == BOX_WAITS;
	}
	return n;
}

/* May one be built? On a processor that nobody needs, else one at a time and
 * when no run has just begun: runs go first, also to their ends. */
static bool
has_time(uint64_t now)
{
	int warming = 0, busy = 0;
	const struct box *b;

	for (int i = 0; i < BOXES_MAX; i++) {
		b = &boxes[i];
		warming += b->state == BOX_WARMING;
		busy +=
		    b->state == BOX_DYING || (b->state == BOX_RUNS && b->busy);
	}
	if (warming + busy < self.cpus)
		return now >= self.moved_ms + QUIET_MS;
	return warming == 0 && now >= self.moved_ms + REFILL_MS;
}

void
pool_fill(uint64_t now)
{
	struct box *b;

	for (struct pool *p = self.pools; p < self.pools + POOLS_MAX; p++) {
		if (p->m.count == 0 || p->fails >= FAILS_MAX ||
		    pool_count(p, now) >= p->m.count || now < self.fill_ms ||
		    !has_time(now) || (b = box_unused()) == NULL)
			continue;
		if (box_build(b, &p->m.limits, p->argv, p->m.file, NULL) < 0) {
			pool_failed(p, strerror(errno));
			continue;
		}
		b->pool = p;
		return;
	}
}

/* Where the pool for M's command is, or a new one may be; NULL: nowhere. */
static struct pool *
pool_find(const struct cell_msg *m)
{
	struct pool *p, *new = NULL;

	for (p = self.pools + POOLS_MAX - 1; p >= self.pools; p--) {
		if (p->m.count == 0)
			new = p;
		else if (same_command(m, &p->m))
			return p;
	}
	return new;
}

/* What P has made is of its old command and limits. */
static void
pool_clear(const struct pool *p)
{
	for (int i = 0; i < BOXES_MAX; i++) {
		if (boxes[i].pool != p)
			continue;
		if (boxes[i].state == BOX_RUNS)
			box_taken(&boxes[i]); /* no other could go on with it */
		else
			box_kill(&boxes[i]);
	}
}

void
pool_set(const struct cell_msg *m)
{
	struct pool *p = pool_find(m);
	uint32_t room = POOL_MAX;

	if (p == NULL)
		return;
	pool_clear(p);
	*p = (struct pool){ .m = *m };
	p->m.file[sizeof(p->m.file) - 1] = '\0';
	if (p->m.file[0] == '\0' || cell_argv(&p->m, p->argv) < 0)
		p->m.count = 0;
	for (int i = 0; i < POOLS_MAX; i++)
		if (&self.pools[i] != p)
			room -= self.pools[i].m.count;
	if (p->m.count > room)
		p->m.count = room;
	boxes_ahead(&p->m.limits);
}

int
pool_patience(uint64_t now)
{
	const uint64_t after[] = { self.moved_ms + QUIET_MS,
		self.moved_ms + REFILL_MS, self.fill_ms };
	int ms = 60000;

	for (int i = 0; i < 3; i++)
		if (after[i] > now && after[i] - now < (uint64_t)ms)
			ms = (int)(after[i] - now);
	return ms;
}
