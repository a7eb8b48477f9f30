/* fold.c - a room as the sum of its records. */
#include <stdlib.h>
#include <string.h>

#include "client/fold.h"
#include "client/talk.h"
#include "proto/authors.h"
#include "proto/err.h"

/* --- life --- */

static int
new_peer(struct fold *f)
{
	peer_free(f->e.peer);
	f->e.peer = NULL;
	return peer_new(&f->e.peer, FOLD_NOBODY, 1, editor_changed, &f->e);
}

int
fold_init(struct fold *f)
{
	memset(f, 0, sizeof(*f));
	editor_init(&f->e);
	f->e.panel = PANEL_NONE;
	f->e.welcome.role = ROLE_INTERVIEWER; /* it is shown to nobody else */
	return new_peer(f);
}

void
fold_release(struct fold *f)
{
	for (int i = 0; i < FILE_MAX; i++)
		free(f->by[i].sites);
	editor_release(&f->e);
}

uint64_t
fold_rev(const struct fold *f)
{
	return f->e.peer != NULL ? peer_seen(f->e.peer) : 0;
}

void
fold_welcome(struct fold *f, const struct welcome *w)
{
	struct welcome *own = &f->e.welcome, was = *own;

	*own = *w;
	own->site = FOLD_NOBODY;
	own->role = ROLE_INTERVIEWER;
	own->joined = own->writable = own->lobby = false;
	own->ended = was.ended;
	own->frozen = was.frozen;
	own->started_ms = was.started_ms;
	f->started_ms = w->started_ms;
	fold_planned(f, w->minutes);
}

void
fold_planned(struct fold *f, uint32_t minutes)
{
	f->planned = minutes;
	f->e.welcome.minutes = minutes + f->extended;
}

void
fold_person(struct fold *f, const struct person *p)
{
	struct seen *s = &f->e.people[p->site];

	if (s->known)
		return;
	s->known = true;
	s->person = *p;
	s->person.state = PERSON_LEFT; /* until the log says more */
	s->person.since_ms = 0;
}

/* --- who changed which line --- */

/* The lines FROM to TO become so many as N, all of SITE. */
static int
replace_lines(
    struct line_sites *l, size_t from, size_t to, size_t n, uint8_t site)
{
	size_t count = l->n - (to - from) + n, cap = l->cap;
	uint8_t *p;

	while (cap < count)
		cap = cap == 0 ? 64 : cap * 2;
	if (cap != l->cap) {
		if ((p = realloc(l->sites, cap)) == NULL)
			return CS_ENOMEM;
		l->sites = p;
		l->cap = cap;
	}
	memmove(l->sites + from + n, l->sites + to, l->n - to);
	memset(l->sites + from, site, n);
	l->n = count;
	return 0;
}

static size_t
newlines(const uint8_t *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += p[i] == '\n';
	return n;
}

/* Hunk H of OP replaces bytes from POS on of T, as it was before OP; SHIFT lines
 * more have come above. What is put behind a line's end, or before its beginning,
 * does not change that line. */
static int
hunk_lines(struct line_sites *l, const struct text *t, const struct op *op,
    const struct hunk *h, size_t pos, int64_t *shift, uint8_t site)
{
	const uint8_t *ins = op->ins + h->ins_off;
	size_t first = text_line_of(t, pos),
	       last = text_line_of(t, pos + h->del);
	size_t from = (size_t)((int64_t)first + *shift);
	size_t to = from + (last - first) + 1;
	size_t n = 1 + (h->ins_len > 0 ? newlines(ins, h->ins_len) : 0);

	*shift += (int64_t)n - (int64_t)(to - from);
	if (h->del == 0 && n > 1 && ins[0] == '\n' &&
	    pos == text_line_end(t, first)) {
		from++;
		n--;
	} else if (h->del == 0 && n > 1 && ins[h->ins_len - 1] == '\n' &&
		   pos == text_line_start(t, first)) {
		to--;
		n--;
	}
	return replace_lines(l, from, to, n, site);
}

/* Before R is applied. */
static int
edit_lines(struct fold *f, const struct record *r)
{
	const struct text *t = peer_text(f->e.peer, r->file);
	struct line_sites *l;
	int64_t shift = 0;
	size_t pos = 0;
	int err = 0;

	if (t == NULL || (err = op_check(&r->op, t)) < 0)
		return CS_EFORMAT;
	l = &f->by[r->file];
	for (uint32_t i = 0; i < r->op.nhunks && err == 0; i++) {
		pos += r->op.hunks[i].skip;
		err = hunk_lines(
		    l, t, &r->op, &r->op.hunks[i], pos, &shift, r->site);
		pos += r->op.hunks[i].del;
	}
	return err;
}

