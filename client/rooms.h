/*
 * rooms.h - the list of an account's rooms, on the terminal of somebody who came
 * by ssh and named none.
 */
#ifndef CLIENT_ROOMS_H
#define CLIENT_ROOMS_H

#include "client/cli.h"

/* Until a room is chosen, which the editor then enters (exec_editor), or somebody
 * leaves. Returns the exit status. */
int rooms_main(struct cli *c);

#endif
