/*
 * runner.c - take jobs from the hub and have each run in a sandbox of its own.
 *
 * The request JOB_NEXT is always out, also while jobs run, because that is how
 * JOB_STOP and JOB_INPUT come; it says how many more jobs would be started now.
 *
 * The sandboxes are made by the spawner (cell.h), a process of its own that is
 * started before our rights are given up. It hands us the ends of the program's
 * pipes. Output is never kept in memory beyond one message a job: when the hub
 * does not take it, the pipes are not read and the program waits. A job is over
 * when the spawner has said how it ended and what is left in its pipes is out.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proto/buf.h"
#include "proto/err.h"
#include "proto/job.h"
#include "proto/repair.h"
#include "proto/sys/conf.h"
#include "proto/sys/link_nng.h"
#include "proto/sys/log.h"
#include "proto/sys/loop.h"
#include "proto/sys/privs.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"
#include "runner/cell.h"
#include "runner/modules.h"

#define RUNS_MAX 8
#define IDLE_S 600   /* the longest that a program may wait for input */
#define STOP_MS 500  /* for the spawner to tidy up */
#define DRAIN_MS 20  /* for what an orphan of the program still holds */
#define PACE_MS 8    /* from one piece of output to the next: 120 a second */
#define GRACE_MS 800 /* for sandboxes to report when we have to end */
#define DAEMON_FD 3
#define EXIT_FATAL 100
#define EXIT_LATER 111

enum { INPUT, OUTPUT, ERRORS, PIPES };
enum job_state { JOB_WAITS, JOB_RUNS, JOB_RAN, JOB_TOLD };

struct runner;

struct job {
	struct job *next;
	struct runner *runner;
	uint64_t id;
	enum job_state state;
	const struct conf_language *language;
	struct run_limits limits;
	int bundle;    /* its files, until it runs */
	int fd[PIPES]; /* -1: at its end, or not there yet */
	struct loop_io *io[PIPES];
	struct loop_timer *pace, *drain;
	struct buf unsent; /* a message that the hub did not take yet */
	struct buf input;  /* what the program has not read yet */
	bool input_eof;
	size_t output; /* bytes so far */
	bool over_output, waiting;
	bool warm; /* it may run where Python has started already */
	uint32_t seq;
	struct run_result result;
	char why[JOB_WHY_SIZE]; /* of an internal error */
};

struct runner {
	struct loop *loop;
	struct conf conf;
	const char *config, *run_dir;
	int jail_fd, spawner; /* the program; our socket to it */
	pid_t spawner_pid;
	struct loop_io *spawner_io;
	bool embedded;
	uint64_t nonce;
	char name[65], tier[16];
	struct nng_link *asks, *outputs;
	struct loop_io *daemon;
	struct loop_timer *beat, *grace;
	struct job *jobs;
	bool ready;   /* the spawner has said so */
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
		.places = places(r) };
	struct buf b;

	if (r->stopping || !r->ready)
		return;
	memcpy(m.tier, r->tier, sizeof(m.tier));
	m.places = RUNS_MAX;
	for (const struct job *job = r->jobs; job != NULL; job = job->next)
		m.places -= m.places > 0;
	memcpy(m.name, r->name, sizeof(m.name));
	memcpy(m.tier, r->tier, sizeof(m.tier));
	buf_init(&b, JOB_MSG_MAX);
	job_msg_encode(&m, &b);
	nng_link_send(r->asks, b.data, b.len); /* else `room` asks again */
	buf_release(&b);
}

/* Told again with every beat, so that no hub misses it for long. */
static void
tell_waiting(const struct job *job)
{
	struct job_msg m = { .type = JOB_WAITING,
		.nonce = job->runner->nonce,
		.job = job->id,
		.waiting = job->waiting };

	push(job->runner, &m, NULL);
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
	for (const struct job *job = r->jobs; job != NULL; job = job->next)
		if (job->waiting && job->state == JOB_RUNS)
			tell_waiting(job);
	loop_timer_start(r->beat, JOB_BEAT_MS);
}

/* --- a job's end --- */

static void
close_pipe(struct job *job, int i)
{
	loop_io_free(job->io[i]);
	job->io[i] = NULL;
	if (job->fd[i] >= 0)
		close(job->fd[i]);
	job->fd[i] = -1;
}

static void
job_free(struct job *job)
{
	struct job **at = &job->runner->jobs;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
	for (int i = 0; i < PIPES; i++)
		close_pipe(job, i);
	if (job->bundle >= 0)
		close(job->bundle);
	loop_timer_free(job->pace);
	loop_timer_free(job->drain);
	buf_release(&job->unsent);
	buf_release(&job->input);
	free(job);
}

static struct job *
job_find(struct runner *r, uint64_t id)
{
	struct job *job = r->jobs;

	while (job != NULL && job->id != id)
		job = job->next;
	return job;
}

