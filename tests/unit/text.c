/* text.c - the document of proto/text.h against a plain array. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/text.h"

#define MODEL_MAX 8192

struct model {
	uint8_t bytes[MODEL_MAX], sites[MODEL_MAX];
	size_t len;
};

static uint32_t seed = 7;

static size_t
below(size_t n)
{
	seed = seed * 1664525 + 1013904223;
	return n == 0 ? 0 : (seed >> 8) % n;
}

static struct text *
text_of(const char *s, uint8_t site)
{
	struct text *t;

	assert_int_equal(text_new(&t), 0);
	assert_int_equal(text_splice(t, 0, 0, s, strlen(s), site), 0);
	return t;
}

static void
expect_text(const struct text *t, const char *s)
{
	char got[256] = "";

	assert_int_equal(text_len(t), strlen(s));
	assert_int_equal(text_copy(t, 0, text_len(t), got), 0);
	assert_string_equal(got, s);
}

static void
model_splice(struct model *m, size_t pos, size_t del, const uint8_t *ins,
    size_t len, uint8_t site)
{
	size_t rest = m->len - pos - del;

	memmove(m->bytes + pos + len, m->bytes + pos + del, rest);
	memmove(m->sites + pos + len, m->sites + pos + del, rest);
	memcpy(m->bytes + pos, ins, len);
	memset(m->sites + pos, site, len);
	m->len = m->len - del + len;
}

static void
model_check(const struct model *m, const struct text *t)
{
	size_t line = 0, start = 0, n;

	assert_int_equal(text_len(t), m->len);
	for (size_t i = 0; i <= m->len; i++) {
		assert_int_equal(text_line_of(t, i), line);
		if (i == m->len)
			break;
		assert_int_equal(text_byte(t, i), m->bytes[i]);
		assert_int_equal(text_author(t, i, &n), m->sites[i]);
		assert_true(n > 0 && m->sites[i + n - 1] == m->sites[i]);
		if (m->bytes[i] != '\n')
			continue;
		assert_int_equal(text_line_start(t, line), start);
		assert_int_equal(text_line_end(t, line), i);
		start = i + 1;
		line++;
	}
	assert_int_equal(text_line_count(t), line + 1);
	assert_int_equal(text_line_start(t, line), start);
	assert_int_equal(text_line_end(t, line), m->len);
	assert_int_equal(text_line_start(t, line + 1), m->len);
}

static void
test_random_splices_match_a_plain_array(void **state)
{
	static const char *const some[] = { "a", "\n", "xyz", "", "\n\n\n",
		"one\ntwo\n", "\xC3\xA9", "\xF0\x9F\x98\x80",
		"lo\nng \n line" };
	static struct model m;
	struct text *t;
	size_t pos, del;
	const char *ins;
	uint8_t site;

	(void)state;
	assert_int_equal(text_new(&t), 0);
	for (int i = 0; i < 6000; i++) {
		pos = below(m.len + 1);
		del = below(below(8) == 0 ? m.len - pos + 1 : 5);
		if (pos + del > m.len)
			del = m.len - pos;
		ins = some[below(sizeof(some) / sizeof(some[0]))];
		site = (uint8_t)(1 + below(3));
		if (!text_is_boundary(t, pos) ||
		    !text_is_boundary(t, pos + del)) {
			assert_int_equal(
			    text_splice(t, pos, del, ins, strlen(ins), site),
			    CS_EBOUNDARY);
			continue;
		}
		assert_int_equal(
		    text_splice(t, pos, del, ins, strlen(ins), site), 0);
		model_splice(
		    &m, pos, del, (const uint8_t *)ins, strlen(ins), site);
		if (i % 16 == 0 || m.len < 20)
			model_check(&m, t);
	}
	model_check(&m, t);
	text_free(t);
}

static void
test_a_refused_splice_changes_nothing(void **state)
{
	struct text *t = text_of("h\xC3\xA9llo", 1);

	(void)state;
	assert_int_equal(text_splice(t, 7, 0, "x", 1, 1), CS_ERANGE);
	assert_int_equal(text_splice(t, 3, SIZE_MAX, "x", 1, 1), CS_ERANGE);
	assert_int_equal(text_splice(t, 2, 0, "x", 1, 1), CS_EBOUNDARY);
	assert_int_equal(text_splice(t, 1, 1, "x", 1, 1), CS_EBOUNDARY);
	assert_int_equal(text_splice(t, 0, 0, "\xFF", 1, 1), CS_EUTF8);
	assert_int_equal(text_splice(t, 0, 0, "a\xC3", 2, 1), CS_EUTF8);
	expect_text(t, "h\xC3\xA9llo");
	text_free(t);
}

static void
test_size_is_limited(void **state)
{
	char *big = malloc(TEXT_MAX);
	struct text *t = text_of("", 1);

	(void)state;
	assert_non_null(big);
	memset(big, 'x', TEXT_MAX);
	assert_int_equal(text_splice(t, 0, 0, big, TEXT_MAX, 1), 0);
	assert_int_equal(text_splice(t, 5, 0, "y", 1, 1), CS_ETOOBIG);
	assert_int_equal(text_splice(t, 5, 1, "y", 1, 1), 0);
	assert_int_equal(text_len(t), TEXT_MAX);
	assert_int_equal(text_splice(t, 0, TEXT_MAX, NULL, 0, 1), 0);
	assert_int_equal(text_len(t), 0);
	text_free(t);
	free(big);
}

static void
test_authors_can_be_given_per_byte(void **state)
{
	struct text *t = text_of("ab", 1);
	size_t n;

	(void)state;
	assert_int_equal(
	    text_splice_authored(t, 1, 0, "xyz", (const uint8_t *)"\2\2\3", 3),
	    0);
	assert_int_equal(text_author(t, 0, &n), 1);
	assert_int_equal(n, 1);
	assert_int_equal(text_author(t, 1, &n), 2);
	assert_int_equal(n, 2);
	assert_int_equal(text_author(t, 3, NULL), 3);
	assert_int_equal(text_author(t, 4, &n), 1);
	assert_int_equal(text_author(t, 5, &n), 0);
	assert_int_equal(n, 0);
	text_free(t);
}

static void
test_steps_go_by_cluster(void **state)
{
	/* a, e+acute (3), newline, CR LF, flag (8), CJK (3) */
	static const char s[] = "ae\xCC\x81\n\r\n\xF0\x9F\x87\xA9\xF0\x9F\x87"
				"\xAA\xE4\xB8\xAD";
	static const size_t stops[] = { 0, 1, 4, 5, 7, 15, 18 };
	struct text *t = text_of(s, 1);

	(void)state;
	for (size_t gap = 0; gap <= text_len(t); gap++) {
		if (!text_is_boundary(t, gap))
			continue;
		/* move the gap: steps must not depend on it */
		assert_int_equal(text_splice(t, gap, 0, "q", 1, 1), 0);
		assert_int_equal(text_splice(t, gap, 1, NULL, 0, 1), 0);
		for (size_t i = 0; i + 1 < 7; i++) {
			assert_int_equal(text_next(t, stops[i]), stops[i + 1]);
			assert_int_equal(text_prev(t, stops[i + 1]), stops[i]);
		}
	}
	assert_int_equal(text_prev(t, 0), 0);
	assert_int_equal(text_next(t, 18), 18);
	text_free(t);
}

static void
test_spans_cover_the_text(void **state)
{
	struct text *t = text_of("hello world", 1), *u = text_of("", 2);
	const uint8_t *p;
	size_t n;

	(void)state;
	assert_int_equal(text_splice(t, 5, 1, "_", 1, 1), 0);
	for (size_t at = 0; at < text_len(t); at += n) {
		p = text_span(t, at, &n);
		assert_true(n > 0);
		assert_int_equal(text_splice(u, at, 0, p, n, 2), 0);
	}
	text_span(t, text_len(t), &n);
	assert_int_equal(n, 0);
	assert_true(text_equal(t, u));
	assert_int_equal(text_splice(u, 0, 1, "H", 1, 2), 0);
	assert_false(text_equal(t, u));
	text_free(t);
	text_free(u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_splices_match_a_plain_array),
		cmocka_unit_test(test_a_refused_splice_changes_nothing),
		cmocka_unit_test(test_size_is_limited),
		cmocka_unit_test(test_authors_can_be_given_per_byte),
		cmocka_unit_test(test_steps_go_by_cluster),
		cmocka_unit_test(test_spans_cover_the_text),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
