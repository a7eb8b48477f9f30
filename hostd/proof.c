/* proof.c - the heads of logs: made, signed, checked, and given away. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/audit.h"
#include "hostd/control.h"
#include "hostd/proof.h"
#include "proto/err.h"
#include "proto/sys/chain.h"
#include "proto/sys/log.h"
#include "proto/sys/sshsig.h"
#include "proto/sys/util.h"

#define WORK_MS 3      /* of walking in a turn ... */
#define WALK_STEP 64   /* of weight, from one look at the clock to the next */
#define SIGN_MS 5000   /* until codesyncd has answered */
#define RETRY_MS 10000 /* when it has not */

enum proof_kind { PROOF_HEAD, PROOF_VERIFY, PROOF_EXPORT };
enum proof_state { WALKS, ASKS, WAITS, SIGNED };

struct proof {
	struct proof *next;
	struct hub *hub;
	enum proof_kind kind;
	enum proof_state state;
	struct room_row row;
	struct head_row head; /* that is kept; rev 0: none */
	struct chain chain;
	struct order *order; /* VERIFY: the fold */
	struct buf chunk;    /* that is being read */
	struct chunk_reader cr;
	struct record record;
	uint64_t end_rev; /* of the last end that was walked over; 0: none */
	uint8_t end_head[32]; /* what the head was then */
	uint64_t chunk_end;   /* the revision after it; 0: none is open */
	uint64_t until_ms;    /* WAITS */
	/* SIGNED: what came */
	uint64_t at_ms;
	uint8_t key[32], signature[64];
	bool checked;   /* the signature was made again, and is the same */
	bool other_key; /* it is by another key than the host's now */
	/* who waits for the answer */
	struct who who;
	uint64_t token;
	char target[REQUEST_TARGET_SIZE];
};

struct proofs {
	int monitor;
	struct proof *list;
	unsigned n;
	bool look;        /* for one that is due */
	uint64_t next_ms; /* when to look again */
	int64_t after;
};

/* --- life --- */

static void
proof_free(struct proof *p)
{
	struct proofs *ps = p->hub->proofs;
	struct proof **at = &ps->list;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	ps->n--;
	chain_release(&p->chain);
	order_free(p->order);
	buf_release(&p->chunk);
	record_release(&p->record);
	free(p);
}

/* From the head that is kept on; but what is checked, from the beginning. */
static struct proof *
proof_new(struct hub *h, enum proof_kind kind, const struct room_row *row)
{
	struct proofs *ps = h->proofs;
	struct proof *p = xcalloc(1, sizeof(*p)), **at = &ps->list;

	p->hub = h;
	p->kind = kind;
	p->row = *row;
	chain_init(&p->chain);
	buf_init(&p->chunk, CHUNK_MAX);
	record_init(&p->record);
	if (store_head_get(h->store, row->key, &p->head) < 0)
		p->head.room = row->key;
	if (kind == PROOF_VERIFY) {
		order_new(&p->order);
	} else {
		p->chain.rev = p->head.rev;
		memcpy(p->chain.head, p->head.sha256, sizeof(p->chain.head));
	}
	while (*at != NULL)
		at = &(*at)->next;
	*at = p;
	ps->n++;
	rooms_turn_soon(h);
	return p;
}

/* --- answers --- */

