/* pack.c - blocks of a sealed log come back, and damaged ones are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/pack.h"
#include "proto/err.h"

#define LEN 20000
#define MAX (1024 * 1024)

/* LEN bytes that pack well, packed into B. */
static void
packed(uint8_t *plain, struct buf *b)
{
	for (size_t i = 0; i < LEN; i++)
		plain[i] = (uint8_t)("the same again "[i % 15] + i / 4096);
	buf_init(b, MAX);
	assert_int_equal(pack_add(plain, LEN, b), 0);
}

static void
what_is_packed_is_small_and_comes_back(void **state)
{
	uint8_t plain[LEN];
	struct buf b, out;

	(void)state;
	packed(plain, &b);
	assert_true(pack_is(b.data, b.len));
	assert_true(b.len < LEN / 10);
	buf_init(&out, MAX);
	buf_put_u8(&out, 'x');
	assert_int_equal(pack_get(b.data, b.len, LEN, &out), 0);
	assert_int_equal(out.len, LEN + 1);
	assert_int_equal(out.data[0], 'x');
	assert_memory_equal(out.data + 1, plain, LEN);
	buf_release(&b);
	buf_release(&out);
}

/* There are several ways to pack the same, and bits that only fill a byte. */
static void
harmless(const uint8_t *plain, struct buf *out)
{
	assert_int_equal(out->len, LEN);
	assert_memory_equal(out->data, plain, LEN);
	buf_clear(out);
}

static void
no_cut_and_no_flipped_bit_gives_other_bytes(void **state)
{
	uint8_t plain[LEN];
	struct buf b, out;

	(void)state;
	packed(plain, &b);
	buf_init(&out, MAX);
	for (size_t len = 0; len < b.len; len++)
		assert_true(pack_get(b.data, len, MAX / 2, &out) < 0);
	for (size_t bit = 0; bit < b.len * 8; bit++) {
		b.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (pack_get(b.data, b.len, MAX / 2, &out) == 0)
			harmless(plain, &out);
		assert_int_equal(out.len, 0);
		b.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		buf_clear(&out);
	}
	buf_put_u8(&b, 0);
	assert_int_equal(pack_get(b.data, b.len, LEN, &out), CS_EFORMAT);
	buf_release(&b);
	buf_release(&out);
}

static void
what_is_larger_than_it_may_be_is_refused(void **state)
{
	uint8_t plain[LEN];
	struct buf b, out, small;

	(void)state;
	packed(plain, &b);
	buf_init(&out, MAX);
	assert_int_equal(pack_get(b.data, b.len, LEN - 1, &out), CS_ETOOBIG);
	assert_int_equal(out.len, 0);
	buf_init(&small, LEN - 1);
	assert_int_equal(pack_get(b.data, b.len, LEN, &small), CS_ETOOBIG);
	buf_release(&b);
	buf_release(&out);
	buf_release(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_packed_is_small_and_comes_back),
		cmocka_unit_test(no_cut_and_no_flipped_bit_gives_other_bytes),
		cmocka_unit_test(what_is_larger_than_it_may_be_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
