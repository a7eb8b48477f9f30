/*
 * join.h - codesync join ROOM, room replay ROOM: the editor on the caller's own
 * terminal.
 */
#ifndef CLIENT_JOIN_H
#define CLIENT_JOIN_H

#include <sys/types.h>

#include "client/cli.h"

/* Over ssh it is codesyncd that starts the editor (exec_editor), and else they
 * return only when they fail; with the exit status. */
int join_room(struct cli *c);
int join_replay(struct cli *c);
/* Start the editor for TICKET, whose endpoint is in the working directory: 0 and
 * *PID, or an exit status after having said why. */
int join_spawn(const struct cli *c, const char *ticket, pid_t *pid);

#endif
