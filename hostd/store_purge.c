/*
 * store_purge.c - rooms whose contents are erased, as SQL. What is deleted is
 * overwritten in the database (sql.c), a few rows a time, so that nobody waits.
 */
#include <string.h>

#include "hostd/sql.h"
#include "proto/err.h"

#define PURGE_COLUMNS \
	"room,who,source,done,files,edits,runs,chat,notes,people,bytes"

static const char count_text[] =
    "SELECT (SELECT count(*) FROM runs WHERE room=?1),"
    "(SELECT count(*) FROM said WHERE room=?1 AND scope<2),"
    "(SELECT count(*) FROM said WHERE room=?1 AND scope=2),"
    "(SELECT count(*) FROM seats WHERE room=?1 AND state<>0),"
    "(SELECT coalesce(sum(length(bytes)),0) FROM log WHERE room=?1)+"
    "(SELECT coalesce(sum(length(bytes)),0) FROM snapshots WHERE room=?1)";
/* The salt stays, so that a code for it takes as long as one for any room. */
static const char room_text[] =
    "UPDATE rooms SET title='',once_key=NULL,idempotency_key=NULL,frozen=0,"
    "focus_site=0,focus_until_ms=0,focus_rev=0,sealed=1,ended_ms=?,purged_ms=? "
    "WHERE key=?";
static const char head_text[] = "UPDATE heads SET due=0 WHERE room=?";
static const char add_text[] =
    "INSERT INTO purges VALUES (?,?,?,0,0,0,?,?,?,?,?)";
static const char set_text[] =
    "UPDATE purges SET files=?,edits=?,done=? WHERE room=?";
static const char get_text[] =
    "SELECT " PURGE_COLUMNS " FROM purges WHERE room=?";
static const char open_text[] =
    "SELECT " PURGE_COLUMNS " FROM purges WHERE done=0 LIMIT 1";
static const char ends_text[] =
    "SELECT (SELECT min(first_rev) FROM log WHERE room=?1),"
    "(SELECT max(first_rev) FROM log WHERE room=?1)";
/* Only the key, which room_by_key makes a room of. */
static const char due_text[] =
    "SELECT key FROM rooms WHERE ended_ms>0 AND purged_ms=0 AND "
    "ended_ms + retention_days * 86400000<=? LIMIT 1";
static const char stale_text[] =
    "SELECT key FROM rooms WHERE ended_ms=0 AND created_ms>=0 AND "
    "created_ms + retention_days * 86400000<=? AND key>? ORDER BY key LIMIT 1";

/* Each erases some rows of a room: everything but its log, whose rows are read
 * before they go. */
static const char *const erase_texts[] = {
	"DELETE FROM snapshots WHERE room=?1 AND rev IN "
	"(SELECT rev FROM snapshots WHERE room=?1 LIMIT min(?2,1))",
	"DELETE FROM room_tests WHERE room=?1 AND n IN "
	"(SELECT n FROM room_tests WHERE room=?1 LIMIT ?2)",
	"DELETE FROM said WHERE room=?1 AND rev IN "
	"(SELECT rev FROM said WHERE room=?1 LIMIT ?2)",
	"DELETE FROM runs WHERE job IN "
	"(SELECT job FROM runs WHERE room=?1 LIMIT ?2)",
	"DELETE FROM tickets WHERE ticket IN "
	"(SELECT ticket FROM tickets WHERE room=?1 LIMIT ?2)",
	"DELETE FROM invites WHERE room=?1 AND hash IN "
	"(SELECT hash FROM invites WHERE room=?1 LIMIT ?2)",
	"DELETE FROM seats WHERE room=?1 AND site IN "
	"(SELECT site FROM seats WHERE room=?1 LIMIT ?2)",
};

static void
take_counts(struct sqlite3_stmt *st, void *row)
{
	struct purge_row *p = row;

	p->runs = sql_u64(st, 0);
	p->chat = sql_u64(st, 1);
	p->notes = sql_u64(st, 2);
	p->people = sql_u64(st, 3);
	p->bytes = sql_u64(st, 4);
}

