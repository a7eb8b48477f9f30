/*
 * practice.c - runs of who waits in the lobby, on a real hub: who gets what they
 * print, what is kept of them, and who comes first.
 */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/practice.h"
#include "proto/sys/link.h"
#include "proto/sys/link_nng.h"
#include "proto/sys/util.h"
#include "tests/lib/hubs.h"

#define NONCE 7

/* A room with a lobby, an interviewer and a watcher of its log, a candidate who
 * waits outside, and a runner. */
struct scene {
	struct world *w;
	char id[16], code[16];
	struct editor *staff, *tail, *c;
	struct nng_link *out;
	struct buf pushed;
	struct job_msg *m; /* the runner's last answer, which points into */
	uint8_t *bytes;
	uint32_t got, seq;
};

static void
begin(struct scene *s, void **state)
{
	static const struct nng_link_events none = { NULL, NULL, NULL };
	char code[16], *url;

	memset(s, 0, sizeof(*s));
	s->w = *state;
	s->m = xcalloc(1, sizeof(*s->m));
	make_lobby(s->w, s->id, s->code);
	invite(s->w, s->id, "interviewer", code);
	s->staff = enter(s->w, s->id, code);
	until(s->w, is_here, s->staff);
	s->tail = watch(s->w, s->id);
	s->c = enter(s->w, s->id, s->code);
	until(s->w, waits, s->c);
	url = xasprintf("ipc://%s/run/output.sock", s->w->dir);
	assert_int_equal(nng_link_open(&s->out, s->w->loop, LINK_PUSH, url,
			     JOB_MSG_MAX, &none, NULL),
	    0);
	free(url);
}

static void
end(struct scene *s)
{
	nng_link_close(s->out);
	editor_close(s->staff);
	editor_close(s->tail);
	editor_close(s->c);
	free(s->bytes);
	free(s->m);
}

/* Is TEXT among all bytes that came to E. */
static bool
heard(const struct editor *e, const char *text)
{
	return e->all.len > 0 &&
	       memmem(e->all.data, e->all.len, text, strlen(text)) != NULL;
}

static void
say_practice(
    struct editor *e, enum practice_kind kind, const char *text, bool eof)
{
	struct msg m;

	msg_init(&m);
	m.type = MSG_PRACTICE;
	m.kind = (uint8_t)kind;
	m.eof = eof;
	m.text = (const uint8_t *)text;
	m.text_len = (uint32_t)strlen(text);
	say(e, &m);
	msg_release(&m);
}

/* All that E has said has been heard. */
static void
settle(struct scene *s, struct editor *e)
{
	struct msg m;

	e->types[MSG_PONG] = 0;
	msg_init(&m);
	m.type = MSG_PING;
	say(e, &m);
	until(s->w, has_pong, e);
}

/* The runner asks, with PLACES, and gets an answer. */
static void
ask(struct scene *s, uint8_t places)
{
	char *url = xasprintf("ipc://%s/run/jobs.sock", s->w->dir);
	struct job_msg *next = xcalloc(1, sizeof(*next));
	struct buf b;
	size_t len;

	next->type = JOB_NEXT;
	next->version = JOB_VERSION;
	next->nonce = NONCE;
	next->places = places;
	next->got = s->got;
	snprintf(next->name, sizeof(next->name), "test");
	buf_init(&b, JOB_MSG_MAX);
	job_msg_encode(next, &b);
	free(s->bytes);
	assert_int_equal(
	    nng_request(url, b.data, b.len, PATIENCE_MS, &s->bytes, &len), 0);
	assert_int_equal(job_msg_decode(s->m, s->bytes, len), 0);
	s->got = s->m->number;
	buf_release(&b);
	free(next);
	free(url);
}

static uint64_t
assigned(struct scene *s)
{
	ask(s, 8);
	assert_int_equal(s->m->type, JOB_ASSIGN);
	return s->m->job;
}

static void
is_stopped(struct scene *s, uint64_t job, uint8_t places)
{
	ask(s, places);
	assert_int_equal(s->m->type, JOB_STOP);
	assert_int_equal(s->m->job, job);
}

static bool
is_pushed(void *arg)
{
	struct scene *s = arg;

	return nng_link_send(s->out, s->pushed.data, s->pushed.len) == 0;
}

static void
push(struct scene *s, struct job_msg *m)
{
	m->nonce = NONCE;
	buf_init(&s->pushed, JOB_MSG_MAX);
	job_msg_encode(m, &s->pushed);
	until(s->w, is_pushed, s);
	buf_release(&s->pushed);
	free(m);
}

