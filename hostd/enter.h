/*
 * enter.h - the way in, as the hub decides it: who somebody is, from a code, a
 * key or a password, what that opens, and accounts that people make for
 * themselves. Whoever is let in gets a pass, 32 random hex digits that stand for
 * struct who in what is asked on control.sock, until the connection has ended.
 * A hub that starts again knows them by what the store has, for ENTER_PASS_MS:
 * of those that end while there is no hub it does not hear.
 */
#ifndef HOSTD_ENTER_H
#define HOSTD_ENTER_H

#include "hostd/monitor.h"
#include "hostd/who.h"

#define ENTER_CODES 10    /* tries a minute, for a room from one source */
#define ENTER_PASSWORDS 5 /* the same for an account */
#define ENTER_SIGN_UPS 10 /* the same for new accounts */
#define ENTER_PASS_MS (24 * 3600 * 1000ULL)
#define ENTER_COPY_MS (24 * 3600 * 1000ULL) /* after a room's end */

/* MONITOR: the socket to codesyncd. CS_EIO, or the store's codes. */
int enter_open(struct hub *h, int monitor);
void enter_close(struct hub *h);
/* codesyncd asks (HUB_AUTH): the verdict follows, after the commit. */
void enter_auth(struct hub *h, const struct mon_msg *m);
/* The connection that had PASS has ended. */
void enter_gone(struct hub *h, const char *pass);
/* Who has PASS: 0 and *W; CS_ENOTFOUND: nobody, or the account is gone. */
int enter_who(struct hub *h, const char *pass, struct who *w);
/* May whoever has the code of the seat W fetch a copy of ROOM? NULL: yes; else
 * a sentence's part that says why not. */
const char *enter_copy_refused(const struct who *w, const struct room *room);
/* W's own seat in ROOM, made if need be; W is an account that has a right
 * there. CS_EBUSY: SITE_MAX seats; CS_ESTATE: the room has ended. */
int enter_seat(const struct who *w, struct room *room, struct member **m);
/* The batch: verdicts go out. KEPT: it was committed. */
void enter_sent(struct hub *h, bool kept);

#endif
