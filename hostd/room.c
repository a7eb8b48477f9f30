/*
 * room.c - a room in memory: how it gets there from the store, its people and
 * its log.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/measure.h"
#include "hostd/room.h"
#include "hostd/said.h"
#include "hostd/secret.h"
#include "hostd/timer.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

/* A chunk that is sent is closed when it is longer than this: the longest
 * record, a whole file, still fits. */
#define CHUNK_SOFT_MAX (256 * 1024)
#define ID_TRIES 64

/* --- names and labels --- */

void
room_label(enum role role, unsigned n, char dst[LABEL_SIZE])
{
	static const struct {
		char first;
		unsigned letters;
	} labels[ROLES] = { { 'C', 6 }, { 'I', 6 }, { 'O', 12 } };

	if (n < labels[role].letters)
		snprintf(dst, LABEL_SIZE, "%c", labels[role].first + (int)n);
	else
		snprintf(
		    dst, LABEL_SIZE, "%c%u", labels[role].first, n % 1000 + 1);
}

int
person_name(char *name)
{
	size_t len, from = strspn(name, " ");
	uint32_t cp;
	int n;

	len = strlen(name + from);
	memmove(name, name + from, len + 1);
	while (len > 0 && name[len - 1] == ' ')
		name[--len] = '\0';
	if (len == 0 || len > NAME_MAX_BYTES)
		return CS_EINVAL;
	for (size_t i = 0; i < len; i += (size_t)n)
		if ((n = utf8_decode(name + i, len - i, &cp)) <= 0 ||
		    utf8_cp_width(cp) < 0)
			return CS_EINVAL;
	return 0;
}

/* --- loading --- */

struct room *
room_find(struct hub *h, const char *id)
{
	struct room *room = h->rooms;

	while (room != NULL && strcmp(room->row.id, id) != 0)
		room = room->next;
	return room;
}

static struct room *
room_new(struct hub *h, const struct room_row *row)
{
	struct room *room = xcalloc(1, sizeof(*room));

	room->hub = h;
	room->row = *row;
	room->idle_since_ms = loop_now_ms();
	last_run_init(&room->run);
	buf_init(&room->summary.bytes, MSG_MAX);
	roomlog_init(&room->log, h->store, row);
	room->next = h->rooms;
	h->rooms = room;
	return room;
}

static void
fresh_release(struct room *room)
{
	for (size_t i = 0; i < room->cap_fresh; i++) {
		buf_release(&room->fresh[i].bytes);
		buf_release(&room->fresh[i].msg);
		buf_release(&room->fresh[i].veiled_msg);
	}
	free(room->fresh);
	room->fresh = NULL;
	room->nfresh = room->cap_fresh = 0;
}

static void
room_free(struct room *room)
{
	for (unsigned i = 0; i <= SITE_MAX; i++)
		free(room->members[i]);
	fresh_release(room);
	last_run_release(&room->run);
	buf_release(&room->summary.bytes);
	roomlog_release(&room->log);
	order_free(room->order);
	order_free(room->focus);
	free(room->said);
	free(room);
}

void
room_drop(struct room *room)
{
	struct room **at = &room->hub->rooms;

	while (*at != room)
		at = &(*at)->next;
	*at = room->next;
	room_free(room);
}

static struct member *
member_add(struct room *room, const struct seat_row *row)
{
	struct member *m = xcalloc(1, sizeof(*m));

	m->row = *row;
	m->caret.site = row->site;
	room->members[row->site] = m;
	if (row->site > room->last_site)
		room->last_site = row->site;
	return m;
}

static int
load_members(struct room *room)
{
	struct seat_row *rows = xcalloc(SITE_MAX + 1, sizeof(*rows));
	struct member *m;
	size_t n;
	int r = store_seats(room->hub->store, room->row.key, rows, &n);

	for (size_t i = 0; i < n && r == 0; i++) {
		m = member_add(room, &rows[i]);
		if (m->row.state == SEAT_HERE || m->row.state == SEAT_WAITS)
			room_unlink(m, ROOM_RETURN_MS);
	}
	free(rows);
	return r;
}

