/* syntax.c - the colours of Python, line by line and after edits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/syntax.h"

/* LINE's roles as letters: . text, k keyword, s string, n number, # comment,
 * c call; and the state after it. */
static uint8_t
roles_of(uint8_t state, const char *line, char *dst)
{
	static const char letters[] = ".ksn#c";
	uint8_t roles[128];
	size_t len = strlen(line);

	state = syntax_line(state, (const uint8_t *)line, len, roles);
	for (size_t i = 0; i < len; i++)
		dst[i] = letters[roles[i]];
	dst[len] = '\0';
	return state;
}

static void
lines_of_python(void **state)
{
	static const char *const lines[][2] = {
		{ "def f(x):", "kkk.c...." },
		{ "x = 12.5e3 + y1", "....nnnnnn...."
				     "." },
		{ "print('a # b') # c", "ccccc.sssssss.."
					"###" },
		{ "s = f\"a\\\"b\" + 'c", "....sssssss...ss" },
		{ "rb'x' or b", "sssss.kk.." },
		{ "classes = None", "..........kkkk" },
		{ "\xC3\xA9t\xC3\xA9 = 1", "........n" },
		{ "", "" },
	};
	char got[129];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(roles_of(0, lines[i][0], got), 0);
		assert_string_equal(got, lines[i][1]);
	}
}

static void
triple_quotes_carry_over_lines(void **state)
{
	char got[129];
	uint8_t s;

	(void)state;
	s = roles_of(0, "x = \"\"\"doc", got);
	assert_string_equal(got, "....ssssss");
	assert_int_not_equal(s, 0);
	assert_int_equal(roles_of(s, "def ''' \\\"\"\" x", got), s);
	assert_string_equal(got, "ssssssssssssss");
	assert_int_equal(roles_of(s, "end\"\"\" if", got), 0);
	assert_string_equal(got, "ssssss.kk");
	s = roles_of(0, "'''", got);
	assert_int_equal(roles_of(s, "\"\"\"'''", got), 0);
}

/* What is kept must always be what lexing all of it would give. */
static void
assert_as_fresh(const struct syntax *s, const struct text *t)
{
	struct syntax fresh = { NULL, 0, 0 };

	assert_int_equal(syntax_reset(&fresh, t), 0);
	assert_int_equal(s->lines, text_line_count(t));
	for (size_t i = 0; i < s->lines; i++)
		assert_int_equal(syntax_state(s, i), syntax_state(&fresh, i));
	syntax_release(&fresh);
}

static void
states_follow_any_edit(void **state)
{
	static const char *const pieces[] = { "\"\"\"", "'''", "\n", "a\nb\n",
		"x", "#", "\\", "\n\"\"\"\n" };
	struct syntax s = { NULL, 0, 0 };
	struct text *t;
	size_t pos, del, len, end;
	const char *ins;

	(void)state;
	srand(7);
	assert_int_equal(text_new(&t), 0);
	assert_int_equal(syntax_reset(&s, t), 0);
	for (int i = 0; i < 3000; i++) {
		len = text_len(t);
		pos = (size_t)rand() % (len + 1);
		del = len > 200 || rand() % 3 == 0
			  ? (size_t)rand() % (len - pos + 1)
			  : 0;
		ins = pieces[(size_t)rand() % 8];
		assert_int_equal(
		    text_splice(t, pos, del, ins, strlen(ins), 1), 0);
		end = pos + strlen(ins);
		assert_int_equal(syntax_changed(&s, t, text_line_of(t, pos),
				     text_line_of(t, end)),
		    0);
		assert_as_fresh(&s, t);
	}
	syntax_release(&s);
	text_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_python),
		cmocka_unit_test(triple_quotes_carry_over_lines),
		cmocka_unit_test(states_follow_any_edit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
