/* order.c - the hub side of proto/order.h. Convergence has its own test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/order.h"

static struct order *
room(const char *text)
{
	struct order *o;
	struct record r;
	const struct record *out;
	struct edit e = { .base = 1, .cseq = 1 };

	record_init(&r);
	r.kind = REC_FILE;
	snprintf(r.name, sizeof(r.name), "main.py");
	assert_int_equal(order_new(&o), 0);
	assert_int_equal(order_event(o, &r, 1000), 0);
	assert_true(r.rev == 1);
	op_init(&e.op);
	op_splice(&e.op, 0, 0, text, strlen(text));
	assert_int_equal(order_edit(o, 9, &e, 1000, &out), 0);
	op_release(&e.op);
	return o;
}

static int
try_edit(struct order *o, uint8_t site, uint64_t base, uint32_t cseq,
    size_t pos, size_t del, const char *ins)
{
	struct edit e = { .base = base, .cseq = cseq };
	const struct record *out;
	int r;

	op_init(&e.op);
	op_splice(&e.op, pos, del, ins, strlen(ins));
	r = order_edit(o, site, &e, 2000, &out);
	if (r == 0) {
		assert_true(out->rev == order_rev(o));
		assert_int_equal(out->site, site);
	}
	op_release(&e.op);
	return r;
}

static void
expect(const struct order *o, uint64_t rev, const char *s)
{
	char got[256] = "";

	assert_true(order_rev(o) == rev);
	assert_int_equal(text_len(order_text(o, 0)), strlen(s));
	text_copy(order_text(o, 0), 0, strlen(s), got);
	assert_string_equal(got, s);
}

static void
test_concurrent_edits_are_transformed(void **state)
{
	struct order *o = room("0123456789");

	(void)state;
	/* Both saw revision 2; each types two keys without waiting. */
	assert_int_equal(try_edit(o, 1, 2, 1, 10, 0, "a"), 0);
	assert_int_equal(try_edit(o, 2, 2, 1, 0, 0, "x"), 0);
	assert_int_equal(try_edit(o, 1, 2, 2, 11, 0, "b"), 0);
	assert_int_equal(try_edit(o, 2, 2, 2, 1, 0, "y"), 0);
	expect(o, 6, "xy0123456789ab");
	order_free(o);
}

static void
test_ties_go_to_the_lower_site_not_the_first(void **state)
{
	struct order *o = room("--");

	(void)state;
	assert_int_equal(try_edit(o, 2, 2, 1, 1, 0, "b"), 0);
	assert_int_equal(try_edit(o, 1, 2, 1, 1, 0, "a"), 0);
	assert_int_equal(try_edit(o, 2, 2, 2, 2, 0, "b"), 0);
	assert_int_equal(try_edit(o, 1, 2, 2, 2, 0, "a"), 0);
	expect(o, 6, "-aabb-");
	order_free(o);
}

static void
test_sequence_numbers_are_exact(void **state)
{
	struct order *o = room("abc");

	(void)state;
	assert_int_equal(try_edit(o, 1, 2, 2, 0, 0, "x"), CS_ESEQ);
	assert_int_equal(try_edit(o, 1, 2, 1, 0, 0, "x"), 0);
	assert_int_equal(try_edit(o, 1, 2, 1, 0, 0, "x"), CS_EDUP);
	assert_int_equal(try_edit(o, 1, 2, 0, 0, 0, "x"), CS_EDUP);
	assert_int_equal(try_edit(o, 1, 9, 2, 0, 0, "x"), CS_EFUTURE);
	assert_int_equal(try_edit(o, 0, 2, 1, 0, 0, "x"), CS_EINVAL);
	assert_int_equal(order_cseq(o, 1), 1);
	expect(o, 3, "xabc");
	order_free(o);
}

