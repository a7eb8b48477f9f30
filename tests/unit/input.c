/* input.c - the line for the running program: where keys go, and what they do
 * there. */
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
#include "client/input.h"
#include "client/keymap.h"
#include "tests/lib/pad.h"

#define CARET "\xE2\x80\xB8"

static const char *
said(const struct editor *e)
{
	return editor_toast(e) != NULL ? editor_toast(e)->text : "";
}

static void
assert_line(const struct editor *e, const char *expected)
{
	char got[256];

	snprintf(got, sizeof(got), "%.*s" CARET "%.*s", (int)e->line.edit.at,
	    e->line.edit.text, (int)(e->line.edit.len - e->line.edit.at),
	    e->line.edit.text + e->line.edit.at);
	assert_string_equal(got, expected);
}

/* What was asked to be sent is this; it is. */
static void
assert_sent(struct editor *e, const char *expected, bool eof)
{
	assert_int_equal(e->request, REQUEST_INPUT);
	assert_int_equal(e->sent.len, strlen(expected));
	if (e->sent.len > 0)
		assert_memory_equal(e->sent.data, expected, e->sent.len);
	assert_int_equal(e->sent_eof, eof);
	e->request = REQUEST_NONE;
	buf_clear(&e->sent);
}

static void
paste(struct editor *e, const char *text)
{
	struct key key = { .code = K_PASTE,
		.text = (const uint8_t *)text,
		.len = strlen(text) };

	command_key(e, &key);
}

/* We have run a program, and it asks. */
static void
open_asking(struct editor *e)
{
	pad_open(e, "code" CARET);
	pad_keys(e, "C-r");
	assert_int_equal(e->request, REQUEST_RUN);
	e->request = REQUEST_NONE;
	pad_run(e, 1, "n? ");
	pad_keyboard(e, 1, true);
	assert_true(e->line.focus);
}

static void
who_pressed_run_types_the_answer(void **state)
{
	struct editor e;

	(void)state;
	open_asking(&e);
	pad_keys(&e, "\"4");
	assert_line(&e, "4" CARET);
	pad_keys(&e, "Enter");
	assert_sent(&e, "4\n", false);
	assert_line(&e, CARET);
	pad_typed(&e, 1, "4\n");
	assert_memory_equal(e.run.text.data, "n? 4\n", e.run.text.len);
	/* also while it does not wait just now */
	pad_keyboard(&e, 1, false);
	pad_keys(&e, "\"5\nEnter");
	assert_sent(&e, "5\n", false);
	pad_run_end(&e);
	assert_false(e.line.focus);
	assert_true(pad_is(&e, "code" CARET));
	pad_keys(&e, "\"!");
	assert_true(pad_is(&e, "code!" CARET));
	pad_close(&e);
}

/* Impatience and a look around are no typing. */
static void
who_only_looks_types_the_answer(void **state)
{
	static const char *const keys[] = { "C-r", "C-r C-r", "Down", "Left",
		"C-End", "S-Left", "C-a", "PgDn", "F3", "C-o C-o", "C-o",
		"C-Up", "M-w", "C-s", "Esc", "F12" };
	struct editor e;

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		pad_open(&e, "code" CARET);
		pad_keys(&e, "C-r");
		e.request = REQUEST_NONE;
		pad_run(&e, 1, "n? ");
		pad_keys(&e, keys[i]);
		pad_keyboard(&e, 1, true);
		if (!e.line.focus)
			fail_msg("%s takes it", keys[i]);
		pad_keys(&e, "\"4");
		assert_line(&e, "4" CARET);
		pad_close(&e);
	}
	pad_open(&e, "code" CARET); /* nor is it hidden that it asks */
	pad_keys(&e, "C-r");
	e.request = REQUEST_NONE;
	pad_run(&e, 1, "n? ");
	pad_keys(&e, "C-r");
	assert_string_equal(said(&e), "Run 1 is still running - ^C stops it");
	pad_keyboard(&e, 1, true);
	assert_string_equal(said(&e), "");
	assert_string_equal(
	    input_news(&e), "Your program is waiting for a line of input");
	pad_keyboard(&e, 1, false);
	editor_say(&e, TOAST_RUN, "run 1 started by Cleo");
	pad_keyboard(&e, 1, true); /* with the line ours already */
	assert_string_equal(said(&e), "");
	pad_close(&e);
	pad_open(&e, "code" CARET); /* but of a run, not of the next ones */
	pad_keys(&e, "C-r");
	pad_run(&e, 1, "");
	pad_run_end(&e);
	pad_run(&e, 1, "n? ");
	pad_keyboard(&e, 1, true);
	assert_false(e.line.focus);
	pad_close(&e);
}

