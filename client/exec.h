/*
 * exec.h - codesync as codesyncd starts it, for a command that came by ssh:
 *
 *   codesync -x -R RUNDIR [-c|-l|-p]   fd 3: a pipe with "PASS\nCOMMAND LINE" and EOF
 *
 * The pass says to the host in whose name the command is asked for; with -c that
 * is whoever has the code of a seat. With -l it is the list of an account's rooms
 * on a terminal, and with -p a command on one; then fd 4 is a pipe for the ticket
 * of what the editor shall open when we have ended (exec_editor). The process has the rights of an editor: no files, no programs, and no sockets
 * but those of the host. Of an account's it is open before that what everybody may
 * read, and `user add` needs: the list of the machine's users.
 */
#ifndef CLIENT_EXEC_H
#define CLIENT_EXEC_H

#include "client/cli.h"

/* Read the pipe, go to RUNDIR and give up what is not needed. 0, C->pass and
 * the *LINE (the caller's to free); or an exit status after having said why. */
int exec_begin(struct cli *c, const char *run_dir, char **line);
/* codesyncd shall start the editor for TICKET when we have ended, as a REPLAY or
 * in the room; what it looks like is also in C's options. Returns the exit
 * status. */
int exec_editor(const struct cli *c, bool replay, const char *ticket);
/* What an account gets that gave no command: its rooms. */
int exec_home(struct cli *c);
/* Nobody reads the standard input any more: whoever writes shall notice. */
void exec_stop_reading(const struct cli *c);

#endif
