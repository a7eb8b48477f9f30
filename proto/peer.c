/*
 * peer.c - one person's replica. The text here is the hub's state at `seen`
 * with the pending edits on top. A foreign record is transformed across the
 * pending edits (and they across it), which is the same grid of transforms that
 * the hub walks from its side; so both end with the same text.
 *
 * The undo stack is a chain: its top entry applies to the text now, the next
 * one after that, and so on. A foreign edit would have to be carried across all
 * of them; instead it waits above the first one that it has not crossed, and
 * crosses that one when it is about to be used. What waits in one place is
 * composed, so someone else's typing is a few operations, not thousands.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/err.h"
#include "proto/peer.h"
#include "proto/utf8.h"

#define GROUP_EDIT_MAX 16   /* bytes; what is larger is a group of its own */
#define GROUP_BYTES_MAX 512 /* composing is linear in the group's size */
#define DEBT_BYTES_MAX 512  /* and in that of an operation that waits */
#define DEBT_HUNKS_MAX 16
/* Operations in one place, and what they take; then older undo is given up. */
#define DEBTS_MAX 4096
#define DEBTS_BYTES_MAX (1024 * 1024)

struct pending {
	struct edit edit;
	size_t cost; /* bytes it counts for, fixed when it was made */
};

struct debt { /* foreign edits that entries further down have not crossed */
	struct op op;
	uint8_t file;
};

struct debts {
	struct debt *v; /* all cap ops are initialised */
	size_t n, cap, bytes;
};

struct undo {
	struct op op;
	uint32_t first, cseq; /* the own edits that this takes back */
	size_t before;        /* where our caret was then; SIZE_MAX: unknown */
	uint8_t file;
	struct debts below; /* between this entry and the next */
};

struct stack {
	struct undo **v;
	size_t n, cap;
	struct debts top; /* above the first entry */
};

enum group_kind { GROUP_CLOSED, GROUP_INSERTS, GROUP_DELETES };

struct group { /* the top undo entry, while it may still be extended */
	enum group_kind kind;
	uint8_t file;
	bool blank; /* the last thing typed was */
	size_t place;
	uint64_t at_ms;
};

struct peer_file {
	char name[NAME_MAX_BYTES + 1];
	struct text *text;
};

struct peer {
	uint8_t site;
	uint32_t next_cseq;
	uint64_t seen;
	uint64_t until;   /* the past ends here */
	unsigned awaited; /* files that are to be loaded */
	int err;          /* sticky: the replica can not be trusted any more */
	peer_changed *changed;
	void *arg;
	struct peer_file files[FILE_MAX];
	unsigned nfiles;
	struct pending *queue; /* ring of cap, all initialised */
	size_t head, n, sent, cap, cost;
	struct stack undo, redo;
	struct group group;
	bool held;          /* one group, whatever is edited */
	uint32_t held_cseq; /* its last edit; 0: none yet */
	struct caret own;
	struct caret told; /* own, as all others have it */
	struct caret others[SITE_MAX];
	size_t nothers;
};

int
peer_new(struct peer **out, uint8_t site, uint32_t next_cseq,
    peer_changed *changed, void *arg)
{
	struct peer *p = calloc(1, sizeof(*p));

	if ((*out = p) == NULL)
		return CS_ENOMEM;
	p->site = site;
	p->next_cseq = next_cseq;
	p->changed = changed;
	p->arg = arg;
	p->own.site = site;
	return 0;
}

static void
debts_release(struct debts *d)
{
	for (size_t i = 0; i < d->cap; i++)
		op_release(&d->v[i].op);
	free(d->v);
	memset(d, 0, sizeof(*d));
}

static void
undo_free(struct undo *u)
{
	if (u == NULL)
		return;
	op_release(&u->op);
	debts_release(&u->below);
	free(u);
}

static void
stack_clear(struct stack *s)
{
	while (s->n > 0)
		undo_free(s->v[--s->n]);
	debts_release(&s->top);
}

void
peer_free(struct peer *p)
{
	if (p == NULL)
		return;
	for (unsigned i = 0; i < FILE_MAX; i++)
		text_free(p->files[i].text);
	for (size_t i = 0; i < p->cap; i++)
		op_release(&p->queue[i].edit.op);
	free(p->queue);
	stack_clear(&p->undo);
	stack_clear(&p->redo);
	free(p->undo.v);
	free(p->redo.v);
	free(p);
}

