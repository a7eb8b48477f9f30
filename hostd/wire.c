/*
 * wire.c - what is sent to a seat. A seat is blocked from the first CS_EAGAIN
 * until its link has room again; then it goes on where it was: with its todo
 * bits, its few queued lines, and the chunks after sent_rev.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/act.h"
#include "hostd/jobs.h"
#include "hostd/purge.h"
#include "hostd/practice.h"
#include "hostd/measure.h"
#include "hostd/said.h"
#include "hostd/timer.h"
#include "hostd/user.h"
#include "hostd/wire.h"
#include "proto/err.h"
#include "proto/sys/util.h"

#define LINES_MAX 16       /* NOTICEs and PONGs that wait */
#define CHUNKS_PER_TURN 32 /* from the store, for one seat */

void
waiting_clear(struct seat *s)
{
	struct waiting *w;

	while ((w = s->first) != NULL) {
		s->first = w->next;
		buf_release(&w->bytes);
		free(w);
	}
	s->last = &s->first;
	s->nlines = 0;
}

void
seat_bye(struct seat *s, enum bye_reason reason, const char *text)
{
	if (s->closing)
		return;
	s->closing = true;
	s->closing_ms = loop_now_ms();
	s->bye = reason;
	s->finished = reason != BYE_RETRY && reason != BYE_REFUSED;
	snprintf(s->bye_text, sizeof(s->bye_text), "%s", text);
	s->todo = TODO_BYE;
	waiting_clear(s);
}

/* Hand BODY to the link; what can not be sent now is tried again later. */
static int
seat_send(struct seat *s, const void *body, size_t len)
{
	int r = link_send(s->link, body, len);

	if (r < 0)
		s->blocked = true; /* or gone: its event will say so */
	return r;
}

static int
send_msg(struct seat *s, const struct msg *m)
{
	struct buf b;
	int r;

	buf_init(&b, MSG_MAX);
	msg_encode(m, &b);
	r = b.err != 0 ? b.err : seat_send(s, b.data, b.len);
	buf_release(&b);
	return r;
}

/* Let a message wait for its turn; B is taken. */
static void
seat_wait(struct seat *s, struct buf *b)
{
	struct waiting *w;

	if (b->err != 0) {
		buf_release(b);
		return;
	}
	w = xcalloc(1, sizeof(*w));
	w->bytes = *b;
	*s->last = w;
	s->last = &w->next;
}

/* The same for small ones; those that come too thick are dropped. */
void
seat_line(struct seat *s, const struct msg *m)
{
	struct buf b;

	if (s->closing || s->nlines >= LINES_MAX)
		return;
	s->nlines++;
	buf_init(&b, MSG_MAX);
	msg_encode(m, &b);
	seat_wait(s, &b);
}

void
seat_notice(struct seat *s, enum notice severity, const char *text)
{
	struct msg m;

	msg_init(&m);
	m.type = MSG_NOTICE;
	m.severity = (uint8_t)severity;
	m.text = (const uint8_t *)text;
	m.text_len = (uint32_t)strlen(text);
	seat_line(s, &m);
	msg_release(&m);
}

bool
seat_is_shut(const struct seat *s)
{
	return s->room->focus != NULL &&
	       (s->member == NULL || s->member->row.role != ROLE_CANDIDATE);
}

/* How far S may see the log now. */
static uint64_t
seat_horizon(const struct seat *s)
{
	return seat_is_shut(s) ? s->room->row.focus_rev : s->room->kept_rev;
}

