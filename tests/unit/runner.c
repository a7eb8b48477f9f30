/*
 * runner.c - a job between the hub and the spawner, both of which are ours here:
 * what is told to either when it takes nothing for a while.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "runner/runner.h"

#define GIVE_UP_MS 20000
#define LINE JOB_INPUT_MAX

/* The hub. */
static struct hub {
	struct upstream up; /* first */
	bool takes;
	struct job_msg next; /* the last JOB_NEXT */
	unsigned asked, ends;
	struct buf output;
	unsigned checked;
	uint64_t question; /* of the last JOB_CHECKED */
	char checks[64];
} hub;

static struct runner r;
static int spawner, doctor; /* their ends of the sockets */
static struct loop_timer *limit;
static bool (*enough)(void);

static uint32_t number; /* of its next answer */

static int
hub_ask(struct upstream *u, const void *body, size_t len)
{
	(void)u;
	hub.asked++;
	assert_int_equal(job_msg_decode(&hub.next, body, len), 0);
	return 0;
}

static int
hub_push(struct upstream *u, const void *body, size_t len, bool keep)
{
	struct job_msg m;

	(void)u;
	(void)keep;
	if (!hub.takes)
		return CS_EAGAIN;
	assert_int_equal(job_msg_decode(&m, body, len), 0);
	if (m.type == JOB_OUTPUT)
		buf_put_raw(&hub.output, m.text, m.text_len);
	hub.ends += m.type == JOB_END;
	if (m.type == JOB_CHECKED) {
		hub.checked++;
		hub.question = m.job;
		snprintf(hub.checks, sizeof(hub.checks), "%.*s",
		    (int)m.text_len, (const char *)m.text);
	}
	return 0;
}

static bool
hub_busy(const struct upstream *u)
{
	(void)u;
	return false;
}

static void
hub_close(struct upstream *u)
{
	(void)u;
}

static const struct upstream_ops ops = { hub_ask, hub_push, hub_busy,
	hub_close };

/* --- the loop --- */

static void
on_limit(void *arg)
{
	(void)arg;
	loop_stop(r.loop, 1);
}

static void
check(void *arg)
{
	(void)arg;
	if (enough())
		loop_stop(r.loop, 0);
}

/* Turn the loop until FN says so. */
static void
until(bool (*fn)(void))
{
	enough = fn;
	loop_before_sleep(r.loop, check, NULL);
	loop_timer_start(limit, GIVE_UP_MS);
	assert_int_equal(loop_run(r.loop), 0);
	loop_timer_stop(limit);
}

static int
setup(void **state)
{
	char err[256];
	int sv[2], look[2];

	(void)state;
	memset(&r, 0, sizeof(r));
	memset(&hub, 0, sizeof(hub));
	hub.up.ops = &ops;
	hub.takes = true;
	number = 1;
	buf_init(&hub.output, SIZE_MAX / 2);
	r.up = &hub.up;
	r.nonce = 7;
	r.ready = true;
	if (conf_read(&r.conf, NULL, err, sizeof(err)) < 0 ||
	    socket_pair(sv) < 0 || socket_pair(look) < 0 ||
	    loop_new(&r.loop) < 0)
		return -1;
	r.spawner = sv[0];
	spawner = sv[1];
	r.checkup.sock = look[0];
	doctor = look[1];
	if (cells_listen(&r) < 0 || checkup_listen(&r) < 0 ||
	    loop_timer_new(r.loop, talk_beat, &r, &r.beat) < 0)
		return -1;
	return loop_timer_new(r.loop, on_limit, NULL, &limit);
}

static int
teardown(void **state)
{
	(void)state;
	while (r.jobs != NULL)
		job_free(r.jobs);
	loop_io_free(r.spawner_io);
	checkup_close(&r);
	if (doctor >= 0)
		close(doctor);
	loop_timer_free(r.beat);
	loop_timer_free(limit);
	loop_free(r.loop);
	close(r.spawner);
	close(spawner);
	buf_release(&hub.output);
	conf_release(&r.conf);
	return 0;
}

/* --- the hub's answers, the spawner's messages --- */

static void
answer(struct job_msg *m)
{
	struct buf b;

	m->number = number++;
	buf_init(&b, JOB_MSG_MAX);
	job_msg_encode(m, &b);
	talk_events.answer(&r, b.data, b.len);
	buf_release(&b);
}

static void
assign(uint64_t id)
{
	struct job_msg *m = xcalloc(1, sizeof(*m));

	m->type = JOB_ASSIGN;
	m->job = id;
	memcpy(m->name, "python", sizeof("python"));
	m->limits = r.conf.limits;
	m->nfiles = 1;
	memcpy(m->files[0].name, "main.py", sizeof("main.py"));
	answer(m);
	free(m);
}

