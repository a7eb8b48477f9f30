/* mark.c - marked moments, and how much was typed when. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/mark.h"
#include "proto/utf8.h"

#define PART_MS 256 /* of a short log; it doubles as the log gets longer */

void
marks_init(struct marks *m)
{
	memset(m, 0, sizeof(*m));
	m->part_ms = PART_MS;
}

void
marks_release(struct marks *m)
{
	free(m->v);
	marks_init(m);
}

/* --- how much --- */

/* Two parts become one. */
static void
halve(struct marks *m)
{
	uint32_t *a = m->activity;

	for (size_t i = 0; i < ACTIVITY_PARTS / 2; i++)
		a[i] = a[2 * i] + a[2 * i + 1];
	memset(a + ACTIVITY_PARTS / 2, 0, sizeof(*a) * ACTIVITY_PARTS / 2);
	m->part_ms *= 2;
}

static void
count(struct marks *m, uint64_t at_ms)
{
	if (m->begin_ms == 0)
		m->begin_ms = at_ms;
	while ((at_ms - m->begin_ms) / m->part_ms >= ACTIVITY_PARTS)
		halve(m);
	m->activity[(at_ms - m->begin_ms) / m->part_ms]++;
}

uint64_t
marks_activity(const struct marks *m, uint64_t from_ms, uint64_t to_ms)
{
	uint64_t sum = 0, first, last;

	if (to_ms <= m->begin_ms || to_ms <= from_ms)
		return 0;
	first =
	    from_ms > m->begin_ms ? (from_ms - m->begin_ms) / m->part_ms : 0;
	last = (to_ms - 1 - m->begin_ms) / m->part_ms;
	for (; first <= last && first < ACTIVITY_PARTS; first++)
		sum += m->activity[first];
	return sum;
}

/* --- which --- */

static uint32_t
characters(const uint8_t *p, size_t len)
{
	uint32_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += utf8_starts(p[i]);
	return n;
}

/* Is R, the next one, to be marked? As *MK. */
static bool
is_marked(struct marks *m, const struct record *r, struct mark *mk)
{
	static const struct {
		uint8_t record, kind;
		bool over;
	} table[] = {
		{ REC_JOIN, MARK_JOIN, false },
		{ REC_RUN_START, MARK_RUN, false },
		{ REC_CHAT, MARK_CHAT, false },
		{ REC_NOTE, MARK_NOTE, false },
		{ REC_MARK, MARK_BOOKMARK, false },
		{ REC_FREEZE, MARK_FREEZE, false },
		{ REC_THAW, MARK_FREEZE, true },
		{ REC_END, MARK_END, false },
		{ REC_REOPEN, MARK_END, true },
		{ REC_PAUSE, MARK_PAUSE, false },
		{ REC_RESUME, MARK_PAUSE, true },
	};

	memset(mk, 0, sizeof(*mk));
	mk->rev = r->rev;
	mk->at_ms = r->at_ms;
	mk->site = r->site;
	mk->n = r->run;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].record == r->kind) {
			mk->kind = table[i].kind;
			mk->over = table[i].over;
			return true;
		}
	if (r->kind == REC_FOCUS || r->kind == REC_EXTEND) {
		mk->kind = r->kind == REC_FOCUS ? MARK_FOCUS : MARK_EXTEND;
		mk->n = r->minutes;
		mk->over = r->minutes == 0;
		return true;
	}
	if (r->kind == REC_LEAVE) {
		mk->kind = MARK_LEAVE;
		mk->over = r->why == LEAVE_LOST;
		return r->why != LEAVE_REPLACED;
	}
	if (r->kind != REC_EDIT || record_is_undo(r, &m->taken[r->site]) ||
	    !(r->flags & (EDIT_PASTE | EDIT_UNDO)))
		return false;
	mk->kind = MARK_PASTE;
	mk->n = characters(r->op.ins, r->op.ins_len);
	return true;
}

/* How a run has ended is told at its beginning. */
static void
run_ended(struct marks *m, const struct record *r)
{
	if (r->result.verdict == VERDICT_OK)
		return;
	for (size_t i = m->n; i > 0; i--)
		if (m->v[i - 1].kind == MARK_RUN && m->v[i - 1].n == r->run) {
			m->v[i - 1].kind = MARK_FAILED;
			return;
		}
}

