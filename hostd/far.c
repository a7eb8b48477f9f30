/*
 * far.c - runners on other machines. Nothing is kept for one beyond what its
 * links hold: a runner has at most RELAY_WINDOW bytes on the way that the hub has
 * not read, and one request.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hostd/far.h"
#include "hostd/listen.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

#define DENIED_MS 1000 /* to read why, before the connection is closed */
#define ACK_MS 2 /* from one look at whether the hub has read to the next */
#define LOG_PER_WINDOW 20
#define LOG_WINDOW_MS 10000
#define ID_LEN 4
#define IS_LAST 0x80000000u /* see server.c */

enum far_state { FAR_STRANGER, FAR_DENIED, FAR_RUNNER, FAR_GONE };

struct far {
	struct far *next;
	struct fars *fars;
	enum far_state state;
	struct link *tls, *asks, *outputs;
	struct loop_timer *limit; /* to HELLO; then for silence */
	struct loop_timer *ack;
	uint64_t nonce;
	uint32_t request;      /* the last one's id */
	uint32_t pushed, read; /* by the runner; by the hub */
	char from[ADDR_TEXT_SIZE];
};

struct fars {
	struct loop *loop;
	const struct pass *pass;
	struct far *first;
	/* the log's: who knocks must not be able to fill a disk */
	uint64_t window_ms;
	unsigned lines, left_out;
};

/* --- the log --- */

static bool
may_log(struct fars *f)
{
	uint64_t now_ms = loop_now_ms();

	if (now_ms - f->window_ms >= LOG_WINDOW_MS) {
		if (f->left_out > 0)
			log_info("%u lines about connections were left out",
			    f->left_out);
		f->window_ms = now_ms;
		f->lines = f->left_out = 0;
	}
	if (f->lines == LOG_PER_WINDOW) {
		f->left_out++;
		return false;
	}
	f->lines++;
	return true;
}

/* --- the end of one --- */

/* It may be that we are called by one of its links: it is freed by the next
 * connection, or with the others. */
static void
far_end(struct far *c, const char *why)
{
	if (c->state == FAR_GONE)
		return;
	if (may_log(c->fars))
		log_info("%s %s: %s",
		    c->state == FAR_RUNNER ? "the runner at"
					   : "a connection from",
		    c->from, why);
	c->state = FAR_GONE;
	link_free(c->tls);
	link_free(c->asks);
	link_free(c->outputs);
	c->tls = c->asks = c->outputs = NULL;
	loop_timer_stop(c->ack);
	loop_timer_start(c->limit, 0);
}

static void
far_free(struct far *c)
{
	struct far **at = &c->fars->first;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	link_free(c->tls);
	link_free(c->asks);
	link_free(c->outputs);
	loop_timer_free(c->limit);
	loop_timer_free(c->ack);
	free(c);
}

static void
on_limit(void *arg)
{
	struct far *c = arg;

	if (c->state == FAR_GONE) {
		far_free(c);
		return;
	}
	far_end(c, c->state == FAR_STRANGER ? "it did not show the secret"
		   : c->state == FAR_DENIED ? "is closed"
					    : "is silent");
}

/* --- to the runner --- */

static void
tell(struct far *c, const struct relay_msg *m)
{
	struct buf b;
	int r;

	buf_init(&b, RELAY_DOWN_MAX);
	relay_msg_encode(m, &b);
	r = b.err != 0 ? b.err : link_send(c->tls, b.data, b.len);
	buf_release(&b);
	if (r < 0)
		far_end(c, "it does not take what it is told");
}

static void
deny(struct far *c, enum relay_denial why)
{
	struct relay_msg m = { .type = RELAY_DENIED, .why = (uint8_t)why };

	if (may_log(c->fars))
		log_warn("a runner at %s is refused: %s", c->from,
		    relay_denial_text(why));
	tell(c, &m);
	if (c->state == FAR_GONE)
		return;
	c->state = FAR_DENIED;
	loop_timer_start(c->limit, DENIED_MS);
}

static void
acknowledge(struct far *c)
{
	struct relay_msg m = { .type = RELAY_ACK, .number = c->read };

	tell(c, &m);
}

