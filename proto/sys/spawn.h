/*
 * spawn.h - fork and exec, always together. The child gets exactly the
 * descriptors in its map (close_range takes the rest), default signal handlers
 * and an empty mask. Nothing of the caller's memory is copied: the thread that calls
 * waits until the program runs, and no other is held up.
 */
#ifndef PROTO_SYS_SPAWN_H
#define PROTO_SYS_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define SPAWN_MAX_FDS 8

struct spawn {
	const char *path; /* the program, or */
	int exec_fd;      /* an open program (used when path is NULL) */
	char *const *argv;
	char *const *envp;      /* NULL: only PATH and CODESYNC_LOG are kept */
	int fds[SPAWN_MAX_FDS]; /* the parent's, or -1; becomes 0, 1, 2 ... */
	int nfds;               /* unmapped 0-2 are /dev/null */
	bool new_session;       /* setsid */
	int tty; /* this descriptor becomes the controlling terminal; -1: none */
	bool die_with_parent; /* SIGKILL when the parent's thread ends */
};
void spawn_init(struct spawn *s);
/* 0 and *PID, or CS_EIO (also when exec failed: it is reported back). */
int spawn(const struct spawn *s, pid_t *pid);
/* People wait for what PID does: when it wakes up it need not wait until somebody
 * else's slice is over, and has only short ones itself (sched_setattr(2); Linux
 * before 6.12 overlooks that, and so do we what it refuses). */
void spawn_hurry(pid_t pid);
/* PID stays on one processor, on which all are that were given WHICH, a number
 * that goes up. Who hands one key to the next should not be on two: a processor
 * that sleeps takes longer to wake up (35 us in a virtual machine) than the next
 * one's work. */
void spawn_beside(pid_t pid, unsigned which);
/* For a child before it execs: default handlers, an empty mask. */
void spawn_default_signals(void);
/* Reap one child without waiting: 1 and *PID, *STATUS (as by waitpid), 0. */
int spawn_reap(pid_t *pid, int *status);

/* Send BYTES and FD (-1: none) as one message over a SEQPACKET/STREAM socket;
 * never blocks. CS_EAGAIN, CS_ECLOSED. */
int fd_send(int sock, const void *bytes, size_t len, int fd);
/* Receive one message: returns its length (0: closed), or CS_EAGAIN, CS_EIO,
 * CS_ETOOBIG. *FD is -1 or the caller's to close, close-on-exec. */
int fd_recv(int sock, void *bytes, size_t size, int *fd);
/* A SEQPACKET pair, both close-on-exec and non-blocking. */
int socket_pair(int sv[2]);

#endif
