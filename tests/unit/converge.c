/*
 * converge.c - the property that everything rests on: several replicas and one
 * hub, random edits, delays, stalled and lost links with resume, replicas that
 * are replaced by fresh ones, hub crashes before and after the commit - and in
 * the end the same bytes, the same authors and the same log everywhere, with
 * every edit taken exactly once.
 *
 * CONVERGE_SEED (or the first argument) picks the worlds, CONVERGE_OPS how many
 * operations are made in all; the last line counts. A failure names the seed of
 * its world, and that seed alone repeats it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/order.h"
#include "proto/peer.h"
#include "proto/utf8.h"

#define SITE_HUB 1 /* puts whole files; seats come after it */
#define PEERS_MAX 6
#define FILES_MAX 4
#define WORLD_STEPS 2000
#define OPS_DEFAULT 500000
#define PENDING_SOFT_MAX 200
#define PASTE_MAX 3072
#define SCATTER_MAX 400
#define TOKENS_MAX 40000    /* unique code points that token() has */
#define QUIET_STEPS 300     /* a stall has one to four times as many */
#define REGROUPED_MAX 40    /* records of a chunk made for a resume */
#define DRAIN_ROUNDS 100000 /* far more than it takes */
#define MSG_BYTES_MAX (4 * 1024 * 1024)

static uint64_t first_seed = 1;
static uint64_t total_ops = OPS_DEFAULT;

/* What has been done, in one world or in all. */
struct totals {
	uint64_t worlds, ops, undos, puts, resumes, stalls, loads, crashes;
	uint64_t stale;  /* links that had to resume */
	uint64_t unsent; /* crashes between the commit and the last message */
	uint64_t diverged, hunks_max, paste_max;
};
static struct totals all;

/* A growing list of messages; taken from the front. */
struct fifo {
	struct buf *v;
	uint64_t *first; /* revision of the first record, in the log */
	size_t head, n, cap;
};

struct node {
	struct world *w;
	struct peer *peer;
	uint8_t site;
	bool linked;
	uint64_t send_from; /* WELCOME.rev: send only once this was seen */
	uint64_t sent_rev;  /* what is on its way, or was taken */
	uint64_t quiet;     /* step until which nothing comes, or no link */
	uint64_t made;      /* edits made */
	struct fifo up, down;
	struct text *shadow[FILE_MAX]; /* as the callback tells it */
	size_t at;                     /* where a typing run goes on */
	uint8_t file;
};

struct world {
	uint64_t rng, seed, now_ms, step;
	bool insert_only, draining;
	unsigned npeers;
	size_t soft_max; /* bytes of a file, above it deletions are likely */
	struct order *order;
	struct fifo log; /* committed chunks */
	struct buf snapshot;
	size_t snapshot_chunks; /* chunks that the snapshot covers */
	struct node nodes[PEERS_MAX];
	uint32_t tokens; /* unique code points given out */
	uint64_t accepted[SITE_MAX + 1];
	struct totals did;
};

static uint64_t
rnd(struct world *w)
{
	uint64_t z = (w->rng += 0x9E3779B97F4A7C15U);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
	return z ^ (z >> 31);
}

static size_t
below(struct world *w, size_t n)
{
	return n == 0 ? 0 : rnd(w) % n;
}

static bool
chance(struct world *w, unsigned percent)
{
	return below(w, 100) < percent;
}

static struct buf *
fifo_push(struct fifo *f)
{
	uint64_t *first;
	struct buf *v;

	if (f->n == f->cap) {
		f->cap = f->cap == 0 ? 16 : f->cap * 2;
		v = realloc(f->v, f->cap * sizeof(*v));
		assert_non_null(v);
		f->v = v;
		first = realloc(f->first, f->cap * sizeof(*first));
		assert_non_null(first);
		f->first = first;
	}
	buf_init(&f->v[f->n], MSG_BYTES_MAX);
	return &f->v[f->n++];
}

static struct buf *
fifo_pop(struct fifo *f)
{
	return f->head < f->n ? &f->v[f->head++] : NULL;
}

static void
fifo_clear(struct fifo *f)
{
	for (size_t i = 0; i < f->n; i++)
		buf_release(&f->v[i]);
	free(f->v);
	free(f->first);
	memset(f, 0, sizeof(*f));
}

static void
on_changed(void *arg, uint8_t file, const struct op *op, uint8_t site)
{
	struct node *n = arg;

	if (n->shadow[file] == NULL)
		assert_int_equal(text_new(&n->shadow[file]), 0);
	assert_int_equal(op_apply(op, n->shadow[file], site), 0);
	n->at = op_move_pos(op, n->at, site == n->site);
}

