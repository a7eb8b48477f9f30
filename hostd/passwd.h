/*
 * passwd.h - passwords are checked and hashed behind the loop: one hash takes
 * some 30 ms on purpose, in which the hub must not stand still. One thread does
 * it, for one request after the other; it sees nothing of the hub but the
 * request that it has, and the answer comes back through the loop.
 */
#ifndef HOSTD_PASSWD_H
#define HOSTD_PASSWD_H

#include "proto/sys/loop.h"

#define PASSWD_QUEUE 50 /* requests that wait; who comes then is not counted */

struct passwd;

/* R: 0; CS_EPERM (verify: it is another one); CS_EIO. HASH: what passwd_hash
 * made, with 0, else NULL; it is wiped afterwards. */
typedef void passwd_done(void *arg, int r, const char *hash);

/* CS_EIO, CS_ENOMEM. The thread has no signals, and the rights that the caller
 * has now. */
int passwd_open(struct passwd **out, struct loop *loop);
/* Waits for the hash that is being made. Nobody is called any more. */
void passwd_close(struct passwd *p);
/* Is SECRET what HASH was made from? NULL: there is no account or it has no
 * password; it takes the same time and is CS_EPERM. SECRET and HASH are copied;
 * DONE(ARG) is called once, later, from the loop. CS_EBUSY: too many wait;
 * CS_ETOOBIG: SECRET has more than PASSWORD_MAX bytes. */
int passwd_verify(struct passwd *p, const char *secret, const char *hash,
    passwd_done *done, void *arg);
/* Make a hash of SECRET. The same codes. */
int passwd_hash(
    struct passwd *p, const char *secret, passwd_done *done, void *arg);
/* Whoever gave ARG has gone and is not to be called. */
void passwd_cancel(struct passwd *p, const void *arg);

#endif
