/*
 * layout.c - where things are on the screen, by its size and by what is looked
 * at. Everything that is drawn only fills the places that it gives.
 */
#include <string.h>

#include "client/copy.h"
#include "client/follow.h"
#include "client/input.h"
#include "client/lines.h"
#include "client/lobby.h"
#include "client/menu.h"
#include "client/output.h"
#include "client/pane.h"
#include "client/place.h"
#include "client/talk.h"
#include "client/timeline.h"
#include "client/view.h"

#define WIDE_ROWS 30 /* for people, chat and notes above one another */
#define SIDE_PANE_COLS 34
#define WIDE_TEXT_COLS 106
#define WIDE_TALK_COLS 40
#define PEOPLE_ROWS 7
#define BY_COLS 2 /* of who changed a line last */

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
	if (e->panel == PANEL_MENU)
		menu_settle(e);
	if (e->run.scroll == 0 || l->out.rows <= 0)
		return;
	more = output_rows(e, l->out.end - l->out.x) - l->out.rows;
	if (e->run.scroll > more)
		e->run.scroll = more > 0 ? more : 0;
}
