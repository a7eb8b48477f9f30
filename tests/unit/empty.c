/* empty.c - a room that has begun and in which nobody is any more ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/act.h"
#include "hostd/audit.h"
#include "hostd/runs.h"
#include "proto/err.h"
#include "tests/lib/world.h"

#define HOUR_MS 3600000

/* A room in which a candidate was. */
static struct room *
left_room(struct hub *h)
{
	static struct jobs jobs; /* there are none */
	struct room *room = make_room(h);
	struct member *m;

	h->jobs = &jobs;
	h->conf.empty_minutes = 60;
	assert_int_equal(
	    room_seat_add(room, ROLE_CANDIDATE, NULL, NULL, &m), 0);
	assert_int_equal(room_enter(room, m, "Cleo"), 0);
	assert_int_equal(room_leave(room, m, LEAVE_LEFT), 0);
	assert_true(room->row.empty_ms != 0);
	return room;
}

/* It has been empty for AGO_MS. */
static void
empty_since(struct room *room, uint64_t ago_ms)
{
	room->row.empty_ms = loop_wall_ms() - ago_ms;
	store_room_timer(room->hub->store, &room->row);
	turn(room->hub);
}

static void
it_ends_after_an_hour_and_the_trail_says_so(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	struct room *room = left_room(h);
	struct audit_row *rows;
	size_t n;

	empty_since(room, HOUR_MS / 2);
	act_end_empty(h);
	assert_int_equal(room->row.ended_ms, 0);
	empty_since(room, HOUR_MS + 1000);
	act_end_empty(h);
	assert_true(room->row.ended_ms != 0);
	turn(h);
	assert_int_equal(audit_read(h->store, 0, 0, &rows, &n), 0);
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].action, "room end");
	assert_string_equal(rows[0].target, room->row.id);
	assert_string_equal(rows[0].source, "timer");
	free(rows);
	act_end_empty(h); /* once */
	turn(h);
	assert_int_equal(audit_read(h->store, 0, 0, &rows, &n), 0);
	assert_int_equal(n, 1);
	free(rows);
	audit_close(h);
}

static void
it_need_not_be_in_memory(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	struct room *room = left_room(h);
	char id[STORE_ID_SIZE];

	memcpy(id, room->row.id, sizeof(id));
	empty_since(room, HOUR_MS + 1000);
	room_drop(room);
	act_end_empty(h);
	turn(h);
	assert_int_equal(room_open(h, id, &room), 0);
	assert_true(room->row.ended_ms != 0);
	audit_close(h);
}

static void
one_that_has_not_begun_waits(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	struct room *room = make_room(h);
	struct member *m;
	struct room_row row;

	assert_int_equal(
	    room_seat_add(room, ROLE_INTERVIEWER, NULL, NULL, &m), 0);
	assert_int_equal(room_enter(room, m, "Ivy"), 0);
	assert_int_equal(room_leave(room, m, LEAVE_LEFT), 0);
	turn(h);
	assert_int_equal(
	    store_room_empty(h->store, UINT64_MAX >> 1, &row), CS_ENOTFOUND);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(it_ends_after_an_hour_and_the_trail_says_so),
		TEST(it_need_not_be_in_memory),
		TEST(one_that_has_not_begun_waits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
