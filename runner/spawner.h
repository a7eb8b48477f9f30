/*
 * spawner.h - the process that builds sandboxes and watches over what runs in
 * them: codesync-jail --serve. It speaks cell.h on one socket and ends with it.
 */
#ifndef RUNNER_SPAWNER_H
#define RUNNER_SPAWNER_H

/* Serve SOCK until its other end is gone. The exit status. */
int spawner_main(int sock);

#endif
