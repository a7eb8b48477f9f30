/*
 * op.c - fuzz target: bytes are a text and two operations on it. Whatever
 * decodes and fits the text has to satisfy TP1, to compose, to be undone, and
 * to encode to the bytes it came from.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/op.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(int ok)
{
	if (!ok)
		abort();
}

/* A text of T's bytes. */
static struct text *
copy_of(const struct text *t)
{
	size_t len = text_len(t);
	uint8_t *bytes = malloc(len + 1);
	struct text *c;

	must(bytes != NULL && text_copy(t, 0, len, bytes) == 0);
	must(text_new(&c) == 0 && text_splice(c, 0, 0, bytes, len, 1) == 0);
	free(bytes);
	return c;
}

static void
check_tp1(
    const struct text *t, const struct op *a, const struct op *b, bool a_first)
{
	struct text *x = copy_of(t), *y = copy_of(t), *z = copy_of(t);
	struct op a2, b2, whole;

	op_init(&a2);
	op_init(&b2);
	op_init(&whole);
	must(op_transform(a, b, a_first, &a2, &b2) == 0);
	must(op_apply(a, x, 1) == 0 && op_apply(&b2, x, 2) == 0);
	must(op_apply(b, y, 2) == 0 && op_apply(&a2, y, 1) == 0);
	must(text_equal(x, y));
	must(op_compose(a, &b2, &whole) == 0 && op_apply(&whole, z, 1) == 0);
	must(text_equal(x, z));
	must(op_invert(&whole, t, 1, &a2) == 0 && op_apply(&a2, z, 1) == 0);
	must(text_equal(t, z));
	op_release(&a2);
	op_release(&b2);
	op_release(&whole);
	text_free(x);
	text_free(y);
	text_free(z);
}

/* Canonical means that there is one encoding. */
static void
check_coding(const struct op *op, const uint8_t *from, size_t len)
{
	struct buf b;

	buf_init(&b, 4 * TEXT_MAX);
	op_encode(op, &b);
	must(b.err == 0 && b.len == len && memcmp(b.data, from, len) == 0);
	buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const uint8_t *bytes, *at_a, *at_b;
	struct buf_in in;
	struct text *t;
	struct op a, b;
	size_t n;

	op_init(&a);
	op_init(&b);
	must(text_new(&t) == 0);
	buf_in_init(&in, data, len);
	bytes = buf_get_bytes(&in, 4096, &n);
	at_a = in.p;
	op_decode(&a, &in, OP_MAX_INSERT);
	at_b = in.p;
	op_decode(&b, &in, OP_MAX_INSERT);
	if (in.err == 0 && text_splice(t, 0, 0, bytes, n, 1) == 0) {
		check_coding(&a, at_a, (size_t)(at_b - at_a));
		check_coding(&b, at_b, (size_t)(in.p - at_b));
		if (op_check(&a, t) == 0 && op_check(&b, t) == 0) {
			check_tp1(t, &a, &b, true);
			check_tp1(t, &a, &b, false);
		}
	}
	op_release(&a);
	op_release(&b);
	text_free(t);
	return 0;
}