static void
job_tell(struct job *job)
{
	struct job_msg m = {
		.type = JOB_END, .nonce = job->runner->nonce, .job = job->id
	};

	m.result = job->result;
	memcpy(m.why, job->why, sizeof(m.why));
	job->state = JOB_TOLD;
	push(job->runner, &m, &job->unsent);
}

static void
job_listen(struct job *job)
{
	/* Of one that has ended little is left, and its end is waited for. */
	bool paced = job->state == JOB_RUNS && loop_timer_running(job->pace);
	bool held = job->runner->blocked || job->unsent.len > 0 || paced;

	for (int i = OUTPUT; i < PIPES; i++)
		if (job->io[i] != NULL)
			loop_io_want(job->io[i], held ? 0 : LOOP_READ);
}

/* It ran, or could not: what is left is its output. */
static void
job_ended(struct job *job, const struct run_result *result)
{
	job->state = JOB_RAN;
	job->result = *result;
	if (job->over_output) {
		job->result.truncated = true;
		/* it may have written all before it could be stopped */
		if (result->verdict <= VERDICT_FAILED)
			job->result.verdict = VERDICT_OUTPUT;
	}
	close_pipe(job, INPUT);
	loop_timer_start(job->drain, DRAIN_MS);
	job_listen(job);
}

/* WHY as text: it may name a file that is none, and be cut anywhere. */
static void
job_why(struct job *job, const char *why)
{
	struct repair repair = { .n = 0 };
	struct buf b;
	size_t n;

	log_err("job %" PRIu64 ": %s", job->id, why);
	buf_init(&b, REPAIR_GROWTH * JOB_WHY_SIZE);
	repair_feed(&repair, why, strlen(why), true, &b);
	n = b.len < sizeof(job->why) ? b.len : sizeof(job->why) - 1;
	while (n > 0 && n < b.len && !utf8_starts(b.data[n]))
		n--;
	if (n > 0)
		memcpy(job->why, b.data, n);
	job->why[n] = '\0';
	buf_release(&b);
}

/* WHY is NULL when it is no failure. */
static void
job_refuse(struct job *job, enum verdict verdict, const char *why)
{
	struct run_result r = { .verdict = (uint8_t)verdict, .exit_code = -1 };

	memcpy(r.tier, job->runner->tier, sizeof(r.tier));
	if (why != NULL)
		job_why(job, why);
	job_ended(job, &r);
}

static void start_waiting(struct runner *r);

/* Everything is in: tell the hub and forget the job, as far as possible. */
static void
job_step(struct job *job)
{
	struct runner *r = job->runner;

	if (job->state == JOB_RAN && job->unsent.len == 0 &&
	    job->fd[OUTPUT] < 0 && job->fd[ERRORS] < 0)
		job_tell(job);
	if (job->state != JOB_TOLD || job->unsent.len > 0)
		return;
	job_free(job);
	start_waiting(r);
}

/* Whoever still holds the pipes is dying. */
static void
on_drain(void *arg)
{
	struct job *job = arg;

	if (job->runner->blocked || job->unsent.len > 0 ||
	    loop_timer_running(job->pace)) { /* not its fault */
		loop_timer_start(job->drain, DRAIN_MS);
		return;
	}
	close_pipe(job, OUTPUT);
	close_pipe(job, ERRORS);
	job_step(job);
}

/* --- output --- */

static void
on_pace(void *arg)
{
	job_listen(arg);
}

static void
job_kill(struct job *job, enum verdict verdict)
{
	struct cell_msg m;

	cell_msg_init(&m, CELL_KILL, job->id);
	m.verdict = (uint8_t)verdict;
	cell_send(job->runner->spawner, &m, NULL, 0);
}

/* How much of LEN bytes more may go out. */
static size_t
count_output(struct job *job, size_t len)
{
	size_t max = (size_t)job->limits.output_kb * 1024;

	if (len > max - job->output) {
		len = max - job->output;
		if (!job->over_output)
			job_kill(job, VERDICT_OUTPUT);
		job->over_output = true;
	}
	job->output += len;
	return len;
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
		close_pipe(job, i);
		return;
	}
	m.text_len = (uint32_t)count_output(job, (size_t)n);
	if (m.text_len == 0)
		return;
	m.seq = job->seq++;
	push(job->runner, &m, &job->unsent);
	loop_timer_start(job->pace, PACE_MS);
	job_listen(job);
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
		if (job->state >= JOB_RAN)
			job_step(job);
	}
	for (job = r->jobs; job != NULL; job = job->next) {
		job_listen(job);
		if (job->waiting && job->state == JOB_RUNS)
			tell_waiting(job); /* it may have been refused */
	}
}

/* --- input --- */

