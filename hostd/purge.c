/* purge.c - erasing what rooms held: by command, and in time. */
#include <stdio.h>
#include <string.h>

#include "hostd/audit.h"
#include "hostd/jobs.h"
#include "hostd/purge.h"
#include "hostd/seat.h"
#include "hostd/secret.h"
#include "hostd/user.h"
#include "proto/err.h"
#include "proto/sys/log.h"

#define SLICE_ROWS 64
#define SLICE_BYTES (128 * 1024)
#define WORK_MS 4      /* of erasing in a turn ... */
#define RETRY_MS 60000 /* when the store has refused it */
#define STALE_MS 30000 /* between looks at rooms that never ended */
#define BY_RETENTION "retention"

/* --- some rows at a time --- */

/* How many files and edits are in the chunk B; one that is damaged is none. */
static void
count_chunk(struct purge_row *p, const struct buf *b)
{
	struct chunk_reader cr;
	struct record rec;

	if (chunk_open(&cr, b->data, b->len) < 0)
		return;
	record_init(&rec);
	while (chunk_next(&cr, &rec) == 1) {
		p->files += rec.kind == REC_FILE;
		p->edits += rec.kind == REC_EDIT;
	}
	record_release(&rec);
}

/* Drop chunks from the log's beginning on. *LEFT: there are more. */
static int
purge_log(struct store *s, struct purge_row *p, bool *left)
{
	uint64_t first, last, at;
	size_t bytes = 0;
	uint32_t count;
	struct buf b;
	int r = 0;

	*left = true;
	buf_init(&b, CHUNK_MAX);
	for (unsigned i = 0; i < SLICE_ROWS && bytes < SLICE_BYTES; i++) {
		if ((r = store_chunk_ends(s, p->room, &first, &last)) < 0)
			break;
		buf_clear(&b);
		if (store_chunk_get(s, p->room, first, &at, &count, &b) == 0)
			count_chunk(p, &b);
		bytes += b.len;
		if ((r = store_chunks_drop(s, p->room, first, first)) < 0)
			break;
	}
	buf_release(&b);
	if (r != CS_ENOTFOUND)
		return r;
	*left = false;
	return 0;
}

/* Erase the next part of P->room in a transaction of its own, and count its
 * files and edits in P. *LEFT: there is more. The store's codes: then nothing
 * has changed. */
static int
purge_slice(struct store *s, struct purge_row *p, bool *left)
{
	struct purge_row now = *p;
	int r = purge_log(s, &now, left);

	if (r == 0 && !*left)
		r = store_purge_rows(s, p->room, SLICE_ROWS, left);
	if (r == 0)
		r = store_purge_set(s, &now);
	if (r < 0) {
		store_rollback(s);
		return r;
	}
	if ((r = store_commit(s)) == 0)
		*p = now;
	return r;
}

/* --- beginning --- */

static void
text_copy_cut(char dst[PURGE_TEXT_SIZE], const char *src)
{
	snprintf(dst, PURGE_TEXT_SIZE, "%s", src);
}

/* ROW has nothing in it from now on, for W: into the transaction. */
static int
purge_begin(struct hub *h, struct room_row *row, const struct who *w)
{
	struct purge_row p = { .room = row->key };
	struct room *room = room_find(h, row->id);
	char label[WHO_LABEL_SIZE];
	int r;

	who_label(w, NULL, label);
	text_copy_cut(p.who, label);
	text_copy_cut(p.source, w->source);
	if ((r = store_purge_count(h->store, &p)) < 0 ||
	    (r = store_purge_begin(h->store, row, loop_wall_ms(), &p)) < 0)
		return r;
	if (room != NULL) {
		seats_release(room);
		room_drop(room);
	}
	h->purging.open = true;
	rooms_turn_soon(h);
	return 0;
}

/* --- by command --- */

static struct json *
counts_json(const struct purge_row *p)
{
	struct json *o = json_object_new();

	json_set_int(o, "files", (int64_t)p->files);
	json_set_int(o, "edits", (int64_t)p->edits);
	json_set_int(o, "runs", (int64_t)p->runs);
	json_set_int(o, "chat", (int64_t)p->chat);
	json_set_int(o, "notes", (int64_t)p->notes);
	json_set_int(o, "people", (int64_t)p->people);
	json_set_int(o, "bytes", (int64_t)p->bytes);
	return o;
}

