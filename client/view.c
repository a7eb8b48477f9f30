/*
 * view.c - the screen's panes: title, text, rule, output, event line, keys.
 * Geometry and texts stand in tables and in view_layout; everything else only
 * fills the places that it gave.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/bracket.h"
#include "client/copy.h"
#include "client/follow.h"
#include "client/input.h"
#include "client/lines.h"
#include "client/lobby.h"
#include "client/output.h"
#include "client/pane.h"
#include "client/panel.h"
#include "client/place.h"
#include "client/point.h"
#include "client/select.h"
#include "client/replay.h"
#include "client/status.h"
#include "client/talk.h"
#include "client/trace.h"
#include "client/timeline.h"
#include "client/timer.h"
#include "client/view.h"
#include "proto/utf8.h"

#define TINY_COLS 60
#define TINY_ROWS 16
#define SIDE_COLS 120
#define WIDE_COLS 180
#define WIDE_ROWS 30 /* for people, chat and notes above one another */
#define SIDE_PANE_COLS 34
#define WIDE_TEXT_COLS 106
#define WIDE_TALK_COLS 40
#define PEOPLE_ROWS 7
#define ARROW 0x2192  /* a tab, if blanks are seen */
#define DOT 0xB7      /* another blank */
#define BY_COLS 2     /* of who changed a line last */
#define TITLE_COLS 34 /* of a room's title, while one waits */

/* --- where things are --- */

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

/* The letter of who changed a line last stands behind its number. */
static void
lay_gutter(const struct editor *e, int least, struct layout *l)
{
	l->gutter = gutter(e, least);
	if (e->lobby || !(e->replay != NULL ? e->replay->authors : e->authors))
		return;
	l->by_x = l->gutter;
	l->gutter += BY_COLS;
}

/* One pane has all rows from Y on; the rule is above it. */
static void
fill_with_pane(const struct editor *e, struct layout *l, int y)
{
	struct area *a = e->reading != READING_NOTHING || e->pane == PANE_OUTPUT
			     ? &l->out
			     : &l->talk;

	a->y = y;
	a->rows = l->event_y - y;
}

/* In small windows text or a pane, not both. The rule is below what is seen, but
 * the output has all, and what the run is at above it. */
static void
lay_tiny(const struct editor *e, int rows, struct layout *l)
{
	bool pane = e->reading != READING_NOTHING || e->line.focus ||
		    e->talk.focus || e->pane_full;

	lay_gutter(e, 4, l);
	l->rule_y = rows >= 8 ? rows - 3 : -1;
	l->text_rows = (l->rule_y > 0 ? l->rule_y : rows - 2) - 1;
	if (!pane)
		return;
	fill_with_pane(e, l, 1);
	l->out_head = l->out.rows > 0 && e->replay == NULL;
	if (l->out_head)
		l->rule_y = -1;
	else
		l->out.rows = l->out.rows > 0 ? l->text_rows : 0;
	l->talk.rows = l->talk.rows > 0 ? l->text_rows : 0;
	l->text_rows = 0;
}

/* The text, and one pane below it, or instead of it. */
static void
lay_stacked(const struct editor *e, int rows, struct layout *l)
{
	int pane = rows / 4 < 4 ? 3 : rows / 4 > 12 ? 11 : rows / 4 - 1;

	l->rule_y =
	    e->reading == READING_WHOLE || e->talk.whole ? 1 : rows - 3 - pane;
	l->text_rows = l->rule_y - 1;
	fill_with_pane(e, l, l->rule_y + 1);
}

/* The text or a pane, as who has it read out hears it: no rule, no gutter. */
static void
lay_calm(const struct editor *e, struct layout *l)
{
	l->gutter = 0;
	l->text_rows = l->event_y - 1;
	if (e->reading == READING_NOTHING && !e->line.focus && !e->talk.focus)
		return;
	fill_with_pane(e, l, 1);
	l->text_rows = 0;
}

/* Output beside the text, and below it chat or notes. */
static void
lay_side(int cols, int rows, struct layout *l)
{
	int talk = ((rows - 3) * 3 + 4) / 8;

	l->text_rows = rows - 3;
	l->text_end = cols - SIDE_PANE_COLS - 1;
	l->out.x = l->talk.x = l->text_end + 1;
	l->out.y = 2;
	l->out.rows = rows - 5 - talk;
	l->talk.rows = talk;
	l->talk.y = l->event_y - talk;
}

