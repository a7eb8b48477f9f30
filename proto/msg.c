/*
 * msg.c - the coding of messages between a seat and the hub. One table says
 * which types exist, who may send them and how their fields go; encode and
 * decode of a type stand side by side and name the fields in the same order.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/authors.h"
#include "proto/err.h"
#include "proto/msg.h"
#include "proto/utf8.h"

/* --- fields --- */

/* A byte below LIMIT. */
static uint8_t
get_enum(struct buf_in *in, unsigned limit)
{
	uint8_t v = buf_get_u8(in);

	if (v >= limit)
		in->err = CS_EFORMAT;
	return v;
}

/* At most MAX bytes of UTF-8. */
static void
get_text(struct buf_in *in, size_t max, const uint8_t **text, uint32_t *len)
{
	size_t n;

	*text = buf_get_bytes(in, max, &n);
	*len = in->err == 0 ? (uint32_t)n : 0;
	if (in->err == 0 && !utf8_valid(*text, *len))
		in->err = CS_EUTF8;
}

static void
put_caret(const struct caret *c, struct buf *b)
{
	buf_put_u8(b, c->site);
	buf_put_u8(b, c->file);
	buf_put_u8(b, c->shown);
	buf_put_varint(b, c->anchor);
	buf_put_varint(b, c->head);
}

static void
get_caret(struct caret *c, struct buf_in *in)
{
	c->site = buf_get_u8(in);
	c->file = get_enum(in, FILE_MAX);
	c->shown = buf_get_bool(in);
	c->anchor = (size_t)buf_get_max(in, TEXT_MAX);
	c->head = (size_t)buf_get_max(in, TEXT_MAX);
}

/* A count of at most MAX things of at least SIZE bytes each. */
static uint32_t
get_count(struct buf_in *in, size_t max, size_t size)
{
	uint64_t n = buf_get_max(in, max);

	if (in->err == 0 && n > buf_left(in) / size)
		in->err = CS_EFORMAT;
	return in->err == 0 ? (uint32_t)n : 0;
}

/* --- seat to hub --- */

static void
put_hello(const struct msg *m, struct buf *b)
{
	buf_put_u16(b, m->version);
	buf_put_u8(b, m->kind);
	buf_put_u8(b, m->fresh);
	buf_put_varint(b, m->rev);
}

static void
get_hello(struct msg *m, struct buf_in *in)
{
	m->version = buf_get_u16(in);
	m->kind = get_enum(in, HELLO_REPLAY + 1);
	m->fresh = buf_get_bool(in);
	m->rev = buf_get_varint(in);
}

static void
put_join(const struct msg *m, struct buf *b)
{
	buf_put_str(b, m->name);
	buf_put_u8(b, m->consent);
}

static void
get_join(struct msg *m, struct buf_in *in)
{
	buf_get_str(in, m->name, sizeof(m->name));
	m->consent = buf_get_bool(in);
}

static void
put_edit(const struct msg *m, struct buf *b)
{
	const struct edit *e = &m->edit;

	buf_put_varint(b, e->base);
	buf_put_varint(b, e->cseq);
	buf_put_u8(b, e->file);
	buf_put_u8(b, e->flags);
	if (e->flags & EDIT_UNDO)
		buf_put_varint(b, e->undo_of);
	op_encode(&e->op, b);
}

static void
get_edit(struct msg *m, struct buf_in *in)
{
	struct edit *e = &m->edit;

	e->base = buf_get_varint(in);
	e->cseq = buf_get_varint32(in);
	e->file = get_enum(in, FILE_MAX);
	e->flags = get_enum(in, (EDIT_PASTE | EDIT_UNDO) + 1);
	e->undo_of = e->flags & EDIT_UNDO ? buf_get_varint32(in) : 0;
	op_decode(&e->op, in, OP_MAX_INSERT);
}

static void
put_own_caret(const struct msg *m, struct buf *b)
{
	buf_put_varint(b, m->rev);
	put_caret(&m->caret, b);
}

static void
get_own_caret(struct msg *m, struct buf_in *in)
{
	m->rev = buf_get_varint(in);
	get_caret(&m->caret, in);
}

