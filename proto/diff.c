/*
 * diff.c - what two texts have in common.
 *
 * Both are cut into pieces: words and single other bytes, or lines. In the grid
 * of pieces a way leads from the top left, right for a piece that goes and down
 * for one that comes, and for free along a diagonal of equal pieces. reach[k] is
 * how far right one gets on diagonal k with so many edits; the reaches of all
 * steps are kept, to walk the shortest way back.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/diff.h"
#include "proto/err.h"
#include "proto/op.h"

/* Where each piece begins, and after the last the end. */
struct pieces {
	const uint8_t *text;
	uint32_t *start;
	int n;
	bool *changed; /* goes, or comes */
};

struct diff {
	struct pieces old, new;
	int32_t *steps; /* the reaches of step d begin at d * d */
	int edits, compares;
};

static bool
in_word(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c == '_' || c >= 0x80;
}

static size_t
piece_len(const uint8_t *p, size_t len, bool lines)
{
	size_t n = 0;

	if (lines) {
		const uint8_t *end = memchr(p, '\n', len);

		return end != NULL ? (size_t)(end - p) + 1 : len;
	}
	while (n < len && in_word(p[n]))
		n++;
	return n > 0 ? n : 1;
}

static void
pieces_release(struct pieces *s)
{
	free(s->start);
	free(s->changed);
}

static int
pieces_cut(struct pieces *s, const uint8_t *text, size_t len, bool lines)
{
	size_t at;

	s->text = text;
	s->n = 0;
	s->start = malloc((len + 1) * sizeof(*s->start));
	s->changed = calloc(len + 1, sizeof(*s->changed));
	if (s->start == NULL || s->changed == NULL)
		return CS_ENOMEM;
	for (at = 0; at < len; at += piece_len(text + at, len - at, lines))
		s->start[s->n++] = (uint32_t)at;
	s->start[s->n] = (uint32_t)len;
	return 0;
}

static size_t
piece_size(const struct pieces *s, int i)
{
	return s->start[i + 1] - s->start[i];
}

static bool
same(struct diff *d, int x, int y)
{
	size_t len = piece_size(&d->old, x);

	d->compares++;
	return len == piece_size(&d->new, y) &&
	       memcmp(d->old.text + d->old.start[x],
		   d->new.text + d->new.start[y], len) == 0;
}

/* How far right one gets on diagonal K by the step after BEFORE's, without the
 * free part; *DOWN if it comes from above. */
static int
step_from(const int32_t *before, int step, int k, bool *down)
{
	const int32_t *middle;

	if (step == 0) {
		*down = true;
		return 0;
	}
	middle = before + (step - 1);
	*down = k == -step || (k != step && middle[k - 1] < middle[k + 1]);
	return *down ? middle[k + 1] : middle[k - 1] + 1;
}

/* Walk back from the end and mark what is not on a diagonal. */
static void
mark(struct diff *d)
{
	int x = d->old.n, y = d->new.n, from;
	bool down;

	for (int step = d->edits; step > 0; step--) {
		from = step_from(
		    d->steps + (step - 1) * (step - 1), step, x - y, &down);
		y = from - (x - y); /* x - y is the diagonal: it stays */
		x = from;
		if (down)
			d->new.changed[--y] = true;
		else
			d->old.changed[--x] = true;
	}
}

/* Find the shortest way; false if that takes more than the maxima allow. */
static bool
find(struct diff *d)
{
	int32_t *reach, *before = d->steps;
	bool down;
	int x, y;

	for (int step = 0; step <= DIFF_MAX_EDITS; step++) {
		reach = d->steps + step * step;
		for (int k = -step; k <= step; k += 2) {
			x = step_from(before, step, k, &down);
			y = x - k;
			while (x < d->old.n && y < d->new.n &&same(d, x, y)) {
				x++;
				y++;
			}
			reach[step + k] = x;
			if (x == d->old.n && y == d->new.n) {
				d->edits = step;
				return true;
			}
		}
		before = reach;
		if (d->compares > DIFF_MAX_COMPARES)
			break;
	}
	return false;
}

/* Blanks and signs that happen to be the same between two changes tell nothing:
 * they go and come with what is around them. */
static void
forget_signs(struct diff *d)
{
	int x = 0, y = 0, n;
	bool word;

	while (x < d->old.n && y < d->new.n) {
		if (d->old.changed[x] || d->new.changed[y]) {
			x += d->old.changed[x] ? 1 : 0;
			y += d->new.changed[y] ? 1 : 0;
			continue;
		}
		word = x == 0 && y == 0;
		for (n = 0; x + n < d->old.n && y + n < d->new.n &&
			    !d->old.changed[x + n] && !d->new.changed[y + n];
		     n++)
			word |= in_word(d->old.text[d->old.start[x + n]]);
		for (int i = 0; i < n && !word; i++)
			d->old.changed[x + i] = d->new.changed[y + i] = true;
		x += n;
		y += n;
	}
}

static void
emit(struct op *out, const struct diff *d)
{
	const struct pieces *o = &d->old, *n = &d->new;
	int x = 0, y = 0;

	while (x < o->n || y < n->n) {
		if (x < o->n && o->changed[x]) {
			op_delete(out, piece_size(o, x++));
		} else if (y < n->n && n->changed[y]) {
			op_insert(out, n->text + n->start[y], piece_size(n, y));
			y++;
		} else {
			op_skip(out, piece_size(o, x++));
			y++;
		}
	}
}

/* 1 if OUT has it now, 0 if the texts differ too much, or an error. */
static int
diff_by(struct op *out, const uint8_t *old, size_t old_len, const uint8_t *new,
    size_t new_len, bool lines)
{
	struct diff d = { 0 };
	int r;

	if ((r = pieces_cut(&d.old, old, old_len, lines)) < 0 ||
	    (r = pieces_cut(&d.new, new, new_len, lines)) < 0)
		goto out;
	d.steps = calloc(
	    (DIFF_MAX_EDITS + 1) * (DIFF_MAX_EDITS + 1), sizeof(*d.steps));
	if (d.steps == NULL) {
		r = CS_ENOMEM;
		goto out;
	}
	if (find(&d)) {
		mark(&d);
		if (!lines)
			forget_signs(&d);
		emit(out, &d);
		r = 1;
	}
out:
	free(d.steps);
	pieces_release(&d.new);
	pieces_release(&d.old);
	return r;
}

int
diff_append(struct op *out, const uint8_t *old, size_t old_len,
    const uint8_t *new, size_t new_len)
{
	int r = 0;

	if (old_len > 0 && new_len > 0 &&
	    (r = diff_by(out, old, old_len, new, new_len, false)) == 0)
		r = diff_by(out, old, old_len, new, new_len, true);
	if (r == 0) {
		op_delete(out, old_len);
		op_insert(out, new, new_len);
	}
	return r < 0 ? r : out->err;
}
