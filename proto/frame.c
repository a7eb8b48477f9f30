/* frame.c - SP framing as nng 1.x speaks it on ipc. */
#include <string.h>

#include "proto/err.h"
#include "proto/frame.h"

#define MESSAGE 1 /* the only type of frame on ipc */

/* Zero, "SP", the version, the protocol, zero. */
static void
greeting_of(enum frame_protocol protocol, uint8_t dst[FRAME_GREETING_LEN])
{
	memcpy(dst, "\0SP\0\0\0\0", FRAME_GREETING_LEN);
	dst[5] = (uint8_t)protocol;
}

static enum frame_protocol
peer_of(enum frame_protocol own)
{
	switch (own) {
	case FRAME_REQ:
		return FRAME_REP;
	case FRAME_REP:
		return FRAME_REQ;
	case FRAME_PUSH:
		return FRAME_PULL;
	case FRAME_PULL:
		return FRAME_PUSH;
	default:
		return own;
	}
}

void
frame_reader_init(
    struct frame_reader *f, enum frame_protocol own, size_t max_body)
{
	memset(f, 0, sizeof(*f));
	f->max = max_body;
	f->peer = peer_of(own);
	buf_init(&f->in, max_body + FRAME_HEADER_LEN + FRAME_FEED_MAX);
}

void
frame_reader_release(struct frame_reader *f)
{
	buf_release(&f->in);
	f->taken = 0;
}

int
frame_feed(struct frame_reader *f, const void *p, size_t len)
{
	if (f->err != 0)
		return f->err;
	if (f->taken == f->in.len && f->in.cap > FRAME_FEED_MAX)
		buf_release(&f->in); /* one was large; what follows is not */
	else if (f->taken > 0)
		buf_consume(&f->in, f->taken);
	f->taken = 0;
	buf_put_raw(&f->in, p, len);
	f->err = f->in.err;
	return f->err;
}

static size_t
left(const struct frame_reader *f)
{
	return f->in.len - f->taken;
}

static int
take_greeting(struct frame_reader *f)
{
	uint8_t wanted[FRAME_GREETING_LEN];

	if (left(f) < FRAME_GREETING_LEN)
		return 0;
	greeting_of(f->peer, wanted);
	if (memcmp(f->in.data + f->taken, wanted, sizeof(wanted)) != 0)
		return f->err = CS_EFORMAT;
	f->taken += FRAME_GREETING_LEN;
	f->greeted = true;
	return 1;
}

int
frame_next(struct frame_reader *f, const uint8_t **body, size_t *len)
{
	const uint8_t *head;
	uint64_t size = 0;
	int r;

	if (f->err != 0)
		return f->err;
	if (!f->greeted && (r = take_greeting(f)) <= 0)
		return r;
	if (left(f) < FRAME_HEADER_LEN)
		return 0;
	head = f->in.data + f->taken;
	if (head[0] != MESSAGE)
		return f->err = CS_EFORMAT;
	for (int i = 1; i < FRAME_HEADER_LEN; i++)
		size = size << 8 | head[i];
	if (size > f->max)
		return f->err = CS_ETOOBIG;
	if (left(f) - FRAME_HEADER_LEN < size)
		return 0;
	*body = head + FRAME_HEADER_LEN;
	*len = (size_t)size;
	f->taken += FRAME_HEADER_LEN + (size_t)size;
	return 1;
}

void
frame_put_greeting(struct buf *b, enum frame_protocol own)
{
	uint8_t greeting[FRAME_GREETING_LEN];

	greeting_of(own, greeting);
	buf_put_raw(b, greeting, sizeof(greeting));
}

void
frame_put(struct buf *b, const void *body, size_t len)
{
	buf_put_u8(b, MESSAGE);
	for (int shift = 56; shift >= 0; shift -= 8)
		buf_put_u8(b, (uint8_t)((uint64_t)len >> shift));
	buf_put_raw(b, body, len);
}
