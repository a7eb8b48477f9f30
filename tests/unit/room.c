/* room.c - rooms in memory over a real store, and the small rules around them:
 * ids, codes, labels, names, times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/secret.h"
#include "proto/err.h"
#include "proto/sys/loop.h"
#include "tests/lib/world.h"

static void
labels_follow_the_roles(void **state)
{
	static const struct {
		enum role role;
		unsigned n;
		const char *label;
	} cases[] = {
		{ ROLE_CANDIDATE, 0, "C" },
		{ ROLE_CANDIDATE, 5, "H" },
		{ ROLE_CANDIDATE, 6, "C7" },
		{ ROLE_CANDIDATE, 7, "C8" },
		{ ROLE_INTERVIEWER, 0, "I" },
		{ ROLE_INTERVIEWER, 5, "N" },
		{ ROLE_INTERVIEWER, 6, "I7" },
		{ ROLE_OBSERVER, 0, "O" },
		{ ROLE_OBSERVER, 11, "Z" },
		{ ROLE_OBSERVER, 12, "O13" },
		{ ROLE_OBSERVER, 253, "O254" },
	};
	char label[LABEL_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		room_label(cases[i].role, cases[i].n, label);
		assert_string_equal(label, cases[i].label);
	}
}

static void
room_ids_are_read_as_people_write_them(void **state)
{
	char id[ROOM_ID_LEN + 1];

	(void)state;
	assert_int_equal(room_id_read("R-7F3K2", id), 0);
	assert_string_equal(id, "r-7f3k2");
	assert_int_equal(room_id_read("r-oIlLO", id), 0);
	assert_string_equal(id, "r-01110");
	assert_int_equal(room_id_read("r-7f3k", id), CS_EINVAL);
	assert_int_equal(room_id_read("r-7f3k22", id), CS_EINVAL);
	assert_int_equal(room_id_read("x-7f3k2", id), CS_EINVAL);
	assert_int_equal(room_id_read("r-7f3u2", id), CS_EINVAL);
	assert_int_equal(room_id_read("", id), CS_EINVAL);
	room_id_new(id);
	assert_int_equal(room_id_read(id, id), 0);
}

static void
codes_are_read_as_people_write_them(void **state)
{
	char code[CODE_LEN + 1], shown[CODE_SHOWN_LEN + 1];

	(void)state;
	assert_int_equal(code_read("K7M2-QX9D-4TRB", code), 0);
	assert_string_equal(code, "K7M2QX9D4TRB");
	assert_int_equal(code_read(" k7m2 qx9d4trb\n", code), 0);
	assert_string_equal(code, "K7M2QX9D4TRB");
	assert_int_equal(code_read("oilo-0000-0000", code), 0);
	assert_string_equal(code, "011000000000");
	assert_int_equal(code_read("K7M2-QX9D-4TR", code), CS_EINVAL);
	assert_int_equal(code_read("K7M2-QX9D-4TRBB", code), CS_EINVAL);
	assert_int_equal(code_read("K7M2-QX9D-4TR!", code), CS_EINVAL);
	code_show("K7M2QX9D4TRB", shown);
	assert_string_equal(shown, "K7M2-QX9D-4TRB");
	code_new(code);
	assert_int_equal(code_read(code, code), 0);
}

static void
a_code_is_known_by_its_hash_only_with_its_salt(void **state)
{
	char salt[64], other[64], a[128], b[128];

	(void)state;
	assert_int_equal(secret_salt(salt, sizeof(salt)), 0);
	assert_int_equal(secret_salt(other, sizeof(other)), 0);
	assert_int_equal(secret_hash("K7M2QX9D4TRB", salt, a, sizeof(a)), 0);
	assert_int_equal(secret_hash("K7M2QX9D4TRB", salt, b, sizeof(b)), 0);
	assert_string_equal(a, b);
	assert_null(strstr(a, "K7M2"));
	assert_int_equal(secret_hash("K7M2QX9D4TRC", salt, b, sizeof(b)), 0);
	assert_string_not_equal(a, b);
	assert_int_equal(secret_hash("K7M2QX9D4TRB", other, b, sizeof(b)), 0);
	assert_string_not_equal(a, b);
}

static void
names_are_trimmed_and_checked(void **state)
{
	char name[128] = "  Ann Example ", bad[] = "a\033[31m", blank[] = "   ";
	char nl[] = "a\nb", utf8[] = "Zo\xC3\xAB", broken[] = "a\xC3";

	(void)state;
	assert_int_equal(person_name(name), 0);
	assert_string_equal(name, "Ann Example");
	assert_int_equal(person_name(utf8), 0);
	assert_int_equal(person_name(bad), CS_EINVAL);
	assert_int_equal(person_name(blank), CS_EINVAL);
	assert_int_equal(person_name(nl), CS_EINVAL);
	assert_int_equal(person_name(broken), CS_EINVAL);
	memset(name, 'x', 64);
	name[64] = '\0';
	assert_int_equal(person_name(name), 0);
	name[64] = 'x';
	name[65] = '\0';
	assert_int_equal(person_name(name), CS_EINVAL);
}

static void
a_put_changes_only_what_differs(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);

	assert_int_equal(
	    room_put(room, SITE_LOCAL, "main.py", "one two\n", 8), 0);
	assert_int_equal(order_rev(room->order), 2);
	assert_int_equal(
	    room_put(room, SITE_LOCAL, "main.py", "one two\n", 8), 0);
	assert_int_equal(order_rev(room->order), 2);
	assert_int_equal(
	    room_put(room, SITE_LOCAL, "main.py", "one 2\n", 6), 0);
	assert_int_equal(order_rev(room->order), 3);
	text_is(room->order, 0, "one 2\n");
	assert_int_equal(
	    room_put(room, SITE_LOCAL, "main.py", "\xFF", 1), CS_EFORMAT);
	assert_int_equal(order_rev(room->order), 3);
}

static void
a_room_is_the_same_after_a_cold_start(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	struct member *m;
	char id[STORE_ID_SIZE];

	memcpy(id, room->row.id, sizeof(id));
	assert_int_equal(room_seat_add(room, ROLE_CANDIDATE, NULL, "", &m), 0);
	assert_int_equal(m->row.site, 2);
	assert_int_equal(room_put(room, SITE_LOCAL, "main.py", "a\n", 2), 0);
	assert_int_equal(room_put(room, SITE_LOCAL, "b.py", "b\n", 2), 0);
	assert_int_equal(room_enter(room, m, "Ann"), 0);
	assert_true(room->row.started_ms != 0);
	turn(&w->hub);
	assert_int_equal(room_put(room, SITE_LOCAL, "b.py", "bb\n", 3), 0);
	turn(&w->hub);
	room_drop(room);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_int_equal(order_rev(room->order), 6);
	text_is(room->order, 0, "a\n");
	text_is(room->order, 1, "bb\n");
	assert_string_equal(room->members[2]->row.name, "Ann");
	assert_int_equal(room->members[2]->row.state, SEAT_HERE);
	assert_true(room->row.started_ms != 0);
}

static void
the_last_output_is_there_after_a_cold_start(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	struct run_row run = { .room = room->row.key, .run = 1 };
	struct record r;
	char id[STORE_ID_SIZE];

	memcpy(id, room->row.id, sizeof(id));
	record_init(&r);
	r.kind = REC_RUN_START;
	r.run = 1;
	memcpy(r.name, "python", 7);
	assert_int_equal(room_event(room, &r), 0);
	run.start_rev = r.rev;
	assert_int_equal(store_run_add(w->hub.store, &run), 0);
	r.kind = REC_RUN_OUTPUT;
	r.stream = 1;
	r.text = (const uint8_t *)"hello\n";
	r.text_len = 6;
	assert_int_equal(room_event(room, &r), 0);
	turn(&w->hub);
	/* and also from before a snapshot */
	for (int i = 0; i < 2; i++) {
		rooms_close(&w->hub);
		assert_int_equal(room_open(&w->hub, id, &room), 0);
		assert_int_equal(room->run.o.run, 1);
		assert_int_equal(room->run.text.len, 6);
		assert_memory_equal(room->run.text.data, "hello\n", 6);
	}
}

