/*
 * pipes.c - the pipes of a program. Output is never kept in memory beyond one
 * message a job: when the hub does not take it, the pipes are not read and the
 * program waits. Input is kept up to a bound, from which on the hub has it.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "proto/sys/util.h"
#include "runner/runner.h"

void
pipe_close(struct job *job, int i)
{
	loop_io_free(job->io[i]);
	job->io[i] = NULL;
	if (job->fd[i] >= 0)
		close(job->fd[i]);
	job->fd[i] = -1;
}

void
pipe_feed_no_more(struct job *job)
{
	loop_io_free(job->io[INPUT]);
	job->io[INPUT] = NULL;
}

/* --- output --- */

/* Must what it writes wait? Of one that has ended little is left, and its end is
 * waited for. */
static bool
held(const struct job *job)
{
	return job->runner->blocked || job->unsent.len > 0 ||
	       (job->state == JOB_RUNS && loop_timer_running(job->pace));
}

void
pipes_listen(struct job *job)
{
	for (int i = OUTPUT; i < PIPES; i++)
		if (job->io[i] != NULL)
			loop_io_want(job->io[i], held(job) ? 0 : LOOP_READ);
}

void
pipes_pace(void *arg)
{
	pipes_listen(arg);
}

/* How much of LEN bytes more may go out. */
static size_t
count_output(struct job *job, size_t len)
{
	size_t max = (size_t)job->limits.output_kb * 1024;

	if (len > max - job->output) {
		len = max - job->output;
		if (!job->over_output && job->state == JOB_RUNS)
			cell_kill(job, VERDICT_OUTPUT);
		job->over_output = true;
		if (job->state == JOB_RAN)
			job_over_output(job);
	}
	job->output += len;
	return len;
}

/* Pass on one piece of the pipe I; false: there is nothing now. */
static bool
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
		return errno == EINTR;
	if (n <= 0) {
		pipe_close(job, i);
		return true;
	}
	m.text_len = (uint32_t)count_output(job, (size_t)n);
	if (m.text_len == 0)
		return true;
	m.seq = job->seq++;
	talk_push(job->runner, &m, &job->unsent);
	loop_timer_start(job->pace, PACE_MS);
	pipes_listen(job);
	return true;
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

/* Whoever still holds the pipes is dying. But what stands in them is read first:
 * they may have had no turn since the hub takes output again. */
void
pipes_drain(void *arg)
{
	struct job *job = arg;
	bool more = false;

	for (int i = OUTPUT; i < PIPES; i++) {
		if (job->fd[i] < 0)
			continue;
		if (held(job) || take_output(job, i))
			more = true;
		else
			pipe_close(job, i);
	}
	if (more)
		loop_timer_start(job->drain, DRAIN_MS);
	job_step(job);
}

/* --- input --- */

/* The hub learns how it is now by a request in the place of the parked one. */
static void
tell_room(struct job *job)
{
	if (!job->input_full || job->input.len > INPUT_HIGH / 2)
		return;
	job->input_full = false;
	talk_ask(job->runner);
}

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
			pipe_close(job, INPUT);
			break;
		}
		buf_consume(&job->input, (size_t)n);
	}
	if (job->fd[INPUT] >= 0 && job->input.len == 0 && job->input_eof)
		pipe_close(job, INPUT);
	else if (job->fd[INPUT] >= 0)
		loop_io_want(
		    job->io[INPUT], job->input.len > 0 ? LOOP_WRITE : 0);
	tell_room(job);
}

static void
on_input_room(void *arg, int what)
{
	(void)what;
	feed(arg);
}

/* A hub is told with each request what takes no more. One that sends it all the
 * same ends the input: a part that is missing would be worse. */
void
job_take_input(struct job *job, const struct job_msg *m)
{
	if (job->state > JOB_RUNS || job->input_eof)
		return; /* it has just ended */
	buf_put_raw(&job->input, m->text, m->text_len);
	job->input_full = job->input.len >= INPUT_HIGH;
	job->input_eof = m->eof || job->input.err != 0;
	job->input.err = 0;
	feed(job);
}

/* --- both --- */

void
pipes_open(struct job *job, int fds[CELL_FDS])
{
	static void (*const fns[PIPES])(
	    void *, int) = { on_input_room, on_output, on_errors };

	for (int i = 0; i < PIPES; i++) {
		job->fd[i] = fds[i];
		fds[i] = -1;
		if (fd_nonblock(job->fd[i]) < 0 ||
		    loop_io_new(job->runner->loop, job->fd[i],
			i == INPUT ? 0 : LOOP_READ, fns[i], job,
			&job->io[i]) < 0)
			abort();
	}
	pipes_listen(job);
	feed(job);
}