/* Who has not joined learns what a box says, and nothing that moves. */
static void
welcome_room(struct welcome *w, const struct seat *s)
{
	const struct room *room = s->room;
	const struct hub *h = s->hub;

	w->version = PROTO_VERSION;
	w->ended = room->row.ended_ms != 0;
	w->now_ms = loop_wall_ms();
	if (s->joined) {
		w->rev = seat_horizon(s);
		w->started_ms = room->row.started_ms;
		w->frozen = room->row.frozen;
		w->ended_ms = room->row.ended_ms;
		w->copy = room->row.copy;
		if (h->conf.thanks != NULL)
			snprintf(
			    w->thanks, sizeof(w->thanks), "%s", h->conf.thanks);
	}
	w->minutes = room->row.minutes;
	w->retention_days = room->row.retention_days;
	w->limits = h->conf.limits;
	if (s->lobby)
		run_limits_practice(&w->limits);
	snprintf(w->room, sizeof(w->room), "%s", room->row.id);
	snprintf(w->title, sizeof(w->title), "%s", room->row.title);
	snprintf(w->language, sizeof(w->language), "%s", room->row.language);
	snprintf(w->host, sizeof(w->host), "%s", room->row.owner);
}

/* What has been while M was away. */
static void
welcome_back(struct welcome *w, const struct room *room, const struct member *m)
{
	uint64_t paused_ms = timer_paused_ms(room);

	w->away_ms = w->now_ms - m->left_ms;
	if (paused_ms > m->paused_ms)
		w->paused_ms = paused_ms - m->paused_ms;
	w->missed = m->missed;
}

/* What leads back: with a code, or by an account's key. Nothing, for who came
 * in by the host's own command. */
static void
rejoin_command(const struct seat *s, char *dst, size_t size)
{
	const struct seat_row *row = &s->member->row;
	const struct hub *h = s->hub;
	struct user_row u = { .name = "" };

	if (row->label[0] == '@' || h->port == 0)
		return;
	if (row->user == 0 || store_user_by_key(h->store, row->user, &u) < 0)
		u.name[0] = '\0';
	snprintf(dst, size, "ssh -p %u %s%s%s@%.80s", h->port, u.name,
	    u.name[0] != '\0' ? "+" : "", s->room_id, h->host);
}

static int
send_welcome(struct seat *s)
{
	const struct member *mb = s->member;
	struct welcome *w;
	struct msg m;
	int r;

	msg_init(&m);
	m.type = MSG_WELCOME;
	w = &m.welcome;
	welcome_room(w, s);
	w->joined = s->joined;
	w->lobby = s->lobby;
	if (mb != NULL) {
		w->site = s->site;
		w->role = mb->row.role;
		w->looks = act_looks(s->hub, mb);
		w->owns = s->joined && purge_may(s->room, mb, NULL);
		w->back = s->back;
		w->writable = s->joined && room_may_write(s->room, mb);
		if (s->back && mb->left_ms != 0 && w->now_ms > mb->left_ms)
			welcome_back(w, s->room, mb);
		snprintf(w->label, sizeof(w->label), "%s", mb->row.label);
		snprintf(w->name, sizeof(w->name), "%s", mb->row.name);
		rejoin_command(s, w->rejoin, sizeof(w->rejoin));
	}
	r = send_msg(s, &m);
	msg_release(&m);
	return r;
}

static uint8_t
person_state(const struct member *m)
{
	static const uint8_t states[] = { [SEAT_NEW] = PERSON_LEFT,
		[SEAT_HERE] = PERSON_HERE,
		[SEAT_AWAY] = PERSON_AWAY,
		[SEAT_LEFT] = PERSON_LEFT,
		[SEAT_KICKED] = PERSON_LEFT,
		[SEAT_WAITS] = PERSON_LOBBY };

	return states[m->row.state];
}

/* Is a candidate, who is OWN, told of MB? Of who is outside, for whatever reason,
 * it is not; nor of who was removed before it came. */
static bool
candidate_knows(const struct member *own, const struct member *mb)
{
	if (mb->row.state == SEAT_KICKED)
		return mb->row.from_rev > own->row.from_rev;
	return mb->row.admitted;
}

/* Is S told of MB? Who works by command is never here, but what it did wants a
 * name. Who waits is of interest for who may let in; and who waits sees who is
 * in the room. */
