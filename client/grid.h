/*
 * grid.h - a screen as cells: what the view draws and the terminal shows. Pure.
 */
#ifndef CLIENT_GRID_H
#define CLIENT_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRID_MAX_COLS 500
#define GRID_MAX_ROWS 300
#define SPOTS_MAX 256
#define CELL_MARKS 2 /* combining marks kept with a character */

/* What a cell is part of; the terminal decides what that looks like. */
enum paint {
	PAINT_TEXT,
	PAINT_KEYWORD,
	PAINT_STRING,
	PAINT_NUMBER,
	PAINT_COMMENT,
	PAINT_CALL,
	PAINT_DIM,   /* line numbers, hints */
	PAINT_TITLE, /* the first row */
	PAINT_RULE,  /* lines between panes */
	PAINT_EVENT,
	PAINT_ERROR,
	PAINT_KEY, /* a key's name in the last row */
	PAINT_LABEL,
	PAINT_BOX,
	PAINT_ESCAPED, /* a control character, shown by its number */
	PAINT_OUTPUT,  /* PAINT_OUTPUT + n: what a program set by SGR 30 + n */
	PAINT_OUTPUTS = 8,
	/* PAINT_SITE + n: a person's colour */
	PAINT_SITE = PAINT_OUTPUT + PAINT_OUTPUTS,
	PAINT_SITES = 6,
	PAINTS = PAINT_SITE + PAINT_SITES
};
enum cell_flags {
	CELL_BOLD = 1,
	CELL_REVERSE = 2,
	CELL_UNDERLINE = 4,
	CELL_TINT = 8 /* another background, where one is known to be seen */
};

struct cell {
	uint32_t cp; /* 0: the right half of the wide one before */
	uint32_t marks[CELL_MARKS];
	uint8_t paint, flags, width;
};

/* What a click on some cells of a row means. */
enum spot_kind {
	SPOT_KEY,    /* as if key was pressed */
	SPOT_PERSON, /* which: site, whom to follow */
	SPOT_ARROW,  /* which: site, to whose caret to go */
	SPOT_ENTRY,  /* which: entry of the menu */
	SPOT_LINE,   /* which: file << 24 | line, from 0: to go there */
	SPOT_FIELD,  /* which: enum join_field (panel.h) */
	SPOT_BOX     /* nothing, but it is not beside the box */
};
struct spot {
	int x, y, end;
	uint8_t kind; /* enum spot_kind */
	int which;
	const char *key; /* its name for people; a literal */
};

struct grid {
	int cols, rows;
	struct cell *cells; /* rows * cols */
	int cursor_x, cursor_y;
	bool cursor; /* is it shown */
	bool ascii;  /* nothing but ASCII may be put */
	bool plain;  /* no lines of rules and boxes, which would be read out */
	struct spot spots[SPOTS_MAX];
	int nspots;
};

void grid_release(struct grid *g);
int grid_resize(struct grid *g, int cols, int rows); /* CS_ENOMEM */
void grid_clear(struct grid *g);
struct cell *grid_at(struct grid *g, int x, int y); /* NULL outside */
/* Put UTF-8 TEXT[LEN] from column X of row Y on, up to but not into column END;
 * what does not fit is left out. Returns the column after it. */
int grid_put(struct grid *g, int x, int y, int end, const void *text,
    size_t len, uint8_t paint, uint8_t flags);
int grid_puts(struct grid *g, int x, int y, int end, const char *text,
    uint8_t paint, uint8_t flags);
void grid_fill(struct grid *g, int x, int y, int end, uint32_t cp,
    uint8_t paint, uint8_t flags);
/* What can be clicked on; beyond SPOTS_MAX it is left out. Clearing forgets it. */
void grid_spot(struct grid *g, const struct spot *s);
const struct spot *grid_spot_at(const struct grid *g, int x, int y);
/* Columns that TEXT takes, or the cluster P[LEN]. */
int grid_width(const char *text);
/* The first of TEXTS, each shorter than the one before and NULL behind them, that
 * COLS columns hold; the last, if none does. */
const char *grid_fitting(const char *const *texts, int cols);
int grid_cluster_cols(const void *p, size_t len);
/* How many bytes of TEXT[LEN] go into a row of COLS columns: up to a blank if
 * there is one. *NEXT gets where the next row begins. */
size_t grid_fit(const void *text, size_t len, int cols, size_t *next);

#endif
