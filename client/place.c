/* place.c - columns and rows: where a byte is on the screen, and what of the text
 * is. */
#include <stdlib.h>
#include <string.h>

#include "client/follow.h"
#include "client/place.h"
#include "proto/utf8.h"

/* --- columns --- */

int
place_cluster_cols(const uint8_t *p, size_t len, size_t column)
{
	if (len > 0 && p[0] == '\t')
		return TAB_SIZE - (int)(column % TAB_SIZE);
	return grid_cluster_cols(p, len);
}

/* Copy LINE, without its newline, into *P (borrowed or allocated in *COPY). */
static size_t
line_bytes(const struct text *t, size_t line, const uint8_t **p, uint8_t **copy)
{
	size_t start = text_line_start(t, line), whole;
	size_t len = text_line_end(t, line) - start;

	*copy = NULL;
	*p = text_span(t, start, &whole);
	if (whole >= len)
		return len;
	if ((*copy = malloc(len)) == NULL)
		return whole;
	text_copy(t, start, len, *copy);
	*p = *copy;
	return len;
}

size_t
place_indent(const struct text *t, size_t line)
{
	size_t pos = text_line_start(t, line), end = text_line_end(t, line);

	while (pos < end &&
	       (text_byte(t, pos) == ' ' || text_byte(t, pos) == '\t'))
		pos++;
	return pos;
}

size_t
place_column(const struct text *t, size_t line, size_t pos)
{
	size_t start = text_line_start(t, line), column = 0, len, at, n;
	const uint8_t *p;
	uint8_t *copy;

	len = line_bytes(t, line, &p, &copy);
	for (at = 0; at < len && start + at < pos; at += n) {
		n = utf8_cluster(p + at, len - at);
		column += (size_t)place_cluster_cols(p + at, n, column);
	}
	free(copy);
	return column;
}

size_t
place_at_column(const struct text *t, size_t line, size_t column)
{
	size_t start = text_line_start(t, line), at_column = 0, len, at, n;
	const uint8_t *p;
	uint8_t *copy;

	len = line_bytes(t, line, &p, &copy);
	for (at = 0; at < len; at += n) {
		n = utf8_cluster(p + at, len - at);
		at_column += (size_t)place_cluster_cols(p + at, n, at_column);
		if (at_column > column)
			break;
	}
	free(copy);
	return start + at;
}

/* --- rows --- */