/* --- records --- */

static struct person *
person_of(struct fold *f, uint8_t site)
{
	struct seen *s = &f->e.people[site];

	s->known = true;
	s->person.site = site;
	return &s->person;
}

static void
joins(struct fold *f, const struct record *r)
{
	struct person *p = person_of(f, r->site);

	p->role = r->role;
	p->state = PERSON_HERE;
	p->writable = r->role != ROLE_OBSERVER;
	memcpy(p->label, r->label, sizeof(p->label));
	memcpy(p->name, r->name, sizeof(p->name));
	f->e.people[r->site].active_ms = r->at_ms;
}

static void
says(struct fold *f, const struct record *r)
{
	struct msg m;

	msg_init(&m);
	m.said.rev = r->rev;
	m.said.at_ms = r->at_ms;
	m.said.site = r->site;
	m.said.scope = r->kind == REC_NOTE            ? SAY_NOTE
		       : (r->flags & CHAT_STAFF) != 0 ? SAY_STAFF
						      : SAY_ALL;
	m.text = r->text;
	m.text_len = r->text_len;
	talk_said(&f->e, &m);
	msg_release(&m);
}

static void
focuses(struct fold *f, const struct record *r)
{
	f->e.focus.on = r->minutes > 0;
	f->e.focus.site = r->site;
	f->e.focus.until_ms = r->at_ms + (uint64_t)r->minutes * 60000;
}

/* The pause is over, as far as it counts. */
static void
resumes(struct fold *f, const struct record *r)
{
	struct timer *t = &f->e.timer;
	uint64_t ms;

	if (t->since_ms == 0)
		return;
	ms = r->at_ms - t->since_ms;
	t->paused_ms += t->lost && ms > PAUSE_LOST_MS ? PAUSE_LOST_MS : ms;
	t->since_ms = 0;
	t->lost = false;
}

/* The room's clock, which a seat is told by MSG_TIMER. */
static void
clock_changes(struct fold *f, const struct record *r)
{
	struct timer *t = &f->e.timer;

	switch (r->kind) {
	case REC_PAUSE:
		t->since_ms = r->at_ms;
		t->site = r->site;
		t->lost = (r->flags & PAUSE_LOST) != 0;
		break;
	case REC_RESUME:
		resumes(f, r);
		break;
	case REC_EXTEND:
		f->extended += r->minutes;
		fold_planned(f, f->planned);
		break;
	case REC_END:
		resumes(f, r);
		f->ended_ms = r->at_ms;
		break;
	case REC_REOPEN: /* the time in which it was over was not used */
		if (f->ended_ms != 0)
			t->paused_ms += r->at_ms - f->ended_ms;
		break;
	}
}

/* What the log says of people and talk, which a seat is told by messages. */
static void
told(struct fold *f, const struct record *r)
{
	switch (r->kind) {
	case REC_JOIN:
		joins(f, r);
		break;
	case REC_LEAVE:
		person_of(f, r->site)->state =
		    r->why == LEAVE_LOST ? PERSON_AWAY : PERSON_LEFT;
		break;
	case REC_BACK:
		person_of(f, r->seat)->state = PERSON_LOBBY;
		person_of(f, r->seat)->since_ms = r->at_ms;
		break;
	case REC_ROLE:
		person_of(f, r->seat)->writable = (r->flags & 1) != 0;
		break;
	case REC_CHAT:
	case REC_NOTE:
		says(f, r);
		break;
	case REC_FOCUS:
		focuses(f, r);
		break;
	}
}

/* There is a new file, with one line of nobody's; if it is the one that is looked
 * at, its colours. */
static int
new_file(struct fold *f, const struct record *r)
{
	struct line_sites *l = &f->by[r->file];
	int err = replace_lines(l, 0, l->n, 1, FOLD_NOBODY);

	if (err == 0 && r->file == f->e.file)
		err = editor_lex(&f->e);
	return err;
}

