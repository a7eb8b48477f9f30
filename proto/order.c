/*
 * order.c - one total order for a room. Theory of operation:
 *
 * The texts here are the state after the last record. An edit from a site was
 * made on another state: everything up to its base, and all of the site's own
 * edits before it. What lies between is the site's *bridge*: the foreign edits
 * after base, each in the form in which it applies after the site's own edits.
 * Transforming the new edit through the bridge brings it to the present, and
 * the bridge past the new edit.
 *
 * The tail holds the last edits as they went into the log. Those after the
 * site's last own edit are in bridge form already (all of the site's edits lie
 * before them), so a bridge only has to be topped up from the tail when the
 * site writes; a site that reads costs nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/authors.h"
#include "proto/err.h"
#include "proto/order.h"
#include "proto/origin.h"
#include "proto/utf8.h"

#define SNAPSHOT_VERSION 2 /* 1 had no origins */
#define FLAGS_ALL (EDIT_PASTE | EDIT_UNDO | EDIT_PUT)
#define TAIL_CAP (ORDER_TAIL_RECORDS + 1) /* one slot more: see tail_prepare */

struct past { /* an edit, in the tail or in a bridge */
	uint64_t rev;
	uint8_t site, file;
	struct op *whole; /* bridge being built: take the op from there */
	struct op op;
};

struct pasts {
	struct past *v;
	size_t n, cap; /* all cap ops are initialised */
	size_t bytes;  /* while it is built: beyond the structs */
};

struct site {
	uint32_t cseq;
	uint64_t own_rev;    /* of its last edit */
	uint64_t floor;      /* lowest base this link may still use */
	uint64_t bridge_rev; /* the bridge holds what came up to here */
	struct pasts bridge;
	struct origin origin;
};

struct order_file {
	char name[NAME_MAX_BYTES + 1];
	struct text *text;
};

struct order {
	uint64_t rev, at_ms;
	struct order_file files[FILE_MAX];
	unsigned nfiles;
	struct site *sites[SITE_MAX + 1];
	unsigned top_site; /* the highest that there is */
	struct past *tail; /* ring of tail_cap, all initialised */
	size_t tail_head, tail_n, tail_cap, tail_bytes;
	uint64_t tail_floor; /* all edits after this revision are in the tail */
	struct pasts work;   /* the bridge as it will be */
	struct op spare;
	struct record rec;
};

int
order_new(struct order **out)
{
	struct order *o = calloc(1, sizeof(*o));

	if ((*out = o) == NULL)
		return CS_ENOMEM;
	op_init(&o->spare);
	record_init(&o->rec);
	return 0;
}

static void
pasts_release(struct pasts *v)
{
	for (size_t i = 0; i < v->cap; i++)
		op_release(&v->v[i].op);
	free(v->v);
	memset(v, 0, sizeof(*v));
}

static struct past *
pasts_new(size_t cap)
{
	struct past *v = malloc(cap * sizeof(*v));

	for (size_t i = 0; v != NULL && i < cap; i++) {
		op_init(&v[i].op);
		v[i].whole = NULL;
	}
	return v;
}

static void
past_move(struct past *dst, struct past *src)
{
	dst->rev = src->rev;
	dst->site = src->site;
	dst->file = src->file;
	dst->whole = src->whole;
	op_move(&dst->op, &src->op);
}

/* The next free one of V, or NULL. */
static struct past *
pasts_next(struct pasts *v)
{
	struct past *p;
	size_t cap;

	if (v->n == v->cap) {
		cap = v->cap < 8 ? 8 : v->cap * 2;
		if ((p = pasts_new(cap)) == NULL)
			return NULL;
		for (size_t i = 0; i < v->n; i++)
			past_move(&p[i], &v->v[i]);
		free(v->v);
		v->v = p;
		v->cap = cap;
	}
	return &v->v[v->n];
}

static void
tail_release(struct order *o)
{
	for (size_t i = 0; i < o->tail_cap; i++)
		op_release(&o->tail[i].op);
	free(o->tail);
	o->tail = NULL;
	o->tail_head = o->tail_n = o->tail_cap = o->tail_bytes = 0;
}

