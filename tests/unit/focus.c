/*
 * focus.c - focus time on a real hub: nothing of what the candidate does comes
 * to the staff until it is over, by whatever way; and then all of it.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/hubs.h"

struct scene {
	struct world *w;
	char id[16], code[16], staff_code[16];
	struct editor *c, *staff, *o, *tail;
	uint32_t cseq; /* of the candidate's last edit */
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
	invite(s->w, s->id, "interviewer", s->staff_code);
	s->staff = enter(s->w, s->id, s->staff_code);
	invite(s->w, s->id, "observer", code);
	s->o = enter(s->w, s->id, code);
	s->tail = watch(s->w, s->id);
	until(s->w, is_here, s->staff);
	until(s->w, is_here, s->o);
}

static void
end(struct scene *s)
{
	editor_close(s->c);
	editor_close(s->staff);
	editor_close(s->o);
	editor_close(s->tail);
}

static bool
heard(const struct editor *e, const char *text)
{
	return memmem(e->all.data, e->all.len, text, strlen(text)) != NULL;
}

static bool
in_focus(void *arg)
{
	return ((struct editor *)arg)->focus.on;
}

static bool
out_of_focus(void *arg)
{
	struct editor *e = arg;

	return e->types[MSG_FOCUS] > 0 && !e->focus.on;
}

static void
focus(struct scene *s, struct editor *by, uint8_t minutes)
{
	bool (*done)(void *arg) = minutes > 0 ? in_focus : out_of_focus;

	say_act(by, ACT_FOCUS, 0, minutes);
	until(s->w, done, s->c);
	until(s->w, done, s->staff);
	until(s->w, done, s->o);
}

/* The candidate writes TEXT, in front of all. */
static void
write_text(struct scene *s, const char *text)
{
	struct op op;

	op_init(&op);
	op_splice(&op, 0, 0, text, strlen(text));
	assert_int_equal(peer_edit(s->c->peer, 0, &op, 0, loop_now_ms()), 0);
	op_release(&op);
	s->cseq++;
	type(s->c);
}

static bool
knows_nothing(const struct editor *e)
{
	return !heard(e, "canary");
}

