/*
 * store.h - everything that is kept, in one SQLite database in WAL mode with
 * one writer, the hub.
 *
 * Writes open a transaction by themselves and stay in it until store_commit or
 * store_rollback. A write that fails makes the whole transaction fail: its
 * error is returned by every later write and by store_commit, which then rolls
 * back, so a caller may check only at the end of its batch.
 *
 * Codes: CS_EFULL (no space), CS_EIO (anything else the database refuses; it
 * was logged once), CS_ENOTFOUND, CS_ESTATE (taken already).
 */
#ifndef HOSTD_STORE_H
#define HOSTD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/buf.h"
#include "proto/job.h"
#include "proto/msg.h"

#define STORE_ID_SIZE 8   /* "r-7f3k2" */
#define USER_NAME_SIZE 33 /* of an account */
#define STORE_TITLE_SIZE 129
#define STORE_SALT_SIZE 64
#define STORE_HASH_SIZE 128
#define STORE_KEY_SIZE 129 /* idempotency keys */

struct store;

/* Open or make the database at PATH. FULL: every commit survives a loss of
 * power; else store_sync says when. CS_EIO, CS_EVERSION (made by a newer
 * version). */
int store_open(struct store **out, const char *path, bool full);
void store_close(struct store *s);
int store_commit(struct store *s);
void store_rollback(struct store *s);
/* Make what was committed survive a loss of power. */
int store_sync(struct store *s);
/* Never let the database grow over PAGES pages. */
int store_limit(struct store *s, unsigned pages);
/* Give back what is only kept in memory to be quick. */
void store_rest(struct store *s);
uint64_t store_bytes(const struct store *s);
uint64_t store_bytes_used(const struct store *s); /* without spare pages */
uint64_t store_commits(const struct store *s);

struct room_row {
	int64_t key; /* given by store_room_add */
	char id[STORE_ID_SIZE];
	char title[STORE_TITLE_SIZE], language[33], owner[36];
	uint32_t minutes, retention_days;
	bool lobby, copy;
	uint64_t created_ms, started_ms, ended_ms;
	char salt[STORE_SALT_SIZE];
	char idempotency_key[STORE_KEY_SIZE]; /* or "" */
	uint64_t sealed_rev; /* the log is in blocks as far as this one */
	bool sealed;         /* and there is no more to be done: seal.h */
	bool frozen;         /* only the staff can write */
	/* the candidate works unwatched until then, by whose wish; 0: no */
	uint8_t focus_site;
	uint64_t focus_until_ms;
	uint64_t focus_rev; /* of its beginning: the staff sees no more */
	int64_t owner_user; /* the account, or 0; OWNER is what it was called */
	uint64_t purged_ms; /* only this row is left of it (store_purge.c) */
	/* timer.h: the pauses before the present one; its beginning, or 0 */
	uint64_t paused_ms, pause_since_ms;
	uint8_t pause_site;
	bool pause_lost;
	uint64_t empty_ms; /* live, and nobody in it since then; else 0 */
};
/* CS_ESTATE: the id, or that owner's idempotency key, is taken; nothing was written and
 * the transaction goes on. */
int store_room_add(struct store *s, struct room_row *r);
/* R is not there yet for any question, and is it now: it is made in several
 * turns. And what a hub that ended meanwhile has left of such rooms goes. */
int store_room_born(struct store *s, const struct room_row *r, bool born);
int store_rooms_unborn(struct store *s);
int store_room_times(struct store *s, const struct room_row *r);
int store_room_sealed(struct store *s, const struct room_row *r);
/* frozen and the focus */
int store_room_rules(struct store *s, const struct room_row *r);
/* minutes, the pauses, empty_ms */
int store_room_timer(struct store *s, const struct room_row *r);
/* The room that has been empty for the longest time, since before BEFORE_MS. */
int store_room_empty(struct store *s, uint64_t before_ms, struct room_row *r);
/* The first room with a key after AFTER that has ended and is not sealed. */
int store_room_unsealed(struct store *s, int64_t after, struct room_row *r);
int store_room_get(struct store *s, const char *id, struct room_row *r);
int store_room_by_key(struct store *s, int64_t key, struct room_row *r);
/* The room that the account OWNER (0: none) made with that key. */
int store_room_by_idempotency(
    struct store *s, int64_t owner, const char *key, struct room_row *r);
