/*
 * link.c - SP framing over a non-blocking stream, mostly of AF_UNIX. A socket's name has
 * 108 bytes at most and the directories above may be closed to us, so the
 * directory to dial in comes as a descriptor and is made the working directory,
 * which nothing else in the editor uses.
 *
 * Callbacks may close or free the link; DEPTH and DEAD keep it in memory until
 * the last of our frames is left.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/ipc.h"
#include "proto/sys/link.h"

#define OUT_KEPT (64 * 1024)
#define WRITE_MAX (1024 * 1024 * 1024) /* fits the int that is returned */
/* Reads that empty the socket of a peer that has gone: it holds 208 KiB, unless
 * the kernel is told otherwise. */
#define LAST_READS 16

struct link {
	struct loop *loop;
	struct link_events ev;
	void *arg;
	enum frame_protocol own;
	struct link_limits limits;
	int fd;                           /* -1: idle */
	const struct link_stream *stream; /* NULL: the socket itself */
	void *s;
	bool up;
	bool starved;    /* something was refused by CS_EAGAIN: all is now */
	struct ipc *ipc; /* NULL: it does not listen */
	bool (*admit)(void *arg, int uid); /* NULL: everybody */
	struct loop_io *io;
	struct frame_reader in;
	struct buf out;
	size_t out_sent;
	unsigned dials; /* tells a callback's caller that the link was closed */
	int depth;
	bool dead;
};

static enum frame_over
over(const struct link *l)
{
	return l->stream != NULL ? FRAME_TCP : FRAME_IPC;
}

/* A full queue and one body; frames; the greeting. */
static void
init_out(struct link *l)
{
	buf_init(&l->out, l->limits.queue + l->limits.out + FRAME_HEADER_LEN +
			      FRAME_GREETING_LEN);
}

static void
init_in(struct link *l)
{
	frame_reader_init(&l->in, l->own, l->limits.in);
	frame_reader_over(&l->in, over(l));
}

int
link_new(struct link **out, struct loop *loop, enum frame_protocol own,
    const struct link_limits *limits, const struct link_events *ev, void *arg)
{
	struct link *l = calloc(1, sizeof(*l));

	*out = l;
	if (l == NULL)
		return CS_ENOMEM;
	l->loop = loop;
	l->own = own;
	l->limits = *limits;
	l->ev = *ev;
	l->arg = arg;
	l->fd = -1;
	init_out(l);
	init_in(l);
	return 0;
}

/* A document was large; what follows is not. */
static void
clear_out(struct link *l)
{
	if (l->out.cap > OUT_KEPT) {
		buf_release(&l->out);
		init_out(l);
	}
	buf_clear(&l->out);
	l->out_sent = 0;
}

static void
destroy(struct link *l)
{
	buf_release(&l->out);
	frame_reader_release(&l->in);
	free(l);
}

void
link_free(struct link *l)
{
	if (l == NULL)
		return;
	link_close(l);
	ipc_close(l->ipc);
	l->ipc = NULL;
	l->dead = true;
	if (l->depth == 0)
		destroy(l);
}

void
link_close(struct link *l)
{
	if (l->fd < 0)
		return;
	loop_io_free(l->io);
	l->io = NULL;
	if (l->stream != NULL)
		l->stream->close(l->s);
	l->stream = NULL;
	close(l->fd);
	l->fd = -1;
	l->up = l->starved = false;
	l->dials++;
	clear_out(l);
	/* what came stays borrowed by a callback that may have called us */
	if (l->depth == 0) {
		frame_reader_release(&l->in);
		init_in(l);
	}
}

static void
go_down(struct link *l, int err)
{
	link_close(l);
	l->ev.down(l->arg, err);
}

static void
want(struct link *l)
{
	bool unsent = l->out.len > l->out_sent;
	int what = LOOP_READ | (unsent ? LOOP_WRITE : 0);

	if (l->stream != NULL)
		what = l->stream->wants(l->s, unsent);
	loop_io_want(l->io, what);
}

