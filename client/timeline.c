/* timeline.c - the place in time, drawn. */
#include <stdio.h>
#include <string.h>

#include "client/box.h"
#include "client/status.h"
#include "client/timeline.h"

#define TALL_ROWS 16  /* from here on all has a row of its own, */
#define TALL_COLS 60  /* and the title says where it is */
#define LEAST_COLS 36 /* narrower windows say only that */
#define LONG_COLS 70  /* and in wider ones the sentences are whole */
#define LOWEST 0x2581 /* eighths of a block */
#define LEVELS 8
#define HERE 0x25CF
#define HERE_BRIEF 0x2502 /* where the marks are in the same row */
#define LINE 0x2500
#define LINE_BEGIN 0x251C
#define LINE_END 0x2524

/* --- where --- */

/* "14:31 / 47:26 4x", or "14:31". */
static void
label(const struct replay *r, int cols, uint64_t ms, char *dst, size_t size)
{
	char at[32], end[32];

	replay_clock(r, ms, at, sizeof(at));
	replay_clock(r, replay_end_ms(r), end, sizeof(end));
	if (cols < LEAST_COLS)
		snprintf(dst, size, "%s", at);
	else
		snprintf(dst, size, "%s / %s %ux", at, end, r->speed);
}

void
timeline_title(const struct replay *r, int cols, char *dst, size_t size)
{
	const char *idle = r->dense ? "  idle skipped" : "";
	char at[32], end[32];

	replay_moment(r, r->clock_ms, at, sizeof(at));
	replay_moment(r, replay_end_ms(r), end, sizeof(end));
	snprintf(dst, size, "%s / %s  %ux%s", at, end, r->speed, idle);
	if ((int)strlen(dst) > cols)
		snprintf(dst, size, "%s / %s  %ux", at, end, r->speed);
	if ((int)strlen(dst) > cols)
		snprintf(dst, size, "%s", at);
}

static bool
is_tall(int cols, int rows)
{
	return cols >= TALL_COLS && rows >= TALL_ROWS;
}

void
timeline_layout(const struct replay *r, int cols, int rows, struct layout *l)
{
	char longest[96];

	l->time_x = 1;
	if (is_tall(cols, rows)) {
		/* who hears the screen hears no bars */
		l->time_rows = r->shown.e.calm ? 2 : 3;
		l->time_end = cols - 1;
		return;
	}
	/* its width changes with the whole, not with each second */
	label(r, cols, replay_end_ms(r), longest, sizeof(longest));
	l->time_rows = 1;
	l->time_end = cols - (int)strlen(longest) - 2;
	if (l->time_end < l->time_x)
		l->time_end = l->time_x;
}

/* Column I of the line's COLS begins at. */
static uint64_t
ms_of(const struct replay *r, int i, int cols)
{
	uint64_t begin = replay_begin_ms(r);

	return begin +
	       (replay_end_ms(r) - begin) * (uint64_t)i / (uint64_t)cols;
}

static uint64_t
end_of(const struct replay *r, int i, int cols)
{
	return i + 1 == cols ? UINT64_MAX : ms_of(r, i + 1, cols);
}

/* The first column also stands for what was before. */
static const struct mark *
mark_in(const struct replay *r, int i, int cols)
{
	return marks_between(
	    &r->marks, i == 0 ? 0 : ms_of(r, i, cols), end_of(r, i, cols));
}

bool
timeline_at(
    const struct replay *r, const struct layout *l, int x, int y, uint64_t *ms)
{
	int cols = l->time_end - l->time_x, i = x - l->time_x;
	const struct mark *m;

	if (y < l->time_y || y >= l->time_y + l->time_rows || i < 0 ||
	    i >= cols)
		return false;
	m = mark_in(r, i, cols);
	*ms = m != NULL       ? m->at_ms
	      : i + 1 == cols ? replay_end_ms(r)
			      : ms_of(r, i, cols);
	return true;
}

/* The column of the moment that is shown. */
static int
here(const struct replay *r, int cols)
{
	int i = cols - 1;

	while (i > 0 && ms_of(r, i, cols) > r->clock_ms)
		i--;
	return i;
}

/* --- the line --- */

static uint64_t
most(const struct replay *r, int cols)
{
	uint64_t max = 1, n;

	for (int i = 0; i < cols; i++) {
		n = marks_activity(
		    &r->marks, ms_of(r, i, cols), end_of(r, i, cols));
		max = n > max ? n : max;
	}
	return max;
}

static uint32_t
level(const struct replay *r, int i, int cols, uint64_t max)
{
	uint64_t n =
	    marks_activity(&r->marks, ms_of(r, i, cols), end_of(r, i, cols));

	return LOWEST + (uint32_t)((n * (LEVELS - 1) + max - 1) / max);
}

