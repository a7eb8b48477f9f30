/* editor.c - the editor's state and what the room's events do to it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/act.h"
#include "client/editor.h"
#include "client/follow.h"
#include "client/input.h"
#include "client/keymap.h"
#include "client/looks.h"
#include "client/lobby.h"
#include "client/mouse.h"
#include "client/panel.h"
#include "client/place.h"
#include "client/point.h"
#include "client/summary.h"
#include "client/talk.h"
#include "client/trace.h"
#include "client/timer.h"
#include "proto/utf8.h"

static void
init_buffers(struct editor *e)
{
	buf_init(&e->run.text, OUTPUT_KEPT + RECORD_TEXT_MAX);
	buf_init(&e->sent, KEYS_PASTE_MAX + JOB_INPUT_MAX);
	buf_init(&e->clip.text, CLIP_MAX);
	buf_init(&e->vim.inserted, VIM_INSERTED_MAX);
	buf_init(&e->vim.covered, VIM_COVERED_MAX);
}

void
editor_init(struct editor *e)
{
	e->goal = -1;
	e->mouse = true;
	e->panel = PANEL_WAIT;
	e->talk.tab = PANE_CHAT;
	init_buffers(e);
}

void
editor_release(struct editor *e)
{
	peer_free(e->peer);
	e->peer = NULL;
	syntax_release(&e->syntax);
	buf_release(&e->run.text);
	buf_release(&e->sent);
	buf_release(&e->clip.text);
	buf_release(&e->vim.inserted);
	buf_release(&e->vim.covered);
	talk_forget(e);
	summary_forget(e);
}

void
editor_forget(struct editor *e)
{
	editor_release(e);
	memset(&e->timer, 0, sizeof(e->timer));
	e->told_left_s = 0;
	e->ended_by = 0;
	memset(&e->run, 0, sizeof(e->run));
	memset(&e->line, 0, sizeof(e->line));
	memset(&e->find, 0, sizeof(e->find));
	memset(&e->vim, 0, sizeof(e->vim));
	e->prefix = PREFIX_NONE;
	memset(&e->focus, 0, sizeof(e->focus));
	memset(e->files, 0, sizeof(e->files));
	memset(&e->follow, 0, sizeof(e->follow));
	memset(&e->grip, 0, sizeof(e->grip));
	memset(e->points, 0, sizeof(e->points));
	memset(&e->fault, 0, sizeof(e->fault));
	e->point_wanted = false;
	e->loose = false;
	memset(e->people, 0, sizeof(e->people));
	memset(e->toasts, 0, sizeof(e->toasts));
	e->ntoasts = 0;
	e->file = e->before_task = 0;
	e->top = e->skip = e->left = 0;
	e->goal = -1;
	e->mark = e->at_start = false;
	e->pane = PANE_OUTPUT;
	e->reading = READING_NOTHING;
	e->clip.fresh = false;
	init_buffers(e);
}

/* --- the event line --- */

static void
take_toast(struct editor *e, int at)
{
	memmove(&e->toasts[at], &e->toasts[at + 1],
	    (size_t)(TOAST_QUEUE - 1 - at) * sizeof(e->toasts[0]));
	e->ntoasts--;
}

static bool
is_old(const struct editor *e, const struct toast *t)
{
	return e->now_ms > t->said_ms + (t->kind == TOAST_JOIN ? TOAST_STALE_MS
							       : TOAST_OLD_MS);
}

/* What is next is shown, unless it is old by now. */
static void
drop_toast(struct editor *e, int at)
{
	take_toast(e, at);
	if (at != 0)
		return;
	while (e->ntoasts > 0 && is_old(e, &e->toasts[0]))
		take_toast(e, 0);
	if (e->ntoasts > 0)
		e->toast_until_ms = e->now_ms + e->toasts[0].left_ms;
}