static void
test_an_older_base_than_before_is_stale(void **state)
{
	struct order *o = room("abc");

	(void)state;
	assert_int_equal(try_edit(o, 1, 2, 1, 3, 0, "d"), 0);
	assert_int_equal(try_edit(o, 2, 3, 1, 0, 0, "x"), 0);
	assert_int_equal(try_edit(o, 2, 2, 2, 0, 0, "y"), CS_ESTALE);
	assert_int_equal(try_edit(o, 2, 3, 2, 0, 0, "y"), 0);
	assert_int_equal(order_attach(o, 2, 99), CS_EFUTURE);
	/* A new link has to have seen the site's own edits. */
	assert_int_equal(order_attach(o, 2, 3), 0);
	assert_int_equal(try_edit(o, 2, 4, 3, 0, 0, "z"), CS_ESTALE);
	assert_int_equal(try_edit(o, 2, 5, 3, 0, 0, "z"), 0);
	order_free(o);
}

static void
test_a_refused_edit_leaves_room_and_bridge_alone(void **state)
{
	struct order *o = room("h\xC3\xA9llo"), *p = room("h\xC3\xA9llo");

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct order *r = i == 0 ? o : p;

		assert_int_equal(try_edit(r, 1, 2, 1, 0, 1, "J"), 0);
		assert_int_equal(try_edit(r, 2, 2, 1, 6, 0, "!"), 0);
		assert_int_equal(try_edit(r, 1, 2, 2, 1, 0, "++"), 0);
		if (i == 1)
			continue;
		/* Inside the character and past the end, on what 2 sees. */
		assert_int_equal(try_edit(r, 2, 2, 2, 2, 0, "x"), CS_EBOUNDARY);
		assert_int_equal(try_edit(r, 2, 2, 2, 1, 1, "x"), CS_EBOUNDARY);
		assert_int_equal(try_edit(r, 2, 2, 2, 7, 5, "x"), CS_ERANGE);
		assert_int_equal(try_edit(r, 2, 2, 2, 90, 0, "x"), CS_ERANGE);
		assert_int_equal(try_edit(r, 2, 2, 2, 0, 0, "\xFF"), CS_EUTF8);
		expect(r, 5, "J++\xC3\xA9llo!");
	}
	assert_int_equal(try_edit(o, 2, 2, 2, 3, 1, "L"), 0);
	assert_int_equal(try_edit(p, 2, 2, 2, 3, 1, "L"), 0);
	expect(o, 6, "J++\xC3\xA9Llo!");
	assert_true(text_equal(order_text(o, 0), order_text(p, 0)));
	order_free(o);
	order_free(p);
}

static void
test_an_edit_that_became_nothing_takes_a_revision(void **state)
{
	struct order *o = room("abcdef");

	(void)state;
	assert_int_equal(try_edit(o, 1, 2, 1, 1, 3, ""), 0);
	assert_int_equal(try_edit(o, 2, 2, 1, 2, 1, ""), 0);
	expect(o, 4, "aef");
	assert_int_equal(order_cseq(o, 2), 1);
	order_free(o);
}

static void
test_files_do_not_disturb_each_other(void **state)
{
	struct order *o = room("abc");
	const struct record *out;
	struct edit e = { .base = 3, .cseq = 1, .file = 1 };
	struct record r;

	(void)state;
	record_init(&r);
	r.kind = REC_FILE;
	snprintf(r.name, sizeof(r.name), "main.py");
	assert_int_equal(order_event(o, &r, 0), CS_ESTATE);
	r.name[0] = '\0';
	assert_int_equal(order_event(o, &r, 0), CS_EINVAL);
	snprintf(r.name, sizeof(r.name), "other.py");
	assert_int_equal(order_event(o, &r, 0), 0);
	assert_int_equal(r.file, 1);
	assert_int_equal(order_file_find(o, "other.py"), 1);
	assert_int_equal(order_file_find(o, "none"), CS_ENOTFOUND);
	assert_true(r.at_ms >= 1000); /* time does not run backwards */
	op_init(&e.op);
	op_splice(&e.op, 0, 0, "other", 5);
	assert_int_equal(order_edit(o, 2, &e, 0, &out), 0);
	assert_int_equal(try_edit(o, 1, 3, 1, 3, 0, "d"), 0);
	expect(o, 5, "abcd");
	assert_int_equal(text_len(order_text(o, 1)), 5);
	/* Site 2's next edit of file 1 is not moved by the one in file 0,
	 * but its next one in file 0 still is. */
	e.cseq = 2;
	op_splice(&e.op, 5, 0, "!", 1);
	assert_int_equal(order_edit(o, 2, &e, 0, &out), 0);
	assert_int_equal(out->op.hunks[0].skip, 5);
	assert_int_equal(try_edit(o, 2, 3, 3, 0, 3, ""), 0);
	expect(o, 7, "d");
	e.cseq = 4;
	e.file = 2;
	assert_int_equal(order_edit(o, 2, &e, 0, &out), CS_ENOTFOUND);
	assert_null(order_text(o, 2));
	r.kind = REC_EDIT;
	assert_int_equal(order_event(o, &r, 0), CS_EINVAL);
	op_release(&e.op);
	record_release(&r);
	order_free(o);
}

