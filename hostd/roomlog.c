/* roomlog.c - a room's log in the store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/roomlog.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

#define SNAPSHOT_MAX ((size_t)FILE_MAX * TEXT_MAX * 4)

void
roomlog_init(struct roomlog *l, struct store *s, const struct room_row *room)
{
	memset(l, 0, sizeof(*l));
	l->store = s;
	l->room = room->key;
	memcpy(l->id, room->id, sizeof(l->id));
	buf_init(&l->row, CHUNK_MAX);
}

void
roomlog_release(struct roomlog *l)
{
	buf_release(&l->row);
}

/* --- writing --- */

int
roomlog_stage(struct roomlog *l)
{
	int r;

	if (!l->dirty)
		return 0;
	r = (l->stored ? store_chunk_grow : store_chunk_add)(
	    l->store, l->room, l->first_rev, l->count, l->row.data, l->row.len);
	l->stored = true;
	l->dirty = false;
	return r;
}

/* The open row gets no more. */
static int
row_close(struct roomlog *l)
{
	int r = roomlog_stage(l);

	l->bytes += l->row.len;
	if (l->row.cap > 2 * ROW_MAX) { /* nothing large is kept */
		buf_release(&l->row);
		buf_init(&l->row, CHUNK_MAX);
	}
	buf_clear(&l->row);
	return r;
}

/* Is the open row, with a record behind what was LEN bytes, as it may be? */
static bool
row_fits(const struct roomlog *l, size_t len)
{
	return l->row.err == 0 &&
	       (l->row.len <= ROW_MAX ||
		   (len > ROW_MAX && !l->stored && l->row.len - len > ROW_MAX &&
		       len <= ROW_LARGE_MAX));
}

/* R into the open row; false if it has no place there. */
static bool
row_takes(struct roomlog *l, const struct record *r)
{
	size_t len = l->row.len;

	if (len == 0)
		return false;
	chunk_add(&l->writer, r);
	if (row_fits(l, len))
		return true;
	/* Undone but for the rest of the writer: the row is at its end. */
	l->row.len = len;
	l->row.err = 0;
	return false;
}

/* What is stored already is read for it: not before somebody writes. */
static int
measure(struct roomlog *l)
{
	int r = 0;

	if (!l->measured)
		r = store_chunks_bytes(l->store, l->room, &l->bytes);
	l->measured = r == 0;
	return r;
}

uint64_t
roomlog_bytes(const struct roomlog *l)
{
	return l->bytes + l->row.len;
}

int
roomlog_add(struct roomlog *l, const struct record *r)
{
	int err;

	if ((err = measure(l)) < 0)
		return err;
	if (!row_takes(l, r)) {
		if ((err = row_close(l)) < 0)
			return err;
		l->first_rev = r->rev;
		l->count = 0;
		l->stored = false;
		chunk_begin(&l->writer, &l->row, r->rev, r->at_ms);
		chunk_add(&l->writer, r);
	}
	l->count++;
	l->weight += record_weight(r);
	l->dirty = true;
	return l->row.err;
}

/* --- reading --- */

/* The records of one chunk, of which there must be COUNT from FIRST on. */
static int
walk_chunk(const struct buf *b, uint64_t first, uint32_t count, uint64_t from,
    struct record *rec, int (*fn)(void *arg, const struct record *r), void *arg)
{
	struct chunk_reader cr;
	int r, more;

	if ((r = chunk_open(&cr, b->data, b->len)) < 0)
		return r;
	if (cr.next_rev != first)
		return CS_EFORMAT;
	while ((more = chunk_next(&cr, rec)) == 1)
		if (rec->rev >= from && (r = fn(arg, rec)) != 0)
			return r;
	if (more == 0 && cr.next_rev != first + count)
		return CS_EFORMAT;
	return more;
}

int
roomlog_walk(struct roomlog *l, uint64_t from,
    int (*fn)(void *arg, const struct record *r), void *arg)
{
	struct record rec;
	struct buf b;
	uint32_t count;
	uint64_t first;
	int r;

	buf_init(&b, CHUNK_MAX);
	record_init(&rec);
	while ((r = store_chunk_get(
		    l->store, l->room, from, &first, &count, &b)) == 0) {
		if ((r = walk_chunk(&b, first, count, from, &rec, fn, arg)) !=
		    0)
			break;
		from = first + count;
		buf_clear(&b);
	}
	record_release(&rec);
	buf_release(&b);
	return r == CS_ENOTFOUND ? 0 : r;
}

