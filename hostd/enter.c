/*
 * enter.c - the way in. Whatever is wrong, the answer is the same and costs the
 * same: one hash of a code at once, or one of a password behind the loop. What
 * cannot be told apart by its answer is not by its time either.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>
#include <utlist.h>

#include "hostd/audit.h"
#include "hostd/enter.h"
#include "hostd/passwd.h"
#include "hostd/seat.h"
#include "hostd/secret.h"
#include "hostd/sshkey.h"
#include "hostd/store_pass.h"
#include "hostd/tries.h"
#include "hostd/user.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"

#define AGAIN_MS 10 /* when codesyncd does not read */
#define STATUS_NOT_FOUND 3
#define STATUS_STATE 5

struct verdict_wait { /* waits for the commit */
	struct verdict_wait *next;
	struct mon_msg msg;
};

/* What it stands for is kept, so that a hub that starts again knows who is in;
 * the pass itself is not: it would be anybody's who reads the store. */
struct pass {
	char digest[DIGEST_HEX_SIZE];
	struct who who;
	UT_hash_handle hh;
};

/* Somebody whose password is being hashed. */
struct waiting {
	struct hub *hub;
	struct mon_msg msg; /* the question, without the password */
	int64_t user;       /* BY_PASSWORD */
	struct who who;     /* SIGN_UP: whose account was made */
	struct waiting *prev, *next;
};

struct enter {
	int monitor;
	struct verdict_wait *first, **last;
	struct pass *passes;
	struct waiting *waiting;
	struct tries *tries;
	char dummy_salt[STORE_SALT_SIZE];
};

/* --- verdicts and passes --- */

static struct mon_msg *
verdict_add(struct hub *h, uint32_t req, enum mon_verdict verdict)
{
	struct verdict_wait *v = xcalloc(1, sizeof(*v));

	v->msg.type = MON_HUB_VERDICT;
	v->msg.req = req;
	v->msg.u.verdict.verdict = verdict;
	*h->enter->last = v;
	h->enter->last = &v->next;
	return &v->msg;
}

/* How somebody proved who it is, in the trail. */
static const char *const ways[MON_AUTH_KINDS] = {
	[MON_BY_CODE] = "code",
	[MON_BY_PASSWORD] = "password",
	[MON_BY_KEY] = "key",
	[MON_SIGN_UP] = "token",
};

/* Of what was denied, who asked M is only as true as the name was typed. */
static void
tell_denied(struct hub *h, const struct mon_msg *m)
{
	struct who w = { .kind = WHO_NOBODY };

	snprintf(w.name, sizeof(w.name), "%.*s", (int)sizeof(w.name) - 1,
	    m->u.auth.user);
	snprintf(w.source, sizeof(w.source), "%s", m->u.auth.source);
	audit_denied(h, &w,
	    m->u.auth.kind == MON_SIGN_UP ? "sign up" : "sign in",
	    ways[m->u.auth.kind], "denied");
}

/* R is no success. */
static void
refuse(struct hub *h, const struct mon_msg *m, int r)
{
	bool denied = r == CS_ENOTFOUND || r == CS_EPERM;

	verdict_add(h, m->req, denied ? MON_DENIED : MON_BUSY);
	if (denied && m->u.auth.kind != MON_KEY_OFFER)
		tell_denied(h, m);
}

static void
pass_digest(const char *pass, char digest[DIGEST_HEX_SIZE])
{
	uint8_t d[DIGEST_LEN];

	digest_sha256(pass, strlen(pass), d);
	digest_hex(d, digest, DIGEST_HEX_SIZE);
}

static struct pass *
pass_add(struct enter *e, const char *digest, const struct who *w)
{
	struct pass *p = xcalloc(1, sizeof(*p));

	snprintf(p->digest, sizeof(p->digest), "%s", digest);
	p->who = *w;
	HASH_ADD_STR(e->passes, digest, p);
	return p;
}

static struct pass *
pass_find(struct enter *e, const char *pass)
{
	char digest[DIGEST_HEX_SIZE];
	struct pass *p;

	pass_digest(pass, digest);
	HASH_FIND_STR(e->passes, digest, p);
	return p;
}

