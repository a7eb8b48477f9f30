/*
 * said.c - chat, staff chat and notes on a real hub: who gets the text, and that
 * nobody else gets one byte of it, live, after a restart, or from the store.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/said.h"
#include "hostd/seat.h"
#include "proto/sys/link.h"
#include "proto/sys/util.h"
#include "tests/lib/hubs.h"

struct scene {
	struct world *w;
	char id[16], code[16];
	struct editor *c, *staff, *o;
};

static void
begin(struct scene *s, void **state)
{
	char code[16];

	memset(s, 0, sizeof(*s));
	s->w = *state;
	make_room(s->w, s->id, s->code);
	s->c = enter(s->w, s->id, s->code);
	until(s->w, is_here, s->c);
	invite(s->w, s->id, "interviewer", code);
	s->staff = enter(s->w, s->id, code);
	invite(s->w, s->id, "observer", code);
	s->o = enter(s->w, s->id, code);
	until(s->w, is_here, s->staff);
	until(s->w, is_here, s->o);
}

static void
end(struct scene *s)
{
	editor_close(s->c);
	editor_close(s->staff);
	editor_close(s->o);
}

static bool
heard(const struct editor *e, const char *text)
{
	return memmem(e->all.data, e->all.len, text, strlen(text)) != NULL;
}

static void
said_is(const struct editor *e, const char *want)
{
	char *got =
	    xasprintf("%.*s", (int)e->said.len, (const char *)e->said.data);

	assert_string_equal(got, want);
	free(got);
}

struct level {
	struct editor *e;
	uint64_t rev;
};

static bool
has_come_to(void *arg)
{
	struct level *l = arg;

	return l->e->seen >= l->rev;
}

static uint64_t
rev_of(struct scene *s)
{
	char *args = room_args(s->id, "");
	struct told t;
	int64_t rev;

	tell(s->w, &t, "room show", args, NULL, 0);
	rev = json_get_int(t.result, "rev", 0);
	told_release(&t);
	free(args);
	return (uint64_t)rev;
}

/* All have what is in the room now. */
static void
settle(struct scene *s)
{
	uint64_t rev = rev_of(s);

	until(s->w, has_come_to, &(struct level){ s->c, rev });
	until(s->w, has_come_to, &(struct level){ s->staff, rev });
	until(s->w, has_come_to, &(struct level){ s->o, rev });
}

static void
command(struct scene *s, const char *cmd, const char *text)
{
	char *more = xasprintf(",\"text\":\"%s\"", text);

	assert_int_equal(room_cmd(s->w, cmd, s->id, more), 0);
	free(more);
}

static unsigned
said_records(const struct editor *e)
{
	return e->kinds[REC_CHAT] + e->kinds[REC_NOTE];
}

static bool
has_said(void *arg)
{
	struct level *l = arg;

	return l->e->said_rev >= l->rev;
}

/* Wait for the room's next revision. */
static void
grown(struct scene *s, uint64_t rev)
{
	until(s->w, has_said, &(struct level){ s->staff, rev });
}

/* A line by key, and wait until it is kept. */
static void
line(struct scene *s, struct editor *e, enum say_scope scope, const char *text)
{
	uint64_t rev = rev_of(s);

	say_line(e, scope, text);
	grown(s, rev + 1);
}

static void
everybody_gets_what_is_for_them_and_nobody_else_a_byte(void **state)
{
	struct scene s;
	char *want;

	begin(&s, state);
	line(&s, s.c, SAY_ALL, "  from the candidate ");
	line(&s, s.staff, SAY_ALL, "to all");
	line(&s, s.staff, SAY_STAFF, "canary_staff");
	line(&s, s.staff, SAY_NOTE, "canary_note");
	command(&s, "room say", "by command");
	command(&s, "room note", "canary_command");
	settle(&s);
	want = xasprintf("0/%u from the candidate\n0/%u to all\n0/%u by "
			 "command\n",
	    s.c->welcome.site, s.staff->welcome.site, SITE_LOCAL);
	said_is(s.c, want);
	said_is(s.o, want);
	free(want);
	want = xasprintf("0/%u from the candidate\n0/%u to all\n1/%u "
			 "canary_staff\n2/%u canary_note\n0/%u by command\n"
			 "2/%u canary_command\n",
	    s.c->welcome.site, s.staff->welcome.site, s.staff->welcome.site,
	    s.staff->welcome.site, SITE_LOCAL, SITE_LOCAL);
	said_is(s.staff, want);
	free(want);
	assert_false(heard(s.c, "canary"));
	assert_false(heard(s.o, "canary"));
	assert_int_equal(s.c->kinds[REC_HIDDEN], 6);
	assert_int_equal(s.staff->kinds[REC_HIDDEN], 6);
	assert_int_equal(said_records(s.c) + said_records(s.staff), 0);
	end(&s);
}

