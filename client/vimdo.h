/*
 * vimdo.h - what vim's commands do: operators, and all that are not motions.
 * Each changes the text by one operation, or by what standard keys do.
 */
#ifndef CLIENT_VIMDO_H
#define CLIENT_VIMDO_H

#include "client/editor.h"
#include "client/select.h"

/* One command, as it was typed. */
struct deed {
	unsigned n;   /* times, at least 1 */
	bool counted; /* N was said */
	uint32_t op;  /* the operator, or 0 */
	uint32_t arg; /* the character, of r */
	size_t at;    /* where copying leaves the caret */
};

/* A command that is neither a motion nor an operator with one. */
struct act_key {
	const char *keys;
	void (*fn)(struct editor *e, const struct deed *d);
	unsigned flags; /* enum vimdo_flags */
};
enum vimdo_flags {
	VIMDO_ARG = 1,    /* a character follows */
	VIMDO_CHANGE = 2, /* `.` does it again */
	VIMDO_NORMAL = 4, /* with nothing selected */
	VIMDO_VISUAL = 8  /* with something selected */
};

/* The one that KEY[N] begins with, in a mode that FLAGS has, or NULL. *MORE:
 * further keys are needed to know. */
const struct act_key *vimdo_find(
    const uint32_t *key, size_t n, unsigned flags, bool *more);
/* Operator D->op on S: bytes or, with LINES, line numbers. */
void vimdo_operate(
    struct editor *e, const struct deed *d, struct span s, bool lines);
/* The caret goes to POS, and may stand on a line's end: the mode's business. */
void vimdo_go(struct editor *e, size_t pos);
/* Where what is selected begins; the caret, if that is its first end. */
size_t vimdo_selected_start(const struct editor *e);
/* The lines that are selected, by number. */
struct span vimdo_selected_lines(const struct editor *e);
/* A line for o or O, to write into. */
void vimdo_open(struct editor *e, uint32_t how);

#endif
