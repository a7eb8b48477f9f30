/*
 * pace.h - when a frame is drawn. What we do ourselves is seen at once. What
 * comes by itself is, too, after a rest; what goes on and on is shown some thirty
 * times a second, or once if the terminal cannot follow. And the screen changes
 * by time alone. Times are monotonic milliseconds; the present is e->now_ms.
 * Pure.
 */
#ifndef CLIENT_PACE_H
#define CLIENT_PACE_H

#include "client/editor.h"

struct pace {
	uint64_t due_ms;    /* when the next frame is due */
	uint64_t key_ms;    /* when we last did something; 0: never */
	uint64_t edited_ms; /* when we last changed the text; 0: show all */
	uint64_t heard_ms;  /* when the hub last kept something of ours */
	uint64_t ping_ms;   /* when the terminal was last asked how far it is */
	bool pinged;        /* and has not answered */
	uint64_t begun_ms;  /* when it was asked what it is */
	uint64_t quick_ms;  /* the quickest answer that is not told, */
	unsigned answers;   /* of so many */
	uint64_t link_at_ms; /* when it was last looked whether to tell it */
	unsigned slow;       /* answers from the first on that took SLOW_MS */
};

#define SLOW_MS 250 /* for such a link panes are below the text */

/* When what came by itself may be drawn. */
uint64_t pace_due(const struct pace *p);
/* A frame was drawn, for whatever reason. */
void pace_drawn(struct pace *p, const struct editor *e);
/* When the screen changes by time alone, at the latest in a minute. UNKEPT: the
 * hub has not kept all that we typed. */
uint64_t pace_next(const struct pace *p, const struct editor *e, bool unkept);
/* Into E, for the frame that is drawn now: the time of its clocks, how long the
 * terminal takes, and does the hub not answer? */
void pace_tell(struct pace *p, struct editor *e, bool unkept);
/* Who has the screen read out hears what others do between two sentences of
 * their own: while they write, it waits. */
bool pace_is_writing(const struct pace *p, const struct editor *e);

/* How far is the terminal behind us (e->behind_ms)? What it says counts all that
 * is on the way; the size of our own queue would not. Should it be asked now? */
bool pace_asks(struct pace *p, struct editor *e);
/* It was. */
void pace_asked(struct pace *p, const struct editor *e);
/* It has answered. True: it is behind now, or is not any more; or how long it
 * takes has not been told for a while (e->link_ms, by pace_tell). */
bool pace_answered(struct pace *p, struct editor *e);
/* The same for what it was asked first, at begun_ms. */
void pace_first_answer(struct pace *p, struct editor *e);

#endif
