/*
 * buf.c - bounded output and input of bytes. Every length that comes from a
 * peer passes through the getters here, so this is the one place that has to
 * be right about bounds.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/buf.h"
#include "proto/err.h"
#include "proto/utf8.h"

#define VARINT_MAX_LEN 10

void
buf_init(struct buf *b, size_t max)
{
	memset(b, 0, sizeof(*b));
	b->max = max;
}

void
buf_release(struct buf *b)
{
	size_t max = b->max;

	free(b->data);
	buf_init(b, max);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->err = 0;
}

/* Make the memory hold LEN more bytes; false leaves the error in B. */
static bool
buf_grow(struct buf *b, size_t len)
{
	size_t cap;
	uint8_t *data;

	if (len > b->max || b->len > b->max - len) {
		b->err = CS_ETOOBIG;
		return false;
	}
	cap = b->cap < 64 ? 64 : b->cap;
	while (cap < b->len + len)
		cap += cap / 2;
	if (cap > b->max)
		cap = b->max;
	if ((data = realloc(b->data, cap)) == NULL) {
		b->err = CS_ENOMEM;
		return false;
	}
	b->data = data;
	b->cap = cap;
	return true;
}

static inline uint8_t *
reserve(struct buf *b, size_t len)
{
	uint8_t *p;

	if (b->err != 0)
		return NULL;
	if (len > b->cap - b->len && !buf_grow(b, len))
		return NULL;
	p = b->data + b->len;
	b->len += len;
	return p;
}

uint8_t *
buf_reserve(struct buf *b, size_t len)
{
	/* Also for LEN 0 the pointer must be one, not NULL. */
	if (b->data == NULL && b->err == 0 && !buf_grow(b, len > 0 ? len : 1))
		return NULL;
	return reserve(b, len);
}

void
buf_put_u8(struct buf *b, uint8_t v)
{
	uint8_t *p = reserve(b, 1);

	if (p != NULL)
		*p = v;
}

/* The low LEN bytes of V, the lowest first. */
static void
put_le(struct buf *b, uint64_t v, size_t len)
{
	uint8_t *p = reserve(b, len);

	if (p == NULL)
		return;
	for (size_t i = 0; i < len; i++, v >>= 8)
		p[i] = v & 0xFF;
}

void
buf_put_u16(struct buf *b, uint16_t v)
{
	put_le(b, v, 2);
}

void
buf_put_u32(struct buf *b, uint32_t v)
{
	put_le(b, v, 4);
}

void
buf_put_u64(struct buf *b, uint64_t v)
{
	put_le(b, v, 8);
}

static void
put_varint_slow(struct buf *b, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		buf_put_u8(b, 0x80 | (v & 0x7F));
	buf_put_u8(b, (uint8_t)v);
}

void
buf_put_varint(struct buf *b, uint64_t v)
{
	size_t len = b->len;
	uint8_t *p;

	/* Room for the longest first, so that the loop has nothing to check;
	 * near the maximum that may not fit though the number does. */
	if (b->err != 0)
		return;
	if (b->cap - len < VARINT_MAX_LEN &&
	    (b->max - len < VARINT_MAX_LEN || !buf_grow(b, VARINT_MAX_LEN))) {
		put_varint_slow(b, v);
		return;
	}
	p = b->data + len;
	for (; v >= 0x80; v >>= 7)
		*p++ = 0x80 | (v & 0x7F);
	*p++ = (uint8_t)v;
	b->len = (size_t)(p - b->data);
}

void
buf_put_zigzag(struct buf *b, int64_t v)
{
	buf_put_varint(b, ((uint64_t)v << 1) ^ (v < 0 ? UINT64_MAX : 0));
}

void
buf_put_raw(struct buf *b, const void *p, size_t len)
{
	uint8_t *dst;

	if (len == 0 || (dst = reserve(b, len)) == NULL)
		return;
	if (len == 1)
		*dst = *(const uint8_t *)p;
	else
		memcpy(dst, p, len);
}

void
buf_put_bytes(struct buf *b, const void *p, size_t len)
{
	buf_put_varint(b, len);
	buf_put_raw(b, p, len);
}

void
buf_put_str(struct buf *b, const char *s)
{
	buf_put_bytes(b, s, strlen(s));
}

void
buf_consume(struct buf *b, size_t len)
{
	if (len >= b->len) {
		b->len = 0;
		return;
	}
	memmove(b->data, b->data + len, b->len - len);
	b->len -= len;
}

