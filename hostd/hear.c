/*
 * hear.c - what seats say. It is applied at once; what follows from it goes out
 * by seats_flush.
 */
#include <stdio.h>
#include <string.h>

#include "hostd/act.h"
#include "hostd/jobs.h"
#include "hostd/practice.h"
#include "hostd/measure.h"
#include "hostd/wire.h"
#include "proto/err.h"
#include "proto/sys/log.h"

static void
seat_violates(struct seat *s, const char *text)
{
	log_warn("room %s site %u: %s", s->room_id, s->site, text);
	seat_bye(s, BYE_REFUSED, text);
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
	measure_link(s->room, s->member, 0); /* it is another terminal */
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
	s->stays = m->kind == HELLO_REPLAY && s->staff;
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
	else if (s->room != NULL || (m->kind != HELLO_EDITOR) != (s->site == 0))
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
on_link(struct seat *s, const struct msg *m)
{
	measure_link(s->room, s->member, m->link_ms);
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
practice_refused(struct seat *s, int err)
{
	if (err == CS_EBUSY)
		seat_notice(s, NOTICE_INFO, "Your program is still running");
	else if (err < 0)
		seat_notice(
		    s, NOTICE_ERROR, "The host is busy: try again in a moment");
}

/* Who was let in, and did not know yet, meant what is gone by now. */
static void
on_practice(struct seat *s, const struct msg *m)
{
	int r;

	if (!s->lobby)
		return;
	if (m->kind == PRACTICE_RUN) {
		practice_refused(s, practice_run(s, m->text, m->text_len));
	} else if (m->kind == PRACTICE_INPUT) {
		r = practice_input(s, m->text, m->text_len, m->eof);
		if (r < 0)
			input_refused(s, r);
	} else if (practice_stop(s) == CS_ESTATE) {
		seat_notice(s, NOTICE_INFO, "Nothing is running");
	}
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

/* As `room replay` does, for who is inside: what it notes there is this seat's. */
static void
on_replay(struct seat *s, const struct msg *m)
{
	const struct seat_row *row = &s->member->row;
	struct who who = {
		.kind = WHO_SEAT, .user = row->user, .site = s->site
	};
	char ticket[TICKET_LEN + 1];
	struct msg answer;

	(void)m;
	if (row->role != ROLE_INTERVIEWER || s->room->row.ended_ms == 0) {
		seat_notice(s, NOTICE_ERROR,
		    "The replay is for interviewers, when all is over");
		return;
	}
	snprintf(who.room, sizeof(who.room), "%s", s->room_id);
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

enum from { ANYBODY, A_REPLAY, THE_LOBBY, THE_ROOM };

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
	{ MSG_SAY, A_REPLAY, act_on_say },
	{ MSG_ACT, THE_ROOM, act_on_act },
	{ MSG_POINT, THE_ROOM, on_point },
	{ MSG_LOOKS, ANYBODY, act_on_looks },
	{ MSG_REPLAY, THE_ROOM, on_replay },
	{ MSG_PRACTICE, THE_LOBBY, on_practice },
	{ MSG_LINK, THE_ROOM, on_link },
};

static enum from
seat_place(const struct seat *s)
{
	if (s->member == NULL)
		return s->joined && s->stays ? A_REPLAY : ANYBODY;
	return s->joined ? THE_ROOM : s->lobby ? THE_LOBBY : ANYBODY;
}

void
seat_hear(struct seat *s, const struct msg *m)
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
