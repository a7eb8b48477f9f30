/*
 * view.c - the screen's panes: title, text, rule, output, event line, keys.
 * Geometry and texts stand in tables and in view_layout; everything else only
 * fills the places that it gave.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/input.h"
#include "client/panel.h"
#include "client/view.h"
#include "proto/utf8.h"

#define HORIZONTAL 0x2500
#define VERTICAL 0x2502
#define TEE 0x251C

#define TINY_COLS 60
#define TINY_ROWS 16
#define SIDE_COLS 120
#define WIDE_COLS 180
#define SIDE_PANE_COLS 34
#define WIDE_TEXT_COLS 106

static int output_rows(const struct editor *e, int width);

/* A letter, the number of the last line and a blank, but at least LEAST. */
static int
gutter(const struct editor *e, int least)
{
	const struct text *t = editor_text(e);
	int cols = 3;

	for (size_t n = t != NULL ? text_line_count(t) : 0; n > 9; n /= 10)
		cols++;
	return cols > least ? cols : least;
}

void
view_layout(struct editor *e, int cols, int rows, struct layout *l)
{
	int pane = rows / 4 < 4 ? 3 : rows / 4 > 12 ? 11 : rows / 4 - 1, more;
	bool full = e->output_full;

	memset(l, 0, sizeof(*l));
	l->gutter = gutter(e, 6);
	l->text_y = 1;
	l->text_end = l->out_end = cols;
	l->event_y = rows - 2;
	l->keys_y = rows - 1;
	l->rule_y = -1;
	if (cols < MIN_COLS || rows < MIN_ROWS) {
		l->class = VIEW_TOO_SMALL;
	} else if (cols < TINY_COLS || rows < TINY_ROWS) {
		l->class = VIEW_TINY;
		l->gutter = gutter(e, 4);
		l->rule_y = rows >= 8 ? rows - 3 : -1;
		l->text_rows = (l->rule_y > 0 ? l->rule_y : rows - 2) - 1;
		l->out_y = 1;
		full = full || e->line.focus; /* what it asks is to be seen */
		l->out_rows = full ? l->text_rows : 0;
		if (full)
			l->text_rows = 0;
	} else if (cols < SIDE_COLS || full) {
		l->class = VIEW_STACKED;
		l->rule_y = rows - 3 - pane;
		l->text_rows = l->rule_y - 1;
		l->out_y = l->rule_y + 1;
		l->out_rows = pane;
		if (full) {
			l->rule_y = 1;
			l->text_rows = 0;
			l->out_y = 2;
			l->out_rows = rows - 4;
		}
	} else {
		l->class = VIEW_SIDE;
		l->text_rows = rows - 3;
		l->text_end = cols < WIDE_COLS ? cols - SIDE_PANE_COLS - 1
					       : WIDE_TEXT_COLS;
		l->out_x = l->text_end + 1;
		l->out_y = 2;
		l->out_rows = rows - 4;
	}
	e->page = l->text_rows;
	e->text_cols = l->text_end - l->gutter;
	if (l->out_rows > 0 && input_shown(e)) {
		l->in_rows = 1;
		l->out_rows--;
	}
	e->out_page = l->out_rows;
	e->wrap = l->class == VIEW_TINY;
	editor_follow_caret(e);
	if (e->run.scroll == 0 || l->out_rows <= 0)
		return;
	more = output_rows(e, l->out_end - l->out_x) - l->out_rows;
	if (e->run.scroll > more)
		e->run.scroll = more > 0 ? more : 0;
}

/* --- people --- */

char
view_letter(const char *label)
{
	return label[0] != '\0' ? label[0] : '?';
}

uint8_t
view_site_paint(const char *label)
{
	static const char first[] = "CIJK";
	const char *at = strchr(first, view_letter(label));

	if (at != NULL && label[0] != '\0')
		return (uint8_t)(PAINT_SITE + (at - first));
	return (uint8_t)(PAINT_SITE + (unsigned char)label[0] % PAINT_SITES);
}

