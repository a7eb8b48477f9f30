/*
 * create.c - the commands that make things: rooms and invites. Everything is
 * checked before anything is changed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/control.h"
#include "hostd/request.h"
#include "hostd/secret.h"
#include "hostd/template.h"
#include "hostd/user.h"
#include "proto/err.h"
#include "proto/sys/util.h"

#define MINUTES_MAX (7 * 24 * 60)
#define RETENTION_MAX_DAYS 36500
#define EXPIRES_MAX_S ((int64_t)10 * 366 * 86400)

/* --- invites --- */

/* A new code for seat M as an invite's JSON into *OUT. */
static int
invite_make(struct room *room, const struct member *m, uint64_t expires_ms,
    struct json **out)
{
	struct invite_row row = { .site = m->row.site,
		.expires_ms = expires_ms };
	char code[CODE_LEN + 1], shown[CODE_SHOWN_LEN + 1];
	const struct hub *h = room->hub;
	char *command;
	int r;

	code_new(code);
	code_show(code, shown);
	r = secret_hash(code, room->row.salt, row.hash, sizeof(row.hash));
	if (r == 0)
		r = store_invite_add(h->store, room->row.key, &row);
	if (r == 0) {
		command = xasprintf(
		    "ssh -p %u %s@%s", h->port, room->row.id, h->host);
		*out = json_object_new();
		json_set_str(*out, "code", shown);
		json_set_str(*out, "role", role_name(m->row.role));
		json_set_str(*out, "seat", m->row.label);
		json_set_time(*out, "expires_at", expires_ms);
		json_set_str(*out, "command", command);
		free(command);
	}
	explicit_bzero(code, sizeof(code));
	explicit_bzero(shown, sizeof(shown));
	return r;
}

static int
revoke(struct request *q, struct room *room, const char *typed)
{
	char code[CODE_LEN + 1], hash[STORE_HASH_SIZE];
	struct invite_row row;
	int r;

	if (code_read(typed, code) < 0)
		return refuse(q, ANSWER_INVALID,
		    "a code has 12 characters, like K7M2-QX9D-4TRB");
	r = secret_hash(code, room->row.salt, hash, sizeof(hash));
	explicit_bzero(code, sizeof(code));
	if (r == 0)
		r = store_invite_get(q->hub->store, room->row.key, hash, &row);
	if (r == CS_ENOTFOUND)
		return refuse(q, ANSWER_NOT_FOUND, "room %s has no such code",
		    room->row.id);
	if (r == 0)
		r = store_invite_remove(q->hub->store, room->row.key, hash);
	if (r < 0)
		return refuse_store(q, r);
	request_target(q, "%s/%s revoked", room->row.id,
	    room->members[row.site]->row.label);
	return answer_room(q, room);
}

int
cmd_invite(struct request *q)
{
	int64_t expires = json_get_int(q->args, "expires", 0);
	const char *code = arg_str(q, "revoke");
	char name[NAME_MAX_BYTES + 1];
	struct json *invite;
	struct member *m;
	struct room *room;
	enum role role;
	int r;

	if ((r = arg_room(q, RIGHT_STAFF, &room)) != 0)
		return r;
	if (code != NULL)
		return revoke(q, room, code);
	if ((r = arg_role(q, &role)) != 0 || (r = arg_name(q, name)) != 0)
		return r;
	if (expires < 0 || expires > EXPIRES_MAX_S)
		return refuse(q, ANSWER_INVALID,
		    "a code expires after at most 3660 days");
	if (room->row.ended_ms != 0)
		return refuse(
		    q, ANSWER_STATE, "room %s has ended", room->row.id);
	r = room_seat_add(room, role, NULL, name, &m);
	if (r == CS_EBUSY)
		return refuse(
		    q, ANSWER_STATE, "room %s has no seat left", room->row.id);
	if (r == 0)
		r = invite_make(room, m,
		    expires > 0 ? loop_wall_ms() + (uint64_t)expires * 1000 : 0,
		    &invite);
	if (r < 0)
		return refuse_store(q, r);
	request_target(q, "%s/%s", room->row.id, m->row.label);
	return answer(q, invite);
}