static void
order_clear(struct order *o)
{
	for (unsigned i = 0; i < o->nfiles; i++)
		text_free(o->files[i].text);
	for (unsigned i = 1; i <= o->top_site; i++) {
		if (o->sites[i] == NULL)
			continue;
		pasts_release(&o->sites[i]->bridge);
		origin_release(&o->sites[i]->origin);
		free(o->sites[i]);
	}
	tail_release(o);
	pasts_release(&o->work);
	op_release(&o->spare);
	record_release(&o->rec);
	memset(o, 0, sizeof(*o));
	op_init(&o->spare);
	record_init(&o->rec);
}

void
order_free(struct order *o)
{
	if (o == NULL)
		return;
	order_clear(o);
	free(o);
}

uint64_t
order_rev(const struct order *o)
{
	return o->rev;
}

uint64_t
order_at_ms(const struct order *o)
{
	return o->at_ms;
}

uint32_t
order_cseq(const struct order *o, uint8_t site)
{
	return o->sites[site] == NULL ? 0 : o->sites[site]->cseq;
}

unsigned
order_file_count(const struct order *o)
{
	return o->nfiles;
}

const char *
order_file_name(const struct order *o, unsigned file)
{
	return file < o->nfiles ? o->files[file].name : NULL;
}

const struct text *
order_text(const struct order *o, unsigned file)
{
	return file < o->nfiles ? o->files[file].text : NULL;
}

int
order_file_find(const struct order *o, const char *name)
{
	for (unsigned i = 0; i < o->nfiles; i++)
		if (strcmp(o->files[i].name, name) == 0)
			return (int)i;
	return CS_ENOTFOUND;
}

static int
file_add(struct order *o, const char *name)
{
	struct order_file *f = &o->files[o->nfiles];
	size_t len = strnlen(name, sizeof(f->name));
	int r;

	if (len == 0 || len == sizeof(f->name) || !utf8_valid(name, len))
		return CS_EINVAL;
	if (o->nfiles == FILE_MAX)
		return CS_ETOOBIG;
	if (order_file_find(o, name) >= 0)
		return CS_ESTATE;
	if ((r = text_new(&f->text)) < 0)
		return r;
	memcpy(f->name, name, len + 1);
	o->nfiles++;
	return 0;
}

static int
site_get(struct order *o, uint8_t site, struct site **out)
{
	if (site == 0)
		return CS_EINVAL;
	if (o->sites[site] == NULL)
		o->sites[site] = calloc(1, sizeof(struct site));
	if ((*out = o->sites[site]) == NULL)
		return CS_ENOMEM;
	if (o->top_site < site)
		o->top_site = site;
	return 0;
}

int
order_attach(struct order *o, uint8_t site, uint64_t rev)
{
	struct site *s;
	int r;

	if ((r = site_get(o, site, &s)) < 0)
		return r;
	if (rev > o->rev)
		return CS_EFUTURE;
	pasts_release(&s->bridge);
	s->bridge_rev = rev;
	/* A link that has not yet seen the site's own last edit can not write:
	 * its next edit would be made on a state that we can not know. */
	s->floor = rev > s->own_rev ? rev : s->own_rev;
	return 0;
}

/* The tail's I-th edit, the oldest first. */
static inline struct past *
tail_at(const struct order *o, size_t i)
{
	i += o->tail_head;
	return &o->tail[i < o->tail_cap ? i : i - o->tail_cap];
}

static int
tail_grow(struct order *o)
{
	size_t cap = o->tail_cap == 0 ? 32 : o->tail_cap * 2;
	struct past *v;

	if (cap > TAIL_CAP)
		cap = TAIL_CAP;
	if ((v = pasts_new(cap)) == NULL)
		return CS_ENOMEM;
	for (size_t i = 0; i < o->tail_n; i++)
		past_move(&v[i], tail_at(o, i));
	free(o->tail);
	o->tail = v;
	o->tail_head = 0;
	o->tail_cap = cap;
	return 0;
}

/* Put a copy of OP into the slot after the tail's last, which there always is;
 * it counts only with tail_commit. */
static int
tail_prepare(struct order *o, const struct op *op)
{
	int r;

	if (o->tail_n == o->tail_cap && (r = tail_grow(o)) < 0)
		return r;
	return op_copy(&tail_at(o, o->tail_n)->op, op);
}

