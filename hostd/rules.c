/* rules.c - who is let into a room and what people may do there. */
#include "hostd/rules.h"
#include "proto/err.h"

#define MINUTE_MS 60000
#define FOCUS_PAUSE_MS 1000 /* from one to the next: beginning costs a fold */

static int
forbid(const char **why, const char *text)
{
	*why = text;
	return CS_ESTATE;
}

/* What only a room that has not ended has. */
static int
alive(const struct room *room, const char **why)
{
	return room->row.ended_ms == 0 ? 0 : forbid(why, "The room has ended");
}

/* Log KIND: about M if it is about somebody; VALUE is its flags or minutes. */
static int
decide(struct room *room, enum record_kind kind, uint8_t by,
    const struct member *m, uint8_t value)
{
	struct record rec;
	int r;

	record_init(&rec);
	rec.kind = (uint8_t)kind;
	rec.site = by;
	rec.seat = m != NULL ? m->row.site : 0;
	if (kind == REC_FOCUS)
		rec.minutes = value;
	else
		rec.flags = value;
	r = room_event(room, &rec);
	record_release(&rec);
	return r;
}

static int
keep_rules(struct room *room)
{
	room->people_changed = true; /* whether they may write */
	return store_room_rules(room->hub->store, &room->row);
}

/* --- focus time --- */

static bool
has_candidate(const struct room *room)
{
	const struct member *m;

	for (unsigned i = SITE_LOCAL + 1; i <= room->last_site; i++) {
		m = room->members[i];
		if (m != NULL && m->row.role == ROLE_CANDIDATE &&
		    m->row.admitted &&
		    (m->row.state == SEAT_HERE || m->row.state == SEAT_AWAY))
			return true;
	}
	return false;
}

static int
focus_end(struct room *room, uint8_t by)
{
	int r = decide(room, REC_FOCUS, by, NULL, 0);

	if (r < 0)
		return r;
	room->row.focus_site = 0;
	room->row.focus_until_ms = room->row.focus_rev = 0;
	room->focus_changed = true;
	room->focus_ended_ms = loop_now_ms();
	room_focus_close(room);
	return keep_rules(room);
}

/* It ends with the last candidate whom it is for. */
static int
focus_check(struct room *room, uint8_t by)
{
	return room->focus == NULL || has_candidate(room) ? 0
							  : focus_end(room, by);
}

/* Nothing behind the record of its beginning goes to who may not see it: not
 * even in the same chunk. */
static int
focus_begin(struct room *room, uint8_t by, unsigned minutes)
{
	struct room_row *row = &room->row;
	int r = decide(room, REC_FOCUS, by, NULL, (uint8_t)minutes);

	if (r < 0)
		return r;
	room->fresh_closed = room->focus_changed = true;
	row->focus_site = by;
	row->focus_rev = order_rev(room->order);
	row->focus_until_ms =
	    order_at_ms(room->order) + (uint64_t)minutes * MINUTE_MS;
	if ((r = keep_rules(room)) == 0 && (r = room_focus_open(room)) < 0)
		room->hub->batch_err = r; /* it stands in the log already */
	return r;
}

int
rules_focus(struct room *room, uint8_t by, unsigned minutes, const char **why)
{
	int r;

	if (minutes == 0)
		return room->focus != NULL ? focus_end(room, by)
					   : forbid(why, "It is no focus time");
	if ((r = alive(room, why)) < 0)
		return r;
	if (room->focus != NULL)
		return forbid(why, "It is focus time already");
	if (room->focus_ended_ms != 0 &&
	    loop_now_ms() - room->focus_ended_ms < FOCUS_PAUSE_MS)
		return forbid(why, "Focus time has just ended");
	if (!has_candidate(room))
		return forbid(why, "There is no candidate in the room");
	return focus_begin(room, by, minutes);
}

int
rules_mark(struct room *room, uint8_t by, const char **why)
{
	int r = alive(room, why);

	if (r == 0 && room->full)
		r = forbid(why, "The room's log is full: nobody can write any "
				"more");
	return r < 0 ? r : decide(room, REC_MARK, by, NULL, 0);
}

unsigned
rules_focus_left(const struct room *room)
{
	uint64_t now = loop_wall_ms(), until = room->row.focus_until_ms;

	if (room->focus == NULL)
		return 0;
	return until > now
		   ? (unsigned)((until - now + MINUTE_MS - 1) / MINUTE_MS)
		   : 1;
}

