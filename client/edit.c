/*
 * edit.c - codesync-edit: one person's editor. It reads a terminal, speaks to
 * the hub on one socket, and can do nothing else: no files, no programs, no
 * other sockets. What it may see and do in the room is decided by the hub.
 */
#include <errno.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cage.h"
#include "client/clip.h"
#include "client/command.h"
#include "client/editor.h"
#include "client/input.h"
#include "client/keymap.h"
#include "client/keys.h"
#include "client/looks.h"
#include "client/lobby.h"
#include "client/mouse.h"
#include "client/panel.h"
#include "client/pace.h"
#include "client/point.h"
#include "client/replay.h"
#include "client/replica.h"
#include "client/summary.h"
#include "client/talk.h"
#include "client/timer.h"
#include "client/tty.h"
#include "client/uplink.h"
#include "client/view.h"
#include "proto/err.h"
#include "proto/sys/link.h"
#include "proto/sys/log.h"
#include "proto/sys/loop.h"
#include "proto/sys/util.h"

enum { TICKET_FD = 3, SEATS_FD = 4 };

#define EXIT_USAGE 2
#define UNSENT_MAX (1024 * 1024)
#define REDIAL_MIN_MS 50
#define REDIAL_MAX_MS 1000
#define CARET_MS 30     /* between two of ours */
#define LOOKS_MS 300    /* between two choices that are told */
#define LOADING_MS 2000 /* for the documents to come unseen */
#define LEAVE_MS 3000   /* for the last keys to be kept */
#define STOP_MS 500
#define HANG_UP_MS 10000 /* codesyncd grants a little more */
#define RECEIPT_SIZE 320
#define HELD_MAX (64 * 1024) /* of edits that the hub still knows */

static struct app {
	struct editor e;
	struct replay *replay; /* or NULL; then e is not shown */
	struct link *film;     /* its log comes by that */
	bool film_only;        /* it is all that we do: LINK is never up */
	struct loop *loop;
	struct loop_io *io;
	struct loop_timer *esc, *redial, *tick, *caret, *frame, *patience;
	struct link *link;
	struct tty *tty;
	struct grid grid;
	struct keys keys;
	struct msg msg;
	struct replica replica;
	char ticket[TICKET_LEN + 1];
	unsigned redial_ms;
	uint64_t until_rev; /* what the hub had at WELCOME */
	uint64_t welcome_ms;
	uint64_t told_ms;  /* when our caret was sent, */
	uint64_t looks_ms; /* and what was chosen */
	struct pace pace;
	struct buf held; /* messages that wait, each behind its length */
	bool dirty, own_key, over;
	bool run_wanted; /* once the hub has all that we see */
	bool ending;     /* as soon as everything typed is kept */
	bool leaving;    /* and the hub has said goodbye */
	bool asked;      /* which it was asked for */
	bool loaded;  /* documents came, and what that took is not given back */
	bool erasing; /* the room, which we have asked for */
	int status;
	char farewell[512];
	bool silent; /* the terminal is gone */
} app;

/* --- the end --- */

