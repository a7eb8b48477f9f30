/* around.c - the clock, and the screens around the room: entering, coming back,
 * leaving, the end (screen.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/summary.h"
#include "client/timer.h"
#include "tests/lib/pad.h"
#include "tests/lib/screen.h"

/* SCREEN at the four sizes, as NAME-80x24 ... */
static void
at_each_size(struct editor *e, const char *name)
{
	static const struct {
		int cols, rows;
	} sizes[] = { { 40, 12 }, { 80, 24 }, { 120, 40 }, { 200, 60 } };
	char file[64];

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		snprintf(file, sizeof(file), "%s-%dx%d", name, sizes[i].cols,
		    sizes[i].rows);
		screen_check(e, sizes[i].cols, sizes[i].rows, file);
	}
}

static void
be_staff(struct editor *e)
{
	e->welcome.role = ROLE_INTERVIEWER;
	e->welcome.site = 2;
	snprintf(e->welcome.label, sizeof(e->welcome.label), "I");
}

/* A room whose 60 minutes have S seconds left. */
static void
room_with(struct editor *e, int64_t s)
{
	struct timer t = { .started_ms = 1000000, .minutes = 60 };

	screen_room(e);
	e->cols = 80;
	e->clock_ms = 1000000 + (3600 - s) * 1000 - (int64_t)e->now_ms;
	timer_take(e, &t);
}

static void
clock_is(const struct editor *e, const char *want)
{
	char text[TIMER_TEXT_SIZE];

	timer_text(e, text, sizeof(text));
	assert_string_equal(text, want);
}

static void
pass(struct editor *e, unsigned s)
{
	e->now_ms += s * 1000;
	editor_tick(e);
}

static void
the_clock_shows_what_is_left_and_what_is_over(void **state)
{
	struct editor e;

	(void)state;
	room_with(&e, 2846);
	clock_is(&e, "47:26 left");
	e.cols = 40;
	clock_is(&e, "47:26");
	e.cols = 200;
	clock_is(&e, "started 00:16 UTC   12:34   47:26 left");
	e.cols = 80;
	pass(&e, 2846);
	clock_is(&e, "0:00 left");
	pass(&e, 130);
	clock_is(&e, "+02:10");
	e.welcome.ended = true;
	clock_is(&e, "");
	e.welcome.ended = false;
	e.calm = true;
	clock_is(&e, "");
	pad_close(&e);
}

static void
a_pause_does_not_count(void **state)
{
	struct timer t = { .started_ms = 1000000, .minutes = 60, .site = 2 };
	struct editor e;

	(void)state;
	room_with(&e, 2846);
	t.since_ms = editor_host_ms(&e);
	timer_take(&e, &t);
	pass(&e, 500);
	clock_is(&e, "47:26 paused");
	t.since_ms = 0;
	t.paused_ms = 500000;
	timer_take(&e, &t);
	clock_is(&e, "47:26 left");
	/* a lost connection's pause counts for two minutes and no more */
	t.since_ms = editor_host_ms(&e);
	t.lost = true;
	timer_take(&e, &t);
	pass(&e, 130);
	clock_is(&e, "47:16 paused");
	t.since_ms = 0;
	t.minutes = 70;
	timer_take(&e, &t);
	clock_is(&e, "55:16 left");
	e.cols = 40;
	t.since_ms = editor_host_ms(&e);
	timer_take(&e, &t);
	clock_is(&e, "|| 55:16");
	pad_close(&e);
}

static bool
says(struct editor *e, const char *text)
{
	bool said =
	    editor_toast(e) != NULL && strcmp(editor_toast(e)->text, text) == 0;

	e->ntoasts = 0;
	return said;
}