/* What is typed as code stays code. */
static void
nothing_is_taken_from_who_is_typing_code(void **state)
{
	static const char *const keys[] = { "\" x", "\" x\nC-z", "Backspace",
		"C-k", "C-p", "C-p Esc", "C-f", "C-g Esc", "C-t", "C-t Esc" };
	struct editor e;

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		pad_open(&e, "code" CARET);
		pad_keys(&e, "C-r");
		pad_run(&e, 1, "n? ");
		pad_keys(&e, keys[i]);
		e.now_ms += TOAST_MS; /* what the key has answered is gone */
		pad_keyboard(&e, 1, true);
		assert_false(e.line.focus);
		assert_string_equal(
		    said(&e), "The program waits for input - ^O types it");
		pad_close(&e);
	}
	pad_open(&e, "code" CARET);
	keymap_switch(&e, KEYMAP_VIM);
	pad_keys(&e, "F5");
	pad_run(&e, 1, "n? ");
	pad_keys(&e, "\"i");
	pad_keyboard(&e, 1, true);
	assert_false(e.line.focus);
	pad_close(&e);
	pad_open(&e, "code" CARET);
	pad_keys(&e, "C-r");
	pad_run(&e, 2, "n? "); /* somebody else was quicker */
	pad_keyboard(&e, 2, true);
	assert_false(e.line.focus);
	pad_keys(&e, "\"y");
	assert_true(pad_is(&e, "codey" CARET));
	assert_line(&e, CARET);
	pad_close(&e);
}

static void
the_line_can_be_taken_and_taken_back(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "code" CARET);
	pad_run(&e, 2, "n? ");
	pad_keys(&e, "C-o"); /* it does not wait: as ever */
	assert_int_equal(e.reading, READING_PANE);
	pad_keyboard(&e, 2, true);
	pad_keys(&e, "C-o");
	assert_int_equal(e.reading, READING_NOTHING);
	assert_int_equal(e.request, REQUEST_TAKE);
	e.request = REQUEST_NONE;
	pad_keyboard(&e, 2, true); /* was on its way before */
	assert_true(e.line.focus);
	pad_keyboard(&e, 1, true);
	pad_keys(&e, "\"4");
	pad_keyboard(&e, 2, true);
	assert_false(e.line.focus);
	assert_string_equal(said(&e), "somebody types now - ^O takes it back");
	pad_keys(&e, "\"5");
	assert_true(pad_is(&e, "code5" CARET));
	pad_keys(&e, "C-o Enter");
	assert_sent(&e, "4\n", false);
	pad_close(&e);
}

static void
the_line_is_kept_when_the_hub_is_another(void **state)
{
	struct editor e;

	(void)state;
	open_asking(&e);
	pad_run(&e, 2, "n? ");
	pad_keyboard(&e, 2, true);
	assert_false(input_reclaim(&e)); /* it is not ours */
	pad_keys(&e, "C-o\n\"4");
	pad_keyboard(&e, 1, true);
	assert_true(input_reclaim(&e));
	pad_keyboard(&e, 2, false); /* what the new hub thinks */
	pad_keys(&e, "\"2");
	pad_keyboard(&e, 1, false);
	assert_line(&e, "42" CARET);
	assert_true(pad_is(&e, "code" CARET));
	pad_keyboard(&e, 2, false);
	assert_false(e.line.focus);
	pad_close(&e);
}

static void
who_may_only_read_types_nothing(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "code" CARET);
	e.welcome.writable = false;
	pad_run(&e, 2, "n? ");
	pad_keyboard(&e, 2, true);
	assert_string_equal(said(&e), "The program waits for input");
	pad_keys(&e, "C-o");
	assert_false(e.line.focus);
	assert_int_not_equal(e.reading, READING_NOTHING);
	assert_int_equal(e.request, REQUEST_NONE);
	pad_close(&e);
}

static void
the_line_is_edited(void **state)
{
	static const struct {
		const char *keys, *line;
	} cases[] = {
		{ "\"ab\nLeft\n\"x", "ax" CARET "b" },
		{ "\"ab\nHome\n\"x", "x" CARET "ab" },
		{ "\"ab\nC-a Delete", CARET "b" },
		{ "\"ab\nHome End\n\"x", "abx" CARET },
		{ "\"ab\nBackspace", "a" CARET },
		{ "Backspace Left Delete Right", CARET },
		{ "\"one two  \nC-w", "one " CARET },
		{ "\"one two\nC-w C-w C-w", CARET },
		{ "\"one two\nLeft C-u", CARET "o" },
		{ "\"e\n\xCC\x81\n\"x\nLeft Backspace", CARET "x" },
		{ "\xE6\x97\xA5 \xE2\x82\xAC\nBackspace",
		    "\xE6\x97\xA5" CARET },
		{ "\"one two\nC-Left M-b M-f\n\"x", "onex" CARET " two" },
		{ "\"one two\nHome C-Right M-Right M-Left M-d", "one " CARET },
		{ "Up Down Tab C-z", CARET },
	};
	struct editor e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		open_asking(&e);
		pad_keys(&e, cases[i].keys);
		assert_line(&e, cases[i].line);
		assert_true(pad_is(&e, "code" CARET));
		pad_close(&e);
	}
}

