/* timer.c - a room's clock, over a real store and with a clock of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/rules.h"
#include "hostd/timer.h"
#include "proto/err.h"
#include "tests/lib/world.h"

/* In the place of the wall clock (-Wl,--wrap). */
static uint64_t now_ms = 1000000;

uint64_t __wrap_loop_wall_ms(void);

uint64_t
__wrap_loop_wall_ms(void)
{
	return now_ms;
}

struct scene {
	struct hub *hub;
	struct room *room;
	struct member *c, *staff;
};

static struct member *
add(struct room *room, enum role role)
{
	struct member *m;

	assert_int_equal(room_seat_add(room, role, NULL, NULL, &m), 0);
	return m;
}

/* A room of an hour, which has begun. */
static void
begin(struct scene *s, void **state)
{
	struct room_row row = {
		.language = "python", .owner = "@local", .minutes = 60
	};

	s->hub = &((struct world *)*state)->hub;
	assert_int_equal(room_make(s->hub, &row, &s->room), 0);
	s->staff = add(s->room, ROLE_INTERVIEWER);
	s->c = add(s->room, ROLE_CANDIDATE);
	assert_int_equal(room_enter(s->room, s->staff, "Ivy"), 0);
	now_ms += 1000;
	assert_int_equal(room_enter(s->room, s->c, "Cleo"), 0);
}

/* The hub starts anew. */
static void
again(struct scene *s)
{
	uint8_t c = s->c->row.site, staff = s->staff->row.site;
	char id[STORE_ID_SIZE];

	memcpy(id, s->room->row.id, sizeof(id));
	turn(s->hub);
	room_drop(s->room);
	assert_int_equal(room_open(s->hub, id, &s->room), 0);
	s->c = s->room->members[c];
	s->staff = s->room->members[staff];
}

struct count {
	uint8_t kind, flags;
	unsigned n;
};

static int
count_record(void *arg, const struct record *r)
{
	struct count *c = arg;

	c->n += r->kind == c->kind && r->flags == c->flags;
	return 0;
}

/* How many records of KIND with FLAGS the log has. */
static unsigned
logged(struct scene *s, enum record_kind kind, uint8_t flags)
{
	struct count c = { (uint8_t)kind, flags, 0 };

	turn(s->hub);
	assert_int_equal(roomlog_walk(&s->room->log, 1, count_record, &c), 0);
	return c.n;
}

/* Milliseconds of the clock that are used, by what seats and accounts are told. */
static uint64_t
used(const struct scene *s)
{
	struct timer t;

	timer_get(s->room, &t);
	assert_int_equal(timer_used_ms(&s->room->row),
	    now_ms - t.started_ms - timer_paused_ms(s->room));
	return timer_used_ms(&s->room->row);
}

static void
it_begins_with_the_candidate(void **state)
{
	const char *why = NULL;
	struct scene s;
	struct timer t;

	begin(&s, state);
	timer_get(s.room, &t);
	assert_int_equal(t.started_ms, now_ms);
	assert_int_equal(t.minutes, 60);
	assert_int_equal(t.since_ms, 0);
	assert_true(s.room->timer_changed);
	s.room = make_room(s.hub);
	assert_int_equal(timer_used_ms(&s.room->row), 0);
	assert_int_equal(timer_pause(s.room, 1, &why), CS_ESTATE);
	assert_non_null(why);
}

static void
the_staff_stops_it_through_a_restart(void **state)
{
	const char *why = NULL;
	struct scene s;

	begin(&s, state);
	now_ms += 60000;
	assert_int_equal(timer_pause(s.room, 2, &why), 0);
	assert_int_equal(timer_pause(s.room, 2, &why), CS_ESTATE);
	now_ms += 500000;
	assert_int_equal(used(&s), 60000);
	again(&s);
	now_ms += 500000;
	assert_int_equal(used(&s), 60000);
	assert_int_equal(s.room->row.pause_site, 2);
	assert_int_equal(timer_resume(s.room, 2, &why), 0);
	assert_int_equal(timer_resume(s.room, 2, &why), CS_ESTATE);
	now_ms += 1000;
	again(&s);
	assert_int_equal(used(&s), 61000);
	assert_int_equal(logged(&s, REC_PAUSE, 0), 1);
	assert_int_equal(logged(&s, REC_RESUME, 0), 1);
}

