/* pane.c - the rules with the panes' names and what the last run is at; people. */
#include <stdio.h>
#include <string.h>

#include "client/clock.h"
#include "client/follow.h"
#include "client/lines.h"
#include "client/pane.h"
#include "client/place.h"
#include "client/status.h"

#define HORIZONTAL 0x2500
#define VERTICAL 0x2502
#define TEE 0x251C

enum pane
pane_of_talk(const struct editor *e, const struct layout *l)
{
	return l->class == VIEW_WIDE ? PANE_CHAT : e->talk.tab;
}

const struct area *
pane_area(const struct editor *e, const struct layout *l, enum pane pane)
{
	static const struct area nowhere;

	if (pane == PANE_OUTPUT)
		return &l->out;
	if (pane == pane_of_talk(e, l))
		return &l->talk;
	return pane == PANE_NOTES ? &l->notes : &nowhere;
}

/* --- the last run, and who is elsewhere --- */

/* How it ended, without how long it took if it has failed. */
static void
brief_result(const struct editor *e, char *dst, size_t size)
{
	const struct run_result *r = &e->run.result;
	char *time;

	run_result_line(r, &e->welcome.limits,
	    editor_name_of(e, e->run.stopped_by), dst, size);
	if (r->verdict == VERDICT_FAILED &&
	    (time = strstr(dst, " in ")) != NULL)
		*time = '\0';
}

/* "OK 0.04 s", "FAILED exit 1", "RUNNING 00:03": in as few columns as it can be
 * told. */
static void
brief_state(const struct editor *e, char *dst, size_t size)
{
	const struct run_view *r = &e->run;
	const char *state = r->waiting ? "WAITING FOR INPUT" : "RUNNING";
	uint64_t since_ms = r->waiting ? r->since_ms : r->started_ms;
	uint64_t s = (e->now_ms - since_ms) / 1000;
	uint32_t wall_ms = r->result.wall_ms;

	if (r->state == RUN_ENDED && r->result.verdict == VERDICT_OK)
		snprintf(dst, size, "OK %u.%02u s", wall_ms / 1000,
		    wall_ms % 1000 / 10);
	else if (r->state == RUN_ENDED)
		brief_result(e, dst, size);
	else if (e->calm)
		snprintf(dst, size, "%s", state);
	else
		snprintf(dst, size, "%s %02d:%02d", state, (int)(s / 60),
		    (int)(s % 60));
}

void
pane_run_title(const struct editor *e, int cols, char *dst, size_t size)
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
		    editor_stopper(e), line, sizeof(line));
	else if (r->state == RUN_QUEUED)
		snprintf(line, sizeof(line), "waits for its turn");
	else if (e->calm)
		snprintf(line, sizeof(line), "%s", state);
	else
		snprintf(line, sizeof(line), "%s %02d:%02d", state,
		    (int)(s / 60), (int)(s % 60));
	snprintf(number, sizeof(number), "run %u: ", r->run);
	if (e->lobby) /* those are not counted */
		number[0] = '\0';
	snprintf(dst, size, "%s%s%s", number, line,
	    r->state == RUN_ENDED || r->waiting || e->replay != NULL
		? ""
		: " - ^C stops");
	if (grid_width(dst) > cols && r->state != RUN_ENDED)
		snprintf(dst, size, "%s%s", number, line);
	if (grid_width(dst) > cols)
		snprintf(dst, size, "%s", line);
	if (grid_width(dst) > cols && r->state == RUN_ENDED)
		brief_state(e, dst, size);
}

/* Who is above or below what we see, " J up 4 C down 42". */
struct away {
	char text[64];
	uint8_t sites[SITE_MAX], cols[SITE_MAX]; /* of each, with its blank */
	int n;
};