uint8_t
peer_site(const struct peer *p)
{
	return p->site;
}

uint64_t
peer_seen(const struct peer *p)
{
	return p->seen;
}

static int
file_set(struct peer *p, uint8_t file, const char *name, struct text *t)
{
	struct peer_file *f = &p->files[file];
	size_t len = strnlen(name, sizeof(f->name));

	if (len == 0 || len == sizeof(f->name))
		return CS_EINVAL;
	text_free(f->text);
	f->text = t;
	memcpy(f->name, name, len + 1);
	if (file >= p->nfiles)
		p->nfiles = file + 1u;
	return 0;
}

int
peer_begin(struct peer *p, uint64_t rev, uint64_t until, uint32_t cseq,
    unsigned nfiles)
{
	if (p->seen != 0 || p->nfiles != 0 || p->n != 0)
		return CS_ESTATE;
	if (until < rev || nfiles > FILE_MAX)
		return CS_EINVAL;
	p->seen = rev;
	p->until = until;
	p->next_cseq = cseq + 1;
	p->awaited = nfiles;
	return 0;
}

int
peer_load(struct peer *p, uint8_t file, const char *name, const void *text,
    const uint8_t *sites, size_t len)
{
	struct text *t;
	int r;

	if (file >= p->awaited || file != p->nfiles)
		return CS_ESTATE;
	if ((r = text_new(&t)) < 0)
		return r;
	if ((r = text_splice_authored(t, 0, 0, text, sites, len)) < 0 ||
	    (r = file_set(p, file, name, t)) < 0)
		text_free(t);
	return r;
}

bool
peer_ready(const struct peer *p)
{
	return p->nfiles >= p->awaited && p->seen >= p->until;
}

unsigned
peer_file_count(const struct peer *p)
{
	return p->nfiles;
}

const char *
peer_file_name(const struct peer *p, unsigned file)
{
	return peer_text(p, file) != NULL ? p->files[file].name : NULL;
}

const struct text *
peer_text(const struct peer *p, unsigned file)
{
	return file < p->nfiles ? p->files[file].text : NULL;
}

/* The I-th waiting edit, the oldest first; I may be p->n for the next one. */
static inline struct pending *
queue_at(const struct peer *p, size_t i)
{
	i += p->head;
	return &p->queue[i < p->cap ? i : i - p->cap];
}

static int
queue_reserve(struct peer *p)
{
	size_t cap = p->cap == 0 ? 16 : p->cap * 2;
	struct pending *v, *old;

	if (p->n < p->cap)
		return 0;
	if ((v = malloc(cap * sizeof(*v))) == NULL)
		return CS_ENOMEM;
	for (size_t i = 0; i < cap; i++) {
		op_init(&v[i].edit.op);
		if (i >= p->n)
			continue;
		old = queue_at(p, i);
		v[i].cost = old->cost;
		v[i].edit.base = old->edit.base;
		v[i].edit.cseq = old->edit.cseq;
		v[i].edit.undo_of = old->edit.undo_of;
		v[i].edit.file = old->edit.file;
		v[i].edit.flags = old->edit.flags;
		op_move(&v[i].edit.op, &old->edit.op);
	}
	free(p->queue);
	p->queue = v;
	p->cap = cap;
	p->head = 0;
	return 0;
}

static void
queue_pop(struct peer *p)
{
	struct pending *q = queue_at(p, 0);

	p->cost -= q->cost;
	if (q->edit.op.ins_len > sizeof(q->edit.op.small))
		op_release(&q->edit.op);
	p->n--;
	if (p->sent > 0)
		p->sent--;
	if (++p->head == p->cap)
		p->head = 0;
}

static bool
queue_full(const struct peer *p)
{
	return p->n >= PEER_MAX_PENDING || p->cost >= PEER_MAX_PENDING_BYTES;
}

static void
caret_move(struct caret *c, uint8_t file, const struct op *op, bool mine)
{
	if (c->file != file)
		return;
	c->anchor = op_move_pos(op, c->anchor, mine);
	c->head = op_move_pos(op, c->head, mine);
}

bool
caret_follows(const struct op *op, uint8_t flags)
{
	return op->nhunks == 1 && !(flags & EDIT_PUT);
}

