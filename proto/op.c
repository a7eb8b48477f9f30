/*
 * op.c - operations: building, applying, transforming, composing, coding.
 *
 * An operation is walked as a stream of pieces over the text before it: keep,
 * insert, delete, keep, ... Both transform and compose walk two operations side
 * by side and build the result with op_skip, op_delete and op_insert, which
 * keep it canonical. Nearly all operations are one small splice, so these have
 * their memory inside the struct and a path of their own through the transform.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/diff.h"
#include "proto/err.h"
#include "proto/op.h"
#include "proto/utf8.h"

/* What one operation may become by transforming and composing. What comes over
 * the wire is held to OP_MAX_HUNKS, so that a split never fails at a replica
 * that merely has more waiting. */
#define BUILD_MAX_HUNKS (8 * OP_MAX_HUNKS)
#define BUILD_MAX_INSERT (4 * TEXT_MAX)
#define BUILD_MAX_LEN (1024 * 1024 * 1024)

void
op_init(struct op *op)
{
	op->hunks = &op->one;
	op->nhunks = 0;
	op->cap = 1;
	op->ins = op->small;
	op->by = NULL;
	op->ins_len = 0;
	op->ins_cap = sizeof(op->small);
	op->skipped = 0;
	op->err = 0;
}

void
op_release(struct op *op)
{
	if (op->hunks != &op->one)
		free(op->hunks);
	if (op->ins != op->small)
		free(op->ins);
	free(op->by);
	op_init(op);
}

void
op_clear(struct op *op)
{
	if (op->by != NULL) {
		free(op->by);
		op->by = NULL;
	}
	op->nhunks = 0;
	op->ins_len = 0;
	op->skipped = 0;
	op->err = 0;
}

static void
op_fail(struct op *op, int err)
{
	if (op->err == 0)
		op->err = err;
}

static bool
hunks_reserve(struct op *op, uint32_t n)
{
	struct hunk *p;
	uint32_t cap;

	if (n <= op->cap)
		return true;
	if (n > BUILD_MAX_HUNKS) {
		op_fail(op, CS_ETOOBIG);
		return false;
	}
	cap = n < 8 ? 8 : n + n / 2;
	if ((p = malloc(cap * sizeof(*p))) == NULL) {
		op_fail(op, CS_ENOMEM);
		return false;
	}
	memcpy(p, op->hunks, op->nhunks * sizeof(*p));
	if (op->hunks != &op->one)
		free(op->hunks);
	op->hunks = p;
	op->cap = cap;
	return true;
}

/* Give op->by room for CAP bytes, those after ins_len 0. */
static bool
by_reserve(struct op *op, size_t cap)
{
	uint8_t *p = realloc(op->by, cap);

	if (p == NULL) {
		op_fail(op, CS_ENOMEM);
		return false;
	}
	op->by = p;
	return true;
}

static bool
ins_reserve(struct op *op, size_t len)
{
	uint8_t *p;
	size_t cap;

	if (len <= op->ins_cap - op->ins_len)
		return true;
	if (len > BUILD_MAX_INSERT - op->ins_len) {
		op_fail(op, CS_ETOOBIG);
		return false;
	}
	cap = op->ins_len + len;
	cap += cap / 2;
	if (op->by != NULL && !by_reserve(op, cap))
		return false;
	if ((p = malloc(cap)) == NULL) {
		op_fail(op, CS_ENOMEM);
		return false;
	}
	memcpy(p, op->ins, op->ins_len);
	if (op->ins != op->small)
		free(op->ins);
	op->ins = p;
	op->ins_cap = (uint32_t)cap;
	return true;
}

int
op_copy(struct op *dst, const struct op *src)
{
	op_clear(dst);
	if (src->err != 0)
		return dst->err = src->err;
	if (src->nhunks == 1 && src->ins_len <= sizeof(src->small) &&
	    src->by == NULL) {
		/* Both have room for so much: copy it whatever the length. */
		dst->hunks[0] = src->hunks[0];
		memcpy(dst->ins, src->ins, sizeof(src->small));
		dst->nhunks = 1;
		dst->ins_len = src->ins_len;
		return 0;
	}
	if (!hunks_reserve(dst, src->nhunks) || !ins_reserve(dst, src->ins_len))
		return dst->err;
	memcpy(dst->hunks, src->hunks, src->nhunks * sizeof(*src->hunks));
	if (src->by != NULL && op_authored(dst) < 0)
		return dst->err;
	memcpy(dst->ins, src->ins, src->ins_len);
	if (src->by != NULL)
		memcpy(dst->by, src->by, src->ins_len);
	dst->nhunks = src->nhunks;
	dst->ins_len = src->ins_len;
	return 0;
}