/* --- snapshots --- */

static bool
is_landmark(const uint64_t *revs, size_t i)
{
	uint64_t nth = revs[i] / ROOM_LANDMARK_RECORDS;

	/* The first after the mark: one that is there stays it. */
	return nth > 0 && (i == 0 || revs[i - 1] / ROOM_LANDMARK_RECORDS < nth);
}

static void
keep_landmarks(const uint64_t *revs, size_t n, bool *keep)
{
	for (size_t i = 0; i < n; i++)
		keep[i] = is_landmark(revs, i);
}

void
roomlog_keeps(const uint64_t *revs, size_t n, bool *keep)
{
	size_t i = n;

	keep_landmarks(revs, n, keep);
	if (n == 0)
		return;
	keep[n - 1] = true;
	while (i-- > 0)
		if (revs[n - 1] - revs[i] >= ROOM_SNAPSHOT_RECORDS) {
			keep[i] = keep[i + 1] = true;
			return;
		}
	keep[0] = true;
}

static int
prune(struct store *s, int64_t room,
    void (*decide)(const uint64_t *revs, size_t n, bool *keep))
{
	uint64_t *revs;
	bool *keep;
	size_t n;
	int r = store_snapshot_revs(s, room, &revs, &n);

	keep = xcalloc(n + 1, sizeof(*keep));
	if (r == 0)
		decide(revs, n, keep);
	for (size_t i = 0; i < n && r == 0; i++)
		if (!keep[i])
			r = store_snapshot_drop(s, room, revs[i]);
	free(keep);
	free(revs);
	return r;
}

static void
keep_newest(const uint64_t *revs, size_t n, bool *keep)
{
	keep_landmarks(revs, n, keep);
	if (n > 0)
		keep[n - 1] = true;
}

int
roomlog_prune_ended(struct store *s, int64_t room)
{
	uint64_t rows;
	int r = store_chunks_count(s, room, &rows);

	if (r < 0)
		return r;
	return prune(
	    s, room, rows < ROOM_SEALED_ROWS ? keep_landmarks : keep_newest);
}

int
roomlog_snapshot(struct roomlog *l, const struct order *o)
{
	struct buf b;
	int r;

	l->weight = 0; /* where it fails, it is not tried with each record */
	buf_init(&b, SNAPSHOT_MAX);
	order_snapshot(o, &b);
	if ((r = b.err) == 0 &&
	    (r = store_snapshot_add(l->store, l->room, order_rev(o),
		 order_at_ms(o), b.data, b.len)) == 0)
		r = prune(l->store, l->room, roomlog_keeps);
	buf_release(&b);
	return r;
}

/* The newest snapshot at most REV into O. *FOUND is its revision, whether it
 * can be read or not. */
static int
restore(struct roomlog *l, uint64_t rev, uint64_t at_ms, struct order *o,
    uint64_t *found)
{
	struct buf b;
	int r;

	buf_init(&b, SNAPSHOT_MAX);
	r = store_snapshot_get(l->store, l->room, rev, at_ms, found, &b);
	if (r == 0)
		r = order_restore(o, b.data, b.len);
	if (r == 0 && order_rev(o) != *found)
		r = CS_EFORMAT;
	buf_release(&b);
	return r;
}

int
roomlog_restore(
    struct roomlog *l, uint64_t rev, uint64_t at_ms, struct order **out)
{
	struct order *o;
	uint64_t found;
	int r;

	for (;;) {
		found = 0;
		if ((r = order_new(&o)) < 0)
			return r;
		if ((r = restore(l, rev, at_ms, o, &found)) == 0 ||
		    r == CS_ENOTFOUND)
			break;
		order_free(o);
		/* Not what the store or memory refuse: that may pass. */
		if (found == 0 || r == CS_ENOMEM || r == CS_EIO)
			return r;
		log_warn("room %s: the snapshot of revision %llu is damaged, "
			 "an older one has to do: %s",
		    l->id, (unsigned long long)found, cs_strerror(r));
		rev = found - 1;
	}
	*out = o;
	return 0;
}
