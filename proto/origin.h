/*
 * origin.h - who first wrote what a site has deleted, so that its undo gives
 * text back to its first author. The hub keeps one of these for each site of a
 * room: a short memory of the site's last deletions. It goes by the bytes that
 * come back, not by what the site says, and each comes back once, in the order
 * in which it stood there: so nobody can put words into somebody else's mouth.
 */
#ifndef PROTO_ORIGIN_H
#define PROTO_ORIGIN_H

#include "proto/op.h"

/* What is kept of one site; beyond it the oldest is forgotten, and then who
 * takes something back counts as its author. */
#define ORIGIN_DELETIONS_MAX 512
#define ORIGIN_RUNS_MAX 4096
#define ORIGIN_BYTES_MAX (256 * 1024) /* of text that others wrote */

struct deletion;
struct author_run;
struct origin { /* all 0 to begin with */
	struct deletion *deletions;
	struct author_run *runs; /* of the deletions, one after the other */
	uint8_t *bytes;          /* those that others wrote, likewise */
	size_t ndeletions, cap_deletions, nruns, cap_runs, nbytes, cap_bytes;
	bool placed; /* the last edit only deleted: there */
	uint8_t file;
	size_t place;
};

void origin_release(struct origin *g);
/* SITE's edit CSEQ is about to apply OP to T, the text of FILE. Without memory
 * everything is forgotten. */
void origin_note(struct origin *g, uint32_t cseq, uint8_t file,
    const struct op *op, const struct text *t, uint8_t site);
/* Another site's OP was applied to FILE. */
void origin_move(struct origin *g, uint8_t file, const struct op *op);
/* The edit CSEQ, noted last, was not applied after all. */
void origin_drop(struct origin *g, uint32_t cseq);
/* OP takes back SITE's edit UNDO_OF and what was deleted with it: fill in op->by
 * where somebody else wrote what it inserts. CS_ENOMEM. */
int origin_find(
    struct origin *g, uint32_t undo_of, struct op *op, uint8_t site);
/* OP, as origin_find was given it, was applied: that has come back. */
void origin_use(struct origin *g, uint32_t undo_of, const struct op *op);
/* For snapshots. CS_ENOMEM, else what is wrong is in->err. */
void origin_put(const struct origin *g, struct buf *b);
int origin_get(struct origin *g, struct buf_in *in);

#endif
