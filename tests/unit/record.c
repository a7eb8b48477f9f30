/* record.c - chunks of proto/record.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/record.h"

static void
set(char *dst, size_t size, const char *s)
{
	snprintf(dst, size, "%s", s);
}

static void
edit(struct record *r, uint8_t site, uint64_t at_ms, size_t pos, size_t del,
    const char *ins)
{
	r->rev++;
	r->at_ms = at_ms;
	r->site = site;
	r->kind = REC_EDIT;
	r->file = r->flags = 0;
	r->undo_of = 0;
	assert_int_equal(op_splice(&r->op, pos, del, ins, strlen(ins)), 0);
}

static void
same(const struct record *a, const struct record *b)
{
	assert_true(a->rev == b->rev);
	assert_true(a->at_ms == b->at_ms);
	assert_int_equal(a->site, b->site);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->file, b->file);
	assert_int_equal(a->flags, b->flags);
	assert_int_equal(a->role, b->role);
	assert_int_equal(a->why, b->why);
	assert_int_equal(a->stream, b->stream);
	assert_int_equal(a->seat, b->seat);
	assert_int_equal(a->minutes, b->minutes);
	assert_int_equal(a->undo_of, b->undo_of);
	assert_int_equal(a->run, b->run);
	assert_string_equal(a->name, b->name);
	assert_string_equal(a->label, b->label);
	assert_int_equal(a->text_len, b->text_len);
	if (a->text_len > 0)
		assert_memory_equal(a->text, b->text, a->text_len);
	if (a->kind == REC_EDIT)
		assert_true(op_equal(&a->op, &b->op));
	if (a->kind == REC_RUN_END)
		assert_int_equal(a->result.wall_ms, b->result.wall_ms);
}

/* Write R alone and read it back. */
static void
round_trip(struct record *r)
{
	struct chunk_writer w;
	struct chunk_reader cr;
	struct record got;
	struct buf b;

	buf_init(&b, CHUNK_MAX);
	record_init(&got);
	chunk_begin(&w, &b, r->rev, 1000);
	chunk_add(&w, r);
	assert_int_equal(b.err, 0);
	assert_int_equal(chunk_open(&cr, b.data, b.len), 0);
	assert_int_equal(chunk_next(&cr, &got), 1);
	same(r, &got);
	assert_int_equal(chunk_next(&cr, &got), 0);
	for (size_t cut = 0; cut < b.len; cut++) {
		if (chunk_open(&cr, b.data, cut) < 0)
			continue;
		while (chunk_next(&cr, &got) == 1)
			assert_true(cut < b.len);
	}
	record_release(&got);
	buf_release(&b);
}

static void
test_every_kind_comes_back(void **state)
{
	struct record r;

	(void)state;
	record_init(&r);
	r.rev = 41;
	r.at_ms = 1700000000123;
	r.site = 7;
	r.kind = REC_FILE;
	r.file = 3;
	set(r.name, sizeof(r.name), "\xC3\xA9t\xC3\xA9.py");
	round_trip(&r);
	r.kind = REC_JOIN;
	r.file = 0;
	set(r.label, sizeof(r.label), "C12");
	r.role = ROLE_OBSERVER;
	round_trip(&r);
	r.kind = REC_LEAVE;
	r.name[0] = r.label[0] = '\0';
	r.role = 0;
	r.why = LEAVE_KICKED;
	round_trip(&r);
	r.kind = REC_RUN_START;
	r.why = 0;
	r.run = 4000000000;
	set(r.name, sizeof(r.name), "python");
	round_trip(&r);
	r.kind = REC_RUN_OUTPUT;
	r.name[0] = '\0';
	r.stream = 2;
	r.text = (const uint8_t *)"out\n\xE2\x82\xAC";
	r.text_len = 7;
	round_trip(&r);
	r.kind = REC_RUN_END;
	r.stream = 0;
	r.text_len = 0;
	r.result.verdict = VERDICT_TIME;
	r.result.wall_ms = 12345;
	round_trip(&r);
	r.kind = REC_RUN_INPUT;
	r.flags = INPUT_EOF | INPUT_GIVEN;
	r.text = (const uint8_t *)"4\n\xE2\x82\xAC";
	r.text_len = 5;
	round_trip(&r);
	r.kind = REC_END;
	r.flags = 0;
	r.text_len = 0;
	r.run = 0;
	round_trip(&r);
	record_release(&r);
}