static void
test_carets_move_through_the_bridge(void **state)
{
	struct order *o = room("0123456789");
	size_t a = 5, h = 10;

	(void)state;
	assert_int_equal(try_edit(o, 2, 2, 1, 0, 0, "abc"), 0);
	assert_int_equal(try_edit(o, 1, 2, 1, 10, 0, "!"), 0);
	/* Site 1 has not seen abc; its own ! it has. */
	assert_int_equal(order_caret(o, 1, 2, 0, &a, &h), 0);
	assert_int_equal(a, 8);
	assert_int_equal(h, 13);
	a = h = 3; /* site 2 at 3, where site 1 now types: it stays left */
	assert_int_equal(try_edit(o, 1, 4, 2, 3, 0, "zz"), 0);
	assert_int_equal(order_caret(o, 2, 4, 0, &a, &h), 0);
	assert_int_equal(h, 3);
	h = 16;
	assert_int_equal(order_caret(o, 2, 5, 0, &a, &h), 0);
	h = 17;
	assert_int_equal(order_caret(o, 2, 5, 0, &a, &h), CS_ERANGE);
	assert_int_equal(order_caret(o, 2, 50, 0, &a, &h), CS_EFUTURE);
	assert_int_equal(order_caret(o, 2, 5, 3, &a, &h), CS_ENOTFOUND);
	order_free(o);
}

static void
test_what_left_the_tail_is_stale(void **state)
{
	struct order *o = room("x");
	uint32_t i;

	(void)state;
	assert_int_equal(try_edit(o, 2, 2, 1, 1, 0, "b"), 0);
	for (i = 1; i <= ORDER_TAIL_RECORDS; i++)
		assert_int_equal(try_edit(o, 1, 2 + i, i, 0, 0, "a"), 0);
	/* All of these are still there. */
	assert_int_equal(try_edit(o, 2, 2, 2, 2, 0, "c"), 0);
	assert_int_equal(try_edit(o, 3, 2, 1, 0, 0, "z"), CS_ESTALE);
	assert_int_equal(try_edit(o, 3, order_rev(o), 1, 0, 0, "z"), 0);
	/* 2's bridge reaches further back than the tail does by now. */
	for (; i <= ORDER_TAIL_RECORDS + 9; i++)
		assert_int_equal(try_edit(o, 1, order_rev(o), i, 0, 0, "a"), 0);
	assert_int_equal(try_edit(o, 2, 2, 3, 3, 0, "d"), 0);
	assert_int_equal(
	    text_byte(order_text(o, 0), text_len(order_text(o, 0)) - 1), 'd');
	order_free(o);
}