static void
prints(struct scene *s, uint64_t job, const char *text)
{
	struct job_msg *m = xcalloc(1, sizeof(*m));

	m->type = JOB_OUTPUT;
	m->job = job;
	m->seq = ++s->seq;
	m->stream = 1;
	m->text = (const uint8_t *)text;
	m->text_len = (uint32_t)strlen(text);
	push(s, m);
}

static void
ends(struct scene *s, uint64_t job, enum verdict verdict)
{
	struct job_msg *m = xcalloc(1, sizeof(*m));

	m->type = JOB_END;
	m->job = job;
	m->result.verdict = (uint8_t)verdict;
	push(s, m);
}

/* The runner still has it. */
static void
beats(struct scene *s, uint64_t job)
{
	struct job_msg *m = xcalloc(1, sizeof(*m));

	m->type = JOB_BEAT;
	m->njobs = 1;
	m->jobs[0] = job;
	push(s, m);
}

static bool
runs(void *arg)
{
	return ((struct editor *)arg)->practice == RUN_RUNNING;
}

static bool
has_run(void *arg)
{
	return ((struct editor *)arg)->practice == RUN_ENDED;
}

/* The candidate's TEXT goes to the runner. */
static uint64_t
start(struct scene *s, const char *text)
{
	uint64_t job;

	say_practice(s->c, PRACTICE_RUN, text, false);
	job = assigned(s);
	until(s->w, runs, s->c);
	return job;
}

/* Is TEXT in a file below DIR? */
static bool
is_kept(const char *dir, const char *text)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	bool found = false;
	char *path, *bytes;
	size_t len;
	FILE *f;

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL && !found) {
		path = xasprintf("%s/%s", dir, entry->d_name);
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			found = is_kept(path, text);
		if (entry->d_type == DT_REG && (f = fopen(path, "r")) != NULL) {
			bytes = xcalloc(1, 1 << 22);
			len = fread(bytes, 1, 1 << 22, f);
			found = memmem(bytes, len, text, strlen(text)) != NULL;
			free(bytes);
			fclose(f);
		}
		free(path);
	}
	closedir(d);
	return found;
}

static int64_t
reported_runs(struct scene *s)
{
	char *args = room_args(s->id, "");
	struct told t;
	int64_t n = 0;

	tell(s->w, &t, "room report", args, NULL, 0);
	assert_int_equal(t.exit, 0);
	n = (int64_t)json_count(json_get(t.result, "runs"));
	told_release(&t);
	free(args);
	return n;
}

static int64_t
stat_of(struct scene *s, const char *key)
{
	struct told t;
	int64_t n;

	tell(s->w, &t, "stat", "{}", NULL, 0);
	n = json_get_int(t.result, key, -1);
	told_release(&t);
	return n;
}

/* --- what is seen, and kept --- */

static void
nobody_else_gets_a_byte_of_it_and_nothing_is_kept(void **state)
{
	struct scene s;
	uint64_t job, rev;

	begin(&s, state);
	settle(&s, s.staff);
	rev = s.tail->seen;
	job = start(&s, "print('canary_text')");
	assert_string_equal(s.m->name, "python");
	assert_int_equal(s.m->nfiles, 1);
	assert_string_equal(s.m->files[0].name, "main.py");
	assert_int_equal(s.m->files[0].len, 20);
	assert_memory_equal(
	    s.m->files[0].text, "print('canary_text')", s.m->files[0].len);
	assert_int_equal(s.m->limits.cpu_s, PRACTICE_CPU_S);
	assert_int_equal(s.m->limits.wall_s, PRACTICE_WALL_S);
	assert_int_equal(s.m->limits.output_kb, PRACTICE_OUTPUT_KB);
	prints(&s, job, "canary_\xFF");
	prints(&s, job, "output");
	ends(&s, job, VERDICT_OK);
	until(s.w, has_run, s.c);
	assert_int_equal(s.c->verdict, VERDICT_OK);
	assert_int_equal(s.c->practised.len, 16);
	assert_memory_equal(
	    s.c->practised.data, "canary_\xEF\xBF\xBDoutput", 16);
	settle(&s, s.staff);
	assert_false(heard(s.staff, "canary"));
	assert_false(heard(s.tail, "canary"));
	assert_int_equal(s.staff->types[MSG_PRACTICED], 0);
	assert_int_equal(s.staff->kinds[REC_RUN_START], 0);
	assert_int_equal(s.tail->seen, rev);
	assert_int_equal(reported_runs(&s), 0);
	assert_int_equal(stat_of(&s, "runs_total"), 0);
	say_line(s.staff, SAY_ALL, "what is kept");
	settle(&s, s.staff);
	assert_true(is_kept(s.w->dir, "what is kept"));
	assert_false(is_kept(s.w->dir, "canary"));
	end(&s);
}

