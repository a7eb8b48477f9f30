/*
 * mouse.h - what the mouse means: a click is the caret's place, a drag selects, a
 * double click takes the word, a triple one the line; or it does what is clicked
 * on, which whoever draws has marked in the grid; beside a box it closes that. The
 * wheel scrolls what it is over. It touches no terminal.
 */
#ifndef CLIENT_MOUSE_H
#define CLIENT_MOUSE_H

#include "client/editor.h"
#include "client/grid.h"
#include "client/view.h"

#define WHEEL_LINES 3
#define CLICKS_MS 400 /* between clicks that belong together */

/* The key that a SPOT_KEY's "^T", "F8", "^T or Esc", "^R/F5", "EscEsc", ",/." or an arrow
 * names; false: none. */
bool mouse_key_of(const char *label, struct key *key);

/* KEY is a K_MOUSE on the screen G, of which L is the layout now. Returns false
 * if it means nothing. If it means another key, *PRESSED is that one, for the
 * caller to press; else its code is 0. */
bool mouse_key(struct editor *e, const struct layout *l, const struct grid *g,
    const struct key *key, struct key *pressed);
/* The file on the screen was changed by OP. */
void mouse_changed(struct editor *e, const struct op *op);

#endif
