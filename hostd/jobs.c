/*
 * jobs.c - runs on their way through a runner. A job is a row in the store
 * from REC_RUN_START on. It is marked as given to a runner in the transaction
 * before the runner is told, so that no job is ever started twice: when the
 * runner or the hub dies in between, it ends as lost. A runner may outlive the
 * hub whose answer it never got, so a job also ends when it is not named by its
 * runner for the time of a lease.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/jobs.h"
#include "proto/err.h"
#include "proto/sys/server.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

#define STREAMS 3 /* 1 stdout, 2 stderr */

/* The files of a run, as they were when it was asked for. */
struct files {
	struct job_file file[JOB_MAX_FILES]; /* each text is owned */
	uint32_t n;
	size_t bytes;
};

struct job {
	struct job *next;
	struct run_row row;
	struct files *files; /* or NULL: the store has them */
	char room_id[STORE_ID_SIZE];
	uint32_t next_seq;
	size_t output;            /* bytes so far */
	uint8_t tail[STREAMS][4]; /* an unfinished character */
	uint8_t tail_len[STREAMS];
	uint64_t queued_ms;       /* monotonic */
	uint64_t heard_ms;        /* given, or its runner spoke of it */
	bool made_now, given_now; /* in this turn */
	bool truncated;
	bool stop, stop_sent;
	uint8_t stopper; /* site */
	bool ended;      /* RESULT is known */
	bool over;       /* and in the transaction */
	struct run_result result;
};

struct runner {
	struct runner *next;
	uint64_t nonce, heard_ms, parked_ms;
	uint64_t token; /* of its parked request; 0: none */
	char name[65];
};

struct jobs {
	struct hub *hub;
	struct server *asks, *outputs;
	struct job *first, **last;
	struct runner *runners;
	uint64_t tick_ms, no_runner_ms; /* since when */
	size_t held;                    /* bytes of files of those that wait */
};

/* --- files --- */

static struct files *
files_take(const struct hub *h, const struct room *room, const struct order *o)
{
	const struct conf_language *lang =
	    conf_language(&h->conf, room->row.language);
	struct files *f = xcalloc(1, sizeof(*f));
	struct job_file *file;
	const char *name;

	for (unsigned i = 0; i < order_file_count(o) && i < JOB_MAX_FILES;
	     i++) {
		/* the program has the name that its language wants */
		name =
		    i == 0 && lang != NULL ? lang->file : order_file_name(o, i);
		if (i > 0 && strcmp(name, f->file[0].name) == 0)
			continue;
		file = &f->file[f->n++];
		snprintf(file->name, sizeof(file->name), "%s", name);
		file->text = (const uint8_t *)file_bytes(order_text(o, i));
		file->len = (uint32_t)text_len(order_text(o, i));
		f->bytes += file->len;
	}
	return f;
}

static void
files_free(struct files *f)
{
	for (uint32_t i = 0; f != NULL && i < f->n; i++)
		free((void *)f->file[i].text);
	free(f);
}

static size_t
files_bytes(const struct order *o)
{
	size_t bytes = 0;

	for (unsigned i = 0; i < order_file_count(o); i++)
		bytes += text_len(order_text(o, i));
	return bytes;
}

/* JOB's files, while memory has them; but not without a bound where many runs
 * wait for a runner. */
static void
job_hold_files(struct jobs *j, struct job *job, const struct room *room)
{
	if (j->held + files_bytes(room->order) > JOBS_HELD_MAX)
		return;
	job->files = files_take(j->hub, room, room->order);
	j->held += job->files->bytes;
}

static void
job_drop_files(struct jobs *j, struct job *job)
{
	if (job->files != NULL)
		j->held -= job->files->bytes;
	files_free(job->files);
	job->files = NULL;
}

static struct runner *
runner_find(struct jobs *j, uint64_t nonce)
{
	struct runner *r = j->runners;

	while (r != NULL && r->nonce != nonce)
		r = r->next;
	return r;
}

static struct runner *
runner_add(struct jobs *j, uint64_t nonce, const char *name)
{
	struct runner *r = xcalloc(1, sizeof(*r));

	r->nonce = nonce;
	r->heard_ms = loop_now_ms();
	snprintf(r->name, sizeof(r->name), "%s", name);
	r->next = j->runners;
	j->runners = r;
	return r;
}

static struct job *
job_find(struct jobs *j, uint64_t id)
{
	struct job *job = j->first;

	while (job != NULL && job->row.job != id)
		job = job->next;
	return job;
}

