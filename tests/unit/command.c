/* command.c - what keys say and ask for, beyond the text (see keycases.c). */
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
#include "client/panel.h"
#include "tests/lib/pad.h"

static void
paste(struct editor *e, const char *text)
{
	struct key key = { .code = K_PASTE,
		.text = (const uint8_t *)text,
		.len = strlen(text) };

	command_key(e, &key);
}

static const char *
said(const struct editor *e)
{
	return editor_toast(e) != NULL ? editor_toast(e)->text : "";
}

static void
news_of_runs_are_the_newest(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "");
	editor_say(&e, TOAST_ERROR, "disk full");
	editor_say(&e, TOAST_RUN, "run 1 started by Bob");
	editor_say(&e, TOAST_RUN, "run 1: OK exit 0 in 0.04 s");
	editor_say(&e, TOAST_JOIN, "+ Bob joined");
	editor_say(&e, TOAST_RUN, "run 2 started by Bob");
	assert_string_equal(said(&e), "disk full");
	e.now_ms += TOAST_MS;
	editor_tick(&e);
	assert_string_equal(said(&e), "run 2 started by Bob");
	editor_say(&e, TOAST_RUN, "run 2: STOPPED by Bob");
	assert_string_equal(said(&e), "run 2: STOPPED by Bob");
	e.run.run = 3;
	e.run.state = RUN_RUNNING;
	pad_keys(&e, "C-r");
	assert_string_equal(said(&e), "Run 3 is still running - ^C stops it");
	editor_say(&e, TOAST_RUN, "run 3: STOPPED by Bob");
	assert_string_equal(said(&e), "run 3: STOPPED by Bob");
	e.now_ms += TOAST_MS;
	editor_tick(&e);
	assert_string_equal(said(&e), ""); /* Bob has been here for long */
	pad_close(&e);
}

/* One toast after the other may put off those that are less important. */
static void
what_was_put_off_is_not_shown_as_news(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "");
	editor_say(&e, TOAST_JOIN, "+ Bob joined");
	e.now_ms += TOAST_READ_MS - 1;
	editor_tick(&e);
	editor_say(&e, TOAST_CHAT, "hello");
	e.now_ms += TOAST_MS;
	editor_tick(&e);
	assert_string_equal(said(&e), "+ Bob joined");
	e.now_ms += TOAST_MS - TOAST_READ_MS;
	editor_tick(&e);
	assert_string_equal(said(&e), "+ Bob joined");
	e.now_ms += 1;
	editor_tick(&e);
	assert_string_equal(said(&e), "");
	editor_say(&e, TOAST_JOIN, "+ Ann joined");
	e.now_ms += TOAST_READ_MS;
	editor_say(&e, TOAST_CHAT, "again");
	e.now_ms += TOAST_MS;
	editor_tick(&e);
	assert_string_equal(said(&e), "");
	editor_say(&e, TOAST_JOIN, "+ Eve joined");
	for (int i = 0; i < 2; i++) {
		editor_say(&e, TOAST_RUN, "run %d started by Bob", i);
		e.now_ms += TOAST_MS - 1;
		editor_tick(&e);
	}
	e.now_ms += 1;
	editor_tick(&e);
	assert_string_equal(said(&e), "");
	pad_close(&e);
}

/* Who is not watched any more sees that, not what was before. */
static void
focus_time_is_seen_at_once(void **state)
{
	struct focus f = { .on = true, .site = 1, .until_ms = 300000 };
	struct editor e;

	(void)state;
	pad_open(&e, "");
	e.welcome.site = 1;
	editor_say(&e, TOAST_JOIN, "You are in the room now");
	editor_say(&e, TOAST_RUN, "run 1: OK exit 0 in 0.04 s");
	editor_say(&e, TOAST_ANSWER, "Pasted 95 bytes");
	editor_focus(&e, &f);
	assert_string_equal(said(&e), "");
	editor_say(&e, TOAST_RUN, "run 2: OK exit 0 in 0.04 s");
	editor_focus(&e, &f); /* said once more after a new WELCOME */
	assert_string_equal(said(&e), "run 2: OK exit 0 in 0.04 s");
	pad_close(&e);
}

