/*
 * store.c - the store on SQLite. All statements are in one table and prepared
 * once. A batch is one transaction: the first write begins it, the first error
 * makes it fail as a whole (s->err) until store_commit or store_rollback.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "hostd/pack.h"
#include "hostd/schema.h"
#include "hostd/store.h"
#include "proto/err.h"
#include "proto/record.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

#define ROOM_COLUMNS                                                        \
	"key,id,title,language,owner,minutes,retention_days,lobby,copy,"    \
	"created_ms,started_ms,ended_ms,salt,coalesce(idempotency_key,'')," \
	"sealed_rev,sealed"
#define RUN_COLUMNS "job,room,run,site,start_rev,state,nonce"

enum sql {
	BEGIN,
	COMMIT,
	ROLLBACK,
	ROOM_ADD,
	ROOM_TIMES,
	ROOM_SEALED,
	ROOM_UNSEALED,
	ROOM_GET,
	ROOM_BY_KEY,
	ROOM_BY_IDEMPOTENCY,
	ROOM_IDS,
	ROOM_IDS_ALL,
	ROOM_BUSY,
	ROOM_COUNT,
	SEAT_PUT,
	SEATS,
	INVITE_ADD,
	INVITE_GET,
	INVITE_BIND,
	INVITE_REMOVE,
	TICKET_ADD,
	TICKET_REMOVE,
	TICKETS,
	CHUNK_ADD,
	CHUNK_GROW,
	CHUNK_GET,
	CHUNK_AFTER,
	CHUNKS_DROP,
	SNAPSHOT_ADD,
	SNAPSHOT_GET,
	SNAPSHOT_REVS,
	SNAPSHOT_DROP,
	RUN_ADD,
	RUN_SET,
	RUN_LAST,
	RUNS_OPEN,
	STATEMENTS
};

/* clang-format off */
static const char *const texts[STATEMENTS] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
	[ROOM_ADD] = "INSERT OR IGNORE INTO rooms VALUES "
	    "(NULL,?,?,?,?,?,?,?,?,?,?,?,?,nullif(?,''),0,0)",
	[ROOM_TIMES] = "UPDATE rooms SET started_ms=?,ended_ms=? WHERE key=?",
	[ROOM_SEALED] = "UPDATE rooms SET sealed_rev=?,sealed=? WHERE key=?",
	[ROOM_UNSEALED] = "SELECT " ROOM_COLUMNS " FROM rooms WHERE "
	    "ended_ms>0 AND sealed=0 AND key>? ORDER BY key LIMIT 1",
	[ROOM_GET] = "SELECT " ROOM_COLUMNS " FROM rooms WHERE id=?",
	[ROOM_BY_KEY] = "SELECT " ROOM_COLUMNS " FROM rooms WHERE key=?",
	[ROOM_BY_IDEMPOTENCY] =
	    "SELECT " ROOM_COLUMNS " FROM rooms WHERE idempotency_key=?",
	[ROOM_IDS] = "SELECT id FROM rooms WHERE ended_ms=0 ORDER BY key",
	[ROOM_IDS_ALL] = "SELECT id FROM rooms ORDER BY key",
	[ROOM_BUSY] = "SELECT id FROM rooms WHERE key IN (SELECT room FROM "
	    "seats WHERE state=1 UNION SELECT room FROM runs WHERE state<2)",
	[ROOM_COUNT] = "SELECT count(*) FROM rooms WHERE ended_ms=0",
	[SEAT_PUT] = "INSERT OR REPLACE INTO seats VALUES (?,?,?,?,?,?)",
	[SEATS] = "SELECT site,role,label,name,state FROM seats WHERE room=? "
	    "ORDER BY site",
	[INVITE_ADD] = "INSERT INTO invites VALUES (?,?,?,?,?)",
	[INVITE_GET] = "SELECT hash,site,expires_ms,bound FROM invites "
	    "WHERE room=? AND hash=?",
	[INVITE_BIND] = "UPDATE invites SET bound=1 WHERE room=? AND hash=?",
	[INVITE_REMOVE] = "DELETE FROM invites WHERE room=? AND hash=?",
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
	[SNAPSHOT_ADD] = "INSERT OR REPLACE INTO snapshots VALUES (?,?,?,?)",
	[SNAPSHOT_GET] = "SELECT rev,bytes FROM snapshots WHERE room=? AND "
	    "rev<=? AND at_ms<=? ORDER BY rev DESC LIMIT 1",
	[SNAPSHOT_REVS] = "SELECT rev FROM snapshots WHERE room=? ORDER BY rev",
	[SNAPSHOT_DROP] = "DELETE FROM snapshots WHERE room=? AND rev=?",
	[RUN_ADD] = "INSERT INTO runs VALUES (NULL,?,?,?,?,?,?)",
	[RUN_SET] = "UPDATE runs SET state=?,nonce=? WHERE job=?",
	[RUN_LAST] = "SELECT " RUN_COLUMNS " FROM runs WHERE room=? "
	    "ORDER BY run DESC LIMIT 1",
	[RUNS_OPEN] = "SELECT " RUN_COLUMNS " FROM runs WHERE state<2 "
	    "ORDER BY job",
};
/* clang-format on */

