/*
 * hub.c - the real codesync-hub from $BUILD, spoken to as codesyncd, the
 * command line, editors, watchers and a runner do, and killed on the way.
 */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "hostd/jobs.h"
#include "hostd/monitor.h"
#include "hostd/room.h"
#include "proto/frame.h"
#include "proto/peer.h"
#include "proto/sys/control.h"
#include "proto/sys/link.h"
#include "proto/sys/link_nng.h"
#include "proto/sys/loop.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "tests/lib/hubs.h"

#define FULL_DISK (512 * 1024) /* bytes that one file may have there */

/* --- tests --- */

struct pair {
	struct editor *a, *b;
	unsigned typed; /* by both */
};

static bool
have_typed(void *arg)
{
	struct pair *p = arg;

	return p->a->typed + p->b->typed >= p->typed;
}

static bool
have_settled(void *arg)
{
	struct pair *p = arg;

	return p->a->typed == p->a->want && p->b->typed == p->b->want &&
	       is_here(p->a) && is_here(p->b) &&
	       peer_pending(p->a->peer) + peer_pending(p->b->peer) == 0 &&
	       p->a->seen == p->b->seen;
}

static bool
has_seen(void *arg)
{
	struct pair *p = arg;

	return p->a->seen >= p->b->seen;
}

static void
keys_survive_two_kills_and_all_agree(void **state)
{
	struct world *w = *state;
	char id[16], code[16], *a, *b, *c, *d;
	struct editor *tail;
	struct pair p;

	make_room(w, id, code);
	p.a = enter(w, id, code);
	invite(w, id, "interviewer", code);
	p.b = enter(w, id, code);
	until(w, is_here, p.a);
	until(w, is_here, p.b);
	p.a->want = p.b->want = 1000;
	type(p.a);
	type(p.b);
	for (unsigned i = 1; i <= 2; i++) {
		p.typed = i * 600;
		until(w, have_typed, &p);
		hub_kill(w);
		hub_start(w);
	}
	until(w, have_settled, &p);
	tail = watch(w, id);
	until(w, has_seen, &(struct pair){ tail, p.a, 0 });
	a = text_of(peer_text(p.a->peer, 0));
	b = text_of(peer_text(p.b->peer, 0));
	c = get_file(w, id);
	d = text_of(order_text(tail->fold, 0));
	assert_int_equal(strlen(a), 2000);
	assert_string_equal(a, b);
	assert_string_equal(a, c);
	assert_string_equal(a, d);
	free(a);
	free(b);
	free(c);
	free(d);
	editor_close(tail);
	editor_close(p.a);
	editor_close(p.b);
}

static void
a_wrong_code_and_an_unknown_room_are_denied(void **state)
{
	struct world *w = *state;
	char id[16], code[16], ticket[TICKET_LEN + 1];

	make_room(w, id, code);
	assert_int_equal(
	    authenticate(w, id, "0000-0000-0000", ticket), MON_DENIED);
	assert_int_equal(authenticate(w, id, "what", ticket), MON_DENIED);
	assert_int_equal(authenticate(w, "r-00000", code, ticket), MON_DENIED);
	assert_int_equal(authenticate(w, "root", code, ticket), MON_DENIED);
	assert_string_equal(ticket, "");
	assert_int_equal(authenticate(w, id, code, ticket), MON_OK);
	assert_int_equal(strlen(ticket), TICKET_LEN);
	/* bound: it is the way back */
	assert_int_equal(authenticate(w, id, code, ticket), MON_OK);
	assert_int_equal(room_cmd(w, "room end", id, ""), 0);
	assert_int_equal(authenticate(w, id, code, ticket), MON_DENIED);
}

static void
a_revoked_code_is_denied(void **state)
{
	struct world *w = *state;
	char id[16], code[16], ticket[TICKET_LEN + 1], *more;

	make_room(w, id, code);
	more = xasprintf(",\"revoke\":\"%s\"", code);
	assert_int_equal(room_cmd(w, "room invite", id, more), 0);
	assert_int_equal(room_cmd(w, "room invite", id, more), 3);
	assert_int_equal(authenticate(w, id, code, ticket), MON_DENIED);
	free(more);
}

static void
a_second_login_replaces_the_first(void **state)
{
	struct world *w = *state;
	char id[16], code[16];
	struct editor *a, *b;

	make_room(w, id, code);
	a = enter(w, id, code);
	until(w, is_here, a);
	assert_false(a->welcome.back);
	b = enter(w, id, code);
	until(w, has_bye, a);
	assert_int_equal(a->bye, BYE_REPLACED);
	until(w, is_here, b);
	assert_true(b->welcome.back);
	assert_int_equal(a->welcome.site, b->welcome.site);
	editor_close(a);
	editor_close(b);
}

static void
who_left_is_let_in_again_by_the_same_code(void **state)
{
	struct world *w = *state;
	const struct json *person;
	char id[16], code[16], *args;
	struct editor *a, *b;
	struct told t;

	make_room(w, id, code);
	a = enter(w, id, code);
	until(w, is_here, a);
	say_simple(a, MSG_LEAVE);
	until(w, has_bye, a);
	assert_int_equal(a->bye, BYE_LEFT);
	args = room_args(id, "");
	tell(w, &t, "room show", args, NULL, 0);
	assert_string_equal(json_get_str(t.result, "state"), "live");
	person = json_at(json_get(t.result, "people"), 0);
	assert_string_equal(json_get_str(person, "seat"), "C");
	assert_string_equal(json_get_str(person, "name"), "Ann");
	assert_string_equal(json_get_str(person, "state"), "left");
	told_release(&t);
	b = enter(w, id, code);
	until(w, is_here, b);
	assert_true(b->welcome.back);
	assert_int_equal(b->welcome.site, a->welcome.site);
	editor_close(a);
	editor_close(b);
	free(args);
}

static bool
is_settled_or_cut(void *arg)
{
	struct editor *e = arg;

	return !e->linked || peer_pending(e->peer) == 0;
}

static void
the_last_keys_before_hanging_up_are_kept(void **state)
{
	struct world *w = *state;
	struct mon_msg gone = { .type = MON_HUB_GONE };
	char id[16], code[16], *text;
	struct editor *e;

	make_room(w, id, code);
	assert_int_equal(authenticate(w, id, code, gone.u.gone.ticket), MON_OK);
	e = editor_open(w, gone.u.gone.ticket, false);
	until(w, is_here, e);
	/* both wait for the hub when it looks, in whatever order it does */
	kill(w->hub, SIGSTOP);
	e->want = 3;
	type(e);
	assert_int_equal(fd_send(w->monitor, &gone, sizeof(gone), -1), 0);
	kill(w->hub, SIGCONT);
	until(w, is_settled_or_cut, e);
	e->bye = BYE_GONE; /* do not dial again */
	link_close(e->link);
	wait_empty(w);
	text = get_file(w, id);
	assert_string_equal(text, "cba");
	assert_int_not_equal(access(e->path, F_OK), 0);
	free(text);
	editor_close(e);
}

static bool
sees_two(void *arg)
{
	return ((struct editor *)arg)->npeople == 3; /* and @local */
}

static bool
is_unlinked(void *arg)
{
	return !((struct editor *)arg)->linked;
}

static void
a_malformed_message_closes_its_link_only(void **state)
{
	struct world *w = *state;
	char id[16], code[16];
	struct editor *a, *b;
	struct pair p;

	make_room(w, id, code);
	a = enter(w, id, code);
	invite(w, id, "interviewer", code);
	b = enter(w, id, code);
	until(w, is_here, a);
	until(w, is_here, b);
	until(w, sees_two, a);
	assert_int_equal(link_send(a->link, "\xFFnonsense", 9), 0);
	until(w, is_unlinked, a);
	/* it may come back, and the other has not noticed */
	assert_true(b->linked && b->bye < 0);
	a->want = b->want = 10;
	type(b);
	p = (struct pair){ a, b, 0 };
	until(w, have_settled, &p);
	editor_close(a);
	editor_close(b);
}

/* --- what no editor of ours says --- */

struct bad_edit {
	const char *what;
	int bye; /* what it is answered by, or -1: the link is closed */
	size_t pos, del;
	const char *ins;
	void (*make)(struct op *op, size_t at); /* else one hunk of these */
	int base; /* -1: revision 0, 1: one that does not exist yet */
	uint32_t gap;
	uint8_t file, flags;
	int more; /* bytes at the message's end */
};

static void
second_hunk_inside_a_character(struct op *op, size_t at)
{
	op_insert(op, "x", 1);
	op_skip(op, at + 2);
	op_insert(op, "y", 1);
}

static void
second_hunk_past_the_end(struct op *op, size_t at)
{
	op_insert(op, "x", 1);
	op_skip(op, at + 1000);
	op_delete(op, 1);
}

static void
hunk_without_effect(struct op *op, size_t at)
{
	op_splice(op, at, 1, "", 0);
	op->hunks[0].del = 0;
}

static void
hunks_that_touch(struct op *op, size_t at)
{
	op_skip(op, at);
	op_insert(op, "x", 1);
	op_skip(op, 1);
	op_insert(op, "y", 1);
	op->hunks[1].skip = 0;
}

static void
too_many_hunks(struct op *op, size_t at)
{
	(void)at;
	for (unsigned i = 0; i <= OP_MAX_HUNKS; i++) {
		op_skip(op, 1);
		op_delete(op, 1);
	}
}

