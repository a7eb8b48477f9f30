/* hubs.c - a real hub and those who speak to it, for unit tests. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "hostd/monitor.h"
#include "proto/frame.h"
#include "proto/sys/control.h"
#include "proto/sys/link.h"
#include "proto/sys/link_nng.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "tests/lib/hubs.h"

#define REDIAL_MS 20
#define LEAVING_MS 3000

/* --- the hub --- */

void
hub_start(struct world *w)
{
	char *build = getenv("BUILD"), *program, *data, *run;
	struct mon_msg m;
	struct pollfd pfd;
	struct spawn s;
	int sv[2];

	program = xasprintf("%s/codesync-hub", build != NULL ? build : "build");
	data = xasprintf("%s/data", w->dir);
	run = xasprintf("%s/run", w->dir);
	assert_int_equal(socket_pair(sv), 0);
	spawn_init(&s);
	s.path = program;
	s.argv = (char *[]){ program, (char *)"-f", (char *)"/nonexistent",
		(char *)"-D", data, (char *)"-R", run, NULL };
	s.fds[0] = s.fds[1] = -1;
	s.fds[2] = 2;
	s.fds[3] = sv[1];
	s.nfds = 4;
	s.die_with_parent = true;
	assert_int_equal(spawn(&s, &w->hub), 0);
	close(sv[1]);
	w->monitor = sv[0];
	pfd = (struct pollfd){ sv[0], POLLIN, 0 };
	assert_int_equal(poll(&pfd, 1, PATIENCE_MS), 1);
	assert_int_equal(fd_recv(sv[0], &m, sizeof(m), NULL), sizeof(m));
	assert_int_equal(m.type, MON_HUB_READY);
	free(program);
	free(data);
	free(run);
}

int
hub_wait(struct world *w)
{
	int status;

	close(w->monitor);
	assert_int_equal(waitpid(w->hub, &status, 0), w->hub);
	w->hub = 0;
	return status;
}

void
hub_kill(struct world *w)
{
	kill(w->hub, SIGKILL);
	hub_wait(w);
}

static void
on_patience(void *arg)
{
	struct world *w = arg;

	w->gave_up = true;
}

static void
check_done(void *arg)
{
	struct world *w = arg;

	if (w->gave_up || (w->done != NULL && w->done(w->done_arg)))
		loop_stop(w->loop, 0);
}

/* Turn until DONE(ARG). */
void
until(struct world *w, bool (*done)(void *arg), void *arg)
{
	w->done = done;
	w->done_arg = arg;
	w->gave_up = false;
	loop_timer_start(w->patience, PATIENCE_MS);
	loop_run(w->loop);
	loop_timer_stop(w->patience);
	w->done = NULL;
	assert_false(w->gave_up);
}

int
setup(void **state)
{
	struct world *w = xcalloc(1, sizeof(*w));

	snprintf(w->dir, sizeof(w->dir), "/tmp/codesync-hub-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	assert_int_equal(chmod(w->dir, 0711), 0);
	assert_int_equal(loop_new(&w->loop), 0);
	assert_int_equal(
	    loop_timer_new(w->loop, on_patience, w, &w->patience), 0);
	loop_before_sleep(w->loop, check_done, w);
	hub_start(w);
	*state = w;
	return 0;
}

/* Wait until the hub has noticed that the editors are gone: libnng loses the
 * memory of a message that is sent to a peer who is just leaving. */
void
wait_empty(struct world *w)
{
	uint64_t deadline = loop_now_ms() + LEAVING_MS;
	struct told t;
	int64_t n;

	do {
		tell(w, &t, "stat", "{}", NULL, 0);
		n = json_get_int(t.result, "seats_here", -1) +
		    json_get_int(t.result, "watchers", -1);
		told_release(&t);
	} while (n > 0 && loop_now_ms() < deadline);
}

int
teardown(void **state)
{
	static const char *const left[] = { "data/store/codesync.db",
		"data/store/codesync.db-wal", "data/store/codesync.db-shm",
		"data/store", "data", "run/control.sock", "run/jobs.sock",
		"run/output.sock", "run/s", "run", "" };
	struct world *w = *state;
	char path[128];
	int status;

	wait_empty(w);
	status = hub_wait(w); /* the closed socket ends it */
	loop_timer_free(w->patience);
	loop_free(w->loop);
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", w->dir, left[i]);
		remove(path);
	}
	status = status == 0 && access(w->dir, F_OK) != 0 ? 0 : -1;
	free(w);
	return status;
}

