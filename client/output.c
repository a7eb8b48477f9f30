/* output.c - what the last run printed, in a pane. */
#include <stdio.h>
#include <string.h>

#include "client/output.h"
#include "client/place.h"
#include "client/trace.h"
#include "proto/utf8.h"

/* How a program wants its text from here on. */
struct pen {
	uint8_t paint, flags;
};

/* The parameters of "CSI ... m" at P[LEN]: 16 colours, bold, underlined and
 * reverse; backgrounds and finer colours do not show. */
static void
set_pen(struct pen *pen, const uint8_t *p, size_t len)
{
	unsigned v = 0;

	for (size_t i = 0; i <= len; i++) {
		if (i < len && p[i] >= '0' && p[i] <= '9') {
			v = v < 1000 ? v * 10 + (p[i] - '0') : v;
			continue;
		}
		if (v == 0)
			*pen = (struct pen){ PAINT_TEXT, 0 };
		else if (v == 1)
			pen->flags |= CELL_BOLD;
		else if (v == 4)
			pen->flags |= CELL_UNDERLINE;
		else if (v == 7)
			pen->flags |= CELL_REVERSE;
		else if (v == 22)
			pen->flags &= (uint8_t)~CELL_BOLD;
		else if (v == 24)
			pen->flags &= (uint8_t)~CELL_UNDERLINE;
		else if (v == 27)
			pen->flags &= (uint8_t)~CELL_REVERSE;
		else if ((v >= 30 && v <= 37) || (v >= 90 && v <= 97))
			pen->paint = (uint8_t)(PAINT_OUTPUT + v % 10);
		else if (v == 39)
			pen->paint = PAINT_TEXT;
		else if (v == 38 || v == 48) /* the rest belongs to it */
			return;
		v = 0;
	}
}

#define SGR_MAX 48 /* bytes of one sequence */

/* The length of "CSI ... m" at P[LEN]; LEN if what is there may yet become one,
 * 0 if not. */
static size_t
sgr_len(const uint8_t *p, size_t len)
{
	size_t n = 2;

	if (len > 1 && p[1] != '[')
		return 0;
	while (n < len && n < SGR_MAX &&
	       ((p[n] >= '0' && p[n] <= '9') || p[n] == ';' || p[n] == ':'))
		n++;
	if (n >= len)
		return len;
	return p[n] == 'm' ? n + 1 : 0;
}

/* Programs may print anything: text, newlines, tabs and colours get through, CR
 * and BS move where the next text goes, and the rest is shown as symbols. ESC ( B
 * is how terminfo begins to take colours back. Returns how many bytes at P[LEN]
 * are one thing and in *SHOWN how many of them are drawn. */
static size_t
printable(const uint8_t *p, size_t len, size_t *shown, struct pen *pen)
{
	size_t n;

	*shown = 0;
	if (p[0] == '\t' || p[0] == '\r' || p[0] == '\b')
		return 1;
	if (p[0] == 0x1B) {
		if ((n = sgr_len(p, len)) > 0) {
			if (p[n - 1] == 'm')
				set_pen(pen, p + 2, n - 3);
			return n;
		}
		if (len > 2 && p[1] == '(' && p[2] == 'B')
			return 3;
	}
	n = utf8_cluster(p, len);
	*shown = n;
	return n;
}

/* Walk one screen row from P on, WIDTH columns wide; draws it if G is given.
 * Returns the bytes it took, the newline included. */
static size_t
output_row(const uint8_t *p, size_t len, int width, struct pen *pen,
    struct grid *g, int x, int y)
{
	size_t at = 0, n, shown;
	int col = 0, cols;

	while (at < len && p[at] != '\n') {
		n = printable(p + at, len - at, &shown, pen);
		cols = 0;
		if (p[at] == '\r')
			col = 0; /* what follows is written over it */
		else if (p[at] == '\b')
			col -= col > 0;
		else if (p[at] == '\t')
			cols = 8 - col % 8 < width - col ? 8 - col % 8
							 : width - col;
		else if (shown > 0)
			cols = place_cluster_cols(p + at, shown, 0);
		if (col + cols > width && col > 0)
			return at;
		if (g != NULL && shown > 0)
			grid_put(g, x + col, y, x + width, p + at, shown,
			    pen->paint, pen->flags);
		col += cols;
		at += n;
		if (p[at - 1] == '\t' && col >= width && at < len &&
		    p[at] != '\n')
			return at;
	}
	return at < len ? at + 1 : at;
}