int
fold_record(struct fold *f, const struct record *r)
{
	struct editor *e = &f->e;
	int err;

	if (r->rev != peer_seen(e->peer) + 1)
		return CS_ESEQ;
	e->now_ms = r->at_ms;
	if (f->started_ms != 0 && r->at_ms >= f->started_ms)
		e->welcome.started_ms = f->started_ms;
	if (r->kind == REC_EDIT && (err = edit_lines(f, r)) < 0)
		return err;
	if ((err = peer_remote(e->peer, r)) < 0)
		return err;
	told(f, r);
	clock_changes(f, r);
	editor_record(e, r);
	e->ntoasts = 0; /* the timeline says it */
	if (r->kind == REC_FILE)
		return new_file(f, r);
	if (r->kind == REC_EDIT && !op_is_noop(&r->op)) {
		f->site = r->site;
		f->file = r->file;
		f->place = op_end(&r->op);
	}
	return 0;
}

/* --- saving --- */

/* What is as it is, without what it points to. */
struct saved {
	uint64_t rev, now_ms, started_ms, ended_ms, talk_rev;
	struct run_view run;
	struct focus focus;
	struct timer timer;
	size_t place;
	uint32_t extended, nlines, npeople, ncarets, nfiles;
	uint8_t site, file;
	bool ended, frozen;
};

static void
save_file(const struct fold *f, unsigned file, struct buf *b)
{
	const struct text *t = peer_text(f->e.peer, file);
	size_t len = text_len(t);
	uint8_t *p;

	buf_put_str(b, peer_file_name(f->e.peer, file));
	buf_put_varint(b, len);
	if ((p = buf_reserve(b, len)) != NULL)
		text_copy(t, 0, len, p);
	authors_put_text(b, t);
	buf_put_bytes(b, f->by[file].sites, f->by[file].n);
}

static void
save_line(const struct said_line *line, struct buf *b)
{
	buf_put_varint(b, line->at_ms);
	buf_put_u8(b, line->site);
	buf_put_u8(b, line->scope);
	buf_put_bytes(b, line->text, strlen(line->text));
}

static uint32_t
known_people(const struct editor *e)
{
	uint32_t n = 0;

	for (int i = 0; i <= SITE_MAX; i++)
		n += e->people[i].known;
	return n;
}

void
fold_save(const struct fold *f, struct buf *b)
{
	const struct editor *e = &f->e;
	const struct caret *carets;
	struct saved s;
	size_t n;

	carets = peer_carets(e->peer, &n);
	memset(&s, 0, sizeof(s));
	s.rev = peer_seen(e->peer);
	s.now_ms = e->now_ms;
	s.started_ms = e->welcome.started_ms;
	s.talk_rev = e->talk.rev;
	s.run = e->run;
	memset(&s.run.text, 0, sizeof(s.run.text));
	s.ended_ms = f->ended_ms;
	s.focus = e->focus;
	s.timer = e->timer;
	s.extended = f->extended;
	s.place = f->place;
	s.nlines = (uint32_t)e->talk.n;
	s.npeople = known_people(e);
	s.ncarets = (uint32_t)n;
	s.nfiles = peer_file_count(e->peer);
	s.site = f->site;
	s.file = f->file;
	s.ended = e->welcome.ended;
	s.frozen = e->welcome.frozen;
	buf_put_raw(b, &s, sizeof(s));
	buf_put_bytes(b, e->run.text.data, e->run.text.len);
	for (uint32_t i = 0; i < s.nfiles; i++)
		save_file(f, i, b);
	buf_put_raw(b, carets, n * sizeof(*carets));
	for (int i = 0; i <= SITE_MAX; i++)
		if (e->people[i].known)
			buf_put_raw(b, &e->people[i], sizeof(e->people[i]));
	for (int i = 0; i < e->talk.n; i++)
		save_line(talk_line(&e->talk, i), b);
}

/* --- loading --- */

static int
load_file(struct fold *f, uint8_t file, struct buf_in *in)
{
	const uint8_t *text, *lines;
	char name[NAME_MAX_BYTES + 1];
	uint8_t *sites;
	size_t len, n;
	int r;

	buf_get_str(in, name, sizeof(name));
	text = buf_get_bytes(in, TEXT_MAX, &len);
	if (in->err != 0 || (sites = malloc(len + 1)) == NULL)
		return in->err != 0 ? CS_EFORMAT : CS_ENOMEM;
	authors_get(in, sites, len);
	lines = buf_get_bytes(in, TEXT_MAX + 1, &n);
	r = in->err != 0 ? CS_EFORMAT
			 : peer_load(f->e.peer, file, name, text, sites, len);
	free(sites);
	if (r == 0 &&
	    (r = replace_lines(&f->by[file], 0, f->by[file].n, n, 0)) == 0)
		memcpy(f->by[file].sites, lines, n);
	return r;
}

