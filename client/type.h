/*
 * type.h - the keys that type and delete, at the caret or in the place of what is
 * selected, and that take it back. What cannot be done is said (change.h). Pure.
 */
#ifndef CLIENT_TYPE_H
#define CLIENT_TYPE_H

#include "client/editor.h"

void type_char(struct editor *e, uint32_t cp);
/* A new line, as deep as this one, or deeper or less deep as Python is read. */
void type_enter(struct editor *e);
/* Blanks up to the next multiple of TAB_SIZE; what is selected is indented. */
void type_tab(struct editor *e);
/* In leading blanks back to the multiple of TAB_SIZE before. */
void type_backspace(struct editor *e);
/* What that takes away begins there: a character, or blanks up to a stop. */
size_t type_back_to(const struct text *t, size_t pos);
void type_delete(struct editor *e);
/* From the start of the word to the left. */
void type_delete_word(struct editor *e);
/* Our last change, in whatever file it was, which is shown then. */
void type_undo(struct editor *e);
void type_redo(struct editor *e);

#endif
