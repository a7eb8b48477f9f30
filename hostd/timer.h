/*
 * timer.h - the room's clock, which runs from the first candidate's coming to
 * the end. It stands while the staff has paused it, and for at most
 * PAUSE_LOST_MS while the only candidate's connection is lost. Each change is a
 * record, so that a replay knows it.
 *
 * CS_ESTATE: it is not possible now; *WHY is a sentence that says why. Else the
 * codes of room_event and the store.
 */
#ifndef HOSTD_TIMER_H
#define HOSTD_TIMER_H

#include "hostd/room.h"

/* BY, of the staff, stops the clock, and lets it go on. */
int timer_pause(struct room *room, uint8_t by, const char **why);
int timer_resume(struct room *room, uint8_t by, const char **why);
/* The planned length gets MINUTES more, 1 to EXTEND_MAX_MINUTES. */
int timer_extend(
    struct room *room, uint8_t by, unsigned minutes, const char **why);

/* What happens in the room: M's connection is lost; M is there; it has ended;
 * it has been opened again, after an end at ENDED_MS; somebody came or went. */
int timer_lost(struct room *room, const struct member *m);
int timer_entered(struct room *room, const struct member *m);
int timer_ended(struct room *room);
int timer_reopened(struct room *room, uint64_t ended_ms);
int timer_people(struct room *room);
/* Time passes. */
void timer_tick(struct room *room);

/* The clock as seats are told it. */
void timer_get(const struct room *room, struct timer *t);
/* For how long it has stood by now, in all. */
uint64_t timer_paused_ms(const struct room *room);
/* For how long it has run, in the room of ROW. */
uint64_t timer_used_ms(const struct room_row *row);

#endif
