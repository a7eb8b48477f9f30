/*
 * film.c - a replay in the editor's place: its log comes by a link of its own,
 * keys move in time, and the editor of that moment is what is drawn.
 */
#include <string.h>

#include "client/app.h"
#include "client/uplink.h"
#include "proto/err.h"

/* --- the log --- */

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

	if (uplink_replay(a->film) < 0)
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

int
film_open(struct app *a)
{
	static const struct link_limits limits = { MSG_MAX, MSG_MAX_UP,
		UNSENT_MAX };
	static const struct link_events events = { on_film_up, on_film_message,
		on_film_down, NULL };

	return link_new(&a->film, a->loop, FRAME_PAIR, &limits, &events, a);
}

/* --- the person --- */

int
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

void
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

void
film_close(struct app *a)
{
	link_free(a->film);
	a->film = NULL;
	if (a->replay != NULL)
		replay_release(a->replay);
	a->replay = NULL;
}

struct editor *
film_shown(struct app *a)
{
	return a->replay != NULL ? replay_editor(a->replay) : &a->e;
}

void
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
	if (a->replay->noting && uplink_note(a->film, a->replay->note) < 0)
		film_lost(a);
	a->replay->noting = false;
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
