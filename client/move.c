/* move.c - see move.h */
#include "client/move.h"
#include "client/place.h"
#include "client/select.h"

/* Left and Right go to the ends of what is selected, and end it. */
static bool
is_collapsing(const struct editor *e)
{
	return select_any(e) && !e->extend && !e->mark;
}

void
move_left(struct editor *e)
{
	struct span s = select_span(e);

	select_go(e, is_collapsing(e)
			 ? s.from
			 : text_prev(editor_text(e), select_head(e)));
}

void
move_right(struct editor *e)
{
	struct span s = select_span(e);

	select_go(e, is_collapsing(e)
			 ? s.to
			 : text_next(editor_text(e), select_head(e)));
}

/* BY lines down, keeping the column that the first of such moves had. */
static void
vertical(struct editor *e, long by)
{
	const struct text *t = editor_text(e);
	size_t line = text_line_of(t, select_head(e)),
	       last = text_line_count(t) - 1;
	int goal =
	    e->goal >= 0 ? e->goal : (int)place_column(t, line, select_head(e));

	if (by < 0 && (size_t)-by > line) {
		select_go(e, 0);
		return;
	}
	if (by > 0 && line + (size_t)by > last) {
		select_go(e, text_len(t));
		return;
	}
	line = by < 0 ? line - (size_t)-by : line + (size_t)by;
	select_go(e, place_at_column(t, line, (size_t)goal));
	e->goal = goal;
}

void
move_up(struct editor *e)
{
	vertical(e, -1);
}

void
move_down(struct editor *e)
{
	vertical(e, 1);
}

/* How far a page goes: all lines that are seen but one. */
static size_t
page_lines(const struct editor *e)
{
	size_t lines = e->page > 1 ? (size_t)e->page : 2;

	if (e->wrap)
		lines = place_bottom(e) - e->top;
	return lines > 2 ? lines - 1 : 1;
}

void
move_page_up(struct editor *e)
{
	size_t by = page_lines(e);

	e->top -= e->top > by ? by : e->top;
	e->skip = 0;
	vertical(e, -(long)by);
}

void
move_page_down(struct editor *e)
{
	size_t by = page_lines(e);

	e->top += by;
	e->skip = 0;
	vertical(e, (long)by);
}

static void
line_start(struct editor *e)
{
	const struct text *t = editor_text(e);

	select_go(e, text_line_start(t, text_line_of(t, select_head(e))));
}

void
move_start_or_all(struct editor *e)
{
	if (e->at_start)
		select_all(e);
	else
		line_start(e);
	e->at_start = !e->at_start;
}

void
move_home(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t pos = place_indent(t, text_line_of(t, select_head(e)));

	if (select_head(e) == pos)
		line_start(e);
	else
		select_go(e, pos);
}

void
move_line_end(struct editor *e)
{
	const struct text *t = editor_text(e);

	select_go(e, text_line_end(t, text_line_of(t, select_head(e))));
}

void
move_text_start(struct editor *e)
{
	select_go(e, 0);
}

void
move_text_end(struct editor *e)
{
	select_go(e, text_len(editor_text(e)));
}

size_t
move_before_word(const struct text *t, size_t pos)
{
	while (pos > 0 && !select_in_word(t, text_prev(t, pos)))
		pos = text_prev(t, pos);
	while (pos > 0 && select_in_word(t, text_prev(t, pos)))
		pos = text_prev(t, pos);
	return pos;
}

void
move_word_left(struct editor *e)
{
	select_go(e, move_before_word(editor_text(e), select_head(e)));
}

void
move_word_right(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t pos = select_head(e), len = text_len(t);

	while (pos < len && !select_in_word(t, pos))
		pos = text_next(t, pos);
	while (pos < len && select_in_word(t, pos))
		pos = text_next(t, pos);
	select_go(e, pos);
}
