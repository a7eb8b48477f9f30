/* roomlog.c - a room's log in the store: its rows, its snapshots, its seal. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "hostd/seal.h"
#include "proto/err.h"
#include "tests/lib/world.h"

#define KEYS 1200 /* in more rows than one */

/* Every record of ROOM's log, each as a chunk of its own, into B. */
static int
add_record(void *arg, const struct record *r)
{
	struct chunk_writer w;

	chunk_begin(&w, arg, r->rev, r->at_ms);
	chunk_add(&w, r);
	return 0;
}

static void
read_log(struct room *room, struct buf *b)
{
	buf_init(b, 16 * CHUNK_MAX);
	assert_int_equal(roomlog_walk(&room->log, 1, add_record, b), 0);
	assert_int_equal(b->err, 0);
}

static void
log_is(struct room *room, const struct buf *want)
{
	struct buf b;

	read_log(room, &b);
	assert_int_equal(b.len, want->len);
	assert_memory_equal(b.data, want->data, b.len);
	buf_release(&b);
}

/* How many rows are in it? Their plain bytes into *BYTES, if it is wanted. */
static unsigned
rows_and_bytes(struct room *room, uint64_t *bytes)
{
	uint64_t first = 1, sum = 0;
	uint32_t count = 0;
	unsigned n = 0;
	struct buf b;

	buf_init(&b, CHUNK_MAX);
	while (store_chunk_get(room->hub->store, room->row.key, first + count,
		   &first, &count, &b) == 0) {
		sum += b.len;
		buf_clear(&b);
		n++;
	}
	buf_release(&b);
	if (bytes != NULL)
		*bytes = sum;
	return n;
}

static unsigned
rows(struct room *room)
{
	return rows_and_bytes(room, NULL);
}

/* Type or erase one byte of C at the end of the first file, as SITE 2. */
static void
press(struct room *room, char c)
{
	struct edit e = { .base = order_rev(room->order),
		.cseq = order_cseq(room->order, 2) + 1 };
	size_t end = text_len(order_text(room->order, 0));

	op_init(&e.op);
	if (c == '\b')
		assert_int_equal(op_splice(&e.op, end - 1, 1, NULL, 0), 0);
	else
		assert_int_equal(op_splice(&e.op, end, 0, &c, 1), 0);
	assert_int_equal(room_edit(room, 2, &e), 0);
	op_release(&e.op);
}

static struct room *
make_typed(struct hub *h, unsigned keys, char id[STORE_ID_SIZE])
{
	struct room *room = make_room(h);

	memcpy(id, room->row.id, STORE_ID_SIZE);
	assert_int_equal(room_put(room, SITE_LOCAL, "main.py", "", 0), 0);
	turn(h);
	for (unsigned i = 0; i < keys; i++) {
		press(room, (char)('a' + i % 23));
		turn(h);
	}
	return room;
}

static struct room *
open_again(struct hub *h, const char *id)
{
	struct room *room = room_find(h, id);

	if (room != NULL)
		room_drop(room);
	assert_int_equal(room_open(h, id, &room), 0);
	return room;
}

static int
fold_on(void *arg, const struct record *r)
{
	return order_replay(arg, r);
}

static void
a_row_grows_and_is_whole_after_every_key(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	struct room *room;
	struct order *o;
	char id[STORE_ID_SIZE], *want;

	room = make_typed(h, 0, id);
	for (unsigned i = 0; i < KEYS; i++) {
		press(room, (char)('a' + i % 23));
		turn(h);
		if (i % 100 == 50)
			room = open_again(h, id);
		assert_int_equal(order_new(&o), 0);
		assert_int_equal(roomlog_walk(&room->log, 1, fold_on, o), 0);
		assert_int_equal(order_rev(o), i + 2);
		want = file_bytes(order_text(room->order, 0));
		assert_int_equal(strlen(want), i + 1);
		text_is(o, 0, want);
		free(want);
		order_free(o);
	}
	/* one after each start and where one is full, but none for a key */
	assert_in_range(rows(room), 13, 18);
}

