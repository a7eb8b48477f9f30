/*
 * engine.c - the benchmark of the document engine: replays recorded editing
 * through the path that the hub really takes (decode, transform, check, apply
 * to text and author map, append, encode the broadcast) and through a replica
 * for every author.
 *
 *	engine FILE.trc[.gz]... [--contention] [--json]
 *
 * Times are the median of RUNS: CPU time, but by the clock where the store takes
 * part, whose database is made in $TMPDIR, else /var/tmp.
 *
 * A trace is "TRC1", u32 kind, agents, n, end_len, then n transactions (u32
 * agent, u32 base, i64 time_ms, u32 patches, and per patch u32 at, u32 del, u32
 * ins_len, bytes), then the final document; little-endian. A base counts the transactions, in file order, that
 * the author had seen; the author's own are always known. The hub's order is
 * the file order, so a base translates into a revision.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <zlib.h>

#include "hostd/roomlog.h"
#include "hostd/seal.h"
#include "proto/err.h"
#include "proto/order.h"
#include "proto/peer.h"
#include "proto/utf8.h"
#include "tests/bench/bench.h"

#define TRACE_MAX (512 * 1024 * 1024)
#define RUNS 7
#define BATCH 64
#define FIRST_REV 1 /* of the record that makes the file */

struct key { /* one edit of the trace */
	uint64_t time_ms;
	uint32_t at; /* in wire */
	uint8_t site;
};

struct trace {
	const char *path;
	uint32_t agents, n; /* transactions */
	struct key *keys;   /* nkeys + 1 of them, the last only for its at */
	size_t nkeys, cap;
	uint32_t *revs; /* n + 1: the revision after so many transactions */
	struct buf raw, wire; /* the file; every edit as a seat sends it */
	const uint8_t *end;   /* the final document */
	size_t end_len;
	uint64_t
	    base[SITE_MAX + 1]; /* while reading: of the site's last edit */
	uint32_t cseq[SITE_MAX + 1];
};

/* What the store takes part in: times of the clock, and bytes that it needs. */
enum kept {
	DURABLE_MS,
	COLD_MS,
	COLD_NOSNAP_MS,
	COLD_SEALED_MS,
	LIVE_BYTES,
	SEALED_BYTES,
	KEPT
};

struct outcome {
	double cpu_ms, cpu_ms_all, join_ms;
	double kept[KEPT];
	size_t log_bytes;
	bool ok;
};

static void
must(int r, const char *what)
{
	if (r < 0)
		bench_die("%s: %s", what, cs_strerror(r));
}

static void *
must_alloc(void *p)
{
	if (p == NULL)
		bench_die("memory is not enough");
	return p;
}

static double
cpu_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* All of a file, which may be gzipped or not. */
static void
read_all(const char *path, struct buf *b)
{
	uint8_t part[65536];
	gzFile f = gzopen(path, "rb");
	int n;

	if (f == NULL)
		bench_die("%s: can not be opened", path);
	while ((n = gzread(f, part, sizeof(part))) > 0)
		buf_put_raw(b, part, (size_t)n);
	if (n < 0 || b->err != 0)
		bench_die("%s: can not be read", path);
	gzclose(f);
}

/* OP is an edit of its own: base as a revision, cseq, file, flags, op. */
static void
add_key(struct trace *t, uint8_t site, uint64_t time_ms, struct op *op)
{
	if (t->nkeys + 1 >= t->cap) {
		t->cap = t->cap == 0 ? 4096 : t->cap * 2;
		t->keys =
		    must_alloc(realloc(t->keys, t->cap * sizeof(*t->keys)));
	}
	t->keys[t->nkeys].site = site;
	t->keys[t->nkeys].time_ms = time_ms;
	t->keys[t->nkeys].at = (uint32_t)t->wire.len;
	buf_put_varint(&t->wire, t->base[site]);
	buf_put_varint(&t->wire, ++t->cseq[site]);
	buf_put_u8(&t->wire, 0);
	buf_put_u8(&t->wire, 0);
	op_encode(op, &t->wire);
	must(t->wire.err, t->path);
	t->keys[++t->nkeys].at = (uint32_t)t->wire.len;
	op_clear(op);
}

/* Add a splice to OP, which is made on the text before it. What is more than
 * one edit may insert becomes several. */
