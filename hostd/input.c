/*
 * input.c - what a running program reads, and whose line it is.
 *
 * The keyboard belongs to who started the run, until somebody takes it; that of
 * a run by command is nobody's until then. A line is logged first and goes to
 * the runner after the commit, with the next JOB_NEXT. It goes at most once: a
 * line that a hub had committed and not yet handed over dies with the hub, and
 * is seen in the log as typed.
 */
#include <string.h>

#include "hostd/runs.h"
#include "hostd/seat.h"
#include "proto/err.h"
#include "proto/utf8.h"

int
input_log(struct room *room, const struct job *job, uint8_t site, uint8_t flags,
    const uint8_t *text, size_t len)
{
	struct record rec;
	size_t n;
	int r;

	record_init(&rec);
	rec.kind = REC_RUN_INPUT;
	rec.site = site;
	rec.run = job->row.run;
	text = len > 0 ? text : (const uint8_t *)"";
	do {
		n = len < RECORD_TEXT_MAX ? len : RECORD_TEXT_MAX;
		while (n < len && !utf8_starts(text[n]))
			n--;
		rec.flags = n < len ? flags & (uint8_t)~INPUT_EOF : flags;
		rec.text = text;
		rec.text_len = (uint32_t)n;
		r = room_event(room, &rec);
		text += n;
		len -= n;
	} while (r == 0 && len > 0);
	record_release(&rec);
	return r;
}

/* --- whose line it is --- */

bool
jobs_keyboard(const struct room *room, struct keyboard *k)
{
	const struct job *job = job_of(room);

	if (job == NULL || job->ended)
		return false;
	k->run = job->row.run;
	k->site = job->input.owner;
	k->waiting = job->input.waiting;
	k->since_ms = job->input.waiting ? job->input.since_ms : 0;
	return true;
}

int
jobs_take(struct room *room, uint8_t site)
{
	struct job *job = job_of(room);

	if (job == NULL || job->ended)
		return CS_ESTATE;
	job->input.owner = site;
	seats_keyboard(room);
	return 0;
}

/* May SITE's line of LEN bytes be taken now? */
static int
input_check(const struct job *job, uint8_t site, size_t len)
{
	if (job->ended)
		return CS_ESTATE;
	if (job->row.state == JOB_QUEUED)
		return CS_EAGAIN;
	if (job->input.owner != 0 && job->input.owner != site)
		return CS_EPERM;
	if (job->input.eof)
		return CS_ECLOSED;
	return job->input.text.len + len > JOBS_INPUT_MAX ? CS_ETOOBIG : 0;
}

int
input_put(
    struct job *job, uint8_t site, const uint8_t *text, size_t len, bool eof)
{
	struct input *in = &job->input;
	int r = input_check(job, site, len);

	if (r < 0)
		return r;
	buf_put_raw(&in->text, text, len);
	if (in->text.err < 0) {
		input_take_back(job);
		return CS_ENOMEM;
	}
	in->eof = eof;
	return 0;
}

int
jobs_input(
    struct room *room, uint8_t site, const uint8_t *text, size_t len, bool eof)
{
	struct job *job = job_of(room);
	int r;

	if (job == NULL)
		return CS_ESTATE;
	if ((r = input_put(job, site, text, len, eof)) < 0)
		return r;
	r = input_log(room, job, site, eof ? INPUT_EOF : 0, text, len);
	if (r < 0) {
		input_take_back(job);
		return r;
	}
	if (job->input.owner == 0)
		jobs_take(room, site);
	return 0;
}

/* --- when the program waits --- */

/* Is there nobody who might take the keyboard? */
static bool
nobody_types(const struct room *room, const struct job *job)
{
	const struct member *m;

	if (job->input.owner != 0 || job->input.eof)
		return false;
	for (unsigned i = SITE_LOCAL + 1; i <= room->last_site; i++)
		if ((m = room->members[i]) != NULL &&
		    m->row.state == SEAT_HERE && room_may_write(room, m))
			return false;
	return true;
}

void
input_tick(struct room *room, struct job *job)
{
	if (!job->ended && nobody_types(room, job) &&
	    input_log(
		room, job, SITE_LOCAL, INPUT_EOF | INPUT_GIVEN, NULL, 0) == 0)
		job->input.eof = true;
}

void
input_waiting(struct jobs *j, struct job *job, bool waiting)
{
	struct room *room;

	if (job->practice && waiting != job->input.waiting)
		practice_waiting(j, job, waiting);
	if (job->practice || waiting == job->input.waiting ||
	    room_open(j->hub, job->room_id, &room) < 0)
		return;
	job->input.waiting = waiting;
	job->input.since_ms = loop_wall_ms();
	if (waiting)
		input_tick(room, job);
	seats_keyboard(room);
}

/* --- the batch --- */

void
input_keep(struct job *job)
{
	job->input.kept = job->input.text.len;
	job->input.eof_kept = job->input.eof;
}

void
input_take_back(struct job *job)
{
	job->input.text.len = job->input.kept;
	job->input.text.err = 0;
	job->input.eof = job->input.eof_kept;
}

bool
input_due(const struct job *job)
{
	const struct input *in = &job->input;

	return job->row.state == JOB_GIVEN && !job->given_now && !job->ended &&
	       !in->full && (in->text.len > 0 || (in->eof && !in->eof_sent));
}

/* Whole lines, as many as fit: each does, and only the last may be cut. */
static size_t
piece(const struct buf *b)
{
	size_t n = b->len < JOB_INPUT_MAX ? b->len : JOB_INPUT_MAX;

	if (n < b->len)
		while (n > 0 && b->data[n - 1] != '\n')
			n--;
	return n;
}

void
input_fill(const struct job *job, struct job_msg *m)
{
	const struct buf *b = &job->input.text;

	m->type = JOB_INPUT;
	m->text = b->data;
	m->text_len = (uint32_t)piece(b);
	m->eof = job->input.eof && m->text_len == b->len;
}

void
input_sent(struct jobs *j, struct job *job, size_t len)
{
	struct input *in = &job->input;

	buf_consume(&in->text, len);
	if (in->text.len == 0)
		buf_release(&in->text); /* it may have been large */
	in->eof_sent = in->eof && in->text.len == 0;
	input_keep(job);
	in->served = ++j->served;
}
