/* find.c - finding and replacing: what is counted, said, shown and refused. What
 * the keys do to the text is in tests/keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/command.h"
#include "client/find.h"
#include "client/looks.h"
#include "proto/sys/util.h"
#include "tests/lib/pad.h"
#include "tests/lib/screen.h"

#define CARET "\xE2\x80\xB8"

static const char *
said(const struct editor *e)
{
	return editor_toast(e) != NULL ? editor_toast(e)->text : "";
}

static void
assert_count(const struct editor *e, size_t at, size_t n)
{
	struct find_count c = find_count(e);

	assert_int_equal(c.at, at);
	assert_int_equal(c.n, n);
}

static void
paste(struct editor *e, const char *text)
{
	struct key key = { .code = K_PASTE,
		.text = (const uint8_t *)text,
		.len = strlen(text) };

	command_key(e, &key);
}

static void
it_counts_which_of_how_many(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "seen seen\nSEEN aaaa");
	pad_keys(&e, "C-f");
	assert_count(&e, 0, 0);
	pad_keys(&e, "\"seen");
	assert_count(&e, 1, 3);
	pad_keys(&e, "Enter Enter");
	assert_count(&e, 3, 3);
	pad_keys(&e, "M-c");
	assert_count(&e, 1, 2);
	pad_keys(&e, "\"x");
	assert_count(&e, 0, 0);
	pad_keys(&e, "C-u\n\"aa");
	assert_count(&e, 1, 2);
	pad_close(&e);
}

/* Only letters have a case: what is beside them in ASCII, or is longer, does not. */
static void
case_is_that_of_letters(void **state)
{
	static const struct {
		const char *what;
		size_t n;
	} cases[] = { { "a", 2 }, { "Z", 2 }, { "@", 1 }, { "`", 1 },
		{ "[", 1 }, { "{", 2 }, { "\xC3\xA1", 1 }, { "zaz", 0 },
		{ "aZ{", 1 } };
	struct editor e;

	(void)state;
	pad_open(&e, "@`[{ az \xC3\x81\xC3\xA1 AZ{");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pad_keys(&e, "C-f C-u");
		paste(&e, cases[i].what);
		assert_int_equal(find_count(&e).n, cases[i].n);
		pad_keys(&e, "Esc");
	}
	pad_close(&e);
}

/* Also while others write. */
static void
the_count_is_of_the_text_as_it_is(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "one two");
	pad_keys(&e, "C-f\n\"two");
	assert_count(&e, 1, 1);
	pad_remote(&e, 0, 0, "two ");
	assert_count(&e, 2, 2);
	pad_remote(&e, 0, 11, "");
	assert_count(&e, 0, 0);
	pad_keys(&e, "\"o\nEnter Up M-c");
	assert_count(&e, 0, 0);
	pad_close(&e);
}

static void
all_are_replaced_by_one_edit(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "one two one\none");
	pad_keys(&e, "C-f\n\"one\nC-r\n\"1\nM-a");
	assert_int_equal(peer_pending(e.peer), 1);
	assert_string_equal(said(&e), "Replaced: 3 - ^Z takes it back");
	assert_int_equal(e.find.bar, BAR_NONE);
	pad_close(&e);
}

/* An operation has a bounded number of places, and bytes. */
static void
too_many_for_one_change_say_so(void **state)
{
	size_t n = OP_MAX_HUNKS + 1;
	char *text = xcalloc(1, 2 * n + 1);
	struct editor e;

	(void)state;
	for (size_t i = 0; i < n; i++)
		memcpy(text + 2 * i, "a ", 2);
	pad_open(&e, text);
	pad_keys(&e, "C-f\n\"a\nC-r\n\"b\nM-a");
	assert_int_equal(peer_pending(e.peer), 0);
	assert_non_null(strstr(said(&e), "Too much"));
	pad_close(&e);
	text[2 * OP_MAX_HUNKS] = '\0';
	pad_open(&e, text);
	pad_keys(&e, "C-f\n\"a\nC-r\n\"bbbbb\nM-a");
	assert_int_equal(peer_pending(e.peer), 0);
	assert_non_null(strstr(said(&e), "Too much"));
	pad_keys(&e, "C-f\n\"a\nC-r\n\"b\nM-a");
	assert_int_equal(peer_pending(e.peer), 1);
	pad_close(&e);
	free(text);
}