/* What OP takes beyond the struct itself. */
static size_t
op_bytes(const struct op *op)
{
	return op->ins_len * (op->by != NULL ? 2 : 1) +
	       (op->nhunks > 0 ? op->nhunks - 1 : 0) * sizeof(struct hunk);
}

static void
tail_drop(struct order *o)
{
	struct past *p = tail_at(o, 0);

	o->tail_floor = p->rev;
	o->tail_bytes -= op_bytes(&p->op);
	if (op_bytes(&p->op) > sizeof(p->op.small))
		op_release(&p->op);
	o->tail_n--;
	if (++o->tail_head == o->tail_cap)
		o->tail_head = 0;
}

static void
tail_commit(struct order *o, uint64_t rev, uint8_t site, uint8_t file)
{
	struct past *p = tail_at(o, o->tail_n);

	if (p->op.nhunks == 0)
		return; /* nobody needs to be transformed across it */
	p->rev = rev;
	p->site = site;
	p->file = file;
	o->tail_bytes += op_bytes(&p->op);
	o->tail_n++;
	while (o->tail_n > ORDER_TAIL_RECORDS ||
	       (o->tail_bytes > ORDER_TAIL_BYTES && o->tail_n > 1))
		tail_drop(o);
}

/* Index of the first edit in the tail after REV. */
static size_t
tail_after(const struct order *o, uint64_t rev)
{
	size_t i = o->tail_n;

	while (i > 0 && tail_at(o, i - 1)->rev > rev)
		i--;
	return i;
}

/* The edits up to REV out of the bridge of S. */
static void
bridge_forget(struct site *s, uint64_t rev)
{
	struct pasts *b = &s->bridge;
	size_t n = 0;

	if (s->floor >= rev)
		return;
	s->floor = rev;
	if (s->bridge_rev < rev)
		s->bridge_rev = rev;
	while (n < b->n && b->v[n].rev <= rev)
		n++;
	for (size_t i = n; n > 0 && i < b->n; i++)
		past_move(&b->v[i - n], &b->v[i]);
	b->n -= n;
	if (b->n == 0)
		pasts_release(b);
}

void
order_forget(struct order *o, uint64_t rev)
{
	if (rev > o->rev)
		rev = o->rev;
	while (o->tail_n > 0 && tail_at(o, 0)->rev <= rev)
		tail_drop(o);
	if (o->tail_floor < rev)
		o->tail_floor = rev;
	if (o->tail_n == 0)
		tail_release(o);
	pasts_release(&o->work);
	for (unsigned i = 1; i <= o->top_site; i++)
		if (o->sites[i] != NULL)
			bridge_forget(o->sites[i], rev);
}

/* May SITE send E now? Everything but the operation itself. */
static int
edit_admit(const struct order *o, const struct site *s, const struct edit *e)
{
	uint64_t from = s->bridge_rev > e->base ? s->bridge_rev : e->base;

	if (e->cseq <= s->cseq)
		return CS_EDUP;
	if (e->cseq != s->cseq + 1)
		return CS_ESEQ;
	if (e->base > o->rev)
		return CS_EFUTURE;
	if (e->base < s->floor || from < o->tail_floor)
		return CS_ESTALE;
	if (e->file >= o->nfiles)
		return CS_ENOTFOUND;
	if (e->flags & ~FLAGS_ALL)
		return CS_EINVAL;
	return 0;
}

/* Take the foreign edit P, in bridge form, into the bridge that is being built
 * in o->work, and *X across it if it is of FILE. *SPARE is swapped with *X. */
static int
bridge_cross(struct order *o, struct past *p, bool from_tail, uint8_t site,
    uint8_t file, struct op **x, struct op **spare)
{
	struct past *w = pasts_next(&o->work);
	struct op *was = *x;
	int r = 0;

	if (w == NULL)
		return CS_ENOMEM;
	/* Else a link that never moves its base on could fill the memory. */
	o->work.bytes += op_bytes(&p->op);
	if (o->work.n == ORDER_BRIDGE_MAX || o->work.bytes > ORDER_BRIDGE_BYTES)
		return CS_ESTALE;
	w->rev = p->rev;
	w->site = p->site;
	w->file = p->file;
	w->whole = NULL;
	if (p->file != file) {
		if (from_tail)
			r = op_copy(&w->op, &p->op);
		else
			w->whole = &p->op;
		o->work.n++;
		return r;
	}
	if ((r = op_transform(was, &p->op, site < p->site, *spare, &w->op)) < 0)
		return r;
	*x = *spare;
	*spare = was;
	if (!op_is_noop(&w->op))
		o->work.n++;
	return 0;
}