static void
put_nothing(const struct msg *m, struct buf *b)
{
	(void)m;
	(void)b;
}

static void
get_nothing(struct msg *m, struct buf_in *in)
{
	(void)m;
	(void)in;
}

static void
put_rev(const struct msg *m, struct buf *b)
{
	buf_put_varint(b, m->rev);
}

static void
get_rev(struct msg *m, struct buf_in *in)
{
	m->rev = buf_get_varint(in);
}

static void
put_input(const struct msg *m, struct buf *b)
{
	buf_put_bytes(b, m->text, m->text_len);
	buf_put_u8(b, m->eof);
}

static void
get_input(struct msg *m, struct buf_in *in)
{
	get_text(in, JOB_INPUT_MAX, &m->text, &m->text_len);
	m->eof = buf_get_bool(in);
	if (in->err == 0 && !m->eof &&
	    (m->text_len == 0 || m->text[m->text_len - 1] != '\n'))
		in->err = CS_EFORMAT; /* only the last line may be cut */
}

static void
put_practice(const struct msg *m, struct buf *b)
{
	buf_put_u8(b, m->kind);
	put_input(m, b);
}

static void
get_practice(struct msg *m, struct buf_in *in)
{
	m->kind = get_enum(in, PRACTICE_INPUT + 1);
	if (m->kind == PRACTICE_INPUT) {
		get_input(m, in);
		return;
	}
	get_text(in, m->kind == PRACTICE_RUN ? PRACTICE_TEXT_MAX : 0, &m->text,
	    &m->text_len);
	m->eof = buf_get_bool(in);
}

static void
put_say(const struct msg *m, struct buf *b)
{
	buf_put_u8(b, m->scope);
	buf_put_bytes(b, m->text, m->text_len);
}

static void
get_say(struct msg *m, struct buf_in *in)
{
	m->scope = get_enum(in, SAY_NOTE + 1);
	get_text(in, SAY_MAX, &m->text, &m->text_len);
}

static void
put_act(const struct msg *m, struct buf *b)
{
	buf_put_u8(b, m->act.kind);
	buf_put_u8(b, m->act.site);
	buf_put_u8(b, m->act.minutes);
}

static void
get_act(struct msg *m, struct buf_in *in)
{
	m->act.kind = get_enum(in, ACTS);
	m->act.site = buf_get_u8(in);
	m->act.minutes = get_enum(in, FOCUS_MAX_MINUTES + 1);
}

static void
put_looks(const struct msg *m, struct buf *b)
{
	buf_put_varint(b, m->looks);
}

static uint64_t
get_valid_looks(struct buf_in *in)
{
	uint64_t looks = buf_get_varint(in);

	if (!looks_valid(looks))
		in->err = CS_EFORMAT;
	return looks;
}

static void
get_looks(struct msg *m, struct buf_in *in)
{
	m->looks = get_valid_looks(in);
}

static void
put_link(const struct msg *m, struct buf *b)
{
	buf_put_varint(b, m->link_ms);
}

static void
get_link(struct msg *m, struct buf_in *in)
{
	m->link_ms = (uint16_t)buf_get_max(in, LINK_MS_MAX);
}

/* --- hub to seat --- */

static void
put_welcome(const struct msg *m, struct buf *b)
{
	const struct welcome *w = &m->welcome;

	buf_put_u16(b, w->version);
	buf_put_u8(b, w->site);
	buf_put_u8(b, w->role);
	buf_put_u8(b, w->joined);
	buf_put_u8(b, w->writable);
	buf_put_u8(b, w->ended);
	buf_put_u8(b, w->back);
	buf_put_u8(b, w->lobby);
	buf_put_u8(b, w->frozen);
	buf_put_varint(b, w->rev);
	buf_put_varint(b, w->now_ms);
	buf_put_varint(b, w->started_ms);
	buf_put_varint(b, w->away_ms);
	buf_put_varint(b, w->paused_ms);
	buf_put_varint(b, w->ended_ms);
	buf_put_varint(b, w->minutes);
	buf_put_varint(b, w->retention_days);
	buf_put_varint(b, w->missed);
	buf_put_u8(b, w->copy);
	buf_put_str(b, w->room);
	buf_put_str(b, w->title);
	buf_put_str(b, w->language);
	buf_put_str(b, w->host);
	buf_put_str(b, w->label);
	buf_put_str(b, w->name);
	buf_put_str(b, w->rejoin);
	buf_put_str(b, w->thanks);
	run_limits_encode(&w->limits, b);
	buf_put_varint(b, w->looks);
	buf_put_u8(b, w->owns);
}

