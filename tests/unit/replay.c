/* replay.c - any moment of a log is what its records up to there add up to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/timer.h"
#include "client/timeline.h"
#include "proto/err.h"
#include "proto/sys/util.h"
#include "tests/lib/reel.h"
#include "tests/lib/screen.h"

static const char *
screen_text(const struct reel *l, uint8_t file)
{
	static char copy[TEXT_MAX + 1];
	const struct text *t = peer_text(l->replay->shown.e.peer, file);

	copy[0] = '\0';
	if (t == NULL)
		return copy;
	text_copy(t, 0, text_len(t), copy);
	copy[text_len(t)] = '\0';
	return copy;
}

static uint64_t
now(const struct reel *l)
{
	return fold_rev(&l->replay->shown);
}

static const char *
clock_of(const struct reel *l)
{
	static char s[32];

	replay_clock(l->replay, l->replay->clock_ms, s, sizeof(s));
	return s;
}

/* --- a log by chance --- */

static uint64_t state;

static unsigned
chance(unsigned n)
{
	state = state * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(state >> 33) % n;
}

static size_t
boundary(const struct text *t, size_t pos)
{
	while (!text_is_boundary(t, pos))
		pos--;
	return pos;
}

static void
random_edit(struct reel *l)
{
	static const char *const words[] = { "x", "\n", "foo(1)", "\t",
		"a\nb\nc", "\xC3\xA9t\xC3\xA9", "\xF0\x9F\x98\x80", "    ",
		"\n\n", "needle" };
	uint8_t file = (uint8_t)chance(order_file_count(l->plain));
	const struct text *t = order_text(l->plain, file);
	struct record *r = reel_record(l, REC_EDIT, (uint8_t)(2 + chance(4)));
	size_t len = text_len(t), at = 0, pos, end;
	const char *word;

	r->file = file;
	r->flags = chance(30) == 0 ? EDIT_PASTE : 0;
	for (unsigned n = 1 + (chance(8) == 0 ? chance(3) : 0); n > 0; n--) {
		pos = boundary(t, at + chance((unsigned)(len - at) + 1));
		end = pos + chance(chance(20) == 0 ? 400 : 6);
		end = boundary(t, end < len ? end : len);
		if (pos < at || (end > pos && chance(3) != 0 && len < 3000))
			end = pos;
		op_skip(&r->op, pos - at);
		op_delete(&r->op, end - pos);
		word = words[chance(sizeof(words) / sizeof(words[0]))];
		op_insert(&r->op, word, strlen(word));
		at = end;
	}
	assert_int_equal(r->op.err, 0);
	reel_add(l);
}

static void
random_event(struct reel *l, uint32_t *run)
{
	static const char *const labels[] = { "", "", "C", "I", "J", "D" };
	uint8_t site = (uint8_t)(2 + chance(4));
	char text[64];

	snprintf(text, sizeof(text), "line %u\n", chance(1000));
	switch (chance(11)) {
	case 0:
		reel_join(l, site, site % 2, labels[site], "Somebody");
		break;
	case 1:
		reel_record(l, REC_LEAVE, site)->why = (uint8_t)chance(3);
		reel_add(l);
		break;
	case 2:
		reel_text(l, REC_CHAT, site, 0, "hello");
		break;
	case 3:
		reel_text(l, REC_NOTE, site, 0, "noted");
		break;
	case 4:
		reel_text(l, REC_RUN_START, site, ++*run, "python");
		break;
	case 5:
		reel_text(l, REC_RUN_OUTPUT, 0, *run, text);
		break;
	case 6:
		reel_run_end(l, *run, (uint8_t)chance(3));
		break;
	case 7:
		reel_record(l, REC_EXTEND, site)->minutes = 1;
		reel_add(l);
		break;
	case 8:
		reel_record(l, chance(2) ? REC_PAUSE : REC_RESUME, site)
		    ->flags = (uint8_t)chance(2);
		reel_add(l);
		break;
	case 9:
		reel_record(l, chance(2) ? REC_END : REC_REOPEN, site);
		reel_add(l);
		break;
	default:
		reel_record(l, REC_FREEZE + (uint8_t)chance(2), site);
		reel_add(l);
	}
}

/* N records, sent as they may come: by few or by many. */
static void
random_log(struct reel *l, unsigned n)
{
	static const char *const names[] = { "main.py", "util.py", "n.txt" };
	uint32_t run = 0;

	for (unsigned i = 0; i < n; i++) {
		reel_pass(l, chance(5) == 0 ? chance(9000) : chance(200));
		if (order_file_count(l->plain) < 3 &&
		    (i == 0 || chance(200) == 0))
			reel_file(l, 2, (uint8_t)order_file_count(l->plain),
			    names[order_file_count(l->plain)]);
		else if (chance(10) == 0)
			random_event(l, &run);
		else
			random_edit(l);
		if (chance(40) == 0)
			reel_send(l);
	}
	reel_send(l);
}

/* --- the same as --- */

static void
same_text(const struct text *a, const struct text *b)
{
	size_t len = text_len(a), na, nb;

	assert_true(text_equal(a, b));
	for (size_t i = 0; i < len; i += na < nb ? na : nb)
		assert_int_equal(
		    text_author(a, i, &na), text_author(b, i, &nb));
}

