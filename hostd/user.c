/*
 * user.c - the commands on accounts, keys and tokens. An admin may do all of
 * it; an account sees itself, and changes its own keys and its own password.
 */
#include <stdlib.h>
#include <string.h>

#include "hostd/act.h"
#include "hostd/control.h"
#include "hostd/passwd.h"
#include "hostd/request.h"
#include "hostd/seat.h"
#include "hostd/secret.h"
#include "hostd/sshkey.h"
#include "hostd/user.h"
#include "proto/err.h"
#include "proto/sys/util.h"

#define EXPIRES_MAX_S ((int64_t)10 * 366 * 86400)

/* --- which account --- */

static int
user_find(struct request *q, const char *name, struct user_row *u)
{
	int r = store_user_get(q->hub->store, name, u);

	if (r == CS_ENOTFOUND)
		return refuse(
		    q, ANSWER_NOT_FOUND, "there is no account %.64s", name);
	return r < 0 ? refuse_store(q, r) : 0;
}

/* The account that KEY of the arguments names, which is who asks unless an
 * admin does; without it, who asks. */
static int
arg_user(struct request *q, const char *key, struct user_row *u)
{
	const char *name = arg_str(q, key);
	bool own = q->who.kind == WHO_USER;

	if (name == NULL && !own)
		return refuse(q, ANSWER_INVALID, "say whose: the %s is missing",
		    strcmp(key, "user") == 0 ? "option --user" : key);
	if (own && (name == NULL || strcmp(name, q->who.name) == 0))
		return user_find(q, q->who.name, u);
	if (!q->who.admin)
		return refuse(q, ANSWER_NOT_ALLOWED,
		    "only an admin may do this for another account");
	return user_find(q, name, u);
}

static int
arg_user_role(struct request *q, uint8_t *role)
{
	const char *s = arg_str(q, "role");

	for (*role = 0; *role < USER_ROLES; ++*role)
		if (s != NULL && strcmp(s, user_role_name(*role)) == 0)
			return 0;
	*role = USER_INTERVIEWER;
	return s == NULL
		   ? 0
		   : refuse(q, ANSWER_INVALID,
			 "the role is admin or interviewer, not %.32s", s);
}

/* --- as JSON --- */

static int
user_json(struct request *q, const struct user_row *u, struct json **out)
{
	struct json *o;
	uint64_t keys;
	int r = store_key_count(q->hub->store, u->key, &keys);

	if (r < 0)
		return r;
	o = *out = json_object_new();
	json_set_str(o, "name", u->name);
	json_set_str(o, "role", user_role_name(u->role));
	json_set_str(
	    o, "unix_user", u->unix_user[0] != '\0' ? u->unix_user : NULL);
	json_set_int(o, "keys", (int64_t)keys);
	json_set_time(o, "created_at", u->created_ms);
	return 0;
}

static int
answer_user(struct request *q, const struct user_row *u)
{
	struct json *o;
	int r = user_json(q, u, &o);

	return r < 0 ? refuse_store(q, r) : answer(q, o);
}

static struct json *
key_json(const struct user_row *u, const struct key_row *k)
{
	struct json *o = json_object_new();

	json_set_str(o, "user", u->name);
	json_set_str(o, "fingerprint", k->fingerprint);
	json_set_str(o, "type", k->type);
	json_set_str(o, "comment", k->comment);
	json_set_time(o, "added_at", k->added_ms);
	return o;
}

/* --- keys --- */

/* The key that came with the request. */
static int
arg_key(struct request *q, struct key_row *k)
{
	int r = sshkey_read(k, (const char *)q->raw, q->raw_len);

	if (r == CS_EINVAL)
		return refuse(q, ANSWER_INVALID,
		    "a file with one public key is needed, like "
		    "id_ed25519.pub");
	if (r == CS_ERANGE)
		return refuse(q, ANSWER_INVALID,
		    "an RSA key needs at least %d bits", RSA_BITS_MIN);
	if (r < 0)
		return refuse(q, ANSWER_INVALID,
		    "this is no public key of a type that is accepted: "
		    "ssh-ed25519, sk-ssh-ed25519@openssh.com, "
		    "ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ssh-rsa; "
		    "options before it are not");
	k->added_ms = loop_wall_ms();
	return 0;
}

