/* store_head.c - the heads of logs, as SQL. */
#include <string.h>

#include "hostd/sql.h"

static const char want_text[] =
    "INSERT INTO heads VALUES (?,0,x'',1,0,x'',x'') "
    "ON CONFLICT (room) DO UPDATE SET due=1";
static const char put_text[] =
    "INSERT OR REPLACE INTO heads VALUES (?,?,?,?,?,?,?)";
static const char get_text[] =
    "SELECT room,rev,sha256,due,at_ms,key,signature FROM heads WHERE room=?";
static const char due_text[] =
    "SELECT room,rev,sha256,due,at_ms,key,signature FROM heads "
    "WHERE due=1 AND room>? ORDER BY room LIMIT 1";

int
store_head_want(struct store *s, int64_t room)
{
	return sql_put(s, want_text, "i", room);
}

int
store_head_put(struct store *s, const struct head_row *h)
{
	size_t key = h->at_ms != 0 ? sizeof(h->key) : 0;
	size_t signature = h->at_ms != 0 ? sizeof(h->signature) : 0;

	return sql_put(s, put_text, "iibiibb", h->room, (int64_t)h->rev,
	    h->sha256, sizeof(h->sha256), (int64_t)h->due, (int64_t)h->at_ms,
	    h->key, key, h->signature, signature);
}

/* Column I into DST[SIZE]; zeros, if it has another length. */
static void
take_bytes(struct sqlite3_stmt *st, int i, uint8_t *dst, size_t size)
{
	size_t len;
	const void *p = sql_bytes(st, i, &len);

	if (len == size)
		memcpy(dst, p, size);
}

static void
take_head(struct sqlite3_stmt *st, void *row)
{
	struct head_row *h = row;

	memset(h, 0, sizeof(*h));
	h->room = sql_i64(st, 0);
	h->rev = sql_u64(st, 1);
	take_bytes(st, 2, h->sha256, sizeof(h->sha256));
	h->due = sql_u64(st, 3) != 0;
	h->at_ms = sql_u64(st, 4);
	take_bytes(st, 5, h->key, sizeof(h->key));
	take_bytes(st, 6, h->signature, sizeof(h->signature));
}

int
store_head_get(struct store *s, int64_t room, struct head_row *h)
{
	return sql_one(s, sql_ask(s, get_text, "i", room), take_head, h);
}

int
store_head_due(struct store *s, int64_t after, struct head_row *h)
{
	return sql_one(s, sql_ask(s, due_text, "i", after), take_head, h);
}