/* A code point that was never used in this world, of 2 to 4 bytes. */
static size_t
token(struct world *w, uint8_t *dst)
{
	static const uint32_t base[] = { 0x100, 0x3400, 0xAC00, 0x20000 };
	static const uint32_t size[] = { 0x600, 0x6000, 0x2B00, 0x8000 };
	uint32_t i = w->tokens++;
	unsigned kind = i % 4;

	assert_true(i < TOKENS_MAX);
	i /= 4;
	if (i >= size[kind]) { /* only the first kind has so few */
		i += 0x9000;
		kind = 3;
	}
	return (size_t)utf8_encode(base[kind] + i, dst);
}

static size_t
random_char(struct world *w, uint8_t *dst)
{
	static const char *const some[] = { "a", "b", " ", "\n", "x",
		"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "e\xCC\x81",
		"\t" };
	const char *s = some[below(w, sizeof(some) / sizeof(some[0]))];

	memcpy(dst, s, strlen(s));
	return strlen(s);
}

static size_t
random_text(struct world *w, uint8_t *dst, size_t chars)
{
	size_t len = 0;

	for (size_t i = 0; i < chars; i++)
		len += w->insert_only ? token(w, dst + len)
				      : random_char(w, dst + len);
	return len;
}

/* Up to LEN bytes, at least one character of any length. */
static size_t
random_bytes(struct world *w, uint8_t *dst, size_t len)
{
	size_t n = 0;

	do
		n += random_text(w, dst + n, 1);
	while (n + 4 <= len);
	return n;
}

static size_t
boundary(struct world *w, const struct text *t, size_t low)
{
	size_t len = text_len(t), at = low + below(w, len - low + 1);

	while (!text_is_boundary(t, at))
		at++;
	return at;
}

static void
note_op(struct world *w, const struct op *op)
{
	w->did.ops++;
	if (op->nhunks > w->did.hunks_max)
		w->did.hunks_max = op->nhunks;
}

/* TOKENS: how many had been given out before OP was made up. */
static void
make_edit(struct node *n, struct op *op, uint8_t flags, uint32_t tokens)
{
	size_t pending = peer_pending(n->peer);
	int r = peer_edit(n->peer, n->file, op, flags, n->w->now_ms);

	if (r == CS_EBUSY) { /* too many bytes wait */
		n->w->tokens = tokens;
		return;
	}
	assert_int_equal(r, 0);
	n->made += peer_pending(n->peer) - pending;
	note_op(n->w, op);
}

/* Type, or erase, where the last edit ended. */
static void
step_run(struct node *n, struct op *op)
{
	const struct text *t = peer_text(n->peer, n->file);
	uint32_t tokens = n->w->tokens;
	uint8_t bytes[64];
	size_t at = n->at, len;

	if (at > text_len(t) || !text_is_boundary(t, at) || chance(n->w, 10))
		at = n->at = boundary(n->w, t, 0);
	if (!n->w->insert_only && at > 0 && chance(n->w, 25)) {
		len = text_prev(t, at);
		assert_int_equal(op_splice(op, len, at - len, NULL, 0), 0);
	} else {
		len = random_text(n->w, bytes, 1);
		assert_int_equal(op_splice(op, at, 0, bytes, len), 0);
	}
	make_edit(n, op, 0, tokens);
}

/* The end of a deletion from POS: short while the text is. */
static size_t
deletion_end(struct world *w, const struct text *t, size_t pos)
{
	size_t end = boundary(w, t, pos);

	if (end - pos > 40 && text_len(t) < w->soft_max) {
		end = pos + 20;
		while (!text_is_boundary(t, end))
			end++;
	}
	return end;
}

/* Several places at once. */
static void
step_multi(struct node *n, struct op *op)
{
	const struct text *t = peer_text(n->peer, n->file);
	size_t hunks = 1 + below(n->w, 5), at = 0, pos, end, len;
	uint32_t tokens = n->w->tokens;
	uint8_t bytes[128];

	op_clear(op);
	for (size_t i = 0; i < hunks; i++) {
		pos = boundary(n->w, t, at);
		end = pos;
		op_skip(op, pos - at);
		if (!n->w->insert_only && chance(n->w, 50))
			end = deletion_end(n->w, t, pos);
		op_delete(op, end - pos);
		len = chance(n->w, 70)
			  ? random_text(n->w, bytes, below(n->w, 6))
			  : 0;
		op_insert(op, bytes, len);
		at = end;
	}
	op->skipped = 0;
	make_edit(n, op, 0, tokens);
}

static size_t
code_point_end(const struct text *t, size_t at)
{
	do
		at++;
	while (!text_is_boundary(t, at));
	return at;
}

/* Replace all: most places where some first byte stands, wherever that is. */
static void
step_replace(struct node *n, struct op *op)
{
	const struct text *t = peer_text(n->peer, n->file);
	size_t len = text_len(t), next;
	uint8_t bytes[16];
	int what = text_byte(t, boundary(n->w, t, 0));

	op_clear(op);
	for (size_t at = 0; at < len; at = next) {
		next = code_point_end(t, at);
		if (text_byte(t, at) != what || chance(n->w, 10)) {
			op_skip(op, next - at);
			continue;
		}
		op_insert(op, bytes, random_text(n->w, bytes, below(n->w, 3)));
		op_delete(op, next - at);
	}
	op->skipped = 0;
	make_edit(n, op, 0, 0);
}

