/*
 * room.h - the rooms in memory: document, people, the last run's output, and
 * the records of this turn that are to be committed and sent.
 *
 * The fields of struct room are read by all of the hub, and changed by room.c
 * and rooms.c alone; its rules, lines, times and measures also by rules.c,
 * said.c, timer.c and measure.c.
 */
#ifndef HOSTD_ROOM_H
#define HOSTD_ROOM_H

#include "hostd/hub.h"
#include "hostd/lastrun.h"
#include "hostd/roomlog.h"
#include "proto/msg.h"

#define ROOM_IDLE_MS 60000   /* without a link, until it is unloaded */
#define ROOM_AWAY_MS 2000    /* without a link, until a person is away */
#define POINT_REST_MS 250    /* between two of one person's points */
#define ROOM_FORGET_MS 10000 /* a link that is further behind must resume */
#define ROOM_RETURN_MS 15000 /* the same after a restart of the hub */
#define SEAL_PAUSE_MS 5000   /* when no room was left to be sealed */
#define SEAL_RETRY_MS 60000  /* when the store has refused it */
#define SITE_LOCAL 1         /* the local admin's commands */
#define LABEL_LOCAL "@local"

struct member {
	struct seat_row row;
	struct caret caret; /* shown to others while the person is here */
	bool placed;        /* the caret is known, also of who is away */
	struct caret point; /* at whose head's line it has pointed */
	uint64_t pointed_ms, point_no; /* when, and which of room->points */
	uint64_t acts_ms;              /* what it did is paid for until then */
	uint64_t practice_ms;          /* its last practice run began; or 0 */
	struct seat *seat;             /* its link, or NULL */
	bool no_past;                  /* the log behind it cannot be read */
	uint64_t away_at_ms; /* here without a link: when it counts as lost */
	uint64_t left_ms;    /* Unix time of the last leave, if known; then: */
	uint64_t paused_ms;  /* timer_paused_ms at that time */
	uint32_t missed;     /* others' edits since then */
	/* measure.h */
	uint16_t link_ms;
	uint32_t typed; /* characters */
	uint64_t taken;
};

/* Records of this turn, as they are sent; the store has them in other rows. */
struct fresh {
	struct buf bytes;
	/* As sent to seats, made when needed; to those who may not see all, if
	 * there is something that is not for everybody. */
	struct buf msg, veiled_msg;
	uint64_t first_rev;
	uint32_t count;
	bool veiled; /* there is */
};

/* What the staff reads when the room has ended (report.h). */
struct room_summary {
	struct buf bytes;    /* a message; empty: there is none yet */
	bool wanted, failed; /* it is being made; it can not be */
};

struct room {
	struct room *next;
	struct hub *hub;
	struct room_row row;
	struct order *order;
	struct roomlog log;
	struct member *members[SITE_MAX + 1]; /* by site, or NULL */
	unsigned last_site;
	uint64_t kept_rev; /* committed: what seats may see */
	struct fresh *fresh;
	size_t nfresh, cap_fresh;
	struct chunk_writer writer;            /* of the last fresh one */
	bool fresh_closed;                     /* which gets no more */
	uint64_t snapshot_rev, snapshot_tried; /* the last one; kept or not */
	bool snapshot_wanted;
	struct last_run run;
	struct said_row *said; /* chat and notes in the log, upwards */
	size_t nsaid, cap_said;
	struct order *focus; /* focus time: the documents at its beginning */
	bool focus_changed, timer_changed;
	uint64_t focus_ended_ms; /* monotonic, or 0 */
	bool full;               /* the log is as large as one may be */
	struct room_summary summary;
	char end_head[HEAD_DIGITS + 1]; /* of the log at the end, or "" */
	bool typed_wanted,
	    typed_known; /* what was typed from its beginning on */
	bool measures_due, measures_changed;
	uint64_t measured_ms;
	bool touched; /* in this turn: dropped if it can not be committed */
	bool people_changed;
	uint16_t carets_moved; /* whose: 0 nobody's, a site, or */
#define CARETS_OF_SEVERAL (SITE_MAX + 1)
	uint64_t points;            /* how often anybody has pointed */
	bool used;                  /* see room_used */
	uint64_t idle_since_ms;     /* 0: in use */
	uint64_t mark_ms, mark_rev; /* what all links should have seen then */
};

/* The room ID (as room_id_read gives it), loaded if need be. CS_ENOTFOUND: there
 * is none, or its contents were erased; the store's codes, CS_EFORMAT (its log can not be replayed). */
int room_open(struct hub *h, const char *id, struct room **out);
/* The same if it is in memory, else NULL. */
struct room *room_find(struct hub *h, const char *id);
/* Make a room with ROW's settings (id, key, times and salt are filled in).
 * CS_ESTATE: the idempotency key is taken. */
