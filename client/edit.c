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

#include "client/app.h"
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

enum { TICKET_FD = 3 };

#define EXIT_USAGE 2
#define STOP_MS 500
#define HELD_MAX (64 * 1024) /* of edits that the hub still knows */

static struct app app;

/* --- to the hub --- */

/* Half of the documents is nothing to look at. */
static bool
is_showable(struct app *a)
{
	return !online_loading(a) || (a->e.peer == NULL && !online_held(a));
}

/* --- a replay --- */

/* Its ticket is good for one link. */
static void
film_lost(struct app *a)
{
	link_close(a->film);
	replay_lost(a->replay);
	a->dirty = true;
}

static void
on_film_up(void *arg)
{
	struct app *a = arg;

	if (uplink_watch(a->film) < 0)
		film_lost(a);
}

static void
on_film_down(void *arg, int err)
{
	struct app *a = arg;

	(void)err;
	film_lost(a);
}

static void
on_film_message(void *arg, const uint8_t *body, size_t len)
{
	struct app *a = arg;

	a->e.now_ms = loop_now_ms();
	if (msg_decode(&a->msg, body, len, false) < 0)
		film_lost(a);
	else if (replay_message(a->replay, &a->msg, a->e.now_ms))
		a->dirty = true;
}

static int
film_begin(struct app *a)
{
	static struct replay replay;
	struct editor *e = replay_editor(&replay);

	if (replay_init(&replay) < 0) {
		replay_release(&replay);
		return CS_ENOMEM;
	}
	e->ascii = a->e.ascii;
	e->palette = a->e.palette;
	e->calm = a->e.calm;
	e->colours = a->e.colours;
	a->replay = &replay;
	return 0;
}

static int
film_open(struct app *a)
{
	static const struct link_limits limits = { MSG_MAX, MSG_MAX_UP,
		UNSENT_MAX };
	static const struct link_events events = { on_film_up, on_film_message,
		on_film_down, NULL };

	return link_new(&a->film, a->loop, FRAME_PAIR, &limits, &events, a);
}

static void
film_close(struct app *a)
{
	link_free(a->film);
	a->film = NULL;
	if (a->replay != NULL)
		replay_release(a->replay);
	a->replay = NULL;
}

/* What has ended is seen once more, from its beginning on. */
static void
film_take(struct app *a)
{
	char ticket[TICKET_LEN + 1];

	if (a->replay != NULL || a->msg.text_len != TICKET_LEN)
		return;
	memcpy(ticket, a->msg.text, TICKET_LEN);
	ticket[TICKET_LEN] = '\0';
	if (film_begin(a) == 0 && film_open(a) == 0 &&
	    link_dial(a->film, SEATS_FD, ticket) == 0) {
		tty_redraw(a->tty);
		return;
	}
	film_close(a);
	editor_say(&a->e, TOAST_ERROR, "The replay cannot be shown now");
}

/* --- from the hub --- */

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

/* Only what others do to the text waits; what else comes brings all with it. */
static bool
may_wait(struct app *a, const uint8_t *body, size_t len)
{
	return len > 0 && (body[0] == MSG_CHUNK || body[0] == MSG_CARETS) &&
	       a->held.len + len + sizeof(uint32_t) <= HELD_MAX;
}

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

/* --- keys --- */

static void
practise(struct app *a, enum practice_kind kind)
{
	online_sent(a, uplink_practice(a->link, &a->e, kind));
}