static struct job *
job_of(const struct room *room)
{
	struct job *job = room->hub->jobs->first;

	while (job != NULL && (job->row.room != room->row.key || job->over))
		job = job->next;
	return job;
}

bool
jobs_busy(const struct room *room)
{
	return job_of(room) != NULL;
}

static struct job *
job_add(struct jobs *j, const struct run_row *row, const char *room_id)
{
	struct job *job = xcalloc(1, sizeof(*job));

	job->row = *row;
	job->queued_ms = job->heard_ms = loop_now_ms();
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
	job_drop_files(j, job);
	free(job);
}

/* --- output --- */

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

/* Could P[LEN] be the beginning of a character that is not all there? */
static bool
unfinished(const uint8_t *p, size_t len)
{
	size_t want = p[0] >= 0xF0 && p[0] <= 0xF4  ? 4
		      : p[0] >= 0xE0 && p[0] < 0xF0 ? 3
		      : p[0] >= 0xC2 && p[0] < 0xE0 ? 2
						    : 0;

	if (len >= want)
		return false;
	for (size_t i = 1; i < len; i++)
		if (utf8_starts(p[i]))
			return false;
	return true;
}

/* Append P[LEN] to B with U+FFFD for what is not UTF-8. What may yet become a
 * character at its end stays unless it is the END; returns how much is left. */
static size_t
make_valid(struct buf *b, const uint8_t *p, size_t len, bool end)
{
	uint32_t cp;
	int n;

	while (len > 0) {
		if ((n = utf8_decode(p, len, &cp)) > 0) {
			buf_put_raw(b, p, (size_t)n);
		} else if (!end && unfinished(p, len)) {
			return len;
		} else {
			buf_put_raw(b, "\xEF\xBF\xBD", 3);
			n = 1;
		}
		p += n;
		len -= (size_t)n;
	}
	return 0;
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

static int
job_output(struct room *room, struct job *job, uint8_t stream,
    const uint8_t *text, size_t len, bool end)
{
	size_t max = (size_t)room->hub->conf.limits.output_kb * 1024, left;
	struct buf in, out;
	int r;

	if (len > max - job->output) {
		len = max - job->output;
		job->truncated = true;
	}
	job->output += len;
	buf_init(&in, 8 + JOB_MAX_OUTPUT);
	buf_init(&out, 3 * (8 + JOB_MAX_OUTPUT));
	buf_put_raw(&in, job->tail[stream], job->tail_len[stream]);
	buf_put_raw(&in, text, len);
	left = make_valid(&out, in.data, in.len, end);
	memcpy(job->tail[stream], in.data + in.len - left, left);
	job->tail_len[stream] = (uint8_t)left;
	r = in.err != 0 ? in.err : out.err;
	if (r == 0)
		r = output_records(room, job, stream, out.data, out.len);
	buf_release(&in);
	buf_release(&out);
	return r;
}

/* --- the end --- */

/* Log the end of a job whose result is known. When the batch fails it stays
 * known and is tried again. */
static void
job_finish(struct hub *h, struct job *job)
{
	struct record rec;
	struct room *room;

	if (job->over || room_open(h, job->room_id, &room) < 0)
		return;
	for (uint8_t stream = 1; stream < STREAMS; stream++)
		if (job->tail_len[stream] > 0)
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
	}
	record_release(&rec);
}

static void
job_result(struct job *job, enum verdict verdict)
{
	memset(&job->result, 0, sizeof(job->result));
	job->result.verdict = (uint8_t)verdict;
	job->result.exit_code = -1;
	job->ended = true;
}

static void
job_end_as(struct hub *h, struct job *job, enum verdict verdict)
{
	job_result(job, verdict);
	job_finish(h, job);
}

static void
runner_tell(struct jobs *j, struct runner *r, const struct job_msg *m)
{
	struct buf b;

	buf_init(&b, JOB_MSG_MAX);
	job_msg_encode(m, &b);
	if (b.err == 0)
		server_reply(j->asks, r->token, b.data, b.len);
	else
		log_err("a job is too large for its runner");
	buf_release(&b);
	r->token = 0;
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
	for (at = &j->runners; (r = *at) != NULL; at = &r->next)
		if (r->nonce == nonce) {
			log_warn("the runner %s is gone", r->name);
			/* if it was only asleep, it must not wait for ever */
			if (r->token != 0)
				runner_idle(j, r);
			*at = r->next;
			free(r);
			break;
		}
}

/* --- what rooms ask for --- */

