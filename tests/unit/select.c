/* select.c - what is selected: how it is kept, told and drawn; whole lines. What
 * keys do with it is in tests/keys. */
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
#include "client/select.h"
#include "client/view.h"
#include "proto/sys/util.h"
#include "tests/lib/pad.h"

#define CARET "\xE2\x80\xB8"

static const char *
said(const struct editor *e)
{
	return editor_toast(e) != NULL ? editor_toast(e)->text : "";
}

static void
assert_span(const struct editor *e, size_t from, size_t to)
{
	struct span s = select_span(e);

	assert_int_equal(s.from, from);
	assert_int_equal(s.to, to);
}

static void
the_others_are_told_both_ends(void **state)
{
	struct caret c;
	struct editor e;

	(void)state;
	pad_open(&e, "ab" CARET "cdef");
	peer_caret_tell(e.peer);
	pad_keys(&e, "S-Left S-Left");
	assert_true(peer_caret_untold(e.peer));
	c = peer_caret_tell(e.peer);
	assert_int_equal(c.anchor, 2);
	assert_int_equal(c.head, 0);
	pad_keys(&e, "Delete");
	assert_false(peer_caret_untold(e.peer));
	pad_close(&e);
}

static void
others_edits_move_what_is_selected(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "one " CARET "two three");
	pad_keys(&e, "C-S-Right");
	assert_span(&e, 4, 7);
	pad_remote(&e, 0, 0, ">> ");
	assert_span(&e, 7, 10);
	pad_remote(&e, 8, 1, "");
	assert_span(&e, 7, 9);
	pad_keys(&e, "Delete");
	assert_true(pad_is(&e, ">> one " CARET " three"));
	pad_close(&e);
}

static void
replacing_is_one_edit_and_one_undo(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "one " CARET "two three");
	pad_keys(&e, "C-S-Right\n\"2nd\nC-z");
	assert_int_equal(peer_pending(e.peer), 4);
	assert_true(pad_is(&e, "one two" CARET " three"));
	pad_close(&e);
}

static void
a_paste_replaces_it(void **state)
{
	struct key key = {
		.code = K_PASTE, .text = (const uint8_t *)"1\n2", .len = 3
	};
	struct editor e;

	(void)state;
	pad_open(&e, "one " CARET "two three");
	pad_keys(&e, "C-S-Right");
	command_key(&e, &key);
	assert_true(pad_is(&e, "one 1\n2" CARET " three"));
	pad_keys(&e, "C-z");
	assert_true(pad_is(&e, "one two" CARET " three"));
	pad_close(&e);
}

static void
esc_that_drops_it_does_not_count_for_the_menu(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "ab");
	pad_keys(&e, "S-Right Esc Esc");
	assert_int_equal(e.panel, PANEL_NONE);
	pad_keys(&e, "Esc");
	assert_int_equal(e.panel, PANEL_MENU);
	pad_close(&e);
}

static void
another_file_has_no_mark(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "ab");
	pad_file(&e, 1, "util.py");
	pad_keys(&e, "C-Space Right C-PgDn\n\"x\nC-PgDn Left Right");
	assert_false(select_any(&e));
	pad_close(&e);
}

/* Is the cell at column X of text row Y, both from 0, shown as selected? */
static bool
is_reverse(struct editor *e, int x, int y)
{
	struct grid g = { .cols = 0 };
	struct layout l;
	bool reverse;

	assert_int_equal(grid_resize(&g, 80, 24), 0);
	view_layout(e, 80, 24, &l);
	view_draw(e, &l, &g);
	reverse = grid_at(&g, l.gutter + x, l.text_y + y)->flags & CELL_REVERSE;
	grid_release(&g);
	return reverse;
}

static void
it_is_seen(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "a" CARET "bc\n\n\tx\nz");
	assert_false(is_reverse(&e, 1, 0));
	pad_keys(&e, "S-Down S-Down S-Right S-Right S-Left");
	assert_false(is_reverse(&e, 0, 0));
	assert_true(is_reverse(&e, 1, 0));
	assert_true(is_reverse(&e, 2, 0));
	assert_true(is_reverse(&e, 3, 0)); /* the newline */
	assert_false(is_reverse(&e, 4, 0));
	assert_true(is_reverse(&e, 0, 1));
	assert_true(is_reverse(&e, 0, 2)); /* the tab */
	assert_true(is_reverse(&e, 3, 2));
	assert_false(is_reverse(&e, 5, 2));
	assert_false(is_reverse(&e, 0, 3));
	pad_close(&e);
}

