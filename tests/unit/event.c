/* event - records as the JSON that `room tail` prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/event.h"

/* 2026-01-31T12:00:00.123Z */
#define AT_MS 1769860800123ULL
#define HEAD(rev, seat, type)                                   \
	"{\"rev\":" rev                                         \
	",\"at\":\"2026-01-31T12:00:00.123Z\",\"seat\":\"" seat \
	"\",\"type\":\"" type "\""

static struct events *events;
static uint64_t rev;

static void
fill(struct record *r, uint8_t kind, uint8_t site)
{
	record_init(r);
	r->rev = ++rev;
	r->at_ms = AT_MS;
	r->kind = kind;
	r->site = site;
}

/* What R, which is released, becomes. */
static void
check(struct record *r, const char *expected)
{
	struct json *o = events_json(events, r);
	char *line = json_print(o);

	assert_string_equal(line, expected);
	free(line);
	json_free(o);
	record_release(r);
}

static void
learn(struct record *r)
{
	events_skip(events, r);
	record_release(r);
}

static void
join(uint8_t site, const char *label)
{
	struct record r;

	fill(&r, REC_JOIN, site);
	snprintf(r.label, sizeof(r.label), "%s", label);
	learn(&r);
}

static void
file(const char *name)
{
	struct record r;

	fill(&r, REC_FILE, 1);
	snprintf(r.name, sizeof(r.name), "%s", name);
	learn(&r);
}

static int
setup(void **state)
{
	(void)state;
	events = events_new();
	rev = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	events_free(events);
	return 0;
}

static void
people_come_and_go_under_their_label(void **state)
{
	struct record r;

	(void)state;
	fill(&r, REC_JOIN, 2);
	snprintf(r.label, sizeof(r.label), "C");
	snprintf(r.name, sizeof(r.name), "Ada \"L\"");
	check(&r, HEAD("1", "C", "join") ",\"name\":\"Ada \\\"L\\\"\","
					 "\"role\":\"candidate\"}");
	fill(&r, REC_LEAVE, 2);
	r.why = LEAVE_LOST;
	check(&r, HEAD("2", "C", "leave") ",\"why\":\"lost\"}");
	fill(&r, REC_END, 9);
	check(&r, HEAD("3", "@local", "end") "}");
}

static void
who_never_joined_has_the_label_that_was_told(void **state)
{
	struct record r;

	(void)state;
	events_label(events, 3, "@ann");
	events_label(events, 4, "D");
	fill(&r, REC_ADMIT, 3);
	r.seat = 4;
	check(&r, HEAD("1", "@ann", "admit") ",\"who\":\"D\"}");
	fill(&r, REC_CHAT, 4);
	r.flags = CHAT_STAFF;
	r.text = (const uint8_t *)"hello";
	r.text_len = 5;
	check(&r, HEAD("2", "D", "chat") ",\"text\":\"hello\",\"staff\":true}");
	fill(&r, REC_LEAVE, 4);
	r.why = LEAVE_KICKED;
	check(&r, HEAD("3", "D", "leave") ",\"why\":\"kicked\"}");
}

static void
hunks_count_from_the_result_of_the_one_before(void **state)
{
	struct record r;

	(void)state;
	join(1, "I");
	file("main.py");
	fill(&r, REC_EDIT, 1);
	r.flags = EDIT_PASTE;
	op_skip(&r.op, 3);
	op_delete(&r.op, 2);
	op_insert(&r.op, "h\xC3\xA9llo", 6);
	op_skip(&r.op, 4);
	op_delete(&r.op, 1);
	op_skip(&r.op, 1);
	op_insert(&r.op, "\n", 1);
	assert_int_equal(r.op.err, 0);
	check(&r, HEAD("3", "I",
		      "edit") ",\"file\":\"main.py\",\"hunks\":["
			      "{\"at\":3,\"del\":2,\"ins\":\"h\xC3\xA9llo\"},"
			      "{\"at\":13,\"del\":1,\"ins\":\"\"},"
			      "{\"at\":14,\"del\":0,\"ins\":\"\\n\"}],"
			      "\"paste\":true}");
}

