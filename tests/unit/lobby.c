/*
 * lobby.c - the lobby and what the staff may decide about people, on a real hub:
 * who is let in, sent back, removed, made read-only; freezing, the end, and
 * opening again.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/monitor.h"
#include "proto/sys/link.h"
#include "proto/sys/util.h"
#include "tests/lib/hubs.h"

#define SEAT_C ",\"seat\":\"C\""

/* A room with a lobby, an interviewer in it, and the candidate's code. */
struct scene {
	struct world *w;
	char id[16], code[16];
	struct editor *staff, *c;
};

static void
begin(struct scene *s, void **state)
{
	char code[16];

	memset(s, 0, sizeof(*s));
	s->w = *state;
	make_lobby(s->w, s->id, s->code);
	invite(s->w, s->id, "interviewer", code);
	s->staff = enter(s->w, s->id, code);
	until(s->w, is_here, s->staff);
}

static void
knock(struct scene *s)
{
	s->c = enter(s->w, s->id, s->code);
	until(s->w, waits, s->c);
}

static void
let_in(struct scene *s)
{
	assert_int_equal(room_cmd(s->w, "room admit", s->id, SEAT_C), 0);
	until(s->w, is_here, s->c);
}

static void
end(struct scene *s)
{
	editor_close(s->staff);
	editor_close(s->c);
}

/* How often TEXT is among all bytes that came to E. */
static unsigned
heard(const struct editor *e, const char *text)
{
	const uint8_t *p = e->all.data, *stop = p + e->all.len;
	unsigned n = 0;

	while (p < stop && (p = memmem(p, (size_t)(stop - p), text,
				strlen(text))) != NULL) {
		n++;
		p++;
	}
	return n;
}

static void
put(struct scene *s, const char *text)
{
	char *args = room_args(s->id, ",\"file\":\"main.py\"");

	assert_int_equal(exit_of(s->w, "room put", args, text), 0);
	free(args);
}

/* The candidate as `room show` tells it: KEY's value, to be freed. */
static char *
shown(struct scene *s, const char *key)
{
	char *args = room_args(s->id, ""), *value = NULL;
	const struct json *people, *p;
	struct told t;

	tell(s->w, &t, "room show", args, NULL, 0);
	people = json_get(t.result, "people");
	for (size_t i = 0; i < json_count(people); i++) {
		p = json_at(people, i);
		if (strcmp(json_get_str(p, "seat"), "C") == 0 &&
		    json_get_str(p, key) != NULL)
			value = xstrdup(json_get_str(p, key));
	}
	told_release(&t);
	free(args);
	return value;
}

static void
shown_is(struct scene *s, const char *key, const char *want)
{
	char *value = shown(s, key);

	assert_non_null(value);
	assert_string_equal(value, want);
	free(value);
}

static bool
sees_someone_wait(void *arg)
{
	struct scene *s = arg;

	return s->staff->states[s->c->welcome.site] == PERSON_LOBBY + 1;
}

static bool
has_heard_all(void *arg)
{
	return heard(arg, "canary_staff") > 0 &&
	       heard(arg, "canary_chat") == 2 &&
	       ((struct editor *)arg)->kinds[REC_THAW] > 0;
}

/* --- waiting --- */

static void
who_waits_gets_nothing_of_the_room(void **state)
{
	static const uint8_t silent[] = { MSG_LOAD, MSG_DOC, MSG_CHUNK,
		MSG_CARETS, MSG_OUTPUT, MSG_KEYBOARD, MSG_SAID, MSG_FOCUS,
		MSG_POINTED };
	struct scene s;

	begin(&s, state);
	put(&s, "canary_code");
	room_cmd(s.w, "room say", s.id, ",\"text\":\"canary_chat\"");
	room_cmd(s.w, "room note", s.id, ",\"text\":\"canary_note\"");
	knock(&s);
	put(&s, "canary_code and more");
	say_line(s.staff, SAY_STAFF, "canary_staff");
	say_line(s.staff, SAY_ALL, "canary_chat");
	assert_int_equal(room_cmd(s.w, "room run", s.id, ""), 0);
	assert_int_equal(room_cmd(s.w, "room stop", s.id, ""), 0);
	assert_int_equal(room_cmd(s.w, "room freeze", s.id, ""), 0);
	assert_int_equal(room_cmd(s.w, "room thaw", s.id, ""), 0);
	until(s.w, has_heard_all, s.staff);
	say_simple(s.c, MSG_PING);
	until(s.w, has_pong, s.c); /* and so has come what comes */
	for (size_t i = 0; i < sizeof(silent); i++)
		assert_int_equal(s.c->types[silent[i]], 0);
	assert_int_equal(heard(s.c, "canary"), 0);
	assert_int_equal(s.c->welcome.rev, 0);
	assert_int_equal(s.c->welcome.started_ms, 0);
	assert_true(heard(s.staff, "canary_code") > 0);
	let_in(&s);
	assert_true(heard(s.c, "canary_code") > 0);
	assert_int_equal(heard(s.c, "canary_note"), 0);
	assert_int_equal(heard(s.c, "canary_staff"), 0);
	end(&s);
}

