/*
 * jobs.c - runs on their way through a runner: the queue. A job is a row in the store
 * from REC_RUN_START on. It is marked as given to a runner in the transaction
 * before the runner is told, so that no job is ever started twice: when the
 * runner or the hub dies in between, it ends as lost. A runner may outlive the
 * hub whose answer it never got, so a job also ends when it is not named by its
 * runner for the time of a lease.
 *
 * A room has one job at a time, and those that wait do so in their order: a room
 * that runs again stands behind all others, so that none is passed over. Practice
 * runs of who waits in a lobby come after all of them (practice.h).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/runs.h"
#include "hostd/seat.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

/* --- the queue --- */

struct job *
job_find(struct jobs *j, uint64_t id)
{
	struct job *job = j->first;

	while (job != NULL && job->row.job != id)
		job = job->next;
	return job;
}

struct job *
job_of(const struct room *room)
{
	struct job *job = room->hub->jobs->first;

	while (job != NULL &&
	       (job->row.room != room->row.key || job->over || job->practice))
		job = job->next;
	return job;
}

bool
jobs_busy(const struct room *room)
{
	return job_of(room) != NULL;
}

struct job *
job_add(struct jobs *j, const struct run_row *row, const char *room_id)
{
	struct job *job = xcalloc(1, sizeof(*job));

	job->row = *row;
	job->queued_ms = job->heard_ms = loop_now_ms();
	buf_init(&job->input.text, JOB_STDIN_MAX);
	/* a command's is nobody's until somebody takes it */
	job->input.owner = row->site == SITE_LOCAL ? 0 : row->site;
	snprintf(job->room_id, sizeof(job->room_id), "%s", room_id);
	*j->last = job;
	j->last = &job->next;
	return job;
}

/* Unlink and free the job at *AT. */
static void
job_remove(struct jobs *j, struct job **at)
{
	struct job *job = *at;

	if ((*at = job->next) == NULL)
		j->last = at;
	job_unpack(j, job);
	buf_release(&job->input.text);
	free(job);
}

/* --- the end --- */

static void
job_result(struct job *job, enum verdict verdict)
{
	memset(&job->result, 0, sizeof(job->result));
	job->result.verdict = (uint8_t)verdict;
	job->result.exit_code = -1;
	job->ended = true;
}

void
job_end_as(struct hub *h, struct job *job, enum verdict verdict)
{
	job_result(job, verdict);
	job_finish(h, job);
}

/* --- what rooms ask for --- */

/* The row of ROOM's next run, and its start in the log. */
static int
run_begin(struct room *room, struct run_row *row)
{
	struct store *store = room->hub->store;
	struct run_row last;
	struct record rec;
	int r = store_run_last(store, room->row.key, &last);

	if (r < 0 && r != CS_ENOTFOUND)
		return r;
	row->run = r == 0 ? last.run + 1 : 1;
	record_init(&rec);
	rec.kind = REC_RUN_START;
	rec.site = row->site;
	rec.run = row->run;
	snprintf(rec.name, sizeof(rec.name), "%s", room->row.language);
	if ((r = room_event(room, &rec)) == 0) {
		row->start_rev = rec.rev;
		r = store_run_add(store, row);
	}
	record_release(&rec);
	return r;
}

static unsigned
jobs_queued(const struct jobs *j)
{
	unsigned n = 0;

	for (const struct job *job = j->first; job != NULL; job = job->next)
		n += !job->practice && job->row.state == JOB_QUEUED;
	return n;
}

int
jobs_run(struct room *room, uint8_t site, const struct job_stdin *in,
    uint32_t *run, uint64_t *rev)
{
	struct hub *h = room->hub;
	struct run_row row = { .room = room->row.key, .site = site };
	struct job *job;
	int r;

	if (room->row.ended_ms != 0)
		return CS_ESTATE;
	if (jobs_busy(room))
		return CS_EBUSY;
	if (jobs_queued(h->jobs) >= JOBS_BACKLOG)
		return CS_EAGAIN;
	if ((r = run_begin(room, &row)) < 0)
		return r;
	job = job_add(h->jobs, &row, room->row.id);
	job->made_now = true;
	if (room->members[site]->row.state != SEAT_HERE)
		job->input.owner = 0; /* by command: nobody sits there */
	job_pack(h->jobs, job, room, in);
	if (in != NULL)
		job->input.eof =
		    input_log(room, job, site, INPUT_EOF | INPUT_GIVEN,
			in->text, in->len) == 0;
	else
		input_tick(room, job);
	seats_keyboard(room);
	h->runs++;
	*run = row.run;
	*rev = row.start_rev;
	return 0;
}

