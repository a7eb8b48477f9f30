/*
 * text.h - the document: a gap buffer of UTF-8 bytes, with a parallel map of
 * who wrote each byte and an index of line starts. Offsets are bytes on
 * code-point boundaries; lines count from 0; a line ends at its '\n', which
 * belongs to it. An empty text has one line.
 */
#ifndef PROTO_TEXT_H
#define PROTO_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_MAX (1024 * 1024) /* bytes in one file */

struct text;

int text_new(struct text **out); /* 0 or CS_ENOMEM */
void text_free(struct text *t);
size_t text_len(const struct text *t);
/* Replace DEL bytes at POS by INS[INS_LEN], written by SITE. Checks first and
 * changes nothing on failure: CS_ERANGE, CS_EBOUNDARY (either end of the
 * deleted range), CS_EUTF8 (INS), CS_ETOOBIG (over TEXT_MAX), CS_ENOMEM. */
int text_splice(struct text *t, size_t pos, size_t del, const void *ins,
    size_t ins_len, uint8_t site);
/* As text_splice, but each inserted byte has its own author in SITES[INS_LEN]
 * (undo gives text back to who wrote it; snapshots). */
int text_splice_authored(struct text *t, size_t pos, size_t del,
    const void *ins, const uint8_t *sites, size_t ins_len);
/* For several splices that must happen all or none (op_apply): make room for
 * LEN bytes with LINES newlines more (CS_ENOMEM), check every range, then use
 * text_splice_reserved, which checks nothing and can not fail. */
int text_reserve(struct text *t, size_t len, size_t lines);
void text_splice_reserved(struct text *t, size_t pos, size_t del,
    const void *ins, size_t ins_len, uint8_t site);
/* The LEN bytes at POS, which are there, get the authors in SITES; 0 leaves
 * one as it is. */
void text_set_authors(
    struct text *t, size_t pos, const uint8_t *sites, size_t len);
/* Copy [POS, POS+LEN) to DST. CS_ERANGE past the end. */
int text_copy(const struct text *t, size_t pos, size_t len, void *dst);
/* The longest stretch in one piece from POS on: a pointer borrowed until the
 * next change, *LEN bytes (0 at the end). */
const uint8_t *text_span(const struct text *t, size_t pos, size_t *len);
int text_byte(const struct text *t, size_t pos); /* 0-255, or -1 at/past end */
bool text_is_boundary(const struct text *t, size_t pos);
size_t text_prev(const struct text *t, size_t pos); /* cluster to the left */
size_t text_next(const struct text *t, size_t pos); /* cluster to the right */
size_t text_line_count(const struct text *t);
/* First byte of LINE; the text's length when LINE is past the last one. */
size_t text_line_start(const struct text *t, size_t line);
/* End of LINE without its newline. */
size_t text_line_end(const struct text *t, size_t line);
size_t text_line_of(const struct text *t, size_t pos);
/* Who wrote the byte at POS; *LEN (if not NULL) gets how many bytes from there
 * on are the same site's. 0 at the end. */
uint8_t text_author(const struct text *t, size_t pos, size_t *len);
/* How many bytes from POS on, at most MAX, are of one author. */
size_t text_author_run(const struct text *t, size_t pos, size_t max);
/* Same bytes? */
bool text_equal(const struct text *a, const struct text *b);

#endif
