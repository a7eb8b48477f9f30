/*
 * control.c - commands from the command line. Each is a line in the table near
 * the end; its function checks everything before it changes anything.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/control.h"
#include "hostd/audit.h"
#include "hostd/enter.h"
#include "hostd/jobs.h"
#include "hostd/purge.h"
#include "hostd/request.h"
#include "hostd/seat.h"
#include "hostd/secret.h"
#include "hostd/user.h"
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

#define STRANGER_MAX (64 * 1024) /* a request of somebody without a name here */

struct control {
	struct hub *hub;
	struct server *server;
	struct reply *first, **last;
};

/* --- the others --- */

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

static int
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
	} else if (strchr(at, ':') != NULL && parse_clock(at, &ms) == 0) {
		/* as a replay counts it */
		if (room->row.started_ms == 0)
			return refuse(q, ANSWER_STATE, "room %s has not begun",
			    room->row.id);
		ms += room->row.started_ms;
	} else if (time_parse(at, &ms) < 0) {
		return refuse(q, ANSWER_INVALID,
		    "%.40s is neither a revision, nor a time like "
		    "2026-01-31T12:00:00Z or, since the beginning, 14:31",
		    at);
	}
	if ((r = room_fold(room, rev, ms, old)) < 0)
		return refuse_store(q, r);
	*o = *old;
	return 0;
}

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