static void
the_log_of_the_staff_has_it_all(void **state)
{
	struct editor *tail;
	struct scene s;

	begin(&s, state);
	command(&s, "room say", "to all");
	command(&s, "room note", "the note"); /* from the store */
	tail = watch(s.w, s.id);
	until(s.w, has_come_to, &(struct level){ tail, rev_of(&s) });
	command(&s, "room note", "another"); /* and as it is said */
	until(s.w, has_come_to, &(struct level){ tail, rev_of(&s) });
	settle(&s);
	assert_int_equal(tail->kinds[REC_CHAT], 1);
	assert_int_equal(tail->kinds[REC_NOTE], 2);
	assert_int_equal(tail->kinds[REC_HIDDEN], 0);
	assert_true(heard(tail, "the note") && heard(tail, "another"));
	editor_close(tail);
	end(&s);
}

/* The candidate's link stalls, and others say what fills several rows. */
static void
what_comes_from_the_store_is_hidden_too(void **state)
{
	struct scene s;
	char text[64];

	begin(&s, state);
	s.c->want = 20;
	type(s.c);
	settle(&s);
	s.c->bye = BYE_GONE; /* does not dial by itself */
	link_close(s.c->link);
	on_down(s.c, 0);
	for (unsigned i = 0; i < 60; i++) {
		snprintf(text, sizeof(text), "canary_%u of some length", i);
		command(&s, i % 2 ? "room note" : "room say", text);
	}
	s.staff->want = 20;
	type(s.staff);
	dial(s.c);
	until(s.w, is_here, s.c);
	settle(&s);
	until(s.w, has_come_to, &(struct level){ s.c, rev_of(&s) });
	assert_int_equal(s.c->kinds[REC_HIDDEN], 60);
	assert_int_equal(said_records(s.c), 0);
	assert_true(heard(s.c, "canary_58"));
	for (unsigned i = 1; i < 60; i += 2) {
		snprintf(text, sizeof(text), "canary_%u of", i);
		assert_false(heard(s.c, text));
	}
	assert_int_equal(s.c->doubled, 0);
	end(&s);
}

static void
a_line_is_told_once_over_lost_links_and_hubs(void **state)
{
	struct scene s;
	char *all, *at;

	begin(&s, state);
	for (unsigned i = 0; i < 9; i++) {
		command(&s, "room say", "abcdefghi" + i);
		if (i % 3 == 1) { /* it may have been told, or not */
			hub_kill(s.w);
			hub_start(s.w);
		}
		if (i % 3 == 2)
			settle(&s);
	}
	settle(&s);
	all =
	    xasprintf("%.*s", (int)s.c->said.len, (const char *)s.c->said.data);
	at = all;
	for (unsigned i = 0; i < 9; i++) {
		assert_true(strncmp(at, "0/1 ", 4) == 0);
		assert_int_equal(strcspn(at + 4, "\n"), 9 - i);
		at += 4 + 9 - i + 1;
	}
	assert_string_equal(at, "");
	free(all);
	end(&s);
}

static void
who_comes_later_is_told_the_last_of_it(void **state)
{
	struct editor *late;
	struct scene s;
	char code[16], text[32], *said;
	unsigned lines = 0;

	begin(&s, state);
	for (unsigned i = 0; i < SAID_LAST + 10; i++) {
		snprintf(text, sizeof(text), "line %u.", i);
		command(&s, "room say", text);
	}
	command(&s, "room note", "canary");
	invite(s.w, s.id, "candidate", code);
	late = enter(s.w, s.id, code);
	until(s.w, is_here, late);
	said = xasprintf(
	    "%.*s", (int)late->said.len, (const char *)late->said.data);
	for (char *p = said; (p = strchr(p, '\n')) != NULL; p++)
		lines++;
	assert_int_equal(lines, SAID_LAST);
	assert_int_equal(strncmp(said, "0/1 line 10.\n", 13), 0);
	assert_non_null(strstr(said, "line 209.\n"));
	assert_false(heard(late, "canary"));
	free(said);
	editor_close(late);
	settle(&s);
	end(&s);
}

static bool
is_refused(void *arg)
{
	struct editor *e = arg;

	return e->notice == NOTICE_ERROR;
}

