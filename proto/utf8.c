/*
 * utf8.c - code points, grapheme clusters and their width in columns. Clusters
 * and widths come from utf8proc, never from the C library: its tables change
 * with the machine, and two people must see the same columns.
 */
#include <string.h>

#include <utf8proc.h>

#include "proto/err.h"
#include "proto/utf8.h"

#define CLUSTER_MAX 64 /* bytes */

/* One column each, and none joins another of them: what nearly every screen is
 * made of. utf8proc's tables would say the same, for a quarter of a megabyte
 * that each editor then has mapped. */
static const struct {
	uint16_t first, last;
} plain[] = {
	{ 0x20, 0x7E },     /* ASCII */
	{ 0xA0, 0xAC },     /* Latin, but for the soft hyphen */
	{ 0xAE, 0x2FF },    /* and what it is written with elsewhere */
	{ 0x2010, 0x2027 }, /* dashes, quotation marks, the ellipsis */
	{ 0x2190, 0x21FF }, /* arrows */
	{ 0x2500, 0x25FC }, /* lines, blocks and shapes */
};

static bool
is_plain(uint32_t cp)
{
	size_t i = 0;

	while (i < sizeof(plain) / sizeof(plain[0]) && cp > plain[i].last)
		i++;
	return i < sizeof(plain) / sizeof(plain[0]) && cp >= plain[i].first;
}

/* Length of the sequence at P[LEN], 0 if it is none (RFC 3629, section 4). */
static size_t
sequence(const uint8_t *p, size_t len)
{
	uint8_t lo = 0x80, hi = 0xBF;
	size_t n;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xC2 || p[0] > 0xF4)
		return 0;
	n = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	if (n > len)
		return 0;
	if (p[0] == 0xE0)
		lo = 0xA0; /* shorter form exists */
	else if (p[0] == 0xED)
		hi = 0x9F; /* surrogates */
	else if (p[0] == 0xF0)
		lo = 0x90; /* shorter form exists */
	else if (p[0] == 0xF4)
		hi = 0x8F; /* above U+10FFFF */
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < n; i++)
		if (utf8_starts(p[i]))
			return 0;
	return n;
}

int
utf8_decode(const void *ptr, size_t len, uint32_t *cp)
{
	static const uint8_t mask[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
	const uint8_t *p = ptr;
	size_t n;

	if (len == 0 || (n = sequence(p, len)) == 0)
		return CS_EUTF8;
	*cp = p[0] & mask[n];
	for (size_t i = 1; i < n; i++)
		*cp = *cp << 6 | (p[i] & 0x3F);
	return (int)n;
}

int
utf8_encode(uint32_t cp, uint8_t *dst)
{
	int n;

	if (cp < 0x80) {
		dst[0] = (uint8_t)cp;
		return 1;
	}
	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		return 0;
	n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	for (int i = n - 1; i > 0; i--, cp >>= 6)
		dst[i] = 0x80 | (cp & 0x3F);
	dst[0] = (uint8_t)((0xF00 >> n) | cp);
	return n;
}

uint32_t
utf8_other_case(uint32_t cp)
{
	uint32_t capital = (uint32_t)utf8proc_toupper((utf8proc_int32_t)cp);

	if (capital != cp)
		return capital;
	return (uint32_t)utf8proc_tolower((utf8proc_int32_t)cp);
}

bool
utf8_valid(const void *ptr, size_t len)
{
	const uint8_t *p = ptr;
	uint64_t word;
	size_t n;

	while (len > 0) {
		if (len >= 8) {
			memcpy(&word, p, 8);
			if ((word & 0x8080808080808080U) == 0) {
				p += 8;
				len -= 8;
				continue;
			}
		}
		if ((n = sequence(p, len)) == 0)
			return false;
		p += n;
		len -= n;
	}
	return true;
}

size_t
utf8_cluster(const void *ptr, size_t len)
{
	const uint8_t *p = ptr;
	utf8proc_int32_t state = 0;
	uint32_t prev, cp;
	size_t at;
	int n;

	/* most of a screen: ASCII but for CR LF never joins ASCII */
	if (len > 0 && p[0] != '\r' && p[0] < 0x80 && (len == 1 || p[1] < 0x80))
		return 1;
	if ((n = utf8_decode(p, len, &prev)) < 0)
		return 1;
	for (at = (size_t)n; at < len; at += (size_t)n, prev = cp) {
		if ((n = utf8_decode(p + at, len - at, &cp)) < 0)
			break;
		if (at + (size_t)n > CLUSTER_MAX)
			break;
		if (is_plain(prev) && is_plain(cp))
			break;
		if (utf8proc_grapheme_break_stateful(
			(utf8proc_int32_t)prev, (utf8proc_int32_t)cp, &state))
			break;
	}
	return at;
}

/* What would hide or reorder other text, or has no width that terminals agree
 * on, if it reached one. */
static bool
is_invisible(uint32_t cp)
{
	static const bool categories[] = { [UTF8PROC_CATEGORY_CC] = true,
		[UTF8PROC_CATEGORY_CF] = true,
		[UTF8PROC_CATEGORY_CN] = true,
		[UTF8PROC_CATEGORY_CS] = true,
		[UTF8PROC_CATEGORY_ZL] = true,
		[UTF8PROC_CATEGORY_ZP] = true };
	unsigned cat = (unsigned)utf8proc_category((utf8proc_int32_t)cp);

	return cat < sizeof(categories) && categories[cat];
}

int
utf8_cp_width(uint32_t cp)
{
	if (is_plain(cp))
		return 1;
	if (cp > 0x10FFFF || is_invisible(cp))
		return -1;
	return utf8proc_charwidth((utf8proc_int32_t)cp);
}

/* What follows the first code point either takes no column or makes a picture
 * (ZWJ, VS16, skin tone, flag) that terminals measure differently and that we
 * therefore draw as its first code point: both ways the first one decides. */
int
utf8_cluster_width(const void *p, size_t len)
{
	uint32_t cp;

	if (utf8_decode(p, len, &cp) < 0)
		return -1;
	return cp == '\t' || cp == '\n' ? 0 : utf8_cp_width(cp);
}
