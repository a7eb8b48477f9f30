/* buf.c - bounds, varints and stickiness of proto/buf.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/buf.h"
#include "proto/err.h"

static void
test_integers_come_back(void **state)
{
	static const uint64_t some[] = { 0, 1, 127, 128, 16383, 16384,
		UINT32_MAX, (uint64_t)1 << 63, UINT64_MAX };
	size_t n = sizeof(some) / sizeof(some[0]);
	struct buf_in in;
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	for (size_t i = 0; i < n; i++) {
		buf_put_varint(&b, some[i]);
		buf_put_zigzag(&b, (int64_t)some[i]);
		buf_put_u8(&b, (uint8_t)some[i]);
		buf_put_u16(&b, (uint16_t)some[i]);
		buf_put_u32(&b, (uint32_t)some[i]);
		buf_put_u64(&b, some[i]);
	}
	buf_put_str(&b, "h\xC3\xA9");
	buf_in_init(&in, b.data, b.len);
	for (size_t i = 0; i < n; i++) {
		assert_true(buf_get_varint(&in) == some[i]);
		assert_true(buf_get_zigzag(&in) == (int64_t)some[i]);
		assert_int_equal(buf_get_u8(&in), (uint8_t)some[i]);
		assert_int_equal(buf_get_u16(&in), (uint16_t)some[i]);
		assert_int_equal(buf_get_u32(&in), (uint32_t)some[i]);
		assert_true(buf_get_u64(&in) == some[i]);
	}
	char s[4];
	buf_get_str(&in, s, sizeof(s));
	assert_string_equal(s, "h\xC3\xA9");
	assert_int_equal(buf_get_end(&in), 0);
	buf_release(&b);
}

static void
test_zigzag_is_short_for_small_numbers(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 16);
	buf_put_zigzag(&b, -1);
	buf_put_zigzag(&b, 63);
	assert_int_equal(b.len, 2);
	buf_release(&b);
}

static void
expect_varint_error(const void *p, size_t len)
{
	struct buf_in in;

	buf_in_init(&in, p, len);
	assert_true(buf_get_varint(&in) == 0);
	assert_int_equal(in.err, CS_EFORMAT);
	assert_int_equal(buf_left(&in), 0);
}

static void
test_varints_have_one_form(void **state)
{
	(void)state;
	expect_varint_error("\x80\x00", 2);
	expect_varint_error("\x80", 1);
	expect_varint_error("", 0);
	expect_varint_error("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 10);
	expect_varint_error("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 11);
}

static void
test_output_stops_at_its_maximum(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	for (int i = 0; i < 99; i++)
		buf_put_varint(&b, 5);
	assert_int_equal(b.err, 0);
	buf_put_u8(&b, 1); /* exactly full is fine */
	assert_int_equal(b.err, 0);
	buf_put_u8(&b, 1);
	assert_int_equal(b.err, CS_ETOOBIG);
	assert_int_equal(b.len, 100);
	buf_put_raw(&b, "x", 1);
	assert_null(buf_reserve(&b, 1));
	assert_int_equal(b.len, 100);
	buf_clear(&b);
	buf_put_u8(&b, 1);
	assert_int_equal(b.err, 0);
	buf_release(&b);
}

static void
test_first_error_sticks(void **state)
{
	struct buf_in in;
	size_t len;

	(void)state;
	buf_in_init(&in, "\x05\x01\x02", 3);
	assert_true(buf_get_max(&in, 4) == 0);
	assert_int_equal(in.err, CS_ETOOBIG);
	assert_int_equal(buf_get_u8(&in), 0);
	assert_null(buf_get_bytes(&in, 10, &len));
	assert_int_equal(len, 0);
	assert_int_equal(buf_get_end(&in), CS_ETOOBIG);
}

static void
expect_str(const void *p, size_t len, int err)
{
	struct buf_in in;
	char s[5];

	buf_in_init(&in, p, len);
	buf_get_str(&in, s, sizeof(s));
	assert_int_equal(in.err, err);
	if (err != 0)
		assert_string_equal(s, "");
}

static void
test_strings_are_checked(void **state)
{
	(void)state;
	expect_str("\x04"
		   "abcd",
	    5, 0);
	expect_str("\x05"
		   "abcde",
	    6, CS_ETOOBIG);
	expect_str("\x02"
		   "a\0",
	    3, CS_EFORMAT);
	expect_str("\x02"
		   "a\xFF",
	    3, CS_EUTF8);
	expect_str("\x03"
		   "ab",
	    3, CS_EFORMAT);
	expect_str("\x00", 1, 0);
}

static void
test_leftovers_are_an_error(void **state)
{
	struct buf_in in;

	(void)state;
	buf_in_init(&in, "\x01\x02", 2);
	buf_get_u8(&in);
	assert_int_equal(buf_left(&in), 1);
	assert_int_equal(buf_get_end(&in), CS_EFORMAT);
}

static void
test_consume_keeps_the_rest(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 64);
	buf_put_raw(&b, "abcdef", 6);
	buf_consume(&b, 2);
	assert_int_equal(b.len, 4);
	assert_memory_equal(b.data, "cdef", 4);
	buf_consume(&b, 4);
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

static void
test_errors_have_words(void **state)
{
	(void)state;
	for (int r = 0; r >= CS_EBUSY; r--)
		assert_string_not_equal(cs_strerror(r), "unknown error");
	assert_string_equal(cs_strerror(CS_EBUSY - 1), "unknown error");
	assert_string_equal(cs_strerror(1), "unknown error");
	assert_string_equal(cs_strerror(INT32_MIN), "unknown error");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_integers_come_back),
		cmocka_unit_test(test_zigzag_is_short_for_small_numbers),
		cmocka_unit_test(test_varints_have_one_form),
		cmocka_unit_test(test_output_stops_at_its_maximum),
		cmocka_unit_test(test_first_error_sticks),
		cmocka_unit_test(test_strings_are_checked),
		cmocka_unit_test(test_leftovers_are_an_error),
		cmocka_unit_test(test_consume_keeps_the_rest),
		cmocka_unit_test(test_errors_have_words),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
