/* peer.c - the editor side of proto/peer.h: undo, carets, resume, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/peer.h"

#define SEATS 3

/* A room with SEATS seats, sites 1.., where everything arrives at once when
 * sync is called. */
struct room {
	struct order *o;
	struct peer *p[SEATS];
	struct record *log[4096];
	size_t n;
	uint64_t now_ms;
	int changes; /* told by who returned */
};

static void
take(struct room *m, const struct record *r)
{
	struct record *copy = malloc(sizeof(*copy));

	assert_true(copy != NULL && m->n < 4096);
	record_init(copy);
	copy->rev = r->rev;
	copy->at_ms = r->at_ms;
	copy->site = r->site;
	copy->kind = r->kind;
	copy->file = r->file;
	copy->flags = r->flags;
	copy->undo_of = r->undo_of;
	memcpy(copy->name, r->name, sizeof(copy->name));
	assert_int_equal(op_copy(&copy->op, &r->op), 0);
	m->log[m->n++] = copy;
}

static void
add_file(struct room *m, const char *name)
{
	struct record r;

	record_init(&r);
	r.kind = REC_FILE;
	snprintf(r.name, sizeof(r.name), "%s", name);
	assert_int_equal(order_event(m->o, &r, m->now_ms), 0);
	take(m, &r);
	record_release(&r);
}

static void
room_open(struct room *m)
{
	memset(m, 0, sizeof(*m));
	m->now_ms = 1000000;
	assert_int_equal(order_new(&m->o), 0);
	for (int i = 0; i < SEATS; i++)
		assert_int_equal(
		    peer_new(&m->p[i], (uint8_t)(i + 1), 1, NULL, NULL), 0);
	add_file(m, "main.py");
	for (int i = 0; i < SEATS; i++)
		assert_int_equal(peer_remote(m->p[i], m->log[0]), 0);
}

static void
room_close(struct room *m)
{
	for (size_t i = 0; i < m->n; i++) {
		record_release(m->log[i]);
		free(m->log[i]);
	}
	for (int i = 0; i < SEATS; i++)
		peer_free(m->p[i]);
	order_free(m->o);
}

static void
send_all(struct room *m, int seat)
{
	const struct record *r;
	const struct edit *e;
	struct edit sent;

	op_init(&sent.op);
	while ((e = peer_next(m->p[seat])) != NULL) {
		sent.base = e->base;
		sent.cseq = e->cseq;
		sent.undo_of = e->undo_of;
		sent.file = e->file;
		sent.flags = e->flags;
		assert_int_equal(op_copy(&sent.op, &e->op), 0);
		free(sent.op.by); /* who wrote what is not sent */
		sent.op.by = NULL;
		assert_int_equal(
		    order_edit(m->o, (uint8_t)(seat + 1), &sent, m->now_ms, &r),
		    0);
		take(m, r);
	}
	op_release(&sent.op);
}

static void
receive_all(struct room *m, int seat)
{
	while (peer_seen(m->p[seat]) < order_rev(m->o))
		assert_int_equal(
		    peer_remote(m->p[seat], m->log[peer_seen(m->p[seat])]), 0);
}

static void
sync_all(struct room *m)
{
	for (int i = 0; i < SEATS; i++)
		send_all(m, i);
	for (int i = 0; i < SEATS; i++) {
		receive_all(m, i);
		assert_int_equal(peer_pending(m->p[i]), 0);
		assert_true(
		    text_equal(peer_text(m->p[i], 0), order_text(m->o, 0)));
	}
}

static void
splice(struct room *m, int seat, size_t pos, size_t del, const char *ins)
{
	struct op op;

	op_init(&op);
	assert_int_equal(op_splice(&op, pos, del, ins, strlen(ins)), 0);
	assert_int_equal(peer_edit(m->p[seat], 0, &op, 0, m->now_ms), 0);
	op_release(&op);
}

/* One key at a time. */
static void
type(struct room *m, int seat, size_t pos, const char *s)
{
	char key[2] = "";

	for (; *s != '\0'; s++) {
		key[0] = *s;
		splice(m, seat, pos++, 0, key);
		m->now_ms += 50;
	}
}

static void
expect(const struct room *m, int seat, const char *s)
{
	const struct text *t = peer_text(m->p[seat], 0);
	char got[512] = "";

	assert_true(text_len(t) < sizeof(got));
	text_copy(t, 0, text_len(t), got);
	assert_string_equal(got, s);
}

static int
undo(struct room *m, int seat)
{
	uint8_t file;
	size_t pos;

	return peer_undo(m->p[seat], m->now_ms, &file, &pos);
}