static void
answers_come_at_once_and_events_wait(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "x");
	editor_say(&e, TOAST_JOIN, "+ Bob joined");
	pad_keys(&e, "C-s");
	assert_string_equal(said(&e),
	    "Saved automatically; this moment is marked in the recording");
	assert_int_equal(e.act.kind, ACT_MARK);
	editor_say(&e, TOAST_RUN, "run 1 started by Bob");
	editor_say(&e, TOAST_ERROR, "disk full");
	editor_say(&e, TOAST_JOIN, "+ Eve joined"); /* one too many */
	pad_keys(&e, "C-c");
	assert_string_equal(said(&e), "Nothing is running");
	e.now_ms += TOAST_MS;
	editor_tick(&e);
	assert_string_equal(said(&e), "disk full");
	e.now_ms += TOAST_MS;
	editor_tick(&e);
	assert_string_equal(said(&e), "run 1 started by Bob");
	e.now_ms += TOAST_MS;
	editor_tick(&e);
	assert_string_equal(said(&e), "");
	pad_close(&e);
}

/* However long it is, and whatever it is made of. */
static void
what_is_said_is_cut_between_characters(void **state)
{
	char text[400];
	struct editor e;
	size_t len;

	(void)state;
	for (size_t from = 0; from < 4; from++) {
		memset(text, 'a', from);
		for (len = from; len + 4 < sizeof(text); len += 4)
			memcpy(text + len, "\xF0\x9F\x91\x8D", 4);
		text[len] = '\0';
		pad_open(&e, "");
		editor_say(&e, TOAST_CHAT, "%s", text);
		len = strlen(said(&e));
		assert_true(len > 250 && (len - from) % 4 == 0);
		pad_close(&e);
	}
}

/* Keys that others give a meaning say where to look. */
static void
unbound_keys_name_the_menu(void **state)
{
	static const char *const keys[][2] = { { "C-b", "^B" }, { "C-n", "^N" },
		{ "C-u", "^U" }, { "C-]", "^]" }, { "C-^", "^^" },
		{ "M-x", "M-x" }, { "F12", "F12" } };
	char expected[64];
	struct editor e;

	(void)state;
	pad_open(&e, "text");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		pad_keys(&e, keys[i][0]);
		snprintf(expected, sizeof(expected),
		    "%s does nothing here - ^P opens the menu", keys[i][1]);
		assert_string_equal(said(&e), expected);
	}
	assert_true(pad_is(&e, "\xE2\x80\xB8text"));
	pad_keys(&e, "C-s");
	assert_string_equal(said(&e), "Saved automatically; this moment is "
				      "marked in the recording");
	pad_close(&e);
}

/* On a slow line Esc and the next key come at once, as the key with Alt: where that
 * is nothing, nothing is typed where one has just left. */
static void
escape_and_a_key_at_once_are_both(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "text");
	e.welcome.role = ROLE_INTERVIEWER;
	pad_keys(&e, "C-t \"x\nM-F8 \"secret\nEnter");
	assert_int_equal(e.request, REQUEST_SAY);
	assert_int_equal(e.talk.sending_scope, SAY_NOTE);
	assert_string_equal(e.talk.sending, "secret");
	e.request = REQUEST_NONE;
	pad_keys(&e, "M-C-t"); /* from the notes */
	assert_true(e.talk.focus && e.talk.tab == PANE_CHAT);
	pad_keys(&e, "M-a \"b");
	assert_false(e.talk.focus);
	assert_true(pad_is(&e, "ab\xE2\x80\xB8text"));
	pad_keys(&e, "C-f \"te\nM-C-g");
	assert_int_equal(e.find.bar, BAR_LINE);
	pad_keys(&e, "\"1\nEnter");
	pad_keys(&e, "C-f \"te\nM-C-c"); /* what was found stays selected */
	assert_int_equal(e.find.bar, BAR_NONE);
	assert_int_equal(e.clip.text.len, 2);
	pad_keys(&e, "C-o C-o M-C-t"); /* from the output */
	assert_int_equal(e.reading, READING_NOTHING);
	assert_true(e.talk.focus);
	/* what means something does not become two */
	pad_keys(&e, "M-b M-w M-<");
	assert_true(e.talk.focus);
	assert_string_equal(
	    said(&e), "M-< does nothing here - ^P opens the menu");
	e.talk.whole = true; /* from the summary */
	pad_keys(&e, "M-C-p");
	assert_int_equal(e.panel, PANEL_MENU);
	assert_int_equal(e.behind, PANEL_SUMMARY);
	pad_close(&e);
}