static bool
is_told_of(const struct seat *s, const struct member *mb)
{
	const struct member *own = s->member;

	if (mb == own)
		return true;
	if (s->lobby)
		return mb->row.state == SEAT_HERE;
	if (mb->row.state == SEAT_NEW)
		return mb->row.label[0] == '@';
	return own == NULL || own->row.role != ROLE_CANDIDATE ||
	       candidate_knows(own, mb);
}

static void
fill_person(const struct seat *s, const struct member *mb, struct person *p)
{
	p->site = mb->row.site;
	p->role = mb->row.role;
	p->state = person_state(mb);
	p->writable = !s->lobby && room_may_write(s->room, mb);
	p->since_ms = mb->row.state == SEAT_WAITS ? mb->row.since_ms : 0;
	memcpy(p->label, mb->row.label, sizeof(p->label));
	memcpy(p->name, mb->row.name, sizeof(p->name));
}

static int
send_people(struct seat *s)
{
	const struct room *room = s->room;
	const struct member *mb;
	struct msg m;
	int r;

	msg_init(&m);
	m.type = MSG_PEOPLE;
	m.people = xcalloc(room->last_site + 1u, sizeof(*m.people));
	for (unsigned i = 1; i <= room->last_site; i++) {
		mb = room->members[i];
		if (mb != NULL && is_told_of(s, mb))
			fill_person(s, mb, &m.people[m.npeople++]);
	}
	r = send_msg(s, &m);
	msg_release(&m);
	return r;
}

static int
send_carets(struct seat *s)
{
	const struct room *room = s->room;
	const struct member *mb;
	struct msg m;
	int r;

	msg_init(&m);
	m.type = MSG_CARETS;
	m.rev = room->kept_rev;
	m.carets = xcalloc(room->last_site + 1u, sizeof(*m.carets));
	for (unsigned i = 1; i <= room->last_site; i++) {
		mb = room->members[i];
		if (mb != NULL &&
		    (i == s->site ? s->place && mb->placed : mb->caret.shown))
			m.carets[m.ncarets++] = mb->caret;
	}
	r = send_msg(s, &m);
	if (r == 0)
		s->place = false;
	msg_release(&m);
	return r;
}

/* What has been pointed at since S was told, as long as it is news. */
static int
send_points(struct seat *s)
{
	struct room *room = s->room;
	uint64_t now_ms = loop_now_ms();
	const struct member *mb;
	struct msg m;
	int r = 0;

	msg_init(&m);
	m.type = MSG_POINTED;
	m.rev = room->kept_rev;
	for (unsigned i = 1; i <= room->last_site && r == 0; i++) {
		mb = room->members[i];
		if (mb == NULL || i == s->site ||
		    mb->point_no <= s->told_points ||
		    now_ms - mb->pointed_ms > POINT_MS)
			continue;
		m.caret = mb->point;
		r = send_msg(s, &m);
	}
	if (r == 0)
		s->told_points = room->points;
	msg_release(&m);
	return r;
}

/* The documents that S may see. */
static const struct order *
seat_documents(const struct seat *s)
{
	return seat_is_shut(s) ? s->room->focus : s->room->order;
}

/* The revision before which the log is not for S: who prepares a room may write
 * there what a candidate shall not read. */
static uint64_t
seat_beginning(const struct seat *s)
{
	return s->member != NULL && s->member->row.role == ROLE_CANDIDATE
		   ? s->member->row.from_rev
		   : 0;
}

/* The documents of some time before REV, but not from before S's beginning. */
static int
seat_past(const struct seat *s, uint64_t rev, struct order **out)
{
	uint64_t from = seat_beginning(s);
	int r = room_past(s->room,
	    rev > ROOM_SNAPSHOT_RECORDS ? rev - ROOM_SNAPSHOT_RECORDS : 0, out);

	if (r < 0 || order_rev(*out) >= from)
		return r;
	order_free(*out);
	*out = NULL;
	return room_fold(s->room, from, UINT64_MAX, out);
}

