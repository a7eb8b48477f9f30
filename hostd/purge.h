/*
 * purge.h - erasing what a room held. Theory of operation:
 *
 * It begins with one transaction: the room's row loses its title and gets the
 * time, and from then on nobody finds anything in the room. What it held goes
 * after that, some rows a time, each time in a transaction of its own, in the
 * hub's thread behind everything that people wait for; whatever is killed when,
 * the next hub goes on. What is deleted is overwritten, and at the end the WAL is
 * emptied, so that it is in no file of the store any more. What is left is the
 * row with its times, the counts, who did it (store_purge.c), and the trail.
 *
 * Rooms are purged by command, and by themselves when they were kept for as long
 * as was said: from their end, or from the last thing that happened in one that
 * was never ended.
 */
#ifndef HOSTD_PURGE_H
#define HOSTD_PURGE_H

#include "hostd/request.h"

/* The answer is ROW, which was purged, and what it held. */
int purge_answer(struct request *q, const struct room_row *row);

/* May M, of ROOM's staff, erase ROOM once it has ended: is it its owner's seat, or
 * an admin's? *W (may be NULL): who that is. */
bool purge_may(const struct room *room, const struct member *m, struct who *w);
/* The seat BY of ROOM erases it; then nothing of ROOM is left, and its seats are
 * told. It stands in the trail. CS_EPERM, CS_ESTATE: *WHY is a sentence that says
 * why not; the store's codes. */
int purge_by_seat(struct room *room, uint8_t by, const char **why);

/* Time passes; and in each turn, after the sending: go on. */
void purges_tick(struct hub *h, uint64_t now_ms);
void purges_work(struct hub *h);

#endif
