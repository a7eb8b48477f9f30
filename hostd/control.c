/*
 * control.c - commands from the command line: a line each in the table, and who
 * may ask for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/control.h"
#include "hostd/audit.h"
#include "hostd/enter.h"
#include "hostd/request.h"
#include "hostd/user.h"
#include "proto/sys/control.h"
#include "proto/sys/server.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

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

/* --- the table --- */

/* Who may ask for it at all; what of a room, its function decides. */
enum access {
	BY_SEAT, /* also whoever has only the code of a seat */
	BY_USER, /* an account */
	BY_ADMIN /* of the whole host */
};

/* Is it told in the trail? What only reads is not, unless it was denied; but what
 * is taken out of a room is. */
enum trail { UNTOLD, TOLD };

static const struct command {
	const char *name;
	uint8_t access, trail; /* enum access, enum trail */
	int (*fn)(struct request *q);
} commands[] = {
	{ "room create", BY_USER, TOLD, cmd_create },
	{ "room list", BY_USER, UNTOLD, cmd_list },
	{ "room show", BY_USER, UNTOLD, cmd_show },
	{ "room invite", BY_USER, TOLD, cmd_invite },
	{ "room get", BY_SEAT, UNTOLD, cmd_get },
	{ "room put", BY_USER, TOLD, cmd_put },
	{ "room run", BY_USER, TOLD, cmd_run },
	{ "room stop", BY_USER, TOLD, cmd_stop },
	{ "room end", BY_USER, TOLD, cmd_act },
	{ "room reopen", BY_USER, TOLD, cmd_reopen },
	{ "room purge", BY_USER, TOLD, cmd_purge },
	{ "room verify", BY_USER, UNTOLD, cmd_verify },
	{ "room export", BY_USER, TOLD, cmd_export },
	{ "room admit", BY_USER, TOLD, cmd_act },
	{ "room back", BY_USER, TOLD, cmd_act },
	{ "room kick", BY_USER, TOLD, cmd_act },
	{ "room role", BY_USER, TOLD, cmd_act },
	{ "room freeze", BY_USER, TOLD, cmd_act },
	{ "room thaw", BY_USER, TOLD, cmd_act },
	{ "room say", BY_USER, TOLD, cmd_say },
	{ "room note", BY_USER, TOLD, cmd_note },
	{ "room pause", BY_USER, TOLD, cmd_act },
	{ "room resume", BY_USER, TOLD, cmd_act },
	{ "room extend", BY_USER, TOLD, cmd_extend },
	{ "room report", BY_USER, UNTOLD, cmd_report },
	{ "room watch", BY_USER, UNTOLD, cmd_watch },
	{ "room replay", BY_USER, UNTOLD, cmd_replay },
	{ "room why", BY_USER, UNTOLD, cmd_why },
	{ "room join", BY_USER, TOLD, cmd_join },
	{ "whoami", BY_USER, UNTOLD, cmd_whoami },
	{ "hostkey", BY_USER, UNTOLD, cmd_hostkey },
	{ "stat", BY_ADMIN, UNTOLD, cmd_stat },
	{ "audit", BY_ADMIN, UNTOLD, cmd_audit },
	{ "doctor", BY_ADMIN, UNTOLD, cmd_doctor },
	{ "user add", BY_ADMIN, TOLD, cmd_user_add },
	{ "user list", BY_ADMIN, UNTOLD, cmd_user_list },
	{ "user show", BY_USER, UNTOLD, cmd_user_show },
	{ "user rm", BY_ADMIN, TOLD, cmd_user_rm },
	{ "user passwd", BY_USER, TOLD, cmd_user_passwd },
	{ "user token", BY_ADMIN, TOLD, cmd_user_token },
	{ "key add", BY_USER, TOLD, cmd_key_add },
	{ "key list", BY_USER, UNTOLD, cmd_key_list },
	{ "key rm", BY_USER, TOLD, cmd_key_rm },
	{ "template add", BY_USER, TOLD, cmd_template_add },
	{ "template list", BY_USER, UNTOLD, cmd_template_list },
	{ "template show", BY_USER, UNTOLD, cmd_template_show },
	{ "template rm", BY_USER, TOLD, cmd_template_rm },
};

static const struct command *
command_find(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (name != NULL && strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* --- the trail --- */

/* Whom the command is about, unless its function has said so. */
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
	const struct command *c = command_find(cmd);

	if (exit != ANSWER_NOT_ALLOWED && c->trail == UNTOLD)
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
may(const struct who *w, uint8_t access)
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
perform(struct request *q, const char *name, bool pass)
{
	const struct command *c = command_find(name);
	int r;

	if (q->who.kind == WHO_NOBODY) {
		not_allowed(q, pass);
		return;
	}
	if (c == NULL) {
		refuse(q, ANSWER_INVALID,
		    "this host does not know the command %.32s",
		    name != NULL ? name : "");
		return;
	}
	q->cmd = c->name;
	r = may(&q->who, c->access) ? c->fn(q) : not_allowed(q, pass);
	if (!q->later)
		control_audit(q, c->name, r);
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
