/*
 * runner.c - take jobs from the hub and have each run in a sandbox of its own:
 * options, rights, the loop, and the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/privs.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"
#include "runner/remote.h"
#include "runner/runner.h"
#include "proto/sys/ticks.h"

#define GRACE_MS 800 /* for sandboxes to report when we have to end */
#define DAEMON_FD 3

static struct {
	struct runner runner;
	const char *config, *run_dir, *host, *secret, *name;
	struct remote_pass pass;
	struct loop_io *daemon;
	struct loop_timer *grace;
} self;

/* --- the end --- */

/* And end when all is told, and has arrived. */
static void
before_sleep(void *arg)
{
	struct runner *r = arg;
	bool running = false;

	for (struct job *job = r->jobs; job != NULL; job = job->next)
		running |= job->state == JOB_RUNS;
	ticks_want(running);
	if (r->stopping && r->jobs == NULL && !r->up->ops->busy(r->up))
		loop_stop(r->loop, 0);
}

static void
begin_stopping(struct runner *r)
{
	struct job *job, *next;

	if (r->stopping)
		return;
	r->stopping = true;
	loop_timer_start(self.grace, GRACE_MS);
	for (job = r->jobs; job != NULL; job = next) {
		next = job->next;
		if (job->state == JOB_RUNS)
			cell_kill(job, VERDICT_STOPPED);
		else if (job->state == JOB_WAITS)
			job_free(job);
	}
}

static void
reap(void)
{
	int status;
	pid_t pid;

	while (spawn_reap(&pid, &status))
		continue; /* the spawner's socket says more */
}

static void
on_signal(void *arg, int signo)
{
	if (signo == SIGCHLD)
		reap();
	else
		begin_stopping(arg);
}

/* codesyncd has ended, or asks us to. */
static void
on_daemon(void *arg, int what)
{
	char byte;

	(void)what;
	if (read(DAEMON_FD, &byte, 1) > 0)
		return;
	loop_io_want(self.daemon, 0);
	begin_stopping(arg);
}

static void
on_grace(void *arg)
{
	loop_stop(((struct runner *)arg)->loop, 0);
}

/* --- main --- */

static void
block_signals(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static bool
name_valid(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len < JOB_NAME_SIZE && utf8_valid(name, len);
}

static void
parse_options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "f:H:n:R:s:")) != -1) {
		if (c == 'f')
			self.config = optarg;
		else if (c == 'R')
			self.run_dir = optarg;
		else if (c == 'H')
			self.host = optarg;
		else if (c == 's')
			self.secret = optarg;
		else if (c == 'n')
			self.name = optarg;
		else
			break;
	}
	if (c == -1 && optind == argc &&
	    (self.host == NULL) == (self.secret == NULL) &&
	    (self.name == NULL || name_valid(self.name)))
		return;
	fprintf(stderr,
	    "usage: codesync-runner [-f CONFIG] [-n NAME] [-R RUNDIR]\n"
	    "       codesync-runner [-f CONFIG] [-n NAME] -H HOST:PORT "
	    "-s FILE\n");
	exit(EXIT_FATAL);
}

/* The daemon's end of life reaches us as the end of this socket. It is of a kind
 * that nobody else leaves there: who is not the daemon's must not pass for it. */
