/*
 * online.c - the link to the hub: dialled until it is up, and what goes by it.
 * Everything that is to be told waits in the editor until it may be.
 */
#include "client/app.h"
#include "client/lobby.h"
#include "client/point.h"
#include "client/talk.h"
#include "client/uplink.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

#define REDIAL_MIN_MS 50
#define REDIAL_MAX_MS 1000
#define CARET_MS 30     /* between two of ours */
#define LOOKS_MS 300    /* between two choices that are told */
#define LOADING_MS 2000 /* for the documents to come unseen */

/* --- the link --- */

static void
redial_later(struct app *a)
{
	uint64_t wait = a->redial_ms / 2 + random_u64() % a->redial_ms;

	loop_timer_start(a->redial, wait);
	a->redial_ms *= 2;
	if (a->redial_ms > REDIAL_MAX_MS)
		a->redial_ms = REDIAL_MAX_MS;
}

void
online_dial(struct app *a)
{
	struct link *l = a->film_only ? a->film : a->link;

	if (link_dial(l, SEATS_FD, a->ticket) < 0)
		redial_later(a);
}

static void
on_redial(void *arg)
{
	struct app *a = arg;

	online_dial(a);
}

void
online_welcomed(struct app *a, uint64_t rev)
{
	a->redial_ms = REDIAL_MIN_MS;
	a->until_rev = rev;
	a->welcome_ms = a->e.now_ms;
	if (!loop_timer_running(a->tick)) /* if loading takes too long */
		loop_timer_start(a->tick, LOADING_MS + 1);
}

void
online_lost(struct app *a)
{
	bool half = online_loading(a);

	talk_offline(&a->e);
	lobby_offline(&a->e);
	a->e.online = a->asked = false;
	if (half) {
		peer_free(a->e.peer);
		a->e.peer = NULL;
	}
	if (a->e.peer != NULL)
		peer_unsend(a->e.peer);
	a->dirty = true;
	redial_later(a);
}

void
online_again(struct app *a)
{
	link_close(a->link);
	online_lost(a);
}

void
online_later(struct app *a)
{
	a->redial_ms = REDIAL_MAX_MS;
}

void
online_afresh(struct app *a, const char *why)
{
	log_warn("starting afresh: %s", why);
	if (editor_room_copy(&a->e) != NULL) {
		peer_free(a->e.peer);
		a->e.peer = NULL;
	}
	link_close(a->link);
	editor_say(&a->e, TOAST_ERROR,
	    "Loaded again from the host; your last keys may be missing (%s)",
	    why);
	online_lost(a);
}

bool
online_loading(const struct app *a)
{
	return a->e.online && a->e.joined &&
	       (a->e.peer == NULL || !peer_ready(a->e.peer));
}

bool
online_held(const struct app *a)
{
	return online_loading(a) && !a->e.focus.on &&
	       a->e.now_ms - a->welcome_ms < LOADING_MS;
}

/* --- to the hub --- */

size_t
online_unkept(const struct app *a)
{
	return a->e.peer != NULL ? peer_pending(a->e.peer) : 0;
}

/* May edits go out? Only when we have seen all that the hub had when it
 * welcomed us: our own of before are in there. */
static bool
caught_up(const struct app *a)
{
	return a->e.online && a->e.joined && a->e.peer != NULL &&
	       peer_seen(a->e.peer) >= a->until_rev;
}

void
online_sent(struct app *a, int r)
{
	if (r < 0 && link_is_up(a->link))
		online_again(a);
}

void
online_plain(struct app *a, uint8_t type)
{
	online_sent(a, uplink_plain(a->link, type));
}

/* Before one's own screen is drawn, which takes as long as the hub does. */
static void
send_edits(struct app *a)
{
	if (caught_up(a))
		online_sent(a, uplink_edits(a->link, &a->e));
}

static void
send_run(struct app *a)
{
	if (!a->run_wanted || !caught_up(a))
		return;
	a->run_wanted = false;
	online_plain(a, MSG_RUN);
}

static void
on_caret_time(void *arg)
{
	(void)arg; /* the hook that follows sends it, or what was chosen */
}

static void
send_caret(struct app *a)
{
	if (!caught_up(a) || !peer_caret_untold(a->e.peer))
		return;
	if (a->e.now_ms - a->told_ms < CARET_MS) {
		if (!loop_timer_running(a->caret))
			loop_timer_start(a->caret, CARET_MS);
		return;
	}
	a->told_ms = a->e.now_ms;
	online_sent(a, uplink_caret(a->link, &a->e));
}

/* Behind what we have typed, so that it is the same line for all. */
static void
send_point(struct app *a)
{
	struct caret c;

	if (!a->e.point_wanted || !caught_up(a))
		return;
	a->e.point_wanted = false;
	if (point_own(&a->e, &c))
		online_sent(a, uplink_point(a->link, &a->e, &c));
}

/* Who tries one after the other is not told that it is too much. */
static void
send_looks(struct app *a)
{
	if (!a->e.looks_untold || !a->e.online)
		return;
	if (!a->ending && a->e.now_ms - a->looks_ms < LOOKS_MS) {
		if (!loop_timer_running(a->caret))
			loop_timer_start(a->caret, LOOKS_MS);
		return;
	}
	a->e.looks_untold = false;
	a->looks_ms = a->e.now_ms;
	online_sent(a, uplink_looks(a->link, &a->e));
}

static void
send_link(struct app *a)
{
	if (!a->e.link_untold || !caught_up(a))
		return;
	a->e.link_untold = false;
	online_sent(a, uplink_link(a->link, &a->e));
}

void
online_tell(struct app *a)
{
	send_edits(a);
	send_run(a);
	send_point(a);
	send_caret(a);
	send_looks(a);
	send_link(a);
}

/* --- for its life --- */

int
online_open(struct app *a)
{
	int r;

	a->redial_ms = REDIAL_MIN_MS;
	if ((r = loop_timer_new(a->loop, on_redial, a, &a->redial)) < 0)
		return r;
	return loop_timer_new(a->loop, on_caret_time, a, &a->caret);
}

void
online_close(struct app *a)
{
	loop_timer_free(a->redial);
	loop_timer_free(a->caret);
}
