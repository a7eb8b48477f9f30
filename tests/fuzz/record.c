/*
 * record.c - fuzz target: bytes as a chunk. What decodes is written again, and
 * that has to read as the same records; a room that folds them has to survive.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/order.h"
#include "proto/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(int ok)
{
	if (!ok)
		abort();
}

/* Write all records of a chunk that can be read into OUT; how many. */
static size_t
rewrite(const uint8_t *data, size_t len, struct buf *out, struct order *room)
{
	struct chunk_reader cr;
	struct chunk_writer w;
	struct record r;
	size_t n = 0;
	int folds = 0;

	record_init(&r);
	if (chunk_open(&cr, data, len) == 0) {
		chunk_begin(&w, out, cr.next_rev, cr.at_ms);
		while (chunk_next(&cr, &r) == 1) {
			chunk_add(&w, &r);
			n++;
			if (room != NULL && folds == 0)
				folds = order_replay(room, &r);
		}
	}
	record_release(&r);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct order *room;
	struct buf a, b;
	size_t n;

	must(order_new(&room) == 0);
	buf_init(&a, 2 * CHUNK_MAX);
	buf_init(&b, 2 * CHUNK_MAX);
	n = rewrite(data, len, &a, room);
	must(a.err == 0);
	if (n > 0 && a.len <= CHUNK_MAX) {
		must(rewrite(a.data, a.len, &b, NULL) == n);
		/* The writer has one form for a record. */
		must(a.len == b.len && memcmp(a.data, b.data, a.len) == 0);
	}
	buf_release(&a);
	buf_release(&b);
	order_free(room);
	return 0;
}