static void
test_what_the_staff_does_comes_back(void **state)
{
	static const uint8_t bare[] = { REC_FREEZE, REC_THAW, REC_REOPEN,
		REC_HIDDEN, REC_MARK };
	struct record r;

	(void)state;
	record_init(&r);
	r.rev = 41;
	r.at_ms = 1700000000123;
	r.site = 7;
	r.kind = REC_ADMIT;
	r.seat = 200;
	round_trip(&r);
	r.kind = REC_BACK;
	round_trip(&r);
	r.kind = REC_ROLE;
	r.flags = 1;
	round_trip(&r);
	r.kind = REC_CHAT;
	r.seat = 0;
	r.flags = CHAT_STAFF;
	r.text = (const uint8_t *)"caf\xC3\xA9";
	r.text_len = 5;
	round_trip(&r);
	r.kind = REC_NOTE;
	r.flags = 0;
	round_trip(&r);
	r.kind = REC_FOCUS;
	r.text_len = 0;
	r.minutes = FOCUS_MAX_MINUTES;
	round_trip(&r);
	r.kind = REC_EXTEND;
	r.minutes = EXTEND_MAX_MINUTES;
	round_trip(&r);
	r.minutes = 0;
	r.kind = REC_PAUSE;
	round_trip(&r);
	r.flags = PAUSE_LOST;
	round_trip(&r);
	r.kind = REC_RESUME;
	round_trip(&r);
	r.flags = 0;
	for (size_t i = 0; i < sizeof(bare); i++) {
		r.kind = bare[i];
		round_trip(&r);
	}
	record_release(&r);
}

static void
expect_echo(const char *text, uint8_t flags, bool at_prompt, const char *echo)
{
	struct record r;
	struct buf b;

	record_init(&r);
	r.kind = REC_RUN_INPUT;
	r.flags = flags;
	r.text = (const uint8_t *)text;
	r.text_len = (uint32_t)strlen(text);
	buf_init(&b, 100);
	record_echo(&r, at_prompt, &b);
	assert_int_equal(b.len, strlen(echo));
	assert_memory_equal(b.data, echo, b.len);
	buf_release(&b);
	record_release(&r);
}

static void
test_input_is_shown_after_its_prompt_or_marked(void **state)
{
	(void)state;
	expect_echo("4\n", 0, false, "> 4\n");
	expect_echo("4\n", 0, true, "4\n");
	expect_echo("\n", 0, false, "> \n");
	expect_echo("a\nb\n", 0, true, "a\n> b\n");
	expect_echo("", INPUT_EOF, false, "> ^D\n");
	expect_echo("", INPUT_EOF, true, "^D\n");
	expect_echo("a", INPUT_EOF, false, "> a^D\n");
	expect_echo("a\n", INPUT_EOF, true, "a\n> ^D\n");
	expect_echo("a\n", INPUT_EOF | INPUT_GIVEN, true, "");
}

