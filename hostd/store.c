/*
 * store.c - what is kept of rooms, as SQL. All statements are in one table; how
 * they are performed is sql.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "hostd/pack.h"
#include "hostd/sql.h"
#include "hostd/store.h"
#include "proto/err.h"
#include "proto/record.h"
#include "proto/sys/log.h"

#define ROOM_COLUMNS                                                     \
	"key,id,title,language,owner,minutes,retention_days,lobby,copy," \
	"created_ms,started_ms,ended_ms,salt,coalesce(once_key,''),"     \
	"sealed_rev,sealed,frozen,focus_site,focus_until_ms,"            \
	"focus_rev,owner_user,purged_ms,paused_ms,pause_since_ms,"       \
	"pause_site,pause_lost,empty_ms"
/* A room that is still being made has a time of creation below 0. */
#define BORN "created_ms>=0"
#define UNBORN "(SELECT key FROM rooms WHERE created_ms<0)"
#define RUN_COLUMNS "job,room,run,site,start_rev,state,nonce"

enum sql {
	ROOM_ADD,
	ROOM_BORN,
	ROOM_TIMES,
	ROOM_SEALED,
	ROOM_RULES,
	ROOM_TIMER,
	ROOM_EMPTY,
	ROOM_UNSEALED,
	ROOM_GET,
	ROOM_BY_KEY,
	ROOM_BY_IDEMPOTENCY,
	ROOM_IDS,
	ROOM_IDS_ALL,
	ROOM_IDS_OF,
	ROOM_SEATED,
	ROOM_BUSY,
	ROOM_COUNT,
	ROOM_OWNED,
	SEAT_PUT,
	SEAT_REMOVE,
	SEAT_ROLES,
	SEATS,
	INVITE_ADD,
	INVITE_GET,
	INVITE_BIND,
	INVITE_REMOVE,
	INVITES_DROP,
	TICKET_ADD,
	TICKET_REMOVE,
	TICKETS,
	CHUNK_ADD,
	CHUNK_GROW,
	CHUNK_GET,
	CHUNK_AFTER,
	CHUNKS_DROP,
	CHUNKS_BYTES,
	CHUNKS_COUNT,
	SNAPSHOT_ADD,
	SNAPSHOT_GET,
	SNAPSHOT_REVS,
	SNAPSHOT_DROP,
	SAID_ADD,
	SAID,
	RUN_ADD,
	RUN_SET,
	RUN_LAST,
	RUNS_OPEN,
	STATEMENTS
};

