/*
 * audit.c - the trail. Denials are bounded: who is refused ten thousand times
 * must not fill the disk, nor push out of sight what matters.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/audit.h"
#include "hostd/sql.h"
#include "proto/sys/util.h"

#define DAY_MS (24 * 3600 * 1000ULL)
#define EXPIRE_MAX 500 /* lines at a time */
#define EXPIRE_EVERY_MS (DAY_MS / 2)

struct denial {
	char who[AUDIT_TEXT_SIZE], source[SOURCE_SIZE], action[AUDIT_TEXT_SIZE];
	uint64_t until_ms;
	uint64_t more; /* that were not told */
};

struct audit {
	struct denial denials[AUDIT_DENIALS + 1]; /* the last: all others */
	size_t n;
};

static const char add_text[] = "INSERT INTO audit VALUES (NULL,?,?,?,?,?,?)";
static const char before_text[] =
    "UPDATE audit_kept SET before_ms=max(before_ms,?)";
static const char expire_text[] =
    "DELETE FROM audit WHERE key IN (SELECT key FROM audit WHERE at_ms<"
    "(SELECT before_ms FROM audit_kept) ORDER BY at_ms LIMIT ?)";
static const char read_text[] =
    "SELECT key,at_ms,who,source,action,target,result FROM audit "
    "WHERE key>? AND at_ms>=? ORDER BY key LIMIT ?";

/* SRC into DST[SIZE], on one line. */
static void
copy_line(char *dst, size_t size, const char *src)
{
	snprintf(dst, size, "%s", src);
	for (; *dst != '\0'; dst++)
		if ((unsigned char)*dst < 0x20 || *dst == 0x7F)
			*dst = '?';
}

void
audit_line(struct hub *h, const char *who, const char *source,
    const char *action, const char *target, const char *result)
{
	char to[AUDIT_TEXT_SIZE], end[AUDIT_TEXT_SIZE];

	copy_line(to, sizeof(to), target);
	copy_line(end, sizeof(end), result);
	/* An error fails the turn, and with it what should be told. */
	sql_put(h->store, add_text, "ittttt", (int64_t)loop_wall_ms(), who,
	    source, action, to, end);
}

static void
label(struct hub *h, const struct who *w, char dst[AUDIT_TEXT_SIZE])
{
	char text[WHO_LABEL_SIZE];

	if (w->kind == WHO_NOBODY) {
		copy_line(dst, AUDIT_TEXT_SIZE, w->name);
		return;
	}
	who_label(w, w->kind == WHO_SEAT ? room_find(h, w->room) : NULL, text);
	copy_line(dst, AUDIT_TEXT_SIZE, text);
}

void
audit_add(struct hub *h, const struct who *w, const char *action,
    const char *target, const char *result)
{
	char who[AUDIT_TEXT_SIZE];

	label(h, w, who);
	audit_line(h, who, w->source, action, target, result);
}

void
audit_seat(const struct room *room, uint8_t site, const char *action,
    const char *target, const char *result)
{
	struct who w = { .kind = WHO_SEAT, .site = site };

	memcpy(w.room, room->row.id, sizeof(w.room));
	/* what fails costs an editor nothing, and it may try it for ever */
	if (strcmp(result, "ok") == 0)
		audit_add(room->hub, &w, action, target, result);
	else
		audit_denied(room->hub, &w, action, target, result);
}

/* --- denials --- */

static void
denial_end(struct hub *h, struct denial *d)
{
	char result[AUDIT_TEXT_SIZE];

	if (d->more == 0)
		return;
	snprintf(result, sizeof(result), "%llu more were refused",
	    (unsigned long long)d->more);
	audit_line(h, d->who, d->source, d->action, "", result);
}

