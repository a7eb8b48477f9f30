/*
 * bracket.h - which bracket belongs to the one at the caret. Brackets in strings
 * and comments belong to none. Pure.
 */
#ifndef CLIENT_BRACKET_H
#define CLIENT_BRACKET_H

#include "client/editor.h"

#define BRACKET_LINES 500 /* are looked through, in each direction */

/* The bracket at the caret, else the one before it, and the other one of the pair.
 * False: there is none, or not within BRACKET_LINES. */
bool bracket_pair(const struct editor *e, size_t *at, size_t *other);
/* The caret goes to the other one. */
void bracket_go(struct editor *e);

#endif