static void
a_cold_start_does_not_read_all_since_the_last_run(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	struct run_row run = { .room = room->row.key, .run = 1 };
	struct record r;
	char id[STORE_ID_SIZE];

	memcpy(id, room->row.id, sizeof(id));
	record_init(&r);
	r.kind = REC_RUN_START;
	r.run = 1;
	assert_int_equal(room_event(room, &r), 0);
	run.start_rev = r.rev;
	assert_int_equal(store_run_add(w->hub.store, &run), 0);
	r.kind = REC_RUN_END;
	assert_int_equal(room_event(room, &r), 0);
	turn(&w->hub);
	/* a hole in the log, before the snapshot: who reads there stops */
	r.kind = REC_LEAVE;
	assert_int_equal(order_event(room->order, &r, 0), 0);
	rooms_close(&w->hub);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_int_equal(room_put(room, SITE_LOCAL, "main.py", "1", 1), 0);
	turn(&w->hub);
	room_drop(room);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	text_is(room->order, 0, "1");
	assert_int_equal(room->run.o.state, RUN_ENDED);
}

static void
the_past_can_be_had_by_revision_and_by_time(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	struct order *o;

	assert_int_equal(room_put(room, SITE_LOCAL, "main.py", "1", 1), 0);
	turn(&w->hub);
	assert_int_equal(room_put(room, SITE_LOCAL, "main.py", "12", 2), 0);
	assert_int_equal(room_put(room, SITE_LOCAL, "main.py", "123", 3), 0);
	assert_int_equal(room_fold(room, 3, UINT64_MAX, &o), 0);
	text_is(o, 0, "12");
	order_free(o);
	assert_int_equal(room_fold(room, 2, UINT64_MAX, &o), 0);
	text_is(o, 0, "1");
	order_free(o);
	assert_int_equal(
	    room_fold(room, UINT64_MAX, room->row.created_ms - 1, &o), 0);
	assert_int_equal(order_file_count(o), 0);
	order_free(o);
	turn(&w->hub);
}

