/*
 * remote.h - the hub on another machine, by its relay (relay.h): an upstream that
 * dials until it is let in, and again when the connection ends. What was pushed
 * and has not been read there is kept, up to RELAY_WINDOW, and pushed again.
 */
#ifndef RUNNER_REMOTE_H
#define RUNNER_REMOTE_H

#include "proto/relay.h"
#include "proto/sys/tls.h"
#include "runner/upstream.h"

/* Whom to dial, and what to show. */
struct remote_pass {
	const char *where; /* "HOST:PORT"; an IPv6 address in brackets */
	struct tls_side *side;
	char secret[RELAY_SECRET_LEN + 1];
};

/* Read the file PATH, which nobody else may read, into P. Complains in the log.
 * CS_EPERM (others can read it), CS_EFORMAT, CS_EIO. */
int remote_pass_read(struct remote_pass *p, const char *path);
void remote_pass_release(struct remote_pass *p);

/* P stays the caller's. NONCE is the one in the runner's messages. CS_EINVAL:
 * p->where is not HOST:PORT. */
int remote_open(struct upstream **out, struct loop *loop,
    const struct remote_pass *p, uint64_t nonce,
    const struct upstream_events *ev, void *arg);

#endif