static void
same_carets(const struct fold *a, const struct fold *b)
{
	const struct caret *ca, *cb;
	size_t na, nb, found = 0;

	ca = peer_carets(a->e.peer, &na);
	cb = peer_carets(b->e.peer, &nb);
	assert_int_equal(na, nb);
	for (size_t i = 0; i < na; i++)
		for (size_t j = 0; j < nb; j++)
			found += ca[i].site == cb[j].site &&
				 ca[i].file == cb[j].file &&
				 ca[i].head == cb[j].head &&
				 ca[i].anchor == cb[j].anchor;
	assert_int_equal(found, na);
}

static void
same_room(const struct fold *a, const struct fold *b)
{
	const struct editor *x = &a->e, *y = &b->e;

	assert_int_equal(x->run.run, y->run.run);
	assert_int_equal(x->run.state, y->run.state);
	assert_int_equal(x->run.text.len, y->run.text.len);
	if (x->run.text.len > 0)
		assert_memory_equal(
		    x->run.text.data, y->run.text.data, x->run.text.len);
	assert_int_equal(x->welcome.frozen, y->welcome.frozen);
	assert_int_equal(x->welcome.ended, y->welcome.ended);
	assert_int_equal(x->talk.n, y->talk.n);
	assert_int_equal(x->talk.rev, y->talk.rev);
	for (int i = 0; i <= SITE_MAX; i++) {
		assert_int_equal(x->people[i].known, y->people[i].known);
		if (x->people[i].known)
			assert_memory_equal(&x->people[i].person,
			    &y->people[i].person, sizeof(struct person));
	}
	assert_int_equal(x->timer.since_ms, y->timer.since_ms);
	assert_int_equal(x->timer.paused_ms, y->timer.paused_ms);
	assert_int_equal(x->timer.lost, y->timer.lost);
	assert_int_equal(a->ended_ms, b->ended_ms);
	assert_int_equal(a->extended, b->extended);
	assert_int_equal(a->site, b->site);
	assert_int_equal(a->place, b->place);
}

/* FOLD and what is shown, both at the same revision, and PLAIN, which the hub's
 * code made of the same records. */
static void
same(const struct fold *fold, const struct fold *shown,
    const struct order *plain)
{
	unsigned n = order_file_count(plain);

	assert_int_equal(fold_rev(shown), fold_rev(fold));
	assert_int_equal(fold_rev(shown), order_rev(plain));
	assert_int_equal(peer_file_count(shown->e.peer), n);
	for (unsigned i = 0; i < n; i++) {
		same_text(peer_text(shown->e.peer, i), order_text(plain, i));
		assert_int_equal(
		    shown->by[i].n, text_line_count(order_text(plain, i)));
		assert_int_equal(shown->by[i].n, fold->by[i].n);
		assert_memory_equal(
		    shown->by[i].sites, fold->by[i].sites, fold->by[i].n);
	}
	same_carets(shown, fold);
	same_room(shown, fold);
}

struct both {
	struct fold fold;
	struct order *plain;
	uint64_t to, at_ms; /* the last record, whichever is earlier */
};

static int
both_take(void *arg, const struct record *r)
{
	struct both *b = arg;

	if (r->rev > b->to || r->at_ms > b->at_ms)
		return 1;
	assert_int_equal(fold_record(&b->fold, r), 0);
	assert_int_equal(order_replay(b->plain, r), 0);
	return 0;
}

/* Some moment, by revision or by time, drawn small or large. */
static void
go_somewhere(struct reel *l, struct both *b, int i)
{
	struct layout layout;

	b->to = i == 0 ? l->rev : i == 1 ? 0 : chance((unsigned)l->rev + 1);
	b->at_ms = UINT64_MAX;
	if (i % 3 == 2) {
		b->to = UINT64_MAX;
		b->at_ms = l->replay->begin_ms +
			   chance((unsigned)(l->at_ms - REEL_START_MS));
		replay_go_ms(l->replay, b->at_ms);
	} else {
		replay_go_rev(l->replay, b->to);
	}
	view_layout(replay_editor(l->replay), i % 2 ? 80 : 200, i % 2 ? 24 : 60,
	    &layout);
}

/* A log by the chance of SEED: go back and forth in it, and compare with what is
 * folded from the beginning. */
static void
try_moments(uint64_t seed)
{
	struct reel l;
	struct both b;

	state = seed;
	reel_open(&l, 7000);
	l.replay->spacing = 300;
	random_log(&l, 7000);
	assert_int_equal(tape_rev(&l.replay->tape), 7000);
	assert_true(l.replay->nsaves > 20);
	for (int i = 0; i < 30; i++) {
		memset(&b, 0, sizeof(b));
		assert_int_equal(fold_init(&b.fold), 0);
		assert_int_equal(order_new(&b.plain), 0);
		go_somewhere(&l, &b, i);
		tape_walk(&l.replay->tape, 1, both_take, &b);
		same(&b.fold, &l.replay->shown, b.plain);
		fold_release(&b.fold);
		order_free(b.plain);
	}
	replay_go_rev(l.replay, 7000);
	for (unsigned i = 0; i < order_file_count(l.plain); i++)
		same_text(peer_text(l.replay->shown.e.peer, i),
		    order_text(l.plain, i));
	reel_close(&l);
}

static void
any_moment_is_its_fold(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= 5; seed++)
		try_moments(seed);
}

