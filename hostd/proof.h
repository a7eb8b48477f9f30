/*
 * proof.h - the heads of logs (proto/sys/chain.h): made and signed when a room
 * has ended, and checked. Theory of operation:
 *
 * Nothing is hashed while people type. When a room has ended, its log is walked
 * from where its head was, a few milliseconds a turn behind everything that
 * people wait for; the head is kept, and codesyncd asked to have it signed: the
 * host's key is nowhere near the hub. What comes after the end, such as a note,
 * takes the head further, which is signed again. Rooms that ended before there
 * were heads have theirs made when they are first asked for.
 *
 * To check a log is to walk it from its beginning, fold it, and see that the
 * head comes out that was kept; and to have it signed again: Ed25519 gives the
 * same signature for the same head (RFC 8032), so nobody who can write the store
 * but has not the key can have changed both.
 */
#ifndef HOSTD_PROOF_H
#define HOSTD_PROOF_H

#include "hostd/monitor.h"
#include "hostd/request.h"

#define PROOFS_MAX 16 /* that are asked for by commands at a time, */
#define PROOFS_EACH 4 /* and by one account */

/* MONITOR: codesyncd's end. */
void proofs_open(struct hub *h, int monitor);
void proofs_close(struct hub *h);
/* The answer to what was asked of codesyncd, M. */
void proof_signed(struct hub *h, const struct mon_msg *m);
/* Time passes; and in each turn, after the sending: go on. */
void proofs_tick(struct hub *h, uint64_t now_ms);
void proofs_work(struct hub *h);

#endif