int
jobs_run(struct room *room, uint8_t site, uint32_t *run, uint64_t *rev)
{
	struct hub *h = room->hub;
	struct run_row row = { .room = room->row.key, .site = site };
	struct run_row last;
	struct record rec;
	struct job *job;
	int r;

	if (room->row.ended_ms != 0)
		return CS_ESTATE;
	if (jobs_busy(room))
		return CS_EBUSY;
	r = store_run_last(h->store, room->row.key, &last);
	if (r < 0 && r != CS_ENOTFOUND)
		return r;
	row.run = r == 0 ? last.run + 1 : 1;
	record_init(&rec);
	rec.kind = REC_RUN_START;
	rec.site = site;
	rec.run = row.run;
	snprintf(rec.name, sizeof(rec.name), "%s", room->row.language);
	if ((r = room_event(room, &rec)) == 0) {
		row.start_rev = rec.rev;
		r = store_run_add(h->store, &row);
	}
	record_release(&rec);
	if (r < 0)
		return r;
	job = job_add(h->jobs, &row, room->row.id);
	job->made_now = true;
	job_hold_files(h->jobs, job, room);
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

/* --- what runners say --- */

/* Only runners are heard. */
static struct server_share
admit(void *arg, int uid)
{
	static const struct server_share runner = { 256, JOB_MSG_MAX };
	static const struct server_share nobody = { 0, 0 };
	const struct hub *h = ((struct jobs *)arg)->hub;

	return uid == 0 || uid == (int)h->daemon_uid ||
		       uid == (int)h->runner_uid
		   ? runner
		   : nobody;
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
		log_warn("the runner %s is of another version than this host",
		    m.name);
		return CS_EFORMAT;
	}
	if ((r = runner_find(j, m.nonce)) == NULL) {
		/* The same runner with another nonce is another process. */
		for (r = j->runners; r != NULL; r = r->next)
			if (strcmp(r->name, m.name) == 0)
				break;
		if (r != NULL)
			runner_lost(j, r->nonce);
		log_info("the runner %s is here (%s)", m.name, m.tier);
		r = runner_add(j, m.nonce, m.name);
	}
	snprintf(r->name, sizeof(r->name), "%s", m.name);
	r->token = in->token;
	r->heard_ms = r->parked_ms = loop_now_ms();
	return 0;
}

static void
take_output(struct jobs *j, struct job *job, const struct job_msg *m)
{
	struct room *room;

	if (m->seq < job->next_seq || m->stream < 1 || m->stream >= STREAMS)
		return;
	job->next_seq = m->seq + 1;
	if (room_open(j->hub, job->room_id, &room) == 0)
		job_output(room, job, m->stream, m->text, m->text_len, false);
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
		job_heard(j, m.jobs[i], m.nonce);
	if (m.type != JOB_STARTED && m.type != JOB_OUTPUT && m.type != JOB_END)
		return 0;
	if ((job = job_heard(j, m.job, m.nonce)) == NULL)
		return 0;
	if (m.type == JOB_OUTPUT) {
		take_output(j, job, &m);
	} else if (m.type == JOB_END) {
		job->result = m.result;
		job->ended = true;
		job_finish(j->hub, job);
	}
	return 0;
}

/* --- the batch --- */

static unsigned
runner_load(const struct jobs *j, uint64_t nonce)
{
	unsigned n = 0;

	for (const struct job *job = j->first; job != NULL; job = job->next)
		n += job->row.state == JOB_GIVEN && job->row.nonce == nonce;
	return n;
}

/* A runner that waits for work, the least busy one; NULL if there is none. */
static struct runner *
runner_free(struct jobs *j)
{
	struct runner *best = NULL;
	unsigned load, least = JOBS_PER_RUNNER;

	for (struct runner *r = j->runners; r != NULL; r = r->next) {
		if (r->token == 0 || (load = runner_load(j, r->nonce)) >= least)
			continue;
		for (struct job *job = j->first; job != NULL; job = job->next)
			if (job->given_now && job->row.nonce == r->nonce)
				load = least; /* its request is taken */
		if (load < least) {
			least = load;
			best = r;
		}
	}
	return best;
}

void
jobs_stage(struct hub *h)
{
	struct jobs *j = h->jobs;
	struct runner *r;

	for (struct job *job = j->first; job != NULL; job = job->next) {
		if (job->row.state != JOB_QUEUED || job->ended)
			continue;
		if ((r = runner_free(j)) == NULL)
			return;
		job->row.state = JOB_GIVEN;
		job->row.nonce = r->nonce;
		job->given_now = true;
		job->heard_ms = loop_now_ms();
		store_run_set(h->store, &job->row);
	}
}

