/*
 * remote.c - the hub on another machine. A name is looked up by glibc's own
 * thread, because nothing may block our loop; all else is ours.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"
#include "runner/remote.h"

#define LOOKUP_MS 20 /* from one look at whether a name is known to the next */
#define CONNECT_MS 5000 /* for one address, and for the handshake */
#define AGAIN_MIN_MS 50
#define AGAIN_MAX_MS 1000
#define REFUSED_MS 5000 /* to who does not want us we come less often */
#define HOST_SIZE 256

enum phase {
	REMOTE_IDLE, /* until `again` */
	REMOTE_LOOKS_UP,
	REMOTE_CONNECTS,
	REMOTE_GREETS, /* TLS, and HELLO */
	REMOTE_READY
};

/* A push that the hub has not read, or that is not even sent. */
struct kept {
	struct kept *next;
	uint32_t number;
	bool sent; /* on this connection */
	size_t len;
	uint8_t body[];
};

struct remote {
	struct upstream up; /* first */
	struct loop *loop;
	const struct remote_pass *pass;
	uint64_t nonce;
	struct upstream_events ev;
	void *arg;
	char host[HOST_SIZE], port[8];
	enum phase phase;
	struct gaicb lookup;
	struct addrinfo *found, *next; /* addresses, and the one to try */
	int fd;                        /* while it connects */
	struct loop_io *io;
	struct link *link;
	struct loop_timer *timer; /* whatever the phase waits for */
	uint64_t pause_ms;
	struct kept *first, **last;
	size_t bytes;      /* of them */
	uint32_t number;   /* of the last push */
	bool starved;      /* there was no room for one */
	char trouble[256]; /* that was told, "" when all is well */
};

static void connect_next(struct remote *m, int error);

/* --- trouble --- */

/* Say it once. */
static void
complain(struct remote *m, const char *what, const char *why)
{
	char text[sizeof(m->trouble)];

	snprintf(text, sizeof(text), "%s: %s%s", m->pass->where, what, why);
	if (strcmp(text, m->trouble) == 0)
		return;
	memcpy(m->trouble, text, sizeof(text));
	log_err("%s; trying again", text);
}

static void
close_fd(struct remote *m)
{
	loop_io_free(m->io);
	m->io = NULL;
	if (m->fd >= 0)
		close(m->fd);
	m->fd = -1;
}

static void
forget_addresses(struct remote *m)
{
	if (m->found != NULL)
		freeaddrinfo(m->found);
	m->found = m->next = NULL;
}

/* Come again after at least MIN_MS, and later each time. */
static void
come_again(struct remote *m, uint64_t min_ms)
{
	close_fd(m);
	link_close(m->link);
	forget_addresses(m);
	for (struct kept *k = m->first; k != NULL; k = k->next)
		k->sent = false;
	m->phase = REMOTE_IDLE;
	if (m->pause_ms < min_ms)
		m->pause_ms = min_ms;
	loop_timer_start(m->timer, m->pause_ms);
	m->pause_ms *= 2;
	if (m->pause_ms > AGAIN_MAX_MS)
		m->pause_ms = AGAIN_MAX_MS;
}

/* --- what is pushed --- */

static int
send_push(struct remote *m, uint32_t number, const void *body, size_t len)
{
	struct relay_msg msg = {
		.type = RELAY_PUSH, .number = number, .body = body, .len = len
	};
	struct buf b;
	int r;

	buf_init(&b, RELAY_UP_MAX);
	relay_msg_encode(&msg, &b);
	r = b.err != 0 ? b.err : link_send(m->link, b.data, b.len);
	buf_release(&b);
	return r;
}

/* All is sent, as far as the connection takes it. */
static bool
send_kept(struct remote *m)
{
	if (m->phase != REMOTE_READY)
		return false;
	for (struct kept *k = m->first; k != NULL; k = k->next) {
		if (!k->sent && send_push(m, k->number, k->body, k->len) < 0)
			return false;
		k->sent = true;
	}
	return true;
}

