/*
 * lessons.c - what has gone wrong in editors that share a text through a
 * server, one test a class: each is a short scene with the real hub's side
 * (struct order) and real replicas (struct peer), and says what the class is.
 *
 * A slow consumer that slows others is the one class that needs real links:
 * a_stalled_seat_delays_nobody_and_catches_up in hub.c, and tests/e2e/stall.t.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/room.h"
#include "proto/err.h"
#include "proto/utf8.h"
#include "tests/lib/world.h"

#define SEATS 3
#define SITE_HOST 9 /* wrote what was there at first */
#define EMOJI "\xF0\x9F\x98\x80"
#define E_ACUTE "e\xCC\x81" /* a letter and a combining accent */

/* --- a room whose records go where and when a scene wants --- */

struct scene {
	struct order *o;
	struct peer *p[SEATS]; /* seat I is site I + 1 */
	struct buf *log;       /* record REV is the chunk log[REV - 1] */
	size_t n, cap;
	uint64_t now_ms;
};

static void
keep(struct scene *s, const struct record *r)
{
	struct chunk_writer cw;
	struct buf *b;

	if (s->n == s->cap) {
		s->cap = s->cap == 0 ? 64 : 2 * s->cap;
		s->log = realloc(s->log, s->cap * sizeof(*s->log));
		assert_non_null(s->log);
	}
	b = &s->log[s->n++];
	buf_init(b, CHUNK_MAX);
	chunk_begin(&cw, b, r->rev, r->at_ms);
	chunk_add(&cw, r);
	assert_int_equal(b->err, 0);
}

/* The hub takes E of the seat SITE - 1. */
static int
take(struct scene *s, uint8_t site, const struct edit *e)
{
	const struct record *rec;
	int r = order_edit(s->o, site, e, s->now_ms, &rec);

	if (r == 0)
		keep(s, rec);
	return r;
}

static void
send_one(struct scene *s, int seat)
{
	const struct edit *e = peer_next(s->p[seat]);

	assert_non_null(e);
	assert_int_equal(take(s, (uint8_t)(seat + 1), e), 0);
}

static void
send_all(struct scene *s, int seat)
{
	const struct edit *e;

	while ((e = peer_next(s->p[seat])) != NULL)
		assert_int_equal(take(s, (uint8_t)(seat + 1), e), 0);
}

/* Give SEAT the record REV. */
static int
give(struct scene *s, int seat, uint64_t rev)
{
	const struct buf *b = &s->log[rev - 1];
	struct chunk_reader cr;
	struct record rec;
	int r;

	record_init(&rec);
	assert_int_equal(chunk_open(&cr, b->data, b->len), 0);
	assert_int_equal(chunk_next(&cr, &rec), 1);
	r = peer_remote(s->p[seat], &rec);
	record_release(&rec);
	return r;
}

/* Everything that SEAT has not seen. */
static void
receive(struct scene *s, int seat)
{
	while (peer_seen(s->p[seat]) < order_rev(s->o))
		assert_int_equal(give(s, seat, peer_seen(s->p[seat]) + 1), 0);
}

static void
lose_link(struct scene *s, int seat)
{
	peer_unsend(s->p[seat]);
}

/* A new link, and all that was missed. */
static void
resume(struct scene *s, int seat)
{
	assert_int_equal(
	    order_attach(s->o, (uint8_t)(seat + 1), peer_seen(s->p[seat])), 0);
	receive(s, seat);
}

/* All that waits arrives everywhere, and all have the same. */
static void
settle(struct scene *s)
{
	for (int i = 0; i < SEATS; i++)
		send_all(s, i);
	for (int i = 0; i < SEATS; i++) {
		receive(s, i);
		assert_int_equal(peer_pending(s->p[i]), 0);
		assert_true(
		    text_equal(peer_text(s->p[i], 0), order_text(s->o, 0)));
	}
}