static void
add_patch(struct trace *t, uint8_t site, uint64_t time_ms, struct op *op,
    size_t at, size_t del, const uint8_t *ins, size_t len)
{
	struct op patch, both;
	size_t n;

	op_init(&patch);
	op_init(&both);
	do {
		n = len < OP_MAX_INSERT ? len : OP_MAX_INSERT;
		while (n < len && !utf8_starts(ins[n]))
			n--;
		if (op->ins_len + n > OP_MAX_INSERT)
			add_key(t, site, time_ms, op);
		must(op_splice(&patch, at, del, ins, n), t->path);
		must(op_compose(op, &patch, &both), t->path);
		op_move(op, &both);
		at += n;
		ins += n;
		len -= n;
		del = 0;
	} while (len > 0);
	op_release(&patch);
	op_release(&both);
}

static void
read_txn(struct trace *t, struct buf_in *in, uint32_t i, uint64_t *time_ms,
    struct op *op)
{
	uint32_t agent = buf_get_u32(in), base = buf_get_u32(in);
	int64_t when = (int64_t)buf_get_u64(in);
	uint32_t patches = buf_get_u32(in), at, del, len;
	uint8_t site = (uint8_t)(agent + 1);
	const uint8_t *ins;

	if (in->err != 0 || agent >= t->agents || base > i)
		bench_die("%s: is damaged", t->path);
	if (when > 0 && (uint64_t)when > *time_ms)
		*time_ms = (uint64_t)when;
	if (t->revs[base] > t->base[site])
		t->base[site] = t->revs[base];
	while (patches-- > 0) {
		at = buf_get_u32(in);
		del = buf_get_u32(in);
		len = buf_get_u32(in);
		if ((ins = buf_get_raw(in, len)) == NULL)
			bench_die("%s: is damaged", t->path);
		add_patch(t, site, *time_ms, op, at, del, ins, len);
	}
	add_key(t, site, *time_ms, op);
	t->revs[i + 1] = (uint32_t)(FIRST_REV + t->nkeys);
}

static void
trace_open(struct trace *t, const char *path)
{
	uint64_t time_ms = 0;
	struct buf_in in;
	struct op op;

	memset(t, 0, sizeof(*t));
	t->path = path;
	buf_init(&t->raw, TRACE_MAX);
	buf_init(&t->wire, TRACE_MAX);
	read_all(path, &t->raw);
	if (t->raw.len < 20 || memcmp(t->raw.data, "TRC1", 4) != 0)
		bench_die("%s: is not a trace", path);
	buf_in_init(&in, t->raw.data + 8, t->raw.len - 8);
	t->agents = buf_get_u32(&in);
	t->n = buf_get_u32(&in);
	t->end_len = buf_get_u32(&in);
	if (t->agents >= SITE_MAX || t->n > t->raw.len / 20)
		bench_die("%s: is not a trace", path);
	t->revs = must_alloc(calloc(t->n + 1u, sizeof(*t->revs)));
	t->revs[0] = FIRST_REV;
	op_init(&op);
	for (uint32_t i = 0; i < t->n; i++)
		read_txn(t, &in, i, &time_ms, &op);
	op_release(&op);
	if ((t->end = buf_get_raw(&in, t->end_len)) == NULL)
		bench_die("%s: is damaged", path);
}

static void
trace_close(struct trace *t)
{
	free(t->keys);
	free(t->revs);
	buf_release(&t->raw);
	buf_release(&t->wire);
}

static struct order *
room_new(void)
{
	struct order *o;
	struct record r;

	record_init(&r);
	r.kind = REC_FILE;
	memcpy(r.name, "main.py", 8);
	must(order_new(&o), "room");
	must(order_event(o, &r, 0), "room");
	record_release(&r);
	return o;
}

static void
decode_key(const struct trace *t, size_t i, struct edit *e)
{
	struct buf_in in;

	buf_in_init(&in, t->wire.data + t->keys[i].at,
	    t->keys[i + 1].at - t->keys[i].at);
	e->base = buf_get_varint(&in);
	e->cseq = (uint32_t)buf_get_varint(&in);
	e->file = buf_get_u8(&in);
	e->flags = buf_get_u8(&in);
	e->undo_of = 0;
	op_decode(&e->op, &in, OP_MAX_INSERT);
	must(buf_get_end(&in), "decode");
}

