/*
 * app.h - what the parts of codesync-edit share. Theory of operation:
 *
 * One turn of the loop takes what has come: from the hub (downlink.c), of a log
 * that is replayed (film.c), from the terminal (terminal.c). It changes E, which
 * is pure, and leaves notes here of what is to be done. The hook before sleeping
 * (edit.c) then does it: what is typed goes to the hub (online.c), and after
 * that the screen is drawn, which takes as long as the hub does (draw.c). The
 * end is reached from everywhere (end.c).
 *
 * Each of these files owns the fields that stand under its name: it opens and
 * closes them, and nobody else changes them but where that is said. Who calls
 * whom: edit.c all others; downlink.c and terminal.c film.c; draw.c film.c;
 * these four end.c; and all online.c, which calls none of them.
 */
#ifndef CLIENT_APP_H
#define CLIENT_APP_H

#include "client/editor.h"
#include "client/grid.h"
#include "client/keys.h"
#include "client/pace.h"
#include "client/replay.h"
#include "client/replica.h"
#include "client/tty.h"
#include "proto/msg.h"
#include "proto/sys/link.h"
#include "proto/sys/loop.h"

#define SEATS_FD 4               /* the directory of the hub's endpoints */
#define UNSENT_MAX (1024 * 1024) /* bytes on a link */

struct app {
	/* edit.c */
	struct editor e; /* all parts change it */
	struct loop *loop;
	struct tty *tty; /* all parts use it */

	/* online.c: the link's life, and what goes to the hub */
	struct loop_timer *redial, *caret;
	char ticket[TICKET_LEN + 1]; /* edit.c reads it */
	unsigned redial_ms;
	uint64_t until_rev; /* what the hub had at WELCOME */
	uint64_t welcome_ms;
	uint64_t told_ms;  /* when our caret was sent, */
	uint64_t looks_ms; /* and what was chosen */
	bool run_wanted;   /* by a key; once the hub has all that we see */

	/* downlink.c: what comes from the hub */
	struct link *link; /* online.c sends by it and dials */
	struct msg msg;    /* the one that is taken, by whichever link */
	struct replica replica;
	struct buf held; /* messages that wait, each behind its length */
	bool loaded; /* documents came, and what that took is not given back,
			which draw.c does */

	/* film.c: a replay */
	struct replay *replay; /* or NULL; then e is not shown */
	struct link *film;     /* its log comes by that */
	bool film_only; /* of the options: it is all that we do, and LINK is
			   never up */

	/* terminal.c: keys, the mouse, and what the terminal says */
	struct loop_io *io; /* paused by end.c, too */
	struct loop_timer *esc;
	struct keys keys;

	/* draw.c: the screen and when it is drawn */
	struct loop_timer *tick, *frame;
	struct grid grid; /* as it was last shown */
	struct pace pace; /* all parts note in it when what happened */
	bool dirty;       /* set by all parts: there is something to show, */
	bool own_key;     /* and at once */

	/* end.c */
	struct loop_timer *patience;
	bool ending;  /* as soon as everything typed is kept */
	bool leaving; /* and the hub has said goodbye */
	bool asked;   /* which it was asked for; a new link is asked anew */
	bool erasing; /* the room, which a key has asked for */
	bool silent;  /* the terminal is gone */
	bool over;
	int status; /* main()'s */
	char farewell[512];
};

#endif
