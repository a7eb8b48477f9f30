/*
 * origin.c - the memory of deletions. Theory of operation:
 *
 * Each entry is the text that one edit deleted, as runs of authors, and its
 * bytes if somebody else wrote any of them (of one's own a hash will do: who
 * forges it gains nothing). An undo inserts what one edit deleted, or a word's
 * worth of backspaces and deletes. Of the latter each entry knows on which side
 * of the one before it stood, because the hub follows the place of the last
 * deletion through everybody's edits. So going back from the edit that is taken
 * back, it is known where in the undo's text each entry must be. Where that
 * fails (two deleted the same text at once, or the memory ends), the rest is of
 * the undo's own author. An entry that has come back is used up; who deletes the
 * text again makes a new one.
 *
 * What is longer than one edit may insert comes back in several edits, which
 * are cut as this cuts entries.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/err.h"
#include "proto/origin.h"
#include "proto/utf8.h"

struct author_run {
	uint32_t len;
	uint8_t site;
};

struct deletion {
	uint32_t cseq, len, hash;
	uint32_t nruns;
	uint32_t nbytes; /* len, or 0 if all is the site's own */
	uint8_t side;    /* enum side */
	uint8_t used;
};

/* Where it stood, seen from what was deleted just before it. */
enum side { SIDE_NONE, SIDE_LEFT, SIDE_RIGHT };

void
origin_release(struct origin *g)
{
	free(g->deletions);
	free(g->runs);
	free(g->bytes);
	memset(g, 0, sizeof(*g));
}

/* Room for one more of SIZE bytes in *V. */
static bool
reserve(void *v, size_t n, size_t more, size_t *cap, size_t size)
{
	void **array = v, *p;
	size_t want;

	if (more <= *cap - n)
		return true;
	want = n + more + (n + more) / 2;
	if ((p = realloc(*array, want * size)) == NULL)
		return false;
	*array = p;
	*cap = want;
	return true;
}

/* FNV-1a. */
static uint32_t
hash(uint32_t h, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * 16777619U;
	return h;
}

#define HASH_START 2166136261U

/* Forget the N oldest. */
static void
forget(struct origin *g, size_t n)
{
	size_t runs = 0, bytes = 0;

	for (size_t i = 0; i < n; i++) {
		runs += g->deletions[i].nruns;
		bytes += g->deletions[i].nbytes;
	}
	g->ndeletions -= n;
	g->nruns -= runs;
	g->nbytes -= bytes;
	memmove(g->deletions, g->deletions + n,
	    g->ndeletions * sizeof(*g->deletions));
	memmove(g->runs, g->runs + runs, g->nruns * sizeof(*g->runs));
	if (bytes > 0)
		memmove(g->bytes, g->bytes + bytes, g->nbytes);
}

/* A quarter at a time, so that each is moved a few times only. */
static void
forget_old(struct origin *g)
{
	while (g->ndeletions > ORIGIN_DELETIONS_MAX ||
	       g->nruns > ORIGIN_RUNS_MAX || g->nbytes > ORIGIN_BYTES_MAX)
		forget(g, (g->ndeletions + 3) / 4);
}

void
origin_drop(struct origin *g, uint32_t cseq)
{
	struct deletion *d;

	while (g->ndeletions > 0) {
		d = &g->deletions[g->ndeletions - 1];
		if (d->cseq != cseq)
			break;
		g->nruns -= d->nruns;
		g->nbytes -= d->nbytes;
		g->ndeletions--;
	}
}

static struct deletion *
deletion_new(struct origin *g, uint32_t cseq)
{
	struct deletion *d;

	if (!reserve(&g->deletions, g->ndeletions, 1, &g->cap_deletions,
		sizeof(*g->deletions)))
		return NULL;
	d = &g->deletions[g->ndeletions++];
	memset(d, 0, sizeof(*d));
	d->cseq = cseq;
	d->hash = HASH_START;
	return d;
}

/* LEN bytes more, by AUTHOR, belong to the last entry. Their bytes are kept
 * anyway; deletion_end drops them if they are not needed. */
static bool
deletion_add(struct origin *g, const uint8_t *p, size_t len, uint8_t author)
{
	struct deletion *d = &g->deletions[g->ndeletions - 1];
	struct author_run *last;

	if (!reserve(&g->runs, g->nruns, 1, &g->cap_runs, sizeof(*g->runs)) ||
	    !reserve(&g->bytes, g->nbytes, len, &g->cap_bytes, 1))
		return false;
	last = d->nruns > 0 ? &g->runs[g->nruns - 1] : NULL;
	if (last == NULL || last->site != author) {
		last = &g->runs[g->nruns++];
		last->site = author;
		last->len = 0;
		d->nruns++;
	}
	last->len += (uint32_t)len;
	memcpy(g->bytes + g->nbytes, p, len);
	g->nbytes += len;
	d->nbytes += (uint32_t)len;
	d->len += (uint32_t)len;
	d->hash = hash(d->hash, p, len);
	return true;
}