/* The first one has to wait for a better one, unless it could be read. */
static void
put_off_toast(struct editor *e)
{
	uint64_t left_ms = e->toast_until_ms - e->now_ms;

	if (e->ntoasts == 0)
		return;
	if (left_ms + TOAST_READ_MS <= TOAST_MS)
		take_toast(e, 0);
	else
		e->toasts[0].left_ms = (uint16_t)left_ms;
}

void
editor_tick(struct editor *e)
{
	if (e->ntoasts > 0 && e->now_ms >= e->toast_until_ms)
		drop_toast(e, 0);
	point_tick(e);
	timer_tick(e);
	act_bell(e, false);
}

const struct toast *
editor_toast(const struct editor *e)
{
	return e->ntoasts > 0 ? &e->toasts[0] : NULL;
}

void
editor_unsay(struct editor *e, enum toast_kind kind)
{
	for (int at = 0; at < e->ntoasts; at++)
		if (e->toasts[at].kind == kind)
			drop_toast(e, at--);
}

/* What was cut to SIZE ends before the character that is not all there. */
static void
whole_characters(char *text, size_t size)
{
	size_t len = strlen(text), at = len;
	uint32_t cp;

	if (len + 1 < size)
		return;
	while (at > 0 && !utf8_starts((uint8_t)text[at - 1]))
		at--;
	if (at > 0 && utf8_decode(text + at - 1, len - at + 1, &cp) <= 0)
		text[at - 1] = '\0';
}

void
editor_say(struct editor *e, enum toast_kind kind, const char *fmt, ...)
{
	va_list ap;
	int at;

	if (e->ntoasts > 0 && e->now_ms >= e->toast_until_ms)
		drop_toast(e, 0);
	if (kind == TOAST_ANSWER || kind == TOAST_RUN || kind == TOAST_ROOM)
		editor_unsay(e, kind);
	for (at = 0; at < e->ntoasts && e->toasts[at].kind >= kind; at++)
		;
	if (at == TOAST_QUEUE)
		return;
	if (at == 0)
		put_off_toast(e);
	if (e->ntoasts < TOAST_QUEUE)
		e->ntoasts++;
	memmove(&e->toasts[at + 1], &e->toasts[at],
	    (size_t)(e->ntoasts - at - 1) * sizeof(e->toasts[0]));
	va_start(ap, fmt);
	vsnprintf(e->toasts[at].text, sizeof(e->toasts[at].text), fmt, ap);
	va_end(ap);
	whole_characters(e->toasts[at].text, sizeof(e->toasts[at].text));
	e->toasts[at].kind = (uint8_t)kind;
	e->toasts[at].left_ms = TOAST_MS;
	e->toasts[at].said_ms = e->now_ms;
	if (e->calm && kind != TOAST_ANSWER && kind != TOAST_CHAT)
		talk_event(e, e->toasts[at].text);
	if (at == 0)
		e->toast_until_ms = e->now_ms + TOAST_MS;
}

const struct text *
editor_text(const struct editor *e)
{
	return e->peer != NULL ? peer_text(e->peer, e->file) : NULL;
}

struct peer *
editor_room_copy(const struct editor *e)
{
	return e->lobby ? NULL : e->peer;
}

bool
editor_is_staff(const struct editor *e)
{
	return e->welcome.role == ROLE_INTERVIEWER;
}

bool
editor_is_shut_out(const struct editor *e)
{
	return e->joined && e->focus.on && e->welcome.role != ROLE_CANDIDATE;
}

const char *
editor_why_not(const struct editor *e)
{
	const struct welcome *w = &e->welcome;

	if (e->lobby || !e->joined)
		return "";
	if (w->ended)
		return "The interview has ended - read-only";
	if (w->role == ROLE_OBSERVER)
		return "You can read here, not write";
	if (editor_is_shut_out(e))
		return "Focus time - read-only until it is over";
	if (w->frozen && !editor_is_staff(e))
		return "Frozen by the interviewer - read-only";
	return w->writable ? "" : "You can read here, not write";
}

bool
editor_writable(const struct editor *e)
{
	if (e->peer == NULL)
		return false;
	return e->lobby || (e->joined && e->welcome.writable &&
			       editor_why_not(e)[0] == '\0');
}

