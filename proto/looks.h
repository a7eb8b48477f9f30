/*
 * looks.h - what a person has chosen of how things look, and which keys do what:
 * of each look one of a few values, all of them packed into one number, as which the
 * wire and the store have them. There is no free text in it. 0 is what everybody
 * begins with. Pure.
 */
#ifndef PROTO_LOOKS_H
#define PROTO_LOOKS_H

#include <stdbool.h>
#include <stdint.h>

/* They are stored: new ones go to the end. */
enum which_look {
	LOOK_KEYS,    /* enum keymap */
	LOOK_COLOURS, /* enum palette */
	LOOK_ASCII,   /* 1: nothing but ASCII */
	LOOK_CARET,   /* enum caret_shape */
	LOOK_CALM,    /* 1: nothing moves by itself */
	LOOK_LAYOUT,  /* enum side_panes */
	LOOK_WRAP,    /* 1: long lines go on in the next row */
	LOOK_BLANKS,  /* 1: they can be seen */
	LOOK_QUIET,   /* 1: the staff's carets are not shown */
	LOOKS
};
enum keymap { KEYMAP_STANDARD, KEYMAP_VIM, KEYMAP_EMACS, KEYMAPS };
enum palette { PALETTE_256, PALETTE_16, PALETTE_NONE, PALETTES };
enum caret_shape { CARET_OWN, CARET_BLOCK, CARET_BAR, CARET_UNDERLINE, CARETS };
/* AUTO: as it suits the screen. */
enum side_panes { PANES_AUTO, PANES_STACKED, PANES_BESIDE, PANES_LAYOUTS };

/* The value of WHICH in LOOKS, which are valid. */
unsigned looks_get(uint64_t looks, enum which_look which);
/* LOOKS with VALUE, one of WHICH's, in its place. */
uint64_t looks_with(uint64_t looks, enum which_look which, unsigned value);
/* Has each look a value that it can have, and is there nothing else? */
bool looks_valid(uint64_t looks);

#endif