static void
get_welcome(struct msg *m, struct buf_in *in)
{
	struct welcome *w = &m->welcome;

	w->version = buf_get_u16(in);
	w->site = buf_get_u8(in);
	w->role = get_enum(in, ROLES);
	w->joined = buf_get_bool(in);
	w->writable = buf_get_bool(in);
	w->ended = buf_get_bool(in);
	w->back = buf_get_bool(in);
	w->lobby = buf_get_bool(in);
	w->frozen = buf_get_bool(in);
	w->rev = buf_get_varint(in);
	w->now_ms = buf_get_varint(in);
	w->started_ms = buf_get_varint(in);
	w->away_ms = buf_get_varint(in);
	w->paused_ms = buf_get_varint(in);
	w->ended_ms = buf_get_varint(in);
	w->minutes = buf_get_varint32(in);
	w->retention_days = buf_get_varint32(in);
	w->missed = buf_get_varint32(in);
	w->copy = buf_get_bool(in);
	buf_get_str(in, w->room, sizeof(w->room));
	buf_get_str(in, w->title, sizeof(w->title));
	buf_get_str(in, w->language, sizeof(w->language));
	buf_get_str(in, w->host, sizeof(w->host));
	buf_get_str(in, w->label, sizeof(w->label));
	buf_get_str(in, w->name, sizeof(w->name));
	buf_get_str(in, w->rejoin, sizeof(w->rejoin));
	buf_get_str(in, w->thanks, sizeof(w->thanks));
	run_limits_decode(&w->limits, in);
	w->looks = get_valid_looks(in);
	w->owns = buf_get_bool(in);
}

static void
put_load(const struct msg *m, struct buf *b)
{
	buf_put_varint(b, m->load.rev);
	buf_put_varint(b, m->load.until);
	buf_put_varint(b, m->load.cseq);
	buf_put_u8(b, m->load.files);
}

static void
get_load(struct msg *m, struct buf_in *in)
{
	m->load.rev = buf_get_varint(in);
	m->load.until = buf_get_varint(in);
	m->load.cseq = buf_get_varint32(in);
	m->load.files = get_enum(in, FILE_MAX + 1);
}

static void
put_doc(const struct msg *m, struct buf *b)
{
	buf_put_u8(b, m->file);
	buf_put_str(b, m->name);
	buf_put_bytes(b, m->text, m->text_len);
	buf_put_bytes(b, m->runs, m->runs_len);
}

static void
get_doc(struct msg *m, struct buf_in *in)
{
	size_t n;

	m->file = get_enum(in, FILE_MAX);
	buf_get_str(in, m->name, sizeof(m->name));
	get_text(in, TEXT_MAX, &m->text, &m->text_len);
	/* at worst each byte is a run of its own */
	m->runs = buf_get_bytes(in, 2 * TEXT_MAX, &n);
	m->runs_len = in->err == 0 ? (uint32_t)n : 0;
}

static void
put_chunk(const struct msg *m, struct buf *b)
{
	buf_put_bytes(b, m->text, m->text_len);
}

static void
get_chunk(struct msg *m, struct buf_in *in)
{
	size_t n;

	m->text = buf_get_bytes(in, CHUNK_MAX, &n);
	m->text_len = in->err == 0 ? (uint32_t)n : 0;
}

static void
put_carets(const struct msg *m, struct buf *b)
{
	buf_put_varint(b, m->rev);
	buf_put_varint(b, m->ncarets);
	for (uint32_t i = 0; i < m->ncarets; i++)
		put_caret(&m->carets[i], b);
}