static void
who_waits_sees_who_is_in_the_room_and_nobody_else(void **state)
{
	struct editor *other;
	struct scene s;
	char code[16];

	begin(&s, state);
	invite(s.w, s.id, "candidate", code);
	other = enter(s.w, s.id, code);
	until(s.w, waits, other);
	knock(&s);
	assert_int_equal(s.c->states[s.staff->welcome.site], PERSON_HERE + 1);
	assert_int_equal(s.c->npeople, 2);
	assert_int_equal(s.c->states[other->welcome.site], 0);
	let_in(&s);
	until(s.w, waits, other);
	/* nor does another candidate who is in the room */
	assert_int_equal(s.c->states[other->welcome.site], 0);
	editor_close(other);
	end(&s);
}

static void
kick(struct scene *s, struct editor *e)
{
	char *seat = xasprintf(",\"seat\":\"%s\"", e->welcome.label);

	assert_int_equal(room_cmd(s->w, "room kick", s->id, seat), 0);
	until(s->w, has_bye, e);
	free(seat);
}

static bool
sees_both_gone(void *arg)
{
	struct scene *s = arg;

	return s->c->kinds[REC_LEAVE] == 2;
}

static void
who_was_removed_is_not_told_to_who_comes_later(void **state)
{
	struct editor *before, *after, *stranger;
	struct scene s;
	char code[16];
	uint8_t site;

	begin(&s, state);
	invite(s.w, s.id, "interviewer", code);
	before = enter(s.w, s.id, code);
	until(s.w, is_here, before);
	kick(&s, before);
	knock(&s);
	let_in(&s);
	assert_int_equal(s.c->states[before->welcome.site], 0);
	invite(s.w, s.id, "interviewer", code);
	after = enter(s.w, s.id, code);
	until(s.w, is_here, after);
	invite(s.w, s.id, "candidate", code);
	stranger = enter(s.w, s.id, code);
	until(s.w, waits, stranger);
	kick(&s, stranger);
	site = after->welcome.site;
	kick(&s, after);
	until(s.w, sees_both_gone, &s);
	say_simple(s.c, MSG_PING);
	until(s.w, has_pong, s.c);
	/* whom it has seen it may go on seeing, and others not */
	assert_int_equal(s.c->states[site], PERSON_LEFT + 1);
	assert_int_equal(s.c->states[stranger->welcome.site], 0);
	assert_int_equal(
	    s.staff->states[before->welcome.site], PERSON_LEFT + 1);
	editor_close(before);
	editor_close(after);
	editor_close(stranger);
	end(&s);
}

static bool
sees_the_join(void *arg)
{
	struct scene *s = arg;

	return s->staff->kinds[REC_ADMIT] == 1 &&
	       s->staff->kinds[REC_JOIN] == 1;
}

static void
the_staff_sees_who_waits_and_since_when(void **state)
{
	uint64_t before;
	struct scene s;
	char *since;

	begin(&s, state);
	before = loop_wall_ms();
	knock(&s);
	until(s.w, sees_someone_wait, &s);
	assert_true(s.staff->since[s.c->welcome.site] >= before);
	assert_true(s.staff->since[s.c->welcome.site] <= loop_wall_ms());
	shown_is(&s, "state", "lobby");
	assert_non_null(since = shown(&s, "waits_since"));
	free(since);
	assert_int_equal(s.staff->welcome.started_ms, 0);
	let_in(&s);
	until(s.w, sees_the_join, &s);
	shown_is(&s, "state", "here");
	assert_null(shown(&s, "waits_since"));
	assert_true(s.c->welcome.started_ms >= before);
	assert_false(s.c->welcome.back);
	end(&s);
}