static struct json *
head_json(const struct proof *p)
{
	const struct head_row *h = &p->head;
	char hex[DIGEST_HEX_SIZE], text[SSHSIG_TEXT_SIZE];
	struct json *o = json_object_new();
	const char *state = "none";

	digest_hex(p->chain.head, hex, sizeof(hex));
	json_set_str(o, "room", p->row.id);
	json_set_int(o, "rev", (int64_t)p->chain.rev);
	json_set_str(o, "sha256", hex);
	json_set_time(o, "ended_at", p->row.ended_ms);
	if (p->end_rev != 0 && p->row.ended_ms != 0) {
		digest_hex(p->end_head, hex, sizeof(hex));
		json_set_str(o, "ended_sha256", hex);
	}
	if (h->at_ms == 0 || h->rev != p->chain.rev) {
		json_set_str(o, "signature", state);
		return o;
	}
	state = p->checked ? "ok" : p->other_key ? "other_key" : "unchecked";
	json_set_str(o, "signature", state);
	json_set_time(o, "signed_at", h->at_ms);
	json_set_int(o, "signed_late_s",
	    h->at_ms > p->row.ended_ms
		? (int64_t)((h->at_ms - p->row.ended_ms) / 1000)
		: 0);
	sshsig_fingerprint(h->key, text);
	json_set_str(o, "fingerprint", text);
	sshsig_armor(h->key, h->signature, text);
	json_set_str(o, "sshsig", text);
	sshsig_allowed(h->key, text);
	json_set_str(o, "allowed_signers", text);
	return o;
}

/* R is 0 or an exit status with its answer in Q. */
static void
proof_end(struct proof *p, struct request *q, int r)
{
	control_audit(
	    q, p->kind == PROOF_VERIFY ? "room verify" : "room export", r);
	control_answer(p->hub, q);
	loop_timer_start(p->hub->again, 0); /* and out with it */
	proof_free(p);
}

static void
proof_request(const struct proof *p, struct request *q)
{
	memset(q, 0, sizeof(*q));
	q->hub = p->hub;
	q->who = p->who;
	q->token = p->token;
	request_target(q, "%s", p->target);
}

/* What an export begins with: the room, and the head of its log. */
static int
answer_export(struct request *q, const struct proof *p)
{
	struct json *o = json_object_new();
	struct room *room;
	int r = room_open(q->hub, p->row.id, &room);

	if (r < 0) {
		json_free(o);
		return refuse_store(q, r);
	}
	json_set(o, "room", room_json(room));
	json_set(o, "head", head_json(p));
	return answer(q, o);
}

static void
proof_done(struct proof *p)
{
	struct request q;

	if (p->kind == PROOF_HEAD) {
		proof_free(p);
		return;
	}
	proof_request(p, &q);
	proof_end(p, &q,
	    p->kind == PROOF_VERIFY ? answer(&q, head_json(p))
				    : answer_export(&q, p));
}

/* The log is not what it was. */
static void
proof_fails(struct proof *p, int err, const char *what)
{
	struct request q;

	log_err("room %s: %s (%s)", p->row.id, what, cs_strerror(err));
	if (p->kind == PROOF_HEAD) {
		p->head.due = false; /* until something happens there */
		store_head_put(p->hub->store, &p->head);
		if (store_commit(p->hub->store) < 0)
			p->hub->proofs->next_ms = loop_now_ms() + RETRY_MS;
		proof_free(p);
		return;
	}
	proof_request(p, &q);
	proof_end(p, &q,
	    refuse(&q, ANSWER_FAILED, "the log of room %s is damaged: %s",
		p->row.id, what));
}

/* --- walking --- */

static int
chunk_next_one(struct proof *p)
{
	uint64_t first;
	uint32_t count;
	int r;

	buf_clear(&p->chunk);
	if ((r = store_chunk_get(p->hub->store, p->row.key, p->chain.rev + 1,
		 &first, &count, &p->chunk)) < 0 ||
	    (r = chunk_open(&p->cr, p->chunk.data, p->chunk.len)) < 0)
		return r;
	if (p->cr.next_rev != first)
		return CS_EFORMAT;
	p->chunk_end = first + count;
	return 0;
}

/* One more record: 1; 0: the chunk has no more. CS_EPERM: it is not the one that
 * the head stands for. */