/* The same where nothing is ever deleted: in front of many characters. */
static void
step_scatter(struct node *n, struct op *op)
{
	const struct text *t = peer_text(n->peer, n->file);
	unsigned often = 1 + (unsigned)below(n->w, 30);
	uint32_t tokens = n->w->tokens;
	size_t len = text_len(t), next;
	uint8_t bytes[4];

	op_clear(op);
	for (size_t at = 0; at < len && op->nhunks < SCATTER_MAX; at = next) {
		next = code_point_end(t, at);
		if (chance(n->w, often))
			op_insert(op, bytes, random_text(n->w, bytes, 1));
		op_skip(op, next - at);
	}
	op->skipped = 0;
	make_edit(n, op, 0, tokens);
}

static void
step_paste(struct node *n, struct op *op)
{
	const struct text *t = peer_text(n->peer, n->file);
	size_t pos = boundary(n->w, t, 0), end = pos, len;
	size_t max = chance(n->w, 8) ? PASTE_MAX : 120;
	uint32_t tokens = n->w->tokens;
	uint8_t bytes[PASTE_MAX];

	if (!n->w->insert_only && chance(n->w, 30))
		end = deletion_end(n->w, t, pos);
	len = random_bytes(n->w, bytes, 1 + below(n->w, max));
	assert_int_equal(op_splice(op, pos, end - pos, bytes, len), 0);
	make_edit(n, op, EDIT_PASTE, tokens);
	if (len > n->w->did.paste_max)
		n->w->did.paste_max = len;
}

static void
step_undo(struct node *n)
{
	size_t pending = peer_pending(n->peer), pos;
	uint8_t file;
	int r;

	if (chance(n->w, 65))
		r = peer_undo(n->peer, n->w->now_ms, &file, &pos);
	else
		r = peer_redo(n->peer, n->w->now_ms, &file, &pos);
	if (r == CS_ENOTFOUND || r == CS_EBUSY)
		return;
	assert_int_equal(r, 0);
	assert_true(text_is_boundary(peer_text(n->peer, file), pos));
	n->made += peer_pending(n->peer) - pending;
	n->w->did.ops++;
	n->w->did.undos++;
}

static void
step_edit(struct node *n)
{
	unsigned files = peer_file_count(n->peer);
	struct op op;

	if (files == 0 || !peer_ready(n->peer) ||
	    peer_pending(n->peer) > PENDING_SOFT_MAX ||
	    n->w->tokens > TOKENS_MAX / 2 - PASTE_MAX)
		return;
	if (n->file >= files || chance(n->w, 5))
		n->file = (uint8_t)below(n->w, files);
	op_init(&op);
	if (!n->w->insert_only && chance(n->w, 22))
		step_undo(n);
	else if (chance(n->w, 75))
		step_run(n, &op);
	else if (chance(n->w, 55))
		step_multi(n, &op);
	else if (chance(n->w, 20))
		(n->w->insert_only ? step_scatter : step_replace)(n, &op);
	else
		step_paste(n, &op);
	op_release(&op);
	n->w->now_ms += below(n->w, 300);
}

static void
edit_encode(const struct edit *e, struct buf *b)
{
	buf_put_varint(b, e->base);
	buf_put_varint(b, e->cseq);
	buf_put_varint(b, e->undo_of);
	buf_put_u8(b, e->file);
	buf_put_u8(b, e->flags);
	op_encode(&e->op, b);
}

static void
edit_decode(struct edit *e, const struct buf *b)
{
	struct buf_in in;

	buf_in_init(&in, b->data, b->len);
	e->base = buf_get_varint(&in);
	e->cseq = (uint32_t)buf_get_varint(&in);
	e->undo_of = (uint32_t)buf_get_varint(&in);
	e->file = buf_get_u8(&in);
	e->flags = buf_get_u8(&in);
	op_decode(&e->op, &in, OP_MAX_INSERT);
	assert_int_equal(buf_get_end(&in), 0);
}

/* Put what waits onto the link. */
static void
step_send(struct node *n)
{
	const struct edit *e;

	if (!n->linked || peer_seen(n->peer) < n->send_from)
		return;
	while (chance(n->w, 80) && (e = peer_next(n->peer)) != NULL)
		edit_encode(e, fifo_push(&n->up));
}

/* N begins to be told of changes. */
static void
shadow_reset(struct node *n)
{
	const struct text *t;
	uint8_t *bytes;
	size_t len;

	for (unsigned f = 0; f < peer_file_count(n->peer); f++) {
		t = peer_text(n->peer, f);
		len = text_len(t);
		bytes = malloc(len + 1);
		assert_non_null(bytes);
		text_copy(t, 0, len, bytes);
		text_free(n->shadow[f]);
		assert_int_equal(text_new(&n->shadow[f]), 0);
		assert_int_equal(
		    text_splice(n->shadow[f], 0, 0, bytes, len, 1), 0);
		free(bytes);
	}
}

