/*
 * seat.c - see seat.h. It does with its link what client/downlink.c and online.c
 * do with theirs: HELLO, JOIN, load, the stream, edits only once it has seen what
 * the hub had at WELCOME, and dialling again after REDIAL_MIN_MS to REDIAL_MAX_MS.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "proto/err.h"
#include "proto/sys/util.h"
#include "tests/bench/bench.h"
#include "tests/bench/seat.h"

#define UNSENT_MAX (1024 * 1024)
#define REDIAL_MIN_MS 50
#define REDIAL_MAX_MS 1000

static void
must(int r, const char *what)
{
	if (r < 0)
		bench_die("a seat: %s: %s", what, cs_strerror(r));
}

/* --- the link --- */

static void
redial_later(struct seat *s)
{
	uint64_t wait = s->redial_ms / 2 + random_u64() % s->redial_ms;

	if (s->apart)
		return;
	loop_timer_start(s->redial, wait);
	s->redial_ms *= 2;
	if (s->redial_ms > REDIAL_MAX_MS)
		s->redial_ms = REDIAL_MAX_MS;
}

static void
go_offline(struct seat *s)
{
	s->online = s->joined = false;
	if (s->peer != NULL)
		peer_unsend(s->peer);
	redial_later(s);
}

static void
hang_up(struct seat *s)
{
	link_close(s->link);
	go_offline(s);
}

static void
start_afresh(struct seat *s)
{
	peer_free(s->peer);
	s->peer = NULL;
	s->afresh++;
	hang_up(s);
}

static void
dial(void *arg)
{
	struct seat *s = arg;

	if (link_dial(s->link, AT_FDCWD, s->path) < 0)
		redial_later(s);
}

static void
on_down(void *arg, int err)
{
	(void)err;
	go_offline(arg);
}

/* --- to the hub --- */

static void
say(struct seat *s, const struct msg *m)
{
	struct buf b;
	int r;

	buf_init(&b, MSG_MAX_UP);
	msg_encode(m, &b);
	must(b.err, "a message");
	r = link_send(s->link, b.data, b.len);
	buf_release(&b);
	if (r < 0 && link_is_up(s->link))
		hang_up(s);
}

static void
on_up(void *arg)
{
	struct seat *s = arg;
	struct msg m;

	msg_init(&m);
	m.type = MSG_HELLO;
	m.version = PROTO_VERSION;
	m.kind = s->fold != NULL ? HELLO_WATCHER : HELLO_EDITOR;
	m.fresh = s->fold == NULL && s->peer == NULL;
	m.rev = seat_seen(s);
	s->hello_ms = bench_now_ms();
	say(s, &m);
	msg_release(&m);
}

static void
say_join(struct seat *s)
{
	struct msg m;

	msg_init(&m);
	m.type = MSG_JOIN;
	memcpy(m.name, "Ann", sizeof("Ann"));
	m.consent = true;
	say(s, &m);
	msg_release(&m);
}

static void
say_edit(struct seat *s, const struct edit *e)
{
	struct msg m;

	msg_init(&m);
	m.type = MSG_EDIT;
	m.edit = *e; /* only to be encoded */
	say(s, &m);
	op_init(&m.edit.op);
	msg_release(&m);
}

void
seat_send(struct seat *s)
{
	const struct edit *e;

	while (s->peer != NULL && seat_is_loaded(s) &&
	       (e = peer_next(s->peer)) != NULL)
		say_edit(s, e);
}

static void
pump(struct seat *s)
{
	while (s->more != NULL && seat_is_loaded(s) &&
	       peer_pending(s->peer) < s->window)
		if (!s->more(s))
			s->more = NULL;
	seat_send(s);
}

/* --- from the hub --- */

static void
take_welcome(struct seat *s, const struct msg *m)
{
	const struct welcome *w = &m->welcome;

	s->online = true;
	s->redial_ms = REDIAL_MIN_MS;
	s->until_rev = w->rev;
	s->joined = w->joined;
	if (s->fold != NULL)
		return;
	s->site = w->site;
	if (!w->joined)
		say_join(s);
}

static void
take_load(struct seat *s, const struct msg *m)
{
	const struct load *l = &m->load;

	must(peer_new(&s->peer, s->site, 1, NULL, NULL), "LOAD");
	must(peer_begin(s->peer, l->rev, l->until, l->cseq, l->files), "LOAD");
}

static void
take_doc(struct seat *s, const struct msg *m)
{
	uint8_t *sites = xmalloc(m->text_len);

	must(msg_doc_sites(m, sites, m->text_len), "DOC");
	must(peer_load(s->peer, m->file, m->name, m->text, sites, m->text_len),
	    "DOC");
	free(sites);
	s->loaded_ms = bench_now_ms();
}

static int
take_record(struct seat *s)
{
	const struct record *r = &s->record;
	int err;

	if (r->rev <= seat_seen(s))
		return 0;
	err = s->fold != NULL ? order_replay(s->fold, r)
			      : peer_remote(s->peer, r);
	if (err == 0 && s->heard != NULL)
		s->heard(s, r, r->rev > s->until_rev);
	return err;
}