/* O's documents into the queue, to go on from there. */
static void
queue_docs(struct seat *s, const struct order *o)
{
	struct buf b;
	struct msg m;

	msg_init(&m);
	m.type = MSG_LOAD;
	m.load.rev = order_rev(o);
	m.load.until = order_rev(seat_documents(s));
	m.load.cseq = order_cseq(o, s->site);
	m.load.files = (uint8_t)order_file_count(o);
	buf_init(&b, MSG_MAX);
	msg_encode(&m, &b);
	seat_wait(s, &b);
	msg_release(&m);
	for (unsigned f = 0; f < order_file_count(o); f++) {
		buf_init(&b, MSG_MAX);
		msg_encode_doc(
		    &b, (uint8_t)f, order_file_name(o, f), order_text(o, f));
		seat_wait(s, &b);
	}
	s->sent_rev = order_rev(o);
}

/* Who is new gets the documents as they are. Who has written before gets them
 * as they were some time ago and relives what followed, for its undo. */
static int
queue_load(struct seat *s)
{
	struct room *room = s->room;
	const struct order *now = seat_documents(s);
	struct order *past = NULL;
	uint64_t rev = order_rev(now);
	int r = 0;

	if (order_cseq(now, s->site) > 0 && !s->member->no_past)
		r = seat_past(s, rev, &past);
	if (r == 0)
		r = order_attach(room->order, s->site, rev);
	if (r < 0) {
		order_free(past);
		seat_bye(s, BYE_RETRY, "The host cannot read its store.");
		return r;
	}
	queue_docs(s, past != NULL ? past : now);
	order_free(past);
	s->place = true;
	s->todo |= TODO_STREAM | TODO_OUTPUT | TODO_CARETS;
	return 0;
}

/* What was run before S's beginning is as little for it as what was written. */
static int
send_output(struct seat *s)
{
	struct last_run *run = &s->room->run;
	struct msg m;
	int r;

	if (run->o.run == 0 || run->rev < seat_beginning(s))
		return 0;
	msg_init(&m);
	m.type = MSG_OUTPUT;
	m.output = run->o;
	m.output.text = run->text.data;
	m.output.text_len = (uint32_t)run->text.len;
	r = send_msg(s, &m);
	msg_release(&m);
	return r;
}

static int
send_keyboard(struct seat *s)
{
	struct msg m;
	int r;

	msg_init(&m);
	m.type = MSG_KEYBOARD;
	r = jobs_keyboard(s->room, &m.keyboard) ? send_msg(s, &m) : 0;
	msg_release(&m);
	return r;
}

static int
send_focus(struct seat *s)
{
	const struct room_row *row = &s->room->row;
	struct msg m;
	int r;

	msg_init(&m);
	m.type = MSG_FOCUS;
	m.focus.on = s->room->focus != NULL;
	m.focus.site = row->focus_site;
	m.focus.until_ms = row->focus_until_ms;
	r = send_msg(s, &m);
	msg_release(&m);
	return r;
}

static int
send_timer(struct seat *s)
{
	struct msg m;
	int r;

	msg_init(&m);
	m.type = MSG_TIMER;
	timer_get(s->room, &m.timer);
	r = send_msg(s, &m);
	msg_release(&m);
	return r;
}

/* How much who has typed is the staff's alone to know. That there is nothing to
 * tell any more is told once. */
static int
send_measures(struct seat *s)
{
	bool staff = s->member->row.role == ROLE_INTERVIEWER;
	struct msg m;
	int r;

	msg_init(&m);
	m.type = MSG_MEASURES;
	m.measures = xcalloc(SITE_MAX, sizeof(*m.measures));
	m.nmeasures = measure_list(s->room, staff, m.measures);
	r = m.nmeasures > 0 || s->measured ? send_msg(s, &m) : 0;
	if (r == 0)
		s->measured = m.nmeasures > 0;
	msg_release(&m);
	return r;
}

static int
send_summary(struct seat *s)
{
	const struct buf *b = &s->room->summary.bytes;

	return b->len > 0 ? seat_send(s, b->data, b->len) : 0;
}