static void
take_chunk(struct node *n, const struct buf *b)
{
	struct chunk_reader cr;
	struct record r;
	bool past;
	int more;

	record_init(&r);
	assert_int_equal(chunk_open(&cr, b->data, b->len), 0);
	while ((more = chunk_next(&cr, &r)) == 1) {
		past = !peer_ready(n->peer);
		assert_int_equal(peer_remote(n->peer, &r), 0);
		if (past && peer_ready(n->peer))
			shadow_reset(n);
	}
	assert_int_equal(more, 0);
	record_release(&r);
}

static void
step_receive(struct node *n)
{
	struct buf *b;

	if (n->linked && (b = fifo_pop(&n->down)) != NULL)
		take_chunk(n, b);
}

/* The link is gone; some of what the hub had sent has come before that. */
static void
link_down(struct node *n)
{
	for (size_t i = below(n->w, n->down.n - n->down.head + 1); i > 0; i--)
		step_receive(n);
	n->linked = false;
	fifo_clear(&n->up);
	fifo_clear(&n->down);
	peer_unsend(n->peer);
}

/* Resume: the stream goes on after what the peer has seen. */
static void
link_up(struct node *n)
{
	assert_int_equal(
	    order_attach(n->w->order, n->site, peer_seen(n->peer)), 0);
	n->send_from = order_rev(n->w->order);
	n->sent_rev = peer_seen(n->peer);
	n->linked = true;
	n->w->did.resumes++;
}

/* Index of the chunk in the log that holds the record REV. */
static size_t
log_find(const struct world *w, uint64_t rev)
{
	size_t i = w->log.n;

	while (i > 0 && w->log.first[i - 1] > rev)
		i--;
	assert_true(i > 0);
	return i - 1;
}

/* Send the chunks as they are kept; some of it may be known: harmless. */
static void
feed_stored(struct node *n)
{
	const struct fifo *log = &n->w->log;
	struct buf *b;

	for (size_t i = log_find(n->w, n->sent_rev + 1); i < log->n; i++) {
		b = fifo_push(&n->down);
		buf_put_raw(b, log->v[i].data, log->v[i].len);
	}
}

/* Records on their way into other chunks than those they are kept in. */
struct regroup {
	struct node *n;
	struct buf *out;
	struct chunk_writer cw;
	size_t left;    /* records that still go into this chunk */
	uint64_t at_ms; /* of the record before */
};

static void
regroup_add(struct regroup *g, const struct record *r)
{
	if (g->left == 0) {
		g->out = fifo_push(&g->n->down);
		chunk_begin(&g->cw, g->out, r->rev, g->at_ms);
		g->left = 1 + below(g->n->w, REGROUPED_MAX);
	}
	chunk_add(&g->cw, r);
	assert_int_equal(g->out->err, 0);
	g->left--;
}

static void
feed_regrouped(struct node *n)
{
	const struct fifo *log = &n->w->log;
	struct regroup g = { .n = n };
	struct chunk_reader cr;
	struct record r;

	record_init(&r);
	for (size_t i = log_find(n->w, n->sent_rev + 1); i < log->n; i++) {
		assert_int_equal(
		    chunk_open(&cr, log->v[i].data, log->v[i].len), 0);
		g.at_ms = cr.at_ms;
		for (; chunk_next(&cr, &r) == 1; g.at_ms = r.at_ms)
			if (r.rev > n->sent_rev)
				regroup_add(&g, &r);
		assert_int_equal(cr.in.err, 0);
	}
	record_release(&r);
}

/* Give N what it lacks, unless it is stalled: the chunk of this turn, or what
 * has gathered. */
static void
feed(struct node *n)
{
	struct world *w = n->w;
	uint64_t rev = order_rev(w->order);

	if (!n->linked || n->sent_rev == rev || w->step < n->quiet)
		return;
	if (n->sent_rev + 1 == w->log.first[w->log.n - 1] || chance(w, 50))
		feed_stored(n);
	else
		feed_regrouped(n);
	n->sent_rev = rev;
}

static void
hub_event(struct world *w, struct chunk_writer *cw)
{
	struct record r;

	record_init(&r);
	r.site = (uint8_t)(SITE_HUB + 1 + below(w, w->npeers));
	r.kind = REC_JOIN;
	if (order_file_count(w->order) < FILES_MAX && chance(w, 30)) {
		r.kind = REC_FILE;
		snprintf(r.name, sizeof(r.name), "file%u.py",
		    order_file_count(w->order));
	}
	assert_int_equal(order_event(w->order, &r, w->now_ms), 0);
	chunk_add(cw, &r);
	record_release(&r);
}