struct store {
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENTS];
	int err;   /* of the transaction */
	bool open; /* a transaction */
	uint64_t commits;
};

/* Turn an SQLite code into ours; called where it is first seen. */
static int
refused(struct store *s, const char *what)
{
	int code = sqlite3_extended_errcode(s->db);
	int system = sqlite3_system_errno(s->db);

	log_err("the store refused %s: %s", what, sqlite3_errmsg(s->db));
	if ((code & 0xFF) == SQLITE_FULL ||
	    ((code & 0xFF) == SQLITE_IOERR &&
		(system == ENOSPC || system == EDQUOT || system == EFBIG)))
		return CS_EFULL;
	return (code & 0xFF) == SQLITE_NOMEM ? CS_ENOMEM : CS_EIO;
}

/* The statement WHICH, ready for its values; NULL if it can not be. */
static sqlite3_stmt *
statement(struct store *s, enum sql which)
{
	sqlite3_stmt **st = &s->statements[which];

	if (*st == NULL &&
	    sqlite3_prepare_v3(s->db, texts[which], -1,
		SQLITE_PREPARE_PERSISTENT, st, NULL) != SQLITE_OK)
		*st = NULL;
	return *st;
}

static void
done(sqlite3_stmt *st)
{
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
}

/* Run a statement that returns no rows. */
static int
step(struct store *s, enum sql which)
{
	sqlite3_stmt *st = statement(s, which);
	int r = 0;

	if (st == NULL || sqlite3_step(st) != SQLITE_DONE)
		r = refused(s, texts[which]);
	if (st != NULL)
		done(st);
	return r;
}

/* Values are bound by a format: i int64 as by (int64_t), t text, b blob with
 * its size_t length. */
static void
bind(sqlite3_stmt *st, const char *format, va_list ap)
{
	const void *p;
	size_t len;

	for (int i = 1; *format != '\0'; format++, i++) {
		if (*format == 'i') {
			sqlite3_bind_int64(st, i, va_arg(ap, int64_t));
		} else if (*format == 't') {
			p = va_arg(ap, const char *);
			sqlite3_bind_text(st, i, p, -1, SQLITE_STATIC);
		} else {
			p = va_arg(ap, const void *);
			len = va_arg(ap, size_t);
			sqlite3_bind_blob64(st, i, p, len, SQLITE_STATIC);
		}
	}
}

/* Write in the batch's transaction. */
static int
put(struct store *s, enum sql which, const char *format, ...)
{
	sqlite3_stmt *st;
	va_list ap;

	if (s->err != 0)
		return s->err;
	if (!s->open) {
		if ((s->err = step(s, BEGIN)) < 0)
			return s->err;
		s->open = true;
	}
	if ((st = statement(s, which)) != NULL) {
		va_start(ap, format);
		bind(st, format, ap);
		va_end(ap);
	}
	return s->err = step(s, which);
}