/* The ids of rooms by age, of those with a key after AFTER; *IDS is the caller's
 * to free. USER 0: all; else those that the account owns, or has a seat in as
 * interviewer or observer. ALL: also those that have ended. */
int store_room_ids(struct store *s, int64_t user, bool all, int64_t after,
    char (**ids)[STORE_ID_SIZE], size_t *n);
/* Ids of rooms that have not ended, in which USER has any seat. */
int store_room_seated(
    struct store *s, int64_t user, char (**ids)[STORE_ID_SIZE], size_t *n);
/* Ids of rooms in which somebody is here, or a run has not ended. */
int store_room_busy(struct store *s, char (**ids)[STORE_ID_SIZE], size_t *n);
/* Rooms that have not ended: all, and those of the account USER. */
int store_room_count(struct store *s, uint64_t *live);
int store_room_owned(struct store *s, int64_t user, uint64_t *live);

/* NEW: nobody has sat there. KICKED: and nobody will again. WAITS: in the lobby;
 * who is AWAY or has LEFT and is not admitted was there, too. */
enum seat_state {
	SEAT_NEW,
	SEAT_HERE,
	SEAT_AWAY,
	SEAT_LEFT,
	SEAT_KICKED,
	SEAT_WAITS
};
struct seat_row {
	uint8_t site, role, state; /* enum seat_state */
	bool admitted;             /* else the person waits in the lobby */
	bool read_only;
	int64_t user;      /* the account whose seat it is, or 0 */
	uint64_t since_ms; /* in the lobby, Unix time; else 0 */
	/* a candidate's: the log before it is not for them; of who is KICKED,
	 * when that was, or 0 if it was not out of the room */
	uint64_t from_rev;
	uint64_t looks; /* proto/looks.h; 0 if an account's: it has its own */
	char label[LABEL_SIZE], name[NAME_MAX_BYTES + 1];
};
/* Add or change a seat. */
int store_seat_put(struct store *s, int64_t room, const struct seat_row *seat);
/* As if it had never been added. */
int store_seat_remove(struct store *s, int64_t room, uint8_t site);
/* Has the account USER a seat in ROOM as interviewer, and as observer? */
int store_seat_roles(
    struct store *s, int64_t room, int64_t user, bool *staff, bool *observer);
/* All seats of ROOM by site into DST[SITE_MAX + 1]; *N of them. */
int store_seats(struct store *s, int64_t room, struct seat_row *dst, size_t *n);

struct invite_row {
	char hash[STORE_HASH_SIZE];
	uint8_t site;
	uint64_t expires_ms; /* 0: never */
	bool bound;
};
int store_invite_add(struct store *s, int64_t room, const struct invite_row *i);
int store_invite_get(
    struct store *s, int64_t room, const char *hash, struct invite_row *i);
int store_invite_bind(struct store *s, int64_t room, const char *hash);
int store_invite_remove(struct store *s, int64_t room, const char *hash);
/* All codes for SITE. */
int store_invites_drop(struct store *s, int64_t room, uint8_t site);

struct ticket_row {
	char ticket[TICKET_LEN + 1];
	char room[STORE_ID_SIZE];
	uint8_t site;
};
int store_ticket_add(
    struct store *s, int64_t room, const char *ticket, uint8_t site);
int store_ticket_remove(struct store *s, const char *ticket);
int store_tickets(struct store *s, struct ticket_row **rows, size_t *n);

int store_chunk_add(struct store *s, int64_t room, uint64_t first_rev,
    uint32_t count, const void *bytes, size_t len);
/* The same chunk again, which has become longer. */
int store_chunk_grow(struct store *s, int64_t room, uint64_t first_rev,
    uint32_t count, const void *bytes, size_t len);
/* The chunk that holds the record REV: *FIRST and *COUNT, its bytes, unpacked,
 * appended to B. CS_ENOTFOUND: past the end; CS_EFORMAT: it is missing, there
 * are later ones, or it is packed and damaged. */
int store_chunk_get(struct store *s, int64_t room, uint64_t rev,
    uint64_t *first, uint32_t *count, struct buf *b);
/* Forget the chunks that begin with a revision from FIRST to LAST. */
int store_chunks_drop(
    struct store *s, int64_t room, uint64_t first, uint64_t last);
/* What the rows of ROOM hold: it reads them. */
int store_chunks_bytes(struct store *s, int64_t room, uint64_t *bytes);
int store_chunks_count(struct store *s, int64_t room, uint64_t *rows);
/* A snapshot at REV; it takes the place of one there. */
int store_snapshot_add(struct store *s, int64_t room, uint64_t rev,
    uint64_t at_ms, const void *bytes, size_t len);
