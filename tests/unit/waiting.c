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
#include "client/command.h"
#include "client/input.h"
#include "client/lobby.h"
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
	assert_int_equal(e.reading, READING_NOTHING);
	assert_int_equal(e.pane, PANE_OUTPUT);
	pad_close(&e);
}

/* What the last run printed, and what was typed for it. */
static bool
printed(const struct editor *e, const char *text)
{
	const struct buf *b = &e->run.text;

	return b->len == strlen(text) && memcmp(b->data, text, b->len) == 0;
}

static void
the_pad_is_run_and_stopped(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "");
	wait_outside(&e);
	pad_keys(&e, "C-r");
	assert_int_equal(e.request, REQUEST_RUN);
	assert_false(editor_running(&e)); /* until the hub says so */
	e.request = REQUEST_NONE;
	pad_practice(&e, true, "", false);
	assert_true(editor_running(&e));
	pad_keys(&e, "F5");
	assert_int_equal(e.request, REQUEST_NONE);
	assert_string_equal(
	    said(&e), "Your program is still running - ^C stops it");
	pad_practice(&e, false, "hel", false);
	pad_practice(&e, false, "lo\n", false);
	pad_keys(&e, "C-c");
	assert_int_equal(e.request, REQUEST_STOP);
	e.request = REQUEST_NONE;
	pad_practice_end(&e, VERDICT_STOPPED);
	assert_true(printed(&e, "hello\n"));
	assert_string_equal(said(&e), "Your program: STOPPED");
	pad_keys(&e, "C-c");
	assert_int_equal(e.request, REQUEST_NONE);
	pad_keys(&e, "M-w");
	assert_string_equal(
	    said(&e), "practice line 1 col 15, 2 lines, your program STOPPED");
	/* and the next begins with nothing */
	pad_practice(&e, true, "", false);
	assert_true(printed(&e, ""));
	pad_practice_end(&e, VERDICT_OK);
	e.now_ms += 10 * TOAST_MS; /* the answer to M-w has been read */
	editor_tick(&e);
	pad_practice(&e, true, "", false);
	pad_practice_end(&e, VERDICT_OK);
	assert_string_equal(said(&e), "Your program: OK exit 0 in 0.04 s");
	pad_practice(&e, true, "", false);
	assert_string_equal(said(&e), "");
	pad_close(&e);
}

static void
the_program_is_typed_for(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "");
	wait_outside(&e);
	pad_keys(&e, "C-r");
	pad_practice(&e, true, "name? ", true);
	e.request = REQUEST_NONE;
	assert_true(e.line.focus); /* Run was our last key */
	assert_string_equal(
	    input_news(&e), "Your program is waiting for a line of input");
	pad_keys(&e, "\"Cleo\nEnter");
	assert_int_equal(e.request, REQUEST_INPUT);
	assert_int_equal(e.sent.len, 5);
	lobby_typed(&e);
	assert_true(printed(&e, "name? Cleo\n"));
	pad_practice(&e, false, "", false);
	assert_false(e.run.waiting);
	pad_keys(&e, "Esc \"!");
	assert_true(pad_is(&e, "print(\"hello\")!\xE2\x80\xB8\n"));
	pad_practice(
	    &e, false, "", true); /* we write: nothing takes the keys */
	assert_false(e.line.focus);
	e.request = REQUEST_NONE;
	pad_keys(&e, "C-o");
	assert_true(e.line.focus);
	assert_int_equal(e.request, REQUEST_NONE); /* whose else could it be? */
	pad_close(&e);
}

static void
without_a_hub_nothing_runs_and_what_did_is_lost(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "");
	wait_outside(&e);
	lobby_offline(&e);
	assert_int_equal(e.run.state, RUN_NONE);
	pad_practice(&e, true, "hel", false);
	lobby_offline(&e);
	assert_string_equal(said(&e), "Your program: RUNNER LOST");
	assert_int_equal(e.run.state, RUN_ENDED);
	assert_true(printed(&e, "hel"));
	pad_practice(&e, false, "lo", false); /* of what was given up */
	assert_true(printed(&e, "hel"));
	e.online = false;
	pad_keys(&e, "C-r");
	assert_int_equal(e.request, REQUEST_NONE);
	wait_outside(&e);
	pad_keys(&e, "C-r");
	assert_int_equal(e.request, REQUEST_RUN);
	pad_close(&e);
}

static void
nothing_that_was_run_is_in_the_room(void **state)
{
	struct welcome w;
	struct editor e;

	(void)state;
	pad_open(&e, "");
	wait_outside(&e);
	pad_practice(&e, true, "mine", true);
	pad_keys(&e, "C-o \"half a line");
	w = e.welcome;
	w.joined = true;
	w.lobby = false;
	editor_welcome(&e, &w);
	assert_int_equal(e.run.state, RUN_NONE);
	assert_null(e.run.text.data);
	assert_false(e.line.focus);
	assert_int_equal(e.line.edit.len, 0);
	pad_practice(&e, true, "late", false);
	assert_int_equal(e.run.state, RUN_NONE);
	assert_int_equal(e.run.text.len, 0);
	pad_close(&e);
}

static void
a_pad_that_is_too_large_is_not_run(void **state)
{
	static char text[PRACTICE_TEXT_MAX];
	struct key paste = { .code = K_PASTE,
		.text = (const uint8_t *)text,
		.len = sizeof(text) };
	struct editor e;

	(void)state;
	memset(text, 'x', sizeof(text));
	pad_open(&e, "");
	wait_outside(&e);
	command_key(&e, &paste);
	pad_keys(&e, "C-r");
	assert_int_equal(e.request, REQUEST_NONE);
	assert_string_equal(
	    said(&e), "Too large to practise with: at most 64 KB are run here");
	pad_keys(&e, "C-z C-r");
	assert_int_equal(e.request, REQUEST_RUN);
	pad_close(&e);
}

static void
the_pad_is_in_the_rooms_language(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "");
	snprintf(e.welcome.language, sizeof(e.welcome.language), "bash");
	wait_outside(&e);
	assert_true(pad_is(&e, "echo hello\xE2\x80\xB8\n"));
	assert_string_equal(peer_file_name(e.peer, 0), "practice.sh");
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
		cmocka_unit_test(the_pad_is_run_and_stopped),
		cmocka_unit_test(the_program_is_typed_for),
		cmocka_unit_test(
		    without_a_hub_nothing_runs_and_what_did_is_lost),
		cmocka_unit_test(nothing_that_was_run_is_in_the_room),
		cmocka_unit_test(a_pad_that_is_too_large_is_not_run),
		cmocka_unit_test(the_pad_is_in_the_rooms_language),
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