static int
redo(struct room *m, int seat)
{
	uint8_t file;
	size_t pos;

	return peer_redo(m->p[seat], m->now_ms, &file, &pos);
}

static void
test_typing_is_undone_by_word(void **state)
{
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "hello big  world");
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "hello big  ");
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "hello ");
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "");
	assert_int_equal(undo(&m, 0), CS_ENOTFOUND);
	assert_int_equal(redo(&m, 0), 0);
	assert_int_equal(redo(&m, 0), 0);
	assert_int_equal(redo(&m, 0), 0);
	expect(&m, 0, "hello big  world");
	assert_int_equal(redo(&m, 0), CS_ENOTFOUND);
	sync_all(&m);
	room_close(&m);
}

static void
test_groups_end_at_pause_jump_newline_and_break(void **state)
{
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "aa");
	m.now_ms += UNDO_PAUSE_MS;
	type(&m, 0, 2, "bb"); /* pause */
	type(&m, 0, 0, "cc"); /* jump */
	splice(&m, 0, 2, 0, "\n");
	type(&m, 0, 3, "dd");
	peer_undo_break(m.p[0]);
	type(&m, 0, 5, "ee");
	splice(&m, 0, 6, 1, ""); /* backspace after typing */
	splice(&m, 0, 5, 1, "");
	expect(&m, 0, "cc\nddaabb");
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "cc\nddeeaabb");
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "cc\nddaabb");
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "cc\naabb");
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "ccaabb");
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "aabb");
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "aa");
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "");
	room_close(&m);
}

static void
test_what_is_held_together_is_one_step(void **state)
{
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "before");
	sync_all(&m);
	peer_undo_hold(m.p[0], true);
	type(&m, 0, 6, " aa");
	m.now_ms += 10 * UNDO_PAUSE_MS;
	splice(&m, 0, 0, 2, "");
	peer_undo_break(m.p[0]);
	splice(&m, 0, 4, 0, "x\ny");
	sync_all(&m);
	type(&m, 1, 0, "YOURS");
	sync_all(&m);
	type(&m, 0, 5, "z");
	peer_undo_hold(m.p[0], false);
	type(&m, 0, 6, "w");
	sync_all(&m);
	expect(&m, 0, "YOURSzwforex\ny aa");
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "YOURSzforex\ny aa");
	assert_int_equal(undo(&m, 0), 0);
	sync_all(&m);
	expect(&m, 1, "beYOURSfore");
	assert_int_equal(redo(&m, 0), 0);
	expect(&m, 0, "YOURSzforex\ny aa");
	/* an undo ends it: what follows is another one */
	peer_undo_hold(m.p[0], true);
	type(&m, 0, 0, "a");
	assert_int_equal(undo(&m, 0), 0);
	type(&m, 0, 0, "b");
	type(&m, 0, 1, "c");
	peer_undo_hold(m.p[0], false);
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "YOURSzforex\ny aa");
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "beYOURSfore");
	room_close(&m);
}

/* It is one thing to who does it. */
static void
test_what_is_typed_over_comes_back_with_the_typing(void **state)
{
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "aa");
	splice(&m, 0, 1, 1, "b"); /* begins a group */
	type(&m, 0, 2, "cc");
	expect(&m, 0, "abcc");
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "aa");
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "");
	type(&m, 0, 0, "zz");
	peer_undo_break(m.p[0]);
	type(&m, 0, 0, "a");
	splice(&m, 0, 1, 1, "b"); /* also where the typing is */
	expect(&m, 0, "abz");
	assert_int_equal(undo(&m, 0), 0);
	expect(&m, 0, "azz");
	room_close(&m);
}

static size_t
undo_to(struct room *m, int seat)
{
	uint8_t file;
	size_t pos;

	assert_int_equal(peer_undo(m->p[seat], m->now_ms, &file, &pos), 0);
	assert_int_equal(file, 0);
	return pos;
}

/* Also if others have written and deleted since, between it and what was done, or
 * more was done since. */