static int
load_record(void *arg, const struct record *r)
{
	struct room *room = arg;

	last_run_note(&room->run, r);
	return order_replay(room->order, r);
}

struct run_loading {
	struct room *room;
	uint64_t until; /* the snapshot's revision */
};

/* As much of the last run as the snapshot covers: it may have ended long before
 * that, and all since then is not read, so it may be edits. */
static int
load_run_record(void *arg, const struct record *r)
{
	struct run_loading *l = arg;

	if (r->rev > l->until)
		return 1;
	last_run_note(&l->room->run, r);
	if (r->kind != REC_RUN_END)
		return 0;
	l->room->run.o.edited |= r->rev < l->until;
	return 1;
}

static int
load_run(struct room *room, uint64_t until)
{
	struct run_loading l = { room, until };
	struct run_row run;
	int r = store_run_last(room->hub->store, room->row.key, &run);

	if (r == 0 && run.start_rev <= until)
		r = roomlog_walk(
		    &room->log, run.start_rev, load_run_record, &l);
	return r == CS_ENOTFOUND || r > 0 ? 0 : r;
}

static int
load(struct room *room)
{
	uint64_t rev;
	int r;

	if ((r = load_members(room)) < 0 || (r = said_load(room)) < 0 ||
	    (r = roomlog_restore(
		 &room->log, UINT64_MAX, UINT64_MAX, &room->order)) < 0)
		return r;
	rev = order_rev(room->order);
	if ((r = load_run(room, rev)) < 0 ||
	    (r = roomlog_walk(&room->log, rev + 1, load_record, room)) < 0)
		return r;
	room->snapshot_rev = room->snapshot_tried = rev;
	room->kept_rev = order_rev(room->order);
	return room->row.focus_until_ms != 0 ? room_focus_open(room) : 0;
}

int
room_open(struct hub *h, const char *id, struct room **out)
{
	struct room_row row;
	struct room *room;
	int r;

	if ((*out = room_find(h, id)) != NULL)
		return 0;
	if ((r = store_room_get(h->store, id, &row)) < 0)
		return r;
	if (row.purged_ms != 0)
		return CS_ENOTFOUND;
	room = room_new(h, &row);
	if ((r = load(room)) < 0) {
		log_err("room %s cannot be loaded: %s", id, cs_strerror(r));
		room_drop(room);
		return r;
	}
	*out = room;
	return 0;
}

int
room_make(struct hub *h, struct room_row *row, struct room **out)
{
	struct room_row old;
	struct room *room;
	int r;

	row->created_ms = loop_wall_ms();
	row->started_ms = row->ended_ms = 0;
	if (row->idempotency_key[0] != '\0' &&
	    store_room_by_idempotency(
		h->store, row->owner_user, row->idempotency_key, &old) == 0)
		return CS_ESTATE;
	if ((r = secret_salt(row->salt, sizeof(row->salt))) < 0)
		return r;
	for (int i = 0; i < ID_TRIES; i++) {
		room_id_new(row->id);
		if ((r = store_room_add(h->store, row)) != CS_ESTATE)
			break;
	}
	if (r < 0)
		return r;
	room = room_new(h, row);
	room->touched = true;
	if ((r = order_new(&room->order)) < 0) {
		h->batch_err = r;
		room_drop(room);
		return r;
	}
	*out = room;
	return room_seat_add(
	    room, ROLE_INTERVIEWER, LABEL_LOCAL, LABEL_LOCAL, NULL);
}

/* --- people --- */

int
room_keep(struct room *room, const struct member *m)
{
	int r;

	room->touched = true;
	room->people_changed = room->measures_due = true;
	if ((r = timer_people(room)) < 0)
		return r;
	return store_seat_put(room->hub->store, room->row.key, &m->row);
}