static void
it_is_said_once_that_little_is_left(void **state)
{
	struct editor e;

	(void)state;
	room_with(&e, 602);
	e.ntoasts = 0;
	pass(&e, 1);
	assert_null(editor_toast(&e));
	pass(&e, 1);
	assert_true(says(&e, "10 minutes left"));
	pass(&e, 1);
	assert_null(editor_toast(&e));
	assert_int_equal(e.panel, PANEL_NONE);
	pass(&e, 299);
	assert_true(says(&e, "5 minutes left"));
	assert_true(timer_is_urgent(&e));
	pass(&e, 240);
	assert_true(says(&e, "1 minute left"));
	pass(&e, 60);
	assert_true(says(&e, "The time is up; the room stays open"));
	pass(&e, 60);
	assert_null(editor_toast(&e));
	pad_close(&e);
	/* who comes late is not told what is past; what is missed is not told */
	room_with(&e, 550);
	e.ntoasts = 0;
	pass(&e, 1);
	assert_null(editor_toast(&e));
	assert_false(timer_is_urgent(&e));
	pass(&e, 495);
	assert_true(says(&e, "1 minute left"));
	be_staff(&e);
	assert_false(timer_is_urgent(&e));
	pad_close(&e);
}

static void
the_staff_stops_the_clock(void **state)
{
	struct timer t = { .started_ms = 1000000, .minutes = 60, .site = 2 };
	struct editor e;

	(void)state;
	room_with(&e, 2846);
	pad_keys(&e, "C-p \"pause\nEnter");
	assert_int_equal(e.request, REQUEST_NONE); /* not the candidate's */
	pad_keys(&e, "Esc");
	be_staff(&e);
	pad_keys(&e, "C-p \"pause\nEnter");
	assert_int_equal(e.request, REQUEST_ACT);
	assert_int_equal(e.act.kind, ACT_PAUSE);
	e.request = REQUEST_NONE;
	t.since_ms = editor_host_ms(&e);
	timer_take(&e, &t);
	pad_keys(&e, "C-p \"resume\nEnter");
	assert_int_equal(e.act.kind, ACT_RESUME);
	pad_close(&e);
}

static void
the_clock_can_be_hidden(void **state)
{
	struct editor e;

	(void)state;
	room_with(&e, 2846);
	pad_keys(&e, "C-p \"hide\nEnter");
	assert_true(e.clock_hidden);
	pad_keys(&e, "C-p \"timer\nEnter");
	assert_false(e.clock_hidden);
	pad_close(&e);
}

/* The candidate, site 1, is lost: what Ivy sees of it. */
static void
others_are_told_of_a_lost_connection(void **state)
{
	struct timer t = {
		.started_ms = 1000000, .minutes = 60, .site = 1, .lost = true
	};
	struct record r;
	struct editor e;

	(void)state;
	room_with(&e, 2846);
	be_staff(&e);
	record_init(&r);
	r.kind = REC_LEAVE;
	r.site = 1;
	r.why = LEAVE_LOST;
	r.at_ms = editor_host_ms(&e);
	editor_record(&e, &r);
	e.people[1].person.state = PERSON_AWAY;
	r.kind = REC_PAUSE;
	r.flags = PAUSE_LOST;
	editor_record(&e, &r);
	t.since_ms = r.at_ms;
	timer_take(&e, &t);
	assert_true(says(&e, "! Cleo lost connection - code safe, timer "
			     "paused, 2:00 to rejoin"));
	pass(&e, 17);
	at_each_size(&e, "lost");
	r.kind = REC_RESUME;
	r.at_ms += PAUSE_LOST_MS;
	editor_record(&e, &r);
	assert_true(says(&e, "! Cleo is still away - the timer goes on"));
	r.at_ms--;
	editor_record(&e, &r);
	assert_null(editor_toast(&e));
	record_release(&r);
	pad_close(&e);
}