/* clang-format off */
static const char *const texts[STATEMENTS] = {
	[ROOM_ADD] = "INSERT OR IGNORE INTO rooms VALUES "
	    "(NULL,?,?,?,?,?,?,?,?,?,?,?,?,NULL,0,0,0,0,0,0,?,nullif(?,''),0,0,0,0,0,0)",
	[ROOM_BORN] = "UPDATE rooms SET created_ms=? WHERE key=?",
	[ROOM_TIMES] = "UPDATE rooms SET started_ms=?,ended_ms=? WHERE key=?",
	[ROOM_SEALED] = "UPDATE rooms SET sealed_rev=?,sealed=? WHERE key=?",
	[ROOM_RULES] =
	    "UPDATE rooms SET frozen=?,focus_site=?,focus_until_ms=?,focus_rev=? "
	    "WHERE key=?",
	[ROOM_TIMER] =
	    "UPDATE rooms SET minutes=?,paused_ms=?,pause_since_ms=?,"
	    "pause_site=?,pause_lost=?,empty_ms=? WHERE key=?",
	[ROOM_EMPTY] = "SELECT " ROOM_COLUMNS " FROM rooms WHERE "
	    "empty_ms>0 AND empty_ms<? ORDER BY empty_ms LIMIT 1",
	[ROOM_UNSEALED] = "SELECT " ROOM_COLUMNS " FROM rooms WHERE "
	    "ended_ms>0 AND sealed=0 AND key>? ORDER BY key LIMIT 1",
	[ROOM_GET] = "SELECT " ROOM_COLUMNS " FROM rooms WHERE id=? "
	    "AND " BORN,
	[ROOM_BY_KEY] = "SELECT " ROOM_COLUMNS " FROM rooms WHERE key=?",
	[ROOM_BY_IDEMPOTENCY] =
	    "SELECT " ROOM_COLUMNS " FROM rooms WHERE owner_user=? "
	    "AND once_key=? AND " BORN,
	[ROOM_IDS] = "SELECT id FROM rooms WHERE ended_ms=0 AND key>? "
	    "AND " BORN " ORDER BY key",
	[ROOM_IDS_ALL] = "SELECT id FROM rooms WHERE key>? AND " BORN
	    " ORDER BY key",
	[ROOM_IDS_OF] = "SELECT id FROM rooms WHERE (owner_user=?1 OR key IN "
	    "(SELECT room FROM seats WHERE user=?1 AND role IN (1,2) AND "
	    "state<>4 AND label NOT LIKE '@%')) AND (?2 OR ended_ms=0) "
	    "AND key>?3 AND " BORN " ORDER BY key",
	[ROOM_SEATED] = "SELECT id FROM rooms WHERE key IN "
	    "(SELECT room FROM seats WHERE user=?) AND ended_ms=0 AND " BORN,
	[ROOM_BUSY] = "SELECT id FROM rooms WHERE key IN (SELECT room FROM "
	    "seats WHERE state IN (1,5) UNION SELECT room FROM runs WHERE state<2)",
	[ROOM_COUNT] = "SELECT count(*) FROM rooms WHERE ended_ms=0 AND " BORN,
	[ROOM_OWNED] = "SELECT count(*) FROM rooms WHERE owner_user=? AND "
	    "owner_user>0 AND ended_ms=0 AND " BORN,
	[SEAT_PUT] = "INSERT OR REPLACE INTO seats VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
	[SEAT_REMOVE] = "DELETE FROM seats WHERE room=? AND site=?",
	[SEAT_ROLES] = "SELECT total(role=1),total(role=2) FROM seats WHERE "
	    "user=? AND user>0 AND room=? AND state<>4 AND label NOT LIKE '@%'",
	[SEATS] = "SELECT site,role,label,name,state,admitted,read_only,user,since_ms,from_rev,looks "
	    "FROM seats WHERE room=? "
	    "ORDER BY site",
	[INVITE_ADD] = "INSERT INTO invites VALUES (?,?,?,?,?)",
	[INVITE_GET] = "SELECT hash,site,expires_ms,bound FROM invites "
	    "WHERE room=? AND hash=?",
	[INVITE_BIND] = "UPDATE invites SET bound=1 WHERE room=? AND hash=?",
	[INVITE_REMOVE] = "DELETE FROM invites WHERE room=? AND hash=?",
	[INVITES_DROP] = "DELETE FROM invites WHERE room=? AND site=?",
	[TICKET_ADD] = "INSERT INTO tickets VALUES (?,?,?)",
	[TICKET_REMOVE] = "DELETE FROM tickets WHERE ticket=?",
	[TICKETS] = "SELECT ticket,id,site FROM tickets JOIN rooms ON key=room",
	[CHUNK_ADD] = "INSERT INTO log VALUES (?,?,?,?)",
	[CHUNK_GROW] =
	    "UPDATE log SET count=?,bytes=? WHERE room=? AND first_rev=?",
	[CHUNK_GET] = "SELECT first_rev,count,bytes FROM log WHERE room=? AND "
	    "first_rev<=? ORDER BY first_rev DESC LIMIT 1",
	[CHUNK_AFTER] = "SELECT 1 FROM log WHERE room=? AND first_rev>? LIMIT 1",
	[CHUNKS_DROP] =
	    "DELETE FROM log WHERE room=? AND first_rev BETWEEN ? AND ?",
	[CHUNKS_BYTES] = "SELECT total(length(bytes)) FROM log WHERE room=?",
	[CHUNKS_COUNT] = "SELECT count(*) FROM log WHERE room=?",
	[SNAPSHOT_ADD] = "INSERT OR REPLACE INTO snapshots VALUES (?,?,?,?)",
	[SNAPSHOT_GET] = "SELECT rev,bytes FROM snapshots WHERE room=? AND "
	    "rev<=? AND at_ms<=? ORDER BY rev DESC LIMIT 1",
	[SNAPSHOT_REVS] = "SELECT rev FROM snapshots WHERE room=? ORDER BY rev",
	[SNAPSHOT_DROP] = "DELETE FROM snapshots WHERE room=? AND rev=?",
	[SAID_ADD] = "INSERT INTO said VALUES (?,?,?,?)",
	[SAID] = "SELECT rev,site,scope FROM said WHERE room=? ORDER BY rev",
	[RUN_ADD] = "INSERT INTO runs VALUES (NULL,?,?,?,?,?,?)",
	[RUN_SET] = "UPDATE runs SET state=?,nonce=? WHERE job=?",
	[RUN_LAST] = "SELECT " RUN_COLUMNS " FROM runs WHERE room=? "
	    "ORDER BY run DESC LIMIT 1",
	[RUNS_OPEN] = "SELECT " RUN_COLUMNS " FROM runs WHERE state<2 "
	    "ORDER BY job",
};
/* clang-format on */