static int
send_head(struct seat *s)
{
	const char *head = s->room->end_head;
	struct msg m;
	int r;

	msg_init(&m);
	m.type = MSG_HEAD;
	m.text = (const uint8_t *)head;
	m.text_len = (uint32_t)strlen(head);
	r = head[0] != '\0' ? send_msg(s, &m) : 0;
	msg_release(&m);
	return r;
}

/* What was said that S may see. It goes before the records in whose place it
 * stands: who has seen those, and comes back, has it, too. */
static int
send_said(struct seat *s)
{
	uint64_t rev = s->said_rev;
	struct buf b;
	int r;

	buf_init(&b, MSG_MAX);
	while ((r = said_next(s->room, s->member, &rev, &b)) == 1) {
		if ((r = b.err) < 0 || (r = seat_send(s, b.data, b.len)) < 0)
			break;
		s->said_rev = rev;
		buf_clear(&b);
	}
	buf_release(&b);
	if (r == 0)
		s->said_rev = rev;
	else if (r != CS_EAGAIN && r != CS_ECLOSED)
		seat_bye(s, BYE_RETRY, "The host cannot read its store.");
	return r;
}

static int
send_practice(struct seat *s)
{
	struct msg m;
	int r = 0;

	msg_init(&m);
	while (s->lobby && r == 0 && practice_next(s, &m))
		if ((r = send_msg(s, &m)) == 0)
			practice_sent(s);
	msg_release(&m);
	return r;
}

static int
send_waiting(struct seat *s)
{
	struct waiting *w;
	int r;

	while ((w = s->first) != NULL) {
		if ((r = seat_send(s, w->bytes.data, w->bytes.len)) < 0)
			return r;
		if ((s->first = w->next) == NULL)
			s->last = &s->first;
		buf_release(&w->bytes);
		free(w);
	}
	s->nlines = 0;
	return 0;
}

static void
encode_chunk(const struct buf *chunk, struct buf *out)
{
	struct msg m;

	msg_init(&m);
	m.type = MSG_CHUNK;
	m.text = chunk->data;
	m.text_len = (uint32_t)chunk->len;
	msg_encode(&m, out);
	msg_release(&m);
}

/* The chunk after sent_rev from this turn's, if it is among them. */
static struct fresh *
fresh_next(const struct seat *s)
{
	struct fresh *f = s->room->fresh;

	for (size_t i = 0; i < s->room->nfresh; i++, f++)
		if (s->sent_rev + 1 >= f->first_rev &&
		    s->sent_rev + 1 < f->first_rev + f->count)
			return f;
	return NULL;
}

/* What of CHUNK is after AFTER, up to UNTIL, and without what was said if HIDE
 * says so, as a message. */
static int
encode_veiled(struct room *room, const struct buf *chunk, uint64_t after,
    uint64_t until, bool hide, struct buf *out)
{
	struct buf b;
	int r;

	buf_init(&b, CHUNK_MAX);
	if ((r = said_veil(room, chunk, after, until, hide, &b)) == 0) {
		encode_chunk(&b, out);
		r = out->err;
	}
	buf_release(&b);
	return r;
}

/* Only the staff's watchers get chat and notes as they are in the log. */
static bool
sees_lines(const struct seat *s)
{
	return s->site == 0 && s->staff;
}

static int
send_fresh(struct seat *s, struct fresh *f)
{
	bool hide = f->veiled && !sees_lines(s);
	struct buf *msg = hide ? &f->veiled_msg : &f->msg;
	int r = 0;

	if (msg->len == 0) { /* once for all seats */
		if (hide)
			r = encode_veiled(
			    s->room, &f->bytes, 0, UINT64_MAX, true, msg);
		else
			encode_chunk(&f->bytes, msg);
	}
	if (r == 0)
		r = msg->err != 0 ? msg->err
				  : seat_send(s, msg->data, msg->len);
	if (r == 0)
		s->sent_rev = f->first_rev + f->count - 1;
	return r;
}

