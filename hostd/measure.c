/*
 * measure.c - the numbers beside people's names. They change with every key, and
 * are told now and then.
 */
#include "hostd/measure.h"
#include "proto/utf8.h"

uint32_t
measure_characters(const struct op *op)
{
	uint32_t n = 0;

	for (size_t i = 0; i < op->ins_len; i++)
		n += utf8_starts(op->ins[i]);
	return n;
}

void
measure_link(struct room *room, struct member *m, uint16_t ms)
{
	if (m->link_ms == ms)
		return;
	m->link_ms = ms;
	room->measures_due = true;
}

/* As the report counts it: without what was pasted, only brought back, or put
 * there by a command. */
void
measure_edit(struct room *room, const struct record *r)
{
	struct member *m = room->members[r->site];

	if (m == NULL || record_is_undo(r, &m->taken) ||
	    (r->flags & (EDIT_PASTE | EDIT_UNDO | EDIT_PUT)))
		return;
	m->typed += measure_characters(&r->op);
	room->measures_due = true;
}

void
measure_begin(struct room *room)
{
	for (unsigned i = 1; i <= room->last_site; i++)
		if (room->members[i] != NULL)
			room->members[i]->typed = room->members[i]->taken = 0;
}

void
measure_add(struct room *room, uint8_t site, uint32_t typed, uint64_t taken)
{
	struct member *m = room->members[site];

	if (m == NULL)
		return;
	m->typed += typed;
	m->taken += taken;
}

void
measure_known(struct room *room)
{
	room->typed_known = room->measures_due = true;
}

void
measure_tick(struct room *room, uint64_t now_ms)
{
	if (!room->measures_due || now_ms - room->measured_ms < MEASURE_MS)
		return;
	room->measures_due = false;
	room->measures_changed = true;
	room->measured_ms = now_ms;
}

/* Percent, plus one; 0: none. */
static uint8_t
share_of(const struct member *m, uint64_t all)
{
	return m->typed == 0
		   ? 0
		   : (uint8_t)((m->typed * 100ULL + all / 2) / all + 1);
}

uint32_t
measure_list(const struct room *room, bool shares, struct measure *dst)
{
	const struct member *m;
	uint64_t all = 0;
	uint32_t n = 0;

	for (unsigned i = 1; i <= room->last_site; i++)
		if (room->members[i] != NULL)
			all += room->members[i]->typed;
	for (unsigned i = 1; i <= room->last_site; i++) {
		m = room->members[i];
		if (m == NULL || m->row.state != SEAT_HERE)
			continue;
		dst[n].site = (uint8_t)i;
		dst[n].link_ms = m->link_ms;
		dst[n].share =
		    shares && room->typed_known ? share_of(m, all) : 0;
		n += dst[n].link_ms != 0 || dst[n].share != 0;
	}
	return n;
}
