/*
 * record.c - the coding of chunks. A chunk is
 *
 *	u8 CHUNK_VERSION, varint revision of the first record, varint time in ms
 *
 * and then its records. Each starts with a byte [form 2][same author 1][n 5],
 * a site byte unless the author is the one of the record before, and a varint
 * of ms since the record before. The rest depends on the form:
 *
 *	TYPED   insert N bytes at the author's expected place: the bytes
 *	ERASED  delete the N bytes before the expected place: nothing
 *	MOVED   n = [deletes 1][N 4]: zigzag distance from the expected place to
 *	        the offset, then the N bytes if inserted
 *	OTHER   n = enum record_kind: its fields; an edit as file and flags in
 *	        one byte, varint undo_of with EDIT_UNDO, op_encode, and with
 *	        AUTHORED the runs of who wrote what is inserted (authors.h)
 *
 * The first three are for edits of one hunk without flags in the same file as
 * the edit before. The expected place is where the author's last edit ended.
 */
#include <string.h>

#include "proto/authors.h"
#include "proto/err.h"
#include "proto/record.h"
#include "proto/utf8.h"

#define CHUNK_VERSION 1
#define FORM_SHIFT 6
#define SAME_AUTHOR 0x20
#define N_MASK 0x1F
#define MOVED_DELETES 0x10
#define MOVED_MASK 0x0F
#define AUTHORED 8 /* beside enum edit_flags, in the coding only */
#define FLAGS_ALL (EDIT_PASTE | EDIT_UNDO | EDIT_PUT)

enum form { TYPED, ERASED, MOVED, OTHER };

void
record_init(struct record *r)
{
	memset(r, 0, sizeof(*r));
	op_init(&r->op);
}

void
record_release(struct record *r)
{
	op_release(&r->op);
	record_init(r);
}

bool
record_is_undo(const struct record *r, uint64_t *taken)
{
	bool undo = (r->flags & EDIT_UNDO) && r->op.ins_len <= *taken;

	if (undo)
		*taken -= r->op.ins_len;
	for (uint32_t i = 0; i < r->op.nhunks; i++)
		*taken += r->op.hunks[i].del;
	return undo;
}

unsigned
record_weight(const struct record *r)
{
	if (r->kind != REC_EDIT)
		return 1 + r->text_len / 1024;
	return 1 + r->op.nhunks / 64 + r->op.ins_len / 1024;
}

void
record_echo(const struct record *r, bool at_prompt, struct buf *out)
{
	const uint8_t *p = r->text, *end = p + r->text_len, *stop;

	if (r->flags & INPUT_GIVEN)
		return;
	for (; p < end; p = stop) {
		stop = memchr(p, '\n', (size_t)(end - p));
		stop = stop != NULL ? stop + 1 : end;
		if (!at_prompt)
			buf_put_raw(out, "> ", 2);
		buf_put_raw(out, p, (size_t)(stop - p));
		at_prompt = stop[-1] != '\n';
	}
	if (!(r->flags & INPUT_EOF))
		return;
	if (!at_prompt)
		buf_put_raw(out, "> ", 2);
	buf_put_raw(out, "^D\n", 3); /* as a terminal shows it */
}

void
chunk_begin(
    struct chunk_writer *w, struct buf *out, uint64_t first_rev, uint64_t at_ms)
{
	memset(w, 0, sizeof(*w));
	w->out = out;
	w->next_rev = first_rev;
	w->at_ms = at_ms;
	buf_put_u8(out, CHUNK_VERSION);
	buf_put_varint(out, first_rev);
	buf_put_varint(out, at_ms);
}

static void
put_head(
    struct chunk_writer *w, const struct record *r, enum form form, unsigned n)
{
	bool same = r->site == w->site;

	buf_put_u8(w->out, (uint8_t)((unsigned)form << FORM_SHIFT |
				     (same ? SAME_AUTHOR : 0) | n));
	if (!same)
		buf_put_u8(w->out, r->site);
	buf_put_varint(w->out, r->at_ms - w->at_ms);
}

