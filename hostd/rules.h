/*
 * rules.h - who is let into a room and what people may do there: the lobby,
 * removing, read-only, frozen, ended, focus time. Each function logs what BY
 * decides and changes the rows; what follows for links is seats_follow's.
 *
 * CS_ESTATE: it is not possible now; *WHY is a sentence that says why. Else the
 * codes of room_event and the store.
 */
#ifndef HOSTD_RULES_H
#define HOSTD_RULES_H

#include "hostd/room.h"

/* Let M in from the lobby; back to it; out of the room for good. */
int rules_admit(
    struct room *room, uint8_t by, struct member *m, const char **why);
int rules_back(
    struct room *room, uint8_t by, struct member *m, const char **why);
int rules_kick(
    struct room *room, uint8_t by, struct member *m, const char **why);
/* M may write, or only read. */
int rules_role(
    struct room *room, uint8_t by, struct member *m, bool rw, const char **why);
/* Nobody but the staff may write; and everybody again. */
int rules_freeze(struct room *room, uint8_t by, bool on, const char **why);
int rules_end(struct room *room, uint8_t by, const char **why);
int rules_reopen(struct room *room, uint8_t by, const char **why);
/* The candidate works unwatched for MINUTES (up to FOCUS_MAX_MINUTES); 0: that
 * is over. */
int rules_focus(
    struct room *room, uint8_t by, unsigned minutes, const char **why);
/* Minutes of it that are left, rounded up; 0: it is not on. */
unsigned rules_focus_left(const struct room *room);

/* BY wants to find this moment again. */
int rules_mark(struct room *room, uint8_t by, const char **why);

/* Time passes: focus time ends. */
void rules_tick(struct room *room);

#endif