static void
hub_edit(
    struct world *w, struct node *n, struct edit *e, struct chunk_writer *cw)
{
	const struct record *rec;
	struct buf *b = fifo_pop(&n->up);
	int r;

	if (b == NULL)
		return;
	edit_decode(e, b);
	r = order_edit(w->order, n->site, e, w->now_ms, &rec);
	if (r == CS_ESTALE) { /* too much has passed: resume */
		w->did.stale++;
		link_down(n);
		return;
	}
	assert_int_equal(r, 0);
	chunk_add(cw, rec);
}

/* A text like T, with changes in some places. */
static void
rewrite(struct world *w, const struct text *t, struct buf *b)
{
	unsigned often = 1 + (unsigned)below(w, 10);
	size_t len = text_len(t), at = 0, n;
	uint8_t *p;

	while (at < len) {
		if (chance(w, often) &&
		    (p = buf_reserve(b, 64)) != NULL) /* more than it takes */
			b->len -= 64 - random_text(w, p, 1 + below(w, 8));
		n = code_point_end(t, at) - at;
		if ((w->insert_only || !chance(w, often)) &&
		    (p = buf_reserve(b, n)) != NULL)
			text_copy(t, at, n, p);
		at += n;
	}
	buf_put_raw(b, "\n", w->insert_only ? 0 : 1);
	assert_int_equal(b->err, 0);
}

/* A file is put by the command line: the difference, as one edit of the hub's
 * own on the present state. */
static void
hub_put(struct world *w, struct edit *e, struct chunk_writer *cw)
{
	const struct record *rec;
	const struct text *t;
	struct buf b;

	e->file = (uint8_t)below(w, order_file_count(w->order));
	e->flags = EDIT_PUT;
	e->base = order_rev(w->order);
	e->cseq = order_cseq(w->order, SITE_HUB) + 1;
	t = order_text(w->order, e->file);
	buf_init(&b, MSG_BYTES_MAX);
	rewrite(w, t, &b);
	assert_int_equal(op_diff(&e->op, t, b.data, b.len), 0);
	note_op(w, &e->op);
	w->did.puts++;
	assert_int_equal(order_edit(w->order, SITE_HUB, e, w->now_ms, &rec), 0);
	chunk_add(cw, rec);
	buf_release(&b);
}

/* What all say in one turn of the hub, into the chunk CW. */
static void
hub_batch(struct world *w, struct chunk_writer *cw, bool may_put)
{
	size_t todo = 1 + below(w, 12);
	struct edit e;

	op_init(&e.op);
	if (order_file_count(w->order) == 0 || (!w->draining && chance(w, 3)))
		hub_event(w, cw);
	while (todo-- > 0)
		hub_edit(w, &w->nodes[below(w, w->npeers)], &e, cw);
	if (may_put && order_file_count(w->order) > 0 && !w->draining &&
	    w->tokens < TOKENS_MAX / 4 && chance(w, 3))
		hub_put(w, &e, cw);
	op_release(&e.op);
	assert_int_equal(cw->out->err, 0);
}

static void
replay(struct order *o, const struct buf *chunk, uint64_t *accepted)
{
	struct chunk_reader cr;
	struct record r;

	record_init(&r);
	assert_int_equal(chunk_open(&cr, chunk->data, chunk->len), 0);
	while (chunk_next(&cr, &r) == 1) {
		assert_int_equal(order_replay(o, &r), 0);
		if (accepted != NULL && r.kind == REC_EDIT)
			accepted[r.site]++;
	}
	assert_int_equal(cr.in.err, 0);
	record_release(&r);
}

/* What links that are far behind would need is freed. */
static void
step_forget(struct world *w)
{
	uint64_t rev = order_rev(w->order), back = below(w, 30);

	order_forget(w->order, rev > back ? rev - back : 0);
}

static void
step_snapshot(struct world *w)
{
	buf_clear(&w->snapshot);
	order_snapshot(w->order, &w->snapshot);
	assert_int_equal(w->snapshot.err, 0);
	w->snapshot_chunks = w->log.n;
}

/* The hub dies, and the next one has what the store has. */
static void
hub_again(struct world *w)
{
	order_free(w->order);
	for (unsigned i = 0; i < w->npeers; i++)
		link_down(&w->nodes[i]);
	assert_int_equal(order_new(&w->order), 0);
	if (w->snapshot.len > 0)
		assert_int_equal(
		    order_restore(w->order, w->snapshot.data, w->snapshot.len),
		    0);
	for (size_t i = w->snapshot_chunks; i < w->log.n; i++)
		replay(w->order, &w->log.v[i], NULL);
	w->did.crashes++;
}

static void
commit(struct world *w, const struct buf *chunk, uint64_t first)
{
	struct buf *b = fifo_push(&w->log);

	buf_put_raw(b, chunk->data, chunk->len);
	w->log.first[w->log.n - 1] = first;
}