int
room_seat_add(struct room *room, enum role role, const char *label,
    const char *name, struct member **out)
{
	struct seat_row row = {
		.role = (uint8_t)role,
		.state = SEAT_NEW,
		.admitted = role != ROLE_CANDIDATE || !room->row.lobby,
	};
	struct member *m;
	unsigned same = 0;

	if (room->last_site == SITE_MAX)
		return CS_EBUSY;
	for (unsigned i = 1; i <= room->last_site; i++)
		if ((m = room->members[i]) != NULL && m->row.role == role &&
		    m->row.label[0] != '@')
			same++;
	row.site = (uint8_t)(room->last_site + 1);
	if (label != NULL)
		snprintf(row.label, sizeof(row.label), "%s", label);
	else
		room_label(role, same, row.label);
	snprintf(row.name, sizeof(row.name), "%s", name != NULL ? name : "");
	m = member_add(room, &row);
	if (out != NULL)
		*out = m;
	return room_keep(room, m);
}

int
room_seat_own(struct room *room, struct member *m, int64_t user)
{
	m->row.user = user;
	return room_keep(room, m);
}

void
room_seat_undo(struct room *room, uint8_t site)
{
	free(room->members[site]);
	room->members[site] = NULL;
	room->last_site--;
	/* an error fails the turn, with the seat's adding */
	store_seat_remove(room->hub->store, room->row.key, site);
}

struct member *
room_seat_find(struct room *room, const char *label)
{
	struct member *m;

	for (unsigned i = SITE_LOCAL + 1; i <= room->last_site; i++)
		if ((m = room->members[i]) != NULL &&
		    strcmp(m->row.label, label) == 0)
			return m;
	return NULL;
}

const char *
room_refuses(const struct room *room, const struct member *m)
{
	if (room->row.ended_ms != 0)
		return "The room has ended";
	if (room->full)
		return "The room's log is full: nobody can write any more";
	if (m->row.role == ROLE_OBSERVER)
		return "This seat may only read";
	if (!m->row.admitted)
		return "You wait to be let in";
	if (m->row.read_only)
		return "The staff lets you only read now";
	if (room->row.frozen && m->row.role != ROLE_INTERVIEWER)
		return "The room is frozen: only the staff can write";
	if (room->focus != NULL && m->row.role != ROLE_CANDIDATE)
		return "The candidate works unobserved: you can only read";
	return NULL;
}

bool
room_may_write(const struct room *room, const struct member *m)
{
	return room_refuses(room, m) == NULL;
}

const struct order *
room_shown(const struct room *room)
{
	return room->focus != NULL ? room->focus : room->order;
}

int
room_begins(struct room *room)
{
	if (room->row.started_ms != 0)
		return 0;
	room->row.started_ms = order_at_ms(room->order);
	room->timer_changed = true;
	return store_room_times(room->hub->store, &room->row);
}

int
room_enter(struct room *room, struct member *m, const char *name)
{
	struct record rec;
	int r;

	m->away_at_ms = 0;
	if (m->row.state == SEAT_HERE) {
		m->left_ms = 0; /* nobody has noticed that it was away */
		return 0;
	}
	record_init(&rec);
	rec.kind = REC_JOIN;
	rec.site = m->row.site;
	rec.role = m->row.role;
	if (name != NULL)
		snprintf(m->row.name, sizeof(m->row.name), "%s", name);
	memcpy(rec.name, m->row.name, sizeof(rec.name));
	memcpy(rec.label, m->row.label, sizeof(rec.label));
	m->row.state = SEAT_HERE;
	r = room_event(room, &rec);
	if (m->row.from_rev == 0)
		m->row.from_rev = rec.rev;
	record_release(&rec);
	if (r == 0 && m->row.role == ROLE_CANDIDATE)
		r = room_begins(room);
	if (r == 0)
		r = timer_entered(room, m);
	return r < 0 ? r : room_keep(room, m);
}

int
room_wait(struct room *room, struct member *m, const char *name)
{
	m->away_at_ms = 0;
	if (m->row.state == SEAT_WAITS)
		return 0;
	/* who was only cut off has waited since then */
	if (m->row.since_ms == 0 || m->row.state == SEAT_LEFT)
		m->row.since_ms = loop_wall_ms();
	if (name != NULL)
		snprintf(m->row.name, sizeof(m->row.name), "%s", name);
	m->row.state = SEAT_WAITS;
	return room_keep(room, m);
}