static void
do_request(struct app *a)
{
	enum request request = a->e.request;

	a->e.request = REQUEST_NONE;
	switch (request) {
	case REQUEST_NONE:
		break;
	case REQUEST_JOIN:
		online_sent(a, uplink_join(a->link, &a->e));
		break;
	case REQUEST_RUN:
		a->pace.edited_ms = 0;
		if (a->e.lobby)
			practise(a, PRACTICE_RUN);
		else
			a->run_wanted = true; /* what runs is what is seen */
		break;
	case REQUEST_STOP:
		if (a->e.lobby)
			practise(a, PRACTICE_STOP);
		else
			online_plain(a, MSG_STOP);
		break;
	case REQUEST_TAKE:
		online_plain(a, MSG_TAKE);
		break;
	case REQUEST_INPUT:
		lobby_typed(&a->e);
		online_sent(a, uplink_input(a->link, &a->e));
		break;
	case REQUEST_SAY:
		online_sent(a, uplink_say(a->link, &a->e));
		break;
	case REQUEST_ACT:
		a->erasing |= a->e.act.kind == ACT_PURGE;
		online_sent(a, uplink_act(a->link, &a->e));
		break;
	case REQUEST_LEAVE:
		end_by_leaving(a);
		break;
	case REQUEST_QUIT:
		end_now(a, 0, "You did not join the room.");
		break;
	case REQUEST_REDRAW:
		tty_redraw(a->tty);
		break;
	case REQUEST_SHOW:
		a->pace.edited_ms = 0;
		break;
	case REQUEST_REPLAY:
		online_plain(a, MSG_REPLAY);
		break;
	}
}

/* What a key or the mouse does is seen at once. */
static void
acted(struct app *a)
{
	struct editor *e = &a->e;

	a->own_key = a->dirty = true;
	a->pace.key_ms = e->now_ms;
	e->people[e->welcome.site].active_ms = e->now_ms;
}

static void
press(struct app *a, const struct key *key)
{
	struct editor *e = &a->e;
	size_t before = online_unkept(a);

	acted(a);
	if (panel_gives_way(e, key))
		command_key(e, key);
	else
		panel_key(e, key);
	if (online_unkept(a) > before)
		a->pace.edited_ms = e->now_ms;
	do_request(a);
}

/* The grid is what was clicked on: the frame that was last shown. */
static void
use_mouse(struct app *a, const struct key *key)
{
	struct editor *e = &a->e;
	struct key pressed;
	struct layout l;

	view_layout(e, a->grid.cols, a->grid.rows, &l);
	if (!mouse_key(e, &l, &a->grid, key, &pressed))
		return;
	acted(a);
	do_request(a);
	if (pressed.code != 0)
		press(a, &pressed);
}

/* A key or the mouse in a replay. */
static void
film_key(struct app *a, const struct key *key)
{
	struct editor *e = replay_editor(a->replay);
	struct layout l;

	a->own_key = a->dirty = true;
	replay_tick(a->replay, a->e.now_ms);
	view_layout(e, a->grid.cols, a->grid.rows, &l);
	if (key->code == K_MOUSE)
		replay_mouse(a->replay, &l, &a->grid, key);
	else
		replay_key(a->replay, key);
	if (a->replay->redraw)
		tty_redraw(a->tty);
	a->replay->redraw = false;
	if (!a->replay->quit)
		return;
	if (a->film_only) {
		end_now(a, 0, "You left the replay%s%s.",
		    e->welcome.room[0] != '\0' ? " of room " : "",
		    e->welcome.room);
		return;
	}
	film_close(a);
	tty_redraw(a->tty);
}

/* It says when it has read what it was sent. */
static void
take_answer(struct app *a, bool first)
{
	struct editor *e = &a->e;
	bool stacked = e->stacked;

	if (first)
		pace_first_answer(&a->pace, e);
	else
		a->dirty |= pace_answered(&a->pace, e);
	if (e->stacked == stacked || !e->wide)
		return;
	a->dirty = true;
	editor_say(e, TOAST_ROOM,
	    "Slow connection: the panes are below the text - ^P Layout");
}