enum fate { FATE_LIVES, FATE_UNCOMMITTED, FATE_UNSENT };

/* One batch: take some messages, commit, send. The hub may die before the
 * commit, which forgets them, or after it with none, some or all told. */
static void
step_hub(struct world *w)
{
	uint64_t first = order_rev(w->order) + 1;
	unsigned told = w->npeers, from = (unsigned)below(w, w->npeers);
	enum fate fate = FATE_LIVES;
	struct chunk_writer cw;
	struct buf chunk;

	if (!w->draining && chance(w, 3))
		fate = chance(w, 50) ? FATE_UNCOMMITTED : FATE_UNSENT;
	buf_init(&chunk, CHUNK_MAX);
	chunk_begin(&cw, &chunk, first, order_at_ms(w->order));
	/* a code point is given out once, so it must not be forgotten */
	hub_batch(w, &cw, fate != FATE_UNCOMMITTED);
	if (cw.count > 0 && fate != FATE_UNCOMMITTED)
		commit(w, &chunk, first);
	if (fate == FATE_UNCOMMITTED) {
		told = 0;
	} else if (fate == FATE_UNSENT && cw.count > 0) {
		told = (unsigned)below(w, w->npeers + 1);
		w->did.unsent++;
	}
	for (unsigned i = 0; i < told; i++)
		feed(&w->nodes[(from + i) % w->npeers]);
	if (fate != FATE_LIVES)
		hub_again(w);
	buf_release(&chunk);
}

/* A caret goes through the hub to everybody; it must land on a boundary. */
static void
step_caret(struct node *n)
{
	struct caret c = { n->site, n->file, true, 0, 0 };
	const struct text *t = peer_text(n->peer, n->file);
	struct node *to;
	int r;

	if (t == NULL || !n->linked || n->up.head != n->up.n ||
	    peer_seen(n->peer) < n->send_from)
		return;
	c.anchor = boundary(n->w, t, 0);
	c.head = boundary(n->w, t, 0);
	peer_caret_set(n->peer, n->file, c.anchor, c.head);
	r = order_caret(n->w->order, n->site, peer_seen(n->peer), c.file,
	    &c.anchor, &c.head);
	if (r == CS_ESTALE)
		return; /* the next one will do */
	assert_int_equal(r, 0);
	for (unsigned i = 0; i < n->w->npeers; i++) {
		to = &n->w->nodes[i];
		if (to != n)
			peer_caret_remote(to->peer, &c, order_rev(n->w->order));
	}
}

static void
check_carets(struct node *n)
{
	struct caret own = peer_caret(n->peer);
	const struct caret *c;
	size_t k;

	if (own.shown)
		assert_true(
		    text_is_boundary(peer_text(n->peer, own.file), own.head));
	c = peer_carets(n->peer, &k);
	for (size_t i = 0; i < k; i++) {
		assert_true(c[i].site != n->site);
		assert_true(text_is_boundary(
		    peer_text(n->peer, c[i].file), c[i].anchor));
		assert_true(
		    text_is_boundary(peer_text(n->peer, c[i].file), c[i].head));
	}
}

/* --- replicas that come and go --- */

/* N is given FILE of O. */
static void
load_file(struct node *n, const struct order *o, uint8_t file)
{
	const struct text *t = order_text(o, file);
	size_t len = text_len(t);
	uint8_t *bytes = malloc(len + 1), *sites = malloc(len + 1), site;

	assert_true(bytes != NULL && sites != NULL);
	text_copy(t, 0, len, bytes);
	for (size_t at = 0, run; at < len; at += run) {
		site = text_author(t, at, &run);
		memset(sites + at, site, run);
	}
	assert_int_equal(peer_load(n->peer, file, order_file_name(o, file),
			     bytes, sites, len),
	    0);
	free(bytes);
	free(sites);
}

/* A fresh replica for N, which has the room as it is now, or as it was some
 * time ago: then it relives what followed. */
static void
load(struct node *n)
{
	const struct world *w = n->w;
	const struct order *o = w->order;
	struct order *past = NULL;

	if (chance(n->w, 60)) {
		assert_int_equal(order_new(&past), 0);
		if (w->snapshot.len > 0 && chance(n->w, 70))
			assert_int_equal(order_restore(past, w->snapshot.data,
					     w->snapshot.len),
			    0);
		o = past;
	}
	assert_int_equal(peer_new(&n->peer, n->site, 1, on_changed, n), 0);
	assert_int_equal(peer_begin(n->peer, order_rev(o), order_rev(w->order),
			     order_cseq(o, n->site), order_file_count(o)),
	    0);
	for (unsigned f = 0; f < order_file_count(o); f++)
		load_file(n, o, (uint8_t)f);
	if (peer_ready(n->peer))
		shadow_reset(n);
	n->made = order_cseq(w->order, n->site);
	n->at = 0;
	order_free(past);
}

