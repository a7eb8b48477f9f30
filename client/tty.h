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

/* Take over the terminal: descriptor 0, or, if that is a socket, through which its
 * bytes go, the controlling one. COLOURS: see tty_palette. On failure
 * CS_EINVAL, and ERR[SIZE] is one sentence. */
int tty_open(struct tty **out, int colours, char *err, size_t size);
int tty_fd(const struct tty *t); /* non-blocking; to read keys from */
void tty_size(const struct tty *t, int *cols, int *rows);
/* Ask it, in one go before the first frame, what it can do more than others, and,
 * if UTF8, whether it knows UTF-8. Nothing waits for the answers (K_REPLY). */
void tty_ask(struct tty *t, bool utf8);
/* One of the answers, whenever it comes; it is used from the next frame on. */
enum tty_can {
	TTY_SYNC,  /* it can show a frame in one piece */
	TTY_KITTY, /* it can report keys by CSI u */
	TTY_LIGHT, /* its background is light: a tint is behind what others select, */
	TTY_DARK,    /* or dark */
	TTY_ANSWERED /* that was all */
};
void tty_can(struct tty *t, enum tty_can what);
/* Show G, which has the size of tty_resize. CS_EBUSY: tty_busy. */
int tty_show(struct tty *t, const struct grid *g);
void tty_resize(
    struct tty *t, int cols, int rows); /* the next frame is whole */
void tty_redraw(struct tty *t);         /* the same */
/* How many colours it has, 0 if none. */
int tty_colours(const struct tty *t);
/* Use at most COLOURS of them from the next frame on: 256, 16 (or the 8 that it
 * has), or 0 for none. */
void tty_palette(struct tty *t, int colours);
/* Shall it report its mouse? First it does not. The frame that follows says so. */
void tty_mouse(struct tty *t, bool on);
/* Ask it with the next frame to say when it has read that (REPLY_OK). Only who
 * has answered before (TTY_ANSWERED) is asked; false: it is not. */
bool tty_ping(struct tty *t);
/* The shape of its caret from the next frame on: a number of DECSCUSR, 0 for its
 * own. It gets its own back at the end. */
void tty_caret(struct tty *t, int shape);
/* Is it known to take one? */
bool tty_takes_shapes(const struct tty *t);
/* Ring its bell with the next frame. */
void tty_bell(struct tty *t);
/* Give it SEQUENCE[LEN], which shows nothing, with the next frame: its clipboard
 * (clip.h). Terminals that are not known to swallow what they do not know get
 * nothing. CS_ENOMEM. */
int tty_copy(struct tty *t, const void *sequence, size_t len);
/* Is it of a kind that listens to that? */
bool tty_takes_copies(const struct tty *t);
/* Are there bytes that the terminal did not take yet? */
bool tty_busy(const struct tty *t);
/* Write what it takes. 0, or CS_ECLOSED: it is gone. */
int tty_flush(struct tty *t);
/* Give the terminal back as it was and say FAREWELL on the normal screen (NULL:
 * the terminal is gone, write nothing). Frees T. */
void tty_close(struct tty *t, const char *farewell);

#endif
