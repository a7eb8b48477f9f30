/*
 * tty.h - the terminal: raw mode, and grids shown through ncurses, which draws
 * into memory. What it drew is written without ever blocking; while bytes of a
 * frame are still unwritten no other is drawn.
 */
#ifndef CLIENT_TTY_H
#define CLIENT_TTY_H

#include <stdbool.h>
#include <stddef.h>

#include "client/grid.h"

struct tty;

/* Take over the terminal (descriptor 0). On failure CS_EINVAL, and ERR[SIZE] is
 * one sentence. */
int tty_open(struct tty **out, bool mono, char *err, size_t size);
int tty_fd(const struct tty *t); /* non-blocking; to read keys from */
void tty_size(const struct tty *t, int *cols, int *rows);
/* Show G, which has the size of tty_resize. CS_EBUSY: tty_busy. */
int tty_show(struct tty *t, const struct grid *g);
void tty_resize(
    struct tty *t, int cols, int rows); /* the next frame is whole */
void tty_redraw(struct tty *t);         /* the same */
/* How many colours it has, 0 if none are used. */
int tty_colours(const struct tty *t);
/* Shall it report its mouse? First it does not. The frame that follows says so. */
void tty_mouse(struct tty *t, bool on);
/* The shape of its caret from the next frame on: a number of DECSCUSR, 0 for its
 * own. It gets its own back at the end. */
void tty_caret(struct tty *t, int shape);
/* Ring its bell with the next frame. */
void tty_bell(struct tty *t);
/* Give it SEQUENCE[LEN], which shows nothing, with the next frame: its clipboard
 * (clip.h). Terminals that are not known to swallow what they do not know get
 * nothing. CS_ENOMEM. */
int tty_copy(struct tty *t, const void *sequence, size_t len);
/* Are there bytes that the terminal did not take yet? */
bool tty_busy(const struct tty *t);
/* Write what it takes. 0, or CS_ECLOSED: it is gone. */
int tty_flush(struct tty *t);
/* Give the terminal back as it was and say FAREWELL on the normal screen (NULL:
 * the terminal is gone, write nothing). Frees T. */
void tty_close(struct tty *t, const char *farewell);

#endif