/* The editor dies with what it had not sent, and another takes the seat. What
 * is given out once must not be lost, so there it dies when nothing waits. */
static void
step_replace_node(struct node *n)
{
	if (n->w->insert_only && peer_pending(n->peer) > 0)
		return;
	link_down(n);
	peer_free(n->peer);
	load(n);
	link_up(n);
	n->w->did.loads++;
}

/* For a long time N is sent nothing, or is away. */
static void
step_quiet(struct node *n)
{
	n->quiet = n->w->step + QUIET_STEPS * (1 + below(n->w, 4));
	if (n->linked && chance(n->w, 50))
		link_down(n);
	n->w->did.stalls++;
}

static void
step_link(struct node *n)
{
	bool quiet = n->w->step < n->quiet;

	if (!n->linked && !quiet)
		link_up(n);
	else if (n->linked && chance(n->w, 10))
		link_down(n);
	else if (chance(n->w, 3) && !quiet)
		step_quiet(n);
	else if (chance(n->w, 4))
		step_replace_node(n);
	else if (peer_pending(n->peer) == 0)
		step_caret(n);
}

static void
world_step(struct world *w)
{
	struct node *n = &w->nodes[below(w, w->npeers)];
	size_t what = below(w, 100);

	w->step++;
	if (what < 35)
		step_edit(n);
	else if (what < 50)
		step_send(n);
	else if (what < 75)
		step_receive(n);
	else if (what < 91)
		step_hub(w);
	else if (what < 99)
		step_link(n);
	else if (chance(w, 70))
		step_snapshot(w);
	else
		step_forget(w);
	check_carets(n);
}

static void
text_same(const struct text *a, const struct text *b)
{
	size_t n, m;

	assert_true(text_equal(a, b));
	for (size_t at = 0; at < text_len(a); at += n) {
		assert_int_equal(
		    text_author(a, at, &n), text_author(b, at, &m));
		assert_int_equal(n, m);
	}
}

/* Let everything arrive. */
static void
world_drain(struct world *w)
{
	bool busy = true;
	struct node *n;

	w->draining = true;
	for (unsigned i = 0; i < w->npeers; i++)
		w->nodes[i].quiet = 0;
	for (unsigned rounds = 0; busy; rounds++) {
		assert_true(rounds < DRAIN_ROUNDS);
		busy = false;
		step_hub(w);
		for (unsigned i = 0; i < w->npeers; i++) {
			n = &w->nodes[i];
			if (!n->linked)
				link_up(n);
			while (n->down.head < n->down.n)
				step_receive(n);
			step_send(n);
			busy |= peer_pending(n->peer) > 0 ||
				peer_seen(n->peer) < order_rev(w->order);
		}
	}
}

static void
check_tokens(struct world *w)
{
	uint8_t *seen = calloc(0x110000, 1), bytes[4];
	const struct text *t;
	uint32_t cp, found = 0;
	size_t n;

	assert_non_null(seen);
	for (unsigned f = 0; f < order_file_count(w->order); f++) {
		t = order_text(w->order, f);
		for (size_t at = 0; at < text_len(t); at += n) {
			n = text_len(t) - at < 4 ? text_len(t) - at : 4;
			text_copy(t, at, n, bytes);
			n = (size_t)utf8_decode(bytes, n, &cp);
			assert_int_equal(seen[cp]++, 0); /* doubled */
			found++;
		}
	}
	assert_int_equal(found, w->tokens); /* lost */
	free(seen);
}

static void
check_log(struct world *w)
{
	struct order *fold;
	struct buf a, b;

	assert_int_equal(order_new(&fold), 0);
	for (size_t i = 0; i < w->log.n; i++)
		replay(fold, &w->log.v[i], w->accepted);
	assert_int_equal(order_rev(fold), order_rev(w->order));
	for (unsigned i = 0; i < order_file_count(fold); i++)
		text_same(order_text(fold, i), order_text(w->order, i));
	buf_init(&a, MSG_BYTES_MAX);
	buf_init(&b, MSG_BYTES_MAX);
	order_snapshot(fold, &a);
	order_snapshot(w->order, &b);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	buf_release(&a);
	buf_release(&b);
	order_free(fold);
}

static void
world_check(struct world *w)
{
	struct node *n;

	check_log(w);
	assert_int_equal(w->accepted[SITE_HUB], order_cseq(w->order, SITE_HUB));
	for (unsigned i = 0; i < w->npeers; i++) {
		n = &w->nodes[i];
		assert_int_equal(peer_seen(n->peer), order_rev(w->order));
		assert_int_equal(w->accepted[n->site], n->made);
		assert_int_equal(order_cseq(w->order, n->site), n->made);
		assert_int_equal(
		    peer_file_count(n->peer), order_file_count(w->order));
		for (unsigned f = 0; f < order_file_count(w->order); f++) {
			text_same(
			    peer_text(n->peer, f), order_text(w->order, f));
			/* authors may be put right later */
			if (n->shadow[f] != NULL)
				assert_true(text_equal(
				    n->shadow[f], order_text(w->order, f)));
		}
	}
	if (w->insert_only)
		check_tokens(w);
}