/* --- rooms --- */

int
store_room_add(struct store *s, struct room_row *r)
{
	int err = sql_put(s, texts[ROOM_ADD],
	    "tttt"
	    "iiii"
	    "iii"
	    "tit",
	    r->id, r->title, r->language, r->owner, (int64_t)r->minutes,
	    (int64_t)r->retention_days, (int64_t)r->lobby, (int64_t)r->copy,
	    (int64_t)r->created_ms, (int64_t)r->started_ms,
	    (int64_t)r->ended_ms, r->salt, r->owner_user, r->idempotency_key);

	if (err < 0)
		return err;
	if (sql_changes(s) == 0)
		return CS_ESTATE;
	r->key = sql_last_key(s);
	return 0;
}

int
store_room_born(struct store *s, const struct room_row *r, bool born)
{
	int64_t at_ms = (int64_t)r->created_ms;

	return sql_put(
	    s, texts[ROOM_BORN], "ii", born ? at_ms : -at_ms, r->key);
}

int
store_rooms_unborn(struct store *s)
{
	static const char *const steps[] = {
		"DELETE FROM log WHERE room IN " UNBORN,
		"DELETE FROM snapshots WHERE room IN " UNBORN,
		"DELETE FROM seats WHERE room IN " UNBORN,
		"DELETE FROM room_tests WHERE room IN " UNBORN,
		"DELETE FROM rooms WHERE created_ms<0",
	};
	int r = 0;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && r == 0; i++)
		r = sql_put(s, steps[i], "");
	return r;
}

int
store_room_times(struct store *s, const struct room_row *r)
{
	return sql_put(s, texts[ROOM_TIMES], "iii", (int64_t)r->started_ms,
	    (int64_t)r->ended_ms, r->key);
}

int
store_room_sealed(struct store *s, const struct room_row *r)
{
	return sql_put(s, texts[ROOM_SEALED], "iii", (int64_t)r->sealed_rev,
	    (int64_t)r->sealed, r->key);
}

int
store_room_rules(struct store *s, const struct room_row *r)
{
	return sql_put(s, texts[ROOM_RULES], "iiiii", (int64_t)r->frozen,
	    (int64_t)r->focus_site, (int64_t)r->focus_until_ms,
	    (int64_t)r->focus_rev, r->key);
}

