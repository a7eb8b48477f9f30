/* authors.c - the coding of who wrote what. */
#include <string.h>

#include "proto/authors.h"
#include "proto/err.h"

static void
put_run(struct buf *b, uint8_t site, size_t len)
{
	buf_put_u8(b, site);
	buf_put_varint(b, len);
}

void
authors_put(struct buf *b, const uint8_t *sites, size_t len)
{
	size_t end;

	for (size_t at = 0; at < len && b->err == 0; at = end) {
		end = at + 1;
		while (end < len && sites[end] == sites[at])
			end++;
		put_run(b, sites[at], end - at);
	}
}

void
authors_put_text(struct buf *b, const struct text *t)
{
	size_t len = text_len(t), n;
	uint8_t site;

	for (size_t at = 0; at < len && b->err == 0; at += n) {
		site = text_author(t, at, &n);
		put_run(b, site, n);
	}
}

void
authors_get(struct buf_in *in, uint8_t *sites, size_t len)
{
	uint8_t site;
	size_t n;

	for (size_t at = 0; at < len && in->err == 0; at += n) {
		site = buf_get_u8(in);
		n = (size_t)buf_get_max(in, len - at);
		if (n == 0)
			in->err = in->err != 0 ? in->err : CS_EFORMAT;
		memset(sites + at, site, n);
	}
}
