/*
 * seat.c - tickets, their endpoints, and whether who has one is in the room, in
 * the lobby, or gone. What comes in is heard at once (hear.c); what goes out
 * waits for seats_flush (wire.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/practice.h"
#include "hostd/report.h"
#include "hostd/said.h"
#include "hostd/user.h"
#include "hostd/wire.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

/* --- life --- */

/* The link is gone: forget what belonged to it. */
static void
seat_unlinked(struct seat *s)
{
	if (s->member != NULL && s->member->seat == s)
		room_unlink(s->member, ROOM_AWAY_MS);
	s->keep_ms = s->site == 0                       ? SEAT_WATCHER_MS
		     : s->room && s->room->row.ended_ms ? SEAT_ENDED_MS
							: SEAT_UNLINKED_MS;
	/* A watcher asks for a new ticket when it needs one. */
	s->dead |= s->finished || (s->site == 0 && s->room != NULL);
	s->room = NULL;
	s->member = NULL;
	s->joined = s->lobby = s->blocked = s->closing = false;
	s->summed = s->headed = false;
	s->todo = 0;
	practice_forget(s);
	s->unlinked_ms = loop_now_ms();
	waiting_clear(s);
}

static void
seat_free(struct seat *s)
{
	link_free(s->link);
	waiting_clear(s);
	practice_forget(s);
	free(s);
}

/* Take it out of the store, too. */
static void
seat_remove(struct seat *s)
{
	struct seat **at = &s->hub->seats;

	if (s->member != NULL && s->member->seat == s)
		room_unlink(s->member, ROOM_AWAY_MS);
	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	if (s->site != 0 && !s->made_now)
		store_ticket_remove(s->hub->store, s->ticket);
	seat_free(s);
}

void
seats_notice(struct hub *h, const struct room *room, enum notice severity,
    const char *text)
{
	for (struct seat *s = h->seats; s != NULL; s = s->next)
		if (s->site != 0 &&
		    (room == NULL
			    ? s->joined || s->lobby
			    : s->joined && s->room == room && !seat_is_shut(s)))
			seat_notice(s, severity, text);
}

void
seats_keyboard(const struct room *room)
{
	for (struct seat *s = room->hub->seats; s != NULL; s = s->next)
		if (s->room == room && s->joined && s->site != 0)
			s->todo |= TODO_KEYBOARD;
}

/* Of a room that has ended the staff gets the summary, when that is made. */
static void
summary_due(struct seat *s)
{
	struct room *room = s->room;

	if (room->row.ended_ms == 0 ||
	    s->member->row.role != ROLE_INTERVIEWER) {
		s->summed = false;
		return;
	}
	if (s->summed)
		return;
	report_summary(room);
	s->summed = room->summary.bytes.len > 0;
	if (s->summed)
		s->todo |= TODO_SUMMARY;
}

/* And everybody what the log's head was then, when that is made. */
static void
head_due(struct seat *s)
{
	bool made = s->room->end_head[0] != '\0';

	if (made && !s->headed)
		s->todo |= TODO_HEAD;
	s->headed = made;
}

/* What this turn has changed for S. */
static void
seat_due(struct seat *s)
{
	static const char full[] = "The room's log is full: nobody can write "
				   "any more. What is in it stays.";
	struct room *room = s->room;

	if (room->people_changed)
		s->todo |= TODO_PEOPLE;
	if (s->site == 0)
		return;
	if (room->nsaid > 0 && room->said[room->nsaid - 1].rev > s->said_rev)
		s->todo |= TODO_SAID;
	if (!s->joined)
		return;
	summary_due(s);
	if (s->member->row.role == ROLE_INTERVIEWER)
		report_typed(room);
	head_due(s);
	if (room->full && !s->told_full) {
		s->told_full = true;
		seat_notice(s, NOTICE_ERROR, full);
	}
	if (room->carets_moved != 0 && room->carets_moved != s->site)
		s->todo |= TODO_CARETS;
	if (seat_is_shut(s)) /* neither now nor later */
		s->told_points = room->points;
	else if (s->told_points < room->points)
		s->todo |= TODO_POINTS;
	if (room->timer_changed)
		s->todo |= TODO_TIMER;
	if (room->measures_changed)
		s->todo |= TODO_MEASURES;
	if (room->focus_changed) /* and what was not told meanwhile */
		s->todo |= TODO_FOCUS | TODO_CARETS | TODO_KEYBOARD;
}