/* Bring E's operation from SITE to the present: into o->rec.op, with the bridge
 * after it in o->work. Changes nothing else. */
static int
edit_bridge(struct order *o, struct site *s, uint8_t site, const struct edit *e)
{
	uint64_t from = s->bridge_rev > e->base ? s->bridge_rev : e->base;
	struct op *x = &o->rec.op, *spare = &o->spare;
	struct past *p;
	int r;

	o->work.n = o->work.bytes = 0;
	if ((r = op_copy(x, &e->op)) < 0)
		return r;
	for (size_t i = 0; i < s->bridge.n; i++) {
		p = &s->bridge.v[i];
		if (p->rev > e->base && (r = bridge_cross(o, p, false, site,
					     e->file, &x, &spare)) < 0)
			return r;
	}
	for (size_t i = tail_after(o, from); i < o->tail_n; i++) {
		p = tail_at(o, i);
		if (p->site != site && (r = bridge_cross(o, p, true, site,
					    e->file, &x, &spare)) < 0)
			return r;
	}
	if (x != &o->rec.op)
		op_move(&o->rec.op, x);
	return o->rec.op.nhunks > OP_MAX_HUNKS ? CS_ETOOBIG : 0;
}

/* o->work becomes the bridge of S. */
static void
bridge_commit(struct order *o, struct site *s, uint64_t base)
{
	struct pasts old = s->bridge;
	struct past *w;

	s->bridge_rev = s->own_rev = o->rev;
	if (base > s->floor)
		s->floor = base;
	s->cseq++;
	if (o->work.n == 0) {
		s->bridge.n = 0;
		return;
	}
	for (size_t i = 0; i < o->work.n; i++) {
		w = &o->work.v[i];
		if (w->whole != NULL)
			op_move(&w->op, w->whole);
		w->whole = NULL;
	}
	s->bridge = o->work;
	o->work = old;
	o->work.n = 0;
}

static void
rec_fill(struct order *o, uint8_t site, const struct edit *e)
{
	struct record *r = &o->rec;

	r->rev = o->rev;
	r->at_ms = o->at_ms;
	r->site = site;
	r->kind = REC_EDIT;
	r->file = e->file;
	r->flags = e->flags;
	r->undo_of = e->flags & EDIT_UNDO ? e->undo_of : 0;
}

static void
tick(struct order *o, uint64_t now_ms)
{
	o->rev++;
	if (now_ms > o->at_ms)
		o->at_ms = now_ms;
}

/* Everybody else's last deletion moves with the text. */
static void
origins_move(struct order *o, uint8_t site, uint8_t file, const struct op *op)
{
	for (unsigned i = 1; i <= o->top_site; i++)
		if (i != site && o->sites[i] != NULL)
			origin_move(&o->sites[i]->origin, file, op);
}

/* Apply OP, the edit CSEQ of SITE, and remember whose text it deletes, or gives
 * back, if it is an undo of UNDO_OF. */
static int
text_change(struct order *o, struct site *s, uint8_t site, uint32_t cseq,
    uint8_t file, const struct op *op, const uint32_t *undo_of)
{
	struct text *t = o->files[file].text;
	int r;

	if (op_deletes(op)) {
		if ((r = op_check(op, t)) < 0)
			return r;
		origin_note(&s->origin, cseq, file, op, t, site);
	}
	if ((r = op_apply(op, t, site)) < 0) {
		origin_drop(&s->origin, cseq);
		return r;
	}
	if (!op_deletes(op))
		s->origin.placed = false;
	if (undo_of != NULL)
		origin_use(&s->origin, *undo_of, op);
	origins_move(o, site, file, op);
	return 0;
}

