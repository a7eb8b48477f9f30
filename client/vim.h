/*
 * vim.h - vim's keys (keymap.h): normal mode, inserting, selecting by characters
 * and by lines. A command is a count, an operator, a count and a motion, or one of
 * a table; its keys wait until it is whole. Each is one step of undo. What is
 * inserted goes the standard keys' way.
 */
#ifndef CLIENT_VIM_H
#define CLIENT_VIM_H

#include "client/editor.h"

/* "NORMAL", "INSERT", "REPLACE", "VISUAL" or "V-LINE". */
const char *vim_mode_name(const struct editor *e);
/* The caret was put elsewhere: nothing is selected, and what is inserted from now
 * on is a step of undo by itself. */
void vim_moved(struct editor *e);
/* The keys of a command that is not whole, for people. */
void vim_pending(const struct editor *e, char *dst, size_t size);
/* Other keys are on from now. */
void vim_leave(struct editor *e);
/* Is something selected, and hence REACH_ON or REACH_LINES meant? */
bool vim_is_visual(const struct editor *e);

/* For vimdo.c: insert from now on, all in all N times. */
void vim_insert(struct editor *e, unsigned n);
/* Back to normal mode, nothing is selected. */
void vim_normal(struct editor *e);
/* Do the last change again; N: so often, 0: as often as then. */
void vim_again(struct editor *e, unsigned n);

/* What the operator that waits for a search was to reach is known: do it. */
void vim_asked(struct editor *e);

/* The line of `/` and `:` (vimline.c). */
void vimline_search(struct editor *e, bool back);
void vimline_command(struct editor *e);
/* A key in it; false: it is typed, as in other lines. */
bool vimline_key(struct editor *e, const struct key *key);

#endif
