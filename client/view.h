/*
 * view.h - draws the editor into a grid, at any size. Pure: it reads the state
 * and changes only the grid (view_layout also tells the editor its page sizes
 * and keeps its caret and its scrolling within them).
 */
#ifndef CLIENT_VIEW_H
#define CLIENT_VIEW_H

#include "client/editor.h"
#include "client/grid.h"

enum view_class { VIEW_TOO_SMALL, VIEW_TINY, VIEW_STACKED, VIEW_SIDE };

/* Where things are, in columns and rows from 0; a pane without rows is not
 * shown. */
struct layout {
	enum view_class class;
	int gutter;                      /* columns before the text */
	int text_y, text_rows, text_end; /* rows; the column after the text */
	int rule_y;                      /* -1: none */
	int out_x, out_y, out_rows, out_end;
	int in_rows; /* 1: the line for the program stands below the output */
	int event_y, keys_y;
};

void view_layout(struct editor *e, int cols, int rows, struct layout *l);
/* G has its size; L is of that size. */
void view_draw(const struct editor *e, const struct layout *l, struct grid *g);
/* The letter that stands for a seat's label, and its paint. */
char view_letter(const char *label);
uint8_t view_site_paint(const char *label);

#endif