static void
who_comes_back_is_told_what_was(void **state)
{
	struct welcome w;
	struct editor e;

	(void)state;
	room_with(&e, 2846);
	w = e.welcome;
	w.back = true;
	w.away_ms = w.paused_ms = 41000;
	w.missed = 2;
	e.panel = PANEL_WAIT;
	editor_welcome(&e, &w);
	at_each_size(&e, "back");
	pad_keys(&e, "Enter");
	assert_int_equal(e.panel, PANEL_NONE);
	assert_int_equal(peer_pending(e.peer), 0); /* it was the box's */
	e.panel = PANEL_WAIT;
	w.away_ms = 341000;
	w.paused_ms = PAUSE_LOST_MS;
	w.missed = 0;
	editor_welcome(&e, &w);
	screen_check(&e, 80, 24, "back-long-80x24");
	peer_caret_set(
	    e.peer, 0, 0, 0); /* a host that was stopped forgets it */
	screen_check(&e, 80, 24, "back-start-80x24");
	pad_keys(&e, "\"x"); /* and that is the code's */
	assert_int_equal(e.panel, PANEL_NONE);
	assert_int_equal(peer_pending(e.peer), 1);
	e.panel = PANEL_WAIT;
	editor_welcome(&e, &w);
	pass(&e, 3600); /* it waits for a key, which Enter may be */
	assert_int_equal(e.panel, PANEL_BACK);
	pad_keys(&e, "Enter");
	assert_int_equal(e.panel, PANEL_NONE);
	assert_int_equal(peer_pending(e.peer), 1);
	pad_close(&e);
}

static void
entering_and_leaving(void **state)
{
	struct editor e;

	(void)state;
	room_with(&e, 1070);
	e.joined = false;
	e.panel = PANEL_JOIN;
	memcpy(e.name, "Cleo", 5);
	at_each_size(&e, "join-room");
	pad_keys(&e, "Enter Enter");
	at_each_size(&e, "join-refused");
	e.joined = true;
	e.panel = PANEL_LEAVE;
	at_each_size(&e, "leave-room");
	e.welcome.ended = e.welcome.copy = true;
	screen_check(&e, 80, 24, "leave-ended-80x24");
	e.welcome.copy = false;
	screen_check(&e, 80, 24, "leave-ended-bare-80x24");
	pad_close(&e);
}

static void
the_end(struct editor *e)
{
	struct record r;

	record_init(&r);
	r.kind = REC_END;
	r.site = 2;
	r.at_ms = 1800000000000ULL;
	e->welcome.retention_days = 90;
	e->welcome.copy = true;
	editor_record(e, &r);
	record_release(&r);
}

static void
the_candidate_is_told_what_becomes_of_it(void **state)
{
	struct editor e;
	struct msg m;

	(void)state;
	msg_init(&m);
	room_with(&e, 1070);
	the_end(&e);
	assert_int_equal(e.panel, PANEL_ENDED);
	at_each_size(&e, "end");
	m.text = (const uint8_t *)"0123456789abcde\"";
	m.text_len = HEAD_DIGITS;
	editor_head(&e, &m);
	assert_string_equal(e.head, "");
	m.text = (const uint8_t *)"0123456789abcdef";
	editor_head(&e, &m);
	screen_check(&e, 80, 24, "end-head-80x24");
	screen_check(&e, 40, 12, "end-40x12");
	snprintf(e.welcome.thanks, sizeof(e.welcome.thanks),
	    "Thank you for your time; you hear from us within a week.");
	e.welcome.copy = false;
	screen_check(&e, 80, 24, "end-thanks-80x24");
	pad_keys(&e, "Esc");
	assert_int_equal(e.panel, PANEL_NONE);
	assert_int_equal(peer_pending(e.peer), 0);
	e.ntoasts = 0;
	screen_check(&e, 80, 24, "end-code-80x24");
	pad_close(&e);
}