uint64_t
editor_host_ms(const struct editor *e)
{
	return (uint64_t)((int64_t)e->now_ms + e->clock_ms);
}

uint64_t
editor_shown_ms(const struct editor *e)
{
	uint64_t ms = e->clocks_ms != 0 ? e->clocks_ms : e->now_ms;

	return (uint64_t)((int64_t)ms + e->clock_ms);
}

void
editor_set_clocks(struct editor *e)
{
	if (e->clocks_ms != 0)
		e->clocks_ms = e->now_ms;
}

bool
editor_running(const struct editor *e)
{
	return e->run.state == RUN_RUNNING || e->run.state == RUN_QUEUED;
}

const char *
editor_stopper(const struct editor *e)
{
	return e->lobby ? "" : editor_name_of(e, e->run.stopped_by);
}

bool
editor_is_hidden(const struct editor *e, uint8_t site)
{
	return e->quiet && e->people[site].person.role != ROLE_CANDIDATE;
}

const char *
editor_name_of(const struct editor *e, uint8_t site)
{
	const struct seen *s = &e->people[site];

	if (s->known && s->person.name[0] != '\0')
		return s->person.name;
	return s->known ? s->person.label : "somebody";
}

/* --- which file --- */

int
editor_task(const struct editor *e)
{
	unsigned n = e->peer != NULL ? peer_file_count(e->peer) : 0;

	for (unsigned i = 0; i < n; i++)
		if (strcmp(peer_file_name(e->peer, i), FILE_TASK) == 0)
			return (int)i;
	return -1;
}

bool
editor_in_task(const struct editor *e)
{
	return editor_task(e) == e->file;
}

bool
editor_only_reads(const struct editor *e)
{
	return !editor_is_staff(e) && editor_in_task(e);
}

unsigned
editor_tab(const struct editor *e, uint8_t file)
{
	int task = editor_task(e);

	if (task < 0 || file > task)
		return file;
	return file == task ? 0 : file + 1u;
}

uint8_t
editor_file_of_tab(const struct editor *e, unsigned at)
{
	int task = editor_task(e);

	if (task < 0 || at > (unsigned)task)
		return (uint8_t)at;
	return (uint8_t)(at == 0 ? (unsigned)task : at - 1);
}

int
editor_lex(struct editor *e)
{
	const char *name = peer_file_name(e->peer, e->file);

	return syntax_reset(
	    &e->syntax, language_of(name, e->welcome.language), editor_text(e));
}

void
editor_show_file(struct editor *e, uint8_t file)
{
	struct file_view *old = &e->files[e->file], *new = &e->files[file];
	const struct text *t;

	if (file == e->file || peer_text(e->peer, file) == NULL)
		return;
	*old = (struct file_view){ e->top, e->skip, e->left,
		peer_caret(e->peer).head };
	e->file = file;
	e->top = new->top;
	e->skip = new->skip;
	e->left = new->left;
	e->goal = -1;
	e->mark = e->grip.held = false;
	t = editor_text(e);
	editor_lex(e);
	if (new->head > text_len(t))
		new->head = text_len(t);
	peer_caret_set(e->peer, file, new->head, new->head);
	peer_undo_break(e->peer);
	place_follow_caret(e);
}

/* --- changes of the document --- */

/* What is on the screen stays where it is when others change lines above. */
static void
keep_view(struct editor *e, const struct text *t, const struct op *op,
    size_t lines_before)
{
	size_t first = text_line_of(t, op->nhunks > 0 ? op->hunks[0].skip : 0);
	size_t lines = text_line_count(t);

	if (first >= e->top)
		return;
	if (lines >= lines_before)
		e->top += lines - lines_before;
	else
		e->top -= lines_before - lines < e->top ? lines_before - lines
							: e->top;
}

