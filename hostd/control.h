/*
 * control.h - commands from the command line (proto/sys/control.h) on
 * control.sock. Who asks is told by a pass (enter.h), without one by the peer's
 * uid.
 */
#ifndef HOSTD_CONTROL_H
#define HOSTD_CONTROL_H

#include "hostd/room.h"

struct request;

int control_open(struct hub *h);
/* The answer of Q to the request Q->token, which was left for later. It is
 * released with what else Q holds. */
void control_answer(struct hub *h, struct request *q);
void control_close(struct hub *h);
/* Q's command CMD has ended with EXIT: into the trail, unless it only reads. */
void control_audit(struct request *q, const char *cmd, int exit);
/* The batch, as in room.h: answers wait for the commit. */
void control_sent(struct hub *h);
void control_failed(struct hub *h, int err);

#endif
