/*
 * pane.h - the panes beside and below the text but the output (output.h): chat,
 * notes, people, and the rules above all of them. Pure.
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
/* How many rows all lines of PANE take, as wide as A. */
int pane_talk_rows(
    const struct editor *e, enum pane pane, const struct area *a);
/* One of them alone, as far as A goes. */
void pane_draw_talk(const struct editor *e, enum pane pane,
    const struct area *a, struct grid *g);
void pane_draw_rules(
    const struct editor *e, const struct layout *l, struct grid *g);
void pane_draw(const struct editor *e, const struct layout *l, struct grid *g);

#endif
