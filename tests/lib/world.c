/* world.c - rooms over a real store, for unit tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/world.h"

int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	snprintf(w->dir, sizeof(w->dir), "/tmp/codesync-room-XXXXXX");
	if (mkdtemp(w->dir) == NULL)
		return -1;
	snprintf(w->path, sizeof(w->path), "%s/codesync.db", w->dir);
	*state = w;
	return store_open(&w->hub.store, w->path, false);
}

int
teardown(void **state)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	struct world *w = *state;
	char path[128];

	rooms_close(&w->hub);
	store_close(w->hub.store);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", w->path, suffixes[i]);
		unlink(path);
	}
	rmdir(w->dir);
	free(w);
	return 0;
}

void
turn(struct hub *h)
{
	rooms_stage(h);
	assert_int_equal(h->batch_err, 0);
	assert_int_equal(store_commit(h->store), 0);
	rooms_committed(h);
	rooms_sent(h);
	rooms_snapshot(h);
}

struct room *
make_room(struct hub *h)
{
	struct room_row row = { .language = "python", .owner = "@local" };
	struct room *room;

	assert_int_equal(room_make(h, &row, &room), 0);
	return room;
}

void
churn(struct room *room, unsigned n)
{
	struct edit e = { .base = 0 };
	char *text = calloc(2, CHURN_HUNKS), c;

	memset(text, 'a', 2 * CHURN_HUNKS);
	assert_int_equal(
	    room_put(room, SITE_LOCAL, "main.py", text, 2 * CHURN_HUNKS), 0);
	free(text);
	for (unsigned i = 0; i < n; i++) {
		c = (char)('b' + i % 23);
		op_init(&e.op);
		for (int k = 0; k < CHURN_HUNKS; k++) {
			op_skip(&e.op, 1);
			op_delete(&e.op, 1);
			op_insert(&e.op, &c, 1);
		}
		e.base = order_rev(room->order);
		e.cseq = order_cseq(room->order, 2) + 1;
		assert_int_equal(room_edit(room, 2, &e), 0);
		op_release(&e.op);
		turn(room->hub);
	}
}

void
text_is(const struct order *o, unsigned file, const char *want)
{
	char *got = file_bytes(order_text(o, file));

	assert_string_equal(got, want);
	free(got);
}