/* Who is typing when it comes does not type it away, nor who has another box. */
static void
the_end_is_not_missed(void **state)
{
	struct record r;
	struct editor e;

	(void)state;
	room_with(&e, 1070);
	pad_keys(&e, "C-t");
	the_end(&e);
	pad_keys(&e, "\"so\nEnter Left C-r F8 \"and\nEnter Enter");
	assert_int_equal(e.panel, PANEL_ENDED);
	assert_int_equal(e.request, REQUEST_NONE);
	e.now_ms += TYPED_MS;
	pad_keys(&e, "Enter");
	assert_int_equal(e.panel, PANEL_NONE);
	assert_true(e.talk.focus); /* as it was before */
	assert_int_equal(e.talk.drafts[PANE_CHAT].len, 0);
	pad_keys(&e, "C-p Enter"); /* the first entry tells it again */
	pad_keys(&e, "C-q Enter"); /* to stay is to read on */
	assert_int_equal(e.panel, PANEL_ENDED);
	pad_keys(&e, "F1 Esc");
	assert_int_equal(e.panel, PANEL_ENDED);
	pad_keys(&e, "C-p \"Find\nEnter");
	assert_int_equal(e.panel, PANEL_NONE);
	pad_keys(&e, "Esc C-p \"the end\nEnter");
	assert_int_equal(e.panel, PANEL_ENDED);
	pad_keys(&e, "Esc C-f");
	the_end(&e);
	pad_keys(&e, "C-p \"chat\nEnter \"said");
	assert_int_equal(e.talk.drafts[PANE_CHAT].len, 4);
	pad_keys(&e, "Backspace Backspace Backspace Backspace");
	pad_keys(&e, "Esc C-q");
	the_end(&e); /* while one is asked */
	assert_int_equal(e.panel, PANEL_LEAVE);
	pad_keys(&e, "Esc");
	assert_int_equal(e.panel, PANEL_ENDED);
	pad_keys(&e, "Esc C-p \"copy screen\nEnter");
	the_end(&e);
	pad_keys(&e, "Enter");
	assert_int_equal(e.panel, PANEL_ENDED);
	pad_keys(&e, "Esc C-p");
	the_end(&e); /* what could be done cannot be any more */
	assert_int_equal(e.panel, PANEL_ENDED);
	pad_keys(&e, "C-q");
	record_init(&r);
	r.kind = REC_REOPEN;
	r.site = 2;
	editor_record(&e, &r);
	pad_keys(&e, "Esc");
	assert_int_equal(e.panel, PANEL_NONE);
	pad_close(&e);
}

static void
fill_summary(struct msg *m)
{
	struct summary *s = &m->summary;

	s->duration_ms = 3490000;
	s->paused_ms = 41000;
	s->runs = 14;
	s->verdicts[VERDICT_OK] = 9;
	s->verdicts[VERDICT_FAILED] = 4;
	s->verdicts[VERDICT_TIME] = 1;
	s->first_run_ms = 372000;
	s->first_ok_ms = 754000;
	s->pastes = 2;
	s->paste_max = 1118;
	s->paste_site = 1;
	s->paste_ms = 751000;
	s->notes = 6;
	s->chats = 1;
	for (int i = 0; i < SUMMARY_BARS; i++)
		s->bars[i] = (uint8_t)(i % (SUMMARY_BAR_MAX + 1));
	m->ntallies = 2;
	m->tallies = calloc(2, sizeof(*m->tallies));
	m->tallies[0] = (struct tally){ 1, 2914, 1180, 13, 2, 41000 };
	m->tallies[1] = (struct tally){ 2, 430, 0, 1, 0, 0 };
}

