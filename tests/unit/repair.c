/* repair.c - bytes into UTF-8, however they are cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/repair.h"
#include "proto/utf8.h"

#define BAD "\xEF\xBF\xBD"

static const struct {
	const char *in, *out;
} cases[] = {
	{ "", "" },
	{ "plain\n", "plain\n" },
	{ "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x91\xA9", "\xC3\xA9\xE2\x82\xAC"
						  "\xF0\x9F\x91\xA9" },
	{ "a\xFFz", "a" BAD "z" },
	{ "\xE2\x82z", BAD BAD "z" },
	{ "\xE2\x82", BAD BAD },
	{ "\xE2\x82\xE2\x82\xAC", BAD BAD "\xE2\x82\xAC" },
	{ "\xED\xA0\x80", BAD BAD BAD }, /* a surrogate */
	{ "\xC0\x80", BAD BAD },         /* overlong */
	{ "\xF0\x9F\x91\xC3\xA9", BAD BAD BAD "\xC3\xA9" },
};

/* The same comes out whether it comes at once, in two pieces or in bytes. */
static void
cuts_do_not_matter(void **state)
{
	struct repair r = { .n = 0 };
	struct buf out;
	size_t len;

	(void)state;
	buf_init(&out, 100);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		len = strlen(cases[i].in);
		for (size_t cut = 0; cut <= len + 1; cut++) {
			buf_clear(&out);
			if (cut <= len) {
				repair_feed(&r, cases[i].in, cut, false, &out);
				repair_feed(&r, cases[i].in + cut, len - cut,
				    true, &out);
			} else {
				for (size_t at = 0; at < len; at++)
					repair_feed(&r, cases[i].in + at, 1,
					    false, &out);
				repair_feed(&r, NULL, 0, true, &out);
			}
			assert_int_equal(out.len, strlen(cases[i].out));
			assert_memory_equal(out.data, cases[i].out, out.len);
			assert_int_equal(r.n, 0);
		}
	}
	buf_release(&out);
}

static void
what_is_complete_does_not_wait(void **state)
{
	struct repair r = { .n = 0 };
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	repair_feed(&r, "n? \xE2\x82", 5, false, &out);
	assert_int_equal(out.len, 3);
	assert_true(utf8_valid(out.data, out.len));
	repair_feed(&r, "\xAC", 1, false, &out);
	assert_int_equal(out.len, 6);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_do_not_matter),
		cmocka_unit_test(what_is_complete_does_not_wait),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