/* --- making a room --- */

struct start { /* what a room begins with */
	struct room_row row;
	struct arg_file given[FILE_MAX];
	size_t ngiven;
	struct template_row template; /* with key 0: none */
	struct template_file *files;  /* the template's */
	size_t nfiles;
	struct arg_file plan[FILE_MAX]; /* all, in the room's order */
	size_t nplan, nput;             /* of which so many are in it */
	char names[FILE_MAX][NAME_MAX_BYTES + 1]; /* of those that wait */
};

static const struct arg_file *
given_find(const struct start *s, const char *name)
{
	for (size_t i = 0; i < s->ngiven; i++)
		if (strcmp(s->given[i].name, name) == 0)
			return &s->given[i];
	return NULL;
}

static bool
template_has(const struct start *s, const char *name)
{
	for (size_t i = 0; i < s->nfiles; i++)
		if (strcmp(s->files[i].name, name) == 0)
			return true;
	return false;
}

/* The files that came with the request, and that all together are not too
 * many. */
static int
create_check_files(struct request *q, struct start *s)
{
	size_t at = 0, n = s->nfiles;
	int r = arg_files(q, s->given, &s->ngiven, &at);

	if (r != 0)
		return r;
	if (at != q->raw_len)
		return refuse(
		    q, ANSWER_INVALID, "there is more than the files");
	for (size_t i = 0; i < s->ngiven; i++)
		n += !template_has(s, s->given[i].name);
	return n <= FILE_MAX ? 0
			     : refuse(q, ANSWER_INVALID,
				   "a room has at most %d files", FILE_MAX);
}

static int
create_template(struct request *q, struct start *s)
{
	const char *name = arg_str(q, "template");
	int r;

	if (name == NULL)
		return 0;
	if ((r = template_find(q, name, &s->template)) != 0)
		return r;
	if (s->row.title[0] == '\0')
		memcpy(s->row.title, s->template.title, sizeof(s->row.title));
	if (s->row.language[0] == '\0')
		memcpy(s->row.language, s->template.language,
		    sizeof(s->row.language));
	r = store_template_files(q->hub->store, s->template.key, TEMPLATE_FILE,
	    &s->files, &s->nfiles);
	return r < 0 ? refuse_store(q, r) : 0;
}

static bool
is_task(const char *name)
{
	return strcmp(name, FILE_TASK) == 0;
}

enum which { ALL, ALL_BUT_TASK, ONLY_TASK };

static bool
is_of(enum which which, const char *name)
{
	return which == ALL || is_task(name) == (which == ONLY_TASK);
}

/* The template's files, each as it is given if it is, then the other ones. */
static void
plan_files(struct start *s, enum which which)
{
	const struct arg_file *f;

	for (size_t i = 0; i < s->nfiles; i++) {
		if (!is_of(which, s->files[i].name))
			continue;
		f = given_find(s, s->files[i].name);
		s->plan[s->nplan++] = f != NULL ? *f
						: (struct arg_file){
							  s->files[i].name,
							  s->files[i].bytes,
							  s->files[i].len,
						  };
	}
	for (size_t i = 0; i < s->ngiven; i++)
		if (is_of(which, s->given[i].name) &&
		    !template_has(s, s->given[i].name))
			s->plan[s->nplan++] = s->given[i];
}

/* All files. The program is the first, and there always is one, so a task that
 * stands there goes to the end. */
static void
create_plan(const struct hub *h, struct start *s)
{
	static const uint8_t none[] = "";
	const char *first = s->nfiles > 0   ? s->files[0].name
			    : s->ngiven > 0 ? s->given[0].name
					    : "";
	bool moves = is_task(first);

	plan_files(s, moves ? ALL_BUT_TASK : ALL);
	if (s->nplan == 0)
		s->plan[s->nplan++] = (struct arg_file){
			conf_language(&h->conf, s->row.language)->file, none, 0
		};
	if (moves)
		plan_files(s, ONLY_TASK);
}

