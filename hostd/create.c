/*
 * create.c - the commands that make things: rooms and invites. Everything is
 * checked before anything is changed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/request.h"
#include "hostd/secret.h"
#include "proto/err.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

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
	return r < 0 ? refuse_store(q, r) : answer_room(q, room);
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
	if ((r = arg_role(q, &role)) != 0 ||
	    (r = arg_line(q, "name", name, sizeof(name))) != 0)
		return r;
	if (arg_str(q, "name") != NULL && person_name(name) < 0)
		return refuse(q, ANSWER_INVALID,
		    "a name has 1 to %d bytes and is not blank",
		    NAME_MAX_BYTES);
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
	return r < 0 ? refuse_store(q, r) : answer(q, invite);
}

/* --- making a room --- */

/* File I of the arguments: its name and its LEN bytes at *AT of the raw ones,
 * which moves on. */
static int
arg_file(struct request *q, size_t i, size_t *at, const char **name,
    const uint8_t **text, size_t *len)
{
	const struct json *f = json_at(json_get(q->args, "files"), i);
	int64_t n = json_get_int(f, "len", -1);

	*name = json_get_str(f, "name");
	if (*name == NULL || !file_name_valid(*name))
		return refuse(q, ANSWER_INVALID,
		    "a file's name has 1 to 64 of the characters A-Z a-z 0-9 "
		    ". _ -");
	if (n < 0 || (uint64_t)n > q->raw_len - *at)
		return refuse(q, ANSWER_INVALID, "the files are incomplete");
	if (n > TEXT_MAX)
		return refuse(q, ANSWER_INVALID,
		    "%s is larger than 1 MiB, the most a file can hold", *name);
	*text = q->raw + *at;
	*len = (size_t)n;
	*at += *len;
	if (!utf8_valid(*text, *len))
		return refuse(
		    q, ANSWER_INVALID, "%s is not valid UTF-8", *name);
	return 0;
}

static int
check_files(struct request *q)
{
	const struct json *files = json_get(q->args, "files");
	size_t n = json_count(files), at = 0, len;
	const char *name, *other;
	const uint8_t *text;
	int r;

	if (n > FILE_MAX)
		return refuse(
		    q, ANSWER_INVALID, "a room has at most %d files", FILE_MAX);
	for (size_t i = 0; i < n; i++) {
		if ((r = arg_file(q, i, &at, &name, &text, &len)) != 0)
			return r;
		for (size_t k = 0; k < i; k++) {
			other = json_get_str(json_at(files, k), "name");
			if (other != NULL && strcmp(other, name) == 0)
				return refuse(q, ANSWER_INVALID,
				    "%s is given twice", name);
		}
	}
	if (at != q->raw_len)
		return refuse(
		    q, ANSWER_INVALID, "there is more than the files");
	return 0;
}

static int
create_files(struct request *q, struct room *room, uint8_t site)
{
	size_t n = json_count(json_get(q->args, "files")), at = 0, len;
	const char *name;
	const uint8_t *text;
	int r = 0;

	if (n == 0)
		return room_put(room, site,
		    conf_language(&q->hub->conf, room->row.language)->file, "",
		    0);
	for (size_t i = 0; i < n && r == 0; i++) {
		if (arg_file(q, i, &at, &name, &text, &len) != 0)
			return CS_EINVAL;
		r = room_put(room, site, name, text, len);
	}
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
create_again(struct request *q, const char *key)
{
	struct room_row row;
	struct room *room;
	int r = store_room_by_idempotency(q->hub->store, key, &row);

	if (r == 0)
		r = room_open(q->hub, row.id, &room);
	if (r < 0)
		return refuse_store(q, r);
	return answer_created(q, room, room_seat_find(room, "C"));
}

static int
create_args(struct request *q, struct room_row *row)
{
	const struct hub *h = q->hub;
	int r;

	memset(row, 0, sizeof(*row));
	if ((r = arg_line(q, "title", row->title, sizeof(row->title))) != 0 ||
	    (r = arg_line(
		 q, "language", row->language, sizeof(row->language))) != 0 ||
	    (r = arg_line(q, "idempotency_key", row->idempotency_key,
		 sizeof(row->idempotency_key))) != 0 ||
	    (r = arg_num(q, "minutes", MINUTES_MAX, 0, &row->minutes)) != 0 ||
	    (r = arg_num(q, "retention", RETENTION_MAX_DAYS,
		 h->conf.retention_days, &row->retention_days)) != 0)
		return r;
	if (row->language[0] == '\0')
		memcpy(row->language, "python", sizeof("python"));
	if (conf_language(&h->conf, row->language) == NULL)
		return refuse(q, ANSWER_NOT_FOUND,
		    "this host has no language %s", row->language);
	memcpy(row->owner, LABEL_LOCAL, sizeof(LABEL_LOCAL));
	row->lobby = json_get_bool(q->args, "lobby");
	row->copy = json_get_bool(q->args, "copy");
	return check_files(q);
}

int
cmd_create(struct request *q)
{
	struct room_row row;
	struct member *m;
	struct room *room;
	uint8_t site;
	int r;

	if ((r = create_args(q, &row)) != 0)
		return r;
	r = room_make(q->hub, &row, &room);
	if (r == CS_ESTATE)
		return create_again(q, row.idempotency_key);
	if (r == 0 && (r = who_site(&q->who, room, &site)) == 0 &&
	    (r = create_files(q, room, site)) == 0)
		r = room_seat_add(room, ROLE_CANDIDATE, NULL, NULL, &m);
	if (r < 0) {
		q->hub->batch_err = r; /* nothing half made is kept */
		return refuse_store(q, r);
	}
	return answer_created(q, room, m);
}