static bool
text_is(const struct text *t, const struct trace *tr)
{
	const uint8_t *p;
	size_t n;

	if (t == NULL || text_len(t) != tr->end_len)
		return false;
	for (size_t at = 0; at < tr->end_len; at += n) {
		p = text_span(t, at, &n);
		if (memcmp(p, tr->end + at, n) != 0)
			return false;
	}
	return true;
}

/* The hub alone. LOG gets the chunks, one for BATCH edits. Returns the room. */
static struct order *
run_hub(const struct trace *t, struct buf *log)
{
	struct order *o = room_new();
	const struct record *rec;
	struct chunk_writer cw;
	struct edit e;

	op_init(&e.op);
	for (size_t i = 0; i < t->nkeys; i++) {
		decode_key(t, i, &e);
		must(order_edit(
			 o, t->keys[i].site, &e, t->keys[i].time_ms, &rec),
		    "edit");
		if (i % BATCH == 0)
			chunk_begin(&cw, log, rec->rev, rec->at_ms);
		chunk_add(&cw, rec);
	}
	must(log->err, "log");
	op_release(&e.op);
	return o;
}

/* The end of a turn, as the hub has it; *TRIED is the last snapshot. */
static void
keep_turn(
    struct store *s, struct roomlog *l, const struct order *o, uint64_t *tried)
{
	must(roomlog_stage(l), "store");
	must(store_commit(s), "store");
	if (order_rev(o) - *tried < ROOM_SNAPSHOT_RECORDS)
		return;
	must(roomlog_snapshot(l, o), "snapshot");
	must(store_commit(s), "store");
	*tried = order_rev(o);
}

/* The record that makes the file. */
static void
keep_file(struct roomlog *l)
{
	struct record r;

	record_init(&r);
	r.kind = REC_FILE;
	r.rev = FIRST_REV;
	memcpy(r.name, "main.py", 8);
	must(roomlog_add(l, &r), "store");
	record_release(&r);
}

/* The hub with its store: a commit per BATCH, and all on the disk at the end.
 */
static void
run_durable(const struct trace *t, struct store *s, const struct room_row *row)
{
	struct order *o = room_new();
	const struct record *rec;
	uint64_t tried = 0;
	struct roomlog l;
	struct edit e;

	roomlog_init(&l, s, row);
	keep_file(&l);
	op_init(&e.op);
	for (size_t i = 0; i < t->nkeys; i++) {
		decode_key(t, i, &e);
		must(order_edit(
			 o, t->keys[i].site, &e, t->keys[i].time_ms, &rec),
		    "edit");
		must(roomlog_add(&l, rec), "store");
		if (i % BATCH == BATCH - 1 || i + 1 == t->nkeys)
			keep_turn(s, &l, o, &tried);
	}
	must(store_sync(s), "store");
	op_release(&e.op);
	roomlog_release(&l);
	order_free(o);
}

static int
replay(void *arg, const struct record *r)
{
	return order_replay(arg, r);
}

/* A hub that has just started opens the room: the newest snapshot and what
 * came after it. Returns how long that took. */
static double
run_cold(const struct trace *t, const char *path, const struct room_row *row,
    bool *ok)
{
	double from = bench_now_ms(), ms;
	struct roomlog l;
	struct store *s;
	struct order *o;

	must(store_open(&s, path, false), "store");
	roomlog_init(&l, s, row);
	must(roomlog_restore(&l, UINT64_MAX, UINT64_MAX, &o), "snapshot");
	must(roomlog_walk(&l, order_rev(o) + 1, replay, o), "replay");
	ms = bench_now_ms() - from;
	*ok &= text_is(order_text(o, 0), t);
	order_free(o);
	roomlog_release(&l);
	store_close(s);
	return ms;
}

static void
drop_snapshots(struct store *s, const struct room_row *row)
{
	uint64_t *revs;
	size_t n;

	must(store_snapshot_revs(s, row->key, &revs, &n), "snapshots");
	while (n-- > 0)
		must(store_snapshot_drop(s, row->key, revs[n]), "snapshots");
	free(revs);
	must(store_commit(s), "store");
}

