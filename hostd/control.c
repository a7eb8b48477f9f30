/*
 * control.c - commands from the command line. Each is a line in the table near
 * the end; its function checks everything before it changes anything.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/control.h"
#include "hostd/jobs.h"
#include "hostd/request.h"
#include "hostd/seat.h"
#include "proto/err.h"
#include "proto/sys/control.h"
#include "proto/sys/server.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

struct reply { /* waits for the commit */
	struct reply *next;
	uint64_t token;
	struct buf bytes;
};

#define STRANGER_MAX (64 * 1024) /* a request of somebody who is no admin */

struct control {
	struct hub *hub;
	struct server *server;
	struct reply *first, **last;
};

/* --- the others --- */

static int
cmd_list(struct request *q)
{
	char(*ids)[STORE_ID_SIZE];
	struct json *list = json_array_new();
	struct room *room;
	bool loaded;
	size_t n;
	int r;

	r = store_room_ids(
	    q->hub->store, json_get_bool(q->args, "all"), &ids, &n);
	for (size_t i = 0; i < n && r == 0; i++) {
		loaded = room_find(q->hub, ids[i]) != NULL;
		if ((r = room_open(q->hub, ids[i], &room)) < 0)
			break;
		json_add(list, room_json(room));
		if (!loaded)
			room_drop(room);
	}
	free(ids);
	if (r == 0)
		return answer(q, list);
	json_free(list);
	return refuse_store(q, r);
}

static int
cmd_show(struct request *q)
{
	struct room *room;
	int r = arg_room(q, &room);

	return r != 0 ? r : answer_room(q, room);
}

/* The room as "at" wants it: *O, and *OLD to free if it is not the present. */
static int
arg_at(struct request *q, struct room *room, const struct order **o,
    struct order **old)
{
	const char *at = arg_str(q, "at");
	uint64_t rev = UINT64_MAX, ms = UINT64_MAX;
	int r;

	*old = NULL;
	*o = room->order;
	if (at == NULL)
		return 0;
	if (*at != '\0' && strspn(at, "0123456789") == strlen(at)) {
		if (parse_num(at, 1, order_rev(room->order), &rev) < 0)
			return refuse(q, ANSWER_INVALID,
			    "room %s has revisions 1 to %llu", room->row.id,
			    (unsigned long long)order_rev(room->order));
	} else if (time_parse(at, &ms) < 0) {
		return refuse(q, ANSWER_INVALID,
		    "%.40s is neither a revision nor a time like "
		    "2026-01-31T12:00:00Z",
		    at);
	}
	if ((r = room_fold(room, rev, ms, old)) < 0)
		return refuse_store(q, r);
	*o = *old;
	return 0;
}

static int
cmd_get(struct request *q)
{
	const char *name = arg_str(q, "file");
	const struct order *o;
	struct order *old;
	struct room *room;
	int r, file;

	if ((r = arg_room(q, &room)) != 0 ||
	    (r = arg_at(q, room, &o, &old)) != 0)
		return r;
	file = name != NULL ? order_file_find(o, name) : 0;
	if (file < 0 || order_text(o, (unsigned)file) == NULL) {
		r = refuse(q, ANSWER_NOT_FOUND, "room %s has no file%s%.64s%s",
		    room->row.id, name != NULL ? " " : "",
		    name != NULL ? name : "",
		    old != NULL ? " at that time" : "");
	} else {
		q->text = file_bytes(order_text(o, (unsigned)file));
		q->text_len = text_len(order_text(o, (unsigned)file));
		r = answer(q, json_object_new());
	}
	order_free(old);
	return r;
}

static int
cmd_put(struct request *q)
{
	const char *name = arg_str(q, "file");
	struct room *room;
	int r;

	if ((r = arg_room(q, &room)) != 0)
		return r;
	if (name == NULL || !file_name_valid(name))
		return refuse(q, ANSWER_INVALID,
		    "a file's name has 1 to 64 of the characters A-Z a-z 0-9 "
		    ". _ -");
	if (room->row.ended_ms != 0)
		return refuse(
		    q, ANSWER_STATE, "room %s has ended", room->row.id);
	if (order_file_find(room->order, name) < 0 &&
	    order_file_count(room->order) == FILE_MAX)
		return refuse(
		    q, ANSWER_INVALID, "a room has at most %d files", FILE_MAX);
	r = room_put(room, name, q->raw, q->raw_len);
	if (r == CS_ETOOBIG)
		return refuse(q, ANSWER_INVALID,
		    "%s is larger than 1 MiB, the most a file can hold", name);
	if (r == CS_EFORMAT)
		return refuse(q, ANSWER_INVALID, "%s is not valid UTF-8", name);
	return r < 0 ? refuse_store(q, r) : answer_room(q, room);
}

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