static int
walk_record(struct proof *p)
{
	struct record *rec = &p->record;
	int r = chunk_next(&p->cr, rec);

	if (r <= 0) {
		if (r == 0 && p->cr.next_rev != p->chunk_end)
			r = CS_EFORMAT;
		p->chunk_end = 0;
		return r;
	}
	if (rec->rev <= p->chain.rev)
		return 1;
	if ((r = chain_add(&p->chain, rec)) < 0 ||
	    (p->order != NULL && (r = order_replay(p->order, rec)) < 0))
		return r;
	if (rec->kind == REC_END) {
		p->end_rev = rec->rev;
		memcpy(p->end_head, p->chain.head, sizeof(p->end_head));
	}
	if (p->chain.rev == p->head.rev &&
	    memcmp(p->chain.head, p->head.sha256, sizeof(p->chain.head)) != 0)
		return CS_EPERM;
	return 1;
}

/* On until UNTIL_MS: 0; CS_ENOTFOUND: that was the log's end. */
static int
walk(struct proof *p, uint64_t until_ms)
{
	int r = 0;

	do {
		for (unsigned i = 0; i < WALK_STEP && r >= 0;
		     i += record_weight(&p->record))
			r = p->chunk_end == 0 ? chunk_next_one(p)
					      : walk_record(p);
	} while (r >= 0 && loop_now_ms() < until_ms);
	return r < 0 ? r : 0;
}

/* --- signing --- */

/* What the head is now, into the store. */
static int
head_keep(struct proof *p)
{
	int r;

	if ((r = store_head_put(p->hub->store, &p->head)) == 0)
		r = store_commit(p->hub->store);
	if (r < 0)
		store_rollback(p->hub->store);
	return r;
}

static bool
is_signed(const struct proof *p)
{
	return p->head.at_ms != 0 && p->head.rev == p->chain.rev;
}

/* The log was walked to its end: keep its head, if that is a new one. */
static int
head_reached(struct proof *p)
{
	struct head_row *h = &p->head;

	if (h->rev == p->chain.rev && h->rev > 0)
		return 0;
	h->rev = p->chain.rev;
	memcpy(h->sha256, p->chain.head, sizeof(h->sha256));
	h->at_ms = 0;
	h->due = true;
	return head_keep(p);
}

/* One at a time, because codesyncd does one at a time. */
static bool
somebody_waits(const struct proofs *ps)
{
	for (const struct proof *p = ps->list; p != NULL; p = p->next)
		if (p->state == WAITS)
			return true;
	return false;
}

static void
sign_ask(struct proof *p)
{
	struct proofs *ps = p->hub->proofs;
	struct mon_msg m;

	if (somebody_waits(ps))
		return;
	mon_init(&m, MON_HUB_SIGN);
	memcpy(m.u.sign.room, p->row.id, sizeof(p->row.id));
	m.u.sign.rev = p->head.rev;
	m.u.sign.at_ms = is_signed(p) ? p->head.at_ms : loop_wall_ms();
	memcpy(m.u.sign.sha256, p->head.sha256, sizeof(m.u.sign.sha256));
	p->state = WAITS;
	p->until_ms = loop_now_ms() + SIGN_MS;
	if (mon_send(ps->monitor, &m, -1) < 0)
		p->until_ms = 0;
}

/* It was signed before: is it the same? */
static void
compare(struct proof *p)
{
	const struct head_row *h = &p->head;

	p->other_key = memcmp(h->key, p->key, sizeof(h->key)) != 0;
	p->checked = !p->other_key && memcmp(h->signature, p->signature,
					  sizeof(h->signature)) == 0;
	if (p->checked || p->other_key)
		proof_done(p);
	else
		proof_fails(
		    p, CS_EPERM, "its head was not signed by this host");
}

/* Has something been logged since we came to the end? */
static bool
has_grown(struct proof *p)
{
	return chunk_next_one(p) != CS_ENOTFOUND;
}

/* The trail has every head that was signed, and is only added to: who takes one
 * away from here would have to take it from there, too. */