/* Someone comes late: the document with its authors into a new replica. */
static bool
run_join(const struct trace *t, const struct order *o)
{
	const struct text *text = order_text(o, 0);
	size_t len = text_len(text), n;
	uint8_t *bytes = must_alloc(malloc(2 * len + 1)), *sites = bytes + len;
	struct peer *p;
	uint8_t site;
	bool ok;

	must(text_copy(text, 0, len, bytes), "join");
	for (size_t at = 0; at < len; at += n) {
		site = text_author(text, at, &n);
		memset(sites + at, site, n);
	}
	must(peer_new(&p, SITE_MAX, 1, NULL, NULL), "join");
	must(peer_begin(p, order_rev(o), order_rev(o), 0, 1), "join");
	must(peer_load(p, 0, "main.py", bytes, sites, len), "join");
	ok = text_is(peer_text(p, 0), t);
	peer_free(p);
	free(bytes);
	return ok;
}

/* Give replica P the records up to REV, each a chunk of its own: so a batch of
 * the hub is free to end anywhere. */
static void
catch_up(struct peer *p, const struct buf *log, const uint32_t *at,
    uint64_t rev, struct record *r)
{
	struct chunk_reader cr;
	size_t i;

	while (peer_seen(p) < rev) {
		i = (size_t)(peer_seen(p) - FIRST_REV);
		must(chunk_open(&cr, log->data + at[i], at[i + 1] - at[i]),
		    "chunk");
		if (chunk_next(&cr, r) != 1)
			bench_die("chunk can not be read");
		must(peer_remote(p, r), "replica");
	}
}

/* Edit I: its author sees what it had seen by then, makes it and sends it; the
 * hub takes it and writes its record to LOG. */
static void
all_key(const struct trace *t, size_t i, struct order *o, struct peer *p,
    struct buf *log, uint32_t *at, struct record *r, struct edit *e)
{
	const struct record *rec;
	const struct edit *sent;
	struct chunk_writer cw;

	decode_key(t, i, e);
	catch_up(p, log, at, e->base, r);
	must(peer_edit(p, 0, &e->op, 0, t->keys[i].time_ms), "replica");
	if ((sent = peer_next(p)) == NULL)
		bench_die("replica has nothing to send");
	must(order_edit(o, t->keys[i].site, sent, t->keys[i].time_ms, &rec),
	    "edit");
	chunk_begin(&cw, log, rec->rev, rec->at_ms);
	chunk_add(&cw, rec);
	at[i + 1] = (uint32_t)log->len;
}

/* The hub and a replica of every author. */
static bool
run_all(const struct trace *t)
{
	struct peer *peers[SITE_MAX + 1] = { NULL };
	struct order *o = room_new();
	uint32_t *at = must_alloc(calloc(t->nkeys + 1, sizeof(*at)));
	struct record r;
	struct edit e;
	struct buf log;
	bool ok;

	buf_init(&log, TRACE_MAX);
	record_init(&r);
	op_init(&e.op);
	for (unsigned s = 1; s <= t->agents; s++) {
		must(peer_new(&peers[s], (uint8_t)s, 1, NULL, NULL), "replica");
		must(peer_begin(peers[s], FIRST_REV, FIRST_REV, 0, 1),
		    "replica");
		must(peer_load(peers[s], 0, "main.py", "", NULL, 0), "replica");
	}
	for (size_t i = 0; i < t->nkeys; i++)
		all_key(t, i, o, peers[t->keys[i].site], &log, at, &r, &e);
	must(log.err, "log");
	ok = text_is(order_text(o, 0), t);
	for (unsigned s = 1; s <= t->agents; s++) {
		catch_up(peers[s], &log, at, order_rev(o), &r);
		ok = ok && text_is(peer_text(peers[s], 0), t) &&
		     peer_pending(peers[s]) == 0;
		peer_free(peers[s]);
	}
	op_release(&e.op);
	record_release(&r);
	order_free(o);
	buf_release(&log);
	free(at);
	return ok;
}

static double
bytes_since(const struct store *s, uint64_t empty)
{
	return (double)(store_bytes_used(s) - empty);
}