static void
too_long_an_insertion(struct op *op, size_t at)
{
	char *big = xmalloc(OP_MAX_INSERT + 1);

	memset(big, 'x', OP_MAX_INSERT + 1);
	op_splice(op, at, 0, big, OP_MAX_INSERT + 1);
	free(big);
}

#define BAD_TEXT           \
	"\xF0\x9F\x98\x80" \
	"bc\n" /* 7 bytes */
static const struct bad_edit bad_edits[] = {
	{ "an insertion inside a character", BYE_REFUSED, 2, .ins = "x" },
	{ "a deletion from inside a character", BYE_REFUSED, 1, .del = 3 },
	{ "a deletion up to inside a character", BYE_REFUSED, .del = 2 },
	{ "a second hunk inside a character", BYE_REFUSED,
	    .make = second_hunk_inside_a_character },
	{ "an insertion past the end", BYE_REFUSED, 8, .ins = "x" },
	{ "a deletion past the end", BYE_REFUSED, 6, .del = 2 },
	{ "a second hunk past the end", BYE_REFUSED,
	    .make = second_hunk_past_the_end },
	{ "a stale revision", BYE_RETRY, .ins = "x", .base = -1 },
	{ "a future revision", BYE_REFUSED, .ins = "x", .base = 1 },
	{ "a sequence number too far", BYE_REFUSED, .ins = "x", .gap = 1 },
	{ "the last sequence number", BYE_REFUSED, .ins = "x",
	    .gap = UINT32_MAX - 1000 },
	{ "a file that is not there", BYE_REFUSED, .ins = "x", .file = 1 },
	{ "a file that cannot be", -1, .ins = "x", .file = FILE_MAX },
	{ "the hub's own flag", -1, .ins = "x", .flags = EDIT_PUT },
	{ "an unknown flag", -1, .ins = "x", .flags = 0x80 },
	{ "too long an insertion", -1, .make = too_long_an_insertion },
	{ "too many hunks", -1, .make = too_many_hunks },
	{ "a hunk without effect", -1, .make = hunk_without_effect },
	{ "hunks that touch", -1, .make = hunks_that_touch },
	{ "half a character", -1, .ins = "\xC3" },
	{ "a character's end alone", -1, .ins = "\xA9" },
	{ "an overlong character", -1, .ins = "\xC1\x81" },
	{ "a surrogate", -1, .ins = "\xED\xA0\x80" },
	{ "a character beyond Unicode", -1, .ins = "\xF4\x90\x80\x80" },
	{ "a message that is cut", -1, .ins = "x", .more = -1 },
	{ "a message with more behind it", -1, .ins = "x", .more = 1 },
};

/* Two who write, and what they have in common. */
struct bad_world {
	struct world *w;
	struct editor *bad, *other;
	char id[16];
	unsigned keys; /* of BAD, all at the beginning */
};

/* Say it as BAD's next edit, on what is there now. */
static void
say_bad(struct bad_world *bw, const struct bad_edit *c)
{
	struct editor *e = bw->bad;
	struct msg m;
	struct buf b;

	until(bw->w, has_seen, &(struct pair){ bw->other, e, 0 });
	msg_init(&m);
	m.type = MSG_EDIT;
	m.edit.base = c->base < 0   ? 0
		      : c->base > 0 ? bw->other->seen + 1000
				    : bw->other->seen;
	m.edit.cseq = bw->other->edits[e->welcome.site] + 1 + c->gap;
	m.edit.file = c->file;
	m.edit.flags = c->flags;
	if (c->make != NULL)
		c->make(&m.edit.op, bw->keys);
	else
		op_splice(&m.edit.op, bw->keys + c->pos, c->del,
		    c->ins != NULL ? c->ins : "",
		    c->ins != NULL ? strlen(c->ins) : 0);
	buf_init(&b, MSG_MAX_UP);
	msg_encode(&m, &b);
	buf_put_u8(&b, 0);
	assert_int_equal(b.err, 0);
	assert_int_equal(
	    link_send(e->link, b.data, b.len - 1 + (size_t)c->more), 0);
	buf_release(&b);
	msg_release(&m);
}

struct told_off {
	struct editor *e;
	unsigned downs;
};

static bool
is_told_off(void *arg)
{
	struct told_off *t = arg;

	return t->e->downs > t->downs;
}

/* Who was refused comes back: with what it has, if it may. */
static void
come_back(struct editor *e)
{
	if (e->bye == BYE_REFUSED) {
		peer_free(e->peer);
		e->peer = NULL;
		e->seen = 0;
		dial(e);
	}
	until(e->w, is_here, e);
}

static void
all_have(struct bad_world *bw, const char *want)
{
	char *kept = get_file(bw->w, bw->id);
	char *seen = text_of(peer_text(bw->other->peer, 0));

	assert_string_equal(kept, want);
	assert_string_equal(seen, want);
	free(kept);
	free(seen);
}

/* BAD writes as it should. */
static void
write_well(struct bad_world *bw)
{
	struct pair p = { bw->bad, bw->other, 0 };

	bw->bad->want++;
	bw->keys++;
	type(bw->bad);
	until(bw->w, have_settled, &p);
}

static void
bad_open(struct bad_world *bw, struct world *w, const char *role,
    const char *text, size_t len)
{
	char code[16], *args;
	struct told t;

	memset(bw, 0, sizeof(*bw));
	bw->w = w;
	make_room(w, bw->id, code);
	args = room_args(bw->id, ",\"file\":\"main.py\"");
	tell(w, &t, "room put", args, text, len);
	assert_int_equal(t.exit, 0);
	told_release(&t);
	free(args);
	bw->other = enter(w, bw->id, code);
	until(w, is_here, bw->other);
	invite(w, bw->id, role, code);
	bw->bad = enter(w, bw->id, code);
}

static void
bad_close(struct bad_world *bw)
{
	/* the other has noticed nothing of all that */
	assert_int_equal(bw->other->downs, 0);
	assert_int_equal(bw->other->bye, -1);
	editor_close(bw->bad);
	editor_close(bw->other);
}

/* Say C, be refused for it, and nothing has happened. */
static void
is_refused(struct bad_world *bw, const struct bad_edit *c)
{
	struct told_off t = { bw->bad, bw->bad->downs };
	char *was = get_file(bw->w, bw->id);
	uint32_t edits = bw->other->edits[bw->bad->welcome.site];

	bw->bad->bye_len = 0;
	say_bad(bw, c);
	until(bw->w, is_told_off, &t);
	assert_int_equal(bw->bad->bye, c->bye);
	assert_int_equal(bw->bad->bye_len > 0, c->bye >= 0);
	all_have(bw, was);
	come_back(bw->bad);
	/* whatever the room had to tell has been told by now */
	until(bw->w, has_seen, &(struct pair){ bw->other, bw->bad, 0 });
	assert_int_equal(bw->other->edits[bw->bad->welcome.site], edits);
	free(was);
}

static void
bad_edits_are_refused_and_change_nothing(void **state)
{
	struct bad_world bw;

	bad_open(&bw, *state, "interviewer", BAD_TEXT, strlen(BAD_TEXT));
	until(bw.w, is_here, bw.bad);
	for (size_t i = 0; i < sizeof(bad_edits) / sizeof(bad_edits[0]); i++) {
		printf("# %s\n", bad_edits[i].what);
		is_refused(&bw, &bad_edits[i]);
		write_well(&bw);
	}
	bad_close(&bw);
}

/* A link that was cut may bring again what has been taken: that is no crime. */
static void
an_edit_that_comes_twice_is_taken_once(void **state)
{
	struct bad_edit again = { .ins = "x", .gap = UINT32_MAX };
	struct bad_world bw;

	bad_open(&bw, *state, "interviewer", BAD_TEXT, strlen(BAD_TEXT));
	until(bw.w, is_here, bw.bad);
	write_well(&bw);
	say_bad(&bw, &again);
	write_well(&bw);
	assert_int_equal(bw.bad->downs, 0);
	all_have(&bw, "ba" BAD_TEXT);
	bad_close(&bw);
}

static void
a_full_file_takes_no_more(void **state)
{
	static const struct bad_edit more = { .bye = BYE_REFUSED, .ins = "x" };
	char *big = xmalloc(TEXT_MAX);
	struct bad_world bw;

	memset(big, 'x', TEXT_MAX);
	bad_open(&bw, *state, "interviewer", big, TEXT_MAX);
	until(bw.w, is_here, bw.bad);
	is_refused(&bw, &more);
	bad_close(&bw);
	free(big);
}

static bool
is_welcome(void *arg)
{
	return ((struct editor *)arg)->welcome.site != 0;
}

static void
who_has_not_joined_may_not_write(void **state)
{
	static const struct bad_edit fine = { .bye = BYE_REFUSED, .ins = "x" };
	struct told_off t;
	struct bad_world bw;

	bad_open(&bw, *state, "interviewer", BAD_TEXT, strlen(BAD_TEXT));
	bw.bad->shy = true;
	until(bw.w, is_welcome, bw.bad);
	t = (struct told_off){ bw.bad, bw.bad->downs };
	say_bad(&bw, &fine);
	until(bw.w, is_told_off, &t);
	assert_int_equal(bw.bad->bye, BYE_REFUSED);
	all_have(&bw, BAD_TEXT);
	bw.bad->shy = false;
	come_back(bw.bad);
	write_well(&bw);
	bad_close(&bw);
}

