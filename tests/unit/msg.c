/* msg.c - each message comes back as it went, and nothing else is accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/msg.h"

static const uint8_t up_types[] = { MSG_HELLO, MSG_JOIN, MSG_EDIT, MSG_CARET,
	MSG_RUN, MSG_STOP, MSG_LEAVE, MSG_PING, MSG_INPUT, MSG_TAKE, MSG_SAY,
	MSG_ACT, MSG_POINT, MSG_LOOKS, MSG_REPLAY, MSG_PRACTICE, MSG_LINK };
static const uint8_t down_types[] = { MSG_WELCOME, MSG_LOAD, MSG_DOC, MSG_CHUNK,
	MSG_CARETS, MSG_PEOPLE, MSG_OUTPUT, MSG_NOTICE, MSG_BYE, MSG_PONG,
	MSG_KEYBOARD, MSG_SAID, MSG_FOCUS, MSG_POINTED, MSG_TIMER, MSG_SUMMARY,
	MSG_TICKET, MSG_HEAD, MSG_PRACTICED, MSG_MEASURES };

/* Each as high as it goes. */
#define MOST_LOOKS 0x111213122ULL

static void
fill_welcome(struct welcome *w)
{
	w->version = 1;
	w->site = 200;
	w->role = ROLE_OBSERVER;
	w->joined = w->ended = w->lobby = true;
	w->looks = MOST_LOOKS;
	w->owns = true;
	w->rev = 1ULL << 40;
	w->now_ms = 1800000000000ULL;
	w->started_ms = 1799999999999ULL;
	w->minutes = 45;
	w->retention_days = 180;
	snprintf(w->room, sizeof(w->room), "r-7f3k2");
	memset(w->title, 't', sizeof(w->title) - 1);
	snprintf(w->language, sizeof(w->language), "python");
	snprintf(w->label, sizeof(w->label), "O13");
	snprintf(w->name, sizeof(w->name), "Zo\xC3\xAB B");
	snprintf(w->rejoin, sizeof(w->rejoin), "ssh -p 2222 r-7f3k2@host");
	w->limits = (struct run_limits){ 1, 2, 3, 4, 5, 6 };
	w->paused_ms = 1ULL << 33;
	w->ended_ms = 1ULL << 45;
	w->missed = UINT32_MAX;
	w->copy = true;
	snprintf(w->thanks, sizeof(w->thanks), "Thank you!");
}

static void
fill_lists(struct msg *m)
{
	m->ncarets = 3;
	m->carets = calloc(3, sizeof(*m->carets));
	m->npeople = 2;
	m->people = calloc(2, sizeof(*m->people));
	for (uint32_t i = 0; i < 3; i++)
		m->carets[i] =
		    (struct caret){ (uint8_t)(i + 1), 15, i != 1, TEXT_MAX, i };
	m->people[1] = (struct person){ 255, ROLE_INTERVIEWER, PERSON_AWAY,
		true, "I", "Ann", 1ULL << 41 };
	m->ntallies = 2;
	m->tallies = calloc(2, sizeof(*m->tallies));
	m->nmeasures = 2;
	m->measures = calloc(2, sizeof(*m->measures));
	m->measures[1] = (struct measure){ 255, LINK_MS_MAX, 101 };
	m->tallies[1] = (struct tally){ 255, UINT32_MAX, 2, 3, 4, 1ULL << 42 };
}