static void
test_undo_says_where_the_caret_was(void **state)
{
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "one two");
	sync_all(&m);
	peer_undo_break(m.p[0]);
	peer_caret_set(m.p[0], 0, 2, 5);
	splice(&m, 0, 0, 0, "line\n");
	peer_caret_set(m.p[0], 0, 9, 9);
	splice(&m, 0, 12, 0, "\n");
	sync_all(&m);
	splice(&m, 1, 5, 0, "as "); /* line|as one two| */
	sync_all(&m);
	splice(&m, 1, 0, 1, "");
	sync_all(&m);
	expect(&m, 0, "ine\nas one two\n");
	assert_int_equal(undo_to(&m, 0), 11);
	assert_int_equal(undo_to(&m, 0), 8);
	expect(&m, 0, "as one two");
	peer_caret_set(m.p[0], 0, 1, 1);
	assert_int_equal(redo(&m, 0), 0);
	sync_all(&m);
	splice(&m, 1, 0, 0, "x");
	sync_all(&m);
	assert_int_equal(undo_to(&m, 0), 2); /* where it was redone from */
	peer_caret_set(m.p[0], 1, 0, 0);     /* in another file: not known */
	splice(&m, 0, 3, 1, "");
	peer_caret_set(m.p[0], 0, 0, 0);
	assert_int_equal(undo_to(&m, 0), 4);
	room_close(&m);
}

static void
test_undo_takes_only_ones_own(void **state)
{
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "mine");
	sync_all(&m);
	type(&m, 1, 2, "YOURS"); /* in the middle of it */
	sync_all(&m);
	expect(&m, 0, "miYOURSne");
	assert_int_equal(undo(&m, 0), 0);
	sync_all(&m);
	expect(&m, 1, "YOURS");
	assert_int_equal(redo(&m, 0), 0);
	sync_all(&m);
	expect(&m, 1, "miYOURSne");
	assert_int_equal(undo(&m, 1), 0);
	sync_all(&m);
	expect(&m, 0, "mine");
	room_close(&m);
}

static void
test_what_others_deleted_is_not_undone_twice(void **state)
{
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "one");
	m.now_ms += 10000;
	type(&m, 0, 3, "two");
	sync_all(&m);
	splice(&m, 1, 2, 4, ""); /* "on" is left of one, nothing of two */
	sync_all(&m);
	assert_int_equal(undo(&m, 0), 0); /* skips the empty group */
	expect(&m, 0, "");
	assert_int_equal(undo(&m, 0), CS_ENOTFOUND);
	room_close(&m);
}

static void
test_an_undo_says_what_it_takes_back(void **state)
{
	struct room m;
	const struct record *r;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "ab"); /* cseq 1, 2 */
	assert_int_equal(undo(&m, 0), 0);
	assert_int_equal(peer_pending(m.p[0]), 3);
	assert_int_equal(redo(&m, 0), 0);
	assert_int_equal(undo(&m, 0), 0);
	sync_all(&m);
	r = m.log[3]; /* revisions 1 (file), 2, 3 (keys), 4 */
	assert_int_equal(r->flags, EDIT_UNDO);
	assert_int_equal(r->undo_of, 2);
	assert_int_equal(m.log[4]->undo_of, 3); /* the redo: of the undo */
	assert_int_equal(m.log[5]->undo_of, 4); /* and of the redo */
	room_close(&m);
}

static void
test_a_new_edit_forgets_what_could_be_redone(void **state)
{
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "a");
	assert_int_equal(undo(&m, 0), 0);
	type(&m, 0, 0, "b");
	assert_int_equal(redo(&m, 0), CS_ENOTFOUND);
	room_close(&m);
}

static void
test_a_large_deletion_can_be_undone(void **state)
{
	size_t len = 3 * OP_MAX_INSERT + 7, pos;
	char *big = malloc(len);
	struct room m;
	struct op op;
	uint8_t file;

	(void)state;
	assert_non_null(big);
	for (size_t i = 0; i < len; i += 2)
		memcpy(big + i, i + 1 < len ? "\xC3\xA9" : "x",
		    len - i > 1 ? 2 : 1);
	room_open(&m);
	op_init(&op);
	for (size_t at = 0; at < len; at += pos) {
		pos = len - at < OP_MAX_INSERT ? len - at : OP_MAX_INSERT;
		op_splice(&op, at, 0, big + at, pos);
		assert_int_equal(peer_edit(m.p[0], 0, &op, EDIT_PASTE, 0), 0);
		sync_all(&m);
	}
	op_splice(&op, 1, 0, "", 0);
	splice(&m, 0, 0, len, "");
	sync_all(&m);
	assert_int_equal(peer_undo(m.p[0], 0, &file, &pos), 0);
	for (const struct edit *e; (e = peer_next(m.p[0])) != NULL;)
		assert_true(e->op.ins_len <= OP_MAX_INSERT);
	peer_unsend(m.p[0]);
	sync_all(&m);
	assert_int_equal(text_len(peer_text(m.p[1], 0)), len);
	assert_int_equal(peer_redo(m.p[0], 0, &file, &pos), 0);
	sync_all(&m);
	expect(&m, 1, "");
	op_release(&op);
	room_close(&m);
	free(big);
}