void
seats_flush(struct hub *h)
{
	struct seat *next;

	for (struct seat *s = h->seats; s != NULL; s = next) {
		next = s->next;
		s->made_now = false;
		if (s->room != NULL && (s->joined || s->lobby) && !s->closing)
			seat_due(s);
		if (s->link != NULL && !s->blocked &&
		    (s->todo != 0 || s->first != NULL))
			seat_flush(s);
		if (s->dead)
			seat_remove(s);
	}
}

/* --- in the room, in the lobby, gone --- */

int
seat_start(struct seat *s, bool fresh, uint64_t rev, const char *name)
{
	struct member *m = s->member;
	int r;

	if ((r = room_enter(s->room, m, name)) < 0)
		return r;
	s->joined = true;
	s->lobby = false;
	practice_forget(s);
	s->told_points = s->room->points;
	s->measured = true; /* by the link before */
	s->todo |= TODO_WELCOME | TODO_PEOPLE | TODO_KEYBOARD | TODO_MEASURES;
	if (s->room->row.started_ms != 0)
		s->todo |= TODO_TIMER;
	if (s->room->focus != NULL)
		s->todo |= TODO_FOCUS;
	if (fresh) {
		s->said_rev = said_begin(s->room, m);
		s->todo |= TODO_LOAD;
		return 0;
	}
	s->sent_rev = s->said_rev = rev;
	s->todo |= TODO_STREAM | TODO_CARETS;
	return order_attach(s->room->order, s->site, rev);
}

int
seat_to_lobby(struct seat *s, const char *name)
{
	int r = room_wait(s->room, s->member, name);

	if (r < 0)
		return r;
	waiting_clear(s);
	practice_forget(s);
	s->joined = s->back = false;
	s->lobby = true;
	s->sent_rev = 0;
	s->said_rev = said_begin(s->room, s->member);
	s->todo = TODO_WELCOME | TODO_PEOPLE;
	return 0;
}

/* The person is out of the room for good. */
static void
seat_kick(struct seat *s)
{
	s->member = NULL;
	s->joined = s->lobby = false;
	if (s->unlinked_ms != 0)
		s->dead = true;
	else
		seat_bye(s, BYE_KICKED, "You were removed from the room.");
}

static void
seat_follow(struct seat *s, const struct member *m)
{
	int r = 0;

	if (s->lobby && s->room->row.ended_ms != 0)
		seat_bye(s, BYE_GONE, "The room has ended.");
	else if (s->joined && !m->row.admitted)
		r = seat_to_lobby(s, NULL);
	else if (s->lobby && m->row.admitted)
		r = seat_start(s, true, 0, NULL);
	if (r < 0)
		seat_bye(s, BYE_RETRY, "The host cannot do this now.");
}

/* What a seat has asked for goes with it. */
static void
watcher_follow(struct seat *s, const struct room *room)
{
	const struct member *m = room->members[s->who.site];

	if (s->who.kind == WHO_SEAT && m != NULL && m->row.state == SEAT_KICKED)
		seat_kick(s);
}

void
seats_unwatch(struct hub *h, int64_t user, const struct room *room)
{
	for (struct seat *s = h->seats; s != NULL; s = s->next)
		if (s->site == 0 && s->who.user == user &&
		    (room == NULL || s->room_key == room->row.key))
			seat_kick(s);
}

void
seats_follow(struct room *room)
{
	struct member *m;

	for (struct seat *s = room->hub->seats; s != NULL; s = s->next) {
		if (strcmp(s->room_id, room->row.id) != 0)
			continue;
		if (s->site == 0) {
			watcher_follow(s, room);
			continue;
		}
		m = room->members[s->site];
		if (m != NULL && m->row.state == SEAT_KICKED) {
			m->seat = NULL;
			seat_kick(s);
		} else if (s->member != NULL && !s->closing) {
			seat_follow(s, m);
		}
	}
}