void
op_move(struct op *dst, struct op *src)
{
	op_release(dst);
	*dst = *src;
	if (src->hunks == &src->one)
		dst->hunks = &dst->one;
	if (src->ins == src->small)
		dst->ins = dst->small;
	op_init(src);
}

void
op_skip(struct op *op, size_t len)
{
	if (len > BUILD_MAX_LEN || op->skipped + len > BUILD_MAX_LEN)
		op_fail(op, CS_ETOOBIG);
	else
		op->skipped += (uint32_t)len;
}

/* The hunk to add to: the last one if nothing was kept since, else a new one.
 * NULL with the error set. */
static struct hunk *
op_hunk(struct op *op)
{
	struct hunk *h;

	if (op->err != 0)
		return NULL;
	if (op->nhunks > 0 && op->skipped == 0)
		return &op->hunks[op->nhunks - 1];
	if (!hunks_reserve(op, op->nhunks + 1))
		return NULL;
	h = &op->hunks[op->nhunks++];
	h->skip = op->skipped;
	h->del = 0;
	h->ins_off = op->ins_len;
	h->ins_len = 0;
	op->skipped = 0;
	return h;
}

void
op_delete(struct op *op, size_t len)
{
	struct hunk *h;

	if (len == 0 || (h = op_hunk(op)) == NULL)
		return;
	if (len > BUILD_MAX_LEN - h->del)
		op_fail(op, CS_ETOOBIG);
	else
		h->del += (uint32_t)len;
}

void
op_insert(struct op *op, const void *ins, size_t len)
{
	struct hunk *h;

	if (len == 0 || op->err != 0 || !ins_reserve(op, len) ||
	    (h = op_hunk(op)) == NULL)
		return;
	memcpy(op->ins + op->ins_len, ins, len);
	if (op->by != NULL)
		memset(op->by + op->ins_len, 0, len);
	op->ins_len += (uint32_t)len;
	h->ins_len += (uint32_t)len;
}

int
op_authored(struct op *op)
{
	if (op->err != 0 || op->by != NULL)
		return op->err;
	if (by_reserve(op, op->ins_cap))
		memset(op->by, 0, op->ins_len);
	return op->err;
}

void
op_insert_by(struct op *op, const void *ins, const uint8_t *by, size_t len)
{
	uint32_t at = op->ins_len;

	if (by != NULL && op_authored(op) < 0)
		return;
	op_insert(op, ins, len);
	if (by != NULL && op->err == 0)
		memcpy(op->by + at, by, len);
}

int
op_splice(struct op *op, size_t pos, size_t del, const void *ins, size_t len)
{
	struct hunk *h = op->hunks;

	op_clear(op);
	if (pos > BUILD_MAX_LEN || del > BUILD_MAX_LEN)
		return op->err = CS_ETOOBIG;
	if (!ins_reserve(op, len))
		return op->err;
	if (del == 0 && len == 0)
		return 0;
	h->skip = (uint32_t)pos;
	h->del = (uint32_t)del;
	h->ins_off = 0;
	h->ins_len = op->ins_len = (uint32_t)len;
	op->nhunks = 1;
	if (len == 1)
		op->ins[0] = *(const uint8_t *)ins;
	else if (len > 0)
		memcpy(op->ins, ins, len);
	return 0;
}

bool
op_is_noop(const struct op *op)
{
	return op->nhunks == 0;
}

bool
op_deletes(const struct op *op)
{
	for (uint32_t i = 0; i < op->nhunks; i++)
		if (op->hunks[i].del > 0)
			return true;
	return false;
}

bool
op_keeps(const struct op *op, size_t pos)
{
	size_t at = 0;

	for (uint32_t i = 0; i < op->nhunks; i++) {
		at += op->hunks[i].skip;
		if (pos < at)
			break;
		at += op->hunks[i].del;
		if (pos < at)
			return false;
	}
	return true;
}