/* Where SITE's caret is in the file that we look at, or NULL. */
static const struct caret *
caret_here(const struct editor *e, uint8_t site)
{
	const struct caret *all;
	size_t n;

	all = peer_carets(e->peer, &n);
	for (size_t i = 0; i < n; i++)
		if (all[i].site == site)
			return all[i].file == e->file ? &all[i] : NULL;
	return NULL;
}

void
editor_moved(struct editor *e, uint8_t site)
{
	const struct text *t = editor_text(e);
	const struct caret *c = t != NULL ? caret_here(e, site) : NULL;
	struct seen *s = &e->people[site];
	size_t line;

	if (c == NULL) {
		s->active_ms = e->now_ms;
		return;
	}
	line = text_line_of(t, c->head);
	if (line != s->line)
		s->moved_ms = e->now_ms;
	if (c->head != s->head)
		s->active_ms = e->now_ms;
	s->line = line;
	s->head = c->head;
}

void
editor_active(struct editor *e, uint8_t site)
{
	e->people[site].active_ms = e->now_ms;
}

/* Carets that a change by SITE pushed along have not moved. */
static void
keep_carets(struct editor *e, uint8_t site)
{
	const struct text *t = editor_text(e);
	const struct caret *all;
	struct seen *s;
	size_t n;

	all = peer_carets(e->peer, &n);
	for (size_t i = 0; i < n; i++) {
		s = &e->people[all[i].site];
		if (all[i].site == site || all[i].file != e->file)
			continue;
		s->line = text_line_of(t, all[i].head);
		s->head = all[i].head;
	}
}

void
editor_changed(void *arg, uint8_t file, const struct op *op, uint8_t site)
{
	struct editor *e = arg;
	const struct text *t = editor_text(e);
	size_t first, last, end, before = e->syntax.lines;

	e->people[site].typed_ms = e->people[site].active_ms = e->now_ms;
	if (e->peer == NULL || t == NULL || op->nhunks == 0)
		return;
	if (site == peer_site(e->peer))
		e->line.hands_off = false;
	follow_changed(e, file, op);
	point_changed(e, file, op);
	if (file != e->file) {
		trace_changed(e, file, op, 0, 0);
		e->files[file].head =
		    op_move_pos(op, e->files[file].head, false);
		return;
	}
	mouse_changed(e, op);
	end = op_end(op);
	first = text_line_of(t, op->hunks[0].skip);
	last = text_line_of(t, end < text_len(t) ? end : text_len(t));
	syntax_changed(&e->syntax, t, first, last);
	trace_changed(
	    e, file, op, first, (long)text_line_count(t) - (long)before);
	keep_carets(e, site);
	if (site != peer_site(e->peer)) {
		keep_view(e, t, op, before);
	} else {
		e->own_change = op->hunks[0].skip;
		e->own_change_end = end;
	}
	if (site != peer_site(e->peer) && e->vim.undo_pos <= text_len(t))
		e->vim.undo_pos = op_move_pos(op, e->vim.undo_pos, true);
	if (site != peer_site(e->peer) && e->vim.started <= text_len(t))
		e->vim.started = op_move_pos(op, e->vim.started, false);
	if (e->top >= text_line_count(t))
		e->top = text_line_count(t) - 1;
}

/* --- output --- */

void
editor_output(struct editor *e, const void *text, size_t len)
{
	struct buf *b = &e->run.text;
	size_t drop;

	if (b->len + len > OUTPUT_KEPT) {
		drop = b->len + len - OUTPUT_KEPT;
		if (drop > b->len)
			drop = b->len;
		while (drop < b->len && !utf8_starts(b->data[drop]))
			drop++;
		buf_consume(b, drop);
		e->run.cut = true;
	}
	buf_put_raw(b, text, len);
}

static void
show_run(struct editor *e, uint32_t run, uint8_t site, uint64_t started_ms)
{
	e->run.run = run;
	e->run.state = RUN_RUNNING;
	e->run.site = site;
	e->run.started_ms = started_ms;
	e->run.cut = false;
	e->run.scroll = 0;
	buf_clear(&e->run.text);
	input_begin(e);
}