void
seats_release(struct room *room)
{
	for (struct seat *s = room->hub->seats; s != NULL; s = s->next) {
		if (s->room != room)
			continue;
		s->room = NULL;
		s->member = NULL;
		s->joined = s->lobby = s->closing = false;
		seat_bye(s, BYE_RETRY, "The host has closed this room.");
	}
}

/* --- its link --- */

/* Whose account is the seat? 0: nobody's. */
static int64_t
seat_user(const struct seat *s)
{
	struct room *room;

	if (s->site == 0)
		return s->who.user;
	if (room_open(s->hub, s->room_id, &room) < 0 ||
	    room->members[s->site] == NULL)
		return 0;
	return room->members[s->site]->row.user;
}

/* Only an editor, or who may read the store anyway, knows how to be polite; and
 * an account of this machine, which got its ticket on control.sock. A ticket of
 * somebody else is no secret there: the kernel tells everybody the names of all
 * sockets (/proc/net/unix). */
static bool
seat_trusts(void *arg, int uid)
{
	const struct seat *s = arg;
	struct user_row u;

	return uid == 0 || uid == (int)s->hub->daemon_uid ||
	       uid == (int)s->hub->edit_uid ||
	       (store_user_by_uid(s->hub->store, uid, &u) == 0 &&
		   u.key == seat_user(s));
}

static void
seat_hang_up(struct seat *s, const char *why)
{
	log_warn("room %s site %u: its link is closed: %s", s->room_id, s->site,
	    why);
	link_close(s->link);
	seat_unlinked(s);
}

static void
on_message(void *arg, const uint8_t *body, size_t len)
{
	struct seat *s = arg;
	struct msg m;
	int r;

	if (s->closing || s->dead)
		return;
	msg_init(&m);
	if ((r = msg_decode(&m, body, len, true)) < 0) {
		seat_hang_up(s, cs_strerror(r));
	} else {
		s->unlinked_ms = 0;
		seat_hear(s, &m);
	}
	msg_release(&m);
}

static void
on_down(void *arg, int err)
{
	struct seat *s = arg;

	if (err != CS_ECLOSED)
		log_warn("room %s site %u: its link is closed: %s", s->room_id,
		    s->site, cs_strerror(err));
	if (!s->dead)
		seat_unlinked(s);
}

static void
on_room(void *arg)
{
	((struct seat *)arg)->blocked = false;
}

/* --- endpoints --- */

static int
endpoint_open(struct seat *s)
{
	static const struct link_events events = { NULL, on_message, on_down,
		on_room };
	static const struct link_limits limits = { MSG_MAX_UP, MSG_MAX,
		SEAT_UNSENT_MAX };
	char path[TICKET_LEN + 3];
	int r;

	snprintf(path, sizeof(path), "s/%s", s->ticket);
	if ((r = link_new(&s->link, s->hub->loop, FRAME_PAIR, &limits, &events,
		 s)) == 0) {
		link_admit(s->link, seat_trusts);
		r = link_listen(s->link, path, 0666);
	}
	if (r < 0) {
		log_err(
		    "a seat's endpoint cannot be opened: %s", cs_strerror(r));
		link_free(s->link);
		s->link = NULL;
	}
	return r;
}

static int
seat_new(struct hub *h, const char *room_id, uint8_t site, const char *ticket,
    struct seat **out)
{
	struct seat *s = xcalloc(1, sizeof(*s));
	int r;

	s->hub = h;
	snprintf(s->room_id, sizeof(s->room_id), "%s", room_id);
	snprintf(s->ticket, sizeof(s->ticket), "%s", ticket);
	s->site = site;
	s->last = &s->first;
	s->unlinked_ms = loop_now_ms();
	s->keep_ms = site == 0 ? SEAT_WATCHER_MS : SEAT_UNLINKED_MS;
	if ((r = endpoint_open(s)) < 0) {
		free(s);
		return r;
	}
	s->next = h->seats;
	h->seats = s;
	*out = s;
	return 0;
}

int
seat_open(struct hub *h, const struct room_row *room, uint8_t site,
    char ticket[TICKET_LEN + 1])
{
	struct seat *s;
	unsigned n = 0;
	int r;

	for (s = h->seats; s != NULL; s = s->next)
		n++;
	if (n >= h->conf.max_seats)
		return CS_EBUSY;
	random_hex(ticket, TICKET_LEN);
	if ((r = seat_new(h, room->id, site, ticket, &s)) < 0)
		return r;
	s->room_key = room->key;
	s->made_now = true;
	return site == 0 ? 0
			 : store_ticket_add(h->store, room->key, ticket, site);
}

