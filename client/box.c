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

static void
add_spot(struct box *b, int x, int end, const struct spot *kind)
{
	struct spot *s;

	if (b->nspots == BOX_SPOTS)
		return;
	s = &b->spots[b->nspots++];
	*s = *kind;
	s->x = x;
	s->end = end;
	s->y = b->n - 1;
}

void
box_key(struct box *b, const char *words, const char *key)
{
	const char *line = b->lines[b->n - 1], *at = strstr(line, words);
	const struct spot kind = { .kind = SPOT_KEY, .key = key };
	char before[BOX_LINE_SIZE];
	int x;

	if (at == NULL)
		return;
	snprintf(before, sizeof(before), "%.*s", (int)(at - line), line);
	x = grid_width(before);
	add_spot(b, x, x + grid_width(words), &kind);
}

void
box_field(struct box *b, int field)
{
	const struct spot kind = { .kind = SPOT_FIELD, .which = field };

	add_spot(b, 0, grid_width(b->lines[b->n - 1]), &kind);
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
		for (int s = 0; s < b->nspots; s++)
			b->spots[s].y -= b->spots[s].y > i;
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

static void
mark_entries(struct grid *g, const struct box *b, int x, int y, int end)
{
	struct spot spot = { .x = x, .end = end, .kind = SPOT_ENTRY };

	for (int i = 0; i < b->entries && b->entries_line + i < b->n; i++) {
		spot.y = y + b->entries_line + i;
		spot.which = b->first_entry + i;
		grid_spot(g, &spot);
	}
}

/* Words, as far as they are seen. */
static void
mark_words(struct grid *g, const struct box *b, int x, int y, int end)
{
	struct spot spot;

	for (int i = 0; i < b->nspots; i++) {
		spot = b->spots[i];
		if (spot.y >= b->n)
			continue;
		spot.x += x;
		spot.end = spot.end + x < end ? spot.end + x : end;
		spot.y += y;
		grid_spot(g, &spot);
	}
}

/* The rest of the box's N lines and its frame. */
static void
mark_box(struct grid *g, int x, int y, int end, int n)
{
	struct spot spot = { .x = x, .end = end, .kind = SPOT_BOX };

	for (spot.y = y; spot.y < y + n + 2; spot.y++)
		grid_spot(g, &spot);
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
	g->nspots = 0; /* what is behind it cannot be clicked on */
	mark_entries(g, b, inside, y + 1, x + cols - 1);
	mark_words(g, b, inside, y + 1, x + cols - 1);
	mark_box(g, x, y, x + cols, b->n);
	g->cursor = b->cursor_line >= 0;
	g->cursor_x = inside + b->cursor_col;
	g->cursor_y = y + 1 + b->cursor_line;
}