static void
take_room(struct sqlite3_stmt *st, void *row)
{
	struct room_row *r = row;

	memset(r, 0, sizeof(*r));
	r->key = sql_i64(st, 0);
	sql_text(st, 1, r->id, sizeof(r->id));
	sql_text(st, 2, r->title, sizeof(r->title));
	sql_text(st, 3, r->language, sizeof(r->language));
	sql_text(st, 4, r->owner, sizeof(r->owner));
	r->minutes = (uint32_t)sql_u64(st, 5);
	r->retention_days = (uint32_t)sql_u64(st, 6);
	r->lobby = sql_u64(st, 7) != 0;
	r->copy = sql_u64(st, 8) != 0;
	r->created_ms = sql_u64(st, 9);
	r->started_ms = sql_u64(st, 10);
	r->ended_ms = sql_u64(st, 11);
	sql_text(st, 12, r->salt, sizeof(r->salt));
	sql_text(st, 13, r->idempotency_key, sizeof(r->idempotency_key));
	r->sealed_rev = sql_u64(st, 14);
	r->sealed = sql_u64(st, 15) != 0;
	r->frozen = sql_u64(st, 16) != 0;
	r->focus_site = (uint8_t)sql_u64(st, 17);
	r->focus_until_ms = sql_u64(st, 18);
	r->focus_rev = sql_u64(st, 19);
	r->owner_user = sql_i64(st, 20);
	r->purged_ms = sql_u64(st, 21);
	r->paused_ms = sql_u64(st, 22);
	r->pause_since_ms = sql_u64(st, 23);
	r->pause_site = (uint8_t)sql_u64(st, 24);
	r->pause_lost = sql_u64(st, 25) != 0;
	r->empty_ms = sql_u64(st, 26);
}

int
store_room_get(struct store *s, const char *id, struct room_row *r)
{
	return sql_one(s, sql_ask(s, texts[ROOM_GET], "t", id), take_room, r);
}

int
store_room_by_key(struct store *s, int64_t key, struct room_row *r)
{
	return sql_one(
	    s, sql_ask(s, texts[ROOM_BY_KEY], "i", key), take_room, r);
}

int
store_room_by_idempotency(
    struct store *s, int64_t owner, const char *key, struct room_row *r)
{
	return sql_one(s,
	    sql_ask(s, texts[ROOM_BY_IDEMPOTENCY], "it", owner, key), take_room,
	    r);
}

int
store_room_timer(struct store *s, const struct room_row *r)
{
	return sql_put(s, texts[ROOM_TIMER], "iiiiiii", (int64_t)r->minutes,
	    (int64_t)r->paused_ms, (int64_t)r->pause_since_ms,
	    (int64_t)r->pause_site, (int64_t)r->pause_lost,
	    (int64_t)r->empty_ms, r->key);
}

int
store_room_empty(struct store *s, uint64_t before_ms, struct room_row *r)
{
	return sql_one(s,
	    sql_ask(s, texts[ROOM_EMPTY], "i", (int64_t)before_ms), take_room,
	    r);
}

int
store_room_unsealed(struct store *s, int64_t after, struct room_row *r)
{
	return sql_one(
	    s, sql_ask(s, texts[ROOM_UNSEALED], "i", after), take_room, r);
}

static void
take_id(struct sqlite3_stmt *st, void *id)
{
	sql_text(st, 0, id, STORE_ID_SIZE);
}

int
store_room_ids(struct store *s, int64_t user, bool all, int64_t after,
    char (**ids)[STORE_ID_SIZE], size_t *n)
{
	struct sqlite3_stmt *st;

	if (user != 0)
		st = sql_ask(
		    s, texts[ROOM_IDS_OF], "iii", user, (int64_t)all, after);
	else
		st = sql_ask(
		    s, texts[all ? ROOM_IDS_ALL : ROOM_IDS], "i", after);
	return sql_all(s, st, take_id, STORE_ID_SIZE, ids, n);
}

int
store_room_seated(
    struct store *s, int64_t user, char (**ids)[STORE_ID_SIZE], size_t *n)
{
	return sql_all(s, sql_ask(s, texts[ROOM_SEATED], "i", user), take_id,
	    STORE_ID_SIZE, ids, n);
}

int
store_room_busy(struct store *s, char (**ids)[STORE_ID_SIZE], size_t *n)
{
	return sql_all(s, sql_ask(s, texts[ROOM_BUSY], ""), take_id,
	    STORE_ID_SIZE, ids, n);
}