/* --- commands --- */

void
told_release(struct told *t)
{
	json_free(t->whole);
	free(t->bytes);
}

/* Run CMD with ARGS as JSON text. */
void
tell(struct world *w, struct told *t, const char *cmd, const char *args,
    const void *raw, size_t raw_len)
{
	struct json *q = json_object_new();
	char *url = xasprintf("ipc://%s/run/control.sock", w->dir);
	struct buf b;
	size_t len;

	json_set_str(q, "cmd", cmd);
	json_set(q, "args", json_parse(args, strlen(args)));
	buf_init(&b, CONTROL_MAX);
	control_encode(&b, q, raw, raw_len);
	json_free(q);
	assert_int_equal(
	    nng_request(url, b.data, b.len, PATIENCE_MS, &t->bytes, &len), 0);
	assert_int_equal(
	    control_decode(t->bytes, len, &t->whole, &t->raw, &t->raw_len), 0);
	t->result = json_get(t->whole, "result");
	t->exit = (int)json_get_int(t->whole, "exit", 0);
	buf_release(&b);
	free(url);
}

int
exit_of(struct world *w, const char *cmd, const char *args, const char *raw)
{
	struct told t;

	tell(w, &t, cmd, args, raw, raw != NULL ? strlen(raw) : 0);
	assert_true((t.exit == 0) == (t.result != NULL));
	told_release(&t);
	return t.exit;
}

static void
make(struct world *w, const char *args, char id[16], char code[16])
{
	const struct json *invite;
	struct told t;

	tell(w, &t, "room create", args, NULL, 0);
	assert_int_equal(t.exit, 0);
	invite = json_at(json_get(t.result, "invites"), 0);
	snprintf(id, 16, "%s", json_get_str(t.result, "id"));
	snprintf(code, 16, "%s", json_get_str(invite, "code"));
	told_release(&t);
}

void
make_room(struct world *w, char id[16], char code[16])
{
	make(w, "{}", id, code);
}

void
make_lobby(struct world *w, char id[16], char code[16])
{
	make(w, "{\"lobby\":true}", id, code);
}

char *
room_args(const char *id, const char *more)
{
	return xasprintf("{\"room\":\"%s\"%s}", id, more);
}

void
invite(struct world *w, const char *id, const char *role, char code[16])
{
	char *more = xasprintf(",\"role\":\"%s\"", role);
	char *args = room_args(id, more);
	struct told t;

	tell(w, &t, "room invite", args, NULL, 0);
	assert_int_equal(t.exit, 0);
	snprintf(code, 16, "%s", json_get_str(t.result, "code"));
	told_release(&t);
	free(args);
	free(more);
}

char *
get_file(struct world *w, const char *id)
{
	char *args = room_args(id, ""), *text;
	struct told t;

	tell(w, &t, "room get", args, NULL, 0);
	assert_int_equal(t.exit, 0);
	text = xasprintf("%.*s", (int)t.raw_len, (const char *)t.raw);
	told_release(&t);
	free(args);
	return text;
}

int
room_cmd(struct world *w, const char *cmd, const char *id, const char *more)
{
	char *args = room_args(id, more);
	int exit = exit_of(w, cmd, args, NULL);

	free(args);
	return exit;
}

/* --- the way in --- */

int
authenticate(struct world *w, const char *user, const char *code, char *ticket)
{
	struct mon_msg m = { .type = MON_HUB_AUTH };
	struct pollfd pfd = { w->monitor, POLLIN, 0 };

	m.req = ++w->req;
	snprintf(m.u.auth.user, sizeof(m.u.auth.user), "%s", user);
	snprintf(m.u.auth.secret, sizeof(m.u.auth.secret), "%s", code);
	assert_int_equal(fd_send(w->monitor, &m, sizeof(m), -1), 0);
	do { /* nobody signs here */
		assert_int_equal(poll(&pfd, 1, PATIENCE_MS), 1);
		assert_int_equal(
		    fd_recv(w->monitor, &m, sizeof(m), NULL), sizeof(m));
	} while (m.type == MON_HUB_SIGN);
	assert_int_equal(m.type, MON_HUB_VERDICT);
	assert_int_equal(m.req, w->req);
	memcpy(ticket, m.u.verdict.ticket, TICKET_LEN + 1);
	return (int)m.u.verdict.verdict;
}

/* --- seats --- */

