/*
 * converge.c - the property that everything rests on: several replicas and one
 * hub, random edits, delays, lost links with resume, hub crashes - and in the
 * end the same bytes, the same authors and the same log everywhere, with every
 * edit taken exactly once.
 *
 * CONVERGE_SEED (or the first argument) picks the worlds, CONVERGE_STEPS how
 * many steps are made in all. A failure names the seed of its world.
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

#define PEERS_MAX 6
#define WORLD_STEPS 2000
#define DOC_SOFT_MAX 600    /* above it deletions become likely */
#define DRAIN_ROUNDS 100000 /* far more than it takes */
#define MSG_BYTES_MAX (4 * 1024 * 1024)

static uint64_t first_seed = 1;
static uint64_t total_steps = 800000;

/* A growing list of messages; taken from the front. */
struct fifo {
	struct buf *v;
	size_t head, n, cap;
};

struct node {
	struct world *w;
	struct peer *peer;
	uint8_t site;
	bool linked;
	uint64_t send_from; /* WELCOME.rev: send only once this was seen */
	uint64_t made;      /* edits made */
	struct fifo up, down;
	struct text *shadow[FILE_MAX]; /* as the callback tells it */
	size_t at;                     /* where a typing run goes on */
	uint8_t file;
};

struct world {
	uint64_t rng, seed, now_ms;
	bool insert_only;
	unsigned npeers;
	struct order *order;
	struct fifo log; /* committed chunks */
	struct buf snapshot;
	size_t snapshot_chunks; /* chunks that the snapshot covers */
	struct node nodes[PEERS_MAX];
	uint32_t tokens; /* unique code points given out */
	uint64_t accepted[SITE_MAX + 1];
	uint64_t resumes, crashes, edits, undos;
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
	struct buf *v;