/* Let W in, with a new pass. */
static struct mon_msg *
welcome(struct hub *h, uint32_t req, const struct who *w)
{
	struct mon_msg *m = verdict_add(h, req, MON_OK);
	char digest[DIGEST_HEX_SIZE];

	random_hex(m->u.verdict.pass, TICKET_LEN);
	pass_digest(m->u.verdict.pass, digest);
	/* an error fails the turn, and nobody has come in */
	store_pass_add(h->store, digest, &pass_add(h->enter, digest, w)->who,
	    loop_wall_ms());
	if (w->kind == WHO_USER)
		snprintf(m->u.verdict.who, MON_WHO_MAX, "%s", w->name);
	else
		snprintf(
		    m->u.verdict.who, MON_WHO_MAX, "%s/%u", w->room, w->site);
	return m;
}

static void
pass_remove(struct enter *e, struct pass *p)
{
	HASH_DEL(e->passes, p);
	explicit_bzero(p, sizeof(*p));
	free(p);
}

void
enter_gone(struct hub *h, const char *pass)
{
	struct pass *p = pass_find(h->enter, pass);

	if (p == NULL)
		return;
	store_pass_remove(h->store, p->digest);
	pass_remove(h->enter, p);
}

int
enter_who(struct hub *h, const char *pass, struct who *w)
{
	struct pass *p = pass_find(h->enter, pass);
	struct user_row u;
	int r;

	if (p == NULL)
		return CS_ENOTFOUND;
	*w = p->who;
	if (w->kind != WHO_USER)
		return 0;
	/* it may have been removed since, or given another role */
	if ((r = store_user_by_key(h->store, w->user, &u)) == 0)
		w->admin = u.role == USER_ADMIN;
	return r;
}

/* Who came in before this hub started, and may be still there. */
static int
load_passes(struct hub *h)
{
	uint64_t now = loop_wall_ms();
	struct pass_row *rows;
	size_t n;
	int r;

	if ((r = store_passes_expire(
		 h->store, now > ENTER_PASS_MS ? now - ENTER_PASS_MS : 0)) < 0)
		return r;
	r = store_passes(h->store, &rows, &n);
	for (size_t i = 0; i < n && r == 0; i++)
		pass_add(h->enter, rows[i].digest, &rows[i].who);
	free(rows);
	return r;
}

/* Nobody has come in whose seat is not kept. */
static void
take_back(struct hub *h, struct mon_msg *m)
{
	if (m->u.verdict.verdict != MON_OK)
		return;
	enter_gone(h, m->u.verdict.pass);
	m->u.verdict.verdict = MON_BUSY;
	explicit_bzero(m->u.verdict.ticket, sizeof(m->u.verdict.ticket));
	explicit_bzero(m->u.verdict.pass, sizeof(m->u.verdict.pass));
}

void
enter_sent(struct hub *h, bool kept)
{
	struct enter *e = h->enter;
	struct verdict_wait *v;

	while ((v = e->first) != NULL) {
		if (!kept)
			take_back(h, &v->msg);
		if (fd_send(e->monitor, &v->msg, sizeof(v->msg), -1) ==
		    CS_EAGAIN) {
			loop_timer_start(h->again, AGAIN_MS);
			return;
		}
		e->first = v->next;
		explicit_bzero(v, sizeof(*v));
		free(v);
	}
	e->last = &e->first;
}

/* --- by the code of a seat --- */

const char *
enter_copy_refused(const struct who *w, const struct room *room)
{
	const struct member *m = room->members[w->site];
	const struct room_row *row = &room->row;

	if (m == NULL || m->row.state == SEAT_NEW ||
	    m->row.state == SEAT_WAITS || m->row.state == SEAT_KICKED ||
	    !m->row.admitted)
		return "who holds this code has not been let in";
	if (m->row.role == ROLE_CANDIDATE && !row->copy)
		return "it was made without copies for candidates";
	if (row->ended_ms != 0 &&
	    loop_wall_ms() - row->ended_ms >= ENTER_COPY_MS)
		return "it ended more than 24 hours ago";
	return NULL;
}