int
room_leave(struct room *room, struct member *m, enum leave_why why)
{
	struct record rec;
	bool waited = m->row.state == SEAT_WAITS;
	int r = 0;

	m->away_at_ms = 0;
	if (m->row.state != SEAT_HERE && !waited)
		return 0;
	record_init(&rec);
	rec.kind = REC_LEAVE;
	rec.site = m->row.site;
	rec.why = (uint8_t)why;
	m->row.state = why == LEAVE_LOST ? SEAT_AWAY : SEAT_LEFT;
	m->caret.shown = false;
	m->left_ms = loop_wall_ms();
	m->paused_ms = timer_paused_ms(room);
	m->missed = 0;
	if (!waited) /* who was never in the room does not leave it */
		r = room_event(room, &rec);
	record_release(&rec);
	if (r == 0 && !waited && why == LEAVE_LOST)
		r = timer_lost(room, m);
	return r < 0 ? r : room_keep(room, m);
}

void
room_unlink(struct member *m, uint64_t after_ms)
{
	m->seat = NULL;
	m->away_at_ms = loop_now_ms() + after_ms;
}

/* --- the log --- */

/* An error that leaves memory ahead of what can be kept fails the batch. */
static int
batch_fails(struct room *room, int r)
{
	if (r < 0)
		room->hub->batch_err = r;
	return r;
}

static struct fresh *
fresh_new(struct room *room, const struct record *r)
{
	struct fresh *f;

	if (room->nfresh == room->cap_fresh) {
		room->fresh = xrealloc(
		    room->fresh, (room->cap_fresh + 1) * sizeof(*room->fresh));
		f = &room->fresh[room->cap_fresh++];
		buf_init(&f->bytes, CHUNK_MAX);
		buf_init(&f->msg, MSG_MAX);
		buf_init(&f->veiled_msg, MSG_MAX);
	}
	f = &room->fresh[room->nfresh++];
	buf_clear(&f->bytes);
	buf_clear(&f->msg);
	buf_clear(&f->veiled_msg);
	f->first_rev = r->rev;
	f->count = 0;
	f->veiled = room->fresh_closed = false;
	chunk_begin(&room->writer, &f->bytes, r->rev, r->at_ms);
	return f;
}

/* Nothing large is kept for the next turn. */
static void
fresh_trim(struct fresh *f)
{
	if (f->bytes.cap + f->msg.cap + f->veiled_msg.cap <= CHUNK_SOFT_MAX)
		return;
	buf_release(&f->bytes);
	buf_release(&f->msg);
	buf_release(&f->veiled_msg);
	buf_init(&f->bytes, CHUNK_MAX);
	buf_init(&f->msg, MSG_MAX);
	buf_init(&f->veiled_msg, MSG_MAX);
}

void
room_sent(struct room *room)
{
	for (size_t i = 0; i < room->nfresh; i++)
		fresh_trim(&room->fresh[i]);
	room->nfresh = 0;
	room->touched = false;
	room->people_changed = false;
	room->focus_changed = room->timer_changed = false;
	room->measures_changed = false;
	room->carets_moved = 0;
}

/* A room where people type keeps what links that are a little behind need; one
 * where nobody does, nothing of that. */
void
room_forget(struct room *room, uint64_t now_ms)
{
	if (now_ms < room->mark_ms || room->nfresh > 0)
		return;
	order_forget(room->order, room->mark_rev);
	if (room->mark_rev == order_rev(room->order))
		fresh_release(room);
	room->mark_ms = now_ms + ROOM_FORGET_MS;
	room->mark_rev = order_rev(room->order);
}

/* What comes after the end, a person who leaves, waits to be signed and sealed,
 * too. */
static int
room_unseal(struct room *room)
{
	int r = room->row.ended_ms != 0
		    ? store_head_want(room->hub->store, room->row.key)
		    : 0;

	if (r < 0 || !room->row.sealed)
		return r;
	room->row.sealed = false;
	return store_room_sealed(room->hub->store, &room->row);
}