/* Rows that others read while this turn's records are not yet kept. */
static void
a_fold_in_the_middle_of_a_turn_changes_nothing(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	struct room *room;
	struct order *o;
	char id[STORE_ID_SIZE];

	room = make_typed(h, 0, id);
	for (unsigned i = 0; i < 3; i++) {
		press(room, 'x');
		assert_int_equal(
		    room_fold(room, UINT64_MAX, UINT64_MAX, &o), 0);
		assert_int_equal(order_rev(o), order_rev(room->order));
		order_free(o);
	}
	assert_int_equal(room->nfresh, 1); /* one message for all of it */
	assert_int_equal(room->fresh[0].count, 3);
	turn(h);
	room = open_again(h, id);
	text_is(room->order, 0, "xxx");
	assert_int_equal(rows(room), 1);
}

static void
a_key_alone_in_its_batch_takes_at_most_five_bytes(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	char id[STORE_ID_SIZE];
	struct room *room = make_typed(h, 0, id);
	uint64_t was = store_bytes_used(h->store);
	unsigned n = 20000;

	/* what is typed is erased, so that snapshots take no part */
	for (unsigned i = 0; i < n; i++) {
		press(room, i / 50 % 2 == 0 ? 'x' : '\b');
		turn(h);
	}
	assert_in_range(store_bytes_used(h->store) - was, n, 5 * n);
}

static void
what_is_larger_than_a_row_comes_back_between_keys(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	char id[STORE_ID_SIZE], *want;
	size_t large = 300 * 1024;
	char *bytes = malloc(large);
	struct room *room = make_typed(h, 10, id);
	struct buf log;

	for (size_t i = 0; i < large; i++)
		bytes[i] = (char)('a' + i % 25);
	for (unsigned i = 0; i < 6; i++) {
		press(room, 'k');
		assert_int_equal(room_put(room, SITE_LOCAL, "b.py", bytes,
				     large >> (3 * (i % 3))),
		    0);
		assert_int_equal(room_put(room, SITE_LOCAL, "b.py", "", 0), 0);
		press(room, 'l');
		if (i % 2 == 0)
			turn(h);
	}
	turn(h);
	want = file_bytes(order_text(room->order, 0));
	read_log(room, &log);
	room = open_again(h, id);
	assert_int_equal(order_rev(room->order), 10 + 2 + 6 * 4);
	text_is(room->order, 0, want);
	text_is(room->order, 1, "");
	log_is(room, &log);
	buf_release(&log);
	free(want);
	free(bytes);
}

static void
a_log_with_a_hole_is_not_taken_for_a_shorter_one(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	char id[STORE_ID_SIZE];
	struct room *room = make_typed(h, KEYS, id);
	uint64_t first;
	uint32_t count;
	struct order *o;
	struct buf b;

	assert_true(rows(room) > 3);
	buf_init(&b, CHUNK_MAX);
	assert_int_equal(store_chunk_get(h->store, room->row.key, KEYS / 2,
			     &first, &count, &b),
	    0);
	buf_release(&b);
	store_chunks_drop(h->store, room->row.key, first, first);
	assert_int_equal(store_commit(h->store), 0);
	assert_int_equal(
	    room_fold(room, UINT64_MAX, UINT64_MAX, &o), CS_EFORMAT);
	assert_int_equal(room_fold(room, first - 1, UINT64_MAX, &o), 0);
	order_free(o);
	room_drop(room);
	assert_int_equal(room_open(h, id, &room), CS_EFORMAT);
}

static void
a_row_has_as_many_records_as_it_says(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	char id[STORE_ID_SIZE];
	struct room *room = make_typed(h, 10, id);
	int64_t key = room->row.key;
	uint64_t first;
	uint32_t count;
	struct buf b;

	buf_init(&b, CHUNK_MAX);
	assert_int_equal(
	    store_chunk_get(h->store, key, 1, &first, &count, &b), 0);
	room_drop(room);
	for (uint32_t n = count - 1; n <= count + 1; n++) {
		store_chunk_grow(h->store, key, first, n, b.data, b.len);
		assert_int_equal(store_commit(h->store), 0);
		assert_int_equal(
		    room_open(h, id, &room), n == count ? 0 : CS_EFORMAT);
		if (n == count)
			room_drop(room);
	}
	buf_release(&b);
}

