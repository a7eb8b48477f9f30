/* aside.c - see aside.h */
#include "client/aside.h"
#include "client/input.h"
#include "client/talk.h"
#include "client/trace.h"

void
aside_chat(struct editor *e)
{
	talk_toggle(e, PANE_CHAT);
}

void
aside_notes(struct editor *e)
{
	talk_toggle(e, PANE_NOTES);
}

void
aside_leave(struct editor *e)
{
	e->reading = READING_NOTHING;
	e->run.scroll = 0;
}

bool
aside_is_whole(const struct editor *e)
{
	return e->reading == READING_WHOLE ||
	       (e->reading == READING_PANE && (e->calm || e->tiny));
}

static void
read_output(struct editor *e, enum reading reading)
{
	talk_leave(e);
	if (e->reading == READING_NOTHING)
		e->run.scroll = 0;
	e->reading = reading;
	e->pane = PANE_OUTPUT;
}

void
aside_output(struct editor *e)
{
	if (input_wanted(e)) {
		if (!aside_is_whole(e))
			aside_leave(e);
		input_focus(e);
	} else if (e->lobby) {
		editor_say(e, TOAST_ANSWER,
		    "Output stands below the pad - ^Up scrolls it");
	} else if (e->reading == READING_NOTHING && !e->line.focus) {
		read_output(e, READING_PANE);
	} else if (!aside_is_whole(e)) {
		read_output(e, READING_WHOLE);
	} else {
		aside_leave(e);
	}
}

void
aside_next(struct editor *e)
{
	if (e->reading != READING_NOTHING)
		aside_leave(e);
	else if (!e->talk.focus)
		aside_chat(e);
	else if (e->talk.tab == PANE_CHAT && editor_is_staff(e))
		aside_notes(e);
	else
		read_output(e, READING_PANE);
}

static void
scroll_output(struct editor *e, int by)
{
	e->run.scroll += by;
	if (e->run.scroll < 0)
		e->run.scroll = 0;
}

void
aside_up(struct editor *e)
{
	scroll_output(e, 3);
}

void
aside_down(struct editor *e)
{
	scroll_output(e, -3);
}

bool
aside_takes(const struct editor *e, const struct key *key)
{
	if (e->reading == READING_NOTHING)
		return false;
	if (key->code == K_ENTER)
		return e->fault.known;
	return key->code == K_UP || key->code == K_DOWN ||
	       key->code == K_PGUP || key->code == K_PGDN ||
	       key->code == K_HOME || key->code == K_END || key->code == K_ESC;
}

void
aside_key(struct editor *e, const struct key *key)
{
	int page = e->out_page > 1 ? e->out_page - 1 : 1;

	switch (key->code) {
	case K_UP:
		scroll_output(e, key->mods == 0 ? 1 : 3);
		break;
	case K_DOWN:
		scroll_output(e, key->mods == 0 ? -1 : -3);
		break;
	case K_PGUP:
		scroll_output(e, page);
		break;
	case K_PGDN:
		scroll_output(e, -page);
		break;
	case K_HOME:
		scroll_output(e, OUTPUT_KEPT); /* view_layout limits it */
		break;
	case K_END:
		e->run.scroll = 0;
		break;
	case K_ESC:
		aside_leave(e);
		break;
	case K_ENTER:
		trace_go(e);
		break;
	default:
		break;
	}
}
