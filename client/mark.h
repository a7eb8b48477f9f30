/*
 * mark.h - the moments of a log that one may want to go to, and how much was
 * typed when. Pure.
 */
#ifndef CLIENT_MARK_H
#define CLIENT_MARK_H

#include "proto/record.h"

#define MARKS_MAX 65536 /* later ones are left out */
#define ACTIVITY_PARTS 1024

enum mark_kind {
	MARK_JOIN,
	MARK_LEAVE,
	MARK_BOOKMARK,
	MARK_RUN,
	MARK_FAILED, /* a run that did not end well; at its beginning */
	MARK_PASTE,
	MARK_CHAT,
	MARK_NOTE,
	MARK_FOCUS,
	MARK_FREEZE, /* or thaw */
	MARK_END,    /* or opened again */
	MARK_PAUSE,  /* of the timer; or it goes on */
	MARK_EXTEND, /* the room is longer */
	MARK_KINDS
};

struct mark {
	uint64_t rev, at_ms;
	uint32_t
	    n; /* which run; characters of a paste; minutes of FOCUS, EXTEND */
	uint8_t kind, site;
	bool
	    over; /* of FOCUS, FREEZE, END, PAUSE: the opposite. LEAVE: it was lost */
};

/* Its fields are mark.c's. */
struct marks {
	struct mark *v; /* upwards by rev */
	size_t n, cap;
	uint64_t begin_ms, part_ms; /* of activity[0]; how long each part is */
	uint32_t activity[ACTIVITY_PARTS];
	uint64_t taken[SITE_MAX + 1]; /* by site; record_is_undo's */
};

void marks_init(struct marks *m);
void marks_release(struct marks *m);
/* R, which is the next record, is looked at. What there is no memory for is left
 * out. */
void marks_add(struct marks *m, const struct record *r);
/* The first one after REV; the last one before REV; the last one up to REV. NULL:
 * there is none. */
const struct mark *marks_after(const struct marks *m, uint64_t rev);
const struct mark *marks_before(const struct marks *m, uint64_t rev);
/* Those from FROM_MS on and before TO_MS: the one of most interest, or NULL. */
const struct mark *marks_between(
    const struct marks *m, uint64_t from_ms, uint64_t to_ms);
/* How many edits there were from FROM_MS on and before TO_MS, about. */
uint64_t marks_activity(
    const struct marks *m, uint64_t from_ms, uint64_t to_ms);
char mark_letter(const struct mark *m);
/* "paste by Cleo, 118 characters"; NAME is that of its site. */
void mark_text(const struct mark *m, const char *name, char *dst, size_t size);

#endif
