/*
 * select.h - the caret and what is selected: from the anchor, which stays, to
 * the head, which moves. Others see both by our caret's message. Pure.
 */
#ifndef CLIENT_SELECT_H
#define CLIENT_SELECT_H

#include "client/editor.h"

/* Bytes FROM up to TO of the text on the screen; nothing is selected where both
 * are the same. In vim's visual modes what the caret stands on is selected, too,
 * or all of the lines. */
struct span {
	size_t from, to;
};
size_t select_head(const struct editor *e); /* where the caret is */
struct span select_span(const struct editor *e);
bool select_any(const struct editor *e);
/* The lines that it touches, as line numbers TO not included: all of the span's,
 * but not one at whose start it ends; without any, the caret's. */
struct span select_lines(const struct editor *e);
/* The caret is at HEAD, and from ANCHOR on it is selected. The column that up
 * and down keep is forgotten, and what is typed next is undone by itself. */
void select_set(struct editor *e, size_t anchor, size_t head);
/* The caret moves to POS: what is selected grows if Shift is held (e->extend) or
 * a mark is set (e->mark), else it is dropped. */
void select_go(struct editor *e, size_t pos);
/* Set the mark, from which moves select, or take it away. */
void select_mark(struct editor *e);
void select_all(struct editor *e);
/* Is the byte at POS part of a word? */
bool select_in_word(const struct text *t, size_t pos);
/* The word around POS, or, where there is none, as many blanks, or one cluster. */
struct span select_word_at(const struct text *t, size_t pos);
/* Nothing is selected, the caret stays; false: nothing was, and no mark. */
bool select_drop(struct editor *e);

#endif
