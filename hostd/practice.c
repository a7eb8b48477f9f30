/* practice.c - the runs of who waits in the lobby. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/practice.h"
#include "hostd/runs.h"
#include "hostd/wire.h"
#include "proto/err.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

/* Rows of the store count upwards from 1, and a runner may outlive the hub whose
 * practice run it has: no number is ever given twice. */
#define PRACTICE_JOB (1ULL << 63)

/* What S sees of its run. It ends with the lobby, or when all has been told. */
struct practice {
	uint64_t job;
	uint8_t state;   /* enum run_state */
	bool fresh;      /* that it has begun is yet to be told */
	bool waiting;    /* the program reads, and there is nothing */
	bool untold;     /* something is */
	struct buf text; /* not sent yet */
	struct run_result result;
};

/* Whose is JOB? NULL: nobody's any more. */
static struct seat *
seat_of(const struct hub *h, const struct job *job)
{
	struct seat *s = h->seats;

	while (s != NULL && (s->practice == NULL || !s->lobby || s->closing ||
				s->practice->job != job->row.job))
		s = s->next;
	return s;
}

static void
untold(struct seat *s)
{
	s->practice->untold = true;
	s->todo |= TODO_PRACTICE;
}

/* --- what seats ask for --- */

/* Does a program of this person run, if only to be stopped? */
static bool
is_running(const struct seat *s)
{
	const struct job *job = s->hub->jobs->first;

	while (job != NULL && (!job->practice || job->over ||
				  job->row.room != s->room->row.key ||
				  job->row.site != s->site))
		job = job->next;
	return job != NULL;
}

static unsigned
count(const struct jobs *j, uint8_t state)
{
	unsigned n = 0;

	for (const struct job *job = j->first; job != NULL; job = job->next)
		n += job->practice && job->row.state == state;
	return n;
}

int
practice_run(struct seat *s, const uint8_t *text, size_t len)
{
	const struct member *m = s->member;
	struct jobs *j = s->hub->jobs;
	uint64_t due_ms = 0;
	struct run_row row = { .room = s->room->row.key,
		.site = s->site,
		.job = random_u64() | PRACTICE_JOB };
	struct job *job;

	if (is_running(s))
		return CS_EBUSY;
	if (count(j, JOB_QUEUED) >= PRACTICE_BACKLOG)
		return CS_EAGAIN;
	if (m->practice_ms != 0)
		due_ms = m->practice_ms + PRACTICE_REST_MS;
	job = job_add(j, &row, s->room_id);
	job->practice = true;
	job->due_ms = due_ms;
	job_pack_text(j, job, s->room, text, len);
	practice_forget(s);
	s->practice = xcalloc(1, sizeof(*s->practice));
	s->practice->job = row.job;
	s->practice->state = RUN_QUEUED;
	s->practice->fresh = true;
	buf_init(&s->practice->text,
	    REPAIR_GROWTH * (8 + PRACTICE_OUTPUT_KB * 1024));
	untold(s);
	return 0;
}

/* S's run, if it has not ended, or NULL. */
static struct job *
job_of_seat(const struct seat *s)
{
	struct job *job = s->practice != NULL
			      ? job_find(s->hub->jobs, s->practice->job)
			      : NULL;

	return job != NULL && !job->ended ? job : NULL;
}

int
practice_stop(struct seat *s)
{
	struct job *job = job_of_seat(s);

	if (job == NULL)
		return CS_ESTATE;
	if (job->row.state == JOB_QUEUED)
		job_end_as(s->hub, job, VERDICT_STOPPED);
	else
		job->stop = true;
	return 0;
}

int
practice_input(struct seat *s, const uint8_t *text, size_t len, bool eof)
{
	struct job *job = job_of_seat(s);

	return job != NULL ? input_put(job, s->site, text, len, eof)
			   : CS_ESTATE;
}

void
practice_forget(struct seat *s)
{
	if (s->practice == NULL)
		return;
	buf_release(&s->practice->text);
	free(s->practice);
	s->practice = NULL;
}

/* --- what they are told --- */

/* How much of its text goes at a time. */
static size_t
piece(const struct practice *p)
{
	size_t n =
	    p->text.len < RECORD_TEXT_MAX ? p->text.len : RECORD_TEXT_MAX;

	while (n < p->text.len && !utf8_starts(p->text.data[n]))
		n--;
	return n;
}

