/* grid.c - cells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/grid.h"
#include "proto/err.h"
#include "proto/utf8.h"

/* What ASCII terminals see instead of our ornaments. */
static const struct {
	uint32_t cp;
	char ascii;
} substitutes[] = {
	{ 0x2500, '-' }, /* box drawing: horizontal, vertical, corners, tees */
	{ 0x2502, '|' },
	{ 0x250C, '+' },
	{ 0x2510, '+' },
	{ 0x2514, '+' },
	{ 0x2518, '+' },
	{ 0x251C, '+' },
	{ 0x2524, '+' },
	{ 0x2192, '>' },
	{ 0xB7, ' ' },   /* a tab and a blank that are seen; a dot is code */
	{ 0x25CF, '*' }, /* black circle */
	{ 0x25C2, '<' }, /* small triangle to the left */
	{ 0x2191, '^' }, /* arrows up and down */
	{ 0x2193, 'v' },
	{ 0x2026, '.' }, /* ellipsis */
	/* blocks, from one eighth to a full one */
	{ 0x2581, '.' },
	{ 0x2582, ':' },
	{ 0x2583, '-' },
	{ 0x2584, '=' },
	{ 0x2585, '+' },
	{ 0x2586, '*' },
	{ 0x2587, '#' },
	{ 0x2588, '#' },
};

void
grid_release(struct grid *g)
{
	free(g->cells);
	g->cells = NULL;
	g->cols = g->rows = 0;
}

int
grid_resize(struct grid *g, int cols, int rows)
{
	struct cell *cells;

	if (cols > GRID_MAX_COLS)
		cols = GRID_MAX_COLS;
	if (rows > GRID_MAX_ROWS)
		rows = GRID_MAX_ROWS;
	if (cols < 1)
		cols = 1;
	if (rows < 1)
		rows = 1;
	cells = realloc(
	    g->cells, (size_t)cols * (size_t)rows * sizeof(struct cell));
	if (cells == NULL)
		return CS_ENOMEM;
	g->cells = cells;
	g->cols = cols;
	g->rows = rows;
	grid_clear(g);
	return 0;
}

void
grid_clear(struct grid *g)
{
	const struct cell blank = { .cp = ' ', .width = 1 };
	size_t row = (size_t)g->cols * sizeof(blank);

	for (int x = 0; x < g->cols; x++)
		g->cells[x] = blank;
	for (int y = 1; y < g->rows; y++)
		memcpy(&g->cells[y * g->cols], g->cells, row);
	g->nspots = 0;
	g->cursor = false;
	g->cursor_x = g->cursor_y = 0;
}

void
grid_spot(struct grid *g, const struct spot *s)
{
	if (g->nspots < SPOTS_MAX)
		g->spots[g->nspots++] = *s;
}

const struct spot *
grid_spot_at(const struct grid *g, int x, int y)
{
	for (const struct spot *s = g->spots; s < g->spots + g->nspots; s++)
		if (y == s->y && x >= s->x && x < s->end)
			return s;
	return NULL;
}

struct cell *
grid_at(struct grid *g, int x, int y)
{
	if (x < 0 || y < 0 || x >= g->cols || y >= g->rows)
		return NULL;
	return &g->cells[y * g->cols + x];
}

/* CP, or its substitute in ASCII. */
static uint32_t
grid_glyph(const struct grid *g, uint32_t cp)
{
	static const char eighths[] = ".:-=+*##"; /* of a block, upwards */

	if (!g->ascii || cp < 0x80)
		return cp;
	if (cp >= 0x2581 && cp <= 0x2588)
		return (uint32_t)eighths[cp - 0x2581];
	for (size_t i = 0; i < sizeof(substitutes) / sizeof(substitutes[0]);
	     i++)
		if (substitutes[i].cp == cp)
			return (uint32_t)substitutes[i].ascii;
	return '?';
}

/* The same, or a blank for a line that is only there to be looked at. */
static uint32_t
glyph(const struct grid *g, uint32_t cp, uint8_t paint)
{
	bool line = cp >= 0x2500 && cp <= 0x257F;

	if (g->plain && line && (paint == PAINT_RULE || paint == PAINT_BOX))
		return ' ';
	return grid_glyph(g, cp);
}

static void
put_cell(struct grid *g, int x, int y, uint32_t cp, int width, uint8_t paint,
    uint8_t flags)
{
	struct cell *c = grid_at(g, x, y), *half;

	if (c == NULL)
		return;
	/* half of a wide one that was there is no character */
	if (c->cp == 0 && (half = grid_at(g, x - 1, y)) != NULL)
		*half = (struct cell){ .cp = ' ', .width = 1 };
	half = grid_at(g, x + width, y);
	if (half != NULL && half->cp == 0)
		*half = (struct cell){ .cp = ' ', .width = 1 };
	*c = (struct cell){ .cp = cp,
		.paint = paint,
		.flags = flags,
		.width = (uint8_t)width };
	if (width == 2 && (c = grid_at(g, x + 1, y)) != NULL)
		*c = (struct cell){ .paint = paint, .flags = flags };
}