/* Played to its end, at any speed and with pauses skipped or not. */
static void
playing_ends_at_the_end(void **unused)
{
	struct reel l;
	uint64_t real = 1000, steps = 0;

	(void)unused;
	state = 77;
	reel_open(&l, 3000);
	random_log(&l, 3000);
	reel_keys(&l, "Space + + + + + + i i");
	replay_lost(l.replay);
	assert_int_equal(l.replay->speed, 32);
	while (l.replay->playing && ++steps < 100000) {
		real += REPLAY_FRAME_MS;
		replay_tick(l.replay, real);
		assert_true(
		    now(&l) == 0 || now(&l) == tape_rev(&l.replay->tape) ||
		    tape_ms_of(&l.replay->tape, now(&l)) <= l.replay->clock_ms);
	}
	assert_false(l.replay->playing);
	assert_int_equal(now(&l), 3000);
	for (unsigned i = 0; i < order_file_count(l.plain); i++)
		same_text(peer_text(l.replay->shown.e.peer, i),
		    order_text(l.plain, i));
	reel_close(&l);
}

/* When there are too many, half of those that are kept go, and nothing else. */
static void
what_is_kept_is_bounded(void **unused)
{
	static char line[1001];
	struct reel l;

	(void)unused;
	memset(line, 'x', sizeof(line) - 2);
	line[999] = '\n';
	reel_open(&l, 5000);
	l.replay->spacing = 4;
	reel_file(&l, 2, 0, "main.py");
	for (int i = 0; i < 900; i++)
		reel_edit(&l, 2, 0, 0, 0, line, 0);
	for (int i = 0; i < 4000; i++)
		reel_edit(&l, 2, 0, 0, i % 2, i % 2 ? "" : "y", 0);
	reel_send(&l);
	assert_true(l.replay->saved_bytes <= REPLAY_SAVES_MAX);
	assert_true(l.replay->spacing > 4);
	assert_true(l.replay->nsaves > 20);
	replay_go_rev(l.replay, 1001);
	assert_int_equal(
	    text_len(peer_text(l.replay->shown.e.peer, 0)), 900000);
	replay_go_rev(l.replay, 500);
	assert_int_equal(
	    text_len(peer_text(l.replay->shown.e.peer, 0)), 499000);
	reel_close(&l);
}

/* --- the interview --- */

static void
keys_go_from_mark_to_mark(void **unused)
{
	static const char letters[] = "JJccnprbxLe";
	struct reel l;
	const struct mark *m;

	(void)unused;
	reel_open(&l, REEL_INTERVIEW);
	reel_interview(&l);
	assert_string_equal(clock_of(&l), "0:00");
	reel_keys(&l, "Home");
	for (size_t i = 0; i < strlen(letters); i++) {
		if (i > 1 || now(&l) < 4)
			reel_keys(&l, i < 2 ? ">" : i < 6 ? "Right" : "]");
		m = marks_before(&l.replay->marks, now(&l) + 1);
		assert_non_null(m);
		if (i >= 2)
			assert_int_equal(mark_letter(m), letters[i]);
	}
	reel_keys(&l, "Right");
	assert_string_equal(l.replay->answer, "There is no mark after this");
	reel_keys(&l, "Left");
	m = marks_before(&l.replay->marks, now(&l) + 1);
	assert_int_equal(mark_letter(m), 'L');
	reel_close(&l);
}

/* A record of the timer, S seconds after the one before. */
static void
timer_event(
    struct reel *l, uint8_t kind, unsigned s, uint8_t flags, uint8_t minutes)
{
	struct record *r = reel_record(l, kind, 3);

	r->flags = flags;
	r->minutes = minutes;
	reel_pass(l, s * 1000);
	reel_add(l);
}

static void
timer_is(struct reel *l, uint64_t rev, const char *want)
{
	char text[32];

	replay_go_rev(l->replay, rev);
	timer_text(replay_editor(l->replay), text, sizeof(text));
	assert_string_equal(text, want);
}

/* The host says 60 minutes, of which 20 were added. */
static void
the_timer_is_what_it_was(void **unused)
{
	const struct mark *m;
	char text[64];
	struct reel l;

	(void)unused;
	reel_open(&l, 10);
	reel_file(&l, 2, 0, "main.py");
	timer_event(&l, REC_MARK, 60, 0, 0);
	timer_event(&l, REC_PAUSE, 60, 0, 0);
	timer_event(&l, REC_RESUME, 600, 0, 0);
	timer_event(&l, REC_EXTEND, 60, 0, 20);
	timer_event(&l, REC_PAUSE, 60, PAUSE_LOST, 0);
	timer_event(&l, REC_RESUME, 300, PAUSE_LOST, 0);
	timer_event(&l, REC_END, 0, 0, 0);
	timer_event(&l, REC_REOPEN, 900, 0, 0);
	timer_event(&l, REC_MARK, 60, 0, 0);
	reel_send(&l);
	replay_editor(l.replay)->cols = 80;
	timer_is(&l, 2, "39:00 left");
	timer_is(&l, 3, "38:00 paused");
	replay_go_ms(l.replay, REEL_START_MS + 420000);
	timer_text(replay_editor(l.replay), text, sizeof(text));
	assert_string_equal(text, "38:00 paused");
	timer_is(&l, 4, "38:00 left");
	timer_is(&l, 5, "57:00 left");
	timer_is(&l, 6, "56:00 paused");
	timer_is(&l, 7, "53:00 left"); /* two minutes of it count */
	timer_is(&l, 8, "");
	timer_is(&l, 10, "52:00 left");
	timer_is(&l, 2, "39:00 left");
	m = marks_after(&l.replay->marks, 2);
	assert_int_equal(mark_letter(m), 't');
	mark_text(m, "Ivy", text, sizeof(text));
	assert_string_equal(text, "timer paused: Ivy");
	m = marks_after(&l.replay->marks, 4);
	assert_int_equal(mark_letter(m), 'm');
	mark_text(m, "Ivy", text, sizeof(text));
	assert_string_equal(text, "20 more minutes from Ivy");
	reel_close(&l);
}