static int
cmd_run(struct request *q)
{
	bool given = json_get_bool(q->args, "stdin");
	struct job_stdin in;
	struct json *o;
	struct room *room;
	uint32_t run;
	uint64_t rev;
	int r;

	if ((r = arg_room(q, &room)) != 0 || (r = arg_stdin(q, &in)) != 0)
		return r;
	r = jobs_run(room, SITE_LOCAL, given ? &in : NULL, &run, &rev);
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
	o = json_object_new();
	json_set_int(o, "run", run);
	json_set_int(o, "rev", (int64_t)rev);
	json_set_str(o, "room", room->row.id);
	return answer(q, o);
}

/* Why a run ended as internal_error: a sentence, or "". */
static int
cmd_why(struct request *q)
{
	struct room *room;
	struct json *o;
	uint32_t run;
	int r;

	if ((r = arg_room(q, &room)) != 0 ||
	    (r = arg_num(q, "run", UINT32_MAX, 1, &run)) != 0)
		return r;
	o = json_object_new();
	json_set_str(o, "why", jobs_why(q->hub, room->row.key, run));
	return answer(q, o);
}

static int
cmd_stop(struct request *q)
{
	struct room *room;
	int r;

	if ((r = arg_room(q, &room)) != 0)
		return r;
	if (jobs_stop(room, SITE_LOCAL) < 0)
		return refuse(q, ANSWER_STATE, "nothing is running in room %s",
		    room->row.id);
	return answer_room(q, room);
}

static int
cmd_end(struct request *q)
{
	struct room *room;
	int r;

	if ((r = arg_room(q, &room)) != 0)
		return r;
	r = room_end(room);
	if (r == CS_ESTATE)
		return refuse(
		    q, ANSWER_STATE, "room %s has already ended", room->row.id);
	if (r < 0)
		return refuse_store(q, r);
	jobs_stop(room, SITE_LOCAL); /* if there is one */
	return answer_room(q, room);
}

static int
answer_ticket(struct request *q, struct room *room, uint8_t site)
{
	char ticket[TICKET_LEN + 1];
	struct json *o;
	int r = seat_open(q->hub, &room->row, site, ticket);

	if (r == CS_EBUSY)
		return refuse(q, ANSWER_FAILED, "this host is full");
	if (r < 0)
		return refuse_store(q, r);
	o = json_object_new();
	json_set_str(o, "ticket", ticket);
	json_set_str(o, "room", room->row.id);
	explicit_bzero(ticket, sizeof(ticket));
	return answer(q, o);
}

static int
cmd_watch(struct request *q)
{
	struct room *room;
	int r = arg_room(q, &room);

	return r != 0 ? r : answer_ticket(q, room, 0);
}

static int
cmd_join(struct request *q)
{
	char name[NAME_MAX_BYTES + 1];
	struct member *m;
	struct room *room;
	int r;

	if ((r = arg_room(q, &room)) != 0 ||
	    (r = arg_line(q, "name", name, sizeof(name))) != 0)
		return r;
	if (arg_str(q, "name") != NULL && person_name(name) < 0)
		return refuse(q, ANSWER_INVALID,
		    "a name has 1 to %d bytes and is not blank",
		    NAME_MAX_BYTES);
	m = room_seat_find(room, LABEL_LOCAL);
	if (room->row.ended_ms != 0 && (m == NULL || m->row.state == SEAT_NEW))
		return refuse(
		    q, ANSWER_STATE, "room %s has ended", room->row.id);
	r = 0;
	if (m == NULL)
		r = room_seat_add(
		    room, ROLE_INTERVIEWER, LABEL_LOCAL, name, &m);
	if (r == CS_EBUSY)
		return refuse(
		    q, ANSWER_STATE, "room %s has no seat left", room->row.id);
	return r < 0 ? refuse_store(q, r) : answer_ticket(q, room, m->row.site);
}

static int
cmd_hostkey(struct request *q)
{
	struct json *o = json_object_new();

	host_json(q->hub, o);
	return answer(q, o);
}