static void
an_observer_may_read_but_not_write(void **state)
{
	static const struct bad_edit fine = { .bye = BYE_REFUSED, .ins = "x" };
	struct bad_world bw;

	bad_open(&bw, *state, "observer", BAD_TEXT, strlen(BAD_TEXT));
	until(bw.w, is_here, bw.bad);
	assert_false(bw.bad->welcome.writable);
	say_simple(bw.bad, MSG_RUN);
	until(bw.w, has_notice, bw.bad);
	assert_int_equal(bw.bad->notice, NOTICE_ERROR);
	is_refused(&bw, &fine);
	is_refused(&bw, &fine);
	all_have(&bw, BAD_TEXT);
	bad_close(&bw);
}

/* --- a long history --- */

/* Somebody is away while 20,000 edits are made, and the hub dies: what waits
 * there is neither lost nor in the way. */
static void
who_was_away_for_20000_edits_keeps_what_waits(void **state)
{
	struct world *w = *state;
	char id[16], code[16], *a, *b;
	struct pair p;
	struct op op;

	make_room(w, id, code);
	p.a = enter(w, id, code);
	until(w, is_here, p.a);
	invite(w, id, "interviewer", code);
	p.b = enter(w, id, code);
	until(w, is_here, p.b);
	link_close(p.a->link);
	p.a->bye = BYE_GONE; /* do not dial again */
	on_down(p.a, 0);
	op_init(&op);
	for (size_t i = 0; i < 5; i++) {
		op_splice(&op, i, 0, &"12345"[i], 1);
		assert_int_equal(
		    peer_edit(p.a->peer, 0, &op, 0, loop_now_ms()), 0);
	}
	op_release(&op);
	for (int i = 0; i < 2; i++) {
		p.b->want += 10000;
		type(p.b);
		until(w, have_settled, &(struct pair){ p.b, p.b, 0 });
		hub_kill(w);
		hub_start(w);
	}
	dial(p.a);
	until(w, have_settled, &p);
	a = text_of(peer_text(p.a->peer, 0));
	b = get_file(w, id);
	assert_string_equal(a, b);
	assert_int_equal(strlen(a), 20005);
	assert_non_null(strstr(a, "12345"));
	free(a);
	free(b);
	editor_close(p.a);
	editor_close(p.b);
}

/* What it takes to enter, and what ten keys are to the others. */
struct traffic {
	unsigned joined, heard; /* messages */
	size_t joined_bytes, heard_bytes;
};

static void
measure(struct world *w, unsigned edits, struct traffic *t)
{
	struct bad_world bw;
	unsigned heard;
	size_t bytes;
	char *args;
	struct told told;

	bad_open(&bw, w, "candidate", "", 0);
	until(w, is_here, bw.bad);
	bw.other->want = edits;
	type(bw.other);
	until(w, have_settled, &(struct pair){ bw.other, bw.bad, 0 });
	args = room_args(bw.id, ",\"file\":\"main.py\"");
	tell(w, &told, "room put", args, "01234 56789\n", 12);
	assert_int_equal(told.exit, 0);
	told_release(&told);
	free(args);
	bw.bad->bye = BYE_REFUSED; /* begins anew */
	link_close(bw.bad->link);
	bw.bad->contents = 0;
	bw.bad->content_bytes = 0;
	come_back(bw.bad);
	t->joined = bw.bad->contents;
	t->joined_bytes = bw.bad->content_bytes;
	until(w, has_seen, &(struct pair){ bw.other, bw.bad, 0 });
	heard = bw.other->contents;
	bytes = bw.other->content_bytes;
	for (int i = 0; i < 10; i++)
		write_well(&bw);
	t->heard = bw.other->contents - heard;
	t->heard_bytes = bw.other->content_bytes - bytes;
	bad_close(&bw);
}

/* Only the number of a revision grows. */
static void
a_long_history_is_sent_to_nobody(void **state)
{
	struct traffic young, old;

	measure(*state, 1000, &young);
	measure(*state, 50000, &old);
	assert_true(young.joined > 0 && young.heard > 0);
	assert_int_equal(old.joined, young.joined);
	assert_int_equal(old.heard, young.heard);
	assert_true(old.joined_bytes <= young.joined_bytes + 2 * old.joined);
	assert_true(old.heard_bytes <= young.heard_bytes + 2 * old.heard);
}

/* --- the command line --- */

static void
bad_commands_say_what_is_wrong(void **state)
{
	static const struct {
		const char *cmd, *more;
		int exit;
	} cases[] = {
		{ "room invite", ",\"role\":\"king\"", 2 },
		{ "room invite", ",\"name\":\"  \"", 2 },
		{ "room invite", ",\"revoke\":\"K7M2\"", 2 },
		{ "room get", ",\"file\":\"no.py\"", 3 },
		{ "room get", ",\"at\":\"99\"", 2 },
		{ "room get", ",\"at\":\"yesterday\"", 2 },
		{ "room get", ",\"at\":\"2001-01-01T00:00:00Z\"", 3 },
		{ "room get", ",\"at\":\"1\"", 0 },
		{ "room put", ",\"file\":\"a/b\"", 2 },
		{ "room stop", "", 5 },
		{ "room nothing", "", 2 },
		{ "room end", "", 0 },
		{ "room end", "", 5 },
		{ "room run", "", 5 },
		{ "room invite", "", 5 },
		{ "room put", ",\"file\":\"main.py\"", 5 },
	};
	struct world *w = *state;
	char id[16], code[16];

	make_room(w, id, code);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(room_cmd(w, cases[i].cmd, id, cases[i].more),
		    cases[i].exit);
	assert_int_equal(
	    exit_of(w, "room show", "{\"room\":\"r-zzzzz\"}", NULL), 3);
	assert_int_equal(
	    exit_of(w, "room show", "{\"room\":\"what\"}", NULL), 3);
	assert_int_equal(exit_of(w, "room show", "{}", NULL), 2);
	assert_int_equal(
	    exit_of(w, "room create", "{\"language\":\"cobol\"}", NULL), 3);
	assert_int_equal(
	    exit_of(w, "room create", "{\"minutes\":-1}", NULL), 2);
	assert_int_equal(
	    exit_of(w, "room create",
		"{\"files\":[{\"name\":\"a\",\"len\":1}]}", "\xFF"),
	    2);
	assert_int_equal(exit_of(w, "stat", "{}", NULL), 0);
	assert_int_equal(exit_of(w, "hostkey", "{}", NULL), 0);
}

static void
a_large_file_goes_in_and_comes_out(void **state)
{
	struct world *w = *state;
	char id[16], code[16], *args, *text;
	char *big = xmalloc(TEXT_MAX + 2);
	struct editor *e;
	struct told t;

	make_room(w, id, code);
	memset(big, 'x', TEXT_MAX + 1);
	args = room_args(id, ",\"file\":\"main.py\"");
	tell(w, &t, "room put", args, big, TEXT_MAX + 1);
	assert_int_equal(t.exit, 2);
	told_release(&t);
	tell(w, &t, "room put", args, big, TEXT_MAX);
	assert_int_equal(t.exit, 0);
	told_release(&t);
	big[TEXT_MAX] = '\0';
	text = get_file(w, id);
	assert_string_equal(text, big);
	free(text);
	e = enter(w, id, code);
	until(w, is_here, e);
	text = text_of(peer_text(e->peer, 0));
	assert_string_equal(text, big);
	free(text);
	editor_close(e);
	free(big);
	free(args);
}

static void
a_repeated_key_returns_the_same_room(void **state)
{
	static const char args[] = "{\"idempotency_key\":\"k1\"}";
	struct world *w = *state;
	const struct json *inv;
	char ticket[TICKET_LEN + 1];
	struct told a, b, list;

	tell(w, &a, "room create", args, NULL, 0);
	tell(w, &b, "room create", args, NULL, 0);
	assert_string_equal(
	    json_get_str(a.result, "id"), json_get_str(b.result, "id"));
	inv = json_at(json_get(b.result, "invites"), 0);
	assert_string_equal(json_get_str(inv, "seat"), "C");
	assert_int_equal(authenticate(w, json_get_str(b.result, "id"),
			     json_get_str(inv, "code"), ticket),
	    MON_OK);
	tell(w, &list, "room list", "{}", NULL, 0);
	assert_int_equal(json_count(list.result), 1);
	told_release(&a);
	told_release(&b);
	told_release(&list);
}

/* --- a runner --- */

static uint32_t got;  /* the number of the last answer that came */
static uint64_t full; /* a job that takes no more input, or 0 */

static void
runner_says(struct world *w, uint64_t nonce, uint8_t places, struct job_msg *m,
    uint8_t **bytes)
{
	char *url = xasprintf("ipc://%s/run/jobs.sock", w->dir);
	struct job_msg *next = xcalloc(1, sizeof(*next));
	struct buf b;
	size_t len;

	next->type = JOB_NEXT;
	next->version = JOB_VERSION;
	next->nonce = nonce;
	next->places = places;
	next->got = got;
	next->njobs = full != 0;
	next->jobs[0] = full;
	snprintf(next->name, sizeof(next->name), "test");
	buf_init(&b, JOB_MSG_MAX);
	job_msg_encode(next, &b);
	assert_int_equal(
	    nng_request(url, b.data, b.len, PATIENCE_MS, bytes, &len), 0);
	assert_int_equal(job_msg_decode(m, *bytes, len), 0);
	buf_release(&b);
	free(next);
	free(url);
}

