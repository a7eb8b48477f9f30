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
/* Where the program waits for us, to its line. Where there is one pane and it
 * shows something else, it shows the output; only then has that the whole screen. */
void aside_output(struct editor *e);
/* The output has the whole screen, or has not any more. */
void aside_toggle(struct editor *e);
/* From the code to the chat, the notes, the output, and back. */
void aside_next(struct editor *e);
/* The output, by some lines. */
void aside_up(struct editor *e);
void aside_down(struct editor *e);
/* While the output has the whole screen: is KEY for that? Then aside_key() moves
 * the output, closes it, or goes to the line that it complains about. */
bool aside_takes(const struct editor *e, const struct key *key);
void aside_key(struct editor *e, const struct key *key);

#endif