static char
chip_state(const struct editor *e, const struct seen *s)
{
	if (s->person.state == PERSON_AWAY)
		return '!';
	if (e->now_ms - s->typed_ms < TYPED_MS)
		return '*';
	return e->now_ms - s->active_ms >= IDLE_MS ? 'z' : ' ';
}

static bool
has_chip(const struct seen *s)
{
	return s->known && (s->person.state == PERSON_HERE ||
			       s->person.state == PERSON_AWAY);
}

/* Draw or, without G, only measure the chips, with AWAY also of people who are
 * away; returns their columns. */
static int
chips(const struct editor *e, struct grid *g, int x, int end, bool names,
    bool away)
{
	const struct seen *s;
	char mark[3] = "", letter;
	int start = x;

	for (int i = 1; i <= SITE_MAX; i++) {
		s = &e->people[i];
		if (!has_chip(s) || (!away && s->person.state == PERSON_AWAY))
			continue;
		if (g != NULL && x + 2 > end)
			break;
		letter = view_letter(s->person.label);
		mark[0] = letter;
		mark[1] = chip_state(e, s);
		if (g != NULL) {
			grid_puts(g, x, 0, end, mark, PAINT_TITLE, 0);
			mark[1] = '\0';
			grid_puts(g, x, 0, end, mark,
			    view_site_paint(s->person.label), CELL_BOLD);
		}
		x += 2;
		if (names && g != NULL)
			grid_puts(g, x, 0, end, s->person.name, PAINT_TITLE, 0);
		if (names)
			x += grid_width(s->person.name);
		x += names ? 2 : 1;
	}
	return x - start;
}

/* --- the title row --- */

/* "47:26 left", "12:34" or nothing. */
static void
clock_text(const struct editor *e, char *dst, size_t size)
{
	const struct welcome *w = &e->welcome;
	int64_t s;

	dst[0] = '\0';
	if (w->started_ms == 0 || e->calm || w->ended)
		return;
	s = ((int64_t)e->now_ms + e->clock_ms - (int64_t)w->started_ms) / 1000;
	if (s < 0)
		s = 0;
	if (w->minutes == 0)
		snprintf(dst, size, "%d:%02d", (int)(s / 60), (int)(s % 60));
	else if ((s = (int64_t)w->minutes * 60 - s) >= 0)
		snprintf(
		    dst, size, "%d:%02d left", (int)(s / 60), (int)(s % 60));
	else
		snprintf(
		    dst, size, "%d:%02d over", (int)(-s / 60), (int)(-s % 60));
}

static void
draw_title(const struct editor *e, const struct layout *l, struct grid *g)
{
	const char *file =
	    e->peer != NULL ? peer_file_name(e->peer, e->file) : NULL;
	bool tiny = l->class == VIEW_TINY, names, away;
	char clock[32];
	int x, end = g->cols - 1, right, want;

	grid_fill(g, 0, 0, g->cols, ' ', PAINT_TITLE, 0);
	x = grid_puts(
	    g, 1, 0, end, tiny ? "" : "CodeSync ", PAINT_TITLE, CELL_BOLD);
	x = grid_puts(g, x, 0, end, e->welcome.room, PAINT_TITLE, CELL_BOLD);
	if (file != NULL)
		x = grid_puts(
		    g, x + (tiny ? 1 : 2), 0, end, file, PAINT_TITLE, 0);
	if (e->joined && !e->welcome.ended)
		x = grid_puts(g, x + (tiny ? 1 : 2), 0, end,
		    tiny ? "\xE2\x97\x8F" : "\xE2\x97\x8FREC", PAINT_TITLE, 0);
	if (e->welcome.ended)
		x = grid_puts(
		    g, x + 2, 0, end, "ENDED", PAINT_TITLE, CELL_BOLD);
	clock_text(e, clock, sizeof(clock));
	right = end - (int)strlen(clock);
	if (right > x + 1)
		grid_puts(g, right, 0, end, clock, PAINT_TITLE, 0);
	else
		right = end;
	/* names go first, then who is away, then who came last */
	want = chips(e, NULL, 0, 0, true, true);
	names = !tiny && x + 2 + want + 2 <= right;
	if (!names)
		want = chips(e, NULL, 0, 0, false, true);
	away = x + 2 + want <= right;
	if (!away)
		want = chips(e, NULL, 0, 0, false, false);
	if (x + 2 + want > right)
		want = right - x - 2;
	chips(e, g, right - want - (names ? 2 : 0), right, names, away);
}