/* Write R in one of the short forms; false if it fits none. */
static bool
put_short(struct chunk_writer *w, const struct record *r)
{
	const struct hunk *h = r->op.hunks;
	uint32_t place = w->place[r->site], n;

	if (r->op.nhunks != 1 || r->flags != 0 || r->file != w->file ||
	    r->op.by != NULL || (h->del > 0 && h->ins_len > 0))
		return false;
	n = h->del + h->ins_len;
	if (h->ins_len > 0 && n <= N_MASK && h->skip == place) {
		put_head(w, r, TYPED, n);
		buf_put_raw(w->out, r->op.ins, n);
		return true;
	}
	if (h->del > 0 && n <= N_MASK && h->skip + n == place) {
		put_head(w, r, ERASED, n);
		return true;
	}
	if (n > MOVED_MASK)
		return false;
	put_head(w, r, MOVED, (h->del > 0 ? MOVED_DELETES : 0) | n);
	buf_put_zigzag(w->out, (int64_t)h->skip - place);
	buf_put_raw(w->out, r->op.ins, h->ins_len);
	return true;
}

static void
put_long(struct chunk_writer *w, const struct record *r)
{
	unsigned flags = r->flags | (r->op.by != NULL ? AUTHORED : 0);

	put_head(w, r, OTHER, REC_EDIT);
	buf_put_u8(w->out, (uint8_t)(r->file | flags << 4));
	if (flags & EDIT_UNDO)
		buf_put_varint(w->out, r->undo_of);
	op_encode(&r->op, w->out);
	if (flags & AUTHORED)
		authors_put(w->out, r->op.by, r->op.ins_len);
	w->file = r->file;
}

static void
put_edit(struct chunk_writer *w, const struct record *r)
{
	if (!put_short(w, r))
		put_long(w, r);
	w->place[r->site] = (uint32_t)op_end(&r->op);
}

static void
put_event(struct chunk_writer *w, const struct record *r)
{
	struct buf *b = w->out;

	put_head(w, r, OTHER, r->kind);
	switch (r->kind) {
	case REC_FILE:
		buf_put_u8(b, r->file);
		buf_put_str(b, r->name);
		break;
	case REC_JOIN:
		buf_put_str(b, r->name);
		buf_put_str(b, r->label);
		buf_put_u8(b, r->role);
		break;
	case REC_LEAVE:
		buf_put_u8(b, r->why);
		break;
	case REC_RUN_START:
		buf_put_varint(b, r->run);
		buf_put_str(b, r->name);
		break;
	case REC_RUN_OUTPUT:
		buf_put_varint(b, r->run);
		buf_put_u8(b, r->stream);
		buf_put_bytes(b, r->text, r->text_len);
		break;
	case REC_RUN_END:
		buf_put_varint(b, r->run);
		run_result_encode(&r->result, b);
		break;
	case REC_RUN_INPUT:
		buf_put_varint(b, r->run);
		buf_put_u8(b, r->flags);
		buf_put_bytes(b, r->text, r->text_len);
		break;
	case REC_ADMIT:
	case REC_BACK:
		buf_put_u8(b, r->seat);
		break;
	case REC_ROLE:
		buf_put_u8(b, r->seat);
		buf_put_u8(b, r->flags);
		break;
	case REC_CHAT:
		buf_put_u8(b, r->flags);
		buf_put_bytes(b, r->text, r->text_len);
		break;
	case REC_NOTE:
		buf_put_bytes(b, r->text, r->text_len);
		break;
	case REC_FOCUS:
	case REC_EXTEND:
		buf_put_u8(b, r->minutes);
		break;
	case REC_PAUSE:
	case REC_RESUME:
		buf_put_u8(b, r->flags);
		break;
	default: /* the others have no fields */
		break;
	}
}

