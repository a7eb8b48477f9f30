/*
 * find.h - the bar in the place of the event line that finds, replaces, or goes
 * to a line, or takes what vim's / and : are followed by. What is found is selected. Case matters only if that is asked for,
 * and only of ASCII letters it does not otherwise. Pure.
 */
#ifndef CLIENT_FIND_H
#define CLIENT_FIND_H

#include "client/editor.h"
#include "client/select.h"

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
/* Is what was looked for, from the byte behind POS on or before POS, or from the
 * other end of the text? Then *AT is where. */
bool find_seek(const struct editor *e, size_t pos, bool back, size_t *at);
void find_say_none(struct editor *e);
/* "2/8  /seen": the one AT is which of how many, looked for BACK or not. */
void find_say_count(struct editor *e, size_t at, bool back);
/* Look for the word from FROM to TO of the text, in its case; false: it is too
 * long. */
bool find_set_word(struct editor *e, size_t from, size_t to);
/* Open BAR for something that is typed anew. */
void find_open_bar(struct editor *e, enum bar bar);
/* Replace those that are in S, or the first one in each of its lines: WITH[LEN].
 * *LINES gets in how many lines; returns how many there were, 0 also if it was said
 * why they cannot be. */
size_t find_replace_in(struct editor *e, struct span s, bool all,
    const char *with, size_t len, size_t *lines);
/* How often it is there, and which of these is selected: from 1, or 0. */
struct find_count {
	size_t at, n;
};
struct find_count find_count(const struct editor *e);
/* The bar in row Y. */
void find_draw(const struct editor *e, struct grid *g, int y);

#endif
