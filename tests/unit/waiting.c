/*
 * waiting.c - the waiting room: what is there, what of the room is not, and how
 * one comes in and out. The staff's side of it, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/act.h"
#include "tests/lib/pad.h"

static const char *
said(const struct editor *e)
{
	return editor_toast(e) != NULL ? editor_toast(e)->text : "";
}

/* Sent back, or not yet let in. */
static void
wait_outside(struct editor *e)
{
	struct welcome w = e->welcome;

	w.joined = false;
	w.lobby = true;
	editor_welcome(e, &w);
}

static void
the_pad_is_edited_and_nothing_is_sent(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "secret task\xE2\x80\xB8");
	wait_outside(&e);
	assert_true(pad_is(&e, "print(\"hello\")\xE2\x80\xB8\n"));
	pad_keys(&e, "Enter \"x = 1\nEnter Enter \"y");
	assert_true(pad_is(&e, "print(\"hello\")\nx = 1\n\ny\xE2\x80\xB8\n"));
	assert_int_equal(peer_pending(e.peer), 0);
	assert_null(peer_next(e.peer));
	pad_keys(&e, "C-z");
	assert_true(pad_is(&e, "print(\"hello\")\nx = 1\n\n\xE2\x80\xB8\n"));
	pad_keys(&e, "C-y");
	assert_true(pad_is(&e, "print(\"hello\")\nx = 1\n\ny\xE2\x80\xB8\n"));
	assert_int_equal(peer_pending(e.peer), 0);
	assert_int_equal(e.request, REQUEST_NONE);
	pad_close(&e);
}

/* More than the queue for the hub would hold. */
static void
one_can_practise_for_long(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "");
	wait_outside(&e);
	for (int i = 0; i < PEER_MAX_PENDING + 10; i++)
		pad_keys(&e, i % 40 == 39 ? "Enter" : "\"x");
	assert_string_equal(said(&e), "");
	assert_true(text_len(editor_text(&e)) > PEER_MAX_PENDING);
	pad_close(&e);
}

static void
nothing_of_the_room_stays_with_who_is_sent_back(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "secret task");
	pad_run(&e, 2, "secret output");
	pad_said(&e, 7, 2, SAY_ALL, "secret chat");
	pad_keys(&e, "C-o");
	wait_outside(&e);
	assert_true(e.sent_back);
	assert_int_equal(e.run.state, RUN_NONE);
	assert_int_equal(e.run.text.len, 0);
	assert_null(e.run.text.data);
	assert_int_equal(e.talk.n, 0);
	assert_null(e.talk.lines[0].text);
	assert_string_equal(said(&e), "");
	assert_false(e.output_full);
	assert_int_equal(e.pane, PANE_OUTPUT);
	pad_close(&e);
}

static void
programs_are_not_run_in_the_pad(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "");
	wait_outside(&e);
	pad_keys(&e, "C-r");
	assert_int_equal(e.request, REQUEST_NONE);
	assert_string_equal(
	    said(&e), "Programs run in the room, not in the practice pad");
	pad_close(&e);
}

static void
the_practice_text_is_gone_in_the_room(void **state)
{
	struct welcome w;
	struct editor e;

	(void)state;
	pad_open(&e, "");
	wait_outside(&e);
	pad_keys(&e, "\"mine");
	w = e.welcome;
	wait_outside(&e); /* the hub was started again: the pad stays */
	assert_true(pad_is(&e, "print(\"hello\")mine\xE2\x80\xB8\n"));
	w.joined = true;
	w.lobby = false;
	editor_welcome(&e, &w);
	assert_null(e.peer); /* the room's text is what comes next */
	assert_false(e.lobby);
	assert_int_equal(e.panel, PANEL_NONE);
	pad_close(&e);
}