static void
runner_offers(
    struct world *w, uint8_t places, struct job_msg *m, uint8_t **bytes)
{
	runner_says(w, 7, places, m, bytes);
	got = m->number;
}

static void
runner_ask(struct world *w, struct job_msg *m, uint8_t **bytes)
{
	runner_offers(w, 8, m, bytes);
}

struct pusher {
	struct nng_link *link;
	struct buf b;
};

static bool
is_pushed(void *arg)
{
	struct pusher *p = arg;

	return nng_link_send(p->link, p->b.data, p->b.len) == 0;
}

static void
push(struct world *w, struct pusher *p, struct job_msg *m)
{
	buf_init(&p->b, JOB_MSG_MAX);
	job_msg_encode(m, &p->b);
	until(w, is_pushed, p);
	buf_release(&p->b);
}

static bool
run_has_ended(void *arg)
{
	return ((struct editor *)arg)->ended_run > 0;
}

static void
push_output(struct world *w, struct pusher *p, uint64_t job, uint32_t seq,
    const char *text, size_t len)
{
	struct job_msg *m = xcalloc(1, sizeof(*m));

	m->type = JOB_OUTPUT;
	m->nonce = 7;
	m->job = job;
	m->seq = seq;
	m->stream = 1;
	m->text = (const uint8_t *)text;
	m->text_len = (uint32_t)len;
	push(w, p, m);
	free(m);
}

static void
a_run_goes_through_the_runner_to_the_seats(void **state)
{
	static const struct nng_link_events none = { NULL, NULL, NULL };
	struct world *w = *state;
	struct job_msg *m = xcalloc(1, sizeof(*m));
	char id[16], code[16], *url;
	struct pusher p = { NULL };
	struct editor *e;
	uint8_t *bytes;
	uint64_t job;

	make_room(w, id, code);
	e = enter(w, id, code);
	until(w, is_here, e);
	assert_int_equal(room_cmd(w, "room run", id, ""), 0);
	assert_int_equal(room_cmd(w, "room run", id, ""), 5);
	runner_ask(w, m, &bytes);
	assert_int_equal(m->type, JOB_ASSIGN);
	assert_string_equal(m->name, "python");
	assert_int_equal(m->nfiles, 1);
	assert_string_equal(m->files[0].name, "main.py");
	assert_int_equal(m->limits.cpu_s, 10);
	job = m->job;
	free(bytes);
	say_simple(e, MSG_STOP);
	runner_ask(w, m, &bytes);
	assert_int_equal(m->type, JOB_STOP);
	assert_int_equal(m->job, job);
	free(bytes);
	url = xasprintf("ipc://%s/run/output.sock", w->dir);
	assert_int_equal(nng_link_open(&p.link, w->loop, LINK_PUSH, url,
			     JOB_MSG_MAX, &none, NULL),
	    0);
	push_output(w, &p, job, 1, "h\xC3", 2); /* an e acute in two parts */
	push_output(w, &p, job, 2, "\xA9\xFF!", 3);
	push_output(w, &p, job, 2, "twice", 5);
	memset(m, 0, sizeof(*m));
	m->type = JOB_END;
	m->nonce = 7;
	m->job = job;
	m->result.verdict = VERDICT_STOPPED;
	m->result.exit_code = -1;
	push(w, &p, m);
	until(w, run_has_ended, e);
	assert_int_equal(e->verdict, VERDICT_STOPPED);
	assert_int_equal(e->output.len, 7);
	assert_memory_equal(e->output.data, "h\xC3\xA9\xEF\xBF\xBD!", 7);
	assert_int_equal(room_cmd(w, "room stop", id, ""), 5);
	nng_link_close(p.link);
	editor_close(e);
	free(url);
	free(m);
}

/* --- what a program reads --- */

/* A room with a program that runs, which Ann has started, and Bob. */
struct typing {
	struct world *w;
	struct editor *ann, *bob;
	struct pusher p;
	struct job_msg *m;
	char id[16], bobs[16];
	uint64_t job;
};

static void
typing_open(struct world *w, struct typing *t)
{
	static const struct nng_link_events none = { NULL, NULL, NULL };
	char code[16], *url = xasprintf("ipc://%s/run/output.sock", w->dir);
	uint8_t *bytes;

	memset(t, 0, sizeof(*t));
	t->w = w;
	t->m = xcalloc(1, sizeof(*t->m));
	make_room(w, t->id, code);
	t->ann = enter(w, t->id, code);
	invite(w, t->id, "interviewer", t->bobs);
	t->bob = enter(w, t->id, t->bobs);
	until(w, is_here, t->ann);
	until(w, is_here, t->bob);
	say_simple(t->ann, MSG_RUN);
	runner_ask(w, t->m, &bytes);
	assert_int_equal(t->m->type, JOB_ASSIGN);
	assert_int_equal(t->m->input_len, 0);
	assert_false(t->m->input_eof);
	t->job = t->m->job;
	free(bytes);
	assert_int_equal(nng_link_open(&t->p.link, w->loop, LINK_PUSH, url,
			     JOB_MSG_MAX, &none, NULL),
	    0);
	free(url);
}

static void
typing_close(struct typing *t)
{
	nng_link_close(t->p.link);
	editor_close(t->ann);
	editor_close(t->bob);
	free(t->m);
}

static void
push_waiting(struct typing *t, bool waiting)
{
	memset(t->m, 0, sizeof(*t->m));
	t->m->type = JOB_WAITING;
	t->m->nonce = 7;
	t->m->job = t->job;
	t->m->waiting = waiting;
	push(t->w, &t->p, t->m);
}

static void
say_input(struct editor *e, const char *text, bool eof)
{
	struct msg m;

	msg_init(&m);
	m.type = MSG_INPUT;
	m.text = (const uint8_t *)text;
	m.text_len = (uint32_t)strlen(text);
	m.eof = eof;
	say(e, &m);
	msg_release(&m);
}

/* The next answer to a runner without a place is this piece of input. */
static void
expect_input(struct typing *t, const char *text, bool eof)
{
	uint8_t *bytes;

	runner_offers(t->w, 0, t->m, &bytes);
	assert_int_equal(t->m->type, JOB_INPUT);
	assert_int_equal(t->m->job, t->job);
	assert_int_equal(t->m->text_len, strlen(text));
	assert_memory_equal(t->m->text, text, strlen(text));
	assert_int_equal(t->m->eof, eof);
	free(bytes);
}

static bool
sees_waiting(void *arg)
{
	return ((struct editor *)arg)->keyboard.waiting;
}

static bool
sees_no_waiting(void *arg)
{
	return !((struct editor *)arg)->keyboard.waiting;
}

static bool
sees_input_end(void *arg)
{
	return ((struct editor *)arg)->input_ended;
}

struct owned {
	struct editor *e;
	uint8_t site;
};

static bool
sees_owner(void *arg)
{
	struct owned *o = arg;

	return o->e->keyboard.site == o->site;
}

static void
what_is_typed_goes_to_the_program_and_into_the_log(void **state)
{
	char id[16], code[16];
	struct typing t;

	typing_open(*state, &t);
	make_room(t.w, id, code); /* it has to wait for a place */
	assert_int_equal(room_cmd(t.w, "room run", id, ""), 0);
	push_waiting(&t, true);
	until(t.w, sees_waiting, t.ann);
	until(t.w, sees_waiting, t.bob);
	assert_int_equal(t.bob->keyboard.run, 1);
	assert_int_equal(t.bob->keyboard.site, t.ann->welcome.site);
	assert_true(t.bob->keyboard.since_ms > 0);
	say_input(t.ann, "4\n", false);
	expect_input(&t, "4\n", false);
	push_waiting(&t, false);
	until(t.w, sees_no_waiting, t.bob);
	/* it is Ann's line until somebody takes it */
	say_input(t.bob, "no\n", false);
	until(t.w, has_notice, t.bob);
	assert_int_equal(t.bob->notice, NOTICE_ERROR);
	say_simple(t.bob, MSG_TAKE);
	until(t.w, sees_owner, &(struct owned){ t.ann, t.bob->welcome.site });
	say_input(t.ann, "no\n", false);
	until(t.w, has_notice, t.ann);
	say_input(t.bob, "5\n", false);
	say_input(t.bob, "\xC3\xA9", true);
	until(t.w, sees_input_end, t.ann);
	expect_input(&t, "5\n\xC3\xA9", true);
	t.bob->notice = -1;
	say_input(t.bob, "late\n", false);
	until(t.w, has_notice, t.bob);
	assert_int_equal(t.ann->input.len, 6);
	assert_memory_equal(t.ann->input.data, "4\n5\n\xC3\xA9", 6);
	typing_close(&t);
}

static bool
has_typed_two(void *arg)
{
	return ((struct editor *)arg)->input.len == 4;
}