static void
a_paste_is_where_it_was_pasted(void **unused)
{
	char text[128];
	const struct mark *m;
	struct reel l;

	(void)unused;
	reel_open(&l, REEL_INTERVIEW);
	reel_interview(&l);
	for (m = marks_after(&l.replay->marks, 0); m->kind != MARK_PASTE;)
		m = marks_after(&l.replay->marks, m->rev);
	replay_go_rev(l.replay, m->rev - 1);
	assert_null(strstr(screen_text(&l, 0), "print"));
	reel_keys(&l, "Right");
	assert_int_equal(now(&l), m->rev);
	assert_non_null(strstr(screen_text(&l, 0), "print(two_sum([3, 3]"));
	mark_text(m, "Cleo", text, sizeof(text));
	assert_string_equal(text, "paste by Cleo, 61 characters");
	reel_close(&l);
}

static void
keys_move_in_time(void **unused)
{
	struct reel l;
	uint64_t rev;

	(void)unused;
	reel_open(&l, REEL_INTERVIEW);
	reel_interview(&l);
	reel_keys(&l, "g \"1:10 Enter");
	assert_string_equal(clock_of(&l), "1:10");
	assert_int_equal(
	    now(&l), tape_rev_at(&l.replay->tape, REEL_START_MS + 70000));
	reel_keys(&l, "PgDn");
	assert_string_equal(clock_of(&l), "2:10");
	reel_keys(&l, "PgUp PgUp PgUp");
	assert_string_equal(clock_of(&l), "0:00");
	rev = now(&l);
	reel_keys(&l, "> > >");
	assert_int_equal(now(&l), rev + 3);
	reel_keys(&l, "<");
	assert_int_equal(now(&l), rev + 2);
	reel_keys(&l, "Home . . .");
	assert_string_equal(clock_of(&l), "0:15");
	reel_keys(&l, ",");
	assert_string_equal(clock_of(&l), "0:10");
	reel_keys(&l, ", , ,");
	assert_string_equal(clock_of(&l), "0:00");
	reel_keys(&l, "End");
	assert_int_equal(now(&l), l.rev);
	assert_string_equal(screen_text(&l, 1), "thanks!\n");
	reel_keys(&l, "g \"50% Enter");
	assert_int_equal(
	    l.replay->clock_ms, (REEL_START_MS + replay_end_ms(l.replay)) / 2);
	reel_keys(&l, "g \"101% Enter");
	assert_string_equal(
	    l.replay->answer, "A time is like 14:31, 1:02:03 or 40%");
	reel_keys(&l, "g \"1x Enter");
	assert_string_equal(
	    l.replay->answer, "A time is like 14:31, 1:02:03 or 40%");
	reel_keys(&l, "g \"99:00 Enter");
	assert_int_equal(l.replay->clock_ms, replay_end_ms(l.replay));
	assert_int_equal(now(&l), l.rev);
	reel_close(&l);
}

/* A log says what it likes. */
static void
times_that_cannot_be_do_no_harm(void **unused)
{
	struct reel l;

	(void)unused;
	reel_open(&l, 4);
	reel_file(&l, 2, 0, "main.py");
	reel_type(&l, 2, 0, "a");
	reel_pass(&l, INT64_MAX);
	reel_type(&l, 2, 0, "bc");
	reel_send(&l);
	reel_keys(&l, "End ,");
	assert_int_equal(l.replay->clock_ms, replay_end_ms(l.replay) - 5000);
	assert_string_equal(clock_of(&l), "2562047788015:12:51");
	reel_keys(&l, ". .");
	assert_int_equal(l.replay->clock_ms, replay_end_ms(l.replay));
	reel_close(&l);
}

static void
digits_are_speeds(void **unused)
{
	static const unsigned speeds[] = { 1, 2, 4, 8, 16 };
	char digit[] = "1";
	struct reel l;
	uint64_t ms;

	(void)unused;
	reel_open(&l, REEL_INTERVIEW);
	reel_interview(&l);
	ms = l.replay->clock_ms;
	for (; digit[0] <= '5'; digit[0]++) {
		reel_keys(&l, digit);
		assert_int_equal(l.replay->speed, speeds[digit[0] - '1']);
	}
	reel_keys(&l, "6");
	assert_string_equal(l.replay->answer, "? shows what the keys do");
	assert_int_equal(l.replay->speed, 16);
	assert_int_equal(l.replay->clock_ms, ms);
	reel_close(&l);
}

/* "return" comes with its last letter; then nothing new has it, and it is found
 * from the beginning again. */
static void
a_text_is_found_when_it_appears(void **unused)
{
	struct reel l;
	uint64_t first, second;

	(void)unused;
	reel_open(&l, REEL_INTERVIEW);
	reel_interview(&l);
	reel_keys(&l, "/ \"return Enter");
	first = now(&l);
	assert_string_equal(strrchr(screen_text(&l, 0), '\n') + 13, "return");
	reel_keys(&l, "<");
	assert_null(strstr(screen_text(&l, 0), "return"));
	reel_keys(&l, "N");
	assert_int_equal(now(&l), first);
	reel_keys(&l, "N");
	second = now(&l);
	assert_true(second > first);
	reel_keys(&l, "N");
	assert_int_equal(now(&l), first);
	assert_string_equal(l.replay->answer, "From the beginning again");
	reel_keys(&l, "/ \"nowhere Enter");
	assert_string_equal(l.replay->answer, "nowhere never appears");
	assert_int_equal(now(&l), first);
	reel_keys(&l, "/ \"THANKS Enter"); /* capitals matter, if there are */
	assert_int_equal(now(&l), first);
	reel_keys(&l, "/ \"thanks Enter");
	assert_string_equal(screen_text(&l, 1), "thanks");
	assert_int_equal(l.replay->shown.e.file, 1);
	reel_close(&l);
}

