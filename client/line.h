/*
 * line.h - one line that is being typed: for a program, for the chat, for a
 * note. Pure.
 */
#ifndef CLIENT_LINE_H
#define CLIENT_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "client/grid.h"
#include "client/keys.h"

#define LINE_MAX_BYTES 4095

struct line {
	char text[LINE_MAX_BYTES];
	size_t len, at; /* at: the caret */
};

void line_clear(struct line *l);
/* Do what KEY means in a line: moving in it, removing, Backspace and the like.
 * False if it is none of these keys; characters are line_type's. */
bool line_key(struct line *l, const struct key *key);
/* Type CP at the caret, if the line is not longer than MAX bytes then; false:
 * it would be. MAX is at most LINE_MAX_BYTES. */
bool line_type(struct line *l, size_t max, uint32_t cp);
/* Type TEXT[LEN], which was pasted, with blanks for its line ends: what is one
 * line is said, or sent, when Enter is pressed. All of it or, false, nothing: it
 * would be longer than MAX bytes. */
bool line_paste(struct line *l, size_t max, const uint8_t *text, size_t len);
/* Draw it from column X to END of row Y, so that the caret is seen, after a "<"
 * in the column before if its beginning is not. FOCUS: the caret is the
 * terminal's. */
void line_draw(const struct line *l, struct grid *g, int x, int y, int end,
    uint8_t paint, bool focus);

#endif
