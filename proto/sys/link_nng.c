/*
 * link_nng.c - libnng behind link_nng.h, and the only file that knows it.
 *
 * nng's threads never call us. Messages are fetched when a socket's pollable
 * descriptor says so. That a peer went is only told by a callback on one of
 * nng's threads; it writes a struct notice into a pipe that our loop reads, and
 * touches nothing else, because the link may be closed by then.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nng/nng.h>
#include <nng/protocol/pair0/pair.h>
#include <nng/protocol/pipeline0/push.h>
#include <nng/protocol/reqrep0/req.h>

#include "proto/err.h"
#include "proto/sys/link_nng.h"
#include "proto/sys/util.h"

#define TURN_MAX 64 /* messages taken before others get their turn */
/* Messages that nng holds for a slow peer: what one turn of the hub sends to a
 * seat fits, and a seat that has stalled holds little. */
#define SEND_QUEUE 16
#define RECV_QUEUE 64
#define RECONNECT_MIN_MS 50
#define RECONNECT_MAX_MS 1000
#define NOTICE_SPACE (1024 * 1024) /* of the pipe: tens of thousands */
#define REPLY_MAX (64 * 1024 * 1024)

struct nng_link {
	uint32_t id; /* in notices */
	enum nng_kind kind;
	nng_socket sock;
	struct nng_link_events ev;
	void *arg;
	struct loop_io *in, *room;
	uint32_t peer; /* a pipe's id; 0: none */
	bool asked;    /* REQ: an answer is due */
	int depth;
	bool dead;
	struct nng_link *next;
};

/* What nng's threads tell: small enough to be written in one piece. */
struct notice {
	uint32_t link, pipe;
	uint32_t gone; /* else it came */
};

static struct {
	int fd[2]; /* of notices; made once, kept until the end */
	bool made;
	struct loop_io *io;
	struct nng_link *links;
	uint32_t last_id;
	nng_aio *aio; /* of whatever we send or receive: it never waits */
} self;

static int
error_of(int r)
{
	switch (r) {
	case 0:
		return 0;
	case NNG_EAGAIN:
	case NNG_ETIMEDOUT:
		return CS_EAGAIN;
	case NNG_ECLOSED:
	case NNG_ECONNRESET:
	case NNG_ECONNREFUSED:
	case NNG_ECONNABORTED:
	case NNG_ENOENT:
		return CS_ECLOSED;
	case NNG_EPERM:
		return CS_EPERM;
	case NNG_ENOMEM:
		return CS_ENOMEM;
	case NNG_EADDRINUSE:
		return CS_EBUSY;
	case NNG_EMSGSIZE:
		return CS_ETOOBIG;
	case NNG_ESTATE:
		return CS_ESTATE;
	}
	return CS_EIO;
}

/* --- leaving safely from inside callbacks --- */

static void
enter(struct nng_link *l)
{
	l->depth++;
}

static void
leave(struct nng_link *l)
{
	if (--l->depth > 0 || !l->dead)
		return;
	free(l);
}

/* --- notices --- */

/* On a thread of nng's. */
static void
on_pipe(nng_pipe p, nng_pipe_ev ev, void *arg)
{
	const struct notice n = { (uint32_t)(uintptr_t)arg,
		(uint32_t)nng_pipe_id(p), ev == NNG_PIPE_EV_REM_POST };

	if (write(self.fd[1], &n, sizeof(n)) != sizeof(n))
		return; /* full: the seat's silence will tell as well */
}

static void
peer_gone(struct nng_link *l)
{
	l->peer = 0;
	if (l->ev.gone != NULL)
		l->ev.gone(l->arg);
}

static int take_messages(struct nng_link *l, int max);

static void
on_notice(struct nng_link *l, const struct notice *n)
{
	if (!n->gone) {
		if (l->kind == LINK_PAIR && l->peer == 0)
			l->peer = n->pipe;
		return;
	}
	if (l->kind == LINK_REQ && l->asked) {
		/* the answer may have come just before */
		take_messages(l, 1);
		if (!l->dead && l->asked) {
			l->asked = false;
			peer_gone(l);
		}
		return;
	}
	if (l->kind != LINK_PAIR || n->pipe != l->peer)
		return;
	take_messages(l, RECV_QUEUE + 1); /* what it said before it went */
	if (!l->dead && n->pipe == l->peer)
		peer_gone(l);
}

static void
on_notices(void *arg, int what)
{
	struct notice all[64];
	struct nng_link *l;
	ssize_t n;

	(void)arg;
	(void)what;
	n = read(self.fd[0], all, sizeof(all));
	for (ssize_t i = 0; i < n / (ssize_t)sizeof(all[0]); i++) {
		for (l = self.links; l != NULL; l = l->next)
			if (l->id == all[i].link)
				break;
		if (l == NULL)
			continue;
		enter(l);
		on_notice(l, &all[i]);
		leave(l);
	}
}

/* nng_sendmsg and nng_recvmsg do as much, but with an aio made anew each time,
 * which costs more than the message. */
