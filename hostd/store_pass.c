/* store_pass.c - what is kept of passes, as SQL. */
#include <string.h>

#include "hostd/sql.h"
#include "hostd/store_pass.h"

static const char add_text[] = "INSERT INTO passes VALUES (?,?,?,?,?,?,?,?)";
static const char remove_text[] = "DELETE FROM passes WHERE digest=?";
static const char expire_text[] = "DELETE FROM passes WHERE made_ms<?";
static const char all_text[] =
    "SELECT digest,kind,user,name,room,site,source FROM passes";

int
store_pass_add(
    struct store *s, const char *digest, const struct who *w, uint64_t now_ms)
{
	return sql_put(s, add_text, "tiittiti", digest, (int64_t)w->kind,
	    w->user, w->name, w->room, (int64_t)w->site, w->source,
	    (int64_t)now_ms);
}

int
store_pass_remove(struct store *s, const char *digest)
{
	return sql_put(s, remove_text, "t", digest);
}

int
store_passes_expire(struct store *s, uint64_t before_ms)
{
	return sql_put(s, expire_text, "i", (int64_t)before_ms);
}

static void
take_pass(struct sqlite3_stmt *st, void *row)
{
	struct pass_row *p = row;

	memset(p, 0, sizeof(*p));
	sql_text(st, 0, p->digest, sizeof(p->digest));
	p->who.kind = (uint8_t)sql_u64(st, 1);
	p->who.user = sql_i64(st, 2);
	sql_text(st, 3, p->who.name, sizeof(p->who.name));
	sql_text(st, 4, p->who.room, sizeof(p->who.room));
	p->who.site = (uint8_t)sql_u64(st, 5);
	sql_text(st, 6, p->who.source, sizeof(p->who.source));
}

int
store_passes(struct store *s, struct pass_row **rows, size_t *n)
{
	return sql_all(
	    s, sql_ask(s, all_text, ""), take_pass, sizeof(**rows), rows, n);
}
