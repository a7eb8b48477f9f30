/* listen.c - addresses, and the gate with a clock and chance of ours. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "hostd/listen.h"
#include "proto/err.h"

static const struct gate_rules usual = { .begin = 10,
	.rate = 30,
	.full = 100,
	.per_source = 1000,
	.penalties = true };

static struct sockaddr_storage
address(const char *text)
{
	struct sockaddr_storage ss = { 0 };
	struct sockaddr_in *v4 = (struct sockaddr_in *)&ss;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&ss;

	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1)
		ss.ss_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1)
		ss.ss_family = AF_INET6;
	assert_int_not_equal(ss.ss_family, 0);
	return ss;
}

static struct source
source(const char *text)
{
	struct sockaddr_storage ss = address(text);
	struct source s;

	source_of(&ss, &s);
	return s;
}

static struct gate *
gate(const struct gate_rules *rules)
{
	struct gate *g;

	assert_int_equal(gate_new(&g, rules), 0);
	return g;
}

/* The Nth of many different sources. */
static struct source
stranger(unsigned n)
{
	struct source s = { .net = { 198, 18, (uint8_t)(n >> 8), (uint8_t)n } };

	return s;
}

static void
enter_many(struct gate *g, unsigned from, unsigned to)
{
	struct source s;

	for (unsigned i = from; i < to; i++) {
		s = stranger(i);
		assert_int_equal(gate_enter(g, &s, 0, 99), GATE_OPEN);
	}
}

/* The share of CHANCEs that is refused, in percent. */
static unsigned
refused_percent(struct gate *g)
{
	struct source s = source("203.0.113.9");
	unsigned n = 0;

	for (uint64_t chance = 0; chance < 100; chance++)
		if (gate_enter(g, &s, 0, chance) == GATE_STARTUPS)
			n++;
		else
			gate_leave(g, &s);
	return n;
}

static void
refusals_rise_from_rate_at_begin_to_all_at_full(void **state)
{
	struct gate *g = gate(&usual);

	(void)state;
	enter_many(g, 0, 9);
	assert_int_equal(refused_percent(g), 0);
	enter_many(g, 9, 10);
	assert_int_equal(refused_percent(g), 30);
	enter_many(g, 10, 55);
	assert_int_equal(refused_percent(g), 65);
	enter_many(g, 55, 100);
	assert_int_equal(refused_percent(g), 100);
	gate_free(g);
}

static void
who_authenticates_makes_room(void **state)
{
	const struct gate_rules rules = { 2, 100, 2, 10, true };
	struct gate *g = gate(&rules);
	struct source a = source("192.0.2.1"), b = source("192.0.2.2");

	(void)state;
	assert_int_equal(gate_enter(g, &a, 0, 0), GATE_OPEN);
	assert_int_equal(gate_enter(g, &b, 0, 0), GATE_OPEN);
	assert_int_equal(gate_enter(g, &b, 0, 0), GATE_STARTUPS);
	gate_leave(g, &a);
	assert_int_equal(gate_enter(g, &b, 0, 0), GATE_OPEN);
	gate_free(g);
}

static void
one_source_has_its_own_limit(void **state)
{
	const struct gate_rules rules = { 10, 30, 100, 2, true };
	struct gate *g = gate(&rules);
	struct source a = source("192.0.2.1"), b = source("192.0.2.2");

	(void)state;
	assert_int_equal(gate_enter(g, &a, 0, 0), GATE_OPEN);
	assert_int_equal(gate_enter(g, &a, 0, 0), GATE_OPEN);
	assert_int_equal(gate_enter(g, &a, 0, 0), GATE_SOURCE);
	assert_int_equal(gate_enter(g, &b, 0, 0), GATE_OPEN);
	gate_leave(g, &a);
	assert_int_equal(gate_enter(g, &a, 0, 0), GATE_OPEN);
	gate_free(g);
}

static void
an_ipv6_network_of_64_bits_is_one_source(void **state)
{
	struct source a = source("2001:db8:0:1::1"),
		      b = source("2001:db8:0:1:ffff::2"),
		      c = source("2001:db8:0:2::1");

	(void)state;
	assert_memory_equal(&a, &b, sizeof(a));
	assert_memory_not_equal(&a, &c, sizeof(a));
}

static void
an_ipv4_address_is_the_same_source_inside_ipv6(void **state)
{
	struct source a = source("192.0.2.1"), b = source("::ffff:192.0.2.1"),
		      c = source("192.0.2.2");

	(void)state;
	assert_memory_equal(&a, &b, sizeof(a));
	assert_memory_not_equal(&a, &c, sizeof(a));
}

/* May S enter at NOW? It leaves again. */
static bool
welcome(struct gate *g, const struct source *s, uint64_t now_ms)
{
	if (gate_enter(g, s, now_ms, 0) != GATE_OPEN)
		return false;
	gate_leave(g, s);
	return true;
}

static void
penalties_count_from_fifteen_seconds_on(void **state)
{
	struct gate *g = gate(&usual);
	struct source s = source("192.0.2.1"), other = source("192.0.2.2");

	(void)state;
	gate_punish(g, &s, OFFENCE_AUTH, 1000);
	gate_punish(g, &s, OFFENCE_AUTH, 1000);
	assert_true(welcome(g, &s, 1000));
	gate_punish(g, &s, OFFENCE_AUTH, 1000);
	assert_int_equal(gate_enter(g, &s, 1001, 0), GATE_PENALTY);
	assert_int_equal(gate_enter(g, &s, 15999, 0), GATE_PENALTY);
	assert_true(welcome(g, &other, 1001));
	assert_true(welcome(g, &s, 16000));
	gate_free(g);
}

