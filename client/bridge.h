/*
 * bridge.h - codesync join -H: the editor on one's own terminal, its host behind
 * ssh. The editor finds the endpoint of its seat in a private directory; who
 * listens there is us, and each connection is passed on through
 * `ssh -s USER@HOST codesync`. When that ends the editor dials again, as it
 * does when a hub has gone.
 */
#ifndef CLIENT_BRIDGE_H
#define CLIENT_BRIDGE_H

#include "client/cli.h"
#include "client/remote.h"

/* Join as USER (NAME+ROOM, or a room's id) at the host of TO. Returns the
 * exit status: of the editor, or of what kept it from starting. */
int bridge_join(struct cli *c, const struct remote *to, const char *user);

#endif