/* Everybody inserts letters of their own at random places; then one takes back
 * everything: exactly the others' letters stay, in their order. */
static void
test_undoing_everything_leaves_the_others_text(void **state)
{
	static const char letters[] = "abc";
	char want[512], got[512], key[2] = "";
	uint32_t seed = 5;
	struct room m;
	size_t n, w;

	(void)state;
	for (int round = 0; round < 40; round++) {
		room_open(&m);
		for (int i = 0; i < 120; i++) {
			int seat =
			    (int)((seed = seed * 1664525 + 1013904223) >> 16) %
			    SEATS;

			n = text_len(peer_text(m.p[seat], 0));
			key[0] = letters[seat];
			splice(&m, seat, (seed >> 8) % (n + 1), 0, key);
			m.now_ms += seed >> 22;
			if ((seed >> 5) % 4 == 0)
				send_all(&m, seat);
			if ((seed >> 7) % 4 == 0)
				receive_all(&m, seat);
		}
		sync_all(&m);
		n = text_len(peer_text(m.p[0], 0));
		text_copy(peer_text(m.p[0], 0), 0, n, got);
		w = 0;
		for (size_t i = 0; i < n; i++)
			if (got[i] != 'a')
				want[w++] = got[i];
		want[w] = '\0';
		while (undo(&m, 0) == 0)
			if ((m.now_ms & 1) == 0)
				sync_all(&m);
		sync_all(&m);
		expect(&m, 1, want);
		while (redo(&m, 0) == 0)
			continue;
		sync_all(&m);
		got[n] = '\0';
		expect(&m, 2, got);
		room_close(&m);
	}
}

static void
test_own_caret_moves_with_own_text_and_stays_left_of_others(void **state)
{
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "ab");
	sync_all(&m);
	peer_caret_set(m.p[0], 0, 1, 1);
	type(&m, 0, 1, "xy");
	assert_int_equal(peer_caret(m.p[0]).head, 3);
	splice(&m, 1, 1, 0, "Z"); /* left of xy or right: site 1 is first */
	sync_all(&m);
	expect(&m, 0, "axyZb");
	assert_int_equal(peer_caret(m.p[0]).head, 3);
	splice(&m, 1, 0, 2, "");
	sync_all(&m);
	assert_int_equal(peer_caret(m.p[0]).head, 1);
	room_close(&m);
}

static void
test_carets_of_others_follow_their_typing(void **state)
{
	struct caret c = { 2, 0, true, 0, 0 };
	const struct caret *v;
	struct record back;
	struct room m;
	size_t n;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "0123456789");
	sync_all(&m);
	peer_carets(m.p[0], &n);
	assert_int_equal(n, 0);
	c.anchor = c.head = 5;
	peer_caret_remote(m.p[0], &c, peer_seen(m.p[0]));
	type(&m, 0, 0, "__"); /* pending: not known to the hub */
	v = peer_carets(m.p[0], &n);
	assert_int_equal(n, 1);
	assert_int_equal(v[0].head, 7);
	c.anchor = c.head = 5; /* came now, but does not know of them */
	peer_caret_remote(m.p[0], &c, peer_seen(m.p[0]));
	assert_int_equal(peer_carets(m.p[0], &n)[0].head, 7);
	type(&m, 1, 8, "abc");
	sync_all(&m);
	v = peer_carets(m.p[0], &n);
	assert_int_equal(v[0].head, 13);
	assert_int_equal(v[0].anchor, 13);
	/* nonsense is not shown */
	c.anchor = c.head = 999;
	peer_caret_remote(m.p[0], &c, peer_seen(m.p[0]));
	assert_int_equal(peer_carets(m.p[0], &n)[0].head, 13);
	/* who is sent back to the lobby has none */
	record_init(&back);
	back.rev = peer_seen(m.p[0]) + 1;
	back.kind = REC_BACK;
	back.site = 1;
	back.seat = 2;
	assert_int_equal(peer_remote(m.p[0], &back), 0);
	peer_carets(m.p[0], &n);
	assert_int_equal(n, 0);
	room_close(&m);
}

