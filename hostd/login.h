/*
 * login.h - who wants in and how they are asked: a connection's dialogue, pure.
 * A name that looks like a room's id is asked for an invite code, "signup" for
 * what makes an account, any other for a password. NAME+ROOM is an account that
 * wants into a room.
 */
#ifndef HOSTD_LOGIN_H
#define HOSTD_LOGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hostd/monitor.h"

#define LOGIN_TRIES 3
#define LOGIN_PROMPT_SIZE 48
#define LOGIN_SIGN_UP "signup"
#define LOGIN_ENV "LC_CODESYNC"
#define LOGIN_ENV_SIZE 64    /* its value and a NUL */
#define LOGIN_PASSWORD_MIN 8 /* bytes at least; the hub counts characters */

enum login_kind { LOGIN_CODE, LOGIN_PASSWORD, LOGIN_NEW };
enum login_step { STEP_TOKEN, STEP_NAME, STEP_PASSWORD, STEP_AGAIN };
enum login_next {
	LOGIN_ASK,  /* the next question */
	LOGIN_CHECK /* login_request has all that the hub needs */
};

struct login {
	char name[MON_USER_MAX]; /* as the client said it */
	char user[MON_USER_MAX]; /* without options and room */
	char room[MON_ROOM_MAX]; /* of NAME+ROOM, as it was typed, or "" */
	uint32_t flags;          /* enum mon_edit_flags */
	bool named, open;        /* OPEN: no token is asked for */
	enum login_kind kind;
	enum login_step step; /* of LOGIN_NEW */
	unsigned failed;
	char text[MON_TEXT_MAX]; /* what is wrong, shown above a question */
	char secret[MON_SECRET_MAX], account[MON_USER_MAX];
	char password[MON_SECRET_MAX];
	uint8_t key[MON_KEY_MAX]; /* LOGIN_NEW: one that was proved */
	size_t key_len;
};

/* Take the client's user NAME, like "r-7f3k2+ascii"; the first one counts.
 * 0; CS_ETOOBIG; CS_EINVAL: another than before. */
int login_name(struct login *l, const char *name);
/* The client's environment has NAME with VALUE: LOGIN_ENV, "mono,calm", is as
 * good as endings of its name. What is not known in it is left out. False: it is
 * another variable, or one that is too long. */
bool login_env(struct login *l, const char *name, const char *value);
/* The question to ask now, and whether the answer may be seen. */
void login_prompt(const struct login *l, char dst[LOGIN_PROMPT_SIZE]);
bool login_echo(const struct login *l);
/* Take the ANSWER. What one can see to be wrong from here counts as a failure;
 * then, if no try is left, CS_EPERM. Else enum login_next. */
int login_answer(struct login *l, const char *answer);
/* All that was answered into M, which is MON_AUTH; what is secret is wiped. */
void login_request(struct login *l, struct mon_msg *m);
/* The hub refused, with its verdict in M; true while there are tries left. */
bool login_fail(struct login *l, const struct mon_msg *m);
/* What to say when there are none. */
const char *login_farewell(const struct login *l);
/* BASE64 as a key's bytes into DST[MON_KEY_MAX] and *LEN; CS_EFORMAT,
 * CS_ETOOBIG. */
int login_key(const char *base64, uint8_t *dst, size_t *len);

#endif
