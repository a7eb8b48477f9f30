/* plain.c - what a program can do to a terminal on which its output is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/plain.h"
#include "proto/sys/json.h"

#define MARK "\xCC\x81" /* U+0301 */

static const struct {
	const char *in, *out;
} cases[] = {
	{ "plain \xC3\xA9 \xE6\x97\xA5 \xF0\x9F\x98\x80\ttab\n",
	    "plain \xC3\xA9 \xE6\x97\xA5 \xF0\x9F\x98\x80\ttab\n" },
	{ "\x1B[1;31mred\x1B[m and \x1B[38;5;200mfine",
	    "\x1B[1;31mred\x1B[m and \x1B[38;5;200mfine\x1B[0m" },
	{ "a\x07"
	  "b\x08"
	  "c\x7F"
	  "d\x0E",
	    "a^Gb^Hc^?d^N" },
	{ "dos\r\nand 10%\r20%\r", "dos\nand 10%^M20%^M" },
	{ "\x1B[2J\x1B[H\x1B[?1049h\x1B[>4;1m", "^[[2J^[[H^[[?1049h^[[>4;1m" },
	{ "\x1B]52;c;eHg=\x07\x1B]0;title\x1B\\",
	    "^[]52;c;eHg=^G^[]0;title^[\\" },
	{ "\x1BP1;2q\x1B\\\x1B_x\x1B\\\x1B"
	  "c\x1B(0",
	    "^[P1;2q^[\\^[_x^[\\^[c^[(0" },
	{ "\xC2\x9B"
	  "31m\xC2\x9Dx\xC2\x90",
	    "<U+009B>31m<U+009D>x<U+0090>" },
	{ "\x9B"
	  "31m\xFF\xC3\x28\xED\xA0\x80",
	    "\xEF\xBF\xBD"
	    "31m\xEF\xBF\xBD\xEF\xBF\xBD("
	    "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
	{ "\xE2\x80\xAE" /* RLO */ "x\xE2\x81\xA6y\xD8\x9C",
	    "<U+202E>x<U+2066>y<U+061C>" },
	{ "a\xE2\x80\x8B" /* ZWSP */ "b\xE2\x81\xA0" /* WJ */
	  "c\xEF\xBB\xBF"
	  "d\xF3\xA0\x81\x81" /* tag A */ "\xC2\xAD",
	    "a<U+200B>b<U+2060>c<U+FEFF>d<U+E0041><U+00AD>" },
	{ "e" MARK MARK MARK MARK MARK "\n" MARK "f\x07" MARK,
	    "e" MARK MARK "\nf^G" },
	{ "\x1B[3\x1B[31mx\x1B", "^[[3\x1B[31mx^[\x1B[0m" },
	{ "\x1B[1111111111111111111111111111111111111111111111111111m",
	    "^[[1111111111111111111111111111111111111111111111111111m" },
};

static void
expect(const char *in, size_t step, const char *out)
{
	struct plain p = { .n = 0 };
	size_t len = strlen(in), n;
	struct buf b;

	buf_init(&b, 4096);
	for (size_t at = 0; at < len; at += n) {
		n = len - at < step ? len - at : step;
		plain_feed(&p, in + at, n, &b);
	}
	plain_end(&p, &b);
	buf_put_u8(&b, 0);
	assert_string_equal((char *)b.data, out);
	buf_release(&b);
}

static void
test_only_text_tabs_newlines_and_colours_get_through(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(cases[i].in, SIZE_MAX, cases[i].out);
}

/* Records end where they end, but never within a character. */
static void
test_it_is_the_same_in_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool ascii = true;

		for (const char *c = cases[i].in; *c != '\0'; c++)
			ascii = ascii && (*c & 0x80) == 0;
		if (ascii)
			expect(cases[i].in, 1, cases[i].out);
	}
}

static void
test_json_is_the_same_and_drives_no_terminal(void **state)
{
	static const char hostile[] = "a\x1B[2J\xC2\x9B\x7F\xE2\x80\xAE"
				      "\xF3\xA0\x80\xA0\xC3\xA9\"\\\n";
	struct json *o = json_object_new(), *again;
	struct buf b;
	char *text;

	(void)state;
	json_set_str(o, "text", hostile);
	text = json_print(o);
	buf_init(&b, 4096);
	plain_json(text, strlen(text), &b);
	for (size_t i = 0; i < b.len; i++)
		assert_true(b.data[i] >= 0x20 && b.data[i] != 0x7F);
	again = json_parse((char *)b.data, b.len);
	assert_string_equal(json_get_str(again, "text"), hostile);
	buf_put_u8(&b, 0);
	assert_null(strstr((char *)b.data, "\xC2\x9B"));
	assert_null(strstr((char *)b.data, "\xE2\x80\xAE"));
	assert_non_null(strstr((char *)b.data, "\xC3\xA9"));
	buf_release(&b);
	json_free(again);
	json_free(o);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_only_text_tabs_newlines_and_colours_get_through),
		cmocka_unit_test(test_it_is_the_same_in_pieces),
		cmocka_unit_test(test_json_is_the_same_and_drives_no_terminal),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