static void
what_may_not_be_said_is_refused(void **state)
{
	char *big = xmalloc(SAY_MAX + 2), *more;
	struct scene s;

	begin(&s, state);
	memset(big, 'x', SAY_MAX + 1);
	big[SAY_MAX + 1] = '\0';
	const struct {
		struct editor *e;
		enum say_scope scope;
		const char *text;
	} bad[] = {
		{ s.c, SAY_STAFF, "to the staff" },
		{ s.c, SAY_NOTE, "a note" },
		{ s.o, SAY_ALL, "an observer" },
		{ s.o, SAY_STAFF, "an observer" },
		{ s.c, SAY_ALL, "" },
		{ s.c, SAY_ALL, "   " },
		{ s.c, SAY_ALL, "a\nb" },
		{ s.c, SAY_ALL, "a\033[31mb" },
		{ s.staff, SAY_NOTE, "\xE2\x80\xAE turned" },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		bad[i].e->notice = -1;
		say_line(bad[i].e, bad[i].scope, bad[i].text);
		until(s.w, is_refused, bad[i].e);
	}
	more = xasprintf(",\"text\":\"%s\"", big);
	assert_int_equal(room_cmd(s.w, "room say", s.id, more), 2);
	free(more);
	assert_int_equal(
	    room_cmd(s.w, "room note", s.id, ",\"text\":\"a\\nb\""), 2);
	assert_int_equal(room_cmd(s.w, "room note", s.id, ""), 2);
	big[SAY_MAX] = '\0';
	command(&s, "room say", big);
	settle(&s);
	assert_int_equal(s.c->said.len, SAY_MAX + strlen("0/1 \n"));
	assert_int_equal(room_cmd(s.w, "room end", s.id, ""), 0);
	assert_int_equal(
	    room_cmd(s.w, "room say", s.id, ",\"text\":\"late\""), 5);
	command(&s, "room note", "afterwards");
	settle(&s);
	free(big);
	end(&s);
}

static void
from_the_lobby_the_staff_is_spoken_to(void **state)
{
	struct editor *waiting, *other;
	struct scene s;
	char code[16], *want;

	begin(&s, state);
	invite(s.w, s.id, "candidate", code);
	waiting = enter(s.w, s.id, code);
	until(s.w, is_here, waiting); /* no lobby here */
	assert_int_equal(
	    room_cmd(s.w, "room back", s.id, ",\"seat\":\"D\""), 0);
	until(s.w, waits, waiting);
	command(&s, "room say", "canary");
	line(&s, waiting, SAY_ALL, "is anybody there?");
	settle(&s);
	want = xasprintf(
	    "0/1 canary\n1/%u is anybody there?\n", waiting->welcome.site);
	said_is(s.staff, want);
	said_is(s.c, "0/1 canary\n");
	free(want);
	want = xasprintf("1/%u is anybody there?\n", waiting->welcome.site);
	until(s.w, has_said, &(struct level){ waiting, s.staff->said_rev });
	said_is(waiting, want);
	assert_false(heard(waiting, "canary"));
	/* and when its editor is another, too */
	other = enter(s.w, s.id, code);
	until(s.w, has_said, &(struct level){ other, s.staff->said_rev });
	said_is(other, want);
	free(want);
	editor_close(waiting);
	editor_close(other);
	end(&s);
}

static bool
watches(void *arg)
{
	return ((struct editor *)arg)->here;
}

/* `room replay`, which stays. */
static struct editor *
replay(struct scene *s)
{
	char *args = room_args(s->id, "");
	struct editor *e;
	struct told t;

	tell(s->w, &t, "room replay", args, NULL, 0);
	assert_int_equal(t.exit, 0);
	e = editor_open(s->w, json_get_str(t.result, "ticket"), true);
	e->replays = true;
	until(s->w, watches, e);
	told_release(&t);
	free(args);
	return e;
}

static bool
has_ticket(void *arg)
{
	return ((struct editor *)arg)->ticket[0] != '\0';
}

static bool
saw_the_end(void *arg)
{
	return ((struct editor *)arg)->kinds[REC_END] == 1;
}

static bool
has_a_note(void *arg)
{
	return ((struct editor *)arg)->kinds[REC_NOTE] > 0;
}

static bool
is_let_go(void *arg)
{
	return ((struct editor *)arg)->bye >= 0;
}

/* By command it is the command's note; from a seat it is that seat's, for as long
 * as that is there. */