static int
cmd_stat(struct request *q)
{
	struct hub *h = q->hub;
	struct json *o = json_object_new();
	unsigned here, watchers, loaded = 0;
	struct jobs_count jobs;
	uint64_t live = 0;

	for (struct room *room = h->rooms; room != NULL; room = room->next)
		loaded++;
	store_room_count(h->store, &live);
	seats_counts(h, &here, &watchers);
	jobs_counts(h, &jobs);
	json_set_int(o, "rooms_live", (int64_t)live);
	json_set_int(o, "rooms_loaded", loaded);
	json_set_int(o, "seats_here", here);
	json_set_int(o, "watchers", watchers);
	json_set_int(o, "edits_total", (int64_t)h->edits);
	json_set_int(o, "commits_total", (int64_t)store_commits(h->store));
	json_set_int(o, "runs_total", (int64_t)h->runs);
	json_set_int(o, "runs_queued", jobs.queued);
	json_set_int(o, "runs_running", jobs.running);
	json_set_int(o, "runners", jobs.runners);
	json_set_int(o, "bytes_store", (int64_t)store_bytes(h->store));
	json_set_int(
	    o, "uptime_s", (int64_t)((loop_now_ms() - h->started_ms) / 1000));
	return answer(q, o);
}

static const struct {
	const char *name;
	int (*fn)(struct request *q);
} commands[] = {
	{ "room create", cmd_create },
	{ "room list", cmd_list },
	{ "room show", cmd_show },
	{ "room invite", cmd_invite },
	{ "room get", cmd_get },
	{ "room put", cmd_put },
	{ "room run", cmd_run },
	{ "room stop", cmd_stop },
	{ "room end", cmd_end },
	{ "room watch", cmd_watch },
	{ "room why", cmd_why },
	{ "room join", cmd_join },
	{ "hostkey", cmd_hostkey },
	{ "stat", cmd_stat },
};

/* --- the socket --- */

static bool
is_admin(const struct hub *h, int uid)
{
	return uid == 0 || uid == (int)h->daemon_uid;
}

static void
perform(struct request *q, const char *cmd, int uid)
{
	if (!is_admin(q->hub, uid)) {
		refuse(q, ANSWER_NOT_ALLOWED,
		    "only root and the user that runs this host may do this");
		return;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (cmd != NULL && strcmp(commands[i].name, cmd) == 0) {
			commands[i].fn(q);
			return;
		}
	refuse(q, ANSWER_INVALID, "this host does not know the command %.32s",
	    cmd != NULL ? cmd : "");
}

static void
reply_add(struct control *c, uint64_t token, const struct request *q)
{
	struct reply *reply = xcalloc(1, sizeof(*reply));

	reply->token = token;
	buf_init(&reply->bytes, CONTROL_MAX);
	control_encode(&reply->bytes, q->answer, q->text, q->text_len);
	*c->last = reply;
	c->last = &reply->next;
}

/* Others are told that they may not, and need no room for that. */
static struct server_share
admit(void *arg, int uid)
{
	static const struct server_share admin = { 256, CONTROL_MAX };
	static const struct server_share stranger = { 8, STRANGER_MAX };
	const struct control *c = arg;

	return is_admin(c->hub, uid) ? admin : stranger;
}

static int
on_request(void *arg, const struct server_in *in)
{
	struct control *c = arg;
	struct request q = { .hub = c->hub };
	struct json *whole;

	if (control_decode(in->body, in->len, &whole, &q.raw, &q.raw_len) < 0) {
		refuse(&q, ANSWER_INVALID, "the request was not understood");
	} else {
		q.args = json_get(whole, "args");
		perform(&q, json_get_str(whole, "cmd"), in->uid);
	}
	reply_add(c, in->token, &q);
	json_free(whole);
	json_free(q.answer);
	free(q.text);
	return 0;
}

void
control_sent(struct hub *h)
{
	struct control *c = h->control;
	struct reply *reply;

	while ((reply = c->first) != NULL) {
		c->first = reply->next;
		if (reply->bytes.err == 0)
			server_reply(c->server, reply->token, reply->bytes.data,
			    reply->bytes.len);
		else
			log_err("an answer is too large");
		buf_release(&reply->bytes);
		free(reply);
	}
	c->last = &c->first;
}

void
control_failed(struct hub *h, int err)
{
	struct request q = { .hub = h };

	refuse_store(&q, err);
	for (struct reply *r = h->control->first; r != NULL; r = r->next) {
		buf_clear(&r->bytes);
		control_encode(&r->bytes, q.answer, NULL, 0);
	}
	json_free(q.answer);
	control_sent(h);
}

int
control_open(struct hub *h)
{
	static const struct server_events events = { admit, on_request };
	struct control *c = xcalloc(1, sizeof(*c));

	c->hub = h;
	c->last = &c->first;
	h->control = c;
	return server_open(&c->server, h->loop, FRAME_REP, "control.sock", 0666,
	    CONTROL_MAX, &events, c);
}

void
control_close(struct hub *h)
{
	struct control *c = h->control;
	struct reply *reply;

	if (c == NULL)
		return;
	server_close(c->server);
	while ((reply = c->first) != NULL) {
		c->first = reply->next;
		buf_release(&reply->bytes);
		free(reply);
	}
	free(c);
	h->control = NULL;
}
