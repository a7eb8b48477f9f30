/*
 * sql.c - the store's database. A batch is one transaction: the first write
 * begins it, the first error makes it fail as a whole (s->err) until
 * store_commit or store_rollback.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>
#include <uthash.h>

#include "hostd/schema.h"
#include "hostd/sql.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

struct prepared {
	const char *text; /* whose address is the key */
	sqlite3_stmt *st;
	UT_hash_handle hh;
};

struct store {
	sqlite3 *db;
	struct prepared *statements;
	int err;   /* of the transaction */
	bool open; /* a transaction */
	uint64_t commits;
};

static const char begin[] = "BEGIN IMMEDIATE", commit[] = "COMMIT",
		  rollback[] = "ROLLBACK";

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

/* The statement TEXT, ready for its values; NULL if it can not be. */
static sqlite3_stmt *
statement(struct store *s, const char *text)
{
	struct prepared *p;

	HASH_FIND_PTR(s->statements, &text, p);
	if (p != NULL)
		return p->st;
	p = xcalloc(1, sizeof(*p));
	p->text = text;
	if (sqlite3_prepare_v3(s->db, text, -1, SQLITE_PREPARE_PERSISTENT,
		&p->st, NULL) != SQLITE_OK) {
		free(p);
		return NULL;
	}
	HASH_ADD_PTR(s->statements, text, p);
	return p->st;
}

void
sql_done(sqlite3_stmt *st)
{
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
}

/* Run a statement that returns no rows. */
static int
step(struct store *s, const char *text)
{
	sqlite3_stmt *st = statement(s, text);
	int r = 0;

	if (st == NULL || sqlite3_step(st) != SQLITE_DONE)
		r = refused(s, text);
	if (st != NULL)
		sql_done(st);
	return r;
}

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

int
sql_put(struct store *s, const char *text, const char *format, ...)
{
	sqlite3_stmt *st;
	va_list ap;

	if (s->err != 0)
		return s->err;
	if (!s->open) {
		if ((s->err = step(s, begin)) < 0)
			return s->err;
		s->open = true;
	}
	if ((st = statement(s, text)) != NULL) {
		va_start(ap, format);
		bind(st, format, ap);
		va_end(ap);
	}
	return s->err = step(s, text);
}

int
sql_changes(const struct store *s)
{
	return sqlite3_changes(s->db);
}

int64_t
sql_last_key(const struct store *s)
{
	return sqlite3_last_insert_rowid(s->db);
}

int
sql_fail(struct store *s, int err)
{
	return s->err = err;
}

sqlite3_stmt *
sql_ask(struct store *s, const char *text, const char *format, ...)
{
	sqlite3_stmt *st = statement(s, text);
	va_list ap;

	if (st == NULL)
		return NULL;
	va_start(ap, format);
	bind(st, format, ap);
	va_end(ap);
	return st;
}

int
sql_row(struct store *s, sqlite3_stmt *st)
{
	int r;

	if (st != NULL && (r = sqlite3_step(st)) == SQLITE_ROW)
		return 1;
	r = st == NULL || r != SQLITE_DONE ? refused(s, "to be read") : 0;
	if (st != NULL)
		sql_done(st);
	return r;
}

int
sql_one(struct store *s, sqlite3_stmt *st, sql_take *take, void *row)
{
	int r = sql_row(s, st);

	if (r <= 0)
		return r < 0 ? r : CS_ENOTFOUND;
	take(st, row);
	sql_done(st);
	return 0;
}

int
sql_all(struct store *s, sqlite3_stmt *st, sql_take *take, size_t size,
    void *rows, size_t *n)
{
	uint8_t *all = NULL;
	size_t cap = 0;
	int r;

	*n = 0;
	while ((r = sql_row(s, st)) == 1) {
		if (*n == cap) {
			cap = cap == 0 ? 16 : cap * 2;
			all = xrealloc(all, cap * size);
		}
		take(st, all + (*n)++ * size);
	}
	memcpy(rows, &all, sizeof(all));
	return r;
}

int64_t
sql_i64(sqlite3_stmt *st, int i)
{
	return sqlite3_column_int64(st, i);
}

uint64_t
sql_u64(sqlite3_stmt *st, int i)
{
	return (uint64_t)sqlite3_column_int64(st, i);
}

uint64_t
sql_looks(sqlite3_stmt *st, int i)
{
	uint64_t looks = sql_u64(st, i);

	return looks_valid(looks) ? looks : 0;
}

void
sql_text(sqlite3_stmt *st, int i, char *dst, size_t size)
{
	const char *s = (const char *)sqlite3_column_text(st, i);
	size_t len = s != NULL ? strlen(s) : 0;

	if (len >= size)
		len = size - 1;
	memcpy(dst, s != NULL ? s : "", len);
	dst[len] = '\0';
}

const void *
sql_bytes(sqlite3_stmt *st, int i, size_t *len)
{
	const void *p = sqlite3_column_blob(st, i);

	*len = (size_t)sqlite3_column_bytes(st, i);
	return p;
}

int
sql_blob(sqlite3_stmt *st, int i, struct buf *b)
{
	size_t len;
	const void *p = sql_bytes(st, i, &len);

	buf_put_raw(b, p, len);
	return b->err;
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
			   "PRAGMA secure_delete=ON;" /* store_scrub */
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
	struct prepared *p, *next;

	if (s == NULL)
		return;
	store_rollback(s);
	HASH_ITER(hh, s->statements, p, next)
	{
		HASH_DEL(s->statements, p);
		sqlite3_finalize(p->st);
		free(p);
	}
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
		if ((r = step(s, commit)) == 0) {
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
		step(s, rollback);
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

int
store_scrub(struct store *s)
{
	/* What is deleted is overwritten in its pages (secure_delete), of which
	 * the WAL still has older states. */
	if (sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_TRUNCATE,
		NULL, NULL) == SQLITE_OK)
		return 0;
	return refused(s, "to empty its log");
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