static void
run_and_stop_are_asked_for(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "x");
	pad_keys(&e, "C-c");
	assert_int_equal(e.request, REQUEST_NONE);
	assert_string_equal(said(&e), "Nothing is running");
	pad_keys(&e, "C-r");
	assert_int_equal(e.request, REQUEST_RUN);
	e.request = REQUEST_NONE;
	e.run.state = RUN_RUNNING;
	e.run.run = 3;
	pad_keys(&e, "F5");
	assert_int_equal(e.request, REQUEST_NONE);
	assert_string_equal(said(&e), "Run 3 is still running - ^C stops it");
	pad_keys(&e, "C-c");
	assert_int_equal(e.request, REQUEST_STOP);
	e.request = REQUEST_NONE;
	pad_keys(&e, "S-F5");
	assert_int_equal(e.request, REQUEST_STOP);
	e.request = REQUEST_NONE;
	e.run.state = RUN_ENDED;
	pad_keys(&e, "C-Enter");
	assert_int_equal(e.request, REQUEST_RUN);
	pad_close(&e);
}

static void
paste_is_one_edit_and_one_undo(void **state)
{
	static const char text[] = "def f():\n    if x:\n        y\n";
	const struct edit *edit;
	struct editor e;

	(void)state;
	pad_open(&e, "a\xE2\x80\xB8z");
	pad_keys(&e, "\"b");
	paste(&e, text);
	assert_true(
	    pad_is(&e, "abdef f():\n    if x:\n        y\n\xE2\x80\xB8z"));
	assert_non_null(peer_next(e.peer));
	edit = peer_next(e.peer);
	assert_non_null(edit);
	assert_int_equal(edit->flags, EDIT_PASTE);
	assert_null(peer_next(e.peer));
	pad_keys(&e, "C-z");
	assert_true(pad_is(&e, "ab\xE2\x80\xB8z"));
	pad_close(&e);
}

static void
paste_too_large_says_so_and_changes_nothing(void **state)
{
	struct key key = { .code = K_PASTE_BIG, .len = 70000 };
	struct editor e;

	(void)state;
	pad_open(&e, "a\xE2\x80\xB8");
	command_key(&e, &key);
	assert_non_null(strstr(said(&e), "70000 bytes, at most 65536"));
	assert_true(pad_is(&e, "a\xE2\x80\xB8"));
	assert_int_equal(peer_pending(e.peer), 0);
	pad_close(&e);
}

static void
readers_do_not_write(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "a\xE2\x80\xB8");
	e.welcome.writable = false;
	pad_keys(&e, "\"b\nC-z Enter Backspace C-r");
	paste(&e, "x");
	assert_true(pad_is(&e, "a\xE2\x80\xB8"));
	assert_int_equal(e.request, REQUEST_NONE);
	assert_int_equal(peer_pending(e.peer), 0);
	pad_close(&e);
}

static void
typing_goes_on_without_the_host(void **state)
{
	struct editor e;
	int n = 0;

	(void)state;
	pad_open(&e, "");
	e.online = false;
	while (
	    n < 2 * PEER_MAX_PENDING && strstr(said(&e), "read-only") == NULL) {
		pad_keys(&e, "x");
		n++;
	}
	/* bounded, and then it says so instead of dropping keys silently */
	assert_true(n >= PEER_MAX_PENDING);
	assert_true(n < 2 * PEER_MAX_PENDING);
	assert_int_equal(text_len(editor_text(&e)), n - 1);
	pad_close(&e);
}