static void
who_waits_goes_on_waiting_in_another_hub(void **state)
{
	struct scene s;
	uint64_t since;

	begin(&s, state);
	knock(&s);
	since = s.c->since[s.c->welcome.site];
	hub_kill(s.w);
	memset(&s.c->welcome, 0, sizeof(s.c->welcome));
	hub_start(s.w);
	until(s.w, waits, s.c);
	assert_int_equal(s.c->since[s.c->welcome.site], since);
	let_in(&s);
	end(&s);
}

static void
who_left_the_lobby_may_be_let_in_and_then_just_comes(void **state)
{
	struct scene s;

	begin(&s, state);
	knock(&s);
	say_simple(s.c, MSG_LEAVE);
	until(s.w, has_bye, s.c);
	assert_int_equal(s.c->bye, BYE_LEFT);
	shown_is(&s, "state", "left");
	editor_close(s.c);
	assert_int_equal(room_cmd(s.w, "room admit", s.id, SEAT_C), 0);
	s.c = enter(s.w, s.id, s.code);
	until(s.w, is_here, s.c);
	assert_int_equal(s.staff->kinds[REC_LEAVE], 0);
	end(&s);
}

static void
without_a_lobby_nobody_waits(void **state)
{
	struct world *w = *state;
	char id[16], code[16];
	struct editor *e;

	make_room(w, id, code);
	e = enter(w, id, code);
	until(w, is_here, e);
	assert_false(e->welcome.lobby);
	editor_close(e);
}

static void
what_the_state_forbids_is_refused(void **state)
{
	struct scene s;

	begin(&s, state);
	assert_int_equal(room_cmd(s.w, "room admit", s.id, SEAT_C), 5);
	assert_int_equal(room_cmd(s.w, "room back", s.id, SEAT_C), 5);
	assert_int_equal(
	    room_cmd(s.w, "room admit", s.id, ",\"seat\":\"D\""), 3);
	assert_int_equal(room_cmd(s.w, "room admit", s.id, ""), 2);
	assert_int_equal(
	    room_cmd(s.w, "room back", s.id, ",\"seat\":\"I\""), 5);
	knock(&s);
	assert_int_equal(room_cmd(s.w, "room back", s.id, SEAT_C), 5);
	let_in(&s);
	assert_int_equal(room_cmd(s.w, "room admit", s.id, SEAT_C), 5);
	assert_int_equal(
	    room_cmd(s.w, "room admit", s.id, ",\"seat\":\"c\""), 5);
	assert_int_equal(room_cmd(s.w, "room thaw", s.id, ""), 5);
	assert_int_equal(room_cmd(s.w, "room reopen", s.id, ""), 5);
	assert_int_equal(
	    room_cmd(s.w, "room role", s.id, SEAT_C ",\"role\":\"king\""), 2);
	assert_int_equal(room_cmd(s.w, "room end", s.id, ""), 0);
	assert_int_equal(room_cmd(s.w, "room back", s.id, SEAT_C), 5);
	assert_int_equal(room_cmd(s.w, "room freeze", s.id, ""), 5);
	end(&s);
}

/* --- back --- */

static void
say_edit(struct editor *e, uint64_t base, uint32_t cseq, const char *ins)
{
	struct msg m;

	msg_init(&m);
	m.type = MSG_EDIT;
	m.edit.base = base;
	m.edit.cseq = cseq;
	op_splice(&m.edit.op, 0, 0, ins, strlen(ins));
	say(e, &m);
	msg_release(&m);
}

static bool
has_typed(void *arg)
{
	struct editor *e = arg;

	return e->typed == e->want && peer_pending(e->peer) == 0;
}