/* Put N of the files, or all that are left. */
static int
create_files(const struct who *w, struct room *room, struct start *s, size_t n)
{
	const struct arg_file *f;
	uint8_t site;
	int r = who_site(w, room, &site);

	for (r = r > 0 ? 0 : r; r == 0 && n > 0 && s->nput < s->nplan; n--) {
		f = &s->plan[s->nput++];
		r = room_put(room, site, f->name, f->text, f->len);
	}
	return r;
}

/* The room of S, without its files. CS_ESTATE: its idempotency key is taken. */
static int
create_empty(struct hub *h, struct start *s, struct room **room)
{
	int r = room_make(h, &s->row, room);

	if (r == 0 && s->template.key != 0)
		r = store_template_tests(
		    h->store, s->template.key, (*room)->row.key);
	return r;
}

static int
answer_created(struct request *q, struct room *room, struct member *m)
{
	struct json *o, *invites = json_array_new(), *invite;
	int r = 0;

	if (m != NULL && room->row.ended_ms == 0 &&
	    (r = invite_make(room, m, 0, &invite)) == 0)
		json_add(invites, invite);
	if (r < 0) {
		json_free(invites);
		return refuse_store(q, r);
	}
	o = room_json(room);
	json_set(o, "invites", invites);
	host_json(q->hub, o);
	return answer(q, o);
}

/* The same key again: the same room, and another code for the same seat, since
 * the first one is not known any more. */
static int
create_again(struct request *q, const struct room_row *old)
{
	struct room_row row;
	struct room *room;
	int r = store_room_by_idempotency(
	    q->hub->store, old->owner_user, old->idempotency_key, &row);

	if (r == 0)
		r = room_open(q->hub, row.id, &room);
	if (r < 0)
		return refuse_store(q, r);
	return answer_created(q, room, room_seat_find(room, "C"));
}

/* Who asks, or the account that an admin names. */
static int
create_owner(struct request *q, struct room_row *row)
{
	const char *name = arg_str(q, "owner");
	struct user_row u;
	int r;

	snprintf(row->owner, sizeof(row->owner), "%s",
	    q->who.kind == WHO_USER ? q->who.name : LABEL_LOCAL);
	row->owner_user = q->who.user;
	if (name == NULL || strcmp(name, row->owner) == 0)
		return 0;
	if ((r = admins_only(q)) != 0)
		return r;
	r = store_user_get(q->hub->store, name, &u);
	if (r == CS_ENOTFOUND)
		return refuse(
		    q, ANSWER_NOT_FOUND, "there is no account %.64s", name);
	if (r < 0)
		return refuse_store(q, r);
	memcpy(row->owner, u.name, sizeof(u.name));
	row->owner_user = u.key;
	return 0;
}

/* Is there room for one more, unless it has been made before? */
static int
create_fits(struct request *q, const struct room_row *row)
{
	const struct conf *c = &q->hub->conf;
	struct store *s = q->hub->store;
	uint64_t all = 0, own = 0;
	struct room_row old;
	int r;

	if (row->idempotency_key[0] != '\0' &&
	    store_room_by_idempotency(
		s, row->owner_user, row->idempotency_key, &old) == 0)
		return 0;
	if ((r = store_room_count(s, &all)) < 0 ||
	    (r = store_room_owned(s, row->owner_user, &own)) < 0)
		return refuse_store(q, r);
	if (all >= c->max_rooms)
		return refuse(q, ANSWER_STATE,
		    "this host has %u rooms that have not ended, and takes no "
		    "more: end some that are not needed",
		    c->max_rooms);
	if (own >= c->rooms_per_user)
		return refuse(q, ANSWER_STATE,
		    "%s has %u rooms that have not ended, the most for one "
		    "account: end some that are not needed",
		    row->owner, c->rooms_per_user);
	return 0;
}

