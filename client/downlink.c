/*
 * downlink.c - what comes from the hub: each message goes to the part of the
 * editor that it is for, and what others do may have to wait for us.
 */
#include <stdio.h>

#include "client/app.h"
#include "client/input.h"
#include "client/lobby.h"
#include "client/point.h"
#include "client/summary.h"
#include "client/talk.h"
#include "client/timer.h"
#include "client/uplink.h"
#include "proto/err.h"

#define HELD_MAX (64 * 1024) /* of edits that the hub still knows */

/* --- messages --- */

static void
take_welcome(struct app *a)
{
	struct editor *e = &a->e;
	const struct welcome *w = &a->msg.welcome;

	online_welcomed(a, w->rev);
	e->clock_ms = (int64_t)w->now_ms - (int64_t)e->now_ms;
	if (!w->joined) /* what was asked for inside is not done later */
		a->run_wanted = false;
	editor_welcome(e, w);
	if (w->joined && input_reclaim(e))
		online_plain(a, MSG_TAKE);
}

static void
take_replica(struct app *a)
{
	int r = replica_take(&a->replica, &a->e, &a->msg);

	a->dirty |= a->replica.changed;
	a->loaded |= a->msg.type == MSG_LOAD;
	if (a->replica.kept) {
		a->pace.heard_ms = a->e.now_ms;
		a->dirty |= a->e.unanswered;
	}
	if (r < 0 && a->msg.type == MSG_LOAD) {
		end_now(a, 1, "codesync-edit: out of memory");
	} else if (r == CS_ESEQ) { /* a gap: ask for what is missing */
		online_again(a);
	} else if (r < 0) {
		online_afresh(a, cs_strerror(r));
	}
}

static void
take_bye(struct app *a)
{
	const struct msg *m = &a->msg;
	const struct welcome *w = &a->e.welcome;
	char text[MSG_TEXT_MAX + 1];

	snprintf(text, sizeof(text), "%.*s", (int)m->text_len,
	    (const char *)m->text);
	switch (m->reason) {
	case BYE_RETRY:
		if (text[0] != '\0')
			editor_say(&a->e, TOAST_ERROR, "%s", text);
		online_later(a); /* it may well say so again */
		online_again(a);
		break;
	case BYE_REFUSED:
		online_later(a);
		online_afresh(a, text);
		break;
	case BYE_REPLACED:
		end_now(a, 0,
		    "Your seat in room %s was opened elsewhere and goes "
		    "on there.",
		    w->room);
		break;
	case BYE_KICKED:
		end_now(a, 0, "You were removed from room %s.", w->room);
		break;
	case BYE_LEFT:
		end_left(a);
		break;
	default:
		if (a->erasing)
			end_now(a, 0, "The recording of room %s is deleted.",
			    w->room);
		end_now(a, 0, "%s",
		    text[0] != '\0' ? text
				    : "The room does not exist any more.");
	}
}

static void
take_notice(struct app *a)
{
	const struct msg *m = &a->msg;
	static const enum toast_kind kinds[] = {
		[NOTICE_INFO] = TOAST_RUN,
		[NOTICE_JOIN] = TOAST_JOIN,
		[NOTICE_ERROR] = TOAST_ERROR,
	};

	editor_say(&a->e, kinds[m->severity], "%.*s", (int)m->text_len,
	    (const char *)m->text);
}