static void
draw_marks(
    const struct replay *r, const struct layout *l, struct grid *g, int y)
{
	int cols = l->time_end - l->time_x;
	const struct mark *m;
	char letter[2] = "";

	for (int i = 0; i < cols; i++) {
		if ((m = mark_in(r, i, cols)) == NULL)
			continue;
		letter[0] = mark_letter(m);
		grid_puts(g, l->time_x + i, y, l->time_end, letter,
		    m->rev <= fold_rev(&r->shown) ? PAINT_KEY : PAINT_LABEL,
		    CELL_BOLD);
	}
}

/* How much was typed when. */
static void
draw_activity(
    const struct replay *r, const struct layout *l, struct grid *g, int y)
{
	int cols = l->time_end - l->time_x, at = here(r, cols);
	uint64_t max = most(r, cols);

	for (int i = 0; i < cols; i++)
		grid_fill(g, l->time_x + i, y, l->time_x + i + 1,
		    level(r, i, cols, max), i <= at ? PAINT_EVENT : PAINT_DIM,
		    0);
}

/* "|---*------|" */
static void
draw_place(
    const struct replay *r, const struct layout *l, struct grid *g, int y)
{
	int end = l->time_end, at = l->time_x + here(r, end - l->time_x);

	grid_fill(g, l->time_x, y, at, LINE, PAINT_EVENT, 0);
	grid_fill(g, at, y, end, LINE, PAINT_DIM, 0);
	grid_fill(g, l->time_x, y, l->time_x + 1, LINE_BEGIN, PAINT_EVENT, 0);
	grid_fill(g, end - 1, y, end, LINE_END, PAINT_DIM, 0);
	grid_fill(g, at, y, at + 1, HERE, PAINT_TITLE, CELL_BOLD);
}

/* The marks and the place in one row, and behind them when that is. */
static void
draw_brief(const struct replay *r, const struct layout *l, struct grid *g)
{
	int cols = l->time_end - l->time_x, at = here(r, cols);
	char text[96];

	for (int i = 0; i < cols; i++)
		grid_fill(g, l->time_x + i, l->time_y, l->time_x + i + 1, LINE,
		    i <= at ? PAINT_EVENT : PAINT_DIM, 0);
	draw_marks(r, l, g, l->time_y);
	if (cols > 0)
		grid_fill(g, l->time_x + at, l->time_y, l->time_x + at + 1,
		    HERE_BRIEF, PAINT_TITLE, CELL_BOLD | CELL_REVERSE);
	label(r, g->cols, r->clock_ms, text, sizeof(text));
	grid_puts(g, g->cols - (int)strlen(text) - 1, l->time_y, g->cols, text,
	    PAINT_EVENT, CELL_BOLD);
}

static void
draw_line(const struct replay *r, const struct layout *l, struct grid *g)
{
	int last = l->time_y + l->time_rows - 1;

	if (!is_tall(g->cols, g->rows)) {
		draw_brief(r, l, g);
		return;
	}
	if (l->time_rows > 2)
		draw_activity(r, l, g, l->time_y);
	draw_marks(r, l, g, last - 1);
	draw_place(r, l, g, last);
}

/* --- what happened --- */

/* "12:31 paste by Cleo, 118 characters" */
static void
say_mark(const struct replay *r, const struct mark *m, char *dst, size_t size)
{
	char at[32], text[NAME_MAX_BYTES + 64];

	replay_clock(r, m->at_ms, at, sizeof(at));
	mark_text(m, editor_name_of(&r->ahead.e, m->site), text, sizeof(text));
	snprintf(dst, size, "%s %s", at, text);
}

/* TEXT behind what is in DST, if there is something, in COLS columns; false: it
 * does not fit. */
static bool
append(char *dst, size_t size, int cols, const char *text)
{
	const char *gap = dst[0] != '\0' ? "   " : "";
	size_t len = strlen(dst);

	if (grid_width(dst) + (int)strlen(gap) + grid_width(text) > cols)
		return false;
	snprintf(dst + len, size - len, "%s%s", gap, text);
	return true;
}

/* The last mark up to here, before it the one before, and the next one, as far as
 * they fit in COLS columns. */
static void
say_marks(const struct replay *r, int cols, char *dst, size_t size)
{
	uint64_t rev = fold_rev(&r->shown);
	const struct mark *last = marks_before(&r->marks, rev + 1), *before;
	const struct mark *next = marks_after(&r->marks, rev);
	char text[NAME_MAX_BYTES + 128] = "", to_come[sizeof(text) + 8] = "";
	int left = cols;

	dst[0] = '\0';
	if (next != NULL) {
		say_mark(r, next, text, sizeof(text));
		snprintf(to_come, sizeof(to_come), "next: %s", text);
		left -= grid_width(to_come) + 3;
	}
	if (last == NULL) {
		snprintf(dst, size, "%s", to_come);
		return;
	}
	say_mark(r, last, text, sizeof(text));
	before = marks_before(&r->marks, last->rev);
	if (before != NULL) {
		say_mark(r, before, dst, size);
		if (!append(dst, size, left, text))
			dst[0] = '\0';
	}
	if (dst[0] == '\0')
		snprintf(dst, size, "%s", text);
	append(dst, size, cols, to_come);
}