/* The hub would take a request before HELLO for a violation. */
static void
nothing_is_asked_of_a_host_that_is_away(void **state)
{
	struct key enter = { .code = K_ENTER };
	struct editor e;

	(void)state;
	pad_open(&e, "");
	e.online = false;
	pad_keys(&e, "C-r");
	assert_int_equal(e.request, REQUEST_NONE);
	e.run.state = RUN_RUNNING;
	pad_keys(&e, "C-c");
	assert_int_equal(e.request, REQUEST_NONE);
	assert_non_null(strstr(said(&e), "stop again in a moment"));
	e.panel = PANEL_JOIN;
	e.at_consent = e.consent = true;
	strcpy(e.name, "Cleo");
	panel_key(&e, &enter);
	assert_int_equal(e.request, REQUEST_NONE);
	assert_non_null(strstr(e.hint, "Not connected"));
	e.online = true;
	panel_key(&e, &enter);
	assert_int_equal(e.request, REQUEST_JOIN);
	pad_close(&e);
}

static void
undo_is_only_mine(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "");
	pad_keys(&e, "\"mine");
	pad_remote(&e, 0, 0, "theirs\n");
	pad_keys(&e, "C-z");
	assert_true(pad_is(&e, "\xE2\x80\xB8theirs\n"));
	pad_keys(&e, "C-y");
	assert_true(pad_is(&e, "mine\xE2\x80\xB8theirs\n"));
	pad_close(&e);
}

static void
what_is_seen_stays_when_others_edit_above(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n");
	pad_keys(&e, "C-End");
	assert_int_equal(e.top, 7);
	pad_remote(&e, 0, 0, "a\nb\n");
	assert_int_equal(e.top, 9);
	pad_remote(&e, 0, 4, "");
	assert_int_equal(e.top, 7);
	pad_close(&e);
}

static void
join_box_wants_name_and_consent(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "");
	e.panel = PANEL_JOIN;
	pad_keys(&e, "Enter");
	assert_string_equal(e.hint, "Please type your name first");
	pad_keys(&e, "\"  Ann Lee \nEnter");
	assert_string_equal(e.name, "Ann Lee");
	assert_string_equal(e.hint, "Please tick the recording box");
	assert_true(e.at_consent);
	pad_keys(&e, "Enter");
	assert_int_equal(e.request, REQUEST_NONE);
	pad_keys(&e, "Space Space Enter");
	assert_int_equal(e.request, REQUEST_NONE);
	pad_keys(&e, "Tab\n\"x\nTab Space Enter");
	assert_int_equal(e.request, REQUEST_JOIN);
	assert_string_equal(e.name, "Ann Leex");
	pad_keys(&e, "Esc");
	assert_int_equal(e.request, REQUEST_QUIT);
	pad_close(&e);
}

static void
every_key_in_the_table_can_be_read(void **state)
{
	const struct command *table;
	struct key key;
	char name[16];
	size_t n;

	(void)state;
	table = command_table(&n);
	for (size_t i = 0; i < n; i++)
		for (const char *p = table[i].keys; *p != '\0';) {
			size_t len = strcspn(p, " ");

			snprintf(name, sizeof(name), "%.*s", (int)len, p);
			assert_true(key_parse(name, &key));
			p += len + (p[len] == ' ');
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_off_is_not_shown_as_news),
		cmocka_unit_test(focus_time_is_seen_at_once),
		cmocka_unit_test(answers_come_at_once_and_events_wait),
		cmocka_unit_test(news_of_runs_are_the_newest),
		cmocka_unit_test(what_is_said_is_cut_between_characters),
		cmocka_unit_test(unbound_keys_name_the_menu),
		cmocka_unit_test(escape_and_a_key_at_once_are_both),
		cmocka_unit_test(run_and_stop_are_asked_for),
		cmocka_unit_test(paste_is_one_edit_and_one_undo),
		cmocka_unit_test(paste_too_large_says_so_and_changes_nothing),
		cmocka_unit_test(readers_do_not_write),
		cmocka_unit_test(typing_goes_on_without_the_host),
		cmocka_unit_test(nothing_is_asked_of_a_host_that_is_away),
		cmocka_unit_test(undo_is_only_mine),
		cmocka_unit_test(what_is_seen_stays_when_others_edit_above),
		cmocka_unit_test(join_box_wants_name_and_consent),
		cmocka_unit_test(every_key_in_the_table_can_be_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