static int
create_args(struct request *q, struct start *s)
{
	const struct hub *h = q->hub;
	struct room_row *row = &s->row;
	int r;

	memset(s, 0, sizeof(*s));
	if ((r = arg_line(q, "title", row->title, sizeof(row->title))) != 0 ||
	    (r = arg_line(
		 q, "language", row->language, sizeof(row->language))) != 0 ||
	    (r = arg_line(q, "idempotency_key", row->idempotency_key,
		 sizeof(row->idempotency_key))) != 0 ||
	    (r = arg_num(q, "minutes", MINUTES_MAX, 0, &row->minutes)) != 0 ||
	    (r = arg_num(q, "retention", RETENTION_MAX_DAYS,
		 h->conf.retention_days, &row->retention_days)) != 0 ||
	    (r = create_template(q, s)) != 0)
		return r;
	if (row->language[0] == '\0')
		memcpy(row->language, "python", sizeof("python"));
	if (conf_language(&h->conf, row->language) == NULL)
		return refuse(q, ANSWER_NOT_FOUND,
		    "this host has no language %s", row->language);
	if ((r = create_owner(q, row)) != 0 || (r = create_fits(q, row)) != 0)
		return r;
	row->lobby = json_get_bool(q->args, "lobby");
	row->copy = json_get_bool(q->args, "copy");
	if ((r = create_check_files(q, s)) == 0)
		create_plan(h, s);
	return r;
}

static int
create_room(struct request *q, struct start *s)
{
	struct member *m;
	struct room *room;
	int r = create_empty(q->hub, s, &room);

	if (r == CS_ESTATE)
		return create_again(q, &s->row);
	if (r == 0 && (r = create_files(&q->who, room, s, FILE_MAX)) == 0)
		r = room_seat_add(room, ROLE_CANDIDATE, NULL, NULL, &m);
	if (r < 0) {
		q->hub->batch_err = r; /* nothing half made is kept */
		return refuse_store(q, r);
	}
	request_target(q, "%s", room->row.id);
	return answer_created(q, room, m);
}

static void
start_free(struct start *s)
{
	if (s == NULL)
		return;
	template_files_free(s->files, s->nfiles);
	free(s);
}

/* --- large rooms, a file at a time --- */

/*
 * A room with megabytes of files takes a disk some tenths of a second, in which
 * nobody's key may wait. It is made in several turns, a file in each, and until
 * the last one no question finds it: so it is whole or not there, for people as
 * for a hub that starts again. Meanwhile other rooms that are to be made wait,
 * since they may be asked for with the same idempotency key.
 */
#define AT_ONCE_MAX (128 * 1024) /* bytes of files */
#define PAUSE_MS 10              /* for what others want */

struct making {
	struct making *next;
	struct who who;
	uint64_t token;
	struct start *start;
	uint8_t *bytes;         /* which its files are in */
	char id[STORE_ID_SIZE]; /* "": not begun */
};

struct creates {
	struct hub *hub;
	struct making *first, **last;
	struct loop_timer *timer;
};

static void
making_remove(struct creates *c)
{
	struct making *m = c->first;

	if ((c->first = m->next) == NULL)
		c->last = &c->first;
	start_free(m->start);
	free(m->bytes);
	free(m);
}

/* Its first turn: 0, or the answer's exit status, if it has its answer. */
static int
making_begin(struct request *q, struct making *m, struct room **room)
{
	int r = create_empty(q->hub, m->start, room);

	if (r == CS_ESTATE)
		return create_again(q, &m->start->row);
	if (r == 0)
		r = store_room_born(q->hub->store, &(*room)->row, false);
	if (r < 0)
		return refuse_store(q, r);
	memcpy(m->id, (*room)->row.id, sizeof(m->id));
	return 0;
}