/* A fresh replica for SEAT, of the room as it is now. */
static void
load(struct scene *s, int seat)
{
	const struct text *t = order_text(s->o, 0);
	uint8_t site = (uint8_t)(seat + 1), *bytes, *sites;
	size_t len = text_len(t);

	bytes = malloc(len + 1);
	sites = malloc(len + 1);
	assert_true(bytes != NULL && sites != NULL);
	text_copy(t, 0, len, bytes);
	memset(sites, SITE_HOST, len);
	peer_free(s->p[seat]);
	assert_int_equal(peer_new(&s->p[seat], site, 1, NULL, NULL), 0);
	assert_int_equal(peer_begin(s->p[seat], order_rev(s->o),
			     order_rev(s->o), order_cseq(s->o, site), 1),
	    0);
	assert_int_equal(peer_load(s->p[seat], 0, order_file_name(s->o, 0),
			     bytes, sites, len),
	    0);
	free(bytes);
	free(sites);
}

static void
host_writes(struct scene *s, const char *text)
{
	struct edit e = { .base = order_rev(s->o),
		.cseq = order_cseq(s->o, SITE_HOST) + 1 };

	op_init(&e.op);
	assert_int_equal(op_splice(&e.op, 0, 0, text, strlen(text)), 0);
	assert_int_equal(take(s, SITE_HOST, &e), 0);
	op_release(&e.op);
}

static void
scene_open(struct scene *s, const char *text)
{
	struct record r;

	memset(s, 0, sizeof(*s));
	s->now_ms = 1000000;
	assert_int_equal(order_new(&s->o), 0);
	record_init(&r);
	r.kind = REC_FILE;
	snprintf(r.name, sizeof(r.name), "main.py");
	assert_int_equal(order_event(s->o, &r, s->now_ms), 0);
	keep(s, &r);
	record_release(&r);
	host_writes(s, text);
	for (int i = 0; i < SEATS; i++)
		load(s, i);
}

static void
scene_close(struct scene *s)
{
	for (size_t i = 0; i < s->n; i++)
		buf_release(&s->log[i]);
	free(s->log);
	for (int i = 0; i < SEATS; i++)
		peer_free(s->p[i]);
	order_free(s->o);
}

/* The hub dies, and the next one reads the log. */
static void
hub_again(struct scene *s)
{
	struct chunk_reader cr;
	struct record rec;

	record_init(&rec);
	order_free(s->o);
	assert_int_equal(order_new(&s->o), 0);
	for (size_t i = 0; i < s->n; i++) {
		chunk_open(&cr, s->log[i].data, s->log[i].len);
		assert_int_equal(chunk_next(&cr, &rec), 1);
		assert_int_equal(order_replay(s->o, &rec), 0);
	}
	record_release(&rec);
}

/* --- what people do --- */

static void
splice(struct scene *s, int seat, size_t pos, size_t del, const char *ins)
{
	struct op op;

	op_init(&op);
	assert_int_equal(op_splice(&op, pos, del, ins, strlen(ins)), 0);
	assert_int_equal(peer_edit(s->p[seat], 0, &op, 0, s->now_ms), 0);
	op_release(&op);
}

/* One key at a time. */
static void
type(struct scene *s, int seat, size_t pos, const char *keys)
{
	char key[2] = "";

	for (; *keys != '\0'; keys++) {
		key[0] = *keys;
		splice(s, seat, pos++, 0, key);
	}
}

static int
undo(struct scene *s, int seat)
{
	uint8_t file;
	size_t pos;

	return peer_undo(s->p[seat], s->now_ms, &file, &pos);
}

static void
reads_as(const struct text *t, const char *want)
{
	char got[512] = "";

	assert_true(text_len(t) < sizeof(got));
	text_copy(t, 0, text_len(t), got);
	assert_string_equal(got, want);
}

