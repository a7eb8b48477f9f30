/* job.c - the coding of what hub and runner say, and verdicts in words. */
#include <stdio.h>
#include <string.h>

#include "proto/err.h"
#include "proto/job.h"
#include "proto/text.h"
#include "proto/utf8.h"

#define IDLE_S 600 /* the longest wait for input, see codesync-jail --idle-s */

static const char *const names[VERDICTS] = {
	[VERDICT_OK] = "ok",
	[VERDICT_FAILED] = "failed",
	[VERDICT_TIME] = "time_limit",
	[VERDICT_MEMORY] = "memory_limit",
	[VERDICT_OUTPUT] = "output_limit",
	[VERDICT_STOPPED] = "stopped",
	[VERDICT_BLOCKED] = "blocked",
	[VERDICT_LOST] = "lost",
	[VERDICT_INTERNAL] = "internal_error",
};

const char *
verdict_name(int verdict)
{
	if (verdict < 0 || verdict >= VERDICTS)
		return names[VERDICT_INTERNAL];
	return names[verdict];
}

int
verdict_parse(const char *name)
{
	for (int i = 0; i < VERDICTS; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return CS_EINVAL;
}

void
run_result_encode(const struct run_result *r, struct buf *b)
{
	buf_put_u8(b, r->verdict);
	buf_put_u8(b, (r->warm ? 1 : 0) | (r->truncated ? 2 : 0));
	buf_put_zigzag(b, r->exit_code);
	buf_put_str(b, r->signal);
	buf_put_str(b, r->syscall);
	buf_put_str(b, r->tier);
	buf_put_str(b, r->limit);
	buf_put_varint(b, r->wall_ms);
	buf_put_varint(b, r->cpu_ms);
	buf_put_varint(b, r->memory_kb);
}

void
run_result_decode(struct run_result *r, struct buf_in *in)
{
	uint8_t flags;
	int64_t code;

	memset(r, 0, sizeof(*r));
	r->verdict = buf_get_u8(in);
	flags = buf_get_u8(in);
	code = buf_get_zigzag(in);
	if (r->verdict >= VERDICTS || flags > 3 || code < INT32_MIN ||
	    code > INT32_MAX)
		in->err = CS_EFORMAT;
	r->warm = flags & 1;
	r->truncated = flags & 2;
	r->exit_code = in->err == 0 ? (int32_t)code : 0;
	buf_get_str(in, r->signal, sizeof(r->signal));
	buf_get_str(in, r->syscall, sizeof(r->syscall));
	buf_get_str(in, r->tier, sizeof(r->tier));
	buf_get_str(in, r->limit, sizeof(r->limit));
	r->wall_ms = buf_get_varint32(in);
	r->cpu_ms = buf_get_varint32(in);
	r->memory_kb = buf_get_varint32(in);
}

static void
line_ended(const struct run_result *r, char *dst, size_t size)
{
	unsigned s = r->wall_ms / 1000, cs = r->wall_ms % 1000 / 10;
	const char *word = r->verdict == VERDICT_OK ? "OK" : "FAILED";

	if (r->signal[0] != '\0')
		snprintf(
		    dst, size, "%s %s in %u.%02u s", word, r->signal, s, cs);
	else
		snprintf(dst, size, "%s exit %d in %u.%02u s", word,
		    (int)r->exit_code, s, cs);
}

static unsigned
time_limit_s(const struct run_result *r, const struct run_limits *l)
{
	if (strcmp(r->limit, "idle") == 0)
		return IDLE_S;
	return strcmp(r->limit, "wall") == 0 ? l->wall_s : l->cpu_s;
}

void
run_result_line(const struct run_result *r, const struct run_limits *l,
    const char *stopped_by, char *dst, size_t size)
{
	bool mb = l->output_kb >= 1024 && l->output_kb % 1024 == 0;

	switch (r->verdict) {
	case VERDICT_OK:
	case VERDICT_FAILED:
		line_ended(r, dst, size);
		break;
	case VERDICT_TIME:
		snprintf(dst, size, "TIME LIMIT %u s", time_limit_s(r, l));
		break;
	case VERDICT_MEMORY:
		snprintf(dst, size, "MEMORY LIMIT %u MB", l->memory_mb);
		break;
	case VERDICT_OUTPUT:
		snprintf(dst, size, "OUTPUT LIMIT %u %s",
		    mb ? l->output_kb / 1024 : l->output_kb, mb ? "MB" : "KB");
		break;
	case VERDICT_STOPPED:
		if (stopped_by != NULL && stopped_by[0] != '\0')
			snprintf(dst, size, "STOPPED by %s", stopped_by);
		else
			snprintf(dst, size, "STOPPED");
		break;
	case VERDICT_BLOCKED:
		snprintf(dst, size, "BLOCKED %s", r->syscall);
		break;
	case VERDICT_LOST:
		snprintf(dst, size, "RUNNER LOST");
		break;
	default:
		snprintf(dst, size, "RUNNER FAILED");
		break;
	}
}

static uint32_t
at_most(uint32_t v, uint32_t max)
{
	return v < max ? v : max;
}

void
run_limits_practice(struct run_limits *l)
{
	l->cpu_s = at_most(l->cpu_s, PRACTICE_CPU_S);
	l->wall_s = at_most(l->wall_s, PRACTICE_WALL_S);
	l->output_kb = at_most(l->output_kb, PRACTICE_OUTPUT_KB);
}

void
run_limits_encode(const struct run_limits *l, struct buf *b)
{
	buf_put_varint(b, l->cpu_s);
	buf_put_varint(b, l->wall_s);
	buf_put_varint(b, l->memory_mb);
	buf_put_varint(b, l->processes);
	buf_put_varint(b, l->output_kb);
	buf_put_varint(b, l->files_mb);
}

void
run_limits_decode(struct run_limits *l, struct buf_in *in)
{
	l->cpu_s = buf_get_varint32(in);
	l->wall_s = buf_get_varint32(in);
	l->memory_mb = buf_get_varint32(in);
	l->processes = buf_get_varint32(in);
	l->output_kb = buf_get_varint32(in);
	l->files_mb = buf_get_varint32(in);
}

static void
assign_encode(const struct job_msg *m, struct buf *b)
{
	buf_put_u64(b, m->job);
	buf_put_str(b, m->name);
	run_limits_encode(&m->limits, b);
	buf_put_u8(b, (uint8_t)m->nfiles);
	for (uint32_t i = 0; i < m->nfiles; i++) {
		buf_put_str(b, m->files[i].name);
		buf_put_bytes(b, m->files[i].text, m->files[i].len);
	}
	buf_put_bytes(b, m->input, m->input_len);
	buf_put_u8(b, m->input_eof);
}

static void
assign_decode(struct job_msg *m, struct buf_in *in)
{
	struct job_file *f;
	size_t len;

	m->job = buf_get_u64(in);
	buf_get_str(in, m->name, sizeof(m->name));
	run_limits_decode(&m->limits, in);
	m->nfiles = buf_get_u8(in);
	if (m->nfiles > JOB_MAX_FILES)
		in->err = CS_ETOOBIG;
	for (uint32_t i = 0; i < m->nfiles && in->err == 0; i++) {
		f = &m->files[i];
		buf_get_str(in, f->name, sizeof(f->name));
		f->text = buf_get_bytes(in, TEXT_MAX, &len);
		f->len = (uint32_t)len;
	}
	m->input = buf_get_bytes(in, JOB_STDIN_MAX, &len);
	m->input_len = in->err == 0 ? (uint32_t)len : 0;
	m->input_eof = buf_get_bool(in);
}

static void
input_encode(const struct job_msg *m, struct buf *b)
{
	buf_put_u64(b, m->job);
	buf_put_bytes(b, m->text, m->text_len);
	buf_put_u8(b, m->eof);
}

static void
input_decode(struct job_msg *m, struct buf_in *in)
{
	size_t len;

	m->job = buf_get_u64(in);
	m->text = buf_get_bytes(in, JOB_INPUT_MAX, &len);
	m->text_len = in->err == 0 ? (uint32_t)len : 0;
	m->eof = buf_get_bool(in);
	if (in->err == 0 && !utf8_valid(m->text, m->text_len))
		in->err = CS_EUTF8;
}

static void
jobs_encode(const struct job_msg *m, struct buf *b)
{
	buf_put_u8(b, (uint8_t)m->njobs);
	for (uint32_t i = 0; i < m->njobs; i++)
		buf_put_u64(b, m->jobs[i]);
}

static void
jobs_decode(struct job_msg *m, struct buf_in *in)
{
	m->njobs = buf_get_u8(in);
	if (m->njobs > JOB_BEAT_JOBS)
		in->err = CS_ETOOBIG;
	for (uint32_t i = 0; i < m->njobs && in->err == 0; i++)
		m->jobs[i] = buf_get_u64(in);
}

static void
next_encode(const struct job_msg *m, struct buf *b)
{
	buf_put_u16(b, m->version);
	buf_put_u64(b, m->nonce);
	buf_put_str(b, m->name);
	buf_put_str(b, m->tier);
	buf_put_u8(b, m->places);
	buf_put_u8(b, m->embedded);
	buf_put_u32(b, m->got);
	jobs_encode(m, b);
}

static void
next_decode(struct job_msg *m, struct buf_in *in)
{
	m->version = buf_get_u16(in);
	if (in->err == 0 && m->version != JOB_VERSION) {
		in->p = in->end; /* who speaks another can still be told so */
		return;
	}
	m->nonce = buf_get_u64(in);
	buf_get_str(in, m->name, sizeof(m->name));
	buf_get_str(in, m->tier, sizeof(m->tier));
	m->places = buf_get_u8(in);
	m->embedded = buf_get_bool(in);
	m->got = buf_get_u32(in);
	jobs_decode(m, in);
}

static bool
is_answer(uint8_t type)
{
	return type == JOB_ASSIGN || type == JOB_STOP || type == JOB_IDLE ||
	       type == JOB_INPUT || type == JOB_DOCTOR;
}

void
job_msg_encode(const struct job_msg *m, struct buf *b)
{
	buf_put_u8(b, m->type);
	if (is_answer(m->type))
		buf_put_u32(b, m->number);
	switch (m->type) {
	case JOB_NEXT:
		next_encode(m, b);
		break;
	case JOB_ASSIGN:
		assign_encode(m, b);
		break;
	case JOB_STOP:
	case JOB_DOCTOR:
		buf_put_u64(b, m->job);
		break;
	case JOB_INPUT:
		input_encode(m, b);
		break;
	case JOB_STARTED:
	case JOB_OUTPUT:
	case JOB_END:
	case JOB_WAITING:
	case JOB_CHECKED:
		buf_put_u64(b, m->nonce);
		buf_put_u64(b, m->job);
		if (m->type == JOB_OUTPUT) {
			buf_put_varint(b, m->seq);
			buf_put_u8(b, m->stream);
			buf_put_bytes(b, m->text, m->text_len);
		} else if (m->type == JOB_END) {
			run_result_encode(&m->result, b);
			buf_put_str(b, m->why);
		} else if (m->type == JOB_WAITING) {
			buf_put_u8(b, m->waiting);
		} else if (m->type == JOB_CHECKED) {
			buf_put_bytes(b, m->text, m->text_len);
		}
		break;
	case JOB_BEAT:
		buf_put_u64(b, m->nonce);
		jobs_encode(m, b);
		break;
	default: /* JOB_IDLE has no fields */
		break;
	}
}

static void
output_decode(struct job_msg *m, struct buf_in *in)
{
	size_t len;

	m->seq = buf_get_varint32(in);
	m->stream = buf_get_u8(in);
	if (m->stream != 1 && m->stream != 2)
		in->err = CS_EFORMAT;
	m->text = buf_get_bytes(in, JOB_MAX_OUTPUT, &len);
	m->text_len = (uint32_t)len;
}

static void
end_decode(struct job_msg *m, struct buf_in *in)
{
	run_result_decode(&m->result, in);
	buf_get_str(in, m->why, sizeof(m->why));
}

static void
checked_decode(struct job_msg *m, struct buf_in *in)
{
	size_t len;

	m->text = buf_get_bytes(in, JOB_CHECKS_MAX, &len);
	m->text_len = in->err == 0 ? (uint32_t)len : 0;
}

int
job_msg_decode(struct job_msg *m, const void *bytes, size_t len)
{
	struct buf_in in;

	memset(m, 0, sizeof(*m));
	buf_in_init(&in, bytes, len);
	m->type = buf_get_u8(&in);
	if (is_answer(m->type))
		m->number = buf_get_u32(&in);
	switch (m->type) {
	case JOB_NEXT:
		next_decode(m, &in);
		break;
	case JOB_ASSIGN:
		assign_decode(m, &in);
		break;
	case JOB_STOP:
	case JOB_DOCTOR:
		m->job = buf_get_u64(&in);
		break;
	case JOB_INPUT:
		input_decode(m, &in);
		break;
	case JOB_STARTED:
	case JOB_OUTPUT:
	case JOB_END:
	case JOB_WAITING:
	case JOB_CHECKED:
		m->nonce = buf_get_u64(&in);
		m->job = buf_get_u64(&in);
		if (m->type == JOB_OUTPUT)
			output_decode(m, &in);
		else if (m->type == JOB_END)
			end_decode(m, &in);
		else if (m->type == JOB_WAITING)
			m->waiting = buf_get_bool(&in);
		else if (m->type == JOB_CHECKED)
			checked_decode(m, &in);
		break;
	case JOB_IDLE:
		break;
	case JOB_BEAT:
		m->nonce = buf_get_u64(&in);
		jobs_decode(m, &in);
		break;
	default:
		in.err = CS_EFORMAT;
		break;
	}
	return buf_get_end(&in);
}
