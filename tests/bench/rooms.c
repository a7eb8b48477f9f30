/*
 * rooms.c - what a room costs the hub: to come into late, in memory, and on the
 * disk. Everything is typed through the link of a seat.
 *
 * The trace is typed into one room in batches of what WINDOW lets through, and
 * its first edits into another one by one, each a commit of its own: as people
 * type. The hub is ended and started again between, so that the store's file is
 * whole when its size is read.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/bench/hub.h"
#include "tests/bench/hubd.h"
#include "tests/bench/seat.h"

#define WINDOW 64
#define JOINS 31
#define IDLE_MS 1500  /* some of the hub's ticks: it may tidy up in them */
#define AWAY_MS 3000  /* then who has lost the link is away */
#define REST_MS 32000 /* then a room keeps no more than it needs to idle */
#define ROOMS 200
#define ROOM_BYTES (5 * 1024)

/* --- typing --- */

struct reading { /* of the trace, by a seat */
	const struct trace *trace;
	size_t next, n;
};

static bool
type_trace(struct seat *s)
{
	struct reading *r = s->arg;
	const struct trace_edit *e = &r->trace->edits[r->next];

	if (r->next == r->n)
		return false;
	if (seat_edit(s, e->at, e->del, e->ins, e->len) == 0)
		r->next++;
	return r->next < r->n;
}

/* Keys that leave nothing behind: there and back. */
static bool
type_nothing(struct seat *s)
{
	size_t *n = s->arg;

	if (seat_edit(s, 0, *n % 2, "x", 1 - *n % 2) == 0)
		--*n;
	return *n > 0;
}

/* Lines of a program, key by key. */
static bool
type_code(struct seat *s)
{
	static const char code[] = "    total = total + values[index]\n";
	size_t len = text_len(seat_text(s));

	if (len < ROOM_BYTES)
		seat_edit(s, len, 0, &code[len % (sizeof(code) - 1)], 1);
	return len + 1 < ROOM_BYTES;
}

/* --- the trace --- */

struct traced { /* room and seat of the first edits, and of all */
	struct room room[2];
	struct seat *seat[2];
};

static void
all_loaded(struct traced *t)
{
	hubd_until(seats_loaded, &(struct seats){ t->seat, 2 });
}

/* End the hub, whose store has then this size, and go on with the next one. */
static double
stop_and_size(struct traced *t)
{
	struct seats both = { t->seat, 2 };
	double bytes;

	hubd_stop();
	bytes = (double)hubd_store_bytes();
	hubd_until(seats_offline, &both);
	hubd_start();
	hubd_until(seats_loaded, &both);
	return bytes;
}

static void
type_room(struct traced *t, int i, const struct trace *tr)
{
	size_t first = tr->n < TRACE_FIRST ? tr->n : TRACE_FIRST;
	struct reading r = { tr, 0, i == 0 ? first : tr->n };

	seat_feed(t->seat[i], type_trace, i == 0 ? 1 : WINDOW, &r);
	hubd_until(seats_settled, &(struct seats){ &t->seat[i], 1 });
}

/* What the hub needs more when somebody comes into a room that it has not yet
 * loaded: it has just started, and the people are away since before. */
static double
measure_cold(struct traced *t)
{
	double before, after;

	for (int i = 0; i < 2; i++)
		seat_part(t->seat[i]);
	hubd_rest(AWAY_MS);
	hubd_stop();
	hubd_start();
	hubd_rest(IDLE_MS);
	before = hubd_memory_kib();
	seat_return(t->seat[1]);
	hubd_until(seats_loaded, &(struct seats){ &t->seat[1], 1 });
	hubd_rest(IDLE_MS);
	after = hubd_memory_kib();
	seat_return(t->seat[0]);
	all_loaded(t);
	return after - before;
}

static void
type_both(struct traced *t, const struct trace *tr, double *v)
{
	double bytes[3], kib;
	size_t first = tr->n < TRACE_FIRST ? tr->n : TRACE_FIRST;

	all_loaded(t);
	bytes[0] = stop_and_size(t);
	type_room(t, 0, tr);
	bytes[1] = stop_and_size(t);
	hubd_rest(IDLE_MS);
	kib = hubd_memory_kib();
	type_room(t, 1, tr);
	hubd_rest(IDLE_MS);
	v[WHOLE_KIB] = hubd_memory_kib() - kib;
	hubd_rest(REST_MS);
	v[WHOLE_REST_KIB] = hubd_memory_kib() - kib;
	bytes[2] = stop_and_size(t);
	v[STORE_KEY_B] = (bytes[1] - bytes[0]) / (double)first;
	v[STORE_WHOLE_B] = (bytes[2] - bytes[1]) / (double)tr->n;
}

/* Milliseconds from HELLO to the documents, for somebody new in ROOM. */
static double
measure_join(const struct room *room, const struct text *text, bool *ok)
{
	char code[CODE_SIZE];
	struct seat *s;
	double ms;

	hubd_invite(room, code);
	s = seat_open(hubd_loop(), hubd_enter(room, code), false);
	hubd_until(seats_loaded, &(struct seats){ &s, 1 });
	ms = s->loaded_ms - s->hello_ms;
	*ok &= text_equal(seat_text(s), text);
	seat_close(s);
	return ms;
}

