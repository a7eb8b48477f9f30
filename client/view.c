/*
 * view.c - the screen, pane by pane; and the text, row by row.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/bracket.h"
#include "client/copy.h"
#include "client/lobby.h"
#include "client/output.h"
#include "client/pane.h"
#include "client/panel.h"
#include "client/place.h"
#include "client/point.h"
#include "client/select.h"
#include "client/status.h"
#include "client/trace.h"
#include "client/timeline.h"
#include "client/title.h"
#include "client/view.h"
#include "proto/utf8.h"

#define ARROW 0x2192 /* a tab, if blanks are seen */
#define DOT 0xB7     /* another blank */

/* --- people --- */

char
view_letter(const char *label)
{
	return label[0] != '\0' ? label[0] : '?';
}

uint8_t
view_site_paint(const char *label)
{
	static const char first[] = "CIJKOP";
	const char *at = strchr(first, view_letter(label));

	if (at != NULL && label[0] != '\0')
		return (uint8_t)(PAINT_SITE + (at - first));
	return (uint8_t)(PAINT_SITE + (unsigned char)label[0] % PAINT_SITES);
}

char
view_state(const struct editor *e, const struct seen *s)
{
	if (s->person.state == PERSON_AWAY)
		return '!';
	if (e->calm)
		return ' ';
	if (e->now_ms - s->typed_ms < TYPED_MS)
		return '*';
	return e->now_ms - s->active_ms >= IDLE_MS ? 'z' : ' ';
}

/* --- the text --- */

/* Seen in an empty file; it is no part of it. */
static const char *const ghosts[] = {
	"Type here. ^R runs your code. Everyone in the room sees it.",
	"Type here. ^R runs your code.", "Type here.", NULL
};

static const char *
ghost_in(const struct layout *l)
{
	return grid_fitting(ghosts, l->text_end - l->gutter);
}

