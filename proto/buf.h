/*
 * buf.h - bounded bytes: a growing output buffer with a maximum fixed when it
 * is made, and an input cursor over borrowed bytes. Integers are little-endian;
 * varints are LEB128, at most 10 bytes, shortest form only.
 *
 * Both are sticky: after the first failure every further put does nothing and
 * every further get yields 0, so that a codec reads as a list of fields and
 * checks once at its end.
 */
#ifndef PROTO_BUF_H
#define PROTO_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	uint8_t *data; /* owned; NULL while cap is 0 */
	size_t len, cap, max;
	int err; /* 0, CS_ENOMEM or CS_ETOOBIG */
};

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b); /* frees; may be initialised again */
void buf_clear(struct buf *b);   /* len = 0, err = 0, keeps the memory */
/* Make room for LEN bytes at the end and return where they go (the caller then
 * fills them; len already counts them), or NULL with the error set. */
uint8_t *buf_reserve(struct buf *b, size_t len);
void buf_put_u8(struct buf *b, uint8_t v);
void buf_put_u16(struct buf *b, uint16_t v);
void buf_put_u32(struct buf *b, uint32_t v);
void buf_put_u64(struct buf *b, uint64_t v);
void buf_put_varint(struct buf *b, uint64_t v);
void buf_put_zigzag(struct buf *b, int64_t v);
void buf_put_raw(struct buf *b, const void *p, size_t len);
/* varint length, then the bytes */
void buf_put_bytes(struct buf *b, const void *p, size_t len);
void buf_put_str(struct buf *b, const char *s);
/* Drop the first LEN bytes (LEN <= b->len). */
void buf_consume(struct buf *b, size_t len);

struct buf_in {
	const uint8_t *p, *end; /* borrowed */
	int err;                /* 0, CS_EFORMAT or CS_ETOOBIG */
};

void buf_in_init(struct buf_in *in, const void *p, size_t len);
uint8_t buf_get_u8(struct buf_in *in);
bool buf_get_bool(struct buf_in *in); /* a byte, 0 or 1 */
uint16_t buf_get_u16(struct buf_in *in);
uint32_t buf_get_u32(struct buf_in *in);
uint64_t buf_get_u64(struct buf_in *in);
uint64_t buf_get_varint(struct buf_in *in);
/* A varint that must be <= MAX, else CS_ETOOBIG. */
uint64_t buf_get_max(struct buf_in *in, uint64_t max);
/* A varint that must fit 32 bits, else CS_ETOOBIG. */
uint32_t buf_get_varint32(struct buf_in *in);
int64_t buf_get_zigzag(struct buf_in *in);
/* LEN raw bytes, borrowed from the input; NULL on error (or when LEN is 0 at
 * the very end: check in->err, not the pointer). */
const uint8_t *buf_get_raw(struct buf_in *in, size_t len);
/* varint length <= MAX, then that many bytes, borrowed. */
const uint8_t *buf_get_bytes(struct buf_in *in, size_t max, size_t *len);
/* The same into DST[SIZE], NUL-terminated; CS_ETOOBIG when it does not fit,
 * CS_EFORMAT when it holds a NUL, CS_EUTF8 when it is not UTF-8. */
void buf_get_str(struct buf_in *in, char *dst, size_t size);
size_t buf_left(const struct buf_in *in);
/* 0 when nothing failed and nothing is left over, else the error. */
int buf_get_end(const struct buf_in *in);

#endif
