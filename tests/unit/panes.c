/* panes.c - what people see of the waiting room, the chat, the notes, focus time
 * and a room that they cannot write in (screen.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "client/view.h"
#include "tests/lib/pad.h"
#include "tests/lib/screen.h"

static void
be_staff(struct editor *e)
{
	e->welcome.role = ROLE_INTERVIEWER;
	e->people[1].person.role = ROLE_INTERVIEWER;
	memcpy(e->people[1].person.label, "K", 2);
	memcpy(e->people[1].person.name, "Kim", 4);
	memcpy(e->welcome.label, "K", 2);
}

/* The host's clock is S seconds after the room's start. */
static void
room_time_is(struct editor *e, uint64_t s)
{
	e->clock_ms =
	    (int64_t)(e->welcome.started_ms + s * 1000) - (int64_t)e->now_ms;
}

static void
wait_outside(struct editor *e, uint32_t npeople)
{
	struct person people[] = {
		{ 1, ROLE_CANDIDATE, PERSON_LOBBY, false, "C", "Cleo", 0 },
		{ 2, ROLE_INTERVIEWER, PERSON_HERE, true, "I", "Ivy", 0 },
		{ 3, ROLE_INTERVIEWER, PERSON_HERE, true, "J",
		    "Jo\xC3\xABlle van der Heuvel-Achternaam", 0 },
	};
	struct welcome w = e->welcome;

	w.joined = false;
	w.lobby = true;
	run_limits_practice(&w.limits);
	w.started_ms = 0;
	snprintf(w.title, sizeof(w.title), "Backend screen");
	editor_welcome(e, &w);
	people[0].since_ms = editor_host_ms(e) - 42000;
	editor_people(e, people, npeople);
	e->colours = 256;
}

static void
the_waiting_room(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "");
	e.joined = false;
	wait_outside(&e, 1);
	screen_check(&e, 80, 24, "lobby-80x24");
	screen_check(&e, 120, 40, "lobby-120x40");
	screen_check(&e, 200, 60, "lobby-200x60");
	screen_check(&e, 40, 12, "lobby-40x12");
	screen_check(&e, 20, 5, "lobby-20x5");
	screen_check(&e, 20, 8, "lobby-20x8");
	e.link_ms = 38;
	screen_check(&e, 80, 24, "lobby-link-80x24");
	screen_check(&e, 40, 12, "lobby-link-40x12");
	e.link_ms = 250; /* that is not so good */
	screen_check(&e, 80, 24, "lobby-slow-80x24");
	e.link_ms = 0;
	wait_outside(&e, 3);
	pad_keys(&e, "Enter \"for i in range(3):\nEnter \"print(i)");
	screen_check(&e, 80, 24, "lobby-people-80x24");
	screen_check(&e, 40, 12, "lobby-people-40x12");
	pad_keys(&e, "C-t \"I am here");
	screen_check(&e, 80, 24, "lobby-message-80x24");
	screen_check(&e, 40, 12, "lobby-message-40x12");
	e.ascii = e.calm = true;
	e.colours = 0;
	screen_check(&e, 80, 24, "lobby-ascii-80x24");
	pad_close(&e);
	screen_room(&e);
	wait_outside(&e, 2);
	pad_said(&e, 9, 2, SAY_STAFF, "Two minutes, please!");
	screen_check(&e, 80, 24, "lobby-back-80x24");
	pad_close(&e);
}

