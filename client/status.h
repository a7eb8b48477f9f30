/* status.h - the last two rows: what happens, and which keys there are. Pure. */
#ifndef CLIENT_STATUS_H
#define CLIENT_STATUS_H

#include "client/editor.h"
#include "client/grid.h"
#include "client/view.h"

/* A key in the last row. A list of them ends with one whose key is NULL. */
struct hint {
	const char *key, *label;
	int rank; /* the highest go first when it is narrow */
};

/* HINTS in their order before column END, as many ranks as fit. */
void status_hints(
    const struct layout *l, struct grid *g, int end, const struct hint *hints);
/* NAME in at most COLS columns. */
void status_shorten(const char *name, int cols, char *dst, size_t size);
void status_draw(
    const struct editor *e, const struct layout *l, struct grid *g);

/* The last two rows of the summary: what is said; and its keys, SCROLLS: it is
 * longer than the screen. */
void status_summary_event(const struct editor *e, struct grid *g);
void status_summary_keys(const struct editor *e, struct grid *g, bool scrolls);

#endif
