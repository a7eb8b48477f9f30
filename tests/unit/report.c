/* report.c - what a room was: the command and the summary, on a real hub. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/hubs.h"

static bool
all_kept(void *arg)
{
	return peer_pending(((struct editor *)arg)->peer) == 0;
}

static void
edit(struct meeting *s, struct editor *e, const char *text, uint8_t flags)
{
	struct op op;

	op_init(&op);
	op_splice(&op, 0, 0, text, strlen(text));
	assert_int_equal(peer_edit(e->peer, 0, &op, flags, loop_now_ms()), 0);
	op_release(&op);
	type(e);
	until(s->w, all_kept, e);
}

/* The report; released by told_release. */
static void
report(struct meeting *s, struct told *t)
{
	char *args = room_args(s->id, "");

	tell(s->w, t, "room report", args, NULL, 0);
	assert_int_equal(t->exit, 0);
	free(args);
}

static const struct json *
of_seat(const struct told *t, const char *label)
{
	const struct json *people = json_get(t->result, "people");

	for (size_t i = 0; i < json_count(people); i++)
		if (strcmp(json_get_str(json_at(people, i), "seat"), label) ==
		    0)
			return json_at(people, i);
	return NULL;
}

static int64_t
number(const struct json *o, const char *key)
{
	return json_get_int(o, key, -1);
}

static void
work(struct meeting *s)
{
	edit(s, s->c, "h\xC3\xA9llo", 0);
	edit(s, s->c, "pasted ", EDIT_PASTE);
	edit(s, s->staff, "ab", 0);
	assert_int_equal(room_cmd(s->w, "room note", s->id,
			     ",\"text\":\"asked about empty input\""),
	    0);
	assert_int_equal(
	    room_cmd(s->w, "room say", s->id, ",\"text\":\"hi\""), 0);
	say_simple(s->c, MSG_RUN);
	assert_int_equal(exit_of(s->w, "stat", "{}", ""), 0);
}

static bool
has_run(void *arg)
{
	return ((struct editor *)arg)->kinds[REC_RUN_START] > 0;
}

static void
it_counts_what_was_done(void **state)
{
	const struct json *c, *list;
	struct meeting s;
	struct told t;

	meeting_begin(&s, *state);
	work(&s);
	until(s.w, has_run, s.c);
	report(&s, &t);
	assert_string_equal(json_get_str(t.result, "room"), s.id);
	c = of_seat(&t, "C");
	assert_non_null(c);
	assert_int_equal(number(c, "typed"), 5); /* characters */
	assert_int_equal(number(c, "pasted"), 7);
	assert_int_equal(number(c, "runs"), 1);
	assert_string_equal(json_get_str(c, "role"), "candidate");
	assert_int_equal(number(of_seat(&t, "I"), "typed"), 2);
	assert_int_equal(number(of_seat(&t, "I"), "runs"), 0);
	list = json_get(t.result, "runs");
	assert_int_equal(json_count(list), 1);
	assert_int_equal(number(json_at(list, 0), "run"), 1);
	assert_true(json_is_null(json_get(json_at(list, 0), "verdict")));
	list = json_get(t.result, "pastes");
	assert_int_equal(json_count(list), 1);
	assert_int_equal(number(json_at(list, 0), "chars"), 7);
	assert_string_equal(json_get_str(json_at(list, 0), "seat"), "C");
	assert_string_equal(json_get_str(json_at(list, 0), "file"), "main.py");
	list = json_get(t.result, "notes");
	assert_int_equal(json_count(list), 1);
	assert_string_equal(
	    json_get_str(json_at(list, 0), "text"), "asked about empty input");
	assert_int_equal(number(t.result, "chats"), 1);
	assert_int_equal(json_count(json_get(t.result, "files")), 1);
	assert_true(number(t.result, "duration_s") >= 0);
	told_release(&t);
	meeting_end(&s);
}

/* By a client of one's own. */
static void
what_is_called_an_undo_and_is_none_was_pasted(void **state)
{
	const struct json *c;
	struct meeting s;
	struct told t;

	meeting_begin(&s, *state);
	edit(&s, s.c, "from elsewhere", EDIT_UNDO);
	report(&s, &t);
	c = of_seat(&t, s.c->welcome.label);
	assert_int_equal(number(c, "pasted"), 14);
	assert_int_equal(number(c, "pastes"), 1);
	assert_int_equal(number(c, "typed"), 0);
	told_release(&t);
	meeting_end(&s);
}

/* And what is one is neither. */
static void
what_is_taken_back_counts_once(void **state)
{
	const struct json *c;
	struct meeting s;
	struct told t;
	uint8_t file;
	size_t pos;

	meeting_begin(&s, *state);
	edit(&s, s.c, "abc", 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(
		    peer_undo(s.c->peer, loop_now_ms(), &file, &pos), 0);
		type(s.c);
		until(s.w, all_kept, s.c);
		assert_int_equal(
		    peer_redo(s.c->peer, loop_now_ms(), &file, &pos), 0);
		type(s.c);
		until(s.w, all_kept, s.c);
	}
	report(&s, &t);
	c = of_seat(&t, s.c->welcome.label);
	assert_int_equal(number(c, "pasted"), 0);
	assert_int_equal(number(c, "typed"), 3);
	told_release(&t);
	meeting_end(&s);
}