void
flow_init(struct flow *f, const struct editor *e, const uint8_t *p, size_t len)
{
	memset(f, 0, sizeof(*f));
	f->p = p;
	f->len = len;
	if (!e->wrap)
		return;
	f->width = e->text_cols > 2 ? (size_t)e->text_cols : 2;
	f->words = editor_in_task(e); /* which is prose */
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* A word begins here that fits into a row of its own, and not, with what follows
 * it, a blank or a caret, into what is left of this one. */
static bool
flow_word_breaks(const struct flow *f)
{
	size_t cols = 0, at, n;

	if (f->column == 0 || !is_blank(f->p[f->at - 1]))
		return false;
	for (at = f->at; at < f->len && !is_blank(f->p[at]); at += n) {
		n = utf8_cluster(f->p + at, f->len - at);
		cols += (size_t)place_cluster_cols(f->p + at, n, 0);
		if (cols > f->width)
			return false;
	}
	return at > f->at && f->column + cols >= f->width;
}

/* Something of so many columns comes: does it stand in the next row? */
static void
flow_break(struct flow *f, size_t cols)
{
	if (f->width == 0 || (f->column + cols <= f->width &&
				 !(f->words && flow_word_breaks(f))))
		return;
	f->row++;
	f->column = 0;
}

bool
flow_next(struct flow *f)
{
	f->at += f->n;
	f->column += f->cols;
	f->in_line += f->cols;
	f->n = f->cols = 0;
	if (f->at >= f->len) {
		flow_break(f, 1); /* a caret */
		return false;
	}
	f->n = utf8_cluster(f->p + f->at, f->len - f->at);
	f->cols = (size_t)place_cluster_cols(f->p + f->at, f->n, f->in_line);
	flow_break(f, f->cols);
	return true;
}

struct place
place_of(const struct editor *e, size_t line, size_t pos)
{
	const struct text *t = editor_text(e);
	size_t start = text_line_start(t, line), len;
	struct place p = { 0, 0, 1 };
	const uint8_t *bytes;
	struct flow f;
	uint8_t *copy;
	bool more;

	if (!e->wrap) {
		p.column = place_column(t, line, pos);
		return p;
	}
	len = line_bytes(t, line, &bytes, &copy);
	flow_init(&f, e, bytes, len);
	do {
		more = flow_next(&f);
		if (start + f.at <= pos) {
			p.row = f.row;
			p.column = f.column;
		}
	} while (more);
	p.rows = f.row + 1;
	free(copy);
	return p;
}

static size_t
rows_of(const struct editor *e, size_t line)
{
	return e->wrap ? place_of(e, line, 0).rows : 1;
}

size_t
place_bottom(const struct editor *e)
{
	size_t lines = text_line_count(editor_text(e)), line, rows;
	size_t page = e->page > 0 ? (size_t)e->page + e->skip : 0;

	for (rows = 0, line = e->top; line < lines && rows < page; line++)
		rows += rows_of(e, line);
	return line;
}

/* The byte of a wrapped LINE in its ROW and COLUMN. */
static size_t
wrapped_at(const struct editor *e, size_t line, size_t row, size_t column)
{
	const struct text *t = editor_text(e);
	const uint8_t *bytes;
	size_t len, best = 0;
	struct flow f;
	uint8_t *copy;
	bool more;

	len = line_bytes(t, line, &bytes, &copy);
	flow_init(&f, e, bytes, len);
	do {
		more = flow_next(&f);
		if (f.row > row || (f.row == row && f.column > column))
			break;
		best = f.at;
	} while (more);
	free(copy);
	return text_line_start(t, line) + best;
}

size_t
place_at(const struct editor *e, int row, int column)
{
	const struct text *t = editor_text(e);
	size_t lines = text_line_count(t), line = e->top, rows;
	size_t down = (size_t)row + e->skip;

	while ((rows = rows_of(e, line)) <= down) {
		if (line + 1 == lines) /* below the text */
			return text_len(t);
		down -= rows;
		line++;
	}
	if (e->wrap)
		return wrapped_at(e, line, down, (size_t)column);
	return place_at_column(t, line, e->left + (size_t)column);
}

/* No empty rows while there is text for them above. */
static void
fill_screen(struct editor *e, size_t lines)
{
	size_t page = (size_t)e->page, rows = 0, line = lines, skip;

	if (e->top + page <= lines)
		return;
	while (line > 0 && rows < page)
		rows += rows_of(e, --line);
	skip = rows > page ? rows - page : 0;
	if (e->top < line || (e->top == line && e->skip <= skip))
		return;
	e->top = line;
	e->skip = skip;
}

/* Line LINE's row ROW is on the screen. */
static void
show_row(struct editor *e, size_t line, size_t row)
{
	size_t page = (size_t)e->page, down;

	if (e->skip >= rows_of(e, e->top))
		e->skip = 0;
	if (line < e->top || (line == e->top && row < e->skip)) {
		e->top = line;
		e->skip = row;
		return;
	}
	if (line >= e->top + page) {
		e->top = line - page + 1;
		e->skip = 0;
	}
	down = row - (line == e->top ? e->skip : 0);
	if (line != e->top) {
		down += rows_of(e, e->top) - e->skip;
		for (size_t l = e->top + 1; l < line; l++)
			down += rows_of(e, l);
	}
	for (; down >= page; down--)
		if (++e->skip >= rows_of(e, e->top)) {
			e->top++;
			e->skip = 0;
		}
}

/* The columns around P's are on the screen. */
static void
show_column(struct editor *e, const struct place *p)
{
	size_t cols = (size_t)e->text_cols;

	if (e->wrap || p->column + 1 < cols)
		e->left = 0;
	else if (p->column < e->left)
		e->left = p->column / 8 * 8;
	else if (e->text_cols > 9 && p->column >= e->left + cols)
		/* in steps of 8 columns, so that not each key moves all */
		e->left = (p->column - cols) / 8 * 8 + 8;
}

/* Byte POS is on the screen, and if possible MARGIN lines above and below it. */
static void
show(struct editor *e, size_t pos, size_t margin)
{
	const struct text *t = editor_text(e);
	size_t line = text_line_of(t, pos), last = text_line_count(t) - 1;
	struct place p = place_of(e, line, pos);

	if (margin > ((size_t)e->page - 1) / 2)
		margin = ((size_t)e->page - 1) / 2;
	if (margin > 0) {
		show_row(e, line > margin ? line - margin : 0, 0);
		show_row(e, line + margin < last ? line + margin : last, 0);
	}
	show_row(e, line, p.row);
	show_column(e, &p);
}

void
place_follow_caret(struct editor *e)
{
	const struct text *t = editor_text(e);
	const struct caret *other = follow_caret(e);
	size_t lines;

	if (t == NULL || e->page <= 0)
		return;
	lines = text_line_count(t);
	if (e->top >= lines)
		e->top = lines - 1;
	if (!e->wrap || e->skip >= rows_of(e, e->top))
		e->skip = 0;
	fill_screen(e, lines);
	if (!e->loose)
		show(e, peer_caret(e->peer).head,
		    e->replay != NULL ? FOLLOW_LINES : 0);
	else if (other != NULL && other->file == e->file)
		show(e, other->head, FOLLOW_LINES);
}

void
place_take_view(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t line = text_line_of(t, peer_caret(e->peer).head), pos;

	if (!e->loose || (line >= e->top && line < place_bottom(e)))
		return;
	follow_remember(e);
	pos = text_line_start(t, e->top);
	peer_caret_set(e->peer, e->file, pos, pos);
	peer_undo_break(e->peer);
	e->goal = -1;
}