/* Every field that any type has. */
static void
fill(struct msg *m)
{
	msg_init(m);
	m->version = 7;
	m->kind = HELLO_REPLAY;
	m->fresh = m->consent = m->eof = true;
	m->rev = 123456789;
	snprintf(m->name, sizeof(m->name), "main.py");
	m->edit.base = 99;
	m->edit.cseq = 5;
	m->edit.undo_of = 3;
	m->edit.file = 2;
	m->edit.flags = EDIT_UNDO;
	op_splice(&m->edit.op, 10, 2, "h\xC3\xA9", 3);
	m->caret = (struct caret){ 4, 1, true, 100, 200 };
	m->file = 3;
	m->text = (const uint8_t *)"some t\xC3\xA9xt";
	m->text_len = 10;
	m->runs = (const uint8_t *)"\1\4\2\6";
	m->runs_len = 4;
	m->severity = NOTICE_ERROR;
	m->reason = BYE_GONE;
	fill_welcome(&m->welcome);
	m->load = (struct load){ 1ULL << 40, 1ULL << 41, UINT32_MAX, FILE_MAX };
	fill_lists(m);
	m->output.run = 9;
	m->output.state = RUN_ENDED;
	m->output.site = 1;
	m->output.started_ms = 77;
	m->output.result.verdict = VERDICT_STOPPED;
	m->output.result.exit_code = -1;
	m->output.stopped_by = 2;
	m->output.text = (const uint8_t *)"out";
	m->output.text_len = 3;
	m->output.cut = m->output.edited = true;
	m->keyboard = (struct keyboard){ 9, true, 200, 1ULL << 40 };
	m->scope = SAY_NOTE;
	m->act = (struct act){ ACT_FOCUS, 77, FOCUS_MAX_MINUTES };
	m->looks = MOST_LOOKS;
	m->said = (struct said){ 1ULL << 42, 1ULL << 43, 9, SAY_STAFF };
	m->focus = (struct focus){ true, 8, 1ULL << 44 };
	m->timer =
	    (struct timer){ 1ULL << 41, 1ULL << 42, 1ULL << 43, 60, 9, true };
	m->link_ms = LINK_MS_MAX;
	m->summary.duration_ms = 1ULL << 40;
	m->summary.verdicts[VERDICT_INTERNAL] = 7;
	m->summary.paste_site = 255;
	m->summary.notes = 6;
	m->summary.bars[SUMMARY_BARS - 1] = SUMMARY_BAR_MAX;
}

static void
encode(uint8_t type, struct buf *b)
{
	struct msg m;

	fill(&m);
	m.type = type;
	if (type == MSG_PRACTICE)
		m.kind = PRACTICE_INPUT;
	buf_init(b, MSG_MAX);
	msg_encode(&m, b);
	assert_int_equal(b->err, 0);
	msg_release(&m);
}

/* Decoding and encoding again gives the same bytes, and each cut is refused. */
static void
check_type(uint8_t type, bool up)
{
	struct buf b, again;
	struct msg m;

	encode(type, &b);
	msg_init(&m);
	assert_int_equal(msg_decode(&m, b.data, b.len, up), 0);
	assert_int_equal(m.type, type);
	buf_init(&again, MSG_MAX);
	msg_encode(&m, &again);
	assert_int_equal(again.len, b.len);
	assert_memory_equal(again.data, b.data, b.len);
	for (size_t cut = 0; cut < b.len; cut++)
		assert_true(msg_decode(&m, b.data, cut, up) < 0);
	assert_int_equal(msg_decode(&m, b.data, b.len, !up), CS_EFORMAT);
	buf_put_u8(&b, 0);
	assert_true(msg_decode(&m, b.data, b.len, up) < 0);
	msg_release(&m);
	buf_release(&again);
	buf_release(&b);
}

static void
every_type_comes_back_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(up_types); i++)
		check_type(up_types[i], true);
	for (size_t i = 0; i < sizeof(down_types); i++)
		check_type(down_types[i], false);
}

static int
practice(enum practice_kind kind, const char *text, size_t len)
{
	struct msg m, back;
	struct buf b;
	int r;

	msg_init(&m);
	msg_init(&back);
	m.type = MSG_PRACTICE;
	m.kind = (uint8_t)kind;
	m.text = (const uint8_t *)text;
	m.text_len = (uint32_t)len;
	buf_init(&b, MSG_MAX_UP);
	msg_encode(&m, &b);
	r = msg_decode(&back, b.data, b.len, true);
	buf_release(&b);
	return r;
}

