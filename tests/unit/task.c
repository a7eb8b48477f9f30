/* task.c - what there is to do, as a tab before the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/place.h"
#include "tests/lib/pad.h"
#include "tests/lib/screen.h"

/* Site 2 writes TEXT to the start of FILE. */
static void
write_file(struct editor *e, uint8_t file, const char *text)
{
	struct record r;

	record_init(&r);
	r.kind = REC_EDIT;
	r.rev = peer_seen(e->peer) + 1;
	r.at_ms = r.rev;
	r.site = 2;
	r.file = file;
	assert_int_equal(op_splice(&r.op, 0, 0, text, strlen(text)), 0);
	assert_int_equal(peer_remote(e->peer, &r), 0);
	editor_record(e, &r);
	record_release(&r);
}

static void
with_task(struct editor *e)
{
	screen_room(e);
	pad_file(e, 1, "helper.py");
	pad_file(e, 2, "task.md");
	write_file(e, 2,
	    "# Two sum\n\nGiven a list of numbers and a target, return the "
	    "places of the two numbers that add up to it. There is exactly one "
	    "such pair.\n");
	e->ntoasts = 0;
}

static void
it_is_the_first_tab(void **state)
{
	struct editor e;

	(void)state;
	with_task(&e);
	assert_int_equal(editor_task(&e), 2);
	screen_check(&e, 80, 24, "task-code-80x24");
	pad_keys(&e, "F4");
	assert_int_equal(e.file, 2);
	screen_check(&e, 80, 24, "task-80x24");
	screen_check(&e, 40, 12, "task-40x12");
	screen_check(&e, 120, 40, "task-120x40");
	pad_keys(&e, "C-PgDn");
	assert_int_equal(e.file, 0);
	pad_keys(&e, "C-PgDn");
	assert_int_equal(e.file, 1);
	pad_keys(&e, "C-PgDn");
	assert_int_equal(e.file, 2);
	pad_keys(&e, "C-PgUp");
	assert_int_equal(e.file, 1);
	pad_close(&e);
}

static void
its_key_leads_there_and_back(void **state)
{
	struct editor e;

	(void)state;
	with_task(&e);
	pad_keys(&e, "C-PgDn F4");
	assert_int_equal(e.file, 2);
	pad_keys(&e, "F4");
	assert_int_equal(e.file, 1);
	pad_keys(&e, "C-PgUp C-PgUp"); /* to it by the other way */
	assert_int_equal(e.file, 2);
	pad_keys(&e, "F4");
	assert_int_equal(e.file, 1);
	pad_close(&e);
	pad_open(&e, "x\n");
	pad_keys(&e, "F4");
	assert_int_equal(e.file, 0);
	assert_string_equal(
	    editor_toast(&e)->text, "F4 does nothing here - ^P opens the menu");
	pad_close(&e);
}

static void
only_the_staff_writes_it(void **state)
{
	static const char *const keys[] = { "\"x", "Enter", "Backspace",
		"Delete", "C-k", "C-d", "C-x", "C-v", "C-/", "Tab", "S-Tab",
		"M-Down", "C-z", "C-\\ \"x" };
	struct editor e;
	size_t len;

	(void)state;
	with_task(&e);
	pad_keys(&e, "\"y"); /* there is something to undo and to paste */
	pad_keys(&e, "C-c F4 Down Down");
	len = text_len(editor_text(&e));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		e.ntoasts = 0;
		pad_keys(&e, keys[i]);
		assert_int_equal(text_len(editor_text(&e)), len);
		assert_int_equal(e.file, 2);
	}
	pad_keys(&e, "Esc \"x");
	assert_string_equal(editor_toast(&e)->text,
	    "The task is read-only - F4 goes to the code");
	e.request = REQUEST_NONE;
	e.online = true;
	pad_keys(&e, "C-r"); /* the program is another file */
	assert_int_equal(e.request, REQUEST_RUN);
	e.welcome.role = ROLE_INTERVIEWER;
	pad_keys(&e, "\"x");
	assert_int_equal(text_len(editor_text(&e)), len + 1);
	pad_close(&e);
}

/* TEXT with a bar before each row of WIDTH columns but the first, and one at the
 * end where a caret behind it has a row of its own. */
static const char *
rows(const char *text, int width, bool task)
{
	static char dst[256];
	struct editor e;
	struct flow f;
	size_t n = 0, row = 0;
	bool more;

	with_task(&e);
	if (task)
		pad_keys(&e, "F4");
	e.wrap = true;
	e.text_cols = width;
	flow_init(&f, &e, (const uint8_t *)text, strlen(text));
	do {
		more = flow_next(&f);
		if (f.row > row)
			dst[n++] = '|';
		row = f.row;
		memcpy(dst + n, text + f.at, f.n);
		n += f.n;
	} while (more);
	dst[n] = '\0';
	pad_close(&e);
	return dst;
}

static void
its_rows_end_behind_words(void **state)
{
	(void)state;
	assert_string_equal(rows("one two three", 8, true), "one two |three");
	assert_string_equal(rows("one two three", 7, true), "one |two |three");
	assert_string_equal(rows("one two", 7, true), "one |two");
	assert_string_equal(rows("seven", 5, true), "seven|");
	assert_string_equal(rows("a sevens", 5, true), "a sev|ens");
	assert_string_equal(rows("a seven b", 5, true), "a |seven| b");
	assert_string_equal(rows("  two   three", 6, true), "  two |  |three");
	assert_string_equal(rows("a\tbc d", 6, true), "a\t|bc d");
	assert_string_equal(rows("", 6, true), "");
	assert_string_equal(
	    rows("\xE6\x97\xA5 \xE6\x97\xA5\xE6\x97\xA5", 6, true),
	    "\xE6\x97\xA5 |\xE6\x97\xA5\xE6\x97\xA5");
	/* of code each column counts */
	assert_string_equal(rows("one two three", 8, false), "one two |three");
	assert_string_equal(rows("one two three", 7, false), "one two| three");
}

/* What is clicked on is what stands there, wherever its row begins. */
static void
each_byte_of_it_is_where_it_is_drawn(void **state)
{
	static const int widths[] = { 1, 2, 9, 20, 36, 74 };
	const struct text *t;
	struct editor e;
	struct place p;

	(void)state;
	with_task(&e);
	pad_keys(&e, "F4");
	t = editor_text(&e);
	e.wrap = true;
	for (size_t w = 0; w < sizeof(widths) / sizeof(widths[0]); w++) {
		e.text_cols = widths[w];
		for (size_t pos = text_line_start(t, 2);
		     pos <= text_line_end(t, 2); pos++) {
			e.top = 2;
			e.skip = 0;
			p = place_of(&e, 2, pos);
			assert_true(p.row < p.rows);
			assert_int_equal(
			    place_at(&e, (int)p.row, (int)p.column), pos);
		}
	}
	pad_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_the_first_tab),
		cmocka_unit_test(its_key_leads_there_and_back),
		cmocka_unit_test(only_the_staff_writes_it),
		cmocka_unit_test(its_rows_end_behind_words),
		cmocka_unit_test(each_byte_of_it_is_where_it_is_drawn),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