static int
count(struct store *s, struct sqlite3_stmt *st, uint64_t *n)
{
	int r = sql_row(s, st);

	if (r <= 0)
		return r;
	*n = sql_u64(st, 0);
	sql_done(st);
	return 0;
}

int
store_room_count(struct store *s, uint64_t *live)
{
	return count(s, sql_ask(s, texts[ROOM_COUNT], ""), live);
}

int
store_room_owned(struct store *s, int64_t user, uint64_t *live)
{
	return count(s, sql_ask(s, texts[ROOM_OWNED], "i", user), live);
}

/* --- seats, invites, tickets --- */

int
store_seat_put(struct store *s, int64_t room, const struct seat_row *seat)
{
	return sql_put(s, texts[SEAT_PUT], "iiittiiiiiii", room,
	    (int64_t)seat->site, (int64_t)seat->role, seat->label, seat->name,
	    (int64_t)seat->state, (int64_t)seat->admitted,
	    (int64_t)seat->read_only, seat->user, (int64_t)seat->since_ms,
	    (int64_t)seat->from_rev, (int64_t)seat->looks);
}

int
store_seat_remove(struct store *s, int64_t room, uint8_t site)
{
	return sql_put(s, texts[SEAT_REMOVE], "ii", room, (int64_t)site);
}

int
store_seat_roles(
    struct store *s, int64_t room, int64_t user, bool *staff, bool *observer)
{
	struct sqlite3_stmt *st =
	    sql_ask(s, texts[SEAT_ROLES], "ii", user, room);
	int r = sql_row(s, st);

	*staff = *observer = false;
	if (r <= 0)
		return r;
	*staff = sql_u64(st, 0) > 0;
	*observer = sql_u64(st, 1) > 0;
	sql_done(st);
	return 0;
}

int
store_seats(struct store *s, int64_t room, struct seat_row *dst, size_t *n)
{
	struct sqlite3_stmt *st = sql_ask(s, texts[SEATS], "i", room);
	int r;

	*n = 0;
	while ((r = sql_row(s, st)) == 1) {
		if (*n > SITE_MAX)
			continue;
		memset(dst, 0, sizeof(*dst));
		dst->site = (uint8_t)sql_u64(st, 0);
		dst->role = (uint8_t)sql_u64(st, 1);
		sql_text(st, 2, dst->label, sizeof(dst->label));
		sql_text(st, 3, dst->name, sizeof(dst->name));
		dst->state = (uint8_t)sql_u64(st, 4);
		dst->admitted = sql_u64(st, 5) != 0;
		dst->read_only = sql_u64(st, 6) != 0;
		dst->user = sql_i64(st, 7);
		dst->since_ms = sql_u64(st, 8);
		dst->from_rev = sql_u64(st, 9);
		dst->looks = sql_looks(st, 10);
		dst++;
		++*n;
	}
	return r;
}

int
store_invite_add(struct store *s, int64_t room, const struct invite_row *i)
{
	return sql_put(s, texts[INVITE_ADD], "itiii", room, i->hash,
	    (int64_t)i->site, (int64_t)i->expires_ms, (int64_t)i->bound);
}

int
store_invite_get(
    struct store *s, int64_t room, const char *hash, struct invite_row *i)
{
	struct sqlite3_stmt *st =
	    sql_ask(s, texts[INVITE_GET], "it", room, hash);
	int r = sql_row(s, st);

	if (r <= 0)
		return r < 0 ? r : CS_ENOTFOUND;
	sql_text(st, 0, i->hash, sizeof(i->hash));
	i->site = (uint8_t)sql_u64(st, 1);
	i->expires_ms = sql_u64(st, 2);
	i->bound = sql_u64(st, 3) != 0;
	sql_done(st);
	return 0;
}

int
store_invite_bind(struct store *s, int64_t room, const char *hash)
{
	return sql_put(s, texts[INVITE_BIND], "it", room, hash);
}

int
store_invite_remove(struct store *s, int64_t room, const char *hash)
{
	return sql_put(s, texts[INVITE_REMOVE], "it", room, hash);
}

