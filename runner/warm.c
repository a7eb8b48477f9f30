/*
 * warm.c - one run from the pool. What is ready is not told by the spawner, so
 * the same is run until it says that it was warm.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/spawn.h"
#include "runner/cell.h"
#include "runner/warm.h"

#define SERVE_FD 3
#define TRIES 40
#define PAUSE_MS 50      /* between two */
#define PATIENCE_MS 5000 /* for one message */

static char file[] = "main.py";

static uint64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static int
start_spawner(int *sock, pid_t *pid)
{
	static char *argv[] = { "codesync-jail", "--serve", NULL };
	struct spawn s;
	int sv[2], e;

	if (socket_pair(sv) < 0)
		return CS_EIO;
	spawn_init(&s);
	s.path = "/proc/self/exe";
	s.argv = argv;
	s.fds[0] = s.fds[1] = s.fds[2] = -1;
	s.fds[SERVE_FD] = sv[1];
	s.nfds = SERVE_FD + 1;
	s.die_with_parent = true;
	e = spawn(&s, pid);
	close(sv[1]);
	if (e < 0)
		close(sv[0]);
	*sock = sv[0];
	return e;
}

/* Send TYPE for PROGRAM FILE, with the descriptor FD or -1. */
static int
ask(int sock, enum cell_type type, char *program, int fd)
{
	static const struct run_limits limits = RUN_LIMITS_DEFAULT;
	char *argv[] = { program, file, NULL };
	static struct cell_msg m;

	cell_msg_init(&m, type, 1);
	m.count = 1;
	m.warm = true;
	m.limits = limits;
	m.idle_s = 1;
	snprintf(m.file, sizeof(m.file), "%s", file);
	if (cell_args(&m, argv) < 0)
		return CS_EIO;
	return cell_send(sock, &m, &fd, fd >= 0) < 0 ? CS_EIO : 0;
}

/* The next message of TYPE, or CELL_ENDED, into M. */
static int
hear(int sock, struct cell_msg *m, enum cell_type type, int fds[CELL_FDS])
{
	struct pollfd p = { sock, POLLIN, 0 };

	do
		if (poll(&p, 1, PATIENCE_MS) != 1 ||
		    cell_recv(sock, m, fds) != 1)
			return CS_EIO;
	while (m->type != (uint32_t)type && m->type != CELL_ENDED);
	return m->type == (uint32_t)type ? 0 : CS_EIO;
}

/* One run; *WARM says whether it was. */
static int
run_once(int sock, char *program, int bundle, bool *warm, struct warm_times *t)
{
	int fds[CELL_FDS] = { -1, -1, -1 }, none[CELL_FDS], e;
	struct pollfd p = { .events = POLLIN };
	static struct cell_msg m;
	uint64_t start = now_us();

	if ((e = ask(sock, CELL_RUN, program, bundle)) == 0 &&
	    (e = hear(sock, &m, CELL_STARTED, fds)) == 0) {
		*warm = m.warm;
		p.fd = fds[1];
		if (poll(&p, 1, PATIENCE_MS) != 1)
			e = CS_EIO;
		t->first_us = (unsigned)(now_us() - start);
	}
	if (e == 0 && (e = hear(sock, &m, CELL_ENDED, none)) == 0) {
		t->end_us = (unsigned)(now_us() - start);
		e = m.result.verdict == VERDICT_OK ? 0 : CS_EIO;
	}
	for (int i = 0; i < CELL_FDS; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return e;
}

static int
run_until_warm(int sock, char *program, struct warm_times *t)
{
	const struct timespec pause = { 0, PAUSE_MS * 1000000L };
	static const char code[] = "print(1)\n";
	int bundle, e = ask(sock, CELL_POOL, program, -1);
	bool warm = false;

	for (int i = 0; i < TRIES && e == 0 && !warm; i++) {
		nanosleep(&pause, NULL);
		if ((bundle = bundle_new()) < 0)
			return CS_EIO;
		e = bundle_add(bundle, file, code, sizeof(code) - 1);
		if (e == 0)
			e = run_once(sock, program, bundle, &warm, t);
		close(bundle);
	}
	return e < 0 ? e : warm ? 0 : CS_EAGAIN;
}

int
warm_measure(char *program, struct warm_times *t)
{
	int sock, e;
	pid_t pid;

	if (start_spawner(&sock, &pid) < 0)
		return CS_EIO;
	e = run_until_warm(sock, program, t);
	close(sock); /* which ends it */
	waitpid(pid, NULL, 0);
	return e;
}

int
warm_users(unsigned *first)
{
	int sock, e, none[CELL_FDS];
	static struct cell_msg m;
	pid_t pid;

	if (start_spawner(&sock, &pid) < 0)
		return CS_EIO;
	e = hear(sock, &m, CELL_READY, none);
	*first = m.count;
	close(sock);
	waitpid(pid, NULL, 0);
	return e;
}