static void
who_joins_late_sees_whose_line_it_is_and_what_was_typed(void **state)
{
	struct typing t;

	typing_open(*state, &t);
	push_output(t.w, &t.p, t.job, 1, "n? ", 3);
	push_waiting(&t, true);
	until(t.w, sees_waiting, t.bob);
	say_input(t.ann, "4\n", false);
	say_input(t.ann, "5\n", false);
	until(t.w, has_typed_two, t.bob);
	expect_input(&t, "4\n5\n", false);
	editor_close(t.bob);
	t.bob = enter(t.w, t.id, t.bobs);
	until(t.w, sees_waiting, t.bob);
	assert_int_equal(t.bob->keyboard.site, t.ann->welcome.site);
	assert_int_equal(t.bob->shown.len, 9);
	assert_memory_equal(t.bob->shown.data, "n? 4\n> 5\n", 9);
	typing_close(&t);
}

static void
not_more_waits_than_the_program_may_read(void **state)
{
	char line[JOB_INPUT_MAX + 1];
	struct typing t;
	size_t read = 0;
	uint8_t *bytes;

	typing_open(*state, &t);
	memset(line, 'x', sizeof(line) - 1);
	line[JOB_INPUT_MAX - 1] = '\n';
	line[JOB_INPUT_MAX] = '\0';
	for (int i = 0; i < 16; i++)
		say_input(t.ann, line, false);
	say_input(t.ann, "one too many\n", false);
	until(t.w, has_notice, t.ann);
	assert_int_equal(t.ann->notice, NOTICE_ERROR);
	while (read < 16 * JOB_INPUT_MAX) {
		runner_offers(t.w, 0, t.m, &bytes);
		assert_int_equal(t.m->type, JOB_INPUT);
		assert_true(t.m->text_len > 0);
		assert_int_equal(t.m->text[t.m->text_len - 1], '\n');
		read += t.m->text_len;
		free(bytes);
	}
	assert_int_equal(read, 16 * JOB_INPUT_MAX);
	say_input(t.ann, "there is room again\n", false);
	expect_input(&t, "there is room again\n", false);
	typing_close(&t);
}

static void
why_a_sandbox_failed_is_told_to_the_seats(void **state)
{
	static const char why[] = "as root: sysctl -w x.y=1";
	struct typing t;

	typing_open(*state, &t);
	memset(t.m, 0, sizeof(*t.m));
	t.m->type = JOB_END;
	t.m->nonce = 7;
	t.m->job = t.job;
	t.m->result.verdict = VERDICT_INTERNAL;
	t.m->result.exit_code = -1;
	memcpy(t.m->why, why, sizeof(why));
	push(t.w, &t.p, t.m);
	until(t.w, run_has_ended, t.bob);
	until(t.w, has_notice, t.bob);
	until(t.w, has_notice, t.ann);
	assert_int_equal(t.bob->verdict, VERDICT_INTERNAL);
	assert_int_equal(t.bob->notice, NOTICE_ERROR);
	assert_non_null(strstr(t.bob->notice_text, why));
	typing_close(&t);
}

static bool
has_typed_one(void *arg)
{
	return ((struct editor *)arg)->input.len == 2;
}

static void
input_stays_with_the_hub_while_its_runner_takes_no_more(void **state)
{
	struct typing t[2];

	for (int i = 0; i < 2; i++) {
		typing_open(*state, &t[i]);
		say_input(t[i].ann, i == 0 ? "a\n" : "b\n", false);
		until(t[i].w, has_typed_one, t[i].ann);
	}
	full = t[0].job;
	expect_input(&t[1], "b\n", false);
	full = 0;
	expect_input(&t[0], "a\n", false);
	for (int i = 0; i < 2; i++)
		typing_close(&t[i]);
}

/* Else a script would wait for ever. */
static void
input_ends_where_nobody_can_type_it(void **state)
{
	struct world *w = *state;
	struct job_msg *m = xcalloc(1, sizeof(*m));
	char id[16], code[16];
	struct typing t;
	uint8_t *bytes;

	make_room(w, id, code);
	assert_int_equal(room_cmd(w, "room run", id, ""), 0);
	runner_ask(w, m, &bytes);
	assert_int_equal(m->type, JOB_ASSIGN);
	assert_true(m->input_eof);
	free(bytes);
	/* with people it is open, and nobody's, until they have left */
	typing_open(w, &t);
	say_simple(t.ann, MSG_STOP);
	runner_ask(w, m, &bytes);
	assert_int_equal(m->type, JOB_STOP);
	free(bytes);
	memset(m, 0, sizeof(*m));
	m->type = JOB_END;
	m->nonce = 7;
	m->job = t.job;
	push(w, &t.p, m);
	until(w, run_has_ended, t.ann);
	assert_int_equal(room_cmd(w, "room run", t.id, ""), 0);
	runner_ask(w, m, &bytes);
	assert_int_equal(m->type, JOB_ASSIGN);
	assert_false(m->input_eof);
	t.job = m->job;
	free(bytes);
	until(w, sees_owner, &(struct owned){ t.ann, 0 });
	push_waiting(&t, true);
	until(w, sees_waiting, t.bob);
	say_simple(t.ann, MSG_LEAVE);
	say_simple(t.bob, MSG_LEAVE);
	expect_input(&t, "", true);
	typing_close(&t);
	free(m);
}

/* Also when the hub that took it is not the one that hands it over. */
static void
given_input_comes_with_the_run(void **state)
{
	struct world *w = *state;
	struct job_msg *m = xcalloc(1, sizeof(*m));
	char *big = xmalloc(JOB_STDIN_MAX + 1), *args, id[16], code[16];
	struct told t;
	uint8_t *bytes;

	memset(big, 'x', JOB_STDIN_MAX + 1);
	for (int killed = 0; killed < 2; killed++) {
		make_room(w, id, code);
		args = room_args(id, ",\"stdin\":true");
		tell(w, &t, "room run", args, big, JOB_STDIN_MAX + 1);
		assert_int_equal(t.exit, 2);
		told_release(&t);
		assert_int_equal(exit_of(w, "room run", args, "\xFF"), 2);
		tell(w, &t, "room run", args, big, JOB_STDIN_MAX);
		assert_int_equal(t.exit, 0);
		told_release(&t);
		if (killed) {
			hub_kill(w);
			hub_start(w);
		}
		runner_ask(w, m, &bytes);
		assert_int_equal(m->type, JOB_ASSIGN);
		assert_int_equal(m->input_len, JOB_STDIN_MAX);
		assert_memory_equal(m->input, big, JOB_STDIN_MAX);
		assert_true(m->input_eof);
		free(bytes);
		free(args);
	}
	free(big);
	free(m);
}

/* --- the queue --- */

static uint64_t
expect_job(struct world *w, struct job_msg *m, const char *program)
{
	uint8_t *bytes;

	runner_ask(w, m, &bytes);
	assert_int_equal(m->type, JOB_ASSIGN);
	assert_int_equal(m->files[0].len, strlen(program));
	assert_memory_equal(m->files[0].text, program, strlen(program));
	free(bytes);
	return m->job;
}

static void put_file(struct world *w, const char *id, const char *text);

static void
rooms_take_turns_and_the_backlog_is_bounded(void **state)
{
	static const struct nng_link_events none = { NULL, NULL, NULL };
	char *url, (*ids)[16] = xcalloc(JOBS_BACKLOG + 2, sizeof(*ids));
	struct job_msg *m = xcalloc(1, sizeof(*m));
	struct world *w = *state;
	struct pusher p = { NULL };
	struct editor *e;
	char code[16];
	uint64_t job;

	url = xasprintf("ipc://%s/run/output.sock", w->dir);
	for (unsigned i = 0; i < JOBS_BACKLOG + 2; i++)
		make_room(w, ids[i], code);
	for (unsigned i = 0; i < 3; i++)
		put_file(w, ids[i], (const char *[]){ "a", "b", "c" }[i]);
	e = watch(w, ids[0]);
	for (unsigned i = 0; i < JOBS_BACKLOG; i++)
		assert_int_equal(room_cmd(w, "room run", ids[i], ""), 0);
	assert_int_equal(room_cmd(w, "room run", ids[JOBS_BACKLOG], ""), 5);
	job = expect_job(w, m, "a");
	assert_int_equal(room_cmd(w, "room run", ids[JOBS_BACKLOG], ""), 0);
	assert_int_equal(room_cmd(w, "room run", ids[JOBS_BACKLOG + 1], ""), 5);
	/* who has just run and wants to again is behind who waits */
	assert_int_equal(nng_link_open(&p.link, w->loop, LINK_PUSH, url,
			     JOB_MSG_MAX, &none, NULL),
	    0);
	memset(m, 0, sizeof(*m));
	m->type = JOB_END;
	m->nonce = 7;
	m->job = job;
	push(w, &p, m);
	until(w, run_has_ended, e);
	expect_job(w, m, "b");
	assert_int_equal(room_cmd(w, "room run", ids[0], ""), 0);
	expect_job(w, m, "c");
	nng_link_close(p.link);
	editor_close(e);
	free(ids);
	free(url);
	free(m);
}

static void
put_file(struct world *w, const char *id, const char *text)
{
	char *args = room_args(id, ",\"file\":\"main.py\"");

	assert_int_equal(exit_of(w, "room put", args, text), 0);
	free(args);
}

static void
write_to(struct editor *e, uint8_t file)
{
	struct msg m;

	msg_init(&m);
	m.type = MSG_EDIT;
	m.edit.base = e->seen;
	m.edit.cseq = 1;
	m.edit.file = file;
	op_splice(&m.edit.op, 0, 0, "x", 1);
	say(e, &m);
	msg_release(&m);
}