static void
measure_joins(struct traced *t, const struct trace *tr, double *v, bool *ok)
{
	double whole[JOINS], first[JOINS], same[JOINS];
	size_t len, keys = TRACE_FIRST;
	char *text = hubd_get(&t->room[1], &len);
	struct room other;
	struct seat *s;

	hubd_room(&other);
	hubd_put(&other, text, len);
	free(text);
	s = seat_open(hubd_loop(), hubd_enter(&other, other.code), false);
	hubd_until(seats_loaded, &(struct seats){ &s, 1 });
	seat_feed(s, type_nothing, WINDOW, &keys);
	hubd_until(seats_settled, &(struct seats){ &s, 1 });
	for (int i = 0; i < JOINS; i++) {
		first[i] = measure_join(&t->room[0], tr->first, ok);
		whole[i] = measure_join(&t->room[1], tr->whole, ok);
		same[i] = measure_join(&other, tr->whole, ok);
	}
	seat_close(s);
	v[JOIN_FIRST_MS] = bench_percentile(first, JOINS, 50);
	v[JOIN_WHOLE_MS] = bench_percentile(whole, JOINS, 50);
	v[JOIN_SAME_MS] = bench_percentile(same, JOINS, 50);
	v[JOIN_RATIO] = v[JOIN_WHOLE_MS] / v[JOIN_SAME_MS];
}

struct following {
	struct seat *watcher, *seat;
};

static bool
has_followed(void *arg)
{
	struct following *f = arg;

	return seat_is_loaded(f->watcher) &&
	       seat_seen(f->watcher) >= seat_seen(f->seat);
}

/* Bytes of the log as a watcher gets it, which is as it is kept. */
static double
measure_log(const struct room *room, struct seat *seat, const struct text *text,
    bool *ok)
{
	struct following f = { NULL, seat };
	double bytes;

	f.watcher = seat_open(hubd_loop(), hubd_watch(room), true);
	hubd_until(has_followed, &f);
	bytes = (double)f.watcher->log_bytes;
	*ok &= text_equal(seat_text(f.watcher), text) &&
	       text_equal(seat_text(seat), text);
	seat_close(f.watcher);
	return bytes;
}

bool
trace_measure(const struct settings *s, double *v)
{
	const struct trace *tr = s->trace;
	size_t first = tr->n < TRACE_FIRST ? tr->n : TRACE_FIRST;
	struct traced t;
	bool ok = true;

	hubd_new();
	for (int i = 0; i < 2; i++) {
		hubd_room(&t.room[i]);
		t.seat[i] = seat_open(
		    hubd_loop(), hubd_enter(&t.room[i], t.room[i].code), false);
	}
	type_both(&t, tr, v);
	v[WHOLE_COLD_KIB] = measure_cold(&t);
	v[LOG_KEY_B] =
	    measure_log(&t.room[0], t.seat[0], tr->first, &ok) / (double)first;
	v[LOG_WHOLE_B] =
	    measure_log(&t.room[1], t.seat[1], tr->whole, &ok) / (double)tr->n;
	measure_joins(&t, tr, v, &ok);
	for (int i = 0; i < 2; i++)
		seat_close(t.seat[i]);
	hubd_stop();
	return ok;
}

/* --- many rooms --- */

static struct seat *
type_new_room(struct room *room)
{
	struct seat *s;

	hubd_room(room);
	s = seat_open(hubd_loop(), hubd_enter(room, room->code), false);
	hubd_until(seats_loaded, &(struct seats){ &s, 1 });
	seat_feed(s, type_code, WINDOW, NULL);
	return s;
}

bool
rooms_measure(const struct settings *settings, double *v)
{
	struct seat *seats[ROOMS + 1];
	struct room rooms[ROOMS + 1];
	double before;
	bool ok = true;

	(void)settings;
	hubd_new();
	/* what the first room alone costs more is not theirs */
	seats[ROOMS] = type_new_room(&rooms[ROOMS]);
	hubd_until(seats_settled, &(struct seats){ &seats[ROOMS], 1 });
	hubd_rest(IDLE_MS);
	before = hubd_memory_kib();
	for (int i = 0; i < ROOMS; i++)
		seats[i] = type_new_room(&rooms[i]);
	hubd_until(seats_settled, &(struct seats){ seats, ROOMS });
	hubd_rest(IDLE_MS);
	v[ROOM_KIB] = (hubd_memory_kib() - before) / ROOMS;
	hubd_rest(REST_MS);
	v[ROOM_REST_KIB] = (hubd_memory_kib() - before) / ROOMS;
	for (int i = 0; i <= ROOMS; i++) {
		ok &= text_len(seat_text(seats[i])) == ROOM_BYTES &&
		      hubd_has(&rooms[i], seat_text(seats[i]));
		seat_close(seats[i]);
	}
	hubd_stop();
	return ok;
}