/* Output beside the text; people, chat and the staff's notes beside that. */
static void
lay_wide(const struct editor *e, int cols, int rows, struct layout *l)
{
	int notes = editor_is_staff(e) ? (rows - 3) * 2 / 5 : 0;

	l->text_rows = rows - 3;
	l->text_end = WIDE_TEXT_COLS;
	l->out.x = l->text_end + 1;
	l->out.end = cols - WIDE_TALK_COLS - 1;
	l->out.y = l->people.y = 2;
	l->out.rows = rows - 4;
	l->people.x = l->talk.x = l->notes.x = l->out.end + 1;
	l->people.rows = PEOPLE_ROWS;
	l->talk.y = l->people.y + PEOPLE_ROWS + 1;
	l->notes.rows = notes > 0 ? notes - 1 : 0;
	l->notes.y = l->event_y - l->notes.rows;
	l->talk.rows = l->event_y - notes - l->talk.y;
}

static void
lay_room(struct editor *e, int cols, int rows, struct layout *l)
{
	e->wide = cols >= SIDE_COLS;
	lay_gutter(e, 6, l);
	if (e->calm) {
		l->class = cols < TINY_COLS || rows < TINY_ROWS ? VIEW_TINY
								: VIEW_STACKED;
		lay_calm(e, l);
	} else if (cols < TINY_COLS || rows < TINY_ROWS) {
		l->class = VIEW_TINY;
		lay_tiny(e, rows, l);
	} else if (cols < SIDE_COLS || e->reading == READING_WHOLE ||
		   e->talk.whole || e->stacked) {
		l->class = VIEW_STACKED;
		lay_stacked(e, rows, l);
	} else if (cols < WIDE_COLS || rows < WIDE_ROWS) {
		l->class = VIEW_SIDE;
		lay_side(cols, rows, l);
	} else {
		l->class = VIEW_WIDE;
		lay_wide(e, cols, rows, l);
	}
}

/* A line that is typed takes the last row of its pane. */
static void
give_line(struct area *a, bool shown)
{
	if (a->rows <= 0 || !shown)
		return;
	a->line = true;
	a->rows--;
}

/* Of what is begun for the chat, too. */
static bool
is_typed(const struct editor *e, enum pane pane)
{
	return talk_may_write(e) && ((e->talk.focus && e->talk.tab == pane) ||
					e->talk.drafts[pane].len > 0);
}

/* Chat and notes as they are seen now: what is seen is not unread. */
static void
tell_talk(struct editor *e, const struct layout *l)
{
	struct talk *t = &e->talk;
	const struct area *a;
	int more;

	for (enum pane pane = PANE_CHAT; pane < PANES; pane++) {
		a = pane_area(e, l, pane);
		t->visible[pane] = a->rows > 0;
		t->page[pane] = a->rows;
		if (!t->visible[pane])
			continue;
		t->unread[pane] = 0;
		if (t->scroll[pane] == 0)
			continue;
		more = lines_rows(e, pane, a) - a->rows;
		if (t->scroll[pane] > more)
			t->scroll[pane] = more > 0 ? more : 0;
	}
}

/* The timeline takes its rows from all that is above the event line. */
static void
lay_timeline(const struct editor *e, int cols, int *rows, struct layout *l)
{
	if (e->replay == NULL || cols < MIN_COLS || *rows < MIN_ROWS)
		return;
	timeline_layout(e->replay, cols, *rows, l);
	*rows -= l->time_rows;
}

