/*
 * chain.h - a log's head: one hash that stands for all records from the first
 * one on, so that none of them can be changed, added in between or taken away
 * without another head.
 *
 *	head of no record  32 bytes of zero
 *	head of record n   SHA-256(head of n - 1, then record n's bytes)
 *
 * A record's bytes are those of a chunk (record.h) that holds this one alone. So
 * it does not matter how the store has packed them.
 *
 * What is signed is a text of five lines, each with a newline:
 *
 *	codesync-log 1
 *	room r-7f3k2
 *	revision 1234
 *	sha256 HEX
 *	signed 2026-01-31T12:00:00.000Z
 */
#ifndef PROTO_SYS_CHAIN_H
#define PROTO_SYS_CHAIN_H

#include "proto/record.h"
#include "proto/sys/digest.h"

struct chain {
	uint64_t rev;
	uint8_t head[DIGEST_LEN];
	struct buf one; /* the last record's bytes, behind the head before it */
};

void chain_init(struct chain *c); /* of no record */
void chain_release(struct chain *c);
/* R is the next record. CS_EINVAL: it is not; chunk_add's codes. */
int chain_add(struct chain *c, const struct record *r);
/* The bytes of the one that was added last: borrowed, *LEN of them. */
const uint8_t *chain_bytes(const struct chain *c, size_t *len);
/* The same, of a record that is there as its BYTES[LEN]. CS_EINVAL: they are not
 * those of the next record, and of nothing else; chunk_next's codes. It is then
 * in *R, whose text is borrowed from BYTES. */
int chain_add_bytes(
    struct chain *c, const void *bytes, size_t len, struct record *r);

#define HEAD_ROOM_SIZE 16
#define HEAD_NEVER "never"
#define HEAD_TEXT_SIZE 256
struct head {
	char room[HEAD_ROOM_SIZE];
	uint64_t rev;
	char at
	    [25]; /* when it was signed, as time_rfc3339 has it, or HEAD_NEVER */
	uint8_t sha256[DIGEST_LEN];
};
/* The text that is signed. */
void head_text(const struct head *h, char dst[HEAD_TEXT_SIZE]);
/* The same back from TEXT[LEN]. CS_EFORMAT: it is not the text of any. */
int head_parse(const char *text, size_t len, struct head *h);

#endif
