/*
 * roomlog.h - a room's log in the store: rows that grow, snapshots that are
 * pruned, and reading both.
 *
 * Records are added to the *open row*. Each time it is staged it is written
 * again as a whole, until it is as large as a row may be; so a key that is a
 * batch of its own costs what it costs inside of a long run, and not a row. A
 * row begins afresh after a restart, and a record that is larger than a row
 * gets one of its own.
 *
 * Staging writes into the store's transaction. If that fails, this state is
 * ahead of the store: it must be released, and the room loaded again.
 */
#ifndef HOSTD_ROOMLOG_H
#define HOSTD_ROOMLOG_H

#include "hostd/store.h"
#include "proto/order.h"

/* SQLite keeps up to 1002 bytes of a row in a page of 4096, four to a page, and
 * has a page of its own for the rest: the largest that fits with its keys. */
#define ROW_MAX 980
/* Records larger than a row share one up to here: the longest, a whole file,
 * still fits behind. */
#define ROW_LARGE_MAX (256 * 1024)
#define ROOM_SNAPSHOT_RECORDS 4096
/* Or sooner, when what is behind it weighs that much (record_weight): some 40 ms
 * of folding. */
#define ROOM_SNAPSHOT_WEIGHT (4 * ROOM_SNAPSHOT_RECORDS)
/* A sealed log that is folded from its beginning has fewer rows, which hold 64 KiB
 * each: of keys they are an interview of some days. */
#define ROOM_SEALED_ROWS 32
/* Of every so many records one snapshot is kept for good: the most that has to
 * be replayed to see the past. */
#define ROOM_LANDMARK_RECORDS (64 * ROOM_SNAPSHOT_RECORDS)

/* Its fields are roomlog.c's. */
struct roomlog {
	struct store *store;
	int64_t room;
	char id[STORE_ID_SIZE];
	struct buf row; /* the open one; empty: there is none */
	struct chunk_writer writer;
	uint64_t first_rev;
	uint32_t count;
	bool stored, dirty; /* an older state of it is; it has changed */
	bool measured;
	uint64_t bytes; /* of all rows, once they have been measured */
	uint64_t
	    weight; /* of what was added since roomlog_init or a snapshot */
};

void roomlog_init(
    struct roomlog *l, struct store *s, const struct room_row *room);
void roomlog_release(struct roomlog *l);
/* Append R, whose revision is the next one. chunk_add's and the store's codes:
 * then the batch has failed. */
int roomlog_add(struct roomlog *l, const struct record *r);
/* Bytes of the whole log; known when something was added since roomlog_init,
 * else 0. */
uint64_t roomlog_bytes(const struct roomlog *l);
/* All that was added into the transaction. */
int roomlog_stage(struct roomlog *l);

/* Give FN every record from revision FROM on; a value other than 0 ends it and
 * is returned. CS_EFORMAT: the log is damaged, or records are missing in it. */
int roomlog_walk(struct roomlog *l, uint64_t from,
    int (*fn)(void *arg, const struct record *r), void *arg);

/* Write a snapshot of O into the transaction, and remove those that are not
 * needed any more. */
int roomlog_snapshot(struct roomlog *l, const struct order *o);
/* The newest snapshot that is neither after REV nor after AT_MS as *OUT, the
 * caller's to free; without one, or one that is not damaged, a fresh order,
 * whose revision is 0. */
int roomlog_restore(
    struct roomlog *l, uint64_t rev, uint64_t at_ms, struct order **out);

/* Which of the snapshots at REVS[N], upwards, stay? The newest; for a person
 * who returns the newest that is ROOM_SNAPSHOT_RECORDS older; the one after
 * that, which will take its place; and landmarks. */
void roomlog_keeps(const uint64_t *revs, size_t n, bool *keep);
/* Those of a room that has ended: landmarks, and where its log is a large one the
 * newest, so that nobody waits when it is opened. Into the transaction. */
int roomlog_prune_ended(struct store *s, int64_t room);

#endif