static void
a_damaged_snapshot_is_passed_over(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	char id[STORE_ID_SIZE], *want;
	struct room *room = make_typed(h, 3 * ROOM_SNAPSHOT_RECORDS, id);
	uint64_t *revs, newest = room->snapshot_rev;
	size_t n;

	want = file_bytes(order_text(room->order, 0));
	assert_int_equal(
	    store_snapshot_revs(h->store, room->row.key, &revs, &n), 0);
	assert_true(n >= 2);
	for (size_t i = n; i-- > 0;) {
		store_snapshot_add(h->store, room->row.key, revs[i],
		    order_at_ms(room->order), i % 2 ? "\1\xFF" : "?!", 2);
		assert_int_equal(store_commit(h->store), 0);
		room = open_again(h, id);
		assert_true(room->snapshot_rev < revs[i]);
		text_is(room->order, 0, want);
	}
	assert_int_equal(room->snapshot_rev, 0);
	free(revs);
	/* and the next one takes the place of a damaged one */
	assert_true(newest > ROOM_SNAPSHOT_RECORDS);
	turn(h);
	room = open_again(h, id);
	assert_int_equal(room->snapshot_rev, order_rev(room->order));
	free(want);
}

static void
only_snapshots_that_are_of_use_are_kept(void **state)
{
#define N ROOM_SNAPSHOT_RECORDS
#define L ROOM_LANDMARK_RECORDS
	static const struct {
		uint64_t revs[8];
		const char *keep; /* + or - for each */
	} cases[] = {
		{ { 5 }, "+" },
		{ { 5, 6 }, "++" },
		/* none is old enough: the oldest will be the first to be */
		{ { 5, 6, 7, N + 4 }, "+--+" },
		{ { 5, 6, 7, N + 5 }, "++-+" },
		{ { N, 2 * N, 3 * N }, "-++" },
		{ { N, 2 * N, 2 * N + 9 }, "+++" },
		{ { N, 2 * N, 2 * N + 9, 2 * N + 10 }, "++-+" },
		{ { N, 2 * N, 3 * N - 1, 3 * N }, "-+++" },
		/* landmarks: the first after each mark */
		{ { L - 1, L, L + 1, 2 * L + 5, 2 * L + 6, 3 * L - 1, 4 * L,
		      5 * L },
		    "-+-+--++" },
	};
	bool keep[8];

	(void)state;
	roomlog_keeps(NULL, 0, keep);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		roomlog_keeps(cases[i].revs, strlen(cases[i].keep), keep);
		for (size_t k = 0; cases[i].keep[k] != '\0'; k++)
			assert_int_equal(keep[k], cases[i].keep[k] == '+');
	}
}

/* A room that is looked at every now and then. */
static void
snapshots_do_not_pile_up(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	char id[STORE_ID_SIZE];
	struct room *room = make_typed(h, 0, id);
	uint64_t *revs, rev;
	struct order *o;
	size_t n;

	for (unsigned i = 0; i < 3 * ROOM_SNAPSHOT_RECORDS; i++) {
		press(room, i % 2 == 0 ? 'x' : '\b');
		room->snapshot_wanted = i % 500 == 0;
		turn(h);
		if (i % 500 != 0)
			continue;
		assert_int_equal(
		    store_snapshot_revs(h->store, room->row.key, &revs, &n), 0);
		assert_in_range(n, 1, 3);
		free(revs);
		rev = order_rev(room->order);
		if (rev < 2 * ROOM_SNAPSHOT_RECORDS)
			continue;
		/* who was away so long finds one that is not much older */
		rev -= ROOM_SNAPSHOT_RECORDS;
		assert_int_equal(room_past(room, rev, &o), 0);
		assert_in_range(order_rev(o), rev - ROOM_SNAPSHOT_RECORDS, rev);
		order_free(o);
	}
	assert_int_equal(room_past(room, 1, &o), 0);
	assert_int_equal(order_rev(o), 0);
	assert_int_equal(order_file_count(o), 0);
	order_free(o);
}

/* --- sealing --- */

/* A room that has ended after so much that it takes several blocks; its log
 * into LOG. It is in memory no more. */
static void
make_ended(struct hub *h, char id[STORE_ID_SIZE], struct buf *log)
{
	struct room *room = make_typed(h, 0, id);
	char noise[3000];
	unsigned seed = 1;

	for (unsigned i = 0; i < 60; i++) {
		for (size_t k = 0; k < sizeof(noise); k++) {
			seed = seed * 1103515245 + 12345;
			noise[k] = (char)('a' + seed / 65536 % 26);
		}
		assert_int_equal(
		    room_put(room, SITE_LOCAL, "b.py", noise, sizeof(noise)),
		    0);
		for (unsigned k = 0; k < 300; k++)
			press(room, (char)('a' + k % 23));
		turn(h);
	}
	assert_int_equal(room_end(room, SITE_LOCAL), 0);
	turn(h);
	read_log(room, log);
	room_drop(room);
}