/* --- the text --- */

/* Seen in an empty file; it is no part of it. */
static const char ghost[] =
    "Type here. ^R runs your code. Everyone in the room sees it.";

struct row {
	const struct editor *e;
	struct grid *g;
	const struct layout *l;
	int y;
	size_t line, start, len;
	const uint8_t *p;
	uint8_t *copy, *roles; /* owned */
};

static uint8_t
paint_of(uint8_t role)
{
	static const uint8_t paints[] = {
		[SYN_TEXT] = PAINT_TEXT,
		[SYN_KEYWORD] = PAINT_KEYWORD,
		[SYN_STRING] = PAINT_STRING,
		[SYN_NUMBER] = PAINT_NUMBER,
		[SYN_COMMENT] = PAINT_COMMENT,
		[SYN_CALL] = PAINT_CALL,
	};

	return paints[role];
}

/* Is screen row Y one of the text's? The first line may begin above them. */
static bool
in_text(const struct row *r, int y)
{
	return y >= r->l->text_y && y < r->l->text_y + r->l->text_rows;
}

/* Put the text's clusters, from column e->left on, or all of them in as many
 * rows as they take. */
static void
draw_clusters(struct row *r)
{
	int x0 = r->l->gutter, end = r->l->text_end, x = x0, y = r->y, cols;
	size_t column = 0, left = r->e->left, n;

	if (left > 0 && r->len > 0)
		grid_puts(r->g, x0 - 1, r->y, x0, "<", PAINT_DIM, CELL_BOLD);
	for (size_t at = 0; at < r->len; at += n, column += (size_t)cols) {
		n = utf8_cluster(r->p + at, r->len - at);
		cols = editor_cluster_cols(r->p + at, n, column);
		if (column < left)
			continue;
		if (x + cols > end && !r->e->wrap) {
			grid_puts(r->g, end - 1, r->y, end, ">", PAINT_DIM,
			    CELL_BOLD);
			return;
		}
		if (x + cols > end) {
			x = x0;
			y++;
		}
		if (r->p[at] != '\t' && in_text(r, y))
			grid_put(r->g, x, y, end, r->p + at, n,
			    paint_of(r->roles[at]),
			    r->roles[at] == SYN_CALL ? CELL_BOLD : 0);
		x += cols;
	}
}

/* The cells of a caret that is not ours. */
static void
draw_caret(struct row *r, const struct caret *c)
{
	const struct seen *s = &r->e->people[c->site];
	struct place p = editor_place(r->e, r->line, c->head);
	int x = r->l->gutter + (int)p.column - (int)r->e->left;
	struct cell *cell;

	if (p.column < r->e->left || x >= r->l->text_end ||
	    !in_text(r, r->y + (int)p.row) ||
	    r->e->now_ms - s->active_ms >= FADE_MS)
		return;
	if ((cell = grid_at(r->g, x, r->y + (int)p.row)) == NULL)
		return;
	cell->paint = view_site_paint(s->person.label);
	cell->flags = CELL_REVERSE | CELL_UNDERLINE;
}

/* A name in row Y beside the line for a moment after its caret came there;
 * returns the column after what is there now. */