static void
test_typing_needs_no_caret_messages(void **state)
{
	struct room m;

	(void)state;
	room_open(&m);
	assert_false(peer_caret_untold(m.p[1])); /* there is none */
	peer_caret_set(m.p[1], 0, 0, 0);
	assert_true(peer_caret_untold(m.p[1]));
	assert_int_equal(peer_caret_tell(m.p[1]).head, 0);
	type(&m, 1, 0, "ab");
	assert_int_equal(peer_caret(m.p[1]).head, 2);
	assert_false(peer_caret_untold(m.p[1]));
	sync_all(&m);
	splice(&m, 0, 0, 0, "__"); /* moves it for everybody alike */
	sync_all(&m);
	assert_int_equal(peer_caret(m.p[1]).head, 4);
	assert_false(peer_caret_untold(m.p[1]));
	peer_caret_set(m.p[1], 0, 1, 1);
	assert_true(peer_caret_untold(m.p[1]));
	peer_caret_tell(m.p[1]);
	/* a concurrent edit may make ours end elsewhere than we think */
	splice(&m, 0, 0, 1, "");
	type(&m, 1, 1, "c");
	sync_all(&m);
	assert_true(peer_caret_untold(m.p[1]));
	peer_caret_tell(m.p[1]);
	peer_unsend(m.p[1]); /* the hub may have forgotten it */
	assert_true(peer_caret_untold(m.p[1]));
	room_close(&m);
}

static void
test_nothing_is_lost_or_doubled_by_a_lost_link(void **state)
{
	const struct record *r;
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "abcd");
	type(&m, 1, 0, "__");
	send_all(&m, 1);
	/* Two keys arrive, then the link is lost with their answers. */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    order_edit(m.o, 1, peer_next(m.p[0]), 0, &r), 0);
		take(&m, r);
	}
	assert_non_null(peer_next(m.p[0])); /* sent, never arrives */
	peer_unsend(m.p[0]);
	assert_int_equal(order_attach(m.o, 1, peer_seen(m.p[0])), 0);
	receive_all(&m, 0);
	assert_int_equal(peer_pending(m.p[0]), 2);
	sync_all(&m);
	expect(&m, 1, "abcd__");
	room_close(&m);
}

static void
test_records_are_taken_in_order_only(void **state)
{
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 1, 0, "ab");
	send_all(&m, 1);
	assert_int_equal(peer_remote(m.p[0], m.log[2]), CS_ESEQ);
	assert_int_equal(peer_remote(m.p[0], m.log[1]), 0);
	assert_int_equal(peer_remote(m.p[0], m.log[0]), 0);
	assert_int_equal(peer_remote(m.p[0], m.log[1]), 0);
	assert_int_equal(peer_remote(m.p[0], m.log[2]), 0);
	expect(&m, 0, "ab");
	room_close(&m);
}

static void
test_a_record_that_does_not_fit_ends_the_replica(void **state)
{
	struct record r;
	struct room m;

	(void)state;
	room_open(&m);
	record_init(&r);
	r.rev = 2;
	r.site = 2;
	r.kind = REC_EDIT;
	op_splice(&r.op, 5, 0, "x", 1);
	assert_int_equal(peer_remote(m.p[0], &r), CS_EFORMAT);
	op_splice(&r.op, 0, 0, "x", 1);
	assert_int_equal(peer_remote(m.p[0], &r), CS_EFORMAT);
	/* An acknowledgement of something else than what was sent. */
	type(&m, 1, 0, "y");
	assert_non_null(peer_next(m.p[1]));
	assert_int_equal(peer_remote(m.p[1], &r), CS_EFORMAT);
	assert_null(peer_next(m.p[1]));
	record_release(&r);
	room_close(&m);
}

static void
test_too_much_waiting_is_refused(void **state)
{
	struct room m;
	struct op op;
	char *big = malloc(OP_MAX_INSERT + 1);
	int r = 0;

	(void)state;
	assert_non_null(big);
	memset(big, 'b', OP_MAX_INSERT + 1);
	room_open(&m);
	op_init(&op);
	for (int i = 0; i < PEER_MAX_PENDING; i++)
		type(&m, 0, 0, "a");
	op_splice(&op, 0, 0, "a", 1);
	assert_int_equal(peer_edit(m.p[0], 0, &op, 0, 0), CS_EBUSY);
	assert_int_equal(undo(&m, 0), CS_EBUSY);
	assert_int_equal(text_len(peer_text(m.p[0], 0)), PEER_MAX_PENDING);
	op_splice(&op, 0, 0, big, OP_MAX_INSERT + 1);
	assert_int_equal(peer_edit(m.p[1], 0, &op, 0, 0), CS_ETOOBIG);
	op_splice(&op, 0, 0, big, OP_MAX_INSERT);
	for (int i = 0; i < 100 && r == 0; i++)
		r = peer_edit(m.p[1], 0, &op, 0, 0);
	assert_int_equal(r, CS_EBUSY);
	op_splice(&op, 1, 0, big, 1);
	assert_int_equal(peer_edit(m.p[2], 0, &op, 0, 0), CS_ERANGE);
	assert_int_equal(peer_edit(m.p[2], 7, &op, 0, 0), CS_ENOTFOUND);
	op_release(&op);
	room_close(&m);
	free(big);
}