static void
sees(const struct scene *s, int seat, const char *want)
{
	reads_as(peer_text(s->p[seat], 0), want);
}

/* --- the lessons --- */

/* A resume doubles text: what was accepted but not acknowledged comes back in
 * the stream as somebody else's, and is sent again as well. Here the seat keeps
 * its site, and its own records in the stream are the acknowledgements. */
static void
a_resume_does_not_double_what_was_accepted(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, "");
	type(&s, 0, 0, "abcd");
	send_one(&s, 0);
	send_one(&s, 0);
	assert_non_null(peer_next(s.p[0])); /* c is lost with the link */
	type(&s, 1, 0, "__");
	send_all(&s, 1);
	lose_link(&s, 0);
	resume(&s, 0);
	assert_int_equal(peer_pending(s.p[0]), 2);
	settle(&s);
	sees(&s, 1, "abcd__");
	scene_close(&s);
}

/* The same when it is the hub that died, right after it had accepted. */
static void
a_hub_that_dies_after_accepting_doubles_nothing(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, "");
	type(&s, 0, 0, "abcd");
	send_one(&s, 0);
	send_one(&s, 0);
	hub_again(&s);
	for (int i = 0; i < SEATS; i++) {
		lose_link(&s, i);
		resume(&s, i);
	}
	assert_int_equal(peer_pending(s.p[0]), 2);
	settle(&s);
	sees(&s, 2, "abcd");
	scene_close(&s);
}

/* An edit is resent under its number without need, by a client that lost count:
 * it is recognised and dropped. */
static void
a_number_that_was_taken_is_not_taken_again(void **state)
{
	struct edit e = { .base = 2, .cseq = 1 };
	struct scene s;

	(void)state;
	scene_open(&s, "");
	op_init(&e.op);
	assert_int_equal(op_splice(&e.op, 0, 0, "a", 1), 0);
	assert_int_equal(take(&s, 1, &e), 0);
	assert_int_equal(take(&s, 1, &e), CS_EDUP);
	e.base = 3;
	assert_int_equal(take(&s, 1, &e), CS_EDUP);
	assert_int_equal(order_rev(s.o), 3);
	reads_as(order_text(s.o, 0), "a");
	op_release(&e.op);
	scene_close(&s);
}

/* What is in flight is changed while the link is down (what is typed meanwhile
 * is folded into it, or it is taken back) and resent under the same number: if
 * it had arrived, the two ends disagree for ever. */
static void
what_was_sent_never_changes_under_its_number(void **state)
{
	static const struct {
		const char *ins;
		uint8_t flags;
		uint32_t undo_of;
	} want[] = { { "a", 0, 0 }, { "b", 0, 0 }, { "c", 0, 0 },
		{ "", EDIT_UNDO, 3 }, { "d", 0, 0 } };
	const struct edit *e;
	struct scene s;

	(void)state;
	scene_open(&s, "");
	type(&s, 0, 0, "ab");
	assert_int_equal(peer_next(s.p[0])->cseq, 1);
	assert_int_equal(peer_next(s.p[0])->cseq, 2);
	lose_link(&s, 0);
	type(&s, 0, 2, "c"); /* goes on with the word */
	assert_int_equal(undo(&s, 0), 0);
	type(&s, 0, 0, "d");
	type(&s, 1, 0, "__");
	send_all(&s, 1);
	resume(&s, 0);
	for (uint32_t i = 0; i < 5; i++) {
		e = peer_next(s.p[0]);
		assert_int_equal(e->cseq, i + 1);
		assert_int_equal(e->flags, want[i].flags);
		assert_int_equal(e->undo_of, want[i].undo_of);
		assert_int_equal(e->op.ins_len, strlen(want[i].ins));
		assert_memory_equal(e->op.ins, want[i].ins, e->op.ins_len);
	}
	assert_null(peer_next(s.p[0]));
	lose_link(&s, 0);
	settle(&s);
	sees(&s, 1, "d__");
	scene_close(&s);
}