static void
on_ack(void *arg)
{
	struct far *c = arg;

	if (link_unread(c->outputs)) {
		loop_timer_start(c->ack, ACK_MS);
		return;
	}
	c->read = c->pushed;
	acknowledge(c);
}

/* --- the hub --- */

static void
on_answer(void *arg, const uint8_t *body, size_t len)
{
	struct far *c = arg;
	struct relay_msg m = { .type = RELAY_ANSWER };
	uint32_t id = 0;

	for (size_t i = 0; i < ID_LEN && i < len; i++)
		id = id << 8 | body[i];
	if (len < ID_LEN || id != c->request)
		return; /* to a request that has been replaced */
	m.body = body + ID_LEN;
	m.len = len - ID_LEN;
	tell(c, &m);
}

static void
on_nothing(void *arg, const uint8_t *body, size_t len)
{
	(void)arg;
	(void)body;
	(void)len;
}

static void
on_hub_down(void *arg, int err)
{
	(void)err;
	far_end(arg, "the hub has gone; it will come again");
}

static int
dial_hub(struct far *c)
{
	static const struct link_events asks = { NULL, on_answer, on_hub_down,
		NULL };
	static const struct link_events outputs = { NULL, on_nothing,
		on_hub_down, NULL };
	static const struct link_limits ask = { JOB_MSG_MAX + ID_LEN,
		RELAY_UP_MAX, RELAY_UP_MAX };
	static const struct link_limits output = { 0, RELAY_UP_MAX,
		2 * RELAY_WINDOW };
	struct loop *loop = c->fars->loop;
	int r;

	if ((r = link_new(&c->asks, loop, FRAME_REQ, &ask, &asks, c)) < 0 ||
	    (r = link_new(
		 &c->outputs, loop, FRAME_PUSH, &output, &outputs, c)) < 0 ||
	    (r = link_dial(c->asks, AT_FDCWD, "jobs.sock")) < 0)
		return r;
	return link_dial(c->outputs, AT_FDCWD, "output.sock");
}

/* --- what the runner says --- */

static unsigned
count(const struct fars *f, enum far_state state)
{
	unsigned n = 0;

	for (const struct far *c = f->first; c != NULL; c = c->next)
		n += c->state == state;
	return n;
}

/* The same process on a newer connection; nobody else can know its nonce. */
static void
replace(struct far *c, uint64_t nonce)
{
	for (struct far *o = c->fars->first; o != NULL; o = o->next)
		if (o != c && o->state == FAR_RUNNER && o->nonce == nonce)
			far_end(o, "it has come again");
}

static void
take_hello(struct far *c, const struct relay_msg *m)
{
	struct relay_msg welcome = { .type = RELAY_WELCOME };

	if (m->version != JOB_VERSION) {
		deny(c, DENIED_VERSION);
		return;
	}
	if (!relay_secret_equal(m->secret, c->fars->pass->secret)) {
		deny(c, DENIED_SECRET);
		return;
	}
	replace(c, m->nonce);
	if (count(c->fars, FAR_RUNNER) >= FAR_RUNNERS_MAX) {
		deny(c, DENIED_FULL);
		return;
	}
	if (dial_hub(c) < 0) {
		deny(c, DENIED_HUB);
		return;
	}
	c->state = FAR_RUNNER;
	c->nonce = m->nonce;
	link_limit_in(c->tls, RELAY_UP_MAX);
	loop_timer_start(c->limit, JOB_LEASE_MS);
	if (may_log(c->fars))
		log_info("a runner has come from %s", c->from);
	tell(c, &welcome);
}

/* Is that a request of this runner's own, and does it not pass for codesyncd's? */
static int
take_ask(struct far *c, const struct relay_msg *m)
{
	struct job_msg job;
	struct buf b;
	int r;

	if ((r = job_msg_decode(&job, m->body, m->len)) < 0)
		return r;
	if (job.type != JOB_NEXT || job.nonce != c->nonce || job.embedded)
		return CS_EPERM;
	c->request = (c->request + 1) | IS_LAST;
	buf_init(&b, RELAY_UP_MAX);
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_put_u8(&b, (uint8_t)(c->request >> shift));
	buf_put_raw(&b, m->body, m->len);
	r = b.err != 0 ? b.err : link_send(c->asks, b.data, b.len);
	buf_release(&b);
	return r;
}

