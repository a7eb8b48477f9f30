/*
 * aside.h - the keys for what is beside the text: which of output, chat and notes
 * is looked at or typed into, and reading the output. How that is drawn is in
 * pane.h, what is done in a line in talk.h and input.h. Pure.
 */
#ifndef CLIENT_ASIDE_H
#define CLIENT_ASIDE_H

#include "client/editor.h"

void aside_chat(struct editor *e);
void aside_notes(struct editor *e);
/* Where the program waits for us, to its line. Else to the output; from there on
 * it has the whole screen, where it has not yet; and then back to the code. */
void aside_output(struct editor *e);
/* Has the output that is read the place of the text? */
bool aside_is_whole(const struct editor *e);
/* Back to the code from reading the output. */
void aside_leave(struct editor *e);
/* From the code to the chat, the notes, the output, and back. */
void aside_next(struct editor *e);
/* The output, by some lines. */
void aside_up(struct editor *e);
void aside_down(struct editor *e);
/* While the output is read: is KEY for that? Then aside_key() moves the output,
 * leaves it, or goes to the line that it complains about. */
bool aside_takes(const struct editor *e, const struct key *key);
void aside_key(struct editor *e, const struct key *key);

#endif
