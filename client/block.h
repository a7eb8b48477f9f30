/*
 * block.h - what is done with whole lines: those that the selection touches, or
 * the caret's. Each is one operation and one step of undo. Pure.
 */
#ifndef CLIENT_BLOCK_H
#define CLIENT_BLOCK_H

#include "client/editor.h"

void block_delete(struct editor *e);
/* A copy below; the caret, or what is selected, is in the copy then. */
void block_duplicate(struct editor *e);
void block_up(struct editor *e);
void block_down(struct editor *e);
/* By TAB_SIZE blanks. Empty lines stay empty. */
void block_indent(struct editor *e);
void block_outdent(struct editor *e);
/* Make comments of the lines, or code again if all of them are comments, as the
 * file's language has them. */
void block_comment(struct editor *e);

#endif