static void
load_carets(struct fold *f, const struct saved *s, struct buf_in *in)
{
	const uint8_t *p = buf_get_raw(in, s->ncarets * sizeof(struct caret));
	struct caret c;

	for (uint32_t i = 0; i < s->ncarets && p != NULL; i++) {
		memcpy(&c, p + i * sizeof(c), sizeof(c));
		peer_caret_remote(f->e.peer, &c, s->rev);
	}
}

static void
load_people(struct editor *e, const struct saved *s, struct buf_in *in)
{
	const uint8_t *p = buf_get_raw(in, s->npeople * sizeof(struct seen));
	struct seen one;

	memset(e->people, 0, sizeof(e->people));
	for (uint32_t i = 0; i < s->npeople && p != NULL; i++) {
		memcpy(&one, p + i * sizeof(one), sizeof(one));
		e->people[one.person.site] = one;
	}
}

/* How it is looked at stays. */
static void
load_talk(struct editor *e, const struct saved *s, struct buf_in *in)
{
	enum pane tab = e->talk.tab;
	struct msg m;
	size_t len;

	talk_forget(e);
	e->talk.tab = tab;
	msg_init(&m);
	for (uint32_t i = 0; i < s->nlines && in->err == 0; i++) {
		m.said.rev = i + 1;
		m.said.at_ms = buf_get_varint(in);
		m.said.site = buf_get_u8(in);
		m.said.scope = buf_get_u8(in);
		m.text = buf_get_bytes(in, SAY_MAX, &len);
		m.text_len = (uint32_t)len;
		if (in->err == 0)
			talk_said(e, &m);
	}
	msg_release(&m);
	e->talk.rev = s->talk_rev;
	e->ntoasts = 0;
	memset(e->talk.unread, 0, sizeof(e->talk.unread));
}

static void
load_run(struct editor *e, const struct saved *s, struct buf_in *in)
{
	struct buf text = e->run.text;
	const uint8_t *p;
	size_t len;

	p = buf_get_bytes(in, OUTPUT_KEPT + RECORD_TEXT_MAX, &len);
	e->run = s->run;
	e->run.text = text;
	buf_clear(&e->run.text);
	if (in->err == 0)
		buf_put_raw(&e->run.text, p, len);
}

static void
load_rest(struct fold *f, const struct saved *s)
{
	struct editor *e = &f->e;

	e->now_ms = s->now_ms;
	e->welcome.started_ms = s->started_ms;
	e->welcome.ended = s->ended;
	e->welcome.frozen = s->frozen;
	e->focus = s->focus;
	e->timer = s->timer;
	f->ended_ms = s->ended_ms;
	f->extended = s->extended;
	fold_planned(f, f->planned);
	f->site = s->site;
	f->file = s->file;
	f->place = s->place;
}

/* What is looked at may be shorter than it was, or not there. */
static int
look_again(struct editor *e)
{
	const struct text *t;

	for (unsigned i = 0; i < FILE_MAX; i++) {
		t = peer_text(e->peer, i);
		if (t == NULL)
			memset(&e->files[i], 0, sizeof(e->files[i]));
		else if (e->files[i].head > text_len(t))
			e->files[i].head = text_len(t);
	}
	if (editor_text(e) == NULL)
		e->file = 0;
	return editor_text(e) != NULL ? editor_lex(e) : 0;
}

int
fold_load(struct fold *f, const void *bytes, size_t len)
{
	const uint8_t *p;
	struct buf_in in;
	struct saved s;
	int r;

	buf_in_init(&in, bytes, len);
	if ((p = buf_get_raw(&in, sizeof(s))) == NULL)
		return CS_EFORMAT;
	memcpy(&s, p, sizeof(s));
	load_rest(f, &s);
	load_run(&f->e, &s, &in);
	if ((r = new_peer(f)) < 0 ||
	    (r = peer_begin(f->e.peer, s.rev, s.rev, 0, s.nfiles)) < 0)
		return r;
	for (uint32_t i = 0; i < s.nfiles; i++)
		if ((r = load_file(f, (uint8_t)i, &in)) < 0)
			return r;
	load_carets(f, &s, &in);
	load_people(&f->e, &s, &in);
	load_talk(&f->e, &s, &in);
	if (in.err != 0)
		return CS_EFORMAT;
	return look_again(&f->e);
}