static void
head_tell(const struct proof *p)
{
	char hex[DIGEST_HEX_SIZE], text[AUDIT_TEXT_SIZE];

	digest_hex(p->head.sha256, hex, sizeof(hex));
	snprintf(text, sizeof(text), "%s %llu %s", p->row.id,
	    (unsigned long long)p->head.rev, hex);
	audit_line(p->hub, LABEL_LOCAL, "host", "room sign", text, "ok");
}

static void
keep_signature(struct proof *p)
{
	struct head_row *h = &p->head;

	h->at_ms = p->at_ms;
	h->due = has_grown(p);
	memcpy(h->key, p->key, sizeof(h->key));
	memcpy(h->signature, p->signature, sizeof(h->signature));
	p->checked = true;
	head_tell(p);
	if (head_keep(p) < 0)
		p->hub->proofs->next_ms = loop_now_ms() + RETRY_MS;
	proof_done(p);
}

/* Only noted: this is the middle of a batch. */
void
proof_signed(struct hub *h, const struct mon_msg *m)
{
	for (struct proof *p = h->proofs->list; p != NULL; p = p->next) {
		if (p->state != WAITS ||
		    strcmp(p->row.id, m->u.sign.room) != 0 ||
		    p->head.rev != m->u.sign.rev ||
		    memcmp(p->head.sha256, m->u.sign.sha256,
			sizeof(p->head.sha256)) != 0)
			continue;
		p->state = SIGNED;
		p->at_ms = m->u.sign.at_ms;
		memcpy(p->key, m->u.sign.key, sizeof(p->key));
		memcpy(p->signature, m->u.sign.signature, sizeof(p->signature));
		return;
	}
}

/* Nobody signs: the head stays due, and who asked is told that it is not
 * signed. */
static void
not_signed(struct proof *p)
{
	p->hub->proofs->next_ms = loop_now_ms() + RETRY_MS;
	proof_done(p);
}

/* Who is in the room gets it on their receipt. */
static void
head_show(const struct proof *p)
{
	struct room *room = room_find(p->hub, p->row.id);
	char hex[DIGEST_HEX_SIZE];

	if (p->end_rev == 0 || room == NULL || room->row.ended_ms == 0)
		return;
	digest_hex(p->end_head, hex, sizeof(hex));
	memcpy(room->end_head, hex, HEAD_DIGITS);
}

/* --- turns --- */

/* The end of the log is reached. */
static void
walked(struct proof *p)
{
	struct store *s = p->hub->store;
	struct room_row row;
	int r = store_room_by_key(s, p->row.key, &row);

	if (r == 0 && row.purged_ms != 0)
		r = CS_ENOTFOUND;
	if (r == 0 && p->chain.rev < p->head.rev) {
		proof_fails(p, CS_EPERM, "its last records are missing");
		return;
	}
	if (r == 0) {
		p->row = row;
		if (row.ended_ms != 0 && (r = head_reached(p)) == 0)
			head_show(p);
	}
	if (r == 0 && is_signed(p) && p->head.due) {
		p->head.due = false;
		r = head_keep(p);
	}
	if (r < 0)
		proof_fails(p, r, "it cannot be read");
	else if (row.ended_ms == 0 || (is_signed(p) && p->kind != PROOF_VERIFY))
		proof_done(p);
	else
		p->state = ASKS;
}

static void
proof_walks(struct proof *p, uint64_t until_ms)
{
	int r = walk(p, until_ms);

	if (r == CS_ENOTFOUND)
		walked(p);
	else if (r == CS_EPERM)
		proof_fails(p, r, "it is not the one whose head was kept");
	else if (r < 0)
		proof_fails(p, r, "a record cannot be read");
}

static void
proof_step(struct proof *p, uint64_t until_ms)
{
	uint64_t now = loop_now_ms();

	if (p->state == WALKS && now < until_ms)
		proof_walks(p, until_ms);
	else if (p->state == ASKS)
		sign_ask(p);
	else if (p->state == WAITS && now >= p->until_ms)
		not_signed(p);
	else if (p->state == SIGNED && is_signed(p))
		compare(p);
	else if (p->state == SIGNED)
		keep_signature(p);
}