static void
test_hunks_count_for_the_length_of_the_tail(void **state)
{
	struct order *o = room("x");
	char *big = malloc(2 * OP_MAX_HUNKS + 1);
	struct edit e = { .base = 0 };
	const struct record *out;

	(void)state;
	memset(big, 'x', 2 * OP_MAX_HUNKS);
	big[2 * OP_MAX_HUNKS] = '\0';
	assert_int_equal(try_edit(o, 1, 2, 1, 0, 0, big), 0);
	big[OP_MAX_HUNKS] = '\0';
	op_init(&e.op);
	while (e.cseq < 16) {
		e.cseq = order_cseq(o, 1) + 1;
		e.base = order_rev(o);
		op_clear(&e.op);
		for (unsigned i = 0; i < OP_MAX_HUNKS; i++) {
			op_skip(&e.op, 1);
			op_delete(&e.op, 1);
		}
		assert_int_equal(order_edit(o, 1, &e, 2000, &out), 0);
		assert_int_equal(
		    try_edit(o, 1, order_rev(o), e.cseq + 1, 0, 0, big), 0);
	}
	/* 8 times 256 KiB of hunks, and 128 KiB of text */
	assert_int_equal(try_edit(o, 3, 2, 1, 0, 0, "z"), CS_ESTALE);
	assert_int_equal(try_edit(o, 3, order_rev(o), 1, 0, 0, "z"), 0);
	op_release(&e.op);
	order_free(o);
	free(big);
}

static void
test_a_base_that_never_moves_on_is_stale_one_day(void **state)
{
	struct order *o = room("x");
	uint32_t mine = 0;
	int r = 0;

	(void)state;
	for (uint32_t i = 1; i <= ORDER_BRIDGE_MAX && r == 0; i++) {
		assert_int_equal(try_edit(o, 1, order_rev(o), i, 0, 0, "a"), 0);
		if (i % 512 != 0)
			continue;
		mine++;
		r = try_edit(o, 2, 2, mine, mine, 0, "b");
	}
	assert_int_equal(r, 0);
	assert_int_equal(
	    try_edit(o, 1, order_rev(o), ORDER_BRIDGE_MAX + 1, 0, 0, "a"), 0);
	assert_int_equal(try_edit(o, 2, 2, mine + 1, 1, 0, "b"), CS_ESTALE);
	assert_int_equal(order_attach(o, 2, order_rev(o)), 0);
	assert_int_equal(try_edit(o, 2, order_rev(o), mine + 1, 0, 0, "b"), 0);
	order_free(o);
}

static void
test_what_is_forgotten_is_stale_and_the_rest_goes_on(void **state)
{
	struct order *o = room("x");

	(void)state;
	assert_int_equal(try_edit(o, 1, 2, 1, 0, 0, "a"), 0); /* axb */
	assert_int_equal(try_edit(o, 2, 2, 1, 1, 0, "b"), 0);
	assert_int_equal(try_edit(o, 1, 2, 2, 1, 0, "c"), 0); /* acxb */
	expect(o, 5, "acxb");
	order_forget(o, 3);
	assert_int_equal(try_edit(o, 1, 2, 3, 2, 0, "z"), CS_ESTALE);
	assert_int_equal(try_edit(o, 3, 2, 1, 0, 0, "z"), CS_ESTALE);
	/* 1 has not seen 2's edit yet, nor 2 the last one */
	assert_int_equal(try_edit(o, 1, 3, 3, 3, 0, "d"), 0); /* acxdb */
	assert_int_equal(try_edit(o, 2, 4, 2, 3, 0, "e"), 0); /* axbe */
	expect(o, 7, "acxdbe");
	order_forget(o, 100);
	expect(o, 7, "acxdbe");
	assert_int_equal(try_edit(o, 1, 6, 4, 0, 0, "z"), CS_ESTALE);
	assert_int_equal(try_edit(o, 1, 7, 4, 6, 0, "f"), 0);
	assert_int_equal(try_edit(o, 2, 7, 3, 0, 0, "g"), 0);
	expect(o, 9, "gacxdbef");
	order_forget(o, 9);
	order_forget(o, 2);
	assert_int_equal(try_edit(o, 3, 9, 1, 0, 0, "h"), 0);
	expect(o, 10, "hgacxdbef");
	order_free(o);
}

