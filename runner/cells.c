/*
 * cells.c - our end of the spawner (cell.h), a process of its own that makes the
 * sandboxes. It is started before our rights are given up, and hands us the ends
 * of the programs' pipes. When its socket takes nothing now, what it must be told
 * waits in the jobs.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/spawn.h"
#include "runner/runner.h"

#define IDLE_S 600  /* the longest that a program may wait for input */
#define STOP_MS 500 /* for the spawner to tidy up */

/* L's command with its file into ARGV[CELL_ARGC_MAX + 1], borrowed. */
static void
command_of(const struct conf_language *l, char **argv)
{
	int n = 0;

	while (l->command[n] != NULL) {
		argv[n] = l->command[n];
		n++;
	}
	argv[n++] = l->file;
	argv[n] = NULL;
}

/* --- what it is told --- */

/* Send M, or be told by on_cell when there is room for it. */
static int
tell(struct runner *r, const struct cell_msg *m, const int *fds, int nfds)
{
	int e = cell_send(r->spawner, m, fds, nfds);

	if (e == CS_EAGAIN && r->spawner_io != NULL)
		loop_io_want(r->spawner_io, LOOP_READ | LOOP_WRITE);
	return e;
}

int
cell_run(struct job *job)
{
	char *argv[CELL_ARGC_MAX + 1];
	static struct cell_msg m;
	int e;

	cell_msg_init(&m, CELL_RUN, job->id);
	m.limits = job->limits;
	m.warm = job->warm;
	m.idle_s = IDLE_S;
	command_of(job->language, argv);
	if ((e = cell_args(&m, argv)) < 0)
		return e;
	return tell(job->runner, &m, &job->bundle, 1);
}

static void
kill_now(struct job *job)
{
	static struct cell_msg m;

	cell_msg_init(&m, CELL_KILL, job->id);
	m.verdict = job->killed;
	job->kill_due = tell(job->runner, &m, NULL, 0) == CS_EAGAIN;
}

void
cell_kill(struct job *job, enum verdict verdict)
{
	if (job->kill_due)
		return; /* the first reason counts */
	job->killed = (uint8_t)verdict;
	kill_now(job);
}

/* It takes messages again. */
static void
tell_rest(struct runner *r)
{
	loop_io_want(r->spawner_io, LOOP_READ);
	for (struct job *job = r->jobs; job != NULL; job = job->next)
		if (job->kill_due)
			kill_now(job);
	jobs_start(r);
}

/* --- what it says --- */

static void
run_started(struct job *job, int fds[CELL_FDS])
{
	struct job_msg m = {
		.type = JOB_STARTED, .nonce = job->runner->nonce, .job = job->id
	};

	talk_push(job->runner, &m, &job->unsent);
	pipes_open(job, fds);
}

/* What holds runs is known; until then nothing is asked for. */
static void
spawner_ready(struct runner *r, struct cell_msg *m)
{
	m->why[sizeof(m->why) - 1] = '\0';
	if (m->why[0] != '\0')
		log_err("nothing can be run: %s", m->why);
	m->result.tier[sizeof(m->result.tier) - 1] = '\0';
	memcpy(r->tier, m->result.tier, sizeof(r->tier));
	if (r->ready)
		return;
	r->ready = true;
	talk_ask(r);
}

static void
take_cell(struct runner *r, struct cell_msg *m, int fds[CELL_FDS])
{
	struct job *job = job_find(r, m->id);

	if (m->type == CELL_READY)
		spawner_ready(r, m);
	if (job == NULL || job->state != JOB_RUNS)
		return;
	if (m->type == CELL_STARTED && fds[PIPES - 1] >= 0) {
		run_started(job, fds);
	} else if (m->type == CELL_WAITING) {
		job->waiting = m->waiting;
		talk_waiting(job);
	} else if (m->type == CELL_ENDED) {
		m->why[sizeof(m->why) - 1] = '\0';
		if (m->result.verdict == VERDICT_INTERNAL)
			job_why(job, m->why);
		job_ended(job, &m->result);
		job_step(job);
	}
}

/* Its sandboxes have died with it. */
static void
spawner_gone(struct runner *r)
{
	struct job *job, *next;

	/* We cannot give a new one the rights that it begins with: codesyncd
	 * starts us again, and we it. */
	log_err("the spawner has ended; the runner is started again");
	loop_io_free(r->spawner_io);
	r->spawner_io = NULL;
	close(r->spawner);
	r->spawner = -1;
	for (job = r->jobs; job != NULL; job = next) {
		next = job->next;
		if (job->state == JOB_RUNS) {
			job_refuse(
			    job, VERDICT_INTERNAL, "the spawner has ended");
			job_step(job);
		}
	}
	loop_stop(r->loop, EXIT_LATER);
}

static void
on_cell(void *arg, int what)
{
	static struct cell_msg m;
	struct runner *r = arg;
	int fds[CELL_FDS], n;

	if (what & LOOP_WRITE)
		tell_rest(r);
	while ((n = cell_recv(r->spawner, &m, fds)) == 1) {
		take_cell(r, &m, fds);
		for (int i = 0; i < CELL_FDS; i++)
			if (fds[i] >= 0)
				close(fds[i]);
	}
	if (n != CS_EAGAIN)
		spawner_gone(r);
}

/* --- opening and closing --- */

/* Have some of L kept ready. */
static int
ask_for_pool(struct runner *r, const struct conf_language *l)
{
	char *argv[CELL_ARGC_MAX + 1];
	static struct cell_msg m;
	int e;

	if (l->warm == 0)
		return 0;
	cell_msg_init(&m, CELL_POOL, 0);
	m.count = l->warm;
	m.limits = r->conf.limits;
	snprintf(m.file, sizeof(m.file), "%s", l->file);
	command_of(l, argv);
	if ((e = cell_args(&m, argv)) < 0)
		return e;
	return cell_send(r->spawner, &m, NULL, 0);
}

int
cells_open(struct runner *r)
{
	static char *argv[] = { "codesync-jail", "--serve", NULL };
	struct spawn s;
	int sv[2], e;

	if ((e = socket_pair(sv)) < 0)
		return e;
	spawn_init(&s);
	s.exec_fd = r->jail_fd;
	s.argv = argv;
	s.fds[0] = s.fds[1] = -1;
	s.fds[2] = STDERR_FILENO;
	s.fds[3] = sv[1];
	s.nfds = 4;
	/* It ends with our socket, and tidies up first. */
	e = spawn(&s, &r->spawner_pid);
	close(sv[1]);
	r->spawner = sv[0];
	for (size_t i = 0; i < r->conf.nlanguages && e == 0; i++)
		e = ask_for_pool(r, &r->conf.languages[i]);
	return e;
}

int
cells_listen(struct runner *r)
{
	return loop_io_new(
	    r->loop, r->spawner, LOOP_READ, on_cell, r, &r->spawner_io);
}

/* Sandboxes that are still there die with the spawner, and that with our
 * socket; it is waited for while it tidies up. */
void
cells_close(struct runner *r)
{
	const struct timespec while_ = { 0, 5000000 };

	loop_io_free(r->spawner_io);
	close(r->spawner);
	for (int i = 0; i < STOP_MS / 5; i++) {
		if (waitpid(r->spawner_pid, NULL, WNOHANG) != 0)
			return;
		nanosleep(&while_, NULL);
	}
	kill(r->spawner_pid, SIGKILL);
}
