/* pace.c - what client/pace.h says of frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "client/pace.h"

#define START_MS 1000000

static struct editor e;
static struct pace p;

static int
begin(void **state)
{
	(void)state;
	e = (struct editor){ .now_ms = START_MS };
	p = (struct pace){ .heard_ms = START_MS };
	return 0;
}

/* How many frames in MS, if there is always something new to be shown? */
static unsigned
frames(uint64_t ms)
{
	uint64_t end = e.now_ms + ms;
	unsigned n = 0;

	for (; e.now_ms < end; e.now_ms++)
		if (e.now_ms >= pace_due(&p)) {
			pace_drawn(&p, &e);
			n++;
		}
	return n;
}

static void
after_a_rest_a_burst_is_shown_at_once(void **state)
{
	(void)state;
	assert_int_equal(frames(20), 4);
	assert_true(pace_due(&p) > e.now_ms);
}

static void
what_goes_on_is_shown_thirty_times_a_second(void **state)
{
	unsigned n;

	(void)state;
	frames(1000);
	n = frames(1000);
	assert_in_range(n, 29, 31);
}

static void
a_terminal_that_is_behind_gets_one_frame_a_second(void **state)
{
	(void)state;
	e.behind_ms = 3000;
	frames(2000);
	assert_in_range(frames(10000), 10, 11);
}

static void
keys_do_not_put_off_frames_for_longer_than_a_burst(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++)
		pace_drawn(&p, &e);
	assert_true(pace_due(&p) - e.now_ms < 100);
}

static void
the_terminal_is_behind_when_it_does_not_answer(void **state)
{
	(void)state;
	assert_true(pace_asks(&p, &e));
	pace_asked(&p, &e);
	e.now_ms += 1999;
	assert_false(pace_asks(&p, &e));
	assert_int_equal(e.behind_ms, 0);
	e.now_ms += 1;
	assert_false(pace_asks(&p, &e));
	assert_int_equal(e.behind_ms, 2000);
	e.now_ms += 500;
	assert_true(pace_answered(&p, &e));
	assert_int_equal(e.behind_ms, 2500);
	assert_false(pace_answered(&p, &e)); /* nothing was asked */
	assert_true(pace_asks(&p, &e));
	pace_asked(&p, &e);
	assert_true(pace_answered(&p, &e));
	assert_int_equal(e.behind_ms, 0);
}

static void
clocks_stand_still_while_one_types(void **state)
{
	(void)state;
	p.key_ms = e.now_ms;
	e.clocks_ms = START_MS - 400;
	e.now_ms += 999;
	pace_tell(&p, &e, false);
	assert_int_equal(e.clocks_ms, START_MS - 400);
	assert_int_equal(pace_next(&p, &e, false), START_MS + 1000);
	e.now_ms += 1;
	pace_tell(&p, &e, false);
	assert_int_equal(e.clocks_ms, START_MS + 1000);
}

/* The terminal is asked, and answers after MS. */
static void
answer_after(uint64_t ms)
{
	e.now_ms += 2000;
	assert_true(pace_asks(&p, &e));
	pace_asked(&p, &e);
	e.now_ms += ms;
	pace_answered(&p, &e);
	pace_tell(&p, &e, false);
}

static void
how_far_the_terminal_is_is_told_now_and_then(void **state)
{
	(void)state;
	answer_after(38);
	assert_int_equal(e.link_ms, 38);
	assert_true(e.link_untold);
	answer_after(20); /* not yet; but the quickest of these will be */
	answer_after(90);
	assert_int_equal(e.link_ms, 38);
	e.now_ms += 10000;
	pace_tell(&p, &e, false);
	assert_int_equal(e.link_ms, 20);
	e.link_untold = false;
	e.now_ms += 10000;
	answer_after(21); /* that is nothing new */
	assert_int_equal(e.link_ms, 20);
	assert_false(e.link_untold);
	e.now_ms += 10000;
	answer_after(10000); /* and that is no number */
	assert_int_equal(e.link_ms, 0);
	assert_true(e.link_untold);
	e.now_ms += 10000;
	answer_after(9999);
	assert_int_equal(e.link_ms, 9999);
	e.now_ms += 10000;
	answer_after(0); /* which is a number all the same */
	assert_int_equal(e.link_ms, 1);
}

