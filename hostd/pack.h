/*
 * pack.h - bytes made small, and back: the blocks of a sealed log. Pure.
 *
 *	u8 PACK_MARK, varint length of the plain bytes, then a zlib stream
 *	(RFC 1950), whose checksum notices damage
 */
#ifndef HOSTD_PACK_H
#define HOSTD_PACK_H

#include <stdbool.h>

#include "proto/buf.h"

#define PACK_MARK 0xD5 /* no version of a chunk begins so */

/* Are these bytes packed? */
bool pack_is(const void *bytes, size_t len);
/* Append BYTES[LEN], packed, to OUT. CS_ENOMEM, CS_ETOOBIG (OUT's maximum). */
int pack_add(const void *bytes, size_t len, struct buf *out);
/* Append the plain bytes, at most MAX of them, to OUT. CS_EFORMAT (damaged),
 * CS_ETOOBIG (over MAX or OUT's maximum), CS_ENOMEM; then OUT is as it was but
 * for its err. */
int pack_get(const void *bytes, size_t len, size_t max, struct buf *out);

#endif