static void
many_edits_leave_snapshots_and_fold_the_same(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	struct edit e = { .base = 0 };
	char id[STORE_ID_SIZE], *was, *is;
	struct order *o;

	memcpy(id, room->row.id, sizeof(id));
	assert_int_equal(room_put(room, SITE_LOCAL, "main.py", "", 0), 0);
	op_init(&e.op);
	for (unsigned i = 0; i < 2 * ROOM_SNAPSHOT_RECORDS; i++) {
		e.base = order_rev(room->order);
		e.cseq = i + 1;
		op_clear(&e.op);
		assert_int_equal(
		    op_splice(&e.op, i % (i / 2 + 1), 0, "x\n", 1 + i % 2), 0);
		assert_int_equal(room_edit(room, 2, &e), 0);
		if (i % 64 == 0)
			turn(&w->hub);
	}
	op_release(&e.op);
	turn(&w->hub);
	assert_true(room->snapshot_rev >= ROOM_SNAPSHOT_RECORDS);
	was = file_bytes(order_text(room->order, 0));
	room_drop(room);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	is = file_bytes(order_text(room->order, 0));
	assert_string_equal(is, was);
	free(is);
	assert_int_equal(room_fold(room, 1, UINT64_MAX, &o), 0);
	text_is(o, 0, "");
	order_free(o);
	free(was);
}

/* A record of that KIND, with its revision. */
static uint64_t
run_record(struct room *room, uint8_t kind, uint32_t run)
{
	struct record r;
	uint64_t rev;

	record_init(&r);
	r.kind = kind;
	r.run = run;
	memcpy(r.name, "python", 7);
	assert_int_equal(room_event(room, &r), 0);
	rev = r.rev;
	record_release(&r);
	return rev;
}

/* Type one key as SITE 2. */
static void
key(struct room *room)
{
	struct edit e = { .base = order_rev(room->order),
		.cseq = order_cseq(room->order, 2) + 1 };

	op_init(&e.op);
	assert_int_equal(op_splice(&e.op, 0, 0, "x", 1), 0);
	assert_int_equal(room_edit(room, 2, &e), 0);
	op_release(&e.op);
}

/* Who comes in is told whether the lines that a run has named are those still. */
static void
edits_since_the_last_run_are_known(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	struct run_row run = { .room = room->row.key, .run = 1 };
	char id[STORE_ID_SIZE];

	memcpy(id, room->row.id, sizeof(id));
	assert_int_equal(room_put(room, SITE_LOCAL, "main.py", "a\n", 2), 0);
	run_record(room, REC_RUN_START, 1);
	run_record(room, REC_RUN_END, 1);
	assert_false(room->run.o.edited);
	turn(&w->hub);
	room_drop(room);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_false(room->run.o.edited);
	key(room);
	assert_true(room->run.o.edited);
	turn(&w->hub);
	room_drop(room);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_true(room->run.o.edited);
	run.run = 2;
	run.start_rev = run_record(room, REC_RUN_START, 2);
	assert_int_equal(store_run_add(w->hub.store, &run), 0);
	run_record(room, REC_RUN_END, 2);
	turn(&w->hub);
	rooms_close(&w->hub); /* a snapshot just behind it */
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_int_equal(room->run.o.run, 2);
	assert_false(room->run.o.edited);
	run_record(room, REC_LEAVE, 0);
	turn(&w->hub);
	rooms_close(&w->hub); /* and one that covers what is not read */
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_true(room->run.o.edited);
}