static void
test_every_form_of_edit_comes_back(void **state)
{
	struct record r;

	(void)state;
	record_init(&r);
	r.rev = 9;
	edit(&r, 1, 1000, 0, 0, "a");
	round_trip(&r);
	edit(&r, 1, 1000, 0, 0, "the length of this one is 40 bytes......");
	round_trip(&r);
	edit(&r, 255, UINT64_MAX, TEXT_MAX - 1, 0, "z");
	round_trip(&r);
	edit(&r, 2, 2000, 77, 3, "");
	round_trip(&r);
	edit(&r, 2, 2000, 77, 300, "");
	round_trip(&r);
	edit(&r, 2, 2000, 77, 3, "xy");
	round_trip(&r);
	edit(&r, 2, 2000, 5, 0, "pasted");
	r.flags = EDIT_PASTE;
	r.file = 15;
	round_trip(&r);
	r.flags = EDIT_UNDO | EDIT_PUT;
	r.undo_of = UINT32_MAX;
	op_skip(&r.op, 4);
	op_delete(&r.op, 9);
	round_trip(&r);
	op_clear(&r.op); /* a no-op takes a revision too */
	r.flags = 0;
	r.undo_of = 0;
	round_trip(&r);
	record_release(&r);
}

/* The offsets that test_typing_costs_three_or_four_bytes wrote. */
static void
expect_places(const struct buf *b)
{
	static const uint32_t places[] = { 100000, 100001, 100002, 100002, 50,
		100002 };
	struct chunk_reader cr;
	struct record r;

	record_init(&r);
	assert_int_equal(chunk_open(&cr, b->data, b->len), 0);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		assert_int_equal(chunk_next(&cr, &r), 1);
		assert_int_equal(r.op.hunks[0].skip, places[i]);
		assert_int_equal(r.site, i == 4 ? 4 : 3);
	}
	assert_int_equal(chunk_next(&cr, &r), 0);
	record_release(&r);
}

static void
test_typing_costs_three_or_four_bytes(void **state)
{
	struct chunk_writer w;
	struct record r;
	struct buf b;
	size_t before;

	(void)state;
	buf_init(&b, CHUNK_MAX);
	record_init(&r);
	chunk_begin(&w, &b, 1, 5000);
	edit(&r, 3, 5000, 100000, 0, "a");
	chunk_add(&w, &r);
	before = b.len;
	edit(&r, 3, 5120, 100001, 0, "b"); /* at once */
	chunk_add(&w, &r);
	assert_int_equal(b.len - before, 3);
	before = b.len;
	edit(&r, 3, 6120, 100002, 0, "c"); /* after a second */
	chunk_add(&w, &r);
	assert_int_equal(b.len - before, 4);
	before = b.len;
	edit(&r, 3, 6220, 100002, 1, ""); /* backspace */
	chunk_add(&w, &r);
	assert_int_equal(b.len - before, 2);
	before = b.len;
	edit(&r, 4, 6220, 50, 0, "x"); /* someone else between */
	chunk_add(&w, &r);
	before = b.len;
	edit(&r, 3, 6230, 100002, 0, "d"); /* goes on where it was */
	chunk_add(&w, &r);
	assert_int_equal(b.len - before, 4);
	assert_int_equal(b.err, 0);
	expect_places(&b);
	record_release(&r);
	buf_release(&b);
}

static void
test_wrong_revision_or_time_is_refused(void **state)
{
	struct chunk_writer w;
	struct record r;
	struct buf b;

	(void)state;
	buf_init(&b, CHUNK_MAX);
	record_init(&r);
	chunk_begin(&w, &b, 5, 1000);
	edit(&r, 1, 2000, 0, 0, "a");
	chunk_add(&w, &r);
	assert_int_equal(b.err, CS_EINVAL);
	buf_clear(&b);
	chunk_begin(&w, &b, 2, 3000);
	edit(&r, 1, 2000, 0, 0, "a");
	chunk_add(&w, &r);
	assert_int_equal(b.err, CS_EINVAL);
	record_release(&r);
	buf_release(&b);
}

static int
read_one(const void *p, size_t len)
{
	struct chunk_reader cr;
	struct record r;
	int err;

	record_init(&r);
	if ((err = chunk_open(&cr, p, len)) == 0 &&
	    (err = chunk_next(&cr, &r)) < 0)
		assert_true(chunk_next(&cr, &r) < 0);
	record_release(&r);
	return err;
}

