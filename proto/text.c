/*
 * text.c - a gap buffer with three parallel things: the bytes, the author of
 * each byte (same gap), and the positions of newlines.
 *
 * Newlines are kept in a second gap buffer, split at some offset: those before
 * the split as distance from the start of the text, those after it as distance
 * from its end. So an edit at the split changes no entry but its own lines, and
 * an edit elsewhere first moves the split there, which costs only the lines in
 * between. Typing on one line therefore never touches the index.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/err.h"
#include "proto/text.h"
#include "proto/utf8.h"

#define CLUSTER_WINDOW 64    /* bytes a cluster may have, see utf8_cluster */
#define CLUSTER_LOOKBACK 256 /* bytes to search for a safe place to start */

struct text {
	uint8_t *bytes, *sites; /* cap each */
	size_t len, gap, cap;   /* gap: where it starts; cap - len: its size */
	uint32_t *lines;        /* newlines; lines_cap */
	size_t nlow, nhigh;     /* entries before and after the split */
	size_t lines_cap;
};

int
text_new(struct text **out)
{
	*out = calloc(1, sizeof(**out));
	return *out == NULL ? CS_ENOMEM : 0;
}

void
text_free(struct text *t)
{
	if (t == NULL)
		return;
	free(t->bytes);
	free(t->sites);
	free(t->lines);
	free(t);
}

size_t
text_len(const struct text *t)
{
	return t->len;
}

/* Index into the arrays of the byte at POS. */
static inline size_t
slot(const struct text *t, size_t pos)
{
	return pos < t->gap ? pos : pos + (t->cap - t->len);
}

static void
gap_move(struct text *t, size_t pos)
{
	size_t size = t->cap - t->len, n;

	if (pos < t->gap) {
		n = t->gap - pos;
		memmove(t->bytes + pos + size, t->bytes + pos, n);
		memmove(t->sites + pos + size, t->sites + pos, n);
	} else if (pos > t->gap) {
		n = pos - t->gap;
		memmove(t->bytes + t->gap, t->bytes + t->gap + size, n);
		memmove(t->sites + t->gap, t->sites + t->gap + size, n);
	}
	t->gap = pos;
}

/* Give one of the parallel arrays the capacity CAP, its gap at the end. */
static int
array_grow(uint8_t **array, size_t cap)
{
	uint8_t *p = realloc(*array, cap);

	if (p == NULL)
		return CS_ENOMEM;
	*array = p;
	return 0;
}

static int
bytes_reserve(struct text *t, size_t len)
{
	size_t cap, gap = t->gap;

	if (len <= t->cap - t->len)
		return 0;
	/* An eighth of slack: amortised, and the document stays near twice its
	 * size in memory. */
	cap = t->len + len + (t->len + len) / 8 + 64;
	gap_move(t, t->len);
	if (array_grow(&t->bytes, cap) < 0 || array_grow(&t->sites, cap) < 0) {
		gap_move(t, gap);
		return CS_ENOMEM;
	}
	t->cap = cap;
	return 0;
}

static int
lines_reserve(struct text *t, size_t n)
{
	size_t used = t->nlow + t->nhigh, cap;
	uint32_t *p;

	if (n <= t->lines_cap - used)
		return 0;
	cap = used + n + (used + n) / 4 + 16;
	if ((p = malloc(cap * sizeof(*p))) == NULL)
		return CS_ENOMEM;
	if (t->nlow > 0)
		memcpy(p, t->lines, t->nlow * sizeof(*p));
	if (t->nhigh > 0)
		memcpy(p + cap - t->nhigh, t->lines + t->lines_cap - t->nhigh,
		    t->nhigh * sizeof(*p));
	free(t->lines);
	t->lines = p;
	t->lines_cap = cap;
	return 0;
}

int
text_reserve(struct text *t, size_t len, size_t lines)
{
	int r;

	if ((r = bytes_reserve(t, len)) < 0)
		return r;
	return lines_reserve(t, lines);
}

/* Position of the first newline after the split. */
static inline size_t
line_high(const struct text *t)
{
	return t->len - t->lines[t->lines_cap - t->nhigh];
}

/* Move the split of the line index to POS. */
static void
lines_split(struct text *t, size_t pos)
{
	while (t->nlow > 0 && t->lines[t->nlow - 1] >= pos) {
		t->nlow--;
		t->nhigh++;
		t->lines[t->lines_cap - t->nhigh] =
		    (uint32_t)(t->len - t->lines[t->nlow]);
	}
	while (t->nhigh > 0 && line_high(t) < pos) {
		t->lines[t->nlow++] = (uint32_t)line_high(t);
		t->nhigh--;
	}
}