static void
edit(uint8_t site, const char *ins)
{
	struct record r;

	fill(&r, REC_EDIT, site);
	op_insert(&r.op, ins, strlen(ins));
	learn(&r);
}

static void
an_undo_names_the_revision_it_takes_back(void **state)
{
	struct record r;

	(void)state;
	join(1, "I");
	join(2, "C");
	file("a"); /* revision 3 */
	edit(1, "x");
	edit(2, "y"); /* 5: C's first */
	edit(1, "z");
	edit(2, "w"); /* 7: C's second */
	fill(&r, REC_EDIT, 2);
	r.flags = EDIT_UNDO;
	r.undo_of = 2;
	op_delete(&r.op, 1);
	check(&r, HEAD("8", "C", "edit") ",\"file\":\"a\",\"hunks\":["
					 "{\"at\":0,\"del\":1,\"ins\":\"\"}],"
					 "\"undo_of\":7}");
}

static void
runs_are_told_from_start_to_verdict(void **state)
{
	struct record r;

	(void)state;
	fill(&r, REC_RUN_START, 1);
	r.run = 4;
	snprintf(r.name, sizeof(r.name), "python");
	check(&r, HEAD("1", "@local", "run_start") ",\"run\":4,"
						   "\"language\":\"python\"}");
	fill(&r, REC_RUN_OUTPUT, 1);
	r.run = 4;
	r.stream = 2;
	r.text = (const uint8_t *)"a\nb";
	r.text_len = 3;
	check(&r,
	    HEAD("2", "@local", "run_output") ",\"run\":4,\"stream\":"
					      "\"stderr\",\"text\":\"a\\nb\"}");
	fill(&r, REC_RUN_INPUT, 1);
	r.run = 4;
	r.text = (const uint8_t *)"5\n";
	r.text_len = 2;
	check(&r,
	    HEAD("3", "@local", "run_input") ",\"run\":4,\"text\":\"5\\n\"}");
	fill(&r, REC_RUN_INPUT, 1);
	r.run = 4;
	r.flags = INPUT_EOF;
	check(&r, HEAD("4", "@local", "run_input") ",\"run\":4,\"text\":\"\","
						   "\"eof\":true}");
	fill(&r, REC_RUN_END, 1);
	r.run = 4;
	r.result = (struct run_result){ .verdict = VERDICT_BLOCKED,
		.exit_code = -1,
		.signal = "SIGSYS",
		.syscall = "ptrace",
		.tier = "rlimits",
		.wall_ms = 12,
		.cpu_ms = 3,
		.memory_kb = 900 };
	check(&r,
	    HEAD("5", "@local", "run_end") ",\"run\":4,\"verdict\":\"blocked\","
					   "\"exit_code\":null,"
					   "\"signal\":\"SIGSYS\","
					   "\"syscall\":\"ptrace\","
					   "\"wall_ms\":12,\"cpu_ms\":3,"
					   "\"memory_kb\":900,"
					   "\"tier\":\"rlimits\","
					   "\"warm\":false,"
					   "\"output_truncated\":false}");
}

static void
a_new_file_has_its_name(void **state)
{
	struct record r;

	(void)state;
	fill(&r, REC_FILE, 1);
	r.file = 3;
	snprintf(r.name, sizeof(r.name), "b.txt");
	check(&r, HEAD("1", "@local", "file") ",\"file\":\"b.txt\"}");
	fill(&r, REC_EDIT, 1);
	r.file = 3;
	check(&r,
	    HEAD("2", "@local", "edit") ",\"file\":\"b.txt\",\"hunks\":[]}");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(people_come_and_go_under_their_label),
		TEST(who_never_joined_has_the_label_that_was_told),
		TEST(hunks_count_from_the_result_of_the_one_before),
		TEST(an_undo_names_the_revision_it_takes_back),
		TEST(runs_are_told_from_start_to_verdict),
		TEST(a_new_file_has_its_name),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
