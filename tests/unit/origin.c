/* origin.c - the memory of who wrote what was deleted: its limits, its coding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/origin.h"

/* T is "abcdef", of which "cd" is 2's and the rest 1's. */
static struct text *
text(void)
{
	static const uint8_t sites[] = { 1, 1, 2, 2, 1, 1 };
	struct text *t;

	assert_int_equal(text_new(&t), 0);
	assert_int_equal(
	    text_splice_authored(t, 0, 0, "abcdef", sites, sizeof(sites)), 0);
	return t;
}

static void delete (
    struct origin *g, struct text *t, uint32_t cseq, size_t pos, size_t len)
{
	struct op op;

	op_init(&op);
	assert_int_equal(op_splice(&op, pos, len, NULL, 0), 0);
	origin_note(g, cseq, 0, &op, t, 1);
	assert_int_equal(op_apply(&op, t, 1), 0);
	op_release(&op);
}

/* What INS, an undo of UNDO_OF by site 1, is said to be by. */
static void
expect(struct origin *g, uint32_t undo_of, const char *ins, const char *authors)
{
	struct op op;

	op_init(&op);
	assert_int_equal(op_splice(&op, 0, 0, ins, strlen(ins)), 0);
	assert_int_equal(origin_find(g, undo_of, &op, 1), 0);
	if (strspn(authors, "0") == strlen(authors))
		assert_null(op.by);
	else
		for (size_t i = 0; i < strlen(ins); i++)
			assert_int_equal(op.by[i], authors[i] - '0');
	op_release(&op);
}

static void
what_grew_to_both_sides_is_found(void **state)
{
	struct origin g = { 0 };
	struct text *t = text();
	struct op op;

	(void)state;
	delete (&g, t, 1, 2, 1); /* c */
	delete (&g, t, 2, 1, 1); /* b */
	delete (&g, t, 3, 1, 1); /* d */
	delete (&g, t, 4, 1, 1); /* e, one's own */
	expect(&g, 4, "bcde", "0220");
	expect(&g, 3, "bcd", "022");
	expect(&g, 2, "bc", "02");
	expect(&g, 1, "c", "2");
	/* what was not deleted so is one's own */
	expect(&g, 3, "bdc", "000");
	expect(&g, 1, "cc", "00");
	expect(&g, 0, "c", "0");
	/* and what has come back does so once */
	op_init(&op);
	op_splice(&op, 0, 0, "bcd", 3);
	origin_use(&g, 3, &op);
	expect(&g, 3, "bcd", "000");
	op_release(&op);
	origin_release(&g);
	text_free(t);
}

/* "else", by 2, deleted by the key that deletes to the right: the first and the
 * last letter are the same. */
static void
equal_letters_are_not_taken_for_one_another(void **state)
{
	struct origin g = { 0 };
	struct text *t;

	(void)state;
	assert_int_equal(text_new(&t), 0);
	assert_int_equal(text_splice(t, 0, 0, "else", 4, 2), 0);
	for (uint32_t i = 1; i <= 4; i++)
		delete (&g, t, i, 0, 1);
	expect(&g, 4, "else", "2222");
	origin_release(&g);
	text_free(t);
}

/* Letters from here and there are no word, whoever says so. */
static void
what_did_not_stand_together_does_not_come_back_together(void **state)
{
	struct origin g = { 0 };
	struct text *t;

	(void)state;
	assert_int_equal(text_new(&t), 0);
	assert_int_equal(text_splice(t, 0, 0, "n-x-o", 5, 2), 0);
	delete (&g, t, 1, 0, 1); /* n */
	delete (&g, t, 2, 3, 1); /* o */
	expect(&g, 2, "no", "00");
	expect(&g, 2, "o", "2");
	origin_release(&g);
	text_free(t);
}

/* Others may write elsewhere between two keys. */
static void
the_place_moves_with_the_text(void **state)
{
	struct origin g = { 0 };
	struct text *t = text();
	struct op op;

	(void)state;
	delete (&g, t, 1, 3, 1); /* d */
	op_init(&op);
	op_splice(&op, 0, 0, "xx", 2);
	assert_int_equal(op_apply(&op, t, 3), 0);
	origin_move(&g, 0, &op);
	delete (&g, t, 2, 4, 1); /* c */
	expect(&g, 2, "cd", "22");
	op_release(&op);
	origin_release(&g);
	text_free(t);
}

