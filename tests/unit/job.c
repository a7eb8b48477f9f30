/* job.c - hub and runner messages, and verdicts in words, of proto/job.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/job.h"
#include "proto/text.h"

static const struct run_limits limits = RUN_LIMITS_DEFAULT;

static void
set(char *dst, size_t size, const char *s)
{
	snprintf(dst, size, "%s", s);
}

static void
expect_line(const struct run_result *r, const char *by, const char *line)
{
	char got[128];

	run_result_line(r, &limits, by, got, sizeof(got));
	assert_string_equal(got, line);
}

static void
test_verdict_lines_are_as_promised(void **state)
{
	struct run_result r = { .verdict = VERDICT_OK, .wall_ms = 47 };

	(void)state;
	expect_line(&r, NULL, "OK exit 0 in 0.04 s");
	r.verdict = VERDICT_FAILED;
	r.exit_code = 1;
	r.wall_ms = 12345;
	expect_line(&r, NULL, "FAILED exit 1 in 12.34 s");
	set(r.signal, sizeof(r.signal), "SIGSEGV");
	expect_line(&r, NULL, "FAILED SIGSEGV in 12.34 s");
	r.verdict = VERDICT_TIME;
	set(r.limit, sizeof(r.limit), "cpu");
	expect_line(&r, NULL, "TIME LIMIT 10 s");
	set(r.limit, sizeof(r.limit), "wall");
	expect_line(&r, NULL, "TIME LIMIT 60 s");
	r.verdict = VERDICT_MEMORY;
	expect_line(&r, NULL, "MEMORY LIMIT 256 MB");
	r.verdict = VERDICT_OUTPUT;
	expect_line(&r, NULL, "OUTPUT LIMIT 1 MB");
	r.verdict = VERDICT_STOPPED;
	expect_line(&r, "Ada", "STOPPED by Ada");
	r.verdict = VERDICT_BLOCKED;
	set(r.syscall, sizeof(r.syscall), "ptrace");
	expect_line(&r, NULL, "BLOCKED ptrace");
	r.verdict = VERDICT_LOST;
	expect_line(&r, NULL, "RUNNER LOST");
}

static void
test_verdicts_have_names(void **state)
{
	(void)state;
	for (int v = 0; v < VERDICTS; v++)
		assert_int_equal(verdict_parse(verdict_name(v)), v);
	assert_string_equal(verdict_name(VERDICT_TIME), "time_limit");
	assert_string_equal(verdict_name(-1), "internal_error");
	assert_string_equal(verdict_name(VERDICTS), "internal_error");
	assert_int_equal(verdict_parse("fine"), CS_EINVAL);
}

/* Every shorter form of a message is refused. */
static int
round_trip(const struct job_msg *m, struct job_msg *got, struct buf *b)
{
	int r;

	buf_clear(b);
	job_msg_encode(m, b);
	assert_int_equal(b->err, 0);
	for (size_t cut = 0; cut < b->len; cut++)
		assert_true(job_msg_decode(got, b->data, cut) < 0);
	r = job_msg_decode(got, b->data, b->len);
	if (r == 0)
		assert_int_equal(got->type, m->type);
	return r;
}

