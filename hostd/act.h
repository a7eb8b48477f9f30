/*
 * act.h - what people do in a room besides typing (MSG_SAY, MSG_ACT, MSG_LOOKS),
 * and the same by command.
 */
#ifndef HOSTD_ACT_H
#define HOSTD_ACT_H

#include "hostd/seat.h"

/* Do A in the name of site BY, who may, with all that follows from it.
 * CS_ENOTFOUND: no such seat; CS_ESTATE: not now, *WHY is a sentence that says
 * why; the store's codes. */
int act_do(
    struct room *room, uint8_t by, const struct act *a, const char **why);

/* The room that has been empty for the longest time is ended, if that is too
 * long: called in every tick. */
void act_end_empty(struct hub *h);

/* Messages of a seat, which is in the room or waits in its lobby. */
void act_on_say(struct seat *s, const struct msg *m);
void act_on_act(struct seat *s, const struct msg *m);
/* Also of one that has not joined yet. */
void act_on_looks(struct seat *s, const struct msg *m);

/* What M has chosen: an account has it in all rooms, others with their seat. */
uint64_t act_looks(const struct hub *h, const struct member *m);

#endif