static int
take_push(struct far *c, const struct relay_msg *m)
{
	struct job_msg job;
	int r;

	if ((r = job_msg_decode(&job, m->body, m->len)) < 0)
		return r;
	if (job.nonce != c->nonce ||
	    (job.type != JOB_STARTED && job.type != JOB_OUTPUT &&
		job.type != JOB_END && job.type != JOB_BEAT &&
		job.type != JOB_WAITING && job.type != JOB_CHECKED))
		return CS_EPERM;
	if ((r = link_send(c->outputs, m->body, m->len)) < 0)
		return r;
	c->pushed = m->number;
	if (!loop_timer_running(c->ack))
		loop_timer_start(c->ack, ACK_MS);
	if (job.type == JOB_BEAT)
		acknowledge(c); /* that we are there, though the hub stalls */
	return 0;
}

static void
on_message(void *arg, const uint8_t *body, size_t len)
{
	struct far *c = arg;
	struct relay_msg m;
	int r = relay_msg_decode(&m, body, len);

	if (c->state == FAR_RUNNER) {
		loop_timer_start(c->limit, JOB_LEASE_MS);
		if (r == 0 && m.type == RELAY_ASK)
			r = take_ask(c, &m);
		else if (r == 0 && m.type == RELAY_PUSH)
			r = take_push(c, &m);
		else
			r = CS_EFORMAT;
		if (r < 0)
			far_end(c, "it says what no runner says");
	} else if (c->state == FAR_STRANGER) {
		if (r == 0 && m.type == RELAY_HELLO)
			take_hello(c, &m);
		else
			far_end(c, "it is no runner");
	}
	explicit_bzero(&m.secret, sizeof(m.secret));
}

static void
on_down(void *arg, int err)
{
	far_end(arg, err == CS_ECLOSED ? "is closed by it"
				       : "it does not speak our TLS");
}

/* --- who connects --- */

/* The oldest one that has shown nothing. */
static void
make_room(struct fars *f)
{
	struct far *oldest = NULL;

	if (count(f, FAR_STRANGER) + count(f, FAR_DENIED) < FAR_STRANGERS_MAX)
		return;
	for (struct far *c = f->first; c != NULL; c = c->next)
		if (c->state == FAR_STRANGER || c->state == FAR_DENIED)
			oldest = c;
	far_end(oldest, "makes room for a newer one");
}

void
fars_accept(struct fars *f, int fd, const struct sockaddr_storage *ss)
{
	static const struct link_events events = { NULL, on_message, on_down,
		NULL };
	static const struct link_limits limits = { RELAY_HELLO_MAX,
		RELAY_DOWN_MAX, RELAY_DOWN_MAX };
	struct far *c;
	int on = 1;

	make_room(f);
	if ((c = calloc(1, sizeof(*c))) == NULL) {
		close(fd);
		return;
	}
	c->fars = f;
	c->next = f->first;
	f->first = c;
	addr_text(ss, true, c->from);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (loop_timer_new(f->loop, on_limit, c, &c->limit) < 0 ||
	    loop_timer_new(f->loop, on_ack, c, &c->ack) < 0 ||
	    link_new(&c->tls, f->loop, FRAME_PAIR, &limits, &events, c) < 0) {
		close(fd);
		far_free(c);
		return;
	}
	loop_timer_start(c->limit, RELAY_HELLO_MS);
	if (tls_adopt(f->pass->side, c->tls, fd) < 0)
		far_free(c);
}

int
fars_new(struct fars **out, struct loop *loop, const struct pass *pass)
{
	struct fars *f = xcalloc(1, sizeof(*f));

	f->loop = loop;
	f->pass = pass;
	f->window_ms = loop_now_ms();
	*out = f;
	return 0;
}

void
fars_free(struct fars *f)
{
	if (f == NULL)
		return;
	while (f->first != NULL)
		far_free(f->first);
	free(f);
}
