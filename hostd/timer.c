/*
 * timer.c - the room's clock. What is kept of it are the present pause's
 * beginning and the sum of those before, in the room's row, so that it goes on
 * through a restart. A pause for a lost connection is counted as far as its two
 * minutes, whoever notices that they are over, and when: so it needs nobody in
 * the room, nor the room in memory.
 */
#include "hostd/timer.h"
#include "proto/err.h"

#define LENGTH_MAX_MINUTES (7 * 24 * 60)

static int
forbid(const char **why, const char *text)
{
	*why = text;
	return CS_ESTATE;
}

static bool
is_running(const struct room *room)
{
	return room->row.started_ms != 0 && room->row.ended_ms == 0;
}

static int
begun(const struct room *room, const char **why)
{
	if (room->row.ended_ms != 0)
		return forbid(why, "The room has ended");
	if (room->row.started_ms == 0)
		return forbid(why, "The timer starts with the candidate");
	return 0;
}

static int
timer_log(struct room *room, enum record_kind kind, uint8_t site, uint8_t flags,
    uint8_t minutes)
{
	struct record rec;
	int r;

	record_init(&rec);
	rec.kind = (uint8_t)kind;
	rec.site = site;
	rec.flags = flags;
	rec.minutes = minutes;
	r = room_event(room, &rec);
	record_release(&rec);
	return r;
}

static int
keep(struct room *room)
{
	room->timer_changed = true;
	return store_room_timer(room->hub->store, &room->row);
}

/* How long the present pause has been, as far as it counts. */
static uint64_t
pause_ms(const struct room_row *row, uint64_t now_ms)
{
	uint64_t ms = 0;

	if (row->pause_since_ms != 0 && now_ms > row->pause_since_ms)
		ms = now_ms - row->pause_since_ms;
	return row->pause_lost && ms > PAUSE_LOST_MS ? PAUSE_LOST_MS : ms;
}

static void
pause_close(struct room *room, uint64_t now_ms)
{
	struct room_row *row = &room->row;

	row->paused_ms += pause_ms(row, now_ms);
	row->pause_since_ms = 0;
	row->pause_site = 0;
	row->pause_lost = false;
}

static int
begin(struct room *room, uint8_t site, bool lost)
{
	struct room_row *row = &room->row;
	int r = timer_log(room, REC_PAUSE, site, lost ? PAUSE_LOST : 0, 0);

	if (r < 0)
		return r;
	row->pause_since_ms = order_at_ms(room->order);
	row->pause_site = site;
	row->pause_lost = lost;
	return keep(room);
}

static int
end(struct room *room, uint8_t site)
{
	uint8_t flags = room->row.pause_lost ? PAUSE_LOST : 0;
	int r = timer_log(room, REC_RESUME, site, flags, 0);

	if (r < 0)
		return r;
	pause_close(room, order_at_ms(room->order));
	return keep(room);
}

/* --- the staff --- */

int
timer_pause(struct room *room, uint8_t by, const char **why)
{
	int r;

	if ((r = begun(room, why)) < 0)
		return r;
	if (room->row.pause_since_ms != 0 && !room->row.pause_lost)
		return forbid(why, "The timer is paused already");
	if (room->row.pause_since_ms != 0 &&
	    (r = end(room, room->row.pause_site)) < 0)
		return r;
	return begin(room, by, false);
}

int
timer_resume(struct room *room, uint8_t by, const char **why)
{
	int r;

	if ((r = begun(room, why)) < 0)
		return r;
	if (room->row.pause_since_ms == 0)
		return forbid(why, "The timer is not paused");
	return end(room, by);
}

int
timer_extend(struct room *room, uint8_t by, unsigned minutes, const char **why)
{
	struct room_row *row = &room->row;
	int r;

	if (row->ended_ms != 0)
		return forbid(why, "The room has ended");
	if (row->minutes == 0)
		return forbid(why, "The room has no planned length");
	if (row->minutes + minutes > LENGTH_MAX_MINUTES)
		return forbid(why, "A room is planned for at most 7 days");
	if ((r = timer_log(room, REC_EXTEND, by, 0, (uint8_t)minutes)) < 0)
		return r;
	row->minutes += minutes;
	return keep(room);
}

/* --- what happens in the room --- */

static bool
has_candidate_here(const struct room *room)
{
	const struct member *m;

	for (unsigned i = SITE_LOCAL + 1; i <= room->last_site; i++) {
		m = room->members[i];
		if (m != NULL && m->row.role == ROLE_CANDIDATE &&
		    m->row.state == SEAT_HERE)
			return true;
	}
	return false;
}

int
timer_lost(struct room *room, const struct member *m)
{
	if (m->row.role != ROLE_CANDIDATE || !is_running(room) ||
	    room->row.pause_since_ms != 0 || has_candidate_here(room))
		return 0;
	return begin(room, m->row.site, true);
}

int
timer_entered(struct room *room, const struct member *m)
{
	if (m->row.role != ROLE_CANDIDATE || !room->row.pause_lost)
		return 0;
	return end(room, m->row.site);
}

int
timer_ended(struct room *room)
{
	pause_close(room, room->row.ended_ms);
	room->row.empty_ms = 0;
	return keep(room);
}

int
timer_reopened(struct room *room, uint64_t ended_ms)
{
	uint64_t now = order_at_ms(room->order);

	/* the time in which it was over is no time that was used */
	if (room->row.started_ms != 0 && now > ended_ms)
		room->row.paused_ms += now - ended_ms;
	return keep(room);
}

int
timer_people(struct room *room)
{
	struct room_row *row = &room->row;
	const struct member *m;
	bool empty = is_running(room);

	for (unsigned i = SITE_LOCAL + 1; i <= room->last_site && empty; i++) {
		m = room->members[i];
		if (m != NULL &&
		    (m->row.state == SEAT_HERE || m->row.state == SEAT_WAITS))
			empty = false;
	}
	if (empty == (row->empty_ms != 0))
		return 0;
	row->empty_ms = empty ? loop_wall_ms() : 0;
	return store_room_timer(room->hub->store, row);
}

void
timer_tick(struct room *room)
{
	const struct room_row *row = &room->row;

	if (row->pause_lost &&
	    loop_wall_ms() >= row->pause_since_ms + PAUSE_LOST_MS)
		end(room, row->pause_site);
}

/* --- as it is told --- */

void
timer_get(const struct room *room, struct timer *t)
{
	const struct room_row *row = &room->row;

	t->started_ms = row->started_ms;
	t->paused_ms = row->paused_ms;
	t->since_ms = row->pause_since_ms;
	t->minutes = row->minutes;
	t->site = row->pause_site;
	t->lost = row->pause_lost;
}

uint64_t
timer_paused_ms(const struct room *room)
{
	return room->row.paused_ms + pause_ms(&room->row, loop_wall_ms());
}

uint64_t
timer_used_ms(const struct room_row *row)
{
	uint64_t end = row->ended_ms != 0 ? row->ended_ms : loop_wall_ms();
	uint64_t stood = row->paused_ms + pause_ms(row, end);

	if (row->started_ms == 0 || end < row->started_ms + stood)
		return 0;
	return end - row->started_ms - stood;
}