/* Carets, and whoever draws, after OP by SITE has changed FILE. */
static void
changed(struct peer *p, uint8_t file, const struct op *op, uint8_t site)
{
	bool mine = site == p->site;

	caret_move(&p->own, file, op, mine);
	if (mine && caret_follows(op, 0)) {
		p->told.file = file;
		p->told.anchor = p->told.head = op_end(op);
	} else {
		caret_move(&p->told, file, op, mine);
	}
	for (size_t i = 0; i < p->nothers; i++)
		caret_move(&p->others[i], file, op, p->others[i].site == site);
	if (p->group.kind != GROUP_CLOSED && p->group.file == file && !mine)
		p->group.place = op_move_pos(op, p->group.place, false);
	if (p->changed != NULL && peer_ready(p))
		p->changed(p->arg, file, op, site);
}

/* Change the text by an own operation and queue it for the hub. */
static int
local_edit(struct peer *p, uint8_t file, const struct op *op, uint8_t flags,
    uint32_t undo_of)
{
	struct pending *q;
	int r;

	if ((r = queue_reserve(p)) < 0)
		return r;
	q = queue_at(p, p->n);
	if ((r = op_copy(&q->edit.op, op)) < 0 ||
	    (r = op_apply(op, p->files[file].text, p->site)) < 0)
		return r;
	q->edit.base = 0;
	q->edit.cseq = p->next_cseq++;
	q->edit.undo_of = undo_of;
	q->edit.file = file;
	q->edit.flags = flags;
	q->cost = op->ins_len + op->nhunks * sizeof(struct hunk);
	p->cost += q->cost;
	p->n++;
	changed(p, file, op, p->site);
	return 0;
}

/* Put a new entry with INVERSE (moved) on S, of an edit that was made when our caret
 * was at BEFORE. On failure INVERSE is as it was. */
static int
stack_push(struct stack *s, uint8_t file, uint32_t cseq, size_t before,
    struct op *inverse)
{
	size_t cap = s->cap == 0 ? 32 : s->cap * 2;
	struct undo *u, **v;

	if (s->n == UNDO_MAX) {
		undo_free(s->v[0]);
		s->n--;
		memmove(s->v, s->v + 1, s->n * sizeof(*s->v));
	}
	if (s->n == s->cap) {
		if ((v = realloc(s->v, cap * sizeof(*v))) == NULL)
			return CS_ENOMEM;
		s->v = v;
		s->cap = cap;
	}
	if ((u = malloc(sizeof(*u))) == NULL)
		return CS_ENOMEM;
	op_init(&u->op);
	op_move(&u->op, inverse);
	u->file = file;
	u->first = u->cseq = cseq;
	u->before = before;
	u->below = s->top;
	memset(&s->top, 0, sizeof(s->top));
	s->v[s->n++] = u;
	return 0;
}

static int
debts_grow(struct debts *d)
{
	size_t cap = d->cap == 0 ? 4 : d->cap * 2;
	struct debt *v;

	if (d->n == DEBTS_MAX)
		return CS_ETOOBIG;
	if ((v = malloc(cap * sizeof(*v))) == NULL)
		return CS_ENOMEM;
	for (size_t i = 0; i < cap; i++) {
		op_init(&v[i].op);
		if (i >= d->n)
			continue;
		v[i].file = d->v[i].file;
		op_move(&v[i].op, &d->v[i].op);
	}
	free(d->v);
	d->v = v;
	d->cap = cap;
	return 0;
}

/* OP on FILE is the newest that waits in D. */
static int
debts_add(struct debts *d, uint8_t file, const struct op *op)
{
	struct debt *last = d->n > 0 ? &d->v[d->n - 1] : NULL;
	int r;

	if (op_is_noop(op))
		return 0;
	if (last != NULL && last->file == file &&
	    last->op.nhunks <= DEBT_HUNKS_MAX && op->nhunks <= DEBT_HUNKS_MAX &&
	    last->op.ins_len + op->ins_len <= DEBT_BYTES_MAX)
		return op_append(&last->op, op);
	d->bytes += op->ins_len + op->nhunks * sizeof(struct hunk);
	if (d->bytes > DEBTS_BYTES_MAX)
		return CS_ETOOBIG;
	if (d->n == d->cap && (r = debts_grow(d)) < 0)
		return r;
	d->v[d->n].file = file;
	return op_copy(&d->v[d->n++].op, op);
}

/* Let what waits above the first entry of S cross it, so that it applies to the
 * text as it is. Whatever can not be done costs undo, not text. */