/* The room of ROW has ended: W may still fetch a copy, or is not let in. */
static int
enter_ended(struct hub *h, uint32_t req, const struct who *w)
{
	struct mon_msg *m;
	struct room *room;
	int r;

	if ((r = room_open(h, w->room, &room)) < 0)
		return r;
	if (enter_copy_refused(w, room) != NULL)
		return CS_EPERM;
	audit_add(h, w, "sign in", ways[MON_BY_CODE], "ok");
	m = welcome(h, req, w);
	m->u.verdict.status = STATUS_STATE;
	snprintf(m->u.verdict.text, sizeof(m->u.verdict.text),
	    "Room %s has ended. Until 24 hours after its end `ssh -p %u "
	    "%s@%s room get` gives your copy.",
	    w->room, h->port, w->room, h->host);
	return 0;
}

/* SITE was removed from the room: no code leads there again. */
static int
seat_alive(struct hub *h, int64_t room, uint8_t site)
{
	struct seat_row *seats = xcalloc(SITE_MAX + 1, sizeof(*seats));
	size_t n;
	int r = store_seats(h->store, room, seats, &n);

	if (r == 0 && seats[site].state == SEAT_KICKED)
		r = CS_EPERM;
	free(seats);
	return r;
}

/* Is the code with HASH one of ROW's room, that still works? */
static int
take_invite(struct hub *h, const struct room_row *row, const char *hash,
    struct invite_row *invite)
{
	int r = store_invite_get(h->store, row->key, hash, invite);

	if (r < 0 || invite->bound)
		return r;
	if (row->ended_ms != 0 ||
	    (invite->expires_ms != 0 && invite->expires_ms <= loop_wall_ms()))
		return CS_EPERM;
	return store_invite_bind(h->store, row->key, hash);
}

/* Whoever knows the code with HASH enters the room of ROW. */
static int
enter_room(struct hub *h, const struct mon_msg *m, const struct room_row *row,
    const char *hash)
{
	struct who w = { .kind = WHO_SEAT };
	char ticket[TICKET_LEN + 1];
	struct invite_row invite;
	int r;

	if ((r = take_invite(h, row, hash, &invite)) < 0 ||
	    (r = seat_alive(h, row->key, invite.site)) < 0)
		return r;
	w.site = invite.site;
	memcpy(w.room, row->id, sizeof(w.room));
	snprintf(w.source, sizeof(w.source), "%s", m->u.auth.source);
	if (row->ended_ms != 0)
		return enter_ended(h, m->req, &w);
	if ((r = seat_open(h, row, w.site, ticket)) < 0)
		return r;
	memcpy(
	    welcome(h, m->req, &w)->u.verdict.ticket, ticket, sizeof(ticket));
	explicit_bzero(ticket, sizeof(ticket));
	return 0;
}

static void
by_code(struct hub *h, const struct mon_msg *m)
{
	struct enter *e = h->enter;
	char id[ROOM_ID_LEN + 1], code[CODE_LEN + 1], hash[STORE_HASH_SIZE];
	struct room_row row = { .key = 0 };
	int r = CS_ENOTFOUND;

	if (room_id_read(m->u.auth.user, id) == 0)
		r = store_room_get(h->store, id, &row);
	else
		snprintf(id, sizeof(id), "?");
	if (!tries_take(e->tries, 'c', id, m->u.auth.source, ENTER_CODES,
		loop_now_ms()))
		r = CS_EPERM;
	if (code_read(m->u.auth.secret, code) < 0) {
		r = CS_EPERM;
		memcpy(code, "000000000000", sizeof(code));
	}
	if (secret_hash(code, row.key != 0 ? row.salt : e->dummy_salt, hash,
		sizeof(hash)) < 0)
		r = CS_EIO;
	if (r == 0)
		r = enter_room(h, m, &row, hash);
	if (r < 0) {
		refuse(h, m, r);
	} else {
		tries_forgive(e->tries, 'c', id, m->u.auth.source);
		log_info("room %s: %s came in", id, m->u.auth.source);
	}
	explicit_bzero(code, sizeof(code));
}

/* --- an account --- */