/* A record may take as long to fold as 10,000 keys, and who opens a room, or
 * begins focus time, folds what is behind the last snapshot. */
static void
large_edits_leave_snapshots_sooner(void **state)
{
	unsigned each = CHURN_HUNKS / 64;
	struct world *w = *state;
	struct room *room = make_room(&w->hub);

	churn(room, ROOM_SNAPSHOT_WEIGHT / each / 2);
	assert_int_equal(room->snapshot_rev, 0);
	churn(room, ROOM_SNAPSHOT_WEIGHT / each);
	assert_true(room->snapshot_rev > 0);
	/* and not with each of them from then on */
	assert_true(room->snapshot_rev < order_rev(room->order));
}

static void
edits_are_kept_where_a_snapshot_finds_no_space(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	char *big = calloc(1, TEXT_MAX / 2);
	uint64_t pages;

	memset(big, 'x', TEXT_MAX / 2);
	assert_int_equal(
	    room_put(room, SITE_LOCAL, "main.py", big, TEXT_MAX / 2), 0);
	free(big);
	turn(&w->hub);
	pages = store_bytes(w->hub.store) / 4096;
	assert_int_equal(store_limit(w->hub.store, (unsigned)pages + 64), 0);
	for (unsigned i = 0; i < ROOM_SNAPSHOT_RECORDS; i++)
		key(room);
	turn(&w->hub);
	assert_int_equal(room->snapshot_rev, 0);
	key(room);
	turn(&w->hub);
	assert_int_equal(room->kept_rev, ROOM_SNAPSHOT_RECORDS + 3);
}

static void
an_ended_room_ends_once_and_nobody_may_write(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	struct member *m;

	assert_int_equal(room_seat_add(room, ROLE_CANDIDATE, NULL, "", &m), 0);
	assert_true(room_may_write(room, m));
	assert_int_equal(room_end(room, SITE_LOCAL), 0);
	assert_false(room_may_write(room, m));
	assert_int_equal(room_end(room, SITE_LOCAL), CS_ESTATE);
	turn(&w->hub);
}

static void
a_room_has_no_more_seats_than_sites(void **state)
{
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	struct member *m;
	unsigned n = 1; /* SITE_LOCAL */

	while (room_seat_add(room, ROLE_OBSERVER, NULL, "", &m) == 0)
		n++;
	assert_int_equal(n, SITE_MAX);
	assert_int_equal(
	    room_seat_add(room, ROLE_OBSERVER, NULL, "", &m), CS_EBUSY);
	turn(&w->hub);
}

/* Editors say their caret again when others may see it where it is not. */
static void
caret_that_is_said_again_is_told_again(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	struct caret c = { 0, 0, true, 1, 2 };
	struct room *room = make_room(h);
	struct member *m;

	assert_int_equal(
	    room_seat_add(room, ROLE_CANDIDATE, NULL, NULL, &m), 0);
	assert_int_equal(room_put(room, SITE_LOCAL, "main.py", "abc", 3), 0);
	turn(h);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(room->carets_moved, 0);
		room_caret(room, m->row.site, order_rev(room->order), &c);
		assert_int_equal(room->carets_moved, m->row.site);
		assert_int_equal(m->caret.head, 2);
		turn(h);
	}
}

/* It goes where the text goes, and is not heard too often. */
static void
a_point_moves_with_the_text_and_has_a_rest(void **state)
{
	struct caret c = { 2, 0, true, 4, 4 };
	struct world *w = *state;
	struct room *room = make_room(&w->hub);
	struct member *m;

	assert_int_equal(room_seat_add(room, ROLE_CANDIDATE, NULL, "", &m), 0);
	assert_int_equal(
	    room_put(room, SITE_LOCAL, "main.py", "one\ntwo\n", 8), 0);
	room_point(room, 2, order_rev(room->order), &c);
	assert_int_equal(room->points, 1);
	assert_int_equal(m->point.head, 4);
	assert_int_equal(
	    room_put(room, SITE_LOCAL, "main.py", "# a\none\ntwo\n", 12), 0);
	assert_int_equal(m->point.head, 8);
	m->pointed_ms = loop_now_ms() + 60000; /* a slow machine has a rest */
	room_point(room, 2, order_rev(room->order), &c);
	assert_int_equal(room->points, 1);
	m->pointed_ms = loop_now_ms() - POINT_REST_MS;
	c.head = 13; /* there is no such byte */
	room_point(room, 2, order_rev(room->order), &c);
	assert_int_equal(room->points, 1);
	c.head = 12;
	room_point(room, 2, order_rev(room->order), &c);
	assert_int_equal(room->points, 2);
	assert_int_equal(m->point_no, 2);
}