static void
who_is_sent_back_gets_nothing_more_and_changes_nothing(void **state)
{
	struct scene s;
	uint64_t seen;
	char *text;

	begin(&s, state);
	knock(&s);
	let_in(&s);
	s.c->want = 3;
	type(s.c);
	until(s.w, has_typed, s.c);
	seen = s.c->seen;
	assert_int_equal(room_cmd(s.w, "room back", s.id, SEAT_C), 0);
	until(s.w, waits, s.c);
	put(&s, "XYZZY_LATER");
	/* its editor did not know yet */
	say_edit(s.c, seen, 4, "too late");
	say_simple(s.c, MSG_RUN);
	say_simple(s.c, MSG_TAKE);
	assert_int_equal(room_cmd(s.w, "room show", s.id, ""), 0);
	assert_int_equal(heard(s.c, "XYZZY_LATER"), 0);
	assert_true(s.c->linked);
	assert_int_equal(s.staff->kinds[REC_BACK], 1);
	let_in(&s);
	assert_int_equal(s.c->downs, 0);
	assert_true(heard(s.c, "XYZZY_LATER") > 0);
	text = get_file(s.w, s.id);
	assert_string_equal(text, "XYZZY_LATER");
	free(text);
	s.c->want++; /* and its keys count again */
	type(s.c);
	until(s.w, has_typed, s.c);
	end(&s);
}

/* What was prepared and taken out again is in the log, and a candidate's editor
 * relives some of that when it is loaded again. */
static void
what_was_prepared_and_taken_out_never_comes(void **state)
{
	struct scene s;
	char *text;

	begin(&s, state);
	put(&s, "canary_solution");
	put(&s, "");
	s.staff->want = 2; /* in the same row of the store */
	type(s.staff);
	until(s.w, has_typed, s.staff);
	knock(&s);
	let_in(&s);
	s.c->want = 3;
	type(s.c);
	until(s.w, has_typed, s.c);
	for (unsigned i = 0; i < 2; i++) {
		/* loaded again, and resumed */
		link_close(s.c->link);
		on_down(s.c, 0);
		if (i == 0) {
			peer_free(s.c->peer);
			s.c->peer = NULL;
			s.c->seen = 0;
		}
		s.staff->want++;
		type(s.staff);
		until(s.w, is_here, s.c);
		until(s.w, has_typed, s.staff);
	}
	text = text_of(peer_text(s.c->peer, 0));
	assert_int_equal(strlen(text), 7);
	free(text);
	assert_true(s.c->load.rev < s.c->load.until); /* it had a past */
	assert_int_equal(heard(s.c, "canary"), 0);
	/* nor by asking for it */
	link_close(s.c->link);
	s.c->seen = 0;
	on_down(s.c, 0);
	until(s.w, has_bye, s.c);
	assert_int_equal(s.c->bye, BYE_REFUSED);
	assert_int_equal(heard(s.c, "canary"), 0);
	end(&s);
}

static bool
waits_again(void *arg)
{
	return ((struct editor *)arg)->downs > 0 && waits(arg);
}

static void
who_was_sent_back_waits_in_the_next_hub_too(void **state)
{
	struct scene s;

	begin(&s, state);
	knock(&s);
	let_in(&s);
	assert_int_equal(room_cmd(s.w, "room back", s.id, SEAT_C), 0);
	hub_kill(s.w);
	hub_start(s.w);
	until(s.w, waits_again, s.c);
	assert_null(s.c->peer);
	end(&s);
}

/* --- out --- */

static void
who_is_removed_is_out_for_good(void **state)
{
	char ticket[TICKET_LEN + 1], other[TICKET_LEN + 1];
	struct scene s;
	struct told t;
	char *args;

	begin(&s, state);
	assert_int_equal(authenticate(s.w, s.id, s.code, other), MON_OK);
	knock(&s);
	let_in(&s);
	assert_int_equal(room_cmd(s.w, "room kick", s.id, SEAT_C), 0);
	until(s.w, has_bye, s.c);
	assert_int_equal(s.c->bye, BYE_KICKED);
	assert_int_not_equal(s.c->bye_len, 0);
	assert_int_equal(authenticate(s.w, s.id, s.code, ticket), MON_DENIED);
	assert_int_equal(room_cmd(s.w, "room kick", s.id, SEAT_C), 3);
	assert_int_equal(room_cmd(s.w, "room admit", s.id, SEAT_C), 3);
	assert_null(shown(&s, "name"));
	/* its other ticket leads nowhere */
	editor_close(s.c);
	hub_kill(s.w);
	hub_start(s.w);
	s.c = editor_open(s.w, other, false);
	until(s.w, is_here, s.staff);
	assert_false(s.c->here);
	assert_int_equal(s.c->contents, 0);
	/* and nobody gets its label */
	args = room_args(s.id, "");
	tell(s.w, &t, "room invite", args, NULL, 0);
	assert_string_equal(json_get_str(t.result, "seat"), "D");
	told_release(&t);
	free(args);
	end(&s);
}