int
enter_seat(const struct who *w, struct room *room, struct member **out)
{
	struct member *m;
	int r;

	for (unsigned i = 1; i <= room->last_site; i++) {
		m = room->members[i];
		if (m == NULL || m->row.user != w->user ||
		    m->row.state == SEAT_KICKED || m->row.label[0] == '@')
			continue;
		*out = m;
		return room->row.ended_ms != 0 && m->row.state == SEAT_NEW
			   ? CS_ESTATE
			   : 0;
	}
	if (room->row.ended_ms != 0)
		return CS_ESTATE;
	if ((r = room_seat_add(room, ROLE_INTERVIEWER, NULL, w->name, out)) < 0)
		return r;
	return room_seat_own(room, *out, w->user);
}

/* The seat of W in the room that it named; else why not, into M's text. */
static int
enter_own_room(
    struct hub *h, const struct who *w, const char *typed, struct mon_msg *m)
{
	char id[ROOM_ID_LEN + 1];
	struct member *member;
	struct room *room;
	enum right has;
	int r = who_right(w, h->store, typed, id, &has);

	if (r == 0)
		r = room_open(h, id, &room);
	if (r == 0)
		r = enter_seat(w, room, &member);
	if (r == 0)
		r = seat_open(
		    h, &room->row, member->row.site, m->u.verdict.ticket);
	if (r == 0)
		return 0;
	m->u.verdict.status =
	    r == CS_ENOTFOUND ? STATUS_NOT_FOUND : STATUS_STATE;
	snprintf(m->u.verdict.text, sizeof(m->u.verdict.text),
	    r == CS_ENOTFOUND ? "There is no room %s."
	    : r == CS_ESTATE  ? "Room %s has ended."
			     : "Room %s has no seat left, or the host is full.",
	    typed);
	return r == CS_ENOTFOUND || r == CS_ESTATE || r == CS_EBUSY ? 0 : r;
}

/* U has proved who it is, in the question M; BY what, for the trail. */
static void
let_user_in(struct hub *h, const struct mon_msg *m, const struct user_row *u,
    const char *by)
{
	struct who w = { .kind = WHO_USER };
	struct mon_msg *v;

	w.admin = u->role == USER_ADMIN;
	w.user = u->key;
	memcpy(w.name, u->name, sizeof(w.name));
	snprintf(w.source, sizeof(w.source), "%s", m->u.auth.source);
	log_info("account %s: %s came in", w.name, w.source);
	audit_add(h, &w, "sign in", by, "ok");
	v = welcome(h, m->req, &w);
	if (m->u.auth.room[0] != '\0' &&
	    enter_own_room(h, &w, m->u.auth.room, v) < 0)
		take_back(h, v);
}

/* Is the key of M one of its account's? */
static int
find_key(struct hub *h, const struct mon_msg *m, struct user_row *u,
    struct key_row *k)
{
	int r = store_user_get(h->store, m->u.auth.user, u);
	int found = store_key_find(
	    h->store, r == 0 ? u->key : 0, m->u.auth.key, m->u.auth.key_len, k);

	return r < 0 ? r : found;
}

static void
by_key(struct hub *h, const struct mon_msg *m)
{
	struct user_row u;
	struct key_row k;
	int r = find_key(h, m, &u, &k);

	if (r < 0)
		refuse(h, m, r);
	else
		let_user_in(h, m, &u, k.fingerprint);
}

static void
key_offer(struct hub *h, const struct mon_msg *m)
{
	struct user_row u;
	struct key_row k;
	int r = find_key(h, m, &u, &k);

	if (r < 0)
		refuse(h, m, r);
	else
		verdict_add(h, m->req, MON_OK);
}

static struct waiting *
waiting_new(struct hub *h, const struct mon_msg *m)
{
	struct waiting *w = xcalloc(1, sizeof(*w));

	w->hub = h;
	w->msg = *m;
	explicit_bzero(w->msg.u.auth.password, sizeof(m->u.auth.password));
	if (m->u.auth.kind == MON_BY_PASSWORD)
		explicit_bzero(w->msg.u.auth.secret, sizeof(m->u.auth.secret));
	DL_APPEND(h->enter->waiting, w);
	return w;
}

static void
waiting_free(struct waiting *w)
{
	DL_DELETE(w->hub->enter->waiting, w);
	explicit_bzero(w, sizeof(*w));
	free(w);
}

