/*
 * replay.c - fuzz target: a recorded room. The input's first half is messages of
 * the hub, each behind two bytes that say how long it is; the second is what
 * somebody types, and what is on the screen is drawn now and then.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "client/keys.h"
#include "client/replay.h"
#include "client/timeline.h"
#include "client/view.h"

#define DRAW_EVERY 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct desk {
	struct replay *r;
	struct layout l;
	struct grid g;
	uint64_t now_ms;
	unsigned n;
};

static void
draw(struct desk *d)
{
	struct editor *e = replay_editor(d->r);

	if (grid_resize(&d->g, 80, 24) < 0)
		abort();
	view_layout(e, 80, 24, &d->l);
	timeline_draw(d->r, &d->l, &d->g);
}

static void
take(void *arg, const struct key *key)
{
	struct desk *d = arg;

	d->now_ms += 50;
	replay_tick(d->r, d->now_ms);
	if (key->code == K_MOUSE)
		replay_mouse(d->r, &d->l, &d->g, key);
	else
		replay_key(d->r, key);
	if (++d->n % DRAW_EVERY == 0)
		draw(d);
}

/* What the hub says; how many bytes of it were heard. */
static void
hear(struct desk *d, const uint8_t *p, size_t size)
{
	struct msg m;
	size_t len;

	msg_init(&m);
	for (; size > 2; p += len, size -= len) {
		len = (size_t)p[0] | (size_t)p[1] << 8;
		p += 2;
		size -= 2;
		len = len < size ? len : size;
		if (msg_decode(&m, p, len, false) == 0)
			replay_message(d->r, &m, d->now_ms);
	}
	msg_release(&m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct desk d = { .now_ms = 1000 };
	struct keys k;

	d.r = malloc(sizeof(*d.r));
	if (d.r == NULL || replay_init(d.r) < 0)
		abort();
	hear(&d, data, size / 2);
	draw(&d);
	keys_init(&k);
	keys_feed(&k, data + size / 2, size - size / 2, take, &d);
	keys_timeout(&k, take, &d);
	draw(&d);
	keys_release(&k);
	grid_release(&d.g);
	replay_release(d.r);
	free(d.r);
	return 0;
}