static int
send_now(nng_socket sock, nng_msg *m)
{
	nng_aio_set_msg(self.aio, m);
	nng_send_aio(sock, self.aio);
	nng_aio_wait(self.aio);
	return nng_aio_result(self.aio);
}

static int
receive_now(nng_socket sock, nng_msg **m)
{
	int r;

	nng_recv_aio(sock, self.aio);
	nng_aio_wait(self.aio);
	if ((r = nng_aio_result(self.aio)) == 0)
		*m = nng_aio_get_msg(self.aio);
	return r;
}

static int
open_aio(void)
{
	if (self.aio != NULL)
		return 0;
	if (nng_aio_alloc(&self.aio, NULL, NULL) != 0)
		return CS_ENOMEM;
	nng_aio_set_timeout(self.aio, NNG_DURATION_ZERO);
	return 0;
}

static int
open_notices(struct loop *loop)
{
	if (!self.made) {
		if (pipe2(self.fd, O_CLOEXEC | O_NONBLOCK) != 0)
			return CS_EIO;
		fcntl(self.fd[1], F_SETPIPE_SZ, NOTICE_SPACE);
		self.made = true;
	}
	if (self.io != NULL)
		return 0;
	return loop_io_new(
	    loop, self.fd[0], LOOP_READ, on_notices, NULL, &self.io);
}

static int
watch_peers(struct nng_link *l)
{
	void *id = (void *)(uintptr_t)l->id;
	int r;

	if (l->kind != LINK_PAIR && l->kind != LINK_REQ)
		return 0;
	if ((r = nng_pipe_notify(l->sock, NNG_PIPE_EV_ADD_POST, on_pipe, id)) ==
	    0)
		r = nng_pipe_notify(l->sock, NNG_PIPE_EV_REM_POST, on_pipe, id);
	return r;
}

/* --- receiving --- */

/* A pair's new peer may speak before we were told that the old one went. */
static bool
from_peer(struct nng_link *l, nng_pipe p)
{
	uint32_t pipe = (uint32_t)nng_pipe_id(p);

	if (l->peer != 0 && l->peer != pipe)
		peer_gone(l);
	if (l->dead)
		return false;
	l->peer = pipe;
	return true;
}

static void
deliver(struct nng_link *l, nng_msg *m)
{
	l->asked = false;
	if (l->kind == LINK_PAIR && !from_peer(l, nng_msg_get_pipe(m)))
		return;
	l->ev.message(l->arg, nng_msg_body(m), nng_msg_len(m));
}

/* At most MAX messages, as long as the link stays. */
static int
take_messages(struct nng_link *l, int max)
{
	nng_msg *m;
	int n, r;

	for (n = 0; n < max && !l->dead; n++) {
		if ((r = receive_now(l->sock, &m)) != 0)
			return r;
		deliver(l, m);
		nng_msg_free(m);
	}
	return 0;
}

static void
on_readable(void *arg, int what)
{
	struct nng_link *l = arg;

	(void)what;
	enter(l);
	if (take_messages(l, TURN_MAX) == NNG_ECONNRESET && !l->dead &&
	    l->asked) {
		l->asked = false;
		peer_gone(l);
	}
	leave(l);
}

static void
on_room(void *arg, int what)
{
	struct nng_link *l = arg;

	(void)what;
	loop_io_want(l->room, 0);
	enter(l);
	if (l->ev.room != NULL)
		l->ev.room(l->arg);
	leave(l);
}

/* --- opening and closing --- */

static int
open_socket(enum nng_kind kind, nng_socket *sock)
{
	static int (*const openers[])(nng_socket *) = {
		[LINK_PAIR] = nng_pair0_open,
		[LINK_REQ] = nng_req0_open,
		[LINK_PUSH] = nng_push0_open,
	};

	return openers[kind](sock);
}

static int
set_options(struct nng_link *l, size_t max)
{
	int r;

	if ((r = nng_socket_set_size(l->sock, NNG_OPT_RECVMAXSZ, max)) != 0)
		return r;
	if (l->kind == LINK_REQ)
		/* nng would ask a second time, and a job would run twice */
		return nng_socket_set_ms(
		    l->sock, NNG_OPT_REQ_RESENDTIME, NNG_DURATION_INFINITE);
	if (l->kind != LINK_PAIR)
		return 0;
	if ((r = nng_socket_set_int(l->sock, NNG_OPT_SENDBUF, SEND_QUEUE)) == 0)
		r = nng_socket_set_int(l->sock, NNG_OPT_RECVBUF, RECV_QUEUE);
	return r;
}

static int
start(struct nng_link *l, const char *url)
{
	nng_dialer d;
	int r;

	if ((r = nng_dialer_create(&d, l->sock, url)) ||
	    (r = nng_dialer_set_ms(d, NNG_OPT_RECONNMINT, RECONNECT_MIN_MS)) ||
	    (r = nng_dialer_set_ms(d, NNG_OPT_RECONNMAXT, RECONNECT_MAX_MS)))
		return r;
	return nng_dialer_start(d, NNG_FLAG_NONBLOCK);
}