static void
the_pad_and_what_it_printed(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "");
	e.joined = false;
	wait_outside(&e, 2);
	pad_practice(&e, true, "", false);
	screen_check(&e, 80, 24, "lobby-runs-80x24");
	pad_practice(&e, false, "hello\n", false);
	pad_practice_end(&e, VERDICT_OK);
	screen_check(&e, 80, 24, "lobby-ran-80x24");
	screen_check(&e, 120, 40, "lobby-ran-120x40");
	screen_check(&e, 40, 12, "lobby-ran-40x12");
	screen_check(&e, 20, 8, "lobby-ran-20x8");
	e.now_ms += TOAST_MS + 1;
	editor_tick(&e);
	pad_said(&e, 9, 2, SAY_STAFF, "Two minutes, please!");
	pad_practice(&e, true,
	    "Traceback (most recent call last):\n"
	    "  File \"main.py\", line 1, in <module>\n"
	    "NameError: name 'prin' is not defined\n",
	    false);
	pad_practice_end(&e, VERDICT_FAILED);
	screen_check(&e, 80, 24, "lobby-failed-80x24");
	pad_keys(&e, "C-r");
	pad_practice(&e, true, "your name? ", true);
	pad_keys(&e, "\"Cl");
	screen_check(&e, 80, 24, "lobby-input-80x24");
	screen_check(&e, 40, 12, "lobby-input-40x12");
	pad_practice_end(&e, VERDICT_TIME);
	screen_check(&e, 80, 24, "lobby-time-80x24");
	pad_close(&e);
}

static void
somebody_waits(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	be_staff(&e);
	e.people[3].person = (struct person){ 3, ROLE_CANDIDATE, PERSON_LOBBY,
		false, "D", "Dan", editor_host_ms(&e) - 3000 };
	screen_check(&e, 80, 24, "waiting-80x24");
	screen_check(&e, 40, 12, "waiting-40x12");
	screen_check(&e, 200, 60, "waiting-200x60");
	memcpy(e.people[3].person.name,
	    "Jo\xC3\xABlle van der Heuvel-Achternaam tot Drakensteyn", 49);
	e.people[2].person.state = PERSON_LOBBY;
	e.people[2].person.since_ms = editor_host_ms(&e);
	screen_check(&e, 40, 12, "waiting-long-40x12");
	e.people[2].person.state = PERSON_HERE;
	memcpy(e.people[3].person.name, "Dan", 4);
	pad_keys(&e, "C-p");
	screen_check(&e, 80, 24, "menu-staff-80x24");
	pad_keys(&e, "\"dan");
	screen_check(&e, 80, 24, "menu-filter-80x24");
	pad_keys(&e, "C-u \"End int\nEnter");
	screen_check(&e, 80, 24, "ask-end-80x24");
	screen_check(&e, 40, 12, "ask-end-40x12");
	e.ask = (struct act){ ACT_BACK, 3, 0 };
	screen_check(&e, 80, 24, "ask-back-80x24");
	screen_check(&e, 40, 12, "ask-back-40x12");
	pad_close(&e);
}

/* One types, one could be followed, and one rests. */
static void
what_people_do(void **state)
{
	static const struct caret carets[] = { { 2, 0, true, 128, 128 },
		{ 3, 0, true, 9, 9 } };
	static const struct measure all[] = { { 1, 38, 0 }, { 2, 22, 87 + 1 },
		{ 3, 41, 100 + 1 } }; /* the widest beside the widest */
	struct editor e;

	(void)state;
	screen_room(&e);
	be_staff(&e);
	e.link_ms = 38;
	editor_measures(&e, all, 3);
	for (size_t i = 0; i < 2; i++)
		peer_caret_remote(e.peer, &carets[i], 1);
	memcpy(e.people[2].person.name, "interviewer-in-training", 24);
	e.people[2].typed_ms = e.now_ms;
	e.people[1].typed_ms = 1;
	e.people[1].active_ms = e.now_ms - 130000;
	e.people[3].person.state = PERSON_HERE;
	e.people[3].typed_ms = 1;
	e.people[3].active_ms = e.now_ms;
	e.follow.site = 2; /* so J is next */
	screen_check(&e, 200, 60, "people-200x60");
	pad_close(&e);
}

static void
open_chat(struct editor *e)
{
	screen_room(e);
	room_time_is(e, 749);
	pad_said(e, 10, 2, SAY_ALL, "looks right - what is the complexity?");
	room_time_is(e, 767);
	pad_said(e, 11, 1, SAY_ALL,
	    "O(n) time and O(n) space: each number is looked up once, and a "
	    "lookup takes the same time however much is in it");
	room_time_is(e, 790);
}

