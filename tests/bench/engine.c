/*
 * engine.c - the benchmark of the document engine: replays recorded editing
 * through the path that the hub really takes (decode, transform, check, apply
 * to text and author map, append, encode the broadcast) and through a replica
 * for every author.
 *
 *	engine FILE.trc[.gz]... [--json]
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

#include "hostd/store.h"
#include "proto/err.h"
#include "proto/order.h"
#include "proto/peer.h"
#include "proto/utf8.h"
#include "tests/bench/bench.h"

#define TRACE_MAX (512 * 1024 * 1024)
#define RUNS 7
#define BATCH 64
#define FIRST_REV 1 /* of the record that makes the file */
#define SNAPSHOT_RECORDS 4096
#define SNAPSHOT_MAX (8 * 1024 * 1024)

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

struct outcome {
	double cpu_ms, cpu_ms_all, wall_ms_durable, cold_ms, join_ms;
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

static void
keep_snapshot(struct store *s, int64_t room, const struct order *o)
{
	struct buf b;

	buf_init(&b, SNAPSHOT_MAX);
	order_snapshot(o, &b);
	must(b.err, "snapshot");
	must(store_snapshot_add(
		 s, room, order_rev(o), order_at_ms(o), b.data, b.len),
	    "snapshot");
	buf_release(&b);
}

/* One batch into the log, committed; DONE edits are in it by now. */
static void
keep_batch(struct store *s, int64_t room, const struct order *o,
    struct buf *chunk, size_t done)
{
	uint32_t count = (uint32_t)((done - 1) % BATCH + 1);

	must(chunk->err, "chunk");
	must(store_chunk_add(s, room, order_rev(o) - count + 1, count,
		 chunk->data, chunk->len),
	    "store");
	if (done % SNAPSHOT_RECORDS == 0)
		keep_snapshot(s, room, o);
	must(store_commit(s), "store");
	buf_clear(chunk);
}

/* The hub with its store: a commit per BATCH, and all on the disk at the end.
 * Returns the room's key. */
static int64_t
run_durable(const struct trace *t, const char *path)
{
	struct room_row row = { .id = "r-00000", .language = "python" };
	struct order *o = room_new();
	const struct record *rec;
	struct chunk_writer cw;
	struct store *s;
	struct edit e;
	struct buf chunk;

	must(store_open(&s, path, false), "store");
	must(store_room_add(s, &row), "store");
	keep_snapshot(s, row.key, o); /* the file, without its record */
	buf_init(&chunk, CHUNK_MAX);
	op_init(&e.op);
	for (size_t i = 0; i < t->nkeys; i++) {
		decode_key(t, i, &e);
		must(order_edit(
			 o, t->keys[i].site, &e, t->keys[i].time_ms, &rec),
		    "edit");
		if (i % BATCH == 0)
			chunk_begin(&cw, &chunk, rec->rev, rec->at_ms);
		chunk_add(&cw, rec);
		if (i % BATCH == BATCH - 1 || i + 1 == t->nkeys)
			keep_batch(s, row.key, o, &chunk, i + 1);
	}
	must(store_sync(s), "store");
	op_release(&e.op);
	buf_release(&chunk);
	order_free(o);
	store_close(s);
	return row.key;
}

/* The records of a stored chunk into O; returns the revision after them. */
static uint64_t
replay_chunk(struct order *o, const struct buf *b, struct record *r)
{
	struct chunk_reader cr;
	int more;

	must(chunk_open(&cr, b->data, b->len), "chunk");
	while ((more = chunk_next(&cr, r)) == 1)
		must(order_replay(o, r), "replay");
	must(more, "chunk");
	return order_rev(o) + 1;
}

/* A hub that has just started opens the room: the newest snapshot and what
 * came after it. */
static bool
run_cold(const struct trace *t, const char *path, int64_t room)
{
	uint64_t rev, first;
	struct record r;
	struct store *s;
	struct order *o;
	uint32_t count;
	struct buf b;
	bool ok;

	record_init(&r);
	buf_init(&b, SNAPSHOT_MAX);
	must(store_open(&s, path, false), "store");
	must(order_new(&o), "room");
	must(store_snapshot_get(s, room, UINT64_MAX, UINT64_MAX, &rev, &b),
	    "snapshot");
	must(order_restore(o, b.data, b.len), "snapshot");
	rev++;
	buf_clear(&b);
	while (store_chunk_get(s, room, rev, &first, &count, &b) == 0) {
		rev = replay_chunk(o, &b, &r);
		buf_clear(&b);
	}
	ok = text_is(order_text(o, 0), t);
	buf_release(&b);
	record_release(&r);
	order_free(o);
	store_close(s);
	return ok;
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

/* The part that the store takes part in. */
static void
measure_store(const struct trace *t, double *durable, double *cold, bool *ok)
{
	static unsigned n;
	char path[256];
	int64_t room;
	double from;

	snprintf(path, sizeof(path), "%s/%u.db", bench_dir(), n++);
	from = bench_now_ms();
	room = run_durable(t, path);
	*durable = bench_now_ms() - from;
	from = bench_now_ms();
	*ok &= run_cold(t, path, room);
	*cold = bench_now_ms() - from;
	unlink(path);
}

static void
measure(const struct trace *t, struct outcome *out)
{
	double hub[RUNS], all[RUNS], durable[RUNS], cold[RUNS], join[RUNS];
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
		measure_store(t, &durable[i], &cold[i], &out->ok);
		from = cpu_now_ms();
		out->ok &= run_all(t);
		all[i] = cpu_now_ms() - from;
	}
	out->cpu_ms = bench_percentile(hub, RUNS, 50);
	out->cpu_ms_all = bench_percentile(all, RUNS, 50);
	out->wall_ms_durable = bench_percentile(durable, RUNS, 50);
	out->cold_ms = bench_percentile(cold, RUNS, 50);
	out->join_ms = bench_percentile(join, RUNS, 50);
	out->log_bytes = log.len;
	buf_release(&log);
}

static void
report(const struct trace *t, const struct outcome *out, bool json)
{
	const char *name = strrchr(t->path, '/');

	name = name != NULL ? name + 1 : t->path;
	if (json)
		printf("{\"trace\":\"%.*s\",\"ops\":%u,\"ok\":%s,"
		       "\"cpu_ms\":%.3f,\"cpu_ms_all\":%.3f,"
		       "\"wall_ms_durable\":%.3f,\"log_bytes\":%zu,"
		       "\"cold_open_ms\":%.3f,\"join_ms\":%.3f}\n",
		    (int)strcspn(name, "."), name, t->n,
		    out->ok ? "true" : "false", out->cpu_ms, out->cpu_ms_all,
		    out->wall_ms_durable, out->log_bytes, out->cold_ms,
		    out->join_ms);
	else
		printf("%-20.*s %7u edits  hub %7.2f ms  all %7.2f ms  "
		       "durable %7.2f ms  log %.2f B/edit  cold open %6.2f "
		       "ms  join %5.3f ms  %s\n",
		    (int)strcspn(name, "."), name, t->n, out->cpu_ms,
		    out->cpu_ms_all, out->wall_ms_durable,
		    t->n == 0 ? 0 : (double)out->log_bytes / t->n, out->cold_ms,
		    out->join_ms, out->ok ? "ok" : "WRONG");
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
		trace_open(&t, argv[i]);
		measure(&t, &out);
		report(&t, &out, json);
		trace_close(&t);
		ok &= out.ok;
		any = true;
	}
	if (!any) {
		fprintf(stderr, "usage: engine FILE.trc[.gz]... [--json]\n");
		return 2;
	}
	return ok ? 0 : 1;
}