static void
a_penalty_that_is_over_is_forgotten(void **state)
{
	struct gate *g = gate(&usual);
	struct source s = source("192.0.2.1");

	(void)state;
	gate_punish(g, &s, OFFENCE_GRACE, 0);
	gate_punish(g, &s, OFFENCE_GRACE, 10000);
	assert_true(welcome(g, &s, 10001));
	gate_free(g);
}

static void
a_penalty_lasts_ten_minutes_at_most(void **state)
{
	struct gate *g = gate(&usual);
	struct source s = source("192.0.2.1");

	(void)state;
	for (int i = 0; i < 20; i++)
		gate_punish(g, &s, OFFENCE_CRASH, 0);
	assert_false(welcome(g, &s, 599999));
	assert_true(welcome(g, &s, 600000));
	gate_free(g);
}

static void
a_crash_keeps_a_source_out_at_once(void **state)
{
	struct gate *g = gate(&usual);
	struct source s = source("192.0.2.1");

	(void)state;
	gate_punish(g, &s, OFFENCE_CRASH, 0);
	assert_false(welcome(g, &s, 89999));
	assert_true(welcome(g, &s, 90000));
	gate_free(g);
}

static void
loopback_is_never_kept_out(void **state)
{
	static const char *const local[] = { "127.0.0.1", "127.9.9.9", "::1",
		"::ffff:127.0.0.1" };
	struct gate *g = gate(&usual);
	struct source s;

	(void)state;
	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
		s = source(local[i]);
		gate_punish(g, &s, OFFENCE_CRASH, 0);
		assert_true(welcome(g, &s, 1));
	}
	gate_free(g);
}

static void
penalties_can_be_switched_off(void **state)
{
	struct gate_rules rules = usual;
	struct source s = source("192.0.2.1");
	struct gate *g;

	(void)state;
	rules.penalties = false;
	g = gate(&rules);
	gate_punish(g, &s, OFFENCE_CRASH, 0);
	assert_true(welcome(g, &s, 1));
	gate_free(g);
}

/* A flood from many sources pushes out the oldest entries, never one that is
 * connected: that would lose count. */
static void
the_table_is_bounded(void **state)
{
	struct gate *g = gate(&usual);
	struct source first = stranger(0), s = { 0 }, in = source("192.0.2.1");

	(void)state;
	assert_int_equal(gate_enter(g, &in, 0, 0), GATE_OPEN);
	gate_punish(g, &first, OFFENCE_CRASH, 0);
	for (uint32_t i = 0; i < GATE_MAX_SOURCES; i++) {
		s.net[0] = 10;
		memcpy(s.net + 1, &i, 3);
		gate_punish(g, &s, OFFENCE_CRASH, 0);
	}
	assert_true(welcome(g, &first, 1));
	assert_false(welcome(g, &s, 1));
	gate_leave(g, &in);
	gate_free(g);
}

static void
an_address_is_shown_as_it_is_written(void **state)
{
	struct sockaddr_storage v4 = address("192.0.2.1"),
				v6 = address("2001:db8::1");
	char text[ADDR_TEXT_SIZE];

	(void)state;
	((struct sockaddr_in *)&v4)->sin_port = htons(2222);
	((struct sockaddr_in6 *)&v6)->sin6_port = htons(2222);
	addr_text(&v4, true, text);
	assert_string_equal(text, "192.0.2.1:2222");
	addr_text(&v6, true, text);
	assert_string_equal(text, "[2001:db8::1]:2222");
	addr_text(&v6, false, text);
	assert_string_equal(text, "2001:db8::1");
}

static void
port_zero_is_any_free_one_and_a_taken_one_is_refused(void **state)
{
	char bound[ADDR_TEXT_SIZE], again[ADDR_TEXT_SIZE];
	int fd = listen_open("127.0.0.1:0", bound);

	(void)state;
	assert_true(fd >= 0);
	assert_memory_equal(bound, "127.0.0.1:", 10);
	assert_string_not_equal(bound, "127.0.0.1:0");
	assert_int_equal(listen_open(bound, again), CS_EBUSY);
	close(fd);
}

static void
what_is_no_address_is_refused(void **state)
{
	static const char *const bad[] = { "", "2222", ":2222", "127.0.0.1",
		"127.0.0.1:x", "[::1", "[]:1", "no such host:1",
		"127.0.0.256:0", "127.0.0.1:65536", "127.0.0.1:99999",
		"127.0.0.1:-1", "127.0.0.1:" };
	char bound[ADDR_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(listen_open(bad[i], bound), CS_EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    refusals_rise_from_rate_at_begin_to_all_at_full),
		cmocka_unit_test(who_authenticates_makes_room),
		cmocka_unit_test(one_source_has_its_own_limit),
		cmocka_unit_test(an_ipv6_network_of_64_bits_is_one_source),
		cmocka_unit_test(
		    an_ipv4_address_is_the_same_source_inside_ipv6),
		cmocka_unit_test(penalties_count_from_fifteen_seconds_on),
		cmocka_unit_test(a_penalty_that_is_over_is_forgotten),
		cmocka_unit_test(a_penalty_lasts_ten_minutes_at_most),
		cmocka_unit_test(a_crash_keeps_a_source_out_at_once),
		cmocka_unit_test(loopback_is_never_kept_out),
		cmocka_unit_test(penalties_can_be_switched_off),
		cmocka_unit_test(the_table_is_bounded),
		cmocka_unit_test(an_address_is_shown_as_it_is_written),
		cmocka_unit_test(
		    port_zero_is_any_free_one_and_a_taken_one_is_refused),
		cmocka_unit_test(what_is_no_address_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