/* A deletion can bring both ends of it together. */
static void
a_text_appears_by_deleting(void **unused)
{
	struct found at;
	struct fold f;
	struct reel l;

	(void)unused;
	reel_open(&l, 9);
	reel_file(&l, 2, 0, "main.py");
	reel_edit(&l, 2, 0, 0, 0, "nee---dle needle", 0);
	reel_edit(&l, 2, 0, 3, 3, "", 0);
	reel_edit(&l, 2, 0, 3, 0, "-", 0);
	reel_send(&l);
	assert_int_equal(fold_init(&f), 0);
	assert_int_equal(
	    search_forward(&f, &l.replay->tape, UINT64_MAX, "needle", 6, &at),
	    0);
	assert_int_equal(at.rev, 2);
	assert_int_equal(at.pos, 10);
	fold_release(&f);
	replay_go_rev(l.replay, 2);
	assert_int_equal(search_forward(&l.replay->shown, &l.replay->tape,
			     UINT64_MAX, "needle", 6, &at),
	    0);
	assert_int_equal(at.rev, 3);
	assert_int_equal(at.pos, 0);
	replay_go_rev(l.replay, 3);
	assert_int_equal(search_forward(&l.replay->shown, &l.replay->tape,
			     UINT64_MAX, "needle", 6, &at),
	    CS_ENOTFOUND);
	reel_close(&l);
}

static void
lines_know_who_changed_them_last(void **unused)
{
	static const struct {
		uint8_t site;
		size_t pos, del;
		const char *ins, *sites;
	} steps[] = {
		{ 2, 0, 0, "a\nb\nc\n", "2220" },
		{ 3, 2, 1, "B", "2320" },
		{ 4, 1, 0, "\nx", "24320" },  /* behind the line's end */
		{ 5, 0, 0, "y\n", "524320" }, /* before its beginning */
		{ 6, 0, 5, "", "6320" },      /* two become one */
		{ 7, 0, 0, "1\n2\n3", "777320" },
	};
	struct reel l;

	(void)unused;
	reel_open(&l, 9);
	reel_file(&l, 2, 0, "main.py");
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		reel_edit(&l, steps[i].site, 0, steps[i].pos, steps[i].del,
		    steps[i].ins, 0);
		reel_send(&l);
		replay_go_rev(l.replay, l.rev);
		for (size_t line = 0; line < strlen(steps[i].sites); line++)
			if (replay_author(l.replay, 0, line) !=
			    steps[i].sites[line] - '0')
				fail_msg("step %zu line %zu: %d", i, line,
				    replay_author(l.replay, 0, line));
	}
	reel_close(&l);
}

/* What comes late is shown where the end was shown; and before it is there, what
 * is there can be seen. */
static void
it_is_seen_while_it_comes(void **unused)
{
	struct reel l;

	(void)unused;
	reel_open(&l, 12);
	reel_file(&l, 2, 0, "main.py");
	reel_edit(&l, 2, 0, 0, 0, "one ", 0);
	reel_send(&l);
	assert_string_equal(screen_text(&l, 0), "one ");
	reel_pass(&l, 1000);
	reel_edit(&l, 2, 0, 4, 0, "two ", 0);
	reel_send(&l);
	assert_string_equal(screen_text(&l, 0), "one ");
	reel_keys(&l, "End");
	assert_string_equal(screen_text(&l, 0), "one two ");
	reel_keys(&l, "Space");
	replay_tick(l.replay, 2000);
	reel_pass(&l, 500);
	reel_edit(&l, 2, 0, 8, 0, "three", 0);
	reel_send(&l);
	for (uint64_t real = 2033; real < 3000; real += 33)
		replay_tick(l.replay, real);
	assert_string_equal(screen_text(&l, 0), "one two three");
	replay_lost(l.replay);
	assert_string_equal(
	    l.replay->answer, "The host went away: the log ends here");
	reel_close(&l);
}

static void
notice(struct reel *l, const char *text)
{
	struct msg m;

	msg_init(&m);
	m.type = MSG_NOTICE;
	m.severity = NOTICE_ERROR;
	m.text = (const uint8_t *)text;
	m.text_len = (uint32_t)strlen(text);
	assert_true(replay_message(l->replay, &m, 1000));
	msg_release(&m);
}

/* What is to be sent, or "". */
static const char *
note_of(struct reel *l)
{
	bool noting = l->replay->noting;

	l->replay->noting = false;
	return noting ? l->replay->note : "";
}

/* A note has the moment that is shown in its text, and is kept when the log has
 * it; or it can be sent again. */
