/*
 * view.h - draws the editor into a grid, at any size. Pure: it reads the state
 * and changes only the grid (view_layout also tells the editor its page sizes
 * and keeps its caret and its scrolling within them).
 */
#ifndef CLIENT_VIEW_H
#define CLIENT_VIEW_H

#include "client/editor.h"
#include "client/grid.h"

/* Windows are tiny below the first two, have panes beside the text from the third
 * on, and more of them from the last on. */
#define TINY_COLS 60
#define TINY_ROWS 16
#define SIDE_COLS 120
#define WIDE_COLS 180

enum view_class {
	VIEW_TOO_SMALL,
	VIEW_TINY,
	VIEW_STACKED,
	VIEW_SIDE,
	VIEW_WIDE,
	VIEW_LOBBY
};

/* A pane's place, without the rule above it. Without rows it is not shown. */
struct area {
	int x, y, end, rows; /* end: the column after it */
	bool line;           /* a line that is typed stands below its rows */
};

/* Where things are, in columns and rows from 0. */
struct layout {
	enum view_class class;
	int text_x, gutter; /* columns: of line numbers, of the text */
	int by_x; /* of the letter of who changed a line last; 0: none */
	int text_y, text_rows, text_end; /* rows; the column after the text */
	int rule_y;                      /* below the text; -1: none */
	bool out_head; /* the first row is the output's, not the room's */
	struct area out;
	struct area talk;                     /* e->talk.tab */
	struct area notes, people;            /* VIEW_WIDE */
	int box_x, box_y, box_cols, box_rows; /* VIEW_LOBBY */
	int event_y, keys_y;
	/* of a replay: the timeline (timeline.h), above both; else no rows */
	int time_x, time_y, time_end, time_rows;
};

/* layout.c */
void view_layout(struct editor *e, int cols, int rows, struct layout *l);
/* G has its size; L is of that size. */
void view_draw(const struct editor *e, const struct layout *l, struct grid *g);
/* The letter that stands for a seat's label, and its paint. */
char view_letter(const char *label);
uint8_t view_site_paint(const char *label);
/* Behind it: ' ' here, '*' types, 'z' idle, '!' has lost the connection. */
char view_state(const struct editor *e, const struct seen *s);

#endif