/* As far as it fits in COLS columns. */
static void
off_screen(
    const struct editor *e, const struct layout *l, int cols, struct away *away)
{
	const struct text *t = editor_text(e);
	const struct caret *all;
	size_t n, line, last, at = 0, size = sizeof(away->text);
	const struct seen *s;
	char one[32];

	away->text[0] = '\0';
	away->n = 0;
	if (t == NULL)
		return;
	last = place_bottom(e);
	all = peer_carets(e->peer, &n);
	for (size_t i = 0; i < n; i++) {
		s = &e->people[all[i].site];
		line = text_line_of(t, all[i].head);
		if (all[i].file != e->file || !s->known ||
		    s->person.state != PERSON_HERE ||
		    editor_is_hidden(e, all[i].site) ||
		    (line >= e->top && (line < last || l->text_rows == 0)))
			continue;
		snprintf(one, sizeof(one), " %c%s%zu",
		    view_letter(s->person.label),
		    line < e->top ? "\xE2\x86\x91" : "\xE2\x86\x93", line + 1);
		cols -= grid_width(one);
		if (cols < 0 || at + strlen(one) >= size)
			return;
		at += (size_t)snprintf(away->text + at, size - at, "%s", one);
		away->sites[away->n] = all[i].site;
		away->cols[away->n++] = (uint8_t)grid_width(one);
	}
}

/* --- tabs --- */

static const char *const names[PANES] = { "Output", "Chat", "Notes" };
/* What a click on them presses. */
static const char *const tab_keys[PANES] = { "^O", "^T", "F8" };

/* Which panes a row of tabs has, and which of them it shows (PANES: none). */
struct tabs {
	enum pane from, to, shown;
};

/* Which tabs are left where it is narrow. */
enum tab_choice { TABS_ALL, TABS_NEWS, TABS_SHOWN, TABS_NONE };

static bool
has_tab(const struct editor *e, const struct tabs *t, enum pane pane,
    enum tab_choice choice)
{
	if (pane == PANE_NOTES && !editor_is_staff(e))
		return false;
	if (pane == t->shown)
		return choice != TABS_NONE;
	return choice == TABS_ALL ||
	       (choice == TABS_NEWS && e->talk.unread[pane] > 0);
}

static void
spot_tab(struct grid *g, enum pane pane, int x, int y, int end)
{
	const struct spot spot = { x, y, end, SPOT_KEY, 0, tab_keys[pane] };

	grid_spot(g, &spot);
}

/* "[Output]- Chat(1) - Notes -" from column X on, or measured without G; returns
 * the column after it. */
static int
put_tabs(const struct editor *e, const struct tabs *t, enum tab_choice choice,
    struct grid *g, int x, int y, int end)
{
	char one[32];
	int start = x;

	for (enum pane pane = t->from; pane <= t->to; pane++) {
		if (!has_tab(e, t, pane, choice))
			continue;
		if (pane == t->shown)
			snprintf(one, sizeof(one), "[%s]", names[pane]);
		else if (e->talk.unread[pane] > 0)
			snprintf(one, sizeof(one), " %s(%d) ", names[pane],
			    e->talk.unread[pane]);
		else
			snprintf(one, sizeof(one), " %s ", names[pane]);
		x += x > start;
		if (g != NULL) {
			grid_puts(g, x, y, end, one, PAINT_RULE,
			    pane == t->shown || e->talk.unread[pane] > 0
				? CELL_BOLD
				: 0);
			spot_tab(g, pane, x, y, x + (int)strlen(one));
		}
		x += (int)strlen(one);
	}
	return x;
}

/* As many as fit before column END. */
static void
draw_tabs(const struct editor *e, const struct tabs *t, struct grid *g, int x,
    int y, int end)
{
	enum tab_choice choice = t->shown < PANES ? TABS_ALL : TABS_NEWS;

	while (choice < TABS_NONE &&
	       put_tabs(e, t, choice, NULL, x, y, end) >= end)
		choice++;
	put_tabs(e, t, choice, g, x, y, end);
}

/* --- rules --- */

/* From column X on; returns the column after it. */
static int
draw_away(struct grid *g, const struct away *away, int x, int y, int end)
{
	struct spot spot = { .y = y, .kind = SPOT_ARROW };
	int at = x;

	for (int i = 0; i < away->n; i++) {
		spot.x = at + 1;
		spot.end = at += away->cols[i];
		spot.which = away->sites[i];
		grid_spot(g, &spot);
	}
	return grid_puts(g, x, y, end, away->text, PAINT_RULE, 0);
}

/* "TITLE -" or "TITLE - J^4 -" at the end of row Y, what fits between X and END;
 * returns the column where it begins. */