/* What is not whole yet. */
static void
say_state(const struct replay *r, char *dst, size_t size)
{
	uint64_t rev = tape_rev(&r->tape);

	dst[0] = '\0';
	if (!r->whole && rev < r->until_rev)
		snprintf(dst, size, "loading %u %%",
		    (unsigned)(rev * 100 / r->until_rev));
	else if (!r->whole && r->until_rev == 0)
		snprintf(dst, size, "loading");
	else if (r->whole && rev < r->until_rev)
		snprintf(dst, size, "not all is here");
}

/* A note is about the moment that is shown. */
static void
bar_title(const struct replay *r, char *dst, size_t size)
{
	char at[32];

	if (r->bar != REPLAY_NOTE) {
		snprintf(dst, size, "%s",
		    r->bar == REPLAY_GO ? "Go to a time: "
					: "When does it appear: ");
		return;
	}
	replay_moment(r, r->clock_ms, at, sizeof(at));
	snprintf(dst, size, "Note at %s: ", at);
}

static void
draw_bar(const struct replay *r, const struct layout *l, struct grid *g)
{
	char what[64];
	int x;

	bar_title(r, what, sizeof(what));
	x = grid_puts(g, 1, l->event_y, g->cols, what, PAINT_EVENT, CELL_BOLD);
	line_draw(&r->line, g, x, l->event_y, g->cols - 1, PAINT_TEXT, true);
}

static void
draw_event(const struct replay *r, const struct layout *l, struct grid *g)
{
	char text[2 * NAME_MAX_BYTES + 256], cut[sizeof(text)], state[32];
	int end = g->cols - 1;

	if (r->bar != REPLAY_NONE) {
		draw_bar(r, l, g);
		return;
	}
	say_state(r, state, sizeof(state));
	if (g->cols >= LONG_COLS || strncmp(state, "loading", 7) == 0) {
		end -= (int)strlen(state);
		grid_puts(g, end, l->event_y, g->cols, state, PAINT_DIM, 0);
		end -= 2;
	}
	if (r->answer[0] != '\0')
		snprintf(text, sizeof(text), "%s", r->answer);
	else
		say_marks(r, end - 1, text, sizeof(text));
	status_shorten(text, end - 1, cut, sizeof(cut));
	grid_puts(g, 1, l->event_y, end, cut, PAINT_EVENT, 0);
}

/* --- the keys --- */

#define END                   \
	{                     \
		NULL, NULL, 0 \
	}

static void
draw_keys(const struct replay *r, const struct layout *l, struct grid *g)
{
	const struct hint typing[] = {
		{ "Enter", r->bar == REPLAY_NOTE ? "Keep" : "Go", 0 },
		{ "Esc", "Back", 1 }, END
	};
	const struct hint brief[] = { { "Space", r->playing ? "Pause" : "Play",
					  0 },
		{ "[/]", "Event", 1 }, { "?", "Keys", 2 }, { "q", "Quit", 3 },
		END };
	const struct hint moving[] = { { "Space", r->playing ? "Pause" : "Play",
					   0 },
		{ ",/.", "5 s", 2 }, { "[/]", "Event", 1 },
		{ "1-5", "Speed", 3 }, { "i", "Idle", 5 },
		{ "w", "Who typed", 4 }, { "n", "Note", 4 },
		{ "/", "Search", 5 },
		{ "Tab", "File",
		    peer_file_count(r->shown.e.peer) > 1 ? 6 : 99 },
		{ "?", "Keys", 2 }, { "q", "Quit", 1 }, END };

	status_hints(l, g, g->cols,
	    r->bar != REPLAY_NONE   ? typing
	    : l->class == VIEW_TINY ? brief
				    : moving);
}

static void
draw_help(struct grid *g)
{
	struct box b = { .title = "Replay - any key goes on",
		.cursor_line = -1 };
	char text[BOX_LINE_SIZE];
	size_t n;
	const struct replay_key_help *k = replay_help(&n);

	for (size_t i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "%-12s %s", k[i].keys, k[i].help);
		box_add(&b, text);
	}
	box_draw(g, &b);
}

void
timeline_draw(const struct replay *r, const struct layout *l, struct grid *g)
{
	draw_event(r, l, g);
	draw_line(r, l, g);
	draw_keys(r, l, g);
	if (r->help)
		draw_help(g);
}
