/*
 * child.h - what codesyncd starts for somebody who is in: an editor on a pty, a
 * command on a pty or with three pipes; or a connection to the seat's endpoint.
 * Tickets and passes go through a pipe: arguments and environment can be seen
 * by others.
 */
#ifndef HOSTD_CHILD_H
#define HOSTD_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "hostd/monitor.h"

/* The editor PROGRAM as M (EDIT) wants it, for TICKET at SEATS_FD (RUNDIR/s).
 * 0, *MASTER (the caller's to close) and *PID; or CS_EIO. */
int child_editor(const char *program, int seats_fd, const struct mon_msg *m,
    const char *ticket, int *master, pid_t *pid);
/* The command line of M (EXEC) by PROGRAM, with the rights of PASS, which is
 * that of a SEAT or of an account. 0, *PID and the caller's to close: FDS[0] the master of a pty, or FDS its input, output
 * and errors; or CS_EIO. */
int child_command(const char *program, char *run_dir, const struct mon_msg *m,
    const char *pass, bool seat, int fds[3], pid_t *pid);
/* A connection to the endpoint TICKET; CS_EIO: there is none. */
int child_link(int seats_fd, const char *ticket);

#endif