int
jobs_stop(struct room *room, uint8_t site)
{
	struct job *job = job_of(room);

	if (job == NULL)
		return CS_ESTATE;
	job->stopper = site;
	if (job->row.state == JOB_QUEUED)
		job_end_as(room->hub, job, VERDICT_STOPPED);
	else
		job->stop = true;
	return 0;
}

/* --- the batch --- */

/* The next one that waits, of those in the lobby or of the others, or NULL. */
static struct job *
next_queued(const struct jobs *j, bool practice)
{
	uint64_t now_ms = loop_now_ms();
	struct job *job = j->first;

	while (job != NULL &&
	       (job->row.state != JOB_QUEUED || job->ended ||
		   job->due_ms > now_ms || job->practice != practice))
		job = job->next;
	return job;
}

static void
job_stage(struct jobs *j, struct job *job, const struct runner *r)
{
	job->row.state = JOB_GIVEN;
	job->row.nonce = r->nonce;
	job->given_now = true;
	job->given_ms = job->heard_ms = loop_now_ms();
	if (job->practice)
		practice_given(j, job);
	else
		store_run_set(j->hub->store, &job->row);
}

void
jobs_stage(struct hub *h)
{
	struct jobs *j = h->jobs;
	struct runner *r;
	struct job *job;

	practice_tend(j);
	while ((job = next_queued(j, false)) != NULL) {
		if ((r = runner_pick(j)) == NULL) {
			practice_yield(j);
			return;
		}
		job_stage(j, job, r);
	}
	while ((job = next_queued(j, true)) != NULL && practice_may_start(j) &&
	       (r = runner_pick(j)) != NULL)
		job_stage(j, job, r);
}

static void
job_give(struct jobs *j, struct job *job, struct runner *r, struct job_msg *m)
{
	m->type = JOB_ASSIGN;
	/* Its end is logged by the next tick: this turn's batch is closed. */
	if (job_assign(j->hub, job, m) < 0) {
		job_result(job, VERDICT_INTERNAL);
		snprintf(job->why, sizeof(job->why),
		    "the store does not give its files");
	} else {
		log_info("%srun %" PRIu32 " of %s goes to the runner %s",
		    job->practice ? "practice " : "", job->row.run,
		    job->room_id, r->name);
		runner_tell(j, r, m);
		input_sent(j, job, m->input_len);
	}
	job_unpack(j, job);
}

static void
job_stop(struct jobs *j, struct job *job, struct runner *r, struct job_msg *m)
{
	m->type = JOB_STOP;
	runner_tell(j, r, m);
	job->stop_sent = true;
}

static void
job_feed(struct jobs *j, struct job *job, struct runner *r, struct job_msg *m)
{
	input_fill(job, m);
	runner_tell(j, r, m);
	input_sent(j, job, m->text_len);
}

/* What is due to a runner: first a new job, for which its request was counted,
 * then a stop, then input of the job that has waited longest for its turn. */
struct due {
	struct job *job;
	void (*fn)(struct jobs *j, struct job *job, struct runner *r,
	    struct job_msg *m);
};

static struct due
runner_due(struct jobs *j, const struct runner *r)
{
	struct due due = { NULL, NULL };

	for (struct job *job = j->first; job != NULL; job = job->next) {
		if (job->row.state != JOB_GIVEN || job->row.nonce != r->nonce)
			continue;
		if (job->given_now)
			return (struct due){ job, job_give };
		if (job->stop && !job->stop_sent)
			due = (struct due){ job, job_stop };
		else if (input_due(job) && due.fn != job_stop &&
			 (due.job == NULL ||
			     job->input.served < due.job->input.served))
			due = (struct due){ job, job_feed };
	}
	return due;
}

/* A program that nobody waits for any more would hold a place until its time is
 * over. */
static void
stop_stray(struct jobs *j, struct runner *r, struct job_msg *m)
{
	m->type = JOB_STOP;
	m->job = r->stray;
	r->stray = 0;
	runner_tell(j, r, m);
}

static void
runner_serve(struct jobs *j, struct runner *r)
{
	struct due due = runner_due(j, r);
	struct job_msg *m;

	if (due.job == NULL && r->stray == 0 && !doctor_due(j, r))
		return;
	m = xcalloc(1, sizeof(*m));
	m->version = JOB_VERSION;
	m->nonce = r->nonce;
	if (due.job != NULL) {
		m->job = due.job->row.job;
		due.fn(j, due.job, r, m);
	} else if (r->stray != 0) {
		stop_stray(j, r, m);
	} else {
		doctor_tell(j, r, m);
	}
	free(m);
}

void
jobs_sent(struct hub *h)
{
	struct jobs *j = h->jobs;
	struct job *job;

	for (struct job **at = &j->first; (job = *at) != NULL;) {
		job->made_now = false;
		input_keep(job);
		if (job->over)
			job_remove(j, at);
		else
			at = &job->next;
	}
	for (struct runner *r = j->runners; r != NULL; r = r->next)
		if (r->token != 0)
			runner_serve(j, r);
	for (job = j->first; job != NULL; job = job->next)
		job->given_now = false;
}