/* It cannot be made: nothing of it stays. */
static int
making_fails(struct request *q, struct room *room, int r)
{
	if (room != NULL)
		room_drop(room);
	store_rooms_unborn(q->hub->store);
	return refuse_store(q, r);
}

static int
making_end(struct request *q, struct room *room)
{
	struct member *seat;
	int r = room_seat_add(room, ROLE_CANDIDATE, NULL, NULL, &seat);

	if (r == 0)
		r = store_room_born(q->hub->store, &room->row, true);
	if (r < 0)
		return making_fails(q, room, r);
	request_target(q, "%s", room->row.id);
	return answer_created(q, room, seat);
}

/* One turn's work for M. When it has its answer, in Q, it is done. */
static int
making_step(struct request *q, struct making *m)
{
	struct room *room = m->id[0] != '\0' ? room_find(q->hub, m->id) : NULL;
	struct start *s = m->start;
	int r;

	if (m->id[0] == '\0') {
		r = making_begin(q, m, &room);
		if (q->answer != NULL)
			return r;
	} else if (room == NULL) { /* a turn was taken back */
		return making_fails(q, NULL, CS_EIO);
	}
	if ((r = create_files(&m->who, room, s, 1)) < 0)
		return making_fails(q, room, r);
	return s->nput < s->nplan ? 0 : making_end(q, room);
}

static void
on_making(void *arg)
{
	struct creates *c = arg;
	struct making *m = c->first;
	struct request q = { .hub = c->hub, .who = m->who, .token = m->token };
	int r = making_step(&q, m);

	if (q.answer != NULL) {
		control_audit(&q, "room create", r);
		control_answer(c->hub, &q);
		making_remove(c);
	}
	if (c->first != NULL)
		loop_timer_start(c->timer, PAUSE_MS);
}

static int
creates_open(struct hub *h)
{
	struct creates *c = xcalloc(1, sizeof(*c));

	c->hub = h;
	c->last = &c->first;
	h->creates = c;
	return loop_timer_new(h->loop, on_making, c, &c->timer);
}

void
creates_close(struct hub *h)
{
	struct creates *c = h->creates;

	if (c == NULL)
		return;
	while (c->first != NULL)
		making_remove(c);
	loop_timer_free(c->timer);
	free(c);
	h->creates = NULL;
}

/* Its turn comes; what came with the request does not stay until then. */
static int
create_later(struct request *q, struct start *s)
{
	struct creates *c = q->hub->creates;
	struct making *m = xcalloc(1, sizeof(*m));
	struct arg_file *f;

	m->who = q->who;
	m->token = q->token;
	m->start = s;
	m->bytes = xcalloc(1, q->raw_len + 1);
	memcpy(m->bytes, q->raw, q->raw_len);
	for (size_t i = 0; i < s->nplan; i++) {
		f = &s->plan[i];
		snprintf(s->names[i], sizeof(s->names[i]), "%s", f->name);
		f->name = s->names[i];
		if (f->text >= q->raw && f->text <= q->raw + q->raw_len)
			f->text = m->bytes + (f->text - q->raw);
	}
	*c->last = m;
	c->last = &m->next;
	if (!loop_timer_running(c->timer))
		loop_timer_start(c->timer, 0);
	q->later = true;
	return 0;
}

static bool
at_once(const struct hub *h, const struct start *s)
{
	size_t len = 0;

	for (size_t i = 0; i < s->nplan; i++)
		len += s->plan[i].len;
	return len <= AT_ONCE_MAX &&
	       (h->creates == NULL || h->creates->first == NULL);
}

int
cmd_create(struct request *q)
{
	struct start *s = xcalloc(1, sizeof(*s));
	int r;

	if ((r = accounts_only(q)) == 0 && (r = create_args(q, s)) == 0) {
		if (!at_once(q->hub, s) &&
		    (q->hub->creates != NULL || creates_open(q->hub) == 0))
			return create_later(q, s);
		r = create_room(q, s);
	}
	start_free(s);
	return r;
}
