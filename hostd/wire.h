/*
 * wire.h - a seat, for the files that it is made of: seat.c has its life,
 * hear.c what it says, wire.c what is sent to it. Sending is seat_flush alone,
 * after the commit; all others only note what there is to send. What fails
 * returns the store's codes.
 */
#ifndef HOSTD_WIRE_H
#define HOSTD_WIRE_H

#include "hostd/seat.h"
#include "proto/sys/link.h"

enum todo {
	TODO_WELCOME = 1,
	TODO_PEOPLE = 2,
	TODO_LOAD = 4,    /* the documents, then the stream */
	TODO_STREAM = 8,  /* chunks as they come */
	TODO_OUTPUT = 16, /* of the last run, once the stream has caught up */
	TODO_CARETS = 32,
	TODO_BYE = 64,
	TODO_KEYBOARD = 128, /* whose line it is, if a run goes on */
	TODO_SAID = 256,     /* chat and notes after said_rev */
	TODO_FOCUS = 512,    /* is it focus time? */
	TODO_POINTS = 1024, /* at which lines others point, after told_points */
	TODO_TIMER = 2048,
	TODO_SUMMARY = 4096,   /* of the room that has ended, for the staff */
	TODO_HEAD = 8192,      /* of its log */
	TODO_PRACTICE = 16384, /* what became of its run in the lobby */
	TODO_MEASURES = 32768
};

struct waiting { /* an encoded message */
	struct waiting *next;
	struct buf bytes;
};

struct seat {
	struct seat *next;
	struct hub *hub;
	char room_id[STORE_ID_SIZE], ticket[TICKET_LEN + 1];
	int64_t room_key;
	uint8_t site; /* 0: a watcher */
	struct link *link;
	struct room *room; /* from HELLO on */
	struct member *member;
	uint64_t unlinked_ms, keep_ms; /* since when unused, and for how long */
	uint64_t closing_ms;           /* when BYE was said */
	uint64_t gone_ms;              /* when its connection ended, or 0 */
	bool made_now;                 /* in this turn */
	bool staff;                    /* a watcher of the staff's: sees all */
	bool stays;                    /* and when the room has ended, too */
	struct who who;                /* whose watcher it is */
	bool joined;                   /* the person is in the room */
	bool told_full;                /* and that its log is full */
	bool lobby;                    /* or waits to be let in */
	bool back;                     /* and did not have to join */
	bool blocked;                  /* its link takes nothing now */
	bool closing;                  /* nothing it says counts any more */
	bool finished;                 /* the ticket goes with the link */
	bool dead;                     /* to be freed at the end of the turn */
	unsigned todo;                 /* enum todo */
	bool measured; /* its last MEASURES may have told something */
	bool headed;   /* it has been told the log's head at the end */
	bool summed;   /* it has had the summary, or is about to get it */
	bool place;    /* tell it where its own caret was */
	struct practice *practice; /* its run in the lobby, or NULL */
	uint64_t sent_rev, said_rev, told_points;
	struct waiting *first, **last;
	unsigned nlines;
	uint8_t bye;
	char bye_text[MSG_TEXT_MAX];
};

/* --- seat.c --- */

/* The person is in the room, as NAME (NULL: as before): from now on the stream
 * flows, FRESH with the documents first, else behind REV. */
int seat_start(struct seat *s, bool fresh, uint64_t rev, const char *name);
/* The person waits to be let in, and gets nothing of the room until then. What
 * was on its way to the link is no more. */
int seat_to_lobby(struct seat *s, const char *name);

/* --- hear.c --- */

/* S has said M. */
void seat_hear(struct seat *s, const struct msg *m);

/* --- wire.c --- */

/* A message that waits for its turn; small ones that come too thick are
 * dropped. */
void seat_line(struct seat *s, const struct msg *m);
void seat_notice(struct seat *s, enum notice severity, const char *text);
/* The last thing that is said; from now on the seat is not listened to. */
void seat_bye(struct seat *s, enum bye_reason reason, const char *text);
void waiting_clear(struct seat *s);
/* Is the present hidden from S by focus time? */
bool seat_is_shut(const struct seat *s);
/* Send what there is until the link takes no more. */
void seat_flush(struct seat *s);

#endif
