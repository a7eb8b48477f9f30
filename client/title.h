/*
 * title.h - the first row of the screen. Pure.
 */
#ifndef CLIENT_TITLE_H
#define CLIENT_TITLE_H

#include "client/editor.h"
#include "client/grid.h"

/* The room, its file and state, a chip for each person, and the clock. Names give
 * way first, and then who has come last. */
void title_draw(const struct editor *e, struct grid *g);

#endif
