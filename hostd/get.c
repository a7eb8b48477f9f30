/*
 * get.c - room get: the bytes of a file as it is, or as it was. What it was is
 * folded from the snapshot before it, a few milliseconds a turn, for a log may take
 * a second of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/control.h"
#include "hostd/enter.h"
#include "hostd/get.h"
#include "hostd/request.h"
#include "hostd/secret.h"
#include "proto/err.h"
#include "proto/sys/util.h"

#define LOOK_EVERY 64 /* of weight, from one look at the clock to the next */

/* One that is being folded. */
struct past {
	struct past *next;
	struct hub *hub;
	struct roomlog log;
	struct order *order;
	char id[STORE_ID_SIZE];
	uint64_t rev, at_ms; /* not after either */
	unsigned look;
	uint64_t turn_ms; /* when this turn's share is over */
	bool reached;
	/* who waits */
	struct who who;
	uint64_t token;
	char name[NAME_MAX_BYTES + 1]; /* of the file; "": the first */
};

/* --- the answer --- */

/* The file NAME (NULL: the first) of O, which is the room ID now, or was. */
static int
answer_file(struct request *q, const char *id, const struct order *o,
    const char *name, bool past)
{
	int file = name != NULL ? order_file_find(o, name) : 0;
	const struct text *t = file >= 0 ? order_text(o, (unsigned)file) : NULL;

	if (t == NULL)
		return refuse(q, ANSWER_NOT_FOUND,
		    "room %s has no file%s%.64s%s", id, name != NULL ? " " : "",
		    name != NULL ? name : "", past ? " at that time" : "");
	q->text = file_bytes(t);
	q->text_len = text_len(t);
	return answer(q, json_object_new());
}

/* --- the past --- */

static void
past_free(struct past *p)
{
	roomlog_release(&p->log);
	order_free(p->order);
	free(p);
}

static int
fold_record(void *arg, const struct record *r)
{
	struct past *p = arg;
	int err;

	p->reached = r->rev > p->rev || r->at_ms > p->at_ms;
	if (p->reached)
		return 1;
	if ((err = order_replay(p->order, r)) < 0)
		return err;
	p->reached = r->rev == p->rev; /* what comes after it may be damaged */
	p->look += record_weight(r);
	if (p->look < LOOK_EVERY)
		return p->reached;
	p->look = 0;
	return p->reached || loop_now_ms() >= p->turn_ms;
}

static void
past_done(struct past *p, int err)
{
	struct request q = { .hub = p->hub, .who = p->who, .token = p->token };
	int r;

	request_target(&q, "%s", p->id);
	r = err < 0 ? refuse_store(&q, err)
		    : answer_file(&q, p->id, p->order,
			  p->name[0] != '\0' ? p->name : NULL, true);
	control_audit(&q, "room get", r);
	control_answer(p->hub, &q);
}

bool
gets_work(struct hub *h, uint64_t until_ms)
{
	struct past *p;
	int r;

	while ((p = h->pasts) != NULL && loop_now_ms() < until_ms) {
		p->turn_ms = until_ms;
		r = p->reached ? 0
			       : roomlog_walk(&p->log, order_rev(p->order) + 1,
				     fold_record, p);
		if (r > 0 && !p->reached)
			continue;
		h->pasts = p->next;
		past_done(p, r);
		past_free(p);
	}
	return h->pasts != NULL;
}

void
gets_close(struct hub *h)
{
	struct past *p;

	while ((p = h->pasts) != NULL) {
		h->pasts = p->next;
		past_free(p);
	}
}

/* One more may wait, of whoever asks, too. */
static bool
has_place(const struct request *q)
{
	unsigned n = 0, own = 0;

	for (const struct past *p = q->hub->pasts; p != NULL; p = p->next) {
		n++;
		own += who_same(&p->who, &q->who);
	}
	return n < GETS_MAX && own < GETS_EACH;
}