/* What the terminal says of itself, some time after it was asked. */
static void
take_reply(struct app *a, const struct key *key)
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
	struct editor *e = &a->e;

	if (key->reply == REPLY_OK || key->reply == REPLY_END)
		take_answer(a, key->reply == REPLY_END);
	if (key->reply == REPLY_OK)
		return;
	a->dirty = true;
	if (key->reply == REPLY_NAME) {
		e->no_control_p =
		    key->len >= sizeof(xterm_js) - 1 &&
		    memcmp(key->text, xterm_js, sizeof(xterm_js) - 1) == 0;
	} else if (key->reply != REPLY_CURSOR) {
		tty_can(a->tty, can[key->reply]);
	} else if (key->x > 1 && !e->ascii) {
		/* it took one character for several, or gave it two columns */
		looks_give(e, LOOK_ASCII, true);
		tty_redraw(a->tty);
	}
}

static void
on_key(void *arg, const struct key *key)
{
	struct app *a = arg;

	if (a->replay != NULL)
		film_key(a, key);
	else if (key->code == K_MOUSE)
		use_mouse(a, key);
	else if (key->code == K_REPLY)
		take_reply(a, key);
	else
		press(a, key);
}

static void
on_esc_time(void *arg)
{
	struct app *a = arg;

	a->e.now_ms = loop_now_ms();
	keys_timeout(&a->keys, on_key, a);
}

static void
on_terminal(void *arg, int what)
{
	struct app *a = arg;
	uint8_t block[4096];
	unsigned wait_ms;
	ssize_t n;

	a->e.now_ms = loop_now_ms();
	if ((what & LOOP_WRITE) && tty_flush(a->tty) < 0)
		end_unseen(a);
	if (what & LOOP_READ) {
		n = read(tty_fd(a->tty), block, sizeof(block));
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			end_unseen(a);
		if (n > 0)
			keys_feed(&a->keys, block, (size_t)n, on_key, a);
		loop_timer_stop(a->esc);
		if ((wait_ms = keys_wait_ms(&a->keys)) > 0)
			loop_timer_start(a->esc, wait_ms);
	}
}

/* --- drawing --- */

static struct editor *
film_shown(struct app *a)
{
	return a->replay != NULL ? replay_editor(a->replay) : &a->e;
}

static void
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

static void
draw_show(struct app *a)
{
	if (!a->silent && !a->over && a->dirty && !tty_busy(a->tty) &&
	    is_showable(a))
		draw_if_due(a);
}