static void
get_carets(struct msg *m, struct buf_in *in)
{
	uint32_t n;

	m->rev = buf_get_varint(in);
	n = get_count(in, SITE_MAX, 5);
	if (n == 0)
		return;
	if ((m->carets = calloc(n, sizeof(*m->carets))) == NULL) {
		in->err = CS_ENOMEM;
		return;
	}
	m->ncarets = n;
	for (uint32_t i = 0; i < n; i++)
		get_caret(&m->carets[i], in);
}

static void
put_people(const struct msg *m, struct buf *b)
{
	const struct person *p;

	buf_put_varint(b, m->npeople);
	for (uint32_t i = 0; i < m->npeople; i++) {
		p = &m->people[i];
		buf_put_u8(b, p->site);
		buf_put_u8(b, p->role);
		buf_put_u8(b, p->state);
		buf_put_u8(b, p->writable);
		buf_put_varint(b, p->since_ms);
		buf_put_str(b, p->label);
		buf_put_str(b, p->name);
	}
}

static void
get_people(struct msg *m, struct buf_in *in)
{
	uint32_t n = get_count(in, PEOPLE_MAX, 7);
	struct person *p;

	if (n == 0)
		return;
	if ((m->people = calloc(n, sizeof(*m->people))) == NULL) {
		in->err = CS_ENOMEM;
		return;
	}
	m->npeople = n;
	for (uint32_t i = 0; i < n; i++) {
		p = &m->people[i];
		p->site = buf_get_u8(in);
		p->role = get_enum(in, ROLES);
		p->state = get_enum(in, PERSON_LEFT + 1);
		p->writable = buf_get_bool(in);
		p->since_ms = buf_get_varint(in);
		buf_get_str(in, p->label, sizeof(p->label));
		buf_get_str(in, p->name, sizeof(p->name));
	}
}

static void
put_output(const struct msg *m, struct buf *b)
{
	const struct output *o = &m->output;

	buf_put_varint(b, o->run);
	buf_put_u8(b, o->state);
	buf_put_u8(b, o->site);
	buf_put_varint(b, o->started_ms);
	if (o->state == RUN_ENDED) {
		run_result_encode(&o->result, b);
		buf_put_u8(b, o->stopped_by);
	}
	buf_put_bytes(b, o->text, o->text_len);
	buf_put_u8(b, o->cut);
	buf_put_u8(b, o->edited);
}

static void
get_output(struct msg *m, struct buf_in *in)
{
	struct output *o = &m->output;

	memset(o, 0, sizeof(*o));
	o->run = buf_get_varint32(in);
	o->state = get_enum(in, RUN_ENDED + 1);
	o->site = buf_get_u8(in);
	o->started_ms = buf_get_varint(in);
	if (o->state == RUN_ENDED) {
		run_result_decode(&o->result, in);
		o->stopped_by = buf_get_u8(in);
	}
	get_text(in, RECORD_TEXT_MAX, &o->text, &o->text_len);
	o->cut = buf_get_bool(in);
	o->edited = buf_get_bool(in);
}

static void
put_practiced(const struct msg *m, struct buf *b)
{
	buf_put_u8(b, m->fresh);
	buf_put_u8(b, m->keyboard.waiting);
	put_output(m, b);
}

static void
get_practiced(struct msg *m, struct buf_in *in)
{
	m->fresh = buf_get_bool(in);
	m->keyboard.waiting = buf_get_bool(in);
	get_output(m, in);
}

static void
put_notice(const struct msg *m, struct buf *b)
{
	buf_put_u8(b, m->severity);
	buf_put_bytes(b, m->text, m->text_len);
}

static void
get_notice(struct msg *m, struct buf_in *in)
{
	m->severity = get_enum(in, NOTICE_ERROR + 1);
	get_text(in, MSG_TEXT_MAX, &m->text, &m->text_len);
}

static void
put_bye(const struct msg *m, struct buf *b)
{
	buf_put_u8(b, m->reason);
	buf_put_bytes(b, m->text, m->text_len);
}

static void
get_bye(struct msg *m, struct buf_in *in)
{
	m->reason = get_enum(in, BYE_GONE + 1);
	get_text(in, MSG_TEXT_MAX, &m->text, &m->text_len);
}

