/*
 * fold.h - what a room was like after some of its records: an editor that has
 * taken in those and nothing else, and whose clock stands at the last of them.
 * Saved and loaded it is the same again, so that no record has to be taken in
 * twice. Pure.
 *
 * Of what the log does not say, where people looked, who was slow and what was
 * waited for, nothing is shown.
 */
#ifndef CLIENT_FOLD_H
#define CLIENT_FOLD_H

#include "client/editor.h"

#define FOLD_NOBODY 0

/* Who changed each line of a file last, by site. */
struct line_sites {
	uint8_t *sites;
	size_t n, cap;
};

struct fold {
	struct editor e; /* its peer is nobody's: it writes nothing */
	struct line_sites by[FILE_MAX];
	uint64_t started_ms; /* of the room, as the host says; 0: not yet */
	/* minutes that the room has got so far, and that it had at first: these
	 * the log does not say, see fold_planned */
	uint32_t extended, planned;
	uint64_t ended_ms; /* when it ended last; 0: never */
	/* where the last edit was, and who has made it (0: there is none) */
	uint8_t site, file;
	size_t place;
};

/* Revision 0. CS_ENOMEM. */
int fold_init(struct fold *f);
void fold_release(struct fold *f);
uint64_t fold_rev(const struct fold *f);
/* Take in R, the next one. CS_ESEQ, CS_EFORMAT, CS_ENOMEM: then it is of no use
 * any more. */
int fold_record(struct fold *f, const struct record *r);
/* The room's name, limits and times, as a watcher is told; and who P is, of whom
 * the log may not say it. Both also of a fold that is loaded later. */
void fold_welcome(struct fold *f, const struct welcome *w);
void fold_person(struct fold *f, const struct person *p);
/* The room's length was MINUTES (0: none) before the first REC_EXTEND. */
void fold_planned(struct fold *f, uint32_t minutes);

/* What F is, to the end of B; for fold_load of the same process only. */
void fold_save(const struct fold *f, struct buf *b);
/* F becomes what was saved. Which panes are shown stays. CS_ENOMEM, CS_EFORMAT. */
int fold_load(struct fold *f, const void *bytes, size_t len);

#endif