/* Write what the program takes. */
static void
feed(struct job *job)
{
	ssize_t n;

	while (job->fd[INPUT] >= 0 && job->input.len > 0) {
		n = write(job->fd[INPUT], job->input.data, job->input.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0) { /* it has closed its input */
			buf_clear(&job->input);
			close_pipe(job, INPUT);
			return;
		}
		buf_consume(&job->input, (size_t)n);
	}
	if (job->fd[INPUT] < 0)
		return;
	if (job->input.len == 0 && job->input_eof)
		close_pipe(job, INPUT);
	else
		loop_io_want(
		    job->io[INPUT], job->input.len > 0 ? LOOP_WRITE : 0);
}

static void
on_input_room(void *arg, int what)
{
	(void)what;
	feed(arg);
}

static void
take_input(struct runner *r, const struct job_msg *m)
{
	struct job *job = job_find(r, m->job);

	if (job == NULL || job->state > JOB_RUNS || job->input_eof)
		return; /* it has just ended */
	buf_put_raw(&job->input, m->text, m->text_len);
	job->input_eof = m->eof;
	feed(job);
}

/* --- the spawner --- */

static void
run_started(struct job *job, int fds[CELL_FDS])
{
	static void (*const fns[PIPES])(
	    void *, int) = { on_input_room, on_output, on_errors };
	struct job_msg m = {
		.type = JOB_STARTED, .nonce = job->runner->nonce, .job = job->id
	};

	for (int i = 0; i < PIPES; i++) {
		job->fd[i] = fds[i];
		fds[i] = -1;
		if (fd_nonblock(job->fd[i]) < 0 ||
		    loop_io_new(job->runner->loop, job->fd[i],
			i == INPUT ? 0 : LOOP_READ, fns[i], job,
			&job->io[i]) < 0)
			abort();
	}
	push(job->runner, &m, &job->unsent);
	job_listen(job);
	feed(job);
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
	ask(r);
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
		tell_waiting(job);
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

	(void)what;
	while ((n = cell_recv(r->spawner, &m, fds)) == 1) {
		take_cell(r, &m, fds);
		for (int i = 0; i < CELL_FDS; i++)
			if (fds[i] >= 0)
				close(fds[i]);
	}
	if (n != CS_EAGAIN)
		spawner_gone(r);
}

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

/* Have one language kept ready; what is not like it is started when it is
 * needed. */
static int
ask_for_pool(struct runner *r)
{
	const struct conf_language *l = r->conf.languages;
	const struct conf_language *end = l + r->conf.nlanguages;
	char *argv[CELL_ARGC_MAX + 1];
	static struct cell_msg m;
	int e;

	while (l < end && l->warm == 0)
		l++;
	if (l == end)
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

static int
spawner_start(struct runner *r)
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
	if (e == 0)
		e = ask_for_pool(r);
	if (e == 0 && r->loop != NULL)
		e = loop_io_new(
		    r->loop, r->spawner, LOOP_READ, on_cell, r, &r->spawner_io);
	return e;
}

/* --- starting --- */

static void
job_start(struct job *job)
{
	char *argv[CELL_ARGC_MAX + 1];
	static struct cell_msg m;

	cell_msg_init(&m, CELL_RUN, job->id);
	m.limits = job->limits;
	m.warm = job->warm;
	m.idle_s = IDLE_S;
	command_of(job->language, argv);
	job->state = JOB_RUNS;
	if (cell_args(&m, argv) < 0 ||
	    cell_send(job->runner->spawner, &m, &job->bundle, 1) < 0) {
		job_refuse(
		    job, VERDICT_INTERNAL, "the spawner does not take it");
	}
	close(job->bundle);
	job->bundle = -1;
}

/* Start what waits while there are free places. */
static void
start_waiting(struct runner *r)
{
	int running = 0;

	for (struct job *job = r->jobs; job != NULL; job = job->next)
		running += job->state == JOB_RUNS;
	for (struct job *job = r->jobs; job != NULL; job = job->next)
		if (job->state == JOB_WAITS && running < RUNS_MAX &&
		    !r->stopping) {
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
	job->language = conf_language(&r->conf, m->name);
	job->limits = m->limits;
	job->bundle = -1;
	for (int i = 0; i < PIPES; i++)
		job->fd[i] = -1;
	buf_init(&job->unsent, JOB_MSG_MAX);
	buf_init(&job->input, 2 * JOB_STDIN_MAX);
	buf_put_raw(&job->input, m->input, m->input_len);
	job->input_eof = m->input_eof;
	for (at = &r->jobs; *at != NULL; at = &(*at)->next)
		;
	*at = job;
	if (loop_timer_new(r->loop, on_pace, job, &job->pace) < 0 ||
	    loop_timer_new(r->loop, on_drain, job, &job->drain) < 0)
		abort();
	return job;
}

/* Is F a module that a waiting Python has already, from elsewhere? */
static bool
is_warm_module(const struct job_file *f)
{
#define FILE_OF(name) name ".py",
	static const char *const files[] = { WARM_MODULES(FILE_OF) };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(f->name, files[i]) == 0)
			return true;
	return false;
}

