/*
 * user.h - accounts: who has one, their public keys, and the tokens with which
 * people make one for themselves. Kept in the store (store_user.c), whose
 * rules and codes are store.h's.
 */
#ifndef HOSTD_USER_H
#define HOSTD_USER_H

#include "hostd/store.h"

#define USER_UNIX_SIZE 33
#define USER_KEYS_MAX 64  /* of one account */
#define KEY_TYPE_SIZE 36  /* "sk-ssh-ed25519@openssh.com" */
#define KEY_PRINT_SIZE 51 /* "SHA256:" and 43 digits of base 64 */
#define KEY_BLOB_MAX 1200 /* RSA of 8192 bits fits */
#define KEY_COMMENT_SIZE 129
#define PASSWORD_MIN 8                       /* characters */
#define PASSWORD_MAX 255                     /* bytes */
#define TOKEN_EXPIRES_S ((int64_t)7 * 86400) /* unless something is said */

enum user_role { USER_ADMIN, USER_INTERVIEWER, USER_ROLES };

struct user_row {
	int64_t key; /* given by store_user_add, and never a second time */
	char name[USER_NAME_SIZE];
	uint8_t role;                   /* enum user_role */
	char unix_user[USER_UNIX_SIZE]; /* of this machine, or "" */
	int64_t unix_uid;               /* or -1 */
	char password[STORE_HASH_SIZE]; /* a hash (passwd.h), or "": none */
	uint64_t created_ms;
	uint64_t looks; /* proto/looks.h; not read by store_user_add */
};
/* CS_ESTATE: the name, or the user of the machine, has an account; nothing was
 * written and the transaction goes on. */
int store_user_add(struct store *s, struct user_row *u);
int store_user_get(struct store *s, const char *name, struct user_row *u);
int store_user_by_key(struct store *s, int64_t key, struct user_row *u);
int store_user_by_uid(struct store *s, int64_t uid, struct user_row *u);
/* Change role and password. */
int store_user_set(struct store *s, const struct user_row *u);
/* What USER has chosen of how things look, wherever it sits. */
int store_user_set_looks(struct store *s, int64_t user, uint64_t looks);
/* The keys go with it. */
int store_user_remove(struct store *s, int64_t key);
/* All by name; *ROWS is the caller's to free. */
int store_users(struct store *s, struct user_row **rows, size_t *n);
int store_user_count(struct store *s, uint64_t *users, uint64_t *keys);

struct key_row { /* made by sshkey.h */
	char fingerprint[KEY_PRINT_SIZE];
	char type[KEY_TYPE_SIZE];
	char comment[KEY_COMMENT_SIZE];
	uint8_t blob[KEY_BLOB_MAX]; /* as on the wire (RFC 4253, 6.6) */
	size_t len;
	uint64_t added_ms;
};
/* CS_ESTATE: USER has that key; CS_ETOOBIG: USER_KEYS_MAX others. */
int store_key_add(struct store *s, int64_t user, const struct key_row *k);
/* Those of USER, the oldest first; *ROWS is the caller's to free. */
int store_keys(struct store *s, int64_t user, struct key_row **rows, size_t *n);
int store_key_count(struct store *s, int64_t user, uint64_t *count);
/* Is BLOB[LEN] a key of USER? K may be NULL. */
int store_key_find(struct store *s, int64_t user, const void *blob, size_t len,
    struct key_row *k);
int store_key_remove(struct store *s, int64_t user, const char *fingerprint);

struct token_row {
	char hash[STORE_HASH_SIZE]; /* token_hash (secret.h) */
	uint8_t role;               /* enum user_role */
	uint64_t expires_ms;
};
/* Those that have expired before NOW_MS are forgotten. */
int store_token_add(
    struct store *s, const struct token_row *t, uint64_t now_ms);
/* Its *ROLE; and the same, used up. CS_ENOTFOUND: unknown or expired. */
int store_token_find(
    struct store *s, const char *hash, uint64_t now_ms, uint8_t *role);
int store_token_take(
    struct store *s, const char *hash, uint64_t now_ms, uint8_t *role);

/* What is wrong with a new account's name, or a new password: a sentence's
 * part, or NULL. */
const char *user_name_wrong(const char *name);
const char *password_wrong(const char *password);
/* "admin" ...; never NULL. */
const char *user_role_name(unsigned role);

#endif
