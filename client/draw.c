/*
 * draw.c - the screen: what is on it, and when it is drawn (pace.h).
 */
#include <malloc.h>

#include "client/app.h"
#include "client/clip.h"
#include "client/keymap.h"
#include "client/looks.h"
#include "client/view.h"
#include "proto/err.h"

/* --- a frame --- */

/* What was copied is the terminal's to paste elsewhere. */
static void
tell_clipboard(struct app *a)
{
	struct buf b;

	if (!a->e.clip.fresh)
		return;
	a->e.clip.fresh = false;
	buf_init(&b, CLIP_SEQUENCE_MAX);
	clip_sequence(&a->e, &b);
	if (b.err == 0)
		tty_copy(a->tty, b.data, b.len);
	buf_release(&b);
}

/* As it was chosen. */
static void
dress(struct app *a)
{
	a->grid.ascii = a->e.ascii;
	a->grid.plain = a->e.calm;
	tty_palette(a->tty, looks_colours(&a->e));
}

static void
draw_replay(struct app *a)
{
	unsigned wait_ms;
	struct layout l;

	dress(a);
	view_layout(film_shown(a), a->grid.cols, a->grid.rows, &l);
	view_draw(film_shown(a), &l, &a->grid);
	tty_mouse(a->tty, true);
	if (tty_show(a->tty, &a->grid) == CS_ECLOSED)
		end_unseen(a);
	a->dirty = a->own_key = false;
	pace_drawn(&a->pace, &a->e);
	if ((wait_ms = replay_wait_ms(a->replay)) > 0)
		loop_timer_start(a->tick, wait_ms);
}

static void
draw(struct app *a)
{
	struct layout l;

	if (a->replay != NULL) {
		draw_replay(a);
		return;
	}
	editor_tick(&a->e);
	if (pace_asks(&a->pace, &a->e) && tty_ping(a->tty))
		pace_asked(&a->pace, &a->e);
	pace_tell(&a->pace, &a->e, online_unkept(a) > 0);
	dress(a);
	view_layout(&a->e, a->grid.cols, a->grid.rows, &l);
	view_draw(&a->e, &l, &a->grid);
	tty_mouse(a->tty, a->e.mouse && a->e.panel != PANEL_COPY);
	tty_caret(a->tty, keymap_caret(&a->e));
	if (a->e.bell)
		tty_bell(a->tty);
	a->e.bell = false;
	tell_clipboard(a);
	if (tty_show(a->tty, &a->grid) == CS_ECLOSED)
		end_unseen(a);
	a->dirty = a->own_key = false;
	pace_drawn(&a->pace, &a->e);
	loop_timer_start(a->tick,
	    pace_next(&a->pace, &a->e, online_unkept(a) > 0) - a->e.now_ms + 1);
}

/* --- when --- */

/* A key of ours is shown at once. What others do is too after a rest: a run's
 * beginning, its first output and its end come within some milliseconds, and
 * none should wait for a frame that showed the one before. What goes on and on
 * is shown every FRAME_MS. */
static void
draw_if_due(struct app *a)
{
	uint64_t at = pace_due(&a->pace);

	if (a->own_key || a->e.now_ms >= at)
		draw(a);
	else if (!loop_timer_running(a->frame))
		loop_timer_start(a->frame, at - a->e.now_ms);
}

/* Half of the documents is nothing to look at. */
static bool
is_showable(struct app *a)
{
	return !online_loading(a) || (a->e.peer == NULL && !online_held(a));
}

void
draw_show(struct app *a)
{
	if (!a->silent && !a->over && a->dirty && !tty_busy(a->tty) &&
	    is_showable(a))
		draw_if_due(a);
}

void
draw_resize(struct app *a)
{
	struct layout l;
	int cols, rows;

	tty_size(a->tty, &cols, &rows);
	if (grid_resize(&a->grid, cols, rows) < 0) {
		end_now(a, 1, "codesync-edit: out of memory");
		return;
	}
	tty_resize(a->tty, cols, rows);
	view_layout(film_shown(a), cols, rows, &l);
	a->dirty = true;
}

static void
on_tick(void *arg)
{
	struct app *a = arg;

	a->dirty = true;
	if (a->loaded && !online_loading(a)) { /* no key waits for it here */
		a->loaded = false;
		malloc_trim(0);
	}
	if (a->replay != NULL)
		replay_tick(a->replay, loop_now_ms());
}

static void
on_frame(void *arg)
{
	(void)arg; /* the hook that follows draws */
}

int
draw_open(struct app *a)
{
	int r;

	if ((r = loop_timer_new(a->loop, on_tick, a, &a->tick)) < 0)
		return r;
	return loop_timer_new(a->loop, on_frame, a, &a->frame);
}

void
draw_close(struct app *a)
{
	loop_timer_free(a->tick);
	loop_timer_free(a->frame);
	grid_release(&a->grid);
}