static void
on_password(void *arg, int r, const char *hash)
{
	struct waiting *w = arg;
	const struct mon_msg *m = &w->msg;
	struct user_row u;

	(void)hash;
	if (r == 0) /* it may have been removed meanwhile */
		r = store_user_by_key(w->hub->store, w->user, &u);
	if (r < 0) {
		refuse(w->hub, m, r);
	} else {
		tries_forgive(w->hub->enter->tries, 'p', m->u.auth.user,
		    m->u.auth.source);
		let_user_in(w->hub, m, &u, ways[MON_BY_PASSWORD]);
	}
	waiting_free(w);
}

/* Whoever has no try left is denied as if the password were wrong, after as
 * long. */
static void
by_password(struct hub *h, const struct mon_msg *m)
{
	struct user_row u = { .key = 0 };
	const char *hash = NULL;
	struct waiting *w;
	int r;

	if (tries_take(h->enter->tries, 'p', m->u.auth.user, m->u.auth.source,
		ENTER_PASSWORDS, loop_now_ms()) &&
	    store_user_get(h->store, m->u.auth.user, &u) == 0 &&
	    u.password[0] != '\0')
		hash = u.password;
	w = waiting_new(h, m);
	w->user = u.key;
	r = passwd_verify(h->passwd, m->u.auth.secret, hash, on_password, w);
	explicit_bzero(u.password, sizeof(u.password));
	if (r == 0)
		return;
	waiting_free(w);
	refuse(h, m, r == CS_ETOOBIG ? CS_EPERM : r);
}

/* --- a new account --- */

/* WRONG is a sentence without capital and stop. */
static void
deny_sign_up(struct hub *h, const struct mon_msg *asked, enum mon_wrong what,
    const char *wrong)
{
	struct mon_msg *m = verdict_add(h, asked->req, MON_DENIED);

	m->u.verdict.wrong = what;
	snprintf(m->u.verdict.text, sizeof(m->u.verdict.text), "%c%s.",
	    toupper((unsigned char)wrong[0]), wrong + 1);
	tell_denied(h, asked);
}

/* The token of M, if one is needed: its *ROLE, and TAKE it. */
static int
check_token(struct hub *h, const struct mon_msg *m, bool take, uint8_t *role)
{
	char hash[STORE_HASH_SIZE];

	*role = USER_INTERVIEWER;
	if (strcmp(h->conf.registration, "open") == 0)
		return 0;
	if (token_hash(m->u.auth.secret, hash, sizeof(hash)) < 0)
		return CS_ENOTFOUND;
	return take ? store_token_take(h->store, hash, loop_wall_ms(), role)
		    : store_token_find(h->store, hash, loop_wall_ms(), role);
}

/* Would token and name of M do? Else it has its verdict. What is wrong with the
 * name is told to nobody whose token is not good. */
static bool
name_fits(struct hub *h, const struct mon_msg *m)
{
	const char *name = m->u.auth.name, *wrong = user_name_wrong(name);
	struct user_row u;
	uint8_t role;
	int r = check_token(h, m, false, &role);

	if (r == CS_ENOTFOUND)
		deny_sign_up(h, m, MON_WRONG_TOKEN,
		    "that token is not valid, ask for a new one");
	else if (r < 0)
		refuse(h, m, r);
	else if (wrong != NULL)
		deny_sign_up(h, m, MON_WRONG_NAME, wrong);
	else if (store_user_get(h->store, name, &u) == 0)
		deny_sign_up(h, m, MON_WRONG_NAME, "that name is taken");
	else
		return true;
	return false;
}

/* The key that was proved, if one was: *STORED says whether it could be. */
static int
store_proved_key(
    struct hub *h, const struct mon_msg *m, int64_t user, bool *stored)
{
	struct key_row k;

	*stored = true;
	if (m->u.auth.key_len == 0)
		return 0;
	*stored = sshkey_blob(&k, m->u.auth.key, m->u.auth.key_len) == 0;
	k.added_ms = loop_wall_ms();
	return *stored ? store_key_add(h->store, user, &k) : 0;
}

static int
make_account(
    struct hub *h, const struct mon_msg *m, const char *hash, bool *stored)
{
	struct user_row u;
	int r;

