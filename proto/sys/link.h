/*
 * link.h - the editor's end of a seat's PAIR0 endpoint: SP framing (frame.h) on
 * one non-blocking AF_UNIX stream, no threads, about one page of code. The far
 * end is libnng in the hub (link_nng.h).
 */
#ifndef PROTO_SYS_LINK_H
#define PROTO_SYS_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "proto/sys/loop.h"

struct link;

struct link_events {
	void (*up)(void *arg); /* the peer has greeted */
	void (*message)(void *arg, const uint8_t *body, size_t len);
	void (*down)(void *arg, int err); /* closed; the link is idle again */
};

/* MAX: bytes of one received body. MAX_OUT: unsent bytes allowed. */
int link_new(struct link **out, struct loop *loop, size_t max, size_t max_out,
    const struct link_events *ev, void *arg);
void link_free(struct link *l);
/* Connect to the socket NAME in the directory DIRFD, which becomes the working
 * directory (AT_FDCWD: NAME is a path). CS_ENOTFOUND (also when nobody listens
 * there any more), CS_EPERM, CS_EAGAIN (not accepted now), CS_EIO. */
int link_dial(struct link *l, int dirfd, const char *name);
int link_is_up(const struct link *l);
/* Queue a body and write what the socket takes now. CS_EAGAIN: MAX_OUT would
 * be exceeded (nothing was queued). CS_ECLOSED: not connected; a connection
 * that turns out to be broken is told by `down`, from the loop. */
int link_send(struct link *l, const void *body, size_t len);
void link_close(struct link *l); /* no event */

#endif
