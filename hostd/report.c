/*
 * report.c - the fold of a room's log into what is told of it afterwards. A
 * report reads the store, not the room in memory, as far as the log went when
 * it was asked for; so it may take many turns, and the room may be unloaded
 * meanwhile. What is written in between is not in it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/control.h"
#include "hostd/measure.h"
#include "hostd/report.h"
#include "hostd/request.h"
#include "hostd/timer.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

#define LOOK_EVERY 64 /* of weight, from one look at the clock to the next */

/* One person. */
struct part {
	struct tally tally;
	uint64_t gone_ms; /* away since then; 0: is not */
	bool lost;        /* and not by own wish */
	uint64_t taken;   /* bytes away, which an undo may bring back */
	bool lines;       /* chat or notes */
};

struct report {
	struct report *next;
	struct hub *hub;
	struct roomlog log;
	char id[STORE_ID_SIZE];
	uint64_t started_ms, over_ms; /* over: its end, or when it was asked */
	uint64_t rev, until;          /* what was folded, and what is to be */
	unsigned look;
	uint64_t turn_ms; /* when this turn's share is over */
	/* who waits: a command, or the room, for its summary or for what was
	 * typed */
	bool command, typed;
	struct who who;
	uint64_t token;
	/* the result */
	struct summary sum;
	struct part parts[SITE_MAX + 1];
	uint64_t bars[SUMMARY_BARS];
	char files[FILE_MAX][NAME_MAX_BYTES + 1];
	struct seat_row seats[SITE_MAX + 1];
	size_t nseats;
	/* lists, of a command's alone; owned */
	struct json *runs, *pastes, *notes;
	struct json *run; /* the last of runs, or NULL */
	size_t note_bytes;
};

/* --- the fold --- */

static const char *
label_of(const struct report *rep, uint8_t site)
{
	for (size_t i = 0; i < rep->nseats; i++)
		if (rep->seats[i].site == site)
			return rep->seats[i].label;
	return LABEL_LOCAL;
}

/* Since the room's beginning; what was before it, and what is just then, is 1,
 * since 0 says that there is none. */
static uint64_t
since_start(const struct report *rep, uint64_t at_ms)
{
	return at_ms > rep->started_ms ? at_ms - rep->started_ms : 1;
}

/* A new entry of LIST for R, to be filled in; NULL: there are enough. */
static struct json *
list_entry(const struct report *rep, struct json *list, const struct record *r)
{
	struct json *o;

	if (list == NULL || json_count(list) >= REPORT_LIST_MAX)
		return NULL;
	o = json_object_new();
	json_set_int(o, "rev", (int64_t)r->rev);
	json_set_time(o, "at", r->at_ms);
	json_set_int(
	    o, "after_s", (int64_t)(since_start(rep, r->at_ms) / 1000));
	json_set_str(o, "seat", label_of(rep, r->site));
	json_add(list, o);
	return o;
}

static void
fold_paste(struct report *rep, const struct record *r, uint32_t chars)
{
	struct summary *s = &rep->sum;
	struct tally *t = &rep->parts[r->site].tally;
	struct json *o = list_entry(rep, rep->pastes, r);

	t->pasted += chars;
	t->pastes++;
	s->pastes++;
	if (chars > s->paste_max) {
		s->paste_max = chars;
		s->paste_site = r->site;
		s->paste_ms = since_start(rep, r->at_ms);
	}
	if (o == NULL)
		return;
	json_set_str(o, "file", rep->files[r->file]);
	json_set_int(o, "chars", chars);
}

/* What was only brought back, or put there by a command, was not typed. */
static void
fold_edit(struct report *rep, const struct record *r)
{
	uint64_t length = rep->over_ms - rep->started_ms + 1;
	uint32_t chars = measure_characters(&r->op);

	if (record_is_undo(r, &rep->parts[r->site].taken) ||
	    (r->flags & EDIT_PUT))
		return;
	if (r->flags & (EDIT_PASTE | EDIT_UNDO))
		fold_paste(rep, r, chars);
	else
		rep->parts[r->site].tally.typed += chars;
	if (r->at_ms >= rep->started_ms && r->at_ms <= rep->over_ms)
		rep->bars[(r->at_ms - rep->started_ms) * SUMMARY_BARS /
			  length]++;
}

