/* talk.c - chat and notes: what arrives, what is unread, and what is sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/command.h"
#include "client/talk.h"
#include "client/view.h"
#include "tests/lib/pad.h"

static const struct person people[] = {
	{ 1, ROLE_CANDIDATE, PERSON_HERE, true, "C", "Cleo", 0 },
	{ 2, ROLE_INTERVIEWER, PERSON_HERE, true, "I", "Ivy", 0 },
};

static const char *
said(const struct editor *e)
{
	return editor_toast(e) != NULL ? editor_toast(e)->text : "";
}

static void
open_room(struct editor *e, uint8_t role)
{
	struct layout l;

	pad_open(e, "code\xE2\x80\xB8");
	e->welcome.role = role;
	editor_people(e, people, 2);
	e->now_ms += 1000;
	view_layout(e, 80, 24, &l);
}

static void
assert_sent(struct editor *e, uint8_t scope, const char *text)
{
	assert_int_equal(e->request, REQUEST_SAY);
	assert_int_equal(e->talk.sending_scope, scope);
	assert_string_equal(e->talk.sending, text);
	e->request = REQUEST_NONE;
}

static void
what_is_not_seen_is_told_and_counted(void **state)
{
	struct editor e;
	struct layout l;

	(void)state;
	open_room(&e, ROLE_CANDIDATE);
	pad_said(&e, 5, 2, SAY_ALL, "looks right");
	assert_string_equal(said(&e), "chat  Ivy: looks right");
	assert_int_equal(e.talk.unread[PANE_CHAT], 1);
	pad_said(&e, 5, 2, SAY_ALL, "looks right"); /* sent once more */
	assert_int_equal(e.talk.unread[PANE_CHAT], 1);
	assert_int_equal(e.talk.n, 1);
	pad_keys(&e, "C-t");
	view_layout(&e, 80, 24, &l);
	assert_int_equal(e.talk.unread[PANE_CHAT], 0);
	assert_string_equal(said(&e), "");
	pad_said(&e, 6, 2, SAY_ALL, "seen at once");
	assert_string_equal(said(&e), "");
	assert_int_equal(e.talk.unread[PANE_CHAT], 0);
	pad_close(&e);
}

/* Who comes late gets the last lines; they are there, and no news. */
static void
what_was_said_before_is_no_news(void **state)
{
	struct welcome w;
	struct editor e;

	(void)state;
	open_room(&e, ROLE_CANDIDATE);
	w = e.welcome;
	w.now_ms = 500000;
	e.clock_ms = (int64_t)w.now_ms - (int64_t)e.now_ms;
	e.talk.news_ms = 0;
	editor_welcome(&e, &w);
	e.now_ms -= 2000;
	pad_said(&e, 5, 2, SAY_ALL, "before");
	assert_int_equal(e.talk.n, 1);
	assert_int_equal(e.talk.unread[PANE_CHAT], 0);
	e.now_ms += 3000;
	pad_said(&e, 6, 2, SAY_ALL, "after");
	assert_int_equal(e.talk.unread[PANE_CHAT], 1);
	pad_close(&e);
}

static void
a_line_is_sent_by_enter_and_the_code_stays_as_it_is(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e, ROLE_CANDIDATE);
	pad_keys(&e, "C-t \"  O(n) time \nEnter");
	assert_sent(&e, SAY_ALL, "O(n) time");
	pad_keys(&e, "Enter \"   \nEnter"); /* nothing is not said */
	assert_int_equal(e.request, REQUEST_NONE);
	assert_true(pad_is(&e, "code\xE2\x80\xB8"));
	pad_keys(&e, "C-t \"r");
	assert_true(pad_is(&e, "coder\xE2\x80\xB8"));
	pad_close(&e);
}

static void
the_staff_can_keep_to_itself(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e, ROLE_INTERVIEWER);
	pad_keys(&e, "C-t Tab \"weak on graphs\nEnter");
	assert_sent(&e, SAY_STAFF, "weak on graphs");
	pad_keys(
	    &e, "\"hi\nTab Enter"); /* what is begun can change its scope */
	assert_sent(&e, SAY_ALL, "hi");
	pad_keys(&e, "F8 \"asked about empty input\nEnter F8");
	assert_sent(&e, SAY_NOTE, "asked about empty input");
	assert_false(e.talk.focus);
	pad_close(&e);
}

static void
a_candidate_has_no_scope_and_no_notes(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e, ROLE_CANDIDATE);
	pad_keys(&e, "F8");
	assert_false(e.talk.focus);
	pad_keys(&e, "C-t Tab \"x\nEnter");
	assert_sent(&e, SAY_ALL, "x");
	pad_close(&e);
}

static void
observers_read_the_chat(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e, ROLE_OBSERVER);
	pad_keys(&e, "C-t");
	assert_true(e.talk.focus);
	pad_keys(&e, "\"x");
	assert_string_equal(said(&e), "You can read here, not write");
	assert_int_equal(e.talk.drafts[PANE_CHAT].len, 0);
	pad_keys(&e, "Enter");
	assert_int_equal(e.request, REQUEST_NONE);
	pad_keys(&e, "Esc");
	assert_false(e.talk.focus);
	pad_close(&e);
}