/* The part that the store takes part in. */
static void
measure_store(const struct trace *t, double k[KEPT], bool *ok)
{
	struct room_row row = { .id = "r-00000", .language = "python" };
	static unsigned n;
	struct store *s;
	char path[256];
	uint64_t empty;
	double from;

	snprintf(path, sizeof(path), "%s/%u.db", bench_dir(), n++);
	from = bench_now_ms();
	must(store_open(&s, path, false), "store");
	empty = store_bytes_used(s);
	must(store_room_add(s, &row), "store");
	run_durable(t, s, &row);
	k[LIVE_BYTES] = bytes_since(s, empty);
	store_close(s);
	k[DURABLE_MS] = bench_now_ms() - from;
	k[COLD_MS] = run_cold(t, path, &row, ok);
	must(store_open(&s, path, false), "store");
	drop_snapshots(s, &row);
	store_close(s);
	k[COLD_NOSNAP_MS] = run_cold(t, path, &row, ok);
	must(store_open(&s, path, false), "store");
	while (!row.sealed)
		must(seal_block(s, &row), "seal");
	k[SEALED_BYTES] = bytes_since(s, empty);
	store_close(s);
	k[COLD_SEALED_MS] = run_cold(t, path, &row, ok);
	unlink(path);
}

static void
measure(const struct trace *t, struct outcome *out)
{
	double hub[RUNS], all[RUNS], join[RUNS];
	double kept[RUNS][KEPT], of[RUNS];
	double from;
	struct order *o;
	struct buf log;

	buf_init(&log, TRACE_MAX);
	out->ok = true;
	for (int i = 0; i < RUNS; i++) {
		buf_clear(&log);
		from = cpu_now_ms();
		o = run_hub(t, &log);
		hub[i] = cpu_now_ms() - from;
		out->ok &= text_is(order_text(o, 0), t);
		from = cpu_now_ms();
		out->ok &= run_join(t, o);
		join[i] = cpu_now_ms() - from;
		order_free(o);
		measure_store(t, kept[i], &out->ok);
		from = cpu_now_ms();
		out->ok &= run_all(t);
		all[i] = cpu_now_ms() - from;
	}
	out->cpu_ms = bench_percentile(hub, RUNS, 50);
	out->cpu_ms_all = bench_percentile(all, RUNS, 50);
	for (int f = 0; f < KEPT; f++) {
		for (int i = 0; i < RUNS; i++)
			of[i] = kept[i][f];
		out->kept[f] = bench_percentile(of, RUNS, 50);
	}
	out->join_ms = bench_percentile(join, RUNS, 50);
	out->log_bytes = log.len;
	buf_release(&log);
}

/* --- many at once --- */

#define SEATS 50
#define EDITS 10 /* by each, none of which the others have seen */
#define ROUNDS 40
#define START_BYTES 4000

struct crowd {
	struct order *o;
	struct edit edits[EDITS][SEATS];
	uint32_t cseq;
	uint64_t rng;
};

static size_t
below(struct crowd *c, size_t n)
{
	c->rng = c->rng * 6364136223846793005U + 1442695040888963407U;
	return (size_t)(c->rng >> 33) % n;
}

/* Everybody types a word somewhere, on what all know. */
static void
crowd_type(struct crowd *c)
{
	size_t len = text_len(order_text(c->o, 0)), pos;
	struct edit *e;

	for (int s = 0; s < SEATS; s++) {
		pos = below(c, len);
		for (int i = 0; i < EDITS; i++) {
			e = &c->edits[i][s];
			e->base = order_rev(c->o);
			e->cseq = c->cseq + (uint32_t)i + 1;
			must(op_splice(&e->op, pos++, 0, "w", 1), "edit");
		}
	}
	c->cseq += EDITS;
}

/* The hub takes all of it, one edit of each in turn: microseconds for one. */
static double
crowd_round(struct crowd *c)
{
	const struct record *rec;
	double from;

	crowd_type(c);
	from = cpu_now_ms();
	for (int i = 0; i < EDITS; i++)
		for (int s = 0; s < SEATS; s++)
			must(order_edit(c->o, (uint8_t)(s + 2), &c->edits[i][s],
				 0, &rec),
			    "edit");
	return (cpu_now_ms() - from) * 1e3 / (SEATS * EDITS);
}

