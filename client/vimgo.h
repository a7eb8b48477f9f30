/*
 * vimgo.h - vim's motions and text objects: where they lead, and how far an
 * operator reaches with them. Nothing is moved or changed here. Pure.
 */
#ifndef CLIENT_VIMGO_H
#define CLIENT_VIMGO_H

#include "client/editor.h"
#include "client/select.h"

/* Up to where one leads, that character included, whole lines. EXACT: as TO,
 * but also where a line begins. */
enum reach { REACH_TO, REACH_ON, REACH_LINES, REACH_EXACT };

struct aim;
struct motion {
	const char *keys;
	uint8_t reach; /* enum reach */
	bool object;   /* only behind an operator, or while one selects */
	bool arg;      /* a character follows */
	bool (*fn)(struct editor *e, struct aim *a);
};

/* One use of a motion. */
struct aim {
	const struct text *t;
	const char *keys; /* the motion's */
	size_t from, at; /* the caret, and where it leads; an object moves both,
			  and in visual mode begins with what is selected */
	unsigned n;      /* times */
	bool counted;    /* N was said */
	bool visual;     /* something is selected */
	uint32_t op;     /* the operator, or 0 */
	uint32_t arg;    /* the character */
	uint8_t reach;   /* enum reach; the motion's, unless it changes it */
	int goal; /* the column that up and down keep from then on, or -1 */
};

/* The one that KEY[N] begins with, or NULL. *MORE: further keys are needed to
 * know. OBJECTS: are they meant, too? */
const struct motion *vimgo_find(
    const uint32_t *key, size_t n, bool objects, bool *more);
/* Where M leads from the caret. False: nowhere. */
bool vimgo_aim(struct editor *e, const struct motion *m, struct aim *a);
/* What an operator takes: bytes or, with *LINES, line numbers. */
struct span vimgo_span(const struct aim *a, bool *lines);

#endif
