/*
 * watch.h - reading a room's log as it is written: the watcher's end of the
 * protocol in msg.h. A hub that restarts is waited for and asked to go on after
 * the last record that came.
 */
#ifndef CLIENT_WATCH_H
#define CLIENT_WATCH_H

#include "client/cli.h"
#include "proto/msg.h"

struct watch {
	const char *room;
	uint64_t seen; /* records up to this revision are not wanted */
	bool follow;   /* else it ends where the log ended at the start */
	/* Somebody in the room; told before what that one did. May be NULL. */
	void (*person)(void *arg, const struct person *p);
	/* Each record in order; a value other than 0 ends the watch. */
	int (*record)(void *arg, const struct record *r);
	void (*flush)(void *arg); /* all that came is told; may be NULL */
	void *arg;
	/* What the host tells about the room, valid after a success: */
	struct run_limits limits;
	char names[SITE_MAX + 1][NAME_MAX_BYTES + 1];
};

/* Returns what RECORD returned; 0 at the end; or an exit status after having
 * said why. */
int watch_run(struct cli *c, struct watch *w);

/* room tail ROOM, room run ROOM */
int watch_tail(struct cli *c);
int watch_room_run(struct cli *c);

#endif