/* Is there an end to it? What is in it stays, and all are told. */
static void
room_measure(struct room *room)
{
	uint64_t max = (uint64_t)room->hub->conf.room_log_mb << 20;

	if (room->full || max == 0 || roomlog_bytes(&room->log) < max)
		return;
	room->full = room->people_changed = true;
	log_warn("room %s: its log is full", room->row.id);
}

static int
room_log(struct room *room, const struct record *r)
{
	struct fresh *f =
	    room->nfresh > 0 ? &room->fresh[room->nfresh - 1] : NULL;
	int err;

	room->touched = true;
	if (f == NULL || f->bytes.len > CHUNK_SOFT_MAX || room->fresh_closed)
		f = fresh_new(room, r);
	chunk_add(&room->writer, r);
	f->count++;
	if (f->bytes.err != 0)
		return batch_fails(room, f->bytes.err);
	if (record_is_said(r)) {
		f->veiled = true;
		said_add(room, r);
	}
	if ((err = room_unseal(room)) == 0)
		err = roomlog_add(&room->log, r);
	room_measure(room);
	return batch_fails(room, err);
}

static void
carets_move(struct room *room, const struct record *r)
{
	struct member *m;

	for (unsigned i = 1; i <= room->last_site; i++) {
		if ((m = room->members[i]) == NULL)
			continue;
		if (m->point_no != 0 && m->point.file == r->file)
			m->point.head =
			    op_move_pos(&r->op, m->point.head, false);
		if (!m->placed)
			continue;
		if (i == r->site && caret_follows(&r->op, r->flags)) {
			m->caret.file = r->file;
			m->caret.anchor = m->caret.head = op_end(&r->op);
		} else if (m->caret.file == r->file) {
			m->caret.anchor =
			    op_move_pos(&r->op, m->caret.anchor, i == r->site);
			m->caret.head =
			    op_move_pos(&r->op, m->caret.head, i == r->site);
		}
	}
}

/* Who was here and is not learns later how much was written meanwhile. */
static void
edit_missed(struct room *room)
{
	for (unsigned i = 1; i <= room->last_site; i++)
		if (room->members[i] != NULL &&
		    room->members[i]->row.state != SEAT_HERE)
			room->members[i]->missed++;
}

int
room_edit(struct room *room, uint8_t site, const struct edit *e)
{
	const struct record *rec;
	int r = order_edit(room->order, site, e, loop_wall_ms(), &rec);

	if (r < 0)
		return r;
	carets_move(room, rec);
	edit_missed(room);
	measure_edit(room, rec);
	last_run_note(&room->run, rec);
	room->hub->edits++;
	return room_log(room, rec);
}

int
room_event(struct room *room, struct record *r)
{
	int err = order_event(room->order, r, loop_wall_ms());

	if (err < 0)
		return err;
	last_run_note(&room->run, r);
	return room_log(room, r);
}

void
room_caret(
    struct room *room, uint8_t site, uint64_t base, const struct caret *c)
{
	struct member *m = room->members[site];
	size_t anchor = c->anchor, head = c->head;

	if (m == NULL ||
	    order_caret(room->order, site, base, c->file, &anchor, &head) < 0)
		return; /* the next one will do */
	/* Told also when it is where we have it: whoever wrote in the same place
	 * at the same time may see it elsewhere, and so it was said again. */
	m->caret.shown = m->placed = true;
	m->caret.file = c->file;
	m->caret.anchor = anchor;
	m->caret.head = head;
	room->carets_moved =
	    room->carets_moved == 0 || room->carets_moved == site
		? site
		: CARETS_OF_SEVERAL;
}

void
room_point(
    struct room *room, uint8_t site, uint64_t base, const struct caret *c)
{
	struct member *m = room->members[site];
	uint64_t now_ms = loop_now_ms();
	size_t at = c->head, head = at;

	if (m == NULL || now_ms < m->pointed_ms + POINT_REST_MS ||
	    order_caret(room->order, site, base, c->file, &at, &head) < 0)
		return;
	m->point = (struct caret){ site, c->file, true, head, head };
	m->pointed_ms = now_ms;
	m->point_no = ++room->points;
}