/* Whatever has been said to E has come. */
static void
listen_to(struct scene *s, struct editor *e)
{
	e->types[MSG_PONG] = 0;
	say_simple(e, MSG_PING);
	until(s->w, has_pong, e);
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

static void
all_know(struct scene *s)
{
	until(s->w, has_come_to, &(struct level){ s->staff, s->c->seen });
	until(s->w, has_come_to, &(struct level){ s->o, s->c->seen });
	until(s->w, has_come_to, &(struct level){ s->tail, s->c->seen });
	assert_false(knows_nothing(s->staff));
	assert_false(knows_nothing(s->o));
	assert_false(knows_nothing(s->tail));
}

static bool
has_edit(void *arg)
{
	struct scene *s = arg;

	return s->c->edits[s->c->welcome.site] >= s->cseq;
}

static void
point(struct editor *e)
{
	struct msg m;

	msg_init(&m);
	m.type = MSG_POINT;
	m.rev = e->seen;
	m.caret.site = e->welcome.site;
	m.caret.shown = true;
	say(e, &m);
	msg_release(&m);
}

/* How often E was shown a line, once all that was said has come. */
static unsigned
shown(struct scene *s, struct editor *by, struct editor *e)
{
	unsigned n;

	listen_to(s, by);
	listen_to(s, e);
	n = e->types[MSG_POINTED];
	e->types[MSG_POINTED] = 0;
	return n;
}

static void
all_in_the_room_are_shown_a_line(void **state)
{
	struct editor *late;
	struct scene s;

	begin(&s, state);
	point(s.staff);
	assert_int_equal(shown(&s, s.staff, s.c), 1);
	assert_int_equal(shown(&s, s.staff, s.o), 1);
	assert_int_equal(shown(&s, s.staff, s.staff), 0);
	assert_int_equal(s.tail->types[MSG_POINTED], 0);
	point(s.c);
	assert_int_equal(shown(&s, s.c, s.staff), 1);
	point(s.o); /* who only reads does not */
	assert_int_equal(shown(&s, s.o, s.c), 0);
	assert_int_equal(shown(&s, s.o, s.staff), 0);
	late = enter(s.w, s.id, s.staff_code); /* takes the seat */
	until(s.w, is_here, late);
	assert_int_equal(shown(&s, late, late), 0);
	editor_close(late);
	end(&s);
}

static void
nobody_points_through_focus_time(void **state)
{
	struct scene s;

	begin(&s, state);
	focus(&s, s.c, 5);
	point(s.c);
	assert_int_equal(shown(&s, s.c, s.staff), 0);
	assert_int_equal(shown(&s, s.c, s.o), 0);
	point(s.staff);
	assert_int_equal(shown(&s, s.staff, s.c), 0);
	focus(&s, s.c, 0);
	assert_int_equal(shown(&s, s.c, s.staff), 0);
	point(s.staff);
	assert_int_equal(shown(&s, s.staff, s.c), 1);
	end(&s);
}

static void
the_staff_gets_nothing_until_it_is_over(void **state)
{
	struct scene s;
	struct msg m;

	begin(&s, state);
	focus(&s, s.c, 5);
	assert_int_equal(s.c->focus.site, s.c->welcome.site);
	assert_true(s.c->focus.until_ms > loop_wall_ms() + 4 * 60000);
	s.staff->types[MSG_CARETS] = s.staff->types[MSG_KEYBOARD] = 0;
	write_text(&s, "canary_1 ");
	until(s.w, has_edit, &s);
	say_simple(s.c, MSG_RUN);
	msg_init(&m);
	m.type = MSG_CARET;
	m.rev = s.c->seen;
	m.caret.site = s.c->welcome.site;
	m.caret.shown = true;
	say(s.c, &m);
	msg_release(&m);
	write_text(&s, "canary_2 ");
	until(s.w, has_edit, &s);
	listen_to(&s, s.staff);
	listen_to(&s, s.o);
	assert_int_equal(s.c->kinds[REC_RUN_START], 1);
	assert_true(knows_nothing(s.staff));
	assert_true(knows_nothing(s.o));
	assert_true(knows_nothing(s.tail));
	assert_int_equal(s.staff->kinds[REC_RUN_START], 0);
	assert_int_equal(s.staff->types[MSG_CARETS], 0);
	assert_int_equal(s.staff->types[MSG_KEYBOARD], 0);
	assert_int_equal(s.staff->types[MSG_OUTPUT], 0);
	assert_false(s.staff->writable);
	assert_true(s.c->writable);
	/* but what is said, both ways */
	say_line(s.c, SAY_ALL, "a question");
	say_line(s.staff, SAY_NOTE, "a note");
	until(s.w, has_come_to, &(struct level){ s.c, s.c->seen + 2 });
	listen_to(&s, s.staff);
	assert_true(heard(s.staff, "a question"));
	assert_true(heard(s.staff, "a note"));
	focus(&s, s.staff, 0);
	all_know(&s);
	listen_to(&s, s.staff);
	assert_int_equal(s.staff->kinds[REC_RUN_START], 1);
	assert_int_equal(s.staff->kinds[REC_FOCUS], 2);
	assert_true(s.staff->types[MSG_CARETS] > 0);
	assert_true(s.staff->writable);
	end(&s);
}

/* In one turn of the hub, and so in one batch and in one row of the store. */
static void
what_is_typed_in_the_same_moment_is_hidden(void **state)
{
	struct scene s;

	begin(&s, state);
	kill(s.w->hub, SIGSTOP);
	write_text(&s, "before ");
	say_act(s.c, ACT_FOCUS, 0, 1);
	write_text(&s, "canary ");
	kill(s.w->hub, SIGCONT);
	until(s.w, has_edit, &s);
	until(s.w, in_focus, s.staff);
	listen_to(&s, s.staff);
	listen_to(&s, s.o);
	assert_true(heard(s.staff, "before"));
	assert_true(knows_nothing(s.staff) && knows_nothing(s.o));
	assert_true(knows_nothing(s.tail));
	assert_int_equal(s.staff->kinds[REC_FOCUS], 1);
	focus(&s, s.c, 0);
	all_know(&s);
	end(&s);
}

static bool
is_writable_again(void *arg)
{
	return ((struct editor *)arg)->writable;
}

static void
who_comes_meanwhile_sees_what_was_there_before(void **state)
{
	struct editor *late, *seat;
	struct scene s;
	char code[16], *text, *now;

	begin(&s, state);
	write_text(&s, "before ");
	until(s.w, has_edit, &s);
	s.staff->want = 3; /* so that it is loaded with its past */
	type(s.staff);
	until(s.w, has_come_to, &(struct level){ s.c, s.c->seen + 3 });
	until(s.w, has_come_to, &(struct level){ s.staff, s.c->seen });
	focus(&s, s.c, 5);
	write_text(&s, "canary ");
	until(s.w, has_edit, &s);
	invite(s.w, s.id, "interviewer", code);
	late = enter(s.w, s.id, code);
	seat = enter(s.w, s.id, s.staff_code); /* in another terminal */
	until(s.w, has_bye, s.staff);
	editor_close(s.staff);
	s.staff = seat;
	until(s.w, is_here, late);
	until(s.w, is_here, seat);
	until(s.w, in_focus, late);
	until(s.w, in_focus, seat);
	assert_true(knows_nothing(late) && knows_nothing(seat));
	text = text_of(peer_text(late->peer, 0));
	assert_string_equal(text, "cbabefore ");
	free(text);
	text = text_of(peer_text(seat->peer, 0));
	assert_string_equal(text, "cbabefore ");
	free(text);
	focus(&s, s.c, 0);
	until(s.w, out_of_focus, late);
	until(s.w, has_come_to, &(struct level){ late, s.c->seen });
	until(s.w, has_come_to, &(struct level){ seat, s.c->seen });
	until(s.w, is_writable_again, late);
	late->want = 1; /* and its keys count */
	type(late);
	until(s.w, has_come_to, &(struct level){ s.c, late->seen + 1 });
	until(s.w, has_come_to, &(struct level){ late, s.c->seen });
	text = text_of(peer_text(late->peer, 0));
	now = get_file(s.w, s.id);
	assert_string_equal(text, now);
	free(text);
	free(now);
	editor_close(late);
	end(&s);
}

static void
no_command_shows_it_either(void **state)
{
	static const char *const reading[] = { "room get", "room watch",
		"room replay", "room run", "room stop" };
	struct scene s;
	struct told t;
	int64_t rev;
	char *args;

	begin(&s, state);
	focus(&s, s.staff, 5);
	args = room_args(s.id, ",\"file\":\"main.py\"");
	tell(s.w, &t, "room show", args, NULL, 0);
	rev = json_get_int(t.result, "rev", 0);
	assert_non_null(json_get_str(t.result, "focus_until"));
	told_release(&t);
	write_text(&s, "canary ");
	until(s.w, has_edit, &s);
	for (size_t i = 0; i < sizeof(reading) / sizeof(reading[0]); i++)
		assert_int_equal(exit_of(s.w, reading[i], args, NULL), 5);
	assert_int_equal(exit_of(s.w, "room put", args, "x"), 5);
	tell(s.w, &t, "room show", args, NULL, 0);
	assert_int_equal(json_get_int(t.result, "rev", 0), rev);
	assert_int_equal(
	    json_get_int(json_at(json_get(t.result, "files"), 0), "bytes", -1),
	    0);
	told_release(&t);
	assert_int_equal(
	    room_cmd(s.w, "room note", s.id, ",\"text\":\"noted\""), 0);
	assert_int_equal(
	    room_cmd(s.w, "room say", s.id, ",\"text\":\"hello\""), 0);
	assert_int_equal(room_cmd(s.w, "room end", s.id, ""), 0);
	assert_int_equal(exit_of(s.w, "room get", args, NULL), 0);
	until(s.w, out_of_focus, s.staff);
	assert_int_equal(s.staff->kinds[REC_FOCUS], 2);
	free(args);
	end(&s);
}

static void
it_goes_on_in_the_next_hub(void **state)
{
	struct scene s;
	uint64_t until_ms;

	begin(&s, state);
	focus(&s, s.c, 5);
	until_ms = s.c->focus.until_ms;
	write_text(&s, "canary ");
	until(s.w, has_edit, &s);
	hub_kill(s.w);
	s.staff->focus.on = s.c->focus.on = false;
	hub_start(s.w);
	until(s.w, in_focus, s.staff);
	until(s.w, in_focus, s.c);
	until(s.w, is_here, s.c);
	listen_to(&s, s.staff);
	assert_int_equal(s.staff->focus.until_ms, until_ms);
	assert_true(knows_nothing(s.staff) && knows_nothing(s.o));
	editor_close(s.tail);
	focus(&s, s.c, 0);
	s.tail = watch(s.w, s.id);
	all_know(&s);
	end(&s);
}

static void
an_edit_of_the_staff_is_refused_and_loads_what_was_before(void **state)
{
	struct scene s;
	struct msg m;

	begin(&s, state);
	focus(&s, s.c, 5);
	write_text(&s, "canary ");
	until(s.w, has_edit, &s);
	msg_init(&m);
	m.type = MSG_EDIT;
	m.edit.base = s.staff->seen;
	m.edit.cseq = 1;
	op_splice(&m.edit.op, 0, 0, "x", 1);
	say(s.staff, &m);
	msg_release(&m);
	until(s.w, has_bye, s.staff);
	assert_int_equal(s.staff->bye, BYE_REFUSED);
	peer_free(s.staff->peer);
	s.staff->peer = NULL;
	s.staff->seen = 0;
	s.staff->focus.on = false;
	dial(s.staff);
	until(s.w, is_here, s.staff);
	until(s.w, in_focus, s.staff);
	assert_true(knows_nothing(s.staff));
	focus(&s, s.c, 0);
	all_know(&s);
	end(&s);
}

static void
it_needs_a_candidate_and_ends_with_the_last(void **state)
{
	struct scene s;

	begin(&s, state);
	say_act(s.o, ACT_FOCUS, 0, 5); /* not an observer's */
	until(s.w, has_notice, s.o);
	say_act(s.staff, ACT_FOCUS, 0, 0);
	until(s.w, has_notice, s.staff);
	s.staff->notice = -1;
	focus(&s, s.staff, 5);
	say_act(s.staff, ACT_FOCUS, 0, 5);
	until(s.w, has_notice, s.staff);
	s.staff->notice = -1;
	say_act(s.staff, ACT_BACK, s.c->welcome.site, 0);
	until(s.w, out_of_focus, s.staff);
	until(s.w, waits, s.c);
	say_act(s.staff, ACT_FOCUS, 0, 5);
	until(s.w, has_notice, s.staff);
	assert_int_equal(s.staff->notice, NOTICE_ERROR);
	end(&s);
}

static bool
has_mark(void *arg)
{
	return ((struct editor *)arg)->kinds[REC_MARK] > 0;
}

/* Of whoever takes part; it stands in the log for all of them. */
static void
marks_are_in_the_log(void **state)
{
	struct scene s;

	begin(&s, state);
	say_act(s.o, ACT_MARK, 0, 0);
	until(s.w, has_notice, s.o);
	assert_int_equal(s.tail->kinds[REC_MARK], 0);
	say_act(s.c, ACT_MARK, 0, 0);
	until(s.w, has_mark, s.tail);
	until(s.w, has_mark, s.o);
	say_act(s.staff, ACT_END, 0, 0);
	say_act(s.staff, ACT_MARK, 0, 0);
	until(s.w, has_notice, s.staff);
	assert_int_equal(s.tail->kinds[REC_MARK], 1);
	end(&s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_in_the_room_are_shown_a_line),
		TEST(nobody_points_through_focus_time),
		TEST(the_staff_gets_nothing_until_it_is_over),
		TEST(what_is_typed_in_the_same_moment_is_hidden),
		TEST(who_comes_meanwhile_sees_what_was_there_before),
		TEST(no_command_shows_it_either),
		TEST(it_goes_on_in_the_next_hub),
		TEST(an_edit_of_the_staff_is_refused_and_loads_what_was_before),
		TEST(it_needs_a_candidate_and_ends_with_the_last),
		TEST(marks_are_in_the_log),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
