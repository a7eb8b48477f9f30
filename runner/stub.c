/*
 * stub.c - orders and answers are messages of cell.h: what to run, with the
 * program's standard descriptors and init's socket; and init's pid, with a
 * descriptor of it.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/spawn.h"
#include "runner/cell.h"
#include "runner/stub.h"

#define SOCK_FD 3

/* The next message; none when the other end is gone. */
static int
await(int sock, struct cell_msg *m, int fds[CELL_FDS])
{
	struct pollfd p = { sock, POLLIN, 0 };
	int r;

	do
		poll(&p, 1, -1);
	while ((r = cell_recv(sock, m, fds)) == CS_EAGAIN);
	return r;
}

static void
close_all(int fds[CELL_FDS])
{
	for (int i = 0; i < CELL_FDS; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* Make what M describes; P has what was known when we were forked. */
static void
obey(struct cell_msg *m, int fds[CELL_FDS], const struct box_plan *known)
{
	char *argv[CELL_ARGC_MAX + 1];
	struct box_plan p = *known;
	int pidfd = -1;

	p.limits = &m->limits;
	p.argv = argv;
	p.file = m->warm ? m->file : NULL;
	memcpy(p.std, fds, sizeof(p.std));
	p.names = m->count;
	m->id = 0;
	if (cell_argv(m, argv) == 0)
		m->id = (uint64_t)box_clone(&p, fds[3], true, &pidfd);
	m->count = (uint32_t)errno;
	cell_send(SOCK_FD, m, &pidfd, pidfd >= 0 ? 1 : 0);
	if (pidfd >= 0)
		close(pidfd);
}

static void __attribute__((noreturn))
stub_main(int sock, const struct box_plan *known)
{
	static struct cell_msg m;
	int fds[CELL_FDS];

	/* it must not hold what the spawner holds */
	if (dup2(sock, SOCK_FD) < 0)
		_exit(1);
	syscall(SYS_close_range, SOCK_FD + 1, ~0U, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (await(SOCK_FD, &m, fds) == 1) {
		obey(&m, fds, known);
		close_all(fds);
	}
	_exit(0);
}

int
stub_start(struct stub *s, const struct group *g, const struct box_plan *known)
{
	int sv[2];

	if (socket_pair(sv) < 0)
		return CS_EIO;
	if ((s->pid = fork()) == 0) /* to be in its group, not to execute */
		stub_main(sv[1], known);
	close(sv[1]);
	s->sock = sv[0];
	if (s->pid < 0) {
		close(s->sock);
		s->pid = 0;
		return CS_EIO;
	}
	if (group_take(g, s->pid) == 0)
		return 0;
	stub_stop(s);
	return CS_EIO;
}

pid_t
stub_clone(struct stub *s, const struct box_plan *p, int control, int *pidfd)
{
	int fds[CELL_FDS] = { p->std[0], p->std[1], p->std[2], control };
	static struct cell_msg m;

	cell_msg_init(&m, CELL_RUN, 0);
	m.limits = *p->limits;
	m.count = p->names;
	m.warm = p->file != NULL;
	if (m.warm)
		snprintf(m.file, sizeof(m.file), "%s", p->file);
	if (cell_args(&m, p->argv) < 0 ||
	    cell_send(s->sock, &m, fds, CELL_FDS) < 0 ||
	    await(s->sock, &m, fds) != 1) {
		errno = ECHILD;
		return -1;
	}
	*pidfd = fds[0];
	errno = (int)m.count;
	return (int64_t)m.id > 0 ? (pid_t)m.id : -1;
}

void
stub_stop(struct stub *s)
{
	if (s->pid <= 0)
		return;
	close(s->sock);
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
}
