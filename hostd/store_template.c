/* store_template.c - what is kept of templates, as SQL. */
#include <stdlib.h>
#include <string.h>

#include "hostd/sql.h"
#include "hostd/template.h"
#include "proto/err.h"
#include "proto/sys/util.h"

#define TEMPLATE_COLUMNS "key,name,language,title,user,created_ms"

enum sql {
	TEMPLATE_ADD,
	TEMPLATE_GET,
	TEMPLATE_REMOVE,
	TEMPLATE_ALL,
	TEMPLATE_COUNT,
	FILE_PUT,
	FILE_ALL,
	TESTS_COPY,
	STATEMENTS
};

/* clang-format off */
static const char *const texts[STATEMENTS] = {
	[TEMPLATE_ADD] =
	    "INSERT OR IGNORE INTO templates VALUES (NULL,?,?,?,?,?)",
	[TEMPLATE_GET] =
	    "SELECT " TEMPLATE_COLUMNS " FROM templates WHERE name=?",
	[TEMPLATE_REMOVE] = "DELETE FROM templates WHERE key=?",
	[TEMPLATE_ALL] =
	    "SELECT " TEMPLATE_COLUMNS " FROM templates ORDER BY name",
	[TEMPLATE_COUNT] = "SELECT count(*) FROM templates",
	[FILE_PUT] = "INSERT INTO template_files VALUES (?,?,?,?,?)",
	[FILE_ALL] = "SELECT name,bytes FROM template_files WHERE template=? "
	    "AND kind=? ORDER BY n",
	[TESTS_COPY] = "INSERT INTO room_tests SELECT ?,n,name,bytes FROM "
	    "template_files WHERE template=? AND kind=?",
};
/* clang-format on */

static int
template_count(struct store *s, uint64_t *count)
{
	struct sqlite3_stmt *st = sql_ask(s, texts[TEMPLATE_COUNT], "");
	int r = sql_row(s, st);

	if (r <= 0)
		return r < 0 ? r : CS_EIO;
	*count = sql_u64(st, 0);
	sql_done(st);
	return 0;
}

int
store_template_add(struct store *s, struct template_row *t)
{
	uint64_t count;
	int r = template_count(s, &count);

	if (r < 0)
		return r;
	if (count >= TEMPLATES_MAX)
		return CS_ETOOBIG;
	if ((r = sql_put(s, texts[TEMPLATE_ADD], "tttii", t->name, t->language,
		 t->title, t->user, (int64_t)t->created_ms)) < 0)
		return r;
	if (sql_changes(s) == 0)
		return CS_ESTATE;
	t->key = sql_last_key(s);
	return 0;
}

static void
take_template(struct sqlite3_stmt *st, void *row)
{
	struct template_row *t = row;

	memset(t, 0, sizeof(*t));
	t->key = sql_i64(st, 0);
	sql_text(st, 1, t->name, sizeof(t->name));
	sql_text(st, 2, t->language, sizeof(t->language));
	sql_text(st, 3, t->title, sizeof(t->title));
	t->user = sql_i64(st, 4);
	t->created_ms = sql_u64(st, 5);
}

int
store_template_get(struct store *s, const char *name, struct template_row *t)
{
	return sql_one(
	    s, sql_ask(s, texts[TEMPLATE_GET], "t", name), take_template, t);
}

int
store_template_remove(struct store *s, int64_t key)
{
	return sql_put(s, texts[TEMPLATE_REMOVE], "i", key);
}

int
store_templates(struct store *s, struct template_row **rows, size_t *n)
{
	return sql_all(s, sql_ask(s, texts[TEMPLATE_ALL], ""), take_template,
	    sizeof(**rows), rows, n);
}

/* --- files --- */

int
store_template_put(struct store *s, int64_t key, enum template_kind kind,
    size_t i, const char *name, const void *bytes, size_t len)
{
	/* A blob of no bytes has to come from somewhere, or it is NULL. */
	return sql_put(s, texts[FILE_PUT], "iiitb", key, (int64_t)kind,
	    (int64_t)i, name, len > 0 ? bytes : "", len);
}

static void
take_file(struct sqlite3_stmt *st, void *row)
{
	struct template_file *f = row;
	const void *bytes;

	sql_text(st, 0, f->name, sizeof(f->name));
	bytes = sql_bytes(st, 1, &f->len);
	f->bytes = xmalloc(f->len);
	if (f->len > 0)
		memcpy(f->bytes, bytes, f->len);
}

int
store_template_files(struct store *s, int64_t key, enum template_kind kind,
    struct template_file **files, size_t *n)
{
	return sql_all(s, sql_ask(s, texts[FILE_ALL], "ii", key, (int64_t)kind),
	    take_file, sizeof(**files), files, n);
}

void
template_files_free(struct template_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(files[i].bytes);
	free(files);
}

int
store_template_tests(struct store *s, int64_t key, int64_t room)
{
	return sql_put(
	    s, texts[TESTS_COPY], "iii", room, key, (int64_t)TEMPLATE_TEST);
}
