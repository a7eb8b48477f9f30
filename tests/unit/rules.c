/*
 * rules.c - who is in a room and may write there, over a real store and without
 * links; and how chat and notes are taken out of a chunk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/rules.h"
#include "hostd/said.h"
#include "proto/err.h"
#include "tests/lib/world.h"

static struct room *
make_lobby(struct hub *h)
{
	struct room_row row = {
		.language = "python", .owner = "@local", .lobby = true
	};
	struct room *room;

	assert_int_equal(room_make(h, &row, &room), 0);
	return room;
}

static struct member *
add(struct room *room, enum role role)
{
	struct member *m;

	assert_int_equal(room_seat_add(room, role, NULL, NULL, &m), 0);
	return m;
}

static struct room *
again(struct hub *h, struct room *room)
{
	char id[STORE_ID_SIZE];

	memcpy(id, room->row.id, sizeof(id));
	turn(h);
	room_drop(room);
	assert_int_equal(room_open(h, id, &room), 0);
	return room;
}

static void
only_candidates_wait_and_only_where_there_is_a_lobby(void **state)
{
	struct world *w = *state;
	struct room *room = make_lobby(&w->hub);

	assert_false(add(room, ROLE_CANDIDATE)->row.admitted);
	assert_true(add(room, ROLE_INTERVIEWER)->row.admitted);
	assert_true(add(room, ROLE_OBSERVER)->row.admitted);
	assert_true(add(make_room(&w->hub), ROLE_CANDIDATE)->row.admitted);
}

static void
who_waits_stands_in_no_log_until_let_in(void **state)
{
	struct world *w = *state;
	struct room *room = make_lobby(&w->hub);
	struct member *m = add(room, ROLE_CANDIDATE);
	const char *why = NULL;
	uint64_t since;

	assert_int_equal(rules_admit(room, 1, m, &why), CS_ESTATE);
	assert_non_null(why);
	assert_int_equal(room_wait(room, m, "Ann"), 0);
	since = m->row.since_ms;
	assert_true(since != 0);
	assert_int_equal(room_leave(room, m, LEAVE_LOST), 0);
	assert_int_equal(order_rev(room->order), 0);
	room = again(&w->hub, room);
	m = room->members[2];
	assert_int_equal(m->row.state, SEAT_AWAY);
	assert_int_equal(room_wait(room, m, NULL), 0);
	assert_int_equal(m->row.since_ms, since);
	assert_false(room_may_write(room, m));
	room = again(&w->hub, room);
	m = room->members[2];
	assert_int_equal(m->row.state, SEAT_WAITS);
	assert_true(m->away_at_ms != 0); /* its link may come again */
	assert_int_equal(room->row.started_ms, 0);
	assert_int_equal(rules_admit(room, 1, m, &why), 0);
	assert_int_equal(order_rev(room->order), 1);
	assert_true(room->row.started_ms != 0);
	room = again(&w->hub, room);
	m = room->members[2];
	assert_true(m->row.admitted);
	assert_int_equal(m->row.state, SEAT_AWAY);
	assert_int_equal(m->row.since_ms, 0);
	assert_true(room_may_write(room, m));
}

static void
what_is_decided_is_there_after_a_cold_start(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	struct member *c = add(room, ROLE_CANDIDATE);
	struct invite_row invite = { .site = c->row.site, .hash = "hash" };
	const char *why;

	add(room, ROLE_INTERVIEWER);
	assert_int_equal(room_enter(room, c, "Ann"), 0);
	assert_int_equal(rules_role(room, 1, c, false, &why), 0);
	assert_int_equal(rules_freeze(room, 1, true, &why), 0);
	room = again(&w->hub, room);
	c = room->members[2];
	assert_true(room->row.frozen && c->row.read_only);
	assert_true(room_may_write(room, room->members[3]));
	assert_int_equal(rules_freeze(room, 1, false, &why), 0);
	assert_false(room_may_write(room, c));
	assert_int_equal(rules_role(room, 1, c, true, &why), 0);
	assert_true(room_may_write(room, c));
	assert_int_equal(order_rev(room->order), 5);
	assert_int_equal(rules_role(room, 1, c, true, &why), 0);
	assert_int_equal(order_rev(room->order), 5); /* it was so */
	store_invite_add(w->hub.store, room->row.key, &invite);
	assert_int_equal(rules_kick(room, 1, c, &why), 0);
	room = again(&w->hub, room);
	assert_int_equal(room->members[2]->row.state, SEAT_KICKED);
	assert_int_equal(
	    store_invite_get(w->hub.store, room->row.key, "hash", &invite),
	    CS_ENOTFOUND);
	assert_string_equal(add(room, ROLE_CANDIDATE)->row.label, "D");
}

