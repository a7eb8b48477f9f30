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

/* --- edit.c calls these --- */

/* Loop, tty and options are there. What loop_new's kin return. */
int online_open(struct app *a);
int end_open(struct app *a);
void online_close(struct app *a);
void end_close(struct app *a);
/* Send all that is to be told, as far as it may be now. */
void online_tell(struct app *a);
/* Everything typed is kept, and that was waited for: end, or say goodbye to the
 * hub, which stops speaking to who leaves, also of what it has kept. */
void end_if_kept(struct app *a);

/* --- online.c --- */

/* Dial the link, or a replay's; until it is up. */
void online_dial(struct app *a);
/* The link is up, and the hub has records up to REV. */
void online_welcomed(struct app *a, uint64_t rev);
/* The link is down: dial it anew, after a while. */
void online_lost(struct app *a);
/* Hang up, and the same. */
void online_again(struct app *a);
/* The next while is a long one. */
void online_later(struct app *a);
/* Our copy of the room is of no use: forget it and take the hub's. WHY is shown. */
void online_afresh(struct app *a, const char *why);
/* What uplink.h's functions return: who does not listen is dialled anew. */
void online_sent(struct app *a, int r);
/* Send a message of TYPE that has no fields. */
void online_plain(struct app *a, uint8_t type);
/* How many changes of ours the hub has not kept. */
size_t online_unkept(const struct app *a);
/* The documents are on their way: soon there is something to see and to type
 * into, and what is typed until then waits in the terminal (held). */
bool online_loading(const struct app *a);
bool online_held(const struct app *a);

/* --- end.c; the first end that is reached has the word --- */

/* End with STATUS, and the farewell FMT. */
void end_now(struct app *a, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* End when everything typed is kept, at the latest after PATIENCE_MS. */
void end_soon(struct app *a, unsigned patience_ms, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The person leaves; the person has left. */
void end_by_leaving(struct app *a);
void end_left(struct app *a);
/* Nobody sees us any more, but what was typed is still to be kept. */
void end_unseen(struct app *a);

#endif