static int
draw_news(const struct editor *e, const struct layout *l, struct grid *g, int x,
    int y, int end)
{
	char title[160];
	struct away away;
	int rim, at = end - 2, start;
	bool both;

	off_screen(e, l, end - x, &away);
	/* what is longest fits the side pane with less of a line around it */
	rim = e->run.waiting || away.text[0] == '\0' ? 4 : 6;
	pane_run_title(
	    e, end - x - rim - grid_width(away.text), title, sizeof(title));
	if (title[0] != '\0')
		at -= grid_width(title) + 2;
	off_screen(e, l, at - x - 2, &away);
	both = title[0] != '\0' && away.text[0] != '\0';
	if (away.text[0] != '\0')
		at -= grid_width(away.text) + (both ? 1 : 0);
	if (at < x + 1)
		at = x + 1;
	start = at;
	if (title[0] != '\0') {
		at = grid_puts(g, at, y, end, " ", PAINT_RULE, 0);
		at = grid_puts(g, at, y, end, title, PAINT_RULE, CELL_BOLD);
		at = grid_puts(g, at, y, end, " ", PAINT_RULE, 0);
	}
	if (away.text[0] != '\0') {
		at = draw_away(g, &away, at + (both ? 1 : 0), y, end);
		grid_puts(g, at, y, end, " ", PAINT_RULE, 0);
	}
	return start;
}

static void
fill_rule(struct grid *g, int x, int y, int end)
{
	grid_fill(g, x, y, end, HORIZONTAL, PAINT_RULE, 0);
}

/* The rule below or above all: tabs, and what the run is at. */
static void
draw_main_rule(const struct editor *e, const struct layout *l, struct grid *g)
{
	bool seen = l->out.rows > 0 || l->talk.rows > 0;
	struct tabs t = { PANE_OUTPUT, PANE_NOTES, PANES };
	int at;

	if (seen)
		t.shown = l->out.rows > 0 ? PANE_OUTPUT : e->talk.tab;
	fill_rule(g, 0, l->rule_y, g->cols);
	at = draw_news(e, l, g, 0, l->rule_y, g->cols);
	draw_tabs(e, &t, g, 1, l->rule_y, at);
}

/* What the output's key does, at the end of a small screen's rule. */
static int
draw_output_key(const struct editor *e, struct grid *g, int y)
{
	const char *text = e->run.waiting ? " ^O Input " : " ^O Output ";
	int end = g->cols - 1, x = end - grid_width(text);

	if (x < 12)
		return g->cols;
	grid_puts(g, x, y, end, text, PAINT_RULE, 0);
	spot_tab(g, PANE_OUTPUT, x + 1, y, end - 1);
	return x;
}

/* On a small screen: "- run 3: OK 0.04 s - J^4 ---- ^O Output -". */
static void
draw_small_rule(const struct editor *e, const struct layout *l, struct grid *g)
{
	int y = l->rule_y, end, x = 1;
	char state[96], title[128] = "";
	struct away away;

	fill_rule(g, 0, y, g->cols);
	end = draw_output_key(e, g, y) - 1;
	off_screen(e, l, end - x - 3, &away);
	if (e->run.state != RUN_NONE) {
		brief_state(e, state, sizeof(state));
		snprintf(
		    title, sizeof(title), " run %u: %s ", e->run.run, state);
		if (x + grid_width(title) + 1 + grid_width(away.text) > end)
			snprintf(title, sizeof(title), " %s ", state);
	}
	x = grid_puts(g, x, y, end, title, PAINT_RULE, CELL_BOLD);
	x += title[0] != '\0';
	off_screen(e, l, end - x - 1, &away);
	if (away.text[0] == '\0')
		return;
	x = draw_away(g, &away, x, y, end);
	grid_puts(g, x, y, end, " ", PAINT_RULE, 0);
}

void
pane_draw_head(const struct editor *e, struct grid *g)
{
	char state[96] = "", head[32] = " Output";
	int end = g->cols - 1, at;

	if (e->run.state != RUN_NONE) {
		brief_state(e, state, sizeof(state));
		snprintf(head, sizeof(head), " Output  run %u", e->run.run);
	}
	at = end - grid_width(state);
	if (grid_width(head) + 1 > at && at > 0)
		snprintf(head, sizeof(head), " run %u", e->run.run);
	if (grid_width(head) + 1 > at)
		head[0] = '\0';
	if (at < 1)
		at = 1;
	grid_fill(g, 0, 0, g->cols, ' ', PAINT_TITLE, 0);
	grid_puts(g, 0, 0, end, head, PAINT_TITLE, 0);
	grid_puts(g, at, 0, end, state, PAINT_TITLE, CELL_BOLD);
}