static void
a_note_is_about_the_moment(void **unused)
{
	struct reel l;

	(void)unused;
	reel_open(&l, REEL_INTERVIEW);
	reel_interview(&l);
	replay_go_ms(l.replay, REEL_START_MS + 65000);
	reel_keys(&l, "n Enter");
	assert_string_equal(note_of(&l), "");
	reel_keys(&l, "n \"x Esc");
	assert_string_equal(note_of(&l), "");
	reel_keys(&l, "n Space \"stuck Space \"here Space Enter");
	assert_string_equal(note_of(&l), "[00:01:05] stuck here");
	assert_string_equal(note_of(&l), "");
	reel_keys(&l, "n");
	assert_int_equal(l.replay->bar, REPLAY_NONE);
	assert_string_equal(
	    l.replay->answer, "Your last note is on its way yet");
	notice(&l, "The host cannot do this now");
	assert_string_equal(l.replay->answer, "The host cannot do this now");
	reel_keys(&l, "n \", Enter");
	assert_string_equal(note_of(&l), "[00:01:05] stuck here,");
	reel_text(&l, REC_NOTE, 3, 0, "[00:01:05] stuck here");
	reel_send(&l);
	assert_string_equal(l.replay->answer, "");
	reel_text(&l, REC_CHAT, 3, 0, "[00:01:05] stuck here,");
	reel_send(&l);
	assert_string_equal(l.replay->answer, "");
	reel_text(&l, REC_NOTE, 3, 0, "[00:01:05] stuck here,");
	reel_send(&l);
	assert_string_equal(
	    l.replay->answer, "Noted for the staff - F8, at the end");
	assert_string_equal(clock_of(&l), "1:05");
	reel_keys(&l, "n \"lost Enter");
	replay_lost(l.replay);
	assert_string_equal(
	    l.replay->answer, "The host went away: your note may not be kept");
	reel_keys(&l, "n");
	assert_int_equal(l.replay->bar, REPLAY_NONE);
	assert_string_equal(
	    l.replay->answer, "No note can be taken: the host is not there");
	reel_close(&l);
}

static void
a_note_is_never_too_long(void **unused)
{
	struct key key = { .code = K_CHAR, .cp = 'x' };
	struct key pasted = {
		.code = K_PASTE, .text = (const uint8_t *)"a\nb", .len = 3
	};
	struct reel l;

	(void)unused;
	reel_open(&l, REEL_INTERVIEW);
	reel_interview(&l);
	reel_keys(&l, "End n");
	for (unsigned i = 0; i < SAY_MAX; i++)
		replay_key(l.replay, &key);
	reel_keys(&l, "Enter");
	assert_int_equal(
	    strlen(note_of(&l)), strlen("[00:00:00] ") + REPLAY_NOTE_MAX);
	assert_true(strlen("[00:00:00] ") + REPLAY_NOTE_MAX <= SAY_MAX);
	notice(&l, "No"); /* so it is in the line again */
	reel_keys(&l, "n Backspace Backspace");
	replay_key(l.replay, &pasted); /* all of it or nothing */
	assert_int_equal(l.replay->line.len, REPLAY_NOTE_MAX - 2);
	reel_keys(&l, "Backspace");
	replay_key(l.replay, &pasted);
	assert_int_equal(l.replay->line.len, REPLAY_NOTE_MAX);
	reel_keys(&l, "Enter");
	assert_string_equal(
	    note_of(&l) + strlen("[00:00:00] ") + REPLAY_NOTE_MAX - 4, "xa b");
	reel_close(&l);
}

/* What is noted days later is seen at the end, which is where it was. */
static void
a_late_note_makes_the_room_no_longer(void **unused)
{
	uint64_t end_ms;
	struct reel l;

	(void)unused;
	reel_open(&l, 3);
	reel_file(&l, 2, 0, "main.py");
	reel_edit(&l, 2, 0, 0, 0, "one", 0);
	reel_pass(&l, 60000);
	reel_record(&l, REC_END, 2);
	reel_add(&l);
	reel_send(&l);
	end_ms = replay_end_ms(l.replay);
	reel_keys(&l, "End");
	assert_string_equal(clock_of(&l), "1:00");
	reel_pass(&l, 3 * 86400000ULL);
	reel_text(&l, REC_NOTE, 3, 0, "at last");
	reel_send(&l);
	assert_int_equal(replay_end_ms(l.replay), end_ms);
	assert_int_equal(now(&l), 4); /* the end was shown, and is */
	replay_go_ms(l.replay, REEL_START_MS);
	assert_int_equal(now(&l), 2);
	replay_go_ms(l.replay, end_ms - 1);
	assert_int_equal(now(&l), 2);
	replay_go_ms(l.replay, end_ms);
	assert_int_equal(now(&l), 4);
	replay_go_rev(l.replay, 3);
	assert_string_equal(clock_of(&l), "1:00");
	reel_keys(&l, "]");
	assert_int_equal(now(&l), 4);
	assert_string_equal(clock_of(&l), "1:00");
	/* it is played to its end, and from its beginning again */
	reel_keys(&l, "Home Space");
	for (uint64_t real = 2000; real < 10000; real += 33)
		replay_tick(l.replay, real);
	assert_int_equal(now(&l), 4);
	assert_false(l.replay->playing);
	reel_keys(&l, "Space");
	assert_string_equal(clock_of(&l), "0:00");
	reel_pass(&l, 1000);
	reel_record(&l, REC_REOPEN, 2);
	reel_add(&l);
	reel_send(&l);
	assert_int_equal(replay_end_ms(l.replay), l.at_ms);
	reel_close(&l);
}