static void
put_keyboard(const struct msg *m, struct buf *b)
{
	buf_put_varint(b, m->keyboard.run);
	buf_put_u8(b, m->keyboard.waiting);
	buf_put_u8(b, m->keyboard.site);
	buf_put_varint(b, m->keyboard.since_ms);
}

static void
get_keyboard(struct msg *m, struct buf_in *in)
{
	m->keyboard.run = buf_get_varint32(in);
	m->keyboard.waiting = buf_get_bool(in);
	m->keyboard.site = buf_get_u8(in);
	m->keyboard.since_ms = buf_get_varint(in);
}

static void
put_said(const struct msg *m, struct buf *b)
{
	buf_put_varint(b, m->said.rev);
	buf_put_varint(b, m->said.at_ms);
	buf_put_u8(b, m->said.site);
	buf_put_u8(b, m->said.scope);
	buf_put_bytes(b, m->text, m->text_len);
}

static void
get_said(struct msg *m, struct buf_in *in)
{
	m->said.rev = buf_get_varint(in);
	m->said.at_ms = buf_get_varint(in);
	m->said.site = buf_get_u8(in);
	m->said.scope = get_enum(in, SAY_NOTE + 1);
	get_text(in, SAY_MAX, &m->text, &m->text_len);
}

static void
put_focus(const struct msg *m, struct buf *b)
{
	buf_put_u8(b, m->focus.on);
	buf_put_u8(b, m->focus.site);
	buf_put_varint(b, m->focus.until_ms);
}

static void
get_focus(struct msg *m, struct buf_in *in)
{
	m->focus.on = buf_get_bool(in);
	m->focus.site = buf_get_u8(in);
	m->focus.until_ms = buf_get_varint(in);
}

static void
put_timer(const struct msg *m, struct buf *b)
{
	const struct timer *t = &m->timer;

	buf_put_varint(b, t->started_ms);
	buf_put_varint(b, t->paused_ms);
	buf_put_varint(b, t->since_ms);
	buf_put_varint(b, t->minutes);
	buf_put_u8(b, t->site);
	buf_put_u8(b, t->lost);
}

static void
get_timer(struct msg *m, struct buf_in *in)
{
	struct timer *t = &m->timer;

	t->started_ms = buf_get_varint(in);
	t->paused_ms = buf_get_varint(in);
	t->since_ms = buf_get_varint(in);
	t->minutes = buf_get_varint32(in);
	t->site = buf_get_u8(in);
	t->lost = buf_get_bool(in);
}

static void
put_tallies(const struct msg *m, struct buf *b)
{
	const struct tally *t;

	buf_put_varint(b, m->ntallies);
	for (uint32_t i = 0; i < m->ntallies; i++) {
		t = &m->tallies[i];
		buf_put_u8(b, t->site);
		buf_put_varint(b, t->typed);
		buf_put_varint(b, t->pasted);
		buf_put_varint(b, t->runs);
		buf_put_varint(b, t->pastes);
		buf_put_varint(b, t->away_ms);
	}
}

static void
get_tallies(struct msg *m, struct buf_in *in)
{
	uint32_t n = get_count(in, SITE_MAX, 6);
	struct tally *t;

	if (n == 0)
		return;
	if ((m->tallies = calloc(n, sizeof(*m->tallies))) == NULL) {
		in->err = CS_ENOMEM;
		return;
	}
	m->ntallies = n;
	for (uint32_t i = 0; i < n; i++) {
		t = &m->tallies[i];
		t->site = buf_get_u8(in);
		t->typed = buf_get_varint32(in);
		t->pasted = buf_get_varint32(in);
		t->runs = buf_get_varint32(in);
		t->pastes = buf_get_varint32(in);
		t->away_ms = buf_get_varint(in);
	}
}