/* The line to the left of panes: from row 1 down, with a tee where they begin. */
static void
draw_bar(const struct layout *l, struct grid *g, int x, const int *tees)
{
	int end = l->time_rows > 0 ? l->time_y : l->event_y;

	for (int y = 1; y < end; y++)
		grid_fill(g, x, y, x + 1, VERTICAL, PAINT_RULE, 0);
	for (; *tees > 0; tees++)
		grid_fill(g, x, *tees, x + 1, TEE, PAINT_RULE, 0);
}

static void
draw_output_rule(const struct editor *e, const struct layout *l, struct grid *g)
{
	const struct tabs t = { PANE_OUTPUT, PANE_OUTPUT, PANE_OUTPUT };
	int at;

	fill_rule(g, l->out.x, 1, l->out.end);
	at = draw_news(e, l, g, l->out.x, 1, l->out.end);
	draw_tabs(e, &t, g, l->out.x, 1, at);
}

static void
draw_side_rules(const struct editor *e, const struct layout *l, struct grid *g)
{
	const struct tabs t = { PANE_CHAT, PANE_NOTES, e->talk.tab };
	const int tees[] = { 1, l->talk.y - 1, 0 };

	draw_bar(l, g, l->text_end, tees);
	draw_output_rule(e, l, g);
	fill_rule(g, l->talk.x, l->talk.y - 1, l->talk.end);
	draw_tabs(e, &t, g, l->talk.x, l->talk.y - 1, l->talk.end);
}

static void
draw_named_rule(struct grid *g, const struct area *a, const char *name)
{
	fill_rule(g, a->x, a->y - 1, a->end);
	grid_puts(g, a->x, a->y - 1, a->end, name, PAINT_RULE, CELL_BOLD);
}

static void
draw_wide_rules(const struct editor *e, const struct layout *l, struct grid *g)
{
	const int tees[] = { 1, l->talk.y - 1,
		l->notes.rows > 0 ? l->notes.y - 1 : 0, 0 };

	draw_bar(l, g, l->text_end, (const int[]){ 1, 0 });
	draw_output_rule(e, l, g);
	draw_bar(l, g, l->out.end, tees);
	draw_named_rule(g, &l->people, "[People]");
	draw_named_rule(g, &l->talk, "[Chat]");
	spot_tab(g, PANE_CHAT, l->talk.x, l->talk.y - 1, l->talk.x + 6);
	if (l->notes.rows <= 0)
		return;
	draw_named_rule(g, &l->notes, "[Notes] private ");
	spot_tab(g, PANE_NOTES, l->notes.x, l->notes.y - 1, l->notes.x + 7);
}

void
pane_draw_rules(const struct editor *e, const struct layout *l, struct grid *g)
{
	if (l->class == VIEW_SIDE)
		draw_side_rules(e, l, g);
	else if (l->class == VIEW_WIDE)
		draw_wide_rules(e, l, g);
	else if (l->rule_y > 0 && l->class == VIEW_TINY && l->text_rows > 0 &&
		 e->replay == NULL)
		draw_small_rule(e, l, g);
	else if (l->rule_y > 0)
		draw_main_rule(e, l, g);
}

/* --- people --- */

/* "Ln 5" of SITE, or nothing if it is not where we look. */
static void
where(const struct editor *e, uint8_t site, char *dst, size_t size)
{
	const struct text *t = editor_text(e);
	struct caret c = { .shown = false };
	const struct caret *all;
	size_t n;

	dst[0] = '\0';
	if (t == NULL)
		return;
	all = peer_carets(e->peer, &n);
	if (site == e->welcome.site)
		c = peer_caret(e->peer);
	for (size_t i = 0; i < n; i++)
		if (all[i].site == site)
			c = all[i];
	if (c.shown && c.file == e->file)
		snprintf(dst, size, "Ln %zu", text_line_of(t, c.head) + 1);
}

