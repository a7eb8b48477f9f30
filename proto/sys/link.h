/*
 * link.h - both ends of a seat's PAIR0 endpoint: SP framing (frame.h) on one
 * non-blocking AF_UNIX stream, no threads. A link dials (the editor) or listens
 * (the hub); the other end may as well be libnng (link_nng.h), as it is in the
 * command line.
 */
#ifndef PROTO_SYS_LINK_H
#define PROTO_SYS_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "proto/sys/loop.h"

#define LINK_MAX_BODY (8 * 1024 * 1024)

struct link;

struct link_events {
	void (*up)(void *arg); /* the peer has greeted */
	void (*message)(void *arg, const uint8_t *body, size_t len);
	/* closed; the link is idle, or listens, again */
	void (*down)(void *arg, int err);
	/* after CS_EAGAIN everything was written (NULL: not told) */
	void (*room)(void *arg);
};

/* MAX: bytes of one received body. MAX_OUT: unsent bytes allowed, unless they are
 * a single body of at most LINK_MAX_BODY. */
int link_new(struct link **out, struct loop *loop, size_t max, size_t max_out,
    const struct link_events *ev, void *arg);
void link_free(struct link *l); /* a listener's socket is removed */
/* Connect to the socket NAME in the directory DIRFD, which becomes the working
 * directory (AT_FDCWD: NAME is a path). CS_ENOTFOUND (also when nobody listens
 * there any more), CS_EPERM, CS_EAGAIN (not accepted now), CS_EIO. */
int link_dial(struct link *l, int dirfd, const char *name);
/* Listen at the socket PATH of MODE, which takes the place of one that a killed
 * process left. There is one peer at a time: the next one waits until the first
 * is gone. CS_EIO, CS_ENOMEM. */
int link_listen(struct link *l, const char *path, unsigned mode);
/* The user id of a listener's peer, as the kernel knows it; -1: none is there. */
int link_uid(const struct link *l);
int link_is_up(const struct link *l);
/* Queue a body and write what the socket takes now. CS_EAGAIN: MAX_OUT would
 * be exceeded (nothing was queued). CS_ETOOBIG. CS_ECLOSED: not connected; a connection
 * that turns out to be broken is told by `down`, from the loop. */
int link_send(struct link *l, const void *body, size_t len);
/* Hang up, without an event. A listener goes on listening. */
void link_close(struct link *l);

#endif
