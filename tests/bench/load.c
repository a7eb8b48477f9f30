/*
 * load.c - a whole host under load.
 *
 *	load [--rooms N] [--seats M] [--rate KEYS_PER_S] [--seconds S] [--json]
 *
 * N rooms of M people who came by ssh; in each one person types RATE keys a
 * second and all others look on. Printed are the time from a key to the first
 * other screen of its room, keys that are missing from the room's text at the
 * end, and what each kind of process takes.
 */
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/sys/util.h"
#include "tests/bench/bench.h"
#include "tests/bench/crowd.h"
#include "tests/bench/host.h"

#define LETTERS "qvwzjkgx"
#define LINE 40 /* keys */
#define LOST_MS 5000

static struct settings {
	uint64_t rooms, seats, rate, seconds;
	bool json;
} settings = { 20, 3, 5, 20, false };

struct typist {         /* one a room */
	double next_ms; /* of the next key */
	double from_ms; /* of the key under way; 0: none */
	char letter[2];
	size_t typed, late; /* late: not yet seen when the next one was due */
};

struct load {
	struct crowd crowd;
	struct typist *typists;
	double *ms;
	size_t n, cap;
};

/* --- typing --- */

static void
type(struct load *l, unsigned room, double now)
{
	struct typist *t = &l->typists[room];
	struct dial **seats = &l->crowd.dials[room * l->crowd.seats];

	t->next_ms += 1000.0 / (double)settings.rate;
	if (t->from_ms != 0) {
		t->late++;
		return;
	}
	if (t->typed % LINE == LINE - 1) {
		dial_keys(seats[0], "\r");
		t->typed++;
		return;
	}
	t->letter[0] = LETTERS[t->typed++ % strlen(LETTERS)];
	for (unsigned i = 1; i < l->crowd.seats; i++)
		seen_forget(dial_seen(seats[i]));
	t->from_ms = now;
	dial_keys(seats[0], t->letter);
}

/* SEAT of ROOM has printed something. */
static void
look(struct load *l, unsigned room, unsigned seat)
{
	struct typist *t = &l->typists[room];
	struct dial *d = l->crowd.dials[room * l->crowd.seats + seat];

	dial_take(d);
	if (seat == 0 || t->from_ms == 0 || !seen_has(dial_seen(d), t->letter))
		return;
	if (l->n < l->cap)
		l->ms[l->n++] = bench_now_ms() - t->from_ms;
	t->from_ms = 0;
}

/* Until UNTIL_MS take in what comes. */
static void
watch(struct load *l, struct pollfd *p, double until_ms)
{
	unsigned all = l->crowd.rooms * l->crowd.seats;
	double left = until_ms - bench_now_ms();

	if (poll(p, all, left > 0 ? (int)ceil(left) : 0) <= 0)
		return;
	for (unsigned i = 0; i < all; i++)
		if (p[i].revents != 0)
			look(l, i / l->crowd.seats, i % l->crowd.seats);
}

static double
next_key(const struct load *l, double end)
{
	double next = end;

	for (unsigned i = 0; i < l->crowd.rooms; i++)
		if (l->typists[i].next_ms < next)
			next = l->typists[i].next_ms;
	return next;
}

static void
run(struct load *l, struct pollfd *p)
{
	double from = bench_now_ms(), now;
	double end = from + (double)settings.seconds * 1000;

	for (unsigned i = 0; i < l->crowd.rooms; i++) /* not all at once */
		l->typists[i].next_ms =
		    from + 1000.0 / (double)settings.rate * i / l->crowd.rooms;
	while ((now = bench_now_ms()) < end) {
		for (unsigned i = 0; i < l->crowd.rooms; i++)
			if (l->typists[i].next_ms <= now)
				type(l, i, now);
		watch(l, p, next_key(l, end));
	}
	for (end += LOST_MS; bench_now_ms() < end;)
		watch(l, p, bench_now_ms() + 100);
}

/* --- figures --- */

/* Keys of ROOM that its text does not hold. */
static size_t
lost(const struct load *l, unsigned room)
{
	char *get[] = { "room", "get", l->crowd.ids[room], "--json", NULL };
	struct json *j = host_codesync(get);
	const char *text = json_get_str(j, "text");
	size_t len = text != NULL ? strlen(text) : 0;
	size_t typed = l->typists[room].typed;

	json_free(j);
	return typed > len ? typed - len : len - typed;
}

