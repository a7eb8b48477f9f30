/* title.c - the first row: the room, what it is at, who is there, and the clock. */
#include <stdio.h>
#include <string.h>

#include "client/timeline.h"
#include "client/timer.h"
#include "client/title.h"
#include "client/view.h"

#define TITLE_COLS 34 /* of a room's title, while one waits */

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
	struct chips c = { 0, true, e->cols >= WIDE_COLS }, more;
	int all = 0;

	for (int i = 1; i <= SITE_MAX && !tiny; i++)
		all += has_chip(&e->people[i]);
	c.named = all;
	if (chips_fit(e, &c, cols, want))
		return c;
	/* from none on: of a crowd few have room for theirs, and each is measured */
	c = more = (struct chips){ 0, true, false };
	while (more.named++ < all && chips_fit(e, &more, cols, want))
		c = more;
	c.away = chips_fit(e, &c, cols, want);
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

void
title_draw(const struct editor *e, struct grid *g)
{
	bool tiny = g->cols < TINY_COLS || g->rows < TINY_ROWS;
	struct chips what;
	char clock[TIMER_TEXT_SIZE + TIMELINE_TITLE_SIZE];
	int x, end = g->cols - 1, right, want;
	int gap = tiny && !e->lobby ? 1 : 2; /* no letter looks like a word's */

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
	what = choose_chips(e, tiny, right - x - gap, &want);
	if (x + gap + want > right && e->replay != NULL)
		return; /* none or all: nobody counts who was there */
	if (x + gap + want > right)
		want = right - x - gap;
	chips(e, g, right - want - (what.named > 0 ? 2 : 0), right, &what);
}