void
buf_in_init(struct buf_in *in, const void *p, size_t len)
{
	in->p = p;
	in->end = len > 0 ? in->p + len : in->p;
	in->err = 0;
}

/* LEN bytes or NULL with the error set. */
static inline const uint8_t *
take(struct buf_in *in, size_t len)
{
	const uint8_t *p = in->p;

	if (in->err != 0)
		return NULL;
	if (len > (size_t)(in->end - in->p)) {
		in->err = CS_EFORMAT;
		return NULL;
	}
	if (len > 0)
		in->p += len;
	return p;
}

uint8_t
buf_get_u8(struct buf_in *in)
{
	if (in->err != 0)
		return 0;
	if (in->p == in->end) {
		in->err = CS_EFORMAT;
		return 0;
	}
	return *in->p++;
}

bool
buf_get_bool(struct buf_in *in)
{
	uint8_t v = buf_get_u8(in);

	if (v > 1)
		in->err = CS_EFORMAT;
	return v == 1;
}

static uint64_t
get_le(struct buf_in *in, size_t len)
{
	const uint8_t *p = take(in, len);
	uint64_t v = 0;

	if (p == NULL)
		return 0;
	for (size_t i = len; i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

uint16_t
buf_get_u16(struct buf_in *in)
{
	return (uint16_t)get_le(in, 2);
}

uint32_t
buf_get_u32(struct buf_in *in)
{
	return (uint32_t)get_le(in, 4);
}

uint64_t
buf_get_u64(struct buf_in *in)
{
	return get_le(in, 8);
}

static inline uint64_t
get_varint(struct buf_in *in)
{
	const uint8_t *p = in->p;
	uint64_t v = 0;
	uint8_t byte;

	if (in->err != 0)
		return 0;
	for (unsigned shift = 0; p < in->end && shift < 64; shift += 7) {
		byte = *p++;
		v |= (uint64_t)(byte & 0x7F) << shift;
		if (byte >= 0x80)
			continue;
		/* The tenth byte holds one bit; a last byte of 0 would be a
		 * second form of a shorter number. */
		if ((shift == 63 && byte > 1) || (byte == 0 && shift > 0))
			break;
		in->p = p;
		return v;
	}
	in->err = CS_EFORMAT;
	return 0;
}

uint64_t
buf_get_varint(struct buf_in *in)
{
	return get_varint(in);
}

static inline uint64_t
get_max(struct buf_in *in, uint64_t max)
{
	uint64_t v = get_varint(in);

	if (v <= max)
		return v;
	in->err = CS_ETOOBIG;
	return 0;
}

uint64_t
buf_get_max(struct buf_in *in, uint64_t max)
{
	return get_max(in, max);
}

uint32_t
buf_get_varint32(struct buf_in *in)
{
	return (uint32_t)buf_get_max(in, UINT32_MAX);
}

int64_t
buf_get_zigzag(struct buf_in *in)
{
	uint64_t v = get_varint(in);

	return (int64_t)((v >> 1) ^ ((v & 1) ? UINT64_MAX : 0));
}

const uint8_t *
buf_get_raw(struct buf_in *in, size_t len)
{
	return take(in, len);
}

const uint8_t *
buf_get_bytes(struct buf_in *in, size_t max, size_t *len)
{
	const uint8_t *p;

	*len = (size_t)get_max(in, max);
	if ((p = take(in, *len)) == NULL)
		*len = 0;
	return p;
}

void
buf_get_str(struct buf_in *in, char *dst, size_t size)
{
	const uint8_t *p;
	size_t len;

	dst[0] = '\0';
	p = buf_get_bytes(in, size - 1, &len);
	if (in->err != 0 || len == 0)
		return;
	if (memchr(p, '\0', len) != NULL) {
		in->err = CS_EFORMAT;
		return;
	}
	if (!utf8_valid(p, len)) {
		in->err = CS_EUTF8;
		return;
	}
	memcpy(dst, p, len);
	dst[len] = '\0';
}

size_t
buf_left(const struct buf_in *in)
{
	return in->err != 0 ? 0 : (size_t)(in->end - in->p);
}

int
buf_get_end(const struct buf_in *in)
{
	if (in->err != 0)
		return in->err;
	return in->p == in->end ? 0 : CS_EFORMAT;
}
