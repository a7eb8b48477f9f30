/* store_user.c - what is kept of accounts, as SQL, and what they may be called.
 */
#include <stdlib.h>
#include <string.h>

#include "hostd/secret.h"
#include "hostd/sql.h"
#include "hostd/user.h"
#include "proto/err.h"
#include "proto/utf8.h"

#define USER_COLUMNS                            \
	"key,name,role,coalesce(unix_user,'')," \
	"coalesce(unix_uid,-1),coalesce(password,''),created_ms,looks"
#define KEY_COLUMNS "fingerprint,type,comment,blob,added_ms"

enum sql {
	USER_ADD,
	USER_GET,
	USER_BY_KEY,
	USER_BY_UID,
	USER_SET,
	USER_SET_LOOKS,
	USER_REMOVE,
	USER_ALL,
	USER_COUNT,
	KEY_ADD,
	KEY_COUNT,
	KEY_ALL,
	KEY_FIND,
	KEY_REMOVE,
	TOKEN_ADD,
	TOKEN_FIND,
	TOKEN_REMOVE,
	TOKEN_EXPIRE,
	STATEMENTS
};

/* clang-format off */
static const char *const texts[STATEMENTS] = {
	[USER_ADD] = "INSERT OR IGNORE INTO users VALUES "
	    "(NULL,?,?,nullif(?,''),nullif(?,-1),nullif(?,''),?,0)",
	[USER_GET] = "SELECT " USER_COLUMNS " FROM users WHERE name=?",
	[USER_BY_KEY] = "SELECT " USER_COLUMNS " FROM users WHERE key=?",
	[USER_BY_UID] = "SELECT " USER_COLUMNS " FROM users WHERE unix_uid=?",
	[USER_SET] = "UPDATE users SET role=?,password=nullif(?,'') WHERE key=?",
	[USER_SET_LOOKS] = "UPDATE users SET looks=? WHERE key=?",
	[USER_REMOVE] = "DELETE FROM users WHERE key=?",
	[USER_ALL] = "SELECT " USER_COLUMNS " FROM users ORDER BY name",
	[USER_COUNT] = "SELECT (SELECT count(*) FROM users),"
	    "(SELECT count(*) FROM keys)",
	[KEY_ADD] = "INSERT OR IGNORE INTO keys VALUES (?,?,?,?,?,?)",
	[KEY_COUNT] = "SELECT count(*) FROM keys WHERE user=?",
	[KEY_ALL] = "SELECT " KEY_COLUMNS " FROM keys WHERE user=? "
	    "ORDER BY added_ms,fingerprint",
	[KEY_FIND] =
	    "SELECT " KEY_COLUMNS " FROM keys WHERE user=? AND blob=?",
	[KEY_REMOVE] = "DELETE FROM keys WHERE user=? AND fingerprint=?",
	[TOKEN_ADD] = "INSERT INTO tokens VALUES (?,?,?)",
	[TOKEN_FIND] = "SELECT role FROM tokens WHERE hash=? AND expires_ms>?",
	[TOKEN_REMOVE] = "DELETE FROM tokens WHERE hash=?",
	[TOKEN_EXPIRE] = "DELETE FROM tokens WHERE expires_ms<=?",
};
/* clang-format on */

/* --- what is fine --- */

const char *
user_name_wrong(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	static const char others[] = "abcdefghijklmnopqrstuvwxyz"
				     "0123456789._-";
	char id[ROOM_ID_LEN + 1];
	size_t len = strlen(name);

	if (len < 1 || len >= USER_NAME_SIZE ||
	    strchr(letters, name[0]) == NULL || strspn(name, others) != len)
		return "an account's name has 1 to 32 of a-z 0-9 . _ - and "
		       "begins with a letter";
	/* "@local" is who has no account, in logs and in the trail */
	if (strcmp(name, "signup") == 0 || strcmp(name, "practice") == 0 ||
	    strcmp(name, "local") == 0)
		return "signup, practice and local are no names for an account";
	if (room_id_read(name, id) == 0)
		return "an account cannot be called like a room";
	return NULL;
}

const char *
password_wrong(const char *password)
{
	size_t len = strlen(password), chars = 0;
	uint32_t cp;
	int n;

	if (len > PASSWORD_MAX)
		return "a password has at most 255 bytes";
	for (size_t i = 0; i < len; i += (size_t)n, chars++)
		if ((n = utf8_decode(password + i, len - i, &cp)) <= 0 ||
		    cp < 0x20 || cp == 0x7F)
			return "a password holds no control characters";
	return chars < PASSWORD_MIN ? "a password has at least 8 characters"
				    : NULL;
}

const char *
user_role_name(unsigned role)
{
	return role == USER_ADMIN ? "admin" : "interviewer";
}

/* --- accounts --- */

int
store_user_add(struct store *s, struct user_row *u)
{
	int r = sql_put(s, texts[USER_ADD], "tititi", u->name, (int64_t)u->role,
	    u->unix_user, u->unix_uid, u->password, (int64_t)u->created_ms);

	if (r < 0)
		return r;
	if (sql_changes(s) == 0)
		return CS_ESTATE;
	u->key = sql_last_key(s);
	return 0;
}

static void
take_user(struct sqlite3_stmt *st, void *row)
{
	struct user_row *u = row;

	memset(u, 0, sizeof(*u));
	u->key = sql_i64(st, 0);
	sql_text(st, 1, u->name, sizeof(u->name));
	u->role = (uint8_t)sql_u64(st, 2);
	sql_text(st, 3, u->unix_user, sizeof(u->unix_user));
	u->unix_uid = sql_i64(st, 4);
	sql_text(st, 5, u->password, sizeof(u->password));
	u->created_ms = sql_u64(st, 6);
	u->looks = sql_looks(st, 7);
}

