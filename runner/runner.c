/*
 * runner.c - take jobs from the hub and run each in a sandbox of its own.
 *
 * The request JOB_NEXT is always out, also while jobs run, because that is how
 * JOB_STOP comes. At most RUNS_MAX jobs run at a time; more wait here with
 * their files written.
 *
 * Output is never kept in memory beyond one message a job: when the hub does
 * not take it, the pipes are not read, the sandbox stops reading the program's
 * and the program waits. A job is over when its sandbox is reaped and all three
 * pipes (output, errors, report) are at their end.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/buf.h"
#include "proto/err.h"
#include "proto/job.h"
#include "proto/sys/conf.h"
#include "proto/sys/json.h"
#include "proto/sys/link_nng.h"
#include "proto/sys/log.h"
#include "proto/sys/loop.h"
#include "proto/sys/privs.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"

#define RUNS_MAX 8
#define PACE_MS 8    /* from one piece of output to the next: 120 a second */
#define GRACE_MS 800 /* for sandboxes to report when we have to end */
#define REPORT_MAX 4096
#define ARGS_MAX (24 + CONF_MAX_ARGV)
#define DAEMON_FD 3
#define EXIT_FATAL 100
#define EXIT_LATER 111
#define TIER "rlimits"

enum { OUTPUT, ERRORS, REPORT, PIPES };

struct runner;

struct job {
	struct job *next;
	struct runner *runner;
	uint64_t id;
	char dir[40];
	char *language;
	struct run_limits limits;
	pid_t pid;     /* 0: not started, -1: reaped */
	int fd[PIPES]; /* -1: at its end */
	struct loop_io *io[PIPES];
	struct loop_timer *pace;
	struct buf unsent; /* a message that the hub did not take yet */
	char report[REPORT_MAX];
	size_t report_len;
	uint32_t seq;
	bool ended; /* its JOB_END is sent, or in UNSENT */
	struct run_result result;
};

struct runner {
	struct loop *loop;
	struct conf conf;
	const char *config, *run_dir;
	int jail_fd;
	bool embedded;
	uint64_t nonce;
	char name[65];
	struct nng_link *asks, *outputs;
	struct loop_io *daemon;
	struct loop_timer *beat, *grace;
	struct job *jobs;
	bool blocked; /* the hub takes no output now */
	bool stopping;
};

/* --- talking to the hub --- */

/* Keep in B what cannot be sent now. */
static void
push(struct runner *r, const struct job_msg *m, struct buf *b)
{
	struct buf now;

	buf_init(&now, JOB_MSG_MAX);
	job_msg_encode(m, &now);
	if (r->blocked ||
	    nng_link_send(r->outputs, now.data, now.len) == CS_EAGAIN) {
		r->blocked = true;
		if (b != NULL)
			buf_put_raw(b, now.data, now.len);
	}
	buf_release(&now);
}

/* How many more jobs would start at once? */
static uint8_t
places(const struct runner *r)
{
	uint8_t n = RUNS_MAX;

	for (const struct job *job = r->jobs; job != NULL && n > 0;
	     job = job->next)
		n--;
	return n;
}

static void
ask(struct runner *r)
{
	struct job_msg m = { .type = JOB_NEXT,
		.version = JOB_VERSION,
		.nonce = r->nonce,
		.tier = TIER,
		.places = places(r) };
	struct buf b;

	if (r->stopping)
		return;
	memcpy(m.name, r->name, sizeof(m.name));
	buf_init(&b, JOB_MSG_MAX);
	job_msg_encode(&m, &b);
	nng_link_send(r->asks, b.data, b.len); /* else `room` asks again */
	buf_release(&b);
}

static void
on_beat(void *arg)
{
	struct runner *r = arg;
	struct job_msg m = { .type = JOB_BEAT, .nonce = r->nonce };

	for (const struct job *job = r->jobs; job != NULL; job = job->next)
		if (m.njobs < JOB_BEAT_JOBS)
			m.jobs[m.njobs++] = job->id;
	push(r, &m, NULL);
	loop_timer_start(r->beat, JOB_BEAT_MS);
}

/* --- a job's files --- */

/* Remove DIR and the files in it; it holds no directories. */
static void
remove_dir(const char *dir)
{
	struct dirent *e;
	DIR *d = opendir(dir);

	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
	rmdir(dir);
}

/* What a runner that died has left. */
static void
remove_old(void)
{
	char path[300];
	struct dirent *e;
	DIR *d = opendir("jobs");

	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.') {
			snprintf(path, sizeof(path), "jobs/%s", e->d_name);
			remove_dir(path);
		}
	closedir(d);
}