static void
no_number_moves_while_one_types(void **state)
{
	(void)state;
	p.key_ms = e.now_ms + 2000;
	answer_after(38);
	assert_int_equal(e.link_ms, 0);
	e.now_ms += 1000;
	pace_tell(&p, &e, false);
	assert_int_equal(e.link_ms, 38);
}

static void
an_answer_that_is_news_is_shown(void **state)
{
	(void)state;
	pace_asked(&p, &e);
	assert_true(pace_answered(&p, &e));
	pace_tell(&p, &e, false);
	pace_asked(&p, &e);
	assert_false(pace_answered(&p, &e));
	e.now_ms += 10000;
	pace_asked(&p, &e);
	assert_true(pace_answered(&p, &e));
}

/* Twice slow, before anybody works in the room. */
static void
on_a_slow_link_the_panes_are_below_the_text(void **state)
{
	(void)state;
	p.begun_ms = e.now_ms;
	e.now_ms += 250;
	pace_first_answer(&p, &e);
	assert_false(e.stacked);
	answer_after(249);
	assert_false(e.stacked);
	answer_after(400); /* later it is the menu's to say */
	answer_after(400);
	assert_false(e.stacked);
	begin(state);
	p.begun_ms = e.now_ms;
	e.now_ms += 250;
	pace_first_answer(&p, &e);
	answer_after(250);
	assert_true(e.stacked);
	e.stacked = false;
	answer_after(250);
	assert_false(e.stacked);
	begin(state);
	p.begun_ms = e.now_ms;
	e.now_ms += 250;
	pace_first_answer(&p, &e);
	e.joined = true;
	p.key_ms = e.now_ms;
	answer_after(250);
	assert_false(e.stacked);
}

static void
a_hub_that_keeps_nothing_is_told_of(void **state)
{
	(void)state;
	assert_int_equal(pace_next(&p, &e, true), START_MS + 2000);
	e.now_ms += 2000;
	pace_tell(&p, &e, false);
	assert_false(e.unanswered);
	pace_tell(&p, &e, true);
	assert_true(e.unanswered);
}

static void
only_who_has_it_read_out_waits_for_a_sentence(void **state)
{
	(void)state;
	p.edited_ms = e.now_ms;
	assert_false(pace_is_writing(&p, &e));
	e.calm = true;
	assert_true(pace_is_writing(&p, &e));
	assert_int_equal(pace_next(&p, &e, false), START_MS + 2000);
	e.now_ms += 2000;
	assert_false(pace_is_writing(&p, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    after_a_rest_a_burst_is_shown_at_once, begin),
		cmocka_unit_test_setup(
		    what_goes_on_is_shown_thirty_times_a_second, begin),
		cmocka_unit_test_setup(
		    a_terminal_that_is_behind_gets_one_frame_a_second, begin),
		cmocka_unit_test_setup(
		    keys_do_not_put_off_frames_for_longer_than_a_burst, begin),
		cmocka_unit_test_setup(
		    the_terminal_is_behind_when_it_does_not_answer, begin),
		cmocka_unit_test_setup(
		    clocks_stand_still_while_one_types, begin),
		cmocka_unit_test_setup(
		    how_far_the_terminal_is_is_told_now_and_then, begin),
		cmocka_unit_test_setup(no_number_moves_while_one_types, begin),
		cmocka_unit_test_setup(an_answer_that_is_news_is_shown, begin),
		cmocka_unit_test_setup(
		    on_a_slow_link_the_panes_are_below_the_text, begin),
		cmocka_unit_test_setup(
		    a_hub_that_keeps_nothing_is_told_of, begin),
		cmocka_unit_test_setup(
		    only_who_has_it_read_out_waits_for_a_sentence, begin),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