static void
stop(uint64_t id)
{
	struct job_msg *m = xcalloc(1, sizeof(*m));

	m->type = JOB_STOP;
	m->job = id;
	answer(m);
	free(m);
}

/* What the spawner was told last, of that kind. */
static struct cell_msg heard;

static bool
hears(enum cell_type type)
{
	int fds[CELL_FDS];

	while (cell_recv(spawner, &heard, fds) == 1) {
		for (int i = 0; i < CELL_FDS; i++)
			if (fds[i] >= 0)
				close(fds[i]);
		if (heard.type == type)
			return true;
	}
	return false;
}

static bool
hears_run(void)
{
	return hears(CELL_RUN);
}

static bool
hears_kill(void)
{
	return hears(CELL_KILL);
}

/* A job that runs; the program's ends of its pipes. */
static struct job *
running(uint64_t id, int program[PIPES])
{
	int ours[CELL_FDS] = { -1, -1, -1, -1 }, pair[2];

	assign(id);
	assert_true(hears_run());
	for (int i = 0; i < PIPES; i++) {
		assert_int_equal(pipe(pair), 0);
		ours[i] = pair[i == INPUT];
		program[i] = pair[i != INPUT];
	}
	pipes_open(job_find(&r, id), ours);
	return job_find(&r, id);
}

/* Until the socket takes no more. */
static void
fill_spawner(void)
{
	static struct cell_msg m;

	cell_msg_init(&m, CELL_POOL, 0);
	while (cell_send(r.spawner, &m, NULL, 0) == 0)
		continue;
}

/* --- tests --- */

static void
a_stop_reaches_a_spawner_that_was_busy(void **state)
{
	int program[PIPES];

	(void)state;
	running(1, program);
	fill_spawner();
	stop(1);
	until(hears_kill);
	assert_true(heard.id == 1);
	assert_int_equal(heard.verdict, VERDICT_STOPPED);
	for (int i = 0; i < PIPES; i++)
		close(program[i]);
}

static void
a_run_waits_for_a_spawner_that_is_busy(void **state)
{
	(void)state;
	fill_spawner();
	assign(1);
	assert_int_equal(r.jobs->state, JOB_WAITS);
	until(hears_run);
	assert_true(heard.id == 1);
	assert_int_equal(r.jobs->state, JOB_RUNS);
}

static bool
output_waits(void)
{
	return r.jobs->unsent.len > 0;
}

static bool
has_ended(void)
{
	return hub.ends == 1;
}

/* An orphan holds the pipe, so that nothing but time says that it is empty. */
static void
output_that_had_to_wait_is_read_before_its_pipe_is_closed(void **state)
{
	const struct run_result result = { .verdict = VERDICT_OK };
	int program[PIPES];
	struct job *job;

	(void)state;
	job = running(1, program);
	hub.takes = false;
	assert_int_equal(write(program[OUTPUT], "one ", 4), 4);
	until(output_waits);
	assert_int_equal(write(program[OUTPUT], "two ", 4), 4);
	job_ended(job, &result);
	hub.takes = true;
	talk_events.room(&r); /* and in the same turn */
	pipes_drain(job);
	until(has_ended);
	assert_int_equal(hub.output.len, 8);
	assert_memory_equal(hub.output.data, "one two ", 8);
	for (int i = 0; i < PIPES; i++)
		close(program[i]);
}

/* It would say that there is no more input, and may have time to, before the
 * signal has reached it. */
static void
who_is_being_killed_is_not_told_that_its_input_ends(void **state)
{
	const struct run_result result = { .verdict = VERDICT_STOPPED };
	int program[PIPES];
	struct job *job;
	char byte;

	(void)state;
	job = running(1, program);
	assert_int_equal(fd_nonblock(program[INPUT]), 0);
	job->input_eof = true; /* not even if it was to end */
	job_ended(job, &result);
	assert_int_equal(read(program[INPUT], &byte, 1), -1);
	assert_int_equal(errno, EAGAIN);
	close(program[OUTPUT]);
	close(program[ERRORS]);
	until(has_ended);
	assert_int_equal(read(program[INPUT], &byte, 1), 0);
	close(program[INPUT]);
}

static void
type_line(uint64_t id, bool eof)
{
	struct job_msg *m = xcalloc(1, sizeof(*m));
	uint8_t line[LINE];

	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\n';
	m->type = JOB_INPUT;
	m->job = id;
	m->text = line;
	m->text_len = sizeof(line);
	m->eof = eof;
	answer(m);
	free(m);
}