static void
the_staff_gets_the_summary(void **state)
{
	struct editor e;
	struct msg m;

	(void)state;
	room_with(&e, 1070);
	be_staff(&e);
	the_end(&e);
	assert_int_equal(e.panel, PANEL_NONE);
	msg_init(&m);
	fill_summary(&m);
	summary_take(&e, &m);
	assert_int_equal(e.panel, PANEL_SUMMARY);
	at_each_size(&e, "summary");
	pad_keys(&e, "Up");
	screen_check(&e, 40, 12, "summary-40x12");
	pad_keys(&e, "Down Down Down Down Down Down Down Down Down");
	screen_check(&e, 40, 12, "summary-end-40x12");
	pad_keys(&e, "Up Up");
	screen_check(&e, 40, 12, "summary-back-40x12");
	e.ascii = true;
	screen_check(&e, 80, 24, "summary-ascii-80x24");
	e.ascii = false;
	pad_keys(&e, "r");
	assert_int_equal(e.request, REQUEST_REPLAY);
	assert_int_equal(e.panel, PANEL_SUMMARY); /* that it leads back to */
	e.request = REQUEST_NONE;
	pad_keys(&e, "d"); /* which is not offered, */
	assert_int_equal(e.panel, PANEL_SUMMARY);
	pad_keys(&e, "Enter C-p \"replay\nEnter");
	assert_int_equal(e.request, REQUEST_REPLAY);
	assert_int_equal(e.panel, PANEL_NONE);
	e.request = REQUEST_NONE;
	pad_keys(&e, "C-p \"summary\nEnter Enter");
	assert_int_equal(e.panel, PANEL_NONE);
	summary_take(&e, &m); /* after a lost link: it has been read */
	assert_int_equal(e.panel, PANEL_NONE);
	pad_keys(&e, "C-p \"summary\nEnter");
	assert_int_equal(e.panel, PANEL_SUMMARY);
	msg_release(&m);
	pad_close(&e);
}

static void
summary_comes(struct editor *e)
{
	struct msg m;

	the_end(e);
	msg_init(&m);
	fill_summary(&m);
	summary_take(e, &m);
	msg_release(&m);
}

/* A room of the staff's that has ended, with its summary. */
static void
with_summary(struct editor *e)
{
	room_with(e, 1070);
	be_staff(e);
	summary_comes(e);
	e->online = true;
}

/* Where one is: 's' the summary, 'n' its notes, 'c' its chat, 'm' a menu, 'l' or 'a' a
 * question in front of it; in capitals the same, but with the code behind it,
 * and '.' the code. */
static char
where(const struct editor *e)
{
	char at = e->panel == PANEL_SUMMARY   ? 's'
		  : e->panel == PANEL_MENU    ? 'm'
		  : e->panel == PANEL_LEAVE   ? 'l'
		  : e->panel == PANEL_ASK     ? 'a'
		  : !e->talk.focus            ? '.'
		  : e->talk.tab == PANE_NOTES ? 'n'
					      : 'c';
	bool back = at == 's' || at == '.' || e->behind == PANEL_SUMMARY ||
		    (e->panel == PANEL_NONE && e->talk.whole);

	return back ? at : (char)(at - 'a' + 'A');
}

/* Who is typing when it comes has not meant its keys; who ends the interview, by a
 * box, has. */
static void
the_summary_is_not_typed_at(void **state)
{
	static const char *const typed[] = { "\"x", "C-t \"so", "F8 \"so",
		"C-f \"so" };
	struct editor e;

	(void)state;
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		room_with(&e, 1070);
		be_staff(&e);
		e.welcome.owns = true;
		e.online = true;
		pad_keys(&e, typed[i]);
		summary_comes(&e);
		pad_keys(&e, "\"dnqer ddRE\nEnter \"d\nEnter");
		e.now_ms += TYPED_MS - 100;
		pad_keys(&e, "\"q");
		assert_int_equal(e.panel, PANEL_SUMMARY);
		assert_int_equal(e.request, REQUEST_NONE);
		e.now_ms += TYPED_MS;
		pad_keys(&e, "\"nd");
		assert_int_equal(where(&e), 'n'); /* and what follows is said */
		pad_keys(&e, "Esc \"r");
		assert_int_equal(e.request, REQUEST_REPLAY);
		pad_keys(&e, "\"d");
		assert_int_equal(e.panel, PANEL_ASK);
		pad_close(&e);
	}
	room_with(&e, 1070);
	be_staff(&e);
	pad_keys(&e, "\"x\nC-p \"end int\nEnter \"e");
	summary_comes(&e);
	pad_keys(&e, "\"n");
	assert_int_equal(where(&e), 'n');
	pad_close(&e);
}