static void
what_is_practised_has_bounds(void **state)
{
	static char text[PRACTICE_TEXT_MAX + 1];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(practice(PRACTICE_RUN, text, PRACTICE_TEXT_MAX), 0);
	assert_true(practice(PRACTICE_RUN, text, sizeof(text)) < 0);
	assert_int_equal(practice(PRACTICE_RUN, "\xFF", 1), CS_EUTF8);
	assert_int_equal(practice(PRACTICE_STOP, "", 0), 0);
	assert_true(practice(PRACTICE_STOP, "x", 1) < 0);
	assert_int_equal(practice(PRACTICE_INPUT, "x\n", 2), 0);
	assert_int_equal(practice(PRACTICE_INPUT, "x", 1), CS_EFORMAT);
	assert_true(practice(PRACTICE_INPUT, text, sizeof(text)) < 0);
	assert_true(practice(PRACTICE_INPUT + 1, "", 0) < 0);
}

static void
fields_arrive_where_they_belong(void **state)
{
	struct msg m;
	struct buf b;

	(void)state;
	msg_init(&m);
	encode(MSG_EDIT, &b);
	assert_int_equal(msg_decode(&m, b.data, b.len, true), 0);
	assert_int_equal(m.edit.base, 99);
	assert_int_equal(m.edit.cseq, 5);
	assert_int_equal(m.edit.undo_of, 3);
	assert_int_equal(m.edit.op.nhunks, 1);
	assert_int_equal(m.edit.op.hunks[0].skip, 10);
	buf_release(&b);
	encode(MSG_WELCOME, &b);
	assert_int_equal(msg_decode(&m, b.data, b.len, false), 0);
	assert_int_equal(strlen(m.welcome.title), 128);
	assert_string_equal(m.welcome.rejoin, "ssh -p 2222 r-7f3k2@host");
	assert_int_equal(m.welcome.limits.files_mb, 6);
	assert_true(m.welcome.looks == MOST_LOOKS && m.welcome.owns);
	assert_true(m.welcome.ended && !m.welcome.back);
	buf_release(&b);
	encode(MSG_PEOPLE, &b);
	assert_int_equal(msg_decode(&m, b.data, b.len, false), 0);
	assert_int_equal(m.npeople, 2);
	assert_string_equal(m.people[1].name, "Ann");
	assert_int_equal(m.people[1].site, 255);
	assert_int_equal(m.people[1].since_ms, 1ULL << 41);
	buf_release(&b);
	encode(MSG_INPUT, &b);
	assert_int_equal(msg_decode(&m, b.data, b.len, true), 0);
	assert_memory_equal(m.text, "some t\xC3\xA9xt", 10);
	assert_true(m.eof);
	buf_release(&b);
	encode(MSG_KEYBOARD, &b);
	assert_int_equal(msg_decode(&m, b.data, b.len, false), 0);
	assert_int_equal(m.keyboard.run, 9);
	assert_true(m.keyboard.waiting);
	assert_int_equal(m.keyboard.site, 200);
	assert_int_equal(m.keyboard.since_ms, 1ULL << 40);
	buf_release(&b);
	encode(MSG_SAY, &b);
	assert_int_equal(msg_decode(&m, b.data, b.len, true), 0);
	assert_int_equal(m.scope, SAY_NOTE);
	assert_memory_equal(m.text, "some t\xC3\xA9xt", 10);
	buf_release(&b);
	encode(MSG_ACT, &b);
	assert_int_equal(msg_decode(&m, b.data, b.len, true), 0);
	assert_int_equal(m.act.kind, ACT_FOCUS);
	assert_int_equal(m.act.site, 77);
	assert_int_equal(m.act.minutes, FOCUS_MAX_MINUTES);
	buf_release(&b);
	encode(MSG_LOOKS, &b);
	assert_int_equal(msg_decode(&m, b.data, b.len, true), 0);
	assert_true(m.looks == MOST_LOOKS);
	b.data[b.len - 1] = KEYMAPS; /* there is no such one */
	assert_int_equal(msg_decode(&m, b.data, b.len, true), CS_EFORMAT);
	buf_release(&b);
	encode(MSG_SAID, &b);
	assert_int_equal(msg_decode(&m, b.data, b.len, false), 0);
	assert_int_equal(m.said.rev, 1ULL << 42);
	assert_int_equal(m.said.at_ms, 1ULL << 43);
	assert_int_equal(m.said.site, 9);
	assert_int_equal(m.said.scope, SAY_STAFF);
	assert_memory_equal(m.text, "some t\xC3\xA9xt", 10);
	buf_release(&b);
	encode(MSG_FOCUS, &b);
	assert_int_equal(msg_decode(&m, b.data, b.len, false), 0);
	assert_true(m.focus.on);
	assert_int_equal(m.focus.site, 8);
	assert_int_equal(m.focus.until_ms, 1ULL << 44);
	buf_release(&b);
	encode(MSG_TIMER, &b);
	assert_int_equal(msg_decode(&m, b.data, b.len, false), 0);
	assert_int_equal(m.timer.paused_ms, 1ULL << 42);
	assert_int_equal(m.timer.since_ms, 1ULL << 43);
	assert_int_equal(m.timer.minutes, 60);
	assert_true(m.timer.lost);
	buf_release(&b);
	encode(MSG_SUMMARY, &b);
	assert_int_equal(msg_decode(&m, b.data, b.len, false), 0);
	assert_int_equal(m.summary.verdicts[VERDICT_INTERNAL], 7);
	assert_int_equal(m.summary.bars[SUMMARY_BARS - 1], SUMMARY_BAR_MAX);
	assert_int_equal(m.ntallies, 2);
	assert_int_equal(m.tallies[1].typed, UINT32_MAX);
	assert_int_equal(m.tallies[1].away_ms, 1ULL << 42);
	buf_release(&b);
	encode(MSG_LINK, &b);
	assert_int_equal(msg_decode(&m, b.data, b.len, true), 0);
	assert_int_equal(m.link_ms, LINK_MS_MAX);
	buf_release(&b);
	encode(MSG_MEASURES, &b);
	assert_int_equal(msg_decode(&m, b.data, b.len, false), 0);
	assert_int_equal(m.nmeasures, 2);
	assert_int_equal(m.measures[1].site, 255);
	assert_int_equal(m.measures[1].link_ms, LINK_MS_MAX);
	assert_int_equal(m.measures[1].share, 101);
	buf_release(&b);
	msg_release(&m);
}

