/* words.c - a command line is split as a shell does it, and nothing more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/words.h"
#include "proto/err.h"

/* LINE gives the words WANTED, which are joined by |. */
static void
gives(const char *line, const char *wanted)
{
	char got[256] = "";
	struct words w;

	assert_int_equal(words_split(&w, line), 0);
	for (size_t i = 0; i < w.n; i++) {
		strcat(got, i > 0 ? "|" : "");
		strcat(got, w.word[i]);
	}
	assert_null(w.word[w.n]);
	assert_string_equal(got, wanted);
	words_release(&w);
}

static void
cannot(const char *line, int err)
{
	struct words w;

	assert_int_equal(words_split(&w, line), err);
	assert_non_null(w.error);
	words_release(&w);
}

static void
blanks_part_words(void **state)
{
	(void)state;
	gives("", "");
	gives(" \t\n ", "");
	gives("room list", "room|list");
	gives("  room\t\tlist \n", "room|list");
	gives("a", "a");
}

static void
quotes_hold_together(void **state)
{
	(void)state;
	gives("'a b' \"c d\"", "a b|c d");
	gives("a'b c'd\"e f\"g", "ab cde fg");
	gives("''", "");
	gives("x '' y", "x||y");
	gives("'\\n \"'", "\\n \"");
	gives("\"'\"", "'");
	gives("'a\nb'", "a\nb");
}

static void
backslashes_escape_as_posix_has_it(void **state)
{
	(void)state;
	gives("a\\ b", "a b");
	gives("\\'\\\"\\\\", "'\"\\");
	gives("a\\\nb", "ab");
	gives("\"a\\\nb\"", "ab");
	gives("\"\\$\\`\\\"\\\\\"", "$`\"\\");
	gives("\"\\a\\ \"", "\\a\\ ");
}

static void
nothing_is_expanded(void **state)
{
	(void)state;
	gives("$HOME ~ * `id` $(id) a;b |&<> #x",
	    "$HOME|~|*|`id`|$(id)|a;b||&<>|#x");
	gives("\"$HOME `id`\"", "$HOME `id`");
}

static void
what_is_not_closed_is_refused(void **state)
{
	(void)state;
	cannot("'a", CS_EINVAL);
	cannot("a \"b", CS_EINVAL);
	cannot("\"a\\\"", CS_EINVAL);
	cannot("a\\", CS_EINVAL);
}

static void
there_is_an_end_to_words(void **state)
{
	char line[2 * WORDS_MAX + 3];
	struct words w;

	(void)state;
	for (size_t i = 0; i < WORDS_MAX; i++)
		memcpy(line + 2 * i, "a ", 3);
	assert_int_equal(words_split(&w, line), 0);
	assert_int_equal(w.n, WORDS_MAX);
	words_release(&w);
	strcat(line, "b");
	cannot(line, CS_ETOOBIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blanks_part_words),
		cmocka_unit_test(quotes_hold_together),
		cmocka_unit_test(backslashes_escape_as_posix_has_it),
		cmocka_unit_test(nothing_is_expanded),
		cmocka_unit_test(what_is_not_closed_is_refused),
		cmocka_unit_test(there_is_an_end_to_words),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