/* What does not follow, or is no chunk, ends the log and nothing else. */
static void
bad_logs_end_it(void **unused)
{
	static const uint8_t rubbish[] = { 1, 9, 9, 0xC0, 0xFF, 0xFF };
	struct reel l;
	struct msg m;

	(void)unused;
	reel_open(&l, 12);
	reel_file(&l, 2, 0, "main.py");
	reel_edit(&l, 2, 0, 0, 0, "one", 0);
	reel_send(&l);
	msg_init(&m);
	m.type = MSG_CHUNK;
	m.text = rubbish;
	m.text_len = sizeof(rubbish);
	replay_message(l.replay, &m, 1);
	msg_release(&m);
	assert_true(l.replay->whole);
	assert_int_equal(strncmp(l.replay->answer, "The log ends here", 17), 0);
	reel_keys(&l, "End Home End Right Left . , 5 n w i Tab f");
	assert_string_equal(screen_text(&l, 0), "one");
	reel_close(&l);
}

/* No key does harm before anything has come. */
static void
nothing_is_there_yet(void **unused)
{
	struct replay *r = xcalloc(1, sizeof(*r));
	struct reel l = { .replay = r };
	struct layout layout;

	(void)unused;
	assert_int_equal(replay_init(r), 0);
	for (int i = 0; i < 2; i++) {
		reel_keys(&l, "Space Right Left . , PgUp PgDn Home End 0 9 + - "
			      "i w Tab f Up Down C-o C-t F8 / \"x Enter n g "
			      "\"1:00 Enter ? q x");
		replay_tick(r, 5000);
		view_layout(replay_editor(r), 80, 24, &layout);
	}
	replay_lost(r);
	replay_release(r);
	free(r);
}

/* --- the screen --- */

static void
the_replay_on_screens(void **unused)
{
	struct reel l;
	struct editor *e;

	(void)unused;
	reel_open(&l, REEL_INTERVIEW);
	e = replay_editor(l.replay);
	screen_check(e, 80, 24, "replay-empty-80x24");
	reel_interview(&l);
	screen_check(e, 80, 24, "replay-80x24");
	reel_keys(&l, "g \"2:00 Enter");
	screen_check(e, 40, 12, "replay-typed-40x12");
	screen_check(e, 80, 24, "replay-typed-80x24");
	screen_check(e, 120, 40, "replay-typed-120x40");
	screen_check(e, 200, 60, "replay-typed-200x60");
	screen_check(e, 20, 5, "replay-20x5");
	reel_keys(&l, "w + +");
	screen_check(e, 80, 24, "replay-plain-80x24");
	reel_keys(&l, "w C-t");
	screen_check(e, 80, 24, "replay-chat-80x24");
	screen_check(e, 40, 12, "replay-chat-40x12");
	reel_keys(&l, "C-t / \"thanks");
	screen_check(e, 80, 24, "replay-search-80x24");
	reel_keys(&l, "Enter n \"good Space \"eye");
	screen_check(e, 80, 24, "replay-note-80x24");
	reel_keys(&l, "Esc Tab");
	screen_check(e, 80, 24, "replay-file-80x24");
	reel_keys(&l, "?");
	screen_check(e, 80, 24, "replay-help-80x24");
	screen_check(e, 40, 12, "replay-help-40x12");
	reel_keys(&l, "x f End");
	replay_lost(l.replay);
	e->ascii = true;
	screen_check(e, 80, 24, "replay-ascii-80x24");
	e->calm = true;
	screen_check(e, 80, 24, "replay-calm-80x24");
	reel_close(&l);
}

/* Where CP is in the keys. */
static int
key_at(struct grid *g, const struct layout *l, uint32_t cp)
{
	int x = 0;

	while (grid_at(g, x, l->keys_y)->cp != cp)
		assert_true(++x < g->cols);
	return x;
}

static void
two_keys_of_one_label_are_clicked_apart(void **unused)
{
	struct key key = { .code = K_MOUSE, .mouse = MOUSE_PRESS };
	static const uint32_t clicks[] = { '.', '.', ',', '-' };
	static const char *const clocks[] = { "0:05", "0:10", "0:05", "0:05" };
	struct grid g = { .cols = 0 };
	struct layout l;
	struct reel reel;

	(void)unused;
	reel_open(&reel, REEL_INTERVIEW);
	reel_interview(&reel);
	assert_int_equal(grid_resize(&g, 80, 24), 0);
	reel_keys(&reel, "Home");
	for (size_t i = 0; i < 4; i++) {
		view_layout(replay_editor(reel.replay), 80, 24, &l);
		view_draw(replay_editor(reel.replay), &l, &g);
		key.x = (uint16_t)key_at(&g, &l, clicks[i]);
		key.y = (uint16_t)l.keys_y;
		replay_mouse(reel.replay, &l, &g, &key);
		assert_string_equal(clock_of(&reel), clocks[i]);
	}
	assert_int_equal(reel.replay->speed, 2); /* 1-5 goes faster */
	reel_keys(&reel, "?");
	replay_mouse(reel.replay, &l, &g, &key);
	assert_false(reel.replay->help);
	assert_int_equal(reel.replay->speed, 2);
	grid_release(&g);
	reel_close(&reel);
}