static bool
has_summary(void *arg)
{
	return ((struct editor *)arg)->types[MSG_SUMMARY] > 0;
}

static void
the_staff_gets_the_summary_and_the_candidate_never(void **state)
{
	struct meeting s;

	meeting_begin(&s, *state);
	work(&s);
	until(s.w, has_run, s.staff);
	assert_false(has_summary(s.staff));
	say_act(s.staff, ACT_END, 0, 0);
	until(s.w, has_summary, s.staff);
	assert_int_equal(s.staff->summary.pastes, 1);
	assert_int_equal(s.staff->summary.paste_max, 7);
	assert_int_equal(s.staff->summary.paste_site, s.c->welcome.site);
	assert_int_equal(s.staff->summary.runs, 1);
	assert_int_equal(s.staff->summary.notes, 1);
	say_simple(s.c, MSG_PING); /* whatever was on its way has come */
	until(s.w, has_pong, s.c);
	assert_int_equal(s.c->types[MSG_SUMMARY], 0);
	/* who comes later gets it as well, also of the next hub */
	hub_kill(s.w);
	hub_start(s.w);
	s.staff->types[MSG_SUMMARY] = 0;
	s.staff->summary.pastes = 0;
	until(s.w, has_summary, s.staff);
	assert_int_equal(s.staff->summary.pastes, 1);
	/* and what was written after it was opened again is in the next one */
	s.staff->types[MSG_SUMMARY] = 0;
	assert_int_equal(room_cmd(s.w, "room reopen", s.id, ""), 0);
	edit(&s, s.staff, "more", EDIT_PASTE);
	assert_int_equal(room_cmd(s.w, "room end", s.id, ""), 0);
	until(s.w, has_summary, s.staff);
	assert_int_equal(s.staff->summary.pastes, 2);
	meeting_end(&s);
}

static bool
has_ticket(void *arg)
{
	return ((struct editor *)arg)->ticket[0] != '\0';
}

static bool
was_refused(void *arg)
{
	return ((struct editor *)arg)->notice == NOTICE_ERROR;
}

static bool
saw_the_end(void *arg)
{
	return ((struct editor *)arg)->kinds[REC_END] == 1;
}

static void
the_staff_sees_a_replay_when_all_is_over(void **state)
{
	struct editor *watcher;
	struct meeting s;

	meeting_begin(&s, *state);
	work(&s);
	until(s.w, has_run, s.staff);
	say_simple(s.staff, MSG_REPLAY); /* not yet */
	until(s.w, was_refused, s.staff);
	say_act(s.staff, ACT_END, 0, 0);
	until(s.w, has_summary, s.staff);
	s.c->notice = -1;
	say_simple(s.c, MSG_REPLAY);
	until(s.w, was_refused, s.c);
	assert_false(has_ticket(s.c));
	say_simple(s.staff, MSG_REPLAY);
	until(s.w, has_ticket, s.staff);
	watcher = editor_open(s.w, s.staff->ticket, true);
	until(s.w, saw_the_end, watcher);
	assert_int_equal(watcher->kinds[REC_NOTE], 1);
	editor_close(watcher);
	meeting_end(&s);
}

static bool
has_head(void *arg)
{
	return ((struct editor *)arg)->types[MSG_HEAD] > 0;
}

/* Also when records come after the end, as who leaves. */
static void
all_get_the_head_of_the_log_at_its_end(void **state)
{
	const char *sha;
	struct meeting s;
	struct told t;
	char *args;

	meeting_begin(&s, *state);
	work(&s);
	until(s.w, has_run, s.staff);
	assert_false(has_head(s.c));
	say_act(s.staff, ACT_END, 0, 0);
	until(s.w, has_head, s.c);
	until(s.w, has_head, s.staff);
	assert_int_equal(strlen(s.c->head), HEAD_DIGITS);
	assert_string_equal(s.c->head, s.staff->head);
	assert_int_equal(
	    room_cmd(s.w, "room note", s.id, ",\"text\":\"x\""), 0);
	args = room_args(s.id, "");
	tell(s.w, &t, "room verify", args, NULL, 0);
	free(args);
	sha = json_get_str(t.result, "ended_sha256");
	assert_non_null(sha);
	assert_memory_equal(sha, s.c->head, HEAD_DIGITS);
	assert_string_not_equal(sha, json_get_str(t.result, "sha256"));
	told_release(&t);
	meeting_end(&s);
}

static bool
is_paused(void *arg)
{
	return ((struct editor *)arg)->timer.since_ms != 0;
}

static bool
goes_on(void *arg)
{
	struct editor *e = arg;

	return e->types[MSG_TIMER] > 0 && e->timer.since_ms == 0;
}

