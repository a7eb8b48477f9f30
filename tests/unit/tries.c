/* tries.c - how often somebody may be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/tries.h"

#define MAX 3

static struct tries *t;

static int
set_up(void **state)
{
	(void)state;
	t = tries_new();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	tries_free(t);
	return 0;
}

static bool
take(const char *name, const char *source, uint64_t now_ms)
{
	return tries_take(t, 'p', name, source, MAX, now_ms);
}

static void
so_many_a_minute(void **state)
{
	(void)state;
	for (int i = 0; i < MAX; i++)
		assert_true(take("ann", "192.0.2.1", 1000));
	assert_false(take("ann", "192.0.2.1", 1000));
	assert_false(take("ann", "192.0.2.1", 1000 + TRIES_MS - 1));
	for (int i = 0; i < MAX; i++)
		assert_true(take("ann", "192.0.2.1", 1000 + TRIES_MS));
	assert_false(take("ann", "192.0.2.1", 1000 + TRIES_MS));
}

static void
others_are_not_locked_out(void **state)
{
	(void)state;
	for (int i = 0; i <= MAX; i++)
		take("ann", "192.0.2.1", 1);
	assert_true(take("ann", "192.0.2.2", 1));
	assert_true(take("bob", "192.0.2.1", 1));
	assert_true(tries_take(t, 'c', "ann", "192.0.2.1", MAX, 1));
	assert_false(take("ann", "192.0.2.1", 1));
}

static void
a_network_of_64_bits_is_one_source(void **state)
{
	(void)state;
	assert_true(take("ann", "2001:db8::1", 1));
	assert_true(take("ann", "2001:db8::2:1", 1));
	assert_true(take("ann", "2001:db8:0:0:ffff::", 1));
	assert_false(take("ann", "2001:db8::4", 1));
	assert_true(take("ann", "2001:db8:0:1::4", 1));
	assert_int_equal(tries_count(t), 2);
}

static void
who_was_right_begins_anew(void **state)
{
	(void)state;
	for (int i = 0; i < MAX; i++)
		assert_true(take("ann", "192.0.2.1", 1));
	tries_forgive(t, 'p', "ann", "192.0.2.1");
	assert_int_equal(tries_count(t), 0);
	assert_true(take("ann", "192.0.2.1", 1));
	tries_forgive(t, 'p', "nobody", "192.0.2.1");
}

static void
there_is_an_end_to_what_is_remembered(void **state)
{
	char name[32];

	(void)state;
	for (int i = 0; i < MAX; i++)
		take("first", "192.0.2.1", 1);
	for (int i = 0; i < TRIES_MAX - 1; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		take(name, "192.0.2.1", 1);
	}
	assert_false(take("first", "192.0.2.1", 1));
	take("last", "192.0.2.1", 1);
	assert_int_equal(tries_count(t), TRIES_MAX);
	assert_true(take("first", "192.0.2.1", 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    so_many_a_minute, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    others_are_not_locked_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_network_of_64_bits_is_one_source, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    who_was_right_begins_anew, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    there_is_an_end_to_what_is_remembered, set_up, tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
