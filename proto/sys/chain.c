/* chain.c - a log's head. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/err.h"
#include "proto/sys/chain.h"
#include "proto/sys/util.h"

void
chain_init(struct chain *c)
{
	memset(c, 0, sizeof(*c));
	buf_init(&c->one, CHUNK_MAX + DIGEST_LEN);
}

void
chain_release(struct chain *c)
{
	buf_release(&c->one);
}

/* The head before goes first, then the record's bytes. */
static void
begin(struct chain *c)
{
	buf_clear(&c->one);
	buf_put_raw(&c->one, c->head, DIGEST_LEN);
}

static int
end(struct chain *c)
{
	if (c->one.err != 0)
		return c->one.err;
	digest_sha256(c->one.data, c->one.len, c->head);
	c->rev++;
	return 0;
}

int
chain_add(struct chain *c, const struct record *r)
{
	struct chunk_writer w;

	if (r->rev != c->rev + 1)
		return CS_EINVAL;
	begin(c);
	chunk_begin(&w, &c->one, r->rev, r->at_ms);
	chunk_add(&w, r);
	return end(c);
}

const uint8_t *
chain_bytes(const struct chain *c, size_t *len)
{
	*len = c->one.len - DIGEST_LEN;
	return c->one.data + DIGEST_LEN;
}

int
chain_add_bytes(
    struct chain *c, const void *bytes, size_t len, struct record *r)
{
	struct chunk_reader cr;
	int err;

	if ((err = chunk_open(&cr, bytes, len)) < 0 ||
	    (err = chunk_next(&cr, r)) < 0)
		return err;
	if (err != 1 || cr.in.p != cr.in.end || r->rev != c->rev + 1)
		return CS_EINVAL;
	begin(c);
	buf_put_raw(&c->one, bytes, len);
	return end(c);
}

void
head_text(const struct head *h, char dst[HEAD_TEXT_SIZE])
{
	char hex[DIGEST_HEX_SIZE];

	digest_hex(h->sha256, hex, sizeof(hex));
	snprintf(dst, HEAD_TEXT_SIZE,
	    "codesync-log 1\nroom %s\nrevision %llu\nsha256 %s\nsigned %s\n",
	    h->room, (unsigned long long)h->rev, hex, h->at);
}

/* What stands in TEXT behind the line that begins with KEY, up to its end, into
 * DST[SIZE]. */
static int
line_of(const char *text, const char *key, char *dst, size_t size)
{
	const char *at = strstr(text, key);
	size_t len;

	if (at == NULL)
		return CS_EFORMAT;
	at += strlen(key);
	len = strcspn(at, "\n");
	if (len >= size)
		return CS_EFORMAT;
	memcpy(dst, at, len);
	dst[len] = '\0';
	return 0;
}

static bool
is_time(const char *at)
{
	static const char form[] = "0000-00-00T00:00:00.000Z";
	size_t i;

	for (i = 0; form[i] != '\0'; i++)
		if (form[i] == '0' ? at[i] < '0' || at[i] > '9'
				   : at[i] != form[i])
			return false;
	return at[i] == '\0';
}

int
head_parse(const char *text, size_t len, struct head *h)
{
	char copy[HEAD_TEXT_SIZE], again[HEAD_TEXT_SIZE];
	char rev[24], hex[DIGEST_HEX_SIZE];

	memset(h, 0, sizeof(*h));
	if (len >= sizeof(copy) || memchr(text, '\0', len) != NULL)
		return CS_EFORMAT;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (line_of(copy, "\nroom ", h->room, sizeof(h->room)) < 0 ||
	    line_of(copy, "\nrevision ", rev, sizeof(rev)) < 0 ||
	    line_of(copy, "\nsha256 ", hex, sizeof(hex)) < 0 ||
	    line_of(copy, "\nsigned ", h->at, sizeof(h->at)) < 0 ||
	    parse_num(rev, 0, REV_MAX, &h->rev) < 0 ||
	    digest_parse(hex, h->sha256) < 0 ||
	    (strcmp(h->at, HEAD_NEVER) != 0 && !is_time(h->at)))
		return CS_EFORMAT;
	/* there is one form only */
	head_text(h, again);
	return strcmp(copy, again) == 0 ? 0 : CS_EFORMAT;
}
