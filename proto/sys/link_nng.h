/*
 * link_nng.h - libnng behind one header, for command line and runner, which dial
 * the hub's sockets. All callbacks run in our loop, none on nng's threads. All
 * links that are open at one time share one loop, which must not be freed before
 * them. Every function returns 0 or a CS_E code.
 *
 * URLs are "ipc://PATH"; PATH may be relative to the working directory.
 */
#ifndef PROTO_SYS_LINK_NNG_H
#define PROTO_SYS_LINK_NNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/sys/loop.h"

struct nng_link;

enum nng_kind { LINK_PAIR, LINK_REQ, LINK_PUSH };

struct nng_link_events {
	/* Bytes are borrowed. */
	void (*message)(void *arg, const uint8_t *body, size_t len);
	/* PAIR: the peer hung up. REQ: it died unanswered */
	void (*gone)(void *arg);
	/* it can take messages again after CS_EAGAIN */
	void (*room)(void *arg);
};

/* Dial URL, which goes on in the background, at most 1 s between tries. MAX: bytes
 * of one received message. */
int nng_link_open(struct nng_link **out, struct loop *loop, enum nng_kind kind,
    const char *url, size_t max, const struct nng_link_events *ev, void *arg);
void nng_link_close(struct nng_link *l); /* also fine inside its callbacks */
/* The same, but libnng keeps the connection until the process ends: its
 * nng_close waits for ever when a message is just coming in. For programs that
 * open a few links in their life. */
void nng_link_forget(struct nng_link *l);
/* Never blocks. CS_EAGAIN: the peer is slow or absent. */
int nng_link_send(struct nng_link *l, const void *body, size_t len);
/* For plain command line programs: one request, one answer, at most TIMEOUT_MS.
 * *REPLY is the caller's to free. CS_ECLOSED: nobody listens there, or it went
 * before it answered; CS_EAGAIN: no answer in time; CS_EPERM. */
int nng_request(const char *url, const void *body, size_t len, int timeout_ms,
    uint8_t **reply, size_t *reply_len);
/* The last request was made. Its threads end: they would end the process if one
 * closed their descriptors under them, to become another program. */
void nng_requests_end(void);

#endif