/* Begin to read: the statement with its values, or NULL. */
static sqlite3_stmt *
ask(struct store *s, enum sql which, const char *format, ...)
{
	sqlite3_stmt *st = statement(s, which);
	va_list ap;

	if (st == NULL)
		return NULL;
	va_start(ap, format);
	bind(st, format, ap);
	va_end(ap);
	return st;
}

/* 1: there is a row in ST; 0: no more; else an error. Resets at the end. */
static int
row(struct store *s, sqlite3_stmt *st)
{
	int r;

	if (st != NULL && (r = sqlite3_step(st)) == SQLITE_ROW)
		return 1;
	r = st == NULL || r != SQLITE_DONE ? refused(s, "to be read") : 0;
	if (st != NULL)
		done(st);
	return r;
}

static uint64_t
column_u64(sqlite3_stmt *st, int i)
{
	return (uint64_t)sqlite3_column_int64(st, i);
}

static void
column_text(sqlite3_stmt *st, int i, char *dst, size_t size)
{
	const char *s = (const char *)sqlite3_column_text(st, i);
	size_t len = s != NULL ? strlen(s) : 0;

	if (len >= size)
		len = size - 1;
	memcpy(dst, s != NULL ? s : "", len);
	dst[len] = '\0';
}

/* --- opening --- */

static int
run(struct store *s, const char *sql)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	return refused(s, sql);
}

/* The first number that SQL yields. */
static int
number(struct store *s, const char *sql, int64_t *out)
{
	sqlite3_stmt *st = NULL;
	int r = CS_EIO;

	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW) {
		*out = sqlite3_column_int64(st, 0);
		r = 0;
	} else {
		r = refused(s, sql);
	}
	sqlite3_finalize(st);
	return r;
}

static int
migrate_step(struct store *s, unsigned n)
{
	char *version = xasprintf("PRAGMA user_version=%u", n + 1);
	int r;

	if ((r = run(s, "BEGIN EXCLUSIVE")) == 0 &&
	    (r = run(s, schema_steps[n])) == 0 && (r = run(s, version)) == 0)
		r = run(s, "COMMIT");
	if (r < 0)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	free(version);
	return r;
}

static int
migrate(struct store *s)
{
	int64_t version;
	int r;

	if ((r = number(s, "PRAGMA user_version", &version)) < 0)
		return r;
	if (version < 0 || version > schema_nsteps) {
		log_err("the store was made by a newer version of CodeSync");
		return CS_EVERSION;
	}
	for (unsigned n = (unsigned)version; n < schema_nsteps; n++)
		if ((r = migrate_step(s, n)) < 0)
			return r;
	return 0;
}

int
store_open(struct store **out, const char *path, bool full)
{
	struct store *s = xcalloc(1, sizeof(*s));
	int r = 0;

	*out = NULL;
	if (sqlite3_open_v2(path, &s->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
		    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
		NULL) != SQLITE_OK)
		r = refused(s, "to open");
	/* The hub alone uses the file, so that no batch has to lock it; but
	 * whoever reads it while the hub starts is waited for. */
	if (r == 0)
		sqlite3_busy_timeout(s->db, 5000);
	if (r == 0)
		r = run(s, "PRAGMA locking_mode=EXCLUSIVE;"
			   "PRAGMA journal_mode=WAL;"
			   "PRAGMA temp_store=MEMORY;"
			   "PRAGMA foreign_keys=ON");
	if (r == 0)
		r = run(s, full ? "PRAGMA synchronous=FULL"
				: "PRAGMA synchronous=NORMAL");
	if (r == 0)
		r = migrate(s);
	if (r < 0)
		store_close(s);
	else
		*out = s;
	return r;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	store_rollback(s);
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(s->statements[i]);
	sqlite3_close(s->db);
	free(s);
}

/* --- batches --- */

/* SQLite moves the WAL into the database only after a commit, and a full disk
 * has none: do it now, so that the next batch finds the WAL's space. */