/* History is trimmed under somebody who was away for long: all that is left is
 * to load anew and to throw away what waits. Here the hub's memory is short but
 * the log is not, and what waits crosses all of it. */
static void
who_was_away_for_20000_edits_keeps_what_waits(void **state)
{
	size_t last = 4;
	struct scene s;
	char got[6] = "";

	(void)state;
	scene_open(&s, "[]()");
	type(&s, 0, 1, "abc");
	splice(&s, 0, 6, 0, "\xE2\x82\xAC"); /* between the parentheses */
	splice(&s, 0, 0, 1, "");
	for (int i = 0; i < 20000; i++) {
		splice(&s, 1, last, 0, &"xyz\n"[i % 4]);
		last = text_len(peer_text(s.p[1], 0));
		send_all(&s, 1);
		receive(&s, 1);
	}
	/* It can not go on as if nothing had been: nothing happens then. */
	assert_int_equal(take(&s, 1, peer_next(s.p[0])), CS_ESTALE);
	lose_link(&s, 0);
	resume(&s, 0);
	assert_int_equal(peer_pending(s.p[0]), 5);
	settle(&s);
	text_copy(peer_text(s.p[2], 0), 0, 5, got);
	assert_string_equal(got, "abc](");
	text_copy(peer_text(s.p[2], 0), 5, 3, got);
	assert_memory_equal(got, "\xE2\x82\xAC", 3);
	assert_int_equal(text_len(peer_text(s.p[2], 0)), last + 6 - 1);
	scene_close(&s);
}

/* A transport that loses a message under load, and a replica that goes on as if
 * it had not. Revisions have no gaps, so a gap is noticed, nothing after it is
 * taken, and the stream is asked for again from where it was whole. */
static void
a_lost_chunk_is_noticed_and_asked_for_again(void **state)
{
	struct scene s;
	uint64_t seen;

	(void)state;
	scene_open(&s, "");
	type(&s, 0, 0, "me");
	send_all(&s, 0); /* 3, 4 */
	type(&s, 1, 0, "you");
	send_all(&s, 1); /* 5, 6, 7 */
	assert_int_equal(give(&s, 0, 3), 0);
	seen = peer_seen(s.p[0]);
	for (uint64_t rev = 5; rev <= 7; rev++) /* 4 is lost */
		assert_int_equal(give(&s, 0, rev), CS_ESEQ);
	sees(&s, 0, "me");
	assert_true(peer_seen(s.p[0]) == seen);
	assert_int_equal(peer_pending(s.p[0]), 1); /* 4 was its answer */
	lose_link(&s, 0);
	resume(&s, 0);
	assert_int_equal(peer_pending(s.p[0]), 0);
	sees(&s, 0, "meyou");
	/* What comes twice is not taken twice. */
	for (uint64_t rev = 3; rev <= 7; rev++)
		assert_int_equal(give(&s, 0, rev), 0);
	settle(&s);
	sees(&s, 2, "meyou");
	scene_close(&s);
}

/* Both ends refuse OP as it splits a character. */
static void
is_refused(struct scene *s, struct edit *e)
{
	assert_int_equal(take(s, 1, e), CS_EBOUNDARY);
	assert_int_equal(
	    peer_edit(s->p[0], 0, &e->op, 0, s->now_ms), CS_EBOUNDARY);
}

/* Alone, and as the second of two hunks. */
static void
splits_are_refused(struct scene *s, size_t pos, size_t del)
{
	struct edit e = { .base = 2, .cseq = 1 };

	op_init(&e.op);
	op_splice(&e.op, pos, del, "x", 1);
	is_refused(s, &e);
	op_clear(&e.op);
	op_insert(&e.op, "y", 1);
	op_skip(&e.op, pos);
	op_delete(&e.op, del);
	is_refused(s, &e);
	op_release(&e.op);
}