/* Whatever the candidate's editor may be. */
static void
the_task_is_the_staffs_to_write(void **state)
{
	struct world *w = *state;
	char id[16], code[16], *args;
	struct editor *candidate;

	make_room(w, id, code);
	args = room_args(id, ",\"file\":\"task.md\"");
	assert_int_equal(exit_of(w, "room put", args, "Two sum"), 0);
	free(args);
	candidate = enter(w, id, code);
	until(w, is_here, candidate);
	write_to(candidate, 1);
	until(w, has_bye, candidate);
	assert_int_equal(candidate->bye, BYE_REFUSED);
	assert_string_equal(
	    candidate->bye_text, "The task is the staff's to write.");
	editor_close(candidate);
}

/* Whatever is typed until a runner asks, and with a restart in between. */
static void
a_run_has_the_files_of_when_it_was_asked_for(void **state)
{
	struct world *w = *state;
	struct job_msg *m = xcalloc(1, sizeof(*m));
	char id[16], code[16];
	uint8_t *bytes;

	for (int killed = 0; killed < 2; killed++) {
		make_room(w, id, code);
		put_file(w, id, "asked\n");
		assert_int_equal(room_cmd(w, "room run", id, ""), 0);
		put_file(w, id, "later\n");
		if (killed) {
			hub_kill(w);
			hub_start(w);
		}
		runner_ask(w, m, &bytes);
		assert_int_equal(m->type, JOB_ASSIGN);
		assert_int_equal(m->nfiles, 1);
		assert_int_equal(m->files[0].len, 6);
		assert_memory_equal(m->files[0].text, "asked\n", 6);
		free(bytes);
	}
	free(m);
}

/* An answer may die with a connection, above all on the way to another machine. */
static void
an_answer_that_did_not_come_is_sent_again(void **state)
{
	struct world *w = *state;
	struct job_msg *m = xcalloc(1, sizeof(*m));
	char id[16], code[16];
	struct editor *e;
	uint8_t *bytes;
	uint64_t job;

	make_room(w, id, code);
	e = enter(w, id, code);
	until(w, is_here, e);
	assert_int_equal(room_cmd(w, "room run", id, ""), 0);
	runner_ask(w, m, &bytes);
	assert_int_equal(m->type, JOB_ASSIGN);
	job = m->job;
	free(bytes);
	got--;
	runner_ask(w, m, &bytes);
	assert_int_equal(m->type, JOB_ASSIGN);
	assert_true(m->job == job && m->nfiles == 1);
	free(bytes);
	say_simple(e, MSG_STOP);
	for (int i = 0; i < 3; i++) { /* and no other in its place */
		runner_ask(w, m, &bytes);
		assert_int_equal(m->type, JOB_STOP);
		assert_true(m->job == job);
		free(bytes);
		got--;
	}
	got++;
	editor_close(e);
	free(m);
}

/* Machines that were made from one image have one name. */
static void
runners_of_one_name_do_not_take_each_others_runs_for_lost(void **state)
{
	struct world *w = *state;
	struct job_msg *m = xcalloc(1, sizeof(*m));
	char id[2][16], code[16];
	struct editor *e[2];
	uint64_t job[2];
	uint8_t *bytes;

	for (int i = 0; i < 2; i++) {
		make_room(w, id[i], code);
		e[i] = enter(w, id[i], code);
		until(w, is_here, e[i]);
		assert_int_equal(room_cmd(w, "room run", id[i], ""), 0);
		runner_says(w, 70 + (uint64_t)i, 8, m, &bytes);
		assert_int_equal(m->type, JOB_ASSIGN);
		job[i] = m->job;
		free(bytes);
	}
	got++;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(e[i]->ended_run, 0);
		say_simple(e[i], MSG_STOP);
		runner_says(w, 70 + (uint64_t)i, 8, m, &bytes);
		assert_int_equal(m->type, JOB_STOP);
		assert_true(m->job == job[i]);
		free(bytes);
		editor_close(e[i]);
	}
	free(m);
}

static bool
has_a_runner(void *arg)
{
	struct told t;
	bool yes;

	tell(arg, &t, "stat", "{}", NULL, 0);
	yes = json_get_int(t.result, "runners", 0) > 0;
	told_release(&t);
	return yes;
}

/* Its request is parked here until it is missed, which takes a lease. */
static void
a_runner_that_has_hung_up_is_given_nothing(void **state)
{
	static const struct nng_link_events none = { NULL, NULL, NULL };
	struct world *w = *state;
	struct job_msg *m = xcalloc(1, sizeof(*m)),
		       *next = xcalloc(1, sizeof(*m));
	char id[16], code[16],
	    *url = xasprintf("ipc://%s/run/jobs.sock", w->dir);
	struct pusher p = { NULL };
	uint8_t *bytes;

	make_room(w, id, code);
	assert_false(has_a_runner(w));
	next->type = JOB_NEXT;
	next->version = JOB_VERSION;
	next->nonce = 6;
	next->places = 8;
	assert_int_equal(nng_link_open(&p.link, w->loop, LINK_REQ, url,
			     JOB_MSG_MAX, &none, NULL),
	    0);
	push(w, &p, next);
	until(w, has_a_runner, w);
	nng_link_close(p.link);
	assert_int_equal(room_cmd(w, "room run", id, ""), 0);
	runner_ask(w, m, &bytes);
	assert_int_equal(m->type, JOB_ASSIGN);
	free(bytes);
	free(url);
	free(next);
	free(m);
}

/* A command that waits, and a request of a runner that is parked. */
struct asked {
	struct pusher p;
	struct job_msg *m;   /* the runner's answer */
	struct json *answer; /* the command's */
};

static void
on_job(void *arg, const uint8_t *body, size_t len)
{
	struct asked *a = arg;

	a->m = xcalloc(1, sizeof(*a->m));
	assert_int_equal(job_msg_decode(a->m, body, len), 0);
}

static void
on_command(void *arg, const uint8_t *body, size_t len)
{
	struct asked *a = arg;
	const uint8_t *raw;
	size_t raw_len;

	assert_int_equal(
	    control_decode(body, len, &a->answer, &raw, &raw_len), 0);
}

static void
asked_open(struct world *w, struct asked *a, enum nng_kind kind,
    const char *sock, void (*fn)(void *, const uint8_t *, size_t))
{
	const struct nng_link_events events = { fn, NULL, NULL };
	char *url = xasprintf("ipc://%s/run/%s", w->dir, sock);

	memset(a, 0, sizeof(*a));
	assert_int_equal(nng_link_open(&a->p.link, w->loop, kind, url,
			     JOB_MSG_MAX, &events, a),
	    0);
	free(url);
}

static void
asked_close(struct asked *a)
{
	nng_link_close(a->p.link);
	free(a->m);
	json_free(a->answer);
}

static void
ask_doctor(struct world *w, struct asked *a)
{
	struct json *q = json_object_new();

	asked_open(w, a, LINK_REQ, "control.sock", on_command);
	json_set_str(q, "cmd", "doctor");
	json_set(q, "args", json_object_new());
	buf_init(&a->p.b, CONTROL_MAX);
	control_encode(&a->p.b, q, NULL, 0);
	until(w, is_pushed, &a->p);
	buf_release(&a->p.b);
	json_free(q);
}

#define LARGE_FILES 4
#define LARGE_BYTES (200 * 1024) /* each */

/* A room with so much in it that it is made in several turns. */
static void
ask_large_room(struct world *w, struct asked *a)
{
	struct json *q = json_object_new(), *files = json_array_new(), *f;
	struct json *args = json_object_new();
	char *raw = xcalloc(LARGE_FILES, LARGE_BYTES), name[16];

	memset(raw, 'x', LARGE_FILES * LARGE_BYTES);
	for (int i = 0; i < LARGE_FILES; i++) {
		f = json_object_new();
		snprintf(name, sizeof(name), "f%d.py", i);
		json_set_str(f, "name", name);
		json_set_int(f, "len", LARGE_BYTES);
		json_add(files, f);
	}
	json_set(args, "files", files);
	json_set_str(args, "idempotency_key", "large");
	json_set_str(q, "cmd", "room create");
	json_set(q, "args", args);
	asked_open(w, a, LINK_REQ, "control.sock", on_command);
	buf_init(&a->p.b, CONTROL_MAX);
	control_encode(&a->p.b, q, raw, LARGE_FILES * LARGE_BYTES);
	until(w, is_pushed, &a->p);
	buf_release(&a->p.b);
	json_free(q);
	free(raw);
}

/* All rooms that the hub tells are whole; how many there are. */
static size_t
whole_rooms(struct world *w)
{
	const struct json *room, *files;
	struct told t;
	size_t n;

	tell(w, &t, "room list", "{}", NULL, 0);
	n = json_count(t.result);
	for (size_t i = 0; i < n; i++) {
		room = json_at(t.result, i);
		files = json_get(room, "files");
		assert_int_equal(json_count(files), LARGE_FILES);
		for (int k = 0; k < LARGE_FILES; k++)
			assert_int_equal(
			    json_get_int(json_at(files, k), "bytes", 0),
			    LARGE_BYTES);
	}
	told_release(&t);
	return n;
}

static bool
has_answer(void *arg)
{
	return ((struct asked *)arg)->answer != NULL;
}

