/*
 * seat.h - tickets and their endpoints: the hub's end of msg.h. A seat has at
 * most one link at a time. What is sent to it follows from its todo bits and
 * from sent_rev, so a stalled one holds nothing but these.
 */
#ifndef HOSTD_SEAT_H
#define HOSTD_SEAT_H

#include "hostd/room.h"
#include "hostd/who.h"

#define SEAT_UNLINKED_MS (15 * 60 * 1000) /* a ticket nobody uses */
#define SEAT_ENDED_MS 60000               /* the same when its room has ended */
#define SEAT_WATCHER_MS 30000
#define SEAT_WATCHERS_MAX 64 /* tickets of one account, or seat, at a time */
#define SEAT_UNSENT_MAX (64 * 1024) /* beside what the kernel holds */
#define SEAT_CLOSING_MS 2000        /* from BYE to hanging up */

struct seat;

/* Open the endpoints of all tickets in the store. */
int seats_open(struct hub *h);
void seats_close(struct hub *h);
/* A new ticket for SITE (0: a watcher) of ROOM into TICKET. CS_EBUSY: there
 * are max_seats of them. */
int seat_open(struct hub *h, const struct room_row *room, uint8_t site,
    char ticket[TICKET_LEN + 1]);
/* The same for a watcher, who is W; STAFF: it sees notes and staff chat. CS_EBUSY
 * also if W, an account or a seat, has SEAT_WATCHERS_MAX of them. */
int seat_open_watcher(struct hub *h, const struct room_row *room,
    const struct who *w, bool staff, char ticket[TICKET_LEN + 1]);
/* The connection that had TICKET has ended: the seat goes with its link, at the
 * latest after SEAT_CLOSING_MS. */
void seat_gone(struct hub *h, const char *ticket);
/* One line to everybody in ROOM (NULL: in all rooms). */
void seats_notice(struct hub *h, const struct room *room, enum notice severity,
    const char *text);

/* The links of ROOM's people become what the rows now say: in the room, in the
 * lobby, or gone. */
void seats_follow(struct room *room);
/* Nothing goes to what the account USER watches any more, in ROOM (NULL:
 * anywhere). */
void seats_unwatch(struct hub *h, int64_t user, const struct room *room);
/* ROOM goes out of memory: its links end, and find out when they come again. */
void seats_release(struct room *room);
/* Everybody in ROOM is told whose line the input is. */
void seats_keyboard(const struct room *room);

/* The batch, as in room.h. */
void seats_flush(struct hub *h);
void seats_failed(struct hub *h, int err);
void seats_tick(struct hub *h, uint64_t now_ms);
void seats_counts(const struct hub *h, unsigned *here, unsigned *watchers);

#endif