static void
an_edit_that_was_refused_is_not_remembered(void **state)
{
	struct origin g = { 0 };
	struct text *t = text();
	struct op op;

	(void)state;
	delete (&g, t, 1, 2, 1);
	op_init(&op);
	op_splice(&op, 2, 1, NULL, 0);
	origin_note(&g, 2, 0, &op, t, 1); /* d */
	origin_drop(&g, 2);
	expect(&g, 2, "d", "0");
	expect(&g, 1, "c", "2");
	op_release(&op);
	origin_release(&g);
	text_free(t);
}

static void
several_hunks_come_back_as_one(void **state)
{
	struct origin g = { 0 };
	struct text *t = text();
	struct op op;

	(void)state;
	op_init(&op);
	op_delete(&op, 1);
	op_skip(&op, 1);
	op_delete(&op, 1);
	op_skip(&op, 1);
	op_delete(&op, 2);
	op.skipped = 0;
	origin_note(&g, 1, 0, &op, t, 1);
	expect(&g, 1, "acef", "0200");
	op_release(&op);
	origin_release(&g);
	text_free(t);
}

static void
what_is_kept_is_bounded(void **state)
{
	struct origin g = { 0 };
	struct text *t;

	(void)state;
	for (uint32_t i = 1; i <= 3 * ORIGIN_DELETIONS_MAX; i++) {
		t = text();
		delete (&g, t, i, 2, 2);
		assert_true(g.ndeletions <= ORIGIN_DELETIONS_MAX);
		text_free(t);
	}
	assert_true(g.ndeletions > ORIGIN_DELETIONS_MAX / 2);
	expect(&g, 3 * ORIGIN_DELETIONS_MAX, "cd", "22");
	origin_release(&g);
}

/* LEN bytes by authors that take turns, 2 and 3. */
static struct text *
patchwork(size_t len)
{
	uint8_t *bytes = malloc(len), *sites = malloc(len);
	struct text *t;

	assert_true(bytes != NULL && sites != NULL);
	for (size_t i = 0; i < len; i++) {
		bytes[i] = (uint8_t)('a' + i % 26);
		sites[i] = (uint8_t)(2 + i % 2);
	}
	assert_int_equal(text_new(&t), 0);
	assert_int_equal(text_splice_authored(t, 0, 0, bytes, sites, len), 0);
	free(bytes);
	free(sites);
	return t;
}

static void
a_patchwork_too_large_is_forgotten(void **state)
{
	struct origin g = { 0 };
	struct text *t = patchwork(ORIGIN_RUNS_MAX + 1);

	(void)state;
	delete (&g, t, 1, 0, 26);
	delete (&g, t, 2, 0, ORIGIN_RUNS_MAX - 25);
	assert_true(g.nruns <= ORIGIN_RUNS_MAX);
	expect(
	    &g, 1, "abcdefghijklmnopqrstuvwxyz", "00000000000000000000000000");
	text_free(t);
	t = patchwork(ORIGIN_RUNS_MAX + 1);
	delete (&g, t, 3, 0, ORIGIN_RUNS_MAX + 1);
	assert_int_equal(g.nruns, 0);
	assert_int_equal(g.nbytes, 0);
	origin_release(&g);
	text_free(t);
}

static void
the_coding_is_exact_and_bounded(void **state)
{
	struct origin g = { 0 }, h;
	struct text *t = text();
	struct buf a, b;
	struct buf_in in;

	(void)state;
	delete (&g, t, 1, 1, 4);
	delete (&g, t, 70000, 0, 1);
	buf_init(&a, 1024);
	origin_put(&g, &a);
	for (size_t cut = 0; cut <= a.len; cut++) {
		memset(&h, 0, sizeof(h));
		buf_in_init(&in, a.data, cut);
		assert_int_equal(origin_get(&h, &in), 0);
		assert_int_equal(buf_get_end(&in) == 0, cut == a.len);
		if (cut == a.len) {
			buf_init(&b, 1024);
			origin_put(&h, &b);
			assert_int_equal(a.len, b.len);
			assert_memory_equal(a.data, b.data, a.len);
			buf_release(&b);
			expect(&h, 1, "bcde", "0220");
		}
		origin_release(&h);
	}
	buf_release(&a);
	origin_release(&g);
	text_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_grew_to_both_sides_is_found),
		cmocka_unit_test(equal_letters_are_not_taken_for_one_another),
		cmocka_unit_test(
		    what_did_not_stand_together_does_not_come_back_together),
		cmocka_unit_test(the_place_moves_with_the_text),
		cmocka_unit_test(an_edit_that_was_refused_is_not_remembered),
		cmocka_unit_test(several_hunks_come_back_as_one),
		cmocka_unit_test(what_is_kept_is_bounded),
		cmocka_unit_test(a_patchwork_too_large_is_forgotten),
		cmocka_unit_test(the_coding_is_exact_and_bounded),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