/* The index for a splice at POS; the text still has its old length. */
static void
lines_splice(
    struct text *t, size_t pos, size_t del, const uint8_t *ins, size_t ins_len)
{
	const uint8_t *p = ins, *end = ins + ins_len;

	lines_split(t, pos);
	while (t->nhigh > 0 && line_high(t) < pos + del)
		t->nhigh--;
	if (ins_len == 1) {
		if (*ins == '\n')
			t->lines[t->nlow++] = (uint32_t)pos;
		return;
	}
	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL)
		t->lines[t->nlow++] = (uint32_t)(pos + (size_t)(p++ - ins));
}

/* The splice itself, for who has checked and reserved. The authors of the new
 * bytes are left to be filled in; returns where. */
static uint8_t *
splice(
    struct text *t, size_t pos, size_t del, const uint8_t *ins, size_t ins_len)
{
	uint8_t *sites;

	lines_splice(t, pos, del, ins, ins_len);
	if (pos + del == t->gap && del > 0)
		t->gap = pos; /* backspace: the gap just grows */
	else
		gap_move(t, pos);
	t->len -= del;
	if (ins_len == 1)
		t->bytes[pos] = *ins;
	else if (ins_len > 0)
		memcpy(t->bytes + pos, ins, ins_len);
	sites = t->sites + pos;
	t->gap += ins_len;
	t->len += ins_len;
	return sites;
}

void
text_splice_reserved(struct text *t, size_t pos, size_t del, const void *ins,
    size_t ins_len, uint8_t site)
{
	uint8_t *sites;

	if (del == 0 && ins_len == 0)
		return;
	sites = splice(t, pos, del, ins, ins_len);
	if (ins_len == 1)
		*sites = site;
	else if (ins_len > 0)
		memset(sites, site, ins_len);
}

static size_t
count_newlines(const uint8_t *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += p[i] == '\n';
	return n;
}

/* Everything that can fail about a splice. */
static int
splice_prepare(
    struct text *t, size_t pos, size_t del, const uint8_t *ins, size_t ins_len)
{
	if (pos > t->len || del > t->len - pos)
		return CS_ERANGE;
	if (!text_is_boundary(t, pos) ||
	    (del > 0 && !text_is_boundary(t, pos + del)))
		return CS_EBOUNDARY;
	if (ins_len == 0)
		return 0;
	if (ins_len == 1 && ins[0] < 0x80 && t->len < TEXT_MAX &&
	    t->len < t->cap && t->nlow + t->nhigh < t->lines_cap)
		return 0; /* a key, and there is room */
	if (!utf8_valid(ins, ins_len))
		return CS_EUTF8;
	if (ins_len > TEXT_MAX || t->len - del + ins_len > TEXT_MAX)
		return CS_ETOOBIG;
	return text_reserve(t, ins_len, count_newlines(ins, ins_len));
}

int
text_splice(struct text *t, size_t pos, size_t del, const void *ins,
    size_t ins_len, uint8_t site)
{
	int r;

	if ((r = splice_prepare(t, pos, del, ins, ins_len)) < 0)
		return r;
	text_splice_reserved(t, pos, del, ins, ins_len, site);
	return 0;
}

int
text_splice_authored(struct text *t, size_t pos, size_t del, const void *ins,
    const uint8_t *sites, size_t ins_len)
{
	uint8_t *dst;
	int r;

	if ((r = splice_prepare(t, pos, del, ins, ins_len)) < 0)
		return r;
	if (del == 0 && ins_len == 0)
		return 0;
	dst = splice(t, pos, del, ins, ins_len);
	if (ins_len > 0)
		memcpy(dst, sites, ins_len);
	return 0;
}

void
text_set_authors(struct text *t, size_t pos, const uint8_t *sites, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (sites[i] != 0)
			t->sites[slot(t, pos + i)] = sites[i];
}

int
text_copy(const struct text *t, size_t pos, size_t len, void *dst)
{
	uint8_t *out = dst;
	size_t n;

	if (pos > t->len || len > t->len - pos)
		return CS_ERANGE;
	if (len == 0)
		return 0;
	n = pos < t->gap ? t->gap - pos : 0;
	if (n > len)
		n = len;
	if (n > 0)
		memcpy(out, t->bytes + pos, n);
	if (n < len)
		memcpy(out + n, t->bytes + slot(t, pos + n), len - n);
	return 0;
}