static void
a_large_room_is_whole_or_not_there(void **state)
{
	struct world *w = *state;
	struct asked a, b;

	ask_large_room(w, &a);
	whole_rooms(w);
	hub_kill(w);
	hub_start(w);
	whole_rooms(w);
	asked_close(&a);
	ask_large_room(w, &a);
	ask_large_room(w, &b);
	for (int i = 0; i < 20; i++)
		whole_rooms(w);
	until(w, has_answer, &a);
	until(w, has_answer, &b);
	assert_string_equal(json_get_str(json_get(a.answer, "result"), "id"),
	    json_get_str(json_get(b.answer, "result"), "id"));
	assert_int_equal(whole_rooms(w), 1);
	hub_kill(w);
	hub_start(w);
	assert_int_equal(whole_rooms(w), 1);
	asked_close(&a);
	asked_close(&b);
}

/* A runner comes, and its request stays with the hub. */
static void
runner_comes(struct world *w, struct asked *a, uint64_t nonce, const char *name)
{
	struct job_msg *next = xcalloc(1, sizeof(*next));

	asked_open(w, a, LINK_REQ, "jobs.sock", on_job);
	next->type = JOB_NEXT;
	next->version = JOB_VERSION;
	next->nonce = nonce;
	next->places = 8;
	snprintf(next->name, sizeof(next->name), "%s", name);
	push(w, &a->p, next);
	free(next);
}

static bool
has_job(void *arg)
{
	return ((struct asked *)arg)->m != NULL;
}

static void
push_checks(struct world *w, struct asked *out, uint64_t nonce, uint64_t job,
    const char *text)
{
	struct job_msg *m = xcalloc(1, sizeof(*m));

	m->type = JOB_CHECKED;
	m->nonce = nonce;
	m->job = job;
	m->text = (const uint8_t *)text;
	m->text_len = (uint32_t)strlen(text);
	push(w, &out->p, m);
	free(m);
}

static bool
has_two_runners(void *arg)
{
	struct told t;
	bool yes;

	tell(arg, &t, "stat", "{}", NULL, 0);
	yes = json_get_int(t.result, "runners", 0) == 2;
	told_release(&t);
	return yes;
}

static void
every_runner_looks_and_its_word_counts_once(void **state)
{
	struct world *w = *state;
	struct asked one, two, ann, out;
	const struct json *r, *c;

	assert_int_equal(exit_of(w, "doctor", "{}", NULL), 5);
	runner_comes(w, &one, 5, "one");
	until(w, has_a_runner, w);
	runner_comes(w, &two, 6, "two");
	until(w, has_two_runners, w);
	ask_doctor(w, &ann);
	until(w, has_job, &one);
	until(w, has_job, &two);
	assert_int_equal(one.m->type, JOB_DOCTOR);
	assert_int_equal(two.m->type, JOB_DOCTOR);
	asked_open(w, &out, LINK_PUSH, "output.sock", NULL);
	/* no answer to another question counts, nor a stranger's */
	push_checks(w, &out, 5, one.m->job + 1, "{\"checks\":[{}]}");
	push_checks(w, &out, 7, one.m->job, "{\"checks\":[{}]}");
	push_checks(w, &out, 5, one.m->job,
	    "{\"checks\":[{\"name\":\"a\",\"ok\":true,\"detail\":\"d\"}],"
	    "\"isolation\":{\"x\":1,\"y\":true}}");
	/* a second word does not count */
	push_checks(w, &out, 5, one.m->job, "{\"checks\":[{\"name\":\"b\"}]}");
	push_checks(w, &out, 6, one.m->job,
	    "{\"checks\":[{\"name\":\"c\",\"fix\":\"f\"}, 5],"
	    "\"isolation\":{\"x\":1,\"y\":false}}");
	until(w, has_answer, &ann);
	r = json_get(ann.answer, "result");
	c = json_get(r, "checks");
	assert_int_equal(json_count(c), 3);
	assert_string_equal(json_get_str(json_at(c, 0), "detail"), "d");
	assert_true(json_get_bool(json_at(c, 0), "ok"));
	assert_false(json_get_bool(json_at(c, 1), "ok"));
	assert_int_equal(json_count(json_get(r, "runners")), 2);
	assert_int_equal(json_get_int(json_get(r, "isolation"), "x", 0), 1);
	assert_true(json_is_null(json_get(json_get(r, "isolation"), "y")));
	asked_close(&one);
	asked_close(&two);
	asked_close(&ann);
	asked_close(&out);
}

static void
a_runner_that_could_not_look_is_not_well(void **state)
{
	static const char *const texts[] = { "{}", "garbage",
		"{\"checks\":[]}" };
	struct world *w = *state;
	struct asked one, ann, out;
	const struct json *c;

	asked_open(w, &out, LINK_PUSH, "output.sock", NULL);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		runner_comes(w, &one, 5, "one");
		until(w, has_a_runner, w);
		ask_doctor(w, &ann);
		until(w, has_job, &one);
		push_checks(w, &out, 5, one.m->job, texts[i]);
		until(w, has_answer, &ann);
		c = json_get(json_get(ann.answer, "result"), "checks");
		assert_int_equal(json_count(c), 1);
		assert_false(json_get_bool(json_at(c, 0), "ok"));
		assert_string_equal(
		    json_get_str(json_at(c, 0), "name"), "runner");
		asked_close(&one);
		asked_close(&ann);
	}
	asked_close(&out);
}

/* What it was told died with its connection: it asks again, and is told again. */
static void
a_runner_that_did_not_hear_it_is_told_again(void **state)
{
	struct world *w = *state;
	struct asked one, ann;
	struct job_msg *m = xcalloc(1, sizeof(*m));
	uint8_t *bytes;

	runner_comes(w, &one, 7, "one");
	until(w, has_a_runner, w);
	ask_doctor(w, &ann);
	until(w, has_job, &one);
	got = 0; /* as if that had not come */
	runner_ask(w, m, &bytes);
	assert_int_equal(m->type, JOB_DOCTOR);
	free(bytes);
	free(m);
	asked_close(&one);
	asked_close(&ann);
}

struct beats {
	struct pusher p;
	struct loop_timer *timer;
	uint64_t job; /* the one that the runner has */
};

static void
beat(void *arg)
{
	struct beats *b = arg;
	struct job_msg *m = xcalloc(1, sizeof(*m));

	m->type = JOB_BEAT;
	m->nonce = 7;
	m->njobs = 1;
	m->jobs[0] = b->job;
	buf_init(&b->p.b, JOB_MSG_MAX);
	job_msg_encode(m, &b->p.b);
	nng_link_send(b->p.link, b->p.b.data, b->p.b.len);
	buf_release(&b->p.b);
	free(m);
	loop_timer_start(b->timer, 100);
}

/* Its answer to the runner, or the runner's to it, dies with a hub. */
static void
a_run_that_its_runner_does_not_have_is_lost(void **state)
{
	static const struct nng_link_events none = { NULL, NULL, NULL };
	struct world *w = *state;
	struct job_msg *m = xcalloc(1, sizeof(*m));
	char id[2][16], code[16], *url;
	struct beats b = { { NULL }, NULL, 0 };
	struct editor *e[2];
	uint8_t *bytes;

	for (int i = 0; i < 2; i++) {
		make_room(w, id[i], code);
		e[i] = enter(w, id[i], code);
		until(w, is_here, e[i]);
		assert_int_equal(room_cmd(w, "room run", id[i], ""), 0);
		runner_ask(w, m, &bytes);
		assert_int_equal(m->type, JOB_ASSIGN);
		b.job = m->job;
		free(bytes);
	}
	hub_kill(w);
	hub_start(w);
	url = xasprintf("ipc://%s/run/output.sock", w->dir);
	assert_int_equal(nng_link_open(&b.p.link, w->loop, LINK_PUSH, url,
			     JOB_MSG_MAX, &none, NULL),
	    0);
	assert_int_equal(loop_timer_new(w->loop, beat, &b, &b.timer), 0);
	beat(&b);
	until(w, run_has_ended, e[0]);
	assert_int_equal(e[0]->verdict, VERDICT_LOST);
	assert_int_equal(e[1]->ended_run, 0);
	assert_int_equal(room_cmd(w, "room run", id[0], ""), 0);
	assert_int_equal(room_cmd(w, "room run", id[1], ""), 5);
	loop_timer_free(b.timer);
	nng_link_close(b.p.link);
	for (int i = 0; i < 2; i++)
		editor_close(e[i]);
	free(url);
	free(m);
}

static bool
has_ended(void *arg)
{
	return ((struct editor *)arg)->ended;
}

static bool
may_only_read(void *arg)
{
	return !((struct editor *)arg)->writable;
}

static void
an_end_is_told_and_a_watcher_is_let_go(void **state)
{
	struct world *w = *state;
	char id[16], code[16];
	struct editor *e, *tail;

	make_room(w, id, code);
	e = enter(w, id, code);
	until(w, is_here, e);
	tail = watch(w, id);
	assert_int_equal(room_cmd(w, "room end", id, ""), 0);
	until(w, has_ended, e);
	until(w, may_only_read, e);
	until(w, has_bye, tail);
	assert_int_equal(tail->bye, BYE_GONE);
	editor_close(e);
	editor_close(tail);
}

static bool
was_told_to_retry(void *arg)
{
	return ((struct editor *)arg)->retries > 0;
}