static void
who_waits_is_told_of_the_end_and_may_come_when_it_is_opened_again(void **state)
{
	char ticket[TICKET_LEN + 1];
	struct scene s;

	begin(&s, state);
	knock(&s);
	assert_int_equal(room_cmd(s.w, "room end", s.id, ""), 0);
	until(s.w, has_bye, s.c);
	assert_int_equal(s.c->bye, BYE_GONE);
	editor_close(s.c);
	assert_int_equal(authenticate(s.w, s.id, s.code, ticket), MON_DENIED);
	assert_int_equal(room_cmd(s.w, "room reopen", s.id, ""), 0);
	knock(&s);
	let_in(&s);
	s.c->want = 1;
	type(s.c);
	until(s.w, has_typed, s.c);
	assert_int_equal(s.staff->kinds[REC_END], 1);
	assert_int_equal(s.staff->kinds[REC_REOPEN], 1);
	end(&s);
}

/* --- read only --- */

/* What makes C read-only, and what ends that. */
static const struct barrier {
	const char *on, *on_args, *off, *off_args;
} barriers[] = {
	{ "room freeze", "", "room thaw", "" },
	{ "room role", SEAT_C ",\"role\":\"ro\"", "room role",
	    SEAT_C ",\"role\":\"rw\"" },
	{ "room end", "", "room reopen", "" },
};

static bool
is_writable(void *arg)
{
	return ((struct editor *)arg)->writable;
}

static bool
is_not_writable(void *arg)
{
	return !((struct editor *)arg)->writable;
}

static void
come_back(struct editor *e)
{
	peer_free(e->peer);
	e->peer = NULL;
	e->seen = 0;
	e->typed = e->want;
	dial(e);
	until(e->w, is_here, e);
}

static void
an_edit_of_who_may_not_write_any_more_is_refused(void **state)
{
	const struct barrier *b;
	struct scene s;
	char *text;

	begin(&s, state);
	put(&s, "text");
	knock(&s);
	let_in(&s);
	for (size_t i = 0; i < sizeof(barriers) / sizeof(barriers[0]); i++) {
		b = &barriers[i];
		assert_int_equal(room_cmd(s.w, b->on, s.id, b->on_args), 0);
		/* made before the editor has read what it was told */
		say_edit(s.c, s.c->seen, 1, "too late");
		until(s.w, has_bye, s.c);
		assert_int_equal(s.c->bye, BYE_REFUSED);
		assert_int_not_equal(s.c->bye_len, 0);
		come_back(s.c);
		until(s.w, is_not_writable, s.c);
		text = get_file(s.w, s.id);
		assert_string_equal(text, "text");
		free(text);
		assert_int_equal(s.staff->downs, 0);
		assert_int_equal(room_cmd(s.w, b->off, s.id, b->off_args), 0);
		until(s.w, is_writable, s.c);
	}
	s.c->want++;
	type(s.c);
	until(s.w, has_typed, s.c);
	end(&s);
}

static void
a_frozen_room_is_the_staffs(void **state)
{
	struct scene s;

	begin(&s, state);
	knock(&s);
	let_in(&s);
	assert_int_equal(room_cmd(s.w, "room freeze", s.id, ""), 0);
	until(s.w, is_not_writable, s.c);
	s.staff->want = 5;
	type(s.staff);
	until(s.w, has_typed, s.staff);
	say_simple(s.c, MSG_RUN);
	until(s.w, has_notice, s.c);
	assert_int_equal(s.c->notice, NOTICE_ERROR);
	assert_int_equal(s.staff->kinds[REC_RUN_START], 0);
	end(&s);
}

/* --- by key --- */

static bool
is_frozen(void *arg)
{
	return ((struct editor *)arg)->kinds[REC_FREEZE] == 1;
}