static void finish(int status, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void end_soon(unsigned patience_ms, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static size_t
not_kept(void)
{
	return app.e.peer != NULL ? peer_pending(app.e.peer) : 0;
}

/* With the farewell that is there, and the truth. */
static void
stop(int status)
{
	size_t len = strlen(app.farewell);

	if (app.over)
		return;
	app.over = true;
	app.status = status;
	if (not_kept() > 0 && len > 0)
		snprintf(app.farewell + len, sizeof(app.farewell) - len,
		    "\r\nThe host did not answer any more: your last %zu "
		    "changes may be missing.",
		    not_kept());
	loop_stop(app.loop, status);
}

/* The first end that is reached has the word. */
static void
set_farewell(const char *fmt, va_list ap)
{
	if (!app.over)
		vsnprintf(app.farewell, sizeof(app.farewell), fmt, ap);
}

static void
finish(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set_farewell(fmt, ap);
	va_end(ap);
	stop(status);
}

/* Finish when everything typed is kept, at the latest after PATIENCE_MS. */
static void
end_soon(unsigned patience_ms, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set_farewell(fmt, ap);
	va_end(ap);
	app.ending = true;
	loop_timer_start(app.patience, patience_ms);
}

/* --- to the hub --- */

static void go_offline(void);
static void show_held(void);

/* What was sent, or not: who does not listen is dialled anew. */
static void
sent(int r)
{
	if (r >= 0 || !link_is_up(app.link))
		return;
	link_close(app.link);
	go_offline();
}

static void
send_plain(uint8_t type)
{
	sent(uplink_plain(app.link, type));
}

/* May edits go out? Only when we have seen all that the hub had when it
 * welcomed us: our own of before are in there. */
static bool
caught_up(void)
{
	return app.e.online && app.e.joined && app.e.peer != NULL &&
	       peer_seen(app.e.peer) >= app.until_rev;
}

/* The documents are on their way: soon there is something to see and to type
 * into, and what is typed until then waits in the terminal. */
static bool
loading(void)
{
	return app.e.online && app.e.joined &&
	       (app.e.peer == NULL || !peer_ready(app.e.peer));
}

/* It takes a few milliseconds. If it does not, keys are heard, to leave, and
 * what is known is shown: while the candidate works unwatched, nothing comes. */
static bool
is_held(void)
{
	return loading() && !app.e.focus.on &&
	       app.e.now_ms - app.welcome_ms < LOADING_MS;
}

/* Half of the documents is nothing to look at. */
static bool
is_showable(void)
{
	return !loading() || (app.e.peer == NULL && !is_held());
}

static void
on_caret_time(void *arg)
{
	(void)arg; /* the hook that follows sends it, or what was chosen */
}

static void
send_caret(void)
{
	if (!caught_up() || !peer_caret_untold(app.e.peer))
		return;
	if (app.e.now_ms - app.told_ms < CARET_MS) {
		if (!loop_timer_running(app.caret))
			loop_timer_start(app.caret, CARET_MS);
		return;
	}
	app.told_ms = app.e.now_ms;
	sent(uplink_caret(app.link, &app.e));
}

/* Behind what we have typed, so that it is the same line for all. */
static void
send_point(void)
{
	struct caret c;

	if (!app.e.point_wanted || !caught_up())
		return;
	app.e.point_wanted = false;
	if (point_own(&app.e, &c))
		sent(uplink_point(app.link, &app.e, &c));
}

/* Who tries one after the other is not told that it is too much. */
static void
send_looks(void)
{
	if (!app.e.looks_untold || !app.e.online)
		return;
	if (!app.ending && app.e.now_ms - app.looks_ms < LOOKS_MS) {
		if (!loop_timer_running(app.caret))
			loop_timer_start(app.caret, LOOKS_MS);
		return;
	}
	app.e.looks_untold = false;
	app.looks_ms = app.e.now_ms;
	sent(uplink_looks(app.link, &app.e));
}

static void
send_link(void)
{
	if (!app.e.link_untold || !caught_up())
		return;
	app.e.link_untold = false;
	sent(uplink_link(app.link, &app.e));
}

/* BYE_LEFT answers it and ends us. */
static void
ask_to_leave(void)
{
	if (app.asked || !app.leaving || !app.e.online)
		return;
	app.asked = true;
	send_plain(MSG_LEAVE);
}

/* The hub stops speaking to who leaves, also of what it has kept: so that is
 * waited for first. */
static void
end_if_kept(void)
{
	if (!app.ending || not_kept() > 0)
		return;
	if (app.leaving && app.e.online)
		ask_to_leave();
	else
		stop(0);
}

static void
on_patience(void *arg)
{
	(void)arg;
	ask_to_leave();
	stop(0);
}

/* --- the link --- */

static void
redial_later(void)
{
	uint64_t wait = app.redial_ms / 2 + random_u64() % app.redial_ms;

	loop_timer_start(app.redial, wait);
	app.redial_ms *= 2;
	if (app.redial_ms > REDIAL_MAX_MS)
		app.redial_ms = REDIAL_MAX_MS;
}

static void
go_offline(void)
{
	bool half = loading();

	talk_offline(&app.e);
	lobby_offline(&app.e);
	app.e.online = app.asked = false;
	if (half) {
		peer_free(app.e.peer);
		app.e.peer = NULL;
	}
	if (app.e.peer != NULL)
		peer_unsend(app.e.peer);
	app.dirty = true;
	redial_later();
}

static void
dial(void)
{
	struct link *l = app.film_only ? app.film : app.link;

	if (link_dial(l, SEATS_FD, app.ticket) < 0)
		redial_later();
}

static void
on_redial(void *arg)
{
	(void)arg;
	dial();
}

static void
on_up(void *arg)
{
	(void)arg;
	sent(uplink_hello(app.link, &app.e));
}

static void
on_down(void *arg, int err)
{
	(void)arg;
	(void)err;
	show_held();
	go_offline();
}

/* Our copy is of no use: forget it and take the hub's. */
static void
start_afresh(const char *why)
{
	log_warn("starting afresh: %s", why);
	if (editor_room_copy(&app.e) != NULL) {
		peer_free(app.e.peer);
		app.e.peer = NULL;
	}
	link_close(app.link);
	editor_say(&app.e, TOAST_ERROR,
	    "Loaded again from the host; your last keys may be missing (%s)",
	    why);
	go_offline();
}

/* --- a replay --- */

/* Its ticket is good for one link. */
static void
film_lost(void)
{
	link_close(app.film);
	replay_lost(app.replay);
	app.dirty = true;
}

static void
on_film_up(void *arg)
{
	(void)arg;
	if (uplink_watch(app.film) < 0)
		film_lost();
}

static void
on_film_down(void *arg, int err)
{
	(void)arg;
	(void)err;
	film_lost();
}

static void
on_film_message(void *arg, const uint8_t *body, size_t len)
{
	(void)arg;
	app.e.now_ms = loop_now_ms();
	if (msg_decode(&app.msg, body, len, false) < 0)
		film_lost();
	else if (replay_message(app.replay, &app.msg, app.e.now_ms))
		app.dirty = true;
}

static int
begin_replay(void)
{
	static struct replay replay;
	struct editor *e = replay_editor(&replay);

	if (replay_init(&replay) < 0) {
		replay_release(&replay);
		return CS_ENOMEM;
	}
	e->ascii = app.e.ascii;
	e->palette = app.e.palette;
	e->calm = app.e.calm;
	e->colours = app.e.colours;
	app.replay = &replay;
	return 0;
}

static int
open_film(void)
{
	static const struct link_limits limits = { MSG_MAX, MSG_MAX_UP,
		UNSENT_MAX };
	static const struct link_events events = { on_film_up, on_film_message,
		on_film_down, NULL };

	return link_new(
	    &app.film, app.loop, FRAME_PAIR, &limits, &events, NULL);
}

static void
end_replay(void)
{
	link_free(app.film);
	app.film = NULL;
	if (app.replay != NULL)
		replay_release(app.replay);
	app.replay = NULL;
}

/* What has ended is seen once more, from its beginning on. */
static void
take_ticket(void)
{
	char ticket[TICKET_LEN + 1];

	if (app.replay != NULL || app.msg.text_len != TICKET_LEN)
		return;
	memcpy(ticket, app.msg.text, TICKET_LEN);
	ticket[TICKET_LEN] = '\0';
	if (begin_replay() == 0 && open_film() == 0 &&
	    link_dial(app.film, SEATS_FD, ticket) == 0) {
		tty_redraw(app.tty);
		return;
	}
	end_replay();
	editor_say(&app.e, TOAST_ERROR, "The replay cannot be shown now");
}

/* --- from the hub --- */

static void
take_welcome(void)
{
	struct editor *e = &app.e;
	const struct welcome *w = &app.msg.welcome;

	app.redial_ms = REDIAL_MIN_MS;
	app.until_rev = w->rev;
	app.welcome_ms = e->now_ms;
	if (!loop_timer_running(app.tick)) /* if loading takes too long */
		loop_timer_start(app.tick, LOADING_MS + 1);
	e->clock_ms = (int64_t)w->now_ms - (int64_t)e->now_ms;
	if (!w->joined) /* what was asked for inside is not done later */
		app.run_wanted = false;
	editor_welcome(e, w);
	if (w->joined && input_reclaim(e))
		send_plain(MSG_TAKE);
}

static void
take_replica(void)
{
	int r = replica_take(&app.replica, &app.e, &app.msg);

	app.dirty |= app.replica.changed;
	app.loaded |= app.msg.type == MSG_LOAD;
	if (app.replica.kept) {
		app.pace.heard_ms = app.e.now_ms;
		app.dirty |= app.e.unanswered;
	}
	if (r < 0 && app.msg.type == MSG_LOAD) {
		finish(1, "codesync-edit: out of memory");
	} else if (r == CS_ESEQ) { /* a gap: ask for what is missing */
		link_close(app.link);
		go_offline();
	} else if (r < 0) {
		start_afresh(cs_strerror(r));
	}
}

/* What stands on the normal screen when the person has left. */
static void
receipt(char *dst, size_t size)
{
	const struct welcome *w = &app.e.welcome;
	const char *head = app.e.head;
	size_t n;

	if (!w->ended)
		snprintf(dst, size, "You left room %s. Rejoin: %s", w->room,
		    w->rejoin);
	else if (w->role == ROLE_CANDIDATE && w->copy && w->rejoin[0] != '\0')
		snprintf(dst, size,
		    "You left room %s, which has ended. Your copy, for 24 "
		    "hours: %s room get",
		    w->room, w->rejoin);
	else
		snprintf(
		    dst, size, "You left room %s, which has ended.", w->room);
	n = strlen(dst);
	if (w->ended && head[0] != '\0')
		snprintf(dst + n, size - n,
		    "\r\nThe head of its log was %s at the end.", head);
}

static void
take_bye(void)
{
	const struct msg *m = &app.msg;
	const struct welcome *w = &app.e.welcome;
	char text[MSG_TEXT_MAX + 1], line[RECEIPT_SIZE];

	snprintf(text, sizeof(text), "%.*s", (int)m->text_len,
	    (const char *)m->text);
	switch (m->reason) {
	case BYE_RETRY:
		if (text[0] != '\0')
			editor_say(&app.e, TOAST_ERROR, "%s", text);
		app.redial_ms = REDIAL_MAX_MS; /* it may well say so again */
		link_close(app.link);
		go_offline();
		break;
	case BYE_REFUSED:
		app.redial_ms = REDIAL_MAX_MS;
		start_afresh(text);
		break;
	case BYE_REPLACED:
		finish(0,
		    "Your seat in room %s was opened elsewhere and goes "
		    "on there.",
		    w->room);
		break;
	case BYE_KICKED:
		finish(0, "You were removed from room %s.", w->room);
		break;
	case BYE_LEFT:
		receipt(line, sizeof(line));
		finish(0, "%s", line);
		break;
	default:
		if (app.erasing)
			finish(
			    0, "The recording of room %s is deleted.", w->room);
		finish(0, "%s",
		    text[0] != '\0' ? text
				    : "The room does not exist any more.");
	}
}

static void
take_notice(void)
{
	const struct msg *m = &app.msg;
	static const enum toast_kind kinds[] = {
		[NOTICE_INFO] = TOAST_RUN,
		[NOTICE_JOIN] = TOAST_JOIN,
		[NOTICE_ERROR] = TOAST_ERROR,
	};

	editor_say(&app.e, kinds[m->severity], "%.*s", (int)m->text_len,
	    (const char *)m->text);
}

static void
take_message(const uint8_t *body, size_t len)
{
	int r = msg_decode(&app.msg, body, len, false);

	app.dirty |= r < 0 || app.msg.type != MSG_CHUNK;
	if (r < 0) {
		start_afresh(cs_strerror(r));
		return;
	}
	switch (app.msg.type) {
	case MSG_WELCOME:
		take_welcome();
		break;
	case MSG_LOAD:
	case MSG_DOC:
	case MSG_CHUNK:
	case MSG_CARETS:
		take_replica();
		break;
	case MSG_PEOPLE:
		editor_people(&app.e, app.msg.people, app.msg.npeople);
		break;
	case MSG_OUTPUT:
		editor_show_output(&app.e, &app.msg.output);
		break;
	case MSG_KEYBOARD:
		input_keyboard(&app.e, &app.msg.keyboard);
		break;
	case MSG_SAID:
		talk_said(&app.e, &app.msg);
		break;
	case MSG_POINTED:
		if (editor_room_copy(&app.e) != NULL)
			point_take(&app.e, &app.msg.caret, app.msg.rev);
		break;
	case MSG_FOCUS:
		editor_focus(&app.e, &app.msg.focus);
		break;
	case MSG_TIMER:
		timer_take(&app.e, &app.msg.timer);
		break;
	case MSG_SUMMARY:
		summary_take(&app.e, &app.msg);
		break;
	case MSG_TICKET:
		take_ticket();
		break;
	case MSG_PRACTICED:
		lobby_ran(&app.e, &app.msg);
		break;
	case MSG_HEAD:
		editor_head(&app.e, &app.msg);
		break;
	case MSG_MEASURES:
		editor_measures(&app.e, app.msg.measures, app.msg.nmeasures);
		break;
	case MSG_NOTICE:
		take_notice();
		break;
	case MSG_BYE:
		take_bye();
		break;
	}
}

/* Then what others do waits. */
static bool
is_writing(void)
{
	return !app.ending && pace_is_writing(&app.pace, &app.e);
}

/* What waited has its turn, in its order. */
static void
show_held(void)
{
	struct buf held = app.held;
	struct buf_in r;
	const uint8_t *body;
	uint32_t len;

	buf_init(&app.held, HELD_MAX);
	buf_in_init(&r, held.data, held.len);
	while (buf_left(&r) > 0) {
		len = buf_get_u32(&r);
		if ((body = buf_get_raw(&r, len)) == NULL)
			break;
		take_message(body, len);
	}
	buf_release(&held);
}

/* Only what others do to the text waits; what else comes brings all with it. */
static bool
may_wait(const uint8_t *body, size_t len)
{
	return len > 0 && (body[0] == MSG_CHUNK || body[0] == MSG_CARETS) &&
	       app.held.len + len + sizeof(uint32_t) <= HELD_MAX;
}

static void
on_message(void *arg, const uint8_t *body, size_t len)
{
	(void)arg;
	app.e.now_ms = loop_now_ms();
	if (is_writing() && may_wait(body, len)) {
		buf_put_u32(&app.held, (uint32_t)len);
		buf_put_raw(&app.held, body, len);
		app.pace.heard_ms = app.e.now_ms;
		if (app.held.err == 0)
			return;
		finish(1, "codesync-edit: out of memory");
	}
	show_held();
	take_message(body, len);
}

/* Nobody sees us any more, but what was typed is still to be kept. */
static void
hang_up(void)
{
	if (app.silent)
		return;
	app.silent = true;
	app.leaving = false;
	loop_io_want(app.io, 0);
	end_soon(HANG_UP_MS, "%s", "");
}

/* --- keys --- */

static void
practise(enum practice_kind kind)
{
	sent(uplink_practice(app.link, &app.e, kind));
}

static void
do_request(void)
{
	enum request request = app.e.request;
	char line[RECEIPT_SIZE];

	app.e.request = REQUEST_NONE;
	switch (request) {
	case REQUEST_NONE:
		break;
	case REQUEST_JOIN:
		sent(uplink_join(app.link, &app.e));
		break;
	case REQUEST_RUN:
		app.pace.edited_ms = 0;
		if (app.e.lobby)
			practise(PRACTICE_RUN);
		else
			app.run_wanted = true; /* what runs is what is seen */
		break;
	case REQUEST_STOP:
		if (app.e.lobby)
			practise(PRACTICE_STOP);
		else
			send_plain(MSG_STOP);
		break;
	case REQUEST_TAKE:
		send_plain(MSG_TAKE);
		break;
	case REQUEST_INPUT:
		lobby_typed(&app.e);
		sent(uplink_input(app.link, &app.e));
		break;
	case REQUEST_SAY:
		sent(uplink_say(app.link, &app.e));
		break;
	case REQUEST_ACT:
		app.erasing |= app.e.act.kind == ACT_PURGE;
		sent(uplink_act(app.link, &app.e));
		break;
	case REQUEST_LEAVE:
		app.leaving = true;
		receipt(line, sizeof(line));
		end_soon(LEAVE_MS, "%s", line);
		break;
	case REQUEST_QUIT:
		finish(0, "You did not join the room.");
		break;
	case REQUEST_REDRAW:
		tty_redraw(app.tty);
		break;
	case REQUEST_SHOW:
		app.pace.edited_ms = 0;
		break;
	case REQUEST_REPLAY:
		send_plain(MSG_REPLAY);
		break;
	}
}

/* What a key or the mouse does is seen at once. */
static void
acted(struct editor *e)
{
	app.own_key = app.dirty = true;
	app.pace.key_ms = e->now_ms;
	e->people[e->welcome.site].active_ms = e->now_ms;
}

static void
press(struct editor *e, const struct key *key)
{
	size_t before = not_kept();

	acted(e);
	if (panel_gives_way(e, key))
		command_key(e, key);
	else
		panel_key(e, key);
	if (not_kept() > before)
		app.pace.edited_ms = e->now_ms;
	do_request();
}

/* The grid is what was clicked on: the frame that was last shown. */
static void
use_mouse(struct editor *e, const struct key *key)
{
	struct key pressed;
	struct layout l;

	view_layout(e, app.grid.cols, app.grid.rows, &l);
	if (!mouse_key(e, &l, &app.grid, key, &pressed))
		return;
	acted(e);
	do_request();
	if (pressed.code != 0)
		press(e, &pressed);
}

/* A key or the mouse in a replay. */
static void
move_in_time(const struct key *key)
{
	struct editor *e = replay_editor(app.replay);
	struct layout l;

	app.own_key = app.dirty = true;
	replay_tick(app.replay, app.e.now_ms);
	view_layout(e, app.grid.cols, app.grid.rows, &l);
	if (key->code == K_MOUSE)
		replay_mouse(app.replay, &l, &app.grid, key);
	else
		replay_key(app.replay, key);
	if (app.replay->redraw)
		tty_redraw(app.tty);
	app.replay->redraw = false;
	if (!app.replay->quit)
		return;
	if (app.film_only) {
		finish(0, "You left the replay%s%s.",
		    e->welcome.room[0] != '\0' ? " of room " : "",
		    e->welcome.room);
		return;
	}
	end_replay();
	tty_redraw(app.tty);
}

/* It says when it has read what it was sent. */
static void
take_answer(struct editor *e, bool first)
{
	bool stacked = e->stacked;

	if (first)
		pace_first_answer(&app.pace, e);
	else
		app.dirty |= pace_answered(&app.pace, e);
	if (e->stacked == stacked || !e->wide)
		return;
	app.dirty = true;
	editor_say(e, TOAST_ROOM,
	    "Slow connection: the panes are below the text - ^P Layout");
}

/* What the terminal says of itself, some time after it was asked. */
static void
take_reply(struct editor *e, const struct key *key)
{
	static const char xterm_js[] =
	    "xterm.js"; /* of VS Code and web pages */
	static const enum tty_can can[] = {
		[REPLY_SYNC] = TTY_SYNC,
		[REPLY_KITTY] = TTY_KITTY,
		[REPLY_LIGHT] = TTY_LIGHT,
		[REPLY_DARK] = TTY_DARK,
		[REPLY_END] = TTY_ANSWERED,
	};

	if (key->reply == REPLY_OK || key->reply == REPLY_END)
		take_answer(e, key->reply == REPLY_END);
	if (key->reply == REPLY_OK)
		return;
	app.dirty = true;
	if (key->reply == REPLY_NAME) {
		e->no_control_p =
		    key->len >= sizeof(xterm_js) - 1 &&
		    memcmp(key->text, xterm_js, sizeof(xterm_js) - 1) == 0;
	} else if (key->reply != REPLY_CURSOR) {
		tty_can(app.tty, can[key->reply]);
	} else if (key->x > 1 && !e->ascii) {
		/* it took one character for several, or gave it two columns */
		looks_give(e, LOOK_ASCII, true);
		tty_redraw(app.tty);
	}
}

static void
on_key(void *arg, const struct key *key)
{
	if (app.replay != NULL)
		move_in_time(key);
	else if (key->code == K_MOUSE)
		use_mouse(arg, key);
	else if (key->code == K_REPLY)
		take_reply(arg, key);
	else
		press(arg, key);
}

static void
on_esc_time(void *arg)
{
	app.e.now_ms = loop_now_ms();
	keys_timeout(&app.keys, on_key, arg);
}

static void
on_terminal(void *arg, int what)
{
	uint8_t block[4096];
	unsigned wait_ms;
	ssize_t n;

	app.e.now_ms = loop_now_ms();
	if ((what & LOOP_WRITE) && tty_flush(app.tty) < 0)
		hang_up();
	if (what & LOOP_READ) {
		n = read(tty_fd(app.tty), block, sizeof(block));
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			hang_up();
		if (n > 0)
			keys_feed(&app.keys, block, (size_t)n, on_key, arg);
		loop_timer_stop(app.esc);
		if ((wait_ms = keys_wait_ms(&app.keys)) > 0)
			loop_timer_start(app.esc, wait_ms);
	}
}

/* --- drawing --- */

static struct editor *
shown(void)
{
	return app.replay != NULL ? replay_editor(app.replay) : &app.e;
}

static void
resize(void)
{
	struct layout l;
	int cols, rows;

	tty_size(app.tty, &cols, &rows);
	if (grid_resize(&app.grid, cols, rows) < 0) {
		finish(1, "codesync-edit: out of memory");
		return;
	}
	tty_resize(app.tty, cols, rows);
	view_layout(shown(), cols, rows, &l);
	app.dirty = true;
}

/* What was copied is the terminal's to paste elsewhere. */
static void
tell_clipboard(void)
{
	struct buf b;

	if (!app.e.clip.fresh)
		return;
	app.e.clip.fresh = false;
	buf_init(&b, CLIP_SEQUENCE_MAX);
	clip_sequence(&app.e, &b);
	if (b.err == 0)
		tty_copy(app.tty, b.data, b.len);
	buf_release(&b);
}

/* As it was chosen. */
static void
dress(void)
{
	app.grid.ascii = app.e.ascii;
	app.grid.plain = app.e.calm;
	tty_palette(app.tty, looks_colours(&app.e));
}

static void
draw_replay(void)
{
	unsigned wait_ms;
	struct layout l;

	dress();
	view_layout(shown(), app.grid.cols, app.grid.rows, &l);
	view_draw(shown(), &l, &app.grid);
	tty_mouse(app.tty, true);
	if (tty_show(app.tty, &app.grid) == CS_ECLOSED)
		hang_up();
	app.dirty = app.own_key = false;
	pace_drawn(&app.pace, &app.e);
	if ((wait_ms = replay_wait_ms(app.replay)) > 0)
		loop_timer_start(app.tick, wait_ms);
}

static void
draw(void)
{
	struct layout l;

	if (app.replay != NULL) {
		draw_replay();
		return;
	}
	editor_tick(&app.e);
	if (pace_asks(&app.pace, &app.e) && tty_ping(app.tty))
		pace_asked(&app.pace, &app.e);
	pace_tell(&app.pace, &app.e, not_kept() > 0);
	dress();
	view_layout(&app.e, app.grid.cols, app.grid.rows, &l);
	view_draw(&app.e, &l, &app.grid);
	tty_mouse(app.tty, app.e.mouse && app.e.panel != PANEL_COPY);
	tty_caret(app.tty, keymap_caret(&app.e));
	if (app.e.bell)
		tty_bell(app.tty);
	app.e.bell = false;
	tell_clipboard();
	if (tty_show(app.tty, &app.grid) == CS_ECLOSED)
		hang_up();
	app.dirty = app.own_key = false;
	pace_drawn(&app.pace, &app.e);
	loop_timer_start(app.tick,
	    pace_next(&app.pace, &app.e, not_kept() > 0) - app.e.now_ms + 1);
}

/* A key of ours is shown at once. What others do is too after a rest: a run's
 * beginning, its first output and its end come within some milliseconds, and
 * none should wait for a frame that showed the one before. What goes on and on
 * is shown every FRAME_MS. */
static void
draw_if_due(void)
{
	uint64_t at = pace_due(&app.pace);

	if (app.own_key || app.e.now_ms >= at)
		draw();
	else if (!loop_timer_running(app.frame))
		loop_timer_start(app.frame, at - app.e.now_ms);
}

static void
show(void)
{
	if (!app.silent && !app.over && app.dirty && !tty_busy(app.tty) &&
	    is_showable())
		draw_if_due();
}

static void
on_sleep(void *arg)
{
	(void)arg;
	app.e.now_ms = loop_now_ms();
	if (app.held.len > 0 && !is_writing())
		show_held();
	if (not_kept() == 0)
		app.pace.heard_ms = app.e.now_ms;
	/* before one's own screen is drawn, which takes as long as the hub does */
	if (caught_up())
		sent(uplink_edits(app.link, &app.e));
	if (app.run_wanted && caught_up()) {
		app.run_wanted = false;
		send_plain(MSG_RUN);
	}
	send_point();
	send_caret();
	send_looks();
	send_link();
	end_if_kept();
	if (app.silent)
		return;
	show();
	loop_io_want(app.io,
	    (is_held() ? 0 : LOOP_READ) | (tty_busy(app.tty) ? LOOP_WRITE : 0));
}

static void
on_tick(void *arg)
{
	(void)arg;
	app.dirty = true;
	if (app.loaded && !loading()) { /* no key waits for it here */
		app.loaded = false;
		malloc_trim(0);
	}
	if (app.replay != NULL)
		replay_tick(app.replay, loop_now_ms());
}

static void
on_frame(void *arg)
{
	(void)arg; /* the hook that follows draws */
}

static void
on_signal(void *arg, int signo)
{
	(void)arg;
	switch (signo) {
	case SIGWINCH:
		app.e.now_ms = loop_now_ms();
		resize();
		break;
	case SIGHUP: /* the terminal is gone; the seat stays */
		hang_up();
		break;
	default:
		if (app.film_only) {
			finish(0, "The host is going down.");
			break;
		}
		end_soon(STOP_MS,
		    "The host is going down. Your code is saved; come "
		    "back with: %s",
		    app.e.welcome.rejoin);
	}
}

/* --- preparation --- */

static const int signals[] = { SIGWINCH, SIGHUP, SIGTERM, SIGINT, 0 };

/* There are many editors on a host. What is large, a document or a screen, goes
 * back to it as soon as it is freed; what lies between, of the filter and of the
 * documents' coming, at the first tick after that. */
#define LARGE_BYTES (32 * 1024)

static void
spare_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
	mallopt(M_TRIM_THRESHOLD, LARGE_BYTES);
}

static void
block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (const int *s = signals; *s != 0; s++)
		sigaddset(&set, *s);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
}