bool
op_equal(const struct op *a, const struct op *b)
{
	const struct hunk *x, *y;

	if (a->nhunks != b->nhunks || a->ins_len != b->ins_len)
		return false;
	for (uint32_t i = 0; i < a->nhunks; i++) {
		x = &a->hunks[i];
		y = &b->hunks[i];
		if (x->skip != y->skip || x->del != y->del ||
		    x->ins_len != y->ins_len)
			return false;
	}
	return memcmp(a->ins, b->ins, a->ins_len) == 0;
}

bool
op_same_authors(const struct op *a, const struct op *b)
{
	for (uint32_t i = 0; i < a->ins_len; i++)
		if ((a->by != NULL ? a->by[i] : 0) !=
		    (b->by != NULL ? b->by[i] : 0))
			return false;
	return true;
}

int
op_check(const struct op *op, const struct text *t)
{
	size_t len = text_len(t), at = 0, gone = 0;
	const struct hunk *h;

	if (op->err != 0)
		return op->err;
	for (uint32_t i = 0; i < op->nhunks; i++) {
		h = &op->hunks[i];
		if (h->skip > len - at || h->del > len - at - h->skip)
			return CS_ERANGE;
		at += h->skip;
		if (!text_is_boundary(t, at))
			return CS_EBOUNDARY;
		at += h->del;
		gone += h->del;
		if (h->del > 0 && !text_is_boundary(t, at))
			return CS_EBOUNDARY;
		if (!utf8_valid(op->ins + h->ins_off, h->ins_len))
			return CS_EUTF8;
	}
	if (op->ins_len > 0 && len - gone + op->ins_len > TEXT_MAX)
		return CS_ETOOBIG;
	return 0;
}

int
op_apply(const struct op *op, struct text *t, uint8_t site)
{
	const struct hunk *h = op->hunks;
	size_t at = 0, lines = 0;
	int r;

	if (op->err == 0 && op->nhunks == 1 && op->by == NULL)
		return text_splice(
		    t, h->skip, h->del, op->ins, h->ins_len, site);
	if ((r = op_check(op, t)) < 0)
		return r;
	for (uint32_t i = 0; i < op->ins_len; i++)
		lines += op->ins[i] == '\n';
	if ((r = text_reserve(t, op->ins_len, lines)) < 0)
		return r;
	for (uint32_t i = 0; i < op->nhunks; i++) {
		h = &op->hunks[i];
		at += h->skip;
		text_splice_reserved(
		    t, at, h->del, op->ins + h->ins_off, h->ins_len, site);
		if (op->by != NULL)
			text_set_authors(
			    t, at, op->by + h->ins_off, h->ins_len);
		at += h->ins_len;
	}
	return 0;
}

/* Insert LEN bytes of T at AT, which stay those of who wrote them. */
static void
op_insert_text(
    struct op *op, const struct text *t, size_t at, size_t len, uint8_t site)
{
	const uint8_t *p;
	uint8_t author;
	uint32_t from;
	size_t n;

	for (; len > 0 && op->err == 0; at += n, len -= n) {
		p = text_span(t, at, &n);
		n = text_author_run(t, at, n < len ? n : len);
		author = text_author(t, at, NULL);
		from = op->ins_len;
		op_insert(op, p, n);
		if (author != site && op_authored(op) == 0)
			memset(op->by + from, author, n);
	}
}

int
op_invert(
    const struct op *op, const struct text *t, uint8_t site, struct op *out)
{
	const struct hunk *h;
	size_t at = 0;
	int r;

	op_clear(out);
	if ((r = op_check(op, t)) < 0)
		return r;
	for (uint32_t i = 0; i < op->nhunks; i++) {
		h = &op->hunks[i];
		at += h->skip;
		op_skip(out, h->skip);
		op_insert_text(out, t, at, h->del, site);
		op_delete(out, h->ins_len);
		at += h->del;
	}
	return out->err;
}

/* Where a walk through an operation is. */
struct walk {
	const struct op *op;
	const struct hunk *h, *end;
	size_t skip, ins, del; /* what is left of hunk H, in this order */
};

