/* flood.c - what one person sends without end, by a client of one's own, on a
 * real hub: it fills neither the log nor the trail, and stops nobody. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/sys/link.h"
#include "proto/sys/util.h"
#include "tests/lib/hubs.h"

#define FLOOD 1000
#define HUNKS 4000 /* of one edit */
#define LARGE 40   /* of such edits */
#define ANSWERS 8 /* that the hub keeps for one who does not listen, and more */
#define FEW 500 /* of them are heard, even where a machine takes 100 s for it */

/* All that E has sent was heard, and what it led to came back. */
static void
heard(struct meeting *s, struct editor *e)
{
	e->types[MSG_PONG] = 0;
	say_simple(e, MSG_PING);
	until(s->w, has_pong, e);
}

static void
nobody_fills_the_log_with_marks(void **state)
{
	struct meeting s;

	meeting_begin(&s, *state);
	for (int i = 0; i < FLOOD; i++) {
		say_act(s.c, ACT_MARK, 0, 0);
		if (i % ANSWERS == 0)
			heard(&s, s.c);
	}
	assert_in_range(s.c->kinds[REC_MARK], 10, FEW);
	assert_int_equal(s.c->notice, NOTICE_ERROR);
	assert_non_null(strstr(s.c->notice_text, "Too much at once"));
	meeting_end(&s);
}

static void
nobody_fills_the_trail(void **state)
{
	struct meeting s;
	struct told t;

	meeting_begin(&s, *state);
	for (int i = 0; i < FLOOD; i++) {
		say_act(s.staff, i % 2 ? ACT_RESUME : ACT_PAUSE, 0, 0);
		if (i % ANSWERS == 0)
			heard(&s, s.staff);
	}
	assert_in_range(s.staff->kinds[REC_PAUSE], 5, FEW);
	tell(s.w, &t, "audit", "{}", NULL, 0);
	assert_in_range(json_count(t.result), 10, FEW);
	told_release(&t);
	meeting_end(&s);
}

/* The store is not written again and again for it. */
static void
nobody_changes_keys_without_end(void **state)
{
	struct msg m;
	struct meeting s;

	meeting_begin(&s, *state);
	msg_init(&m);
	m.type = MSG_LOOKS;
	for (int i = 0; i < FLOOD; i++) {
		m.looks = (uint64_t)(i % KEYMAPS);
		say(s.c, &m);
		if (i % ANSWERS == 0)
			heard(&s, s.c);
	}
	msg_release(&m);
	assert_non_null(strstr(s.c->notice_text, "Too much at once"));
	meeting_end(&s);
}

static bool
all_kept(void *arg)
{
	return peer_pending(((struct editor *)arg)->peer) == 0;
}

/* Each of HUNKS characters becomes another one. */
static void
edit_all(struct meeting *s, char c)
{
	struct op op;

	op_init(&op);
	for (int i = 0; i < HUNKS; i++) {
		op_skip(&op, 1);
		op_delete(&op, 1);
		op_insert(&op, &c, 1);
	}
	assert_int_equal(
	    peer_edit(s->c->peer, 0, &op, EDIT_PASTE, loop_now_ms()), 0);
	op_release(&op);
	type(s->c);
	until(s->w, all_kept, s->c);
}

/* The past is folded in turns, and is to the byte what it was. */
static void
the_past_of_large_edits_is_what_it_was(void **state)
{
	char text[2 * HUNKS], more[64];
	struct meeting s;
	struct told t;
	struct op op;
	char *args;

	meeting_begin(&s, *state);
	memset(text, 'a', sizeof(text));
	op_init(&op);
	op_splice(&op, 0, 0, text, sizeof(text));
	assert_int_equal(
	    peer_edit(s.c->peer, 0, &op, EDIT_PASTE, loop_now_ms()), 0);
	op_release(&op);
	for (int i = 0; i < LARGE; i++)
		edit_all(&s, (char)('b' + i % 8));
	for (int i = 0; i < 2 * HUNKS; i++)
		text[i] = i % 2 ? (char)('b' + (LARGE / 2 - 1) % 8) : 'a';
	snprintf(more, sizeof(more), ",\"at\":\"%llu\"",
	    (unsigned long long)(peer_seen(s.c->peer) - LARGE / 2));
	args = room_args(s.id, more);
	tell(s.w, &t, "room get", args, NULL, 0);
	assert_int_equal(t.exit, 0);
	assert_int_equal(t.raw_len, sizeof(text));
	assert_memory_equal(t.raw, text, sizeof(text));
	told_release(&t);
	free(args);
	assert_int_equal(
	    room_cmd(s.w, "room get", s.id, ",\"at\":\"1\",\"file\":\"no.py\""),
	    3);
	assert_int_equal(
	    room_cmd(s.w, "room get", s.id, ",\"at\":\"999999\""), 2);
	meeting_end(&s);
}

int
main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(nobody_fills_the_log_with_marks),
		TEST(nobody_fills_the_trail),
		TEST(nobody_changes_keys_without_end),
		TEST(the_past_of_large_edits_is_what_it_was),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