static bool
contention(bool json)
{
	struct crowd *c = must_alloc(calloc(1, sizeof(*c)));
	struct edit first = { .base = FIRST_REV, .cseq = 1 };
	const struct record *rec;
	char text[START_BYTES];
	double us[ROUNDS];
	bool ok;

	memset(text, 'x', sizeof(text));
	c->o = room_new();
	op_init(&first.op);
	must(op_splice(&first.op, 0, 0, text, sizeof(text)), "edit");
	must(order_edit(c->o, 1, &first, 0, &rec), "edit");
	op_release(&first.op);
	for (int s = 0; s < SEATS; s++)
		for (int i = 0; i < EDITS; i++)
			op_init(&c->edits[i][s].op);
	for (int r = 0; r < ROUNDS; r++)
		us[r] = crowd_round(c);
	ok = text_len(order_text(c->o, 0)) ==
	     START_BYTES + (size_t)ROUNDS * SEATS * EDITS;
	if (json)
		printf("{\"seats\":%d,\"edits\":%d,\"ok\":%s,"
		       "\"us_per_edit\":%.3f}\n",
		    SEATS, EDITS, ok ? "true" : "false",
		    bench_percentile(us, ROUNDS, 50));
	else
		printf("%d seats x %d concurrent edits: %.2f us per edit, hub "
		       "only (<= 8)  %s\n",
		    SEATS, EDITS, bench_percentile(us, ROUNDS, 50),
		    ok ? "ok" : "WRONG");
	for (int s = 0; s < SEATS; s++)
		for (int i = 0; i < EDITS; i++)
			op_release(&c->edits[i][s].op);
	order_free(c->o);
	free(c);
	return ok;
}

static void
report(const struct trace *t, const struct outcome *out, bool json)
{
	const char *name = strrchr(t->path, '/');
	const double *k = out->kept;
	double n = t->n == 0 ? 1 : t->n;

	name = name != NULL ? name + 1 : t->path;
	if (json)
		printf("{\"trace\":\"%.*s\",\"ops\":%u,\"ok\":%s,"
		       "\"cpu_ms\":%.3f,\"cpu_ms_all\":%.3f,"
		       "\"wall_ms_durable\":%.3f,\"log_bytes\":%zu,"
		       "\"cold_open_ms\":%.3f,\"join_ms\":%.3f,"
		       "\"store_bytes_live\":%.0f,"
		       "\"store_bytes_sealed\":%.0f,"
		       "\"cold_open_nosnap_ms\":%.3f,"
		       "\"cold_open_sealed_ms\":%.3f}\n",
		    (int)strcspn(name, "."), name, t->n,
		    out->ok ? "true" : "false", out->cpu_ms, out->cpu_ms_all,
		    k[DURABLE_MS], out->log_bytes, k[COLD_MS], out->join_ms,
		    k[LIVE_BYTES], k[SEALED_BYTES], k[COLD_NOSNAP_MS],
		    k[COLD_SEALED_MS]);
	else
		printf("%-16.*s %7u edits  hub %6.2f ms  all %6.2f ms  "
		       "durable %6.2f ms  log %.2f live %.2f sealed %.2f "
		       "B/edit  cold open %5.2f ms, without snapshot %5.2f, "
		       "sealed %5.2f  join %5.3f ms  %s\n",
		    (int)strcspn(name, "."), name, t->n, out->cpu_ms,
		    out->cpu_ms_all, k[DURABLE_MS], (double)out->log_bytes / n,
		    k[LIVE_BYTES] / n, k[SEALED_BYTES] / n, k[COLD_MS],
		    k[COLD_NOSNAP_MS], k[COLD_SEALED_MS], out->join_ms,
		    out->ok ? "ok" : "WRONG");
}

int
main(int argc, char **argv)
{
	struct outcome out;
	struct trace t;
	bool json = false, ok = true, any = false;

	for (int i = 1; i < argc; i++)
		json |= strcmp(argv[i], "--json") == 0;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			continue;
		if (strcmp(argv[i], "--contention") == 0) {
			ok &= contention(json);
			any = true;
			continue;
		}
		trace_open(&t, argv[i]);
		measure(&t, &out);
		report(&t, &out, json);
		trace_close(&t);
		ok &= out.ok;
		any = true;
	}
	if (!any) {
		fprintf(stderr, "usage: engine FILE.trc[.gz]... [--contention] "
				"[--json]\n");
		return 2;
	}
	return ok ? 0 : 1;
}