int
purge_answer(struct request *q, const struct room_row *row)
{
	struct json *o = row_json(row), *counts;
	struct purge_row p;
	int r = store_purge_get(q->hub->store, row->key, &p);

	if (r < 0) {
		json_free(o);
		return refuse_store(q, r);
	}
	counts = counts_json(&p);
	json_set_str(counts, "by", p.who);
	json_set_str(counts, "source", p.source);
	json_set_bool(counts, "done", p.done);
	json_set(o, "purged", counts);
	return answer(q, o);
}

/* What would be erased; ROOM is NULL if its log can not be read. */
static int
answer_counts(
    struct request *q, const struct room_row *row, const struct room *room)
{
	struct purge_row p = { .room = row->key };
	int r = store_purge_count(q->hub->store, &p);

	if (r < 0)
		return refuse_store(q, r);
	if (room != NULL)
		p.files = order_file_count(room->order);
	for (unsigned i = 0; room != NULL && i <= SITE_MAX; i++)
		p.edits += order_cseq(room->order, (uint8_t)i);
	return answer(q, counts_json(&p));
}

/* The room that the arguments name: ROW, and in memory *ROOM. That its log can
 * not be read is no reason to keep it: then *ROOM is NULL. */
static int
arg_erasable(struct request *q, struct room_row *row, struct room **room)
{
	const char *typed = arg_str(q, "room");
	char id[ROOM_ID_LEN + 1];
	int r = arg_room(q, RIGHT_READ, room);

	if (r == 0)
		*row = (*room)->row;
	if (r != ANSWER_FAILED || room_id_read(typed, id) < 0 ||
	    store_room_get(q->hub->store, id, row) < 0 ||
	    !who_owns(&q->who, row))
		return r;
	json_free(q->answer);
	q->answer = NULL;
	*room = NULL;
	return 0;
}

int
cmd_purge(struct request *q)
{
	bool dry = json_get_bool(q->args, "dry_run");
	struct room_row row;
	struct room *room;
	int r;

	if ((r = arg_erasable(q, &row, &room)) != 0)
		return r;
	if (!who_owns(&q->who, &row))
		return refuse(q, ANSWER_NOT_ALLOWED,
		    "only who owns room %s and admins may erase it", row.id);
	if (row.ended_ms == 0)
		return refuse(q, ANSWER_STATE,
		    "room %s has not ended: only rooms that have can be erased",
		    row.id);
	if (room != NULL && jobs_busy(room))
		return refuse(q, ANSWER_STATE,
		    "the program of room %s is being stopped: try again in a "
		    "moment",
		    row.id);
	if (dry) {
		request_target(q, "%s dry run", row.id);
		return answer_counts(q, &row, room);
	}
	if ((r = purge_begin(q->hub, &row, &q->who)) < 0)
		return refuse_store(q, r);
	return purge_answer(q, &row);
}

/* --- by its seats --- */

bool
purge_may(const struct room *room, const struct member *m, struct who *w)
{
	struct who who = { .kind = WHO_NOBODY, .source = "editor" };
	struct user_row u;

	if (m->row.role != ROLE_INTERVIEWER)
		return false;
	if (strcmp(m->row.label, LABEL_LOCAL) == 0) {
		who.kind = WHO_LOCAL;
		who.admin = true;
	} else if (m->row.user != 0 &&
		   store_user_by_key(room->hub->store, m->row.user, &u) == 0) {
		who.kind = WHO_USER;
		who.admin = u.role == USER_ADMIN;
		who.user = u.key;
		memcpy(who.name, u.name, sizeof(who.name));
	}
	if (w != NULL)
		*w = who;
	return who_owns(&who, &room->row);
}

int
purge_by_seat(struct room *room, uint8_t by, const char **why)
{
	struct room_row row = room->row;
	struct hub *h = room->hub;
	struct who w;
	int r;

	if (!purge_may(room, room->members[by], &w)) {
		*why = "Only who owns the room and admins may erase it";
		return CS_EPERM;
	}
	if (row.ended_ms == 0 || jobs_busy(room)) {
		*why = row.ended_ms == 0
			   ? "Only a room that has ended can be erased"
			   : "The program is being stopped: try again in a "
			     "moment";
		return CS_ESTATE;
	}
	if ((r = purge_begin(h, &row, &w)) == 0)
		audit_add(h, &w, "room purge", row.id, "ok");
	return r;
}

/* --- in time --- */

/* When the last thing happened in ROW, which is not in memory. */
static int
last_at(struct store *s, const struct room_row *row, uint64_t *at_ms)
{
	uint64_t first, last;
	struct chunk_reader cr;
	struct record rec;
	uint32_t count;
	struct buf b;
	int r;

	*at_ms = row->created_ms;
	if ((r = store_chunk_ends(s, row->key, &first, &last)) < 0)
		return r == CS_ENOTFOUND ? 0 : r;
	buf_init(&b, CHUNK_MAX);
	record_init(&rec);
	r = store_chunk_get(s, row->key, last, &first, &count, &b);
	if (r == 0 && (r = chunk_open(&cr, b.data, b.len)) == 0)
		while ((r = chunk_next(&cr, &rec)) == 1)
			*at_ms = rec.at_ms;
	record_release(&rec);
	buf_release(&b);
	return r;
}