static void
a_click_on_a_mark_goes_there(void **unused)
{
	struct key key = { .code = K_MOUSE, .mouse = MOUSE_PRESS };
	struct grid g = { .cols = 0 };
	const struct mark *m = NULL;
	struct editor *e;
	struct layout l;
	struct reel reel;
	uint64_t ms;
	int x;

	(void)unused;
	reel_open(&reel, REEL_INTERVIEW);
	reel_interview(&reel);
	e = replay_editor(reel.replay);
	assert_int_equal(grid_resize(&g, 80, 24), 0);
	view_layout(e, 80, 24, &l);
	view_draw(e, &l, &g);
	for (x = l.time_x; grid_at(&g, x, l.time_y + 1)->cp != 'p'; x++)
		assert_true(x < l.time_end);
	assert_true(timeline_at(reel.replay, &l, x, l.time_y, &ms));
	key.x = (uint16_t)x;
	key.y = (uint16_t)l.time_y;
	replay_mouse(reel.replay, &l, &g, &key);
	m = marks_before(&reel.replay->marks, now(&reel) + 1);
	assert_int_equal(m->kind, MARK_PASTE);
	assert_int_equal(m->at_ms, reel.replay->clock_ms);
	/* and on a key's name as if it was pressed */
	for (x = 0; grid_at(&g, x, l.keys_y)->cp != 'S'; x++)
		;
	key.x = (uint16_t)x;
	key.y = (uint16_t)l.keys_y;
	replay_mouse(reel.replay, &l, &g, &key);
	assert_true(reel.replay->playing);
	assert_false(timeline_at(reel.replay, &l, 79, l.time_y, &ms));
	grid_release(&g);
	reel_close(&reel);
}

/* Of any size, at any time. */
static void
no_size_does_harm(void **unused)
{
	struct grid g = { .cols = 0 };
	struct layout l;
	struct reel reel;

	(void)unused;
	state = 5;
	reel_open(&reel, REEL_INTERVIEW);
	reel_interview(&reel);
	for (int i = 0; i < 400; i++) {
		replay_go_rev(reel.replay, chance(400));
		reel.replay->help = chance(5) == 0;
		reel.replay->bar = (enum replay_bar)chance(3);
		assert_int_equal(
		    grid_resize(&g, 1 + (int)chance(220), 1 + (int)chance(70)),
		    0);
		view_layout(replay_editor(reel.replay), g.cols, g.rows, &l);
		view_draw(replay_editor(reel.replay), &l, &g);
	}
	grid_release(&g);
	reel_close(&reel);
}

/* No hub sends it. */
static void
a_file_that_comes_twice_is_damage_to_a_search(void **unused)
{
	struct found at;
	struct record r;
	struct tape t;
	struct fold f;

	(void)unused;
	tape_init(&t);
	record_init(&r);
	r.kind = REC_FILE;
	for (r.rev = 1; r.rev <= 2; r.rev++)
		assert_int_equal(tape_add(&t, &r), 0);
	assert_int_equal(fold_init(&f), 0);
	assert_int_equal(
	    search_forward(&f, &t, UINT64_MAX, "x", 1, &at), CS_EFORMAT);
	fold_release(&f);
	record_release(&r);
	tape_release(&t);
}

static void
what_is_no_undo_is_marked_as_a_paste(void **unused)
{
	struct marks m;
	struct record r;

	(void)unused;
	marks_init(&m);
	record_init(&r);
	r.kind = REC_EDIT;
	r.flags = EDIT_UNDO;
	r.site = 2;
	r.rev = 1;
	assert_int_equal(op_splice(&r.op, 0, 3, "", 0), 0);
	marks_add(&m, &r);
	assert_int_equal(op_splice(&r.op, 0, 0, "abc", 3), 0);
	marks_add(&m, &r);
	assert_int_equal(m.n, 0);
	marks_add(&m, &r); /* and once more */
	assert_int_equal(m.n, 1);
	assert_int_equal(m.v[0].kind, MARK_PASTE);
	record_release(&r);
	marks_release(&m);
}

/* Where there is place for one letter. */
static void
a_bookmark_does_not_hide_a_paste(void **unused)
{
	struct marks m;
	struct record r;

	(void)unused;
	marks_init(&m);
	record_init(&r);
	for (int i = 1; i <= 3; i++) {
		r.rev = (uint64_t)i;
		r.at_ms = 1000 + r.rev;
		r.kind = i == 2 ? REC_EDIT : REC_MARK;
		r.flags = i == 2 ? EDIT_PASTE : 0;
		marks_add(&m, &r);
	}
	assert_int_equal(marks_between(&m, 1000, 2000)->kind, MARK_PASTE);
	record_release(&r);
	marks_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_moment_is_its_fold),
		cmocka_unit_test(playing_ends_at_the_end),
		cmocka_unit_test(what_is_kept_is_bounded),
		cmocka_unit_test(keys_go_from_mark_to_mark),
		cmocka_unit_test(the_timer_is_what_it_was),
		cmocka_unit_test(a_paste_is_where_it_was_pasted),
		cmocka_unit_test(keys_move_in_time),
		cmocka_unit_test(a_file_that_comes_twice_is_damage_to_a_search),
		cmocka_unit_test(what_is_no_undo_is_marked_as_a_paste),
		cmocka_unit_test(a_bookmark_does_not_hide_a_paste),
		cmocka_unit_test(times_that_cannot_be_do_no_harm),
		cmocka_unit_test(digits_are_speeds),
		cmocka_unit_test(a_text_is_found_when_it_appears),
		cmocka_unit_test(a_text_appears_by_deleting),
		cmocka_unit_test(lines_know_who_changed_them_last),
		cmocka_unit_test(it_is_seen_while_it_comes),
		cmocka_unit_test(a_note_is_about_the_moment),
		cmocka_unit_test(a_note_is_never_too_long),
		cmocka_unit_test(a_late_note_makes_the_room_no_longer),
		cmocka_unit_test(bad_logs_end_it),
		cmocka_unit_test(nothing_is_there_yet),
		cmocka_unit_test(the_replay_on_screens),
		cmocka_unit_test(two_keys_of_one_label_are_clicked_apart),
		cmocka_unit_test(a_click_on_a_mark_goes_there),
		cmocka_unit_test(no_size_does_harm),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