void
view_layout(struct editor *e, int cols, int rows, struct layout *l)
{
	int more, keys_y = rows - 1;

	follow_file(e);
	memset(l, 0, sizeof(*l));
	lay_timeline(e, cols, &rows, l);
	e->cols = cols;
	e->rows = rows;
	l->text_y = 1;
	l->text_end = l->out.end = l->talk.end = l->notes.end = l->people.end =
	    cols;
	l->event_y = rows - 2;
	l->keys_y = keys_y;
	l->rule_y = -1;
	if (cols < MIN_COLS || keys_y + 1 < MIN_ROWS)
		l->class = VIEW_TOO_SMALL;
	else if (e->lobby)
		lobby_layout(e, cols, rows, l);
	else
		lay_room(e, cols, rows, l);
	if (l->time_rows > 0) { /* it is below the panes */
		l->time_y = l->event_y;
		l->event_y = keys_y - 1;
	}
	e->page = l->text_rows;
	e->text_cols = l->text_end - l->gutter;
	give_line(&l->out, input_shown(e));
	give_line(&l->talk, is_typed(e, pane_of_talk(e, l)));
	give_line(&l->notes, is_typed(e, PANE_NOTES));
	tell_talk(e, l);
	e->out_page = l->out.rows;
	e->tiny = l->class == VIEW_TINY;
	e->wrap = e->tiny || e->wrap_wanted || editor_in_task(e);
	place_follow_caret(e);
	if (e->panel == PANEL_COPY)
		copy_settle(e, cols, rows);
	if (e->run.scroll == 0 || l->out.rows <= 0)
		return;
	more = output_rows(e, l->out.end - l->out.x) - l->out.rows;
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

static bool
has_chip(const struct seen *s)
{
	return s->known && (s->person.state == PERSON_HERE ||
			       s->person.state == PERSON_AWAY);
}

/* What of the chips there is room for: NAMED have a name, from the first on. */
struct chips {
	int named;
	bool away, links;
};

/* "38 ms", or nothing: how long it takes to the terminal of S and back. */
static void
link_text(const struct editor *e, const struct seen *s, char *dst, size_t size)
{
	bool own = s->person.site == e->welcome.site;
	unsigned ms = own ? e->link_ms : s->link_ms;

	dst[0] = '\0';
	if (ms > 0 && !e->calm && s->person.state == PERSON_HERE)
		snprintf(dst, size, "%u ms", ms);
}

/* The name behind a chip's letter, and how far it is, from column X on, or
 * measured without G; returns the column after it. */
static int
chip_name(const struct editor *e, const struct seen *s, struct grid *g, int x,
    int end, bool links)
{
	char link[16] = "", text[NAME_MAX_BYTES + sizeof(link) + 1];

	if (links)
		link_text(e, s, link, sizeof(link));
	snprintf(text, sizeof(text), "%s%s%s", s->person.name,
	    link[0] != '\0' ? " " : "", link);
	if (g != NULL)
		grid_puts(g, x, 0, end, text, PAINT_TITLE, 0);
	return x + grid_width(text);
}

/* Draw or, without G, only measure the chips, of WHAT; returns their columns. */
static int
chips(const struct editor *e, struct grid *g, int x, int end,
    const struct chips *what)
{
	const struct seen *s;
	char mark[3] = "", letter;
	struct spot spot = { .kind = SPOT_PERSON };
	int start = x, at, n = 0;
	bool named;

	for (int i = 1; i <= SITE_MAX; i++) {
		s = &e->people[i];
		if (!has_chip(s) ||
		    (!what->away && s->person.state == PERSON_AWAY))
			continue;
		if (g != NULL && x + 2 > end)
			break;
		at = x;
		letter = view_letter(s->person.label);
		mark[0] = letter;
		mark[1] = view_state(e, s);
		if (g != NULL) {
			grid_puts(g, x, 0, end, mark, PAINT_TITLE, 0);
			mark[1] = '\0';
			grid_puts(g, x, 0, end, mark,
			    view_site_paint(s->person.label), CELL_BOLD);
		}
		x += 2;
		named = n++ < what->named;
		if (named)
			x = chip_name(e, s, g, x, end, what->links);
		spot.x = at;
		spot.end = x;
		spot.which = i;
		if (g != NULL)
			grid_spot(g, &spot);
		x += named ? 2 : 1;
	}
	return x - start;
}

/* --- the title row --- */

/* How the room is, in a word or two, or nothing. */
static const char *
state_word(const struct editor *e)
{
	if (e->lobby)
		return "waiting room";
	if (e->welcome.ended)
		return "ENDED";
	if (e->focus.on)
		return "FOCUS";
	if (e->welcome.frozen)
		return "FROZEN";
	if (e->replay != NULL)
		return "read-only";
	return e->joined && !e->welcome.writable &&
		       e->welcome.role != ROLE_OBSERVER
		   ? "READ-ONLY"
		   : "";
}

/* "main.py", or "main.py 1/3"; for who waits outside, what the room is called. */
static void
file_text(const struct editor *e, char *dst, size_t size)
{
	const char *name =
	    e->peer != NULL ? peer_file_name(e->peer, e->file) : NULL;
	unsigned n = e->peer != NULL ? peer_file_count(e->peer) : 0;

	dst[0] = '\0';
	if (e->lobby)
		snprintf(dst, size, "%s", e->welcome.title);
	else if (name != NULL && n > 1)
		snprintf(dst, size, "%s %u/%u",
		    editor_in_task(e) ? "Task" : name,
		    editor_tab(e, e->file) + 1, n);
	else if (name != NULL && editor_in_task(e))
		snprintf(dst, size, "Task");
	else if (name != NULL)
		snprintf(dst, size, "%s", name);
}

/* Which room, which file, how it is; returns the column after that. */
static int
draw_where(const struct editor *e, bool tiny, struct grid *g, int end)
{
	const char *state = state_word(e);
	int x, gap = tiny ? 1 : 2;
	struct spot next = { .kind = SPOT_KEY, .key = "C-PgDn" };
	char file[sizeof(e->welcome.title) + 16];

	file_text(e, file, sizeof(file));
	x = grid_puts(g, 1, 0, end,
	    e->replay != NULL ? "REPLAY "
	    : tiny            ? ""
			      : "CodeSync ",
	    PAINT_TITLE, CELL_BOLD);
	x = grid_puts(g, x, 0, end, e->welcome.room, PAINT_TITLE, CELL_BOLD);
	if (file[0] != '\0') {
		next.x = x + gap;
		next.end = x = grid_puts(g, x + gap, 0,
		    e->lobby && x + TITLE_COLS < end ? x + TITLE_COLS : end,
		    file, PAINT_TITLE, 0);
		if (!e->lobby && e->peer != NULL &&
		    peer_file_count(e->peer) > 1)
			grid_spot(g, &next);
	}
	if (e->joined && !e->welcome.ended)
		x = grid_puts(g, x + gap, 0, end,
		    tiny ? "\xE2\x97\x8F" : "\xE2\x97\x8FREC", PAINT_TITLE, 0);
	if (state[0] != '\0' && !(tiny && e->replay != NULL))
		x = grid_puts(g, x + gap, 0, end, state, PAINT_TITLE,
		    e->lobby || e->replay != NULL ? 0 : CELL_BOLD);
	return x;
}

/* In COLS columns, and how many of them. */
static bool
chips_fit(const struct editor *e, const struct chips *what, int cols, int *want)
{
	*want = chips(e, NULL, 0, 0, what);
	return *want + (what->named > 0 ? 2 : 0) <= cols;
}

/* In COLS columns: names go first, of the last one before, then who is away, then
 * who came last. *WANT are the columns that it takes. */
static struct chips
choose_chips(const struct editor *e, bool tiny, int cols, int *want)
{
	struct chips c = { 0, true, e->cols >= WIDE_COLS };

	for (int i = 1; i <= SITE_MAX && !tiny; i++)
		c.named += has_chip(&e->people[i]);
	if (chips_fit(e, &c, cols, want))
		return c;
	for (c.links = false; !chips_fit(e, &c, cols, want) && c.named > 0;)
		c.named--;
	c.away = *want <= cols;
	if (!c.away)
		chips_fit(e, &c, cols, want);
	return c;
}

/* Does nobody go without a name there? */
static bool
all_named(const struct editor *e, int cols)
{
	int want;
	struct chips c = choose_chips(e, false, cols, &want);

	for (int i = 1; i <= SITE_MAX; i++)
		c.named -= has_chip(&e->people[i]);
	return c.named == 0;
}

/* One's own, on screens where not each chip has one, before column RIGHT, if
 * names fit behind column X all the same; returns the column where it begins. */
static int
draw_link(const struct editor *e, struct grid *g, int x, int right)
{
	char text[16];
	int at;

	if (e->cols < SIDE_COLS || e->cols >= WIDE_COLS || !e->joined)
		return right;
	link_text(e, &e->people[e->welcome.site], text, sizeof(text));
	at = right - grid_width(text) - 3;
	if (text[0] == '\0' || !all_named(e, at - x - 2))
		return right;
	grid_puts(g, at, 0, right, text, PAINT_TITLE, 0);
	return at - 1;
}

/* The timer; of a replay the moment that is shown, in COLS columns, and the timer
 * as it was then where there is room. In small windows that moment is below. */
static void
clock_text(const struct editor *e, bool tiny, int cols, char *dst, size_t size)
{
	char title[TIMELINE_TITLE_SIZE];
	size_t len;

	dst[0] = '\0';
	if (e->replay == NULL || e->cols >= SIDE_COLS)
		timer_text(e, dst, TIMER_TEXT_SIZE);
	if (e->replay == NULL || tiny)
		return;
	timeline_title(e->replay, cols, title, sizeof(title));
	len = strlen(dst);
	snprintf(dst + len, size - len, "%s%s", len > 0 ? "  " : "", title);
}

static void
draw_title(const struct editor *e, struct grid *g)
{
	bool tiny = g->cols < TINY_COLS || g->rows < TINY_ROWS;
	struct chips what;
	char clock[TIMER_TEXT_SIZE + TIMELINE_TITLE_SIZE];
	int x, end = g->cols - 1, right, want;

	grid_fill(g, 0, 0, g->cols, ' ', PAINT_TITLE, 0);
	x = draw_where(e, tiny, g, end);
	clock_text(e, tiny, end - x - 2, clock, sizeof(clock));
	right = end - (int)strlen(clock);
	if (right > x + 1)
		grid_puts(g, right, 0, end, clock, PAINT_TITLE,
		    timer_is_urgent(e) ? CELL_BOLD : 0);
	else
		right = end;
	right = draw_link(e, g, x, right);
	what = choose_chips(e, tiny, right - x - 2, &want);
	if (x + 2 + want > right && e->replay != NULL)
		return; /* none or all: nobody counts who was there */
	if (x + 2 + want > right)
		want = right - x - 2;
	chips(e, g, right - want - (what.named > 0 ? 2 : 0), right, &what);
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
		after += grid_width(ghost);
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
		grid_puts(
		    g, l->gutter, l->text_y, l->text_end, ghost, PAINT_DIM, 0);
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
		draw_title(e, g);
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