static void
what_the_summary_opens_leads_back_to_it(void **state)
{
	/* keys, and where one is after each of them */
	static const struct {
		const char *keys[8], *at;
	} cases[] = {
		{ { "n", "\"n", "Esc" }, "nns" },
		{ { "N", "F8" }, "ns" },
		{ { "n", "C-t", "Esc" }, "ncs" },
		{ { "n", "C-p", "Esc", "Esc" }, "nMns" },
		{ { "n", "C-q", "Enter", "Esc" }, "nLns" },
		{ { "n", "C-o", "F8", "Esc" }, "n.N." },
		{ { "C-p", "Esc" }, "ms" },
		{ { "F10", "C-p" }, "ms" },
		{ { "C-p", "\"notes", "Enter", "Esc" }, "mmns" },
		{ { "C-p", "\"leave", "Enter", "Esc" }, "mmls" },
		{ { "C-p", "\"delete rec", "Enter", "Esc" }, "mmas" },
		{ { "C-p", "\"replay", "Enter" }, "mms" },
		{ { "C-p", "\"export", "Enter" }, "mms" },
		{ { "C-p", "\"find", "Enter" }, "mm." },
		{ { "q", "Enter" }, "ls" },
		{ { "d", "Esc" }, "as" },
		{ { "d", "\"d" }, "as" },
		{ { "Esc", "F8", "Esc" }, ".N." },
		{ { "Esc", "C-p", "Esc" }, ".M." },
		{ { "Esc", "C-q", "Esc" }, ".L." },
		{ { "Esc", "C-p", "\"delete rec", "Enter", "Esc" }, ".MMA." },
		{ { "Esc", "C-p", "\"export", "Enter" }, ".MMs" },
	};
	struct editor e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		with_summary(&e);
		e.welcome.owns = true;
		for (int k = 0; cases[i].at[k] != '\0'; k++) {
			pad_keys(&e, cases[i].keys[k]);
			if (where(&e) != cases[i].at[k])
				fail_msg("case %zu, %s: %c", i,
				    cases[i].keys[k], where(&e));
		}
		pad_close(&e);
	}
}

/* They have all of the screen; what was opened in front of it, too, is seen with
 * the summary behind it. */
static void
notes_and_boxes_of_the_summary(void **state)
{
	struct editor e;
	struct record r;

	(void)state;
	with_summary(&e);
	e.ntoasts = 0;
	pad_said(&e, 1, 2, SAY_NOTE, "asked about empty input");
	pad_said(&e, 2, 1, SAY_NOTE, "names the invariant");
	e.ntoasts = 0;
	pad_keys(&e, "n \"hire");
	at_each_size(&e, "summary-notes");
	pad_keys(&e, "Esc C-p");
	screen_check(&e, 80, 24, "summary-menu-80x24");
	screen_check(&e, 40, 12, "summary-menu-40x12");
	pad_keys(&e, "Esc q");
	screen_check(&e, 80, 24, "summary-leave-80x24");
	pad_keys(&e, "Esc n");
	record_init(&r);
	r.kind = REC_REOPEN;
	r.site = 2;
	editor_record(&e, &r);
	record_release(&r);
	assert_int_equal(where(&e), 'N'); /* there is none any more */
	pad_close(&e);
}

