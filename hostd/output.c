/* output.c - what a run writes goes into the log, and how it ended. */
#include <stdio.h>
#include <string.h>

#include "hostd/runs.h"
#include "hostd/seat.h"
#include "proto/utf8.h"

static int
output_record(struct room *room, struct job *job, uint8_t stream,
    const uint8_t *text, size_t len)
{
	struct record rec;
	int r;

	record_init(&rec);
	rec.kind = REC_RUN_OUTPUT;
	rec.run = job->row.run;
	rec.stream = stream;
	rec.text = text;
	rec.text_len = (uint32_t)len;
	r = room_event(room, &rec);
	record_release(&rec);
	return r;
}

/* Log TEXT in pieces that a record can hold. */
static int
output_records(struct room *room, struct job *job, uint8_t stream,
    const uint8_t *text, size_t len)
{
	size_t n;
	int r = 0;

	for (; len > 0 && r == 0; text += n, len -= n) {
		n = len < RECORD_TEXT_MAX ? len : RECORD_TEXT_MAX;
		while (n < len && !utf8_starts(text[n]))
			n--;
		r = output_record(room, job, stream, text, n);
	}
	return r;
}

void
job_repair(struct job *job, const struct run_limits *l, uint8_t stream,
    const uint8_t *text, size_t len, bool end, struct buf *out)
{
	size_t max = (size_t)l->output_kb * 1024;

	if (len > max - job->output) {
		len = max - job->output;
		job->truncated = true;
	}
	job->output += len;
	repair_feed(&job->repair[stream], text, len, end, out);
}

int
job_output(struct room *room, struct job *job, uint8_t stream,
    const uint8_t *text, size_t len, bool end)
{
	struct buf out;
	int r;

	buf_init(&out, REPAIR_GROWTH * (8 + JOB_MAX_OUTPUT));
	job_repair(job, &room->hub->conf.limits, stream, text, len, end, &out);
	r = out.err;
	if (r == 0)
		r = output_records(room, job, stream, out.data, out.len);
	buf_release(&out);
	return r;
}

static void
keep_why(struct jobs *j, const struct job *job)
{
	struct reason *r = &j->reasons[j->reason++ % REASONS_KEPT];

	r->room = job->row.room;
	r->run = job->row.run;
	memcpy(r->why, job->why, sizeof(r->why));
}

/* The record of its end has no place for a reason, and nobody who reads the log
 * later needs it: it is for who can mend the host now. Who waits for the run by
 * command may not have begun to read when it fails at once, and asks. */
static void
say_why(const struct room *room, const struct job *job)
{
	char text[JOB_WHY_SIZE + 32];

	if (job->result.verdict != VERDICT_INTERNAL || job->why[0] == '\0')
		return;
	keep_why(room->hub->jobs, job);
	snprintf(text, sizeof(text), "Run failed: %s", job->why);
	seats_notice(room->hub, room, NOTICE_ERROR, text);
}

void
job_finish(struct hub *h, struct job *job)
{
	struct record rec;
	struct room *room;

	if (job->practice) {
		practice_finish(h->jobs, job);
		return;
	}
	if (job->over || room_open(h, job->room_id, &room) < 0)
		return;
	for (uint8_t stream = 1; stream < STREAMS; stream++)
		if (job->repair[stream].n > 0)
			job_output(room, job, stream, NULL, 0, true);
	record_init(&rec);
	rec.kind = REC_RUN_END;
	rec.run = job->row.run;
	rec.result = job->result;
	rec.result.truncated |= job->truncated;
	if (rec.result.verdict == VERDICT_STOPPED)
		rec.site = job->stopper;
	if (room_event(room, &rec) == 0) {
		job->row.state = JOB_OVER;
		job->over = true;
		store_run_set(h->store, &job->row);
		say_why(room, job);
	}
	record_release(&rec);
}
