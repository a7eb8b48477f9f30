/*
 * plain.h - what programs and people write, for a terminal that we do not draw.
 * Text, tabs, newlines and colours (SGR) get through; everything else is shown
 * as symbols, as the editor shows it: ^G, <U+202E>. Pure.
 */
#ifndef CLIENT_PLAIN_H
#define CLIENT_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/buf.h"

#define PLAIN_HELD_MAX 48 /* bytes of an escape sequence */
#define PLAIN_MARKS_MAX 2 /* combining marks on one character */

/* One stream's; all zero to begin with. */
struct plain {
	uint8_t held[PLAIN_HELD_MAX]; /* what may become a colour or CR LF */
	size_t n;
	unsigned marks; /* that may still follow */
	bool coloured;
};

/* Append TEXT[LEN] to OUT. What may become a colour at its end waits. */
void plain_feed(struct plain *p, const void *text, size_t len, struct buf *out);
/* The stream has ended: what waits is shown, and colours are taken back. */
void plain_end(struct plain *p, struct buf *out);

/* JSON TEXT[LEN], as json_print makes it, with what must not reach a terminal
 * as \uXXXX. It is the same JSON. */
void plain_json(const char *text, size_t len, struct buf *out);

#endif