void
say(struct editor *e, const struct msg *m)
{
	struct buf b;

	buf_init(&b, MSG_MAX_UP);
	msg_encode(m, &b);
	assert_int_equal(b.err, 0);
	link_send(e->link, b.data, b.len);
	buf_release(&b);
}

void
say_simple(struct editor *e, enum msg_type type)
{
	struct msg m;

	msg_init(&m);
	m.type = (uint8_t)type;
	say(e, &m);
	msg_release(&m);
}

void
say_line(struct editor *e, enum say_scope scope, const char *text)
{
	struct msg m;

	msg_init(&m);
	m.type = MSG_SAY;
	m.scope = (uint8_t)scope;
	m.text = (const uint8_t *)text;
	m.text_len = (uint32_t)strlen(text);
	say(e, &m);
	msg_release(&m);
}

void
say_act(struct editor *e, enum act_kind kind, uint8_t site, uint8_t minutes)
{
	struct msg m;

	msg_init(&m);
	m.type = MSG_ACT;
	m.act = (struct act){ (uint8_t)kind, site, minutes };
	say(e, &m);
	msg_release(&m);
}

static void
on_up(void *arg)
{
	struct editor *e = arg;
	struct msg m;

	if (e->hasty)
		say_line(e, SAY_NOTE, "too soon");
	msg_init(&m);
	m.type = MSG_HELLO;
	m.version = PROTO_VERSION;
	m.kind = e->replays   ? HELLO_REPLAY
		 : e->watcher ? HELLO_WATCHER
			      : HELLO_EDITOR;
	m.fresh = e->peer == NULL;
	m.rev = e->seen;
	say(e, &m);
	msg_release(&m);
	e->linked = true;
}

void
on_down(void *arg, int err)
{
	struct editor *e = arg;

	(void)err;
	e->downs++;
	e->linked = e->here = false;
	if (e->peer != NULL)
		peer_unsend(e->peer);
	if (e->bye < 0 || e->bye == BYE_RETRY)
		loop_timer_start(e->redial, REDIAL_MS);
}

void
dial(void *arg)
{
	struct editor *e = arg;

	e->bye = -1;
	if (link_dial(e->link, AT_FDCWD, e->path) < 0)
		loop_timer_start(e->redial, REDIAL_MS);
}

/* Send what may be sent, and type while there is something to type. */
void
type(struct editor *e)
{
	const struct edit *edit;
	struct msg m;
	struct op op;

	if (e->peer == NULL || !e->here || e->seen < e->welcome.rev)
		return;
	while (e->typed < e->want && peer_pending(e->peer) < 8) {
		op_init(&op);
		op_splice(&op, 0, 0, &"abcdefghij"[e->typed % 10], 1);
		assert_int_equal(
		    peer_edit(e->peer, 0, &op, 0, loop_now_ms()), 0);
		op_release(&op);
		e->typed++;
	}
	while ((edit = peer_next(e->peer)) != NULL) {
		msg_init(&m);
		m.type = MSG_EDIT;
		m.edit = *edit; /* only to be encoded */
		say(e, &m);
		op_init(&m.edit.op);
		msg_release(&m);
	}
}

static void
take_welcome(struct editor *e, const struct msg *m)
{
	struct msg join;

	e->welcome = m->welcome;
	e->here = m->welcome.joined;
	if (e->watcher)
		return;
	if (!m->welcome.joined && e->peer != NULL) { /* sent back */
		peer_free(e->peer);
		e->peer = NULL;
		e->seen = 0;
	}
	if (!m->welcome.joined && !m->welcome.lobby && !e->shy) {
		msg_init(&join);
		join.type = MSG_JOIN;
		join.consent = true;
		snprintf(join.name, sizeof(join.name), "Ann");
		say(e, &join);
		msg_release(&join);
	}
}

static void
take_load(struct editor *e, const struct msg *m)
{
	assert_null(e->peer);
	assert_int_equal(peer_new(&e->peer, e->welcome.site, 1, NULL, NULL), 0);
	assert_int_equal(peer_begin(e->peer, m->load.rev, m->load.until,
			     m->load.cseq, m->load.files),
	    0);
	e->load = m->load;
	e->seen = m->load.rev;
}

static void
take_doc(struct editor *e, const struct msg *m)
{
	uint8_t *sites = xmalloc(m->text_len);

	assert_int_equal(msg_doc_sites(m, sites, m->text_len), 0);
	assert_int_equal(
	    peer_load(e->peer, m->file, m->name, m->text, sites, m->text_len),
	    0);
	free(sites);
}