static int
key_keep(struct request *q, const struct user_row *u, const struct key_row *k)
{
	int r = store_key_add(q->hub->store, u->key, k);

	if (r == CS_ESTATE)
		return refuse(q, ANSWER_STATE, "account %s has the key %s",
		    u->name, k->fingerprint);
	if (r == CS_ETOOBIG)
		return refuse(q, ANSWER_STATE,
		    "account %s has %d keys, the most there can be", u->name,
		    USER_KEYS_MAX);
	return r < 0 ? refuse_store(q, r) : 0;
}

int
cmd_key_add(struct request *q)
{
	struct user_row u;
	struct key_row k;
	int r;

	if ((r = arg_user(q, "user", &u)) != 0)
		return r;
	request_target(q, "%s", u.name);
	if ((r = arg_key(q, &k)) != 0 || (r = key_keep(q, &u, &k)) != 0)
		return r;
	request_target(q, "%s %s", u.name, k.fingerprint);
	return answer(q, key_json(&u, &k));
}

/* The accounts that a command on keys without --user is about: for the local
 * admin, who has none, all of them. *ROWS is the caller's to free. */
static int
key_users(struct request *q, struct user_row **rows, size_t *n)
{
	int r;

	*rows = NULL;
	*n = 1;
	if (q->who.admin && q->who.kind != WHO_USER &&
	    arg_str(q, "user") == NULL) {
		r = store_users(q->hub->store, rows, n);
		return r < 0 ? refuse_store(q, r) : 0;
	}
	*rows = xcalloc(1, sizeof(**rows));
	return arg_user(q, "user", *rows);
}

static int
keys_list(struct request *q, const struct user_row *u, struct json *list)
{
	struct key_row *keys;
	size_t n;
	int r = store_keys(q->hub->store, u->key, &keys, &n);

	for (size_t i = 0; r == 0 && i < n; i++)
		json_add(list, key_json(u, &keys[i]));
	free(keys);
	return r < 0 ? refuse_store(q, r) : 0;
}

int
cmd_key_list(struct request *q)
{
	struct json *list = json_array_new();
	struct user_row *users;
	size_t n;
	int r = key_users(q, &users, &n);

	for (size_t i = 0; r == 0 && i < n; i++)
		r = keys_list(q, &users[i], list);
	free(users);
	if (r == 0)
		return answer(q, list);
	json_free(list);
	return r;
}

int
cmd_key_rm(struct request *q)
{
	const char *fingerprint = arg_str(q, "fingerprint");
	struct user_row *users;
	size_t n, removed = 0;
	int r;

	if (fingerprint == NULL)
		return refuse(
		    q, ANSWER_INVALID, "the key's fingerprint is missing");
	request_target(q, "%s", fingerprint);
	r = key_users(q, &users, &n);
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = store_key_remove(q->hub->store, users[i].key, fingerprint);
		removed += r == 0;
		r = r == CS_ENOTFOUND ? 0 : r;
	}
	free(users);
	if (r < 0)
		return refuse_store(q, r);
	if (r > 0)
		return r;
	return removed > 0 ? answer(q, json_object_new())
			   : refuse(q, ANSWER_NOT_FOUND,
				 "there is no key %.64s", fingerprint);
}

/* --- accounts --- */

static int
arg_unix_user(struct request *q, struct user_row *u)
{
	int64_t uid = json_get_int(q->args, "unix_uid", -1);
	int r = arg_line(q, "unix_user", u->unix_user, sizeof(u->unix_user));

	u->unix_uid = -1;
	if (r != 0 || u->unix_user[0] == '\0')
		return r;
	if (uid < 0 || uid >= UINT32_MAX)
		return refuse(q, ANSWER_INVALID,
		    "%s is no user of this machine", u->unix_user);
	if (uid == 0 || uid == (int64_t)q->hub->daemon_uid)
		return refuse(q, ANSWER_INVALID,
		    "%s may do everything on this host already", u->unix_user);
	u->unix_uid = uid;
	return 0;
}

static int
user_args(struct request *q, struct user_row *u)
{
	const char *name = arg_str(q, "name"), *wrong;
	int r;

	memset(u, 0, sizeof(*u));
	if (name == NULL)
		return refuse(q, ANSWER_INVALID, "the name is missing");
	if ((wrong = user_name_wrong(name)) != NULL)
		return refuse(q, ANSWER_INVALID, "%s", wrong);
	memcpy(u->name, name, strlen(name) + 1);
	if ((r = arg_user_role(q, &u->role)) != 0 ||
	    (r = arg_unix_user(q, u)) != 0)
		return r;
	u->created_ms = loop_wall_ms();
	return 0;
}