void
rules_tick(struct room *room)
{
	if (room->focus != NULL && loop_wall_ms() >= room->row.focus_until_ms)
		focus_end(room, room->row.focus_site);
}

/* --- the lobby --- */

int
rules_admit(struct room *room, uint8_t by, struct member *m, const char **why)
{
	int r;

	if ((r = alive(room, why)) < 0)
		return r;
	if (m->row.admitted)
		return forbid(why, "This seat is not in the lobby");
	if (m->row.state == SEAT_NEW)
		return forbid(why, "Nobody waits in this seat yet");
	if ((r = decide(room, REC_ADMIT, by, m, 0)) < 0)
		return r;
	m->row.admitted = true;
	m->row.since_ms = 0;
	m->row.from_rev = order_rev(room->order);
	if (m->row.state == SEAT_WAITS) /* its link, if any, lets it join */
		m->row.state = SEAT_AWAY;
	if ((r = room_begins(room)) < 0)
		return r;
	return room_keep(room, m);
}

int
rules_back(struct room *room, uint8_t by, struct member *m, const char **why)
{
	int r;

	if ((r = alive(room, why)) < 0)
		return r;
	if (m->row.role != ROLE_CANDIDATE)
		return forbid(why, "Only candidates wait in the lobby");
	if (!m->row.admitted)
		return forbid(why, "This seat is in the lobby");
	if (m->row.state == SEAT_NEW)
		return forbid(why, "Nobody has come into this seat yet");
	if ((r = decide(room, REC_BACK, by, m, 0)) < 0)
		return r;
	m->row.admitted = false;
	m->row.since_ms = loop_wall_ms();
	m->caret.shown = false;
	if (m->row.state == SEAT_HERE)
		m->row.state = SEAT_WAITS;
	if ((r = focus_check(room, by)) < 0)
		return r;
	return room_keep(room, m);
}

/* --- the others --- */

int
rules_kick(struct room *room, uint8_t by, struct member *m, const char **why)
{
	struct record rec;
	bool seen = m->row.state != SEAT_NEW;
	int r = 0;

	(void)why;
	record_init(&rec);
	rec.kind = REC_LEAVE;
	rec.site = m->row.site;
	rec.why = LEAVE_KICKED;
	if (seen)
		r = room_event(room, &rec);
	record_release(&rec);
	if (r < 0)
		return r;
	m->row.from_rev = seen && m->row.admitted ? order_rev(room->order) : 0;
	m->row.state = SEAT_KICKED;
	m->row.admitted = false;
	m->row.since_ms = m->away_at_ms = 0;
	m->caret.shown = false;
	store_invites_drop(room->hub->store, room->row.key, m->row.site);
	if ((r = focus_check(room, by)) < 0)
		return r;
	return room_keep(room, m);
}

int
rules_role(
    struct room *room, uint8_t by, struct member *m, bool rw, const char **why)
{
	int r;

	if ((r = alive(room, why)) < 0)
		return r;
	if (m->row.role == ROLE_OBSERVER && rw)
		return forbid(why, "An observer only reads");
	if (m->row.read_only != rw)
		return 0; /* it is so */
	if ((r = decide(room, REC_ROLE, by, m, rw)) < 0)
		return r;
	m->row.read_only = !rw;
	return room_keep(room, m);
}

int
rules_freeze(struct room *room, uint8_t by, bool on, const char **why)
{
	int r;

	if ((r = alive(room, why)) < 0)
		return r;
	if (room->row.frozen == on)
		return forbid(why, on ? "The room is frozen already"
				      : "The room is not frozen");
	if ((r = decide(room, on ? REC_FREEZE : REC_THAW, by, NULL, 0)) < 0)
		return r;
	room->row.frozen = on;
	return keep_rules(room);
}

int
rules_end(struct room *room, uint8_t by, const char **why)
{
	int r;

	if (room->row.ended_ms != 0)
		return forbid(why, "The room has already ended");
	if (room->focus != NULL && (r = focus_end(room, by)) < 0)
		return r;
	return room_end(room, by);
}

int
rules_reopen(struct room *room, uint8_t by, const char **why)
{
	int r = room_reopen(room, by);

	return r == CS_ESTATE ? forbid(why, "The room has not ended") : r;
}