static void
a_room_that_is_opened_again_is_as_before_its_end(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	struct member *c = add(room, ROLE_CANDIDATE);
	const char *why;

	assert_int_equal(room_enter(room, c, "Ann"), 0);
	assert_int_equal(rules_reopen(room, 1, &why), CS_ESTATE);
	assert_int_equal(rules_end(room, 1, &why), 0);
	assert_int_equal(rules_end(room, 1, &why), CS_ESTATE);
	assert_false(room_may_write(room, c));
	room->row.sealed = true;
	assert_int_equal(store_room_sealed(w->hub.store, &room->row), 0);
	room = again(&w->hub, room);
	assert_int_equal(rules_reopen(room, 1, &why), 0);
	room = again(&w->hub, room);
	assert_int_equal(room->row.ended_ms, 0);
	assert_false(room->row.sealed);
	assert_true(room_may_write(room, room->members[2]));
}

static void
focus_time_ends_by_itself(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	struct member *c = add(room, ROLE_CANDIDATE);
	struct member *i = add(room, ROLE_INTERVIEWER);
	const char *why;

	assert_int_equal(rules_focus(room, 1, 5, &why), CS_ESTATE);
	assert_int_equal(room_enter(room, c, "Ann"), 0);
	assert_int_equal(room_put(room, 1, "main.py", "1", 1), 0);
	turn(&w->hub);
	assert_int_equal(rules_focus(room, c->row.site, 5, &why), 0);
	assert_int_equal(rules_focus(room, c->row.site, 5, &why), CS_ESTATE);
	assert_int_equal(rules_focus_left(room), 5);
	assert_true(room_may_write(room, c) && !room_may_write(room, i));
	assert_int_equal(room_put(room, c->row.site, "main.py", "12", 2), 0);
	text_is(room_shown(room), 0, "1");
	room = again(&w->hub, room);
	text_is(room_shown(room), 0, "1");
	text_is(room->order, 0, "12");
	rules_tick(room);
	assert_int_equal(rules_focus_left(room), 5);
	room->row.focus_until_ms = loop_wall_ms();
	rules_tick(room);
	assert_int_equal(rules_focus_left(room), 0);
	text_is(room_shown(room), 0, "12");
	assert_true(room_may_write(room, room->members[3]));
	assert_int_equal(rules_focus(room, 2, 5, &why), CS_ESTATE);
	assert_non_null(strstr(why, "just ended"));
	room = again(&w->hub, room);
	assert_null(room->focus);
	assert_int_equal(rules_focus(room, 1, 0, &why), CS_ESTATE);
}

/* --- hiding --- */

/* A chunk of records of these kinds, a second from one to the next. */
static void
fill(struct buf *b, const uint8_t *kinds, size_t n)
{
	struct chunk_writer w;
	struct record r;

	record_init(&r);
	chunk_begin(&w, b, 10, 1000);
	for (size_t i = 0; i < n; i++) {
		r.rev = 10 + i;
		r.at_ms = 1000 * (i + 1);
		r.kind = kinds[i];
		r.site = 3;
		r.text = (const uint8_t *)"secret";
		r.text_len = record_is_said(&r) ? 6 : 0;
		chunk_add(&w, &r);
	}
	assert_int_equal(b->err, 0);
}

/* The records of B are of these kinds and seconds. */
static void
holds(const struct buf *b, const uint8_t *kinds, const uint64_t *at, size_t n)
{
	struct chunk_reader cr;
	struct record r;

	record_init(&r);
	assert_int_equal(chunk_open(&cr, b->data, b->len), 0);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(chunk_next(&cr, &r), 1);
		assert_int_equal(r.rev, 10 + i);
		assert_int_equal(r.kind, kinds[i]);
		assert_int_equal(r.at_ms, at[i] * 1000);
		assert_int_equal(r.site, kinds[i] == REC_HIDDEN ? 0 : 3);
	}
	assert_int_equal(chunk_next(&cr, &r), 0);
	record_release(&r);
}

