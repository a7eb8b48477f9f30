/* uplink.c - the messages from the editor to the hub. */
#include <string.h>

#include "client/input.h"
#include "client/uplink.h"

/* M is released. */
static int
send(struct link *l, struct msg *m)
{
	struct buf b;
	int r;

	buf_init(&b, MSG_MAX_UP);
	msg_encode(m, &b);
	r = b.err != 0 ? b.err : link_send(l, b.data, b.len);
	buf_release(&b);
	msg_release(m);
	return r;
}

static void
begin(struct msg *m, uint8_t type)
{
	msg_init(m);
	m->type = type;
}

int
uplink_plain(struct link *l, uint8_t type)
{
	struct msg m;

	begin(&m, type);
	return send(l, &m);
}

int
uplink_hello(struct link *l, const struct editor *e)
{
	struct msg m;

	begin(&m, MSG_HELLO);
	m.version = PROTO_VERSION;
	m.kind = HELLO_EDITOR;
	m.fresh = editor_room_copy(e) == NULL;
	m.rev = m.fresh ? 0 : peer_seen(e->peer);
	return send(l, &m);
}

int
uplink_replay(struct link *l)
{
	struct msg m;

	begin(&m, MSG_HELLO);
	m.version = PROTO_VERSION;
	m.kind = HELLO_REPLAY;
	return send(l, &m);
}

int
uplink_join(struct link *l, const struct editor *e)
{
	struct msg m;

	begin(&m, MSG_JOIN);
	memcpy(m.name, e->name, sizeof(m.name));
	m.consent = e->consent;
	return send(l, &m);
}

int
uplink_edits(struct link *l, struct editor *e)
{
	const struct edit *edit;
	struct msg m;
	int r = 0;

	while (r == 0 && (edit = peer_next(e->peer)) != NULL) {
		begin(&m, MSG_EDIT);
		m.edit.base = edit->base;
		m.edit.cseq = edit->cseq;
		m.edit.undo_of = edit->undo_of;
		m.edit.file = edit->file;
		m.edit.flags = edit->flags;
		if ((r = op_copy(&m.edit.op, &edit->op)) == 0)
			r = send(l, &m);
		else
			msg_release(&m);
	}
	return r;
}

int
uplink_caret(struct link *l, struct editor *e)
{
	struct msg m;

	begin(&m, MSG_CARET);
	m.rev = peer_seen(e->peer);
	m.caret = peer_caret_tell(e->peer);
	return send(l, &m);
}

int
uplink_point(struct link *l, const struct editor *e, const struct caret *c)
{
	struct msg m;

	begin(&m, MSG_POINT);
	m.rev = peer_seen(e->peer);
	m.caret = *c;
	return send(l, &m);
}

/* All of the pad as it is. */
static void
put_pad(const struct editor *e, struct buf *b)
{
	const struct text *t = editor_text(e);
	const uint8_t *span;
	size_t n;

	for (size_t at = 0; t != NULL && at < text_len(t); at += n) {
		span = text_span(t, at, &n);
		buf_put_raw(b, span, n);
	}
}

int
uplink_practice(struct link *l, const struct editor *e, enum practice_kind kind)
{
	struct buf pad;
	struct msg m;
	int r;

	begin(&m, MSG_PRACTICE);
	m.kind = (uint8_t)kind;
	buf_init(&pad, PRACTICE_TEXT_MAX);
	if (kind == PRACTICE_RUN)
		put_pad(e, &pad);
	m.text = pad.len > 0 ? pad.data : (const uint8_t *)"";
	m.text_len = (uint32_t)pad.len;
	if ((r = pad.err) == 0)
		r = send(l, &m);
	else
		msg_release(&m);
	buf_release(&pad);
	return r;
}

int
uplink_input(struct link *l, struct editor *e)
{
	struct buf *b = &e->sent;
	struct msg m;
	size_t at = 0, n;
	int r;

	do {
		n = input_piece(e, at);
		begin(&m, e->lobby ? MSG_PRACTICE : MSG_INPUT);
		m.kind = PRACTICE_INPUT; /* of the former */
		m.text = n > 0 ? b->data + at : (const uint8_t *)"";
		m.text_len = (uint32_t)n;
		at += n;
		m.eof = e->sent_eof && at == b->len;
		r = send(l, &m);
	} while (r == 0 && at < b->len && n > 0);
	buf_clear(b);
	return r;
}

int
uplink_say(struct link *l, const struct editor *e)
{
	struct msg m;

	begin(&m, MSG_SAY);
	m.scope = e->talk.sending_scope;
	m.text = (const uint8_t *)e->talk.sending;
	m.text_len = (uint32_t)strlen(e->talk.sending);
	return send(l, &m);
}

int
uplink_note(struct link *l, const char *text)
{
	struct msg m;

	begin(&m, MSG_SAY);
	m.scope = SAY_NOTE;
	m.text = (const uint8_t *)text;
	m.text_len = (uint32_t)strlen(text);
	return send(l, &m);
}

int
uplink_act(struct link *l, const struct editor *e)
{
	struct msg m;

	begin(&m, MSG_ACT);
	m.act = e->act;
	return send(l, &m);
}

int
uplink_looks(struct link *l, const struct editor *e)
{
	struct msg m;

	begin(&m, MSG_LOOKS);
	m.looks = e->looks;
	return send(l, &m);
}

int
uplink_link(struct link *l, const struct editor *e)
{
	struct msg m;

	begin(&m, MSG_LINK);
	m.link_ms = e->link_ms;
	return send(l, &m);
}
