/* stat.c - commands about the host: what it does, who asks, and the trail. */
#include <stdlib.h>

#include "hostd/audit.h"
#include "hostd/jobs.h"
#include "hostd/request.h"
#include "hostd/seat.h"
#include "hostd/user.h"

int
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

int
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
int
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
int
cmd_whoami(struct request *q)
{
	struct json *o = json_object_new();

	json_set_str(o, "name", q->who.name);
	json_set_str(o, "role", q->who.admin ? "admin" : "interviewer");
	json_set_str(o, "host", q->hub->host);
	json_set_int(o, "port", q->hub->port);
	return answer(q, o);
}