static void
world_open(struct world *w, uint64_t seed)
{
	static const size_t sizes[] = { 150, 600, 6000 };
	struct node *n;

	memset(w, 0, sizeof(*w));
	w->seed = w->rng = seed;
	w->now_ms = 1700000000000;
	w->npeers = 2 + (unsigned)below(w, PEERS_MAX - 1);
	w->insert_only = chance(w, 30);
	w->soft_max = sizes[below(w, sizeof(sizes) / sizeof(sizes[0]))];
	buf_init(&w->snapshot, MSG_BYTES_MAX);
	assert_int_equal(order_new(&w->order), 0);
	for (unsigned i = 0; i < w->npeers; i++) {
		n = &w->nodes[i];
		n->w = w;
		n->site = (uint8_t)(SITE_HUB + 1 + i);
		load(n);
	}
}

static void
world_close(struct world *w)
{
	struct node *n;

	for (unsigned i = 0; i < w->npeers; i++) {
		n = &w->nodes[i];
		fifo_clear(&n->up);
		fifo_clear(&n->down);
		peer_free(n->peer);
		for (unsigned f = 0; f < FILE_MAX; f++)
			text_free(n->shadow[f]);
	}
	fifo_clear(&w->log);
	buf_release(&w->snapshot);
	order_free(w->order);
}

static void
count(struct totals *t, const struct totals *d)
{
	t->worlds++;
	t->ops += d->ops;
	t->undos += d->undos;
	t->puts += d->puts;
	t->resumes += d->resumes;
	t->stalls += d->stalls;
	t->loads += d->loads;
	t->crashes += d->crashes;
	t->stale += d->stale;
	t->unsent += d->unsent;
	if (d->hunks_max > t->hunks_max)
		t->hunks_max = d->hunks_max;
	if (d->paste_max > t->paste_max)
		t->paste_max = d->paste_max;
}

/* An assertion leaves the test at once; say which world it was. */
static const struct world *unfinished;

static int
name_failure(void **state)
{
	(void)state;
	if (unfinished == NULL)
		return 0;
	count(&all, &unfinished->did);
	all.diverged++;
	printf("# failed in step %llu of the world of seed %llu: "
	       "CONVERGE_SEED=%llu CONVERGE_OPS=1 repeats it\n",
	    (unsigned long long)unfinished->step,
	    (unsigned long long)unfinished->seed,
	    (unsigned long long)unfinished->seed);
	return 0;
}

static void
test_replicas_converge(void **state)
{
	static struct world w;

	(void)state;
	while (all.ops < total_ops) {
		world_open(&w, first_seed + all.worlds);
		unfinished = &w;
		while (w.step < WORLD_STEPS)
			world_step(&w);
		world_drain(&w);
		world_check(&w);
		unfinished = NULL;
		count(&all, &w.did);
		world_close(&w);
	}
}

/* Worlds that have become too tame would prove nothing. */
static void
test_worlds_have_had_everything(void **state)
{
	(void)state;
	if (all.ops < OPS_DEFAULT)
		skip();
	assert_true(all.hunks_max >= SCATTER_MAX);
	assert_true(all.paste_max >= PASTE_MAX - 64);
	assert_true(all.undos > 1000 && all.puts > 1000);
	assert_true(all.resumes > 1000 && all.stalls > 100);
	assert_true(all.loads > 100 && all.crashes > 1000);
	assert_true(all.unsent > 100 && all.stale > 100);
}

static void
print_totals(void)
{
#define N(what) (unsigned long long)all.what
	printf("# the largest edit had %llu hunks, the largest paste %llu "
	       "bytes; %llu whole files put, %llu stalls, %llu replicas "
	       "replaced, %llu links told to resume, %llu crashes between "
	       "commit and sending\n",
	    N(hunks_max), N(paste_max), N(puts), N(stalls), N(loads), N(stale),
	    N(unsent));
	printf("# seed %llu: %llu worlds, %llu operations, %llu undos, "
	       "%llu resumes, %llu crashes, %llu diverged\n",
	    (unsigned long long)first_seed, N(worlds), N(ops), N(undos),
	    N(resumes), N(crashes), N(diverged));
#undef N
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_replicas_converge, name_failure),
		cmocka_unit_test(test_worlds_have_had_everything),
	};
	const char *seed = argc > 1 ? argv[1] : getenv("CONVERGE_SEED");
	const char *ops = getenv("CONVERGE_OPS");
	int failed;

	if (seed != NULL)
		first_seed = strtoull(seed, NULL, 10);
	if (ops != NULL)
		total_ops = strtoull(ops, NULL, 10);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	print_totals();
	return failed;
}
