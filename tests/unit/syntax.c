/* syntax.c - the colours of programs, line by line and after edits. */
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
roles_in(const struct language *l, uint8_t state, const char *line, char *dst)
{
	static const char letters[] = ".ksn#c";
	uint8_t roles[128];
	size_t len = strlen(line);

	state = syntax_line(l, state, (const uint8_t *)line, len, roles);
	for (size_t i = 0; i < len; i++)
		dst[i] = letters[roles[i]];
	dst[len] = '\0';
	return state;
}

static uint8_t
roles_of(uint8_t state, const char *line, char *dst)
{
	return roles_in(language_of("a.py", NULL), state, line, dst);
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

/* Line after line of a file; the next file begins anew. */
static void
other_languages(void **state)
{
	static const struct {
		const char *file, *line, *roles;
	} cases[] = {
		{ "a.ts", "const s = `a ${x} /* no`; // c",
		    "kkkkk.....ssssssssssssss..####" },
		{ "a.ts", "let t = `over", "kkk.....sssss" },
		{ "a.ts", "end`; f(1_000, 'it\\'s', /* x */ $y)",
		    "ssss..c.nnnnn..sssssss..#######...." },
		{ "a.java", "String t = \"\"\"", "...........sss" },
		{ "a.java", "  a \"b\" c\"\"\" + 'c' + '\\n';",
		    "ssssssssssss...sss...ssss." },
		{ "a.java", "@Override void f() { return 0x1F; }",
		    "..........kkkk.c.....kkkkkk.nnnn..." },
		{ "a.cpp", "#include <stdio.h>", "kkkkkkkk.........." },
		{ "a.cpp", "char c = '\\''; u8\"x\"; // end",
		    "kkkk.....ssss..sssss..######" },
		{ "a.cpp", "/* long", "#######" },
		{ "a.cpp", " still */ int x = 1'000;",
		    "#########.kkk.....n.nnn." },
		{ "a.go", "r := '\303\251'; s := `raw \\",
		    ".....ssss.......ssssss" },
		{ "a.go", "more`; var x int = 3 // c",
		    "sssss..kkk...kkk...n.####" },
		{ "a.rs", "fn f<'a>(x: &'a str) { 'a' } /* a /* b */ c */ let",
		    "kk..............kkk....sss...#################.kkk" },
		{ "a.rs", "let s = r#\"a \"b\" c\"#; b'x'; '\\u{1F600}';",
		    "kkk.....ssssssssssss..ssss..sssssssssss." },
		{ "a.rs", "/* one /* two", "#############" },
		{ "a.rs", "*/ still", "########" },
		{ "a.rs", "*/ let y = b\"z\";", "##.kkk.....ssss." },
		{ "a.rb", "=begin", "######" },
		{ "a.rb", "x = 1", "#####" },
		{ "a.rb", "=end", "####" },
		{ "a.rb", "def empty?; @a = \"x#{1}\" if nil? end # c",
		    "kkk..............sssssss.kk......kkk.###" },
		{ "a.sh", "if [ $# -gt 0 ]; then echo \"a $x # b\" # c",
		    "kk..........n....kkkk......ssssssssss.###" },
		{ "a.sh", "x='multi", "..ssssss" },
		{ "a.sh", "line'; fi; a=${b#c}", "sssss..kk.........." },
		{ "a.pl", "my $x = $#a; # c", "kk..k........###" },
		{ "a.sql", "SELECT * FROM t WHERE a = 'it''s' -- c",
		    "kkkkkk...kkkk...kkkkk.....sssssss.####" },
		{ "a.sql", "  and \"Col\" > 1.5 /* x",
		    "..kkk.sssss...nnn.####" },
		{ "a.sql", "y */ limit 3;", "####.kkkkk.n." },
		{ "a.txt", "def \"x\" # 1 f(2)", "................" },
	};
	const char *file = "";
	char got[129];
	uint8_t s = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(cases[i].file, file) != 0)
			s = 0;
		file = cases[i].file;
		s = roles_in(language_of(file, NULL), s, cases[i].line, got);
		assert_string_equal(got, cases[i].roles);
	}
}

/* Every word that a table has is found in it. */
static void
each_keyword_is_one(void **state)
{
	static const char *const files[] = { "a.py", "a.js", "a.java", "a.c",
		"a.go", "a.rs", "a.rb", "a.sh", "a.pl", "a.sql" };
	const struct language *l;
	char got[129];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		l = language_of(files[i], NULL);
		assert_non_null(l->keywords[0]);
		for (size_t k = 0; l->keywords[k] != NULL; k++) {
			roles_in(l, 0, l->keywords[k], got);
			assert_int_equal(
			    strspn(got, "k"), strlen(l->keywords[k]));
		}
	}
}

static void
the_file_s_name_says_the_language(void **state)
{
	(void)state;
	assert_string_equal(language_of("x.tsx", "python")->name, "javascript");
	assert_string_equal(language_of("x.h", NULL)->name, "c");
	assert_string_equal(language_of("run", "bash")->name, "bash");
	assert_string_equal(language_of("a.txt", "python")->name, "");
	assert_string_equal(language_of("a.c.py", NULL)->name, "python");
	assert_string_equal(language_of("run", NULL)->name, "");
	assert_string_equal(language_of("run", "cobol")->name, "");
	assert_string_equal(language_of("a.", NULL)->name, "");
}

/* A line that ends within whatever it likes, and bytes of any kind. */
static void
any_bytes_have_roles(void **state)
{
	static const char *const files[] = { "a.py", "a.js", "a.java", "a.c",
		"a.go", "a.rs", "a.rb", "a.sh", "a.pl", "a.sql", "a" };
	static const char odd[] = "'\"`/*\\#=r\xC3u{@-.0a \0";
	uint8_t line[24], roles[24], s;
	uint64_t seed = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		s = 0;
		for (int n = 0; n < 20000; n++) {
			size_t len = 0;

			for (; len < sizeof(line); len++) {
				seed = seed * 6364136223846793005u + 1442695041;
				line[len] = (uint8_t)
				    odd[(seed >> 33) % (sizeof(odd) - 1)];
				if (seed >> 60 == 0)
					break;
			}
			memset(roles, 0xFF, sizeof(roles));
			s = syntax_line(
			    language_of(files[i], NULL), s, line, len, roles);
			for (size_t k = 0; k < len; k++)
				assert_true(roles[k] <= SYN_CALL);
		}
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
	struct syntax fresh = { .lines = 0 };

	assert_int_equal(syntax_reset(&fresh, language_of("a.py", NULL), t), 0);
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
	struct syntax s = { .lines = 0 };
	struct text *t;
	size_t pos, del, len, end;
	const char *ins;

	(void)state;
	srand(7);
	assert_int_equal(text_new(&t), 0);
	assert_int_equal(syntax_reset(&s, language_of("a.py", NULL), t), 0);
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
		cmocka_unit_test(other_languages),
		cmocka_unit_test(each_keyword_is_one),
		cmocka_unit_test(the_file_s_name_says_the_language),
		cmocka_unit_test(any_bytes_have_roles),
		cmocka_unit_test(triple_quotes_carry_over_lines),
		cmocka_unit_test(states_follow_any_edit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
