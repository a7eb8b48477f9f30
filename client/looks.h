/*
 * looks.h - what a person chooses of how things look, and which keys do what
 * (proto/looks.h). The hub keeps it, and tells it when one comes again. What an
 * option says, or the terminal, is for this once, until the menu says otherwise.
 */
#ifndef CLIENT_LOOKS_H
#define CLIENT_LOOKS_H

#include "client/editor.h"

#define LOOKS_REJOIN_SIZE 192

/* WHICH is VALUE from now on, and the hub shall remember that. */
void looks_choose(struct editor *e, enum which_look which, unsigned value);
/* It is VALUE here and now, whatever is remembered: who came in asked for that;
 * or it was found out of the terminal. */
void looks_give(struct editor *e, enum which_look which, unsigned value);
void looks_find(struct editor *e, enum which_look which, unsigned value);
/* The command that leads back, with what was asked for; LOOKS_REJOIN_SIZE. "" if
 * there is none. */
void looks_rejoin(const struct editor *e, char *dst, size_t size);
/* LOOKS is what the hub remembers. */
void looks_welcome(struct editor *e, uint64_t looks);
/* How many colours are wanted at most: 256, 16 or 0; and are shown. */
int looks_most(const struct editor *e);
int looks_colours(const struct editor *e);

/* The menu's: the next of each, and say what it is. */
void looks_next_colours(struct editor *e);
void looks_next_caret(struct editor *e);
void looks_next_borders(struct editor *e);

#endif