	if (f->n == f->cap) {
		f->cap = f->cap == 0 ? 16 : f->cap * 2;
		v = realloc(f->v, f->cap * sizeof(*v));
		assert_non_null(v);
		f->v = v;
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

/* A code point that was never used in this world, of 1 to 4 bytes. */
static size_t
token(struct world *w, uint8_t *dst)
{
	static const uint32_t base[] = { 0x100, 0x3400, 0xAC00, 0x20000 };
	static const uint32_t size[] = { 0x600, 0x6000, 0x2B00, 0x8000 };
	uint32_t i = w->tokens++;
	unsigned kind = i % 4;

	i /= 4;
	while (i >= size[kind]) {
		i -= size[kind];
		kind = 3;
		i += 0x9000;
		break;
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

static size_t
boundary(struct world *w, const struct text *t, size_t low)
{
	size_t len = text_len(t), at = low + below(w, len - low + 1);

	while (!text_is_boundary(t, at))
		at++;
	return at;
}

static void
make_edit(struct node *n, struct op *op, uint8_t flags)
{
	uint32_t pending = (uint32_t)peer_pending(n->peer);
	int r = peer_edit(n->peer, n->file, op, flags, n->w->now_ms);

	assert_int_equal(r, 0);
	n->made += peer_pending(n->peer) - pending;
	n->w->edits++;
}

/* Type, or erase, where the last edit ended. */
static void
step_run(struct node *n, struct op *op)
{
	const struct text *t = peer_text(n->peer, n->file);
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
	make_edit(n, op, 0);
}

/* Several places at once. */
static void
step_multi(struct node *n, struct op *op)
{
	const struct text *t = peer_text(n->peer, n->file);
	size_t hunks = 1 + below(n->w, 5), at = 0, pos, end, len;
	uint8_t bytes[128];

	op_clear(op);
	for (size_t i = 0; i < hunks; i++) {
		pos = boundary(n->w, t, at);
		end = pos;
		op_skip(op, pos - at);
		if (!n->w->insert_only && chance(n->w, 50)) {
			end = boundary(n->w, t, pos);
			if (end - pos > 40 && text_len(t) < DOC_SOFT_MAX) {
				end = pos + 20;
				while (!text_is_boundary(t, end))
					end++;
			}
		}
		op_delete(op, end - pos);
		len = chance(n->w, 70)
			  ? random_text(n->w, bytes, below(n->w, 6))
			  : 0;
		op_insert(op, bytes, len);
		at = end;
	}
	op->skipped = 0;
	make_edit(n, op, 0);
}

static void
step_paste(struct node *n, struct op *op)
{
	const struct text *t = peer_text(n->peer, n->file);
	size_t pos = boundary(n->w, t, 0), end = pos, len;
	uint8_t bytes[1024];

	if (!n->w->insert_only && chance(n->w, 30))
		end = boundary(n->w, t, pos);
	len = random_text(n->w, bytes, 1 + below(n->w, 60));
	assert_int_equal(op_splice(op, pos, end - pos, bytes, len), 0);
	make_edit(n, op, EDIT_PASTE);
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
	if (r == CS_ENOTFOUND)
		return;
	assert_int_equal(r, 0);
	assert_true(text_is_boundary(peer_text(n->peer, file), pos));
	n->made += peer_pending(n->peer) - pending;
	n->w->undos++;
}

static void
step_edit(struct node *n)
{
	unsigned files = peer_file_count(n->peer);
	struct op op;

	if (files == 0 || peer_pending(n->peer) > 200)
		return;
	if (n->file >= files || chance(n->w, 5))
		n->file = (uint8_t)below(n->w, files);
	op_init(&op);
	if (!n->w->insert_only && chance(n->w, 22))
		step_undo(n);
	else if (chance(n->w, 75))
		step_run(n, &op);
	else if (chance(n->w, 60))
		step_multi(n, &op);
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

static void
take_chunk(struct node *n, const struct buf *b)
{
	struct chunk_reader cr;
	struct record r;
	int more;

	record_init(&r);
	assert_int_equal(chunk_open(&cr, b->data, b->len), 0);
	while ((more = chunk_next(&cr, &r)) == 1)
		assert_int_equal(peer_remote(n->peer, &r), 0);
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

static void
link_down(struct node *n)
{
	n->linked = false;
	fifo_clear(&n->up);
	fifo_clear(&n->down);
	peer_unsend(n->peer);
}

/* Resume: the stream goes on after what the peer has seen. */
static void
link_up(struct node *n)
{
	struct world *w = n->w;
	struct chunk_reader cr;
	struct buf *b;

	assert_int_equal(
	    order_attach(w->order, n->site, peer_seen(n->peer)), 0);
	n->send_from = order_rev(w->order);
	n->linked = true;
	for (size_t i = 0; i < w->log.n; i++) {
		assert_int_equal(
		    chunk_open(&cr, w->log.v[i].data, w->log.v[i].len), 0);
		/* Some chunks come that are known already: harmless. */
		if (i + 1 < w->log.n && cr.next_rev + 64 < peer_seen(n->peer))
			continue;
		b = fifo_push(&n->down);
		buf_put_raw(b, w->log.v[i].data, w->log.v[i].len);
	}
	w->resumes++;
}

static void
hub_event(struct world *w, struct chunk_writer *cw)
{
	struct record r;

	record_init(&r);
	r.site = (uint8_t)(1 + below(w, w->npeers));
	r.kind = REC_JOIN;
	if (order_file_count(w->order) < 4 && chance(w, 30)) {
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

	if (b == NULL)
		return;
	edit_decode(e, b);
	assert_int_equal(order_edit(w->order, n->site, e, w->now_ms, &rec), 0);
	chunk_add(cw, rec);
}

/* One batch: take some messages, commit, send. A crash before the commit
 * forgets them; one after it has already sent or not. */
static void
step_hub(struct world *w)
{
	size_t todo = 1 + below(w, 12);
	struct chunk_writer cw;
	struct edit e;
	struct buf chunk;

	buf_init(&chunk, CHUNK_MAX);
	op_init(&e.op);
	chunk_begin(
	    &cw, &chunk, order_rev(w->order) + 1, order_at_ms(w->order));
	if (chance(w, 3) || order_file_count(w->order) == 0)
		hub_event(w, &cw);
	while (todo-- > 0)
		hub_edit(w, &w->nodes[below(w, w->npeers)], &e, &cw);
	assert_int_equal(chunk.err, 0);
	if (cw.count > 0) {
		buf_put_raw(fifo_push(&w->log), chunk.data, chunk.len);
		for (unsigned i = 0; i < w->npeers; i++)
			if (w->nodes[i].linked)
				buf_put_raw(fifo_push(&w->nodes[i].down),
				    chunk.data, chunk.len);
	}
	op_release(&e.op);
	buf_release(&chunk);
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

static void
step_snapshot(struct world *w)
{
	buf_clear(&w->snapshot);
	order_snapshot(w->order, &w->snapshot);
	assert_int_equal(w->snapshot.err, 0);
	w->snapshot_chunks = w->log.n;
}

/* Some more edits are taken and then the hub dies with them uncommitted. */
static void
step_crash(struct world *w)
{
	struct chunk_writer cw;
	struct buf lost;
	struct edit e;

	buf_init(&lost, CHUNK_MAX);
	op_init(&e.op);
	chunk_begin(&cw, &lost, order_rev(w->order) + 1, order_at_ms(w->order));
	for (size_t i = below(w, 6); i > 0; i--)
		hub_edit(w, &w->nodes[below(w, w->npeers)], &e, &cw);
	op_release(&e.op);
	buf_release(&lost);
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
	w->crashes++;
}

/* A caret goes through the hub to everybody; it must land on a boundary. */
static void
step_caret(struct node *n)
{
	struct caret c = { n->site, n->file, true, 0, 0 };
	const struct text *t = peer_text(n->peer, n->file);
	struct node *to;

	if (t == NULL || !n->linked || n->up.head != n->up.n ||
	    peer_seen(n->peer) < n->send_from)
		return;
	c.anchor = boundary(n->w, t, 0);
	c.head = boundary(n->w, t, 0);
	peer_caret_set(n->peer, n->file, c.anchor, c.head);
	assert_int_equal(order_caret(n->w->order, n->site, peer_seen(n->peer),
			     c.file, &c.anchor, &c.head),
	    0);
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

static void
world_step(struct world *w)
{
	struct node *n = &w->nodes[below(w, w->npeers)];

	switch (below(w, 20)) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
	case 5:
	case 6:
		step_edit(n);
		break;
	case 7:
	case 8:
	case 9:
		step_send(n);
		break;
	case 10:
	case 11:
	case 12:
	case 13:
	case 14:
		step_receive(n);
		break;
	case 15:
	case 16:
	case 17:
		step_hub(w);
		break;
	case 18:
		if (!n->linked)
			link_up(n);
		else if (chance(w, 10))
			link_down(n);
		else if (peer_pending(n->peer) == 0)
			step_caret(n);
		break;
	default:
		if (chance(w, 10))
			step_crash(w);
		else if (chance(w, 20))
			step_snapshot(w);
		break;
	}
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

	for (unsigned rounds = 0; busy; rounds++) {
		assert_true(rounds < DRAIN_ROUNDS);
		busy = false;
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
		step_hub(w);
		for (unsigned i = 0; i < w->npeers; i++)
			busy |= w->nodes[i].down.head < w->nodes[i].down.n;
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
	struct node *n;

	memset(w, 0, sizeof(*w));
	w->seed = w->rng = seed;
	w->now_ms = 1700000000000;
	w->npeers = 2 + (unsigned)below(w, PEERS_MAX - 1);
	w->insert_only = chance(w, 30);
	buf_init(&w->snapshot, MSG_BYTES_MAX);
	assert_int_equal(order_new(&w->order), 0);
	for (unsigned i = 0; i < w->npeers; i++) {
		n = &w->nodes[i];
		n->w = w;
		n->site = (uint8_t)(i + 1);
		assert_int_equal(
		    peer_new(&n->peer, n->site, 1, on_changed, n), 0);
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

/* An assertion leaves the test at once; say which world it was. */
static const struct world *unfinished;

static int
name_failure(void **state)
{
	(void)state;
	if (unfinished != NULL)
		printf("# failed in the world of seed %llu: "
		       "CONVERGE_SEED=%llu CONVERGE_STEPS=%d repeats it\n",
		    (unsigned long long)unfinished->seed,
		    (unsigned long long)unfinished->seed, WORLD_STEPS);
	return 0;
}

static void
test_replicas_converge(void **state)
{
	uint64_t worlds = (total_steps + WORLD_STEPS - 1) / WORLD_STEPS;
	uint64_t edits = 0, undos = 0, resumes = 0, crashes = 0;
	static struct world w;

	(void)state;
	for (uint64_t i = 0; i < worlds; i++) {
		world_open(&w, first_seed + i);
		unfinished = &w;
		for (unsigned k = 0; k < WORLD_STEPS; k++)
			world_step(&w);
		world_drain(&w);
		world_check(&w);
		edits += w.edits;
		undos += w.undos;
		resumes += w.resumes;
		crashes += w.crashes;
		unfinished = NULL;
		world_close(&w);
	}
	printf("# seed %llu: %llu worlds, %llu edits, %llu undos, "
	       "%llu resumes, %llu crashes\n",
	    (unsigned long long)first_seed, (unsigned long long)worlds,
	    (unsigned long long)edits, (unsigned long long)undos,
	    (unsigned long long)resumes, (unsigned long long)crashes);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_replicas_converge, name_failure),
	};
	const char *seed = argc > 1 ? argv[1] : getenv("CONVERGE_SEED");
	const char *steps = getenv("CONVERGE_STEPS");

	if (seed != NULL)
		first_seed = strtoull(seed, NULL, 10);
	if (steps != NULL)
		total_steps = strtoull(steps, NULL, 10);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
