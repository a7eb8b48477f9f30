/*
 * pump.h - the bytes of one ssh connection, between its channel and what codesyncd
 * gives for it. There is one in a process.
 */
#ifndef HOSTD_PUMP_H
#define HOSTD_PUMP_H

#include "hostd/transport.h"

/* SOCKET is the client's and is only waited for; MONITOR, the one to codesyncd,
 * is closed when that is gone. */
void pump_open(int socket, int monitor);
/* The functions in EV that are about the channel. */
void pump_events(struct transport_events *ev);
/* Keys have been exchanged: time begins. */
void pump_start(void);
/* Wait for something and do what follows; false: it is over. */
bool pump_turn(void);
/* The client has all, or it is on its way, and may hang up. */
bool pump_said_all(void);
/* The other side is let go. */
void pump_close(void);
/* For log_to: a line for codesyncd's log. */
void pump_log(int level, const char *line);

#endif
