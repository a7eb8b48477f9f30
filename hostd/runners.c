/*
 * runners.c - the processes that run programs: who they are, their parked
 * requests, and what they say.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/runs.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/server.h"
#include "proto/sys/util.h"

struct runner *
runner_find(struct jobs *j, uint64_t nonce)
{
	struct runner *r = j->runners;

	while (r != NULL && r->nonce != nonce)
		r = r->next;
	return r;
}

struct runner *
runner_add(struct jobs *j, uint64_t nonce, const char *name)
{
	struct runner *r = xcalloc(1, sizeof(*r));

	r->nonce = nonce;
	r->heard_ms = loop_now_ms();
	snprintf(r->name, sizeof(r->name), "%s", name);
	buf_init(&r->kept, ANSWER_KEPT_MAX);
	r->next = j->runners;
	j->runners = r;
	return r;
}

static void
runner_free(struct runner *r)
{
	buf_release(&r->kept);
	free(r);
}

/* What was sent last has come, or is given up. */
static void
kept_forget(struct runner *r)
{
	buf_release(&r->kept);
	buf_init(&r->kept, ANSWER_KEPT_MAX);
}

void
runner_tell(struct jobs *j, struct runner *r, struct job_msg *m)
{
	struct buf b;

	m->number = ++r->number;
	buf_init(&b, JOB_MSG_MAX);
	job_msg_encode(m, &b);
	if (b.err == 0)
		server_reply(j->asks, r->token, b.data, b.len);
	else
		log_err("a job is too large for its runner");
	kept_forget(r);
	if (m->type != JOB_IDLE && b.err == 0 && b.len <= ANSWER_KEPT_MAX) {
		buf_put_raw(&r->kept, b.data, b.len);
		r->kept_job = m->job;
	}
	buf_release(&b);
	r->token = 0;
}

/* The answer before this request did not come: send it again, unless its run
 * has ended since, as lost perhaps. */
static bool
kept_again(struct jobs *j, struct runner *r)
{
	const struct job *job = job_find(j, r->kept_job);

	if (r->kept.len == 0 || job == NULL || job->ended ||
	    job->row.state != JOB_GIVEN || job->row.nonce != r->nonce)
		return false;
	log_info("the runner %s gets an answer again that was lost", r->name);
	server_reply(j->asks, r->token, r->kept.data, r->kept.len);
	r->token = 0;
	return true;
}

/* Nothing to do: ask again. */
static void
runner_idle(struct jobs *j, struct runner *r)
{
	struct job_msg *m = xcalloc(1, sizeof(*m));

	m->type = JOB_IDLE;
	m->version = JOB_VERSION;
	runner_tell(j, r, m);
	free(m);
}

/* Runs of the runner process NONCE will not be heard of again. */
static void
runner_lost(struct jobs *j, uint64_t nonce)
{
	struct runner **at, *r;

	for (struct job *job = j->first; job != NULL; job = job->next)
		if (job->row.state == JOB_GIVEN && job->row.nonce == nonce &&
		    !job->ended)
			job_end_as(j->hub, job, VERDICT_LOST);
	doctor_lost(j, nonce);
	for (at = &j->runners; (r = *at) != NULL; at = &r->next)
		if (r->nonce == nonce) {
			log_warn("the runner %s is gone", r->name);
			/* if it was only asleep, it must not wait for ever */
			if (r->token != 0)
				runner_idle(j, r);
			*at = r->next;
			runner_free(r);
			break;
		}
}

static unsigned
runner_load(const struct jobs *j, uint64_t nonce)
{
	unsigned n = 0;

	for (const struct job *job = j->first; job != NULL; job = job->next)
		n += job->row.state == JOB_GIVEN && job->row.nonce == nonce;
	return n;
}

/* Is its request taken by a job of this turn? */
static bool
runner_taken(const struct jobs *j, uint64_t nonce)
{
	const struct job *job = j->first;

	while (job != NULL && !(job->given_now && job->row.nonce == nonce))
		job = job->next;
	return job != NULL;
}

struct runner *
runner_pick(struct jobs *j)
{
	struct runner *best = NULL;
	unsigned load, least = JOBS_PER_RUNNER;

	for (struct runner *r = j->runners; r != NULL; r = r->next) {
		if (r->token == 0 || r->places == 0 ||
		    !server_waits(j->asks, r->token) || /* it has left */
		    (load = runner_load(j, r->nonce)) >= least ||
		    runner_taken(j, r->nonce))
			continue;
		least = load;
		best = r;
	}
	return best;
}

bool
runner_is_full(struct jobs *j, uint64_t nonce)
{
	const struct runner *r = runner_find(j, nonce);

	return r != NULL && r->token != 0 &&
	       (r->places == 0 || runner_load(j, nonce) >= JOBS_PER_RUNNER);
}

void
runners_tick(struct jobs *j, uint64_t now_ms, bool slept)
{
	struct runner *next;

	for (struct runner *r = j->runners; r != NULL; r = next) {
		next = r->next;
		if (slept)
			r->heard_ms = now_ms;
		if (now_ms - r->heard_ms > JOB_LEASE_MS)
			runner_lost(j, r->nonce);
		else if (r->token != 0 && now_ms - r->parked_ms >= JOB_PARK_MS)
			runner_idle(j, r);
	}
}

/* --- what they say --- */