int
order_edit(struct order *o, uint8_t site, const struct edit *e, uint64_t now_ms,
    const struct record **out)
{
	struct site *s;
	int r;

	if ((r = site_get(o, site, &s)) < 0 || (r = edit_admit(o, s, e)) < 0 ||
	    (r = edit_bridge(o, s, site, e)) < 0 ||
	    (r = tail_prepare(o, &o->rec.op)) < 0)
		return r;
	if ((e->flags & EDIT_UNDO) &&
	    (r = origin_find(&s->origin, e->undo_of, &o->rec.op, site)) < 0)
		return r;
	/* Last of what can fail, and it changes all or nothing. */
	if ((r = text_change(o, s, site, e->cseq, e->file, &o->rec.op,
		 e->flags & EDIT_UNDO ? &e->undo_of : NULL)) < 0)
		return r;
	tick(o, now_ms);
	bridge_commit(o, s, e->base);
	tail_commit(o, o->rev, site, e->file);
	rec_fill(o, site, e);
	*out = &o->rec;
	return 0;
}

int
order_event(struct order *o, struct record *r, uint64_t now_ms)
{
	int err;

	if (r->kind == REC_EDIT || r->kind >= REC_KINDS)
		return CS_EINVAL;
	if (r->kind == REC_FILE) {
		if ((err = file_add(o, r->name)) < 0)
			return err;
		r->file = (uint8_t)(o->nfiles - 1);
	}
	tick(o, now_ms);
	r->rev = o->rev;
	r->at_ms = o->at_ms;
	return 0;
}

static void
caret_cross(const struct past *p, uint8_t file, size_t *anchor, size_t *head)
{
	if (p->file != file)
		return;
	*anchor = op_move_pos(&p->op, *anchor, false);
	*head = op_move_pos(&p->op, *head, false);
}

int
order_caret(struct order *o, uint8_t site, uint64_t base, uint8_t file,
    size_t *anchor, size_t *head)
{
	size_t a = *anchor, h = *head, len;
	struct site *s;
	uint64_t from;
	int r;

	if ((r = site_get(o, site, &s)) < 0)
		return r;
	from = s->bridge_rev > base ? s->bridge_rev : base;
	if (base > o->rev)
		return CS_EFUTURE;
	if (base < s->floor || from < o->tail_floor)
		return CS_ESTALE;
	if (file >= o->nfiles)
		return CS_ENOTFOUND;
	if (a > TEXT_MAX || h > TEXT_MAX)
		return CS_ERANGE;
	for (size_t i = 0; i < s->bridge.n; i++)
		if (s->bridge.v[i].rev > base)
			caret_cross(&s->bridge.v[i], file, &a, &h);
	for (size_t i = tail_after(o, from); i < o->tail_n; i++)
		if (tail_at(o, i)->site != site)
			caret_cross(tail_at(o, i), file, &a, &h);
	len = text_len(o->files[file].text);
	if (a > len || h > len)
		return CS_ERANGE;
	if (!text_is_boundary(o->files[file].text, a) ||
	    !text_is_boundary(o->files[file].text, h))
		return CS_EBOUNDARY;
	*anchor = a;
	*head = h;
	return 0;
}

static int
replay_edit(struct order *o, const struct record *rec)
{
	struct site *s;
	int r;

	if (rec->file >= o->nfiles)
		return CS_EFORMAT;
	if ((r = site_get(o, rec->site, &s)) < 0 ||
	    (r = tail_prepare(o, &rec->op)) < 0 ||
	    (r = text_change(o, s, rec->site, s->cseq + 1, rec->file, &rec->op,
		 rec->flags & EDIT_UNDO ? &rec->undo_of : NULL)) < 0)
		return r == CS_ENOMEM ? r : CS_EFORMAT;
	s->cseq++;
	s->own_rev = s->floor = s->bridge_rev = rec->rev;
	s->bridge.n = 0;
	tail_commit(o, rec->rev, rec->site, rec->file);
	return 0;
}

int
order_replay(struct order *o, const struct record *r)
{
	int err = 0;

	if (r->rev != o->rev + 1)
		return CS_ESEQ;
	if (r->kind >= REC_KINDS)
		return CS_EFORMAT;
	if (r->kind == REC_EDIT)
		err = replay_edit(o, r);
	else if (r->kind == REC_FILE)
		err = r->file != o->nfiles ? CS_EFORMAT : file_add(o, r->name);
	if (err < 0)
		return err == CS_ENOMEM ? err : CS_EFORMAT;
	tick(o, r->at_ms);
	return 0;
}

