/* timer.c - the room's clock: how much is left, and when that is said. */
#include <stdio.h>

#include "client/clock.h"
#include "client/timer.h"
#include "client/view.h"

#define URGENT_S 300
#define BRIEF_COLS 74 /* narrower screens get shorter sentences */

/* --- what it shows --- */

static bool
is_paused(const struct editor *e)
{
	return e->timer.since_ms != 0;
}

/* How long the present pause has been by NOW, as far as it counts. */
static uint64_t
pause_ms(const struct editor *e, uint64_t now)
{
	const struct timer *t = &e->timer;
	uint64_t ms = 0;

	if (is_paused(e) && now > t->since_ms)
		ms = now - t->since_ms;
	return t->lost && ms > PAUSE_LOST_MS ? PAUSE_LOST_MS : ms;
}

/* Seconds from the beginning until NOW, without the pauses. */
static int64_t
used_s(const struct editor *e, uint64_t now)
{
	int64_t ms = (int64_t)(now - e->welcome.started_ms) -
		     (int64_t)(e->timer.paused_ms + pause_ms(e, now));

	return ms > 0 ? ms / 1000 : 0;
}

static int64_t
left_s(const struct editor *e, uint64_t now)
{
	return (int64_t)e->welcome.minutes * 60 - used_s(e, now);
}

static bool
runs_out(const struct editor *e)
{
	return e->joined && e->welcome.started_ms != 0 && !e->welcome.ended &&
	       e->welcome.minutes > 0;
}

/* "started 13:49 UTC   12:34   ": how long it has been going on. Returns its
 * length. */
static size_t
started_text(const struct editor *e, uint64_t now, char *dst, size_t size)
{
	uint64_t at_s = e->welcome.started_ms / 1000;
	char used[24];

	clock_minutes(used_s(e, now), used, sizeof(used));
	return (size_t)snprintf(dst, size, "started %02d:%02d UTC   %s   ",
	    (int)(at_s / 3600 % 24), (int)(at_s / 60 % 60), used);
}

void
timer_text(const struct editor *e, char *dst, size_t size)
{
	const struct welcome *w = &e->welcome;
	uint64_t now = editor_shown_ms(e);
	char clock[24];
	size_t n = 0;
	int64_t s;

	dst[0] = '\0';
	if (w->started_ms == 0 || e->calm || w->ended || e->clock_hidden)
		return;
	s = w->minutes > 0 ? left_s(e, now) : used_s(e, now);
	clock_left(s, clock, sizeof(clock));
	if (e->cols < TINY_COLS) { /* for the chips' sake */
		snprintf(dst, size, "%s%s", is_paused(e) ? "|| " : "", clock);
		return;
	}
	if (e->cols >= WIDE_COLS && e->replay == NULL && w->minutes > 0)
		n = started_text(e, now, dst, size);
	snprintf(dst + n, size - n, "%s%s", clock,
	    is_paused(e)               ? " paused"
	    : w->minutes > 0 && s >= 0 ? " left"
				       : "");
}

bool
timer_is_urgent(const struct editor *e)
{
	return e->welcome.role == ROLE_CANDIDATE && runs_out(e) &&
	       left_s(e, editor_host_ms(e)) <= URGENT_S;
}

unsigned
timer_minutes_left(const struct editor *e)
{
	int64_t s = runs_out(e) ? left_s(e, editor_host_ms(e)) : 0;

	return s > 0 ? (unsigned)((s + 59) / 60) : 0;
}

/* --- what is said --- */

/* "! Cleo lost connection - code safe, timer paused, 1:43 to rejoin" */
static void
lost_text(const struct editor *e, uint8_t site, const char *clock, int cols,
    char *dst, size_t size)
{
	const char *name = editor_name_of(e, site);

	if (cols < BRIEF_COLS)
		snprintf(dst, size, "! %s lost - timer paused%s%s", name,
		    clock[0] != '\0' ? ", " : "", clock);
	else
		snprintf(dst, size,
		    "! %s lost connection - code safe, timer paused%s%s%s",
		    name, clock[0] != '\0' ? ", " : "", clock,
		    clock[0] != '\0' ? " to rejoin" : "");
}

void
timer_news(const struct editor *e, int cols, char *dst, size_t size)
{
	const struct timer *t = &e->timer;
	char clock[24] = "";

	dst[0] = '\0';
	if (!is_paused(e) || !t->lost || t->site == e->welcome.site ||
	    e->welcome.ended)
		return;
	if (!e->calm)
		clock_minutes((int64_t)(PAUSE_LOST_MS -
					pause_ms(e, editor_host_ms(e)) + 999) /
				  1000,
		    clock, sizeof(clock));
	lost_text(e, t->site, clock, cols, dst, size);
}

static void
paused(struct editor *e, const struct record *r)
{
	char text[160];

	if (r->flags & PAUSE_LOST) {
		lost_text(e, r->site, "2:00", e->cols, text, sizeof(text));
		editor_say(e, TOAST_ROOM, "%s", text);
	} else {
		editor_say(e, TOAST_ROOM, "Timer paused by %s",
		    editor_name_of(e, r->site));
	}
}

static void
resumed(struct editor *e, const struct record *r)
{
	const char *name = editor_name_of(e, r->site);

	if (!(r->flags & PAUSE_LOST) || r->site != e->timer.site)
		editor_say(e, TOAST_ROOM, "Timer goes on, says %s", name);
	else if (r->at_ms >= e->timer.since_ms + PAUSE_LOST_MS)
		editor_say(e, TOAST_ROOM,
		    "! %s is still away - the timer goes on", name);
	else /* who is back has joined, which is said */
		editor_unsay(e, TOAST_ROOM);
}

void
timer_record(struct editor *e, const struct record *r)
{
	if ((r->flags & PAUSE_LOST) && r->site == e->welcome.site)
		return;
	if (r->kind == REC_PAUSE)
		paused(e, r);
	else if (r->kind == REC_RESUME)
		resumed(e, r);
	else
		editor_say(e, TOAST_ROOM, "%u more minutes, from %s",
		    (unsigned)r->minutes, editor_name_of(e, r->site));
}

void
timer_take(struct editor *e, const struct timer *t)
{
	e->timer = *t;
	editor_set_clocks(e);
	e->welcome.started_ms = t->started_ms;
	e->welcome.minutes = t->minutes;
	if (runs_out(e) && e->told_left_s == 0) /* what is over is no news */
		e->told_left_s = left_s(e, editor_host_ms(e)) != 0
				     ? left_s(e, editor_host_ms(e))
				     : -1;
}

void
timer_tick(struct editor *e)
{
	static const struct {
		int64_t s;
		const char *text;
	} marks[] = {
		{ 0, "The time is up; the room stays open" },
		{ 60, "1 minute left" },
		{ 300, "5 minutes left" },
		{ 600, "10 minutes left" },
	};
	int64_t s;

	if (!runs_out(e) || e->told_left_s == 0)
		return;
	s = left_s(e, editor_host_ms(e));
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (s <= marks[i].s) {
			if (e->told_left_s > marks[i].s)
				editor_say(e, TOAST_ROOM, "%s", marks[i].text);
			break;
		}
	e->told_left_s = s != 0 ? s : -1;
}