	memset(&u, 0, sizeof(u));
	if ((r = check_token(h, m, true, &u.role)) < 0)
		return r;
	snprintf(
	    u.name, sizeof(u.name), "%.*s", USER_NAME_SIZE - 1, m->u.auth.name);
	snprintf(u.password, sizeof(u.password), "%s", hash);
	u.unix_uid = -1;
	u.created_ms = loop_wall_ms();
	if ((r = store_user_add(h->store, &u)) == 0)
		r = store_proved_key(h, m, u.key, stored);
	explicit_bzero(u.password, sizeof(u.password));
	return r;
}

/* What was checked before the hash was made may have changed since. */
static void
on_hashed(void *arg, int r, const char *hash)
{
	struct waiting *w = arg;
	struct hub *h = w->hub;
	const struct mon_msg *m = &w->msg;
	struct mon_msg *v;
	bool stored;

	if (r == 0 && name_fits(h, m))
		r = make_account(h, m, hash, &stored);
	else if (r == 0)
		goto out; /* it has its verdict */
	if (r < 0) {
		refuse(h, m, r);
		goto out;
	}
	log_info("account %s: made from %s", m->u.auth.name, m->u.auth.source);
	w->who.kind = WHO_USER;
	snprintf(w->who.name, sizeof(w->who.name), "%.*s", USER_NAME_SIZE - 1,
	    m->u.auth.name);
	snprintf(w->who.source, sizeof(w->who.source), "%s", m->u.auth.source);
	audit_add(h, &w->who, "sign up", m->u.auth.name, "ok");
	v = verdict_add(h, m->req, MON_OK);
	snprintf(v->u.verdict.text, sizeof(v->u.verdict.text),
	    "The account %.32s is made%s. Come back with: ssh -p %u "
	    "%.32s@%.255s",
	    m->u.auth.name,
	    stored ? ""
		   : ", without your key, which is of a kind not used here",
	    h->port, m->u.auth.name, h->host);
out:
	waiting_free(w);
}

static void
sign_up(struct hub *h, const struct mon_msg *m)
{
	const char *wrong = password_wrong(m->u.auth.password);
	struct waiting *w;
	int r;

	if (strcmp(h->conf.registration, "closed") == 0 ||
	    !tries_take(h->enter->tries, 's', "", m->u.auth.source,
		ENTER_SIGN_UPS, loop_now_ms())) {
		refuse(h, m, CS_EPERM);
		return;
	}
	if (!name_fits(h, m))
		return;
	if (wrong != NULL) {
		deny_sign_up(h, m, MON_WRONG_PASSWORD, wrong);
		return;
	}
	w = waiting_new(h, m);
	r = passwd_hash(h->passwd, m->u.auth.password, on_hashed, w);
	if (r == 0)
		return;
	waiting_free(w);
	refuse(h, m, r);
}

/* --- all of them --- */

void
enter_auth(struct hub *h, const struct mon_msg *m)
{
	static void (*const kinds[MON_AUTH_KINDS])(
	    struct hub *, const struct mon_msg *) = {
		[MON_BY_CODE] = by_code,
		[MON_BY_PASSWORD] = by_password,
		[MON_BY_KEY] = by_key,
		[MON_KEY_OFFER] = key_offer,
		[MON_SIGN_UP] = sign_up,
	};

	kinds[m->u.auth.kind](h, m);
}

int
enter_open(struct hub *h, int monitor)
{
	struct enter *e = xcalloc(1, sizeof(*e));
	int r;

	h->enter = e;
	e->monitor = monitor;
	e->last = &e->first;
	e->tries = tries_new();
	if ((r = load_passes(h)) < 0)
		return r;
	return secret_salt(e->dummy_salt, sizeof(e->dummy_salt));
}

void
enter_close(struct hub *h)
{
	struct enter *e = h->enter;
	struct waiting *w, *next_waiting;
	struct pass *p, *next_pass;
	struct verdict_wait *v;

	if (e == NULL)
		return;
	DL_FOREACH_SAFE(e->waiting, w, next_waiting)
	waiting_free(w);
	HASH_ITER(hh, e->passes, p, next_pass)
	pass_remove(e, p);
	while ((v = e->first) != NULL) {
		e->first = v->next;
		free(v);
	}
	tries_free(e->tries);
	free(e);
	h->enter = NULL;
}
