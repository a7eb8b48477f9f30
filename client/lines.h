/* lines.h - what was said (talk.h), in a pane. Pure. */
#ifndef CLIENT_LINES_H
#define CLIENT_LINES_H

#include "client/editor.h"
#include "client/grid.h"
#include "client/view.h"

/* How many rows all lines of PANE take, as wide as A. */
int lines_rows(const struct editor *e, enum pane pane, const struct area *a);
/* The newest of them, or older ones as it is scrolled, and the line that is
 * typed. */
void lines_draw(const struct editor *e, enum pane pane, const struct area *a,
    struct grid *g);

#endif