static int
write_file(int dir, const char *name, const struct job_file *f)
{
	int fd, r;

	if (name[0] == '\0' || strchr(name, '/') != NULL ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return CS_EINVAL;
	fd = openat(dir, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) /* another file is called main.py: the first one is it */
		return errno == EEXIST ? 0 : CS_EIO;
	r = write_all(fd, f->text, f->len);
	close(fd);
	return r;
}

static int
write_files(const struct job *job, const struct job_msg *m, const char *first)
{
	int dir, r = 0;

	if (mkdir(job->dir, 0700) != 0 ||
	    (dir = open(job->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return CS_EIO;
	for (uint32_t i = 0; i < m->nfiles && r == 0; i++)
		r = write_file(
		    dir, i == 0 ? first : m->files[i].name, &m->files[i]);
	close(dir);
	return r;
}

/* --- a job's end --- */

static void
job_free(struct job *job)
{
	struct job **at = &job->runner->jobs;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
	remove_dir(job->dir);
	for (int i = 0; i < PIPES; i++) {
		loop_io_free(job->io[i]);
		if (job->fd[i] >= 0)
			close(job->fd[i]);
	}
	loop_timer_free(job->pace);
	buf_release(&job->unsent);
	free(job->language);
	free(job);
}

static void
copy_str(const struct json *o, const char *key, char *dst, size_t size)
{
	const char *s = json_get_str(o, key);

	snprintf(dst, size, "%s", s != NULL ? s : "");
}

static uint32_t
get_u32(const struct json *o, const char *key)
{
	int64_t n = json_get_int(o, key, 0);

	return n < 0 ? 0 : n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

/* The sandbox's report; without a good one it is an internal error. */
static void
read_report(struct job *job)
{
	struct run_result *res = &job->result;
	struct json *o = json_parse(job->report, job->report_len);
	const char *verdict = o ? json_get_str(o, "verdict") : NULL;
	int v = verdict != NULL ? verdict_parse(verdict) : CS_EFORMAT;

	res->verdict = v >= 0 ? (uint8_t)v : VERDICT_INTERNAL;
	res->exit_code = -1;
	if (v >= 0) {
		res->exit_code = (int32_t)json_get_int(o, "exit_code", -1);
		copy_str(o, "signal", res->signal, sizeof(res->signal));
		copy_str(o, "syscall", res->syscall, sizeof(res->syscall));
		copy_str(o, "limit", res->limit, sizeof(res->limit));
		copy_str(o, "tier", res->tier, sizeof(res->tier));
		res->wall_ms = get_u32(o, "wall_ms");
		res->cpu_ms = get_u32(o, "cpu_ms");
		res->memory_kb = get_u32(o, "memory_kb");
		res->warm = json_get_bool(o, "warm");
		res->truncated = json_get_bool(o, "output_truncated");
	}
	json_free(o);
}

static void
job_end(struct job *job)
{
	struct job_msg m = {
		.type = JOB_END, .nonce = job->runner->nonce, .job = job->id
	};

	m.result = job->result;
	job->ended = true;
	push(job->runner, &m, &job->unsent);
}

/* End a job that could not be started. */
static void
job_refuse(struct job *job, enum verdict verdict)
{
	job->pid = -1;
	memset(&job->result, 0, sizeof(job->result));
	job->result.verdict = (uint8_t)verdict;
	job->result.exit_code = -1;
	job_end(job);
}

/* --- output --- */

static void
job_listen(struct job *job)
{
	bool held = job->runner->blocked || job->unsent.len > 0 ||
		    loop_timer_running(job->pace);

	for (int i = 0; i < REPORT; i++)
		if (job->io[i] != NULL)
			loop_io_want(job->io[i], held ? 0 : LOOP_READ);
}

static void
job_close(struct job *job, int i)
{
	loop_io_free(job->io[i]);
	job->io[i] = NULL;
	close(job->fd[i]);
	job->fd[i] = -1;
}

static void
on_pace(void *arg)
{
	job_listen(arg);
}

static void
take_output(struct job *job, int i)
{
	static uint8_t piece[JOB_MAX_OUTPUT];
	struct job_msg m = { .type = JOB_OUTPUT,
		.nonce = job->runner->nonce,
		.job = job->id,
		.stream = i == OUTPUT ? 1 : 2,
		.text = piece };
	ssize_t n = read(job->fd[i], piece, sizeof(piece));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		job_close(job, i);
		return;
	}
	m.text_len = (uint32_t)n;
	m.seq = job->seq++;
	push(job->runner, &m, &job->unsent);
	loop_timer_start(job->pace, PACE_MS);
	job_listen(job);
}

static void
take_report(struct job *job)
{
	ssize_t n = read(job->fd[REPORT], job->report + job->report_len,
	    sizeof(job->report) - job->report_len);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		job_close(job, REPORT);
	else
		job->report_len += (size_t)n;
}

static void start_waiting(struct runner *r);

/* Everything is in: tell the hub and forget the job, as far as possible. */
static void
job_step(struct job *job)
{
	struct runner *r = job->runner;

	if (!job->ended && job->pid == -1 && job->unsent.len == 0 &&
	    job->fd[OUTPUT] < 0 && job->fd[ERRORS] < 0 && job->fd[REPORT] < 0) {
		read_report(job);
		job_end(job);
	}
	if (!job->ended || job->unsent.len > 0)
		return;
	job_free(job);
	start_waiting(r);
}

static void
on_output(void *arg, int what)
{
	struct job *job = arg;

	(void)what;
	take_output(job, OUTPUT);
	job_step(job);
}

static void
on_errors(void *arg, int what)
{
	struct job *job = arg;

	(void)what;
	take_output(job, ERRORS);
	job_step(job);
}

static void
on_report(void *arg, int what)
{
	struct job *job = arg;

	(void)what;
	take_report(job);
	job_step(job);
}

/* The hub takes output again. */
static void
on_room(void *arg)
{
	struct runner *r = arg;
	struct job *job, *next;

	r->blocked = false;
	for (job = r->jobs; job != NULL && !r->blocked; job = next) {
		next = job->next;
		if (job->unsent.len > 0) {
			if (nng_link_send(r->outputs, job->unsent.data,
				job->unsent.len) == CS_EAGAIN) {
				r->blocked = true;
				break;
			}
			buf_clear(&job->unsent);
		}
		if (job->pid != 0)
			job_step(job);
	}
	for (job = r->jobs; job != NULL; job = job->next)
		job_listen(job);
}

/* --- starting --- */

static void
add_limit(char **argv, int *n, const char *option, uint32_t value)
{
	argv[(*n)++] = xstrdup(option);
	argv[(*n)++] = xasprintf("%" PRIu32, value);
}

/* The sandbox's command line; free the strings. */
static void
make_args(const struct job *job, char *argv[ARGS_MAX + 1])
{
	const struct conf_language *l =
	    conf_language(&job->runner->conf, job->language);
	int n = 0;

	argv[n++] = xstrdup("codesync-jail");
	add_limit(argv, &n, "--cpu-s", job->limits.cpu_s);
	add_limit(argv, &n, "--wall-s", job->limits.wall_s);
	add_limit(argv, &n, "--memory-mb", job->limits.memory_mb);
	add_limit(argv, &n, "--processes", job->limits.processes);
	add_limit(argv, &n, "--output-kb", job->limits.output_kb);
	add_limit(argv, &n, "--files-mb", job->limits.files_mb);
	add_limit(argv, &n, "--report", 3);
	argv[n++] = xstrdup("--dir");
	argv[n++] = xstrdup(job->dir);
	argv[n++] = xstrdup("--");
	for (int i = 0; l->command[i] != NULL; i++)
		argv[n++] = xstrdup(l->command[i]);
	argv[n++] = xstrdup(l->file);
	argv[n] = NULL;
}

static int
open_pipes(struct job *job, int theirs[PIPES])
{
	static void (*const fns[PIPES])(
	    void *, int) = { on_output, on_errors, on_report };
	int fd[2], r;

	for (int i = 0; i < PIPES; i++) {
		if (pipe2(fd, O_CLOEXEC) != 0)
			return CS_EIO;
		job->fd[i] = fd[0];
		theirs[i] = fd[1];
		if ((r = fd_nonblock(fd[0])) < 0 ||
		    (r = loop_io_new(job->runner->loop, fd[0], LOOP_READ,
			 fns[i], job, &job->io[i])) < 0)
			return r;
	}
	return 0;
}

static int
run_jail(struct job *job)
{
	int theirs[PIPES] = { -1, -1, -1 }, r;
	char *argv[ARGS_MAX + 1];
	struct spawn s;

	spawn_init(&s);
	r = open_pipes(job, theirs);
	for (int i = 0; i < PIPES; i++)
		s.fds[1 + i] = theirs[i];
	s.nfds = 1 + PIPES;
	s.exec_fd = job->runner->jail_fd;
	s.argv = argv;
	s.die_with_parent = true;
	make_args(job, argv);
	if (r == 0)
		r = spawn(&s, &job->pid);
	for (int i = 0; argv[i] != NULL; i++)
		free(argv[i]);
	for (int i = 0; i < PIPES; i++)
		if (theirs[i] >= 0)
			close(theirs[i]);
	return r;
}

static void
job_start(struct job *job)
{
	struct job_msg m = {
		.type = JOB_STARTED, .nonce = job->runner->nonce, .job = job->id
	};

	if (run_jail(job) < 0) {
		job_refuse(job, VERDICT_INTERNAL);
		return;
	}
	push(job->runner, &m, &job->unsent);
	job_listen(job);
}

/* Start what waits while there are free places. */
static void
start_waiting(struct runner *r)
{
	int running = 0;

	for (struct job *job = r->jobs; job != NULL; job = job->next)
		running += job->pid > 0;
	for (struct job *job = r->jobs; job != NULL; job = job->next)
		if (job->pid == 0 && running < RUNS_MAX && !r->stopping) {
			job_start(job);
			running++;
		}
}

static struct job *
job_new(struct runner *r, const struct job_msg *m)
{
	struct job *job = xcalloc(1, sizeof(*job)), **at;

	job->runner = r;
	job->id = m->job;
	job->language = xstrdup(m->name);
	job->limits = m->limits;
	job->fd[0] = job->fd[1] = job->fd[2] = -1;
	snprintf(job->dir, sizeof(job->dir), "jobs/%" PRIu64, m->job);
	buf_init(&job->unsent, JOB_MSG_MAX);
	for (at = &r->jobs; *at != NULL; at = &(*at)->next)
		;
	*at = job;
	if (loop_timer_new(r->loop, on_pace, job, &job->pace) < 0)
		abort();
	return job;
}

static void
assign(struct runner *r, const struct job_msg *m)
{
	const struct conf_language *l = conf_language(&r->conf, m->name);
	struct job *job = job_new(r, m);

	if (l == NULL || m->nfiles == 0 || write_files(job, m, l->file) < 0) {
		log_err("job %" PRIu64 " cannot be prepared", m->job);
		job_refuse(job, VERDICT_INTERNAL);
		job_step(job);
		return;
	}
	start_waiting(r);
}

static void
stop(struct runner *r, uint64_t id)
{
	struct job *job = r->jobs;

	while (job != NULL && job->id != id)
		job = job->next;
	if (job == NULL)
		return; /* it has just ended */
	if (job->pid > 0) {
		kill(job->pid, SIGTERM);
	} else if (job->pid == 0) {
		job_refuse(job, VERDICT_STOPPED);
		job_step(job);
	}
}

/* --- events --- */

static void
on_answer(void *arg, const uint8_t *body, size_t len)
{
	struct runner *r = arg;
	struct job_msg m;

	if (job_msg_decode(&m, body, len) < 0)
		log_warn("an answer of the hub was not understood");
	else if (m.type == JOB_ASSIGN && !r->stopping)
		assign(r, &m);
	else if (m.type == JOB_STOP)
		stop(r, m.job);
	ask(r);
}

static void
on_ask_again(void *arg)
{
	ask(arg);
}

static void
finish_if_idle(struct runner *r)
{
	if (r->stopping && r->jobs == NULL)
		loop_stop(r->loop, 0);
}

static void
begin_stopping(struct runner *r)
{
	struct job *job, *next;

	if (r->stopping)
		return;
	r->stopping = true;
	loop_timer_start(r->grace, GRACE_MS);
	for (job = r->jobs; job != NULL; job = next) {
		next = job->next;
		if (job->pid > 0)
			kill(job->pid, SIGTERM);
		else if (job->pid == 0)
			job_free(job);
	}
	finish_if_idle(r);
}

static void
reap(struct runner *r)
{
	int status;
	pid_t pid;

	while (spawn_reap(&pid, &status))
		for (struct job *job = r->jobs; job != NULL; job = job->next)
			if (job->pid == pid) {
				job->pid = -1;
				job_step(job);
				break;
			}
}

static void
on_signal(void *arg, int signo)
{
	if (signo == SIGCHLD)
		reap(arg);
	else
		begin_stopping(arg);
}

static void
on_daemon(void *arg, int what)
{
	struct runner *r = arg;
	char byte;

	(void)what;
	if (read(DAEMON_FD, &byte, 1) > 0)
		return;
	loop_io_want(r->daemon, 0);
	begin_stopping(r);
}

static void
on_grace(void *arg)
{
	struct runner *r = arg;

	loop_stop(r->loop, 0);
}

static void
before_sleep(void *arg)
{
	finish_if_idle(arg);
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

static void
parse_options(struct runner *r, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "f:R:")) != -1) {
		if (c == 'f')
			r->config = optarg;
		else if (c == 'R')
			r->run_dir = optarg;
		else
			break;
	}
	if (c == -1 && optind == argc)
		return;
	fprintf(stderr, "usage: codesync-runner [-f CONFIG] [-R RUNDIR]\n");
	exit(EXIT_FATAL);
}

/* The daemon's end of life reaches us as the end of this pipe. */
static void
find_daemon(struct runner *r)
{
	struct stat st;

	r->embedded = fstat(DAEMON_FD, &st) == 0 &&
		      (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
	if (r->embedded)
		fcntl(DAEMON_FD, F_SETFD, FD_CLOEXEC);
}

static void
read_config(struct runner *r)
{
	char err[512];

	if (r->config == NULL)
		r->config = conf_default_path();
	if (r->run_dir == NULL)
		r->run_dir = conf_default_run_dir();
	if (r->config == NULL || r->run_dir == NULL)
		exit(EXIT_FATAL);
	if (conf_read(&r->conf, r->config, err, sizeof(err)) == 0)
		return;
	log_err("%s", err);
	exit(EXIT_FATAL);
}

/* Open what the rights that we are about to give up may be needed for. */
static void
open_places(struct runner *r)
{
	char *path = program_path("codesync-jail");
	uid_t uid;
	gid_t gid;

	r->jail_fd = path != NULL ? open(path, O_PATH | O_CLOEXEC) : -1;
	free(path);
	if (r->jail_fd < 0) {
		log_err("codesync-jail is not installed");
		exit(EXIT_FATAL);
	}
	if (chdir(r->run_dir) != 0) {
		log_err("%s: %m", r->run_dir);
		exit(EXIT_LATER);
	}
	privs_ids("runner", &uid, &gid);
	if ((mkdir("jobs", 0700) != 0 && errno != EEXIST) ||
	    (geteuid() == 0 && lchown("jobs", uid, gid) != 0)) {
		log_err("%s/jobs: %m", r->run_dir);
		exit(EXIT_LATER);
	}
}

static int
open_links(struct runner *r)
{
	static const struct nng_link_events asks = { on_answer, on_ask_again,
		on_ask_again },
					    outputs = { NULL, NULL, on_room };
	int e;

	if ((e = nng_link_open(&r->asks, r->loop, LINK_REQ, "ipc://jobs.sock",
		 JOB_MSG_MAX, &asks, r)) < 0)
		return e;
	return nng_link_open(&r->outputs, r->loop, LINK_PUSH,
	    "ipc://output.sock", JOB_MSG_MAX, &outputs, r);
}

static int
open_loop(struct runner *r)
{
	static const int signals[] = { SIGCHLD, SIGTERM, SIGINT, 0 };
	int e;

	if ((e = loop_new(&r->loop)) < 0 ||
	    (e = loop_signals(r->loop, signals, on_signal, r)) < 0 ||
	    (e = loop_timer_new(r->loop, on_beat, r, &r->beat)) < 0 ||
	    (e = loop_timer_new(r->loop, on_grace, r, &r->grace)) < 0 ||
	    (e = open_links(r)) < 0)
		return e;
	loop_before_sleep(r->loop, before_sleep, r);
	if (r->embedded)
		return loop_io_new(
		    r->loop, DAEMON_FD, LOOP_READ, on_daemon, r, &r->daemon);
	return 0;
}

/* Sandboxes that are still there die with us (die_with_parent). */
static void
close_all(struct runner *r)
{
	while (r->jobs != NULL)
		job_free(r->jobs);
	nng_link_close(r->asks);
	nng_link_close(r->outputs);
	loop_io_free(r->daemon);
	loop_timer_free(r->beat);
	loop_timer_free(r->grace);
	loop_free(r->loop);
	conf_release(&r->conf);
}

int
main(int argc, char **argv)
{
	static struct runner r;
	int status;

	block_signals();
	log_open("codesync-runner");
	parse_options(&r, argc, argv);
	find_daemon(&r);
	read_config(&r);
	open_places(&r);
	if (privs_drop("runner", NULL, true) < 0)
		return EXIT_FATAL;
	remove_old();
	r.nonce = random_u64();
	if (gethostname(r.name, sizeof(r.name) - 1) != 0 || r.name[0] == '\0')
		snprintf(r.name, sizeof(r.name), "runner");
	if (open_loop(&r) < 0) {
		log_err("cannot start: %m");
		return EXIT_LATER;
	}
	ask(&r);
	on_beat(&r);
	status = loop_run(r.loop);
	close_all(&r);
	return status;
}