static void
the_chat(void **state)
{
	struct editor e;
	char text[64];

	(void)state;
	open_chat(&e);
	screen_check(&e, 80, 24, "chat-news-80x24");
	e.now_ms += TOAST_MS;
	editor_tick(&e);
	e.talk.unread[PANE_CHAT] = 1;
	screen_check(&e, 80, 24, "chat-unread-80x24");
	e.talk.unread[PANE_CHAT] = 1;
	screen_check(&e, 40, 12, "chat-unread-40x12");
	screen_check(&e, 120, 40, "chat-120x40");
	screen_check(&e, 200, 60, "chat-200x60");
	pad_keys(&e, "C-t \"because each lookup is");
	screen_check(&e, 80, 24, "chat-typing-80x24");
	screen_check(&e, 40, 12, "chat-typing-40x12");
	screen_check(&e, 120, 40, "chat-typing-120x40");
	for (int i = 0; i < 30; i++) {
		snprintf(text, sizeof(text), "line %d", i);
		pad_said(&e, (uint64_t)(20 + i), 2, SAY_ALL, text);
	}
	screen_check(&e, 80, 24, "chat-full-80x24");
	pad_keys(&e, "PgUp PgUp");
	screen_check(&e, 80, 24, "chat-older-80x24");
	for (int i = 0; i < 40; i++)
		pad_keys(&e, "PgUp");
	screen_check(&e, 80, 24, "chat-oldest-80x24");
	e.ascii = true;
	screen_check(&e, 80, 24, "chat-ascii-80x24");
	pad_close(&e);
}

static void
chat_cannot_drive_the_terminal(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	room_time_is(&e, 60);
	pad_said(&e, 10, 2, SAY_ALL,
	    "a\x1B]52;c;eHg=\x07 b\x1B[2J c\xE2\x80\xAE d\n e\xC2\x9B"
	    "31m "
	    "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE6\x97\xA5\xE6\x9C\xAC"
	    "\xE8\xAA\x9E\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E");
	memcpy(e.people[2].person.name, "I\x1B[7m", 6);
	pad_said(&e, 11, 2, SAY_ALL, "who?");
	pad_keys(&e, "C-t");
	screen_check(&e, 80, 24, "chat-hostile-80x24");
	screen_check(&e, 120, 40, "chat-hostile-120x40");
	pad_close(&e);
}

static void
the_chat_of_who_only_reads(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	e.welcome.role = ROLE_OBSERVER;
	e.welcome.writable = false;
	pad_keys(&e, "C-t");
	screen_check(&e, 80, 24, "chat-observer-80x24");
	pad_said(&e, 12, 1, SAY_ALL, "looks right");
	screen_check(&e, 40, 12, "chat-observer-40x12");
	pad_close(&e);
}

/* Before somebody is let in no time runs. */
static void
who_waits_speaks_to_the_staff(void **state)
{
	struct editor e;

	(void)state;
	open_chat(&e);
	be_staff(&e);
	e.welcome.started_ms = 0;
	pad_said(&e, 12, 1, SAY_STAFF, "I am here");
	pad_keys(&e, "C-t");
	screen_check(&e, 80, 24, "chat-outside-80x24");
	pad_close(&e);
}

/* The first word: nothing leads to where one is. */
static void
nothing_said_and_nothing_noted(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	be_staff(&e);
	pad_keys(&e, "F8");
	screen_check(&e, 200, 60, "first-note-200x60");
	pad_close(&e);
}

/* Who writes in the chat or has the timer paused is not idle; who notes is. */
static void
who_does_something_is_not_idle(void **state)
{
	struct record pause = { .kind = REC_PAUSE, .site = 2 };
	struct record output = { .kind = REC_RUN_OUTPUT, .site = 2 };
	struct editor e;

	(void)state;
	screen_room(&e);
	room_time_is(&e, 749);
	e.people[2].active_ms = 1;
	pad_said(&e, 10, 2, SAY_NOTE, "knows dictionaries");
	editor_record(&e, &output);
	assert_int_equal(e.people[2].active_ms, 1);
	pad_said(&e, 11, 2, SAY_ALL, "hello");
	assert_int_equal(e.people[2].active_ms, e.now_ms);
	e.people[2].active_ms = 1;
	editor_record(&e, &pause);
	assert_int_equal(e.people[2].active_ms, e.now_ms);
	pad_close(&e);
}