static void
deletion_end(struct origin *g, uint8_t site)
{
	struct deletion *d = &g->deletions[g->ndeletions - 1];

	if (d->nruns > 1 || g->runs[g->nruns - 1].site != site)
		return;
	g->nbytes -= d->nbytes;
	d->nbytes = 0;
}

/* The bytes that the current entry still takes of P[LEN]. */
static size_t
fitting(const struct deletion *d, const uint8_t *p, size_t len)
{
	size_t room = OP_MAX_INSERT - d->len;

	if (len <= room)
		return len;
	while (room > 0 && !utf8_starts(p[room]))
		room--;
	return room;
}

/* The bytes of T from AT on up to END, into the last entry and new ones. */
static bool
note_range(
    struct origin *g, const struct text *t, size_t at, size_t end, uint8_t site)
{
	struct deletion *d = &g->deletions[g->ndeletions - 1];
	const uint8_t *p;
	size_t n, fits;

	for (; at < end; at += fits) {
		p = text_span(t, at, &n);
		n = text_author_run(t, at, n < end - at ? n : end - at);
		fits = fitting(d, p, n);
		if (fits > 0 &&
		    !deletion_add(g, p, fits, text_author(t, at, NULL)))
			return false;
		if (fits == n)
			continue;
		deletion_end(g, site);
		if ((d = deletion_new(g, d->cseq)) == NULL)
			return false;
	}
	return true;
}

/* On which side of the last deletion is the hunk H of FILE? */
static enum side
side_of(const struct origin *g, uint8_t file, const struct hunk *h)
{
	if (!g->placed || g->file != file)
		return SIDE_NONE;
	if (h->skip + h->del == g->place)
		return SIDE_LEFT;
	return h->skip == g->place ? SIDE_RIGHT : SIDE_NONE;
}

void
origin_note(struct origin *g, uint32_t cseq, uint8_t file, const struct op *op,
    const struct text *t, uint8_t site)
{
	bool ok = true, any = false,
	     plain = op->nhunks == 1 && op->ins_len == 0;
	enum side side = plain ? side_of(g, file, op->hunks) : SIDE_NONE;
	const struct hunk *h;
	size_t at = 0; /* in T */

	for (uint32_t i = 0; i < op->nhunks && ok; i++) {
		h = &op->hunks[i];
		at += h->skip;
		if (h->del > 0 && !any) {
			any = ok = deletion_new(g, cseq) != NULL;
			if (ok && h->del <= OP_MAX_INSERT)
				g->deletions[g->ndeletions - 1].side =
				    (uint8_t)side;
		}
		if (h->del > 0 && ok)
			ok = note_range(g, t, at, at + h->del, site);
		at += h->del;
	}
	if (ok && any)
		deletion_end(g, site);
	if (!ok)
		origin_release(g);
	forget_old(g);
	g->placed = ok && plain;
	g->file = file;
	g->place = plain ? op->hunks[0].skip : 0;
}

void
origin_move(struct origin *g, uint8_t file, const struct op *op)
{
	if (g->placed && g->file == file)
		g->place = op_move_pos(op, g->place, false);
}

/* Walks the entries from the newest to the oldest; all are indexes. */
struct walk {
	const struct origin *g;
	size_t at, runs, bytes;
};

static struct deletion *
walk_next(struct walk *w)
{
	struct deletion *d;

	if (w->at == 0)
		return NULL;
	d = &w->g->deletions[--w->at];
	w->runs -= d->nruns;
	w->bytes -= d->nbytes;
	return d;
}

static bool
walk_is(const struct walk *w, const struct deletion *d, const uint8_t *p)
{
	if (d->nbytes > 0)
		return memcmp(w->g->bytes + w->bytes, p, d->len) == 0;
	return hash(HASH_START, p, d->len) == d->hash;
}

/* OP's inserted bytes from AT on are those of the entry D. */
static int
give_back(const struct walk *w, const struct deletion *d, struct op *op,
    size_t at, uint8_t site)
{
	const struct author_run *run = &w->g->runs[w->runs];

	for (uint32_t i = 0; i < d->nruns; i++, run++) {
		if (run->site != site) {
			if (op_authored(op) < 0)
				return op->err;
			memset(op->by + at, run->site, run->len);
		}
		at += run->len;
	}
	return 0;
}

/* A text as OP inserts it, of which bytes LOW to HIGH are not explained yet. */
struct search {
	struct walk walk;
	uint32_t cseq; /* of the next entry */
	const struct op *op;
	size_t low, high;
};