static int
draw_flag(struct row *r, const struct caret *c, int y, int after)
{
	const struct seen *s = &r->e->people[c->site];
	char flag[NAME_MAX_BYTES + 8];

	if (r->e->calm || r->e->now_ms - s->moved_ms > FLAG_MS ||
	    s->moved_ms == 0)
		return after;
	snprintf(flag, sizeof(flag), "\xE2\x97\x82 %s", s->person.name);
	if (after + 3 + grid_width(flag) > r->l->text_end || !in_text(r, y))
		return after;
	return grid_puts(r->g, after + 3, y, r->l->text_end, flag,
	    view_site_paint(s->person.label), 0);
}

/* Is C somebody whose caret belongs on this line? */
static bool
on_line(const struct row *r, const struct caret *c)
{
	return c->file == r->e->file && r->e->people[c->site].known &&
	       r->e->people[c->site].person.state == PERSON_HERE &&
	       c->head >= r->start && c->head <= r->start + r->len;
}

static void
draw_people(struct row *r)
{
	const struct text *t = peer_text(r->e->peer, r->e->file);
	struct caret own = peer_caret(r->e->peer);
	const struct caret *all;
	struct place end = editor_place(r->e, r->line, r->start + r->len);
	int after = r->l->gutter + (int)end.column - (int)r->e->left, count = 0;
	int y = r->y > r->l->text_y ? r->y : r->l->text_y;
	size_t n;
	char letter[2] = "";
	uint8_t paint = PAINT_DIM;

	if (after < r->l->gutter) /* the line's end is hidden to the left */
		after = r->l->gutter;
	if (text_len(t) == 0 && r->e->joined)
		after += grid_width(ghost);
	all = peer_carets(r->e->peer, &n);
	if (own.shown && own.file == r->e->file && own.head >= r->start &&
	    own.head <= r->start + r->len) {
		letter[0] = view_letter(r->e->welcome.label);
		paint = view_site_paint(r->e->welcome.label);
		count++;
	}
	for (size_t i = 0; i < n; i++) {
		if (!on_line(r, &all[i]))
			continue;
		letter[0] = view_letter(r->e->people[all[i].site].person.label);
		paint = view_site_paint(r->e->people[all[i].site].person.label);
		count++;
		draw_caret(r, &all[i]);
		after = draw_flag(r, &all[i], r->y + (int)end.row, after);
	}
	if (count > 1) {
		letter[0] = count > 9 ? '9' : (char)('0' + count);
		paint = PAINT_DIM;
	}
	if (count > 0)
		grid_puts(r->g, 0, y, 1, letter, paint, CELL_BOLD);
}

static void
draw_number(struct row *r)
{
	char number[24];

	if (!in_text(r, r->y))
		return;
	snprintf(number, sizeof(number), "%*zu", r->l->gutter - 2, r->line + 1);
	grid_puts(r->g, 1, r->y, r->l->gutter - 1, number, PAINT_DIM, 0);
}

static void
draw_line(struct row *r, const struct text *t)
{
	size_t whole;

	r->start = text_line_start(t, r->line);
	r->len = text_line_end(t, r->line) - r->start;
	r->p = text_span(t, r->start, &whole);
	r->copy = NULL;
	if (whole < r->len && (r->copy = malloc(r->len)) != NULL) {
		text_copy(t, r->start, r->len, r->copy);
		r->p = r->copy;
	} else if (whole < r->len) {
		r->len = whole;
	}
	draw_number(r);
	r->roles = calloc(1, r->len + 1);
	if (r->roles != NULL) {
		syntax_line(r->e->syntax.language,
		    syntax_state(&r->e->syntax, r->line), r->p, r->len,
		    r->roles);
		draw_clusters(r);
	}
	draw_people(r);
	free(r->roles);
	free(r->copy);
}

