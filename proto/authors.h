/*
 * authors.h - who wrote each byte of a text, coded as runs: pairs of u8 site
 * and varint length (at least 1), which together cover exactly the text.
 */
#ifndef PROTO_AUTHORS_H
#define PROTO_AUTHORS_H

#include "proto/buf.h"
#include "proto/text.h"

/* The runs of SITES[LEN], or of all of T, to the end of B. */
void authors_put(struct buf *b, const uint8_t *sites, size_t len);
void authors_put_text(struct buf *b, const struct text *t);
/* Read runs that cover exactly LEN bytes into SITES[LEN]; else in->err is
 * CS_EFORMAT or CS_ETOOBIG. */
void authors_get(struct buf_in *in, uint8_t *sites, size_t len);

#endif