static void
fold_run_start(struct report *rep, const struct record *r)
{
	struct summary *s = &rep->sum;
	struct json *o = list_entry(rep, rep->runs, r);

	rep->run = o;
	s->runs++;
	rep->parts[r->site].tally.runs++;
	if (s->first_run_ms == 0)
		s->first_run_ms = since_start(rep, r->at_ms);
	if (o == NULL)
		return;
	json_set_int(o, "run", r->run);
	json_set_str(o, "language", r->name);
	json_set_null(o, "verdict");
	json_set_null(o, "exit_code");
	json_set_null(o, "wall_ms");
}

static void
fold_run_end(struct report *rep, const struct record *r)
{
	struct summary *s = &rep->sum;
	struct json *o = rep->run;

	s->verdicts[r->result.verdict]++;
	if (r->result.verdict == VERDICT_OK && s->first_ok_ms == 0)
		s->first_ok_ms = since_start(rep, r->at_ms);
	/* a room has one at a time, so it is the last; if that is listed */
	if (o == NULL || json_get_int(o, "run", -1) != (int64_t)r->run)
		return;
	json_set_str(o, "verdict", verdict_name(r->result.verdict));
	if (r->result.exit_code >= 0)
		json_set_int(o, "exit_code", r->result.exit_code);
	json_set_int(o, "wall_ms", r->result.wall_ms);
}

static void
fold_line(struct report *rep, const struct record *r)
{
	struct json *o;

	rep->parts[r->site].lines = true;
	if (r->kind == REC_CHAT) {
		rep->sum.chats++;
		return;
	}
	rep->sum.notes++;
	if (rep->note_bytes + r->text_len > REPORT_NOTES_BYTES ||
	    (o = list_entry(rep, rep->notes, r)) == NULL)
		return;
	rep->note_bytes += r->text_len;
	json_set_text(o, "text", r->text, r->text_len);
}

static void
fold_away(struct part *p, uint64_t until_ms)
{
	if (p->gone_ms != 0 && until_ms > p->gone_ms)
		p->tally.away_ms += until_ms - p->gone_ms;
	p->gone_ms = 0;
}

static void
fold_leave(struct report *rep, const struct record *r)
{
	struct part *p = &rep->parts[r->site];

	p->gone_ms = r->why != LEAVE_KICKED ? r->at_ms : 0;
	p->lost = r->why == LEAVE_LOST;
}

static int
fold_record(void *arg, const struct record *r)
{
	struct report *rep = arg;

	if (r->rev > rep->until)
		return 1;
	switch (r->kind) {
	case REC_EDIT:
		fold_edit(rep, r);
		break;
	case REC_FILE:
		snprintf(
		    rep->files[r->file], sizeof(rep->files[0]), "%s", r->name);
		break;
	case REC_JOIN:
		fold_away(&rep->parts[r->site], r->at_ms);
		break;
	case REC_LEAVE:
		fold_leave(rep, r);
		break;
	case REC_RUN_START:
		fold_run_start(rep, r);
		break;
	case REC_RUN_END:
		fold_run_end(rep, r);
		break;
	case REC_CHAT:
	case REC_NOTE:
		fold_line(rep, r);
		break;
	}
	rep->rev = r->rev;
	rep->look += record_weight(r);
	if (rep->look >= LOOK_EVERY) {
		rep->look = 0;
		if (loop_now_ms() >= rep->turn_ms)
			return 1;
	}
	return r->rev == rep->until;
}

/* --- the result --- */

/* The highest bar is SUMMARY_BAR_MAX, and what is not nothing is seen. */
static void
scale_bars(struct report *rep)
{
	uint64_t max = 0;

	for (int i = 0; i < SUMMARY_BARS; i++)
		max = rep->bars[i] > max ? rep->bars[i] : max;
	for (int i = 0; i < SUMMARY_BARS && max > 0; i++)
		rep->sum.bars[i] =
		    (uint8_t)((rep->bars[i] * SUMMARY_BAR_MAX + max - 1) / max);
}

/* Is anything to be told of SEAT? Nobody has come into a new one; and who works
 * by command is one of the people if that left something. */
static bool
is_told(const struct report *rep, const struct seat_row *seat)
{
	const struct part *p = &rep->parts[seat->site];
	const struct tally *t = &p->tally;

	if (seat->state != SEAT_NEW)
		return true;
	return t->typed + t->pasted + t->runs > 0 || p->lines;
}

