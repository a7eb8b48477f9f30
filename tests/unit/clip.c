/* clip.c - copy, cut and paste; what ^C means; what the terminal is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/clip.h"
#include "proto/sys/util.h"
#include "tests/lib/pad.h"

#define CARET "\xE2\x80\xB8"

static const char *
said(const struct editor *e)
{
	return editor_toast(e) != NULL ? editor_toast(e)->text : "";
}

static void
assert_clip(const struct editor *e, const char *text)
{
	assert_int_equal(e->clip.text.len, strlen(text));
	assert_memory_equal(e->clip.text.data, text, strlen(text));
}

static void
ctrl_c_copies_stops_or_says_that_nothing_runs(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "abc");
	pad_keys(&e, "C-c");
	assert_string_equal(said(&e), "Nothing is running");
	pad_run(&e, 1, "");
	pad_keys(&e, "S-Right S-Right C-c");
	assert_string_equal(said(&e), "Copied - ^V pastes it");
	e.clip.kept_in = true;
	pad_keys(&e, "C-c");
	assert_string_equal(said(&e),
	    "Copied inside CodeSync. To copy out: ^P \"copy screen\"");
	e.clip.kept_in = false;
	assert_int_equal(e.request, REQUEST_NONE);
	assert_clip(&e, "ab");
	pad_keys(&e, "Esc C-c");
	assert_int_equal(e.request, REQUEST_STOP);
	pad_close(&e);
}

/* The keys' line says that ^C stops it. */
static void
ctrl_c_stops_from_the_line_of_input(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "abc");
	pad_keys(&e, "S-Right");
	pad_run(&e, 1, "");
	pad_keyboard(&e, 1, true);
	pad_keys(&e, "C-o");
	assert_true(e.line.focus);
	e.request = REQUEST_NONE;
	pad_keys(&e, "C-c");
	assert_int_equal(e.request, REQUEST_STOP);
	assert_int_equal(e.clip.text.len, 0);
	pad_close(&e);
}

static void
a_cut_is_one_undo_and_keeps_the_clipboard(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "a" CARET "bc");
	pad_keys(&e, "Backspace S-Right C-x");
	assert_clip(&e, "b");
	pad_keys(&e, "C-z");
	assert_true(pad_is(&e, "b" CARET "c"));
	pad_keys(&e, "C-v C-v C-z");
	assert_true(pad_is(&e, "bb" CARET "c"));
	pad_close(&e);
}

/* What moves within the room is not from outside. */
static void
an_own_paste_is_not_marked_as_one(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "ab");
	pad_keys(&e, "S-Right C-c Right C-v");
	assert_int_equal(peer_next(e.peer)->flags & EDIT_PASTE, 0);
	pad_close(&e);
}

static void
it_goes_along_to_another_file_and_not_out_of_the_room(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "ab");
	pad_file(&e, 1, "util.py");
	pad_keys(&e, "S-Right C-c C-PgDn C-v");
	assert_true(pad_is(&e, "a" CARET));
	editor_forget(&e);
	assert_int_equal(e.clip.text.len, 0);
	assert_false(e.clip.fresh);
	pad_close(&e);
}

static void
too_much_is_refused_as_a_whole(void **state)
{
	char *text = xcalloc(1, CLIP_MAX + 1);
	struct editor e;

	(void)state;
	memset(text, 'x', CLIP_MAX);
	pad_open(&e, text);
	pad_keys(&e, "S-Right C-c C-a C-a C-c");
	assert_string_equal(
	    said(&e), "Too large to copy: 65536 bytes, at most 65535");
	assert_clip(&e, "x");
	pad_keys(&e, "C-x");
	assert_int_equal(peer_pending(e.peer), 0);
	pad_keys(&e, "S-Left C-x");
	assert_int_equal(peer_pending(e.peer), 1);
	assert_int_equal(e.clip.text.len, CLIP_MAX - 1);
	pad_close(&e);
	free(text);
}

static void
who_reads_can_copy_and_not_cut(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "ab");
	e.welcome.writable = false;
	pad_keys(&e, "S-Right C-c S-Right C-x C-v");
	assert_clip(&e, "a");
	assert_int_equal(peer_pending(e.peer), 0);
	pad_close(&e);
}

static void
nothing_to_paste_says_so(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "ab");
	pad_keys(&e, "C-v");
	assert_string_equal(said(&e),
	    "Nothing is copied here - paste with your terminal's key");
	pad_close(&e);
}

/* The examples of RFC 4648. */
static void
the_terminal_is_told_in_base_64(void **state)
{
	static const char *const pairs[][2] = { { "f", "Zg==" },
		{ "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
		{ "\xC3\xBF\xEF\xBF\xBD", "w7/vv70=" } };
	struct editor e;
	struct buf b;
	char *expected;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		pad_open(&e, pairs[i][0]);
		pad_keys(&e, "C-a C-a C-c");
		assert_true(e.clip.fresh);
		buf_init(&b, CLIP_SEQUENCE_MAX);
		clip_sequence(&e, &b);
		expected = xasprintf("\033]52;c;%s\a", pairs[i][1]);
		assert_int_equal(b.err, 0);
		assert_int_equal(b.len, strlen(expected));
		assert_memory_equal(b.data, expected, b.len);
		free(expected);
		buf_release(&b);
		pad_close(&e);
	}
}

static void
the_largest_fits_its_sequence(void **state)
{
	char *text = xcalloc(1, CLIP_MAX);
	struct editor e;
	struct buf b;

	(void)state;
	memset(text, 'x', CLIP_MAX - 1);
	pad_open(&e, text);
	pad_keys(&e, "C-a C-a C-c");
	buf_init(&b, CLIP_SEQUENCE_MAX);
	clip_sequence(&e, &b);
	assert_int_equal(b.err, 0);
	assert_int_equal(b.len, (CLIP_MAX - 1) / 3 * 4 + 8);
	buf_release(&b);
	pad_close(&e);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ctrl_c_copies_stops_or_says_that_nothing_runs),
		cmocka_unit_test(ctrl_c_stops_from_the_line_of_input),
		cmocka_unit_test(a_cut_is_one_undo_and_keeps_the_clipboard),
		cmocka_unit_test(an_own_paste_is_not_marked_as_one),
		cmocka_unit_test(
		    it_goes_along_to_another_file_and_not_out_of_the_room),
		cmocka_unit_test(too_much_is_refused_as_a_whole),
		cmocka_unit_test(who_reads_can_copy_and_not_cut),
		cmocka_unit_test(nothing_to_paste_says_so),
		cmocka_unit_test(the_terminal_is_told_in_base_64),
		cmocka_unit_test(the_largest_fits_its_sequence),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