static void
a_lost_candidate_stops_it_until_back(void **state)
{
	struct scene s;

	begin(&s, state);
	now_ms += 10000;
	assert_int_equal(room_leave(s.room, s.c, LEAVE_LOST), 0);
	assert_int_equal(s.room->row.pause_site, s.c->row.site);
	now_ms += 41000;
	timer_tick(s.room);
	again(&s);
	assert_true(s.room->row.pause_lost);
	assert_int_equal(room_enter(s.room, s.c, NULL), 0);
	assert_int_equal(s.room->row.pause_since_ms, 0);
	now_ms += 1000;
	assert_int_equal(used(&s), 11000);
	assert_int_equal(logged(&s, REC_PAUSE, PAUSE_LOST), 1);
	assert_int_equal(logged(&s, REC_RESUME, PAUSE_LOST), 1);
}

static void
but_not_for_more_than_two_minutes(void **state)
{
	struct scene s;

	begin(&s, state);
	assert_int_equal(room_leave(s.room, s.c, LEAVE_LOST), 0);
	now_ms += PAUSE_LOST_MS - 1;
	timer_tick(s.room);
	assert_int_equal(used(&s), 0);
	assert_int_equal(logged(&s, REC_RESUME, PAUSE_LOST), 0);
	now_ms += 5001; /* it is noticed late */
	timer_tick(s.room);
	assert_int_equal(logged(&s, REC_RESUME, PAUSE_LOST), 1);
	assert_int_equal(used(&s), 5000);
	assert_int_equal(room_enter(s.room, s.c, NULL), 0);
	assert_int_equal(logged(&s, REC_RESUME, PAUSE_LOST), 1);
}

static void
who_is_not_the_candidate_or_not_the_only_one_does_not_stop_it(void **state)
{
	const char *why = NULL;
	struct member *other;
	struct scene s;

	begin(&s, state);
	assert_int_equal(room_leave(s.room, s.staff, LEAVE_LOST), 0);
	assert_int_equal(s.room->row.pause_since_ms, 0);
	other = add(s.room, ROLE_CANDIDATE);
	assert_int_equal(room_enter(s.room, other, "Cy"), 0);
	assert_int_equal(room_leave(s.room, other, LEAVE_LOST), 0);
	assert_int_equal(s.room->row.pause_since_ms, 0);
	assert_int_equal(room_leave(s.room, s.c, LEAVE_LEFT), 0);
	assert_int_equal(s.room->row.pause_since_ms, 0);
	assert_int_equal(room_enter(s.room, s.c, NULL), 0);
	/* and the staff's pause is not ended by who comes back */
	assert_int_equal(timer_pause(s.room, 2, &why), 0);
	assert_int_equal(room_leave(s.room, s.c, LEAVE_LOST), 0);
	now_ms += 2 * PAUSE_LOST_MS;
	timer_tick(s.room);
	assert_int_equal(room_enter(s.room, s.c, NULL), 0);
	assert_int_equal(used(&s), 0);
	assert_int_equal(logged(&s, REC_RESUME, 0), 0);
}

static void
the_staff_may_take_over_a_pause(void **state)
{
	const char *why = NULL;
	struct scene s;

	begin(&s, state);
	assert_int_equal(room_leave(s.room, s.c, LEAVE_LOST), 0);
	assert_int_equal(timer_pause(s.room, 2, &why), 0);
	now_ms += 2 * PAUSE_LOST_MS;
	timer_tick(s.room);
	assert_int_equal(room_enter(s.room, s.c, NULL), 0);
	assert_int_equal(used(&s), 0);
	assert_int_equal(timer_resume(s.room, 2, &why), 0);
	/* or end one that is for a lost connection */
	assert_int_equal(room_leave(s.room, s.c, LEAVE_LOST), 0);
	now_ms += 1000;
	assert_int_equal(timer_resume(s.room, 2, &why), 0);
	now_ms += 1000;
	assert_int_equal(used(&s), 1000);
}

