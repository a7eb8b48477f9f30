/* lines.c - chat and notes in a pane: wrapped lines, the newest at the end. */
#include <stdio.h>
#include <string.h>

#include "client/lines.h"
#include "client/talk.h"

/* "14:07", in the time of the room, which began when somebody was let in; before
 * that, nothing. */
static void
room_time(const struct editor *e, uint64_t at_ms, char *dst, size_t size)
{
	uint64_t start = e->welcome.started_ms;

	dst[0] = '\0';
	if (start != 0 && at_ms >= start)
		snprintf(dst, size, "%02d:%02d", (int)((at_ms - start) / 60000),
		    (int)((at_ms - start) / 1000 % 60));
}

/* Is row Y one of A's? Then there is something to draw on. */
static bool
is_seen(const struct area *a, const struct grid *g, int y)
{
	return g != NULL && y >= a->y && y < a->y + a->rows;
}

/* "12:29 ", or nothing, as for who waits outside, where no time runs. */
static int
put_time(const struct editor *e, const struct said_line *line,
    const struct area *a, struct grid *g, int y)
{
	char time[32];

	room_time(e, line->at_ms, time, sizeof(time));
	if (e->lobby || time[0] == '\0')
		return a->x;
	if (is_seen(a, g, y))
		grid_puts(g, a->x, y, a->end, time, PAINT_DIM, 0);
	return a->x + (int)strlen(time) + 1;
}

/* What stands before a line in row Y, "12:29 Ivy  ", and behind the name for whom
 * it is, unless for all; returns the column after
 * it. Names have half of the width at most. */
static int
put_head(const struct editor *e, const struct said_line *line,
    const struct area *a, struct grid *g, int y)
{
	static const char to_staff[] = " to staff";
	const struct seen *s = &e->people[line->site];
	bool staff = line->scope == SAY_STAFF && editor_is_staff(e);
	int half = a->x + (a->end - a->x) / 2;
	int x = put_time(e, line, a, g, y);

	if (line->scope == SAY_NOTE)
		return x;
	if (is_seen(a, g, y))
		grid_puts(g, x, y, half, line->name,
		    s->known ? view_site_paint(s->person.label) : PAINT_DIM,
		    CELL_BOLD);
	x += grid_width(line->name);
	x = x < half ? x : half;
	if (staff && is_seen(a, g, y))
		grid_puts(g, x, y, a->end, to_staff, PAINT_DIM, 0);
	return x + (staff ? (int)strlen(to_staff) : 0) + 2;
}

/* One line from row Y on; draws what A has of it if G is given. Returns its
 * rows. */
static int
put_said(const struct editor *e, const struct said_line *line,
    const struct area *a, struct grid *g, int y)
{
	const uint8_t *p = (const uint8_t *)line->text;
	int x = put_head(e, line, a, g, y), rows = 0;
	size_t len = strlen(line->text), next, n;

	do {
		n = grid_fit(p, len, a->end - x, &next);
		if (is_seen(a, g, y + rows))
			grid_put(g, x, y + rows, a->end, p, n, PAINT_TEXT, 0);
		p += next;
		len -= next;
		x = a->x + 6;
		rows++;
	} while (len > 0);
	return rows;
}

int
lines_rows(const struct editor *e, enum pane pane, const struct area *a)
{
	const struct said_line *line;
	int rows = 0;

	for (int i = 0; i < e->talk.n; i++) {
		line = talk_line(&e->talk, i);
		if (talk_is_in(pane, line))
			rows += put_said(e, line, a, NULL, 0);
	}
	return rows;
}

static void
put_draft(const struct editor *e, enum pane pane, const struct area *a,
    struct grid *g)
{
	const char *prompt = pane == PANE_NOTES ? "note> "
			     : e->talk.to_staff ? "staff> "
						: "> ";
	bool focus = e->talk.focus && e->talk.tab == pane;
	int x, y = a->y + a->rows;

	x = grid_puts(g, a->x, y, a->end, prompt, focus ? PAINT_KEY : PAINT_DIM,
	    CELL_BOLD);
	line_draw(&e->talk.drafts[pane], g, x, y, a->end,
	    focus ? PAINT_TEXT : PAINT_DIM, focus);
}

void
lines_draw(const struct editor *e, enum pane pane, const struct area *a,
    struct grid *g)
{
	static const char *const nothing[PANES] = {
		[PANE_CHAT] = "Nothing said yet. ^T writes.",
		[PANE_NOTES] = "No notes yet. F8 writes one."
	};
	static const char *const none[PANES] = { [PANE_CHAT] =
						     "Nothing said yet.",
		[PANE_NOTES] = "No notes yet." };
	int want = a->rows + e->talk.scroll[pane], rows = 0, y, i;
	const struct said_line *line;
	bool invited;

	if (a->rows <= 0 && !a->line)
		return;
	if (a->line)
		put_draft(e, pane, a, g);
	for (i = e->talk.n; i > 0 && rows < want; i--) {
		line = talk_line(&e->talk, i - 1);
		if (talk_is_in(pane, line))
			rows += put_said(e, line, a, NULL, 0);
	}
	/* who is there already needs no key that leads there */
	invited = talk_may_write(e) && !(e->talk.focus && e->talk.tab == pane);
	if (rows == 0 && !e->lobby)
		grid_puts(g, a->x, a->y, a->end,
		    (invited ? nothing : none)[pane], PAINT_DIM, 0);
	/* what is newest is at the bottom, once there is enough */
	y = a->y - (rows > want ? rows - want : 0);
	for (; i < e->talk.n; i++) {
		line = talk_line(&e->talk, i);
		if (talk_is_in(pane, line))
			y += put_said(e, line, a, g, y);
	}
}