void
editor_run_begins(
    struct editor *e, uint32_t run, uint8_t site, uint64_t started_ms)
{
	show_run(e, run, site, started_ms);
	e->run.edited = false;
	trace_begin(e);
}

/* Of a run that we have seen since it began, what it failed with is known. */
void
editor_show_output(struct editor *e, const struct output *o)
{
	int64_t ago = (int64_t)e->welcome.now_ms - (int64_t)o->started_ms;
	bool seen = e->run.state != RUN_NONE && e->run.run == o->run;
	bool ended = seen && e->run.state == RUN_ENDED;

	if (o->state == RUN_NONE)
		return;
	show_run(e, o->run, o->site, e->now_ms - (ago > 0 ? (uint64_t)ago : 0));
	if (!seen) {
		e->run.edited = o->edited;
		trace_begin(e);
	}
	e->run.state = o->state;
	e->run.result = o->result;
	e->run.stopped_by = o->stopped_by;
	editor_output(e, o->text, o->text_len);
	e->run.cut = o->cut;
	if (o->state == RUN_ENDED && !ended)
		trace_end(e);
}

void
editor_typed(struct editor *e, const struct record *r)
{
	const struct buf *b = &e->run.text;
	struct buf echo;

	buf_init(&echo, RECORD_ECHO_MAX);
	record_echo(r, b->len > 0 && b->data[b->len - 1] != '\n', &echo);
	editor_output(e, echo.data, echo.len);
	buf_release(&echo);
}

/* --- the log --- */

static void
run_ended(struct editor *e, const struct record *r)
{
	char line[96];

	if (r->run != e->run.run)
		return;
	e->run.state = RUN_ENDED;
	e->run.result = r->result;
	e->run.stopped_by = r->site;
	trace_end(e);
	run_result_line(&r->result, &e->welcome.limits,
	    editor_name_of(e, r->site), line, sizeof(line));
	editor_say(e, TOAST_RUN, "run %u: %s", r->run, line);
	input_end(e);
}

static void
joined(struct editor *e, const struct record *r)
{
	struct seen *s = &e->people[r->site];

	if (r->site == e->welcome.site)
		return;
	if (!s->known) { /* MSG_PEOPLE follows; the name is needed now */
		s->known = true;
		s->person.site = r->site;
		memcpy(s->person.label, r->label, sizeof(s->person.label));
		memcpy(s->person.name, r->name, sizeof(s->person.name));
	}
	editor_say(e, TOAST_JOIN, "+ %s joined", r->name);
}

static void
left(struct editor *e, const struct record *r)
{
	if (r->site == e->welcome.site)
		return;
	if (r->why == LEAVE_KICKED)
		editor_say(e, TOAST_JOIN, "- %s was removed",
		    editor_name_of(e, r->site));
	else if (r->why == LEAVE_LOST)
		editor_say(e, TOAST_ROOM, /* REC_PAUSE may follow */
		    e->tiny ? "! %s lost connection - code safe"
			    : "! %s lost connection - everything they wrote "
			      "is safe",
		    editor_name_of(e, r->site));
	else
		editor_say(
		    e, TOAST_JOIN, "- %s left", editor_name_of(e, r->site));
}

/* What somebody may is changed, by r->site. */
static void
role_changed(struct editor *e, const struct record *r)
{
	bool ours = r->seat == e->welcome.site;
	const char *may = (r->flags & 1) != 0 ? "write again" : "only read now";

	if (ours)
		editor_say(e, TOAST_ROOM, "You can %s", may);
	else
		editor_say(e, TOAST_JOIN, "%s can %s",
		    editor_name_of(e, r->seat), may);
}

/* The candidate is told what becomes of all this, in front of the code; the
 * staff gets the summary. */