static void
make_space(struct store *s)
{
	sqlite3_wal_checkpoint_v2(
	    s->db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

int
store_commit(struct store *s)
{
	int r = s->err;

	if (r == 0 && s->open) {
		if ((r = step(s, COMMIT)) == 0) {
			s->open = false;
			s->commits++;
			return 0;
		}
	}
	if (r < 0) {
		store_rollback(s);
		make_space(s);
	}
	return r;
}

void
store_rollback(struct store *s)
{
	/* SQLite may have rolled back by itself. */
	if (s->open && !sqlite3_get_autocommit(s->db))
		step(s, ROLLBACK);
	s->open = false;
	s->err = 0;
}

int
store_sync(struct store *s)
{
	sqlite3_file *wal = NULL;

	/* What a commit with synchronous=FULL does at its end. */
	if (sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER,
		&wal) != SQLITE_OK ||
	    wal == NULL || wal->pMethods == NULL)
		return 0;
	if (wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL) == SQLITE_OK)
		return 0;
	log_err("the store cannot be synchronized with the disk");
	return CS_EIO;
}

void
store_rest(struct store *s)
{
	sqlite3_db_release_memory(s->db);
}

int
store_limit(struct store *s, unsigned pages)
{
	char *sql = xasprintf("PRAGMA max_page_count=%u", pages);
	int r = run(s, sql);

	free(sql);
	return r;
}

/* The bytes of as many pages as the pragma COUNT says; 0 on failure. */
static uint64_t
pages_bytes(const struct store *s, const char *count)
{
	struct store *m = (struct store *)s;
	int64_t pages = 0, size = 0;

	if (number(m, count, &pages) < 0 ||
	    number(m, "PRAGMA page_size", &size) < 0)
		return 0;
	return (uint64_t)(pages * size);
}

uint64_t
store_bytes(const struct store *s)
{
	return pages_bytes(s, "PRAGMA page_count");
}

uint64_t
store_bytes_used(const struct store *s)
{
	return store_bytes(s) - pages_bytes(s, "PRAGMA freelist_count");
}

uint64_t
store_commits(const struct store *s)
{
	return s->commits;
}

/* --- rooms --- */

int
store_room_add(struct store *s, struct room_row *r)
{
	int err = put(s, ROOM_ADD,
	    "tttt"
	    "iiii"
	    "iii"
	    "tt",
	    r->id, r->title, r->language, r->owner, (int64_t)r->minutes,
	    (int64_t)r->retention_days, (int64_t)r->lobby, (int64_t)r->copy,
	    (int64_t)r->created_ms, (int64_t)r->started_ms,
	    (int64_t)r->ended_ms, r->salt, r->idempotency_key);

	if (err < 0)
		return err;
	if (sqlite3_changes(s->db) == 0)
		return CS_ESTATE;
	r->key = sqlite3_last_insert_rowid(s->db);
	return 0;
}

int
store_room_times(struct store *s, const struct room_row *r)
{
	return put(s, ROOM_TIMES, "iii", (int64_t)r->started_ms,
	    (int64_t)r->ended_ms, r->key);
}

int
store_room_sealed(struct store *s, const struct room_row *r)
{
	return put(s, ROOM_SEALED, "iii", (int64_t)r->sealed_rev,
	    (int64_t)r->sealed, r->key);
}

static void
take_room(sqlite3_stmt *st, struct room_row *r)
{
	memset(r, 0, sizeof(*r));
	r->key = sqlite3_column_int64(st, 0);
	column_text(st, 1, r->id, sizeof(r->id));
	column_text(st, 2, r->title, sizeof(r->title));
	column_text(st, 3, r->language, sizeof(r->language));
	column_text(st, 4, r->owner, sizeof(r->owner));
	r->minutes = (uint32_t)column_u64(st, 5);
	r->retention_days = (uint32_t)column_u64(st, 6);
	r->lobby = column_u64(st, 7) != 0;
	r->copy = column_u64(st, 8) != 0;
	r->created_ms = column_u64(st, 9);
	r->started_ms = column_u64(st, 10);
	r->ended_ms = column_u64(st, 11);
	column_text(st, 12, r->salt, sizeof(r->salt));
	column_text(st, 13, r->idempotency_key, sizeof(r->idempotency_key));
	r->sealed_rev = column_u64(st, 14);
	r->sealed = column_u64(st, 15) != 0;
}

