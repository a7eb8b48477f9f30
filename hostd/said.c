/* said.c - chat and notes: who may see them, and how others do not. */
#include <stdlib.h>
#include <string.h>

#include "hostd/said.h"
#include "proto/err.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

/* --- where they are --- */

int
said_load(struct room *room)
{
	int r = store_said(
	    room->hub->store, room->row.key, &room->said, &room->nsaid);

	room->cap_said = room->nsaid;
	return r;
}

void
said_add(struct room *room, const struct record *r)
{
	struct said_row *row;

	if (room->nsaid == room->cap_said) {
		room->cap_said = room->cap_said < 16 ? 16 : room->cap_said * 2;
		room->said =
		    xrealloc(room->said, room->cap_said * sizeof(*room->said));
	}
	row = &room->said[room->nsaid++];
	row->rev = r->rev;
	row->site = r->site;
	row->scope = r->kind == REC_NOTE     ? SAY_NOTE
		     : r->flags & CHAT_STAFF ? SAY_STAFF
					     : SAY_ALL;
	/* its error is the batch's */
	store_said_add(room->hub->store, room->row.key, row);
}

/* The index of the first line after REV. */
static size_t
said_after(const struct room *room, uint64_t rev)
{
	size_t from = 0, to = room->nsaid, mid;

	while (from < to) {
		mid = from + (to - from) / 2;
		if (room->said[mid].rev > rev)
			to = mid;
		else
			from = mid + 1;
	}
	return from;
}

bool
said_within(const struct room *room, uint64_t first, uint32_t count)
{
	size_t i = said_after(room, first - 1);

	return i < room->nsaid && room->said[i].rev < first + count;
}

/* --- saying it --- */

/* TEXT[*LEN] without blanks at its ends, if it is a line that can be said. */
static int
trim(const char **text, size_t *len)
{
	const char *p = *text;
	size_t n = *len;
	uint32_t cp;
	int k;

	for (; n > 0 && *p == ' '; n--)
		p++;
	while (n > 0 && p[n - 1] == ' ')
		n--;
	*text = p;
	*len = n;
	if (n == 0 || n > SAY_MAX)
		return CS_EINVAL;
	for (size_t i = 0; i < n; i += (size_t)k)
		if ((k = utf8_decode(p + i, n - i, &cp)) <= 0 ||
		    utf8_cp_width(cp) < 0)
			return CS_EINVAL;
	return 0;
}

static size_t
said_by(const struct room *room, uint8_t site)
{
	size_t n = 0;

	for (size_t i = 0; i < room->nsaid; i++)
		n += room->said[i].site == site;
	return n;
}

int
room_say(struct room *room, uint8_t site, enum say_scope scope,
    const void *text, size_t len)
{
	const char *line = text;
	struct record rec;
	int r;

	if (trim(&line, &len) < 0)
		return CS_EINVAL;
	if (room->row.ended_ms != 0 && scope == SAY_ALL)
		return CS_ESTATE;
	if (said_by(room, site) >= SAID_MAX)
		return CS_EFULL;
	record_init(&rec);
	rec.kind = scope == SAY_NOTE ? REC_NOTE : REC_CHAT;
	rec.site = site;
	rec.flags = scope == SAY_STAFF ? CHAT_STAFF : 0;
	rec.text = (const uint8_t *)line;
	rec.text_len = (uint32_t)len;
	r = room_event(room, &rec);
	record_release(&rec);
	return r;
}

/* --- telling it --- */

/* What is for the staff is also for who said it: from the lobby. */
static bool
said_to(const struct said_row *line, const struct member *m)
{
	if (m->row.role == ROLE_INTERVIEWER)
		return true;
	if (line->scope == SAY_ALL)
		return m->row.admitted;
	return line->scope == SAY_STAFF && line->site == m->row.site;
}

uint64_t
said_begin(const struct room *room, const struct member *m)
{
	size_t i = room->nsaid, n = 0;

	while (i > 0 && n < SAID_LAST)
		n += said_to(&room->said[--i], m);
	if (n > 0)
		return room->said[i].rev - 1;
	return room->nsaid > 0 ? room->said[room->nsaid - 1].rev : 0;
}

struct telling {
	const struct said_row *line;
	struct buf *out;
};

static int
tell(void *arg, const struct record *r)
{
	const struct telling *t = arg;
	struct msg m;

	if (r->rev != t->line->rev || !record_is_said(r))
		return CS_EFORMAT;
	msg_init(&m);
	m.type = MSG_SAID;
	m.said.rev = r->rev;
	m.said.at_ms = r->at_ms;
	m.said.site = r->site;
	m.said.scope = t->line->scope;
	m.text = r->text;
	m.text_len = r->text_len;
	msg_encode(&m, t->out);
	msg_release(&m);
	return 1;
}

int
said_next(
    struct room *room, const struct member *m, uint64_t *rev, struct buf *out)
{
	struct telling t = { .out = out };
	int r;

	for (size_t i = said_after(room, *rev); i < room->nsaid; i++) {
		t.line = &room->said[i];
		if (!said_to(t.line, m))
			continue;
		r = roomlog_walk(&room->log, t.line->rev, tell, &t);
		if (r == 0 || r == CS_EFORMAT || r == CS_EUTF8)
			continue; /* damaged: nobody is kept out by that */
		*rev = t.line->rev;
		return r;
	}
	if (room->nsaid > 0)
		*rev = room->said[room->nsaid - 1].rev;
	return 0;
}

/* --- hiding it --- */

struct veil {
	struct chunk_writer w;
	struct buf *out;
	uint64_t next_rev, at_ms;
};

static void
veil_put(struct veil *v, struct record *r)
{
	if (v->w.out == NULL)
		chunk_begin(&v->w, v->out, r->rev, r->at_ms);
	chunk_add(&v->w, r);
	v->next_rev = r->rev + 1;
	v->at_ms = r->at_ms;
}

/* Up to the record before REV, all are hidden. When something was said is told
 * as little as what: they have the time of the record before them, or of the
 * one behind, AT_MS, where there is none. */
static void
veil_fill(struct veil *v, uint64_t rev, uint64_t at_ms)
{
	struct record hidden;

	record_init(&hidden);
	hidden.kind = REC_HIDDEN;
	while (v->next_rev < rev) {
		hidden.rev = v->next_rev;
		hidden.at_ms = v->w.out != NULL ? v->at_ms : at_ms;
		veil_put(v, &hidden);
	}
	record_release(&hidden);
}

int
said_veil(const struct room *room, const struct buf *chunk, uint64_t after,
    uint64_t until, bool hide, struct buf *out)
{
	struct veil v = { .out = out };
	struct chunk_reader cr;
	struct record rec;
	uint64_t next;
	int r;

	if ((r = chunk_open(&cr, chunk->data, chunk->len)) < 0)
		return r;
	next = v.next_rev = cr.next_rev > after ? cr.next_rev : after + 1;
	record_init(&rec);
	while (cr.next_rev <= until && (r = chunk_next(&cr, &rec)) == 1) {
		if (rec.rev <= after)
			continue;
		next = rec.rev + 1;
		if (hide && record_is_said(&rec))
			continue;
		veil_fill(&v, rec.rev, rec.at_ms);
		veil_put(&v, &rec);
	}
	if (r >= 0)
		veil_fill(&v, next, room->row.created_ms);
	record_release(&rec);
	return r < 0 ? r : out->err;
}
