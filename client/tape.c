/* tape.c - a room's log in memory. */
#include <stdlib.h>
#include <string.h>

#include "client/tape.h"
#include "proto/err.h"

void
tape_init(struct tape *t)
{
	memset(t, 0, sizeof(*t));
}

void
tape_release(struct tape *t)
{
	for (size_t i = 0; i < t->n; i++)
		buf_release(&t->pieces[i].bytes);
	free(t->pieces);
	tape_init(t);
}

uint64_t
tape_rev(const struct tape *t)
{
	return t->rev;
}

uint64_t
tape_end_ms(const struct tape *t)
{
	return t->at_ms;
}

/* --- writing --- */

/* The piece that is written gets no more: what it does not need is given back. */
static void
close_piece(struct tape *t)
{
	struct buf *b;
	uint8_t *data;

	if (t->n == 0)
		return;
	b = &t->pieces[t->n - 1].bytes;
	if ((data = realloc(b->data, b->len)) == NULL)
		return;
	b->data = data;
	b->cap = b->len;
}

/* A piece that begins with R. */
static int
open_piece(struct tape *t, const struct record *r)
{
	struct tape_piece *p = t->pieces;
	size_t cap = t->cap == 0 ? 64 : t->cap * 2;

	if (t->n == t->cap) {
		if ((p = realloc(p, cap * sizeof(*p))) == NULL)
			return CS_ENOMEM;
		t->pieces = p;
		t->cap = cap;
	}
	close_piece(t);
	p = &t->pieces[t->n++];
	buf_init(&p->bytes, CHUNK_MAX);
	p->first_rev = r->rev;
	p->first_ms = r->at_ms;
	chunk_begin(&t->writer, &p->bytes, r->rev, r->at_ms);
	return 0;
}

static bool
has_room(const struct tape *t)
{
	return t->n > 0 && t->writer.count < TAPE_PIECE_RECORDS &&
	       t->pieces[t->n - 1].bytes.len < TAPE_PIECE_BYTES;
}

static int
put(struct tape *t, const struct record *r)
{
	struct buf *b;
	size_t before;
	int err;

	if (!has_room(t) && (err = open_piece(t, r)) < 0)
		return err;
	t->writer.out = b = &t->pieces[t->n - 1].bytes;
	before = b->len;
	chunk_add(&t->writer, r);
	if (b->err != 0)
		return b->err;
	t->bytes += b->len - before;
	t->rev = r->rev;
	t->at_ms = r->at_ms;
	return 0;
}

int
tape_add(struct tape *t, const struct record *r)
{
	struct record brief;
	int err;

	if (r->rev != t->rev + 1)
		return CS_ESEQ;
	if (t->bytes > TAPE_MAX)
		return CS_ETOOBIG;
	if (r->kind != REC_RUN_OUTPUT || t->bytes < TAPE_OUTPUT_MAX)
		return put(t, r);
	record_init(&brief);
	brief.rev = r->rev;
	brief.at_ms = r->at_ms;
	brief.kind = r->kind;
	brief.run = r->run;
	brief.stream = r->stream;
	err = put(t, &brief);
	record_release(&brief);
	return err;
}

/* --- reading --- */

/* The piece that REV is in, or the last one. */
static size_t
piece_of(const struct tape *t, uint64_t rev)
{
	size_t low = 0, high = t->n, mid;

	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (t->pieces[mid].first_rev <= rev)
			low = mid;
		else
			high = mid;
	}
	return low;
}

int
tape_walk(const struct tape *t, uint64_t from,
    int (*fn)(void *arg, const struct record *r), void *arg)
{
	struct chunk_reader cr;
	struct record rec;
	int r = 0, stop = 0;

	record_init(&rec);
	for (size_t i = piece_of(t, from); i < t->n && stop == 0; i++) {
		r = chunk_open(
		    &cr, t->pieces[i].bytes.data, t->pieces[i].bytes.len);
		while (stop == 0 && r >= 0 && (r = chunk_next(&cr, &rec)) == 1)
			if (rec.rev >= from)
				stop = fn(arg, &rec);
		if (r < 0 && stop == 0)
			stop = r; /* we have written it: memory is short */
	}
	record_release(&rec);
	return stop;
}

struct moment {
	uint64_t rev, at_ms, limit;
};

static int
not_after(void *arg, const struct record *r)
{
	struct moment *m = arg;

	if (r->at_ms > m->limit)
		return 1;
	m->rev = r->rev;
	return 0;
}

uint64_t
tape_rev_at(const struct tape *t, uint64_t at_ms)
{
	struct moment m = { 0, 0, at_ms };
	size_t low = 0, high = t->n, mid;

	/* the last piece that begins at that time or before */
	while (low < high) {
		mid = low + (high - low) / 2;
		if (t->pieces[mid].first_ms <= at_ms)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == 0)
		return 0;
	tape_walk(t, t->pieces[low - 1].first_rev, not_after, &m);
	return m.rev;
}

static int
time_of(void *arg, const struct record *r)
{
	struct moment *m = arg;

	m->at_ms = r->at_ms;
	return 1;
}

uint64_t
tape_ms_of(const struct tape *t, uint64_t rev)
{
	struct moment m = { 0, 0, 0 };

	if (rev > 0)
		tape_walk(t, rev, time_of, &m);
	return m.at_ms;
}