static void
test_messages_come_back(void **state)
{
	struct job_msg m = { .type = JOB_NEXT,
		.version = JOB_VERSION,
		.nonce = 0x1122334455667788 },
		       got;
	struct buf b;

	(void)state;
	buf_init(&b, JOB_MSG_MAX);
	set(m.name, sizeof(m.name), "runner-1");
	set(m.tier, sizeof(m.tier), "cgroup-v2");
	m.places = 3;
	m.embedded = true;
	m.got = 0x01020304;
	m.njobs = 1;
	m.jobs[0] = 5;
	assert_int_equal(round_trip(&m, &got, &b), 0);
	assert_true(got.embedded && got.got == 0x01020304);
	assert_true(got.njobs == 1 && got.jobs[0] == 5);
	assert_int_equal(got.version, JOB_VERSION);
	assert_true(got.nonce == m.nonce);
	assert_string_equal(got.tier, "cgroup-v2");
	assert_int_equal(got.places, 3);

	m.type = JOB_ASSIGN;
	m.number = UINT32_MAX;
	m.job = 99;
	m.limits = limits;
	m.nfiles = 2;
	set(m.files[0].name, sizeof(m.files[0].name), "main.py");
	m.files[0].text = (const uint8_t *)"print(1)\n";
	m.files[0].len = 9;
	set(m.files[1].name, sizeof(m.files[1].name), "empty");
	m.input = (const uint8_t *)"4\n\xFF"; /* bytes, any */
	m.input_len = 3;
	m.input_eof = true;
	assert_int_equal(round_trip(&m, &got, &b), 0);
	assert_true(got.number == UINT32_MAX);
	assert_int_equal(got.input_len, 3);
	assert_memory_equal(got.input, "4\n\xFF", 3);
	assert_true(got.input_eof);
	assert_int_equal(got.nfiles, 2);
	assert_memory_equal(&got.limits, &limits, sizeof(limits));
	assert_memory_equal(got.files[0].text, "print(1)\n", 9);
	assert_int_equal(got.files[1].len, 0);

	m.type = JOB_OUTPUT;
	m.seq = 7;
	m.stream = 2;
	m.text = (const uint8_t *)"err";
	m.text_len = 3;
	assert_int_equal(round_trip(&m, &got, &b), 0);
	assert_int_equal(got.seq, 7);
	assert_memory_equal(got.text, "err", 3);
	m.stream = 3;
	assert_int_equal(round_trip(&m, &got, &b), CS_EFORMAT);

	m.type = JOB_END;
	set(m.why, sizeof(m.why), "no namespaces");
	m.result.verdict = VERDICT_MEMORY;
	m.result.exit_code = -1;
	m.result.warm = true;
	set(m.result.tier, sizeof(m.result.tier), "rlimits");
	m.result.memory_kb = 262144;
	assert_int_equal(round_trip(&m, &got, &b), 0);
	assert_int_equal(got.result.exit_code, -1);
	assert_true(got.result.warm && !got.result.truncated);
	assert_int_equal(got.result.memory_kb, 262144);
	assert_string_equal(got.why, "no namespaces");
	m.result.verdict = VERDICTS;
	assert_int_equal(round_trip(&m, &got, &b), CS_EFORMAT);

	m.type = JOB_BEAT;
	m.njobs = 2;
	m.jobs[0] = 0;
	m.jobs[1] = UINT64_MAX;
	assert_int_equal(round_trip(&m, &got, &b), 0);
	assert_int_equal(got.njobs, 2);
	assert_true(got.jobs[0] == 0 && got.jobs[1] == UINT64_MAX);
	m.type = JOB_INPUT;
	m.text = (const uint8_t *)"\xC3\xA9\n";
	m.text_len = 3;
	m.eof = true;
	assert_int_equal(round_trip(&m, &got, &b), 0);
	assert_true(got.job == 99 && got.eof && got.text_len == 3);
	assert_memory_equal(got.text, "\xC3\xA9\n", 3);
	m.text_len = 1;
	assert_int_equal(round_trip(&m, &got, &b), CS_EUTF8);
	m.type = JOB_WAITING;
	m.waiting = true;
	assert_int_equal(round_trip(&m, &got, &b), 0);
	assert_true(got.job == 99 && got.nonce == m.nonce && got.waiting);
	b.data[b.len - 1] = 2;
	assert_int_equal(job_msg_decode(&got, b.data, b.len), CS_EFORMAT);
	for (m.type = JOB_STOP; m.type <= JOB_BEAT; m.type++)
		if (m.type != JOB_OUTPUT && m.type != JOB_END)
			assert_int_equal(round_trip(&m, &got, &b), 0);
	m.type = JOB_DOCTOR;
	assert_int_equal(round_trip(&m, &got, &b), 0);
	assert_true(got.job == 99 && got.number == UINT32_MAX);
	m.type = JOB_CHECKED;
	m.text = (const uint8_t *)"{}";
	m.text_len = 2;
	assert_int_equal(round_trip(&m, &got, &b), 0);
	assert_true(got.job == 99 && got.nonce == m.nonce && got.text_len == 2);
	m.type = JOB_CHECKED + 1;
	assert_int_equal(round_trip(&m, &got, &b), CS_EFORMAT);
	buf_release(&b);
}

/* Runners on other machines are not brought up to date with the host. */
static void
test_a_request_of_another_version_says_so(void **state)
{
	struct job_msg m = { .type = JOB_NEXT, .version = JOB_VERSION + 1 },
		       got;
	struct buf b;

	(void)state;
	buf_init(&b, JOB_MSG_MAX);
	job_msg_encode(&m, &b);
	buf_put_str(&b, "what that version adds");
	assert_int_equal(job_msg_decode(&got, b.data, b.len), 0);
	assert_int_equal(got.version, JOB_VERSION + 1);
	assert_int_equal(job_msg_decode(&got, b.data, 3), 0);
	assert_true(job_msg_decode(&got, b.data, 2) < 0);
	buf_release(&b);
}

static void
test_too_many_or_too_large_files_are_refused(void **state)
{
	struct job_msg m = { .type = JOB_ASSIGN }, got;
	uint8_t *big = calloc(TEXT_MAX + 1, 1);
	struct buf b;

	(void)state;
	assert_non_null(big);
	buf_init(&b, JOB_MSG_MAX);
	m.nfiles = 1;
	m.files[0].text = big;
	m.files[0].len = TEXT_MAX + 1;
	job_msg_encode(&m, &b);
	assert_int_equal(job_msg_decode(&got, b.data, b.len), CS_ETOOBIG);
	buf_clear(&b);
	m.type = JOB_CHECKED;
	m.text = big;
	m.text_len = JOB_CHECKS_MAX + 1;
	job_msg_encode(&m, &b);
	assert_int_equal(job_msg_decode(&got, b.data, b.len), CS_ETOOBIG);
	buf_clear(&b);
	m.type = JOB_ASSIGN;
	b.len = 0;
	m.nfiles = 0;
	job_msg_encode(&m, &b);
	b.data[b.len - 3] = JOB_MAX_FILES + 1;
	assert_int_equal(job_msg_decode(&got, b.data, b.len), CS_ETOOBIG);
	b.len = 0;
	m.input = big;
	m.input_len = JOB_STDIN_MAX;
	job_msg_encode(&m, &b);
	assert_int_equal(job_msg_decode(&got, b.data, b.len), 0);
	b.len = 0;
	m.input_len++;
	job_msg_encode(&m, &b);
	assert_int_equal(job_msg_decode(&got, b.data, b.len), CS_ETOOBIG);
	b.len = 0;
	m.type = JOB_INPUT;
	m.text = big;
	m.text_len = JOB_INPUT_MAX + 1;
	job_msg_encode(&m, &b);
	assert_int_equal(job_msg_decode(&got, b.data, b.len), CS_ETOOBIG);
	buf_release(&b);
	free(big);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdict_lines_are_as_promised),
		cmocka_unit_test(test_verdicts_have_names),
		cmocka_unit_test(test_messages_come_back),
		cmocka_unit_test(test_a_request_of_another_version_says_so),
		cmocka_unit_test(test_too_many_or_too_large_files_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