/* Is the name, or the machine's user, taken? Said so. */
static int
user_taken(struct request *q, const struct user_row *u)
{
	struct user_row other;
	int r = store_user_get(q->hub->store, u->name, &other);

	if (r == 0)
		return refuse(
		    q, ANSWER_STATE, "there is an account %s", u->name);
	if (r == CS_ENOTFOUND && u->unix_uid >= 0)
		r = store_user_by_uid(q->hub->store, u->unix_uid, &other);
	if (r == 0)
		return refuse(q, ANSWER_STATE, "%s has the account %s",
		    u->unix_user, other.name);
	return r == CS_ENOTFOUND ? 0 : refuse_store(q, r);
}

int
cmd_user_add(struct request *q)
{
	bool with_key = json_get_bool(q->args, "key");
	struct user_row u;
	struct key_row k;
	int r;

	if ((r = admins_only(q)) != 0 || (r = user_args(q, &u)) != 0 ||
	    (with_key && (r = arg_key(q, &k)) != 0) ||
	    (r = user_taken(q, &u)) != 0)
		return r;
	if ((r = store_user_add(q->hub->store, &u)) < 0)
		return refuse_store(q, r);
	if (with_key && (r = key_keep(q, &u, &k)) != 0)
		return r;
	request_target(q, "%s", u.name);
	return answer_user(q, &u);
}

int
cmd_user_list(struct request *q)
{
	struct json *list, *o;
	struct user_row *users;
	size_t n;
	int r;

	if ((r = admins_only(q)) != 0)
		return r;
	list = json_array_new();
	r = store_users(q->hub->store, &users, &n);
	for (size_t i = 0; r == 0 && i < n; i++)
		if ((r = user_json(q, &users[i], &o)) == 0)
			json_add(list, o);
	free(users);
	if (r == 0)
		return answer(q, list);
	json_free(list);
	return refuse_store(q, r);
}

int
cmd_user_show(struct request *q)
{
	struct user_row u;
	int r = arg_user(q, "name", &u);

	return r != 0 ? r : answer_user(q, &u);
}

/* Its seats in ROOM are nobody's any more, and its editors there end. */
static int
seats_remove(struct room *room, int64_t user)
{
	struct act kick = { .kind = ACT_KICK };
	const struct member *m;
	const char *why;
	int r = 0;

	for (unsigned i = SITE_LOCAL + 1; i <= room->last_site && r == 0; i++) {
		m = room->members[i];
		if (m == NULL || m->row.user != user ||
		    m->row.state == SEAT_KICKED || m->row.label[0] == '@')
			continue;
		kick.site = (uint8_t)i;
		r = act_do(room, SITE_LOCAL, &kick, &why);
	}
	return r;
}

/* The rooms that have not ended, and those that are in memory for whatever
 * reason; in others there is nobody. */
static int
rooms_leave(struct hub *h, int64_t user)
{
	char(*ids)[STORE_ID_SIZE];
	struct room *room;
	size_t n;
	int r = 0;

	for (room = h->rooms; room != NULL && r == 0; room = room->next)
		r = seats_remove(room, user);
	if (r < 0 || (r = store_room_seated(h->store, user, &ids, &n)) < 0)
		return r;
	for (size_t i = 0; i < n && r == 0; i++)
		if ((r = room_open(h, ids[i], &room)) == 0)
			r = seats_remove(room, user);
		else if (r == CS_EFORMAT)
			r = 0; /* nobody can be in a room that is damaged */
	free(ids);
	return r;
}

/* What it has done stays in the rooms under its name; rooms of its own are for
 * admins from now on. */
int
cmd_user_rm(struct request *q)
{
	const char *name = arg_str(q, "name");
	struct user_row u;
	int r;

	if ((r = admins_only(q)) != 0)
		return r;
	if (name == NULL)
		return refuse(q, ANSWER_INVALID, "the name is missing");
	if ((r = user_find(q, name, &u)) != 0)
		return r;
	if ((r = rooms_leave(q->hub, u.key)) < 0 ||
	    (r = store_user_remove(q->hub->store, u.key)) < 0) {
		q->hub->batch_err = r; /* nothing half done is kept */
		return refuse_store(q, r);
	}
	seats_unwatch(q->hub, u.key, NULL);
	return answer(q, json_object_new());
}

