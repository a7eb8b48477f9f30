/*
 * snapshot.c - fuzz target: bytes as a room's snapshot. What can be restored is
 * written again, and that has to restore to the same; the room takes an edit
 * and an undo afterwards.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/order.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(int ok)
{
	if (!ok)
		abort();
}

/* Delete the first file's text, and call its return an undo. */
static void
edit(struct order *o)
{
	struct edit e = { .base = order_rev(o) };
	const struct text *t = order_text(o, 0);
	const struct record *rec;
	uint8_t bytes[256];
	size_t len;

	if (t == NULL || text_len(t) > sizeof(bytes) ||
	    order_cseq(o, 2) >= UINT32_MAX - 2)
		return;
	len = text_len(t);
	text_copy(t, 0, len, bytes);
	op_init(&e.op);
	e.cseq = order_cseq(o, 2) + 1;
	op_splice(&e.op, 0, len, NULL, 0);
	must(order_edit(o, 2, &e, 0, &rec) == 0);
	e.base = order_rev(o);
	e.flags = EDIT_UNDO;
	e.undo_of = e.cseq++;
	op_splice(&e.op, 0, 0, bytes, len);
	must(order_edit(o, 2, &e, 0, &rec) == 0);
	op_release(&e.op);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct order *o = NULL, *again = NULL;
	struct buf a, b;

	must(order_new(&o) == 0 && order_new(&again) == 0);
	buf_init(&a, 16 * 1024 * 1024);
	buf_init(&b, 16 * 1024 * 1024);
	if (order_restore(o, data, len) == 0) {
		order_snapshot(o, &a);
		must(a.err == 0 && order_restore(again, a.data, a.len) == 0);
		order_snapshot(again, &b);
		must(a.len == b.len && memcmp(a.data, b.data, a.len) == 0);
		edit(again);
	}
	order_free(o);
	order_free(again);
	buf_release(&a);
	buf_release(&b);
	return 0;
}
