/* join.h - codesync join ROOM: the editor on the caller's own terminal. */
#ifndef CLIENT_JOIN_H
#define CLIENT_JOIN_H

#include "client/cli.h"

/* Returns only when it fails, with the exit status. */
int join_room(struct cli *c);

#endif