static void
keep(struct remote *m, const void *body, size_t len)
{
	struct kept *k = xmalloc(sizeof(*k) + len);

	k->next = NULL;
	k->number = ++m->number;
	k->sent = false;
	k->len = len;
	memcpy(k->body, body, len);
	*m->last = k;
	m->last = &k->next;
	m->bytes += len;
}

/* What is not kept is dropped when it would overtake: the number by which it is
 * acknowledged stands for all before it. */
static int
remote_push(struct upstream *u, const void *body, size_t len, bool kept)
{
	struct remote *m = (struct remote *)u;

	if (!kept)
		return send_kept(m) ? send_push(m, ++m->number, body, len)
				    : CS_ECLOSED;
	if (m->starved || (m->first != NULL && m->bytes + len > RELAY_WINDOW)) {
		m->starved = true;
		return CS_EAGAIN;
	}
	keep(m, body, len);
	send_kept(m);
	return 0;
}

static void
take_ack(struct remote *m, uint32_t number)
{
	struct kept *k;

	while ((k = m->first) != NULL && (int32_t)(number - k->number) >= 0) {
		if ((m->first = k->next) == NULL)
			m->last = &m->first;
		m->bytes -= k->len;
		free(k);
	}
	if (!m->starved || m->bytes > RELAY_WINDOW / 2)
		return;
	m->starved = false;
	m->ev.room(m->arg);
}

static bool
remote_busy(const struct upstream *u)
{
	return ((const struct remote *)u)->first != NULL;
}

/* --- what is asked --- */

static int
remote_ask(struct upstream *u, const void *body, size_t len)
{
	struct remote *m = (struct remote *)u;
	struct relay_msg msg = { .type = RELAY_ASK, .body = body, .len = len };
	struct buf b;
	int r = CS_EAGAIN;

	if (m->phase != REMOTE_READY)
		return r;
	buf_init(&b, RELAY_UP_MAX);
	relay_msg_encode(&msg, &b);
	r = b.err != 0 ? b.err : link_send(m->link, b.data, b.len);
	buf_release(&b);
	return r;
}

/* --- the connection --- */

static void
on_up(void *arg)
{
	struct remote *m = arg;
	struct relay_msg msg = {
		.type = RELAY_HELLO, .version = JOB_VERSION, .nonce = m->nonce
	};
	struct buf b;

	memcpy(msg.secret, m->pass->secret, sizeof(msg.secret));
	buf_init(&b, RELAY_HELLO_MAX);
	relay_msg_encode(&msg, &b);
	link_send(m->link, b.data, b.len); /* else `down` is told */
	explicit_bzero(b.data, b.len);
	explicit_bzero(&msg, sizeof(msg));
	buf_release(&b);
}

static void
welcome(struct remote *m)
{
	m->phase = REMOTE_READY;
	m->pause_ms = AGAIN_MIN_MS;
	m->trouble[0] = '\0';
	loop_timer_start(m->timer, RELAY_SILENCE_MS);
	log_info("this runner has come to %s", m->pass->where);
	send_kept(m);
	m->ev.again(m->arg);
}

static void
on_message(void *arg, const uint8_t *body, size_t len)
{
	struct remote *m = arg;
	struct relay_msg msg;
	int r = relay_msg_decode(&msg, body, len);

	if (r == 0 && m->phase == REMOTE_GREETS && msg.type == RELAY_WELCOME) {
		welcome(m);
	} else if (r == 0 && m->phase == REMOTE_GREETS &&
		   msg.type == RELAY_DENIED) {
		complain(
		    m, "this runner is refused: ", relay_denial_text(msg.why));
		come_again(m, msg.why == DENIED_HUB ? 0 : REFUSED_MS);
	} else if (r == 0 && m->phase == REMOTE_READY &&
		   (msg.type == RELAY_ANSWER || msg.type == RELAY_ACK)) {
		loop_timer_start(m->timer, RELAY_SILENCE_MS);
		if (msg.type == RELAY_ACK)
			take_ack(m, msg.number);
		else
			m->ev.answer(m->arg, msg.body, msg.len);
	} else {
		complain(m, "it says what no relay says", "");
		come_again(m, REFUSED_MS);
	}
}