static void
all_seats_are_told_the_same_time(void **state)
{
	struct meeting s;
	struct timer t;

	meeting_begin(&s, *state);
	until(s.w, goes_on, s.staff);
	say_act(s.c, ACT_PAUSE, 0, 0); /* not the candidate's to do */
	until(s.w, has_notice, s.c);
	say_act(s.staff, ACT_PAUSE, 0, 0);
	until(s.w, is_paused, s.staff);
	until(s.w, is_paused, s.c);
	assert_memory_equal(&s.c->timer, &s.staff->timer, sizeof(t));
	t = s.c->timer;
	assert_int_equal(t.site, s.staff->welcome.site);
	hub_kill(s.w);
	s.c->types[MSG_TIMER] = 0;
	memset(&s.c->timer, 0, sizeof(t));
	hub_start(s.w);
	until(s.w, is_paused, s.c);
	assert_memory_equal(&s.c->timer, &t, sizeof(t));
	assert_int_equal(room_cmd(s.w, "room resume", s.id, ""), 0);
	until(s.w, goes_on, s.c);
	assert_true(s.c->timer.paused_ms > 0);
	assert_int_equal(room_cmd(s.w, "room resume", s.id, ""), 5);
	meeting_end(&s);
}

static void
who_lost_the_link_stops_the_clock(void **state)
{
	struct meeting s;

	meeting_begin(&s, *state);
	editor_close(s.c);
	until(s.w, is_paused, s.staff);
	assert_true(s.staff->timer.lost);
	assert_int_equal(s.staff->kinds[REC_PAUSE], 1);
	s.c = enter(s.w, s.id, s.code);
	until(s.w, goes_on, s.staff);
	until(s.w, is_here, s.c);
	assert_true(s.c->welcome.back && s.c->welcome.away_ms > 0);
	meeting_end(&s);
}

static void
only_the_staff_asks_and_only_for_what_is_there(void **state)
{
	struct world *w = *state;

	assert_int_equal(room_cmd(w, "room report", "r-00000", ""), 3);
	assert_int_equal(room_cmd(w, "room extend", "r-00000", ""), 3);
}

/* Of C and I, as the editor ARG has been told. */
static bool
has_halves(void *arg)
{
	const struct measure *m = ((struct editor *)arg)->measures;

	return m[2].share == 50 + 1 && m[3].share == 50 + 1;
}

static bool
has_link(void *arg)
{
	return ((struct editor *)arg)->measures[2].link_ms == 38;
}

/* It counts as the report does, and over the end of a hub. */
static void
who_types_how_much_is_the_staffs_to_know(void **state)
{
	struct meeting s;
	struct msg m;

	meeting_begin(&s, *state);
	assert_int_equal(s.c->welcome.site, 2);
	msg_init(&m);
	m.type = MSG_LINK;
	m.link_ms = 38;
	say(s.c, &m);
	msg_release(&m);
	edit(&s, s.c, "h\xC3\xA9llo", 0);
	edit(&s, s.c, "pasted ", EDIT_PASTE);
	edit(&s, s.staff, "abcde", 0);
	until(s.w, has_halves, s.staff);
	until(s.w, has_link, s.staff);
	until(s.w, has_link, s.c);
	hub_kill(s.w);
	memset(s.staff->measures, 0, sizeof(s.staff->measures));
	hub_start(s.w);
	until(s.w, has_halves, s.staff);
	assert_int_equal(s.c->measures[2].share, 0);
	assert_int_equal(s.c->measures[3].share, 0);
	meeting_end(&s);
}

/* Of C, who has typed all there is. */
static bool
has_all(void *arg)
{
	return ((struct editor *)arg)->measures[2].share == 100 + 1;
}

static bool
has_none(void *arg)
{
	return ((struct editor *)arg)->measures[2].share == 0;
}

static void
when_there_is_nothing_to_tell_of_any_more_that_is_told(void **state)
{
	struct meeting s;

	meeting_begin(&s, *state);
	edit(&s, s.c, "hello", 0);
	until(s.w, has_all, s.staff);
	editor_close(s.c);
	until(s.w, has_none, s.staff);
	s.c = enter(s.w, s.id, s.code);
	until(s.w, has_all, s.staff);
	meeting_end(&s);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(it_counts_what_was_done),
		TEST(what_is_called_an_undo_and_is_none_was_pasted),
		TEST(what_is_taken_back_counts_once),
		TEST(the_staff_gets_the_summary_and_the_candidate_never),
		TEST(the_staff_sees_a_replay_when_all_is_over),
		TEST(all_get_the_head_of_the_log_at_its_end),
		TEST(all_seats_are_told_the_same_time),
		TEST(who_lost_the_link_stops_the_clock),
		TEST(who_types_how_much_is_the_staffs_to_know),
		TEST(when_there_is_nothing_to_tell_of_any_more_that_is_told),
		TEST(only_the_staff_asks_and_only_for_what_is_there),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
