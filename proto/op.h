/*
 * op.h - an operation on one text: a list of hunks in ascending order, each
 * "skip SKIP bytes, delete DEL, insert INS"; what follows the last hunk is
 * kept. Skips and deletions count bytes of the text before the operation.
 * Canonical: hunks do nothing together only if the list is empty (a no-op is
 * legal and takes a revision); a hunk that neither deletes nor inserts does not
 * exist; two hunks that touch are one.
 *
 * op_transform is the two-way transform of Nichols et al. 1995 (Jupiter); only
 * TP1 is needed because the hub gives each room one total order.
 */
#ifndef PROTO_OP_H
#define PROTO_OP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/buf.h"
#include "proto/text.h"

#define OP_MAX_HUNKS 16384
#define OP_MAX_INSERT \
	(64 * 1024) /* bytes a client may insert by one operation */

struct hunk {
	uint32_t skip, del;
	uint32_t ins_off, ins_len; /* in op->ins */
};

struct op {
	struct hunk
	    *hunks; /* points at inline storage while there is only one */
	uint32_t nhunks, cap;
	struct hunk one;
	uint8_t *ins; /* all inserted bytes, in order; small ones inline */
	uint8_t *by;  /* who first wrote each of them, 0: who applies the
			 operation. NULL: all 0 */
	uint32_t ins_len, ins_cap;
	uint8_t small[16];
	uint32_t skipped; /* while building: kept since the last hunk */
	int err;          /* sticky: CS_ENOMEM, CS_ETOOBIG */
};

/* A struct op must not be copied by assignment: use op_copy or op_move. */
void op_init(struct op *op);
void op_release(struct op *op);
void op_clear(struct op *op);
int op_copy(struct op *dst, const struct op *src);
void op_move(struct op *dst, struct op *src); /* src is left empty */
/* Build from left to right. Errors stick in op->err. */
void op_skip(struct op *op, size_t len);
void op_delete(struct op *op, size_t len);
void op_insert(struct op *op, const void *ins, size_t len);
/* The same with each byte's first author in BY[LEN], see struct op. */
void op_insert_by(
    struct op *op, const void *ins, const uint8_t *by, size_t len);
/* Make op->by, all 0, if it is not there. CS_ENOMEM. */
int op_authored(struct op *op);
/* A whole operation of one hunk. */
int op_splice(
    struct op *op, size_t pos, size_t del, const void *ins, size_t len);
bool op_is_noop(const struct op *op);
bool op_deletes(const struct op *op);                  /* anything */
bool op_keeps(const struct op *op, size_t pos);        /* the byte at POS */
bool op_equal(const struct op *a, const struct op *b); /* but for authors */
bool op_same_authors(const struct op *a, const struct op *b); /* if equal */
/* Can it be applied to T? 0, CS_ERANGE, CS_EBOUNDARY, CS_EUTF8, CS_ETOOBIG. */
int op_check(const struct op *op, const struct text *t);
/* Apply to T as SITE: checks first, changes nothing on failure (op_check's
 * codes, CS_ENOMEM). */
int op_apply(const struct op *op, struct text *t, uint8_t site);
/* The operation by which SITE takes back its OP, made before OP is applied to
 * T. It gives text back to its authors. op_check's codes, CS_ENOMEM. */
int op_invert(
    const struct op *op, const struct text *t, uint8_t site, struct op *out);
/* A and B start from the same text. Makes A2 (to apply after B) and B2 (to
 * apply after A) so that A then B2 equals B then A2. Where both insert at one
 * place A's text comes first if A_FIRST. A2/B2 may be NULL; they must be
 * initialised and distinct from A and B. CS_ENOMEM or CS_ETOOBIG. */
int op_transform(const struct op *a, const struct op *b, bool a_first,
    struct op *a2, struct op *b2);
/* The same in place: A becomes A2 and B becomes B2. On failure neither has
 * changed. */
int op_transform_both(struct op *a, struct op *b, bool a_first);
/* OUT = A then B as one operation. */
int op_compose(const struct op *a, const struct op *b, struct op *out);
/* A becomes A then B, in place; cheap where B types on at A's end. */
int op_append(struct op *a, const struct op *b);
/* What turns OLD into NEW: words and lines that both have in this order are
 * kept (proto/diff.h). CS_ETOOBIG, CS_EUTF8 or CS_ENOMEM. */
int op_diff(
    struct op *out, const struct text *old, const void *text, size_t len);
/* Where does the offset POS go? An insertion exactly at POS pushes it to the
 * right if STICK_RIGHT. */
size_t op_move_pos(const struct op *op, size_t pos, bool stick_right);
/* Where OP ends in the text after it: behind its last hunk's insertion. */
size_t op_end(const struct op *op);
/* varint hunk count, then (varint skip, varint del, bytes ins) each. Authors
 * are not coded. */
void op_encode(const struct op *op, struct buf *b);
/* Decodes into OP (initialised); not canonical or invalid UTF-8 in an insert
 * sets in->err. Bounded by OP_MAX_HUNKS and MAX_INSERT. */
void op_decode(struct op *op, struct buf_in *in, size_t max_insert);

#endif