/* Is the watcher S of whom W is, an account or a seat? */
static bool
watches_for(const struct seat *s, const struct who *w)
{
	if (s->site != 0)
		return false;
	if (w->user != 0)
		return s->who.user == w->user;
	return w->kind == WHO_SEAT && s->who.kind == WHO_SEAT &&
	       s->who.site == w->site && strcmp(s->who.room, w->room) == 0;
}

int
seat_open_watcher(struct hub *h, const struct room_row *room,
    const struct who *w, bool staff, char ticket[TICKET_LEN + 1])
{
	unsigned n = 0;
	int r;

	for (const struct seat *s = h->seats; s != NULL; s = s->next)
		n += watches_for(s, w);
	if (n >= SEAT_WATCHERS_MAX)
		return CS_EBUSY;
	if ((r = seat_open(h, room, 0, ticket)) < 0)
		return r;
	h->seats->staff = staff;
	h->seats->who = *w;
	return 0;
}

int
seats_open(struct hub *h)
{
	struct ticket_row *rows;
	struct room_row room;
	struct seat *s;
	size_t n;
	int r = store_tickets(h->store, &rows, &n);

	for (size_t i = 0; i < n && r == 0; i++) {
		if ((r = store_room_get(h->store, rows[i].room, &room)) < 0)
			break;
		/* without it one person has to enter again, not everybody */
		if (seat_new(
			h, rows[i].room, rows[i].site, rows[i].ticket, &s) < 0)
			continue;
		s->room_key = room.key;
		s->keep_ms =
		    room.ended_ms != 0 ? SEAT_ENDED_MS : SEAT_UNLINKED_MS;
	}
	free(rows);
	return r;
}

void
seats_close(struct hub *h)
{
	struct seat *s;

	while ((s = h->seats) != NULL) {
		h->seats = s->next;
		seat_free(s);
	}
}

void
seat_gone(struct hub *h, const char *ticket)
{
	for (struct seat *s = h->seats; s != NULL; s = s->next) {
		if (strcmp(s->ticket, ticket) != 0)
			continue;
		/* The editor's last keys may be on their way yet; the end of
		 * its link comes after them. */
		s->finished = true;
		s->gone_ms = loop_now_ms();
		s->dead |= s->unlinked_ms != 0;
	}
}

void
seats_failed(struct hub *h, int err)
{
	struct seat *next;
	const char *text = err == CS_EFULL
			       ? "The host's disk is full: nothing can be kept "
				 "until there is space again."
			       : "The host's store refused the change.";

	for (struct seat *s = h->seats; s != NULL; s = next) {
		next = s->next;
		if (s->room != NULL && s->room->touched) {
			s->room = NULL; /* it will be dropped */
			s->member = NULL;
			s->joined = s->lobby = s->closing = false;
			seat_bye(s, BYE_RETRY, text);
		}
		if (s->made_now) {
			seat_remove(s);
			continue;
		}
		if (s->link != NULL && !s->blocked && s->room == NULL)
			seat_flush(s);
	}
}

void
seats_tick(struct hub *h, uint64_t now_ms)
{
	for (struct seat *s = h->seats; s != NULL; s = s->next) {
		if (s->room != NULL)
			room_used(s->room);
		if (s->closing && now_ms - s->closing_ms > SEAT_CLOSING_MS) {
			link_close(s->link);
			seat_unlinked(s);
		}
		if (s->unlinked_ms != 0 && now_ms - s->unlinked_ms > s->keep_ms)
			s->dead = true;
		if (s->gone_ms != 0 && now_ms - s->gone_ms > SEAT_CLOSING_MS)
			s->dead = true;
	}
}

void
seats_counts(const struct hub *h, unsigned *here, unsigned *watchers)
{
	*here = *watchers = 0;
	for (const struct seat *s = h->seats; s != NULL; s = s->next) {
		*here += s->joined && s->site != 0;
		*watchers += s->joined && s->site == 0;
	}
}
