/*
 * seal.h - the logs of rooms that have ended, made small. Theory of operation:
 *
 * While a room is open its log is rows of a size that a key can rewrite. When
 * it has ended and is not in memory any more, those rows are written again as
 * *blocks*: one long chunk each, packed. Readers see no difference, since the
 * store unpacks. A block and the removal of the rows that it replaces are one
 * transaction, which also moves rooms.sealed_rev on: whatever is killed when,
 * each record is in exactly one row, and sealing goes on where it was.
 *
 * It is done in the hub's thread, one block a tick, after everybody has been
 * sent what they wait for (rooms_seal).
 */
#ifndef HOSTD_SEAL_H
#define HOSTD_SEAL_H

#include "hostd/store.h"

#define SEAL_BLOCK_MAX (64 * 1024) /* plain bytes, but for a longer row */

/* Seal the next block of ROOM in a transaction of its own; ROOM->sealed_rev
 * and, at the end, ROOM->sealed become what they are now. ROOM must not be in
 * memory. The store's codes, chunk_next's (the log is damaged): then nothing
 * has changed. */
int seal_block(struct store *s, struct room_row *room);

#endif