static void
a_paste_is_sent_as_lines(void **state)
{
	char big[INPUT_LINE_MAX + 2];
	struct editor e;

	(void)state;
	open_asking(&e);
	pad_keys(&e, "\"ab\nLeft");
	paste(&e, "1");
	assert_int_equal(e.request, REQUEST_NONE);
	assert_line(&e, "a1" CARET "b");
	paste(&e, "2\n3\n4");
	assert_sent(&e, "a12\n3\n", false);
	assert_line(&e, "4" CARET "b");
	pad_keys(&e, "C-e C-u");
	memset(big, 'x', sizeof(big) - 1);
	big[INPUT_LINE_MAX + 1] = '\0';
	paste(&e, big);
	assert_line(&e, CARET);
	assert_string_equal(said(&e), "A line has at most 4095 bytes");
	big[INPUT_LINE_MAX] = '\0';
	paste(&e, big);
	assert_int_equal(e.line.edit.len, INPUT_LINE_MAX);
	pad_keys(&e, "\"x");
	assert_int_equal(e.line.edit.len, INPUT_LINE_MAX);
	pad_keys(&e, "Enter");
	assert_int_equal(e.sent.len, JOB_INPUT_MAX);
	pad_close(&e);
}

/* Messages hold whole lines, as many as fit. */
static void
much_goes_in_pieces(void **state)
{
	static char text[3 * JOB_INPUT_MAX + 1];
	struct editor e;
	size_t at, n;

	(void)state;
	open_asking(&e);
	memset(text, 'x', sizeof(text) - 1);
	for (size_t i = 999; i < sizeof(text); i += 1000)
		text[i] = '\n';
	text[sizeof(text) - 2] = '\n';
	paste(&e, text);
	assert_int_equal(e.sent.len, sizeof(text) - 1);
	for (at = 0; at < e.sent.len; at += n) {
		n = input_piece(&e, at);
		assert_true(n > 0 && n <= JOB_INPUT_MAX);
		assert_int_equal(e.sent.data[at + n - 1], '\n');
		assert_true(n >= 3000 || at + n == e.sent.len);
	}
	pad_close(&e);
}

static void
keys_with_another_meaning_keep_it(void **state)
{
	struct editor e;

	(void)state;
	open_asking(&e);
	pad_keys(&e, "C-c");
	assert_int_equal(e.request, REQUEST_STOP);
	e.request = REQUEST_NONE;
	pad_keys(&e, "C-r");
	assert_string_equal(said(&e), "Run 1 is still running - ^C stops it");
	assert_int_equal(e.request, REQUEST_NONE);
	pad_keys(&e, "C-o");
	assert_true(e.reading == READING_WHOLE && e.line.focus);
	pad_keys(&e, "\"4\nC-q");
	assert_int_equal(e.panel, PANEL_LEAVE);
	pad_keys(&e, "Esc"); /* stays */
	assert_true(e.line.focus);
	pad_keys(&e, "Esc"); /* back to the code; the line is kept */
	assert_false(e.line.focus || e.reading != READING_NOTHING);
	pad_keys(&e, "\"!\nC-o");
	assert_true(pad_is(&e, "code!" CARET));
	assert_line(&e, "4" CARET);
	pad_keys(&e, "C-d");
	assert_sent(&e, "4", true);
	assert_false(e.line.focus);
	pad_close(&e);
}

static void
nothing_is_lost_while_the_host_is_away(void **state)
{
	struct editor e;

	(void)state;
	open_asking(&e);
	e.online = false;
	pad_keys(&e, "\"4\nEnter C-d");
	paste(&e, "5\n");
	assert_int_equal(e.request, REQUEST_NONE);
	assert_int_equal(e.sent.len, 0);
	assert_line(&e, "4" CARET);
	assert_string_equal(
	    said(&e), "Not connected just now - again in a moment");
	e.online = true;
	pad_keys(&e, "Enter");
	assert_sent(&e, "4\n", false);
	pad_keys(&e, "\"5");
	pad_run_end(&e);
	assert_false(e.line.focus);
	e.now_ms += TOAST_MS;
	editor_tick(&e);
	pad_run(&e, 1, "again? ");
	assert_line(&e, CARET);
	pad_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_pressed_run_types_the_answer),
		cmocka_unit_test(who_only_looks_types_the_answer),
		cmocka_unit_test(nothing_is_taken_from_who_is_typing_code),
		cmocka_unit_test(the_line_can_be_taken_and_taken_back),
		cmocka_unit_test(the_line_is_kept_when_the_hub_is_another),
		cmocka_unit_test(who_may_only_read_types_nothing),
		cmocka_unit_test(the_line_is_edited),
		cmocka_unit_test(a_paste_is_sent_as_lines),
		cmocka_unit_test(much_goes_in_pieces),
		cmocka_unit_test(keys_with_another_meaning_keep_it),
		cmocka_unit_test(nothing_is_lost_while_the_host_is_away),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