static void
get_row(struct hub *h, const char *id, struct room_row *row)
{
	assert_int_equal(store_room_get(h->store, id, row), 0);
}

static void
a_sealed_log_is_the_same_and_small(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	char id[STORE_ID_SIZE];
	struct room_row row;
	struct room *room;
	struct order *o;
	struct buf log;
	uint64_t *revs, empty = store_bytes_used(h->store), plain;
	unsigned before, blocks = 0;
	size_t n;

	make_ended(h, id, &log);
	room = open_again(h, id);
	before = rows(room);
	room_drop(room);
	get_row(h, id, &row);
	while (!row.sealed) {
		assert_int_equal(seal_block(h->store, &row), 0);
		blocks++;
		room = open_again(h, id); /* at any time */
		log_is(room, &log);
		room_drop(room);
	}
	assert_in_range(blocks, 3, 10);
	room = open_again(h, id);
	assert_true(rows_and_bytes(room, &plain) <= blocks);
	assert_true(before > 2 * blocks);
	assert_in_range(
	    store_bytes_used(h->store) - empty, 4096, plain / 4 * 3);
	assert_int_equal(store_snapshot_revs(h->store, row.key, &revs, &n), 0);
	assert_int_equal(n, 0);
	free(revs);
	assert_int_equal(room_fold(room, 2000, UINT64_MAX, &o), 0);
	assert_int_equal(order_rev(o), 2000);
	order_free(o);
	log_is(room, &log);
	assert_int_equal(store_room_unsealed(h->store, 0, &row), CS_ENOTFOUND);
	buf_release(&log);
}