static void
test_a_loaded_document_goes_on(void **state)
{
	struct room m;
	struct peer *p;
	struct op op;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "abc");
	sync_all(&m);
	assert_int_equal(peer_new(&p, 1, 1, NULL, NULL), 0);
	assert_int_equal(
	    peer_begin(p, order_rev(m.o), order_rev(m.o), 3, 1), 0);
	op_init(&op);
	op_splice(&op, 0, 0, "x", 1);
	assert_false(peer_ready(p));
	assert_int_equal(peer_load(p, 1, "b.py", "", NULL, 0), CS_ESTATE);
	assert_int_equal(
	    peer_load(p, 0, "main.py", "abc", (const uint8_t *)"\1\1\2", 3), 0);
	assert_true(peer_ready(p));
	assert_int_equal(peer_load(p, 1, "b.py", "", NULL, 0), CS_ESTATE);
	assert_int_equal(peer_begin(p, 9, 9, 0, 0), CS_ESTATE);
	assert_int_equal(text_author(peer_text(p, 0), 2, NULL), 2);
	assert_string_equal(peer_file_name(p, 0), "main.py");
	peer_free(m.p[0]);
	m.p[0] = p;
	type(&m, 0, 3, "d");
	sync_all(&m);
	expect(&m, 1, "abcd");
	assert_int_equal(order_cseq(m.o, 1), 4);
	op_release(&op);
	room_close(&m);
}

static void
count_change(void *arg, uint8_t file, const struct op *op, uint8_t site)
{
	(void)file;
	(void)op;
	(void)site;
	++*(int *)arg;
}

/* SEAT's editor is gone; a new one relives the room up to now. */
static void
return_to(struct room *m, int seat)
{
	struct op op;

	m->changes = 0;
	peer_free(m->p[seat]);
	assert_int_equal(peer_new(&m->p[seat], (uint8_t)(seat + 1), 1,
			     count_change, &m->changes),
	    0);
	assert_int_equal(peer_begin(m->p[seat], 0, order_rev(m->o), 0, 0), 0);
	op_init(&op);
	op_splice(&op, 0, 0, "x", 1);
	while (peer_seen(m->p[seat]) < order_rev(m->o)) {
		assert_false(peer_ready(m->p[seat]));
		if (peer_file_count(m->p[seat]) > 0)
			assert_int_equal(
			    peer_edit(m->p[seat], 0, &op, 0, 0), CS_EBUSY);
		assert_int_equal(
		    peer_remote(m->p[seat], m->log[peer_seen(m->p[seat])]), 0);
	}
	op_release(&op);
	assert_true(peer_ready(m->p[seat]));
	assert_int_equal(m->changes, 0);
}

/* The next own edit would have the number that it would have had. */
static void
check_number(struct room *m, int seat)
{
	sync_all(m);
	splice(m, seat, 0, 0, "#");
	sync_all(m);
	assert_int_equal(undo(m, seat), 0);
	sync_all(m);
}

static void
test_who_returns_can_undo_what_it_wrote_before(void **state)
{
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "one two");
	sync_all(&m);
	type(&m, 1, 3, "YOURS");
	sync_all(&m);
	expect(&m, 0, "oneYOURS two");
	return_to(&m, 0);
	expect(&m, 0, "oneYOURS two");
	assert_int_equal(undo(&m, 0), 0);
	sync_all(&m);
	expect(&m, 1, "oneYOURS ");
	return_to(&m, 0); /* and again, with an undo in the log */
	assert_int_equal(undo(&m, 0), 0);
	sync_all(&m);
	expect(&m, 1, "YOURS");
	return_to(&m, 0);
	assert_int_equal(undo(&m, 0), CS_ENOTFOUND);
	assert_int_equal(redo(&m, 0), 0);
	assert_int_equal(redo(&m, 0), 0);
	sync_all(&m);
	expect(&m, 1, "oneYOURS two");
	return_to(&m, 0);
	assert_int_equal(redo(&m, 0), CS_ENOTFOUND);
	check_number(&m, 0);
	expect(&m, 1, "oneYOURS two");
	assert_int_equal(undo(&m, 0), 0);
	sync_all(&m);
	expect(&m, 1, "oneYOURS ");
	room_close(&m);
}

/* Batches may reach the hub so close together that a pause is not seen any
 * more: then a group of the past is larger than it was. */