static void
on_down(void *arg, int err)
{
	struct remote *m = arg;
	uint64_t min_ms = 0;

	if (err == CS_EPERM || err == CS_EFORMAT)
		min_ms = REFUSED_MS;
	if (err == CS_EPERM)
		complain(m, "it has another certificate than the file of -s: ",
		    "get that again from the host's keys/runner.pass");
	else if (err == CS_EFORMAT)
		complain(m,
		    "what listens there does not speak TLS as a relay "
		    "does",
		    "");
	else if (m->phase == REMOTE_READY)
		complain(m, "the connection is lost", "");
	else
		complain(
		    m, "it hangs up at once: is that the relay's port?", "");
	come_again(m, min_ms);
}

static void
on_room(void *arg)
{
	struct remote *m = arg;

	send_kept(m);
	m->ev.again(m->arg);
}

static void
connected(struct remote *m)
{
	int fd = m->fd, on = 1, r;

	loop_io_free(m->io);
	m->io = NULL;
	m->fd = -1;
	m->phase = REMOTE_GREETS;
	loop_timer_start(m->timer, CONNECT_MS);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if ((r = tls_adopt(m->pass->side, m->link, fd)) < 0)
		on_down(m, r);
}

static void
on_connect(void *arg, int what)
{
	struct remote *m = arg;
	int error = 0;
	socklen_t len = sizeof(error);

	(void)what;
	if (getsockopt(m->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	if (error == 0)
		connected(m);
	else
		connect_next(m, error);
}

static int
connect_to(struct remote *m, const struct addrinfo *a)
{
	m->fd =
	    socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (m->fd < 0 || (connect(m->fd, a->ai_addr, a->ai_addrlen) != 0 &&
			     errno != EINPROGRESS))
		return -1;
	return loop_io_new(m->loop, m->fd, LOOP_WRITE, on_connect, m, &m->io);
}

/* Try the next address; ERROR is of the one before. */
static void
connect_next(struct remote *m, int error)
{
	const struct addrinfo *a;

	m->phase = REMOTE_CONNECTS;
	while ((a = m->next) != NULL) {
		m->next = a->ai_next;
		close_fd(m);
		if (connect_to(m, a) == 0) {
			loop_timer_start(m->timer, CONNECT_MS);
			return;
		}
		error = errno;
	}
	complain(m, "it is not reached: ", strerror(error));
	come_again(m, 0);
}

/* --- the name --- */

static const struct addrinfo numeric = {
	.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM
};
static const struct addrinfo by_name = {
	.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG, .ai_socktype = SOCK_STREAM
};

static void
look_up(struct remote *m)
{
	struct gaicb *list[] = { &m->lookup };

	if (getaddrinfo(m->host, m->port, &numeric, &m->found) == 0) {
		m->next = m->found;
		connect_next(m, 0);
		return;
	}
	m->found = NULL;
	memset(&m->lookup, 0, sizeof(m->lookup));
	m->lookup.ar_name = m->host;
	m->lookup.ar_service = m->port;
	m->lookup.ar_request = &by_name;
	if (getaddrinfo_a(GAI_NOWAIT, list, 1, NULL) != 0) {
		complain(m, "its name cannot be looked up", "");
		come_again(m, 0);
		return;
	}
	m->phase = REMOTE_LOOKS_UP;
	loop_timer_start(m->timer, LOOKUP_MS);
}

static void
looked_up(struct remote *m)
{
	int r = gai_error(&m->lookup);

	if (r == EAI_INPROGRESS) {
		loop_timer_start(m->timer, LOOKUP_MS);
	} else if (r != 0) {
		complain(m, "its name is not known: ", gai_strerror(r));
		come_again(m, 0);
	} else {
		m->found = m->next = m->lookup.ar_result;
		connect_next(m, 0);
	}
}

static void
on_timer(void *arg)
{
	struct remote *m = arg;

	switch (m->phase) {
	case REMOTE_IDLE:
		look_up(m);
		break;
	case REMOTE_LOOKS_UP:
		looked_up(m);
		break;
	case REMOTE_CONNECTS:
		connect_next(m, ETIMEDOUT);
		break;
	case REMOTE_GREETS:
	case REMOTE_READY:
		complain(m, "it does not answer any more", "");
		come_again(m, 0);
		break;
	}
}

/* --- opening and closing --- */

static int
split_where(struct remote *m)
{
	const char *where = m->pass->where, *colon = strrchr(where, ':');
	size_t len = colon != NULL ? (size_t)(colon - where) : 0;
	uint64_t port;

	if (len > 2 && where[0] == '[' && where[len - 1] == ']') {
		where++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(m->host) ||
	    parse_num(colon + 1, 1, 65535, &port) < 0)
		return CS_EINVAL;
	memcpy(m->host, where, len);
	snprintf(m->port, sizeof(m->port), "%u", (unsigned)port);
	return 0;
}

/* A lookup that cannot be taken back still writes into us: then we stay. */
static void
remote_close(struct upstream *u)
{
	struct remote *m = (struct remote *)u;
	struct kept *k;

	close_fd(m);
	link_free(m->link);
	loop_timer_free(m->timer);
	while ((k = m->first) != NULL) {
		m->first = k->next;
		free(k);
	}
	if (m->phase == REMOTE_LOOKS_UP &&
	    gai_cancel(&m->lookup) == EAI_NOTCANCELED)
		return;
	forget_addresses(m);
	free(m);
}

int
remote_open(struct upstream **out, struct loop *loop,
    const struct remote_pass *p, uint64_t nonce,
    const struct upstream_events *ev, void *arg)
{
	static const struct upstream_ops ops = { remote_ask, remote_push,
		remote_busy, remote_close };
	static const struct link_events events = { on_up, on_message, on_down,
		on_room };
	static const struct link_limits limits = { RELAY_DOWN_MAX, RELAY_UP_MAX,
		2 * RELAY_WINDOW };
	struct remote *m = xcalloc(1, sizeof(*m));
	int r;

	*out = NULL;
	m->up.ops = &ops;
	m->loop = loop;
	m->pass = p;
	m->nonce = nonce;
	m->ev = *ev;
	m->arg = arg;
	m->fd = -1;
	m->last = &m->first;
	m->pause_ms = AGAIN_MIN_MS;
	if ((r = split_where(m)) < 0 ||
	    (r = loop_timer_new(loop, on_timer, m, &m->timer)) < 0 ||
	    (r = link_new(&m->link, loop, FRAME_PAIR, &limits, &events, m)) <
		0) {
		remote_close(&m->up);
		return r;
	}
	loop_timer_start(m->timer, 0);
	*out = &m->up;
	return 0;
}

/* --- the file --- */

static int
parse_pass(struct remote_pass *p, const char *text)
{
	const char *cert;
	int r = relay_pass_parse(text, p->secret, &cert);

	return r < 0 ? r : tls_side_new(&p->side, NULL, cert);
}

int
remote_pass_read(struct remote_pass *p, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r = CS_EIO;
	struct stat st;
	char *text = NULL;
	size_t len = 0;

	if (fd < 0 || fstat(fd, &st) != 0) {
		log_err("%s: %m", path);
	} else if ((st.st_mode & 077) != 0) {
		log_err("%s can be read by others: chmod 600 it", path);
		r = CS_EPERM;
	} else if ((r = read_all(fd, RELAY_PASS_MAX, &text, &len)) < 0 ||
		   (r = parse_pass(p, text)) < 0) {
		log_err("%s is not a runner.pass, which a host makes", path);
	}
	if (fd >= 0)
		close(fd);
	if (text != NULL)
		explicit_bzero(text, len);
	free(text);
	return r;
}

void
remote_pass_release(struct remote_pass *p)
{
	tls_side_free(p->side);
	explicit_bzero(p->secret, sizeof(p->secret));
}
