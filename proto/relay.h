/*
 * relay.h - what a runner on another machine and codesync-relay say to each
 * other, over TLS, as PAIR0; and the file with which the runner is let in.
 *
 *	HELLO    runner: version, nonce, secret; first of all
 *	WELCOME  relay: what follows goes to the hub
 *	DENIED   relay: why; nothing follows
 *	ASK      runner: a JOB_NEXT, in the place of the one before
 *	ANSWER   relay: the hub's answer
 *	PUSH     runner: a number, each one more than the last; a JOB_STARTED,
 *		 JOB_OUTPUT, JOB_END, JOB_BEAT, JOB_WAITING or JOB_CHECKED
 *	ACK      relay: the number up to which the hub has read them. What was not
 *		 acknowledged when a connection ends is pushed again on the next:
 *		 the hub knows output by its seq, and an end by its job
 */
#ifndef PROTO_RELAY_H
#define PROTO_RELAY_H

#include "proto/buf.h"
#include "proto/job.h"

#define RELAY_SECRET_LEN 64 /* hex digits */
#define RELAY_HELLO_MAX 128 /* bytes of a message from a stranger */
#define RELAY_UP_MAX (JOB_MAX_OUTPUT + 1024)
#define RELAY_DOWN_MAX (JOB_MSG_MAX + 16)
#define RELAY_WINDOW (256 * 1024) /* bytes of PUSH that wait for an ACK */
#define RELAY_HELLO_MS 10000      /* from connecting to HELLO */
#define RELAY_SILENCE_MS 6000     /* a runner hears ACK with each JOB_BEAT */
#define RELAY_PASS_MAX 16384      /* bytes of the file */

enum relay_type {
	RELAY_HELLO = 1,
	RELAY_WELCOME,
	RELAY_DENIED,
	RELAY_ASK,
	RELAY_ANSWER,
	RELAY_PUSH,
	RELAY_ACK
};

enum relay_denial {
	DENIED_SECRET = 1,
	DENIED_VERSION,
	DENIED_FULL,
	DENIED_HUB, /* it is not there now */
	DENIALS
};
/* A sentence for who operates the runner; never NULL. */
const char *relay_denial_text(unsigned why);

struct relay_msg {
	uint8_t type;
	uint16_t version; /* HELLO: JOB_VERSION */
	uint64_t nonce;   /* HELLO: the one of its messages */
	char secret[RELAY_SECRET_LEN + 1];
	uint8_t why;     /* DENIED: enum relay_denial */
	uint32_t number; /* PUSH, ACK */
	/* ASK, ANSWER, PUSH: a struct job_msg, coded; borrowed */
	const uint8_t *body;
	size_t len;
};
void relay_msg_encode(const struct relay_msg *m, struct buf *b);
/* 0, CS_EFORMAT, CS_ETOOBIG. Of a HELLO of another version only that is known. */
int relay_msg_decode(struct relay_msg *m, const void *bytes, size_t len);

/* Equal, in a time that does not depend on where they differ? */
bool relay_secret_equal(const char *a, const char *b);

/* The file for the other machine: text, with the secret and the certificate by
 * which it knows the relay. */
void relay_pass_format(const char *secret, const char *cert, struct buf *b);
/* SECRET[RELAY_SECRET_LEN + 1] and *CERT, which points into TEXT. CS_EFORMAT. */
int relay_pass_parse(const char *text, char *secret, const char **cert);

#endif
