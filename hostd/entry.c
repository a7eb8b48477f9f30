/*
 * entry.c - who wants in by one ssh connection: the questions, what codesyncd
 * says to the answers, and when it is enough. What is asked is login.c's.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hostd/entry.h"
#include "proto/sys/log.h"

#define PROMPT_S 120 /* codesyncd's grace is shorter: if it has died */
#define VERDICT_MS 15000
#define MAX_REQUESTS 20 /* for authentication, of all kinds */
#define MAX_BAD_KEYS 3  /* signed with, and not the account's */

static struct entry {
	int monitor;
	struct login login;
	struct mon_msg verdict; /* the last one */
	unsigned requests, bad_keys;
	bool in;
	bool closed;         /* nobody can make an account */
	const char *refusal; /* disconnect with this text */
} self;

void
entry_open(int monitor, const char *registration)
{
	self.monitor = monitor;
	self.closed = strcmp(registration, "closed") == 0;
	self.login.open = strcmp(registration, "open") == 0;
}

bool
entry_in(void)
{
	return self.in;
}

const char *
entry_refusal(void)
{
	return self.refusal;
}

const struct login *
entry_login(void)
{
	return &self.login;
}

const struct mon_msg *
entry_verdict(void)
{
	return &self.verdict;
}

bool
entry_env(const char *name, const char *value)
{
	return login_env(&self.login, name, value);
}

/* Ask codesyncd and wait: nobody else is served by this process, and reading
 * on would only let a stranger fill our memory. M is wiped. */
static uint32_t
verdict_of(struct mon_msg *m)
{
	struct pollfd p = { self.monitor, POLLIN, 0 };
	int r = mon_send(self.monitor, m, -1);

	explicit_bzero(m, sizeof(*m));
	if (r == 0 && poll(&p, 1, VERDICT_MS) == 1 &&
	    mon_recv(self.monitor, &self.verdict, NULL) == 1 &&
	    self.verdict.type == MON_VERDICT &&
	    self.verdict.u.verdict.verdict != MON_BUSY)
		return self.verdict.u.verdict.verdict;
	self.refusal = ENTRY_BUSY;
	return MON_BUSY;
}

static void
let_in(void)
{
	alarm(0);
	self.in = true;
}

/* A client with many keys would use up its tries where none is of use. */
static void
offer_methods(void)
{
	transport_offer(
	    self.login.kind != LOGIN_CODE && self.login.key_len == 0);
}

/* May USER try something? */
static bool
take_request(const char *user)
{
	if (self.in || self.refusal != NULL)
		return false;
	if (++self.requests > MAX_REQUESTS)
		self.refusal = "Too many attempts.";
	else if (user == NULL || login_name(&self.login, user) < 0)
		self.refusal = "This user name is not possible here.";
	else if (self.login.kind == LOGIN_NEW && self.closed)
		self.refusal = "Nobody can sign up here: ask who runs this "
			       "host for an account.";
	offer_methods();
	return self.refusal == NULL;
}

void
entry_question(struct question *q)
{
	struct mon_msg told;

	if (self.login.failed == 0 || self.login.kind == LOGIN_NEW) {
		mon_init(&told, MON_PROMPT);
		mon_send(self.monitor, &told, -1);
	}
	alarm(PROMPT_S);
	login_prompt(&self.login, q->prompt);
	snprintf(q->text, sizeof(q->text), "%s", self.login.text);
	q->echo = login_echo(&self.login);
}

static enum transport_next
check_answer(void)
{
	struct mon_msg request;

	mon_init(&request, MON_AUTH);
	login_request(&self.login, &request);
	switch (verdict_of(&request)) {
	case MON_OK:
		let_in();
		return NEXT_IN;
	case MON_DENIED:
		if (login_fail(&self.login, &self.verdict))
			return NEXT_ASK;
		self.refusal = login_farewell(&self.login);
		break;
	}
	return NEXT_QUIET;
}

enum transport_next
entry_answer(const char *answer)
{
	int next;

	if (self.in || self.refusal != NULL)
		return NEXT_NO;
	if (answer == NULL) {
		self.refusal = "One answer was expected.";
		return NEXT_QUIET;
	}
	if ((next = login_answer(&self.login, answer)) == LOGIN_CHECK)
		return check_answer();
	if (next == LOGIN_ASK)
		return NEXT_ASK;
	self.refusal = login_farewell(&self.login);
	return NEXT_QUIET;
}

enum transport_next
entry_request(const char *user, bool interactive)
{
	if (!take_request(user))
		return self.refusal == NULL ? NEXT_NO : NEXT_QUIET;
	return interactive ? NEXT_ASK : NEXT_NO;
}

/* Is KEY, which is offered or was SIGNED with, one of the account's? */
static bool
key_fits(const char *base64, bool is_signed)
{
	struct mon_msg m;
	size_t len;

	mon_init(&m, MON_AUTH);
	m.u.auth.kind = is_signed ? MON_BY_KEY : MON_KEY_OFFER;
	memcpy(m.u.auth.user, self.login.user, sizeof(m.u.auth.user));
	memcpy(m.u.auth.room, self.login.room, sizeof(m.u.auth.room));
	if (base64 == NULL || login_key(base64, m.u.auth.key, &len) < 0)
		return false;
	m.u.auth.key_len = (uint32_t)len;
	return verdict_of(&m) == MON_OK;
}

/* A key for an account that is yet to be made: any, if it was signed with. */
static enum key_answer
key_for_later(const char *base64, bool is_signed)
{
	struct login *l = &self.login;

	if (!is_signed)
		return KEY_FITS; /* "go on and sign" */
	if (base64 == NULL || login_key(base64, l->key, &l->key_len) < 0) {
		l->key_len = 0;
		return KEY_DENIED;
	}
	offer_methods();
	return KEY_PARTIAL;
}

/* Who somebody is follows from a valid signature, and from nothing before it. */
enum key_answer
entry_key(const char *user, const char *base64, enum key_state state)
{
	bool is_signed = state == KEY_SIGNED;

	if (!take_request(user) || self.login.kind == LOGIN_CODE)
		return KEY_DENIED;
	if (state != KEY_WRONG) {
		if (self.login.kind == LOGIN_NEW)
			return key_for_later(base64, is_signed);
		if (key_fits(base64, is_signed)) {
			if (is_signed)
				let_in();
			return KEY_FITS;
		}
	}
	if (state != KEY_OFFERED && ++self.bad_keys >= MAX_BAD_KEYS &&
	    self.refusal == NULL)
		self.refusal = "None of these keys is the account's.";
	return KEY_DENIED;
}

/* Something came in, and neither was it delivered nor did an answer go out. */
void
entry_tick(uint64_t now_ms)
{
	static const char why[] =
	    "The host cannot use this key or its signature. Use another "
	    "key, or none: ssh -o PubkeyAuthentication=no";

	if (self.in || !transport_unanswered(now_ms))
		return;
	log_info("a request for authentication that libssh dropped");
	self.refusal = why;
}
