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
 * closes them, and others change them only where that is said. Calls go one way:
 * edit.c to all; downlink.c, terminal.c and draw.c to film.c; all of these to
 * end.c; and all to online.c, which calls none of them.
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

	/* downlink.c: what comes from the hub */
	struct link *link; /* online.c dials it and sends by it */
	struct msg msg;    /* the one that is taken; film.c's, too */
	struct replica replica;
	struct buf held; /* messages that wait, each behind its length */
	/* Documents came, and what that took is not given back: draw.c does. */
	bool loaded;

	/* online.c: the link's life, and what goes to the hub */
	struct loop_timer *redial, *caret;
	char ticket[TICKET_LEN + 1]; /* edit.c reads it */
	unsigned redial_ms;
	uint64_t until_rev; /* what the hub had at WELCOME */
	uint64_t welcome_ms;
	uint64_t told_ms;  /* when our caret was sent, */
	uint64_t looks_ms; /* and what was chosen */
	/* Once the hub has all that we see. A key sets it (terminal.c), and a
	 * WELCOME to the lobby takes it back (downlink.c). */
	bool run_wanted;

	/* film.c: a replay */
	struct replay *replay; /* or NULL; then e is not shown */
	struct link *film;     /* its log comes by that */
	/* Option -r (edit.c): it is all that we do, and LINK is never up. */
	bool film_only;

	/* terminal.c: keys, the mouse, and what the terminal says */
	struct loop_io *io; /* end.c stops it */
	struct loop_timer *esc;
	struct keys keys;

	/* draw.c: the screen and when it is drawn */
	struct loop_timer *tick; /* online.c starts it, too */
	struct loop_timer *frame;
	struct grid grid; /* as it was last shown */
	struct pace pace; /* all parts note in it what happened when */
	bool dirty;       /* there is something to show: all parts set it; */
	bool own_key;     /* at once: who takes keys sets it */

	/* end.c */
	struct loop_timer *patience;
	bool ending;  /* as soon as everything typed is kept */
	bool leaving; /* and the hub has said goodbye, */
	bool asked;   /* which it was asked for; no more if online.c loses it */
	bool erasing; /* the room: terminal.c has asked for that */
	bool silent;  /* the terminal is gone */
	bool over;
	int status; /* of the process */
	char farewell[512];
};

/*
 * PART_open: loop, tty and options are there. They return what loop_io_new,
 * loop_timer_new and link_new do. PART_close comes before loop_free.
 */

/* --- downlink.c --- */

int downlink_open(struct app *a);
void downlink_close(struct app *a);
/* What others did and had to wait for us is taken, if we are not at it any more. */
void downlink_go_on(struct app *a);

/* --- online.c --- */

int online_open(struct app *a);
void online_close(struct app *a);
/* Send all that is to be told, as far as it may be now. */
void online_tell(struct app *a);
/* Dial the link, or a replay's; until it is up. */
void online_dial(struct app *a);
/* The link is up, and the hub has records up to REV. */
void online_welcomed(struct app *a, uint64_t rev);
/* The link is down: dial it anew, after a while. What the hub does not know yet
 * is kept; documents that came by half are not. */
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
 * into. */
bool online_loading(const struct app *a);
/* What is typed until then waits in the terminal. It takes a few milliseconds. If
 * it does not, keys are heard, to leave, and what is known is shown: while the
 * candidate works unwatched, nothing comes. */
bool online_held(const struct app *a);

/* --- film.c --- */

/* A->replay, with the looks of A->e; then the link of its log. CS_ENOMEM, and what
 * link_new returns. */
int film_begin(struct app *a);
int film_open(struct app *a);
/* Back to the editor, if there was a replay. */
void film_close(struct app *a);
/* A->msg has the ticket for the room that has ended: it is seen once more, from
 * its beginning on. If that cannot be, it is said. */
void film_take(struct app *a);
/* A key or the mouse while there is a replay. */
void film_key(struct app *a, const struct key *key);
/* The editor that is drawn: that of the replay, or our own. */
struct editor *film_shown(struct app *a);

/* --- terminal.c --- */

int terminal_open(struct app *a);
void terminal_close(struct app *a);
/* Hear it, unless that is to wait; and write when it takes something again. */
void terminal_listen(struct app *a);

/* --- draw.c --- */

int draw_open(struct app *a);
void draw_close(struct app *a);
/* Draw if there is something new and it is time; else when it is. */
void draw_show(struct app *a);
/* The screen has the terminal's size from now on. */
void draw_resize(struct app *a);

/* --- end.c; the first end that is reached has the word --- */

int end_open(struct app *a);
void end_close(struct app *a);
/* End with STATUS, and the farewell FMT. */
void end_now(struct app *a, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* End when everything typed is kept, at the latest after PATIENCE_MS. */
void end_soon(struct app *a, unsigned patience_ms, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The person leaves; the person has left. */
void end_by_leaving(struct app *a);
void end_left(struct app *a);
/* The host is being stopped. */
void end_stopped(struct app *a);
/* Nobody sees us any more, but what was typed is still to be kept; and who was only
 * asleep sees then how to come back. */
void end_unseen(struct app *a);
/* Once everything typed is kept, and that was waited for: say goodbye to the hub,
 * or end. */
void end_if_kept(struct app *a);

#endif