static int
poll_socket(struct nng_link *l, struct loop *loop)
{
	int fd, r = 0;

	if (l->kind != LINK_PUSH) {
		if (nng_socket_get_int(l->sock, NNG_OPT_RECVFD, &fd) != 0)
			return CS_EIO;
		r = loop_io_new(loop, fd, LOOP_READ, on_readable, l, &l->in);
	}
	if (r < 0)
		return r;
	if (nng_socket_get_int(l->sock, NNG_OPT_SENDFD, &fd) != 0)
		return CS_EIO;
	return loop_io_new(loop, fd, 0, on_room, l, &l->room);
}

int
nng_link_open(struct nng_link **out, struct loop *loop, enum nng_kind kind,
    const char *url, size_t max, const struct nng_link_events *ev, void *arg)
{
	struct nng_link *l;
	int r;

	*out = NULL;
	if ((r = open_notices(loop)) < 0 || (r = open_aio()) < 0)
		return r;
	l = xcalloc(1, sizeof(*l));
	l->id = ++self.last_id;
	l->kind = kind;
	l->ev = *ev;
	l->arg = arg;
	l->next = self.links;
	self.links = l;
	if ((r = error_of(open_socket(kind, &l->sock))) < 0 ||
	    (r = error_of(set_options(l, max))) < 0 ||
	    (r = error_of(watch_peers(l))) < 0 ||
	    (r = poll_socket(l, loop)) < 0 ||
	    (r = error_of(start(l, url))) < 0) {
		nng_link_close(l);
		return r;
	}
	*out = l;
	return 0;
}

static void
unlink_nng(struct nng_link *l, bool hang_up)
{
	struct nng_link **at;

	if (l == NULL || l->dead)
		return;
	for (at = &self.links; *at != l; at = &(*at)->next)
		;
	*at = l->next;
	loop_io_free(l->in);
	loop_io_free(l->room);
	if (hang_up)
		nng_close(l->sock);
	if (self.links == NULL) { /* so that the loop can be freed */
		loop_io_free(self.io);
		self.io = NULL;
	}
	enter(l);
	l->dead = true;
	leave(l);
}

void
nng_link_close(struct nng_link *l)
{
	unlink_nng(l, true);
}

void
nng_link_forget(struct nng_link *l)
{
	unlink_nng(l, false);
}

/* --- sending --- */

/* Send BODY without waiting. */
static int
send_message(struct nng_link *l, const void *body, size_t len)
{
	nng_msg *m;
	int r;

	if (nng_msg_alloc(&m, 0) != 0)
		return CS_ENOMEM;
	if (nng_msg_append(m, body, len) != 0) {
		nng_msg_free(m);
		return CS_ENOMEM;
	}
	if ((r = send_now(l->sock, m)) != 0)
		nng_msg_free(m);
	return error_of(r);
}

int
nng_link_send(struct nng_link *l, const void *body, size_t len)
{
	int r = send_message(l, body, len);

	if (r == 0 && l->kind == LINK_REQ)
		l->asked = true;
	if (r == CS_EAGAIN)
		loop_io_want(l->room, LOOP_READ);
	return r;
}

/* --- one request --- */

static int
request(nng_socket sock, const char *url, const void *body, size_t len,
    int timeout_ms, nng_msg **answer)
{
	nng_msg *m;
	int r;

	if ((r = nng_socket_set_ms(sock, NNG_OPT_SENDTIMEO, timeout_ms)) ||
	    (r = nng_socket_set_ms(sock, NNG_OPT_RECVTIMEO, timeout_ms)) ||
	    (r = nng_socket_set_ms(
		 sock, NNG_OPT_REQ_RESENDTIME, NNG_DURATION_INFINITE)) ||
	    (r = nng_socket_set_size(sock, NNG_OPT_RECVMAXSZ, REPLY_MAX)) ||
	    (r = nng_dial(sock, url, NULL, 0)) || (r = nng_msg_alloc(&m, 0)))
		return r;
	if ((r = nng_msg_append(m, body, len)) != 0 ||
	    (r = nng_sendmsg(sock, m, 0)) != 0) {
		nng_msg_free(m);
		return r;
	}
	return nng_recvmsg(sock, answer, 0);
}

int
nng_request(const char *url, const void *body, size_t len, int timeout_ms,
    uint8_t **reply, size_t *reply_len)
{
	nng_socket sock;
	nng_msg *m;
	int r;

	*reply = NULL;
	*reply_len = 0;
	if ((r = nng_req0_open(&sock)) != 0)
		return error_of(r);
	r = error_of(request(sock, url, body, len, timeout_ms, &m));
	if (r == 0) {
		*reply_len = nng_msg_len(m);
		*reply = xmalloc(*reply_len);
		memcpy(*reply, nng_msg_body(m), *reply_len);
		nng_msg_free(m);
	}
	nng_close(sock);
	return r;
}

void
nng_requests_end(void)
{
	nng_fini();
}