static void
put_summary(const struct msg *m, struct buf *b)
{
	const struct summary *s = &m->summary;

	buf_put_varint(b, s->duration_ms);
	buf_put_varint(b, s->paused_ms);
	buf_put_varint(b, s->runs);
	for (int i = 0; i < VERDICTS; i++)
		buf_put_varint(b, s->verdicts[i]);
	buf_put_varint(b, s->first_run_ms);
	buf_put_varint(b, s->first_ok_ms);
	buf_put_varint(b, s->pastes);
	buf_put_varint(b, s->paste_max);
	buf_put_u8(b, s->paste_site);
	buf_put_varint(b, s->paste_ms);
	buf_put_varint(b, s->chats);
	buf_put_varint(b, s->notes);
	buf_put_raw(b, s->bars, SUMMARY_BARS);
	put_tallies(m, b);
}

static void
get_summary(struct msg *m, struct buf_in *in)
{
	struct summary *s = &m->summary;

	s->duration_ms = buf_get_varint(in);
	s->paused_ms = buf_get_varint(in);
	s->runs = buf_get_varint32(in);
	for (int i = 0; i < VERDICTS; i++)
		s->verdicts[i] = buf_get_varint32(in);
	s->first_run_ms = buf_get_varint(in);
	s->first_ok_ms = buf_get_varint(in);
	s->pastes = buf_get_varint32(in);
	s->paste_max = buf_get_varint32(in);
	s->paste_site = buf_get_u8(in);
	s->paste_ms = buf_get_varint(in);
	s->chats = buf_get_varint32(in);
	s->notes = buf_get_varint32(in);
	for (int i = 0; i < SUMMARY_BARS; i++)
		s->bars[i] = get_enum(in, SUMMARY_BAR_MAX + 1);
	get_tallies(m, in);
}

static void
put_measures(const struct msg *m, struct buf *b)
{
	const struct measure *s;

	buf_put_varint(b, m->nmeasures);
	for (uint32_t i = 0; i < m->nmeasures; i++) {
		s = &m->measures[i];
		buf_put_u8(b, s->site);
		buf_put_varint(b, s->link_ms);
		buf_put_u8(b, s->share);
	}
}

static void
get_measures(struct msg *m, struct buf_in *in)
{
	uint32_t n = get_count(in, SITE_MAX, 3);
	struct measure *s;

	if (n == 0)
		return;
	if ((m->measures = calloc(n, sizeof(*m->measures))) == NULL) {
		in->err = CS_ENOMEM;
		return;
	}
	m->nmeasures = n;
	for (uint32_t i = 0; i < n; i++) {
		s = &m->measures[i];
		s->site = buf_get_u8(in);
		s->link_ms = (uint16_t)buf_get_max(in, LINK_MS_MAX);
		s->share = get_enum(in, 100 + 2);
	}
}

/* --- the table --- */

static void
put_line(const struct msg *m, struct buf *b)
{
	buf_put_bytes(b, m->text, m->text_len);
}

static void
get_line(struct msg *m, struct buf_in *in)
{
	get_text(in, MSG_TEXT_MAX, &m->text, &m->text_len);
}

enum { UP = 1, DOWN = 2 };