/* One end counts bytes, another code units or characters: the first emoji sets
 * them apart. All ends count bytes, and an offset inside a character is refused
 * by both of them. */
static void
an_offset_inside_a_character_is_refused(void **state)
{
	static const char text[] = "a" EMOJI E_ACUTE "\xC3\x9F" EMOJI "z";
	size_t len = sizeof(text) - 1, refused = 0;
	struct scene s;

	(void)state;
	scene_open(&s, text);
	for (size_t pos = 0; pos < len; pos++)
		for (size_t end = pos + 1; end <= len; end++) {
			if (utf8_starts((uint8_t)text[pos]) &&
			    utf8_starts((uint8_t)text[end]))
				continue;
			splits_are_refused(&s, pos, end - pos);
			refused++;
		}
	assert_true(refused > 0);
	assert_int_equal(order_rev(s.o), 2);
	assert_int_equal(peer_pending(s.p[0]), 0);
	sees(&s, 0, text);
	reads_as(order_text(s.o, 0), text);
	scene_close(&s);
}

static void
characters_of_any_length_keep_all_in_step(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, "a" EMOJI E_ACUTE "z");
	splice(&s, 0, 1, 4, "\xC3\x9F");         /* the emoji, for a shorter */
	splice(&s, 1, 5, 0, "\xE2\x82\xAC");     /* after the emoji */
	splice(&s, 1, 9, 2, "");                 /* the accent alone */
	splice(&s, 2, 6, 0, EMOJI EMOJI);        /* before the accent */
	splice(&s, 2, 0, 1, "\xF0\x90\x8D\x88"); /* the a, for a longer */
	settle(&s);
	sees(&s, 0,
	    "\xF0\x90\x8D\x88\xC3\x9F\xE2\x82\xAC"
	    "e" EMOJI EMOJI "z");
	scene_close(&s);
}

/* An undo takes back what another wrote, or puts it where it was and not where
 * it is now. */
static void
an_undo_after_others_edits_takes_back_only_ones_own(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, "one two\n");
	splice(&s, 0, 4, 3, "2");
	settle(&s);
	splice(&s, 1, 0, 3, "1");        /* before it */
	splice(&s, 1, 3, 0, "(b)");      /* at its end */
	splice(&s, 2, 5, 0, "\xC3\x9F"); /* the same place, meanwhile */
	settle(&s);
	sees(&s, 0, "1 2(b)\xC3\x9F\n");
	assert_int_equal(undo(&s, 0), 0);
	settle(&s);
	sees(&s, 1, "1 two(b)\xC3\x9F\n");
	assert_int_equal(undo(&s, 0), CS_ENOTFOUND);
	assert_int_equal(undo(&s, 2), 0);
	settle(&s);
	sees(&s, 0, "1 two(b)\n");
	scene_close(&s);
}

/* Edits of others land on one's own undo stack. */
static void
edits_of_others_are_never_ones_own_to_undo(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, "");
	type(&s, 1, 0, "theirs");
	settle(&s);
	assert_int_equal(undo(&s, 0), CS_ENOTFOUND);
	assert_int_equal(peer_pending(s.p[0]), 0);
	type(&s, 0, 6, " mine");
	settle(&s);
	while (undo(&s, 0) == 0)
		continue;
	settle(&s);
	sees(&s, 1, "theirs");
	scene_close(&s);
}

/* The load of the file is an edit like any: undo to the bottom, and the file
 * is blank for everybody. */
static void
undo_to_the_bottom_after_a_load_leaves_the_file(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, "def f():\n");
	type(&s, 0, 9, "x");
	settle(&s);
	load(&s, 0); /* also what the seat itself wrote, before */
	assert_int_equal(undo(&s, 0), CS_ENOTFOUND);
	type(&s, 0, 10, "yz");
	s.now_ms += 10 * UNDO_PAUSE_MS;
	splice(&s, 0, 0, 4, "");
	while (undo(&s, 0) == 0)
		continue;
	settle(&s);
	sees(&s, 1, "def f():\nx");
	scene_close(&s);
}