static void
find_daemon(struct runner *r)
{
	socklen_t len = sizeof(int);
	int type;

	r->embedded =
	    self.host == NULL &&
	    getsockopt(DAEMON_FD, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	    type == SOCK_SEQPACKET;
	if (r->embedded)
		fcntl(DAEMON_FD, F_SETFD, FD_CLOEXEC);
}

static void
read_config(struct runner *r)
{
	char err[512];

	if (self.config == NULL)
		self.config = conf_default_path();
	if (self.run_dir == NULL)
		self.run_dir = conf_default_run_dir();
	if (conf_read(&r->conf, self.config, err, sizeof(err)) < 0) {
		log_err("%s", err);
		exit(EXIT_FATAL);
	}
	/* the one of codesyncd is this host's, whatever is said there */
	if (self.host == NULL && !r->embedded) {
		self.host = r->conf.runner_host;
		self.secret = r->conf.runner_secret;
	}
}

/* The hub is on another machine: by which file is it known? Nothing else of ours
 * is here. */
static void
open_pass(void)
{
	int e = remote_pass_read(&self.pass, self.secret);

	if (e < 0)
		exit(e == CS_EIO ? EXIT_LATER : EXIT_FATAL);
	self.pass.where = self.host;
}

/* Open what the rights that we are about to give up may be needed for. */
static void
open_places(struct runner *r)
{
	const char *dir = self.host != NULL ? "/" : self.run_dir;
	char *path = program_path("codesync-jail");

	r->jail_fd = path != NULL ? open(path, O_PATH | O_CLOEXEC) : -1;
	free(path);
	if (r->jail_fd < 0) {
		log_err("codesync-jail is not installed");
		exit(EXIT_FATAL);
	}
	if (self.host != NULL)
		open_pass();
	if (chdir(dir) != 0) {
		log_err("%s: %m", dir);
		exit(EXIT_LATER);
	}
}

/* By which people know it in the host's log. */
static void
set_name(struct runner *r)
{
	if (self.name != NULL)
		snprintf(r->name, sizeof(r->name), "%s", self.name);
	else if (gethostname(r->name, sizeof(r->name) - 1) != 0 ||
		 r->name[0] == '\0')
		snprintf(r->name, sizeof(r->name), "runner");
}

static int
open_upstream(struct runner *r)
{
	int e;

	if (self.host == NULL)
		return upstream_open(&r->up, r->loop, &talk_events, r);
	e = remote_open(&r->up, r->loop, &self.pass, r->nonce, &talk_events, r);
	if (e != CS_EINVAL)
		return e;
	log_err("%s is not HOST:PORT", self.host);
	exit(EXIT_FATAL);
}

static int
open_loop(struct runner *r)
{
	static const int signals[] = { SIGCHLD, SIGTERM, SIGINT, 0 };
	int e;

	if ((e = loop_new(&r->loop)) < 0 ||
	    (e = loop_signals(r->loop, signals, on_signal, r)) < 0 ||
	    (e = loop_timer_new(r->loop, talk_beat, r, &r->beat)) < 0 ||
	    (e = loop_timer_new(r->loop, on_grace, r, &self.grace)) < 0 ||
	    (e = cells_listen(r)) < 0 || (e = checkup_listen(r)) < 0 ||
	    (e = open_upstream(r)) < 0)
		return e;
	loop_before_sleep(r->loop, before_sleep, r);
	if (r->embedded)
		return loop_io_new(
		    r->loop, DAEMON_FD, LOOP_READ, on_daemon, r, &self.daemon);
	return 0;
}

static void
close_all(struct runner *r)
{
	while (r->jobs != NULL)
		job_free(r->jobs);
	r->up->ops->close(r->up);
	loop_io_free(self.daemon);
	checkup_close(r);
	cells_close(r);
	loop_timer_free(r->beat);
	loop_timer_free(self.grace);
	loop_free(r->loop);
	remote_pass_release(&self.pass);
	conf_release(&r->conf);
}

int
main(int argc, char **argv)
{
	struct runner *r = &self.runner;
	int status;

	block_signals();
	log_open("codesync-runner");
	parse_options(argc, argv);
	find_daemon(r);
	read_config(r);
	open_places(r);
	/* both with the rights that we have now */
	if (cells_open(r) < 0 || checkup_open(r) < 0) {
		log_err("the spawner cannot start: %m");
		return EXIT_LATER;
	}
	if (self.host == NULL)
		ticks_allow();
	if (privs_drop("runner", NULL, true) < 0)
		return EXIT_FATAL;
	/* where people are */
	if (self.host == NULL && !ticks_open())
		log_info("keys may wait a moment for programs: %m");
	r->nonce = random_u64();
	set_name(r);
	if (open_loop(r) < 0) {
		log_err("cannot start: %m");
		return EXIT_LATER;
	}
	talk_beat(r);
	status = loop_run(r->loop);
	close_all(r);
	return status;
}
