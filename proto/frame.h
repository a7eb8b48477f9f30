/*
 * frame.h - the SP framing of nng's transports on a byte stream: an 8-byte
 * greeting each way, which names the protocol, then per message a byte 0x01, the
 * length as u64 big-endian, and the body. That is ipc; tcp and tls+tcp have not
 * the byte. Pure: bytes in, bodies out.
 */
#ifndef PROTO_FRAME_H
#define PROTO_FRAME_H

#include <stdbool.h>

#include "proto/buf.h"

#define FRAME_GREETING_LEN 8
#define FRAME_HEADER_LEN 9
#define FRAME_FEED_MAX (16 * 1024)

/* nng's numbers. Each has one that it speaks with. */
enum frame_protocol {
	FRAME_PAIR = 16, /* itself */
	FRAME_REQ = 48,
	FRAME_REP = 49,
	FRAME_PUSH = 80,
	FRAME_PULL = 81
};

enum frame_over { FRAME_IPC, FRAME_TCP };

struct frame_reader {
	struct buf in; /* what came; of it TAKEN bytes were given out */
	size_t taken;
	size_t max;               /* of one body */
	enum frame_protocol peer; /* whom we expect */
	enum frame_over over;
	bool greeted;
	int err;
};
/* For reading what is sent to one who speaks OWN. */
void frame_reader_init(
    struct frame_reader *f, enum frame_protocol own, size_t max_body);
void frame_reader_release(struct frame_reader *f);
/* Before anything is read: what is between the bodies, if not FRAME_IPC. */
void frame_reader_over(struct frame_reader *f, enum frame_over over);
/* From the next body on MAX_BODY holds. */
void frame_reader_limit(struct frame_reader *f, size_t max_body);
/* Add received bytes, at most FRAME_FEED_MAX at a time, and take out all bodies
 * before adding more: so one body and one feed is all that is ever held.
 * CS_ENOMEM, CS_ETOOBIG. */
int frame_feed(struct frame_reader *f, const void *p, size_t len);
/* 1 and the next body (borrowed until the next call on F), 0: more bytes are
 * needed, CS_EFORMAT (greeting or type is wrong) or CS_ETOOBIG: sticky. */
int frame_next(struct frame_reader *f, const uint8_t **body, size_t *len);
void frame_put_greeting(struct buf *b, enum frame_protocol own);
void frame_put(
    struct buf *b, enum frame_over over, const void *body, size_t len);

#endif