int
store_user_get(struct store *s, const char *name, struct user_row *u)
{
	return sql_one(s, sql_ask(s, texts[USER_GET], "t", name), take_user, u);
}

int
store_user_by_key(struct store *s, int64_t key, struct user_row *u)
{
	return sql_one(
	    s, sql_ask(s, texts[USER_BY_KEY], "i", key), take_user, u);
}

int
store_user_by_uid(struct store *s, int64_t uid, struct user_row *u)
{
	return sql_one(
	    s, sql_ask(s, texts[USER_BY_UID], "i", uid), take_user, u);
}

int
store_user_set(struct store *s, const struct user_row *u)
{
	return sql_put(
	    s, texts[USER_SET], "iti", (int64_t)u->role, u->password, u->key);
}

int
store_user_set_looks(struct store *s, int64_t user, uint64_t looks)
{
	return sql_put(s, texts[USER_SET_LOOKS], "ii", (int64_t)looks, user);
}

int
store_user_remove(struct store *s, int64_t key)
{
	return sql_put(s, texts[USER_REMOVE], "i", key);
}

int
store_users(struct store *s, struct user_row **rows, size_t *n)
{
	return sql_all(s, sql_ask(s, texts[USER_ALL], ""), take_user,
	    sizeof(**rows), rows, n);
}

int
store_user_count(struct store *s, uint64_t *users, uint64_t *keys)
{
	struct sqlite3_stmt *st = sql_ask(s, texts[USER_COUNT], "");
	int r = sql_row(s, st);

	if (r <= 0)
		return r;
	*users = sql_u64(st, 0);
	*keys = sql_u64(st, 1);
	sql_done(st);
	return 0;
}

/* --- keys --- */

int
store_key_count(struct store *s, int64_t user, uint64_t *count)
{
	struct sqlite3_stmt *st = sql_ask(s, texts[KEY_COUNT], "i", user);
	int r = sql_row(s, st);

	if (r <= 0)
		return r < 0 ? r : CS_EIO;
	*count = sql_u64(st, 0);
	sql_done(st);
	return 0;
}

int
store_key_add(struct store *s, int64_t user, const struct key_row *k)
{
	uint64_t count;
	int r = store_key_find(s, user, k->blob, k->len, NULL);

	if (r != CS_ENOTFOUND)
		return r == 0 ? CS_ESTATE : r;
	if ((r = store_key_count(s, user, &count)) < 0)
		return r;
	if (count >= USER_KEYS_MAX)
		return CS_ETOOBIG;
	return sql_put(s, texts[KEY_ADD], "ittbti", user, k->fingerprint,
	    k->type, k->blob, k->len, k->comment, (int64_t)k->added_ms);
}

static void
take_key(struct sqlite3_stmt *st, void *row)
{
	struct key_row *k = row;

	const void *blob;
	size_t len;

	memset(k, 0, sizeof(*k));
	sql_text(st, 0, k->fingerprint, sizeof(k->fingerprint));
	sql_text(st, 1, k->type, sizeof(k->type));
	sql_text(st, 2, k->comment, sizeof(k->comment));
	blob = sql_bytes(st, 3, &len);
	k->len = len <= sizeof(k->blob) ? len : sizeof(k->blob);
	memcpy(k->blob, blob, k->len);
	k->added_ms = sql_u64(st, 4);
}

int
store_keys(struct store *s, int64_t user, struct key_row **rows, size_t *n)
{
	return sql_all(s, sql_ask(s, texts[KEY_ALL], "i", user), take_key,
	    sizeof(**rows), rows, n);
}

int
store_key_find(struct store *s, int64_t user, const void *blob, size_t len,
    struct key_row *k)
{
	struct sqlite3_stmt *st =
	    sql_ask(s, texts[KEY_FIND], "ib", user, blob, len);
	int r = sql_row(s, st);

	if (r <= 0)
		return r < 0 ? r : CS_ENOTFOUND;
	if (k != NULL)
		take_key(st, k);
	sql_done(st);
	return 0;
}

int
store_key_remove(struct store *s, int64_t user, const char *fingerprint)
{
	int r = sql_put(s, texts[KEY_REMOVE], "it", user, fingerprint);

	return r == 0 && sql_changes(s) == 0 ? CS_ENOTFOUND : r;
}

/* --- tokens --- */

int
store_token_add(struct store *s, const struct token_row *t, uint64_t now_ms)
{
	int r = sql_put(s, texts[TOKEN_EXPIRE], "i", (int64_t)now_ms);

	if (r < 0)
		return r;
	return sql_put(s, texts[TOKEN_ADD], "tii", t->hash, (int64_t)t->role,
	    (int64_t)t->expires_ms);
}

int
store_token_find(
    struct store *s, const char *hash, uint64_t now_ms, uint8_t *role)
{
	struct sqlite3_stmt *st =
	    sql_ask(s, texts[TOKEN_FIND], "ti", hash, (int64_t)now_ms);
	int r = sql_row(s, st);

	if (r <= 0)
		return r < 0 ? r : CS_ENOTFOUND;
	*role = (uint8_t)sql_u64(st, 0);
	sql_done(st);
	return 0;
}

int
store_token_take(
    struct store *s, const char *hash, uint64_t now_ms, uint8_t *role)
{
	int r = store_token_find(s, hash, now_ms, role);

	return r < 0 ? r : sql_put(s, texts[TOKEN_REMOVE], "t", hash);
}
