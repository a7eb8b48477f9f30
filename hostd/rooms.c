/*
 * rooms.c - all rooms in memory: their part in the batch, and what time does to
 * them.
 */
#include <stdlib.h>
#include <string.h>

#include "hostd/measure.h"
#include "hostd/room.h"
#include "hostd/rules.h"
#include "hostd/seal.h"
#include "hostd/timer.h"
#include "proto/err.h"
#include "proto/sys/log.h"

#define TURN_PAUSE_MS 2

/* --- beginning --- */

int
rooms_find_busy(struct hub *h)
{
	struct waking *w = &h->waking;

	w->next = 0;
	return store_room_busy(h->store, &w->ids, &w->n);
}

bool
rooms_wake(struct hub *h, uint64_t until_ms)
{
	struct waking *w = &h->waking;
	struct room *room;

	do {
		if (w->next == w->n)
			return false;
		/* a bad one was logged */
		room_open(h, w->ids[w->next++], &room);
	} while (loop_now_ms() < until_ms);
	return w->next < w->n;
}

/* --- the batch --- */

/* In a transaction of its own: without a snapshot a cold start only takes
 * longer, so where there is no space for one the room goes on. */
static void
room_snapshot(struct room *room)
{
	uint64_t rev = order_rev(room->order);
	int r = roomlog_snapshot(&room->log, room->order);

	if (store_commit(room->hub->store) == 0 && r == 0)
		room->snapshot_rev = rev;
	room->snapshot_tried = rev;
	room->snapshot_wanted = false;
}

void
rooms_stage(struct hub *h)
{
	for (struct room *room = h->rooms; room != NULL; room = room->next)
		roomlog_stage(&room->log);
}

void
rooms_committed(struct hub *h)
{
	for (struct room *room = h->rooms; room != NULL; room = room->next)
		room->kept_rev = order_rev(room->order);
}

void
rooms_sent(struct hub *h)
{
	for (struct room *room = h->rooms; room != NULL; room = room->next)
		room_sent(room);
}

void
rooms_snapshot(struct hub *h)
{
	for (struct room *room = h->rooms; room != NULL; room = room->next)
		if (room->snapshot_wanted ||
		    (room->row.ended_ms == 0 &&
			(order_rev(room->order) - room->snapshot_tried >=
				ROOM_SNAPSHOT_RECORDS ||
			    room->log.weight >= ROOM_SNAPSHOT_WEIGHT)))
			room_snapshot(room);
}

void
rooms_failed(struct hub *h)
{
	struct room *next;

	for (struct room *room = h->rooms; room != NULL; room = next) {
		next = room->next;
		if (room->touched)
			room_drop(room);
	}
}

/* --- sealing --- */

/* ROOM's log can not be sealed. Where it is damaged it never will be: then it
 * stays as it is. Else it comes again after the others. */
static void
not_sealed(struct hub *h, struct room_row *room, int err)
{
	log_err("room %s cannot be sealed: %s", room->id, cs_strerror(err));
	h->seal.after = room->key;
	h->seal.next_ms = loop_now_ms() + SEAL_RETRY_MS;
	if (err != CS_EFORMAT && err != CS_EUTF8)
		return;
	room->sealed = true;
	store_room_sealed(h->store, room);
	store_commit(h->store);
}

void
rooms_seal(struct hub *h)
{
	struct room_row row;
	int r;

	if (!h->seal.due)
		return;
	h->seal.due = false;
	r = store_room_unsealed(h->store, h->seal.after, &row);
	if (r < 0) { /* that was the last one */
		h->seal.after = 0;
		h->seal.next_ms = loop_now_ms() + SEAL_PAUSE_MS;
	} else if (room_find(h, row.id) != NULL) {
		h->seal.after = row.key; /* when it is in use no more */
	} else if (store_commit(h->store) == 0 && /* seats that were removed */
		   (r = seal_block(h->store, &row)) < 0) {
		not_sealed(h, &row, r);
	}
}

/* --- time --- */

void
room_used(struct room *room)
{
	room->used = true;
}

/* May ROOM be forgotten? */
static bool
room_idle(struct room *room, uint64_t now_ms)
{
	if (room->used) {
		room->used = false;
		room->idle_since_ms = 0;
		return false;
	}
	for (unsigned i = 1; i <= room->last_site; i++)
		if (room->members[i] != NULL &&
		    (room->members[i]->row.state == SEAT_HERE ||
			room->members[i]->row.state == SEAT_WAITS))
			return false; /* soon away */
	if (room->idle_since_ms == 0)
		room->idle_since_ms = now_ms;
	return now_ms - room->idle_since_ms >= ROOM_IDLE_MS;
}

static void
room_tick(struct room *room, uint64_t now_ms)
{
	struct member *m;

	room_forget(room, now_ms);
	rules_tick(room);
	timer_tick(room);
	measure_tick(room, now_ms);
	for (unsigned i = 1; i <= room->last_site; i++)
		if ((m = room->members[i]) != NULL && m->away_at_ms != 0 &&
		    now_ms >= m->away_at_ms)
			room_leave(room, m, LEAVE_LOST);
	if (!room_idle(room, now_ms))
		return;
	/* First the snapshot, after this turn, and then away with it. A room
	 * that has ended needs none: it will be sealed (seal.h). */
	if (room->row.ended_ms == 0 &&
	    room->snapshot_tried != order_rev(room->order))
		room->snapshot_wanted = true;
	else if (!room->touched)
		room_drop(room);
}

void
rooms_tick(struct hub *h, uint64_t now_ms)
{
	struct room *next;

	for (struct room *room = h->rooms; room != NULL; room = next) {
		next = room->next;
		room_tick(room, now_ms);
	}
	h->seal.due = now_ms >= h->seal.next_ms;
}

/* --- the end --- */

void
rooms_close(struct hub *h)
{
	for (struct room *room = h->rooms; room != NULL; room = room->next)
		if (room->row.ended_ms == 0 &&
		    room->snapshot_rev != order_rev(room->order))
			room_snapshot(room);
	while (h->rooms != NULL)
		room_drop(h->rooms);
	free(h->waking.ids);
	memset(&h->waking, 0, sizeof(h->waking));
}

void
rooms_turn_soon(struct hub *h)
{
	if (!loop_timer_running(h->again))
		loop_timer_start(h->again, TURN_PAUSE_MS);
}
