/*
 * utf8.h - UTF-8 (RFC 3629), grapheme clusters (UAX 29) and column width.
 * The one place that knows how wide a cluster is drawn.
 */
#ifndef PROTO_UTF8_H
#define PROTO_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decode one code point from P[LEN]; *CP gets it. Returns its length in bytes
 * (1-4), or CS_EUTF8 (also for surrogates, overlong forms, truncation). */
int utf8_decode(const void *p, size_t len, uint32_t *cp);
/* Write CP to DST (4 bytes); returns the length, 0 for what is no scalar. */
int utf8_encode(uint32_t cp, uint8_t *dst);
/* The same letter, small or capital; CP itself if it has no other. */
uint32_t utf8_other_case(uint32_t cp);
bool utf8_valid(const void *p, size_t len);
/* Is B the first byte of a code point (or ASCII)? */
static inline bool
utf8_starts(uint8_t b)
{
	return (b & 0xC0) != 0x80;
}
/* Length in bytes of the grapheme cluster at P[LEN] (LEN > 0); at least 1,
 * also over invalid bytes. A cluster is cut at 64 bytes. */
size_t utf8_cluster(const void *p, size_t len);
/* Columns that CP takes: 0 (combining), 1 or 2; -1 for controls, format
 * characters (bidi controls, zero-width ones, tags, the soft hyphen) and
 * unassigned ones: show them escaped. */
int utf8_cp_width(uint32_t cp);
/* Columns of a cluster as we draw it: its first code point alone decides. Tab
 * and newline: 0; -1 as for utf8_cp_width, and for invalid bytes. */
int utf8_cluster_width(const void *p, size_t len);

#endif