/* What SITE does, or could be done: "typing", "idle 02:10", "waiting 0:42",
 * "F7 follow". */
static void
doing(const struct editor *e, const struct seen *s, char *dst, size_t size)
{
	uint64_t idle = e->now_ms - s->active_ms;
	uint64_t host = editor_shown_ms(e);
	uint8_t site = s->person.site;
	char clock[24];

	dst[0] = '\0';
	if (s->person.state == PERSON_LOBBY) {
		clock_minutes((int64_t)(host - s->person.since_ms) / 1000,
		    clock, sizeof(clock));
		snprintf(dst, size, "waiting %s", clock);
	} else if (s->person.state == PERSON_AWAY) {
		snprintf(dst, size, "away");
	} else if (e->now_ms - s->typed_ms < TYPED_MS) {
		snprintf(dst, size, "typing");
	} else if (idle >= IDLE_MS) {
		snprintf(dst, size, "idle %02d:%02d", (int)(idle / 60000),
		    (int)(idle / 1000 % 60));
	} else if (e->follow.site == site && !e->follow.paused) {
		snprintf(dst, size, "followed");
	} else if (e->replay == NULL && follow_whom(e) == site) {
		snprintf(dst, size, "F7 follow");
	} else if (!s->person.writable) {
		snprintf(dst, size, "reads");
	}
}

/* "C*candidate     Ln 5    typing    87 %": the columns of each. */
#define NAME_X 2
#define WHERE_X 16
#define DOING_X 24
#define SHARE_COLS 6 /* "100 %" at the end */

static void
draw_person(const struct editor *e, const struct area *a, struct grid *g, int y,
    const struct seen *s)
{
	const struct spot spot = { a->x, y, a->end, SPOT_PERSON, s->person.site,
		NULL };
	const char mark[] = { view_letter(s->person.label), '\0' };
	const char state[] = { view_state(e, s), '\0' };
	char text[NAME_MAX_BYTES + 4];
	int x = a->x;

	grid_puts(
	    g, x, y, a->end, mark, view_site_paint(s->person.label), CELL_BOLD);
	if (s->person.state != PERSON_LOBBY)
		grid_puts(g, x + 1, y, a->end, state, PAINT_TEXT, 0);
	status_shorten(
	    s->person.name, WHERE_X - NAME_X - 1, text, sizeof(text));
	grid_puts(g, x + NAME_X, y, x + WHERE_X, text, PAINT_TEXT, 0);
	where(e, s->person.site, text, sizeof(text));
	grid_puts(g, x + WHERE_X, y, x + DOING_X, text, PAINT_DIM, 0);
	doing(e, s, text, sizeof(text));
	grid_puts(g, x + DOING_X, y, a->end, text, PAINT_TEXT, 0);
	if (s->share > 0) {
		snprintf(text, sizeof(text), "%2d %%", s->share - 1);
		grid_puts(
		    g, a->end - SHARE_COLS, y, a->end, text, PAINT_DIM, 0);
	}
	grid_spot(g, &spot);
}

static void
draw_people(const struct editor *e, const struct area *a, struct grid *g)
{
	const struct seen *s;
	char more[32];
	int rows = 0, n = 0;

	for (int i = 1; i <= SITE_MAX; i++)
		n += e->people[i].known &&
		     e->people[i].person.state != PERSON_LEFT;
	for (int i = 1; i <= SITE_MAX && rows < a->rows; i++) {
		s = &e->people[i];
		if (!s->known || s->person.state == PERSON_LEFT)
			continue;
		if (rows == a->rows - 1 && n > a->rows) {
			snprintf(more, sizeof(more), "and %d more", n - rows);
			grid_puts(
			    g, a->x, a->y + rows, a->end, more, PAINT_DIM, 0);
			return;
		}
		draw_person(e, a, g, a->y + rows++, s);
	}
}

void
pane_draw(const struct editor *e, const struct layout *l, struct grid *g)
{
	lines_draw(e, pane_of_talk(e, l), &l->talk, g);
	lines_draw(e, PANE_NOTES, &l->notes, g);
	if (l->people.rows > 0)
		draw_people(e, &l->people, g);
}