static void
who_reads_can_select_and_not_replace(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "ab");
	e.welcome.writable = false;
	pad_keys(&e, "S-Right\n\"x\nDelete C-k C-d M-Up C-_ Tab S-Tab");
	assert_int_equal(peer_pending(e.peer), 0);
	assert_span(&e, 0, 1);
	assert_string_equal(said(&e), "You can read here, not write");
	pad_close(&e);
}

/* --- whole lines --- */

static void
a_block_is_one_edit(void **state)
{
	static const char *const keys[] = { "Tab", "C-_", "C-d", "M-Down",
		"C-k" };
	struct editor e;
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		pad_open(&e, CARET "a\nb\nc\nd\ne\n");
		pad_keys(&e, "S-Down S-Down S-Down");
		pad_keys(&e, keys[i]);
		assert_int_equal(peer_pending(e.peer), 1);
		pad_keys(&e, "C-z");
		text = pad_text(&e);
		assert_int_equal(strlen(text), 10 + strlen(CARET));
		assert_int_equal(text_line_count(editor_text(&e)), 6);
		free(text);
		pad_close(&e);
	}
}

static void
what_is_selected_stays_so(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "x\n" CARET "a\nb\nc");
	pad_keys(&e, "S-Down S-Down Tab");
	assert_span(&e, 2, 14);
	pad_keys(&e, "C-_");
	assert_span(&e, 2, 18);
	pad_keys(&e, "C-_ S-Tab");
	assert_span(&e, 2, 6);
	pad_keys(&e, "M-Up");
	assert_span(&e, 0, 4);
	pad_close(&e);
}

static void
lines_too_large_for_one_change_say_so(void **state)
{
	char *text = xcalloc(1, OP_MAX_INSERT + 3);
	struct editor e;

	(void)state;
	memset(text, 'x', OP_MAX_INSERT);
	memcpy(text + OP_MAX_INSERT, "\nb", 3);
	pad_open(&e, text);
	pad_keys(&e, "C-d");
	assert_non_null(strstr(said(&e), "65536 bytes, at most 65535"));
	pad_keys(&e, "M-Down");
	assert_int_equal(peer_pending(e.peer), 0);
	pad_close(&e);
	free(text);
}

static void
comments_are_those_of_the_files_language(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "a");
	pad_file(&e, 1, "query.sql");
	pad_file(&e, 2, "util.c");
	pad_file(&e, 3, "notes.txt");
	e.welcome.language[0] = '\0';
	pad_keys(&e, "C-PgDn\n\"a\nC-_");
	assert_true(pad_is(&e, "-- a" CARET));
	pad_keys(&e, "C-PgDn\n\"a\nC-_");
	assert_true(pad_is(&e, "// a" CARET));
	pad_keys(&e, "C-PgDn\n\"a\nC-_");
	assert_true(pad_is(&e, "a" CARET));
	assert_string_equal(
	    said(&e), "It is not known how notes.txt has comments");
	pad_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_others_are_told_both_ends),
		cmocka_unit_test(others_edits_move_what_is_selected),
		cmocka_unit_test(replacing_is_one_edit_and_one_undo),
		cmocka_unit_test(a_paste_replaces_it),
		cmocka_unit_test(esc_that_drops_it_does_not_count_for_the_menu),
		cmocka_unit_test(another_file_has_no_mark),
		cmocka_unit_test(it_is_seen),
		cmocka_unit_test(who_reads_can_select_and_not_replace),
		cmocka_unit_test(a_block_is_one_edit),
		cmocka_unit_test(what_is_selected_stays_so),
		cmocka_unit_test(lines_too_large_for_one_change_say_so),
		cmocka_unit_test(comments_are_those_of_the_files_language),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