/* The last line that is not blank, P[*LEN]. */
static const uint8_t *
last_line(const struct buf *b, size_t *len)
{
	size_t end = b->len, at;

	while (end > 0 && (b->data[end - 1] == '\n' || b->data[end - 1] == ' '))
		end--;
	for (at = end; at > 0 && b->data[at - 1] != '\n'; at--)
		;
	*len = end - at;
	return b->data + at;
}

/* What a program says at last that had to have a network and has failed: by the
 * words of the C library, which all languages use. */
static bool
missed_network(const struct editor *e)
{
	static const char *const words[] = { "Network is unreachable",
		"emporary failure in name resolution",
		"Name or service not known", "getaddrinfo" };
	size_t len;
	const uint8_t *p;

	if (e->run.result.verdict != VERDICT_FAILED || e->run.text.len == 0)
		return false;
	p = last_line(&e->run.text, &len);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (memmem(p, len, words[i], strlen(words[i])) != NULL)
			return true;
	return false;
}

/* What stands under the output of a run that was ended by a limit, or missed what
 * the sandbox has not, in WIDTH columns. */
static void
last_words(const struct editor *e, int width, char *dst, size_t size)
{
	const struct run_result *r = &e->run.result;
	bool limit = r->verdict == VERDICT_TIME || r->verdict == VERDICT_MEMORY;
	char line[96];

	dst[0] = '\0';
	if (e->run.state != RUN_ENDED)
		return;
	if (missed_network(e))
		snprintf(dst, size, "-- no network in the sandbox --");
	if (r->verdict == VERDICT_OK || r->verdict == VERDICT_FAILED)
		return;
	run_result_line(
	    r, &e->welcome.limits, editor_stopper(e), line, sizeof(line));
	if (r->verdict == VERDICT_OUTPUT) { /* OUTPUT LIMIT 1 MB */
		snprintf(dst, size, "-- output cut at %s --",
		    line + strlen("OUTPUT LIMIT "));
		return;
	}
	for (char *c = line; *c == ' ' || (*c >= 'A' && *c <= 'Z'); c++)
		*c = *c == ' ' ? ' ' : (char)(*c - 'A' + 'a');
	snprintf(dst, size, "-- %s%s; output above is complete up to here --",
	    limit ? "stopped: " : "", line);
	if (grid_width(dst) > width)
		snprintf(
		    dst, size, "-- %s%s --", limit ? "stopped: " : "", line);
}

/* The starts of the last rows, so that the end of the output is seen. */
#define ROWS_KEPT 4096

/* How many rows the output takes, WIDTH columns wide. */
int
output_rows(const struct editor *e, int width)
{
	const struct buf *b = &e->run.text;
	struct pen pen = { PAINT_TEXT, 0 };
	char last[160];
	int n = 0;

	for (size_t at = 0; at < b->len && width > 0; n++)
		at += output_row(
		    b->data + at, b->len - at, width, &pen, NULL, 0, 0);
	last_words(e, width, last, sizeof(last));
	return (n < ROWS_KEPT ? n : ROWS_KEPT) + (last[0] != '\0') +
	       (e->run.cut || n > ROWS_KEPT);
}

/* "stdin> 5 6" in row Y; it says whose it is when that is another. */
static void
draw_input(
    const struct editor *e, const struct layout *l, struct grid *g, int y)
{
	const struct input_line *line = &e->line;
	bool other = e->run.owner != 0 && e->run.owner != e->welcome.site;
	uint8_t paint = line->focus ? PAINT_TEXT : PAINT_DIM;
	char prompt[NAME_MAX_BYTES + 16] = "stdin> ";
	int x, end = l->out.end;

	if (other && !line->focus)
		snprintf(prompt, sizeof(prompt), "stdin (%s)> ",
		    editor_name_of(e, e->run.owner));
	x = grid_puts(g, l->out.x, y, end, prompt,
	    line->focus ? PAINT_KEY : PAINT_DIM, CELL_BOLD);
	if (other && !line->focus)
		return;
	line_draw(&line->edit, g, x, y, end, paint, line->focus);
}