static bool
is_told_of_a_run(void *arg)
{
	return ((struct editor *)arg)->kinds[REC_RUN_START] > 0;
}

static void
the_rooms_runs_are_counted_without_it(void **state)
{
	struct scene s;
	struct told t;
	char *args;

	begin(&s, state);
	ends(&s, start(&s, "1"), VERDICT_OK);
	until(s.w, has_run, s.c);
	args = room_args(s.id, "");
	tell(s.w, &t, "room run", args, NULL, 0);
	assert_int_equal(json_get_int(t.result, "run", 0), 1);
	until(s.w, is_told_of_a_run, s.staff);
	assert_int_equal(s.c->kinds[REC_RUN_START], 0);
	told_release(&t);
	free(args);
	end(&s);
}

static bool
practice_waits(void *arg)
{
	return ((struct editor *)arg)->practice_waits;
}

static void
what_is_typed_goes_to_the_program_and_is_not_logged(void **state)
{
	struct job_msg *m = xcalloc(1, sizeof(*m));
	struct scene s;
	uint64_t job;

	begin(&s, state);
	job = start(&s, "input()");
	m->type = JOB_WAITING;
	m->job = job;
	m->waiting = true;
	push(&s, m);
	until(s.w, practice_waits, s.c);
	say_practice(s.c, PRACTICE_INPUT, "canary_line\n", false);
	ask(&s, 8);
	assert_int_equal(s.m->type, JOB_INPUT);
	assert_int_equal(s.m->job, job);
	assert_int_equal(s.m->text_len, 12);
	assert_memory_equal(s.m->text, "canary_line\n", 12);
	say_practice(s.c, PRACTICE_INPUT, "", true);
	ask(&s, 8);
	assert_int_equal(s.m->type, JOB_INPUT);
	assert_true(s.m->eof);
	settle(&s, s.staff);
	assert_false(heard(s.staff, "canary"));
	assert_int_equal(s.staff->kinds[REC_RUN_INPUT], 0);
	assert_int_equal(s.staff->types[MSG_KEYBOARD], 0);
	assert_false(is_kept(s.w->dir, "canary"));
	end(&s);
}

/* --- when it ends --- */

static void
who_is_let_in_takes_nothing_along(void **state)
{
	unsigned told;
	struct scene s;
	uint64_t job;

	begin(&s, state);
	job = start(&s, "1");
	told = s.c->types[MSG_PRACTICED];
	say_act(s.staff, ACT_ADMIT, s.c->welcome.site, 0);
	until(s.w, is_here, s.c);
	is_stopped(&s, job, 8);
	prints(&s, job, "canary");
	ends(&s, job, VERDICT_STOPPED);
	/* what was on its way then is neither done nor minded */
	say_practice(s.c, PRACTICE_INPUT, "canary\n", false);
	say_practice(s.c, PRACTICE_STOP, "", false);
	say_practice(s.c, PRACTICE_RUN, "canary", false);
	settle(&s, s.c);
	assert_int_equal(s.c->bye, -1);
	assert_int_equal(s.c->types[MSG_PRACTICED], told);
	assert_int_equal(s.c->types[MSG_NOTICE], 0);
	assert_int_equal(stat_of(&s, "runs_queued"), 0);
	assert_false(heard(s.c, "canary"));
	assert_false(is_kept(s.w->dir, "canary"));
	end(&s);
}

/* Nor does what was begun in the lobby stop what the room runs. */
static void
a_stop_from_the_lobby_stops_nothing_in_the_room(void **state)
{
	struct scene s;
	uint64_t job;

	begin(&s, state);
	say_act(s.staff, ACT_ADMIT, s.c->welcome.site, 0);
	until(s.w, is_here, s.c);
	assert_int_equal(room_cmd(s.w, "room run", s.id, ""), 0);
	job = assigned(&s);
	say_practice(s.c, PRACTICE_STOP, "", false);
	say_practice(s.c, PRACTICE_INPUT, "canary\n", false);
	settle(&s, s.c);
	assert_int_equal(s.staff->kinds[REC_RUN_INPUT], 0);
	say_simple(s.c, MSG_STOP);
	is_stopped(&s, job, 8);
	end(&s);
}