static void
draw_text(const struct editor *e, const struct layout *l, struct grid *g)
{
	const struct text *t = editor_text(e);
	struct row r = { .e = e, .g = g, .l = l };
	struct caret c;
	struct place p;
	size_t own, end;

	if (t == NULL)
		return;
	if (text_len(t) == 0 && e->joined && l->text_rows > 0)
		grid_puts(
		    g, l->gutter, l->text_y, l->text_end, ghost, PAINT_DIM, 0);
	c = peer_caret(e->peer);
	own = text_line_of(t, c.head);
	end = editor_bottom(e);
	r.y = l->text_y - (int)e->skip;
	for (r.line = e->top; r.line < end; r.line++) {
		draw_line(&r, t);
		p = editor_place(e, r.line, c.head);
		if (r.line == own && p.column >= e->left &&
		    in_text(&r, r.y + (int)p.row)) {
			g->cursor = true;
			g->cursor_x = l->gutter + (int)(p.column - e->left);
			g->cursor_y = r.y + (int)p.row;
		}
		r.y += (int)p.rows;
	}
	if (g->cursor_x >= l->text_end)
		g->cursor_x = l->text_end - 1;
}

/* --- the rule and the last run --- */

/* In COLS columns if possible. */
static void
run_title(const struct editor *e, int cols, char *dst, size_t size)
{
	const struct run_view *r = &e->run;
	const char *state = r->waiting ? "WAITING FOR INPUT" : "RUNNING";
	uint64_t since_ms = r->waiting ? r->since_ms : r->started_ms;
	uint64_t s = (e->now_ms - since_ms) / 1000;
	char line[96], number[24];

	dst[0] = '\0';
	if (r->state == RUN_NONE)
		return;
	if (r->state == RUN_ENDED)
		run_result_line(&r->result, &e->welcome.limits,
		    editor_name_of(e, r->stopped_by), line, sizeof(line));
	else if (e->calm)
		snprintf(line, sizeof(line), "%s", state);
	else
		snprintf(line, sizeof(line), "%s %02d:%02d", state,
		    (int)(s / 60), (int)(s % 60));
	snprintf(number, sizeof(number), "run %u: ", r->run);
	snprintf(dst, size, "%s%s%s", number, line,
	    r->state == RUN_ENDED || r->waiting ? "" : " - ^C stops");
	if (grid_width(dst) > cols && r->state != RUN_ENDED)
		snprintf(dst, size, "%s%s", number, line);
	if (grid_width(dst) > cols)
		snprintf(dst, size, "%s", line);
}

/* Who is above or below what we see, " J up 4 C down 42", as far as it fits in
 * COLS columns. */
static void
off_screen(const struct editor *e, const struct layout *l, int cols, char *dst,
    size_t size)
{
	const struct text *t = editor_text(e);
	const struct caret *all;
	size_t n, line, last, at = 0;
	const struct seen *s;
	char one[32];

	dst[0] = '\0';
	if (t == NULL)
		return;
	last = editor_bottom(e);
	all = peer_carets(e->peer, &n);
	for (size_t i = 0; i < n; i++) {
		s = &e->people[all[i].site];
		line = text_line_of(t, all[i].head);
		if (all[i].file != e->file || !s->known ||
		    s->person.state != PERSON_HERE ||
		    (line >= e->top && (line < last || l->text_rows == 0)))
			continue;
		snprintf(one, sizeof(one), " %c%s%zu",
		    view_letter(s->person.label),
		    line < e->top ? "\xE2\x86\x91" : "\xE2\x86\x93", line + 1);
		cols -= grid_width(one);
		if (cols < 0 || at + strlen(one) >= size)
			return;
		at += (size_t)snprintf(dst + at, size - at, "%s", one);
	}
}

/* "-[Output]------ TITLE --" from X to END in row Y, or "... TITLE - J^4 -" when
 * somebody is above or below. */
