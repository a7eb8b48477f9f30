/*
 * control.h - commands from the command line (proto/sys/control.h) on
 * control.sock. Who may ask is told by the peer's uid.
 */
#ifndef HOSTD_CONTROL_H
#define HOSTD_CONTROL_H

#include "hostd/room.h"

int control_open(struct hub *h);
void control_close(struct hub *h);
/* The batch, as in room.h: answers wait for the commit. */
void control_sent(struct hub *h);
void control_failed(struct hub *h, int err);

#endif
