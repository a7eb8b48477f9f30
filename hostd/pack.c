/* pack.c - bytes made small by zlib; no other file of the hub includes it. */
#include <zlib.h>

#include "hostd/pack.h"
#include "proto/err.h"

/* The best level that takes a few milliseconds for a block of 64 KiB, and a
 * fast one for what is much larger: nobody types meanwhile. */
#define LEVEL 7
#define LARGE (128 * 1024)
#define LEVEL_LARGE 1

bool
pack_is(const void *bytes, size_t len)
{
	return len > 0 && *(const uint8_t *)bytes == PACK_MARK;
}

int
pack_add(const void *bytes, size_t len, struct buf *out)
{
	uLongf n = compressBound(len);
	uint8_t *dst;

	buf_put_u8(out, PACK_MARK);
	buf_put_varint(out, len);
	if ((dst = buf_reserve(out, n)) == NULL)
		return out->err;
	out->len -= n;
	if (compress2(dst, &n, bytes, len, len > LARGE ? LEVEL_LARGE : LEVEL) !=
	    Z_OK)
		return out->err = CS_ENOMEM; /* the one reason that is left */
	out->len += n;
	return 0;
}

int
pack_get(const void *bytes, size_t len, size_t max, struct buf *out)
{
	size_t was = out->len, want;
	struct buf_in in;
	uLongf got;
	uLong used;
	uint8_t *dst;
	int r;

	buf_in_init(&in, bytes, len);
	if (buf_get_u8(&in) != PACK_MARK)
		return CS_EFORMAT;
	want = (size_t)buf_get_max(&in, max);
	if (in.err != 0)
		return in.err;
	if (want == 0)
		return CS_EFORMAT;
	if ((dst = buf_reserve(out, want)) == NULL)
		return out->err;
	got = want;
	used = buf_left(&in);
	r = uncompress2(dst, &got, in.p, &used);
	if (r == Z_OK && got == want && used == buf_left(&in))
		return 0;
	out->len = was;
	return r == Z_MEM_ERROR ? CS_ENOMEM : CS_EFORMAT;
}