/* The next entry that is found in the text, at *AT; NULL: there is none. */
static struct deletion *
search_next(struct search *s, size_t *at)
{
	struct deletion *d;
	size_t left;

	while (s->low < s->high && (d = walk_next(&s->walk)) != NULL) {
		left = s->high - s->low;
		if (d->cseq > s->cseq)
			continue;
		*at = d->side == SIDE_RIGHT ? s->high - d->len : s->low;
		if (d->cseq != s->cseq)
			return NULL;
		if (d->used || d->len > left ||
		    (d->side == SIDE_NONE && d->len != left) ||
		    !walk_is(&s->walk, d, s->op->ins + *at))
			continue; /* perhaps another part of a long one */
		if (d->side == SIDE_RIGHT)
			s->high -= d->len;
		else
			s->low += d->len;
		s->cseq--;
		return d;
	}
	return NULL;
}

static void
search_init(struct search *s, const struct origin *g, uint32_t undo_of,
    const struct op *op)
{
	const struct walk end = { g, g->ndeletions, g->nruns, g->nbytes };

	s->walk = end;
	s->cseq = undo_of;
	s->op = op;
	s->low = 0;
	s->high = op->ins_len;
}

int
origin_find(struct origin *g, uint32_t undo_of, struct op *op, uint8_t site)
{
	const struct deletion *d;
	struct search s;
	size_t at;
	int r = 0;

	search_init(&s, g, undo_of, op);
	while (r == 0 && (d = search_next(&s, &at)) != NULL)
		r = give_back(&s.walk, d, op, at, site);
	return r;
}

void
origin_use(struct origin *g, uint32_t undo_of, const struct op *op)
{
	struct deletion *d;
	struct search s;
	size_t at;

	search_init(&s, g, undo_of, op);
	while ((d = search_next(&s, &at)) != NULL)
		d->used = 1;
}

void
origin_put(const struct origin *g, struct buf *b)
{
	const struct author_run *run = g->runs;
	const struct deletion *d = g->deletions;
	const uint8_t *bytes = g->bytes;

	buf_put_u8(b, g->placed);
	if (g->placed) {
		buf_put_u8(b, g->file);
		buf_put_varint(b, g->place);
	}
	buf_put_varint(b, g->ndeletions);
	for (size_t i = 0; i < g->ndeletions; i++, d++) {
		buf_put_varint(b, d->cseq);
		buf_put_u8(b, (uint8_t)(d->side | d->used << 2));
		buf_put_varint(b, d->nruns);
		for (uint32_t k = 0; k < d->nruns; k++, run++) {
			buf_put_u8(b, run->site);
			buf_put_varint(b, run->len);
		}
		buf_put_u32(b, d->hash);
		buf_put_bytes(b, bytes, d->nbytes);
		if (d->nbytes > 0)
			bytes += d->nbytes;
	}
}

static int
get_deletion(struct origin *g, struct buf_in *in)
{
	uint32_t cseq = (uint32_t)buf_get_max(in, UINT32_MAX);
	uint8_t how = buf_get_u8(in);
	size_t nruns = (size_t)buf_get_max(in, ORIGIN_RUNS_MAX), n;
	struct deletion *d = deletion_new(g, cseq);
	const uint8_t *bytes;

	if (d == NULL ||
	    !reserve(&g->runs, g->nruns, nruns, &g->cap_runs, sizeof(*g->runs)))
		return CS_ENOMEM;
	d->side = how & 3;
	d->used = how >> 2;
	if (d->side > SIDE_RIGHT || d->used > 1)
		in->err = in->err != 0 ? in->err : CS_EFORMAT;
	for (size_t i = 0; i < nruns && in->err == 0; i++) {
		g->runs[g->nruns].site = buf_get_u8(in);
		g->runs[g->nruns].len =
		    (uint32_t)buf_get_max(in, OP_MAX_INSERT - d->len);
		d->len += g->runs[g->nruns++].len;
		d->nruns++;
	}
	d->hash = buf_get_u32(in);
	bytes = buf_get_bytes(in, OP_MAX_INSERT, &n);
	if (in->err == 0 && (d->len == 0 || (n != 0 && n != d->len)))
		in->err = CS_EFORMAT;
	if (in->err != 0 || n == 0)
		return 0;
	if (!reserve(&g->bytes, g->nbytes, n, &g->cap_bytes, 1))
		return CS_ENOMEM;
	memcpy(g->bytes + g->nbytes, bytes, n);
	g->nbytes += n;
	d->nbytes = (uint32_t)n;
	return 0;
}

int
origin_get(struct origin *g, struct buf_in *in)
{
	size_t n;
	int r = 0;

	if (buf_get_bool(in)) {
		g->placed = true;
		g->file = buf_get_u8(in);
		g->place = (size_t)buf_get_max(in, TEXT_MAX);
	}
	n = (size_t)buf_get_max(in, ORIGIN_DELETIONS_MAX);
	for (size_t i = 0; i < n && in->err == 0 && r == 0; i++)
		r = get_deletion(g, in);
	forget_old(g);
	return r;
}
