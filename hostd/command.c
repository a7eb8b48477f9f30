/*
 * command.c - commands that read a room, write its files, run its program, or
 * open it on a screen. Each checks everything before it changes anything.
 */
#include <stdlib.h>
#include <string.h>

#include "hostd/enter.h"
#include "hostd/jobs.h"
#include "hostd/purge.h"
#include "hostd/request.h"
#include "hostd/seat.h"
#include "proto/err.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

/* --- rooms --- */

/* A list in the making. */
struct listing {
	struct json *list;
	int64_t key;  /* of the last room on it */
	size_t bytes; /* that were read for it, see LIST_BYTES */
};

static size_t
text_bytes(const struct room *room)
{
	size_t sum = 0;

	for (unsigned i = 0; i < order_file_count(room->order); i++)
		sum += text_len(order_text(room->order, i));
	return sum;
}

/* Room ID to the end of L. It stays in memory only if it was there. */
static int
list_room(struct request *q, const char *id, struct listing *l)
{
	bool loaded = room_find(q->hub, id) != NULL;
	struct room_row row;
	struct room *room;
	int r = room_open(q->hub, id, &room);

	l->bytes += LIST_EACH;
	/* its log is damaged or erased: it is listed all the same */
	if (r == CS_EFORMAT || r == CS_ENOTFOUND) {
		if ((r = store_room_get(q->hub->store, id, &row)) == 0) {
			json_add(l->list, row_json(&row));
			l->key = row.key;
		}
		return r;
	}
	if (r < 0)
		return r;
	json_add(l->list, room_json(room));
	l->key = room->row.key;
	if (!loaded) {
		l->bytes += text_bytes(room);
		room_drop(room);
	}
	return 0;
}

/* Rooms that are not in memory have to be read for this: as many at a time as
 * nobody notices who types. "next" is the "after" for those that are left. */
int
cmd_list(struct request *q)
{
	struct listing l = { .key = json_get_int(q->args, "after", 0) };
	char(*ids)[STORE_ID_SIZE];
	size_t n, i;
	int r;

	if ((r = accounts_only(q)) != 0)
		return r;
	l.list = json_array_new();
	r = store_room_ids(q->hub->store, q->who.admin ? 0 : q->who.user,
	    json_get_bool(q->args, "all"), l.key, &ids, &n);
	for (i = 0; i < n && r == 0 && l.bytes < LIST_BYTES; i++)
		r = list_room(q, ids[i], &l);
	free(ids);
	if (r < 0) {
		json_free(l.list);
		return refuse_store(q, r);
	}
	r = answer(q, l.list);
	if (i < n)
		json_set_int(q->answer, "next", l.key);
	return r;
}

int
cmd_show(struct request *q)
{
	struct room_row row;
	struct room *room;
	int r = arg_purged(q, &row);

	if (r != 0)
		return r < 0 ? refuse_store(q, r) : purge_answer(q, &row);
	r = arg_room(q, RIGHT_READ, &room);
	return r != 0 ? r : answer_room(q, room);
}

/* --- files --- */

int
cmd_put(struct request *q)
{
	const char *name = arg_str(q, "file");
	struct room *room;
	uint8_t site;
	int r;

	if ((r = arg_room(q, RIGHT_STAFF, &room)) != 0 ||
	    (r = arg_site(q, room, &site)) != 0)
		return r;
	if ((r = arg_unwatched(q, room)) != 0)
		return r;
	if (name == NULL || !file_name_valid(name))
		return refuse(q, ANSWER_INVALID,
		    "a file's name has 1 to 64 of the characters A-Z a-z 0-9 "
		    ". _ -");
	if (room->row.ended_ms != 0)
		return refuse(
		    q, ANSWER_STATE, "room %s has ended", room->row.id);
	if ((r = arg_space(q, room)) != 0)
		return r;
	if (order_file_find(room->order, name) < 0 &&
	    order_file_count(room->order) == FILE_MAX)
		return refuse(
		    q, ANSWER_INVALID, "a room has at most %d files", FILE_MAX);
	r = room_put(room, site, name, q->raw, q->raw_len);
	if (r == CS_ETOOBIG)
		return refuse(q, ANSWER_INVALID,
		    "%s is larger than 1 MiB, the most a file can hold", name);
	if (r == CS_EFORMAT)
		return refuse(q, ANSWER_INVALID, "%s is not valid UTF-8", name);
	return r < 0 ? refuse_store(q, r) : answer_room(q, room);
}

/* --- the program --- */

/* What the program shall read, if that is given: IN. */
static int
arg_stdin(struct request *q, struct job_stdin *in)
{
	in->text = q->raw;
	in->len = q->raw_len;
	if (q->raw_len > JOB_STDIN_MAX)
		return refuse(q, ANSWER_INVALID,
		    "the input is larger than 1 MiB, the most a program gets");
	if (!utf8_valid(q->raw, q->raw_len))
		return refuse(
		    q, ANSWER_INVALID, "the input is not valid UTF-8");
	return 0;
}