static int
fail(const char *what)
{
	fprintf(stderr, "codesync-edit: %s\r\n", what);
	return EXIT_USAGE;
}

static int
parse_options(int argc, char **argv)
{
	int c;

	opterr = 0;
	while ((c = getopt(argc, argv, "amcr")) != -1) {
		if (c == 'a')
			looks_give(&app.e, LOOK_ASCII, true);
		else if (c == 'm')
			looks_give(&app.e, LOOK_COLOURS, PALETTE_NONE);
		else if (c == 'c')
			looks_give(&app.e, LOOK_CALM, true);
		else if (c == 'r')
			app.film_only = true;
		else
			return CS_EINVAL;
	}
	if (app.film_only && begin_replay() < 0)
		return CS_ENOMEM;
	return optind == argc ? 0 : CS_EINVAL;
}

static int
read_ticket(void)
{
	char *text;
	size_t len;
	int r = read_all(TICKET_FD, TICKET_LEN, &text, &len);

	if (r < 0)
		return r;
	if (len == TICKET_LEN && strspn(text, "0123456789abcdef") == len)
		memcpy(app.ticket, text, len + 1);
	else
		r = CS_EINVAL;
	free(text);
	close(TICKET_FD);
	return r;
}

static int
open_loop(void)
{
	static const struct link_limits limits = { MSG_MAX, MSG_MAX_UP,
		UNSENT_MAX };
	static const struct link_events events = { on_up, on_message, on_down,
		NULL };
	struct editor *e = &app.e;
	int r;

	if ((r = loop_new(&app.loop)) < 0 ||
	    (r = loop_signals(app.loop, signals, on_signal, NULL)) < 0 ||
	    (r = loop_io_new(app.loop, tty_fd(app.tty), LOOP_READ, on_terminal,
		 e, &app.io)) < 0 ||
	    (r = loop_timer_new(app.loop, on_esc_time, e, &app.esc)) < 0 ||
	    (r = loop_timer_new(app.loop, on_redial, e, &app.redial)) < 0 ||
	    (r = loop_timer_new(app.loop, on_tick, e, &app.tick)) < 0 ||
	    (r = loop_timer_new(app.loop, on_caret_time, e, &app.caret)) < 0 ||
	    (r = loop_timer_new(app.loop, on_frame, e, &app.frame)) < 0 ||
	    (r = loop_timer_new(app.loop, on_patience, e, &app.patience)) < 0)
		return r;
	loop_before_sleep(app.loop, on_sleep, NULL);
	if (app.film_only && (r = open_film()) < 0)
		return r;
	return link_new(
	    &app.link, app.loop, FRAME_PAIR, &limits, &events, NULL);
}