static void
the_staff_does_it_by_key_and_nobody_else_can(void **state)
{
	static const enum act_kind kinds[] = { ACT_ADMIT, ACT_BACK, ACT_KICK,
		ACT_READ_ONLY, ACT_WRITABLE, ACT_FREEZE, ACT_THAW, ACT_END };
	struct scene s;

	begin(&s, state);
	knock(&s);
	say_act(s.staff, ACT_ADMIT, s.c->welcome.site, 0);
	until(s.w, is_here, s.c);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		s.c->notice = -1;
		say_act(s.c, kinds[i], s.staff->welcome.site, 0);
		until(s.w, has_notice, s.c);
		assert_int_equal(s.c->notice, NOTICE_ERROR);
	}
	say_act(s.staff, ACT_KICK, s.staff->welcome.site, 0);
	until(s.w, has_notice, s.staff);
	s.staff->notice = -1;
	say_act(s.staff, ACT_KICK, SITE_MAX, 0);
	until(s.w, has_notice, s.staff);
	say_act(s.staff, ACT_READ_ONLY, s.c->welcome.site, 0);
	until(s.w, is_not_writable, s.c);
	say_act(s.staff, ACT_WRITABLE, s.c->welcome.site, 0);
	until(s.w, is_writable, s.c);
	say_act(s.staff, ACT_FREEZE, 0, 0);
	until(s.w, is_frozen, s.c);
	say_act(s.staff, ACT_BACK, s.c->welcome.site, 0);
	until(s.w, waits, s.c);
	say_act(s.c, ACT_THAW, 0, 0); /* not heard from there */
	say_act(s.staff, ACT_KICK, s.c->welcome.site, 0);
	until(s.w, has_bye, s.c);
	assert_int_equal(s.c->bye, BYE_KICKED);
	assert_int_equal(s.staff->kinds[REC_THAW], 0);
	end(&s);
}

/* --- which keys --- */

static bool
has_answer(void *arg)
{
	return ((struct editor *)arg)->types[MSG_PONG] > 0;
}

static bool
is_welcome_again(void *arg)
{
	struct editor *e = arg;

	return e->downs > 0 && e->welcome.looks == KEYMAP_VIM;
}

/* It is told before joining, too: that is where one is asked. */
static void
which_keys_a_person_uses_is_remembered(void **state)
{
	struct msg m;
	struct scene s;

	begin(&s, state);
	knock(&s);
	assert_int_equal(s.c->welcome.looks, KEYMAP_STANDARD);
	msg_init(&m);
	m.type = MSG_LOOKS;
	m.looks = KEYMAP_VIM;
	say(s.c, &m);
	msg_release(&m);
	say_simple(s.c, MSG_PING);
	until(s.w, has_answer, s.c);
	hub_kill(s.w);
	hub_start(s.w);
	until(s.w, is_welcome_again, s.c);
	until(s.w, is_here, s.staff);
	assert_int_equal(s.staff->welcome.looks, KEYMAP_STANDARD);
	let_in(&s);
	assert_int_equal(s.c->welcome.looks, KEYMAP_VIM);
	end(&s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_waits_gets_nothing_of_the_room),
		TEST(who_waits_sees_who_is_in_the_room_and_nobody_else),
		TEST(who_was_removed_is_not_told_to_who_comes_later),
		TEST(the_staff_sees_who_waits_and_since_when),
		TEST(who_waits_goes_on_waiting_in_another_hub),
		TEST(who_left_the_lobby_may_be_let_in_and_then_just_comes),
		TEST(without_a_lobby_nobody_waits),
		TEST(what_the_state_forbids_is_refused),
		TEST(who_is_sent_back_gets_nothing_more_and_changes_nothing),
		TEST(what_was_prepared_and_taken_out_never_comes),
		TEST(who_was_sent_back_waits_in_the_next_hub_too),
		TEST(who_is_removed_is_out_for_good),
		TEST(
		    who_waits_is_told_of_the_end_and_may_come_when_it_is_opened_again),
		TEST(an_edit_of_who_may_not_write_any_more_is_refused),
		TEST(a_frozen_room_is_the_staffs),
		TEST(the_staff_does_it_by_key_and_nobody_else_can),
		TEST(which_keys_a_person_uses_is_remembered),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