/* Does F say in its first two lines how it is encoded (PEP 263)? Then Python
 * wants to read it twice, and a FIFO is read once. */
static bool
says_coding(const struct job_file *f)
{
	const uint8_t *p = f->text, *end = p + f->len, *line;

	for (int i = 0; i < 2 && p < end; i++) {
		line = p;
		p = memchr(line, '\n', (size_t)(end - line));
		p = p != NULL ? p + 1 : end;
		if (memmem(line, (size_t)(p - line), "coding", 6) != NULL)
			return true;
	}
	return false;
}

static bool
may_be_warm(const struct job_msg *m)
{
	for (uint32_t i = 1; i < m->nfiles; i++)
		if (is_warm_module(&m->files[i]))
			return false;
	return !says_coding(&m->files[0]);
}

/* The job's files; the first is called as its language wants it. */
static int
take_files(struct job *job, const struct job_msg *m)
{
	const char *first = job->language->file;
	int e = 0;

	if (m->nfiles == 0 || (job->bundle = bundle_new()) < 0)
		return CS_EIO;
	job->warm = may_be_warm(m);
	for (uint32_t i = 0; i < m->nfiles && e == 0; i++) {
		/* another file is called main.py: the first one is it */
		if (i > 0 && strcmp(m->files[i].name, first) == 0)
			continue;
		e = bundle_add(job->bundle, i == 0 ? first : m->files[i].name,
		    m->files[i].text, m->files[i].len);
	}
	return e;
}

static void
assign(struct runner *r, const struct job_msg *m)
{
	struct job *job = job_new(r, m);

	if (job->language == NULL)
		job_refuse(job, VERDICT_INTERNAL,
		    "the runner's configuration has not this language");
	else if (take_files(job, m) < 0)
		job_refuse(job, VERDICT_INTERNAL, "its files cannot be kept");
	if (job->state == JOB_RAN)
		job_step(job);
	else
		start_waiting(r);
}

static void
stop(struct runner *r, uint64_t id)
{
	struct job *job = job_find(r, id);

	if (job == NULL)
		return; /* it has just ended */
	if (job->state == JOB_RUNS) {
		job_kill(job, VERDICT_STOPPED);
	} else if (job->state == JOB_WAITS) {
		job_refuse(job, VERDICT_STOPPED, NULL);
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
	else if (m.type == JOB_INPUT)
		take_input(r, &m);
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
		if (job->state == JOB_RUNS)
			job_kill(job, VERDICT_STOPPED);
		else if (job->state == JOB_WAITS)
			job_free(job);
	}
	finish_if_idle(r);
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
	    (e = loop_io_new(r->loop, r->spawner, LOOP_READ, on_cell, r,
		 &r->spawner_io)) < 0 ||
	    (e = open_links(r)) < 0)
		return e;
	loop_before_sleep(r->loop, before_sleep, r);
	if (r->embedded)
		return loop_io_new(
		    r->loop, DAEMON_FD, LOOP_READ, on_daemon, r, &r->daemon);
	return 0;
}

/* Sandboxes that are still there die with the spawner, and that with our
 * socket; it is waited for while it tidies up. */
static void
spawner_stop(struct runner *r)
{
	const struct timespec while_ = { 0, 5000000 };

	close(r->spawner);
	for (int i = 0; i < STOP_MS / 5; i++) {
		if (waitpid(r->spawner_pid, NULL, WNOHANG) != 0)
			return;
		nanosleep(&while_, NULL);
	}
	kill(r->spawner_pid, SIGKILL);
}

static void
close_all(struct runner *r)
{
	while (r->jobs != NULL)
		job_free(r->jobs);
	nng_link_close(r->asks);
	nng_link_close(r->outputs);
	loop_io_free(r->daemon);
	loop_io_free(r->spawner_io);
	spawner_stop(r);
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
	if (spawner_start(&r) < 0) { /* with the rights that we have now */
		log_err("the spawner cannot start: %m");
		return EXIT_LATER;
	}
	if (privs_drop("runner", NULL, true) < 0)
		return EXIT_FATAL;
	r.nonce = random_u64();
	if (gethostname(r.name, sizeof(r.name) - 1) != 0 || r.name[0] == '\0')
		snprintf(r.name, sizeof(r.name), "runner");
	if (open_loop(&r) < 0) {
		log_err("cannot start: %m");
		return EXIT_LATER;
	}
	on_beat(&r);
	status = loop_run(r.loop);
	close_all(&r);
	return status;
}