static void
it_ends_with_the_connection(void **state)
{
	struct scene s;
	uint64_t job;

	begin(&s, state);
	job = start(&s, "1");
	link_close(s.c->link);
	is_stopped(&s, job, 8);
	end(&s);
}

static void
it_ends_with_the_room(void **state)
{
	struct scene s;
	uint64_t job;

	begin(&s, state);
	job = start(&s, "1");
	assert_int_equal(room_cmd(s.w, "room end", s.id, ""), 0);
	is_stopped(&s, job, 8);
	end(&s);
}

static void
who_runs_it_stops_it(void **state)
{
	struct scene s;
	uint64_t job;

	begin(&s, state);
	job = start(&s, "1");
	say_practice(s.c, PRACTICE_STOP, "", false);
	is_stopped(&s, job, 8);
	ends(&s, job, VERDICT_STOPPED);
	until(s.w, has_run, s.c);
	assert_int_equal(s.c->verdict, VERDICT_STOPPED);
	end(&s);
}

/* By another WELCOME than the two that led here. */
static bool
waits_again(void *arg)
{
	struct editor *e = arg;

	return e->downs > 0 && e->types[MSG_WELCOME] > 2 && waits(e);
}

/* Its runner still has it. */
static void
the_next_hub_stops_it_and_runs_another(void **state)
{
	struct scene s;
	uint64_t job;

	begin(&s, state);
	job = start(&s, "1");
	hub_kill(s.w);
	hub_start(s.w);
	until(s.w, waits_again, s.c);
	assert_int_equal(s.c->practice, RUN_RUNNING); /* nobody said its end */
	s.c->practice = RUN_NONE;
	say_practice(s.c, PRACTICE_RUN, "2", false);
	assert_int_not_equal(assigned(&s), job);
	beats(&s, job);
	is_stopped(&s, job, 8);
	prints(&s, job, "canary");
	settle(&s, s.c);
	assert_int_equal(s.c->practised.len, 0);
	end(&s);
}

/* --- bounds --- */

static void
a_person_has_one_at_a_time_and_not_many_a_second(void **state)
{
	uint64_t job, begun_ms;
	struct scene s;

	begin(&s, state);
	begun_ms = loop_now_ms();
	job = start(&s, "1");
	say_practice(s.c, PRACTICE_RUN, "2", false);
	until(s.w, has_notice, s.c);
	assert_string_equal(s.c->notice_text, "Your program is still running");
	assert_int_equal(stat_of(&s, "runs_queued"), 0);
	ends(&s, job, VERDICT_OK);
	until(s.w, has_run, s.c);
	say_practice(s.c, PRACTICE_RUN, "3", false);
	assigned(&s);
	assert_in_range(loop_now_ms() - begun_ms, PRACTICE_REST_MS, UINT32_MAX);
	end(&s);
}

/* Who asks and stops again and again, before a runner is there, has had none: the
 * next is not put off by a rest for each. */
static void
one_that_never_began_is_not_rested_for(void **state)
{
	struct scene s;

	begin(&s, state);
	for (int i = 0; i < 40; i++) {
		s.c->practice = RUN_NONE;
		say_practice(s.c, PRACTICE_RUN, "1", false);
		say_practice(s.c, PRACTICE_STOP, "", false);
		until(s.w, has_run, s.c);
	}
	say_practice(s.c, PRACTICE_RUN, "2", false);
	assigned(&s);
	assert_int_equal(s.m->files[0].text[0], '2');
	end(&s);
}

/* One that prints for ever is heard so far, and no further. */
static void
what_it_prints_has_a_limit(void **state)
{
	size_t len = JOB_MAX_OUTPUT;
	char *text = xcalloc(1, len + 1);
	struct scene s;
	uint64_t job;

	begin(&s, state);
	job = start(&s, "1");
	memset(text, 'x', len);
	for (int i = 0; i < 4; i++)
		prints(&s, job, text);
	ends(&s, job, VERDICT_OUTPUT);
	until(s.w, has_run, s.c);
	assert_int_equal(s.c->practised.len, PRACTICE_OUTPUT_KB * 1024);
	free(text);
	end(&s);
}