static int
one_room(struct store *s, sqlite3_stmt *st, struct room_row *r)
{
	int n = row(s, st);

	if (n <= 0)
		return n < 0 ? n : CS_ENOTFOUND;
	take_room(st, r);
	done(st);
	return 0;
}

int
store_room_get(struct store *s, const char *id, struct room_row *r)
{
	return one_room(s, ask(s, ROOM_GET, "t", id), r);
}

int
store_room_by_key(struct store *s, int64_t key, struct room_row *r)
{
	return one_room(s, ask(s, ROOM_BY_KEY, "i", key), r);
}

int
store_room_by_idempotency(struct store *s, const char *key, struct room_row *r)
{
	return one_room(s, ask(s, ROOM_BY_IDEMPOTENCY, "t", key), r);
}

int
store_room_unsealed(struct store *s, int64_t after, struct room_row *r)
{
	return one_room(s, ask(s, ROOM_UNSEALED, "i", after), r);
}

static int
all_ids(
    struct store *s, sqlite3_stmt *st, char (**ids)[STORE_ID_SIZE], size_t *n)
{
	size_t cap = 0;
	int r;

	*ids = NULL;
	*n = 0;
	while ((r = row(s, st)) == 1) {
		if (*n == cap) {
			cap = cap == 0 ? 16 : cap * 2;
			*ids = xrealloc(*ids, cap * sizeof(**ids));
		}
		column_text(st, 0, (*ids)[(*n)++], STORE_ID_SIZE);
	}
	return r;
}

int
store_room_ids(
    struct store *s, bool all, char (**ids)[STORE_ID_SIZE], size_t *n)
{
	return all_ids(s, ask(s, all ? ROOM_IDS_ALL : ROOM_IDS, ""), ids, n);
}

int
store_room_busy(struct store *s, char (**ids)[STORE_ID_SIZE], size_t *n)
{
	return all_ids(s, ask(s, ROOM_BUSY, ""), ids, n);
}

int
store_room_count(struct store *s, uint64_t *live)
{
	sqlite3_stmt *st = ask(s, ROOM_COUNT, "");
	int r = row(s, st);

	if (r <= 0)
		return r;
	*live = column_u64(st, 0);
	done(st);
	return 0;
}

/* --- seats, invites, tickets --- */

int
store_seat_put(struct store *s, int64_t room, const struct seat_row *seat)
{
	return put(s, SEAT_PUT, "iiitti", room, (int64_t)seat->site,
	    (int64_t)seat->role, seat->label, seat->name, (int64_t)seat->state);
}

int
store_seats(struct store *s, int64_t room, struct seat_row *dst, size_t *n)
{
	sqlite3_stmt *st = ask(s, SEATS, "i", room);
	int r;

	*n = 0;
	while ((r = row(s, st)) == 1) {
		if (*n > SITE_MAX)
			continue;
		memset(dst, 0, sizeof(*dst));
		dst->site = (uint8_t)column_u64(st, 0);
		dst->role = (uint8_t)column_u64(st, 1);
		column_text(st, 2, dst->label, sizeof(dst->label));
		column_text(st, 3, dst->name, sizeof(dst->name));
		dst->state = (uint8_t)column_u64(st, 4);
		dst++;
		++*n;
	}
	return r;
}

int
store_invite_add(struct store *s, int64_t room, const struct invite_row *i)
{
	return put(s, INVITE_ADD, "itiii", room, i->hash, (int64_t)i->site,
	    (int64_t)i->expires_ms, (int64_t)i->bound);
}

int
store_invite_get(
    struct store *s, int64_t room, const char *hash, struct invite_row *i)
{
	sqlite3_stmt *st = ask(s, INVITE_GET, "it", room, hash);
	int r = row(s, st);

