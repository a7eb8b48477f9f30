/*
 * seat.c - tickets, their endpoints, and what is said there. What comes in is
 * applied at once; what goes out waits for seats_flush (wire.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/act.h"
#include "hostd/jobs.h"
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
	s->joined = s->lobby = s->blocked = s->closing = s->summed = false;
	s->todo = 0;
	s->unlinked_ms = loop_now_ms();
	waiting_clear(s);
}

static void
seat_free(struct seat *s)
{
	link_free(s->link);
	waiting_clear(s);
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

/* --- what seats say --- */

static void
seat_violates(struct seat *s, const char *text)
{
	log_warn("room %s site %u: %s", s->room_id, s->site, text);
	seat_bye(s, BYE_REFUSED, text);
}

/* The person is in the room: from now on the stream flows. */
static int
seat_start(struct seat *s, bool fresh, uint64_t rev, const char *name)
{
	struct member *m = s->member;
	int r;

	if ((r = room_enter(s->room, m, name)) < 0)
		return r;
	s->joined = true;
	s->lobby = false;
	s->told_points = s->room->points;
	s->todo |= TODO_WELCOME | TODO_PEOPLE | TODO_KEYBOARD;
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

/* The person waits to be let in, and gets nothing of the room until then. What
 * was on its way to the link is no more. */
static int
seat_to_lobby(struct seat *s, const char *name)
{
	int r = room_wait(s->room, s->member, name);

	if (r < 0)
		return r;
	waiting_clear(s);
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

void
seats_unwatch(struct hub *h, int64_t user)
{
	for (struct seat *s = h->seats; s != NULL; s = s->next)
		if (s->site == 0 && s->user == user)
			seat_kick(s);
}

void
seats_follow(struct room *room)
{
	struct member *m;

	for (struct seat *s = room->hub->seats; s != NULL; s = s->next) {
		if (s->site == 0 || strcmp(s->room_id, room->row.id) != 0)
			continue;
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

/* Whoever had this seat until now. */
static void
seat_replace(struct seat *s)
{
	struct seat *old = s->member->seat;

	if (old != NULL && old != s) {
		old->member = NULL;
		old->joined = old->lobby = false;
		seat_bye(
		    old, BYE_REPLACED, "This seat was opened somewhere else.");
	}
	s->member->seat = s;
	s->member->away_at_ms = 0;
}

static void
hello_watcher(struct seat *s, const struct msg *m)
{
	if (m->rev > order_rev(s->room->order)) {
		seat_bye(s, BYE_REFUSED,
		    "The log has no such revision: begin again.");
		return;
	}
	s->joined = true;
	s->sent_rev = m->rev;
	s->todo = TODO_WELCOME | TODO_PEOPLE | TODO_STREAM;
}

/* The person was here before: it goes on in the room, or in the lobby. */
static void
hello_back(struct seat *s, const struct msg *m)
{
	const struct seat_row *row = &s->member->row;
	int r;

	if (!row->admitted) {
		r = seat_to_lobby(s, NULL);
	} else if (!m->fresh && row->role == ROLE_CANDIDATE &&
		   m->rev < row->from_rev) {
		seat_bye(s, BYE_REFUSED,
		    "You were sent back in between: the room begins anew.");
		return;
	} else if (!m->fresh && m->rev > order_rev(s->room->order)) {
		seat_bye(s, BYE_REFUSED,
		    "The host has lost what this editor had: it begins anew.");
		return;
	} else {
		r = seat_start(s, m->fresh, m->rev, NULL);
	}
	if (r < 0)
		seat_bye(s, BYE_RETRY, "The host cannot do this now.");
}

static void
hello_editor(struct seat *s, const struct msg *m)
{
	struct room *room = s->room;
	struct member *mb = room->members[s->site];

	if (mb != NULL && mb->row.state == SEAT_KICKED) {
		seat_bye(s, BYE_KICKED, "You were removed from the room.");
		return;
	}
	if (mb == NULL ||
	    (room->row.ended_ms != 0 &&
		(mb->row.state == SEAT_NEW || !mb->row.admitted))) {
		seat_bye(s, BYE_GONE, "The room has ended.");
		return;
	}
	s->member = mb;
	seat_replace(s);
	s->back = mb->row.state != SEAT_NEW && mb->row.admitted;
	if (mb->row.state != SEAT_NEW)
		hello_back(s, m);
	else if (mb->row.user == 0)
		s->todo = TODO_WELCOME;            /* the join box */
	else if (seat_start(s, true, 0, NULL) < 0) /* an account is known */
		seat_bye(s, BYE_RETRY, "The host cannot do this now.");
}

static void
on_hello(struct seat *s, const struct msg *m)
{
	int r;

	if (m->version != PROTO_VERSION)
		seat_bye(s, BYE_REFUSED,
		    "This editor is of another version than the host.");
	else if (s->room != NULL ||
		 (m->kind == HELLO_WATCHER) != (s->site == 0))
		seat_violates(s, "HELLO does not fit.");
	else if ((r = room_open(s->hub, s->room_id, &s->room)) == CS_ENOTFOUND)
		seat_bye(s, BYE_GONE, "The room does not exist any more.");
	else if (r < 0)
		seat_bye(s, BYE_RETRY, "The host cannot read its store.");
	else if (s->site == 0)
		hello_watcher(s, m);
	else
		hello_editor(s, m);
}

static void
on_join(struct seat *s, const struct msg *m)
{
	char name[sizeof(m->name)];
	int r;

	if (s->lobby)
		return; /* Enter was pressed twice */
	if (s->member == NULL || s->joined) {
		seat_violates(s, "JOIN does not fit.");
		return;
	}
	memcpy(name, m->name, sizeof(name));
	if (person_name(name) < 0) {
		seat_notice(s, NOTICE_ERROR,
		    "A name has 1 to 64 bytes and no control characters");
	} else if (!m->consent) {
		seat_notice(s, NOTICE_ERROR, "Please tick the recording box");
	} else if (s->room->row.ended_ms != 0) {
		seat_bye(s, BYE_GONE, "The room has ended.");
	} else {
		r = s->member->row.admitted ? seat_start(s, true, 0, name)
					    : seat_to_lobby(s, name);
		if (r < 0)
			seat_bye(s, BYE_RETRY, "The host cannot do this now.");
	}
}

/* Why an edit can not be taken. What an honest editor may run into leads to a
 * resume, anything else to a fresh start. */
static void
edit_refused(struct seat *s, int err)
{
	static const struct {
		int err;
		enum bye_reason reason;
		const char *text;
	} why[] = {
		{ CS_ESTALE, BYE_RETRY, "The edit came too late." },
		{ CS_ENOMEM, BYE_RETRY, "The host is out of memory." },
		{ CS_EFUTURE, BYE_REFUSED,
		    "An edit was refused: it is made on a revision that does "
		    "not exist." },
		{ CS_ESEQ, BYE_REFUSED,
		    "An edit was refused: the one before it is missing." },
	};
	char text[128];

	for (size_t i = 0; i < sizeof(why) / sizeof(why[0]); i++)
		if (why[i].err == err) {
			seat_bye(s, why[i].reason, why[i].text);
			return;
		}
	snprintf(
	    text, sizeof(text), "An edit was refused: %s.", cs_strerror(err));
	seat_violates(s, text);
}

/* Why an edit of FILE may not be, or NULL. */
static const char *
edit_refuses(const struct seat *s, uint8_t file)
{
	const struct order *o = s->room->order;
	const char *why = room_refuses(s->room, s->member);

	if (why == NULL && s->member->row.role != ROLE_INTERVIEWER &&
	    file < order_file_count(o) &&
	    strcmp(order_file_name(o, file), FILE_TASK) == 0)
		return "The task is the staff's to write";
	return why;
}

static void
on_edit(struct seat *s, const struct msg *m)
{
	const char *why = edit_refuses(s, m->edit.file);
	char text[MSG_TEXT_MAX];
	int r;

	/* It may have been made before its author knew: the text on that screen
	 * is not the room's any more, so that it has to be loaded again. */
	if (why != NULL) {
		snprintf(text, sizeof(text), "%s.", why);
		seat_bye(s, BYE_REFUSED, text);
		return;
	}
	r = room_edit(s->room, s->site, &m->edit);
	if (r < 0 && r != CS_EDUP)
		edit_refused(s, r);
}

static void
on_caret(struct seat *s, const struct msg *m)
{
	room_caret(s->room, s->site, m->rev, &m->caret);
}

/* Whoever does not see the present does not point at it either. */
static void
on_point(struct seat *s, const struct msg *m)
{
	if (s->member->row.role != ROLE_OBSERVER && !seat_is_shut(s))
		room_point(s->room, s->site, m->rev, &m->caret);
}

static void
on_run(struct seat *s, const struct msg *m)
{
	const char *why = room_refuses(s->room, s->member);
	uint32_t run;
	uint64_t rev;
	int r;

	(void)m;
	if (why != NULL) {
		seat_notice(s, NOTICE_ERROR, why);
		return;
	}
	r = jobs_run(s->room, s->site, NULL, &run, &rev);
	if (r == CS_EBUSY)
		seat_notice(s, NOTICE_INFO, "The program is already running");
	else if (r == CS_ESTATE)
		seat_notice(s, NOTICE_ERROR, "The room has ended");
	else if (r == CS_EAGAIN)
		seat_notice(
		    s, NOTICE_ERROR, "The host is busy: try again in a moment");
	else if (r < 0)
		seat_notice(s, NOTICE_ERROR, "The program cannot be run now");
}

static void
on_take(struct seat *s, const struct msg *m)
{
	const char *why = room_refuses(s->room, s->member);

	(void)m;
	if (why != NULL)
		seat_notice(s, NOTICE_ERROR, why);
	else if (jobs_take(s->room, s->site) == CS_ESTATE)
		seat_notice(s, NOTICE_INFO, "The program has ended");
}

static void
input_refused(struct seat *s, int err)
{
	static const struct {
		int err;
		const char *why;
	} table[] = {
		{ CS_ESTATE, "The program has ended" },
		{ CS_EAGAIN, "The program has not started yet" },
		{ CS_ECLOSED, "The program's input has ended" },
		{ CS_ETOOBIG, "Too much waits for the program to read" },
	};
	const char *why = "The host cannot do this now";
	char text[MSG_TEXT_MAX];

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].err == err)
			why = table[i].why;
	snprintf(text, sizeof(text), "%s: your line was not sent", why);
	seat_notice(s, NOTICE_ERROR, text);
}

/* It is somebody else's line. */
static void
input_not_yours(struct seat *s)
{
	char text[MSG_TEXT_MAX];
	struct keyboard k = { .site = 0 };
	const struct member *m;

	jobs_keyboard(s->room, &k);
	m = s->room->members[k.site];
	snprintf(text, sizeof(text), "The input is %s's line - ^O takes it",
	    m != NULL ? m->row.name : "somebody");
	seat_notice(s, NOTICE_ERROR, text);
}

static void
on_input(struct seat *s, const struct msg *m)
{
	const char *why = room_refuses(s->room, s->member);
	int r;

	if (why != NULL) {
		seat_notice(s, NOTICE_ERROR, why);
		return;
	}
	r = jobs_input(s->room, s->site, m->text, m->text_len, m->eof);
	if (r == CS_EPERM)
		input_not_yours(s);
	else if (r < 0)
		input_refused(s, r);
}

static void
on_stop(struct seat *s, const struct msg *m)
{
	(void)m;
	if (s->member->row.role == ROLE_OBSERVER || seat_is_shut(s))
		seat_notice(s, NOTICE_ERROR, "This seat may only read");
	else if (jobs_stop(s->room, s->site) == CS_ESTATE)
		seat_notice(s, NOTICE_INFO, "Nothing is running");
}

static void
on_leave(struct seat *s, const struct msg *m)
{
	(void)m;
	if (s->member != NULL && (s->joined || s->lobby)) {
		room_leave(s->room, s->member, LEAVE_LEFT);
		s->member->seat = NULL;
		s->member = NULL;
		s->joined = s->lobby = false;
	}
	seat_bye(s, BYE_LEFT, "");
}

static void
on_ping(struct seat *s, const struct msg *m)
{
	struct msg pong;

	msg_init(&pong);
	pong.type = MSG_PONG;
	pong.rev = m->rev;
	seat_line(s, &pong);
	msg_release(&pong);
}

/* As `room replay` does, for who is inside. */
static void
on_replay(struct seat *s, const struct msg *m)
{
	const struct seat_row *row = &s->member->row;
	const struct who who = { .kind = row->user != 0 ? WHO_USER : WHO_SEAT,
		.user = row->user };
	char ticket[TICKET_LEN + 1];
	struct msg answer;

	(void)m;
	if (row->role != ROLE_INTERVIEWER || s->room->row.ended_ms == 0) {
		seat_notice(s, NOTICE_ERROR,
		    "The replay is for interviewers, when all is over");
		return;
	}
	if (seat_open_watcher(s->hub, &s->room->row, &who, true, ticket) < 0) {
		seat_notice(s, NOTICE_ERROR, "The host cannot do this now");
		return;
	}
	msg_init(&answer);
	answer.type = MSG_TICKET;
	answer.text = (const uint8_t *)ticket;
	answer.text_len = TICKET_LEN;
	seat_line(s, &answer);
	msg_release(&answer);
	explicit_bzero(ticket, sizeof(ticket));
}

enum from { ANYBODY, THE_LOBBY, THE_ROOM };

static const struct {
	uint8_t type, from; /* enum from: as far inside as that, or further */
	void (*fn)(struct seat *s, const struct msg *m);
} handlers[] = {
	{ MSG_HELLO, ANYBODY, on_hello },
	{ MSG_JOIN, ANYBODY, on_join },
	{ MSG_EDIT, THE_ROOM, on_edit },
	{ MSG_CARET, THE_ROOM, on_caret },
	{ MSG_RUN, THE_ROOM, on_run },
	{ MSG_STOP, THE_ROOM, on_stop },
	{ MSG_LEAVE, ANYBODY, on_leave },
	{ MSG_PING, ANYBODY, on_ping },
	{ MSG_INPUT, THE_ROOM, on_input },
	{ MSG_TAKE, THE_ROOM, on_take },
	{ MSG_SAY, THE_LOBBY, act_on_say },
	{ MSG_ACT, THE_ROOM, act_on_act },
	{ MSG_POINT, THE_ROOM, on_point },
	{ MSG_KEYS, ANYBODY, act_on_keys },
	{ MSG_REPLAY, THE_ROOM, on_replay },
};

static enum from
seat_place(const struct seat *s)
{
	if (s->member == NULL)
		return ANYBODY;
	return s->joined ? THE_ROOM : s->lobby ? THE_LOBBY : ANYBODY;
}

static void
seat_handle(struct seat *s, const struct msg *m)
{
	for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
		if (handlers[i].type != m->type)
			continue;
		if (handlers[i].from <= seat_place(s))
			handlers[i].fn(s, m);
		else if (seat_place(s) != THE_LOBBY)
			seat_violates(s, "Join first.");
		/* else it was sent back, and did not know yet */
		return;
	}
}

/* Whose account is the seat? 0: nobody's. */
static int64_t
seat_user(const struct seat *s)
{
	struct room *room;

	if (s->site == 0)
		return s->user;
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
		seat_handle(s, &m);
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

int
seat_open_watcher(struct hub *h, const struct room_row *room,
    const struct who *w, bool staff, char ticket[TICKET_LEN + 1])
{
	int r = seat_open(h, room, 0, ticket);

	if (r < 0)
		return r;
	h->seats->staff = staff;
	h->seats->user = w->kind == WHO_USER ? w->user : 0;
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