int
store_purge_count(struct store *s, struct purge_row *p)
{
	p->files = p->edits = 0;
	return sql_one(s, sql_ask(s, count_text, "i", p->room), take_counts, p);
}

int
store_purge_begin(struct store *s, struct room_row *r, uint64_t at_ms,
    const struct purge_row *p)
{
	int err;

	r->purged_ms = at_ms;
	r->title[0] = r->idempotency_key[0] = '\0';
	r->frozen = false;
	r->focus_site = 0;
	r->focus_until_ms = r->focus_rev = 0;
	r->sealed = true;
	if ((err = sql_put(s, room_text, "iii", (int64_t)r->ended_ms,
		 (int64_t)at_ms, r->key)) < 0 ||
	    (err = sql_put(s, head_text, "i", r->key)) < 0)
		return err;
	return sql_put(s, add_text, "ittiiiii", r->key, p->who, p->source,
	    (int64_t)p->runs, (int64_t)p->chat, (int64_t)p->notes,
	    (int64_t)p->people, (int64_t)p->bytes);
}

int
store_purge_set(struct store *s, const struct purge_row *p)
{
	return sql_put(s, set_text, "iiii", (int64_t)p->files,
	    (int64_t)p->edits, (int64_t)p->done, p->room);
}

static void
take_purge(struct sqlite3_stmt *st, void *row)
{
	struct purge_row *p = row;

	p->room = sql_i64(st, 0);
	sql_text(st, 1, p->who, sizeof(p->who));
	sql_text(st, 2, p->source, sizeof(p->source));
	p->done = sql_u64(st, 3) != 0;
	p->files = sql_u64(st, 4);
	p->edits = sql_u64(st, 5);
	p->runs = sql_u64(st, 6);
	p->chat = sql_u64(st, 7);
	p->notes = sql_u64(st, 8);
	p->people = sql_u64(st, 9);
	p->bytes = sql_u64(st, 10);
}

int
store_purge_get(struct store *s, int64_t room, struct purge_row *p)
{
	return sql_one(s, sql_ask(s, get_text, "i", room), take_purge, p);
}

int
store_purge_open(struct store *s, struct purge_row *p)
{
	return sql_one(s, sql_ask(s, open_text, ""), take_purge, p);
}

int
store_purge_rows(struct store *s, int64_t room, unsigned n, bool *left)
{
	int r;

	*left = true;
	for (size_t i = 0; i < sizeof(erase_texts) / sizeof(erase_texts[0]);
	     i++) {
		r = sql_put(s, erase_texts[i], "ii", room, (int64_t)n);
		if (r < 0 || sql_changes(s) > 0)
			return r;
	}
	*left = false;
	return 0;
}

struct ends {
	uint64_t first, last;
};

static void
take_ends(struct sqlite3_stmt *st, void *row)
{
	struct ends *e = row;

	e->first = sql_u64(st, 0);
	e->last = sql_u64(st, 1);
}

int
store_chunk_ends(struct store *s, int64_t room, uint64_t *first, uint64_t *last)
{
	struct ends e;
	int r = sql_one(s, sql_ask(s, ends_text, "i", room), take_ends, &e);

	if (r < 0 || e.first == 0)
		return r < 0 ? r : CS_ENOTFOUND;
	*first = e.first;
	*last = e.last;
	return 0;
}

static void
take_key(struct sqlite3_stmt *st, void *key)
{
	*(int64_t *)key = sql_i64(st, 0);
}

/* The room whose key ST has. */
static int
room_of(struct store *s, struct sqlite3_stmt *st, struct room_row *r)
{
	int64_t key;
	int err = sql_one(s, st, take_key, &key);

	return err < 0 ? err : store_room_by_key(s, key, r);
}

int
store_room_due(struct store *s, uint64_t now_ms, struct room_row *r)
{
	return room_of(s, sql_ask(s, due_text, "i", (int64_t)now_ms), r);
}

int
store_room_stale(
    struct store *s, uint64_t now_ms, int64_t after, struct room_row *r)
{
	return room_of(
	    s, sql_ask(s, stale_text, "ii", (int64_t)now_ms, after), r);
}