/* Of it nothing was to be committed; but the runner was not told. */
static void
practice_failed(struct job *job)
{
	if (!job->given_now)
		return;
	job->row.state = JOB_QUEUED;
	job->row.nonce = 0;
	job->given_now = false;
}

void
jobs_failed(struct hub *h)
{
	struct jobs *j = h->jobs;
	struct job *job;

	for (struct job **at = &j->first; (job = *at) != NULL;) {
		if (job->made_now) {
			job_remove(j, at);
			continue;
		}
		if (job->practice) {
			practice_failed(job);
			at = &job->next;
			continue;
		}
		input_take_back(job);
		if (job->given_now || (job->over && job->row.nonce == 0))
			job->row.state = JOB_QUEUED;
		else if (job->over)
			job->row.state = JOB_GIVEN;
		if (job->given_now)
			job->row.nonce = 0;
		job->given_now = job->over = false;
		at = &job->next;
	}
}

/* --- time --- */

/* Has JOB waited too long for a runner, or for word from its own? */
static bool
nobody_runs(const struct jobs *j, const struct job *job, uint64_t now_ms)
{
	if (job->ended)
		return false;
	if (job->row.state == JOB_GIVEN)
		return now_ms - job->heard_ms > JOB_LEASE_MS;
	return job->row.state == JOB_QUEUED && j->runners == NULL &&
	       now_ms - job->queued_ms > JOBS_NO_RUNNER_MS &&
	       now_ms - j->no_runner_ms > JOBS_NO_RUNNER_MS;
}

static void
tick_job(struct jobs *j, struct job *job, uint64_t now_ms)
{
	struct room *room;

	if (!job->practice && room_open(j->hub, job->room_id, &room) == 0) {
		room_used(room);
		if (job->input.waiting)
			input_tick(room, job);
	}
	if (job->ended && !job->over)
		job_finish(j->hub, job);
	else if (nobody_runs(j, job, now_ms))
		job_end_as(j->hub, job, VERDICT_LOST);
}

void
jobs_tick(struct hub *h, uint64_t now_ms)
{
	struct jobs *j = h->jobs;
	/* we did: what the runners said is still to be read */
	bool slept = now_ms - j->tick_ms > JOB_LEASE_MS / 2;

	j->tick_ms = now_ms;
	runners_tick(j, now_ms, slept);
	doctor_tick(j, now_ms);
	if (j->runners != NULL)
		j->no_runner_ms = now_ms;
	for (struct job *job = j->first; job != NULL; job = job->next) {
		if (slept)
			job->heard_ms = now_ms;
		tick_job(j, job, now_ms);
	}
}

void
jobs_counts(const struct hub *h, struct jobs_count *n)
{
	memset(n, 0, sizeof(*n));
	for (const struct job *job = h->jobs->first; job; job = job->next) {
		n->queued += job->row.state == JOB_QUEUED;
		n->running += job->row.state == JOB_GIVEN;
	}
	for (const struct runner *r = h->jobs->runners; r; r = r->next)
		n->runners++;
}

const char *
jobs_why(const struct hub *h, int64_t room, uint32_t run)
{
	const struct reason *r = h->jobs->reasons;

	for (unsigned i = 0; i < REASONS_KEPT; i++)
		if (r[i].room == room && r[i].run == run)
			return r[i].why;
	return "";
}

/* --- opening --- */

/* Runs from before a restart: their runner has a lease to be heard again. */
static int
take_up(struct jobs *j)
{
	struct room_row room;
	struct run_row *rows;
	size_t n;
	int r = store_runs_open(j->hub->store, &rows, &n);

	for (size_t i = 0; i < n && r == 0; i++) {
		if ((r = store_room_by_key(
			 j->hub->store, rows[i].room, &room)) < 0)
			break;
		job_add(j, &rows[i], room.id);
		if (rows[i].state == JOB_GIVEN &&
		    runner_find(j, rows[i].nonce) == NULL)
			runner_add(j, rows[i].nonce, "");
	}
	free(rows);
	return r;
}

int
jobs_open(struct hub *h)
{
	struct jobs *j = xcalloc(1, sizeof(*j));
	int r;

	h->jobs = j;
	j->hub = h;
	j->last = &j->first;
	j->no_runner_ms = loop_now_ms();
	r = take_up(j);
	return r < 0 ? r : runners_open(j);
}

void
jobs_close(struct hub *h)
{
	struct jobs *j = h->jobs;

	if (j == NULL)
		return;
	while (j->first != NULL)
		job_remove(j, &j->first);
	doctor_close(j);
	runners_close(j);
	free(j);
	h->jobs = NULL;
}