/* A line that is named in row Y, by P[LEN] from there on, is gone to by a
 * click. */
static void
spot_line(const struct editor *e, const struct area *a, const uint8_t *p,
    size_t len, struct grid *g, int y)
{
	struct spot spot = { a->x, y, a->end, SPOT_LINE, 0, NULL };
	uint8_t file;
	size_t line;

	if (!trace_place(e, p, len, &file, &line))
		return;
	spot.which = file << 24 | (int)line;
	grid_spot(g, &spot);
}

/* Returns the row after the last one, if there were room for all. */
static int
put_rows(
    const struct editor *e, const struct area *a, int scroll, struct grid *g)
{
	const struct buf *b = &e->run.text;
	int width = a->end - a->x, first, words, missing, kept, row;
	struct pen pen = { PAINT_TEXT, 0 }, pens[ROWS_KEPT];
	size_t starts[ROWS_KEPT], n = 0, at = 0, slot;
	char last[160];

	while (at < b->len) {
		pens[n % ROWS_KEPT] = pen;
		starts[n++ % ROWS_KEPT] = at;
		at += output_row(
		    b->data + at, b->len - at, width, &pen, NULL, 0, 0);
	}
	last_words(e, width, last, sizeof(last));
	words = last[0] != '\0';
	missing = e->run.cut || n > ROWS_KEPT;
	kept = n < ROWS_KEPT ? (int)n : ROWS_KEPT;
	first = missing + kept + words - a->rows - scroll;
	if (first < 0)
		first = 0;
	for (int i = 0; i < a->rows && first + i < missing + kept + words;
	     i++) {
		row = first + i - missing;
		if (row < 0 || row == kept) {
			grid_puts(g, a->x, a->y + i, a->end,
			    row < 0 ? "-- earlier output is not kept --" : last,
			    PAINT_DIM, CELL_BOLD);
			continue;
		}
		slot = (n - (size_t)kept + (size_t)row) % ROWS_KEPT;
		pen = pens[slot];
		output_row(b->data + starts[slot], b->len - starts[slot], width,
		    &pen, g, a->x, a->y + i);
		spot_line(e, a, b->data + starts[slot], b->len - starts[slot],
		    g, a->y + i);
	}
	return missing + kept + words;
}

void
output_put(
    const struct editor *e, const struct area *a, int scroll, struct grid *g)
{
	if (a->rows > 0 && a->end > a->x)
		put_rows(e, a, scroll, g);
}

void
output_draw(const struct editor *e, const struct layout *l, struct grid *g)
{
	static const char *const before[] = {
		"Output appears here when somebody runs the program.",
		"Output appears here.", NULL
	};
	const struct area *a = &l->out;
	const char *nothing = NULL;
	int rows;

	if (a->rows <= 0 || a->end <= a->x)
		return;
	if (e->run.state == RUN_NONE) {
		grid_puts(g, a->x, a->y, a->end,
		    grid_fitting(before, a->end - a->x), PAINT_DIM, 0);
		return;
	}
	rows = put_rows(e, a, e->run.scroll, g);
	if (rows == 0 && !a->line)
		nothing = e->run.state == RUN_ENDED
			      ? "The program printed nothing."
			      : "No output yet.";
	if (nothing != NULL)
		grid_puts(g, a->x, a->y, a->end, nothing, PAINT_DIM, 0);
	if (l->out_head && e->run.state == RUN_ENDED && rows > 0 &&
	    rows < a->rows)
		grid_puts(g, a->x, a->y + a->rows - 1, a->end,
		    "-- end of output --", PAINT_DIM, 0);
	if (a->line)
		draw_input(e, l, g, a->y + (rows < a->rows ? rows : a->rows));
}
