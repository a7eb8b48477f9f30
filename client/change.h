/*
 * change.h - how commands change the text: each change is one operation of ours,
 * and so one step of undo. What cannot be done is said on the event line.
 */
#ifndef CLIENT_CHANGE_H
#define CLIENT_CHANGE_H

#include "client/editor.h"

/* Why we may not write here, for people to read; "" if we may. */
const char *change_why_not(const struct editor *e);
/* May we write? If not, it is said why. */
bool change_allowed(struct editor *e);
/* Say why an edit or an undo was refused with R. */
void change_explain(struct editor *e, int r);
/* Change the text on the screen by OP, with the FLAGS of peer_edit; then ANCHOR
 * to HEAD is selected, or the caret is there if they are the same. OP is
 * released. False: nothing was changed, and it was said why. */
bool change_apply(
    struct editor *e, struct op *op, uint8_t flags, size_t anchor, size_t head);
/* The same as a step of undo by itself, whatever was typed before and after. */
bool change_alone(
    struct editor *e, struct op *op, uint8_t flags, size_t anchor, size_t head);
/* Replace DEL bytes at POS by INS[LEN]; the caret goes behind that. */
bool change_splice(struct editor *e, size_t pos, size_t del, const void *ins,
    size_t len, uint8_t flags);
/* The same with what is selected, or at the caret. */
bool change_selected(
    struct editor *e, const void *ins, size_t len, uint8_t flags);

#endif
