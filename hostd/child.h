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

/* How somebody's terminal is drawn on. */
struct child_look {
	char term[MON_TERM_MAX];
	uint32_t flags; /* enum mon_edit_flags */
	bool replay;
};
/* What a program on a terminal wants the editor to be that follows it: letters,
 * R for a replay, A ascii, M mono and C calm, and a ticket. */
#define CHOICE_MAX (TICKET_LEN + 4)

/* The editor PROGRAM on TTY, for TICKET at SEATS_FD (RUNDIR/s). Its keys and what
 * it draws go through the socket BYTES, or if that is -1 through TTY. 0 and *PID,
 * or CS_EIO. */
int child_editor(const char *program, int seats_fd,
    const struct child_look *look, const char *ticket, int tty, int bytes,
    pid_t *pid);
/* The command LINE in the name of who has PASS, by PROGRAM on TTY; "" is the
 * list of rooms. 0, *PID, and from *CHOICE, which is the caller's to close and
 * never blocks, what the editor shall open when it ends, if it says so; or CS_EIO. */
int child_on_tty(const char *program, char *run_dir,
    const struct child_look *look, const char *pass, const char *line, int tty,
    int *choice, pid_t *pid);
/* The command line of M (EXEC) by PROGRAM, with the rights of PASS, which is
 * that of a SEAT or of an account. 0, *PID and the caller's to close: FDS[0] the
 * master of a pty, or FDS its input, output and errors; or CS_EIO. */
int child_command(const char *program, char *run_dir, const struct mon_msg *m,
    const char *pass, bool seat, int fds[3], pid_t *pid);
/* A connection to the endpoint TICKET; CS_EIO: there is none. */
int child_link(int seats_fd, const char *ticket);

#endif