static void
test_groups_that_time_has_joined_lose_nothing(void **state)
{
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "ab");
	m.now_ms += 10000;
	type(&m, 0, 2, "cd");
	m.now_ms -= 10000; /* the hub gets all of it at once */
	sync_all(&m);
	assert_int_equal(undo(&m, 0), 0);
	sync_all(&m);
	expect(&m, 1, "ab");
	return_to(&m, 0);
	assert_int_equal(undo(&m, 0), 0);
	sync_all(&m);
	expect(&m, 1, "");
	assert_int_equal(redo(&m, 0), 0);
	assert_int_equal(redo(&m, 0), 0);
	sync_all(&m);
	expect(&m, 1, "abcd");
	room_close(&m);
}

static void
test_undos_of_before_the_load_are_only_text(void **state)
{
	struct room m;
	struct peer *p;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "old");
	m.now_ms += 10000;
	type(&m, 0, 3, " new");
	sync_all(&m);
	assert_int_equal(undo(&m, 0), 0);
	assert_int_equal(undo(&m, 0), 0);
	assert_int_equal(undo(&m, 0), 0);
	sync_all(&m);
	expect(&m, 1, "");
	/* the load begins after "old new" was typed */
	assert_int_equal(peer_new(&p, 1, 1, NULL, NULL), 0);
	assert_int_equal(peer_begin(p, 8, order_rev(m.o), 7, 1), 0);
	assert_int_equal(peer_load(p, 0, "main.py", "old new",
			     (const uint8_t *)"\1\1\1\1\1\1\1", 7),
	    0);
	peer_free(m.p[0]);
	m.p[0] = p;
	receive_all(&m, 0);
	expect(&m, 0, "");
	assert_int_equal(undo(&m, 0), CS_ENOTFOUND);
	while (redo(&m, 0) == 0)
		continue;
	sync_all(&m);
	expect(&m, 1, "old new");
	room_close(&m);
}

static void
expect_authors(const struct room *m, int seat, const char *sites)
{
	const struct text *t =
	    seat < 0 ? order_text(m->o, 0) : peer_text(m->p[seat], 0);

	assert_int_equal(text_len(t), strlen(sites));
	for (size_t i = 0; i < strlen(sites); i++)
		assert_int_equal(text_author(t, i, NULL), sites[i] - '0');
}

static void
expect_authors_everywhere(const struct room *m, const char *sites)
{
	for (int i = -1; i < SEATS; i++)
		expect_authors(m, i, sites);
}

static void
test_undo_gives_text_back_to_its_author(void **state)
{
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "abcd");
	sync_all(&m);
	type(&m, 1, 2, "XY");
	sync_all(&m);
	expect_authors_everywhere(&m, "112211");
	splice(&m, 2, 1, 4, "z"); /* one edit, over both */
	sync_all(&m);
	expect_authors_everywhere(&m, "131");
	assert_int_equal(undo(&m, 2), 0);
	expect_authors(&m, 2, "112211"); /* at once */
	sync_all(&m);
	expect_authors_everywhere(&m, "112211");
	assert_int_equal(redo(&m, 2), 0);
	sync_all(&m);
	assert_int_equal(undo(&m, 2), 0);
	sync_all(&m);
	expect_authors_everywhere(&m, "112211");
	/* a word's worth of backspaces, of one's own text and of others' */
	for (size_t at = 4; at > 0; at--) {
		splice(&m, 1, at - 1, 1, "");
		m.now_ms += 50;
	}
	sync_all(&m);
	assert_int_equal(undo(&m, 1), 0);
	sync_all(&m);
	expect_authors_everywhere(&m, "112211");
	/* and of deletes */
	for (int i = 0; i < 4; i++) {
		splice(&m, 1, 1, 1, "");
		m.now_ms += 50;
	}
	sync_all(&m);
	return_to(&m, 1);
	assert_int_equal(undo(&m, 1), 0);
	expect_authors(&m, 1, "112211");
	sync_all(&m);
	expect_authors_everywhere(&m, "112211");
	room_close(&m);
}

/* Two delete the same at once: the hub knows less than who takes it back, and
 * all agree with the hub. */
static void
test_authors_agree_after_deletions_that_met(void **state)
{
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "abcdef");
	sync_all(&m);
	splice(&m, 1, 1, 3, "");
	splice(&m, 2, 2, 3, "");
	sync_all(&m);
	expect(&m, 0, "af");
	assert_int_equal(undo(&m, 2), 0);
	splice(&m, 2, 2, 0, "z"); /* inside of it, and a part is deleted */
	splice(&m, 2, 3, 1, "");
	sync_all(&m);
	for (int i = 0; i < SEATS; i++) {
		const struct text *t = peer_text(m.p[i], 0);

		for (size_t k = 0; k < text_len(t); k++)
			assert_int_equal(text_author(t, k, NULL),
			    text_author(order_text(m.o, 0), k, NULL));
	}
	assert_int_equal(text_author(order_text(m.o, 0),
			     text_len(order_text(m.o, 0)) - 1, NULL),
	    1);
	room_close(&m);
}