static void
it_can_get_longer(void **state)
{
	const char *why = NULL;
	struct scene s;

	begin(&s, state);
	assert_int_equal(timer_extend(s.room, 2, 10, &why), 0);
	again(&s);
	assert_int_equal(s.room->row.minutes, 70);
	s.room->row.minutes = 7 * 24 * 60;
	assert_int_equal(timer_extend(s.room, 2, 1, &why), CS_ESTATE);
	s.room->row.minutes = 0;
	assert_int_equal(timer_extend(s.room, 2, 1, &why), CS_ESTATE);
	assert_int_equal(logged(&s, REC_EXTEND, 0), 1);
}

static void
the_end_ends_a_pause_and_is_none_of_it(void **state)
{
	const char *why = NULL;
	struct scene s;

	begin(&s, state);
	now_ms += 1000;
	assert_int_equal(timer_pause(s.room, 2, &why), 0);
	now_ms += 1000;
	assert_int_equal(rules_end(s.room, 2, &why), 0);
	now_ms += 100000;
	assert_int_equal(timer_paused_ms(s.room), 1000);
	assert_int_equal(timer_used_ms(&s.room->row), 1000);
	assert_int_equal(timer_pause(s.room, 2, &why), CS_ESTATE);
	assert_int_equal(timer_extend(s.room, 2, 1, &why), CS_ESTATE);
	again(&s);
	assert_int_equal(rules_reopen(s.room, 2, &why), 0);
	assert_int_equal(used(&s), 1000);
}

static void
a_room_knows_since_when_it_is_empty(void **state)
{
	struct room_row row;
	struct scene s;

	begin(&s, state);
	assert_int_equal(room_leave(s.room, s.c, LEAVE_LEFT), 0);
	now_ms += 5000;
	turn(s.hub);
	assert_int_equal(
	    store_room_empty(s.hub->store, now_ms, &row), CS_ENOTFOUND);
	assert_int_equal(room_leave(s.room, s.staff, LEAVE_LOST), 0);
	now_ms += 5000;
	turn(s.hub);
	assert_int_equal(
	    store_room_empty(s.hub->store, now_ms - 5000, &row), CS_ENOTFOUND);
	assert_int_equal(
	    store_room_empty(s.hub->store, now_ms - 4999, &row), 0);
	assert_string_equal(row.id, s.room->row.id);
	assert_int_equal(room_enter(s.room, s.c, NULL), 0);
	turn(s.hub);
	assert_int_equal(
	    store_room_empty(s.hub->store, now_ms + 1, &row), CS_ENOTFOUND);
}

static void
who_comes_back_is_told_what_was_missed(void **state)
{
	struct edit e = { .cseq = 1 };
	struct scene s;

	begin(&s, state);
	assert_int_equal(room_put(s.room, 1, "main.py", "x\n", 2), 0);
	assert_int_equal(room_leave(s.room, s.c, LEAVE_LOST), 0);
	op_init(&e.op);
	assert_int_equal(op_splice(&e.op, 0, 0, "y", 1), 0);
	e.base = order_rev(s.room->order);
	assert_int_equal(room_edit(s.room, s.staff->row.site, &e), 0);
	op_release(&e.op);
	assert_int_equal(s.c->missed, 1);
	assert_int_equal(s.staff->missed, 0);
	now_ms += 41000;
	assert_int_equal(room_enter(s.room, s.c, NULL), 0);
	assert_int_equal(timer_paused_ms(s.room) - s.c->paused_ms, 41000);
	/* a link that was lost for a moment is no absence */
	assert_int_equal(room_enter(s.room, s.c, NULL), 0);
	assert_int_equal(s.c->left_ms, 0);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(it_begins_with_the_candidate),
		TEST(the_staff_stops_it_through_a_restart),
		TEST(a_lost_candidate_stops_it_until_back),
		TEST(but_not_for_more_than_two_minutes),
		TEST(
		    who_is_not_the_candidate_or_not_the_only_one_does_not_stop_it),
		TEST(the_staff_may_take_over_a_pause),
		TEST(it_can_get_longer),
		TEST(the_end_ends_a_pause_and_is_none_of_it),
		TEST(a_room_knows_since_when_it_is_empty),
		TEST(who_comes_back_is_told_what_was_missed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
