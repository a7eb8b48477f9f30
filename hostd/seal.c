/* seal.c - the logs of rooms that have ended, made small. */
#include "hostd/pack.h"
#include "hostd/roomlog.h"
#include "hostd/seal.h"
#include "proto/err.h"
#include "proto/record.h"

struct block {
	struct buf chunk, packed, row; /* row: the one being read */
	struct chunk_writer writer;
	struct record record;
	uint64_t first, next; /* revisions */
	bool last;            /* there are no rows after it */
};

static void
block_init(struct block *b, uint64_t first)
{
	buf_init(&b->chunk, CHUNK_MAX);
	buf_init(&b->packed, 2 * CHUNK_MAX);
	buf_init(&b->row, CHUNK_MAX);
	record_init(&b->record);
	b->first = b->next = first;
	b->last = false;
}

static void
block_release(struct block *b)
{
	buf_release(&b->chunk);
	buf_release(&b->packed);
	buf_release(&b->row);
	record_release(&b->record);
}

/* The records of the row that was read go behind those of the block. */
static int
block_take_row(struct block *b, uint64_t first, uint32_t count)
{
	struct chunk_reader cr;
	int r, more;

	/* Blocks end where rows end: it begins where the last one ended. */
	if (first != b->next)
		return CS_EFORMAT;
	if ((r = chunk_open(&cr, b->row.data, b->row.len)) < 0)
		return r;
	while ((more = chunk_next(&cr, &b->record)) == 1) {
		if (b->chunk.len == 0)
			chunk_begin(&b->writer, &b->chunk, b->record.rev,
			    b->record.at_ms);
		chunk_add(&b->writer, &b->record);
	}
	if (more < 0)
		return more;
	b->next = first + count;
	return cr.next_rev == b->next ? b->chunk.err : CS_EFORMAT;
}

/* As many rows as fit. */
static int
block_fill(struct block *b, struct store *s, int64_t room)
{
	uint64_t first;
	uint32_t count;
	int r;

	for (;;) {
		buf_clear(&b->row);
		r = store_chunk_get(s, room, b->next, &first, &count, &b->row);
		if (r == CS_ENOTFOUND)
			b->last = true;
		if (r < 0)
			return b->last ? 0 : r;
		if (b->chunk.len > 0 &&
		    b->chunk.len + b->row.len > SEAL_BLOCK_MAX)
			return 0;
		if ((r = block_take_row(b, first, count)) < 0)
			return r;
	}
}

/* In the place of the rows that it was made of. */
static int
block_put(struct block *b, struct store *s, int64_t room)
{
	struct buf *as = &b->packed;
	int r;

	if ((r = pack_add(b->chunk.data, b->chunk.len, &b->packed)) < 0)
		return r;
	if (b->packed.len >= b->chunk.len)
		as = &b->chunk; /* very short, or noise */
	store_chunks_drop(s, room, b->first, b->next - 1);
	return store_chunk_add(s, room, b->first,
	    (uint32_t)(b->next - b->first), as->data, as->len);
}

int
seal_block(struct store *s, struct room_row *room)
{
	struct room_row sealed = *room;
	struct block b;
	int r;

	block_init(&b, room->sealed_rev + 1);
	if ((r = block_fill(&b, s, room->key)) == 0 && b.next > b.first)
		r = block_put(&b, s, room->key);
	sealed.sealed_rev = b.next - 1;
	sealed.sealed = b.last;
	if (r == 0 && b.last)
		r = roomlog_prune_ended(s, room->key);
	if (r == 0)
		r = store_room_sealed(s, &sealed);
	if (r < 0)
		store_rollback(s);
	else
		r = store_commit(s);
	if (r == 0)
		*room = sealed;
	block_release(&b);
	return r;
}