static struct {
	int fd;
	size_t len;
	bool end;
} reader;

static void
read_some(void)
{
	uint8_t piece[65536];
	ssize_t n = read(reader.fd, piece, sizeof(piece));

	if (n > 0)
		reader.len += (size_t)n;
	reader.end = n == 0;
}

static bool
hub_may_send(void)
{
	if (hub.next.njobs > 0)
		read_some();
	return hub.next.njobs == 0;
}

static bool
has_read_all(void)
{
	read_some();
	return reader.end;
}

static void
input_that_is_not_read_stays_with_the_hub_and_none_is_lost(void **state)
{
	size_t sent = 0;
	int program[PIPES];
	struct job *job;

	(void)state;
	job = running(1, program);
	memset(&reader, 0, sizeof(reader));
	reader.fd = program[INPUT];
	assert_int_equal(fd_nonblock(reader.fd), 0);
	while (hub.next.njobs == 0) {
		type_line(1, false);
		sent += LINE;
		assert_true(sent < 2 * INPUT_MAX);
	}
	assert_true(hub.next.jobs[0] == 1);
	assert_true(job->input.len >= INPUT_HIGH);
	until(hub_may_send);
	type_line(1, true);
	sent += LINE;
	until(has_read_all);
	assert_int_equal(reader.len, sent);
	for (int i = 0; i < PIPES; i++)
		close(program[i]);
}

static void
ask_doctor(uint64_t question)
{
	struct job_msg *m = xcalloc(1, sizeof(*m));

	m->type = JOB_DOCTOR;
	m->job = question;
	answer(m);
	free(m);
}

/* How often it is told to look, by now. */
static unsigned
looks(void)
{
	unsigned n = 0;
	char byte;

	while (recv(doctor, &byte, 1, MSG_DONTWAIT) > 0)
		n++;
	return n;
}

static bool
is_checked(void)
{
	return hub.checked > 0;
}

static void
one_look_answers_all_who_ask_meanwhile(void **state)
{
	(void)state;
	ask_doctor(5);
	ask_doctor(6);
	assert_int_equal(looks(), 1);
	assert_int_equal(fd_send(doctor, "{\"checks\":[]}", 13, -1), 0);
	until(is_checked);
	assert_int_equal(hub.checked, 1);
	assert_true(hub.question == 6);
	assert_string_equal(hub.checks, "{\"checks\":[]}");
	ask_doctor(7);
	assert_int_equal(looks(), 1);
}

static bool
checks_wait(void)
{
	return r.checkup.unsent.len > 0;
}

static void
what_was_seen_waits_for_a_hub_that_is_busy(void **state)
{
	(void)state;
	ask_doctor(5);
	hub.takes = false;
	assert_int_equal(fd_send(doctor, "{}", 2, -1), 0);
	until(checks_wait);
	hub.takes = true;
	talk_events.room(&r);
	assert_int_equal(hub.checked, 1);
	assert_true(hub.question == 5);
	talk_events.room(&r);
	assert_int_equal(hub.checked, 1);
}

static void
without_its_doctor_a_runner_says_so(void **state)
{
	(void)state;
	ask_doctor(5);
	close(doctor);
	doctor = -1;
	until(is_checked);
	assert_string_equal(hub.checks, "{}");
	ask_doctor(6);
	assert_int_equal(hub.checked, 2);
	assert_true(hub.question == 6);
}

/* It was the connection that lost it, and both may have come at last. */
static void
an_answer_that_comes_twice_counts_once(void **state)
{
	(void)state;
	assign(1);
	assert_true(hears_run());
	number--;
	assign(2);
	assert_null(job_find(&r, 2));
	assert_int_equal(hub.next.got, 1);
	stop(1);
	assert_true(hears_kill());
	assert_int_equal(hub.next.got, 2);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_stop_reaches_a_spawner_that_was_busy),
		TEST(a_run_waits_for_a_spawner_that_is_busy),
		TEST(output_that_had_to_wait_is_read_before_its_pipe_is_closed),
		TEST(who_is_being_killed_is_not_told_that_its_input_ends),
		TEST(
		    input_that_is_not_read_stays_with_the_hub_and_none_is_lost),
		TEST(an_answer_that_comes_twice_counts_once),
		TEST(one_look_answers_all_who_ask_meanwhile),
		TEST(what_was_seen_waits_for_a_hub_that_is_busy),
		TEST(without_its_doctor_a_runner_says_so),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