	if (r <= 0)
		return r < 0 ? r : CS_ENOTFOUND;
	column_text(st, 0, i->hash, sizeof(i->hash));
	i->site = (uint8_t)column_u64(st, 1);
	i->expires_ms = column_u64(st, 2);
	i->bound = column_u64(st, 3) != 0;
	done(st);
	return 0;
}

int
store_invite_bind(struct store *s, int64_t room, const char *hash)
{
	return put(s, INVITE_BIND, "it", room, hash);
}

int
store_invite_remove(struct store *s, int64_t room, const char *hash)
{
	return put(s, INVITE_REMOVE, "it", room, hash);
}

int
store_ticket_add(
    struct store *s, int64_t room, const char *ticket, uint8_t site)
{
	return put(s, TICKET_ADD, "tii", ticket, room, (int64_t)site);
}

int
store_ticket_remove(struct store *s, const char *ticket)
{
	return put(s, TICKET_REMOVE, "t", ticket);
}

int
store_tickets(struct store *s, struct ticket_row **rows, size_t *n)
{
	sqlite3_stmt *st = ask(s, TICKETS, "");
	struct ticket_row *t;
	size_t cap = 0;
	int r;

	*rows = NULL;
	*n = 0;
	while ((r = row(s, st)) == 1) {
		if (*n == cap) {
			cap = cap == 0 ? 16 : cap * 2;
			*rows = xrealloc(*rows, cap * sizeof(**rows));
		}
		t = &(*rows)[(*n)++];
		column_text(st, 0, t->ticket, sizeof(t->ticket));
		column_text(st, 1, t->room, sizeof(t->room));
		t->site = (uint8_t)column_u64(st, 2);
	}
	return r;
}

/* --- the log --- */

int
store_chunk_add(struct store *s, int64_t room, uint64_t first_rev,
    uint32_t count, const void *bytes, size_t len)
{
	return put(s, CHUNK_ADD, "iiib", room, (int64_t)first_rev,
	    (int64_t)count, bytes, len);
}

int
store_chunk_grow(struct store *s, int64_t room, uint64_t first_rev,
    uint32_t count, const void *bytes, size_t len)
{
	int r = put(s, CHUNK_GROW, "ibii", (int64_t)count, bytes, len, room,
	    (int64_t)first_rev);

	if (r < 0 || sqlite3_changes(s->db) == 1)
		return r;
	log_err("a row of the log is gone that was to grow");
	return s->err = CS_EIO;
}

/* Column I's bytes to the end of B. */
static int
column_blob(sqlite3_stmt *st, int i, struct buf *b)
{
	const void *p = sqlite3_column_blob(st, i);

	buf_put_raw(b, p, (size_t)sqlite3_column_bytes(st, i));
	return b->err;
}

/* Column I's bytes, plain if they are packed, to the end of B. */
static int
column_chunk(sqlite3_stmt *st, int i, struct buf *b)
{
	const void *p = sqlite3_column_blob(st, i);
	size_t len = (size_t)sqlite3_column_bytes(st, i);

	return pack_is(p, len) ? pack_get(p, len, CHUNK_MAX, b)
			       : column_blob(st, i, b);
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
	sqlite3_stmt *st = ask(s, CHUNK_AFTER, "ii", room, (int64_t)clamp(rev));
	int r = row(s, st);

	if (r <= 0)
		return r < 0 ? r : CS_ENOTFOUND;
	done(st);
	return CS_EFORMAT;
}

int
store_chunk_get(struct store *s, int64_t room, uint64_t rev, uint64_t *first,
    uint32_t *count, struct buf *b)
{
	sqlite3_stmt *st = ask(s, CHUNK_GET, "ii", room, (int64_t)clamp(rev));
	int r = row(s, st);

	if (r <= 0)
		return r < 0 ? r : end_or_hole(s, room, rev);
	*first = column_u64(st, 0);
	*count = (uint32_t)column_u64(st, 1);
	r = rev - *first < *count ? column_chunk(st, 2, b) : CS_ENOTFOUND;
	done(st);
	return r == CS_ENOTFOUND ? end_or_hole(s, room, rev) : r;
}