static void
take_record(struct editor *e, const struct record *r)
{
	if (r->rev <= e->seen)
		return;
	assert_int_equal(r->rev, e->seen + 1);
	if (e->watcher)
		assert_int_equal(order_replay(e->fold, r), 0);
	else
		assert_int_equal(peer_remote(e->peer, r), 0);
	e->seen = r->rev;
	e->edits[r->site] += r->kind == REC_EDIT;
	e->kinds[r->kind]++;
	if (r->kind == REC_RUN_OUTPUT)
		buf_put_raw(&e->output, r->text, r->text_len);
	if (r->kind == REC_RUN_INPUT) {
		buf_put_raw(&e->input, r->text, r->text_len);
		e->input_ended |= r->flags & INPUT_EOF;
	}
	e->ended |= r->kind == REC_END;
	if (r->kind == REC_RUN_END) {
		e->ended_run = r->run;
		e->verdict = r->result.verdict;
	}
}

static void
take_chunk(struct editor *e, const struct msg *m)
{
	struct chunk_reader cr;
	struct record rec;
	int r;

	record_init(&rec);
	assert_int_equal(chunk_open(&cr, m->text, m->text_len), 0);
	while ((r = chunk_next(&cr, &rec)) == 1)
		take_record(e, &rec);
	assert_int_equal(r, 0);
	record_release(&rec);
}

static void
take_people(struct editor *e, const struct msg *m)
{
	e->npeople = m->npeople;
	memset(e->states, 0, sizeof(e->states));
	for (uint32_t i = 0; i < m->npeople; i++) {
		e->states[m->people[i].site] = m->people[i].state + 1;
		e->since[m->people[i].site] = m->people[i].since_ms;
		if (m->people[i].site == e->welcome.site)
			e->writable = m->people[i].writable;
	}
}

static void
take_bye(struct editor *e, const struct msg *m)
{
	e->bye = m->reason;
	e->bye_len = m->text_len;
	memcpy(e->bye_text, m->text, m->text_len);
	e->bye_text[m->text_len] = '\0';
}

static void
take_said(struct editor *e, const struct msg *m)
{
	char *line;

	if (m->said.rev <= e->said_rev) {
		e->doubled++;
		return;
	}
	e->said_rev = m->said.rev;
	line = xasprintf("%u/%u %.*s\n", m->said.scope, m->said.site,
	    (int)m->text_len, (const char *)m->text);
	buf_put_raw(&e->said, line, strlen(line));
	free(line);
}

static void
take_notice(struct editor *e, const struct msg *m)
{
	e->notice = m->severity;
	memcpy(e->notice_text, m->text, m->text_len);
	e->notice_text[m->text_len] = '\0';
}

static void
take_measures(struct editor *e, const struct msg *m)
{
	memset(e->measures, 0, sizeof(e->measures));
	for (uint32_t i = 0; i < m->nmeasures; i++)
		e->measures[m->measures[i].site] = m->measures[i];
}

static void
practised(struct editor *e, const struct msg *m)
{
	if (m->fresh)
		buf_clear(&e->practised);
	e->practice = m->output.state;
	e->practice_waits = m->keyboard.waiting;
	if (m->output.state == RUN_ENDED)
		e->verdict = m->output.result.verdict;
	buf_put_raw(&e->practised, m->output.text, m->output.text_len);
}

static void
on_message(void *arg, const uint8_t *body, size_t len)
{
	struct editor *e = arg;
	struct msg m;

	msg_init(&m);
	assert_int_equal(msg_decode(&m, body, len, false), 0);
	buf_put_raw(&e->all, body, len);
	e->types[m.type]++;
	if (m.type == MSG_DOC || m.type == MSG_CHUNK) {
		e->contents++;
		e->content_bytes += len;
	}
	if (m.type == MSG_WELCOME)
		take_welcome(e, &m);
	else if (m.type == MSG_LOAD)
		take_load(e, &m);
	else if (m.type == MSG_DOC)
		take_doc(e, &m);
	else if (m.type == MSG_CHUNK)
		take_chunk(e, &m);
	else if (m.type == MSG_PEOPLE)
		take_people(e, &m);
	else if (m.type == MSG_NOTICE)
		take_notice(e, &m);
	else if (m.type == MSG_BYE)
		take_bye(e, &m);
	else if (m.type == MSG_KEYBOARD)
		e->keyboard = m.keyboard;
	else if (m.type == MSG_SAID)
		take_said(e, &m);
	else if (m.type == MSG_FOCUS)
		e->focus = m.focus;
	else if (m.type == MSG_TIMER)
		e->timer = m.timer;
	else if (m.type == MSG_SUMMARY)
		e->summary = m.summary;
	else if (m.type == MSG_TICKET)
		memcpy(e->ticket, m.text, TICKET_LEN);
	else if (m.type == MSG_HEAD)
		memcpy(e->head, m.text, HEAD_DIGITS);
	else if (m.type == MSG_PRACTICED)
		practised(e, &m);
	else if (m.type == MSG_MEASURES)
		take_measures(e, &m);
	else if (m.type == MSG_OUTPUT)
		buf_put_raw(&e->shown, m.output.text, m.output.text_len);
	e->retries += m.type == MSG_BYE && m.reason == BYE_RETRY;
	msg_release(&m);
	type(e);
	if (e->bye >= 0) {
		link_close(e->link);
		on_down(e, 0);
	}
}

