/*
 * terminal.c - what comes from the terminal: keys and the mouse, what they ask
 * for, and what the terminal says of itself.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "client/app.h"
#include "client/command.h"
#include "client/lobby.h"
#include "client/looks.h"
#include "client/mouse.h"
#include "client/panel.h"
#include "client/uplink.h"
#include "client/view.h"

/* --- keys and the mouse --- */

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

/* --- answers --- */

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
		looks_find(e, LOOK_ASCII, true);
		tty_redraw(a->tty);
	}
}

/* --- bytes --- */

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

void
terminal_listen(struct app *a)
{
	loop_io_want(a->io, (online_held(a) ? 0 : LOOP_READ) |
				(tty_busy(a->tty) ? LOOP_WRITE : 0));
}

int
terminal_open(struct app *a)
{
	int r;

	keys_init(&a->keys);
	if ((r = loop_io_new(a->loop, tty_fd(a->tty), LOOP_READ, on_terminal, a,
		 &a->io)) < 0)
		return r;
	return loop_timer_new(a->loop, on_esc_time, a, &a->esc);
}

void
terminal_close(struct app *a)
{
	loop_io_free(a->io);
	loop_timer_free(a->esc);
	keys_release(&a->keys);
}
