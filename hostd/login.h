/*
 * login.h - who wants in and how they are asked: a connection's dialogue, pure.
 * A name that looks like a room's id is asked for an invite code, any other for
 * a password.
 */
#ifndef HOSTD_LOGIN_H
#define HOSTD_LOGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hostd/monitor.h"

#define LOGIN_TRIES 3
#define LOGIN_PROMPT_SIZE 48

struct login {
	char name[MON_USER_MAX]; /* as the client said it */
	char user[MON_USER_MAX]; /* without options */
	uint32_t flags;          /* enum mon_edit_flags */
	bool named, room;
	unsigned failed;
};

/* Take the client's user NAME, like "r-7f3k2+ascii"; the first one counts.
 * 0; CS_ETOOBIG; CS_EINVAL: another than before. */
int login_name(struct login *l, const char *name);
/* The question to ask now. */
void login_prompt(const struct login *l, char dst[LOGIN_PROMPT_SIZE]);
/* The answer was wrong; true while there are tries left. */
bool login_fail(struct login *l);
/* What to say when there are none. */
const char *login_farewell(const struct login *l);

#endif