const uint8_t *
text_span(const struct text *t, size_t pos, size_t *len)
{
	static const uint8_t nothing;

	if (pos >= t->len) {
		*len = 0;
		return &nothing;
	}
	*len = pos < t->gap ? t->gap - pos : t->len - pos;
	return t->bytes + slot(t, pos);
}

int
text_byte(const struct text *t, size_t pos)
{
	return pos < t->len ? t->bytes[slot(t, pos)] : -1;
}

bool
text_is_boundary(const struct text *t, size_t pos)
{
	if (pos >= t->len)
		return pos == t->len;
	return utf8_starts(t->bytes[slot(t, pos)]);
}

/* An ASCII byte that never joins with what stands beside it. */
static bool
is_plain(int byte)
{
	return byte >= 0 && byte < 0x80 && byte != '\r' && byte != '\n';
}

/* A place at or before POS where a cluster surely starts: after a newline, or
 * between two plain bytes, as far as the window reaches. */
static size_t
cluster_start(const struct text *t, size_t pos)
{
	size_t at = pos, low;

	low = pos > CLUSTER_LOOKBACK ? pos - CLUSTER_LOOKBACK : 0;
	while (at > low) {
		if (text_byte(t, at - 1) == '\n' && at < pos)
			return at;
		if (at < pos && is_plain(text_byte(t, at)) &&
		    is_plain(text_byte(t, at - 1)))
			return at;
		at--;
	}
	while (!text_is_boundary(t, at))
		at++;
	return at;
}

size_t
text_next(const struct text *t, size_t pos)
{
	uint8_t window[CLUSTER_WINDOW + 4];
	int here = text_byte(t, pos), after;
	size_t n;

	if (here < 0)
		return t->len;
	after = text_byte(t, pos + 1);
	if (is_plain(here) && after < 0x80) /* -1: nothing follows */
		return pos + 1;
	n = t->len - pos < sizeof(window) ? t->len - pos : sizeof(window);
	text_copy(t, pos, n, window);
	return pos + utf8_cluster(window, n);
}

size_t
text_prev(const struct text *t, size_t pos)
{
	size_t at, next;

	if (pos > t->len)
		pos = t->len;
	if (pos == 0)
		return 0;
	at = cluster_start(t, pos);
	while ((next = text_next(t, at)) < pos)
		at = next;
	return at;
}

/* Position of newline I. */
static inline size_t
newline(const struct text *t, size_t i)
{
	if (i < t->nlow)
		return t->lines[i];
	return t->len - t->lines[t->lines_cap - t->nhigh + (i - t->nlow)];
}

size_t
text_line_count(const struct text *t)
{
	return t->nlow + t->nhigh + 1;
}

size_t
text_line_start(const struct text *t, size_t line)
{
	if (line == 0)
		return 0;
	if (line > t->nlow + t->nhigh)
		return t->len;
	return newline(t, line - 1) + 1;
}

size_t
text_line_end(const struct text *t, size_t line)
{
	if (line >= t->nlow + t->nhigh)
		return t->len;
	return newline(t, line);
}

size_t
text_line_of(const struct text *t, size_t pos)
{
	size_t low = 0, high = t->nlow + t->nhigh, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (newline(t, mid) < pos)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

size_t
text_author_run(const struct text *t, size_t pos, size_t max)
{
	size_t end = pos, stop;
	uint8_t site;

	if (pos >= t->len)
		return 0;
	stop = max < t->len - pos ? pos + max : t->len;
	site = t->sites[slot(t, pos)];
	while (end < stop && t->sites[slot(t, end)] == site)
		end++;
	return end - pos;
}

uint8_t
text_author(const struct text *t, size_t pos, size_t *len)
{
	if (len != NULL)
		*len = text_author_run(t, pos, t->len);
	return pos < t->len ? t->sites[slot(t, pos)] : 0;
}

bool
text_equal(const struct text *a, const struct text *b)
{
	const uint8_t *p, *q;
	size_t n, m;

	if (a->len != b->len)
		return false;
	for (size_t at = 0; at < a->len; at += n) {
		p = text_span(a, at, &n);
		q = text_span(b, at, &m);
		n = n < m ? n : m;
		if (memcmp(p, q, n) != 0)
			return false;
	}
	return true;
}