static void
vims_search_says_which_of_how_many(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "one two one two one");
	looks_choose(&e, LOOK_KEYS, KEYMAP_VIM);
	pad_keys(&e, "\"/one\nEnter");
	assert_string_equal(said(&e), "2/3  /one");
	pad_keys(&e, "\"n");
	assert_string_equal(said(&e), "3/3  /one");
	pad_keys(&e, "\"nN");
	assert_string_equal(said(&e), "3/3  ?one");
	pad_close(&e);
}

static void
who_reads_finds_and_does_not_replace(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "one two");
	e.welcome.writable = false;
	pad_keys(&e, "C-f\n\"two");
	assert_count(&e, 1, 1);
	pad_keys(&e, "C-r");
	assert_int_equal(e.find.bar, BAR_NONE);
	assert_string_equal(said(&e), "You can read here, not write");
	pad_keys(&e, "C-\\");
	assert_int_equal(e.find.bar, BAR_NONE);
	e.welcome.writable = true;
	pad_keys(&e, "C-f C-r\n\"x");
	e.welcome.writable = false; /* frozen meanwhile */
	pad_keys(&e, "Enter");
	assert_int_equal(e.find.bar, BAR_NONE);
	assert_int_equal(peer_pending(e.peer), 0);
	pad_close(&e);
}

static void
what_is_not_there_is_said(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "one");
	pad_keys(&e, "F3");
	assert_string_equal(said(&e), "Nothing to find yet - ^F finds");
	pad_keys(&e, "C-f\n\"two\nEsc F3");
	assert_string_equal(said(&e), "Not found: two");
	pad_keys(&e, "C-g\n\"12\nEnter");
	assert_string_equal(said(&e), "The last line is line 1");
	pad_close(&e);
}

static void
what_is_typed_has_an_end(void **state)
{
	static char text[2 * FIND_MAX];
	struct editor e;

	(void)state;
	pad_open(&e, CARET "one");
	memset(text, 'x', sizeof(text) - 1);
	pad_keys(&e, "C-f");
	paste(&e, text);
	assert_int_equal(e.find.what.len, FIND_MAX);
	paste(&e, "two\nthree");
	pad_keys(&e, "C-u");
	paste(&e, "two\nthree");
	assert_int_equal(e.find.what.len, 3);
	pad_keys(&e, "C-g\n\"99999999999999999999\nEnter");
	assert_true(pad_is(&e, CARET "one"));
	pad_close(&e);
}

/* The text takes no key that the bar takes. */
static void
nothing_is_typed_into_the_text(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "one");
	pad_keys(&e, "C-f\n\"e\nBackspace Delete Home End C-r\n\"e\nTab Tab");
	paste(&e, "x");
	assert_int_equal(peer_pending(e.peer), 0);
	assert_int_equal(e.request, REQUEST_NONE);
	pad_keys(&e, "C-t");
	assert_int_equal(e.find.bar, BAR_NONE);
	assert_true(e.talk.focus);
	pad_close(&e);
}

static void
the_bar_at_each_size(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	pad_keys(&e, "C-Home C-f\n\"seen\nEnter");
	screen_check(&e, 80, 24, "find-80x24");
	screen_check(&e, 40, 12, "find-40x12");
	screen_check(&e, 20, 5, "find-20x5");
	pad_keys(&e, "M-c");
	screen_check(&e, 80, 24, "find-exact-80x24");
	pad_keys(&e, "M-c C-r S-Tab");
	screen_check(&e, 80, 24, "replace-what-80x24");
	screen_check(&e, 40, 12, "replace-what-40x12");
	pad_keys(&e, "Tab\n\"known");
	screen_check(&e, 80, 24, "replace-80x24");
	screen_check(&e, 40, 12, "replace-40x12");
	pad_keys(&e, "Esc C-g\n\"6");
	screen_check(&e, 80, 24, "line-80x24");
	e.ascii = true;
	pad_keys(&e, "Esc C-f");
	screen_check(&e, 80, 24, "find-ascii-80x24");
	pad_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_counts_which_of_how_many),
		cmocka_unit_test(case_is_that_of_letters),
		cmocka_unit_test(the_count_is_of_the_text_as_it_is),
		cmocka_unit_test(all_are_replaced_by_one_edit),
		cmocka_unit_test(too_many_for_one_change_say_so),
		cmocka_unit_test(vims_search_says_which_of_how_many),
		cmocka_unit_test(who_reads_finds_and_does_not_replace),
		cmocka_unit_test(what_is_not_there_is_said),
		cmocka_unit_test(what_is_typed_has_an_end),
		cmocka_unit_test(nothing_is_typed_into_the_text),
		cmocka_unit_test(the_bar_at_each_size),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
