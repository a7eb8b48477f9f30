/*
 * input.c - the line for the running program. Where the keys go changes only by
 * keys of one's own or when somebody else takes the line, never under the hands
 * of who is typing code: what is meant for the text must not reach a program,
 * nor an answer the text. So who has pressed Run has the line when it asks, unless
 * something was typed meanwhile, or another line was opened to type into. Run once
 * more, a look around by arrows, or at the output, is not typing.
 */
#include <string.h>

#include "client/command.h"
#include "client/input.h"
#include "client/talk.h"

/* --- whose it is --- */

bool
input_shown(const struct editor *e)
{
	return editor_running(e) && (e->run.waiting || e->line.focus);
}

bool
input_wanted(const struct editor *e)
{
	return editor_running(e) && e->run.waiting && !e->line.focus &&
	       editor_writable(e);
}

const char *
input_news(const struct editor *e)
{
	bool ours = e->run.site == e->welcome.site;

	if (!editor_running(e) || !e->run.waiting)
		return NULL;
	if (e->line.focus && e->tiny) /* where it is narrow */
		return "Waiting for a line of input";
	if (e->line.focus)
		return ours ? "Your program is waiting for a line of input"
			    : "The program is waiting for a line of input";
	if (!editor_writable(e))
		return "The program waits for input";
	return e->tiny ? "It waits for input - ^O types it"
		       : "The program waits for input - ^O types it";
}

void
input_focus(struct editor *e)
{
	if (!e->online) {
		editor_say(e, TOAST_ANSWER,
		    "Not connected just now - again in a moment");
		return;
	}
	talk_leave(e);
	e->line.focus = true;
	e->pane = PANE_OUTPUT;
	e->run.scroll = 0;
	if (e->run.owner == e->welcome.site)
		return;
	e->line.taking = true;
	e->request = REQUEST_TAKE;
}

/* A hub that was started again only knows who ran the program. Whoever is
 * typing an answer goes on, else the rest of it would be typed as code. */
bool
input_reclaim(struct editor *e)
{
	e->line.taking = e->line.focus;
	return e->line.taking;
}

void
input_begin(struct editor *e)
{
	e->run.waiting = e->line.focus = e->line.taking = false;
	e->run.owner = 0;
	line_clear(&e->line.edit);
}

void
input_end(struct editor *e)
{
	if (e->line.focus && e->line.edit.len > 0)
		editor_say(e, TOAST_ERROR,
		    "The program has ended - your line was not sent");
	input_begin(e);
	e->line.hands_off = false;
}

/* Others may say who they think it is until our TAKE has arrived. */
static void
owner_is(struct editor *e, uint8_t site)
{
	e->run.owner = site;
	if (site == e->welcome.site) {
		e->line.taking = false;
	} else if (e->line.focus && !e->line.taking) {
		e->line.focus = false;
		editor_say(e, TOAST_RUN, "%s types now - ^O takes it back",
		    editor_name_of(e, site));
	}
}

static void
wait_begins(struct editor *e)
{
	editor_unsay(e, TOAST_RUN); /* that it has begun is no news any more */
	if (e->line.focus)
		return;
	if (e->line.hands_off && e->run.owner == e->welcome.site &&
	    editor_writable(e))
		input_focus(e);
	else
		editor_say(e, TOAST_RUN, "%s", input_news(e));
}

void
input_keyboard(struct editor *e, const struct keyboard *k)
{
	int64_t ago = (int64_t)e->now_ms + e->clock_ms - (int64_t)k->since_ms;
	bool waited = e->run.waiting;

	if (k->run != e->run.run || !editor_running(e))
		return; /* of a run that is over */
	e->run.waiting = k->waiting;
	e->run.since_ms = e->now_ms - (ago > 0 ? (uint64_t)ago : 0);
	owner_is(e, k->site);
	if (k->waiting && !waited)
		wait_begins(e);
}

/* --- sending --- */