int
cmd_user_token(struct request *q)
{
	int64_t expires = json_get_int(q->args, "expires", TOKEN_EXPIRES_S);
	uint64_t now = loop_wall_ms();
	char shown[TOKEN_SHOWN_LEN + 1];
	struct token_row t;
	struct json *o;
	int r;

	if ((r = admins_only(q)) != 0 || (r = arg_user_role(q, &t.role)) != 0)
		return r;
	if (expires < 1 || expires > EXPIRES_MAX_S)
		return refuse(q, ANSWER_INVALID,
		    "a token expires after at most 3660 days");
	t.expires_ms = now + (uint64_t)expires * 1000;
	token_new(shown);
	if ((r = token_hash(shown, t.hash, sizeof(t.hash))) < 0 ||
	    (r = store_token_add(q->hub->store, &t, now)) < 0)
		return refuse_store(q, r);
	request_target(q, "%s", user_role_name(t.role));
	o = json_object_new();
	json_set_str(o, "token", shown);
	json_set_str(o, "role", user_role_name(t.role));
	json_set_time(o, "expires_at", t.expires_ms);
	explicit_bzero(shown, sizeof(shown));
	return answer(q, o);
}

/* --- passwords --- */

struct user_later { /* a command that waits for a hash */
	struct user_later *next;
	struct hub *hub;
	struct who who;
	uint64_t token;
	int64_t user;
	char name[USER_NAME_SIZE];
};

static void
later_remove(struct user_later *later)
{
	struct user_later **p = &later->hub->later;

	while (*p != later)
		p = &(*p)->next;
	*p = later->next;
	free(later);
}

static int
password_keep(
    struct request *q, const struct user_later *later, const char *hash)
{
	struct user_row u;
	int r = store_user_by_key(q->hub->store, later->user, &u);

	if (r == CS_ENOTFOUND)
		return refuse(
		    q, ANSWER_NOT_FOUND, "there is no account %s", later->name);
	if (r == 0) {
		memcpy(u.password, hash, strlen(hash) + 1);
		r = store_user_set(q->hub->store, &u);
		explicit_bzero(u.password, sizeof(u.password));
	}
	return r < 0 ? refuse_store(q, r) : answer(q, json_object_new());
}

static void
on_hash(void *arg, int r, const char *hash)
{
	struct user_later *later = arg;
	struct request q = {
		.hub = later->hub, .who = later->who, .token = later->token
	};

	request_target(&q, "%s", later->name);
	if (r < 0)
		r = refuse(&q, ANSWER_FAILED,
		    "the password cannot be hashed: %s", cs_strerror(r));
	else
		r = password_keep(&q, later, hash);
	control_audit(&q, "user passwd", r);
	control_answer(q.hub, &q);
	later_remove(later);
}

/* One at a time, or an account could have the queue of all for itself. */
static bool
password_waits(const struct request *q)
{
	const struct user_later *l = q->hub->later;

	while (
	    l != NULL && (q->who.kind != WHO_USER || l->who.kind != WHO_USER ||
			     l->who.user != q->who.user))
		l = l->next;
	return l != NULL;
}

int
cmd_user_passwd(struct request *q)
{
	char secret[PASSWORD_MAX + 2];
	struct user_later *later;
	const char *wrong;
	struct user_row u;
	int r;

	if ((r = arg_user(q, "name", &u)) != 0)
		return r;
	if (q->raw_len >= sizeof(secret) ||
	    memchr(q->raw, '\0', q->raw_len) != NULL)
		return refuse(q, ANSWER_INVALID,
		    "a password has 8 characters to 255 bytes");
	memcpy(secret, q->raw, q->raw_len);
	secret[q->raw_len] = '\0';
	later = xcalloc(1, sizeof(*later));
	later->hub = q->hub;
	later->who = q->who;
	later->token = q->token;
	later->user = u.key;
	memcpy(later->name, u.name, sizeof(later->name));
	if ((wrong = password_wrong(secret)) != NULL)
		r = refuse(q, ANSWER_INVALID, "%s", wrong);
	else if (password_waits(q) ||
		 passwd_hash(q->hub->passwd, secret, on_hash, later) < 0)
		r = refuse(q, ANSWER_FAILED,
		    "the host is busy: try again in a moment");
	explicit_bzero(secret, sizeof(secret));
	if (r != 0) {
		free(later);
		return r;
	}
	later->next = q->hub->later;
	q->hub->later = later;
	q->later = true;
	return 0;
}

void
users_close(struct hub *h)
{
	while (h->later != NULL)
		later_remove(h->later);
}