static void
take_chunk(struct seat *s, const struct msg *m)
{
	struct chunk_reader cr;
	int r;

	s->log_bytes += m->text_len;
	must(chunk_open(&cr, m->text, m->text_len), "CHUNK");
	while ((r = chunk_next(&cr, &s->record)) == 1)
		if ((r = take_record(s)) < 0)
			break;
	if (r == CS_ESEQ)
		hang_up(s);
	else if (r < 0)
		start_afresh(s);
}

static void
take_bye(struct seat *s, const struct msg *m)
{
	s->redial_ms = REDIAL_MAX_MS;
	if (m->reason == BYE_RETRY)
		hang_up(s);
	else if (m->reason == BYE_REFUSED)
		start_afresh(s);
	else
		bench_die("a seat is sent away: %.*s", (int)m->text_len,
		    (const char *)m->text);
}

static const struct {
	uint8_t type;
	void (*fn)(struct seat *s, const struct msg *m);
} takers[] = {
	{ MSG_WELCOME, take_welcome },
	{ MSG_LOAD, take_load },
	{ MSG_DOC, take_doc },
	{ MSG_CHUNK, take_chunk },
	{ MSG_BYE, take_bye },
};

static void
on_message(void *arg, const uint8_t *body, size_t len)
{
	struct seat *s = arg;

	must(msg_decode(&s->msg, body, len, false), "a message of the hub's");
	for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++)
		if (takers[i].type == s->msg.type)
			takers[i].fn(s, &s->msg);
	pump(s);
}

/* --- for the benchmark --- */

struct seat *
seat_open(struct loop *loop, char *path, bool watcher)
{
	static const struct link_limits limits = { MSG_MAX, MSG_MAX_UP,
		UNSENT_MAX };
	static const struct link_events events = { on_up, on_message, on_down,
		NULL };
	struct seat *s = xcalloc(1, sizeof(*s));

	s->path = path;
	s->redial_ms = REDIAL_MIN_MS;
	record_init(&s->record);
	msg_init(&s->msg);
	if (watcher)
		must(order_new(&s->fold), "its fold");
	must(loop_timer_new(loop, dial, s, &s->redial), "its timer");
	must(link_new(&s->link, loop, FRAME_PAIR, &limits, &events, s), "link");
	dial(s);
	return s;
}

void
seat_close(struct seat *s)
{
	link_free(s->link);
	loop_timer_free(s->redial);
	peer_free(s->peer);
	order_free(s->fold);
	record_release(&s->record);
	msg_release(&s->msg);
	free(s->path);
	free(s);
}

void
seat_feed(
    struct seat *s, bool (*more)(struct seat *s), size_t window, void *arg)
{
	s->more = more;
	s->window = window;
	s->arg = arg;
	pump(s);
}

int
seat_edit(struct seat *s, size_t pos, size_t del, const void *ins, size_t len)
{
	struct op op;
	int r;

	op_init(&op);
	must(op_splice(&op, pos, del, ins, len), "an edit");
	r = peer_edit(s->peer, 0, &op, 0, loop_now_ms());
	op_release(&op);
	if (r != CS_EBUSY)
		must(r, "an edit");
	return r;
}

void
seat_part(struct seat *s)
{
	s->apart = true;
	loop_timer_stop(s->redial);
	hang_up(s);
}

void
seat_return(struct seat *s)
{
	s->apart = false;
	s->redial_ms = REDIAL_MIN_MS;
	dial(s);
}

bool
seat_is_loaded(const struct seat *s)
{
	return s->online && s->joined && seat_text(s) != NULL &&
	       seat_seen(s) >= s->until_rev;
}

bool
seat_is_settled(const struct seat *s)
{
	return seat_is_loaded(s) && s->more == NULL &&
	       (s->peer == NULL || peer_pending(s->peer) == 0);
}

uint64_t
seat_seen(const struct seat *s)
{
	if (s->fold != NULL)
		return order_rev(s->fold);
	return s->peer != NULL ? peer_seen(s->peer) : 0;
}

const struct text *
seat_text(const struct seat *s)
{
	if (s->fold != NULL)
		return order_text(s->fold, 0);
	return s->peer != NULL ? peer_text(s->peer, 0) : NULL;
}

static bool
is_offline(const struct seat *s)
{
	return !s->online;
}

static bool
all(const struct seats *s, bool (*is)(const struct seat *s))
{
	for (size_t i = 0; i < s->n; i++)
		if (!is(s->v[i]))
			return false;
	return true;
}

bool
seats_loaded(void *arg)
{
	return all(arg, seat_is_loaded);
}

bool
seats_settled(void *arg)
{
	return all(arg, seat_is_settled);
}

bool
seats_offline(void *arg)
{
	return all(arg, is_offline);
}