/* Who asks for it does not wait until all of it is folded. */
static void
a_large_sealed_log_keeps_its_newest_snapshot(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	char id[STORE_ID_SIZE];
	struct room *room = make_typed(h, 0, id);
	struct room_row row;
	uint64_t *revs, rev, last;
	size_t n;

	churn(room, 80);
	rev = room->snapshot_rev;
	assert_true(rev > 0);
	assert_int_equal(room_end(room, SITE_LOCAL), 0);
	last = order_rev(room->order);
	turn(h);
	room_drop(room);
	get_row(h, id, &row);
	while (!row.sealed)
		assert_int_equal(seal_block(h->store, &row), 0);
	assert_int_equal(store_snapshot_revs(h->store, row.key, &revs, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(revs[0], rev);
	room = open_again(h, id);
	assert_int_equal(order_rev(room->order), last);
	free(revs);
}

/* The files of ROOM after REV, or at AT_MS, as bytes behind each other. */
static void
put_past(struct room *room, uint64_t rev, uint64_t at_ms, struct buf *b)
{
	const struct text *t;
	struct order *o;
	uint8_t *p;

	assert_int_equal(room_fold(room, rev, at_ms, &o), 0);
	buf_put_u64(b, order_at_ms(o));
	for (unsigned f = 0; f < order_file_count(o); f++) {
		t = order_text(o, f);
		buf_put_u64(b, text_len(t));
		if ((p = buf_reserve(b, text_len(t))) != NULL)
			text_copy(t, 0, text_len(t), p);
	}
	order_free(o);
	assert_int_equal(b->err, 0);
}

#define MOMENTS 40

/* Of 40 moments: by revision, and by the time that this revision has. */
static void
put_moments(struct room *room, struct buf *b)
{
	uint64_t last = order_rev(room->order), rev, at_ms;
	struct order *o;

	for (unsigned i = 0; i <= MOMENTS; i++) {
		rev = 1 + (last - 1) * i / MOMENTS;
		put_past(room, rev, UINT64_MAX, b);
		assert_int_equal(room_fold(room, rev, UINT64_MAX, &o), 0);
		at_ms = order_at_ms(o);
		order_free(o);
		put_past(room, UINT64_MAX, at_ms, b);
		put_past(room, UINT64_MAX, at_ms - 1, b);
	}
}

static void
the_past_of_a_sealed_room_is_the_same(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	char id[STORE_ID_SIZE];
	struct buf log, before, after;
	struct room_row row;
	struct room *room;

	buf_init(&before, SIZE_MAX / 2);
	buf_init(&after, SIZE_MAX / 2);
	make_ended(h, id, &log);
	room = open_again(h, id);
	put_moments(room, &before);
	room_drop(room);
	for (get_row(h, id, &row); !row.sealed;)
		assert_int_equal(seal_block(h->store, &row), 0);
	room = open_again(h, id);
	put_moments(room, &after);
	assert_int_equal(before.len, after.len);
	assert_memory_equal(before.data, after.data, before.len);
	buf_release(&before);
	buf_release(&after);
	buf_release(&log);
}

static void
sealing_goes_on_after_a_kill_between_blocks(void **state)
{
	struct world *w = *state;
	struct hub *h = &w->hub;
	char id[STORE_ID_SIZE];
	struct room_row row;
	struct room *room;
	struct buf log;
	uint64_t rev = 0;

	make_ended(h, id, &log);
	for (get_row(h, id, &row); !row.sealed; get_row(h, id, &row)) {
		assert_true(row.sealed_rev > rev || rev == 0);
		rev = row.sealed_rev;
		assert_int_equal(seal_block(h->store, &row), 0);
		store_close(h->store);
		assert_int_equal(store_open(&h->store, w->path, false), 0);
		room = open_again(h, id);
		log_is(room, &log);
		room_drop(room);
	}
	buf_release(&log);
}

/* A disk that takes nothing. */
static void
disk_is_full(bool full)
{
	static struct rlimit old;
	struct rlimit none;

	if (full) {
		assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
		none = (struct rlimit){ 0, old.rlim_max };
		signal(SIGXFSZ, SIG_IGN);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	} else {
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	}
}

static void
a_block_that_cannot_be_kept_changes_nothing(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	char id[STORE_ID_SIZE];
	struct room_row row;
	struct buf log;

	make_ended(h, id, &log);
	get_row(h, id, &row);
	disk_is_full(true);
	assert_true(seal_block(h->store, &row) < 0);
	disk_is_full(false);
	assert_int_equal(row.sealed_rev, 0);
	/* nor does one that would begin within a row */
	row.sealed_rev = 1;
	assert_int_equal(seal_block(h->store, &row), CS_EFORMAT);
	get_row(h, id, &row);
	assert_int_equal(row.sealed_rev, 0);
	log_is(open_again(h, id), &log);
	buf_release(&log);
}

static void
what_comes_after_the_seal_is_sealed_as_well(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	char id[STORE_ID_SIZE];
	struct room_row row;
	struct room *room;
	struct member *m;
	struct buf log;
	uint64_t rev;

	make_ended(h, id, &log);
	buf_release(&log);
	get_row(h, id, &row);
	while (!row.sealed)
		assert_int_equal(seal_block(h->store, &row), 0);
	rev = row.sealed_rev;
	room = open_again(h, id);
	assert_int_equal(room_seat_add(room, ROLE_OBSERVER, NULL, "", &m), 0);
	turn(h);
	assert_int_equal(room_enter(room, m, "Ann"), 0);
	turn(h);
	assert_int_equal(order_rev(room->order), rev + 1);
	read_log(room, &log);
	room = open_again(h, id);
	log_is(room, &log);
	room_drop(room);
	assert_int_equal(store_room_unsealed(h->store, 0, &row), 0);
	assert_string_equal(row.id, id);
	assert_int_equal(row.sealed_rev, rev);
	while (!row.sealed)
		assert_int_equal(seal_block(h->store, &row), 0);
	assert_int_equal(row.sealed_rev, rev + 1);
	room = open_again(h, id);
	log_is(room, &log);
	buf_release(&log);
}

/* A turn in which sealing is due; is the room ID sealed after it? */
static bool
sealed_by_a_turn(struct hub *h, const char *id)
{
	struct room_row row;

	h->seal.next_ms = 0;
	rooms_tick(h, loop_now_ms());
	rooms_seal(h);
	get_row(h, id, &row);
	return row.sealed;
}

static void
rooms_are_sealed_by_and_by_but_not_in_use(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	char first[STORE_ID_SIZE], second[STORE_ID_SIZE], open[STORE_ID_SIZE];
	struct room_row row;
	struct room *room;
	struct buf log;
	unsigned turns = 0;

	make_ended(h, first, &log);
	buf_release(&log);
	make_typed(h, 10, open);
	make_ended(h, second, &log);
	room = open_again(h, first);
	while (!sealed_by_a_turn(h, second))
		assert_true(++turns < 20);
	assert_true(turns > 2);
	get_row(h, first, &row);
	assert_int_equal(row.sealed_rev, 0);
	room_drop(room);
	while (!sealed_by_a_turn(h, first))
		assert_true(++turns < 40);
	assert_false(sealed_by_a_turn(h, open));
	get_row(h, open, &row);
	assert_int_equal(row.sealed_rev, 0);
	log_is(open_again(h, second), &log);
	buf_release(&log);
}

static void
a_damaged_log_does_not_keep_others_from_being_sealed(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	char bad[STORE_ID_SIZE], good[STORE_ID_SIZE];
	struct room_row row;
	struct buf log;
	unsigned turns = 0;

	make_ended(h, bad, &log);
	buf_release(&log);
	get_row(h, bad, &row);
	store_chunks_drop(h->store, row.key, 2, 500);
	assert_int_equal(store_commit(h->store), 0);
	make_ended(h, good, &log);
	buf_release(&log);
	while (!sealed_by_a_turn(h, good))
		assert_true(++turns < 20);
	/* it is left as it is, and not looked at again and again */
	get_row(h, bad, &row);
	assert_int_equal(row.sealed_rev, 0);
	assert_int_equal(store_room_unsealed(h->store, 0, &row), CS_ENOTFOUND);
}

static void
a_room_that_could_not_be_sealed_comes_after_the_others(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	char first[STORE_ID_SIZE], second[STORE_ID_SIZE];
	struct room_row row;
	struct buf log;
	unsigned turns = 0;

	make_ended(h, first, &log);
	buf_release(&log);
	make_ended(h, second, &log);
	disk_is_full(true);
	assert_false(sealed_by_a_turn(h, first));
	disk_is_full(false);
	assert_true(h->seal.next_ms > loop_now_ms()); /* not at once */
	while (!sealed_by_a_turn(h, second))
		assert_true(++turns < 20);
	get_row(h, first, &row);
	assert_int_equal(row.sealed_rev, 0);
	while (!sealed_by_a_turn(h, first))
		assert_true(++turns < 40);
	log_is(open_again(h, second), &log);
	buf_release(&log);
}

static void
an_ended_room_leaves_no_snapshot(void **state)
{
	struct world *w = *state;
	struct hub *h = &w->hub;
	char id[STORE_ID_SIZE];
	struct room *room = make_typed(h, 10, id);
	struct room_row row;
	uint64_t *revs;
	size_t n;

	assert_int_equal(room_end(room, SITE_LOCAL), 0);
	turn(h);
	rooms_tick(h, loop_now_ms() + ROOM_IDLE_MS + 1);
	turn(h);
	assert_null(room_find(h, id));
	open_again(h, id);
	rooms_close(h);
	get_row(h, id, &row);
	assert_int_equal(store_snapshot_revs(h->store, row.key, &revs, &n), 0);
	assert_int_equal(n, 0);
	free(revs);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_row_grows_and_is_whole_after_every_key),
		TEST(a_fold_in_the_middle_of_a_turn_changes_nothing),
		TEST(a_key_alone_in_its_batch_takes_at_most_five_bytes),
		TEST(what_is_larger_than_a_row_comes_back_between_keys),
		TEST(a_log_with_a_hole_is_not_taken_for_a_shorter_one),
		TEST(a_row_has_as_many_records_as_it_says),
		TEST(a_damaged_snapshot_is_passed_over),
		cmocka_unit_test(only_snapshots_that_are_of_use_are_kept),
		TEST(snapshots_do_not_pile_up),
		TEST(a_large_sealed_log_keeps_its_newest_snapshot),
		TEST(a_sealed_log_is_the_same_and_small),
		TEST(the_past_of_a_sealed_room_is_the_same),
		TEST(sealing_goes_on_after_a_kill_between_blocks),
		TEST(a_block_that_cannot_be_kept_changes_nothing),
		TEST(what_comes_after_the_seal_is_sealed_as_well),
		TEST(rooms_are_sealed_by_and_by_but_not_in_use),
		TEST(a_damaged_log_does_not_keep_others_from_being_sealed),
		TEST(a_room_that_could_not_be_sealed_comes_after_the_others),
		TEST(an_ended_room_leaves_no_snapshot),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