/* Only runners are heard, and the relay, which has a connection for each. */
static struct server_share
admit(void *arg, int uid)
{
	static const struct server_share runner = { 256, JOB_MSG_MAX };
	static const struct server_share nobody = { 0, 0 };
	const struct hub *h = ((struct jobs *)arg)->hub;

	return uid == 0 || uid == (int)h->daemon_uid ||
		       uid == (int)h->runner_uid || uid == (int)h->relay_uid
		   ? runner
		   : nobody;
}

/* Who is there. Of codesyncd's own there are no two, so that another one says
 * that the one before has died. Others may have one name, and are missed when
 * they are silent. */
static struct runner *
runner_meet(struct jobs *j, const struct job_msg *m)
{
	struct runner *r = runner_find(j, m->nonce);

	if (r != NULL && r->met)
		return r;
	if (r == NULL) {
		for (r = j->runners; r != NULL; r = r->next)
			if (m->embedded && r->embedded)
				break;
		if (r != NULL)
			runner_lost(j, r->nonce);
		r = runner_add(j, m->nonce, m->name);
	}
	log_info("the runner %s is here (%s)", m->name, m->tier);
	snprintf(r->name, sizeof(r->name), "%s", m->name);
	r->met = true;
	r->embedded = m->embedded;
	r->number = m->got;
	return r;
}

static void
take_full(struct jobs *j, const struct job_msg *m)
{
	for (struct job *job = j->first; job != NULL; job = job->next) {
		if (job->row.state != JOB_GIVEN || job->row.nonce != m->nonce)
			continue;
		job->input.full = false;
		for (uint32_t i = 0; i < m->njobs; i++)
			job->input.full |= m->jobs[i] == job->row.job;
	}
}

static int
on_ask(void *arg, const struct server_in *in)
{
	struct jobs *j = arg;
	struct job_msg m;
	struct runner *r;

	if (job_msg_decode(&m, in->body, in->len) < 0 || m.type != JOB_NEXT)
		return CS_EFORMAT;
	if (m.version != JOB_VERSION) {
		log_warn("a runner is of another version than this host");
		return CS_EFORMAT;
	}
	r = runner_meet(j, &m);
	r->token = in->token;
	r->places = m.places;
	r->heard_ms = r->parked_ms = loop_now_ms();
	take_full(j, &m);
	if (m.got != r->number && m.got + 1 == r->number && kept_again(j, r))
		return 0;
	if (m.got != r->number)
		doctor_again(j, r);
	kept_forget(r);
	r->number = m.got;
	return 0;
}

static void
take_output(struct jobs *j, struct job *job, const struct job_msg *m)
{
	struct room *room;

	if (m->seq < job->next_seq || m->stream < 1 || m->stream >= STREAMS)
		return;
	job->next_seq = m->seq + 1;
	if (job->practice)
		practice_output(j, job, m->stream, m->text, m->text_len, false);
	else if (room_open(j->hub, job->room_id, &room) == 0)
		job_output(room, job, m->stream, m->text, m->text_len, false);
}

static void
take_end(struct jobs *j, struct job *job, const struct job_msg *m)
{
	struct runner *r = runner_find(j, m->nonce);

	job->result = m->result;
	memcpy(job->why, m->why, sizeof(job->why));
	job->ended = true;
	job_finish(j->hub, job);
	/* what its parked request says was true before */
	if (r != NULL && r->token != 0)
		r->places++;
}

/* The job ID if it is with the runner process NONCE, else NULL. */
static struct job *
job_heard(struct jobs *j, uint64_t id, uint64_t nonce)
{
	struct job *job = job_find(j, id);

	if (job == NULL || job->row.state != JOB_GIVEN ||
	    job->row.nonce != nonce || job->ended)
		return NULL; /* of a run that was given up */
	job->heard_ms = loop_now_ms();
	return job;
}

static int
on_output(void *arg, const struct server_in *in)
{
	struct jobs *j = arg;
	struct job_msg m;
	struct runner *r;
	struct job *job;

	if (job_msg_decode(&m, in->body, in->len) < 0)
		return CS_EFORMAT;
	if ((r = runner_find(j, m.nonce)) != NULL)
		r->heard_ms = loop_now_ms();
	for (uint32_t i = 0; i < m.njobs; i++)
		if (job_heard(j, m.jobs[i], m.nonce) == NULL && r != NULL)
			r->stray = m.jobs[i]; /* it was called lost */
	if (m.type == JOB_CHECKED)
		doctor_checked(j, &m);
	if (m.type != JOB_STARTED && m.type != JOB_OUTPUT &&
	    m.type != JOB_END && m.type != JOB_WAITING)
		return 0;
	if ((job = job_heard(j, m.job, m.nonce)) == NULL)
		return 0;
	if (m.type == JOB_OUTPUT)
		take_output(j, job, &m);
	else if (m.type == JOB_END)
		take_end(j, job, &m);
	else if (m.type == JOB_WAITING)
		input_waiting(j, job, m.waiting);
	return 0;
}

/* --- sockets --- */

int
runners_open(struct jobs *j)
{
	static const struct server_events asks = { admit, on_ask };
	static const struct server_events outputs = { admit, on_output };
	struct loop *loop = j->hub->loop;
	int r;

	if ((r = server_open(&j->asks, loop, FRAME_REP, "jobs.sock", 0666,
		 JOB_MSG_MAX, &asks, j)) < 0)
		return r;
	return server_open(
	    &j->outputs, loop, FRAME_PULL, "output.sock", 0666, 0, &outputs, j);
}

void
runners_close(struct jobs *j)
{
	struct runner *r;

	server_close(j->asks);
	server_close(j->outputs);
	while ((r = j->runners) != NULL) {
		j->runners = r->next;
		runner_free(r);
	}
}