static int
send_stored(struct seat *s)
{
	uint64_t first, last = 0, until = seat_horizon(s);
	uint64_t from = seat_beginning(s);
	struct buf chunk, b;
	uint32_t count;
	bool hide;
	int r;

	buf_init(&chunk, CHUNK_MAX);
	buf_init(&b, MSG_MAX);
	r = store_chunk_get(s->hub->store, s->room_key, s->sent_rev + 1, &first,
	    &count, &chunk);
	if (r == 0) {
		last = first + count - 1;
		hide = !sees_lines(s) && said_within(s->room, first, count);
		if (hide || last > until || first < from)
			r = encode_veiled(s->room, &chunk,
			    first < from ? from : 0, until, hide, &b);
		else
			encode_chunk(&chunk, &b);
	}
	if (r == 0) {
		r = b.err != 0 ? b.err : seat_send(s, b.data, b.len);
	} else {
		/* next time without the past: undo is lost, the seat is not */
		if (s->member != NULL)
			s->member->no_past = true;
		seat_bye(s, BYE_RETRY, "The host cannot read its store.");
	}
	if (r == 0)
		s->sent_rev = last < until ? last : until;
	buf_release(&chunk);
	buf_release(&b);
	return r;
}

static int
send_stream(struct seat *s)
{
	struct fresh *f;
	int r, stored = 0;

	while (s->sent_rev < seat_horizon(s)) {
		if ((f = fresh_next(s)) != NULL) {
			r = send_fresh(s, f);
		} else if (stored++ == CHUNKS_PER_TURN) {
			loop_timer_start(s->hub->again, 0);
			return CS_EAGAIN;
		} else {
			r = send_stored(s);
		}
		if (r < 0)
			return r;
	}
	return 0;
}

static int
send_bye(struct seat *s)
{
	struct msg m;
	int r;

	msg_init(&m);
	m.type = MSG_BYE;
	m.reason = s->bye;
	m.text = (const uint8_t *)s->bye_text;
	m.text_len = (uint32_t)strlen(s->bye_text);
	r = send_msg(s, &m);
	msg_release(&m);
	return r;
}

/* Do BIT with FN if it is to be done. */
static int
seat_do(struct seat *s, unsigned bit, int (*fn)(struct seat *))
{
	int r;

	if (!(s->todo & bit))
		return 0;
	if ((r = fn(s)) == 0)
		s->todo &= ~bit;
	return r;
}

void
seat_flush(struct seat *s)
{
	if (s->room != NULL && (seat_do(s, TODO_WELCOME, send_welcome) < 0 ||
				   seat_do(s, TODO_PEOPLE, send_people) < 0 ||
				   seat_do(s, TODO_SAID, send_said) < 0 ||
				   seat_do(s, TODO_LOAD, queue_load) < 0))
		return;
	if (send_waiting(s) < 0)
		return;
	if (seat_do(s, TODO_PRACTICE, send_practice) < 0)
		return;
	if ((s->todo & TODO_STREAM) && send_stream(s) < 0 && !s->closing)
		return;
	if (s->room != NULL && s->joined &&
	    (seat_do(s, TODO_TIMER, send_timer) < 0 ||
		seat_do(s, TODO_FOCUS, send_focus) < 0 ||
		(!seat_is_shut(s) &&
		    (seat_do(s, TODO_OUTPUT, send_output) < 0 ||
			seat_do(s, TODO_KEYBOARD, send_keyboard) < 0 ||
			seat_do(s, TODO_CARETS, send_carets) < 0 ||
			seat_do(s, TODO_POINTS, send_points) < 0 ||
			seat_do(s, TODO_MEASURES, send_measures) < 0)) ||
		seat_do(s, TODO_SUMMARY, send_summary) < 0 ||
		seat_do(s, TODO_HEAD, send_head) < 0))
		return;
	/* Nothing more will come. */
	if (s->site == 0 && !s->stays && (s->todo & TODO_STREAM) &&
	    s->room->row.ended_ms != 0 && !jobs_busy(s->room))
		seat_bye(s, BYE_GONE, "The room has ended.");
	seat_do(s, TODO_BYE, send_bye);
}
