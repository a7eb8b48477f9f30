/* op.c - operations of proto/op.h: TP1 over all small ones, composing,
 * undoing, coding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/op.h"

static uint32_t seed = 11;

static size_t
below(size_t n)
{
	seed = seed * 1664525 + 1013904223;
	return n == 0 ? 0 : (seed >> 8) % n;
}

static struct text *
text_of(const char *s)
{
	struct text *t;

	assert_int_equal(text_new(&t), 0);
	assert_int_equal(text_splice(t, 0, 0, s, strlen(s), 1), 0);
	return t;
}

static void
expect_text(const struct text *t, const char *s)
{
	char *got = calloc(1, text_len(t) + 1);

	assert_non_null(got);
	assert_int_equal(text_len(t), strlen(s));
	assert_int_equal(text_copy(t, 0, text_len(t), got), 0);
	assert_string_equal(got, s);
	free(got);
}

static void
expect_canonical(const struct op *op)
{
	uint32_t off = 0;

	assert_int_equal(op->err, 0);
	for (uint32_t i = 0; i < op->nhunks; i++) {
		assert_true(op->hunks[i].del + op->hunks[i].ins_len > 0);
		assert_true(i == 0 || op->hunks[i].skip > 0);
		assert_int_equal(op->hunks[i].ins_off, off);
		off += op->hunks[i].ins_len;
	}
	assert_int_equal(off, op->ins_len);
}

#define SMALL_LEN 3
#define SMALL_MAX 2048

/* Every operation of up to three hunks on a text of SMALL_LEN bytes, inserting
 * the letters from C on: at each of its places perhaps insert, then keep or
 * delete the next byte. */
static size_t
all_small(struct op *v, char c)
{
	size_t n = 0;

	for (unsigned code = 0; code < 1u << (2 * SMALL_LEN + 1); code++) {
		struct op *op = &v[n++];
		char letter = c;

		op_init(op);
		for (unsigned i = 0; i <= SMALL_LEN; i++) {
			if (code >> (2 * i) & 1)
				op_insert(op, &letter, 1), letter++;
			if (i == SMALL_LEN)
				break;
			if (code >> (2 * i + 1) & 1)
				op_delete(op, 1);
			else
				op_skip(op, 1);
		}
		op->skipped = 0;
		expect_canonical(op);
	}
	return n;
}

static void
check_tp1(
    const struct op *a, const struct op *b, bool a_first, const char *text)
{
	struct text *x = text_of(text), *y = text_of(text);
	struct op a2, b2, c, d;

	op_init(&a2);
	op_init(&b2);
	op_init(&c);
	op_init(&d);
	assert_int_equal(op_transform(a, b, a_first, &a2, &b2), 0);
	expect_canonical(&a2);
	expect_canonical(&b2);
	assert_int_equal(op_apply(a, x, 1), 0);
	assert_int_equal(op_apply(&b2, x, 1), 0);
	assert_int_equal(op_apply(b, y, 1), 0);
	assert_int_equal(op_apply(&a2, y, 1), 0);
	assert_true(text_equal(x, y));
	/* The other ways to ask give the same answer. */
	assert_int_equal(op_transform(b, a, !a_first, &d, &c), 0);
	assert_true(op_equal(&a2, &c) && op_equal(&b2, &d));
	assert_int_equal(op_transform(a, b, a_first, &c, NULL), 0);
	assert_true(op_equal(&a2, &c));
	assert_int_equal(op_transform(a, b, a_first, NULL, &d), 0);
	assert_true(op_equal(&b2, &d));
	op_copy(&c, a);
	op_copy(&d, b);
	assert_int_equal(op_transform_both(&c, &d, a_first), 0);
	assert_true(op_equal(&a2, &c) && op_equal(&b2, &d));
	/* Composed, the two ways are one operation each, with one result. */
	text_free(y);
	y = text_of(text);
	assert_int_equal(op_compose(a, &b2, &c), 0);
	expect_canonical(&c);
	assert_int_equal(op_apply(&c, y, 1), 0);
	assert_true(text_equal(x, y));
	op_release(&a2);
	op_release(&b2);
	op_release(&c);
	op_release(&d);
	text_free(x);
	text_free(y);
}

static void
test_all_small_operations_satisfy_tp1(void **state)
{
	struct op *a = calloc(SMALL_MAX, sizeof(*a));
	struct op *b = calloc(SMALL_MAX, sizeof(*b));
	size_t n, m;

	(void)state;
	assert_true(a != NULL && b != NULL);
	n = all_small(a, 'a');
	m = all_small(b, 'p');
	assert_int_equal(n, 128);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++) {
			check_tp1(&a[i], &b[k], true, "XYZ");
			check_tp1(&a[i], &b[k], false, "XYZ");
		}
	for (size_t i = 0; i < n; i++)
		op_release(&a[i]);
	for (size_t i = 0; i < m; i++)
		op_release(&b[i]);
	free(a);
	free(b);
}