static struct json *
people_json(const struct report *rep)
{
	struct json *list = json_array_new(), *o;
	const struct seat_row *seat;
	const struct tally *t;

	for (size_t i = 0; i < rep->nseats; i++) {
		seat = &rep->seats[i];
		t = &rep->parts[seat->site].tally;
		if (!is_told(rep, seat))
			continue;
		o = json_object_new();
		json_set_str(o, "seat", seat->label);
		json_set_str(o, "name", seat->name);
		json_set_str(o, "role", role_name(seat->role));
		json_set_int(o, "typed", t->typed);
		json_set_int(o, "pasted", t->pasted);
		json_set_int(o, "runs", t->runs);
		json_set_int(o, "pastes", t->pastes);
		json_set_int(o, "away_s", (int64_t)(t->away_ms / 1000));
		json_add(list, o);
	}
	return list;
}

/* A list moves into the answer. */
static void
give_list(struct json *o, const char *key, struct json **list)
{
	json_set(o, key, *list);
	*list = NULL;
}

static struct json *
report_json(struct report *rep, const struct room *room)
{
	struct json *o = json_object_new(), *whole = room_json(room);
	const struct summary *s = &rep->sum;

	json_set_str(o, "room", room->row.id);
	json_set_str(o, "title", room->row.title);
	json_set_str(o, "state", json_get_str(whole, "state"));
	json_set_time(o, "started_at", room->row.started_ms);
	json_set_time(o, "ended_at", room->row.ended_ms);
	json_set_int(o, "duration_s", (int64_t)(s->duration_ms / 1000));
	json_set_int(o, "paused_s", (int64_t)(s->paused_ms / 1000));
	json_set(o, "people", people_json(rep));
	json_set_int(o, "run_count", s->runs);
	give_list(o, "runs", &rep->runs);
	json_set_int(o, "paste_count", s->pastes);
	give_list(o, "pastes", &rep->pastes);
	json_set_int(o, "chats", s->chats);
	json_set_int(o, "note_count", s->notes);
	give_list(o, "notes", &rep->notes);
	json_set(o, "files", json_dup(json_get(whole, "files")));
	json_free(whole);
	return o;
}

/* ROOM's summary, for its staff. */
static int
report_message(const struct report *rep, struct buf *b)
{
	struct msg m;
	int err;

	msg_init(&m);
	m.type = MSG_SUMMARY;
	m.summary = rep->sum;
	m.tallies = xcalloc(SITE_MAX, sizeof(*m.tallies));
	for (size_t i = 0; i < rep->nseats && m.ntallies < SITE_MAX; i++)
		if (is_told(rep, &rep->seats[i]))
			m.tallies[m.ntallies++] =
			    rep->parts[rep->seats[i].site].tally;
	buf_clear(b);
	msg_encode(&m, b);
	err = b->err;
	msg_release(&m);
	return err;
}

/* All is folded: what is left to be reckoned. */
static void
report_close_fold(struct report *rep, const struct room *room)
{
	struct part *p;

	for (int i = 0; i <= SITE_MAX; i++) {
		p = &rep->parts[i];
		p->tally.site = (uint8_t)i;
		if (p->lost) /* and has not come back */
			fold_away(p, rep->over_ms);
	}
	scale_bars(rep);
	if (room->row.started_ms != 0)
		rep->sum.duration_ms = rep->over_ms - rep->started_ms;
	rep->sum.paused_ms = timer_paused_ms(room);
}

static void
answer_command(struct report *rep, struct room *room, int err)
{
	struct request q = {
		.hub = rep->hub, .who = rep->who, .token = rep->token
	};
	int r;

	request_target(&q, "%s", rep->id);
	r = err < 0 ? refuse_store(&q, err)
		    : answer(&q, report_json(rep, room));
	control_audit(&q, "room report", r);
	control_answer(rep->hub, &q);
}

static void
answer_room_summary(struct report *rep, struct room *room, int err)
{
	if (room == NULL)
		return;
	room->summary.wanted = false;
	if (room->row.ended_ms != rep->over_ms)
		return; /* it was reopened meanwhile, and may have ended again */
	if (err == 0)
		err = report_message(rep, &room->summary.bytes);
	room->summary.failed = err < 0;
	if (err < 0)
		log_err(
		    "room %s has no summary: %s", rep->id, cs_strerror(err));
}

/* What has been typed since it was asked for was counted meanwhile. */
static void
answer_room_typed(const struct report *rep, struct room *room, int err)
{
	const struct part *p;

	if (room == NULL || !room->typed_wanted)
		return;               /* it was loaded again */
	room->typed_wanted = err < 0; /* it is not asked for again */
	for (int i = 1; i <= SITE_MAX && err == 0; i++) {
		p = &rep->parts[i];
		measure_add(room, (uint8_t)i, p->tally.typed, p->taken);
	}
	if (err == 0)
		measure_known(room);
}

