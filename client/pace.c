/* pace.c - when a frame is drawn. */
#include "client/pace.h"

#define FRAME_MS 33     /* between two frames that no key of ours caused */
#define BURST_MS 99     /* but after a rest as many more at once as fit here */
#define BEHIND_MS 2000  /* of the terminal; then it is said, */
#define SPARING_MS 1000 /* and it gets so few of others' frames */
#define PING_MS 2000    /* between two questions how far it is */
#define TYPING_MS 1000  /* after a key; meanwhile clocks stand still */
#define CALM_MS 2000    /* after an edit what others do is shown, if calm */
#define LOOK_MS 5000    /* between two looks at a clock that is not shown */
#define UNANSWERED_MS 2000 /* then it is said */
#define LINK_MS 10000      /* between two numbers that the title shows */
#define SLOW_ANSWERS 2     /* one may have been late by chance */

uint64_t
pace_due(const struct pace *p)
{
	return p->due_ms > BURST_MS ? p->due_ms - BURST_MS : 0;
}

/* Frames that keys caused count too, but no more than a burst is lost. */
void
pace_drawn(struct pace *p, const struct editor *e)
{
	uint64_t pause = e->behind_ms > 0 ? SPARING_MS : FRAME_MS;
	uint64_t latest = e->now_ms + BURST_MS + pause;

	p->due_ms = (p->due_ms > e->now_ms ? p->due_ms : e->now_ms) + pause;
	if (p->due_ms > latest)
		p->due_ms = latest;
}

static void
sooner(const struct editor *e, uint64_t at, uint64_t *next)
{
	if (at > e->now_ms && at < *next)
		*next = at;
}

uint64_t
pace_next(const struct pace *p, const struct editor *e, bool unkept)
{
	uint64_t next = e->now_ms + 60000;
	const struct seen *s;

	if (!e->calm &&
	    (e->welcome.started_ms != 0 || e->lobby || e->focus.on ||
		e->bell_ms != 0 || e->run.state == RUN_RUNNING))
		next = e->now_ms + 1000 -
		       (uint64_t)((int64_t)e->now_ms + e->clock_ms) % 1000;
	if (e->calm && e->welcome.started_ms != 0) /* "10 minutes left" */
		sooner(e, e->now_ms + LOOK_MS, &next);
	if (e->ntoasts > 0 && e->toast_until_ms < next)
		next = e->toast_until_ms;
	sooner(e, e->bell_ms, &next);
	for (int i = 0; i < POINTS_MAX; i++)
		sooner(e, e->points[i].until_ms, &next);
	sooner(e, p->key_ms + TYPING_MS, &next);
	if (e->calm)
		sooner(e, p->edited_ms + CALM_MS, &next);
	if (p->pinged)
		sooner(e, p->ping_ms + BEHIND_MS, &next);
	if (e->behind_ms > 0)
		sooner(e, e->now_ms + SPARING_MS, &next);
	if (unkept)
		sooner(e, p->heard_ms + UNANSWERED_MS, &next);
	for (int i = 1; i <= SITE_MAX; i++) {
		s = &e->people[i];
		if (!s->known)
			continue;
		sooner(e, s->typed_ms + TYPED_MS, &next);
		sooner(e, s->moved_ms + FLAG_MS, &next);
		sooner(e, s->active_ms + FADE_MS, &next);
		sooner(e, s->active_ms + IDLE_MS, &next);
	}
	return next;
}

/* Is it worth a new number? */
static bool
is_other(uint64_t was, uint64_t is)
{
	uint64_t by = was > is ? was - is : is - was;

	return (was == 0) != (is == 0) || by > 2 + was / 8;
}

/* The quickest answer counts: others waited for something. 0 is "not known". */
static void
tell_link(struct pace *p, struct editor *e)
{
	uint64_t ms = p->quick_ms > 0 ? p->quick_ms : 1;

	if (p->answers == 0 ||
	    (p->link_at_ms != 0 && e->now_ms - p->link_at_ms < LINK_MS))
		return;
	if (ms > LINK_MS_MAX)
		ms = 0;
	p->answers = 0;
	p->link_at_ms = e->now_ms;
	if (!is_other(e->link_ms, ms))
		return;
	e->link_ms = (uint16_t)ms;
	e->link_untold = true;
}

void
pace_tell(struct pace *p, struct editor *e, bool unkept)
{
	/* a number that moves with a key makes it larger, and nobody looks at
	 * it */
	if (p->key_ms == 0 || e->now_ms - p->key_ms >= TYPING_MS) {
		e->clocks_ms = e->now_ms;
		tell_link(p, e);
	}
	e->unanswered = unkept && e->now_ms - p->heard_ms >= UNANSWERED_MS;
}

bool
pace_is_writing(const struct pace *p, const struct editor *e)
{
	return e->calm && p->edited_ms != 0 &&
	       e->now_ms - p->edited_ms < CALM_MS;
}

/* --- the terminal --- */

/* What is on its way to it is so old. True: that is new. */
static bool
set_behind(struct editor *e, uint64_t ms)
{
	uint64_t before = e->behind_ms;

	e->behind_ms = ms >= BEHIND_MS ? ms : 0;
	return e->behind_ms != before;
}

/* Panes beside the text cost a line that scrolls twenty times as much as one
 * below it. Unless that was chosen, it is decided before somebody works in there, or
 * never. */
static void
spare_link(struct pace *p, struct editor *e, uint64_t ms)
{
	if (p->slow >= SLOW_ANSWERS)
		return;
	p->slow = ms >= SLOW_MS ? p->slow + 1 : SLOW_ANSWERS + 1;
	if (p->slow == SLOW_ANSWERS && !(e->joined && p->key_ms != 0) &&
	    looks_get(e->looks, LOOK_LAYOUT) == PANES_AUTO)
		e->stacked = true;
}

static void
measure(struct pace *p, struct editor *e, uint64_t ms)
{
	if (p->answers++ == 0 || ms < p->quick_ms)
		p->quick_ms = ms;
	spare_link(p, e, ms);
}

bool
pace_asks(struct pace *p, struct editor *e)
{
	uint64_t since_ms = e->now_ms - p->ping_ms;

	if (p->pinged && since_ms >= BEHIND_MS)
		set_behind(e, since_ms);
	return !p->pinged && since_ms >= PING_MS;
}

void
pace_asked(struct pace *p, const struct editor *e)
{
	p->pinged = true;
	p->ping_ms = e->now_ms;
}

bool
pace_answered(struct pace *p, struct editor *e)
{
	if (!p->pinged)
		return false;
	p->pinged = false;
	measure(p, e, e->now_ms - p->ping_ms);
	return set_behind(e, e->now_ms - p->ping_ms) || p->link_at_ms == 0 ||
	       e->now_ms - p->link_at_ms >= LINK_MS;
}

void
pace_first_answer(struct pace *p, struct editor *e)
{
	measure(p, e, e->now_ms - p->begun_ms);
}
