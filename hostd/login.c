/* login.c - the dialogue before a room or an account. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "hostd/login.h"
#include "proto/base64.h"
#include "proto/err.h"

static const struct {
	const char *name;
	uint32_t flag;
} options[] = { { "ascii", MON_ASCII }, { "mono", MON_MONO },
	{ "calm", MON_CALM } };

static bool
take_option(struct login *l, const char *suffix)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcasecmp(options[i].name, suffix) == 0) {
			l->flags |= options[i].flag;
			return true;
		}
	return false;
}

static bool
take_room(struct login *l, const char *suffix)
{
	if (l->room[0] != '\0' || strncasecmp(suffix, "r-", 2) != 0 ||
	    strlen(suffix) >= sizeof(l->room))
		return false;
	snprintf(l->room, sizeof(l->room), "%s", suffix);
	return true;
}

/* A suffix that is neither an option nor a room stays part of the name, so
 * that a mistyped one is not silently something else. */
static bool
take_suffix(struct login *l, const char *suffix)
{
	return take_option(l, suffix) || take_room(l, suffix);
}

int
login_name(struct login *l, const char *name)
{
	char *plus;

	if (strlen(name) >= sizeof(l->name))
		return CS_ETOOBIG;
	if (l->named)
		return strcmp(l->name, name) == 0 ? 0 : CS_EINVAL;
	l->named = true;
	snprintf(l->name, sizeof(l->name), "%s", name);
	snprintf(l->user, sizeof(l->user), "%s", name);
	while (
	    (plus = strrchr(l->user, '+')) != NULL && take_suffix(l, plus + 1))
		*plus = '\0';
	l->kind = LOGIN_PASSWORD;
	if (strncasecmp(l->user, "r-", 2) == 0)
		l->kind = LOGIN_CODE;
	else if (strcmp(l->user, LOGIN_SIGN_UP) == 0)
		l->kind = LOGIN_NEW;
	l->step = l->open ? STEP_NAME : STEP_TOKEN;
	return 0;
}

bool
login_env(struct login *l, const char *name, const char *value)
{
	char words[LOGIN_ENV_SIZE], *rest = words;
	const char *word;

	if (strcmp(name, LOGIN_ENV) != 0 || strlen(value) >= sizeof(words))
		return false;
	snprintf(words, sizeof(words), "%s", value);
	while ((word = strsep(&rest, ",+")) != NULL)
		take_option(l, word);
	return true;
}

void
login_prompt(const struct login *l, char dst[LOGIN_PROMPT_SIZE])
{
	static const char *const steps[] = {
		[STEP_TOKEN] = "Registration token: ",
		[STEP_NAME] = "Account name: ",
		[STEP_PASSWORD] = "Password: ",
		[STEP_AGAIN] = "Password again: ",
	};
	unsigned left = LOGIN_TRIES - l->failed;

	if (l->kind == LOGIN_NEW)
		snprintf(dst, LOGIN_PROMPT_SIZE, "%s", steps[l->step]);
	else if (l->kind == LOGIN_PASSWORD)
		snprintf(dst, LOGIN_PROMPT_SIZE, "Password: ");
	else if (l->failed == 0)
		snprintf(dst, LOGIN_PROMPT_SIZE, "Invite code: ");
	else
		snprintf(dst, LOGIN_PROMPT_SIZE,
		    "Invite code (%u %s left): ", left,
		    left == 1 ? "try" : "tries");
}

bool
login_echo(const struct login *l)
{
	return l->kind == LOGIN_NEW && l->step == STEP_NAME;
}

/* Ask for a password again; CS_EPERM: that was the last try. */
static int
again(struct login *l, const char *why)
{
	explicit_bzero(l->password, sizeof(l->password));
	l->step = STEP_PASSWORD;
	snprintf(l->text, sizeof(l->text), "%s", why);
	return ++l->failed < LOGIN_TRIES ? LOGIN_ASK : CS_EPERM;
}

/* What does not fit is too long to be right, and its beginning might be. */
static void
keep(char *dst, size_t size, const char *answer)
{
	snprintf(dst, size, "%s", strlen(answer) < size ? answer : "");
}

/* The answer to this step is kept in DST[SIZE], then comes the next one. */
static int
step(struct login *l, char *dst, size_t size, const char *answer)
{
	if (strlen(answer) >= size && l->step == STEP_PASSWORD)
		return again(l, "A password has at most 255 bytes.");
	keep(dst, size, answer);
	if (l->step == STEP_PASSWORD && strlen(answer) < LOGIN_PASSWORD_MIN)
		return again(l, "A password has at least 8 characters.");
	l->step++;
	return LOGIN_ASK;
}

int
login_answer(struct login *l, const char *answer)
{
	l->text[0] = '\0';
	if (l->kind != LOGIN_NEW) {
		keep(l->secret, sizeof(l->secret), answer);
		return LOGIN_CHECK;
	}
	switch (l->step) {
	case STEP_TOKEN:
		return step(l, l->secret, sizeof(l->secret), answer);
	case STEP_NAME:
		return step(l, l->account, sizeof(l->account), answer);
	case STEP_PASSWORD:
		return step(l, l->password, sizeof(l->password), answer);
	case STEP_AGAIN:
		break;
	}
	return strcmp(l->password, answer) == 0
		   ? LOGIN_CHECK
		   : again(l, "The passwords are not the same.");
}

void
login_request(struct login *l, struct mon_msg *m)
{
	m->u.auth.kind = l->kind == LOGIN_CODE  ? MON_BY_CODE
			 : l->kind == LOGIN_NEW ? MON_SIGN_UP
						: MON_BY_PASSWORD;
	memcpy(m->u.auth.user, l->user, sizeof(m->u.auth.user));
	memcpy(m->u.auth.room, l->room, sizeof(m->u.auth.room));
	memcpy(m->u.auth.secret, l->secret, sizeof(m->u.auth.secret));
	if (l->kind != LOGIN_NEW) {
		explicit_bzero(l->secret, sizeof(l->secret));
		return;
	}
	/* the token stays: it is asked for once */
	memcpy(m->u.auth.name, l->account, sizeof(m->u.auth.name));
	memcpy(m->u.auth.password, l->password, sizeof(m->u.auth.password));
	memcpy(m->u.auth.key, l->key, l->key_len);
	m->u.auth.key_len = (uint32_t)l->key_len;
	explicit_bzero(l->password, sizeof(l->password));
}

bool
login_fail(struct login *l, const struct mon_msg *m)
{
	if (l->kind == LOGIN_NEW) {
		l->step = m->u.verdict.wrong == MON_WRONG_NAME ? STEP_NAME
			  : m->u.verdict.wrong == MON_WRONG_PASSWORD
			      ? STEP_PASSWORD
			  : l->open ? STEP_NAME
				    : STEP_TOKEN;
		memcpy(l->text, m->u.verdict.text, sizeof(l->text));
	}
	return ++l->failed < LOGIN_TRIES;
}

const char *
login_farewell(const struct login *l)
{
	static const char *const texts[] = {
		[LOGIN_CODE] = "That code is not valid. Ask for a new one.",
		[LOGIN_PASSWORD] = "That name and password do not go together.",
		[LOGIN_NEW] = "No account was made: try again.",
	};

	return l->text[0] != '\0' ? l->text : texts[l->kind];
}

int
login_key(const char *base64, uint8_t *dst, size_t *len)
{
	return base64_get(base64, strlen(base64), dst, MON_KEY_MAX, len);
}