static void
print_kinds(const struct kinds *a, const struct kinds *b, double s)
{
	static const char *const names[KINDS] = { "daemon", "hub", "session",
		"editor", "runner" };

	if (settings.json)
		printf(",\"processes\":{");
	for (int i = 0; i < KINDS; i++) {
		double cpu = (b->cpu_ms[i] - a->cpu_ms[i]) / s / 10;
		double each = b->n[i] > 0 ? b->pss_kib[i] / b->n[i] : 0;

		if (settings.json)
			printf("%s\"%s\":{\"n\":%u,\"cpu_percent\":%.2f,"
			       "\"pss_kib\":%.0f}",
			    i > 0 ? "," : "", names[i], b->n[i], cpu,
			    b->pss_kib[i]);
		else
			printf("%-8s  %4u   CPU %6.2f %%   PSS %8.0f KiB"
			       "   (%.0f each)\n",
			    names[i], b->n[i], cpu, b->pss_kib[i], each);
	}
	if (settings.json)
		printf("}");
}

static void
report(struct load *l, const struct kinds *a, const struct kinds *b, double s)
{
	size_t typed = 0, late = 0, missing = 0, seen = l->n;
	double p50 = bench_percentile(l->ms, l->n, 50);
	double p99 = bench_percentile(l->ms, l->n, 99);

	for (unsigned i = 0; i < l->crowd.rooms; i++) {
		typed += l->typists[i].typed;
		late += l->typists[i].late;
		missing += lost(l, i);
	}
	if (settings.json)
		printf("{\"program\":\"load\",\"rooms\":%u,\"seats\":%u,"
		       "\"rate\":%llu,\"seconds\":%llu,\"keys\":%zu,"
		       "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"late\":%zu,"
		       "\"lost\":%zu",
		    l->crowd.rooms, l->crowd.seats,
		    (unsigned long long)settings.rate,
		    (unsigned long long)settings.seconds, typed, p50, p99, late,
		    missing);
	else
		printf("%u rooms of %u, %llu keys/s in each: key to another "
		       "screen p50 %.2f ms  p99 %.2f ms\n"
		       "%zu keys, %zu seen, %zu due while the one before was "
		       "under way, %zu lost\n",
		    l->crowd.rooms, l->crowd.seats,
		    (unsigned long long)settings.rate, p50, p99, typed, seen,
		    late, missing);
	print_kinds(a, b, s);
	if (settings.json)
		printf("}\n");
	if (missing > 0)
		exit(1);
}

static void
measure(void)
{
	struct load l = { .n = 0 };
	struct kinds before, after;
	struct pollfd *p;
	double from;
	unsigned all;

	crowd_enter(
	    &l.crowd, (unsigned)settings.rooms, (unsigned)settings.seats);
	all = l.crowd.rooms * l.crowd.seats;
	l.typists = xcalloc(l.crowd.rooms, sizeof(*l.typists));
	l.cap = settings.rooms * settings.rate * (settings.seconds + 1);
	l.ms = xcalloc(l.cap, sizeof(*l.ms));
	p = xcalloc(all, sizeof(*p));
	for (unsigned i = 0; i < all; i++)
		p[i] = (struct pollfd){ dial_fd(l.crowd.dials[i]), POLLIN, 0 };
	kinds_look(&before);
	from = bench_now_ms();
	run(&l, p);
	kinds_look(&after);
	report(&l, &before, &after, (bench_now_ms() - from) / 1000);
	crowd_free(&l.crowd);
	free(l.typists);
	free(l.ms);
	free(p);
}

static int
usage(void)
{
	fprintf(stderr, "usage: load [--rooms N] [--seats M] "
			"[--rate KEYS_PER_S] [--seconds S] [--json]\n");
	return 2;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		uint64_t *value, min, max;
	} options[] = {
		{ "--rooms", &settings.rooms, 1, 1000 },
		{ "--seats", &settings.seats, 2, 200 },
		{ "--rate", &settings.rate, 1, 100 },
		{ "--seconds", &settings.seconds, 1, 3600 },
	};
	size_t k;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			settings.json = true;
			continue;
		}
		for (k = 0; k < 4 && strcmp(argv[i], options[k].name) != 0; k++)
			;
		if (k == 4 || i + 1 == argc ||
		    parse_num(argv[++i], options[k].min, options[k].max,
			options[k].value) < 0)
			return usage();
	}
	host_start();
	measure();
	return 0;
}
