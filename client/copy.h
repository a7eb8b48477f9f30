/*
 * copy.h - "Copy screen": the text, or the output, and nothing else on the whole
 * screen, with the terminal's own mouse, for terminals that do not take what the
 * editor copies.
 */
#ifndef CLIENT_COPY_H
#define CLIENT_COPY_H

#include "client/editor.h"

/* Show what is seen: the text, or the output if that has the screen. */
void copy_screen(struct editor *e);
void copy_output(struct editor *e);
/* Keep what is shown within what there is, on a screen of that size. */
void copy_settle(struct editor *e, int cols, int rows);
void copy_draw(const struct editor *e, struct grid *g);
/* Arrows and pages move; any other key goes back. */
void copy_key(struct editor *e, const struct key *key);

#endif