static void
what_is_hidden_leaves_neither_text_nor_author_nor_time(void **state)
{
	static const uint8_t kinds[] = { REC_NOTE, REC_CHAT, REC_FREEZE,
		REC_NOTE, REC_THAW, REC_CHAT };
	static const uint8_t veiled[] = { REC_HIDDEN, REC_HIDDEN, REC_FREEZE,
		REC_HIDDEN, REC_THAW, REC_HIDDEN };
	static const uint64_t own[] = { 1, 2, 3, 4, 5, 6 };
	static const uint64_t of_others[] = { 3, 3, 3, 3, 5, 5 };
	static const uint64_t made[] = { 7, 7 };
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	struct chunk_reader cr;
	struct buf chunk, out;

	room->row.created_ms = 7000;
	buf_init(&chunk, 1000);
	buf_init(&out, 1000);
	fill(&chunk, kinds, 6);
	assert_int_equal(said_veil(room, &chunk, 0, UINT64_MAX, true, &out), 0);
	holds(&out, veiled, of_others, 6);
	assert_null(memmem(out.data, out.len, "secret", 6));
	buf_clear(&out);
	assert_int_equal(said_veil(room, &chunk, 0, 11, true, &out), 0);
	holds(&out, veiled, made, 2);
	buf_clear(&out);
	assert_int_equal(said_veil(room, &chunk, 0, 13, true, &out), 0);
	holds(&out, veiled, of_others, 4);
	buf_clear(&out);
	assert_int_equal(said_veil(room, &chunk, 0, 12, false, &out), 0);
	holds(&out, kinds, own, 3);
	buf_clear(&out);
	assert_int_equal(said_veil(room, &chunk, 13, 14, true, &out), 0);
	assert_int_equal(chunk_open(&cr, out.data, out.len), 0);
	assert_int_equal(cr.next_rev, 14);
	assert_int_equal(cr.at_ms, 5000);
	buf_clear(&out);
	chunk.len--;
	assert_int_equal(
	    said_veil(room, &chunk, 0, UINT64_MAX, true, &out), CS_EFORMAT);
	buf_release(&chunk);
	buf_release(&out);
}

static void
lines_are_found_by_revision_after_a_cold_start(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	const char *why;

	for (unsigned i = 0; i < 40; i++) {
		assert_int_equal(rules_freeze(room, 1, i % 2 == 0, &why), 0);
		if (i % 10 == 9)
			assert_int_equal(
			    room_say(room, 1, SAY_NOTE, "x", 1), 0);
	}
	for (unsigned i = 0; i < 2; i++) {
		/* they are 11, 22, 33 and 44 */
		assert_false(said_within(room, 1, 10));
		assert_true(said_within(room, 1, 11));
		assert_true(said_within(room, 11, 1));
		assert_false(said_within(room, 12, 10));
		assert_true(said_within(room, 12, 11));
		assert_true(said_within(room, 40, 5));
		assert_false(said_within(room, 45, 100));
		room = again(&w->hub, room);
	}
}

static void
one_who_says_too_much_silences_nobody_else(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	struct member *c = add(room, ROLE_CANDIDATE);

	for (unsigned i = 0; i < SAID_MAX; i++)
		assert_int_equal(
		    room_say(room, c->row.site, SAY_ALL, "x", 1), 0);
	assert_int_equal(
	    room_say(room, c->row.site, SAY_ALL, "x", 1), CS_EFULL);
	assert_int_equal(room_say(room, 1, SAY_NOTE, "x", 1), 0);
	turn(&w->hub);
}

static void
a_full_log_takes_no_marks_either(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	struct member *c = add(room, ROLE_CANDIDATE);
	const char *why = NULL;

	assert_int_equal(rules_mark(room, c->row.site, &why), 0);
	room->full = true;
	assert_int_equal(rules_mark(room, c->row.site, &why), CS_ESTATE);
	assert_non_null(strstr(why, "full"));
	turn(&w->hub);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_candidates_wait_and_only_where_there_is_a_lobby),
		TEST(who_waits_stands_in_no_log_until_let_in),
		TEST(what_is_decided_is_there_after_a_cold_start),
		TEST(a_room_that_is_opened_again_is_as_before_its_end),
		TEST(focus_time_ends_by_itself),
		TEST(what_is_hidden_leaves_neither_text_nor_author_nor_time),
		TEST(lines_are_found_by_revision_after_a_cold_start),
		TEST(one_who_says_too_much_silences_nobody_else),
		TEST(a_full_log_takes_no_marks_either),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