bool
practice_next(const struct seat *s, struct msg *m)
{
	const struct practice *p = s->practice;
	struct output *o = &m->output;
	size_t n;

	if (p == NULL || !p->untold)
		return false;
	n = piece(p);
	m->type = MSG_PRACTICED;
	m->fresh = p->fresh;
	m->keyboard.waiting = p->waiting;
	o->site = s->site;
	/* its end comes with the last of what it has printed */
	o->state = n < p->text.len ? RUN_RUNNING : p->state;
	o->result = p->result;
	o->text = n > 0 ? p->text.data : (const uint8_t *)"";
	o->text_len = (uint32_t)n;
	return true;
}

void
practice_sent(struct seat *s)
{
	struct practice *p = s->practice;

	buf_consume(&p->text, piece(p));
	p->fresh = false;
	p->untold = p->text.len > 0;
	if (!p->untold && p->state == RUN_ENDED)
		practice_forget(s);
}

/* --- what becomes of a job --- */

void
practice_output(struct jobs *j, struct job *job, uint8_t stream,
    const uint8_t *text, size_t len, bool end)
{
	struct seat *s = seat_of(j->hub, job);
	struct run_limits l = j->hub->conf.limits;

	if (s == NULL)
		return;
	run_limits_practice(&l);
	job_repair(job, &l, stream, text, len, end, &s->practice->text);
	s->practice->state = RUN_RUNNING;
	untold(s);
}

void
practice_waiting(struct jobs *j, struct job *job, bool waiting)
{
	struct seat *s = seat_of(j->hub, job);

	job->input.waiting = waiting;
	if (s == NULL)
		return;
	s->practice->waiting = waiting;
	s->practice->state = RUN_RUNNING;
	untold(s);
}

static void
say_why(struct seat *s, const struct job *job)
{
	char text[JOB_WHY_SIZE + 32];

	if (job->yields != NULL)
		seat_notice(s, NOTICE_ERROR, job->yields);
	if (job->result.verdict != VERDICT_INTERNAL || job->why[0] == '\0')
		return;
	snprintf(text, sizeof(text), "Run failed: %s", job->why);
	seat_notice(s, NOTICE_ERROR, text);
}

void
practice_finish(struct jobs *j, struct job *job)
{
	struct seat *s = seat_of(j->hub, job);

	if (job->over)
		return;
	for (uint8_t stream = 1; stream < STREAMS; stream++)
		if (job->repair[stream].n > 0)
			practice_output(j, job, stream, NULL, 0, true);
	job->row.state = JOB_OVER;
	job->over = true;
	if (s == NULL)
		return;
	s->practice->state = RUN_ENDED;
	s->practice->waiting = false;
	s->practice->result = job->result;
	s->practice->result.truncated |= job->truncated;
	untold(s);
	say_why(s, job);
}

void
practice_given(struct jobs *j, const struct job *job)
{
	struct seat *s = seat_of(j->hub, job);

	if (s == NULL)
		return;
	s->member->practice_ms = loop_now_ms();
	s->practice->state = RUN_RUNNING;
	untold(s);
}

/* --- the queue --- */

void
practice_tend(struct jobs *j)
{
	for (struct job *job = j->first; job != NULL; job = job->next) {
		if (!job->practice || job->ended || job->stop ||
		    seat_of(j->hub, job) != NULL)
			continue;
		if (job->row.state == JOB_QUEUED)
			job_end_as(j->hub, job, VERDICT_STOPPED);
		else
			job->stop = true;
	}
}

static void
yield(struct job *job, const char *why)
{
	job->stop = true;
	job->yields = why;
}

/* Who waits for input may do so for minutes, and four who do would be all there
 * are. */
static void
take_turns(struct jobs *j)
{
	uint64_t now_ms = loop_now_ms();
	struct job *first = NULL;

	for (struct job *job = j->first; job != NULL; job = job->next) {
		if (!job->practice || job->row.state != JOB_GIVEN)
			continue;
		if (job->stop) /* that makes a place */
			return;
		if (first == NULL || job->given_ms < first->given_ms)
			first = job;
	}
	if (first != NULL && now_ms - first->given_ms >= PRACTICE_TURN_MS)
		yield(first, "Others waited for its place: run it again");
}

bool
practice_may_start(struct jobs *j)
{
	if (count(j, JOB_GIVEN) < PRACTICE_AT_ONCE)
		return true;
	take_turns(j);
	return false;
}

/* Only where the runner says that there is no place: it may just not have asked
 * again since its last answer. */
void
practice_yield(struct jobs *j)
{
	struct job *last = NULL;

	for (struct job *job = j->first; job != NULL; job = job->next) {
		if (!job->practice || job->row.state != JOB_GIVEN)
			continue;
		if (job->stop) /* that makes one */
			return;
		if (runner_is_full(j, job->row.nonce))
			last = job;
	}
	if (last != NULL)
		yield(
		    last, "The host needed its place for a room: run it again");
}