static void
only_a_few_run_at_once_on_a_host(void **state)
{
	struct editor *more[PRACTICE_AT_ONCE];
	struct scene s;
	char code[16];
	uint64_t job;

	begin(&s, state);
	job = start(&s, "1");
	for (int i = 0; i < PRACTICE_AT_ONCE; i++) {
		invite(s.w, s.id, "candidate", code);
		more[i] = enter(s.w, s.id, code);
		until(s.w, waits, more[i]);
		say_practice(more[i], PRACTICE_RUN, "2", false);
		settle(&s, more[i]);
		if (i + 1 < PRACTICE_AT_ONCE)
			assigned(&s);
	}
	assert_int_equal(room_cmd(s.w, "room run", s.id, ""), 0);
	assigned(&s); /* the room's, which came last */
	assert_int_equal(s.m->limits.cpu_s, 10);
	assert_int_equal(stat_of(&s, "runs_queued"), 1);
	assert_int_equal(stat_of(&s, "runs_running"), PRACTICE_AT_ONCE + 1);
	say_practice(s.c, PRACTICE_STOP, "", false);
	settle(&s, s.c);
	is_stopped(&s, job, 8); /* and none is given meanwhile */
	ends(&s, job, VERDICT_STOPPED);
	until(s.w, has_run, s.c);
	assigned(&s);
	assert_int_equal(s.m->limits.cpu_s, PRACTICE_CPU_S);
	for (int i = 0; i < PRACTICE_AT_ONCE; i++)
		editor_close(more[i]);
	end(&s);
}

/* A program that waits for input has its place for ever, but not while others wait
 * for one. */
static void
who_has_had_a_turn_makes_place(void **state)
{
	struct editor *more[PRACTICE_AT_ONCE];
	struct scene s;
	char code[16];
	uint64_t job;

	begin(&s, state);
	job = start(&s, "input()");
	for (int i = 0; i < PRACTICE_AT_ONCE; i++) {
		invite(s.w, s.id, "candidate", code);
		more[i] = enter(s.w, s.id, code);
		until(s.w, waits, more[i]);
		say_practice(more[i], PRACTICE_RUN, "2", false);
		if (i + 1 < PRACTICE_AT_ONCE)
			assigned(&s);
		beats(&s, job);
	}
	is_stopped(&s, job, 8);
	ends(&s, job, VERDICT_STOPPED);
	until(s.w, has_notice, s.c);
	assert_string_equal(
	    s.c->notice_text, "Others waited for its place: run it again");
	assigned(&s);
	for (int i = 0; i < PRACTICE_AT_ONCE; i++)
		editor_close(more[i]);
	end(&s);
}

static void
a_rooms_run_goes_first(void **state)
{
	struct scene s;
	uint64_t job;

	begin(&s, state);
	say_practice(s.c, PRACTICE_RUN, "1", false);
	settle(&s, s.c);
	assert_int_equal(room_cmd(s.w, "room run", s.id, ""), 0);
	job = assigned(&s);
	assert_int_equal(s.m->limits.cpu_s, 10);
	assert_int_not_equal(assigned(&s), job);
	assert_int_equal(s.m->limits.cpu_s, PRACTICE_CPU_S);
	end(&s);
}

static void
where_there_is_no_place_it_makes_one_for_a_rooms_run(void **state)
{
	struct scene s;
	uint64_t job;

	begin(&s, state);
	job = start(&s, "1");
	assert_int_equal(room_cmd(s.w, "room run", s.id, ""), 0);
	is_stopped(&s, job, 0);
	ends(&s, job, VERDICT_STOPPED);
	until(s.w, has_notice, s.c);
	assert_non_null(strstr(s.c->notice_text, "for a room"));
	assert_int_not_equal(assigned(&s), job);
	assert_int_equal(s.m->limits.cpu_s, 10);
	end(&s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nobody_else_gets_a_byte_of_it_and_nothing_is_kept),
		TEST(the_rooms_runs_are_counted_without_it),
		TEST(what_is_typed_goes_to_the_program_and_is_not_logged),
		TEST(who_is_let_in_takes_nothing_along),
		TEST(a_stop_from_the_lobby_stops_nothing_in_the_room),
		TEST(it_ends_with_the_connection),
		TEST(it_ends_with_the_room),
		TEST(who_runs_it_stops_it),
		TEST(the_next_hub_stops_it_and_runs_another),
		TEST(a_person_has_one_at_a_time_and_not_many_a_second),
		TEST(one_that_never_began_is_not_rested_for),
		TEST(what_it_prints_has_a_limit),
		TEST(only_a_few_run_at_once_on_a_host),
		TEST(who_has_had_a_turn_makes_place),
		TEST(a_rooms_run_goes_first),
		TEST(where_there_is_no_place_it_makes_one_for_a_rooms_run),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