/* A line is said when it comes back; before, the link may have lost it. */
static void
what_may_be_lost_comes_back_into_the_line(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e, ROLE_CANDIDATE);
	pad_keys(&e, "C-t \"hello\nEnter");
	assert_sent(&e, SAY_ALL, "hello");
	talk_offline(&e);
	assert_int_equal(e.talk.drafts[PANE_CHAT].len, 5);
	assert_string_equal(said(&e),
	    "Your last line may not have arrived - it is in the line again");
	pad_said(&e, 9, 1, SAY_ALL, "hello"); /* it had arrived */
	assert_int_equal(e.talk.drafts[PANE_CHAT].len, 0);
	pad_keys(&e, "\"more\nEnter");
	pad_said(&e, 10, 1, SAY_ALL, "more");
	talk_offline(&e);
	assert_int_equal(e.talk.drafts[PANE_CHAT].len, 0);
	pad_close(&e);
}

static void
offline_a_line_stays(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e, ROLE_CANDIDATE);
	e.online = false;
	pad_keys(&e, "C-t \"hello\nEnter");
	assert_int_equal(e.request, REQUEST_NONE);
	assert_int_equal(e.talk.drafts[PANE_CHAT].len, 5);
	pad_close(&e);
}

static void
a_line_has_an_end(void **state)
{
	char text[SAY_MAX + 100];
	struct editor e;
	struct key key = {
		.code = K_PASTE, .text = (const uint8_t *)text, .len = SAY_MAX
	};

	(void)state;
	memset(text, 'x', sizeof(text));
	text[3] = '\n';
	open_room(&e, ROLE_CANDIDATE);
	pad_keys(&e, "C-t");
	command_key(&e, &key);
	assert_int_equal(e.talk.drafts[PANE_CHAT].len, SAY_MAX);
	assert_int_equal(e.talk.drafts[PANE_CHAT].text[3], ' ');
	pad_keys(&e, "\"y");
	assert_string_equal(said(&e), "A line has at most 2000 bytes");
	assert_int_equal(e.talk.drafts[PANE_CHAT].len, SAY_MAX);
	pad_keys(&e, "C-u \"abc");
	command_key(&e, &key); /* as a whole, or not at all */
	assert_int_equal(e.talk.drafts[PANE_CHAT].len, 3);
	pad_keys(&e, "C-u");
	command_key(&e, &key);
	pad_keys(&e, "Enter");
	assert_int_equal(strlen(e.talk.sending), SAY_MAX);
	pad_close(&e);
}

static void
only_the_last_lines_are_kept(void **state)
{
	struct editor e;
	char text[32];

	(void)state;
	open_room(&e, ROLE_CANDIDATE);
	for (unsigned i = 1; i <= SAID_KEPT + 50; i++) {
		snprintf(text, sizeof(text), "line %u", i);
		pad_said(&e, i, 2, SAY_ALL, text);
	}
	assert_int_equal(e.talk.n, SAID_KEPT);
	assert_string_equal(talk_line(&e.talk, 0)->text, "line 51");
	assert_string_equal(
	    talk_line(&e.talk, SAID_KEPT - 1)->text, "line 450");
	pad_close(&e);
}

static void
running_shows_the_output(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e, ROLE_CANDIDATE);
	pad_keys(&e, "C-t C-r");
	assert_int_equal(e.request, REQUEST_RUN);
	assert_int_equal(e.pane, PANE_OUTPUT);
	assert_false(e.talk.focus);
	pad_close(&e);
}

/* A program that begins to wait does not take the keys of who is chatting. */
static void
a_program_does_not_take_the_chats_keys(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e, ROLE_CANDIDATE);
	pad_keys(&e, "C-r");
	e.request = REQUEST_NONE;
	pad_run(&e, 1, "n? ");
	pad_keys(&e, "C-t \"wai");
	pad_keyboard(&e, 1, true);
	pad_keys(&e, "\"t\nEnter");
	assert_sent(&e, SAY_ALL, "wait");
	pad_keys(&e, "C-o \"4\nEnter");
	assert_int_equal(e.request, REQUEST_INPUT);
	pad_close(&e);
}

static void
f6_goes_round(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e, ROLE_INTERVIEWER);
	pad_keys(&e, "F6");
	assert_true(e.talk.focus && e.talk.tab == PANE_CHAT);
	pad_keys(&e, "F6");
	assert_true(e.talk.focus && e.talk.tab == PANE_NOTES);
	pad_keys(&e, "F6");
	assert_true(!e.talk.focus && e.reading == READING_PANE);
	pad_keys(&e, "F6");
	assert_true(!e.talk.focus && e.reading == READING_NOTHING);
	pad_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_seen_is_told_and_counted),
		cmocka_unit_test(what_was_said_before_is_no_news),
		cmocka_unit_test(
		    a_line_is_sent_by_enter_and_the_code_stays_as_it_is),
		cmocka_unit_test(the_staff_can_keep_to_itself),
		cmocka_unit_test(a_candidate_has_no_scope_and_no_notes),
		cmocka_unit_test(observers_read_the_chat),
		cmocka_unit_test(what_may_be_lost_comes_back_into_the_line),
		cmocka_unit_test(offline_a_line_stays),
		cmocka_unit_test(a_line_has_an_end),
		cmocka_unit_test(only_the_last_lines_are_kept),
		cmocka_unit_test(running_shows_the_output),
		cmocka_unit_test(a_program_does_not_take_the_chats_keys),
		cmocka_unit_test(f6_goes_round),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