static void
ended(struct editor *e, const struct record *r)
{
	e->welcome.ended = true;
	e->welcome.ended_ms = r->at_ms;
	e->ended_by = r->site;
	if (r->site != 0)
		editor_say(e, TOAST_ROOM, "Interview ended by %s - read-only",
		    editor_name_of(e, r->site));
	else
		editor_say(e, TOAST_ROOM,
		    "Interview ended, nobody was there - read-only");
	if (e->welcome.role == ROLE_CANDIDATE)
		panel_ended(e);
}

static void
room_changed(struct editor *e, const struct record *r)
{
	const char *who = editor_name_of(e, r->site);

	switch (r->kind) {
	case REC_END:
		ended(e, r);
		break;
	case REC_REOPEN:
		e->welcome.ended = false;
		e->ended_by = 0;
		e->head[0] = '\0';
		summary_forget(e); /* also as what is behind a box */
		if (e->panel == PANEL_ENDED)
			e->panel = PANEL_NONE;
		editor_say(e, TOAST_ROOM, "%s has opened the room again", who);
		break;
	case REC_FREEZE:
		e->welcome.frozen = true;
		editor_say(e, TOAST_ROOM,
		    !editor_is_staff(e) ? "Frozen by %s - read-only"
		    : e->tiny           ? "Frozen by %s - only staff writes"
			      : "Frozen by %s - only interviewers can write",
		    who);
		break;
	case REC_THAW:
		e->welcome.frozen = false;
		editor_unsay(e, TOAST_ANSWER); /* that it is frozen */
		editor_say(e, TOAST_ROOM,
		    e->tiny ? "Thawed by %s - all can write"
			    : "Thawed by %s - everybody can write again",
		    who);
		break;
	}
}

/* Is it of a person's hand, and not the program's? */
static bool
is_done(const struct record *r)
{
	return r->kind != REC_RUN_OUTPUT && r->kind != REC_RUN_END;
}

void
editor_record(struct editor *e, const struct record *r)
{
	if (is_done(r))
		editor_active(e, r->site);
	switch (r->kind) {
	case REC_EDIT:
		if (e->peer != NULL && r->site != e->welcome.site)
			editor_moved(e, r->site);
		break;
	case REC_JOIN:
		joined(e, r);
		break;
	case REC_LEAVE:
		left(e, r);
		break;
	case REC_RUN_START:
		editor_run_begins(e, r->run, r->site, e->now_ms);
		editor_say(e, TOAST_RUN, "run %u started by %s", r->run,
		    editor_name_of(e, r->site));
		break;
	case REC_RUN_OUTPUT:
		if (r->run == e->run.run)
			editor_output(e, r->text, r->text_len);
		break;
	case REC_RUN_INPUT:
		if (r->run == e->run.run)
			editor_typed(e, r);
		break;
	case REC_RUN_END:
		run_ended(e, r);
		break;
	case REC_BACK: /* who is let in joins, which is said */
		editor_say(e, TOAST_JOIN, "- %s waits outside again",
		    editor_name_of(e, r->seat));
		break;
	case REC_ROLE:
		role_changed(e, r);
		break;
	case REC_PAUSE:
	case REC_RESUME:
	case REC_EXTEND:
		timer_record(e, r);
		break;
	case REC_FILE:
		if (strcmp(r->name, FILE_TASK) == 0)
			editor_say(e, TOAST_JOIN, "+ the task - F4 shows it");
		else
			editor_say(e, TOAST_ROOM, "+ file %s - ^PgDn shows it",
			    r->name);
		break;
	default:
		room_changed(e, r);
	}
}

void
editor_head(struct editor *e, const struct msg *m)
{
	for (uint32_t i = 0; i < m->text_len; i++)
		if (strchr("0123456789abcdef", m->text[i]) == NULL)
			return;
	if (m->text_len == HEAD_DIGITS)
		memcpy(e->head, m->text, HEAD_DIGITS);
}

