/*
 * move.h - the keys that move the caret; what is selected follows (select_go).
 * Pure.
 */
#ifndef CLIENT_MOVE_H
#define CLIENT_MOVE_H

#include "client/editor.h"

/* One character; or to the end of what is selected, which is dropped. */
void move_left(struct editor *e);
void move_right(struct editor *e);
/* One line, or a page, keeping the column that the first of such moves had. With
 * a page what is seen moves as far, so that the caret stays in its row. */
void move_up(struct editor *e);
void move_down(struct editor *e);
void move_page_up(struct editor *e);
void move_page_down(struct editor *e);
/* ^A goes to the start of the line, as in shells; only a second one selects all,
 * since typing would then remove it (e->at_start). */
void move_start_or_all(struct editor *e);
/* To the text of the line, and from there to its start. */
void move_home(struct editor *e);
void move_line_end(struct editor *e);
void move_text_start(struct editor *e);
void move_text_end(struct editor *e);
/* To the start of a word, and behind the end of one. */
void move_word_left(struct editor *e);
void move_word_right(struct editor *e);
/* Where the word before POS starts; 0 if there is none. */
size_t move_before_word(const struct text *t, size_t pos);

#endif