static void
test_a_snapshot_without_origins_is_read(void **state)
{
	/* version 1, rev 7, time 9, one file "f" with "hi" by 3; site 3: cseq 2,
	 * its last edit at 6 */
	static const uint8_t old[] = "\1\7\11\1\1f\2hi\3\2\1\3\2\6";
	struct order *o;

	(void)state;
	assert_int_equal(order_new(&o), 0);
	assert_int_equal(order_restore(o, old, sizeof(old) - 1), 0);
	expect(o, 7, "hi");
	assert_int_equal(order_cseq(o, 3), 2);
	assert_int_equal(try_edit(o, 3, 7, 3, 0, 2, "yo"), 0);
	expect(o, 8, "yo");
	order_free(o);
}

static void
test_a_snapshot_is_the_room(void **state)
{
	struct order *o = room("caf\xC3\xA9\n"), *p;
	struct buf a, b;

	(void)state;
	buf_init(&a, 65536);
	buf_init(&b, 65536);
	assert_int_equal(try_edit(o, 1, 2, 1, 0, 0, "one\n"), 0);
	assert_int_equal(try_edit(o, 2, 3, 1, 4, 3, "two"), 0);
	order_snapshot(o, &a);
	assert_int_equal(order_new(&p), 0);
	assert_int_equal(order_restore(p, a.data, a.len), 0);
	order_snapshot(p, &b);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	assert_int_equal(order_cseq(p, 2), 1);
	assert_true(order_at_ms(p) == order_at_ms(o));
	assert_string_equal(order_file_name(p, 0), "main.py");
	assert_int_equal(order_restore(p, a.data, a.len), CS_ESTATE);
	/* It goes on where it was, and knows no older base. */
	assert_int_equal(try_edit(p, 1, 2, 2, 0, 0, "x"), CS_ESTALE);
	assert_int_equal(try_edit(p, 1, 4, 2, 0, 0, "x"), 0);
	order_free(p);
	order_free(o);
	buf_release(&a);
	buf_release(&b);
}

static void
test_a_damaged_snapshot_leaves_an_empty_room(void **state)
{
	struct order *o = room("caf\xC3\xA9\n"), *p;
	struct buf a;
	int r;

	(void)state;
	buf_init(&a, 65536);
	order_snapshot(o, &a);
	for (size_t cut = 0; cut <= a.len; cut++) {
		assert_int_equal(order_new(&p), 0);
		r = order_restore(p, a.data, cut);
		assert_int_equal(r == 0, cut == a.len);
		if (r < 0)
			assert_int_equal(order_file_count(p), 0);
		order_free(p);
	}
	for (size_t i = 0; i < a.len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			a.data[i] ^= 1u << bit;
			assert_int_equal(order_new(&p), 0);
			order_restore(p, a.data, a.len);
			order_free(p);
			a.data[i] ^= 1u << bit;
		}
	order_free(o);
	buf_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_concurrent_edits_are_transformed),
		cmocka_unit_test(test_ties_go_to_the_lower_site_not_the_first),
		cmocka_unit_test(test_sequence_numbers_are_exact),
		cmocka_unit_test(test_an_older_base_than_before_is_stale),
		cmocka_unit_test(
		    test_a_refused_edit_leaves_room_and_bridge_alone),
		cmocka_unit_test(
		    test_an_edit_that_became_nothing_takes_a_revision),
		cmocka_unit_test(test_files_do_not_disturb_each_other),
		cmocka_unit_test(test_carets_move_through_the_bridge),
		cmocka_unit_test(test_what_left_the_tail_is_stale),
		cmocka_unit_test(test_hunks_count_for_the_length_of_the_tail),
		cmocka_unit_test(
		    test_a_base_that_never_moves_on_is_stale_one_day),
		cmocka_unit_test(
		    test_what_is_forgotten_is_stale_and_the_rest_goes_on),
		cmocka_unit_test(test_a_snapshot_without_origins_is_read),
		cmocka_unit_test(test_a_snapshot_is_the_room),
		cmocka_unit_test(test_a_damaged_snapshot_leaves_an_empty_room),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