void
editor_focus(struct editor *e, const struct focus *f)
{
	/* after a new WELCOME the hub says once more what is known */
	bool known = f->on ? f->until_ms == e->focus.until_ms : !e->focus.on;

	e->focus = *f;
	if (known)
		return;
	editor_set_clocks(e);
	editor_active(e, f->site);
	editor_unsay(e, TOAST_JOIN); /* that it is on now is more important */
	editor_unsay(e, TOAST_RUN);
	editor_unsay(e, TOAST_ANSWER);
	if (f->on && f->site != e->welcome.site)
		editor_say(e, TOAST_ROOM, "%s has started focus time",
		    editor_name_of(e, f->site));
	else if (!f->on)
		editor_say(e, TOAST_ROOM, "Focus time is over%s",
		    e->tiny ? ""
		    : e->welcome.role == ROLE_CANDIDATE
			? " - interviewers see the code again"
			: " - this is what was written meanwhile");
}

static void
own_changed(struct editor *e, const struct person *p)
{
	int64_t ago = (int64_t)editor_host_ms(e) - (int64_t)p->since_ms;

	e->welcome.writable = p->writable;
	if (e->lobby && p->since_ms != 0)
		e->waiting_ms = e->now_ms - (ago > 0 ? (uint64_t)ago : 0);
}

void
editor_people(struct editor *e, const struct person *p, uint32_t n)
{
	bool arrived = false, waited;
	struct seen *s;

	for (int i = 0; i <= SITE_MAX; i++)
		if (e->people[i].known)
			e->people[i].known = false;
	for (uint32_t i = 0; i < n; i++) {
		s = &e->people[p[i].site];
		/* of who is not in the list any more it is as it was */
		waited = s->person.state == PERSON_LOBBY && s->person.site != 0;
		arrived |= p[i].state == PERSON_LOBBY && !waited;
		s->person = p[i];
		s->known = true;
		if (s->typed_ms == 0)
			s->typed_ms =
			    e->now_ms > TYPED_MS ? e->now_ms - TYPED_MS : 1;
		if (s->active_ms == 0)
			s->active_ms = e->now_ms;
		if (p[i].site == e->welcome.site)
			own_changed(e, &p[i]);
	}
	follow_people(e);
	act_bell(e, arrived);
}

/* The join box, or the waiting room. */
static void
outside(struct editor *e, const struct welcome *w)
{
	if (w->lobby) {
		if (lobby_enter(e) < 0)
			editor_say(e, TOAST_ERROR,
			    "There is no memory for the practice pad");
		return;
	}
	lobby_leave(e);
	if (e->panel != PANEL_JOIN)
		memcpy(e->name, w->name, sizeof(e->name));
	e->panel = PANEL_JOIN;
	e->hint[0] = '\0'; /* what was asked before is forgotten */
}

static void
inside(struct editor *e, const struct welcome *w)
{
	bool waited = e->lobby;

	lobby_leave(e);
	if (waited)
		editor_say(e, TOAST_JOIN, "You are in the room now");
	if (e->panel == PANEL_WAIT || e->panel == PANEL_JOIN)
		e->panel = w->back && !w->ended ? PANEL_BACK : PANEL_NONE;
	talk_welcome(e, w);
}

void
editor_welcome(struct editor *e, const struct welcome *w)
{
	bool was_inside = e->joined;

	looks_welcome(e, w->looks);
	e->welcome = *w;
	e->joined = w->joined;
	e->online = true;
	e->focus.on = false; /* MSG_FOCUS follows if it is on */
	e->link_untold = e->link_ms != 0;
	if (w->joined)
		inside(e, w);
	else
		outside(e, w);
	if (w->lobby && was_inside)
		e->sent_back = true;
	if (w->ended)
		editor_say(
		    e, TOAST_ROOM, "The interview has ended - read-only");
	e->was_online = true;
}

void
editor_measures(struct editor *e, const struct measure *s, uint32_t n)
{
	struct seen *p;

	for (int i = 0; i <= SITE_MAX; i++)
		e->people[i].link_ms = e->people[i].share = 0;
	for (uint32_t i = 0; i < n; i++) {
		p = &e->people[s[i].site];
		p->link_ms = s[i].link_ms;
		p->share = s[i].share;
	}
}
