/*
 * input.h - the line that is typed for the running program. It has the keys of
 * whom it belongs to, and only theirs who know it: who pressed Run and has not
 * typed since, or who asked for it by ^O.
 */
#ifndef CLIENT_INPUT_H
#define CLIENT_INPUT_H

#include "client/editor.h"

/* Is it on the screen? */
bool input_shown(const struct editor *e);
/* The hub says whose line it is and whether the program waits. */
void input_keyboard(struct editor *e, const struct keyboard *k);
/* The link is a new one, perhaps to another hub: shall it be told that the line
 * is ours? */
bool input_reclaim(struct editor *e);
/* A run begins; the last one has ended. */
void input_begin(struct editor *e);
void input_end(struct editor *e);
/* Does the program wait for what we may type? Then input_focus() makes the
 * keys go there, and asks for the line if it is another's. */
bool input_wanted(const struct editor *e);
void input_focus(struct editor *e);
/* What is said while the program waits, or NULL. */
const char *input_news(const struct editor *e);
/* A key while they go there; false: it means nothing in a line. */
bool input_key(struct editor *e, const struct key *key);
/* How much of e->sent from FROM on goes with one message: whole lines, and at
 * most JOB_INPUT_MAX bytes. */
size_t input_piece(const struct editor *e, size_t from);

#endif