static int
file_make(struct room *room, uint8_t site, const char *name)
{
	struct record rec;
	int r;

	record_init(&rec);
	rec.kind = REC_FILE;
	rec.site = site;
	snprintf(rec.name, sizeof(rec.name), "%s", name);
	r = room_event(room, &rec);
	record_release(&rec);
	return r;
}

int
room_put(struct room *room, uint8_t site, const char *name, const void *text,
    size_t len)
{
	struct edit e = { .flags = EDIT_PUT };
	int r, file;

	if (len > TEXT_MAX)
		return CS_ETOOBIG;
	if (!utf8_valid(text, len))
		return CS_EFORMAT;
	if (order_file_find(room->order, name) < 0 &&
	    (r = file_make(room, site, name)) < 0)
		return r;
	file = order_file_find(room->order, name);
	e.file = (uint8_t)file;
	e.base = order_rev(room->order);
	e.cseq = order_cseq(room->order, site) + 1;
	op_init(&e.op);
	r = op_diff(&e.op, order_text(room->order, (unsigned)file), text, len);
	if (r == 0 && !op_is_noop(&e.op))
		r = room_edit(room, site, &e);
	op_release(&e.op);
	return r;
}

int
room_end(struct room *room, uint8_t site)
{
	struct record rec;
	int r;

	if (room->row.ended_ms != 0)
		return CS_ESTATE;
	record_init(&rec);
	rec.kind = REC_END;
	rec.site = site;
	if ((r = room_event(room, &rec)) == 0) {
		room->row.ended_ms = rec.at_ms;
		room->people_changed = true;
		r = store_room_times(room->hub->store, &room->row);
		store_head_want(room->hub->store, room->row.key);
		if (r == 0)
			r = timer_ended(room);
	}
	record_release(&rec);
	return r;
}

int
room_reopen(struct room *room, uint8_t site)
{
	uint64_t ended_ms = room->row.ended_ms;
	struct record rec;
	int r;

	if (ended_ms == 0)
		return CS_ESTATE;
	record_init(&rec);
	rec.kind = REC_REOPEN;
	rec.site = site;
	if ((r = room_event(room, &rec)) == 0) {
		room->row.ended_ms = 0;
		room->people_changed = true;
		r = store_room_times(room->hub->store, &room->row);
		if (r == 0)
			r = timer_reopened(room, ended_ms);
		buf_clear(&room->summary.bytes);
		room->end_head[0] = '\0';
	}
	record_release(&rec);
	return r;
}

/* --- the past --- */

struct folding {
	struct order *order;
	uint64_t rev, at_ms;
};

static int
fold_record(void *arg, const struct record *r)
{
	struct folding *f = arg;
	int err;

	if (r->rev > f->rev || r->at_ms > f->at_ms)
		return 1;
	if ((err = order_replay(f->order, r)) < 0)
		return err;
	return r->rev == f->rev; /* what comes after it may be damaged */
}

int
room_fold(struct room *room, uint64_t rev, uint64_t at_ms, struct order **out)
{
	struct folding f = { NULL, rev, at_ms };
	int r;

	roomlog_stage(&room->log);
	r = roomlog_restore(&room->log, rev, at_ms, &f.order);
	if (r < 0)
		return r;
	r = roomlog_walk(&room->log, order_rev(f.order) + 1, fold_record, &f);
	if (r < 0)
		order_free(f.order);
	else
		*out = f.order;
	return r < 0 ? r : 0;
}

int
room_focus_open(struct room *room)
{
	return room_fold(room, room->row.focus_rev, UINT64_MAX, &room->focus);
}

void
room_focus_close(struct room *room)
{
	order_free(room->focus);
	room->focus = NULL;
}

int
room_past(struct room *room, uint64_t before, struct order **out)
{
	return roomlog_restore(&room->log, before, UINT64_MAX, out);
}

char *
file_bytes(const struct text *t)
{
	size_t len = text_len(t);
	char *p = xmalloc(len + 1);

	if (text_copy(t, 0, len, p) < 0)
		len = 0;
	p[len] = '\0';
	return p;
}