void
marks_add(struct marks *m, const struct record *r)
{
	size_t cap = m->cap == 0 ? 64 : m->cap * 2;
	struct mark mk, *v;

	if (r->kind == REC_EDIT)
		count(m, r->at_ms);
	if (r->kind == REC_RUN_END)
		run_ended(m, r);
	if (!is_marked(m, r, &mk) || m->n == MARKS_MAX)
		return;
	if (m->n == m->cap) {
		if ((v = realloc(m->v, cap * sizeof(*v))) == NULL)
			return;
		m->v = v;
		m->cap = cap;
	}
	m->v[m->n++] = mk;
}

/* How many marks are before REV. */
static size_t
index_of(const struct marks *m, uint64_t rev)
{
	size_t low = 0, high = m->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (m->v[mid].rev < rev)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct mark *
marks_after(const struct marks *m, uint64_t rev)
{
	size_t i = index_of(m, rev + 1);

	return i < m->n ? &m->v[i] : NULL;
}

const struct mark *
marks_before(const struct marks *m, uint64_t rev)
{
	size_t i = index_of(m, rev);

	return i > 0 ? &m->v[i - 1] : NULL;
}

const struct mark *
marks_between(const struct marks *m, uint64_t from_ms, uint64_t to_ms)
{
	/* MARK_JOIN is the least, and of two of a kind the first one stays */
	static const uint8_t interest[MARK_KINDS] = { [MARK_PAUSE] = 1,
		[MARK_LEAVE] = 2,
		[MARK_FREEZE] = 3,
		[MARK_EXTEND] = 4,
		[MARK_CHAT] = 5,
		[MARK_RUN] = 6,
		[MARK_FAILED] = 7,
		[MARK_END] = 8,
		[MARK_FOCUS] = 9,
		[MARK_NOTE] = 10,
		/* also a candidate's, who may not hide a paste by it */
		[MARK_BOOKMARK] = 11,
		[MARK_PASTE] = 12 };
	const struct mark *best = NULL;
	size_t low = 0, high = m->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (m->v[mid].at_ms < from_ms)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < m->n && m->v[low].at_ms < to_ms; low++)
		if (best == NULL ||
		    interest[m->v[low].kind] > interest[best->kind])
			best = &m->v[low];
	return best;
}

/* --- how they are shown --- */

char
mark_letter(const struct mark *m)
{
	static const char letters[MARK_KINDS] = { [MARK_JOIN] = 'J',
		[MARK_LEAVE] = 'L',
		[MARK_BOOKMARK] = 'b',
		[MARK_RUN] = 'r',
		[MARK_FAILED] = 'x',
		[MARK_PASTE] = 'p',
		[MARK_CHAT] = 'c',
		[MARK_NOTE] = 'n',
		[MARK_FOCUS] = 'f',
		[MARK_FREEZE] = 'z',
		[MARK_END] = 'e',
		[MARK_PAUSE] = 't',
		[MARK_EXTEND] = 'm' };

	return letters[m->kind];
}

void
mark_text(const struct mark *m, const char *name, char *dst, size_t size)
{
	static const struct {
		const char *text, *over;
	} plain[MARK_KINDS] = {
		[MARK_JOIN] = { "%s joined", NULL },
		[MARK_LEAVE] = { "%s left", "%s lost connection" },
		[MARK_BOOKMARK] = { "bookmark by %s", NULL },
		[MARK_CHAT] = { "chat by %s", NULL },
		[MARK_NOTE] = { "note by %s", NULL },
		[MARK_FREEZE] = { "frozen by %s", "thawed by %s" },
		[MARK_END] = { "ended by %s", "opened again by %s" },
		[MARK_PAUSE] = { "timer paused: %s", "timer goes on: %s" },
	};

	switch (m->kind) {
	case MARK_RUN:
	case MARK_FAILED:
		snprintf(dst, size, "run %u by %s%s", m->n, name,
		    m->kind == MARK_RUN ? "" : ", failed");
		break;
	case MARK_PASTE:
		snprintf(dst, size, "paste by %s, %u character%s", name, m->n,
		    m->n == 1 ? "" : "s");
		break;
	case MARK_FOCUS:
		if (m->over)
			snprintf(dst, size, "focus time is over");
		else
			snprintf(dst, size, "focus time of %u min by %s", m->n,
			    name);
		break;
	case MARK_EXTEND:
		snprintf(dst, size, "%u more minutes from %s", m->n, name);
		break;
	default:
		snprintf(dst, size,
		    m->over ? plain[m->kind].over : plain[m->kind].text, name);
	}
}