static void
walk_hunk(struct walk *w)
{
	w->skip = w->ins = w->del = 0;
	if (w->h == w->end)
		return;
	w->skip = w->h->skip;
	w->ins = w->h->ins_len;
	w->del = w->h->del;
}

static void
walk_init(struct walk *w, const struct op *op)
{
	w->op = op;
	w->h = op->hunks;
	w->end = op->hunks + op->nhunks;
	walk_hunk(w);
}

static bool
walk_done(const struct walk *w)
{
	return w->h == w->end;
}

/* Go to the next hunk once nothing of this one is left. */
static void
walk_settle(struct walk *w)
{
	if (w->h != w->end && w->skip + w->ins + w->del == 0) {
		w->h++;
		walk_hunk(w);
	}
}

static bool
walk_inserts(const struct walk *w)
{
	return w->skip == 0 && w->ins > 0;
}

/* Insert the next N bytes that W inserts. */
static void
walk_insert(const struct walk *w, size_t n, struct op *out)
{
	size_t at = w->h->ins_off + (w->h->ins_len - w->ins);

	op_insert_by(
	    out, w->op->ins + at, w->op->by != NULL ? w->op->by + at : NULL, n);
}

/* Bytes of the old text that are kept or deleted from here on in one go; what
 * follows the last hunk is kept without end. */
static size_t
walk_run(const struct walk *w)
{
	if (walk_done(w))
		return BUILD_MAX_LEN;
	return w->skip > 0 ? w->skip : w->del;
}

static bool
walk_deletes(const struct walk *w)
{
	return w->skip == 0 && w->del > 0;
}

static void
walk_over(struct walk *w, size_t n)
{
	if (walk_done(w))
		return;
	if (w->skip > 0)
		w->skip -= n;
	else
		w->del -= n;
	walk_settle(w);
}

/* W inserts here: MINE does it too, OTHER has it behind itself. */
static void
transform_insert(struct walk *w, struct op *mine, struct op *other)
{
	walk_insert(w, w->ins, mine);
	op_skip(other, w->ins);
	w->ins = 0;
	walk_settle(w);
}

static int
transform_walk(const struct op *a, const struct op *b, bool a_first,
    struct op *a2, struct op *b2)
{
	struct walk x, y;
	size_t n, m;

	walk_init(&x, a);
	walk_init(&y, b);
	while (!walk_done(&x) || !walk_done(&y)) {
		if (walk_inserts(&x) && (a_first || !walk_inserts(&y))) {
			transform_insert(&x, a2, b2);
			continue;
		}
		if (walk_inserts(&y)) {
			transform_insert(&y, b2, a2);
			continue;
		}
		n = walk_run(&x);
		m = walk_run(&y);
		n = n < m ? n : m;
		if (!walk_deletes(&x) && !walk_deletes(&y)) {
			op_skip(a2, n);
			op_skip(b2, n);
		} else if (!walk_deletes(&y)) {
			op_delete(a2, n);
		} else if (!walk_deletes(&x)) {
			op_delete(b2, n);
		}
		walk_over(&x, n);
		walk_over(&y, n);
	}
	a2->skipped = b2->skipped = 0;
	return a2->err != 0 ? a2->err : b2->err;
}

/* Is hunk X wholly before Y, so that each only shifts the other? */
static inline bool
hunk_before(const struct hunk *x, const struct hunk *y, bool x_first)
{
	if (x->skip + x->del > y->skip)
		return false;
	if (x->skip < y->skip)
		return true;
	/* Same place and X deletes nothing. Y's deletion comes after X's text
	 * only if its own text does, or it has none. */
	return x->ins_len > 0 && (x_first || y->ins_len == 0);
}

/* COPY is OP further right by what the hunk BEFORE adds to the text. */
static int
op_shifted(struct op *copy, const struct op *op, const struct hunk *before)
{
	if (copy == NULL)
		return 0;
	if (op_copy(copy, op) < 0)
		return copy->err;
	copy->hunks[0].skip += before->ins_len - before->del;
	return 0;
}

/* Both are one hunk. Returns 1 if it was not that simple. */
static inline int
transform_splices(const struct op *a, const struct op *b, bool a_first,
    struct op *a2, struct op *b2)
{
	const struct hunk *x = a->hunks, *y = b->hunks;
	int r = 0;

