/*
 * box.c - boxes. Blank lines go first when the screen is too low, and the sides
 * when it is too narrow.
 */
#include <stdio.h>
#include <string.h>

#include "client/box.h"

void
box_add(struct box *b, const char *text)
{
	if (b->n < BOX_LINES)
		snprintf(b->lines[b->n++], sizeof(b->lines[0]), "%s", text);
}

void
box_pad(struct box *b, int n)
{
	while (b->n < n && b->n < BOX_LINES)
		box_add(b, "");
}

void
box_add_wrapped(struct box *b, const char *text, int cols)
{
	size_t n, next, len = strlen(text);
	char line[224];

	for (; len > 0; text += next, len -= next) {
		n = grid_fit(text, len, cols, &next);
		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		box_add(b, line);
	}
}

/* Leave out blank lines until it fits in ROWS. */
static void
squeeze(struct box *b, int rows)
{
	for (int i = 0; i < b->n && b->n > rows;) {
		if (b->lines[i][0] != '\0') {
			i++;
			continue;
		}
		memmove(b->lines[i], b->lines[i + 1],
		    (size_t)(b->n - i - 1) * sizeof(b->lines[0]));
		b->n--;
		if (b->cursor_line > i)
			b->cursor_line--;
		if (b->entries_line > i)
			b->entries_line--;
	}
}

bool
box_has_sides(const struct grid *g)
{
	return g->cols > BOX_COLS;
}

int
box_inside(const struct grid *g)
{
	return box_has_sides(g) ? BOX_COLS - 4 : g->cols - 2;
}

void
box_frame(struct grid *g, const char *title, int x, int y, int cols, int rows)
{
	int right = x + cols - 1, bottom = y + rows - 1;
	bool sides = box_has_sides(g);
	char text[128];

	for (int i = y; i <= bottom; i++)
		grid_fill(g, x, i, x + cols, ' ', PAINT_BOX, 0);
	grid_fill(g, x, y, x + cols, 0x2500, PAINT_BOX, 0);
	grid_fill(g, x, bottom, x + cols, 0x2500, PAINT_BOX, 0);
	if (sides) {
		grid_fill(g, x, y, x + 1, 0x250C, PAINT_BOX, 0);
		grid_fill(g, right, y, right + 1, 0x2510, PAINT_BOX, 0);
		grid_fill(g, x, bottom, x + 1, 0x2514, PAINT_BOX, 0);
		grid_fill(g, right, bottom, right + 1, 0x2518, PAINT_BOX, 0);
	}
	for (int i = y + 1; i < bottom && sides; i++) {
		grid_fill(g, x, i, x + 1, 0x2502, PAINT_BOX, 0);
		grid_fill(g, right, i, right + 1, 0x2502, PAINT_BOX, 0);
	}
	snprintf(text, sizeof(text), " %s ", title);
	grid_puts(g, x + 1, y, right, text, PAINT_BOX, CELL_BOLD);
}

/* What is behind a box cannot be clicked on. */
static void
mark_entries(struct grid *g, const struct box *b, int x, int y, int end)
{
	struct spot spot = { .x = x, .end = end, .kind = SPOT_ENTRY };

	g->nspots = 0;
	for (int i = 0; i < b->entries && b->entries_line + i < b->n; i++) {
		spot.y = y + b->entries_line + i;
		spot.which = b->first_entry + i;
		grid_spot(g, &spot);
	}
}

void
box_draw(struct grid *g, struct box *b)
{
	bool sides = box_has_sides(g);
	int cols = sides ? BOX_COLS : g->cols, x, y, inside;

	squeeze(b, g->rows - 2);
	if (b->n > g->rows - 2)
		b->n = g->rows - 2;
	x = (g->cols - cols) / 2;
	y = (g->rows - b->n - 2) / 2;
	inside = x + (sides ? 2 : 1);
	box_frame(g, b->title, x, y, cols, b->n + 2);
	for (int i = 0; i < b->n; i++)
		grid_puts(g, inside, y + 1 + i, x + cols - 1, b->lines[i],
		    PAINT_BOX, 0);
	mark_entries(g, b, inside, y + 1, x + cols - 1);
	g->cursor = b->cursor_line >= 0;
	g->cursor_x = inside + b->cursor_col;
	g->cursor_y = y + 1 + b->cursor_line;
}
