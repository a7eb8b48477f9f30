/*
 * job.c - a job's life: it waits for a place, runs, is at its end when the
 * spawner has said how it ended and what was left in its pipes is out, and is
 * told.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/repair.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"
#include "runner/runner.h"

struct job *
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
	buf_init(&job->input, INPUT_MAX);
	buf_put_raw(&job->input, m->input, m->input_len);
	job->input_full = job->input.len >= INPUT_HIGH;
	job->input_eof = m->input_eof;
	for (at = &r->jobs; *at != NULL; at = &(*at)->next)
		;
	*at = job;
	if (loop_timer_new(r->loop, pipes_pace, job, &job->pace) < 0 ||
	    loop_timer_new(r->loop, pipes_drain, job, &job->drain) < 0)
		abort();
	return job;
}

void
job_free(struct job *job)
{
	struct job **at = &job->runner->jobs;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
	for (int i = 0; i < PIPES; i++)
		pipe_close(job, i);
	if (job->bundle >= 0)
		close(job->bundle);
	loop_timer_free(job->pace);
	loop_timer_free(job->drain);
	buf_release(&job->unsent);
	buf_release(&job->input);
	free(job);
}

struct job *
job_find(struct runner *r, uint64_t id)
{
	struct job *job = r->jobs;

	while (job != NULL && job->id != id)
		job = job->next;
	return job;
}

/* --- its start --- */

static void
job_start(struct job *job)
{
	int r = cell_run(job);

	if (r == CS_EAGAIN)
		return;
	close(job->bundle);
	job->bundle = -1;
	job->state = JOB_RUNS;
	if (r < 0)
		job_refuse(
		    job, VERDICT_INTERNAL, "the spawner does not take it");
}

void
jobs_start(struct runner *r)
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

void
job_stop(struct job *job)
{
	if (job->state == JOB_RUNS) {
		cell_kill(job, VERDICT_STOPPED);
	} else if (job->state == JOB_WAITS) {
		job_refuse(job, VERDICT_STOPPED, NULL);
		job_step(job);
	}
}

/* --- its end --- */

void
job_over_output(struct job *job)
{
	job->result.truncated = true;
	/* it may have written all before it could be stopped */
	if (job->result.verdict <= VERDICT_FAILED)
		job->result.verdict = VERDICT_OUTPUT;
}

void
job_ended(struct job *job, const struct run_result *result)
{
	job->state = JOB_RAN;
	job->kill_due = false;
	job->result = *result;
	if (job->over_output)
		job_over_output(job);
	pipe_feed_no_more(job);
	loop_timer_start(job->drain, DRAIN_MS);
	pipes_listen(job);
}

/* WHY as text: it may name a file that is none, and be cut anywhere. */
void
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

void
job_refuse(struct job *job, enum verdict verdict, const char *why)
{
	struct run_result r = { .verdict = (uint8_t)verdict, .exit_code = -1 };

	memcpy(r.tier, job->runner->tier, sizeof(r.tier));
	if (why != NULL)
		job_why(job, why);
	job_ended(job, &r);
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
	talk_push(job->runner, &m, &job->unsent);
}

void
job_step(struct job *job)
{
	struct runner *r = job->runner;

	if (job->state == JOB_RAN && job->unsent.len == 0 &&
	    job->fd[OUTPUT] < 0 && job->fd[ERRORS] < 0)
		job_tell(job);
	if (job->state != JOB_TOLD || job->unsent.len > 0)
		return;
	job_free(job);
	jobs_start(r);
}