int room_make(struct hub *h, struct room_row *row, struct room **out);
/* Free it; what was not committed is lost. Links are the caller's worry. */
void room_drop(struct room *room);

/* Label number N (from 0) of ROLE into DST: C..H, C7 ... */
void room_label(enum role role, unsigned n, char dst[LABEL_SIZE]);
/* Trim NAME in place; CS_EINVAL if it is then not 1 to 64 bytes of UTF-8
 * without control characters. */
int person_name(char *name);
/* Add a seat for ROLE. LABEL NULL: the next one. CS_EBUSY: SITE_MAX seats. */
int room_seat_add(struct room *room, enum role role, const char *label,
    const char *name, struct member **out);
/* M is of the account USER. */
int room_seat_own(struct room *room, struct member *m, int64_t user);
/* The seat SITE, which was the last to be added, in this turn, is not wanted
 * after all; nothing else names it yet. */
void room_seat_undo(struct room *room, uint8_t site);
/* The seat with LABEL other than SITE_LOCAL, or NULL. */
struct member *room_seat_find(struct room *room, const char *label);
/* Write M's row, and tell everybody that people have changed. */
int room_keep(struct room *room, const struct member *m);
/* May M write, run and type now? NULL: yes; else a sentence that says why not.
 * Nothing else decides it. */
const char *room_refuses(const struct room *room, const struct member *m);
bool room_may_write(const struct room *room, const struct member *m);
/* The documents as those see them from whom focus time hides the present. */
const struct order *room_shown(const struct room *room);
/* ROOM has begun, now that a candidate is in it. */
int room_begins(struct room *room);

/* Log what happens. All of them fill in record and transaction. */
int room_edit(struct room *room, uint8_t site, const struct edit *e);
int room_event(struct room *room, struct record *r);
void room_caret(
    struct room *room, uint8_t site, uint64_t base, const struct caret *c);
/* SITE points at the line of C's head. Who does it too often is not heard. */
void room_point(
    struct room *room, uint8_t site, uint64_t base, const struct caret *c);
/* M takes its seat (NAME NULL: as before), or waits to be let in; leaves
 * either, or lost its link. */
int room_enter(struct room *room, struct member *m, const char *name);
int room_wait(struct room *room, struct member *m, const char *name);
int room_leave(struct room *room, struct member *m, enum leave_why why);
void room_unlink(struct member *m, uint64_t after_ms);
/* TEXT becomes the file NAME, made if need be, by one edit of SITE.
 * CS_EFORMAT (not UTF-8), CS_ETOOBIG (text, or FILE_MAX files). */
int room_put(struct room *room, uint8_t site, const char *name,
    const void *text, size_t len);
int room_end(struct room *room, uint8_t site);
/* CS_ESTATE: it has not ended. */
int room_reopen(struct room *room, uint8_t site);
/* Focus time has begun, by the row: make what ROOM->focus is. And it is over. */
int room_focus_open(struct room *room);
void room_focus_close(struct room *room);
/* The files as they were after REV and at AT_MS, whichever is earlier (either
 * may be UINT64_MAX); *OUT is the caller's to free. */
int room_fold(
    struct room *room, uint64_t rev, uint64_t at_ms, struct order **out);
/* The files as they were at the newest snapshot that is not after BEFORE: at
 * revision 0 without one. *OUT is the caller's to free. */
int room_past(struct room *room, uint64_t before, struct order **out);
/* A whole file as bytes, the caller's to free (NUL-terminated). */
char *file_bytes(const struct text *t);

/* What was fresh in this turn has been sent. */
void room_sent(struct room *room);
/* Once a tick: let go what no link needs any more. */
void room_forget(struct room *room, uint64_t now_ms);
/* A link or a run needs it: called in every tick, before rooms_tick. */
void room_used(struct room *room);

/* --- rooms.c: all of them --- */

/* After a start: find the rooms where people are, so that those who do not
 * return become away, or a run has not ended; and open them, one at least,
 * until UNTIL_MS. False: that were all. Whoever returns first opens the room
 * without that. */
int rooms_find_busy(struct hub *h);
bool rooms_wake(struct hub *h, uint64_t until_ms);
/* The batch: write into the transaction; after the commit; after the sending;
 * after a failure. And time passing. */
void rooms_stage(struct hub *h);
void rooms_committed(struct hub *h);
void rooms_sent(struct hub *h);
void rooms_snapshot(struct hub *h); /* those that are due, after the sending */
/* One block of a room that has ended and is not in memory, once a tick. */
void rooms_seal(struct hub *h);
void rooms_failed(struct hub *h);
void rooms_tick(struct hub *h, uint64_t now_ms);
/* What takes many turns goes on after a short pause: another one then, unless one
 * comes before that. */
void rooms_turn_soon(struct hub *h);
void rooms_close(struct hub *h); /* snapshots, then all are freed */

#endif
