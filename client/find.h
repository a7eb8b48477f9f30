/*
 * find.h - the bar in the place of the event line that finds, replaces, or goes
 * to a line. What is found is selected. Case matters only if that is asked for,
 * and only of ASCII letters it does not otherwise. Pure.
 */
#ifndef CLIENT_FIND_H
#define CLIENT_FIND_H

#include "client/editor.h"

/* Open it: to find, to replace, for a number. With a part of a line selected,
 * that is what is looked for. */
void find_open(struct editor *e);
void find_replace(struct editor *e);
void find_line(struct editor *e);
void find_close(struct editor *e);
/* What was looked for last, after the caret or before it. */
void find_next(struct editor *e);
void find_previous(struct editor *e);
/* A key while the bar is open; false: it means nothing there. */
bool find_key(struct editor *e, const struct key *key);
/* How often it is there, and which of these is selected: from 1, or 0. */
struct find_count {
	size_t at, n;
};
struct find_count find_count(const struct editor *e);
/* The bar in row Y. */
void find_draw(const struct editor *e, struct grid *g, int y);

#endif
