/*
 * pane.h - which panes there are, the rules above them, and people. What was
 * printed and what was said is drawn by output.h and lines.h. Pure.
 */
#ifndef CLIENT_PANE_H
#define CLIENT_PANE_H

#include "client/editor.h"
#include "client/grid.h"
#include "client/view.h"

/* What L's area `talk` shows; where PANE is, perhaps without rows. */
enum pane pane_of_talk(const struct editor *e, const struct layout *l);
const struct area *pane_area(
    const struct editor *e, const struct layout *l, enum pane pane);
/* What the last run has come to, in COLS columns if possible; "": there is none. */
void pane_run_title(const struct editor *e, int cols, char *dst, size_t size);
/* The output's name and what the run is at, in the first row. */
void pane_draw_head(const struct editor *e, struct grid *g);
void pane_draw_rules(
    const struct editor *e, const struct layout *l, struct grid *g);
void pane_draw(const struct editor *e, const struct layout *l, struct grid *g);

#endif