int
store_invites_drop(struct store *s, int64_t room, uint8_t site)
{
	return sql_put(s, texts[INVITES_DROP], "ii", room, (int64_t)site);
}

int
store_ticket_add(
    struct store *s, int64_t room, const char *ticket, uint8_t site)
{
	return sql_put(
	    s, texts[TICKET_ADD], "tii", ticket, room, (int64_t)site);
}

int
store_ticket_remove(struct store *s, const char *ticket)
{
	return sql_put(s, texts[TICKET_REMOVE], "t", ticket);
}

static void
take_ticket(struct sqlite3_stmt *st, void *row)
{
	struct ticket_row *t = row;

	sql_text(st, 0, t->ticket, sizeof(t->ticket));
	sql_text(st, 1, t->room, sizeof(t->room));
	t->site = (uint8_t)sql_u64(st, 2);
}

int
store_tickets(struct store *s, struct ticket_row **rows, size_t *n)
{
	return sql_all(s, sql_ask(s, texts[TICKETS], ""), take_ticket,
	    sizeof(**rows), rows, n);
}

/* --- the log --- */

int
store_chunk_add(struct store *s, int64_t room, uint64_t first_rev,
    uint32_t count, const void *bytes, size_t len)
{
	return sql_put(s, texts[CHUNK_ADD], "iiib", room, (int64_t)first_rev,
	    (int64_t)count, bytes, len);
}

int
store_chunk_grow(struct store *s, int64_t room, uint64_t first_rev,
    uint32_t count, const void *bytes, size_t len)
{
	int r = sql_put(s, texts[CHUNK_GROW], "ibii", (int64_t)count, bytes,
	    len, room, (int64_t)first_rev);

	if (r < 0 || sql_changes(s) == 1)
		return r;
	log_err("a row of the log is gone that was to grow");
	return sql_fail(s, CS_EIO);
}

/* Column I's bytes, plain if they are packed, to the end of B. */
static int
column_chunk(struct sqlite3_stmt *st, int i, struct buf *b)
{
	size_t len;
	const void *p = sql_bytes(st, i, &len);

	return pack_is(p, len) ? pack_get(p, len, CHUNK_MAX, b)
			       : sql_blob(st, i, b);
}

static uint64_t
clamp(uint64_t v)
{
	return v > INT64_MAX ? INT64_MAX : v;
}

/* There is no record REV: is that the log's end, or are rows missing? */
static int
end_or_hole(struct store *s, int64_t room, uint64_t rev)
{
	struct sqlite3_stmt *st =
	    sql_ask(s, texts[CHUNK_AFTER], "ii", room, (int64_t)clamp(rev));
	int r = sql_row(s, st);

	if (r <= 0)
		return r < 0 ? r : CS_ENOTFOUND;
	sql_done(st);
	return CS_EFORMAT;
}

int
store_chunk_get(struct store *s, int64_t room, uint64_t rev, uint64_t *first,
    uint32_t *count, struct buf *b)
{
	struct sqlite3_stmt *st =
	    sql_ask(s, texts[CHUNK_GET], "ii", room, (int64_t)clamp(rev));
	int r = sql_row(s, st);

	if (r <= 0)
		return r < 0 ? r : end_or_hole(s, room, rev);
	*first = sql_u64(st, 0);
	*count = (uint32_t)sql_u64(st, 1);
	r = rev - *first < *count ? column_chunk(st, 2, b) : CS_ENOTFOUND;
	sql_done(st);
	return r == CS_ENOTFOUND ? end_or_hole(s, room, rev) : r;
}

int
store_chunks_drop(struct store *s, int64_t room, uint64_t first, uint64_t last)
{
	return sql_put(s, texts[CHUNKS_DROP], "iii", room,
	    (int64_t)clamp(first), (int64_t)clamp(last));
}

int
store_chunks_bytes(struct store *s, int64_t room, uint64_t *bytes)
{
	return count(s, sql_ask(s, texts[CHUNKS_BYTES], "i", room), bytes);
}