int
cmd_run(struct request *q)
{
	bool given = json_get_bool(q->args, "stdin");
	struct job_stdin in;
	struct json *o;
	struct room *room;
	uint8_t site;
	uint32_t run;
	uint64_t rev;
	int r;

	if ((r = arg_room(q, RIGHT_STAFF, &room)) != 0 ||
	    (r = arg_unwatched(q, room)) != 0 ||
	    (r = arg_space(q, room)) != 0 || (r = arg_stdin(q, &in)) != 0 ||
	    (r = arg_site(q, room, &site)) != 0)
		return r;
	r = jobs_run(room, site, given ? &in : NULL, &run, &rev);
	if (r == CS_ESTATE)
		return refuse(
		    q, ANSWER_STATE, "room %s has ended", room->row.id);
	if (r == CS_EBUSY)
		return refuse(q, ANSWER_STATE,
		    "the program of room %s is already running", room->row.id);
	if (r == CS_EAGAIN)
		return refuse(
		    q, ANSWER_STATE, "the host is busy: try again in a moment");
	if (r < 0)
		return refuse_store(q, r);
	o = room_json(room);
	json_set_int(o, "run", run);
	json_set_int(o, "rev", (int64_t)rev); /* where the run begins */
	json_set_str(o, "room", room->row.id);
	return answer(q, o);
}

/* Why a run ended as internal_error: a sentence, or "". */
int
cmd_why(struct request *q)
{
	struct room *room;
	struct json *o;
	uint32_t run;
	int r;

	if ((r = arg_room(q, RIGHT_READ, &room)) != 0 ||
	    (r = arg_num(q, "run", UINT32_MAX, 1, &run)) != 0)
		return r;
	o = json_object_new();
	json_set_str(o, "why", jobs_why(q->hub, room->row.key, run));
	return answer(q, o);
}

int
cmd_stop(struct request *q)
{
	struct room *room;
	uint8_t site;
	int r;

	if ((r = arg_room(q, RIGHT_STAFF, &room)) != 0 ||
	    (r = arg_site(q, room, &site)) != 0)
		return r;
	if ((r = arg_unwatched(q, room)) != 0)
		return r;
	if (jobs_stop(room, site) < 0)
		return refuse(q, ANSWER_STATE, "nothing is running in room %s",
		    room->row.id);
	return answer_room(q, room);
}

/* --- on a screen --- */

/* A ticket that was made with R. */
static int
answer_ticket(struct request *q, const struct room *room, char *ticket, int r)
{
	struct json *o;

	if (r == CS_EBUSY)
		return refuse(q, ANSWER_FAILED, "this host is full");
	if (r < 0)
		return refuse_store(q, r);
	o = json_object_new();
	json_set_str(o, "ticket", ticket);
	json_set_str(o, "room", room->row.id);
	explicit_bzero(ticket, TICKET_LEN);
	return answer(q, o);
}

/* A watcher's ticket for who has RIGHT. The staff's sees all. */
static int
answer_watcher(struct request *q, enum right right)
{
	char ticket[TICKET_LEN + 1];
	struct room *room;
	int r;

	if ((r = arg_room(q, right, &room)) != 0 ||
	    (r = arg_unwatched(q, room)) != 0)
		return r;
	r = seat_open_watcher(
	    q->hub, &room->row, &q->who, q->right == RIGHT_STAFF, ticket);
	return answer_ticket(q, room, ticket, r);
}

int
cmd_watch(struct request *q)
{
	return answer_watcher(q, RIGHT_READ);
}

/* The whole log for a screen: with chat and notes, so the staff's alone. */
int
cmd_replay(struct request *q)
{
	return answer_watcher(q, RIGHT_STAFF);
}

/* The seat of who asks, made if need be. */
static int
own_seat(
    struct request *q, struct room *room, const char *name, struct member **m)
{
	if (q->who.kind == WHO_USER)
		return enter_seat(&q->who, room, m);
	*m = room_seat_find(room, LABEL_LOCAL);
	if (*m != NULL)
		return room->row.ended_ms != 0 && (*m)->row.state == SEAT_NEW
			   ? CS_ESTATE
			   : 0;
	return room->row.ended_ms != 0 ? CS_ESTATE
				       : room_seat_add(room, ROLE_INTERVIEWER,
					     LABEL_LOCAL, name, m);
}

int
cmd_join(struct request *q)
{
	char name[NAME_MAX_BYTES + 1], ticket[TICKET_LEN + 1];
	struct member *m;
	struct room *room;
	int r;

	if ((r = arg_room(q, RIGHT_READ, &room)) != 0 ||
	    (r = arg_name(q, name)) != 0)
		return r;
	r = own_seat(q, room, name, &m);
	if (r == CS_ESTATE)
		return refuse(
		    q, ANSWER_STATE, "room %s has ended", room->row.id);
	if (r == CS_EBUSY)
		return refuse(
		    q, ANSWER_STATE, "room %s has no seat left", room->row.id);
	if (r < 0)
		return refuse_store(q, r);
	r = seat_open(q->hub, &room->row, m->row.site, ticket);
	return answer_ticket(q, room, ticket, r);
}