struct editor *
editor_open(struct world *w, const char *ticket, bool watcher)
{
	static const struct link_limits limits = { MSG_MAX, MSG_MAX_UP,
		1 << 20 };
	static const struct link_events events = { on_up, on_message, on_down,
		NULL };
	struct editor *e = xcalloc(1, sizeof(*e));

	e->w = w;
	e->watcher = watcher;
	e->notice = e->bye = -1;
	e->path = xasprintf("%s/run/s/%s", w->dir, ticket);
	buf_init(&e->output, 1 << 20);
	buf_init(&e->input, 1 << 20);
	buf_init(&e->practised, MSG_MAX);
	buf_init(&e->shown, 1 << 20);
	buf_init(&e->said, 1 << 20);
	buf_init(&e->all, 16 << 20);
	assert_int_equal(order_new(&e->fold), 0);
	assert_int_equal(loop_timer_new(w->loop, dial, e, &e->redial), 0);
	assert_int_equal(
	    link_new(&e->link, w->loop, FRAME_PAIR, &limits, &events, e), 0);
	dial(e);
	return e;
}

struct editor *
enter(struct world *w, const char *id, const char *code)
{
	char ticket[TICKET_LEN + 1];

	assert_int_equal(authenticate(w, id, code, ticket), MON_OK);
	return editor_open(w, ticket, false);
}

struct editor *
watch(struct world *w, const char *id)
{
	char *args = room_args(id, "");
	struct editor *e;
	struct told t;

	tell(w, &t, "room watch", args, NULL, 0);
	assert_int_equal(t.exit, 0);
	e = editor_open(w, json_get_str(t.result, "ticket"), true);
	told_release(&t);
	free(args);
	return e;
}

void
editor_close(struct editor *e)
{
	link_free(e->link);
	loop_timer_free(e->redial);
	peer_free(e->peer);
	order_free(e->fold);
	buf_release(&e->output);
	buf_release(&e->input);
	buf_release(&e->practised);
	buf_release(&e->shown);
	buf_release(&e->said);
	buf_release(&e->all);
	free(e->path);
	free(e);
}

bool
is_here(void *arg)
{
	struct editor *e = arg;

	return e->here && e->peer != NULL && e->seen >= e->welcome.rev &&
	       peer_file_count(e->peer) > 0;
}

bool
waits(void *arg)
{
	struct editor *e = arg;

	return e->welcome.lobby && !e->here &&
	       e->states[e->welcome.site] == PERSON_LOBBY + 1;
}

bool
has_bye(void *arg)
{
	return ((struct editor *)arg)->bye >= 0;
}

bool
has_notice(void *arg)
{
	return ((struct editor *)arg)->notice >= 0;
}

char *
text_of(const struct text *t)
{
	size_t len = text_len(t);
	char *p = xmalloc(len + 1);

	assert_int_equal(text_copy(t, 0, len, p), 0);
	p[len] = '\0';
	return p;
}

void
meeting_begin(struct meeting *s, struct world *w)
{
	char code[16];

	memset(s, 0, sizeof(*s));
	s->w = w;
	make_room(w, s->id, s->code);
	s->c = enter(w, s->id, s->code);
	until(w, is_here, s->c);
	invite(w, s->id, "interviewer", code);
	s->staff = enter(w, s->id, code);
	until(w, is_here, s->staff);
}

void
meeting_end(struct meeting *s)
{
	editor_close(s->c);
	editor_close(s->staff);
}

bool
has_pong(void *arg)
{
	return ((struct editor *)arg)->types[MSG_PONG] > 0;
}
