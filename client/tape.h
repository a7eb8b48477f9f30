/*
 * tape.h - a room's log in memory, as the replay reads it: in pieces of a few
 * hundred records, encoded as chunks are (record.h), so that a key takes a few
 * bytes and any record is found by decoding one piece. Pure.
 */
#ifndef CLIENT_TAPE_H
#define CLIENT_TAPE_H

#include "proto/record.h"

#define TAPE_PIECE_RECORDS 256
#define TAPE_PIECE_BYTES (64 * 1024) /* then a piece takes no more records */
/* Of all pieces. Beyond the first, what programs printed is left out; beyond
 * the second, nothing more is taken. */
#define TAPE_OUTPUT_MAX (96 * 1024 * 1024)
#define TAPE_MAX (160 * 1024 * 1024)

struct tape_piece {
	struct buf bytes;
	uint64_t first_rev, first_ms;
};

/* Its fields are tape.c's. */
struct tape {
	struct tape_piece *pieces;
	size_t n, cap, bytes;
	struct chunk_writer writer; /* of the last one */
	uint64_t rev, at_ms;        /* of the last record; rev 0: none */
};

void tape_init(struct tape *t);
void tape_release(struct tape *t);
uint64_t tape_rev(const struct tape *t);
uint64_t tape_end_ms(const struct tape *t);
/* Append R, whose revision is the next one (CS_ESEQ). CS_ETOOBIG: the tape is
 * full; CS_ENOMEM. */
int tape_add(struct tape *t, const struct record *r);
/* Give FN the records from FROM on, in order, until it returns something other
 * than 0, which is returned. 0 at the end, or CS_ENOMEM. */
int tape_walk(const struct tape *t, uint64_t from,
    int (*fn)(void *arg, const struct record *r), void *arg);
/* The last revision that is not after AT_MS, 0 for none. */
uint64_t tape_rev_at(const struct tape *t, uint64_t at_ms);
/* When REV was, which is there; 0 for revision 0. */
uint64_t tape_ms_of(const struct tape *t, uint64_t rev);

#endif