size_t
input_piece(const struct editor *e, size_t from)
{
	size_t len = e->sent.len - from, n = len;

	if (len <= JOB_INPUT_MAX)
		return len;
	for (n = JOB_INPUT_MAX; n > 0 && e->sent.data[from + n - 1] != '\n';)
		n--;
	return n;
}

static bool
may_send(struct editor *e)
{
	if (!e->online)
		editor_say(e, TOAST_ANSWER,
		    "Not connected just now - again in a moment");
	return e->online;
}

/* What is in e->sent goes out. */
static void
send(struct editor *e, bool eof)
{
	e->sent_eof = eof;
	e->run.scroll = 0;
	e->request = REQUEST_INPUT;
}

static void
enter(struct editor *e)
{
	struct line *l = &e->line.edit;

	if (!may_send(e))
		return;
	buf_put_raw(&e->sent, l->text, l->len);
	buf_put_u8(&e->sent, '\n');
	line_clear(l);
	send(e, false);
}

/* What was begun goes along, as it is. */
static void
end_of_input(struct editor *e)
{
	struct line *l = &e->line.edit;

	if (!may_send(e))
		return;
	buf_put_raw(&e->sent, l->text, l->len);
	line_clear(l);
	e->line.focus = false; /* nothing more can be said */
	send(e, true);
}

/* --- editing --- */

static void
too_long(struct editor *e)
{
	editor_say(
	    e, TOAST_ANSWER, "A line has at most %d bytes", INPUT_LINE_MAX);
}

/* Are all lines of B short enough? */
static bool
lines_fit(const struct buf *b)
{
	const uint8_t *p = b->data, *end = p + b->len, *stop;

	for (; p < end; p = stop + 1) {
		stop = memchr(p, '\n', (size_t)(end - p));
		stop = stop != NULL ? stop : end;
		if (stop - p > INPUT_LINE_MAX)
			return false;
	}
	return true;
}

/* Whole lines are sent; what is behind the last of them is the line now. */
static void
paste(struct editor *e, const struct key *key)
{
	struct line *l = &e->line.edit;
	struct buf *b = &e->sent;
	size_t rest = 0, tail = l->len - l->at;

	if (!may_send(e))
		return;
	buf_put_raw(b, l->text, l->at);
	buf_put_raw(b, key->text, key->len);
	buf_put_raw(b, l->text + l->at, tail);
	if (b->err != 0 || !lines_fit(b)) {
		buf_clear(b);
		too_long(e);
		return;
	}
	while (rest < b->len && b->data[b->len - rest - 1] != '\n')
		rest++;
	memcpy(l->text, b->data + b->len - rest, rest);
	l->len = rest;
	l->at = rest - tail;
	b->len -= rest;
	if (b->len > 0)
		send(e, false);
}

static void
back_to_code(struct editor *e)
{
	e->line.focus = e->line.hands_off = false;
	e->reading = READING_NOTHING;
	e->run.scroll = 0;
}

static void
page_up(struct editor *e)
{
	e->run.scroll += e->out_page > 1 ? e->out_page - 1 : 1;
}

static void
page_down(struct editor *e)
{
	e->run.scroll -= e->out_page > 1 ? e->out_page - 1 : 1;
	if (e->run.scroll < 0)
		e->run.scroll = 0;
}

/* clang-format off */
static const struct key_fn table[] = {
	{ "Enter",	enter },
	{ "C-d",	end_of_input },
	{ "Esc",	back_to_code },
	{ "PgUp",	page_up },
	{ "PgDn",	page_down },
};
/* clang-format on */

bool
input_key(struct editor *e, const struct key *key)
{
	if (key_fn_press(table, sizeof(table) / sizeof(table[0]), e, key))
		return true;
	if (line_key(&e->line.edit, key))
		return true;
	if (key->code == K_PASTE) {
		paste(e, key);
		return true;
	}
	if (key->code != K_CHAR || (key->mods & ~K_SHIFT) != 0)
		return false;
	if (!line_type(&e->line.edit, INPUT_LINE_MAX, key->cp))
		too_long(e);
	return true;
}
