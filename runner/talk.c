/*
 * talk.c - what is said with the hub. The request JOB_NEXT is always out, also
 * while jobs run, because that is how JOB_STOP and JOB_INPUT come; it says how
 * many more jobs would be started now.
 */
#include <inttypes.h>
#include <string.h>

#include "proto/err.h"
#include "proto/sys/log.h"
#include "runner/runner.h"

void
talk_push(struct runner *r, const struct job_msg *m, struct buf *unsent)
{
	struct buf now;

	buf_init(&now, JOB_MSG_MAX);
	job_msg_encode(m, &now);
	if ((r->blocked && unsent != NULL) ||
	    r->up->ops->push(r->up, now.data, now.len, unsent != NULL) ==
		CS_EAGAIN) {
		r->blocked = true;
		if (unsent != NULL)
			buf_put_raw(unsent, now.data, now.len);
	}
	buf_release(&now);
}

void
talk_ask(struct runner *r)
{
	struct job_msg m = { .type = JOB_NEXT,
		.version = JOB_VERSION,
		.nonce = r->nonce,
		.embedded = r->embedded,
		.got = r->got,
		.places = RUNS_MAX };
	struct buf b;

	if (r->stopping || !r->ready)
		return;
	memcpy(m.name, r->name, sizeof(m.name));
	memcpy(m.tier, r->tier, sizeof(m.tier));
	for (const struct job *job = r->jobs; job != NULL; job = job->next) {
		m.places -= m.places > 0;
		if (job->input_full && m.njobs < JOB_BEAT_JOBS)
			m.jobs[m.njobs++] = job->id;
	}
	buf_init(&b, JOB_MSG_MAX);
	job_msg_encode(&m, &b);
	r->up->ops->ask(r->up, b.data, b.len); /* else `again` is told */
	buf_release(&b);
}

/* Told again with every beat, so that no hub misses it for long. */
void
talk_waiting(const struct job *job)
{
	struct job_msg m = { .type = JOB_WAITING,
		.nonce = job->runner->nonce,
		.job = job->id,
		.waiting = job->waiting };

	talk_push(job->runner, &m, NULL);
}

void
talk_beat(void *arg)
{
	struct runner *r = arg;
	struct job_msg m = { .type = JOB_BEAT, .nonce = r->nonce };

	for (const struct job *job = r->jobs; job != NULL; job = job->next)
		if (m.njobs < JOB_BEAT_JOBS)
			m.jobs[m.njobs++] = job->id;
	talk_push(r, &m, NULL);
	for (const struct job *job = r->jobs; job != NULL; job = job->next)
		if (job->waiting && job->state == JOB_RUNS)
			talk_waiting(job);
	loop_timer_start(r->beat, JOB_BEAT_MS);
}

/* --- what the hub says --- */

static void
take_job(struct runner *r, const struct job_msg *m)
{
	struct job *job = job_new(r, m);

	log_info("job %" PRIu64 " is taken (%s)", job->id, m->name);
	if (job->language == NULL)
		job_refuse(job, VERDICT_INTERNAL,
		    "the runner's configuration has not this language");
	else if (job_take_files(job, m) < 0)
		job_refuse(job, VERDICT_INTERNAL, "its files cannot be kept");
	if (job->state == JOB_RAN)
		job_step(job);
	else
		jobs_start(r);
}

static void
take(struct runner *r, const struct job_msg *m)
{
	struct job *job = job_find(r, m->job);

	if (m->type == JOB_DOCTOR)
		checkup_ask(r, m->job);
	else if (m->type == JOB_ASSIGN && job == NULL && !r->stopping)
		take_job(r, m);
	else if (job == NULL)
		return; /* it has just ended */
	else if (m->type == JOB_STOP)
		job_stop(job);
	else if (m->type == JOB_INPUT)
		job_take_input(job, m);
}

/* An answer that is not the next one has been here already. */
static void
on_answer(void *arg, const uint8_t *body, size_t len)
{
	struct runner *r = arg;
	struct job_msg m;

	if (job_msg_decode(&m, body, len) < 0) {
		log_warn("an answer of the hub was not understood");
	} else if (m.number == r->got + 1) {
		r->got = m.number;
		take(r, &m);
	}
	talk_ask(r);
}

static void
on_again(void *arg)
{
	talk_ask(arg);
}

/* Send what JOB's message is waiting for. */
static void
retry(struct runner *r, struct job *job)
{
	if (job->unsent.len > 0) {
		if (r->up->ops->push(r->up, job->unsent.data, job->unsent.len,
			true) == CS_EAGAIN) {
			r->blocked = true;
			return;
		}
		buf_clear(&job->unsent);
	}
	if (job->state >= JOB_RAN)
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
		retry(r, job);
	}
	checkup_retry(r);
	for (job = r->jobs; job != NULL; job = job->next) {
		pipes_listen(job);
		if (job->waiting && job->state == JOB_RUNS)
			talk_waiting(job); /* it may have been refused */
	}
}

const struct upstream_events talk_events = { on_answer, on_again, on_room };
