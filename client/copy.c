/* copy.c - plain text for the terminal's own mouse. */
#include <stdlib.h>

#include "client/copy.h"
#include "client/panel.h"
#include "client/output.h"
#include "client/place.h"
#include "client/view.h"
#include "proto/utf8.h"

static void
open_panel(struct editor *e, bool output)
{
	e->panel = PANEL_COPY;
	e->copy.output = output;
	e->copy.line = e->top;
	e->copy.scroll = e->run.scroll;
}

void
copy_screen(struct editor *e)
{
	open_panel(e, e->reading != READING_NOTHING);
}

void
copy_output(struct editor *e)
{
	open_panel(e, true);
}

void
copy_settle(struct editor *e, int cols, int rows)
{
	const struct text *t = editor_text(e);
	struct copy *c = &e->copy;
	int more;

	if (t == NULL && !c->output) { /* it was taken away meanwhile */
		e->panel = PANEL_NONE;
		return;
	}
	c->page = rows > 2 ? rows - 1 : 1;
	more = output_rows(e, cols) - c->page;
	if (c->scroll > more)
		c->scroll = more;
	if (c->scroll < 0)
		c->scroll = 0;
	if (!c->output && c->line >= text_line_count(t))
		c->line = text_line_count(t) - 1;
}

/* The line's bytes from row Y on, in as many rows as they take; returns the row
 * after them. */
static int
put_line(struct grid *g, const uint8_t *p, size_t len, int y, int rows)
{
	size_t column = 0, n;
	int x = 0, cols;

	for (size_t at = 0; at < len && y < rows;
	     at += n, column += (size_t)cols) {
		n = utf8_cluster(p + at, len - at);
		cols = place_cluster_cols(p + at, n, column);
		if (x + cols > g->cols && x > 0) {
			x = 0;
			y++;
		}
		if (p[at] != '\t' && y < rows)
			grid_put(g, x, y, g->cols, p + at, n, PAINT_TEXT, 0);
		x += cols;
	}
	return y + 1;
}

static void
draw_text(const struct editor *e, struct grid *g, int rows)
{
	const struct text *t = editor_text(e);
	size_t line = e->copy.line, start, len;
	uint8_t *p;
	int y = 0;

	for (; line < text_line_count(t) && y < rows; line++) {
		start = text_line_start(t, line);
		len = text_line_end(t, line) - start;
		if ((p = malloc(len + 1)) == NULL)
			return;
		text_copy(t, start, len, p);
		y = put_line(g, p, len, y, rows);
		free(p);
	}
}

void
copy_draw(const struct editor *e, struct grid *g)
{
	static const char *const hints[] = {
		"Plain text for the mouse: PgUp PgDn move, another key leaves",
		"PgUp PgDn move, another key leaves",
		"Any key leaves",
		NULL,
	};
	struct area all = { 0, 0, g->cols, e->copy.page, false };

	if (e->copy.output)
		output_put(e, &all, e->copy.scroll, g);
	else
		draw_text(e, g, e->copy.page);
	grid_puts(g, 0, g->rows - 1, g->cols, grid_fitting(hints, g->cols - 1),
	    PAINT_DIM, 0);
}

static void
move(struct copy *c, int by)
{
	size_t back = (size_t)-by;

	c->scroll -= by;
	if (by > 0)
		c->line += (size_t)by;
	else
		c->line -= c->line > back ? back : c->line;
}

void
copy_key(struct editor *e, const struct key *key)
{
	struct copy *c = &e->copy;
	int page = c->page > 1 ? c->page - 1 : 1;

	if (key->code == K_UP)
		move(c, -1);
	else if (key->code == K_DOWN)
		move(c, 1);
	else if (key->code == K_PGUP)
		move(c, -page);
	else if (key->code == K_PGDN)
		move(c, page);
	else
		panel_close(e);
}
