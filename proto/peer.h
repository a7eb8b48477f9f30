/*
 * peer.h - the editor's side of the document. Own edits change the text at
 * once and wait in a queue; records from the hub are transformed across the
 * queue. Own records in the stream are the acknowledgements: nothing is resent
 * that is in the log, nothing is lost that is not.
 *
 * After a lost link: peer_unsend, then feed the records that were missed, and
 * only then send again with peer_next. (site, cseq) never changes once an edit
 * was made.
 *
 * Undo is per person: inverse operations, transformed by what others do,
 * grouped by word or a pause of UNDO_PAUSE_MS. It outlives the replica: a new
 * one is loaded from some time ago and relives one's own edits since.
 */
#ifndef PROTO_PEER_H
#define PROTO_PEER_H

#include "proto/order.h"
#include "proto/record.h"

#define PEER_MAX_PENDING 4096
#define PEER_MAX_PENDING_BYTES (256 * 1024)
#define UNDO_MAX 1000
#define UNDO_PAUSE_MS 500

struct peer;

struct caret {
	uint8_t site, file;
	bool shown; /* false: not known */
	size_t anchor, head;
};

/* Whoever sees an edit OP with FLAGS puts its author's caret at its end, if this
 * says so: typing needs no caret messages. Hub and editors agree by it. */
bool caret_follows(const struct op *op, uint8_t flags);

/* What peer_edit and peer_remote did, for the view: OP as it changed FILE. */
typedef void peer_changed(
    void *arg, uint8_t file, const struct op *op, uint8_t site);

/* An empty replica at revision 0, whose first edit is number NEXT_CSEQ. */
int peer_new(struct peer **out, uint8_t site, uint32_t next_cseq,
    peer_changed *changed, void *arg);
void peer_free(struct peer *p);
uint8_t peer_site(const struct peer *p);
uint64_t peer_seen(const struct peer *p); /* last revision taken in */
/* Load into a fresh replica: NFILES files as they were at REV, when SITE had
 * made CSEQ edits, and then the records up to UNTIL. These are the past: own
 * edits among them can be undone as if they had been made here, and nothing is
 * told to whoever draws. CS_ESTATE: not fresh; CS_EINVAL. */
int peer_begin(struct peer *p, uint64_t rev, uint64_t until, uint32_t cseq,
    unsigned nfiles);
/* The next of those files as MSG_DOC brings it; SITES has one author per byte.
 * CS_ESTATE: not the next; CS_EINVAL: no such name; text_splice's codes. */
int peer_load(struct peer *p, uint8_t file, const char *name, const void *text,
    const uint8_t *sites, size_t len);
/* Has all of it come? Before, edits are refused with CS_EBUSY. */
bool peer_ready(const struct peer *p);
unsigned peer_file_count(const struct peer *p);
const char *peer_file_name(const struct peer *p, unsigned file);
const struct text *peer_text(const struct peer *p, unsigned file);

/* Change FILE by OP, made now; a no-op does nothing. CS_EBUSY: too much is
 * waiting, be read-only until it drains (or not ready); CS_ETOOBIG: over OP_MAX_INSERT or
 * OP_MAX_HUNKS; CS_ENOTFOUND: no such file; op_check's codes. Ends or extends
 * the undo group. */
int peer_edit(struct peer *p, uint8_t file, const struct op *op, uint8_t flags,
    uint64_t now_ms);
void peer_undo_break(struct peer *p); /* the next edit starts a new group */
/* From now on, until it is called with false, all edits of one file are one
 * group, however they look and whatever breaks between them; only an undo or a redo ends
 * it. */
void peer_undo_hold(struct peer *p, bool on);
/* Take back / bring back the last group of own edits in any file. On success
 * *FILE and *POS say where: for undo where our caret was before that group, if it was
 * in that file. CS_ENOTFOUND: nothing to undo. */
int peer_undo(struct peer *p, uint64_t now_ms, uint8_t *file, size_t *pos);
int peer_redo(struct peer *p, uint64_t now_ms, uint8_t *file, size_t *pos);

/* The next edit to send, or NULL; counts as sent. Borrowed until the next call
 * on P. */
const struct edit *peer_next(struct peer *p);
/* The link is gone: everything, the caret too, waits again. */
void peer_unsend(struct peer *p);
size_t peer_pending(const struct peer *p); /* not yet acknowledged */

/* Take in the next record. Records at or before peer_seen are ignored (0).
 * CS_ESEQ: a gap, the link must resume. CS_EFORMAT: it can not be applied, or
 * it acknowledges something else than what was sent: the replica is of no use
 * any more and everything fails with this from now on; load a fresh one. */
int peer_remote(struct peer *p, const struct record *r);

/* Own caret: moved by every operation, ours and theirs. */
void peer_caret_set(struct peer *p, uint8_t file, size_t anchor, size_t head);
struct caret peer_caret(const struct peer *p);
/* Must our caret be sent? Not while it stands where the others put it by
 * themselves: an author is where the edit ends. */
bool peer_caret_untold(const struct peer *p);
struct caret peer_caret_tell(struct peer *p); /* it is being sent */
/* Another's caret as MSG_CARETS brings it, true at REV (which is <= seen). */
void peer_caret_remote(struct peer *p, const struct caret *c, uint64_t rev);
/* Where byte POS of FILE, as the hub had it at REV, is here, where own edits are
 * ahead; SIZE_MAX: REV is not seen yet, or there is no such file. */
size_t peer_place_remote(
    const struct peer *p, uint8_t file, size_t pos, uint64_t rev);
/* Carets of all others whose shown is true. Borrowed; *N of them. */
const struct caret *peer_carets(const struct peer *p, size_t *n);

#endif
