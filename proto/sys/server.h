/*
 * server.h - many peers at one socket, as libnng dials it: requests and their
 * answers (REP), or messages that want none (PULL). SP framing as in link.h.
 */
#ifndef PROTO_SYS_SERVER_H
#define PROTO_SYS_SERVER_H

#include <stdbool.h>

#include "proto/frame.h"
#include "proto/sys/loop.h"

struct server;

/* What a user may take: connections, none of them heard if 0, and bytes of a
 * body on each. */
struct server_share {
	unsigned connections;
	size_t body;
};

/* What came. TOKEN names a request for server_reply; UID is the peer's, as the
 * kernel knows it. Bytes are borrowed. */
struct server_in {
	const uint8_t *body;
	size_t len;
	uint64_t token;
	int uid;
};

struct server_events {
	/* Somebody connects. */
	struct server_share (*admit)(void *arg, int uid);
	/* Negative: it was not understood, and the connection is closed. */
	int (*message)(void *arg, const struct server_in *in);
};

/* PROTOCOL is FRAME_REP or FRAME_PULL; MAX_OUT: bytes of an answer. PATH and
 * MODE as for ipc_listen, whose errors it returns. */
int server_open(struct server **out, struct loop *loop,
    enum frame_protocol protocol, const char *path, unsigned mode,
    size_t max_out, const struct server_events *ev, void *arg);
void server_close(struct server *s); /* not from inside its own callbacks */
/* Answer the request TOKEN, any time later and in any order, once. CS_ENOTFOUND:
 * who asked is gone. CS_ETOOBIG. Whoever does not read its answers is
 * disconnected. */
int server_reply(
    struct server *s, uint64_t token, const void *body, size_t len);

/* Is who asked TOKEN still there? */
bool server_waits(const struct server *s, uint64_t token);

#endif