/* Nobody can put words into another's mouth by calling them an undo. */
static void
test_an_undo_of_what_was_not_deleted_is_ones_own(void **state)
{
	struct edit e = { .flags = EDIT_UNDO };
	const struct record *r;
	struct room m;

	(void)state;
	room_open(&m);
	type(&m, 0, 0, "secret");
	sync_all(&m);
	splice(&m, 1, 0, 6, "");
	sync_all(&m);
	op_init(&e.op);
	e.base = order_rev(m.o);
	e.cseq = e.undo_of = 2;
	e.undo_of = 1;
	assert_int_equal(op_splice(&e.op, 0, 0, "sekret", 6), 0);
	assert_int_equal(order_edit(m.o, 2, &e, m.now_ms, &r), 0);
	assert_null(r->op.by);
	assert_int_equal(text_author(order_text(m.o, 0), 0, NULL), 2);
	op_release(&e.op);
	room_close(&m);
}

static void
test_a_large_deletion_goes_back_to_its_author(void **state)
{
	size_t len = 3 * OP_MAX_INSERT / 2;
	char *big = malloc(len + 1);
	struct room m;

	(void)state;
	assert_non_null(big);
	for (size_t i = 0; i < len; i++)
		big[i] = (char)('a' + i % 23);
	room_open(&m);
	for (size_t at = 0; at < len; at += len / 3) {
		struct op op;

		op_init(&op);
		op_splice(&op, at, 0, big + at, len / 3);
		assert_int_equal(peer_edit(m.p[0], 0, &op, 0, 0), 0);
		op_release(&op);
	}
	sync_all(&m);
	splice(&m, 1, 0, len, "");
	sync_all(&m);
	assert_int_equal(undo(&m, 1), 0);
	sync_all(&m);
	for (int i = 0; i < SEATS; i++) {
		assert_int_equal(text_len(peer_text(m.p[i], 0)), len);
		assert_int_equal(
		    text_author_run(peer_text(m.p[i], 0), 0, len), len);
		assert_int_equal(text_author(peer_text(m.p[i], 0), 0, NULL), 1);
	}
	assert_int_equal(text_author(order_text(m.o, 0), len - 1, NULL), 1);
	room_close(&m);
	free(big);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typing_is_undone_by_word),
		cmocka_unit_test(
		    test_groups_end_at_pause_jump_newline_and_break),
		cmocka_unit_test(
		    test_what_is_typed_over_comes_back_with_the_typing),
		cmocka_unit_test(test_what_is_held_together_is_one_step),
		cmocka_unit_test(test_undo_says_where_the_caret_was),
		cmocka_unit_test(test_undo_takes_only_ones_own),
		cmocka_unit_test(test_what_others_deleted_is_not_undone_twice),
		cmocka_unit_test(test_an_undo_says_what_it_takes_back),
		cmocka_unit_test(test_a_new_edit_forgets_what_could_be_redone),
		cmocka_unit_test(test_a_large_deletion_can_be_undone),
		cmocka_unit_test(
		    test_undoing_everything_leaves_the_others_text),
		cmocka_unit_test(test_typing_needs_no_caret_messages),
		cmocka_unit_test(
		    test_own_caret_moves_with_own_text_and_stays_left_of_others),
		cmocka_unit_test(test_carets_of_others_follow_their_typing),
		cmocka_unit_test(
		    test_nothing_is_lost_or_doubled_by_a_lost_link),
		cmocka_unit_test(test_records_are_taken_in_order_only),
		cmocka_unit_test(
		    test_a_record_that_does_not_fit_ends_the_replica),
		cmocka_unit_test(test_too_much_waiting_is_refused),
		cmocka_unit_test(test_a_loaded_document_goes_on),
		cmocka_unit_test(
		    test_who_returns_can_undo_what_it_wrote_before),
		cmocka_unit_test(test_groups_that_time_has_joined_lose_nothing),
		cmocka_unit_test(test_undos_of_before_the_load_are_only_text),
		cmocka_unit_test(test_undo_gives_text_back_to_its_author),
		cmocka_unit_test(test_authors_agree_after_deletions_that_met),
		cmocka_unit_test(
		    test_an_undo_of_what_was_not_deleted_is_ones_own),
		cmocka_unit_test(test_a_large_deletion_goes_back_to_its_author),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