int
store_chunks_drop(struct store *s, int64_t room, uint64_t first, uint64_t last)
{
	return put(s, CHUNKS_DROP, "iii", room, (int64_t)clamp(first),
	    (int64_t)clamp(last));
}

int
store_snapshot_add(struct store *s, int64_t room, uint64_t rev, uint64_t at_ms,
    const void *bytes, size_t len)
{
	return put(s, SNAPSHOT_ADD, "iiib", room, (int64_t)rev, (int64_t)at_ms,
	    bytes, len);
}

int
store_snapshot_get(struct store *s, int64_t room, uint64_t rev, uint64_t at_ms,
    uint64_t *found, struct buf *b)
{
	sqlite3_stmt *st = ask(s, SNAPSHOT_GET, "iii", room,
	    (int64_t)clamp(rev), (int64_t)clamp(at_ms));
	int r = row(s, st);

	if (r <= 0)
		return r < 0 ? r : CS_ENOTFOUND;
	*found = column_u64(st, 0);
	r = column_blob(st, 1, b);
	done(st);
	return r;
}

int
store_snapshot_revs(struct store *s, int64_t room, uint64_t **revs, size_t *n)
{
	sqlite3_stmt *st = ask(s, SNAPSHOT_REVS, "i", room);
	size_t cap = 0;
	int r;

	*revs = NULL;
	*n = 0;
	while ((r = row(s, st)) == 1) {
		if (*n == cap) {
			cap = cap == 0 ? 16 : cap * 2;
			*revs = xrealloc(*revs, cap * sizeof(**revs));
		}
		(*revs)[(*n)++] = column_u64(st, 0);
	}
	return r;
}

int
store_snapshot_drop(struct store *s, int64_t room, uint64_t rev)
{
	return put(s, SNAPSHOT_DROP, "ii", room, (int64_t)clamp(rev));
}

/* --- runs --- */

int
store_run_add(struct store *s, struct run_row *r)
{
	int err = put(s, RUN_ADD, "iiiiii", r->room, (int64_t)r->run,
	    (int64_t)r->site, (int64_t)r->start_rev, (int64_t)r->state,
	    (int64_t)r->nonce);

	if (err == 0)
		r->job = (uint64_t)sqlite3_last_insert_rowid(s->db);
	return err;
}

int
store_run_set(struct store *s, const struct run_row *r)
{
	return put(s, RUN_SET, "iii", (int64_t)r->state, (int64_t)r->nonce,
	    (int64_t)r->job);
}

static void
take_run(sqlite3_stmt *st, struct run_row *r)
{
	r->job = column_u64(st, 0);
	r->room = sqlite3_column_int64(st, 1);
	r->run = (uint32_t)column_u64(st, 2);
	r->site = (uint8_t)column_u64(st, 3);
	r->start_rev = column_u64(st, 4);
	r->state = (uint8_t)column_u64(st, 5);
	r->nonce = column_u64(st, 6);
}

int
store_run_last(struct store *s, int64_t room, struct run_row *r)
{
	sqlite3_stmt *st = ask(s, RUN_LAST, "i", room);
	int n = row(s, st);

	if (n <= 0)
		return n < 0 ? n : CS_ENOTFOUND;
	take_run(st, r);
	done(st);
	return 0;
}

int
store_runs_open(struct store *s, struct run_row **rows, size_t *n)
{
	sqlite3_stmt *st = ask(s, RUNS_OPEN, "");
	size_t cap = 0;
	int r;

	*rows = NULL;
	*n = 0;
	while ((r = row(s, st)) == 1) {
		if (*n == cap) {
			cap = cap == 0 ? 16 : cap * 2;
			*rows = xrealloc(*rows, cap * sizeof(**rows));
		}
		take_run(st, &(*rows)[(*n)++]);
	}
	return r;
}
