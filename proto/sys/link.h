/*
 * link.h - one connection in SP framing (frame.h): a non-blocking AF_UNIX stream,
 * no threads. It dials (the editor), listens for one peer (a seat's endpoint in
 * the hub), or takes over what was accepted (server.h). The far end may as well
 * be libnng (link_nng.h), as it is in the command line and the runner. To another
 * machine it goes through a stream, which is TLS over TCP (tls.h).
 */
#ifndef PROTO_SYS_LINK_H
#define PROTO_SYS_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/frame.h"
#include "proto/sys/loop.h"

struct link;

struct link_limits {
	size_t in;    /* bytes of a received body */
	size_t out;   /* bytes of a sent body */
	size_t queue; /* unsent bytes, beside which nothing more is taken */
};

struct link_events {
	void (*up)(void *arg); /* the peer has greeted (NULL: not told) */
	void (*message)(void *arg, const uint8_t *body, size_t len);
	/* closed; the link is idle, or listens, again */
	void (*down)(void *arg, int err);
	/* after CS_EAGAIN everything was written (NULL: not told) */
	void (*room)(void *arg);
};

/* What bytes pass through on their way to and from a descriptor. Both return how
 * many they took or gave, or CS_EAGAIN, CS_ECLOSED, CS_EPERM (the peer is not who
 * it has to be), CS_EFORMAT. */
struct link_stream {
	int (*read)(void *s, void *p, size_t len);
	int (*write)(void *s, const void *p, size_t len);
	/* what the descriptor is waited for; UNSENT: there is something */
	int (*wants)(const void *s, bool unsent);
	void (*close)(void *s);
};

int link_new(struct link **out, struct loop *loop, enum frame_protocol own,
    const struct link_limits *limits, const struct link_events *ev, void *arg);
void link_free(struct link *l); /* a listener's socket is removed */
/* Connect to the socket NAME in the directory DIRFD, which becomes the working
 * directory (AT_FDCWD: NAME is a path). CS_ENOTFOUND (also when nobody listens
 * there any more), CS_EPERM, CS_EAGAIN (not accepted now), CS_EIO. */
int link_dial(struct link *l, int dirfd, const char *name);
/* Listen at PATH with MODE, as ipc_listen, whose errors it returns. There is one
 * peer at a time: others are turned away. */
int link_listen(struct link *l, const char *path, unsigned mode);
/* Go on with FD, which is connected and ours from now on. CS_EIO, CS_ECLOSED. */
int link_adopt(struct link *l, int fd);
/* The same through STREAM, whose S is closed by us, with nng's framing for TCP. */
int link_adopt_stream(
    struct link *l, int fd, const struct link_stream *stream, void *s);
/* From now on a received body may have MAX bytes. */
void link_limit_in(struct link *l, size_t max);
/* Has the peer, on this machine, yet to read some of what was sent? */
bool link_unread(const struct link *l);
/* Only who FN says yes to gets a connection of listener L: others are hung up on
 * before they have said anything, and keep nobody out. FN gets the events' arg.
 */
void link_admit(struct link *l, bool (*fn)(void *arg, int uid));
int link_is_up(const struct link *l);
/* Queue a body and write what the socket takes now. CS_EAGAIN: something waits
 * and the queue would be exceeded; from then on also what would fit, until `room`
 * is told. CS_ETOOBIG. CS_ECLOSED: not connected; a connection that turns out to
 * be broken is told by `down`, from the loop. */
int link_send(struct link *l, const void *body, size_t len);
/* Hang up, without an event. A listener goes on listening. */
void link_close(struct link *l);

#endif