static void
rooms_of_before_are_opened_one_by_one_and_people_become_away(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	char ids[5][STORE_ID_SIZE];
	struct room *room;
	struct member *m;

	for (unsigned i = 0; i < 5; i++) {
		room = make_room(h);
		memcpy(ids[i], room->row.id, STORE_ID_SIZE);
		assert_int_equal(
		    room_seat_add(room, ROLE_CANDIDATE, NULL, "", &m), 0);
		if (i < 4) /* in the last one nobody is */
			assert_int_equal(room_enter(room, m, "Ann"), 0);
		turn(h);
	}
	rooms_close(h);
	assert_int_equal(rooms_find_busy(h), 0);
	assert_null(h->rooms); /* whoever asks now is answered first */
	assert_int_equal(room_open(h, ids[2], &room), 0); /* and may */
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(rooms_wake(h, 0), i < 3);
	assert_false(rooms_wake(h, 0));
	assert_null(room_find(h, ids[4]));
	rooms_tick(h, loop_now_ms() + ROOM_RETURN_MS);
	turn(h);
	for (unsigned i = 0; i < 4; i++) {
		room = room_find(h, ids[i]);
		assert_non_null(room);
		assert_int_equal(room->members[2]->row.state, SEAT_AWAY);
	}
}

static void
a_room_at_rest_keeps_no_more_than_its_text(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	struct room *room = make_room(h);
	struct edit e = { .file = 0 };
	struct member *m;

	assert_int_equal(room_seat_add(room, ROLE_CANDIDATE, NULL, "", &m), 0);
	assert_int_equal(room_put(room, SITE_LOCAL, "a.py", "one", 3), 0);
	turn(h);
	op_init(&e.op);
	op_splice(&e.op, 0, 0, "x", 1);
	e.base = order_rev(room->order);
	e.cseq = 1;
	assert_int_equal(room_edit(room, m->row.site, &e), 0);
	turn(h);
	rooms_tick(h, loop_now_ms());
	assert_true(room->cap_fresh > 0); /* not yet */
	rooms_tick(h, loop_now_ms() + ROOM_FORGET_MS / 2);
	assert_true(room->cap_fresh > 0);
	rooms_tick(h, loop_now_ms() + ROOM_FORGET_MS);
	assert_int_equal(room->cap_fresh, 0);
	/* who has missed something resumes; the others go on */
	e.cseq = 2;
	assert_int_equal(room_edit(room, m->row.site, &e), CS_ESTALE);
	e.base = order_rev(room->order);
	assert_int_equal(room_edit(room, m->row.site, &e), 0);
	turn(h);
	text_is(room->order, 0, "xxone");
	op_release(&e.op);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_follow_the_roles),
		cmocka_unit_test(room_ids_are_read_as_people_write_them),
		cmocka_unit_test(codes_are_read_as_people_write_them),
		cmocka_unit_test(
		    a_code_is_known_by_its_hash_only_with_its_salt),
		cmocka_unit_test(names_are_trimmed_and_checked),
		TEST(a_put_changes_only_what_differs),
		TEST(a_room_is_the_same_after_a_cold_start),
		TEST(the_last_output_is_there_after_a_cold_start),
		TEST(a_cold_start_does_not_read_all_since_the_last_run),
		TEST(edits_since_the_last_run_are_known),
		TEST(the_past_can_be_had_by_revision_and_by_time),
		TEST(many_edits_leave_snapshots_and_fold_the_same),
		TEST(large_edits_leave_snapshots_sooner),
		TEST(edits_are_kept_where_a_snapshot_finds_no_space),
		TEST(an_ended_room_ends_once_and_nobody_may_write),
		TEST(a_room_has_no_more_seats_than_sites),
		TEST(caret_that_is_said_again_is_told_again),
		TEST(a_point_moves_with_the_text_and_has_a_rest),
		TEST(
		    rooms_of_before_are_opened_one_by_one_and_people_become_away),
		TEST(a_room_at_rest_keeps_no_more_than_its_text),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
