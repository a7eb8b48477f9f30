/* repair.c - bytes into UTF-8. */
#include <string.h>

#include "proto/repair.h"
#include "proto/utf8.h"

/* Could P[LEN] be the beginning of a character that is not all there? */
static bool
unfinished(const uint8_t *p, size_t len)
{
	size_t want = p[0] >= 0xF0 && p[0] <= 0xF4  ? 4
		      : p[0] >= 0xE0 && p[0] < 0xF0 ? 3
		      : p[0] >= 0xC2 && p[0] < 0xE0 ? 2
						    : 0;

	if (len >= want)
		return false;
	for (size_t i = 1; i < len; i++)
		if (utf8_starts(p[i]))
			return false;
	return true;
}

/* Returns how much of P[LEN] is left, unfinished. */
static size_t
put_valid(struct buf *out, const uint8_t *p, size_t len, bool end)
{
	uint32_t cp;
	int n;

	while (len > 0) {
		if ((n = utf8_decode(p, len, &cp)) > 0) {
			buf_put_raw(out, p, (size_t)n);
		} else if (!end && unfinished(p, len)) {
			return len;
		} else {
			buf_put_raw(out, "\xEF\xBF\xBD", 3);
			n = 1;
		}
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Complete what is held, byte by byte; returns how many of P[LEN] it took. */
static size_t
put_held(struct repair *r, const uint8_t *p, size_t len, struct buf *out)
{
	size_t took = 0, left;

	while (r->n > 0 && took < len) {
		r->held[r->n++] = p[took++];
		left = put_valid(out, r->held, r->n, false);
		memmove(r->held, r->held + r->n - left, left);
		r->n = (uint8_t)left;
	}
	return took;
}

void
repair_feed(
    struct repair *r, const void *p, size_t len, bool end, struct buf *out)
{
	const uint8_t *at = p;
	size_t n = put_held(r, at, len, out);

	if (len > n) { /* then nothing is held */
		at += n;
		len -= n;
		n = put_valid(out, at, len, end);
		memcpy(r->held, at + len - n, n);
		r->n = (uint8_t)n;
	}
	if (end && r->n > 0) {
		put_valid(out, r->held, r->n, true);
		r->n = 0;
	}
}