static int
decoded(const void *bytes, size_t len, bool up)
{
	struct msg m;
	int r;

	msg_init(&m);
	r = msg_decode(&m, bytes, len, up);
	msg_release(&m);
	return r;
}

static void
values_out_of_their_range_are_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool up;
	} bad[] = {
		{ "\x01\x01\x00\x03\x00\x00", 6, true }, /* kind */
		{ "\x01\x01\x00\x00\x02\x00", 6, true }, /* a flag of 2 */
		{ "\x02\x02"
		  "a\x00"
		  "\x01",
		    5, true },                           /* NUL in a name */
		{ "\x02\x01\xFF\x01", 4, true },         /* no UTF-8 */
		{ "\x03\x00\x01\x10\x00\x00", 6, true }, /* file 16 */
		{ "\x03\x00\x01\x00\x04\x00", 6, true }, /* put is the host's */
		{ "\x03\x00\x01\x00\x00\x81\x80\x01", 8, true }, /* hunks */
		{ "\x47\x00\x01\xFF", 4, false }, /* notice: no UTF-8 */
		{ "\x47\x03\x00", 3, false },     /* severity */
		{ "\x48\x06\x00", 3, false },     /* reason */
		{ "\x44\x00\xFF\x01", 4, false }, /* 255 carets, none */
		{ "\x1F", 1, true },              /* no such type */
		{ "\x09\x01x\x00", 4, true },     /* half a line */
		{ "\x09\x00\x00", 3, true },      /* no line at all */
		{ "\x09\x01\xFF\x01", 4, true },  /* no UTF-8 */
		{ "\x0B\x03\x01x", 4, true },     /* scope */
		{ "\x0B\x00\x01\xFF", 4, true },  /* no UTF-8 */
		{ "\x0C\x0D\x00\x00", 4, true },  /* no such act */
		{ "\x0E\x03", 2, true },          /* no such keys */
		{ "\x0E\x30", 2, true },          /* no such colours */
		{ "\x0E\x80\x80\x80\x80\x80\x02", 7, true }, /* look */
		{ "\x0C\x08\x00\x3D", 4, true },             /* 61 minutes */
		{ "\x11\x90\x4E", 3, true },          /* 10 s to the terminal */
		{ "\x53\x01\x01\x00\x66", 5, false }, /* 101 percent */
		{ "", 0, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (decoded(bad[i].bytes, bad[i].len, bad[i].up) >= 0)
			fail_msg("case %zu was accepted", i);
	assert_int_equal(decoded("\x11\x8F\x4E", 3, true), 0);
	assert_int_equal(decoded("\x53\x01\x01\x00\x65", 5, false), 0);
	assert_int_equal(decoded("\x47\x02\x01x", 4, false), 0);
	assert_int_equal(decoded("\x09\x02x\n\x00", 5, true), 0);
	assert_int_equal(decoded("\x09\x01x\x01", 4, true), 0);
	assert_int_equal(decoded("\x09\x00\x01", 3, true), 0);
	assert_int_equal(decoded("\x01\x01\x00\x01\x01\x00", 6, true), 0);
}

static void
names_over_their_maximum_are_refused(void **state)
{
	uint8_t bytes[80];

	(void)state;
	memset(bytes, 'a', sizeof(bytes));
	bytes[0] = MSG_JOIN;
	bytes[1] = NAME_MAX_BYTES;
	bytes[2 + NAME_MAX_BYTES] = 1;
	assert_int_equal(decoded(bytes, 3 + NAME_MAX_BYTES, true), 0);
	bytes[1] = NAME_MAX_BYTES + 1;
	bytes[2 + NAME_MAX_BYTES] = 'a';
	bytes[3 + NAME_MAX_BYTES] = 1;
	assert_true(decoded(bytes, 4 + NAME_MAX_BYTES, true) < 0);
}

static void
document_carries_text_and_authors(void **state)
{
	uint8_t sites[16];
	struct text *t;
	struct msg m;
	struct buf b;

	(void)state;
	assert_int_equal(text_new(&t), 0);
	assert_int_equal(text_splice(t, 0, 0, "hello world", 11, 1), 0);
	assert_int_equal(text_splice(t, 5, 0, "XX", 2, 9), 0);
	buf_init(&b, MSG_MAX);
	msg_encode_doc(&b, 2, "a.py", t);
	assert_int_equal(b.err, 0);
	msg_init(&m);
	assert_int_equal(msg_decode(&m, b.data, b.len, false), 0);
	assert_string_equal(m.name, "a.py");
	assert_int_equal(m.text_len, 13);
	assert_memory_equal(m.text, "helloXX world", 13);
	assert_int_equal(msg_doc_sites(&m, sites, 13), 0);
	for (size_t i = 0; i < 13; i++)
		assert_int_equal(sites[i], i == 5 || i == 6 ? 9 : 1);
	assert_int_equal(msg_doc_sites(&m, sites, 12), CS_EFORMAT);
	assert_int_equal(msg_doc_sites(&m, sites, 14), CS_EFORMAT);
	msg_release(&m);
	buf_release(&b);
	text_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_comes_back_whole),
		cmocka_unit_test(what_is_practised_has_bounds),
		cmocka_unit_test(fields_arrive_where_they_belong),
		cmocka_unit_test(values_out_of_their_range_are_refused),
		cmocka_unit_test(names_over_their_maximum_are_refused),
		cmocka_unit_test(document_carries_text_and_authors),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
