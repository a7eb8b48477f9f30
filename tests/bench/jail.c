/* jail.c - a spawner of our own and what it runs, for benchmarks. */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "runner/cell.h"
#include "tests/bench/bench.h"
#include "tests/bench/jail.h"

#define PATIENCE_MS 15000
#define FILE_NAME "main.py"

struct jail {
	int sock;
	pid_t pid;
	uint64_t last_id;
	struct jail_run *runs[JAIL_RUNS_MAX]; /* NULL: free */
};

static const struct run_limits limits = RUN_LIMITS_DEFAULT;
static char *command[] = { "/usr/bin/python3", FILE_NAME, NULL };

static void
send_cell(struct jail *j, struct cell_msg *m, int fd)
{
	m->limits = limits;
	m->idle_s = 60;
	if (cell_args(m, command) < 0 ||
	    cell_send(j->sock, m, &fd, fd >= 0) < 0)
		bench_die("the spawner takes no orders");
}

struct jail *
jail_open(unsigned pool)
{
	char *argv[] = { bench_program("codesync-jail"), "--serve", NULL };
	struct jail *j = xcalloc(1, sizeof(*j));
	static struct cell_msg m;
	struct spawn s;
	int sv[2];

	if (socket_pair(sv) < 0)
		bench_die("no socket");
	spawn_init(&s);
	s.path = argv[0];
	s.argv = argv;
	s.fds[0] = s.fds[1] = -1;
	s.fds[2] = STDERR_FILENO;
	s.fds[3] = sv[1];
	s.nfds = 4;
	s.die_with_parent = true;
	if (spawn(&s, &j->pid) < 0)
		bench_die("%s cannot be started", argv[0]);
	close(sv[1]);
	free(argv[0]);
	j->sock = sv[0];
	cell_msg_init(&m, CELL_POOL, 0);
	m.count = pool;
	memcpy(m.file, FILE_NAME, sizeof(FILE_NAME));
	send_cell(j, &m, -1);
	return j;
}

void
jail_close(struct jail *j)
{
	close(j->sock);
	waitpid(j->pid, NULL, 0);
	free(j);
}

pid_t
jail_pid(const struct jail *j)
{
	return j->pid;
}

void
jail_start(struct jail *j, struct jail_run *r, const char *text)
{
	static struct cell_msg m;
	int bundle, at = 0;

	while (at < JAIL_RUNS_MAX && j->runs[at] != NULL)
		at++;
	if (at == JAIL_RUNS_MAX)
		bench_die("too many programs at once");
	memset(r, 0, sizeof(*r));
	r->fd[0] = r->fd[1] = r->fd[2] = -1;
	r->id = ++j->last_id;
	j->runs[at] = r;
	r->asked_ms = bench_now_ms();
	if ((bundle = bundle_new()) < 0 ||
	    bundle_add(bundle, FILE_NAME, text, strlen(text)) < 0)
		bench_die("no memory file");
	cell_msg_init(&m, CELL_RUN, r->id);
	m.warm = true;
	send_cell(j, &m, bundle);
	close(bundle);
}

void
jail_kill(struct jail *j, const struct jail_run *r)
{
	static struct cell_msg m;

	cell_msg_init(&m, CELL_KILL, r->id);
	m.verdict = VERDICT_STOPPED;
	send_cell(j, &m, -1);
}

static void
take_cell(struct jail *j)
{
	static struct cell_msg m;
	struct jail_run *r = NULL;
	int fds[CELL_FDS], n = cell_recv(j->sock, &m, fds);

	if (n == CS_EAGAIN)
		return;
	if (n != 1)
		bench_die("the spawner has ended");
	for (int i = 0; i < JAIL_RUNS_MAX; i++)
		if (j->runs[i] != NULL && j->runs[i]->id == m.id)
			r = j->runs[i];
	if (r != NULL && m.type == CELL_STARTED) {
		r->warm = m.warm;
		close(fds[0]);
		memcpy(r->fd + 1, fds + 1, 2 * sizeof(int));
	} else if (r != NULL && m.type == CELL_ENDED) {
		r->ended_ms = bench_now_ms();
		r->result = m.result;
		if (m.result.verdict == VERDICT_INTERNAL)
			bench_die("no sandbox: %s", m.why);
	}
}

static void
take_output(struct jail_run *r, int *fd)
{
	char part[65536];

	if (read(*fd, part, sizeof(part)) > 0) {
		if (r->first_ms == 0)
			r->first_ms = bench_now_ms();
		return;
	}
	close(*fd);
	*fd = -1;
}

static void
forget_gone(struct jail *j)
{
	struct jail_run *r;

	for (int i = 0; i < JAIL_RUNS_MAX; i++) {
		r = j->runs[i];
		if (r == NULL || r->ended_ms == 0 || r->fd[1] >= 0 ||
		    r->fd[2] >= 0)
			continue;
		r->gone_ms = bench_now_ms();
		j->runs[i] = NULL;
	}
}

bool
jail_turn(struct jail *j, int timeout_ms)
{
	struct pollfd p[1 + 2 * JAIL_RUNS_MAX] = { { j->sock, POLLIN, 0 } };
	struct jail_run *r;

	for (int i = 0; i < 2 * JAIL_RUNS_MAX; i++) {
		r = j->runs[i / 2];
		p[1 + i].fd = r != NULL ? r->fd[1 + i % 2] : -1;
		p[1 + i].events = POLLIN;
	}
	if (poll(p, 1 + 2 * JAIL_RUNS_MAX, timeout_ms) <= 0)
		return false;
	for (int i = 0; i < 2 * JAIL_RUNS_MAX; i++)
		if (p[1 + i].revents != 0)
			take_output(
			    j->runs[i / 2], &j->runs[i / 2]->fd[1 + i % 2]);
	if (p[0].revents != 0)
		take_cell(j);
	forget_gone(j);
	return true;
}

static void
until(struct jail *j, const double *ms)
{
	while (*ms == 0)
		if (!jail_turn(j, PATIENCE_MS))
			bench_die("a program neither prints nor ends");
}

void
jail_until_first(struct jail *j, const struct jail_run *r)
{
	until(j, &r->first_ms);
}

void
jail_until_gone(struct jail *j, const struct jail_run *r)
{
	until(j, &r->gone_ms);
}

void
jail_rest(struct jail *j, double ms)
{
	double left, end = bench_now_ms() + ms;

	while ((left = end - bench_now_ms()) > 0)
		jail_turn(j, (int)left + 1);
}
