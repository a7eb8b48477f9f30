/*
 * timeline.h - the last rows of a replay: how much was typed when, the marks, the
 * place in time, what happened last, and the keys. Pure.
 */
#ifndef CLIENT_TIMELINE_H
#define CLIENT_TIMELINE_H

#include "client/replay.h"
#include "client/view.h"

#define TIMELINE_TITLE_SIZE 96

/* How large the timeline is in a window of that size: L's fields time_*, but not
 * time_y. */
void timeline_layout(
    const struct replay *r, int cols, int rows, struct layout *l);
/* The moment at column X of row Y; false: there is no timeline. Where a mark is,
 * it is the mark's. */
bool timeline_at(
    const struct replay *r, const struct layout *l, int x, int y, uint64_t *ms);
/* "00:12:34 / 00:58:10  4x  idle skipped", what of it there is room for in COLS
 * columns. */
void timeline_title(const struct replay *r, int cols, char *dst, size_t size);
/* All but the text and its panes, and the box of help in front of them. */
void timeline_draw(
    const struct replay *r, const struct layout *l, struct grid *g);

#endif