static void
the_notes(void **state)
{
	struct editor e;

	(void)state;
	open_chat(&e);
	be_staff(&e);
	room_time_is(&e, 847);
	pad_said(&e, 12, 1, SAY_NOTE, "asked about empty input");
	pad_said(&e, 13, 2, SAY_STAFF, "shall we go on to part two?");
	screen_check(&e, 80, 24, "staff-news-80x24");
	pad_keys(&e, "F8 \"names the invariant");
	screen_check(&e, 80, 24, "notes-80x24");
	screen_check(&e, 40, 12, "notes-40x12");
	screen_check(&e, 120, 40, "notes-120x40");
	screen_check(&e, 200, 60, "notes-200x60");
	pad_keys(&e, "C-t Tab");
	e.now_ms += TOAST_MS;
	editor_tick(&e);
	screen_check(&e, 80, 24, "chat-staff-80x24");
	pad_close(&e);
}

static void
focus_time(void **state)
{
	struct focus f = { true, 1, 0 };
	struct editor e;

	(void)state;
	screen_room(&e);
	f.until_ms = editor_host_ms(&e) + 271000;
	e.clocks_ms = e.now_ms - 2000; /* one was typing */
	editor_focus(&e, &f);
	assert_int_equal(editor_shown_ms(&e), editor_host_ms(&e));
	screen_check(&e, 80, 24, "focus-80x24");
	screen_check(&e, 40, 12, "focus-40x12");
	pad_keys(&e, "F9");
	assert_int_equal(e.request, REQUEST_ACT);
	assert_int_equal(e.act.kind, ACT_FOCUS);
	assert_int_equal(e.act.minutes, 0);
	e.request = REQUEST_NONE;
	e.calm = true;
	screen_check(&e, 80, 24, "focus-calm-80x24");
	e.calm = false;
	be_staff(&e);
	screen_check(&e, 80, 24, "focus-staff-80x24");
	screen_check(&e, 40, 12, "focus-staff-40x12");
	pad_keys(&e, "\"x");
	assert_string_equal(
	    editor_toast(&e)->text, "Focus time - read-only until it is over");
	assert_int_equal(peer_pending(e.peer), 0);
	e.run.state = RUN_RUNNING;
	pad_keys(&e, "C-c C-r");
	assert_int_equal(e.request, REQUEST_NONE);
	e.run.state = RUN_ENDED;
	pad_keys(&e, "F9"); /* not theirs to end by a slip */
	assert_int_equal(e.request, REQUEST_NONE);
	pad_keys(&e, "F8 \"writes tests first\nEnter");
	assert_int_equal(e.request, REQUEST_SAY);
	e.request = REQUEST_NONE;
	e.ntoasts = 0;
	editor_focus(&e, &f); /* said again after a new link: no news */
	assert_int_equal(e.ntoasts, 0);
	f.on = false;
	e.tiny = false;
	editor_focus(&e, &f);
	assert_true(editor_writable(&e));
	assert_string_equal(editor_toast(&e)->text,
	    "Focus time is over - this is what was written meanwhile");
	pad_close(&e);
}

/* Who comes while the candidate works unwatched has no text at all. */
static void
focus_time_from_the_start(void **state)
{
	struct focus f = { true, 1, 0 };
	struct editor e;

	(void)state;
	screen_room(&e);
	be_staff(&e);
	peer_free(e.peer);
	e.peer = NULL;
	f.until_ms = editor_host_ms(&e) + 271000;
	editor_focus(&e, &f);
	e.ntoasts = 0;
	screen_check(&e, 80, 24, "focus-late-80x24");
	pad_keys(&e, "\"x\nC-r Up");
	assert_int_equal(e.request, REQUEST_NONE);
	pad_keys(&e, "F8 \"came late\nEnter");
	assert_int_equal(e.request, REQUEST_SAY);
	pad_keys(&e, "C-p \"leave\nEnter");
	assert_int_equal(e.panel, PANEL_LEAVE);
	pad_close(&e);
}