static const struct coding {
	uint8_t type, ways;
	void (*put)(const struct msg *m, struct buf *b);
	void (*get)(struct msg *m, struct buf_in *in);
} codings[] = {
	{ MSG_HELLO, UP, put_hello, get_hello },
	{ MSG_JOIN, UP, put_join, get_join },
	{ MSG_EDIT, UP, put_edit, get_edit },
	{ MSG_CARET, UP, put_own_caret, get_own_caret },
	{ MSG_RUN, UP, put_nothing, get_nothing },
	{ MSG_STOP, UP, put_nothing, get_nothing },
	{ MSG_LEAVE, UP, put_nothing, get_nothing },
	{ MSG_PING, UP, put_rev, get_rev },
	{ MSG_INPUT, UP, put_input, get_input },
	{ MSG_TAKE, UP, put_nothing, get_nothing },
	{ MSG_SAY, UP, put_say, get_say },
	{ MSG_ACT, UP, put_act, get_act },
	{ MSG_POINT, UP, put_own_caret, get_own_caret },
	{ MSG_LOOKS, UP, put_looks, get_looks },
	{ MSG_REPLAY, UP, put_nothing, get_nothing },
	{ MSG_PRACTICE, UP, put_practice, get_practice },
	{ MSG_LINK, UP, put_link, get_link },
	{ MSG_WELCOME, DOWN, put_welcome, get_welcome },
	{ MSG_LOAD, DOWN, put_load, get_load },
	{ MSG_DOC, DOWN, put_doc, get_doc },
	{ MSG_CHUNK, DOWN, put_chunk, get_chunk },
	{ MSG_CARETS, DOWN, put_carets, get_carets },
	{ MSG_PEOPLE, DOWN, put_people, get_people },
	{ MSG_OUTPUT, DOWN, put_output, get_output },
	{ MSG_NOTICE, DOWN, put_notice, get_notice },
	{ MSG_BYE, DOWN, put_bye, get_bye },
	{ MSG_PONG, DOWN, put_rev, get_rev },
	{ MSG_KEYBOARD, DOWN, put_keyboard, get_keyboard },
	{ MSG_SAID, DOWN, put_said, get_said },
	{ MSG_FOCUS, DOWN, put_focus, get_focus },
	{ MSG_POINTED, DOWN, put_own_caret, get_own_caret },
	{ MSG_TIMER, DOWN, put_timer, get_timer },
	{ MSG_SUMMARY, DOWN, put_summary, get_summary },
	{ MSG_TICKET, DOWN, put_line, get_line },
	{ MSG_HEAD, DOWN, put_line, get_line },
	{ MSG_PRACTICED, DOWN, put_practiced, get_practiced },
	{ MSG_MEASURES, DOWN, put_measures, get_measures },
};

static const struct coding *
coding_of(uint8_t type)
{
	for (size_t i = 0; i < sizeof(codings) / sizeof(codings[0]); i++)
		if (codings[i].type == type)
			return &codings[i];
	return NULL;
}

void
msg_init(struct msg *m)
{
	memset(m, 0, sizeof(*m));
	op_init(&m->edit.op);
}

static void
drop_lists(struct msg *m)
{
	free(m->people);
	free(m->carets);
	free(m->tallies);
	free(m->measures);
	m->people = NULL;
	m->carets = NULL;
	m->tallies = NULL;
	m->measures = NULL;
	m->npeople = m->ncarets = m->ntallies = m->nmeasures = 0;
}

void
msg_release(struct msg *m)
{
	drop_lists(m);
	op_release(&m->edit.op);
}

void
msg_encode(const struct msg *m, struct buf *b)
{
	const struct coding *c = coding_of(m->type);

	if (c == NULL) {
		b->err = CS_EFORMAT;
		return;
	}
	buf_put_u8(b, m->type);
	c->put(m, b);
}

int
msg_decode(struct msg *m, const void *bytes, size_t len, bool up)
{
	const struct coding *c;
	struct buf_in in;

	drop_lists(m);
	if (len > (up ? MSG_MAX_UP : MSG_MAX))
		return CS_ETOOBIG;
	buf_in_init(&in, bytes, len);
	m->type = buf_get_u8(&in);
	c = coding_of(m->type);
	if (in.err != 0 || c == NULL || !(c->ways & (up ? UP : DOWN)))
		return CS_EFORMAT;
	c->get(m, &in);
	return buf_get_end(&in);
}

/* --- documents --- */

void
msg_encode_doc(
    struct buf *b, uint8_t file, const char *name, const struct text *t)
{
	size_t len = text_len(t), n;
	const uint8_t *span;
	struct buf runs;

	buf_put_u8(b, MSG_DOC);
	buf_put_u8(b, file);
	buf_put_str(b, name);
	buf_put_varint(b, len);
	for (size_t pos = 0; pos < len; pos += n) {
		span = text_span(t, pos, &n);
		buf_put_raw(b, span, n);
	}
	buf_init(&runs, 2 * TEXT_MAX);
	authors_put_text(&runs, t);
	buf_put_bytes(b, runs.data, runs.len);
	if (runs.err != 0)
		b->err = runs.err;
	buf_release(&runs);
}

int
msg_doc_sites(const struct msg *m, uint8_t *dst, size_t len)
{
	struct buf_in in;

	buf_in_init(&in, m->runs, m->runs_len);
	authors_get(&in, dst, len);
	return buf_get_end(&in) != 0 ? CS_EFORMAT : 0;
}