static void
test_bad_chunks_are_refused(void **state)
{
	(void)state;
	assert_int_equal(read_one("\x01\x01\x00", 3), 0);
	assert_int_equal(read_one("", 0), CS_EFORMAT);
	assert_int_equal(read_one("\x02\x01\x00", 3), CS_EFORMAT);
	assert_int_equal(read_one("\x01\x00\x00", 3), CS_EFORMAT);
	/* typed: nothing, not UTF-8, cut off */
	assert_int_equal(read_one("\x01\x01\x00\x00\x01\x00", 6), CS_EFORMAT);
	assert_int_equal(read_one("\x01\x01\x00\x01\x01\x00\xFF", 7), CS_EUTF8);
	assert_int_equal(read_one("\x01\x01\x00\x02\x01\x00x", 7), CS_EFORMAT);
	/* erased before the start */
	assert_int_equal(read_one("\x01\x01\x00\x41\x01\x00", 6), CS_EFORMAT);
	/* moved to before the start, and beyond the largest text */
	assert_int_equal(
	    read_one("\x01\x01\x00\x81\x01\x00\x01x", 8), CS_EFORMAT);
	assert_int_equal(
	    read_one("\x01\x01\x00\x81\x01\x00\x80\x80\x80\x01x", 11),
	    CS_EFORMAT);
	/* a kind, a role and a stream that do not exist */
	assert_int_equal(read_one("\x01\x01\x00\xC8\x01\x00", 6), CS_EFORMAT);
	assert_int_equal(
	    read_one("\x01\x01\x00\xC2\x01\x00\x00\x00\x03", 9), CS_EFORMAT);
	assert_int_equal(
	    read_one("\x01\x01\x00\xC5\x01\x00\x01\x03\x00", 9), CS_EFORMAT);
	/* authors of less and of more than is inserted */
	assert_int_equal(
	    read_one(
		"\x01\x01\x00\xC0\x01\x00\x80\x01\x00\x00\x02xy\x02\x01", 15),
	    CS_EFORMAT);
	assert_int_equal(
	    read_one(
		"\x01\x01\x00\xC0\x01\x00\x80\x01\x00\x00\x02xy\x02\x03", 15),
	    CS_ETOOBIG);
	assert_int_equal(
	    read_one(
		"\x01\x01\x00\xC0\x01\x00\x80\x01\x00\x00\x02xy\x02\x02", 15),
	    1);
	/* time past the end of time */
	assert_int_equal(
	    read_one("\x01\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"
		     "\xC7\x01\x01",
		15),
	    CS_EFORMAT);
}

static void
test_much_in_one_record_weighs_more(void **state)
{
	struct record r;

	(void)state;
	record_init(&r);
	r.kind = REC_EDIT;
	op_insert(&r.op, "x", 1);
	assert_int_equal(record_weight(&r), 1);
	for (int i = 0; i < 10000; i++) {
		op_skip(&r.op, 1);
		op_delete(&r.op, 1);
	}
	assert_int_equal(r.op.err, 0);
	assert_true(record_weight(&r) > 100);
	r.kind = REC_RUN_OUTPUT; /* then what was read before does not count */
	assert_int_equal(record_weight(&r), 1);
	r.text_len = RECORD_TEXT_MAX;
	assert_true(record_weight(&r) > 50);
	record_release(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_comes_back),
		cmocka_unit_test(test_what_the_staff_does_comes_back),
		cmocka_unit_test(
		    test_input_is_shown_after_its_prompt_or_marked),
		cmocka_unit_test(test_every_form_of_edit_comes_back),
		cmocka_unit_test(test_typing_costs_three_or_four_bytes),
		cmocka_unit_test(test_wrong_revision_or_time_is_refused),
		cmocka_unit_test(test_bad_chunks_are_refused),
		cmocka_unit_test(test_much_in_one_record_weighs_more),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
