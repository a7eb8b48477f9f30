/* utf8.c - code points, clusters and widths of proto/utf8.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <utf8proc.h>

#include "proto/err.h"
#include "proto/utf8.h"

static void
test_every_code_point_comes_back(void **state)
{
	uint8_t b[4];
	uint32_t got;
	int n;

	(void)state;
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		n = utf8_encode(cp, b);
		if (cp >= 0xD800 && cp <= 0xDFFF) {
			assert_int_equal(n, 0);
			continue;
		}
		assert_int_equal(utf8_decode(b, 4, &got), n);
		assert_int_equal(got, cp);
		assert_true(utf8_valid(b, (size_t)n));
		assert_false(utf8_valid(b, (size_t)n - 1) && n > 1);
	}
	assert_int_equal(utf8_encode(0x110000, b), 0);
}

static void
test_bad_sequences_are_refused(void **state)
{
	static const char *const bad[] = { "\x80", "\xC0\x80", "\xC1\xBF",
		"\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
		"\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
		"\xF5\x80\x80\x80", "\xFF", "\xC3", "\xE2\x82", "\xC3(",
		"\xE2(\xA1", "\xE2\x82(", "\xF0\x90\x8C(" };
	char in_text[32];
	uint32_t cp;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
		    utf8_decode(bad[i], strlen(bad[i]), &cp), CS_EUTF8);
		snprintf(in_text, sizeof(in_text), "abcdefghi%s", bad[i]);
		assert_false(utf8_valid(in_text, strlen(in_text)));
	}
	assert_int_equal(utf8_decode("", 0, &cp), CS_EUTF8);
	assert_true(utf8_valid("", 0));
}

static size_t
cluster(const char *s)
{
	return utf8_cluster(s, strlen(s));
}

static void
test_clusters_are_what_people_see(void **state)
{
	char many[201] = "e";

	(void)state;
	assert_int_equal(cluster("ab"), 1);
	assert_int_equal(cluster("e\xCC\x81x"), 3);
	assert_int_equal(cluster("\r\n"), 2);
	assert_int_equal(cluster("\n\n"), 1);
	/* woman, ZWJ, laptop */
	assert_int_equal(cluster("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB"
				 "a"),
	    11);
	/* two flags */
	assert_int_equal(cluster("\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA"
				 "\xF0\x9F\x87\xAB\xF0\x9F\x87\xB7"),
	    8);
	assert_int_equal(cluster("\xFFz"), 1);
	for (int i = 0; i < 100; i++)
		memcpy(many + 1 + 2 * i - (i == 99), "\xCC\x81", 2);
	assert_true(utf8_cluster(many, 199) <= 64);
	assert_int_equal(utf8_cluster(many, 199) % 2, 1);
}

static void
test_widths_in_columns(void **state)
{
	(void)state;
	assert_int_equal(utf8_cp_width('a'), 1);
	assert_int_equal(utf8_cp_width(0xE9), 1);
	assert_int_equal(utf8_cp_width(0x4E2D), 2);
	assert_int_equal(utf8_cp_width(0x1F600), 2);
	assert_int_equal(utf8_cp_width(0x301), 0);
	for (uint32_t cp = 0; cp < 0x20; cp++)
		assert_int_equal(utf8_cp_width(cp), -1);
	assert_int_equal(utf8_cp_width(0x7F), -1);
	assert_int_equal(utf8_cp_width(0x9B), -1);
	for (uint32_t cp = 0x200B; cp <= 0x200F; cp++)
		assert_int_equal(utf8_cp_width(cp), -1);
	for (uint32_t cp = 0x202A; cp <= 0x202E; cp++)
		assert_int_equal(utf8_cp_width(cp), -1);
	for (uint32_t cp = 0x2066; cp <= 0x2069; cp++)
		assert_int_equal(utf8_cp_width(cp), -1);
	assert_int_equal(utf8_cp_width(0xFEFF), -1);
	assert_int_equal(utf8_cp_width(0x378), -1);
	/* soft hyphen, word joiner, line separator, annotation, tag */
	assert_int_equal(utf8_cp_width(0xAD), -1);
	assert_int_equal(utf8_cp_width(0x2060), -1);
	assert_int_equal(utf8_cp_width(0x2028), -1);
	assert_int_equal(utf8_cp_width(0xFFF9), -1);
	assert_int_equal(utf8_cp_width(0xE0041), -1);
	/* private use has a glyph in many fonts */
	assert_int_equal(utf8_cp_width(0xE0B0), 1);
	assert_int_equal(utf8_cluster_width("e\xCC\x81", 3), 1);
	assert_int_equal(utf8_cluster_width("\t", 1), 0);
	assert_int_equal(utf8_cluster_width("\n", 1), 0);
	/* a heart with VS16 is as wide as the heart alone */
	assert_int_equal(utf8_cluster_width("\xE2\x9D\xA4\xEF\xB8\x8F", 6), 1);
	assert_int_equal(utf8_cluster_width("\xFF", 1), -1);
}

/* What utf8.c knows by itself: what utf8proc says of it. */
static const struct {
	uint32_t first, last;
} known[] = { { 0, 0x2FF }, { 0x2000, 0x2600 } };
#define KNOWN (sizeof(known) / sizeof(known[0]))

static int
width_by_table(uint32_t cp)
{
	switch (utf8proc_category((utf8proc_int32_t)cp)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return -1;
	default:
		return utf8proc_charwidth((utf8proc_int32_t)cp);
	}
}

static void
same_as_table(uint32_t a, uint32_t b)
{
	utf8proc_int32_t state = 0;
	uint8_t both[8];
	int n = utf8_encode(a, both), m = utf8_encode(b, both + n);
	bool apart = utf8proc_grapheme_break_stateful(
	    (utf8proc_int32_t)a, (utf8proc_int32_t)b, &state);

	assert_int_equal(
	    utf8_cluster(both, (size_t)(n + m)), apart ? n : n + m);
}

static void
test_what_is_known_is_what_utf8proc_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < KNOWN; i++)
		for (uint32_t a = known[i].first; a <= known[i].last; a++) {
			assert_int_equal(utf8_cp_width(a), width_by_table(a));
			for (size_t k = 0; k < KNOWN; k++)
				for (uint32_t b = known[k].first;
				     b <= known[k].last; b++)
					same_as_table(a, b);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code_point_comes_back),
		cmocka_unit_test(test_bad_sequences_are_refused),
		cmocka_unit_test(test_clusters_are_what_people_see),
		cmocka_unit_test(test_widths_in_columns),
		cmocka_unit_test(test_what_is_known_is_what_utf8proc_says),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
