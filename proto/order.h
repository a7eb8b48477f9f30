/*
 * order.h - the hub's side of a room's document: gives every record its
 * revision, transforms each seat's edits across what that seat had not seen,
 * and keeps the files' text. Pure: no clock, no store.
 *
 * Streaming Jupiter OT. A seat sends edits without waiting; each names the last
 * revision it had seen (BASE) and its own sequence number (CSEQ, from 1). For
 * each site the hub keeps a bridge: the foreign edits that site had not seen
 * when it last wrote, transformed to apply after all that site has written. It
 * is filled lazily from the tail of the log. Ties go by site id, lower first,
 * never by arrival.
 */
#ifndef PROTO_ORDER_H
#define PROTO_ORDER_H

#include "proto/record.h"

/* Kept in memory for bridges, at most: edits, and bytes of text and hunks. */
#define ORDER_TAIL_RECORDS 4096
#define ORDER_TAIL_BYTES (1024 * 1024)
/* Foreign edits that a site may leave unseen while it writes. */
#define ORDER_BRIDGE_MAX (2 * ORDER_TAIL_RECORDS)
#define ORDER_BRIDGE_BYTES (2 * ORDER_TAIL_BYTES)

struct order;

/* An edit as a client sent it. */
struct edit {
	uint64_t base;
	uint32_t cseq;
	uint32_t undo_of; /* with EDIT_UNDO: own cseq */
	uint8_t file, flags;
	struct op op;
};

int order_new(struct order **out); /* revision 0, no files */
void order_free(struct order *o);
uint64_t order_rev(const struct order *o);
uint64_t order_at_ms(const struct order *o); /* of the last record */
/* Sequence number of SITE's last accepted edit, 0 for none. */
uint32_t order_cseq(const struct order *o, uint8_t site);
unsigned order_file_count(const struct order *o);
const char *order_file_name(const struct order *o, unsigned file); /* or NULL */
const struct text *order_text(const struct order *o, unsigned file);
/* Its id, or CS_ENOTFOUND. */
int order_file_find(const struct order *o, const char *name);

/* SITE has a new link that has seen everything up to REV: its bridge starts
 * empty there. Its cseq goes on. CS_EFUTURE. */
int order_attach(struct order *o, uint8_t site, uint64_t rev);
/* Free what is only there for links that have not seen REV yet: they will have
 * to resume (CS_ESTALE). */
void order_forget(struct order *o, uint64_t rev);
/* Take an edit from SITE at time NOW_MS (clamped so that time never runs
 * backwards). On success *OUT is the record as it goes into the log, borrowed
 * until the next call on O. Otherwise nothing changed:
 * CS_EDUP    cseq seen before: drop it silently
 * CS_ESEQ    cseq skipped one          CS_EFUTURE  base beyond the last record
 * CS_ESTALE  base older than the bridge or the tail, or a bridge longer than
 *            ORDER_BRIDGE_MAX: the link must resume
 * CS_ENOTFOUND no such file; CS_EINVAL (site 0, unknown flags); op_check's
 * codes (CS_ETOOBIG also for too many hunks); CS_ENOMEM. */
int order_edit(struct order *o, uint8_t site, const struct edit *e,
    uint64_t now_ms, const struct record **out);
/* Append a record of any kind but REC_EDIT (REC_FILE makes the file); fills in
 * its rev and at_ms. CS_EINVAL, CS_ETOOBIG (files), CS_ESTATE (name taken). */
int order_event(struct order *o, struct record *r, uint64_t now_ms);
/* Move a caret that SITE sent at BASE, after its edits so far, to the present.
 * Same errors as an edit; positions past the end are CS_ERANGE. */
int order_caret(struct order *o, uint8_t site, uint64_t base, uint8_t file,
    size_t *anchor, size_t *head);
/* Replay one record of the log (cold open); its rev must be the next. */
int order_replay(struct order *o, const struct record *r);
/* Everything but the tail, as bytes: rev, time, files with text and authors,
 * cseq per site. order_restore wants a fresh O. */
void order_snapshot(const struct order *o, struct buf *b);
int order_restore(struct order *o, const void *bytes, size_t len);

#endif
