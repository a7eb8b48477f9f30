/* replica.c - our copy of the room, as the hub sends it. */
#include <malloc.h>
#include <stdlib.h>

#include "client/place.h"
#include "client/replica.h"
#include "proto/sys/util.h"

void
replica_init(struct replica *p)
{
	record_init(&p->record);
}

void
replica_release(struct replica *p)
{
	record_release(&p->record);
}

/* The replica is there in full. */
static void
loaded(struct replica *p, struct editor *e)
{
	if (editor_text(e) != NULL)
		editor_lex(e);
	peer_caret_set(e->peer, e->file, 0, 0);
	if (!p->seen && editor_task(e) >= 0 && !e->lobby)
		editor_say(e, TOAST_ROOM, "The task is behind F4");
	p->seen = p->changed = true;
	malloc_trim(0);
}

static int
take_load(struct replica *p, struct editor *e, const struct msg *m)
{
	const struct load *l = &m->load;
	int r;

	if (e->peer != NULL || !e->joined)
		return 0;
	r = peer_new(&e->peer, e->welcome.site, 1, editor_changed, e);
	if (r == 0)
		r = peer_begin(e->peer, l->rev, l->until, l->cseq, l->files);
	if (r == 0 && peer_ready(e->peer))
		loaded(p, e);
	return r;
}

static int
take_doc(struct replica *p, struct editor *e, const struct msg *m)
{
	uint8_t *sites;
	int r;

	if (editor_room_copy(e) == NULL)
		return 0;
	sites = xmalloc(m->text_len);
	if ((r = msg_doc_sites(m, sites, m->text_len)) == 0)
		r = peer_load(
		    e->peer, m->file, m->name, m->text, sites, m->text_len);
	free(sites);
	if (r == 0 && peer_ready(e->peer))
		loaded(p, e);
	return r;
}

/* One record; what is of the past changes the replica alone. */
static int
take_record(struct replica *p, struct editor *e)
{
	const struct record *rec = &p->record;
	size_t waiting = peer_pending(e->peer);
	bool past = !peer_ready(e->peer);
	int r;

	if ((r = peer_remote(e->peer, rec)) < 0)
		return r;
	if (past) {
		if (peer_ready(e->peer))
			loaded(p, e);
		return 0;
	}
	/* an acknowledged edit came to the screen with its key */
	if (peer_pending(e->peer) == waiting)
		p->changed = true;
	else
		p->kept = true;
	editor_record(e, rec);
	return 0;
}

static int
take_chunk(struct replica *p, struct editor *e, const struct msg *m)
{
	struct chunk_reader cr;
	int r;

	if (editor_room_copy(e) == NULL)
		return 0;
	if ((r = chunk_open(&cr, m->text, m->text_len)) < 0)
		return r;
	while ((r = chunk_next(&cr, &p->record)) == 1)
		if (p->record.rev > peer_seen(e->peer) &&
		    (r = take_record(p, e)) < 0)
			break;
	return r;
}

/* Where one was before the documents were loaded, unless one has moved on. */
static void
take_place(struct editor *e, const struct caret *c)
{
	struct caret own = peer_caret(e->peer);
	const struct text *t = peer_text(e->peer, c->file);

	if (e->file != 0 || own.anchor != 0 || own.head != 0 || t == NULL ||
	    !text_is_boundary(t, c->anchor) || !text_is_boundary(t, c->head))
		return;
	editor_show_file(e, c->file);
	peer_caret_set(e->peer, c->file, c->anchor, c->head);
	place_follow_caret(e);
}

static void
take_carets(struct editor *e, const struct msg *m)
{
	const struct caret *c;

	if (editor_room_copy(e) == NULL || editor_text(e) == NULL)
		return;
	for (uint32_t i = 0; i < m->ncarets; i++) {
		c = &m->carets[i];
		if (c->site == e->welcome.site) {
			take_place(e, c);
			continue;
		}
		peer_caret_remote(e->peer, c, m->rev);
		editor_moved(e, c->site);
	}
}

int
replica_take(struct replica *p, struct editor *e, const struct msg *m)
{
	p->changed = m->type != MSG_CHUNK;
	p->kept = false;
	switch (m->type) {
	case MSG_LOAD:
		return take_load(p, e, m);
	case MSG_DOC:
		return take_doc(p, e, m);
	case MSG_CHUNK:
		return take_chunk(p, e, m);
	default:
		take_carets(e, m);
		return 0;
	}
}
