/* measure.c - whose so much of what was typed is, while a room comes and goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/measure.h"
#include "hostd/report.h"
#include "proto/sys/loop.h"
#include "tests/lib/world.h"

static void
nothing(void *arg)
{
	(void)arg;
}

static int
begin(void **state)
{
	struct hub *h;

	if (setup(state) < 0)
		return -1;
	h = &((struct world *)*state)->hub;
	if (loop_new(&h->loop) < 0)
		return -1;
	return loop_timer_new(h->loop, nothing, NULL, &h->reporting);
}

static int
end(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;

	reports_close(h);
	loop_timer_free(h->reporting);
	loop_free(h->loop);
	h->loop = NULL;
	return teardown(state);
}

/* SITE types N keys. */
static void
type(struct room *room, uint8_t site, unsigned n)
{
	struct edit e = { .base = 0 };

	op_init(&e.op);
	for (; n > 0; n--) {
		e.base = order_rev(room->order);
		e.cseq = order_cseq(room->order, site) + 1;
		op_clear(&e.op);
		assert_int_equal(op_splice(&e.op, 0, 0, "x", 1), 0);
		assert_int_equal(room_edit(room, site, &e), 0);
	}
	op_release(&e.op);
	turn(room->hub);
}

/* Two people, with sites 2 and 3, and a file. */
static struct room *
meeting(struct hub *h)
{
	struct room *room = make_room(h);
	struct member *m;

	assert_int_equal(room_put(room, SITE_LOCAL, "main.py", "", 0), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    room_seat_add(room, ROLE_INTERVIEWER, NULL, "", &m), 0);
		assert_int_equal(room_enter(room, m, i == 0 ? "Ann" : "Bo"), 0);
	}
	turn(h);
	return room;
}

/* What is on its way is done. */
static void
finish(struct hub *h)
{
	while (reports_work(h, loop_now_ms() + 1000))
		;
}

/* Of all that is known A percent are Ann's and the others Bo's. */
static void
shares_are(const struct room *room, unsigned a)
{
	struct measure of[SITE_MAX];

	assert_true(room->typed_known);
	assert_int_equal(measure_list(room, true, of), 2);
	assert_int_equal(of[0].share, a + 1);
	assert_int_equal(of[1].share, 100 - a + 1);
}

static void
what_is_typed_meanwhile_is_counted_once(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	struct room *room = meeting(h);

	type(room, 2, 2);
	type(room, 3, 1);
	report_typed(room);
	type(room, 3, 1);
	finish(h);
	shares_are(room, 50);
	type(room, 3, 4);
	shares_are(room, 25);
}

/* The log is read for a room that goes from memory, and is loaded before that is
 * done: what comes of it is not the new one's. */
static void
a_room_that_is_loaded_meanwhile_counts_once(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	struct room *room = meeting(h);
	char id[STORE_ID_SIZE];

	memcpy(id, room->row.id, sizeof(id));
	type(room, 2, 3);
	report_typed(room);
	type(room, 3, 1);
	room_drop(room);
	assert_int_equal(room_open(h, id, &room), 0);
	report_typed(room); /* later: there is one */
	type(room, 3, 1);
	finish(h);
	assert_false(room->typed_known);
	report_typed(room);
	type(room, 3, 1);
	finish(h);
	shares_are(room, 50);
	report_typed(room); /* it is known */
	finish(h);
	shares_are(room, 50);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(what_is_typed_meanwhile_is_counted_once),
		TEST(a_room_that_is_loaded_meanwhile_counts_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