static void
rooms_that_cannot_be_written_in(void **state)
{
	struct record r;
	struct editor e;

	(void)state;
	screen_room(&e);
	record_init(&r);
	r.kind = REC_FREEZE;
	r.site = 2;
	editor_record(&e, &r);
	assert_string_equal(
	    editor_toast(&e)->text, "Frozen by Ivy - read-only");
	e.now_ms += TOAST_MS;
	editor_tick(&e);
	screen_check(&e, 80, 24, "frozen-80x24");
	screen_check(&e, 40, 12, "frozen-40x12");
	pad_keys(&e, "\"x");
	assert_string_equal(
	    editor_toast(&e)->text, "Frozen by the interviewer - read-only");
	assert_int_equal(peer_pending(e.peer), 0);
	r.kind = REC_THAW;
	editor_record(&e, &r);
	assert_string_equal(
	    editor_toast(&e)->text, "Thawed by Ivy - all can write");
	e.tiny = false; /* there is more room */
	editor_record(&e, &r);
	assert_string_equal(editor_toast(&e)->text,
	    "Thawed by Ivy - everybody can write again");
	pad_keys(&e, "\"x");
	assert_int_equal(peer_pending(e.peer), 1);
	e.now_ms += 2 * TOAST_MS;
	e.ntoasts = 0;
	e.welcome.writable = false; /* as MSG_PEOPLE says */
	screen_check(&e, 80, 24, "read-only-80x24");
	e.welcome.writable = true;
	r.kind = REC_END;
	editor_record(&e, &r);
	screen_check(&e, 80, 24, "ended-80x24");
	assert_false(editor_writable(&e));
	r.kind = REC_REOPEN;
	editor_record(&e, &r);
	assert_true(editor_writable(&e));
	record_release(&r);
	pad_close(&e);
}

static void
the_staffs_carets_can_be_hidden(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	pad_keys(&e, "C-p \"Quiet\nEnter");
	screen_check(&e, 80, 24, "quiet-80x24");
	pad_keys(&e, "C-p \"stacked\nEnter"); /* it is: not listed here */
	assert_false(e.stacked);
	pad_keys(&e, "Esc");
	screen_check(&e, 120, 40, "quiet-120x40");
	pad_keys(&e, "C-p \"stacked\nEnter");
	screen_check(&e, 120, 40, "stacked-120x40");
	pad_close(&e);
}

/* Whatever is open, no size may write outside its grid or loop. */
static void
any_size_can_be_drawn(void **state)
{
	static const char *const opens[] = { "C-t", "F8", "C-o", "C-p", "Esc" };
	struct grid g = { .cols = 0 };
	struct editor e;
	struct layout l;

	(void)state;
	open_chat(&e);
	be_staff(&e);
	for (size_t i = 0; i < 6; i++) {
		if (i == 5)
			wait_outside(&e, 3);
		else
			pad_keys(&e, opens[i]);
		for (int cols = 1; cols <= 220; cols += 9)
			for (int rows = 1; rows <= 61; rows += 4) {
				assert_int_equal(
				    grid_resize(&g, cols, rows), 0);
				view_layout(&e, cols, rows, &l);
				view_draw(&e, &l, &g);
				assert_true(g.cursor_x <= cols);
			}
	}
	grid_release(&g);
	pad_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_waiting_room),
		cmocka_unit_test(the_pad_and_what_it_printed),
		cmocka_unit_test(what_people_do),
		cmocka_unit_test(somebody_waits),
		cmocka_unit_test(the_chat),
		cmocka_unit_test(chat_cannot_drive_the_terminal),
		cmocka_unit_test(the_chat_of_who_only_reads),
		cmocka_unit_test(who_waits_speaks_to_the_staff),
		cmocka_unit_test(nothing_said_and_nothing_noted),
		cmocka_unit_test(who_does_something_is_not_idle),
		cmocka_unit_test(the_notes),
		cmocka_unit_test(focus_time),
		cmocka_unit_test(focus_time_from_the_start),
		cmocka_unit_test(rooms_that_cannot_be_written_in),
		cmocka_unit_test(the_staffs_carets_can_be_hidden),
		cmocka_unit_test(any_size_can_be_drawn),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
