/*
 * measure.h - what is measured of people while a room goes on: how long their
 * terminals' answers take, for the title, and whose so much of what was typed
 * is, for the staff. Nothing of it is kept.
 */
#ifndef HOSTD_MEASURE_H
#define HOSTD_MEASURE_H

#include "hostd/room.h"

#define MEASURE_MS 5000 /* between two times that a room is told of it */

/* The code points that OP puts in. */
uint32_t measure_characters(const struct op *op);
/* The answers of M's terminal take MS milliseconds (0: not known any more). */
void measure_link(struct room *room, struct member *m, uint16_t ms);
/* R is a new edit of somebody in ROOM. */
void measure_edit(struct room *room, const struct record *r);
/* From now on edits count; what was typed before is yet to be added. */
void measure_begin(struct room *room);
/* What SITE had typed before that, and the bytes that its next undo may bring
 * back (record_is_undo). */
void measure_add(
    struct room *room, uint8_t site, uint32_t typed, uint64_t taken);
/* That was all. */
void measure_known(struct room *room);
/* Time has passed: is the room to be told in this turn? */
void measure_tick(struct room *room, uint64_t now_ms);
/* Of all who are in ROOM into DST[SITE_MAX]; SHARES: also who has typed how much
 * of it all. Returns how many of them there is anything to tell of. */
uint32_t measure_list(
    const struct room *room, bool shares, struct measure *dst);

#endif