static void
a_full_disk_takes_back_and_nothing_is_lost(void **state)
{
	struct world *w = *state;
	char id[16], code[16], *args, *a, *b;
	char *big = xcalloc(1, TEXT_MAX);
	struct rlimit old, small;
	struct editor *e;
	struct pair p;
	struct told t;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){ FULL_DISK, old.rlim_max };
	hub_kill(w);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	hub_start(w);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	make_room(w, id, code);
	e = enter(w, id, code);
	until(w, is_here, e);
	memset(big, 'x', TEXT_MAX);
	args = room_args(id, ",\"file\":\"main.py\"");
	tell(w, &t, "room put", args, big, TEXT_MAX);
	assert_int_equal(t.exit, 1);
	told_release(&t);
	until(w, was_told_to_retry, e);
	/* What fits goes on, and nobody has seen what did not. */
	e->want = 20;
	type(e);
	p = (struct pair){ e, e, 0 };
	until(w, have_settled, &p);
	a = text_of(peer_text(e->peer, 0));
	b = get_file(w, id);
	assert_int_equal(strlen(a), 20);
	assert_string_equal(a, b);
	free(a);
	free(b);
	editor_close(e);
	free(args);
	free(big);
}

/* --- a seat that does not read ---
 *
 * A slow consumer is let go after a few messages, or slows all others, or takes
 * memory without end: here it costs its own place in the stream alone. */

static void
raw_send(int fd, enum msg_type type)
{
	struct buf body, frame;
	struct msg m;

	msg_init(&m);
	m.type = (uint8_t)type;
	m.version = PROTO_VERSION;
	m.fresh = m.consent = true;
	snprintf(m.name, sizeof(m.name), "Bob");
	buf_init(&body, MSG_MAX_UP);
	buf_init(&frame, MSG_MAX_UP);
	msg_encode(&m, &body);
	if (type == MSG_HELLO)
		frame_put_greeting(&frame, FRAME_PAIR);
	frame_put(&frame, FRAME_IPC, body.data, body.len);
	assert_int_equal(write_all(fd, frame.data, frame.len), 0);
	buf_release(&body);
	buf_release(&frame);
	msg_release(&m);
}

static int
raw_dial(struct world *w, const char *ticket)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	struct timeval patience = { PATIENCE_MS / 1000, 0 };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(
	    sa.sun_path, sizeof(sa.sun_path), "%s/run/s/%s", w->dir, ticket);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

/* Read until the record REV has come; records must come in order. */
static void
raw_read_until(int fd, uint64_t rev)
{
	struct frame_reader reader;
	struct chunk_reader cr;
	struct record rec;
	uint64_t seen = 0;
	const uint8_t *body;
	uint8_t bytes[4096];
	struct msg m;
	size_t len;
	ssize_t n;

	frame_reader_init(&reader, FRAME_PAIR, MSG_MAX);
	record_init(&rec);
	msg_init(&m);
	while (seen < rev) {
		while (frame_next(&reader, &body, &len) == 1) {
			assert_int_equal(msg_decode(&m, body, len, false), 0);
			if (m.type == MSG_LOAD)
				seen = m.load.rev;
			if (m.type != MSG_CHUNK)
				continue;
			chunk_open(&cr, m.text, m.text_len);
			while (chunk_next(&cr, &rec) == 1) {
				if (rec.rev <= seen)
					continue;
				assert_int_equal(rec.rev, seen + 1);
				seen = rec.rev;
			}
		}
		if (seen >= rev)
			break;
		n = read(fd, bytes, sizeof(bytes));
		assert_true(n > 0);
		assert_int_equal(frame_feed(&reader, bytes, (size_t)n), 0);
	}
	frame_reader_release(&reader);
	record_release(&rec);
	msg_release(&m);
}

static void
a_stalled_seat_delays_nobody_and_catches_up(void **state)
{
	struct world *w = *state;
	char id[16], code[16], ticket[TICKET_LEN + 1], *args;
	char *big = xmalloc(TEXT_MAX / 2);
	struct editor *e;
	struct told t;
	int fd;

	make_room(w, id, code);
	e = enter(w, id, code);
	until(w, is_here, e);
	invite(w, id, "candidate", code);
	assert_int_equal(authenticate(w, id, code, ticket), MON_OK);
	fd = raw_dial(w, ticket);
	raw_send(fd, MSG_HELLO);
	raw_send(fd, MSG_JOIN);
	args = room_args(id, ",\"file\":\"main.py\"");
	for (int i = 0; i < 40; i++) { /* 20 MB that it does not read */
		memset(big, 'a' + i % 26, TEXT_MAX / 2);
		tell(w, &t, "room put", args, big, TEXT_MAX / 2);
		assert_int_equal(t.exit, 0);
		told_release(&t);
	}
	e->want = 500;
	type(e);
	until(w, have_settled, &(struct pair){ e, e, 0 });
	raw_read_until(fd, e->seen);
	close(fd);
	editor_close(e);
	free(args);
	free(big);
}

/* What comes of the past does not grow with the room's age, and is enough to
 * undo. */
static void
who_returns_after_long_undoes_its_own_edits(void **state)
{
	struct world *w = *state;
	char id[16], code[16], other[16], *before, *after;
	struct editor *a, *b;
	uint8_t file;
	size_t pos;

	make_room(w, id, code);
	a = enter(w, id, code);
	invite(w, id, "interviewer", other);
	b = enter(w, id, other);
	until(w, is_here, a);
	until(w, is_here, b);
	a->want = 9000;
	b->want = 90;
	type(a);
	type(b);
	until(w, have_settled, &(struct pair){ a, b, 0 });
	before = text_of(peer_text(b->peer, 0));
	editor_close(a);
	hub_kill(w);
	hub_start(w);
	a = enter(w, id, code);
	until(w, is_here, a);
	until(w, is_here, b);
	assert_true(a->load.rev > 0);
	assert_true(a->load.rev <= a->load.until - ROOM_SNAPSHOT_RECORDS);
	assert_true(a->load.until - a->load.rev <= 3 * ROOM_SNAPSHOT_RECORDS);
	after = text_of(peer_text(a->peer, 0));
	assert_string_equal(before, after);
	free(after);
	for (int i = 0; i < 5; i++)
		assert_int_equal(
		    peer_undo(a->peer, loop_now_ms(), &file, &pos), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(
		    peer_redo(a->peer, loop_now_ms(), &file, &pos), 0);
	type(a);
	until(w, have_settled, &(struct pair){ a, b, 0 });
	after = text_of(peer_text(b->peer, 0));
	assert_true(strlen(after) < strlen(before));
	assert_int_equal(peer_redo(a->peer, loop_now_ms(), &file, &pos), 0);
	type(a);
	until(w, have_settled, &(struct pair){ a, b, 0 });
	free(after);
	after = text_of(peer_text(b->peer, 0));
	assert_string_equal(before, after);
	free(before);
	free(after);
	editor_close(a);
	editor_close(b);
}

int
main(int argc, char **argv)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(keys_survive_two_kills_and_all_agree),
		TEST(a_wrong_code_and_an_unknown_room_are_denied),
		TEST(a_revoked_code_is_denied),
		TEST(a_second_login_replaces_the_first),
		TEST(who_left_is_let_in_again_by_the_same_code),
		TEST(the_last_keys_before_hanging_up_are_kept),
		TEST(a_malformed_message_closes_its_link_only),
		TEST(bad_edits_are_refused_and_change_nothing),
		TEST(an_edit_that_comes_twice_is_taken_once),
		TEST(a_full_file_takes_no_more),
		TEST(who_has_not_joined_may_not_write),
		TEST(an_observer_may_read_but_not_write),
		TEST(who_was_away_for_20000_edits_keeps_what_waits),
		TEST(a_long_history_is_sent_to_nobody),
		TEST(bad_commands_say_what_is_wrong),
		TEST(a_large_file_goes_in_and_comes_out),
		TEST(a_repeated_key_returns_the_same_room),
		TEST(a_large_room_is_whole_or_not_there),
		TEST(a_run_goes_through_the_runner_to_the_seats),
		TEST(what_is_typed_goes_to_the_program_and_into_the_log),
		TEST(who_joins_late_sees_whose_line_it_is_and_what_was_typed),
		TEST(not_more_waits_than_the_program_may_read),
		TEST(why_a_sandbox_failed_is_told_to_the_seats),
		TEST(input_ends_where_nobody_can_type_it),
		TEST(given_input_comes_with_the_run),
		TEST(rooms_take_turns_and_the_backlog_is_bounded),
		TEST(a_run_has_the_files_of_when_it_was_asked_for),
		TEST(a_run_that_its_runner_does_not_have_is_lost),
		TEST(input_stays_with_the_hub_while_its_runner_takes_no_more),
		TEST(an_answer_that_did_not_come_is_sent_again),
		TEST(a_runner_that_has_hung_up_is_given_nothing),
		TEST(every_runner_looks_and_its_word_counts_once),
		TEST(a_runner_that_could_not_look_is_not_well),
		TEST(a_runner_that_did_not_hear_it_is_told_again),
		TEST(runners_of_one_name_do_not_take_each_others_runs_for_lost),
		TEST(an_end_is_told_and_a_watcher_is_let_go),
		TEST(the_task_is_the_staffs_to_write),
		TEST(a_full_disk_takes_back_and_nothing_is_lost),
		TEST(a_stalled_seat_delays_nobody_and_catches_up),
		TEST(who_returns_after_long_undoes_its_own_edits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (argc > 1) /* e.g. 'a_full*' */
		cmocka_set_test_filter(argv[1]);
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