static void
draw_rule(const struct editor *e, const struct layout *l, struct grid *g, int x,
    int y, int end)
{
	char title[160], away[64];
	/* what is longest fits the side pane with less of a line around it */
	int rim = e->run.waiting ? 4 : 6;
	bool both;
	int at;

	off_screen(e, l, end - x, away, sizeof(away));
	run_title(e, end - x - rim - grid_width(away), title, sizeof(title));
	at = end - 2;
	if (title[0] != '\0')
		at -= grid_width(title) + 2;
	off_screen(e, l, at - x - 2, away, sizeof(away));
	both = title[0] != '\0' && away[0] != '\0';
	grid_fill(g, x, y, end, HORIZONTAL, PAINT_RULE, 0);
	if (away[0] != '\0')
		at -= grid_width(away) + (both ? 1 : 0);
	if (at < x + 1)
		at = x + 1;
	if (at >= x + 10)
		grid_puts(g, x + (l->class == VIEW_SIDE ? 0 : 1), y, end,
		    "[Output]", PAINT_RULE, CELL_BOLD);
	if (title[0] != '\0') {
		at = grid_puts(g, at, y, end, " ", PAINT_RULE, 0);
		at = grid_puts(g, at, y, end, title, PAINT_RULE, CELL_BOLD);
		at = grid_puts(g, at, y, end, " ", PAINT_RULE, 0);
	}
	if (away[0] != '\0') {
		at = grid_puts(
		    g, at + (both ? 1 : 0), y, end, away, PAINT_RULE, 0);
		grid_puts(g, at, y, end, " ", PAINT_RULE, 0);
	}
}

/* --- output --- */

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
			cols = editor_cluster_cols(p + at, shown, 0);
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

/* What stands under the output of a run that was ended by a limit, in WIDTH
 * columns. */
