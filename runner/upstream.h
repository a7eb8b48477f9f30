/*
 * upstream.h - the way to the hub: its sockets on this machine (upstream.c), or
 * a relay on another one (remote.c).
 */
#ifndef RUNNER_UPSTREAM_H
#define RUNNER_UPSTREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/sys/loop.h"

struct upstream;

struct upstream_events {
	/* to the last request; bytes are borrowed */
	void (*answer)(void *arg, const uint8_t *body, size_t len);
	/* there is no request with the hub, or it can take one again */
	void (*again)(void *arg);
	/* after CS_EAGAIN: it takes output again */
	void (*room)(void *arg);
};

struct upstream_ops {
	/* Send a request, in the place of the one before. */
	int (*ask)(struct upstream *u, const void *body, size_t len);
	/* Send what wants no answer; KEEP: it must not get lost. CS_EAGAIN: not
	 * now. CS_ECLOSED: it is dropped, which is only said without KEEP. */
	int (*push)(
	    struct upstream *u, const void *body, size_t len, bool keep);
	/* Is there something that has been pushed and has not arrived? */
	bool (*busy)(const struct upstream *u);
	void (*close)(struct upstream *u);
};

/* The beginning of each kind's own struct. */
struct upstream {
	const struct upstream_ops *ops;
};

/* jobs.sock and output.sock in the working directory. CS_E of link_nng.h. */
int upstream_open(struct upstream **out, struct loop *loop,
    const struct upstream_events *ev, void *arg);

#endif
