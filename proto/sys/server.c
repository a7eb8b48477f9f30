/*
 * server.c - many peers at one socket. A request begins with a word that its
 * sender chose, with the highest bit set, and the answer begins with the same;
 * together with the connection's number it is the token.
 */
#include <stdlib.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/ipc.h"
#include "proto/sys/link.h"
#include "proto/sys/log.h"
#include "proto/sys/server.h"

#define ID_LEN 4
#define IS_LAST 0x80000000u /* no router's word, but the sender's own */

struct conn {
	struct server *server;
	struct link *link;
	uint32_t id;
	int uid;
	struct conn *next;
};

struct server {
	struct loop *loop;
	struct ipc *ipc;
	enum frame_protocol protocol;
	size_t max_out;
	struct server_events ev;
	void *arg;
	struct conn *conns;
	uint32_t last_id;
};

static void
conn_close(struct conn *c)
{
	struct conn **at = &c->server->conns;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	link_free(c->link);
	free(c);
}

/* The connection with that number, NULL if it is gone. */
static struct conn *
conn_find(const struct server *s, uint32_t id)
{
	struct conn *c = s->conns;

	while (c != NULL && c->id != id)
		c = c->next;
	return c;
}

static void
on_message(void *arg, const uint8_t *body, size_t len)
{
	struct conn *c = arg;
	struct server *s = c->server;
	struct server_in in = { body, len, 0, c->uid };
	uint32_t id = 0, number = c->id;
	int r = 0;

	if (s->protocol == FRAME_REP) {
		for (size_t i = 0; i < ID_LEN && i < len; i++)
			id = id << 8 | body[i];
		if (len < ID_LEN || !(id & IS_LAST))
			r = CS_EFORMAT;
		in.body += ID_LEN;
		in.len -= ID_LEN;
		in.token = (uint64_t)c->id << 32 | id;
	}
	if (r == 0)
		r = s->ev.message(s->arg, &in);
	if (r < 0)
		log_debug("user %d: a message was not understood (%s), its "
			  "connection is closed",
		    in.uid, cs_strerror(r));
	/* an answer that was not read may have closed it meanwhile */
	if (r < 0 && (c = conn_find(s, number)) != NULL)
		conn_close(c);
}

static void
on_down(void *arg, int err)
{
	struct conn *c = arg;

	if (err != CS_ECLOSED)
		log_debug("user %d: a connection is closed: %s", c->uid,
		    cs_strerror(err));
	conn_close(c);
}

static unsigned
count_of(const struct server *s, int uid)
{
	unsigned n = 0;

	for (const struct conn *c = s->conns; c != NULL; c = c->next)
		n += c->uid == uid;
	return n;
}

static void
on_accept(void *arg, int fd, int uid)
{
	static const struct link_events events = { NULL, on_message, on_down,
		NULL };
	struct server *s = arg;
	struct server_share share = s->ev.admit(s->arg, uid);
	struct link_limits limits = { share.body, s->max_out, 0 };
	struct conn *c;

	if (count_of(s, uid) >= share.connections ||
	    (c = calloc(1, sizeof(*c))) == NULL) {
		close(fd);
		return;
	}
	if (s->protocol == FRAME_REP)
		limits.in += ID_LEN;
	if (link_new(&c->link, s->loop, s->protocol, &limits, &events, c) < 0) {
		close(fd);
		free(c);
		return;
	}
	c->server = s;
	c->uid = uid;
	c->id = ++s->last_id;
	c->next = s->conns;
	s->conns = c;
	if (link_adopt(c->link, fd) < 0)
		conn_close(c);
}

int
server_open(struct server **out, struct loop *loop,
    enum frame_protocol protocol, const char *path, unsigned mode,
    size_t max_out, const struct server_events *ev, void *arg)
{
	struct server *s = calloc(1, sizeof(*s));
	int r;

	*out = NULL;
	if (s == NULL)
		return CS_ENOMEM;
	s->loop = loop;
	s->protocol = protocol;
	s->max_out = max_out + ID_LEN;
	s->ev = *ev;
	s->arg = arg;
	if ((r = ipc_listen(&s->ipc, loop, path, mode, on_accept, s)) < 0) {
		free(s);
		return r;
	}
	*out = s;
	return 0;
}

void
server_close(struct server *s)
{
	if (s == NULL)
		return;
	while (s->conns != NULL)
		conn_close(s->conns);
	ipc_close(s->ipc);
	free(s);
}

bool
server_waits(const struct server *s, uint64_t token)
{
	return conn_find(s, (uint32_t)(token >> 32)) != NULL;
}

int
server_reply(struct server *s, uint64_t token, const void *body, size_t len)
{
	struct conn *c = conn_find(s, (uint32_t)(token >> 32));
	struct buf b;
	int r;

	if (c == NULL)
		return CS_ENOTFOUND;
	buf_init(&b, s->max_out);
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_put_u8(&b, (uint8_t)(token >> shift));
	buf_put_raw(&b, body, len);
	r = b.err != 0 ? b.err : link_send(c->link, b.data, b.len);
	buf_release(&b);
	if (r == CS_EAGAIN) {
		log_debug("user %d does not read its answers", c->uid);
		conn_close(c);
		r = CS_ENOTFOUND;
	}
	return r;
}