	if (hunk_before(x, y, a_first)) {
		if (a2 != NULL)
			r = op_copy(a2, a);
		return r < 0 ? r : op_shifted(b2, b, x);
	}
	if (hunk_before(y, x, !a_first)) {
		if (b2 != NULL)
			r = op_copy(b2, b);
		return r < 0 ? r : op_shifted(a2, a, y);
	}
	return 1;
}

int
op_transform(const struct op *a, const struct op *b, bool a_first,
    struct op *a2, struct op *b2)
{
	struct op unused;
	int r;

	if (a->err != 0 || b->err != 0)
		return a->err != 0 ? a->err : b->err;
	if (a->nhunks == 1 && b->nhunks == 1 &&
	    (r = transform_splices(a, b, a_first, a2, b2)) <= 0)
		return r;
	op_init(&unused);
	if (a2 != NULL)
		op_clear(a2);
	if (b2 != NULL)
		op_clear(b2);
	r = transform_walk(a, b, a_first, a2 != NULL ? a2 : &unused,
	    b2 != NULL ? b2 : &unused);
	op_release(&unused);
	return r;
}

int
op_transform_both(struct op *a, struct op *b, bool a_first)
{
	struct op a2, b2;
	int r;

	if (a->nhunks == 1 && b->nhunks == 1) {
		const struct hunk x = a->hunks[0], y = b->hunks[0];

		if (hunk_before(&x, &y, a_first)) {
			b->hunks[0].skip += x.ins_len - x.del;
			return 0;
		}
		if (hunk_before(&y, &x, !a_first)) {
			a->hunks[0].skip += y.ins_len - y.del;
			return 0;
		}
	}
	op_init(&a2);
	op_init(&b2);
	if ((r = op_transform(a, b, a_first, &a2, &b2)) == 0) {
		op_move(a, &a2);
		op_move(b, &b2);
	}
	op_release(&a2);
	op_release(&b2);
	return r;
}

/* What A keeps or inserts meets what B keeps or deletes: N bytes of it. */
static void
compose_run(struct walk *x, struct walk *y, size_t n, struct op *out)
{
	if (walk_inserts(x)) {
		if (!walk_deletes(y))
			walk_insert(x, n, out);
		x->ins -= n;
		walk_settle(x);
	} else {
		if (walk_deletes(y))
			op_delete(out, n);
		else
			op_skip(out, n);
		walk_over(x, n);
	}
	walk_over(y, n);
}

int
op_compose(const struct op *a, const struct op *b, struct op *out)
{
	struct walk x, y;
	size_t n, m;

	op_clear(out);
	if (a->err != 0 || b->err != 0)
		return out->err = a->err != 0 ? a->err : b->err;
	walk_init(&x, a);
	walk_init(&y, b);
	while (!walk_done(&x) || !walk_done(&y)) {
		if (walk_deletes(&x) && x.ins == 0) {
			op_delete(out, x.del);
			walk_over(&x, x.del);
			continue;
		}
		if (walk_inserts(&y)) {
			walk_insert(&y, y.ins, out);
			y.ins = 0;
			walk_settle(&y);
			continue;
		}
		n = walk_inserts(&x) ? x.ins : walk_run(&x);
		m = walk_run(&y);
		compose_run(&x, &y, n < m ? n : m, out);
	}
	out->skipped = 0;
	return out->err;
}

int
op_append(struct op *a, const struct op *b)
{
	struct op both;
	int r;

	if (a->err == 0 && a->nhunks > 0 && b->err == 0 && b->nhunks == 1 &&
	    b->hunks[0].del == 0 && b->hunks[0].skip == op_end(a)) {
		op_insert_by(a, b->ins, b->by, b->ins_len);
		return a->err;
	}
	op_init(&both);
	if ((r = op_compose(a, b, &both)) == 0)
		op_move(a, &both);
	op_release(&both);
	return r;
}

/* Bytes that OLD and NEW[LEN] have in common at the start, at most MAX. */
static size_t
common_prefix(const struct text *old, const uint8_t *new, size_t max)
{
	const uint8_t *p;
	size_t at = 0, n, i;

	while (at < max) {
		p = text_span(old, at, &n);
		n = n < max - at ? n : max - at;
		for (i = 0; i < n && p[i] == new[at + i]; i++)
			continue;
		at += i;
		if (i < n)
			break;
	}
	while (at > 0 && !text_is_boundary(old, at))
		at--;
	return at;
}