static void
on_sleep(void *arg)
{
	struct app *a = arg;

	a->e.now_ms = loop_now_ms();
	if (a->held.len > 0 && !is_writing(a))
		show_held(a);
	if (online_unkept(a) == 0)
		a->pace.heard_ms = a->e.now_ms;
	online_tell(a);
	end_if_kept(a);
	if (a->silent)
		return;
	draw_show(a);
	loop_io_want(a->io, (online_held(a) ? 0 : LOOP_READ) |
				(tty_busy(a->tty) ? LOOP_WRITE : 0));
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

static void
on_signal(void *arg, int signo)
{
	struct app *a = arg;

	switch (signo) {
	case SIGWINCH:
		a->e.now_ms = loop_now_ms();
		draw_resize(a);
		break;
	case SIGHUP: /* the terminal is gone; the seat stays */
		end_unseen(a);
		break;
	default:
		if (a->film_only) {
			end_now(a, 0, "The host is going down.");
			break;
		}
		end_soon(a, STOP_MS,
		    "The host is going down. Your code is saved; come "
		    "back with: %s",
		    a->e.welcome.rejoin);
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
parse_options(struct app *a, int argc, char **argv)
{
	int c;

	opterr = 0;
	while ((c = getopt(argc, argv, "amcr")) != -1) {
		if (c == 'a')
			looks_give(&a->e, LOOK_ASCII, true);
		else if (c == 'm')
			looks_give(&a->e, LOOK_COLOURS, PALETTE_NONE);
		else if (c == 'c')
			looks_give(&a->e, LOOK_CALM, true);
		else if (c == 'r')
			a->film_only = true;
		else
			return CS_EINVAL;
	}
	if (a->film_only && film_begin(a) < 0)
		return CS_ENOMEM;
	return optind == argc ? 0 : CS_EINVAL;
}

static int
read_ticket(struct app *a)
{
	char *text;
	size_t len;
	int r = read_all(TICKET_FD, TICKET_LEN, &text, &len);

	if (r < 0)
		return r;
	if (len == TICKET_LEN && strspn(text, "0123456789abcdef") == len)
		memcpy(a->ticket, text, len + 1);
	else
		r = CS_EINVAL;
	free(text);
	close(TICKET_FD);
	return r;
}

static int
open_loop(struct app *a)
{
	static const struct link_limits limits = { MSG_MAX, MSG_MAX_UP,
		UNSENT_MAX };
	static const struct link_events events = { on_up, on_message, on_down,
		NULL };
	int r;

	if ((r = loop_new(&a->loop)) < 0 ||
	    (r = loop_signals(a->loop, signals, on_signal, a)) < 0 ||
	    (r = loop_io_new(a->loop, tty_fd(a->tty), LOOP_READ, on_terminal, a,
		 &a->io)) < 0 ||
	    (r = loop_timer_new(a->loop, on_esc_time, a, &a->esc)) < 0 ||
	    (r = loop_timer_new(a->loop, on_tick, a, &a->tick)) < 0 ||
	    (r = loop_timer_new(a->loop, on_frame, a, &a->frame)) < 0 ||
	    (r = online_open(a)) < 0 || (r = end_open(a)) < 0)
		return r;
	loop_before_sleep(a->loop, on_sleep, a);
	if (a->film_only && (r = film_open(a)) < 0)
		return r;
	return link_new(&a->link, a->loop, FRAME_PAIR, &limits, &events, a);
}

static void
close_all(struct app *a)
{
	link_free(a->link);
	loop_io_free(a->io);
	loop_timer_free(a->esc);
	loop_timer_free(a->tick);
	loop_timer_free(a->frame);
	online_close(a);
	end_close(a);
	loop_free(a->loop);
	keys_release(&a->keys);
	msg_release(&a->msg);
	replica_release(&a->replica);
	grid_release(&a->grid);
	film_close(a);
	buf_release(&a->held);
	editor_release(&a->e);
}

/* Too small to begin with is an answer of its own; later it is only a size. */
static int
check_size(struct app *a)
{
	int cols, rows;

	tty_size(a->tty, &cols, &rows);
	if (cols >= MIN_COLS && rows >= MIN_ROWS)
		return 0;
	tty_close(a->tty, "");
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
	if (parse_options(&app, argc, argv) < 0 || read_ticket(&app) < 0)
		return fail("it is started by codesyncd or `codesync join`");
	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return fail("the locale C.UTF-8 is missing on this host");
	if (tty_open(&app.tty, looks_most(&app.e), err, sizeof(err)) < 0)
		return fail(err);
	if ((r = check_size(&app)) != 0)
		return r;
	keys_init(&app.keys);
	msg_init(&app.msg);
	replica_init(&app.replica);
	buf_init(&app.held, HELD_MAX);
	app.e.colours = tty_colours(app.tty);
	app.e.caret_own = !tty_takes_shapes(app.tty);
	app.e.clip.kept_in = !tty_takes_copies(app.tty);
	film_shown(&app)->colours = app.e.colours;
	if (open_loop(&app) < 0 || cage_enter(SEATS_FD) < 0) {
		tty_close(app.tty, "");
		return fail("the editor cannot be started");
	}
	app.e.now_ms = loop_now_ms();
	tty_ask(app.tty, !app.e.ascii);
	app.pace.begun_ms = app.e.now_ms;
	draw_resize(&app);
	online_dial(&app);
	loop_run(app.loop);
	tty_close(app.tty, app.silent ? NULL : app.farewell);
	close_all(&app);
	return app.status;
}