static void
snapshot_file(const struct order_file *f, struct buf *b)
{
	size_t len = text_len(f->text);
	uint8_t *dst;

	buf_put_str(b, f->name);
	buf_put_varint(b, len);
	if ((dst = buf_reserve(b, len)) != NULL)
		text_copy(f->text, 0, len, dst);
	authors_put_text(b, f->text);
}

void
order_snapshot(const struct order *o, struct buf *b)
{
	unsigned nsites = 0;

	buf_put_u8(b, SNAPSHOT_VERSION);
	buf_put_varint(b, o->rev);
	buf_put_varint(b, o->at_ms);
	buf_put_u8(b, (uint8_t)o->nfiles);
	for (unsigned i = 0; i < o->nfiles; i++)
		snapshot_file(&o->files[i], b);
	for (unsigned i = 1; i <= o->top_site; i++)
		nsites += order_cseq(o, (uint8_t)i) > 0;
	buf_put_u8(b, (uint8_t)nsites);
	for (unsigned i = 1; i <= o->top_site; i++) {
		if (order_cseq(o, (uint8_t)i) == 0)
			continue;
		buf_put_u8(b, (uint8_t)i);
		buf_put_varint(b, o->sites[i]->cseq);
		buf_put_varint(b, o->sites[i]->own_rev);
		origin_put(&o->sites[i]->origin, b);
	}
}

static int
restore_file(struct order *o, struct buf_in *in)
{
	char name[NAME_MAX_BYTES + 1];
	const uint8_t *bytes;
	uint8_t *sites;
	size_t len;
	int r;

	buf_get_str(in, name, sizeof(name));
	bytes = buf_get_bytes(in, TEXT_MAX, &len);
	if (in->err != 0 || file_add(o, name) < 0)
		return CS_EFORMAT;
	if ((sites = malloc(len + 1)) == NULL)
		return CS_ENOMEM;
	authors_get(in, sites, len);
	r = in->err;
	if (r == 0)
		r = text_splice_authored(
		    o->files[o->nfiles - 1].text, 0, 0, bytes, sites, len);
	free(sites);
	return r == CS_ENOMEM || r == 0 ? r : CS_EFORMAT;
}

static int
restore_site(
    struct order *o, struct buf_in *in, unsigned version, uint8_t *last)
{
	uint8_t id = buf_get_u8(in);
	uint64_t cseq = buf_get_max(in, UINT32_MAX);
	uint64_t own_rev = buf_get_max(in, o->rev);
	struct site *s;
	int r;

	if (in->err != 0 || id <= *last || cseq == 0)
		return CS_EFORMAT;
	if ((r = site_get(o, id, &s)) < 0)
		return r;
	s->cseq = (uint32_t)cseq;
	s->own_rev = s->floor = s->bridge_rev = own_rev;
	*last = id;
	return version < 2 ? 0 : origin_get(&s->origin, in);
}

static int
restore(struct order *o, struct buf_in *in)
{
	unsigned n, version = buf_get_u8(in);
	uint8_t last = 0;
	int r = 0;

	if (version < 1 || version > SNAPSHOT_VERSION)
		return in->err != 0 ? in->err : CS_EVERSION;
	o->rev = o->tail_floor = buf_get_max(in, REV_MAX);
	o->at_ms = buf_get_varint(in);
	n = buf_get_u8(in);
	for (unsigned i = 0; i < n && r == 0; i++)
		r = restore_file(o, in);
	n = r == 0 ? buf_get_u8(in) : 0;
	for (unsigned i = 0; i < n && r == 0; i++)
		r = restore_site(o, in, version, &last);
	return r < 0 ? r : buf_get_end(in);
}

int
order_restore(struct order *o, const void *bytes, size_t len)
{
	struct buf_in in;
	int r;

	if (o->rev != 0 || o->nfiles != 0)
		return CS_ESTATE;
	buf_in_init(&in, bytes, len);
	if ((r = restore(o, &in)) < 0)
		order_clear(o);
	return r;
}