/* As of a stream. */
static int
put_bytes(struct link *l, const void *p, size_t len)
{
	ssize_t n;

	if (l->stream != NULL)
		return l->stream->write(l->s, p, len);
	do
		n = send(l->fd, p, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? CS_EAGAIN : CS_ECLOSED;
	return (int)n;
}

static int
get_bytes(struct link *l, void *p, size_t len)
{
	ssize_t n;

	if (l->stream != NULL)
		return l->stream->read(l->s, p, len);
	n = recv(l->fd, p, len, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return CS_EAGAIN;
	return n > 0 ? (int)n : CS_ECLOSED;
}

/* Write what the socket takes. 0, also when it takes nothing, or the error. */
static int
flush(struct link *l)
{
	size_t left;
	int n;

	while ((left = l->out.len - l->out_sent) > 0) {
		if (left > WRITE_MAX)
			left = WRITE_MAX;
		n = put_bytes(l, l->out.data + l->out_sent, left);
		if (n == CS_EAGAIN)
			break;
		if (n < 0)
			return n;
		l->out_sent += (size_t)n;
	}
	if (l->out_sent == l->out.len)
		clear_out(l);
	want(l);
	return 0;
}

/* Hand out what is complete, as long as nobody closes the link meanwhile. */
static int
deliver(struct link *l)
{
	unsigned dial = l->dials;
	const uint8_t *body;
	size_t len;
	int r;

	for (;;) {
		r = frame_next(&l->in, &body, &len);
		if (l->in.greeted && !l->up) {
			l->up = true;
			if (l->ev.up != NULL)
				l->ev.up(l->arg);
		} else if (r != 1) {
			return r;
		}
		if (l->dials != dial)
			return 0;
		if (r != 1)
			continue;
		l->ev.message(l->arg, body, len);
		if (l->dials != dial)
			return 0;
	}
}

static int
take(struct link *l)
{
	uint8_t block[FRAME_FEED_MAX];
	int n, r;

	if ((n = get_bytes(l, block, sizeof(block))) < 0)
		return n == CS_EAGAIN ? 0 : n;
	if ((r = frame_feed(&l->in, block, (size_t)n)) < 0)
		return r;
	return deliver(l);
}

/* Write; but who takes nothing any more has perhaps said something before. */
static int
flush_or_listen(struct link *l)
{
	unsigned dial = l->dials;
	int r = flush(l);

	for (int i = 0; r < 0 && i < LAST_READS && l->dials == dial; i++)
		if (take(l) < 0)
			break;
	return r;
}

static void
on_ready(void *arg, int what)
{
	struct link *l = arg;
	unsigned dial = l->dials;
	int r = 0;

	l->depth++;
	if (what & LOOP_READ)
		r = take(l);
	if (r == 0 && l->dials == dial && (what & LOOP_WRITE))
		r = flush_or_listen(l);
	if (r == 0 && l->dials == dial && l->stream != NULL)
		want(l); /* a handshake has come a step further */
	if (r == 0 && l->dials == dial && l->starved && l->out.len == 0) {
		l->starved = false;
		if (l->ev.room != NULL)
			l->ev.room(l->arg);
	}
	if (r < 0 && l->dials == dial)
		go_down(l, r);
	l->depth--;
	if (l->depth > 0)
		return;
	if (l->dead) {
		destroy(l);
	} else if (l->dials != dial) {
		/* what came on the link before is nobody's any more */
		frame_reader_release(&l->in);
		init_in(l);
	}
}

static int
dial_error(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case ECONNREFUSED: /* its listener is gone */
		return CS_ENOTFOUND;
	case EACCES:
	case EPERM:
		return CS_EPERM;
	case EAGAIN: /* its queue of connections is full */
		return CS_EAGAIN;
	}
	return CS_EIO;
}

/* A connection is there: begin to speak. */
static int
greet(struct link *l)
{
	int r;

	frame_put_greeting(&l->out, l->own);
	if ((r = loop_io_new(l->loop, l->fd, LOOP_READ, on_ready, l, &l->io)) <
		0 ||
	    (r = flush(l)) < 0)
		link_close(l);
	return r;
}

int
link_dial(struct link *l, int dirfd, const char *name)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int r;

	link_close(l);
	if (strlen(name) >= sizeof(addr.sun_path))
		return CS_ENOTFOUND;
	memcpy(addr.sun_path, name, strlen(name));
	if (dirfd != AT_FDCWD && fchdir(dirfd) != 0)
		return dial_error(errno);
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0)
		return CS_EIO;
	if (connect(l->fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0) {
		r = dial_error(errno);
		close(l->fd);
		l->fd = -1;
		return r;
	}
	return greet(l);
}

/* --- listening --- */

int
link_adopt(struct link *l, int fd)
{
	l->fd = fd;
	return greet(l);
}

int
link_adopt_stream(
    struct link *l, int fd, const struct link_stream *stream, void *s)
{
	l->fd = fd;
	l->stream = stream;
	l->s = s;
	frame_reader_over(&l->in, over(l));
	return greet(l);
}

void
link_limit_in(struct link *l, size_t max)
{
	l->limits.in = max;
	frame_reader_limit(&l->in, max);
}

bool
link_unread(const struct link *l)
{
	int unread = 0;

	return l->out.len > l->out_sent ||
	       (l->fd >= 0 && ioctl(l->fd, SIOCOUTQ, &unread) == 0 &&
		   unread > 0);
}

static void
on_accept(void *arg, int fd, int uid)
{
	struct link *l = arg;

	if (l->fd >= 0 || (l->admit != NULL && !l->admit(l->arg, uid))) {
		close(fd);
		return;
	}
	link_adopt(l, fd); /* whoever is gone already is not missed */
}

int
link_listen(struct link *l, const char *path, unsigned mode)
{
	return ipc_listen(&l->ipc, l->loop, path, mode, on_accept, l);
}

void
link_admit(struct link *l, bool (*fn)(void *arg, int uid))
{
	l->admit = fn;
}

int
link_is_up(const struct link *l)
{
	return l->up;
}

int
link_send(struct link *l, const void *body, size_t len)
{
	size_t whole;
	int r;

	if (l->fd < 0)
		return CS_ECLOSED;
	if (len > l->limits.out)
		return CS_ETOOBIG;
	if (l->out_sent > 0) {
		buf_consume(&l->out, l->out_sent);
		l->out_sent = 0;
	}
	if (l->starved ||
	    (l->out.len > 0 &&
		l->out.len + FRAME_HEADER_LEN + len > l->limits.queue)) {
		l->starved = true;
		return CS_EAGAIN;
	}
	whole = l->out.len;
	frame_put(&l->out, over(l), body, len);
	if ((r = l->out.err) != 0) { /* half a frame would be worse than none */
		l->out.len = whole;
		l->out.err = 0;
		return r;
	}
	/* a broken socket is found, and told, by the loop */
	if (flush(l) < 0)
		want(l);
	return 0;
}