static void
in_a_replay_notes_are_taken(void **state)
{
	struct editor *local, *own;
	struct scene s;
	char *want, *seat;

	begin(&s, state);
	local = replay(&s);
	say_line(local, SAY_NOTE, "[00:00:01] while it goes on");
	until(s.w, has_a_note, local);
	assert_int_equal(room_cmd(s.w, "room end", s.id, ""), 0);
	until(s.w, saw_the_end, s.staff);
	say_simple(s.staff, MSG_REPLAY);
	until(s.w, has_ticket, s.staff);
	own = editor_open(s.w, s.staff->ticket, true);
	own->replays = true;
	until(s.w, has_a_note, own);
	say_line(own, SAY_NOTE, "[00:00:02] canary");
	settle(&s);
	until(s.w, has_come_to, &(struct level){ local, s.staff->seen });
	assert_int_equal(local->kinds[REC_NOTE], 2);
	want = xasprintf("2/1 [00:00:01] while it goes on\n"
			 "2/%u [00:00:02] canary\n",
	    s.staff->welcome.site);
	said_is(s.staff, want);
	free(want);
	assert_false(heard(s.c, "canary"));
	assert_false(heard(s.o, "canary"));
	seat = xasprintf(",\"seat\":\"%s\"", s.staff->welcome.label);
	assert_int_equal(room_cmd(s.w, "room kick", s.id, seat), 0);
	free(seat);
	until(s.w, is_let_go, own);
	assert_int_equal(own->bye, BYE_KICKED);
	assert_int_equal(local->bye, -1);
	editor_close(local);
	editor_close(own);
	end(&s);
}

/* Nor is anything else said there; and who watches without a replay is let go. */
static void
in_a_replay_nothing_but_notes_is_said(void **state)
{
	struct editor *e, *watcher;
	struct scene s;

	begin(&s, state);
	e = replay(&s);
	for (int scope = SAY_ALL; scope <= SAY_STAFF; scope++) {
		e->notice = -1;
		say_line(e, (enum say_scope)scope, "canary");
		until(s.w, is_refused, e);
	}
	e->notice = -1;
	say_line(e, SAY_NOTE, "   ");
	until(s.w, is_refused, e);
	assert_int_equal(e->bye, -1);
	say_simple(e, MSG_RUN);
	until(s.w, is_let_go, e);
	assert_int_equal(e->bye, BYE_REFUSED);
	watcher = watch(s.w, s.id);
	until(s.w, watches, watcher);
	say_line(watcher, SAY_NOTE, "canary");
	until(s.w, is_let_go, watcher);
	assert_int_equal(watcher->bye, BYE_REFUSED);
	settle(&s);
	assert_false(heard(s.staff, "canary"));
	editor_close(e);
	editor_close(watcher);
	end(&s);
}

static bool
was_refused(void *arg)
{
	return ((struct editor *)arg)->bye == BYE_REFUSED;
}

/* A link that was let go and comes again has to greet again, too. */
static void
a_replay_begins_with_a_greeting(void **state)
{
	struct editor *e;
	struct scene s;

	begin(&s, state);
	assert_int_equal(room_cmd(s.w, "room end", s.id, ""), 0);
	e = replay(&s);
	e->hasty = true;
	assert_int_equal(room_cmd(s.w, "room purge", s.id, ""), 0);
	until(s.w, was_refused, e);
	editor_close(e);
	end(&s);
}

/* Their links stay, so their number is bounded, without an account, too. */
static void
a_seat_has_so_many_replays(void **state)
{
	struct scene s;

	begin(&s, state);
	assert_int_equal(room_cmd(s.w, "room end", s.id, ""), 0);
	until(s.w, saw_the_end, s.staff);
	for (unsigned i = 0; i < SEAT_WATCHERS_MAX; i++) {
		s.staff->ticket[0] = '\0';
		say_simple(s.staff, MSG_REPLAY);
		until(s.w, has_ticket, s.staff);
	}
	assert_int_equal(s.staff->notice, -1);
	say_simple(s.staff, MSG_REPLAY);
	until(s.w, is_refused, s.staff);
	end(&s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(everybody_gets_what_is_for_them_and_nobody_else_a_byte),
		TEST(the_log_of_the_staff_has_it_all),
		TEST(what_comes_from_the_store_is_hidden_too),
		TEST(a_line_is_told_once_over_lost_links_and_hubs),
		TEST(who_comes_later_is_told_the_last_of_it),
		TEST(what_may_not_be_said_is_refused),
		TEST(from_the_lobby_the_staff_is_spoken_to),
		TEST(in_a_replay_notes_are_taken),
		TEST(in_a_replay_nothing_but_notes_is_said),
		TEST(a_replay_begins_with_a_greeting),
		TEST(a_seat_has_so_many_replays),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