static void
who_waits_can_send_a_message(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "");
	wait_outside(&e);
	pad_keys(&e, "C-t \"I am here\nEnter");
	assert_int_equal(e.request, REQUEST_SAY);
	assert_string_equal(e.talk.sending, "I am here");
	assert_int_equal(e.talk.sending_scope, SAY_ALL);
	e.request = REQUEST_NONE;
	pad_keys(&e, "Esc \"!");
	assert_true(pad_is(&e, "print(\"hello\")!\xE2\x80\xB8\n"));
	pad_close(&e);
}

/* --- the staff --- */

static const struct person waiting[] = {
	{ 1, ROLE_INTERVIEWER, PERSON_HERE, true, "I", "Ivy", 0 },
	{ 2, ROLE_CANDIDATE, PERSON_LOBBY, false, "C", "Cleo", 90000 },
	{ 3, ROLE_CANDIDATE, PERSON_LOBBY, false, "D", "Dan", 95000 },
};

static void
open_staff(struct editor *e)
{
	pad_open(e, "");
	e->welcome.role = ROLE_INTERVIEWER;
	e->clock_ms = 0;
	e->now_ms = 100000;
}

static void
the_bell_rings_once_and_again_after_two_minutes(void **state)
{
	struct editor e;

	(void)state;
	open_staff(&e);
	editor_people(&e, waiting, 1);
	assert_false(e.bell);
	editor_people(&e, waiting, 2);
	assert_true(e.bell);
	e.bell = false;
	editor_people(&e, waiting, 2); /* something else has changed */
	editor_tick(&e);
	assert_false(e.bell);
	e.now_ms += 1000;
	editor_people(&e, waiting, 3); /* one more */
	assert_true(e.bell);
	e.bell = false;
	e.now_ms += BELL_MS - 1;
	editor_tick(&e);
	assert_false(e.bell);
	e.now_ms++;
	editor_tick(&e);
	assert_true(e.bell);
	e.bell = false;
	editor_people(&e, waiting, 1);
	e.now_ms += BELL_MS;
	editor_tick(&e);
	assert_false(e.bell);
	pad_close(&e);
}

static void
the_bell_is_for_the_staff_and_not_for_the_calm(void **state)
{
	struct editor e;

	(void)state;
	open_staff(&e);
	e.welcome.role = ROLE_OBSERVER;
	editor_people(&e, waiting, 3);
	assert_false(e.bell);
	pad_close(&e);
	open_staff(&e);
	e.calm = true;
	editor_people(&e, waiting, 3);
	assert_false(e.bell);
	pad_close(&e);
}

static void
f9_lets_in_who_has_waited_longest(void **state)
{
	struct editor e;
	int more;

	(void)state;
	open_staff(&e);
	editor_people(&e, waiting, 3);
	assert_int_equal(act_waiting(&e, &more), 2);
	assert_int_equal(more, 1);
	pad_keys(&e, "F9");
	assert_int_equal(e.request, REQUEST_ACT);
	assert_int_equal(e.act.kind, ACT_ADMIT);
	assert_int_equal(e.act.site, 2);
	e.request = REQUEST_NONE;
	editor_people(&e, waiting, 1);
	pad_keys(&e, "F9");
	assert_int_equal(e.request, REQUEST_NONE);
	assert_string_equal(said(&e), "Nobody is waiting");
	pad_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pad_is_edited_and_nothing_is_sent),
		cmocka_unit_test(one_can_practise_for_long),
		cmocka_unit_test(
		    nothing_of_the_room_stays_with_who_is_sent_back),
		cmocka_unit_test(programs_are_not_run_in_the_pad),
		cmocka_unit_test(the_practice_text_is_gone_in_the_room),
		cmocka_unit_test(who_waits_can_send_a_message),
		cmocka_unit_test(
		    the_bell_rings_once_and_again_after_two_minutes),
		cmocka_unit_test(
		    the_bell_is_for_the_staff_and_not_for_the_calm),
		cmocka_unit_test(f9_lets_in_who_has_waited_longest),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
