/* plain.c - a filter for terminals. */
#include <stdio.h>
#include <string.h>

#include "client/plain.h"
#include "proto/utf8.h"

#define ESC 0x1B

static void
put_text(struct buf *out, const char *text)
{
	buf_put_raw(out, text, strlen(text));
}

static void
put_symbol(struct buf *out, uint32_t cp)
{
	char text[16];

	if (cp < 0x20 || cp == 0x7F)
		snprintf(text, sizeof(text), "^%c", (char)(cp ^ 0x40));
	else
		snprintf(text, sizeof(text), "<U+%04X>", (unsigned)cp);
	put_text(out, text);
}

/* It became no colour after all; only its first byte is a control. */
static void
show_held(struct plain *p, struct buf *out)
{
	if (p->n == 0)
		return;
	put_symbol(out, p->held[0]);
	buf_put_raw(out, p->held + 1, p->n - 1);
	p->marks = 0;
	p->n = 0;
}

/* Does CP go on with what is held? If it ends it, that is written. */
static bool
take_held(struct plain *p, uint32_t cp, struct buf *out)
{
	bool parameter = (cp >= '0' && cp <= '9') || cp == ';' || cp == ':';

	if (p->n == 0)
		return false;
	if (p->held[0] == '\r' && cp == '\n') {
		p->n = 0; /* a newline like any other */
		return false;
	}
	if (p->held[0] == ESC && p->n < sizeof(p->held) &&
	    (p->n == 1 ? cp == '[' : parameter)) {
		p->held[p->n++] = (uint8_t)cp;
		return true;
	}
	if (p->n > 1 && cp == 'm') {
		buf_put_raw(out, p->held, p->n);
		put_text(out, "m");
		p->coloured = true;
		p->n = 0;
		return true;
	}
	show_held(p, out);
	return false;
}

static void
take(struct plain *p, uint32_t cp, const uint8_t *bytes, size_t len,
    struct buf *out)
{
	int width = utf8_cp_width(cp);

	if (take_held(p, cp, out))
		return;
	if (cp == ESC || cp == '\r') {
		p->held[p->n++] = (uint8_t)cp;
	} else if (cp == '\n' || cp == '\t') {
		buf_put_raw(out, bytes, len);
		p->marks = 0;
	} else if (width < 0) {
		put_symbol(out, cp);
		p->marks = 0;
	} else if (width > 0) {
		buf_put_raw(out, bytes, len);
		p->marks = PLAIN_MARKS_MAX;
	} else if (p->marks > 0) {
		buf_put_raw(out, bytes, len);
		p->marks--;
	}
}

void
plain_feed(struct plain *p, const void *text, size_t len, struct buf *out)
{
	static const uint8_t replacement[] = { 0xEF, 0xBF, 0xBD };
	const uint8_t *at = text;
	uint32_t cp;
	int n;

	for (; len > 0; at += n, len -= (size_t)n) {
		if ((n = utf8_decode(at, len, &cp)) > 0) {
			take(p, cp, at, (size_t)n, out);
			continue;
		}
		n = 1;
		take(p, 0xFFFD, replacement, sizeof(replacement), out);
	}
}

void
plain_end(struct plain *p, struct buf *out)
{
	show_held(p, out);
	if (p->coloured)
		put_text(out, "\x1B[0m");
	p->coloured = false;
}

static void
put_json_escape(struct buf *out, uint32_t cp)
{
	char text[16];

	if (cp > 0xFFFF)
		snprintf(text, sizeof(text), "\\u%04X\\u%04X",
		    0xD800 + (unsigned)((cp - 0x10000) >> 10),
		    0xDC00 + (unsigned)((cp - 0x10000) & 0x3FF));
	else
		snprintf(text, sizeof(text), "\\u%04X", (unsigned)cp);
	put_text(out, text);
}

void
plain_json(const char *text, size_t len, struct buf *out)
{
	uint32_t cp;
	int n;

	/* C0 is escaped already: jansson writes no other kind of JSON */
	for (; len > 0; text += n, len -= (size_t)n) {
		if ((n = utf8_decode(text, len, &cp)) <= 0) {
			n = 1;
			cp = 0xFFFD;
		}
		if (utf8_cp_width(cp) < 0)
			put_json_escape(out, cp);
		else
			buf_put_raw(out, text, (size_t)n);
	}
}
