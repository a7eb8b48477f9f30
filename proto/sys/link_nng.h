/*
 * link_nng.h - libnng behind one header, for hub, runner and command line. All
 * callbacks run in our loop, none on nng's threads. All links that are open at
 * one time share one loop, which must not be freed before them. Every function
 * returns 0 or a CS_E code.
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

enum nng_kind { LINK_PAIR, LINK_REP, LINK_REQ, LINK_PUSH, LINK_PULL };

/* A received message. REP: TOKEN names the request for nng_link_reply. UID is
 * the peer's user id, or -1 over the network. Bytes are borrowed. */
struct nng_in {
	const uint8_t *body;
	size_t len;
	uint64_t token;
	int uid;
};

struct nng_link_events {
	void (*message)(void *arg, const struct nng_in *in);
	void (*gone)(
	    void *arg); /* PAIR: the peer hung up. REQ: it died unanswered */
	void (*room)(
	    void *arg); /* it can take messages again after CS_EAGAIN */
};

/* LISTEN or dial URL (dialing goes on in the background, at most 1 s between
 * tries). MAX: bytes of one received message. MODE: of the socket's file. */
int nng_link_open(struct nng_link **out, struct loop *loop, enum nng_kind kind,
    bool listen, const char *url, unsigned mode, size_t max,
    const struct nng_link_events *ev, void *arg);
/* Also fine inside its own callbacks. A listener's socket file is removed. */
void nng_link_close(struct nng_link *l);
/* Never blocks. PAIR, REQ, PUSH. CS_EAGAIN: the peer is slow or absent. */
int nng_link_send(struct nng_link *l, const void *body, size_t len);
/* REP: answer the request TOKEN, any time later and in any order. An answer to
 * a peer that is gone is dropped. */
int nng_link_reply(
    struct nng_link *l, uint64_t token, const void *body, size_t len);
/* For plain command line programs: one request, one answer, at most TIMEOUT_MS.
 * *REPLY is the caller's to free. CS_ECLOSED: nobody listens there, or it went
 * before it answered; CS_EAGAIN: no answer in time; CS_EPERM. */
int nng_request(const char *url, const void *body, size_t len, int timeout_ms,
    uint8_t **reply, size_t *reply_len);

#endif
