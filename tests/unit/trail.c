/* trail.c - what a real hub writes into its trail: by key as by command, kept
 * over a kill, and nothing of what is said or typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/monitor.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "tests/lib/hubs.h"

/* Is the line WHO ACTION TARGET RESULT in the trail? */
static bool
trail_has(struct world *w, const char *who, const char *action,
    const char *target, const char *result)
{
	const struct json *list, *o;
	struct told t;
	bool found = false;

	tell(w, &t, "audit", "{}", NULL, 0);
	assert_int_equal(t.exit, 0);
	list = t.result;
	for (size_t i = 0; i < json_count(list) && !found; i++) {
		o = json_at(list, i);
		found = strcmp(json_get_str(o, "who"), who) == 0 &&
			strcmp(json_get_str(o, "action"), action) == 0 &&
			strcmp(json_get_str(o, "target"), target) == 0 &&
			strcmp(json_get_str(o, "result"), result) == 0;
	}
	told_release(&t);
	return found;
}

static void
what_the_staff_does_by_key_is_told(void **state)
{
	struct world *w = *state;
	char id[16], code[16], staff_code[16], who[32], target[32];
	struct editor *c, *staff;

	make_lobby(w, id, code);
	invite(w, id, "interviewer", staff_code);
	staff = enter(w, id, staff_code);
	until(w, is_here, staff);
	c = enter(w, id, code);
	until(w, waits, c);
	say_act(staff, ACT_ADMIT, c->welcome.site, 0);
	until(w, is_here, c);
	say_act(staff, ACT_BACK, c->welcome.site, 0);
	until(w, waits, c);
	say_act(staff, ACT_KICK, SITE_MAX, 0);
	until(w, has_notice, staff);
	say_line(staff, SAY_NOTE, "CANARY");
	say_act(staff, ACT_KICK, c->welcome.site, 0);
	until(w, has_bye, c);
	hub_kill(w);
	hub_start(w);
	snprintf(who, sizeof(who), "%s/I", id);
	snprintf(target, sizeof(target), "%s/C", id);
	assert_true(trail_has(w, who, "room admit", target, "ok"));
	assert_true(trail_has(w, who, "room back", target, "ok"));
	assert_true(trail_has(w, who, "room kick", target, "ok"));
	assert_true(trail_has(w, who, "room kick", id, "not_found"));
	editor_close(c);
	editor_close(staff);
}

static void
who_was_refused_at_the_door_is_counted(void **state)
{
	struct mon_msg m;
	struct world *w = *state;
	char ticket[TICKET_LEN + 1];

	mon_init(&m, MON_HUB_REFUSED);
	m.u.refused.counts[MON_STARTUPS] = 40;
	m.u.refused.counts[MON_PENALTY] = 2;
	snprintf(m.u.refused.source, sizeof(m.u.refused.source), "192.0.2.7");
	assert_int_equal(fd_send(w->monitor, &m, sizeof(m), -1), 0);
	/* whose verdict comes after it */
	assert_int_equal(
	    authenticate(w, "r-00000", "0000-0000-0000", ticket), MON_DENIED);
	assert_true(trail_has(
	    w, "", "connect", "max_startups 40, penalties 2", "42 refused"));
}

static bool
has_said(void *arg)
{
	return ((struct editor *)arg)->types[MSG_SAID] > 0;
}

static void
what_an_editor_tries_in_vain_does_not_fill_it(void **state)
{
	struct world *w = *state;
	char id[16], code[16];
	unsigned lines = 0;
	struct editor *c;
	struct told t;

	make_room(w, id, code);
	c = enter(w, id, code);
	until(w, is_here, c);
	for (int i = 0; i < 200; i++)
		say_act(c, ACT_FOCUS, 0, 0); /* it is none */
	say_line(c, SAY_ALL, "that was all");
	until(w, has_said, c);
	tell(w, &t, "audit", "{}", NULL, 0);
	for (size_t i = 0; i < json_count(t.result); i++)
		lines += strcmp(json_get_str(json_at(t.result, i), "action"),
			     "room focus") == 0;
	assert_int_equal(lines, 1);
	told_release(&t);
	editor_close(c);
}

static void
what_is_done_by_command_is_told_with_its_seat(void **state)
{
	struct world *w = *state;
	char id[16], code[16], target[64], other[16], *args;

	make_room(w, id, code);
	invite(w, id, "candidate", other);
	snprintf(target, sizeof(target), "%s/D", id);
	assert_true(trail_has(w, "@local", "room invite", target, "ok"));
	args = xasprintf(",\"revoke\":\"%s\"", other);
	assert_int_equal(room_cmd(w, "room invite", id, args), 0);
	free(args);
	snprintf(target, sizeof(target), "%s/D revoked", id);
	assert_true(trail_has(w, "@local", "room invite", target, "ok"));
	assert_int_equal(
	    room_cmd(w, "room role", id, ",\"seat\":\"D\",\"role\":\"ro\""), 0);
	snprintf(target, sizeof(target), "%s/D ro", id);
	assert_true(trail_has(w, "@local", "room role", target, "ok"));
	assert_int_equal(room_cmd(w, "room end", id, ""), 0);
	assert_int_equal(room_cmd(w, "room end", id, ""), 5);
	assert_true(trail_has(w, "@local", "room end", id, "ok"));
	assert_true(trail_has(w, "@local", "room end", id, "state"));
}

static void
neither_codes_nor_what_is_written_are_in_it(void **state)
{
	struct world *w = *state;
	char id[16], code[16], *text;
	struct told t;

	make_room(w, id, code);
	assert_int_equal(
	    room_cmd(w, "room say", id, ",\"text\":\"CANARY\""), 0);
	assert_int_equal(
	    room_cmd(w, "room note", id, ",\"text\":\"CANARY\""), 0);
	tell(w, &t, "audit", "{}", NULL, 0);
	text = json_print(t.whole);
	assert_null(strstr(text, "CANARY"));
	assert_null(strstr(text, code));
	assert_non_null(strstr(text, "room note"));
	free(text);
	told_release(&t);
}

int
main(void)
{
#define with_hub(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		with_hub(what_the_staff_does_by_key_is_told),
		with_hub(who_was_refused_at_the_door_is_counted),
		with_hub(what_an_editor_tries_in_vain_does_not_fill_it),
		with_hub(what_is_done_by_command_is_told_with_its_seat),
		with_hub(neither_codes_nor_what_is_written_are_in_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