/* JOB's files from the store, when it is from before a restart, or too many
 * wait. */
static int
job_fold_files(struct hub *h, struct job *job, struct room *room)
{
	struct order *o;
	int err;

	if ((err = room_fold(room, job->row.start_rev, UINT64_MAX, &o)) < 0)
		return err;
	job->files = files_take(h, room, o);
	h->jobs->held += job->files->bytes;
	order_free(o);
	return 0;
}

static int
job_files(struct hub *h, struct job *job, struct job_msg *m)
{
	struct room *room;
	int r;

	if ((r = room_open(h, job->room_id, &room)) < 0)
		return r;
	if (job->files == NULL && (r = job_fold_files(h, job, room)) < 0)
		return r;
	snprintf(m->name, sizeof(m->name), "%s", room->row.language);
	memcpy(m->files, job->files->file, sizeof(m->files));
	m->nfiles = job->files->n;
	return 0;
}

static void
job_give(struct jobs *j, struct job *job, struct runner *r)
{
	struct job_msg *m = xcalloc(1, sizeof(*m));

	m->type = JOB_ASSIGN;
	m->version = JOB_VERSION;
	m->nonce = r->nonce;
	m->job = job->row.job;
	m->limits = j->hub->conf.limits;
	/* Its end is logged by the next tick: this turn's batch is closed. */
	if (job_files(j->hub, job, m) < 0)
		job_result(job, VERDICT_INTERNAL);
	else
		runner_tell(j, r, m);
	job_drop_files(j, job);
	free(m);
}

static void
job_stop(struct jobs *j, struct job *job, struct runner *r)
{
	struct job_msg *m = xcalloc(1, sizeof(*m));

	m->type = JOB_STOP;
	m->version = JOB_VERSION;
	m->nonce = r->nonce;
	m->job = job->row.job;
	runner_tell(j, r, m);
	job->stop_sent = true;
	free(m);
}

void
jobs_sent(struct hub *h)
{
	struct jobs *j = h->jobs;
	struct runner *r;
	struct job *job;

	for (struct job **at = &j->first; (job = *at) != NULL;) {
		job->made_now = false;
		if (job->over) {
			job_remove(j, at);
			continue;
		}
		at = &job->next;
		r = job->row.state == JOB_GIVEN ? runner_find(j, job->row.nonce)
						: NULL;
		if (job->given_now && r != NULL && r->token != 0)
			job_give(j, job, r);
		else if (job->stop && !job->stop_sent && r != NULL &&
			 r->token != 0)
			job_stop(j, job, r);
		job->given_now = false;
	}
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

static void
tick_runner(struct jobs *j, struct runner *r, uint64_t now_ms)
{
	if (r->token != 0 && now_ms - r->parked_ms >= JOB_PARK_MS)
		runner_idle(j, r);
}

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

	if (room_open(j->hub, job->room_id, &room) == 0)
		room_used(room);
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
	struct runner *next;

	j->tick_ms = now_ms;
	for (struct runner *r = j->runners; r != NULL; r = next) {
		next = r->next;
		if (slept)
			r->heard_ms = now_ms;
		if (now_ms - r->heard_ms > JOB_LEASE_MS)
			runner_lost(j, r->nonce);
		else
			tick_runner(j, r, now_ms);
	}
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
	static const struct server_events asks = { admit, on_ask };
	static const struct server_events outputs = { admit, on_output };
	struct jobs *j = xcalloc(1, sizeof(*j));
	int r;

	h->jobs = j;
	j->hub = h;
	j->last = &j->first;
	j->no_runner_ms = loop_now_ms();
	if ((r = take_up(j)) < 0 ||
	    (r = server_open(&j->asks, h->loop, FRAME_REP, "jobs.sock", 0666,
		 JOB_MSG_MAX, &asks, j)) < 0)
		return r;
	return server_open(&j->outputs, h->loop, FRAME_PULL, "output.sock",
	    0666, 0, &outputs, j);
}

void
jobs_close(struct hub *h)
{
	struct jobs *j = h->jobs;
	struct runner *r;

	if (j == NULL)
		return;
	server_close(j->asks);
	server_close(j->outputs);
	while (j->first != NULL)
		job_remove(j, &j->first);
	while ((r = j->runners) != NULL) {
		j->runners = r->next;
		free(r);
	}
	free(j);
	h->jobs = NULL;
}