static void
report_finish(struct report *rep, int err)
{
	struct room *room = NULL;

	if (rep->command && err == 0)
		err = room_open(rep->hub, rep->id, &room);
	else
		room = room_find(rep->hub, rep->id);
	if (err == 0 && room != NULL)
		report_close_fold(rep, room);
	if (rep->command)
		answer_command(rep, room, err);
	else if (rep->typed)
		answer_room_typed(rep, room, err);
	else
		answer_room_summary(rep, room, err);
}

/* --- from question to answer --- */

static void
report_free(struct report *rep)
{
	roomlog_release(&rep->log);
	json_free(rep->runs);
	json_free(rep->pastes);
	json_free(rep->notes);
	free(rep);
}

/* Begin with ROOM, as it is now. CS_EBUSY, the store's codes. */
static int
report_begin(struct room *room, struct report **out)
{
	struct hub *h = room->hub;
	struct report **last = &h->reports, *rep;
	unsigned n = 0;
	int r;

	for (; *last != NULL; last = &(*last)->next)
		n++;
	if (n >= REPORTS_MAX)
		return CS_EBUSY;
	if ((r = roomlog_stage(&room->log)) < 0)
		return r;
	rep = xcalloc(1, sizeof(*rep));
	rep->hub = h;
	memcpy(rep->id, room->row.id, sizeof(rep->id));
	roomlog_init(&rep->log, h->store, &room->row);
	rep->until = order_rev(room->order);
	rep->over_ms =
	    room->row.ended_ms != 0 ? room->row.ended_ms : loop_wall_ms();
	rep->started_ms = room->row.started_ms != 0 ? room->row.started_ms
						    : room->row.created_ms;
	if (rep->over_ms < rep->started_ms)
		rep->over_ms = rep->started_ms;
	r = store_seats(h->store, room->row.key, rep->seats, &rep->nseats);
	if (r < 0) {
		report_free(rep);
		return r;
	}
	*last = *out = rep;
	loop_timer_start(h->reporting, 0);
	return 0;
}

bool
reports_work(struct hub *h, uint64_t until_ms)
{
	struct report *rep;
	int r = 0;

	do {
		if ((rep = h->reports) == NULL)
			return false;
		rep->turn_ms = until_ms;
		if (rep->rev < rep->until)
			r = roomlog_walk(
			    &rep->log, rep->rev + 1, fold_record, rep);
		if (r == 0 && rep->rev < rep->until)
			r = CS_EFORMAT; /* the log ends too early */
		if (r < 0 || rep->rev >= rep->until) {
			h->reports = rep->next;
			report_finish(rep, r < 0 ? r : 0);
			report_free(rep);
			r = 0;
		}
	} while (loop_now_ms() < until_ms);
	return h->reports != NULL;
}

void
report_summary(struct room *room)
{
	struct report *rep;

	if (room->summary.wanted || room->summary.failed ||
	    room->summary.bytes.len > 0)
		return;
	if (report_begin(room, &rep) == 0) /* else it is tried again */
		room->summary.wanted = true;
}

void
report_typed(struct room *room)
{
	struct report *rep;

	if (room->typed_wanted || room->typed_known || room->row.ended_ms != 0)
		return;
	/* who asks for a report does not wait for this; it is tried again */
	if (room->hub->reports != NULL || report_begin(room, &rep) < 0)
		return;
	rep->typed = room->typed_wanted = true;
	measure_begin(room);
}

int
cmd_report(struct request *q)
{
	struct report *rep;
	struct room *room;
	unsigned own = 0;
	int r;

	if ((r = arg_room(q, RIGHT_STAFF, &room)) != 0 ||
	    (r = arg_unwatched(q, room)) != 0)
		return r;
	for (rep = q->hub->reports; rep != NULL; rep = rep->next)
		own += rep->command && who_same(&rep->who, &q->who);
	r = own < REPORTS_EACH ? report_begin(room, &rep) : CS_EBUSY;
	if (r == CS_EBUSY)
		return refuse(q, ANSWER_FAILED,
		    "the host is busy: try again in a moment");
	if (r < 0)
		return refuse_store(q, r);
	rep->command = true;
	rep->who = q->who;
	rep->token = q->token;
	rep->runs = json_array_new();
	rep->pastes = json_array_new();
	rep->notes = json_array_new();
	q->later = true;
	return 0;
}

void
reports_close(struct hub *h)
{
	struct report *rep;

	while ((rep = h->reports) != NULL) {
		h->reports = rep->next;
		report_free(rep);
	}
}