/* A random operation on a text of LEN bytes of ASCII. */
static void
random_op(struct op *op, size_t len, size_t hunks)
{
	char ins[40];
	size_t at = 0, n;

	op_clear(op);
	for (size_t i = 0; i < hunks; i++) {
		n = below(len - at + 1);
		op_skip(op, n);
		at += n;
		n = below(3) == 0 ? below(len - at + 1) : 0;
		op_delete(op, n);
		at += n;
		n = below(sizeof(ins));
		memset(ins, 'a' + (int)below(26), n);
		op_insert(op, ins, below(2) ? n : 0);
	}
	op->skipped = 0;
}

static void
test_large_operations_satisfy_tp1(void **state)
{
	char text[200];
	struct op a, b;

	(void)state;
	memset(text, '.', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	op_init(&a);
	op_init(&b);
	for (int i = 0; i < 3000; i++) {
		random_op(&a, strlen(text), 1 + below(12));
		random_op(&b, strlen(text), 1 + below(12));
		check_tp1(&a, &b, below(2), text);
	}
	op_release(&a);
	op_release(&b);
}

static void
test_ties_go_to_the_first(void **state)
{
	struct text *t = text_of("__");
	struct op a, b, a2, b2;

	(void)state;
	op_init(&a);
	op_init(&b);
	op_init(&a2);
	op_init(&b2);
	op_splice(&a, 1, 0, "aa", 2);
	op_splice(&b, 1, 0, "bb", 2);
	assert_int_equal(op_transform(&a, &b, true, &a2, &b2), 0);
	assert_int_equal(op_apply(&b, t, 1), 0);
	assert_int_equal(op_apply(&a2, t, 1), 0);
	expect_text(t, "_aabb_");
	assert_int_equal(op_transform(&a, &b, false, &a2, &b2), 0);
	assert_int_equal(a2.hunks[0].skip, 3);
	op_release(&a);
	op_release(&b);
	op_release(&a2);
	op_release(&b2);
	text_free(t);
}

static void
test_what_both_delete_is_deleted_once(void **state)
{
	struct op a, b, a2;

	(void)state;
	op_init(&a);
	op_init(&b);
	op_init(&a2);
	op_splice(&a, 2, 5, NULL, 0);
	op_splice(&b, 0, 10, NULL, 0);
	assert_int_equal(op_transform(&a, &b, true, &a2, NULL), 0);
	assert_true(op_is_noop(&a2));
	op_release(&a);
	op_release(&b);
	op_release(&a2);
}

static void
test_inverse_gives_the_text_back(void **state)
{
	static const char s[] = "The quick brown fox jumps over the lazy dog";
	struct op op, inverse, both;

	(void)state;
	op_init(&op);
	op_init(&inverse);
	op_init(&both);
	for (int i = 0; i < 500; i++) {
		struct text *t = text_of(s);

		random_op(&op, strlen(s), 1 + below(6));
		assert_int_equal(op_invert(&op, t, 1, &inverse), 0);
		assert_int_equal(op_apply(&op, t, 1), 0);
		assert_int_equal(op_apply(&inverse, t, 1), 0);
		expect_text(t, s);
		assert_int_equal(op_compose(&op, &inverse, &both), 0);
		assert_int_equal(op_apply(&both, t, 1), 0);
		expect_text(t, s);
		text_free(t);
	}
	op_release(&op);
	op_release(&inverse);
	op_release(&both);
}

static void
test_what_can_not_be_applied_changes_nothing(void **state)
{
	struct text *t = text_of("a\xE2\x82\xAC"
				 "b");
	struct op op;

	(void)state;
	op_init(&op);
	op_splice(&op, 6, 0, "x", 1);
	assert_int_equal(op_apply(&op, t, 1), CS_ERANGE);
	op_splice(&op, 2, 0, "x", 1);
	assert_int_equal(op_apply(&op, t, 1), CS_EBOUNDARY);
	op_splice(&op, 0, 0, "x", 1);
	op_skip(&op, 1);
	op_delete(&op, 2); /* half of the euro sign */
	assert_int_equal(op_apply(&op, t, 1), CS_EBOUNDARY);
	op_splice(&op, 0, 0, "x", 1);
	op_skip(&op, 4);
	op_delete(&op, 2);
	assert_int_equal(op_apply(&op, t, 1), CS_ERANGE);
	op_splice(&op, 0, 0, "\xE2\x82", 2);
	assert_int_equal(op_apply(&op, t, 1), CS_EUTF8);
	expect_text(t, "a\xE2\x82\xAC"
		       "b");
	op_release(&op);
	text_free(t);
}

static void
check_diff_text(const char *from, const char *to)
{
	struct text *t = text_of(from);
	struct op op;

	op_init(&op);
	assert_int_equal(op_diff(&op, t, to, strlen(to)), 0);
	expect_canonical(&op);
	assert_int_equal(op_apply(&op, t, 1), 0);
	expect_text(t, to);
	op_release(&op);
	text_free(t);
}

static void
check_diff(const char *from, const char *to, size_t del, size_t ins)
{
	struct text *t = text_of(from);
	struct op op;

	op_init(&op);
	assert_int_equal(op_diff(&op, t, to, strlen(to)), 0);
	expect_canonical(&op);
	if (del + ins == 0) {
		assert_true(op_is_noop(&op));
	} else {
		assert_int_equal(op.hunks[0].del, del);
		assert_int_equal(op.hunks[0].ins_len, ins);
	}
	assert_int_equal(op_apply(&op, t, 1), 0);
	expect_text(t, to);
	op_release(&op);
	text_free(t);
}

static void
test_diff_keeps_what_is_equal(void **state)
{
	(void)state;
	check_diff("hello world", "hello brave world", 0, 6);
	check_diff("same", "same", 0, 0);
	check_diff("", "new", 0, 3);
	check_diff("old", "", 3, 0);
	check_diff("aaa", "aaaaa", 0, 2);
	check_diff("aaaaa", "aaa", 2, 0);
	/* e-acute and e-grave share their first byte, euro and yen-like signs
	 * their last: the cut stays between characters */
	check_diff("x\xC3\xA9y", "x\xC3\xA8y", 2, 2);
	check_diff("x\xC3\xA9y", "x\xC4\xA9y", 2, 2);
	check_diff("\xE2\x82\xAC", "\xE2\x82\xAD", 3, 3);
}

/* Two texts of random words: what is kept and what comes is the new text. */
static void
test_diff_of_random_texts(void **state)
{
	static const char *const words[] = { "a", "bc", " ", "\n", "(",
		"\xC3\xA9", "x1 ", "\n\n" };
	char from[400], to[400];
	size_t from_len, to_len;
	const char *word;

	(void)state;
	for (int round = 0; round < 400; round++) {
		from[0] = to[0] = '\0';
		from_len = to_len = 0;
		for (int i = 0; i < round % 60; i++) {
			word = words[below(8)];
			if (below(8) != 0)
				from_len += (size_t)snprintf(from + from_len,
				    sizeof(from) - from_len, "%s", word);
			if (below(8) != 0)
				to_len += (size_t)snprintf(to + to_len,
				    sizeof(to) - to_len, "%s", word);
		}
		check_diff_text(from, to);
	}
}

static void
test_diff_keeps_the_middle(void **state)
{
	static const char to[] = "x = 1\nmain = 2\nprint(main, x)\nend\n";
	struct text *t = text_of("main = 2\nprint(main)\nend\n");
	struct op op;

	(void)state;
	op_init(&op);
	assert_int_equal(op_diff(&op, t, to, strlen(to)), 0);
	assert_int_equal(op.nhunks, 2);
	assert_int_equal(op.hunks[0].del + op.hunks[1].del, 0);
	/* a blank in common is no reason to keep anything */
	assert_int_equal(op_diff(&op, t, "other stuff\n", 12), 0);
	assert_int_equal(op.nhunks, 1);
	op_release(&op);
	text_free(t);
}

/* Texts with nothing in common are too far apart for the search. */
static void
test_diff_of_texts_that_differ(void **state)
{
	char *from = malloc(20001), *to = malloc(20001);

	(void)state;
	for (int i = 0; i < 20000; i++) {
		from[i] = i % 2 ? ',' : (char)('a' + i % 7);
		to[i] = i % 2 ? ';' : (char)('A' + i % 5);
	}
	from[20000] = to[20000] = '\0';
	check_diff_text(from, to);
	free(from);
	free(to);
}

static void
test_positions_move_with_the_text(void **state)
{
	struct op op;

	(void)state;
	op_init(&op);
	op_skip(&op, 2);
	op_insert(&op, "abc", 3);
	op_skip(&op, 3);
	op_delete(&op, 4);
	assert_int_equal(op_move_pos(&op, 1, true), 1);
	assert_int_equal(op_move_pos(&op, 2, false), 2);
	assert_int_equal(op_move_pos(&op, 2, true), 5);
	assert_int_equal(op_move_pos(&op, 3, false), 6);
	assert_int_equal(op_move_pos(&op, 5, false), 8);
	assert_int_equal(op_move_pos(&op, 7, false), 8);
	assert_int_equal(op_move_pos(&op, 9, false), 8);
	assert_int_equal(op_move_pos(&op, 10, false), 9);
	op_release(&op);
}

static int
decode(const void *p, size_t len, size_t max)
{
	struct buf_in in;
	struct op op;
	int r;

	op_init(&op);
	buf_in_init(&in, p, len);
	op_decode(&op, &in, max);
	if ((r = buf_get_end(&in)) == 0)
		expect_canonical(&op);
	op_release(&op);
	return r;
}

static void
test_coding_is_exact(void **state)
{
	struct buf_in in;
	struct op a, b;
	struct buf out;

	(void)state;
	op_init(&a);
	op_init(&b);
	buf_init(&out, 65536);
	for (int i = 0; i < 500; i++) {
		random_op(&a, 100, below(20));
		buf_clear(&out);
		op_encode(&a, &out);
		buf_in_init(&in, out.data, out.len);
		op_decode(&b, &in, OP_MAX_INSERT);
		assert_int_equal(buf_get_end(&in), 0);
		assert_true(op_equal(&a, &b));
		for (size_t cut = 0; cut < out.len && i < 50; cut++)
			assert_true(decode(out.data, cut, OP_MAX_INSERT) < 0);
	}
	op_release(&a);
	op_release(&b);
	buf_release(&out);
}

static void
test_decode_refuses_what_is_not_canonical(void **state)
{
	(void)state;
	assert_int_equal(decode("\x00", 1, 10), 0);
	assert_int_equal(decode("\x01\x00\x00\x01x", 5, 10), 0);
	assert_int_equal(decode("\x01\x00\x00\x00", 4, 10), CS_EFORMAT);
	assert_int_equal(
	    decode("\x02\x00\x01\x00\x00\x01\x00", 7, 10), CS_EFORMAT);
	assert_int_equal(decode("\x01\x00\x00\x01\xFF", 5, 10), CS_EUTF8);
	assert_int_equal(decode("\x01\x00\x00\x03xyz", 7, 2), CS_ETOOBIG);
	/* more hunks, or a longer text, than there can be */
	assert_int_equal(decode("\x81\x80\x01", 3, 10), CS_ETOOBIG);
	assert_int_equal(decode("\x01\x81\x80\x40\x01\x00", 6, 10), CS_ETOOBIG);
	assert_int_equal(decode("\x01\xFF\xFF\x3F\x02\x00", 6, 10), CS_EFORMAT);
}

static void
test_a_whole_file_can_be_one_operation(void **state)
{
	uint8_t *big = malloc(TEXT_MAX);
	struct text *t = text_of("");
	struct buf_in in;
	struct op op;
	struct buf b;

	(void)state;
	assert_non_null(big);
	memset(big, 'z', TEXT_MAX);
	op_init(&op);
	buf_init(&b, 2 * TEXT_MAX);
	assert_int_equal(op_splice(&op, 0, 0, big, TEXT_MAX), 0);
	op_encode(&op, &b);
	buf_in_init(&in, b.data, b.len);
	op_decode(&op, &in, TEXT_MAX);
	assert_int_equal(buf_get_end(&in), 0);
	assert_int_equal(op_apply(&op, t, 1), 0);
	assert_int_equal(text_len(t), TEXT_MAX);
	assert_int_equal(op_splice(&op, 0, 0, "x", 1), 0);
	assert_int_equal(op_apply(&op, t, 1), CS_ETOOBIG);
	op_release(&op);
	buf_release(&b);
	text_free(t);
	free(big);
}

static void
test_copies_and_moves_keep_everything(void **state)
{
	struct op a, b, c;

	(void)state;
	op_init(&a);
	op_init(&b);
	op_init(&c);
	for (int i = 0; i < 200; i++) {
		random_op(&a, 60, below(6));
		assert_int_equal(op_copy(&b, &a), 0);
		assert_true(op_equal(&a, &b));
		op_move(&c, &b);
		assert_true(op_equal(&a, &c));
		assert_true(op_is_noop(&b));
	}
	op_release(&a);
	op_release(&b);
	op_release(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_small_operations_satisfy_tp1),
		cmocka_unit_test(test_large_operations_satisfy_tp1),
		cmocka_unit_test(test_ties_go_to_the_first),
		cmocka_unit_test(test_what_both_delete_is_deleted_once),
		cmocka_unit_test(test_inverse_gives_the_text_back),
		cmocka_unit_test(test_what_can_not_be_applied_changes_nothing),
		cmocka_unit_test(test_diff_keeps_what_is_equal),
		cmocka_unit_test(test_diff_of_random_texts),
		cmocka_unit_test(test_diff_keeps_the_middle),
		cmocka_unit_test(test_diff_of_texts_that_differ),
		cmocka_unit_test(test_positions_move_with_the_text),
		cmocka_unit_test(test_coding_is_exact),
		cmocka_unit_test(test_decode_refuses_what_is_not_canonical),
		cmocka_unit_test(test_a_whole_file_can_be_one_operation),
		cmocka_unit_test(test_copies_and_moves_keep_everything),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