static void
stack_settle(struct stack *s)
{
	struct undo *u;
	int r = 0;

	if (s->n == 0)
		return;
	u = s->v[s->n - 1];
	for (size_t i = 0; i < s->top.n && r == 0; i++) {
		if (s->top.v[i].file == u->file)
			r = op_transform_both(&u->op, &s->top.v[i].op, true);
		if (s->top.v[i].file == u->file && u->before != SIZE_MAX)
			u->before =
			    op_move_pos(&s->top.v[i].op, u->before, false);
		if (r == 0)
			r = debts_add(
			    &u->below, s->top.v[i].file, &s->top.v[i].op);
		op_release(&s->top.v[i].op);
	}
	for (size_t i = 0; i < s->top.n; i++)
		op_release(&s->top.v[i].op);
	s->top.n = s->top.bytes = 0;
	if (r < 0)
		stack_clear(s);
}

/* Take the settled first entry off S. */
static struct undo *
stack_pop(struct stack *s)
{
	struct undo *u = s->v[--s->n];

	debts_release(&s->top);
	s->top = u->below;
	memset(&u->below, 0, sizeof(u->below));
	if (s->n == 0)
		debts_release(&s->top);
	return u;
}

/* Settle S and drop entries that have nothing left to take back. */
static void
stack_ready(struct stack *s)
{
	stack_settle(s);
	while (s->n > 0 && op_is_noop(&s->v[s->n - 1]->op)) {
		undo_free(stack_pop(s));
		stack_settle(s);
	}
}

