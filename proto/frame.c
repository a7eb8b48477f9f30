/* frame.c - SP framing as nng 1.x speaks it. */
#include <string.h>

#include "proto/err.h"
#include "proto/frame.h"

#define MESSAGE 1 /* the only type of frame on ipc */
#define LENGTH_LEN 8

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

/* Between two messages a reader keeps no more than this. */
#define FRAME_KEPT (16 * 1024)

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

void
frame_reader_over(struct frame_reader *f, enum frame_over over)
{
	f->over = over;
}

void
frame_reader_limit(struct frame_reader *f, size_t max_body)
{
	f->max = max_body;
	f->in.max = max_body + FRAME_HEADER_LEN + FRAME_FEED_MAX;
}

int
frame_feed(struct frame_reader *f, const void *p, size_t len)
{
	if (f->err != 0)
		return f->err;
	if (f->taken == f->in.len && f->in.cap > FRAME_KEPT)
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

/* Bytes before the length. */
static size_t
type_len(enum frame_over over)
{
	return over == FRAME_IPC ? 1 : 0;
}

int
frame_next(struct frame_reader *f, const uint8_t **body, size_t *len)
{
	size_t type = type_len(f->over), header = type + LENGTH_LEN;
	const uint8_t *head;
	uint64_t size = 0;
	int r;

	if (f->err != 0)
		return f->err;
	if (!f->greeted && (r = take_greeting(f)) <= 0)
		return r;
	if (left(f) < header)
		return 0;
	head = f->in.data + f->taken;
	if (type > 0 && head[0] != MESSAGE)
		return f->err = CS_EFORMAT;
	for (size_t i = type; i < header; i++)
		size = size << 8 | head[i];
	if (size > f->max)
		return f->err = CS_ETOOBIG;
	if (left(f) - header < size)
		return 0;
	*body = head + header;
	*len = (size_t)size;
	f->taken += header + (size_t)size;
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
frame_put(struct buf *b, enum frame_over over, const void *body, size_t len)
{
	if (type_len(over) > 0)
		buf_put_u8(b, MESSAGE);
	for (int shift = 56; shift >= 0; shift -= 8)
		buf_put_u8(b, (uint8_t)((uint64_t)len >> shift));
	buf_put_raw(b, body, len);
}