void
chunk_add(struct chunk_writer *w, const struct record *r)
{
	if (w->out->err != 0)
		return;
	if (r->rev != w->next_rev || r->at_ms < w->at_ms ||
	    r->kind >= REC_KINDS || r->file >= FILE_MAX ||
	    (r->flags & ~FLAGS_ALL)) {
		w->out->err = CS_EINVAL;
		return;
	}
	if (r->kind == REC_EDIT)
		put_edit(w, r);
	else
		put_event(w, r);
	w->site = r->site;
	w->at_ms = r->at_ms;
	w->next_rev++;
	w->count++;
}

int
chunk_open(struct chunk_reader *cr, const void *bytes, size_t len)
{
	memset(cr, 0, sizeof(*cr));
	if (len > CHUNK_MAX)
		return cr->in.err = CS_EFORMAT;
	buf_in_init(&cr->in, bytes, len);
	if (buf_get_u8(&cr->in) != CHUNK_VERSION)
		cr->in.err = CS_EFORMAT;
	cr->next_rev = buf_get_varint(&cr->in);
	cr->at_ms = buf_get_varint(&cr->in);
	if (cr->next_rev == 0)
		cr->in.err = CS_EFORMAT;
	return cr->in.err != 0 ? CS_EFORMAT : 0;
}

/* A byte below LIMIT, else the chunk is malformed. */
static uint8_t
get_below(struct buf_in *in, unsigned limit)
{
	uint8_t v = buf_get_u8(in);

	if (v < limit)
		return v;
	in->err = CS_EFORMAT;
	return 0;
}

static void
get_short(struct chunk_reader *cr, struct record *r, enum form form, unsigned n)
{
	int64_t pos = cr->place[r->site];
	const uint8_t *ins = NULL;
	bool deletes = form == ERASED;

	if (form == MOVED) {
		deletes = n & MOVED_DELETES;
		n &= MOVED_MASK;
		pos = (int64_t)((uint64_t)pos +
				(uint64_t)buf_get_zigzag(&cr->in));
	} else if (form == ERASED) {
		pos -= n;
	}
	if (!deletes)
		ins = buf_get_raw(&cr->in, n);
	if (cr->in.err != 0)
		return;
	if (n == 0 || pos < 0 || pos > TEXT_MAX - (int64_t)n) {
		cr->in.err = CS_EFORMAT;
		return;
	}
	if (!deletes && !utf8_valid(ins, n)) {
		cr->in.err = CS_EUTF8;
		return;
	}
	r->file = cr->file;
	cr->in.err = op_splice(
	    &r->op, (size_t)pos, deletes ? n : 0, ins, deletes ? 0 : n);
}

static void
get_edit(struct chunk_reader *cr, struct record *r)
{
	uint8_t v = buf_get_u8(&cr->in);

	r->file = v & 0x0F;
	r->flags = v >> 4 & FLAGS_ALL;
	if (r->flags & EDIT_UNDO)
		r->undo_of = (uint32_t)buf_get_max(&cr->in, UINT32_MAX);
	op_decode(&r->op, &cr->in, TEXT_MAX);
	if (v >> 4 & AUTHORED && op_authored(&r->op) == 0)
		authors_get(&cr->in, r->op.by, r->op.ins_len);
	if (cr->in.err == 0)
		cr->in.err = r->op.err;
	cr->file = r->file;
}

/* Both begin with the run and a small number. */
static void
get_run_text(struct buf_in *in, struct record *r)
{
	size_t len;

	r->run = (uint32_t)buf_get_max(in, UINT32_MAX);
	if (r->kind == REC_RUN_INPUT)
		r->flags = get_below(in, (INPUT_EOF | INPUT_GIVEN) + 1);
	else
		r->stream = get_below(in, 3);
	r->text = buf_get_bytes(in, RECORD_TEXT_MAX, &len);
	r->text_len = (uint32_t)len;
	if (in->err == 0 && !utf8_valid(r->text, len))
		in->err = CS_EUTF8;
}