/* Is OP something that groups with its like? */
static enum group_kind
group_kind_of(const struct op *op, uint8_t flags)
{
	const struct hunk *h = op->hunks;

	if (op->nhunks != 1 || flags != 0 || h->ins_len > GROUP_EDIT_MAX ||
	    memchr(op->ins, '\n', op->ins_len) != NULL)
		return GROUP_CLOSED;
	if (h->ins_len > 0) /* also in the place of something else */
		return GROUP_INSERTS;
	return h->del <= GROUP_EDIT_MAX ? GROUP_DELETES : GROUP_CLOSED;
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* Is the last edit that can be undone one of the group that is held? */
static bool
held_extends(struct peer *p, uint8_t file)
{
	const struct undo *top;

	if (p->held_cseq == 0)
		return false;
	stack_settle(&p->undo);
	top = p->undo.n > 0 ? p->undo.v[p->undo.n - 1] : NULL;
	return top != NULL && top->cseq == p->held_cseq && top->file == file;
}

/* Does OP, of KIND, go on with the group that is open? */
static bool
group_extends(struct peer *p, uint8_t file, const struct op *op,
    enum group_kind kind, uint64_t now_ms)
{
	const struct group *g = &p->group;
	const struct hunk *h = op->hunks;
	const struct op *top;

	if (p->held)
		return held_extends(p, file);
	if (kind == GROUP_CLOSED || kind != g->kind || file != g->file ||
	    p->undo.n == 0 || now_ms > g->at_ms + UNDO_PAUSE_MS)
		return false;
	stack_settle(&p->undo);
	if (p->undo.n == 0)
		return false;
	top = &p->undo.v[p->undo.n - 1]->op;
	if (op_is_noop(top) || top->nhunks > 1 ||
	    top->ins_len > GROUP_BYTES_MAX)
		return false;
	if (kind == GROUP_INSERTS) /* what replaces begins a group */
		return h->del == 0 && h->skip == g->place &&
		       !(g->blank && !is_blank(op->ins[0]));
	return h->skip + h->del == g->place || h->skip == g->place;
}

/* The edit made just now, whose inverse is INVERSE, can be undone, and our caret then
 * is at BEFORE. Running out of memory here costs undo, not text. */
static void
undo_add(struct peer *p, uint8_t file, struct op *inverse, size_t before,
    bool extends)
{
	uint32_t cseq = p->next_cseq - 1;
	struct undo *top;
	struct op both;

	op_init(&both);
	if (extends) {
		top = p->undo.v[p->undo.n - 1];
		if (op_compose(inverse, &top->op, &both) == 0) {
			op_move(&top->op, &both);
			top->cseq = cseq;
		} else {
			stack_clear(&p->undo);
		}
	} else if (stack_push(&p->undo, file, cseq, before, inverse) < 0) {
		stack_clear(&p->undo);
	}
	op_release(&both);
	p->held_cseq = cseq;
}

/* What the edit OP of KIND, made just now, may be extended by. */
static void
group_note(struct peer *p, uint8_t file, const struct op *op,
    enum group_kind kind, uint64_t now_ms)
{
	p->group.kind = kind;
	p->group.file = file;
	p->group.place = op_end(op);
	p->group.blank =
	    kind == GROUP_INSERTS && is_blank(op->ins[op->ins_len - 1]);
	p->group.at_ms = now_ms;
}

/* Where our caret is in FILE, or SIZE_MAX. */
static size_t
place_before(const struct peer *p, uint8_t file)
{
	return p->own.shown && p->own.file == file ? p->own.head : SIZE_MAX;
}

int
peer_edit(struct peer *p, uint8_t file, const struct op *op, uint8_t flags,
    uint64_t now_ms)
{
	size_t before = place_before(p, file);
	enum group_kind kind;
	struct op inverse;
	bool extends;
	int r;

	if (p->err != 0)
		return p->err;
	if (peer_text(p, file) == NULL)
		return CS_ENOTFOUND;
	if (queue_full(p) || !peer_ready(p))
		return CS_EBUSY;
	if (op->ins_len > OP_MAX_INSERT || op->nhunks > OP_MAX_HUNKS)
		return CS_ETOOBIG;
	if (op->err == 0 && op_is_noop(op))
		return 0;
	kind = group_kind_of(op, flags);
	extends = group_extends(p, file, op, kind, now_ms);
	op_init(&inverse);
	if ((r = op_invert(op, p->files[file].text, p->site, &inverse)) == 0 &&
	    (r = local_edit(p, file, op, flags, 0)) == 0) {
		undo_add(p, file, &inverse, before, extends);
		group_note(p, file, op, kind, now_ms);
		stack_clear(&p->redo);
	}
	op_release(&inverse);
	return r;
}

void
peer_undo_break(struct peer *p)
{
	p->group.kind = GROUP_CLOSED;
}

void
peer_undo_hold(struct peer *p, bool on)
{
	p->held = on;
	p->held_cseq = 0;
	peer_undo_break(p);
}

/* Bytes of INS[LEN] that fit into ROOM, cut on a code-point boundary. */
static size_t
fitting(const uint8_t *ins, size_t len, size_t room)
{
	if (len <= room)
		return len;
	while (room > 0 && !utf8_starts(ins[room]))
		room--;
	return room;
}

/* Split OP: FIRST inserts at most OP_MAX_INSERT bytes, REST, to apply after it,
 * what is left. */
static int
op_split(const struct op *op, struct op *first, struct op *rest)
{
	size_t room = OP_MAX_INSERT, n;
	const uint8_t *ins, *by;
	const struct hunk *h;

	op_clear(first);
	op_clear(rest);
	for (uint32_t i = 0; i < op->nhunks; i++) {
		h = &op->hunks[i];
		ins = op->ins + h->ins_off;
		by = op->by != NULL ? op->by + h->ins_off : NULL;
		n = fitting(ins, h->ins_len, room);
		room = n < h->ins_len ? 0 : room - n;
		op_skip(first, h->skip);
		op_insert_by(first, ins, by, n);
		op_delete(first, h->del);
		op_skip(rest, h->skip + n);
		op_insert_by(
		    rest, ins + n, by != NULL ? by + n : NULL, h->ins_len - n);
	}
	first->skipped = rest->skipped = 0;
	return first->err != 0 ? first->err : rest->err;
}

/* As local_edit, but what is taken back may be larger than one edit may
 * insert: then it goes out as several. */
static int
local_undo(struct peer *p, const struct undo *u)
{
	struct op first, rest, left;
	int r;

	if (u->op.ins_len <= OP_MAX_INSERT)
		return local_edit(p, u->file, &u->op, EDIT_UNDO, u->cseq);
	op_init(&first);
	op_init(&rest);
	op_init(&left);
	r = op_copy(&left, &u->op);
	while (r == 0 && !op_is_noop(&left)) {
		if ((r = op_split(&left, &first, &rest)) == 0)
			r = local_edit(p, u->file, &first, EDIT_UNDO, u->cseq);
		op_move(&left, &rest);
	}
	op_release(&first);
	op_release(&rest);
	op_release(&left);
	return r;
}

/* Apply the top of FROM and leave its inverse on TO. */
static int
take_back(struct peer *p, struct stack *from, struct stack *to, uint8_t *file,
    size_t *pos)
{
	struct op inverse;
	struct undo *u;
	size_t before;
	int r;

	if (p->err != 0)
		return p->err;
	if (queue_full(p) || !peer_ready(p))
		return CS_EBUSY;
	stack_ready(from);
	if (from->n == 0)
		return CS_ENOTFOUND;
	u = from->v[from->n - 1];
	before = place_before(p, u->file);
	op_init(&inverse);
	if ((r = op_invert(
		 &u->op, p->files[u->file].text, p->site, &inverse)) == 0 &&
	    (r = local_undo(p, u)) == 0) {
		*file = u->file;
		*pos = from == &p->undo && u->before != SIZE_MAX
			   ? u->before
			   : op_end(&u->op);
		stack_pop(from);
		if (stack_push(
			to, u->file, p->next_cseq - 1, before, &inverse) < 0)
			stack_clear(to);
		undo_free(u);
		p->held_cseq = 0;
		peer_undo_break(p);
	}
	op_release(&inverse);
	return r;
}

int
peer_undo(struct peer *p, uint64_t now_ms, uint8_t *file, size_t *pos)
{
	(void)now_ms;
	return take_back(p, &p->undo, &p->redo, file, pos);
}

int
peer_redo(struct peer *p, uint64_t now_ms, uint8_t *file, size_t *pos)
{
	(void)now_ms;
	return take_back(p, &p->redo, &p->undo, file, pos);
}

const struct edit *
peer_next(struct peer *p)
{
	struct pending *q;

	if (p->err != 0 || p->sent == p->n)
		return NULL;
	q = queue_at(p, p->sent++);
	q->edit.base = p->seen;
	return &q->edit;
}

void
peer_unsend(struct peer *p)
{
	p->sent = 0;
	p->told.shown = false;
}

size_t
peer_pending(const struct peer *p)
{
	return p->n;
}

/* OP by someone else has changed FILE: it waits on S. */
static void
stack_cross(struct stack *s, uint8_t file, const struct op *op)
{
	if (s->n > 0 && debts_add(&s->top, file, op) < 0)
		stack_clear(s);
}

/* SITE's caret, NULL if not known. */
static struct caret *
caret_find(struct peer *p, uint8_t site)
{
	for (size_t i = 0; i < p->nothers; i++)
		if (p->others[i].site == site)
			return &p->others[i];
	return NULL;
}

static void
caret_forget(struct peer *p, uint8_t site)
{
	struct caret *c = caret_find(p, site);

	if (c != NULL)
		*c = p->others[--p->nothers];
}

/* Show C, if it stands between two characters of the text as it is now. */
static void
caret_place(struct peer *p, const struct caret *c)
{
	const struct text *t = peer_text(p, c->file);
	struct caret *dst = caret_find(p, c->site);

	if (!text_is_boundary(t, c->anchor) || !text_is_boundary(t, c->head))
		return;
	if (dst == NULL)
		dst = &p->others[p->nothers++];
	*dst = *c;
}

static void
caret_follow(struct peer *p, const struct record *r, const struct op *op)
{
	struct caret c = { r->site, r->file, true, 0, 0 };

	if (r->site == p->site || !caret_follows(op, r->flags))
		return;
	c.anchor = c.head = op_end(op);
	caret_place(p, &c);
}

static int
remote_foreign(struct peer *p, const struct record *r)
{
	struct op x;
	int err;

	op_init(&x);
	err = op_copy(&x, &r->op);
	for (size_t i = 0; i < p->n && err == 0; i++)
		if (queue_at(p, i)->edit.file == r->file) {
			err = op_transform_both(
			    &queue_at(p, i)->edit.op, &x, p->site < r->site);
			p->told.shown = false; /* it may end elsewhere now */
		}
	if (err == 0)
		err = op_apply(&x, p->files[r->file].text, r->site);
	if (err == 0 && !op_is_noop(&x)) {
		stack_cross(&p->undo, r->file, &x);
		stack_cross(&p->redo, r->file, &x);
		changed(p, r->file, &x, r->site);
		caret_follow(p, r, &x);
	}
	op_release(&x);
	return err;
}

/* Where the byte at POS of FILE, as it is after the oldest waiting edit, is now;
 * false if what waits after that deletes it. */
static bool
own_place(const struct peer *p, uint8_t file, size_t *pos)
{
	const struct edit *e;

	for (size_t i = 1; i < p->n; i++) {
		e = &queue_at(p, i)->edit;
		if (e->file != file)
			continue;
		if (!op_keeps(&e->op, *pos))
			return false;
		*pos = op_move_pos(&e->op, *pos, true);
	}
	return true;
}

/* OP, the oldest that waits, as the hub has it: what it gives back is by others
 * than we thought. */
static void
own_authors(struct peer *p, uint8_t file, const struct op *op)
{
	const struct hunk *h;
	size_t at = 0, pos;
	uint8_t by;

	for (uint32_t i = 0; i < op->nhunks; i++) {
		h = &op->hunks[i];
		at += h->skip;
		for (uint32_t k = 0; k < h->ins_len; k++) {
			pos = at++;
			by = op->by != NULL ? op->by[h->ins_off + k] : 0;
			if (by == 0)
				by = p->site;
			if (own_place(p, file, &pos))
				text_set_authors(
				    p->files[file].text, pos, &by, 1);
		}
	}
}

/* An own record: the acknowledgement of the oldest waiting edit, which by now
 * has been transformed into the same form. */
static int
remote_own(struct peer *p, const struct record *r)
{
	const struct edit *e = &queue_at(p, 0)->edit;

	if (e->file != r->file || e->flags != r->flags ||
	    !op_equal(&e->op, &r->op))
		return CS_EFORMAT;
	if (!op_same_authors(&e->op, &r->op))
		own_authors(p, r->file, &r->op);
	queue_pop(p);
	return 0;
}

/* --- the past --- */

static bool
undo_covers(const struct undo *u, uint32_t cseq)
{
	return u->first <= cseq && cseq <= u->cseq;
}

/* The entry of S that is taken back by an undo of the own edit CSEQ, or NULL. A
 * stack that does not have it is left as it is. */
static struct undo *
stack_find(struct stack *s, uint32_t cseq)
{
	size_t i = s->n;

	while (i > 0 && !undo_covers(s->v[i - 1], cseq))
		i--;
	if (i == 0)
		return NULL;
	stack_ready(s);
	return s->n > 0 && undo_covers(s->v[s->n - 1], cseq) ? s->v[s->n - 1]
							     : NULL;
}

/* Give up the first entry of S, settled, which was not used: those below it
 * were made for what it would have left. */
static int
stack_skip(struct peer *p, struct stack *s)
{
	struct undo *u = s->v[s->n - 1];
	struct op back;
	int r;

	op_init(&back);
	r = op_invert(&u->op, p->files[u->file].text, p->site, &back);
	if (r == 0)
		r = debts_add(&u->below, u->file, &back);
	undo_free(stack_pop(s));
	op_release(&back);
	return r;
}

/* OP, an undo that has been applied, has used the first entry U of S: all of
 * it, if both agree. They may not, because words and pauses looked different
 * when it was made. Then what is left of U stays, unless it would insert: that
 * may be there already. Those below are told of OP as of a foreign edit. */
static int
stack_use(struct peer *p, struct stack *s, struct undo *u, uint8_t file,
    const struct op *op)
{
	struct op x;
	int r;

	if (u->file == file && op_equal(&u->op, op)) {
		undo_free(stack_pop(s));
		return 0;
	}
	op_init(&x);
	if ((r = op_copy(&x, op)) == 0 && u->file == file)
		r = op_transform_both(&u->op, &x, true);
	if (r == 0)
		r = debts_add(&u->below, file, &x);
	if (r == 0 && (u->file != file || u->op.ins_len > 0))
		r = stack_skip(p, s);
	op_release(&x);
	return r;
}

/* An own undo or redo of the past, whose inverse is INVERSE. What belongs to
 * edits before the load has no entry. */
static int
past_undo(struct peer *p, const struct record *r, struct op *inverse)
{
	struct stack *from = &p->undo, *to = &p->redo;
	struct undo *u = stack_find(from, r->undo_of);
	int err;

	if (u == NULL && (u = stack_find(&p->redo, r->undo_of)) != NULL) {
		from = &p->redo;
		to = &p->undo;
	}
	if (u != NULL)
		err = stack_use(p, from, u, r->file, &r->op);
	else
		err = from->n > 0 ? debts_add(&from->top, r->file, &r->op) : 0;
	if (err == 0 && !op_is_noop(inverse))
		err = stack_push(
		    to, r->file, p->next_cseq - 1, SIZE_MAX, inverse);
	return err;
}

/* An own edit of the past: done again, so that it can be undone. */
static int
past_own(struct peer *p, const struct record *r)
{
	enum group_kind kind = group_kind_of(&r->op, r->flags);
	bool undo = r->flags & EDIT_UNDO, extends = false;
	struct text *t = p->files[r->file].text;
	struct op inverse;
	int err;

	if (!undo)
		extends = group_extends(p, r->file, &r->op, kind, r->at_ms);
	op_init(&inverse);
	if ((err = op_invert(&r->op, t, p->site, &inverse)) == 0 &&
	    (err = op_apply(&r->op, t, p->site)) == 0) {
		p->next_cseq++;
		if (undo) {
			peer_undo_break(p);
			if (past_undo(p, r, &inverse) < 0) {
				stack_clear(&p->undo);
				stack_clear(&p->redo);
			}
		} else if (!op_is_noop(&r->op)) {
			undo_add(p, r->file, &inverse, SIZE_MAX, extends);
			group_note(p, r->file, &r->op, kind, r->at_ms);
			stack_clear(&p->redo);
		}
		changed(p, r->file, &r->op, p->site);
	}
	op_release(&inverse);
	return err;
}

static int
remote_edit(struct peer *p, const struct record *r)
{
	if (peer_text(p, r->file) == NULL)
		return CS_EFORMAT;
	if (r->site != p->site)
		return remote_foreign(p, r);
	if (p->seen < p->until)
		return past_own(p, r);
	return p->n > 0 ? remote_own(p, r) : CS_EFORMAT;
}

static int
remote_file(struct peer *p, const struct record *r)
{
	struct text *t;
	int err;

	if (r->file != p->nfiles || r->file >= FILE_MAX)
		return CS_EFORMAT;
	if ((err = text_new(&t)) < 0)
		return err;
	if ((err = file_set(p, r->file, r->name, t)) < 0)
		text_free(t);
	return err;
}

int
peer_remote(struct peer *p, const struct record *r)
{
	int err = 0;

	if (p->err != 0)
		return p->err;
	if (r->rev <= p->seen)
		return 0;
	if (r->rev != p->seen + 1)
		return CS_ESEQ;
	if (p->nfiles < p->awaited)
		return p->err = CS_EFORMAT;
	if (r->kind == REC_EDIT)
		err = remote_edit(p, r);
	else if (r->kind == REC_FILE)
		err = remote_file(p, r);
	else if (r->kind == REC_BACK)
		caret_forget(p, r->seat);
	else if (r->kind == REC_LEAVE)
		caret_forget(p, r->site);
	if (err < 0)
		return p->err = err == CS_ENOMEM ? err : CS_EFORMAT;
	p->seen = r->rev;
	if (p->seen == p->until)
		peer_undo_break(p);
	return 0;
}

void
peer_caret_set(struct peer *p, uint8_t file, size_t anchor, size_t head)
{
	p->own.file = file;
	p->own.anchor = anchor;
	p->own.head = head;
	p->own.shown = true;
}

struct caret
peer_caret(const struct peer *p)
{
	return p->own;
}

bool
peer_caret_untold(const struct peer *p)
{
	const struct caret *own = &p->own, *told = &p->told;

	return own->shown &&
	       (!told->shown || told->file != own->file ||
		   told->anchor != own->anchor || told->head != own->head);
}

struct caret
peer_caret_tell(struct peer *p)
{
	return p->told = p->own;
}

size_t
peer_place_remote(const struct peer *p, uint8_t file, size_t pos, uint64_t rev)
{
	const struct edit *e;

	if (rev > p->seen || peer_text(p, file) == NULL)
		return SIZE_MAX;
	for (size_t i = 0; i < p->n; i++) {
		e = &queue_at(p, i)->edit;
		if (e->file == file)
			pos = op_move_pos(&e->op, pos, false);
	}
	return pos;
}

void
peer_caret_remote(struct peer *p, const struct caret *c, uint64_t rev)
{
	struct caret now = *c;

	/* A caret older than SEEN can not be moved to the present; it is shown
	 * if it can be, and the next one puts it right. */
	if (c->site == p->site || c->site == 0)
		return;
	now.anchor = peer_place_remote(p, c->file, c->anchor, rev);
	now.head = peer_place_remote(p, c->file, c->head, rev);
	if (now.head == SIZE_MAX)
		return;
	if (c->shown)
		caret_place(p, &now);
	else
		caret_forget(p, c->site);
}

const struct caret *
peer_carets(const struct peer *p, size_t *n)
{
	*n = p->nothers;
	return p->others;
}