/* The next room that was never ended, if nobody has been in it for as long as it
 * is kept. One that is damaged is as old as it is. CS_ENOTFOUND: not this one, or
 * that was the last. */
static int
find_stale(struct hub *h, uint64_t now_ms, struct room_row *row)
{
	struct purging *p = &h->purging;
	uint64_t at_ms;
	int r = store_room_stale(h->store, now_ms, p->after, row);

	if (r < 0) {
		p->after = 0;
		p->next_ms = loop_now_ms() + STALE_MS;
		return r;
	}
	p->after = row->key;
	if (room_find(h, row->id) != NULL)
		return CS_ENOTFOUND;
	r = last_at(h->store, row, &at_ms);
	if (r < 0 && r != CS_EFORMAT && r != CS_EUTF8)
		return r;
	if (at_ms + row->retention_days * 86400000ULL > now_ms)
		return CS_ENOTFOUND;
	row->ended_ms = at_ms;
	return 0;
}

/* The next room that was kept for long enough, in a transaction of its own. */
static int
purge_due(struct hub *h)
{
	struct who w = { .kind = WHO_LOCAL, .source = BY_RETENTION };
	uint64_t now = loop_wall_ms();
	const struct room *room;
	struct room_row row;
	int r = store_room_due(h->store, now, &row);

	if (r == CS_ENOTFOUND && loop_now_ms() >= h->purging.next_ms)
		r = find_stale(h, now, &row);
	if (r < 0)
		return r == CS_ENOTFOUND ? 0 : r;
	room = room_find(h, row.id);
	if (room != NULL && jobs_busy(room))
		return 0;
	if ((r = store_commit(h->store)) < 0)
		return r;
	audit_add(h, &w, "room purge", row.id, "ok");
	if ((r = purge_begin(h, &row, &w)) == 0)
		r = store_commit(h->store);
	if (r < 0)
		store_rollback(h->store);
	return r;
}

/* Nothing of it is left: say so. */
static int
purge_done(struct hub *h, struct purge_row *p)
{
	char text[AUDIT_TEXT_SIZE];
	struct room_row row;
	int r;

	if ((r = store_scrub(h->store)) < 0 ||
	    (r = store_room_by_key(h->store, p->room, &row)) < 0)
		return r;
	snprintf(text, sizeof(text),
	    "%s files %llu edits %llu runs %llu chat %llu notes %llu "
	    "people %llu bytes %llu",
	    row.id, (unsigned long long)p->files, (unsigned long long)p->edits,
	    (unsigned long long)p->runs, (unsigned long long)p->chat,
	    (unsigned long long)p->notes, (unsigned long long)p->people,
	    (unsigned long long)p->bytes);
	p->done = true;
	store_purge_set(h->store, p);
	audit_line(h, p->who, p->source, "room purged", text, "ok");
	return store_commit(h->store);
}

/* Go on with what has begun; 0: nothing has, or it is done. */
static int
purge_on(struct hub *h)
{
	uint64_t until_ms = loop_now_ms() + WORK_MS;
	struct purge_row p;
	bool left = true;
	int r = store_purge_open(h->store, &p);

	if (r < 0) {
		h->purging.open = false;
		return r == CS_ENOTFOUND ? 0 : r;
	}
	while (r == 0 && left && loop_now_ms() < until_ms)
		r = purge_slice(h->store, &p, &left);
	if (r == 0 && !left)
		r = purge_done(h, &p);
	rooms_turn_soon(h);
	return r;
}

void
purges_work(struct hub *h)
{
	struct purging *p = &h->purging;
	int r = 0;

	if (p->open)
		r = purge_on(h);
	else if (p->due)
		r = purge_due(h);
	p->due = false;
	if (r >= 0)
		return;
	log_err("a room cannot be erased: %s", cs_strerror(r));
	p->open = false; /* later */
	p->next_ms = p->retry_ms = loop_now_ms() + RETRY_MS;
}

void
purges_tick(struct hub *h, uint64_t now_ms)
{
	struct purging *p = &h->purging;

	if (now_ms < p->retry_ms)
		return;
	p->due = true;
	p->open |= p->retry_ms != 0;
	p->retry_ms = 0;
}
