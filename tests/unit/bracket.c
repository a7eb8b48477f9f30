/* bracket.c - brackets that belong together, and that they are marked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/bracket.h"
#include "client/view.h"
#include "proto/sys/util.h"
#include "tests/lib/pad.h"

#define CARET "\xE2\x80\xB8"

/* In TEXT, with the caret at its mark, the bracket at AT belongs to OTHER. */
static void
assert_pair(const char *text, size_t at, size_t other)
{
	struct editor e;
	size_t a, b;

	pad_open(&e, text);
	assert_true(bracket_pair(&e, &a, &b));
	assert_int_equal(a, at);
	assert_int_equal(b, other);
	pad_close(&e);
}

static void
assert_none(const char *text)
{
	struct editor e;
	size_t a, b;

	pad_open(&e, text);
	assert_false(bracket_pair(&e, &a, &b));
	pad_close(&e);
}

static void
pairs(void **state)
{
	(void)state;
	assert_pair(CARET "(a)", 0, 2);
	assert_pair("(a)" CARET, 2, 0);
	assert_pair("(a" CARET ")", 2, 0);
	assert_pair("f(" CARET "[a], {b})", 2, 4);
	assert_pair("f" CARET "((a), (b))", 1, 10);
	assert_pair("f" CARET "(\n  a[\n  ]\n)", 1, 12);
	assert_pair("f(\n  a[\n  ]\n)" CARET, 12, 1);
	assert_pair("[(])" CARET, 3, 1); /* each kind for itself */
}

static void
no_pairs(void **state)
{
	(void)state;
	assert_none(CARET);
	assert_none("a" CARET "b");
	assert_none(CARET "(a");
	assert_none("a)" CARET);
	assert_none("(a)\n" CARET "b");
	assert_none(CARET "(]");
}

static void
strings_and_comments_have_none(void **state)
{
	(void)state;
	assert_pair(CARET "(\")\")", 0, 4);
	assert_pair(CARET "(  # )\n)", 0, 7);
	assert_pair(CARET "('''\n)\n''')", 0, 10);
	assert_none("'" CARET "(')");
	assert_none("# (" CARET ")");
}

static void
what_is_far_is_not_looked_for(void **state)
{
	char *text = xcalloc(1, BRACKET_LINES + 4);

	(void)state;
	text[0] = '(';
	memset(text + 1, '\n', BRACKET_LINES);
	text[BRACKET_LINES] = ')';
	assert_pair(text, 0, BRACKET_LINES);
	text[BRACKET_LINES] = '\n';
	text[BRACKET_LINES + 1] = ')';
	assert_none(text);
	free(text);
}

static bool
is_marked(struct editor *e, int x)
{
	struct grid g = { .cols = 0 };
	struct layout l;
	bool reverse;

	assert_int_equal(grid_resize(&g, 80, 24), 0);
	view_layout(e, 80, 24, &l);
	view_draw(e, &l, &g);
	reverse = grid_at(&g, l.gutter + x, l.text_y)->flags & CELL_REVERSE;
	grid_release(&g);
	return reverse;
}

static void
both_are_marked_while_the_caret_is_there(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, CARET "a(b)c");
	assert_false(is_marked(&e, 1) || is_marked(&e, 3));
	pad_keys(&e, "Right");
	assert_true(is_marked(&e, 1) && is_marked(&e, 3));
	assert_false(is_marked(&e, 2));
	pad_keys(&e, "End");
	assert_false(is_marked(&e, 1) || is_marked(&e, 3));
	pad_keys(&e, "Home Right S-Right");
	assert_true(is_marked(&e, 1));
	assert_false(is_marked(&e, 3)); /* the one is selected */
	pad_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs),
		cmocka_unit_test(no_pairs),
		cmocka_unit_test(strings_and_comments_have_none),
		cmocka_unit_test(what_is_far_is_not_looked_for),
		cmocka_unit_test(both_are_marked_while_the_caret_is_there),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