/* A line of chat or a note. */
static void
get_said(struct buf_in *in, struct record *r)
{
	size_t len;

	if (r->kind == REC_CHAT)
		r->flags = get_below(in, CHAT_STAFF + 1);
	r->text = buf_get_bytes(in, SAY_MAX, &len);
	r->text_len = (uint32_t)len;
	if (in->err == 0 && !utf8_valid(r->text, len))
		in->err = CS_EUTF8;
}

static void
get_event(struct buf_in *in, struct record *r)
{
	switch (r->kind) {
	case REC_FILE:
		r->file = get_below(in, FILE_MAX);
		buf_get_str(in, r->name, sizeof(r->name));
		break;
	case REC_JOIN:
		buf_get_str(in, r->name, sizeof(r->name));
		buf_get_str(in, r->label, sizeof(r->label));
		r->role = get_below(in, ROLES);
		break;
	case REC_LEAVE:
		r->why = get_below(in, LEAVE_KICKED + 1);
		break;
	case REC_RUN_START:
		r->run = (uint32_t)buf_get_max(in, UINT32_MAX);
		buf_get_str(in, r->name, sizeof(r->name));
		break;
	case REC_RUN_OUTPUT:
	case REC_RUN_INPUT:
		get_run_text(in, r);
		break;
	case REC_RUN_END:
		r->run = (uint32_t)buf_get_max(in, UINT32_MAX);
		run_result_decode(&r->result, in);
		break;
	case REC_ADMIT:
	case REC_BACK:
		r->seat = buf_get_u8(in);
		break;
	case REC_ROLE:
		r->seat = buf_get_u8(in);
		r->flags = get_below(in, 2);
		break;
	case REC_CHAT:
	case REC_NOTE:
		get_said(in, r);
		break;
	case REC_FOCUS:
		r->minutes = get_below(in, FOCUS_MAX_MINUTES + 1);
		break;
	case REC_EXTEND:
		r->minutes = get_below(in, EXTEND_MAX_MINUTES + 1);
		break;
	case REC_PAUSE:
	case REC_RESUME:
		r->flags = get_below(in, PAUSE_LOST + 1);
		break;
	case REC_END:
	case REC_FREEZE:
	case REC_THAW:
	case REC_REOPEN:
	case REC_HIDDEN:
	case REC_MARK:
		break;
	default:
		in->err = CS_EFORMAT;
		break;
	}
}

/* Forget the last record but for the memory of its op. */
static void
record_reset(struct record *r)
{
	r->file = r->flags = r->role = r->why = r->stream = 0;
	r->seat = r->minutes = 0;
	r->undo_of = r->run = 0;
	r->name[0] = r->label[0] = '\0';
	r->text = NULL;
	r->text_len = 0;
	op_clear(&r->op);
}

int
chunk_next(struct chunk_reader *cr, struct record *r)
{
	struct buf_in *in = &cr->in;
	unsigned head, form;
	uint64_t delta;

	if (in->err != 0 || in->p == in->end)
		return in->err;
	record_reset(r);
	head = buf_get_u8(in);
	form = head >> FORM_SHIFT;
	r->site = head & SAME_AUTHOR ? cr->site : buf_get_u8(in);
	delta = buf_get_varint(in);
	if (delta > UINT64_MAX - cr->at_ms)
		in->err = CS_EFORMAT;
	r->at_ms = cr->at_ms + delta;
	r->rev = cr->next_rev;
	r->kind = form == OTHER ? head & N_MASK : REC_EDIT;
	if (form != OTHER)
		get_short(cr, r, form, head & N_MASK);
	else if (r->kind == REC_EDIT)
		get_edit(cr, r);
	else
		get_event(in, r);
	if (in->err != 0)
		return in->err;
	if (r->kind == REC_EDIT)
		cr->place[r->site] = (uint32_t)op_end(&r->op);
	cr->site = r->site;
	cr->at_ms = r->at_ms;
	cr->next_rev++;
	return 1;
}