static void
last_words(const struct editor *e, int width, char *dst, size_t size)
{
	const struct run_result *r = &e->run.result;
	bool limit = r->verdict == VERDICT_TIME || r->verdict == VERDICT_MEMORY;
	char line[96];

	dst[0] = '\0';
	if (e->run.state != RUN_ENDED || r->verdict == VERDICT_OK ||
	    r->verdict == VERDICT_FAILED)
		return;
	run_result_line(r, &e->welcome.limits,
	    editor_name_of(e, e->run.stopped_by), line, sizeof(line));
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
static int
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

/* The first byte of the line that is shown when it has COLS columns, so that
 * the caret is seen; *X gets the caret's column. */
static size_t
input_left(const struct input_line *l, int cols, int *x)
{
	const uint8_t *p = (const uint8_t *)l->text;
	size_t from = 0, n;
	int width = 0;

	for (size_t at = 0; at < l->at; at += n) {
		n = utf8_cluster(p + at, l->len - at);
		width += grid_cluster_cols(p + at, n);
	}
	for (; width >= cols && from < l->at; from += n) {
		n = utf8_cluster(p + from, l->len - from);
		width -= grid_cluster_cols(p + from, n);
	}
	*x = width;
	return from;
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
	int x, end = l->out_end, caret;
	size_t from;

	if (other && !line->focus)
		snprintf(prompt, sizeof(prompt), "stdin (%s)> ",
		    editor_name_of(e, e->run.owner));
	x = grid_puts(g, l->out_x, y, end, prompt,
	    line->focus ? PAINT_KEY : PAINT_DIM, CELL_BOLD);
	if (other && !line->focus)
		return;
	from = input_left(line, end - x, &caret);
	grid_put(g, x, y, end, line->text + from, line->len - from, paint, 0);
	if (from > 0)
		grid_puts(g, x - 1, y, end, "<", PAINT_DIM, CELL_BOLD);
	if (!line->focus)
		return;
	g->cursor = true;
	g->cursor_x = x + caret;
	g->cursor_y = y;
}

static void
draw_output(const struct editor *e, const struct layout *l, struct grid *g)
{
	static const char nothing[] = "No output yet.";
	const struct buf *b = &e->run.text;
	int width = l->out_end - l->out_x, rows = l->out_rows, first, words;
	int missing, kept, row;
	struct pen pen = { PAINT_TEXT, 0 }, pens[ROWS_KEPT];
	size_t starts[ROWS_KEPT], n = 0, at = 0, slot;
	char last[160];

	if (rows <= 0 || width <= 0)
		return;
	if (e->run.state == RUN_NONE) {
		grid_puts(g, l->out_x, l->out_y, l->out_end,
		    "Output appears here when somebody runs the program.",
		    PAINT_DIM, 0);
		return;
	}
	while (at < b->len) {
		pens[n % ROWS_KEPT] = pen;
		starts[n++ % ROWS_KEPT] = at;
		at += output_row(
		    b->data + at, b->len - at, width, &pen, NULL, 0, 0);
	}
	last_words(e, width, last, sizeof(last));
	words = last[0] != '\0';
	if (n == 0 && words == 0 && l->in_rows == 0)
		grid_puts(g, l->out_x, l->out_y, l->out_end,
		    e->run.state == RUN_ENDED ? "The program printed nothing."
					      : nothing,
		    PAINT_DIM, 0);
	missing = e->run.cut || n > ROWS_KEPT;
	kept = n < ROWS_KEPT ? (int)n : ROWS_KEPT;
	first = missing + kept + words - rows - e->run.scroll;
	if (first < 0)
		first = 0;
	if (l->in_rows > 0)
		draw_input(e, l, g,
		    l->out_y + (missing + kept < rows ? missing + kept : rows));
	for (int i = 0; i < rows && first + i < missing + kept + words; i++) {
		row = first + i - missing;
		if (row < 0 || row == kept) {
			grid_puts(g, l->out_x, l->out_y + i, l->out_end,
			    row < 0 ? "-- earlier output is not kept --" : last,
			    PAINT_DIM, CELL_BOLD);
			continue;
		}
		slot = (n - (size_t)kept + (size_t)row) % ROWS_KEPT;
		pen = pens[slot];
		output_row(b->data + starts[slot], b->len - starts[slot], width,
		    &pen, g, l->out_x, l->out_y + i);
	}
}

/* --- the last two rows --- */

static void
draw_event(const struct editor *e, const struct layout *l, struct grid *g)
{
	const struct toast *toast = editor_toast(e);
	const char *text = "";
	uint8_t paint = PAINT_EVENT;

	if (toast != NULL && toast->kind == TOAST_ANSWER) {
		text = toast->text;
	} else if ((!e->online || e->unanswered) && e->was_online) {
		text = g->cols < 74 ? "! reconnecting - nothing is lost"
				    : "! The host does not answer - "
				      "reconnecting. Keep typing, nothing is "
				      "lost.";
		paint = PAINT_ERROR;
	} else if (toast != NULL) {
		text = toast->text;
		paint = toast->kind == TOAST_ERROR ? PAINT_ERROR : PAINT_EVENT;
	} else if (e->welcome.ended) {
		text = "The interview has ended - read-only";
	} else if (input_news(e) != NULL) {
		text = input_news(e);
	}
	grid_puts(g, 1, l->event_y, g->cols, text, paint, 0);
}

struct hint {
	const char *key, *label;
	int rank; /* the highest go first when it is narrow */
};

/* The column after all hints up to RANK; draws them if G is given. */
static int
put_hints(struct grid *g, int y, int end, const struct hint *h, int rank)
{
	int x = -1;

	for (; h->key != NULL; h++) {
		if (h->rank > rank)
			continue;
		x += 2;
		if (g != NULL) {
			grid_puts(g, x, y, end, h->key, PAINT_KEY, CELL_BOLD);
			grid_puts(g, x + grid_width(h->key) + 1, y, end,
			    h->label, PAINT_LABEL, 0);
		}
		x += grid_width(h->key) + 1 + grid_width(h->label);
	}
	return x;
}

/* Whole entries only, in their order: as many ranks as fit. */
static void
draw_hints(struct grid *g, int y, int end, const struct hint *hints)
{
	int rank = 9;

	while (rank > 0 && put_hints(NULL, y, end, hints, rank) > end)
		rank--;
	put_hints(g, y, end, hints, rank);
}

static void
draw_keys(const struct editor *e, const struct layout *l, struct grid *g)
{
	bool busy = editor_running(e);
	const char *run = busy ? "^C" : "^R", *runs = busy ? "Stop" : "Run";
	const char *out = input_wanted(e) ? "Input" : "Output";
	const struct hint editing[] = { { run, runs, 0 }, { "^Z", "Undo", 4 },
		{ "^Y", "Redo", 5 }, { "^O", out, 2 }, { "^P", "Keys", 1 },
		{ "^Q", "Leave", 3 }, { NULL, NULL, 0 } };
	const struct hint reading[] = { { "Esc", "Back to code", 0 },
		{ "PgUp", "Older", 1 }, { "PgDn", "Newer", 2 },
		{ run, runs, 3 }, { "^P", "Keys", 4 }, { "^Q", "Leave", 5 },
		{ NULL, NULL, 0 } };
	static const struct hint typing[] = { { "Enter", "Send line", 1 },
		{ "^D", "End of input", 2 }, { "^C", "Stop program", 3 },
		{ "Esc", "Back to code", 0 }, { NULL, NULL, 0 } };
	static const struct hint narrow[] = { { "Enter", "Send", 1 },
		{ "^D", "End", 2 }, { "^C", "Stop", 3 }, { "Esc", "Back", 0 },
		{ NULL, NULL, 0 } };
	const struct text *t = editor_text(e);
	char place[48] = "";
	size_t line;
	int end = g->cols;

	if (e->line.focus && l->class == VIEW_TINY) {
		draw_hints(g, l->keys_y, end, narrow);
		return;
	}
	if (e->line.focus) {
		draw_hints(g, l->keys_y, end - 6, typing);
		grid_puts(g, end - 6, l->keys_y, end, "stdin", PAINT_LABEL, 0);
		return;
	}
	if (e->output_full) {
		draw_hints(g, l->keys_y, end - 7, reading);
		grid_puts(g, end - 7, l->keys_y, end, "output", PAINT_LABEL, 0);
		return;
	}
	if (t != NULL) {
		line = text_line_of(t, peer_caret(e->peer).head);
		snprintf(place, sizeof(place),
		    l->class == VIEW_TINY ? "%zu:%zu" : "Ln %zu, Col %zu",
		    line + 1,
		    editor_column(t, line, peer_caret(e->peer).head) + 1);
		end -= (int)strlen(place) + 1;
	}
	draw_hints(g, l->keys_y, end - 1, editing);
	grid_puts(g, end, l->keys_y, g->cols, place, PAINT_LABEL, 0);
}

static void
draw_side(const struct editor *e, const struct layout *l, struct grid *g)
{
	for (int y = 1; y < l->event_y; y++)
		grid_fill(g, l->text_end, y, l->text_end + 1,
		    y == 1 ? TEE : VERTICAL, PAINT_RULE, 0);
	draw_rule(e, l, g, l->out_x, 1, l->out_end);
}

void
view_draw(const struct editor *e, const struct layout *l, struct grid *g)
{
	grid_clear(g);
	if (l->class == VIEW_TOO_SMALL) {
		panel_too_small(g);
		return;
	}
	draw_title(e, l, g);
	draw_text(e, l, g);
	if (l->class == VIEW_SIDE)
		draw_side(e, l, g);
	else if (l->rule_y > 0)
		draw_rule(e, l, g, 0, l->rule_y, g->cols);
	draw_output(e, l, g);
	draw_event(e, l, g);
	draw_keys(e, l, g);
	panel_draw(e, g);
}