/* Who owns the room sees one more key in it. */
static void
the_owner_may_delete_the_recording(void **state)
{
	struct editor e;
	struct msg m;

	(void)state;
	room_with(&e, 1070);
	be_staff(&e);
	e.online = e.welcome.owns = true;
	pad_keys(&e, "C-p \"delete rec\nEnter Esc"); /* not before the end */
	assert_int_not_equal(e.panel, PANEL_ASK);
	the_end(&e);
	msg_init(&m);
	fill_summary(&m);
	summary_take(&e, &m);
	at_each_size(&e, "summary-owner");
	pad_keys(&e, "d");
	assert_int_equal(e.panel, PANEL_ASK);
	screen_check(&e, 80, 24, "ask-delete-80x24");
	screen_check(&e, 40, 12, "ask-delete-40x12");
	pad_keys(&e, "Enter"); /* is no, and so is any other key */
	assert_int_equal(e.panel, PANEL_SUMMARY);
	pad_keys(&e, "d \"yYe\n");
	assert_int_equal(e.panel, PANEL_ASK);
	assert_int_equal(e.request, REQUEST_NONE);
	pad_keys(&e, "\"d");
	assert_int_equal(e.request, REQUEST_ACT);
	assert_int_equal(e.act.kind, ACT_PURGE);
	e.request = REQUEST_NONE;
	msg_release(&m);
	pad_close(&e);
}

static void
the_command_that_exports_is_copied(void **state)
{
	static const char want[] =
	    "ssh -p 2222 ann+r-7f3k2@host room export r-7f3k2 > r-7f3k2.tar";
	struct editor e;
	struct msg m;

	(void)state;
	room_with(&e, 1070);
	be_staff(&e);
	the_end(&e);
	msg_init(&m);
	fill_summary(&m);
	snprintf(e.welcome.room, sizeof(e.welcome.room), "r-7f3k2");
	snprintf(e.welcome.rejoin, sizeof(e.welcome.rejoin),
	    "ssh -p 2222 ann+r-7f3k2@host");
	summary_take(&e, &m);
	pad_keys(&e, "e");
	assert_true(e.clip.fresh);
	assert_int_equal(e.clip.text.len, sizeof(want) - 1);
	assert_memory_equal(e.clip.text.data, want, sizeof(want) - 1);
	screen_check(&e, 80, 24, "summary-export-80x24");
	/* a code alone exports nothing */
	e.clip.fresh = false;
	snprintf(e.welcome.rejoin, sizeof(e.welcome.rejoin),
	    "ssh -p 2222 r-7f3k2@host");
	pad_keys(&e, "e");
	assert_false(e.clip.fresh);
	screen_check(&e, 80, 24, "summary-no-export-80x24");
	msg_release(&m);
	pad_close(&e);
}

static void
nothing_happened_is_a_summary_too(void **state)
{
	struct editor e;
	struct msg m;

	(void)state;
	room_with(&e, 1070);
	be_staff(&e);
	the_end(&e);
	msg_init(&m);
	summary_take(&e, &m);
	screen_check(&e, 80, 24, "summary-empty-80x24");
	msg_release(&m);
	pad_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_clock_shows_what_is_left_and_what_is_over),
		cmocka_unit_test(a_pause_does_not_count),
		cmocka_unit_test(it_is_said_once_that_little_is_left),
		cmocka_unit_test(the_staff_stops_the_clock),
		cmocka_unit_test(the_clock_can_be_hidden),
		cmocka_unit_test(others_are_told_of_a_lost_connection),
		cmocka_unit_test(who_comes_back_is_told_what_was),
		cmocka_unit_test(entering_and_leaving),
		cmocka_unit_test(the_candidate_is_told_what_becomes_of_it),
		cmocka_unit_test(the_end_is_not_missed),
		cmocka_unit_test(the_staff_gets_the_summary),
		cmocka_unit_test(the_summary_is_not_typed_at),
		cmocka_unit_test(what_the_summary_opens_leads_back_to_it),
		cmocka_unit_test(notes_and_boxes_of_the_summary),
		cmocka_unit_test(the_owner_may_delete_the_recording),
		cmocka_unit_test(the_command_that_exports_is_copied),
		cmocka_unit_test(nothing_happened_is_a_summary_too),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