struct row {
	const struct editor *e;
	struct grid *g;
	const struct layout *l;
	int y;
	size_t line, start, len;
	struct span selected;
	size_t brackets[2]; /* that belong together, if bracketed */
	bool bracketed;
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

/* Is C a caret in this file of somebody whom we see? */
static bool
is_shown(const struct row *r, const struct caret *c)
{
	return c->file == r->e->file && r->e->people[c->site].known &&
	       r->e->people[c->site].person.state == PERSON_HERE &&
	       !editor_is_hidden(r->e, c->site);
}

/* In roles: somebody else has selected it. */
#define SELECTED 0x80

static void
mark_selections(struct row *r)
{
	size_t n, from, to, end = r->start + r->len;
	const struct caret *c;

	for (c = peer_carets(r->e->peer, &n); n > 0; c++, n--) {
		from = c->anchor < c->head ? c->anchor : c->head;
		to = c->anchor < c->head ? c->head : c->anchor;
		if (!is_shown(r, c) || from == to || from >= end ||
		    to <= r->start)
			continue;
		from = from > r->start ? from - r->start : 0;
		to = to < end ? to - r->start : r->len;
		for (; from < to; from++)
			r->roles[from] |= SELECTED;
	}
}

static bool
is_selected(const struct row *r, size_t pos)
{
	return pos >= r->selected.from && pos < r->selected.to;
}

static bool
is_bracket(const struct row *r, size_t pos)
{
	return r->bracketed && (pos == r->brackets[0] || pos == r->brackets[1]);
}

/* A blank, or a tab of COLS columns, so that it is seen. */
static void
draw_blank(struct row *r, uint8_t c, int x, int y, int cols, uint8_t flags)
{
	int end = x + cols < r->l->text_end ? x + cols : r->l->text_end;

	grid_fill(r->g, x, y, end, ' ', PAINT_DIM, flags);
	grid_fill(r->g, x, y, x + 1, c == '\t' ? ARROW : DOT, PAINT_DIM, flags);
}

/* The cluster P[N] at AT of the line in COLS columns; a tab is seen if somebody
 * has selected it. */
static void
draw_cluster(struct row *r, size_t at, size_t n, int x, int y, int cols)
{
	uint8_t role = r->roles[at] & (uint8_t)~SELECTED;
	uint8_t flags = role == SYN_CALL ? CELL_BOLD : 0;
	int end = r->l->text_end;

	if (r->roles[at] & SELECTED)
		flags |= CELL_UNDERLINE | CELL_TINT;
	if (is_selected(r, r->start + at) || is_bracket(r, r->start + at))
		flags |= CELL_REVERSE;
	if (r->e->blanks && (r->p[at] == ' ' || r->p[at] == '\t'))
		draw_blank(r, r->p[at], x, y, cols, flags);
	else if (r->p[at] != '\t')
		grid_put(r->g, x, y, end, r->p + at, n, paint_of(role), flags);
	else if (flags & (CELL_UNDERLINE | CELL_REVERSE))
		grid_fill(r->g, x, y, x + cols < end ? x + cols : end, ' ',
		    paint_of(role), flags);
}

/* That a newline is selected, too, is seen in the cell behind the line. */
static void
draw_newline(struct row *r, int x, int y)
{
	if (is_selected(r, r->start + r->len) && x < r->l->text_end &&
	    in_text(r, y))
		grid_fill(r->g, x, y, x + 1, ' ', PAINT_TEXT, CELL_REVERSE);
}

/* Put the text's clusters, from column e->left on, or all of them in as many
 * rows as they take. */
static void
draw_clusters(struct row *r)
{
	int x0 = r->l->gutter, end = r->l->text_end, x, y;
	size_t left = r->e->left;
	struct flow f;
	bool more;

	if (left > 0 && r->len > 0)
		grid_puts(r->g, x0 - 1, r->y, x0, "<", PAINT_DIM, CELL_BOLD);
	flow_init(&f, r->e, r->p, r->len);
	do {
		more = flow_next(&f);
		x = x0 + (int)f.column - (int)left;
		y = r->y + (int)f.row;
		if (f.column < left)
			continue;
		if (x + (int)f.cols > end && !r->e->wrap) {
			grid_puts(r->g, end - 1, r->y, end, ">", PAINT_DIM,
			    CELL_BOLD);
			return;
		}
		if (!more)
			draw_newline(r, x, y);
		else if (in_text(r, y))
			draw_cluster(r, f.at, f.n, x, y, (int)f.cols);
	} while (more);
}

/* The cells of a caret that is not ours. */
static void
draw_caret(struct row *r, const struct caret *c)
{
	const struct seen *s = &r->e->people[c->site];
	struct place p = place_of(r->e, r->line, c->head);
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

/* SITE's name, and what it DOES, beside the line in row Y, where column AFTER is
 * the first that is free; returns which is then. */
static int
draw_flag(struct row *r, uint8_t site, const char *does, int y, int after)
{
	const struct seen *s = &r->e->people[site];
	char flag[NAME_MAX_BYTES + 16];

	snprintf(flag, sizeof(flag), "\xE2\x97\x82 %s%s", s->person.name, does);
	if (r->e->calm || after + 3 + grid_width(flag) > r->l->text_end ||
	    !in_text(r, y))
		return after;
	return grid_puts(r->g, after + 3, y, r->l->text_end, flag,
	    view_site_paint(s->person.label), 0);
}

/* In a replay nobody is there to be asked. */
static bool
is_told_to_type(const struct row *r, const struct caret *c)
{
	const struct seen *s = &r->e->people[c->site];

	return r->e->replay != NULL && s->typed_ms != 0 &&
	       r->e->now_ms - s->typed_ms < TYPED_MS;
}

/* For a moment after C came to its line; in a replay also while C's person types. */
static bool
is_flagged(const struct row *r, const struct caret *c)
{
	const struct seen *s = &r->e->people[c->site];

	if (is_told_to_type(r, c))
		return true;
	return s->moved_ms != 0 && r->e->now_ms - s->moved_ms <= FLAG_MS;
}

static bool
on_line(const struct row *r, const struct caret *c)
{
	return is_shown(r, c) && c->head >= r->start &&
	       c->head <= r->start + r->len;
}

static void
draw_people(struct row *r)
{
	const struct text *t = peer_text(r->e->peer, r->e->file);
	struct caret own = peer_caret(r->e->peer);
	const struct caret *all;
	struct place end = place_of(r->e, r->line, r->start + r->len);
	int after = r->l->gutter + (int)end.column - (int)r->e->left, count = 0;
	int y = r->y > r->l->text_y ? r->y : r->l->text_y;
	size_t n;
	char letter[2] = "";
	uint8_t paint = PAINT_DIM;
	const struct point *p = point_on(r->e, r->e->file, r->start, r->len);

	if (after < r->l->gutter) /* the line's end is hidden to the left */
		after = r->l->gutter;
	if (text_len(t) == 0 && r->e->joined)
		after += grid_width(ghost_in(r->l));
	all = peer_carets(r->e->peer, &n);
	if (own.shown && r->e->replay == NULL && own.file == r->e->file &&
	    own.head >= r->start && own.head <= r->start + r->len) {
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
		if (is_flagged(r, &all[i]) &&
		    (p == NULL || p->site != all[i].site))
			after = draw_flag(r, all[i].site,
			    is_told_to_type(r, &all[i]) ? " typing" : "",
			    r->y + (int)end.row, after);
	}
	if (p != NULL)
		draw_flag(r, p->site, " points", r->y + (int)end.row, after);
	if (count > 1) {
		letter[0] = count > 9 ? '9' : (char)('0' + count);
		paint = PAINT_DIM;
	}
	if (count > 0 && !r->e->lobby && r->l->gutter > 0)
		grid_puts(r->g, r->l->text_x, y, r->l->text_x + 1, letter,
		    paint, CELL_BOLD);
}

/* Who has written most of the line, its indentation left out; 0: nobody. */
static uint8_t
line_author(const struct row *r)
{
	const struct text *t = editor_text(r->e);
	size_t counts[SITE_MAX + 1] = { 0 }, at = 0, n;
	uint8_t site, best = 0;

	while (at < r->len && (r->p[at] == ' ' || r->p[at] == '\t'))
		at++;
	for (; at < r->len; at += n) {
		site = text_author(t, r->start + at, &n);
		if (n > r->len - at)
			n = r->len - at;
		counts[site] += n;
		if (counts[site] >= counts[best])
			best = site;
	}
	return best;
}

static void
draw_author(const struct row *r)
{
	const struct editor *e = r->e;
	uint8_t site = e->replay != NULL
			   ? replay_author(e->replay, e->file, r->line)
			   : line_author(r);
	const struct seen *s = &e->people[site];
	char letter[2] = { view_letter(s->person.label) };

	/* what came with the room, or by a command, is no person's */
	if (site != 0 && s->person.label[0] != '\0')
		grid_puts(r->g, r->l->by_x, r->y, r->l->gutter, letter,
		    letter[0] == '@' ? PAINT_DIM
				     : view_site_paint(s->person.label),
		    0);
}

static void
draw_number(struct row *r)
{
	const struct point *p = point_on(r->e, r->e->file, r->start, r->len);
	bool fault = trace_is_at(r->e, r->e->file, r->start);
	uint8_t paint = fault ? PAINT_ERROR : PAINT_DIM, flags = 0;
	int x = r->l->text_x + 1;
	int end = (r->l->by_x > 0 ? r->l->by_x : r->l->gutter) - 1;
	char number[24];

	if (!in_text(r, r->y) || r->l->gutter == 0)
		return;
	if (fault)
		flags = CELL_UNDERLINE;
	if (p != NULL) {
		paint = view_site_paint(r->e->people[p->site].person.label);
		flags |= CELL_REVERSE | CELL_BOLD;
	}
	snprintf(number, sizeof(number), "%*zu", end - x, r->line + 1);
	grid_puts(r->g, x, r->y, end, number, paint, flags);
	if (fault)
		grid_puts(
		    r->g, end, r->y, end + 1, "!", PAINT_ERROR, CELL_BOLD);
	if (r->l->by_x > 0)
		draw_author(r);
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
		mark_selections(r);
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

	if (t == NULL && editor_is_shut_out(e))
		grid_puts(g, l->gutter, l->text_y, l->text_end,
		    "The text comes when focus time is over.", PAINT_DIM, 0);
	if (t == NULL)
		return;
	if (text_len(t) == 0 && e->joined && l->text_rows > 0)
		grid_puts(g, l->gutter, l->text_y, l->text_end, ghost_in(l),
		    PAINT_DIM, 0);
	c = peer_caret(e->peer);
	own = text_line_of(t, c.head);
	r.selected = select_span(e);
	r.bracketed =
	    !select_any(e) && bracket_pair(e, &r.brackets[0], &r.brackets[1]);
	end = place_bottom(e);
	r.y = l->text_y - (int)e->skip;
	for (r.line = e->top; r.line < end; r.line++) {
		draw_line(&r, t);
		p = place_of(e, r.line, c.head);
		if (e->reading == READING_NOTHING && r.line == own &&
		    p.column >= e->left && in_text(&r, r.y + (int)p.row)) {
			g->cursor = true;
			g->cursor_x = l->gutter + (int)(p.column - e->left);
			g->cursor_y = r.y + (int)p.row;
		}
		r.y += (int)p.rows;
	}
	if (g->cursor_x >= l->text_end)
		g->cursor_x = l->text_end - 1;
}

void
view_draw(const struct editor *e, const struct layout *l, struct grid *g)
{
	grid_clear(g);
	if (l->class == VIEW_TOO_SMALL) {
		panel_too_small(g);
		return;
	}
	if (e->panel == PANEL_COPY) {
		copy_draw(e, g);
		return;
	}
	if (l->out_head)
		pane_draw_head(e, g);
	else
		title_draw(e, g);
	if (e->panel == PANEL_JOIN) { /* behind it is nothing yet */
		panel_draw(e, g);
		return;
	}
	if (l->class == VIEW_LOBBY)
		lobby_draw(e, l, g);
	draw_text(e, l, g);
	pane_draw_rules(e, l, g);
	output_draw(e, l, g);
	pane_draw(e, l, g);
	if (e->replay != NULL) {
		timeline_draw(e->replay, l, g);
		return;
	}
	status_draw(e, l, g);
	panel_draw(e, g);
}