static void
close_all(void)
{
	link_free(app.link);
	loop_io_free(app.io);
	loop_timer_free(app.esc);
	loop_timer_free(app.redial);
	loop_timer_free(app.tick);
	loop_timer_free(app.caret);
	loop_timer_free(app.frame);
	loop_timer_free(app.patience);
	loop_free(app.loop);
	keys_release(&app.keys);
	msg_release(&app.msg);
	replica_release(&app.replica);
	grid_release(&app.grid);
	end_replay();
	buf_release(&app.held);
	editor_release(&app.e);
}

/* Too small to begin with is an answer of its own; later it is only a size. */
static int
check_size(void)
{
	int cols, rows;

	tty_size(app.tty, &cols, &rows);
	if (cols >= MIN_COLS && rows >= MIN_ROWS)
		return 0;
	tty_close(app.tty, "");
	fprintf(stderr,
	    "codesync: the terminal is too small: it has %dx%d, %dx%d is "
	    "needed\r\n",
	    cols, rows, MIN_COLS, MIN_ROWS);
	return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	char err[256];
	int r;

	block_signals();
	spare_memory();
	log_open("codesync-edit");
	editor_init(&app.e);
	if (parse_options(argc, argv) < 0 || read_ticket() < 0)
		return fail("it is started by codesyncd or `codesync join`");
	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return fail("the locale C.UTF-8 is missing on this host");
	if (tty_open(&app.tty, looks_most(&app.e), err, sizeof(err)) < 0)
		return fail(err);
	if ((r = check_size()) != 0)
		return r;
	keys_init(&app.keys);
	msg_init(&app.msg);
	replica_init(&app.replica);
	buf_init(&app.held, HELD_MAX);
	app.e.colours = tty_colours(app.tty);
	app.e.caret_own = !tty_takes_shapes(app.tty);
	app.e.clip.kept_in = !tty_takes_copies(app.tty);
	shown()->colours = app.e.colours;
	app.redial_ms = REDIAL_MIN_MS;
	if (open_loop() < 0 || cage_enter(SEATS_FD) < 0) {
		tty_close(app.tty, "");
		return fail("the editor cannot be started");
	}
	app.e.now_ms = loop_now_ms();
	tty_ask(app.tty, !app.e.ascii);
	app.pace.begun_ms = app.e.now_ms;
	resize();
	dial();
	loop_run(app.loop);
	tty_close(app.tty, app.silent ? NULL : app.farewell);
	close_all();
	return app.status;
}