/* The newest snapshot that is neither after REV nor after AT_MS: *FOUND, and
 * its bytes appended to B. CS_ENOTFOUND. */
int store_snapshot_get(struct store *s, int64_t room, uint64_t rev,
    uint64_t at_ms, uint64_t *found, struct buf *b);
/* Of which revisions there are snapshots, upwards; *REVS is the caller's to
 * free. */
int store_snapshot_revs(
    struct store *s, int64_t room, uint64_t **revs, size_t *n);
int store_snapshot_drop(struct store *s, int64_t room, uint64_t rev);

/* A line of chat or a note in the log. */
struct said_row {
	uint64_t rev;
	uint8_t site, scope; /* enum say_scope */
};
int store_said_add(struct store *s, int64_t room, const struct said_row *row);
/* All of ROOM's, upwards; *ROWS is the caller's to free. */
int store_said(
    struct store *s, int64_t room, struct said_row **rows, size_t *n);

enum job_state { JOB_QUEUED, JOB_GIVEN, JOB_OVER };
struct run_row {
	uint64_t job; /* given by store_run_add */
	int64_t room;
	uint32_t run;
	uint8_t site, state; /* enum job_state */
	uint64_t start_rev, nonce;
};
int store_run_add(struct store *s, struct run_row *r);
int store_run_set(struct store *s, const struct run_row *r);
/* The last run of ROOM. */
int store_run_last(struct store *s, int64_t room, struct run_row *r);
/* All that are not over, the oldest first. */
int store_runs_open(struct store *s, struct run_row **rows, size_t *n);

/* --- the heads of logs, in store_head.c --- */

struct head_row {
	int64_t room;
	uint64_t rev;       /* it stands for the log as far as this one */
	uint8_t sha256[32]; /* 0: no revision yet */
	bool due;           /* it is to be taken further, or signed */
	uint64_t at_ms;     /* when it was signed; 0: it is not */
	uint8_t key[32], signature[64];
};
/* ROOM's head is to be made and signed. */
int store_head_want(struct store *s, int64_t room);
int store_head_put(struct store *s, const struct head_row *h);
int store_head_get(struct store *s, int64_t room, struct head_row *h);
/* The first that is due, of a room with a key after AFTER. */
int store_head_due(struct store *s, int64_t after, struct head_row *h);

/* --- erasing, in store_purge.c --- */

#define PURGE_TEXT_SIZE 129
struct purge_row {
	int64_t room;
	char who[PURGE_TEXT_SIZE],
	    source[PURGE_TEXT_SIZE]; /* as in the trail */
	bool done;
	uint64_t files, edits, runs, chat, notes, people, bytes;
};
/* What there is in P->room to be erased; but files and edits, which only the log
 * says, become 0. */
int store_purge_count(struct store *s, struct purge_row *p);
/* R, which has ended, is empty from AT_MS on for all who look: into the
 * transaction, with P, not done. What it held is still to be erased. */
int store_purge_begin(struct store *s, struct room_row *r, uint64_t at_ms,
    const struct purge_row *p);
/* Add to P's files and edits, or say that it is done. */
int store_purge_set(struct store *s, const struct purge_row *p);
int store_purge_get(struct store *s, int64_t room, struct purge_row *p);
/* One that is not done. */
int store_purge_open(struct store *s, struct purge_row *p);
/* Erase at most N rows of what ROOM held beside its log. *LEFT: there may be
 * more of them. */
int store_purge_rows(struct store *s, int64_t room, unsigned n, bool *left);
/* The first revision of ROOM's first and of its last chunk. CS_ENOTFOUND: it has
 * none. */
int store_chunk_ends(
    struct store *s, int64_t room, uint64_t *first, uint64_t *last);
/* A room that has ended, is not purged, and was to be kept until before NOW_MS. */
int store_room_due(struct store *s, uint64_t now_ms, struct room_row *r);
/* The first room with a key after AFTER that has not ended, and was made so long
 * before NOW_MS that it would not be kept if it had ended then. */
int store_room_stale(
    struct store *s, uint64_t now_ms, int64_t after, struct room_row *r);
/* Nothing that was erased is in the files any more: the WAL is emptied. CS_EIO,
 * CS_EFULL. Not in a transaction. */
int store_scrub(struct store *s);

#endif
