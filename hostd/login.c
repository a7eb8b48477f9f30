/* login.c - the dialogue before a room. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "hostd/login.h"
#include "proto/err.h"

static const struct {
	const char *name;
	uint32_t flag;
} options[] = { { "ascii", MON_ASCII }, { "mono", MON_MONO },
	{ "calm", MON_CALM } };

/* A suffix that is none of the options stays part of the name, so that a
 * mistyped one is not silently something else. */
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
	    (plus = strrchr(l->user, '+')) != NULL && take_option(l, plus + 1))
		*plus = '\0';
	l->room = strncasecmp(l->user, "r-", 2) == 0;
	return 0;
}

void
login_prompt(const struct login *l, char dst[LOGIN_PROMPT_SIZE])
{
	if (!l->room)
		snprintf(dst, LOGIN_PROMPT_SIZE, "Password: ");
	else if (l->failed == 0)
		snprintf(dst, LOGIN_PROMPT_SIZE, "Invite code: ");
	else
		snprintf(dst, LOGIN_PROMPT_SIZE,
		    "Invite code (%u tries left): ", LOGIN_TRIES - l->failed);
}

bool
login_fail(struct login *l)
{
	return ++l->failed < LOGIN_TRIES;
}

const char *
login_farewell(const struct login *l)
{
	return l->room ? "That code is not valid. Ask for a new one."
		       : "That name and password do not go together.";
}
