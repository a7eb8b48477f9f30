/* frame.c - SP framing, however the stream is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/frame.h"

#define MAX_BODY 1000

/* A greeting and bodies of 0, 1, 300 and MAX_BODY bytes. */
static void
make_stream(struct buf *b)
{
	uint8_t body[MAX_BODY];

	for (size_t i = 0; i < sizeof(body); i++)
		body[i] = (uint8_t)i;
	buf_init(b, 8192);
	frame_put_greeting(b, FRAME_PAIR);
	frame_put(b, FRAME_IPC, body, 0);
	frame_put(b, FRAME_IPC, body, 1);
	frame_put(b, FRAME_IPC, body, 300);
	frame_put(b, FRAME_IPC, body, MAX_BODY);
}

/* Feed P[LEN] in pieces of STEP; returns how many bodies were right. */
static int
bodies_of(const uint8_t *p, size_t len, size_t step)
{
	static const size_t sizes[] = { 0, 1, 300, MAX_BODY };
	struct frame_reader f;
	const uint8_t *body;
	size_t n, got;
	int count = 0, r;

	frame_reader_init(&f, FRAME_PAIR, MAX_BODY);
	for (size_t at = 0; at < len; at += n) {
		n = len - at < step ? len - at : step;
		assert_int_equal(frame_feed(&f, p + at, n), 0);
		while ((r = frame_next(&f, &body, &got)) == 1) {
			assert_int_equal(got, sizes[count]);
			for (size_t i = 0; i < got; i++)
				assert_int_equal(body[i], (uint8_t)i);
			count++;
		}
		assert_int_equal(r, 0);
	}
	frame_reader_release(&f);
	return count;
}

static void
any_cut_gives_the_same_bodies(void **state)
{
	struct buf b;

	(void)state;
	make_stream(&b);
	for (size_t step = 1; step <= b.len; step++)
		assert_int_equal(bodies_of(b.data, b.len, step), 4);
	assert_int_equal(bodies_of(b.data, b.len - 1, 7), 3);
	buf_release(&b);
}

/* nng's tcp has no type before the length. */
static void
over_tcp_a_length_is_all_that_precedes_a_body(void **state)
{
	static const uint8_t stream[] = { 0, 0x53, 0x50, 0, 0, 0x10, 0, 0, /**/
		0, 0, 0, 0, 0, 0, 0, 2, 'h', 'i' };
	struct frame_reader f;
	const uint8_t *body;
	struct buf b;
	size_t len;

	(void)state;
	buf_init(&b, 64);
	frame_put_greeting(&b, FRAME_PAIR);
	frame_put(&b, FRAME_TCP, "hi", 2);
	assert_int_equal(b.len, sizeof(stream));
	assert_memory_equal(b.data, stream, sizeof(stream));
	for (size_t limit = 1; limit <= 2; limit++) {
		frame_reader_init(&f, FRAME_PAIR, 1);
		frame_reader_over(&f, FRAME_TCP);
		frame_reader_limit(&f, limit);
		assert_int_equal(frame_feed(&f, b.data, b.len), 0);
		assert_int_equal(
		    frame_next(&f, &body, &len), limit == 2 ? 1 : CS_ETOOBIG);
		if (limit == 2)
			assert_memory_equal(body, "hi", 2);
		frame_reader_release(&f);
	}
	assert_int_equal(len, 2);
	buf_release(&b);
}

static void
greeting_is_that_of_pair0(void **state)
{
	static const uint8_t expected[] = { 0, 0x53, 0x50, 0, 0, 0x10, 0, 0 };
	struct buf b;

	(void)state;
	buf_init(&b, 64);
	frame_put_greeting(&b, FRAME_PAIR);
	assert_int_equal(b.len, sizeof(expected));
	assert_memory_equal(b.data, expected, sizeof(expected));
	buf_release(&b);
}

static int
result_of(const void *p, size_t len)
{
	struct frame_reader f;
	const uint8_t *body;
	size_t got;
	int r;

	frame_reader_init(&f, FRAME_PAIR, MAX_BODY);
	assert_int_equal(frame_feed(&f, p, len), 0);
	r = frame_next(&f, &body, &got);
	/* an error stays, whatever comes after it */
	if (r < 0) {
		assert_int_equal(frame_feed(&f, "x", 1), r);
		assert_int_equal(frame_next(&f, &body, &got), r);
	}
	frame_reader_release(&f);
	return r;
}

static void
foreign_streams_are_refused_at_once(void **state)
{
	(void)state;
	assert_int_equal(result_of("\0SP\0\0\x10\0", 7), 0);
	assert_int_equal(result_of("\0SP\0\0\x11\0\0", 8), CS_EFORMAT);
	assert_int_equal(result_of("SSH-2.0-x\r\n", 11), CS_EFORMAT);
	assert_int_equal(
	    result_of("\0SP\0\0\x10\0\0\2\0\0\0\0\0\0\0\0", 17), CS_EFORMAT);
}

static void
oversize_is_refused_at_its_header(void **state)
{
	(void)state;
	assert_int_equal(
	    result_of("\0SP\0\0\x10\0\0\1\0\0\0\0\0\0\3\xE8", 17), 0);
	assert_int_equal(
	    result_of("\0SP\0\0\x10\0\0\1\0\0\0\0\0\0\3\xE9", 17), CS_ETOOBIG);
	assert_int_equal(
	    result_of("\0SP\0\0\x10\0\0\1\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 17),
	    CS_ETOOBIG);
}

static void
large_body_leaves_no_memory_behind(void **state)
{
	static const uint8_t piece[FRAME_FEED_MAX];
	const size_t large = 0x40000;
	struct frame_reader f;
	const uint8_t *body;
	size_t got;

	(void)state;
	frame_reader_init(&f, FRAME_PAIR, large);
	assert_int_equal(
	    frame_feed(&f, "\0SP\0\0\x10\0\0\1\0\0\0\0\0\4\0\0", 17), 0);
	for (size_t at = 0; at < large; at += sizeof(piece)) {
		assert_int_equal(frame_next(&f, &body, &got), 0);
		assert_int_equal(frame_feed(&f, piece, sizeof(piece)), 0);
	}
	assert_int_equal(frame_next(&f, &body, &got), 1);
	assert_int_equal(got, large);
	assert_int_equal(frame_feed(&f, "\1\0\0\0\0\0\0\0\1x", 10), 0);
	assert_int_equal(frame_next(&f, &body, &got), 1);
	assert_int_equal(got, 1);
	assert_true(f.in.cap <= sizeof(piece));
	frame_reader_release(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_cut_gives_the_same_bodies),
		cmocka_unit_test(over_tcp_a_length_is_all_that_precedes_a_body),
		cmocka_unit_test(greeting_is_that_of_pair0),
		cmocka_unit_test(foreign_streams_are_refused_at_once),
		cmocka_unit_test(oversize_is_refused_at_its_header),
		cmocka_unit_test(large_body_leaves_no_memory_behind),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