/* Where denials of WHO from SOURCE are counted; *NEW: it is the first one. */
static struct denial *
denial_find(struct audit *a, const char *who, const char *source,
    const char *action, bool *new)
{
	struct denial *d = NULL;

	*new = false;
	for (size_t i = 0; i < a->n; i++) {
		d = &a->denials[i];
		if (strcmp(d->source, source) == 0 && strcmp(d->who, who) == 0)
			return d;
	}
	if (a->n > AUDIT_DENIALS)
		return d; /* the last one, of all others */
	*new = true;
	d = &a->denials[a->n++];
	memset(d, 0, sizeof(*d));
	d->until_ms = loop_now_ms() + AUDIT_DENIAL_MS;
	if (a->n > AUDIT_DENIALS) {
		memcpy(d->source, "others", sizeof("others"));
		return d;
	}
	snprintf(d->who, sizeof(d->who), "%s", who);
	snprintf(d->source, sizeof(d->source), "%s", source);
	snprintf(d->action, sizeof(d->action), "%s", action);
	return d;
}

void
audit_denied(struct hub *h, const struct who *w, const char *action,
    const char *target, const char *result)
{
	bool known = w->kind != WHO_NOBODY, new;
	char who[AUDIT_TEXT_SIZE];
	struct denial *d;

	if (h->audit == NULL)
		h->audit = xcalloc(1, sizeof(*h->audit));
	label(h, w, who);
	/* Names that anybody can type do not count as so many people. */
	d = denial_find(h->audit, known ? who : "", w->source, action, &new);
	if (new)
		audit_line(h, who, w->source, action, target, result);
	else
		d->more++;
}

/* Those whose minute is over are told how many there were. */
static void
denials_tick(struct hub *h, uint64_t now_ms)
{
	struct audit *a = h->audit;
	size_t kept = 0;

	if (a == NULL)
		return;
	for (size_t i = 0; i < a->n; i++) {
		if (a->denials[i].until_ms <= now_ms)
			denial_end(h, &a->denials[i]);
		else
			a->denials[kept++] = a->denials[i];
	}
	a->n = kept;
}

/* --- how long lines are kept --- */

/* At most EXPIRE_MAX lines, so that nobody waits; *N were removed. That they
 * were is told, too. */
static int
expire(struct hub *h, uint64_t before_ms, int *n)
{
	static const struct who host = {
		.kind = WHO_NOBODY, .name = "codesync", .source = "local"
	};
	char result[AUDIT_TEXT_SIZE];
	int r;

	if ((r = sql_put(h->store, before_text, "i", (int64_t)before_ms)) < 0 ||
	    (r = sql_put(h->store, expire_text, "i", (int64_t)EXPIRE_MAX)) < 0)
		return r;
	*n = sql_changes(h->store);
	if (*n == 0)
		return 0;
	snprintf(result, sizeof(result), "%d lines removed", *n);
	audit_add(h, &host, "audit expire", "", result);
	return 0;
}

static void
expire_tick(struct hub *h, uint64_t now_ms)
{
	uint64_t kept_ms = h->conf.audit_days * DAY_MS, wall = loop_wall_ms();
	int n = 0;

	if (kept_ms == 0 || now_ms < h->audit_next_ms)
		return;
	if (wall > kept_ms)
		expire(h, wall - kept_ms, &n); /* an error fails the turn */
	h->audit_next_ms = n < EXPIRE_MAX ? now_ms + EXPIRE_EVERY_MS : now_ms;
}

void
audit_tick(struct hub *h, uint64_t now_ms)
{
	denials_tick(h, now_ms);
	expire_tick(h, now_ms);
}

void
audit_close(struct hub *h)
{
	if (h->audit == NULL)
		return;
	denials_tick(h, UINT64_MAX);
	store_commit(h->store);
	free(h->audit);
	h->audit = NULL;
}

/* --- reading --- */

static void
take_row(struct sqlite3_stmt *st, void *to)
{
	struct audit_row *row = to;

	row->key = sql_i64(st, 0);
	row->at_ms = sql_u64(st, 1);
	sql_text(st, 2, row->who, sizeof(row->who));
	sql_text(st, 3, row->source, sizeof(row->source));
	sql_text(st, 4, row->action, sizeof(row->action));
	sql_text(st, 5, row->target, sizeof(row->target));
	sql_text(st, 6, row->result, sizeof(row->result));
}

int
audit_read(struct store *s, int64_t after, uint64_t since_ms,
    struct audit_row **rows, size_t *n)
{
	return sql_all(s,
	    sql_ask(s, read_text, "iii", after, (int64_t)since_ms,
		(int64_t)AUDIT_PAGE),
	    take_row, sizeof(**rows), rows, n);
}