int
op_diff(struct op *out, const struct text *old, const void *text, size_t len)
{
	const uint8_t *new = len > 0 ? text : (const uint8_t *)"";
	size_t old_len = text_len(old), max, pre, post = 0;
	uint8_t *middle;
	int r;

	op_clear(out);
	if (len > TEXT_MAX)
		return CS_ETOOBIG;
	if (!utf8_valid(new, len))
		return CS_EUTF8;
	max = len < old_len ? len : old_len;
	pre = common_prefix(old, new, max);
	/* Equal bytes up to a boundary of one text end at one of the other. */
	while (post < max - pre &&
	       text_byte(old, old_len - post - 1) == new[len - post - 1])
		post++;
	while (post > 0 && !text_is_boundary(old, old_len - post))
		post--;
	old_len -= pre + post;
	if ((middle = malloc(old_len + 1)) == NULL)
		return CS_ENOMEM;
	op_skip(out, pre);
	if ((r = text_copy(old, pre, old_len, middle)) == 0)
		r = diff_append(
		    out, middle, old_len, new + pre, len - pre - post);
	free(middle);
	return r;
}

size_t
op_move_pos(const struct op *op, size_t pos, bool stick_right)
{
	size_t at = 0, moved = pos; /* at: in the old text */
	const struct hunk *h;

	for (uint32_t i = 0; i < op->nhunks; i++) {
		h = &op->hunks[i];
		at += h->skip;
		if (at > pos || (at == pos && !stick_right))
			break;
		moved += h->ins_len;
		moved -= pos - at < h->del ? pos - at : h->del;
		at += h->del;
	}
	return moved;
}

size_t
op_end(const struct op *op)
{
	size_t at = 0;

	for (uint32_t i = 0; i < op->nhunks; i++)
		at += op->hunks[i].skip + op->hunks[i].ins_len;
	return at;
}

void
op_encode(const struct op *op, struct buf *b)
{
	const struct hunk *h;

	buf_put_varint(b, op->nhunks);
	for (uint32_t i = 0; i < op->nhunks; i++) {
		h = &op->hunks[i];
		buf_put_varint(b, h->skip);
		buf_put_varint(b, h->del);
		buf_put_bytes(b, op->ins + h->ins_off, h->ins_len);
	}
}

/* As buf_get_max, with the usual case in line: this is read for every key. */
static inline size_t
get_len(struct buf_in *in, size_t max)
{
	if (in->err == 0 && in->end - in->p >= 1 && in->p[0] < 0x80 &&
	    in->p[0] <= max)
		return *in->p++;
	return (size_t)buf_get_max(in, max);
}

/* One hunk, the I-th, of which the text before it reaches up to *TOTAL. */
static void
decode_hunk(struct op *op, struct buf_in *in, size_t i, size_t max_insert,
    size_t *total)
{
	size_t skip = get_len(in, TEXT_MAX);
	size_t del = get_len(in, TEXT_MAX);
	size_t len = get_len(in, max_insert - op->ins_len);
	const uint8_t *ins = in->p;

	if (in->err == 0 && len > 0)
		buf_get_raw(in, len);
	if (in->err != 0)
		return;
	*total += skip + del;
	if ((skip == 0 && i > 0) || (del == 0 && len == 0) || *total > TEXT_MAX)
		in->err = CS_EFORMAT;
	else if ((len != 1 || *ins >= 0x80) && !utf8_valid(ins, len))
		in->err = CS_EUTF8;
	else if (i == 0)
		op_splice(op, skip, del, ins, len);
	else {
		op_skip(op, skip);
		op_delete(op, del);
		op_insert(op, ins, len);
	}
	if (op->err != 0)
		in->err = op->err;
}

void
op_decode(struct op *op, struct buf_in *in, size_t max_insert)
{
	size_t n, total = 0;

	op_clear(op);
	n = get_len(in, OP_MAX_HUNKS);
	for (size_t i = 0; i < n && in->err == 0; i++)
		decode_hunk(op, in, i, max_insert, &total);
	if (in->err != 0)
		op_clear(op);
}
