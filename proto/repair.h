/*
 * repair.h - bytes of a program into UTF-8, piece by piece: a character that is
 * cut in two comes out whole.
 */
#ifndef PROTO_REPAIR_H
#define PROTO_REPAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/buf.h"

/* One stream's; all zero to begin with. */
struct repair {
	uint8_t held[4]; /* what may yet become a character */
	uint8_t n;
};

/* Append P[LEN] to OUT with U+FFFD for each byte that is not UTF-8: at most
 * REPAIR_GROWTH bytes for each. What may become a character at its end waits
 * for what comes, unless this is the END. */
#define REPAIR_GROWTH 3
void repair_feed(
    struct repair *r, const void *p, size_t len, bool end, struct buf *out);

#endif