/* The answer comes when ROOM is folded up to REV and MS. */
static int
get_past(struct request *q, struct room *room, uint64_t rev, uint64_t ms,
    const char *name)
{
	struct past **last = &q->hub->pasts, *p;
	int r;

	if (!has_place(q))
		return refuse(q, ANSWER_FAILED,
		    "the host is busy: try again in a moment");
	if ((r = roomlog_stage(&room->log)) < 0)
		return refuse_store(q, r);
	p = xcalloc(1, sizeof(*p));
	p->hub = q->hub;
	roomlog_init(&p->log, q->hub->store, &room->row);
	if ((r = roomlog_restore(&p->log, rev, ms, &p->order)) < 0) {
		past_free(p);
		return refuse_store(q, r);
	}
	memcpy(p->id, room->row.id, sizeof(p->id));
	/* what is written from now on may be focus time's */
	p->rev = rev < order_rev(room->order) ? rev : order_rev(room->order);
	p->at_ms = ms;
	p->reached = order_rev(p->order) == p->rev;
	p->who = q->who;
	p->token = q->token;
	snprintf(p->name, sizeof(p->name), "%s", name != NULL ? name : "");
	while (*last != NULL)
		last = &(*last)->next;
	*last = p;
	loop_timer_start(q->hub->reporting, 0);
	q->later = true;
	return 0;
}

/* What moment "at" names: not after *REV nor after *MS. */
static int
arg_at(struct request *q, const struct room *room, const char *at,
    uint64_t *rev, uint64_t *ms)
{
	*rev = *ms = UINT64_MAX;
	if (*at != '\0' && strspn(at, "0123456789") == strlen(at)) {
		if (parse_num(at, 1, order_rev(room->order), rev) < 0)
			return refuse(q, ANSWER_INVALID,
			    "room %s has revisions 1 to %llu", room->row.id,
			    (unsigned long long)order_rev(room->order));
	} else if (strchr(at, ':') != NULL && parse_clock(at, ms) == 0) {
		/* as a replay counts it */
		if (room->row.started_ms == 0)
			return refuse(q, ANSWER_STATE, "room %s has not begun",
			    room->row.id);
		*ms += room->row.started_ms;
	} else if (time_parse(at, ms) < 0) {
		return refuse(q, ANSWER_INVALID,
		    "%.40s is neither a revision, nor a time like "
		    "2026-01-31T12:00:00Z or, since the beginning, 14:31",
		    at);
	}
	return 0;
}

/* --- the command --- */

/* Its own copy, for whoever has the code of a seat. A room that is not named is
 * its own, and what stands in its place is the file. */
static int
arg_own_room(struct request *q, struct room **room, const char **name)
{
	const char *typed = arg_str(q, "room"), *why;
	char id[ROOM_ID_LEN + 1];
	int r;

	if (typed != NULL && room_id_read(typed, id) < 0 && *name == NULL)
		*name = typed;
	else if (typed != NULL &&
		 (room_id_read(typed, id) < 0 || strcmp(id, q->who.room) != 0))
		return refuse(
		    q, ANSWER_NOT_FOUND, "there is no room %.64s", typed);
	if (arg_str(q, "at") != NULL)
		return refuse(q, ANSWER_NOT_ALLOWED,
		    "this code gives the present text only");
	r = room_open(q->hub, q->who.room, room);
	if (r == CS_ENOTFOUND)
		return refuse(q, ANSWER_NOT_FOUND,
		    "there is no copy of room %s: it was erased", q->who.room);
	if (r < 0)
		return refuse_store(q, r);
	if ((why = enter_copy_refused(&q->who, *room)) != NULL)
		return refuse(q, ANSWER_NOT_ALLOWED,
		    "there is no copy of room %s: %s", q->who.room, why);
	return arg_unwatched(q, *room);
}

int
cmd_get(struct request *q)
{
	const char *name = arg_str(q, "file"), *at = arg_str(q, "at");
	struct room *room;
	uint64_t rev, ms;
	int r;

	if (q->who.kind == WHO_SEAT)
		r = arg_own_room(q, &room, &name);
	else if ((r = arg_room(q, RIGHT_READ, &room)) == 0)
		r = arg_unwatched(q, room);
	if (r != 0)
		return r;
	if (at == NULL)
		return answer_file(q, room->row.id, room->order, name, false);
	if (name != NULL && (name[0] == '\0' || strlen(name) > NAME_MAX_BYTES))
		return refuse(q, ANSWER_NOT_FOUND, "room %s has no file %.64s",
		    room->row.id, name);
	if ((r = arg_at(q, room, at, &rev, &ms)) != 0)
		return r;
	return get_past(q, room, rev, ms, name);
}