static void
add_mark(struct grid *g, int x, int y, uint32_t cp)
{
	struct cell *c = grid_at(g, x, y);

	if (c != NULL && c->cp == 0)
		c = grid_at(g, x - 1, y);
	for (int i = 0; c != NULL && !g->ascii && i < CELL_MARKS; i++)
		if (c->marks[i] == 0) {
			c->marks[i] = cp;
			return;
		}
}

/* A code point that must not reach a terminal: "<U+202E>" or "^A". */
static int
put_escaped(struct grid *g, int x, int y, int end, uint32_t cp)
{
	char text[16];

	if (cp < 0x20 || cp == 0x7F)
		snprintf(text, sizeof(text), "^%c", (char)(cp ^ 0x40));
	else
		snprintf(text, sizeof(text), "<U+%04X>", (unsigned)cp);
	return grid_puts(g, x, y, end, text, PAINT_ESCAPED, CELL_REVERSE);
}

/* Marks that take no column and that all terminals put onto the character
 * before. What joins pictures (ZWJ, VS16, a skin tone, the second half of a
 * flag) they measure differently: then only the first code point is drawn. */
static bool
plain_marks(const uint8_t *p, size_t len)
{
	uint32_t cp;
	int n;

	for (; len > 0; p += n, len -= (size_t)n)
		if ((n = utf8_decode(p, len, &cp)) <= 0 ||
		    utf8_cp_width(cp) != 0 || (cp >= 0xFE00 && cp <= 0xFE0F))
			return false;
	return true;
}

/* Put the cluster P[LEN]; returns the column after it, or X if it does not fit.
 */
static int
put_cluster(struct grid *g, int x, int y, int end, const uint8_t *p, size_t len,
    uint8_t paint, uint8_t flags)
{
	uint32_t cp;
	int n = utf8_decode(p, len, &cp), width;

	if (n <= 0) {
		n = 1;
		cp = 0xFFFD;
	}
	width = utf8_cp_width(cp);
	if (width < 0)
		return put_escaped(g, x, y, end, cp);
	if (width == 0) /* marks without a character, or too many on one */
		return x;
	if (g->ascii && cp >= 0x80)
		width = 1;
	if (x + width > end)
		return x;
	put_cell(g, x, y, glyph(g, cp, paint), width, paint, flags);
	p += n;
	len -= (size_t)n;
	if (plain_marks(p, len))
		for (; len > 0; p += n, len -= (size_t)n) {
			n = utf8_decode(p, len, &cp);
			add_mark(g, x, y, cp);
		}
	return x + width;
}

int
grid_put(struct grid *g, int x, int y, int end, const void *text, size_t len,
    uint8_t paint, uint8_t flags)
{
	const uint8_t *p = text;
	size_t n;
	int at;

	if (end > g->cols)
		end = g->cols;
	for (; len > 0 && x < end; p += n, len -= n, x = at) {
		n = utf8_cluster(p, len);
		at = put_cluster(g, x, y, end, p, n, paint, flags);
		if (at == x && utf8_cluster_width(p, n) != 0)
			break;
	}
	return x;
}

int
grid_puts(struct grid *g, int x, int y, int end, const char *text,
    uint8_t paint, uint8_t flags)
{
	return grid_put(g, x, y, end, text, strlen(text), paint, flags);
}

void
grid_fill(struct grid *g, int x, int y, int end, uint32_t cp, uint8_t paint,
    uint8_t flags)
{
	for (; x < end; x++)
		put_cell(g, x, y, glyph(g, cp, paint), 1, paint, flags);
}

int
grid_cluster_cols(const void *p, size_t len)
{
	uint32_t cp;
	int width = utf8_cluster_width(p, len);

	if (width >= 0)
		return width;
	if (utf8_decode(p, len, &cp) <= 0)
		return 1;
	/* as put_escaped writes it: ^A, <U+202E>, <U+E0001> */
	if (cp < 0x20 || cp == 0x7F)
		return 2;
	return cp > 0xFFFFF ? 10 : cp > 0xFFFF ? 9 : 8;
}

int
grid_width(const char *text)
{
	size_t len = strlen(text), n;
	int cols = 0;

	for (; len > 0; text += n, len -= n) {
		n = utf8_cluster(text, len);
		cols += grid_cluster_cols(text, n);
	}
	return cols;
}

const char *
grid_fitting(const char *const *texts, int cols)
{
	while (texts[1] != NULL && grid_width(texts[0]) > cols)
		texts++;
	return texts[0];
}

size_t
grid_fit(const void *text, size_t len, int cols, size_t *next)
{
	const uint8_t *p = text;
	size_t at = 0, blank = 0, n;
	int used = 0;

	for (; at < len; at += n) {
		n = utf8_cluster(p + at, len - at);
		used += grid_cluster_cols(p + at, n);
		if (p[at] == ' ')
			blank = at;
		if (used > cols && at > 0)
			break;
	}
	if (at < len && blank > 0)
		at = blank;
	*next = at + (at < len && p[at] == ' ');
	return at;
}
