/* box.h - a box in the middle of the screen: a title and lines. Pure. */
#ifndef CLIENT_BOX_H
#define CLIENT_BOX_H

#include "client/grid.h"

#define BOX_COLS 52
#define BOX_LINES 24
#define BOX_LINE_SIZE 224
#define BOX_SPOTS 6

struct box {
	const char *title; /* borrowed */
	char lines[BOX_LINES][BOX_LINE_SIZE];
	int n;
	int cursor_line, cursor_col; /* -1: none */
	/* lines that can be clicked on, SPOT_ENTRY from first_entry on */
	int entries_line, entries, first_entry;
	/* other words that can be; their y is a line, their x a column of it */
	struct spot spots[BOX_SPOTS];
	int nspots;
};

/* One more line; beyond BOX_LINES it is left out. */
void box_add(struct box *b, const char *text);
/* TEXT in lines of at most COLS columns, broken at blanks if it has any. */
void box_add_wrapped(struct box *b, const char *text, int cols);
/* A click on WORDS presses KEY, which both are literals; or on the whole line is
 * for FIELD (panel.h). The line is the last one; if it does not hold WORDS nothing
 * can be clicked on. */
void box_key(struct box *b, const char *words, const char *key);
void box_field(struct box *b, int field);
/* Blank lines up to N. */
void box_pad(struct box *b, int n);
void box_draw(struct grid *g, struct box *b);
/* Has the screen columns for the sides? How many are between them? */
bool box_has_sides(const struct grid *g);
int box_inside(const struct grid *g);
/* The lines around an empty box of COLS x ROWS, and its title. */
void box_frame(
    struct grid *g, const char *title, int x, int y, int cols, int rows);

#endif
