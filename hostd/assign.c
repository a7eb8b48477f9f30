/*
 * assign.c - what a run takes along to its runner: the files as they were when
 * it was asked for, and its input if that was given with it. They are held in
 * memory, but not without a bound where many wait; the log has them all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/runs.h"
#include "proto/sys/util.h"

struct files {
	struct job_file file[JOB_MAX_FILES]; /* each text is owned */
	uint32_t n;
};

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
		name = order_file_name(o, i);
		if (strcmp(name, FILE_TASK) == 0)
			continue;
		/* the program has the name that its language wants */
		if (f->n == 0 && lang != NULL)
			name = lang->file;
		if (f->n > 0 && strcmp(name, f->file[0].name) == 0)
			continue;
		file = &f->file[f->n++];
		snprintf(file->name, sizeof(file->name), "%s", name);
		file->text = (const uint8_t *)file_bytes(order_text(o, i));
		file->len = (uint32_t)text_len(order_text(o, i));
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

void
job_pack(struct jobs *j, struct job *job, const struct room *room,
    const struct job_stdin *in)
{
	size_t bytes = files_bytes(room->order) + (in != NULL ? in->len : 0);

	if (j->held + bytes > JOBS_HELD_MAX)
		return;
	job->files = files_take(j->hub, room, room->order);
	if (in != NULL)
		buf_put_raw(&job->input.text, in->text, in->len);
	job->held = bytes;
	j->held += bytes;
}

void
job_pack_text(struct jobs *j, struct job *job, const struct room *room,
    const uint8_t *text, size_t len)
{
	const struct conf_language *lang =
	    conf_language(&j->hub->conf, room->row.language);
	struct files *f = xcalloc(1, sizeof(*f));
	uint8_t *copy = xcalloc(1, len + 1);

	memcpy(copy, text, len);
	snprintf(f->file[0].name, sizeof(f->file[0].name), "%s",
	    lang != NULL ? lang->file : "main");
	f->file[0].text = copy;
	f->file[0].len = (uint32_t)len;
	f->n = 1;
	job->files = f;
	job->held = len;
	j->held += len;
}

void
job_unpack(struct jobs *j, struct job *job)
{
	files_free(job->files);
	job->files = NULL;
	j->held -= job->held;
	job->held = 0;
}

/* --- from the log --- */

/* What was given stands right behind the run's start. */
static int
read_given(void *arg, const struct record *r)
{
	struct job *job = arg;

	if (r->kind != REC_RUN_INPUT || !(r->flags & INPUT_GIVEN))
		return 1;
	buf_put_raw(&job->input.text, r->text, r->text_len);
	job->input.eof |= r->flags & INPUT_EOF;
	return 0;
}

/* When it is from before a restart, or too many wait. */
static int
job_fold(struct hub *h, struct job *job, struct room *room)
{
	struct order *o;
	int err;

	if ((err = room_fold(room, job->row.start_rev, UINT64_MAX, &o)) < 0)
		return err;
	job->files = files_take(h, room, o);
	order_free(o);
	err = roomlog_walk(&room->log, job->row.start_rev + 1, read_given, job);
	return err < 0 ? err : job->input.text.err;
}

int
job_assign(struct hub *h, struct job *job, struct job_msg *m)
{
	struct room *room;
	int r;

	if ((r = room_open(h, job->room_id, &room)) < 0)
		return r;
	if (job->files == NULL && (r = job_fold(h, job, room)) < 0)
		return r;
	snprintf(m->name, sizeof(m->name), "%s", room->row.language);
	memcpy(m->files, job->files->file, sizeof(m->files));
	m->nfiles = job->files->n;
	m->limits = h->conf.limits;
	if (job->practice)
		run_limits_practice(&m->limits);
	m->input = job->input.text.data;
	m->input_len = (uint32_t)job->input.text.len;
	m->input_eof = job->input.eof;
	return 0;
}