int
store_chunks_count(struct store *s, int64_t room, uint64_t *rows)
{
	return count(s, sql_ask(s, texts[CHUNKS_COUNT], "i", room), rows);
}

int
store_snapshot_add(struct store *s, int64_t room, uint64_t rev, uint64_t at_ms,
    const void *bytes, size_t len)
{
	return sql_put(s, texts[SNAPSHOT_ADD], "iiib", room, (int64_t)rev,
	    (int64_t)at_ms, bytes, len);
}

int
store_snapshot_get(struct store *s, int64_t room, uint64_t rev, uint64_t at_ms,
    uint64_t *found, struct buf *b)
{
	struct sqlite3_stmt *st = sql_ask(s, texts[SNAPSHOT_GET], "iii", room,
	    (int64_t)clamp(rev), (int64_t)clamp(at_ms));
	int r = sql_row(s, st);

	if (r <= 0)
		return r < 0 ? r : CS_ENOTFOUND;
	*found = sql_u64(st, 0);
	r = sql_blob(st, 1, b);
	sql_done(st);
	return r;
}

static void
take_rev(struct sqlite3_stmt *st, void *rev)
{
	*(uint64_t *)rev = sql_u64(st, 0);
}

int
store_snapshot_revs(struct store *s, int64_t room, uint64_t **revs, size_t *n)
{
	return sql_all(s, sql_ask(s, texts[SNAPSHOT_REVS], "i", room), take_rev,
	    sizeof(**revs), revs, n);
}

int
store_snapshot_drop(struct store *s, int64_t room, uint64_t rev)
{
	return sql_put(
	    s, texts[SNAPSHOT_DROP], "ii", room, (int64_t)clamp(rev));
}

int
store_said_add(struct store *s, int64_t room, const struct said_row *row)
{
	return sql_put(s, texts[SAID_ADD], "iiii", room, (int64_t)row->rev,
	    (int64_t)row->site, (int64_t)row->scope);
}

static void
take_said(struct sqlite3_stmt *st, void *row)
{
	struct said_row *r = row;

	r->rev = sql_u64(st, 0);
	r->site = (uint8_t)sql_u64(st, 1);
	r->scope = (uint8_t)sql_u64(st, 2);
}

int
store_said(struct store *s, int64_t room, struct said_row **rows, size_t *n)
{
	return sql_all(s, sql_ask(s, texts[SAID], "i", room), take_said,
	    sizeof(**rows), rows, n);
}

/* --- runs --- */

int
store_run_add(struct store *s, struct run_row *r)
{
	int err = sql_put(s, texts[RUN_ADD], "iiiiii", r->room, (int64_t)r->run,
	    (int64_t)r->site, (int64_t)r->start_rev, (int64_t)r->state,
	    (int64_t)r->nonce);

	if (err == 0)
		r->job = (uint64_t)sql_last_key(s);
	return err;
}

int
store_run_set(struct store *s, const struct run_row *r)
{
	return sql_put(s, texts[RUN_SET], "iii", (int64_t)r->state,
	    (int64_t)r->nonce, (int64_t)r->job);
}

static void
take_run(struct sqlite3_stmt *st, void *row)
{
	struct run_row *r = row;

	r->job = sql_u64(st, 0);
	r->room = sql_i64(st, 1);
	r->run = (uint32_t)sql_u64(st, 2);
	r->site = (uint8_t)sql_u64(st, 3);
	r->start_rev = sql_u64(st, 4);
	r->state = (uint8_t)sql_u64(st, 5);
	r->nonce = sql_u64(st, 6);
}

int
store_run_last(struct store *s, int64_t room, struct run_row *r)
{
	return sql_one(s, sql_ask(s, texts[RUN_LAST], "i", room), take_run, r);
}

int
store_runs_open(struct store *s, struct run_row **rows, size_t *n)
{
	return sql_all(s, sql_ask(s, texts[RUNS_OPEN], ""), take_run,
	    sizeof(**rows), rows, n);
}