/* Two people type at one place and get "abababab": who comes first at the hub
 * goes first, letter by letter. Here the lower site goes first, in all 70
 * orders of arrival. */
static void
what_two_type_at_one_place_does_not_interleave(void **state)
{
	unsigned orders = 0;
	struct scene s;

	(void)state;
	for (unsigned mask = 0; mask < 256; mask++) {
		if (__builtin_popcount(mask) != 4)
			continue;
		scene_open(&s, "()");
		type(&s, 0, 1, "aaaa");
		type(&s, 1, 1, "bbbb");
		for (unsigned i = 0; i < 8; i++)
			send_one(&s, mask >> i & 1);
		settle(&s);
		sees(&s, 2, "(aaaabbbb)");
		scene_close(&s);
		orders++;
	}
	assert_int_equal(orders, 70);
}

static const int orders_of_three[6][3] = { { 0, 1, 2 }, { 0, 2, 1 },
	{ 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

/* Between an insertion before X and one after X somebody deletes X: now both
 * are in one place, and a rule for ties may put them either way round. That is
 * accepted; that two replicas differ is not. */
static void
false_ties_converge_in_all_orders_of_arrival(void **state)
{
	char text[3] = "";
	const int *who, *when;
	struct scene s;

	(void)state;
	for (int i = 0; i < 36; i++) {
		who = orders_of_three[i / 6];
		when = orders_of_three[i % 6];
		scene_open(&s, "X");
		splice(&s, who[0], 0, 0, "A");
		splice(&s, who[1], 1, 0, "B");
		splice(&s, who[2], 0, 1, "");
		for (int k = 0; k < 3; k++)
			send_one(&s, when[k]);
		settle(&s);
		assert_int_equal(text_len(order_text(s.o, 0)), 2);
		text_copy(order_text(s.o, 0), 0, 2, text);
		assert_true(strcmp(text, "AB") == 0 || strcmp(text, "BA") == 0);
		scene_close(&s);
	}
}

/* Two delete the same: the second deletion becomes nothing and is dropped, and
 * whoever sent it waits for an answer for ever, or counts wrong from then on. */
static void
an_edit_that_became_nothing_is_counted_and_answered(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, "gone");
	splice(&s, 0, 0, 4, "");
	splice(&s, 1, 1, 2, "");
	type(&s, 1, 1, "!"); /* waits behind it */
	send_all(&s, 0);
	send_one(&s, 1);
	assert_int_equal(order_rev(s.o), 4);
	receive(&s, 1);
	assert_int_equal(peer_pending(s.p[1]), 1);
	assert_int_equal(order_cseq(s.o, 2), 1);
	lose_link(&s, 1);
	resume(&s, 1);
	settle(&s);
	sees(&s, 0, "!");
	assert_int_equal(order_rev(s.o), 5);
	/* and the same from the log */
	hub_again(&s);
	assert_int_equal(order_rev(s.o), 5);
	assert_int_equal(order_cseq(s.o, 2), 2);
	reads_as(order_text(s.o, 0), "!");
	scene_close(&s);
}

/* --- a long history --- */

/* Every row that the store reads or writes is a step of sqlite's: the linker
 * leads them through here. */
static unsigned steps;

int __real_sqlite3_step(void *statement);
int __wrap_sqlite3_step(void *statement);

int
__wrap_sqlite3_step(void *statement)
{
	steps++;
	return __real_sqlite3_step(statement);
}

/* A key of SITE 2 and the way back: the text stays as it is. */
static void
key(struct room *room)
{
	struct edit e = { .base = order_rev(room->order),
		.cseq = order_cseq(room->order, 2) + 1 };

	op_init(&e.op);
	if (e.cseq % 2 == 1)
		op_splice(&e.op, 0, 0, "x", 1);
	else
		op_splice(&e.op, 0, 1, NULL, 0);
	assert_int_equal(room_edit(room, 2, &e), 0);
	op_release(&e.op);
}

struct work {
	unsigned cold, join, edit; /* steps of the store's */
	size_t join_bytes;         /* of the documents */
};

static size_t
documents(const struct order *o)
{
	struct buf b;
	size_t len;

	buf_init(&b, MSG_MAX);
	for (unsigned f = 0; f < order_file_count(o); f++)
		msg_encode_doc(
		    &b, (uint8_t)f, order_file_name(o, f), order_text(o, f));
	assert_int_equal(b.err, 0);
	len = b.len;
	buf_release(&b);
	return len;
}

/* What it takes to open a room with EDITS edits, to enter and to type. */
static void
measure(struct hub *h, unsigned edits, struct work *w)
{
	struct room_row row = { .language = "python", .owner = LABEL_LOCAL };
	struct room *room;
	struct member *m;

	assert_int_equal(room_make(h, &row, &room), 0);
	assert_int_equal(
	    room_put(room, SITE_LOCAL, "main.py", "print(1)\n", 9), 0);
	assert_int_equal(
	    room_seat_add(room, ROLE_CANDIDATE, NULL, NULL, &m), 0);
	for (unsigned i = 0; i < edits; i++) {
		key(room);
		if (i % 64 == 0)
			turn(h);
	}
	turn(h);
	rooms_close(h); /* as every hub does that ends */
	steps = 0;
	assert_int_equal(room_open(h, row.id, &room), 0);
	w->cold = steps;
	assert_true(order_rev(room->order) > edits);
	steps = 0;
	assert_int_equal(room_enter(room, room->members[2], "Ann"), 0);
	turn(h);
	w->join_bytes = documents(room->order);
	w->join = steps;
	steps = 0;
	key(room);
	turn(h);
	w->edit = steps;
}

/* A room becomes slower with all that has happened in it, until after some ten
 * thousand edits nobody can work there. What is counted is work, not time; a
 * revision alone is allowed to become a longer number. */
static void
a_long_history_costs_nobody_anything(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	struct work young, old;

	measure(h, 1000, &young);
	measure(h, 50000, &old);
	assert_true(young.cold > 0 && young.join > 0 && young.edit > 0);
	assert_int_equal(old.cold, young.cold);
	assert_int_equal(old.join, young.join);
	assert_int_equal(old.edit, young.edit);
	assert_true(old.join_bytes <= young.join_bytes + sizeof(uint64_t));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_resume_does_not_double_what_was_accepted),
		cmocka_unit_test(
		    a_hub_that_dies_after_accepting_doubles_nothing),
		cmocka_unit_test(a_number_that_was_taken_is_not_taken_again),
		cmocka_unit_test(what_was_sent_never_changes_under_its_number),
		cmocka_unit_test(who_was_away_for_20000_edits_keeps_what_waits),
		cmocka_unit_test(a_lost_chunk_is_noticed_and_asked_for_again),
		cmocka_unit_test(an_offset_inside_a_character_is_refused),
		cmocka_unit_test(characters_of_any_length_keep_all_in_step),
		cmocka_unit_test(
		    an_undo_after_others_edits_takes_back_only_ones_own),
		cmocka_unit_test(edits_of_others_are_never_ones_own_to_undo),
		cmocka_unit_test(
		    undo_to_the_bottom_after_a_load_leaves_the_file),
		cmocka_unit_test(
		    what_two_type_at_one_place_does_not_interleave),
		cmocka_unit_test(false_ties_converge_in_all_orders_of_arrival),
		cmocka_unit_test(
		    an_edit_that_became_nothing_is_counted_and_answered),
		cmocka_unit_test_setup_teardown(
		    a_long_history_costs_nobody_anything, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