static int
cmd_get(struct request *q)
{
	const char *name = arg_str(q, "file");
	const struct order *o;
	struct order *old;
	struct room *room;
	int r, file;

	if (q->who.kind == WHO_SEAT)
		r = arg_own_room(q, &room, &name);
	else if ((r = arg_room(q, RIGHT_READ, &room)) == 0)
		r = arg_unwatched(q, room);
	if (r != 0 || (r = arg_at(q, room, &o, &old)) != 0)
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

	if ((r = arg_room(q, RIGHT_READ, &room)) != 0 ||
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

static int
cmd_watch(struct request *q)
{
	char ticket[TICKET_LEN + 1];
	struct room *room;
	int r;

	if ((r = arg_room(q, RIGHT_READ, &room)) != 0 ||
	    (r = arg_unwatched(q, room)) != 0)
		return r;
	r = seat_open_watcher(
	    q->hub, &room->row, &q->who, q->right == RIGHT_STAFF, ticket);
	return answer_ticket(q, room, ticket, r);
}

/* The whole log for a screen: with chat and notes, so the staff's alone. */
int
cmd_replay(struct request *q)
{
	char ticket[TICKET_LEN + 1];
	struct room *room;
	int r;

	if ((r = arg_room(q, RIGHT_STAFF, &room)) != 0 ||
	    (r = arg_unwatched(q, room)) != 0)
		return r;
	r = seat_open_watcher(q->hub, &room->row, &q->who, true, ticket);
	return answer_ticket(q, room, ticket, r);
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

static int
cmd_join(struct request *q)
{
	char name[NAME_MAX_BYTES + 1], ticket[TICKET_LEN + 1];
	struct member *m;
	struct room *room;
	int r;

	if ((r = arg_room(q, RIGHT_READ, &room)) != 0 ||
	    (r = arg_line(q, "name", name, sizeof(name))) != 0)
		return r;
	if (arg_str(q, "name") != NULL && person_name(name) < 0)
		return refuse(q, ANSWER_INVALID,
		    "a name has 1 to %d bytes and is not blank",
		    NAME_MAX_BYTES);
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

static int
cmd_hostkey(struct request *q)
{
	struct json *o = json_object_new();

	host_json(q->hub, o);
	return answer(q, o);
}

/* Who waits in ROOM's lobby. */
static int64_t
lobby_count(const struct room *room)
{
	const struct member *m;
	int64_t n = 0;

	for (unsigned i = SITE_LOCAL + 1; i <= room->last_site; i++) {
		m = room->members[i];
		n += m != NULL && m->row.state == SEAT_WAITS;
	}
	return n;
}

static int
cmd_stat(struct request *q)
{
	struct hub *h = q->hub;
	struct json *o;
	unsigned here, watchers, loaded = 0;
	struct jobs_count jobs;
	uint64_t live = 0, users = 0, keys = 0;
	int64_t lobby = 0;
	int r;

	if ((r = admins_only(q)) != 0)
		return r;
	for (struct room *room = h->rooms; room != NULL; room = room->next) {
		loaded++;
		lobby += lobby_count(room);
	}
	o = json_object_new();
	store_room_count(h->store, &live);
	store_user_count(h->store, &users, &keys);
	seats_counts(h, &here, &watchers);
	jobs_counts(h, &jobs);
	json_set_int(o, "rooms_live", (int64_t)live);
	json_set_int(o, "rooms_loaded", loaded);
	json_set_int(o, "seats_here", here);
	json_set_int(o, "seats_lobby", lobby);
	json_set_int(o, "watchers", watchers);
	json_set_int(o, "users", (int64_t)users);
	json_set_int(o, "keys", (int64_t)keys);
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

static struct json *
audit_json(const struct audit_row *row)
{
	struct json *o = json_object_new();

	json_set_time(o, "at", row->at_ms);
	json_set_str(o, "who", row->who);
	json_set_str(o, "source", row->source);
	json_set_str(o, "action", row->action);
	json_set_str(o, "target", row->target);
	json_set_str(o, "result", row->result);
	return o;
}

/* A page of the trail; "next", if there may be more, is the "after" of the next
 * page. */
static int
cmd_audit(struct request *q)
{
	int64_t after = json_get_int(q->args, "after", 0);
	const char *since = arg_str(q, "since");
	struct json *list;
	struct audit_row *rows;
	uint64_t since_ms = 0;
	size_t n;
	int r;

	if ((r = admins_only(q)) != 0)
		return r;
	if (since != NULL && time_parse(since, &since_ms) < 0)
		return refuse(q, ANSWER_INVALID,
		    "%.40s is no time like 2026-01-31T12:00:00Z", since);
	r = audit_read(q->hub->store, after, since_ms, &rows, &n);
	if (r < 0) {
		free(rows);
		return refuse_store(q, r);
	}
	list = json_array_new();
	for (size_t i = 0; i < n; i++)
		json_add(list, audit_json(&rows[i]));
	r = answer(q, list);
	if (n == AUDIT_PAGE)
		json_set_int(q->answer, "next", rows[n - 1].key);
	free(rows);
	return r;
}
/* What `codesync -x` shows to an account that named neither a command nor a
 * room: who it is, and how it came here. */
static int
cmd_whoami(struct request *q)
{
	struct json *o = json_object_new();

	json_set_str(o, "name", q->who.name);
	json_set_str(o, "role", q->who.admin ? "admin" : "interviewer");
	json_set_str(o, "host", q->hub->host);
	json_set_int(o, "port", q->hub->port);
	return answer(q, o);
}

/* Who may ask for it at all; what of a room, its function decides. */
enum access {
	BY_SEAT, /* also whoever has only the code of a seat */
	BY_USER, /* an account */
	BY_ADMIN /* of the whole host */
};

static const struct {
	const char *name;
	enum access access;
	int (*fn)(struct request *q);
} commands[] = {
	{ "room create", BY_USER, cmd_create },
	{ "room list", BY_USER, cmd_list },
	{ "room show", BY_USER, cmd_show },
	{ "room invite", BY_USER, cmd_invite },
	{ "room get", BY_SEAT, cmd_get },
	{ "room put", BY_USER, cmd_put },
	{ "room run", BY_USER, cmd_run },
	{ "room stop", BY_USER, cmd_stop },
	{ "room end", BY_USER, cmd_act },
	{ "room reopen", BY_USER, cmd_reopen },
	{ "room purge", BY_USER, cmd_purge },
	{ "room verify", BY_USER, cmd_verify },
	{ "room export", BY_USER, cmd_export },
	{ "room admit", BY_USER, cmd_act },
	{ "room back", BY_USER, cmd_act },
	{ "room kick", BY_USER, cmd_act },
	{ "room role", BY_USER, cmd_act },
	{ "room freeze", BY_USER, cmd_act },
	{ "room thaw", BY_USER, cmd_act },
	{ "room say", BY_USER, cmd_say },
	{ "room note", BY_USER, cmd_note },
	{ "room pause", BY_USER, cmd_act },
	{ "room resume", BY_USER, cmd_act },
	{ "room extend", BY_USER, cmd_extend },
	{ "room report", BY_USER, cmd_report },
	{ "room watch", BY_USER, cmd_watch },
	{ "room replay", BY_USER, cmd_replay },
	{ "room why", BY_USER, cmd_why },
	{ "room join", BY_USER, cmd_join },
	{ "whoami", BY_USER, cmd_whoami },
	{ "hostkey", BY_USER, cmd_hostkey },
	{ "stat", BY_ADMIN, cmd_stat },
	{ "audit", BY_ADMIN, cmd_audit },
	{ "doctor", BY_ADMIN, cmd_doctor },
	{ "user add", BY_ADMIN, cmd_user_add },
	{ "user list", BY_ADMIN, cmd_user_list },
	{ "user show", BY_USER, cmd_user_show },
	{ "user rm", BY_ADMIN, cmd_user_rm },
	{ "user passwd", BY_USER, cmd_user_passwd },
	{ "user token", BY_ADMIN, cmd_user_token },
	{ "key add", BY_USER, cmd_key_add },
	{ "key list", BY_USER, cmd_key_list },
	{ "key rm", BY_USER, cmd_key_rm },
	{ "template add", BY_USER, cmd_template_add },
	{ "template list", BY_USER, cmd_template_list },
	{ "template show", BY_USER, cmd_template_show },
	{ "template rm", BY_USER, cmd_template_rm },
};

/* --- the trail --- */

/* What only reads is not told; but what is taken out of a room is. */
static bool
only_reads(const char *cmd)
{
	static const char *const reading[] = { "room list", "room show",
		"room get", "room watch", "room replay", "room report",
		"room verify", "hostkey", "stat", "audit", "user list",
		"user show", "key list", "template list", "template show",
		"whoami", "doctor" };

	for (size_t i = 0; i < sizeof(reading) / sizeof(reading[0]); i++)
		if (strcmp(reading[i], cmd) == 0)
			return true;
	return false;
}

/* Whom CMD is about, unless its function has said so. */
static void
find_target(struct request *q)
{
	const char *room = arg_str(q, "room"), *seat = arg_str(q, "seat");
	const char *name = arg_str(q, "name"), *role = arg_str(q, "role");

	if (q->target[0] != '\0')
		return;
	if (room != NULL && seat != NULL)
		request_target(q, "%s/%s%s%s", room, seat,
		    role != NULL ? " " : "", role != NULL ? role : "");
	else if (room != NULL)
		request_target(q, "%s", room);
	else if (name != NULL)
		request_target(q, "%s", name);
}

void
control_audit(struct request *q, const char *cmd, int exit)
{
	if (exit != ANSWER_NOT_ALLOWED && only_reads(cmd))
		return;
	find_target(q);
	if (exit == 0 || q->who.admin)
		audit_add(q->hub, &q->who, cmd, q->target, answer_name(exit));
	else
		audit_denied(
		    q->hub, &q->who, cmd, q->target, answer_name(exit));
}

/* --- the socket --- */

static bool
is_admin(const struct hub *h, int uid)
{
	return uid == 0 || uid == (int)h->daemon_uid;
}

/* Who asks on this machine: the peer's uid says it. */
static void
who_is_local(struct request *q, int uid)
{
	struct user_row u;

	snprintf(q->who.source, sizeof(q->who.source), "local");
	if (is_admin(q->hub, uid)) {
		q->who.kind = WHO_LOCAL;
		q->who.admin = true;
	} else if (store_user_by_uid(q->hub->store, uid, &u) == 0) {
		q->who.kind = WHO_USER;
		q->who.admin = u.role == USER_ADMIN;
		q->who.user = u.key;
		memcpy(q->who.name, u.name, sizeof(q->who.name));
	}
}

/* Who asks in the name of somebody: only the processes that codesyncd starts
 * get a pass, and an unknown one is nobody's, whoever the peer is. */
static void
who_has_pass(struct request *q, int uid, const char *pass)
{
	const struct hub *h = q->hub;

	if (!is_admin(h, uid) && uid != (int)h->edit_uid)
		return;
	if (enter_who(q->hub, pass, &q->who) < 0)
		memset(&q->who, 0, sizeof(q->who));
}

static bool
may(const struct who *w, enum access access)
{
	if (w->admin)
		return true;
	return w->kind == WHO_USER ? access <= BY_USER
				   : w->kind == WHO_SEAT && access == BY_SEAT;
}

static int
not_allowed(struct request *q, bool pass)
{
	if (q->who.kind == WHO_SEAT)
		return refuse(q, ANSWER_NOT_ALLOWED,
		    "this code is for its room and for `room get`; other "
		    "commands need an account");
	if (q->who.kind == WHO_USER)
		return refuse(q, ANSWER_NOT_ALLOWED,
		    "only an admin of this host may do this");
	return refuse(q, ANSWER_NOT_ALLOWED,
	    pass ? "the host has started anew since you came in: run the same "
		   "ssh command again"
		 : "only root, the user that runs this host and users with an "
		   "account may do this");
}

static void
perform(struct request *q, const char *cmd, bool pass)
{
	int r;

	if (q->who.kind == WHO_NOBODY) {
		not_allowed(q, pass);
		return;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (cmd == NULL || strcmp(commands[i].name, cmd) != 0)
			continue;
		q->cmd = commands[i].name;
		if (may(&q->who, commands[i].access))
			r = commands[i].fn(q);
		else
			r = not_allowed(q, pass);
		if (!q->later)
			control_audit(q, cmd, r);
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

void
control_answer(struct hub *h, struct request *q)
{
	reply_add(h->control, q->token, q);
	json_free(q->answer);
	free(q->text);
}

/* Strangers are told that they may not, and need no room for that. */
static struct server_share
admit(void *arg, int uid)
{
	static const struct server_share admin = { 256, CONTROL_MAX };
	static const struct server_share ssh = { 128, CONTROL_MAX };
	static const struct server_share stranger = { 8, STRANGER_MAX };
	const struct control *c = arg;
	const struct server_share user = { c->hub->conf.requests_per_user,
		CONTROL_MAX };
	struct user_row u;

	if (is_admin(c->hub, uid))
		return admin;
	if (uid == (int)c->hub->edit_uid)
		return ssh;
	return store_user_by_uid(c->hub->store, uid, &u) == 0 ? user : stranger;
}

static void
on_envelope(struct request *q, const struct json *whole, int uid)
{
	const struct json *pass = json_get(whole, "pass");

	if (pass == NULL)
		who_is_local(q, uid);
	else if (json_str(pass) != NULL)
		who_has_pass(q, uid, json_str(pass));
	q->args = json_get(whole, "args");
	perform(q, json_get_str(whole, "cmd"), pass != NULL);
}

static int
on_request(void *arg, const struct server_in *in)
{
	struct control *c = arg;
	struct request q = { .hub = c->hub, .token = in->token };
	struct json *whole;

	if (control_decode(in->body, in->len, &whole, &q.raw, &q.raw_len) < 0)
		refuse(&q, ANSWER_INVALID, "the request was not understood");
	else
		on_envelope(&q, whole, in->uid);
	json_free(whole);
	if (!q.later)
		control_answer(c->hub, &q);
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