static void
take_message(struct app *a, const uint8_t *body, size_t len)
{
	int r = msg_decode(&a->msg, body, len, false);

	a->dirty |= r < 0 || a->msg.type != MSG_CHUNK;
	if (r < 0) {
		online_afresh(a, cs_strerror(r));
		return;
	}
	switch (a->msg.type) {
	case MSG_WELCOME:
		take_welcome(a);
		break;
	case MSG_LOAD:
	case MSG_DOC:
	case MSG_CHUNK:
	case MSG_CARETS:
		take_replica(a);
		break;
	case MSG_PEOPLE:
		editor_people(&a->e, a->msg.people, a->msg.npeople);
		break;
	case MSG_OUTPUT:
		editor_show_output(&a->e, &a->msg.output);
		break;
	case MSG_KEYBOARD:
		input_keyboard(&a->e, &a->msg.keyboard);
		break;
	case MSG_SAID:
		talk_said(&a->e, &a->msg);
		break;
	case MSG_POINTED:
		if (editor_room_copy(&a->e) != NULL)
			point_take(&a->e, &a->msg.caret, a->msg.rev);
		break;
	case MSG_FOCUS:
		editor_focus(&a->e, &a->msg.focus);
		break;
	case MSG_TIMER:
		timer_take(&a->e, &a->msg.timer);
		break;
	case MSG_SUMMARY:
		summary_take(&a->e, &a->msg);
		break;
	case MSG_TICKET:
		film_take(a);
		break;
	case MSG_PRACTICED:
		lobby_ran(&a->e, &a->msg);
		break;
	case MSG_HEAD:
		editor_head(&a->e, &a->msg);
		break;
	case MSG_MEASURES:
		editor_measures(&a->e, a->msg.measures, a->msg.nmeasures);
		break;
	case MSG_NOTICE:
		take_notice(a);
		break;
	case MSG_BYE:
		take_bye(a);
		break;
	}
}

/* --- what waits --- */

/* Then what others do waits. */
static bool
is_writing(struct app *a)
{
	return !a->ending && pace_is_writing(&a->pace, &a->e);
}

/* What waited has its turn, in its order. */
static void
show_held(struct app *a)
{
	struct buf held = a->held;
	struct buf_in r;
	const uint8_t *body;
	uint32_t len;

	buf_init(&a->held, HELD_MAX);
	buf_in_init(&r, held.data, held.len);
	while (buf_left(&r) > 0) {
		len = buf_get_u32(&r);
		if ((body = buf_get_raw(&r, len)) == NULL)
			break;
		take_message(a, body, len);
	}
	buf_release(&held);
}

void
downlink_go_on(struct app *a)
{
	if (a->held.len > 0 && !is_writing(a))
		show_held(a);
}

/* Only what others do to the text waits; what else comes brings all with it. */
static bool
may_wait(struct app *a, const uint8_t *body, size_t len)
{
	return len > 0 && (body[0] == MSG_CHUNK || body[0] == MSG_CARETS) &&
	       a->held.len + len + sizeof(uint32_t) <= HELD_MAX;
}

/* --- the link --- */

static void
on_message(void *arg, const uint8_t *body, size_t len)
{
	struct app *a = arg;

	a->e.now_ms = loop_now_ms();
	if (is_writing(a) && may_wait(a, body, len)) {
		buf_put_u32(&a->held, (uint32_t)len);
		buf_put_raw(&a->held, body, len);
		a->pace.heard_ms = a->e.now_ms;
		if (a->held.err == 0)
			return;
		end_now(a, 1, "codesync-edit: out of memory");
	}
	show_held(a);
	take_message(a, body, len);
}

static void
on_up(void *arg)
{
	struct app *a = arg;

	online_sent(a, uplink_hello(a->link, &a->e));
}

static void
on_down(void *arg, int err)
{
	struct app *a = arg;

	(void)err;
	show_held(a);
	online_lost(a);
}

int
downlink_open(struct app *a)
{
	static const struct link_limits limits = { MSG_MAX, MSG_MAX_UP,
		UNSENT_MAX };
	static const struct link_events events = { on_up, on_message, on_down,
		NULL };

	msg_init(&a->msg);
	replica_init(&a->replica);
	buf_init(&a->held, HELD_MAX);
	return link_new(&a->link, a->loop, FRAME_PAIR, &limits, &events, a);
}

void
downlink_close(struct app *a)
{
	link_free(a->link);
	msg_release(&a->msg);
	replica_release(&a->replica);
	buf_release(&a->held);
}