/* The next room whose head is due, if none is being made. */
static void
look(struct hub *h)
{
	struct proofs *ps = h->proofs;
	struct head_row head;
	struct room_row row;

	ps->look = false;
	for (const struct proof *p = ps->list; p != NULL; p = p->next)
		if (p->kind == PROOF_HEAD)
			return;
	if (store_head_due(h->store, ps->after, &head) < 0) {
		ps->after = 0;
		return;
	}
	ps->after = head.room;
	if (store_room_by_key(h->store, head.room, &row) == 0 &&
	    row.purged_ms == 0)
		proof_new(h, PROOF_HEAD, &row);
}

void
proofs_work(struct hub *h)
{
	uint64_t until_ms = loop_now_ms() + WORK_MS;
	struct proofs *ps = h->proofs;
	struct proof *next;
	bool more = false;

	if (ps->look)
		look(h);
	for (struct proof *p = ps->list; p != NULL; p = next) {
		next = p->next;
		proof_step(p, until_ms);
	}
	for (const struct proof *p = ps->list; p != NULL; p = p->next)
		more |= p->state == WALKS ||
			(p->state == ASKS && !somebody_waits(ps));
	if (more)
		rooms_turn_soon(h);
}

void
proofs_tick(struct hub *h, uint64_t now_ms)
{
	h->proofs->look = now_ms >= h->proofs->next_ms;
}

void
proofs_open(struct hub *h, int monitor)
{
	h->proofs = xcalloc(1, sizeof(*h->proofs));
	h->proofs->monitor = monitor;
}

void
proofs_close(struct hub *h)
{
	if (h->proofs == NULL)
		return;
	while (h->proofs->list != NULL)
		proof_free(h->proofs->list);
	free(h->proofs);
	h->proofs = NULL;
}

/* --- commands --- */

/* The answer comes when it has been walked. */
static int
answer_later(struct request *q, enum proof_kind kind, const struct room *room)
{
	unsigned own = 0;
	struct proof *p;

	for (p = q->hub->proofs->list; p != NULL; p = p->next)
		own += p->kind != PROOF_HEAD && who_same(&p->who, &q->who);
	if (q->hub->proofs->n >= PROOFS_MAX || own >= PROOFS_EACH)
		return refuse(
		    q, ANSWER_STATE, "the host is busy: try again in a moment");
	p = proof_new(q->hub, kind, &room->row);
	p->who = q->who;
	p->token = q->token;
	memcpy(p->target, q->target, sizeof(p->target));
	q->later = true;
	return 0;
}

int
cmd_verify(struct request *q)
{
	struct room *room;
	int r;

	if ((r = arg_room(q, RIGHT_READ, &room)) != 0 ||
	    (r = arg_unwatched(q, room)) != 0)
		return r;
	request_target(q, "%s", room->row.id);
	return answer_later(q, PROOF_VERIFY, room);
}

/* The records themselves come as they do for `room tail`; this is what there is
 * beside them, and the line in the trail. */
int
cmd_export(struct request *q)
{
	static const char *const formats[] = { "bundle", "tar", "asciicast",
		"html" };
	const char *format = arg_str(q, "format");
	struct room *room;
	struct json *o;
	size_t i = 0;
	int r;

	while (i < 4 && (format == NULL || strcmp(formats[i], format) != 0))
		i++;
	if (i == 4)
		return refuse(q, ANSWER_INVALID,
		    "the format is bundle, tar, asciicast or html");
	if ((r = arg_room(q, RIGHT_STAFF, &room)) != 0 ||
	    (r = arg_unwatched(q, room)) != 0)
		return r;
	request_target(q, "%s %s", room->row.id, format);
	if (i == 0)
		return answer_later(q, PROOF_EXPORT, room);
	o = json_object_new();
	json_set(o, "room", room_json(room));
	return answer(q, o);
}
