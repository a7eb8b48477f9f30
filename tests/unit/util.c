/* util.c - numbers, durations, random texts, times, whole files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/sys/util.h"

static void
numbers_are_whole_and_bounded(void **state)
{
	uint64_t n;

	(void)state;
	assert_int_equal(parse_num("42", 1, 100, &n), 0);
	assert_int_equal(n, 42);
	assert_int_equal(
	    parse_num("18446744073709551619", 0, UINT64_MAX, &n), CS_ERANGE);
	assert_int_equal(parse_num("", 0, 9, &n), CS_EINVAL);
	assert_int_equal(parse_num("-1", 0, 9, &n), CS_EINVAL);
	assert_int_equal(parse_num("+1", 0, 9, &n), CS_EINVAL);
	assert_int_equal(parse_num(" 1", 0, 9, &n), CS_EINVAL);
	assert_int_equal(parse_num("1x", 0, 9, &n), CS_EINVAL);
	assert_int_equal(parse_num("0", 1, 9, &n), CS_ERANGE);
	assert_int_equal(parse_num("10", 1, 9, &n), CS_ERANGE);
}

static void
durations_have_a_unit(void **state)
{
	uint64_t s;

	(void)state;
	assert_int_equal(parse_duration("24h", &s), 0);
	assert_int_equal(s, 86400);
	assert_int_equal(parse_duration("7d", &s), 0);
	assert_int_equal(s, 7 * 86400);
	assert_int_equal(parse_duration("30m", &s), 0);
	assert_int_equal(s, 1800);
	assert_int_equal(parse_duration("10s", &s), 0);
	assert_int_equal(s, 10);
	assert_int_equal(parse_duration("10", &s), CS_EINVAL);
	assert_int_equal(parse_duration("h", &s), CS_EINVAL);
	assert_int_equal(parse_duration("-1h", &s), CS_EINVAL);
	assert_int_equal(parse_duration("1w", &s), CS_EINVAL);
	assert_int_equal(parse_duration("99999999999999h", &s), CS_EINVAL);
}

static void
clocks_are_hours_minutes_and_seconds(void **state)
{
	static const char *const bad[] = { "", ":", "1:", ":1", "1:60",
		"1:2:", "1:60:00", "1:2:3:4", "-1:00", "+1", " 1", "1:00 ",
		"1.5", "12345678", "99999999999999999999" };
	uint64_t ms;

	(void)state;
	assert_int_equal(parse_clock("14:31", &ms), 0);
	assert_int_equal(ms, 871000);
	assert_int_equal(parse_clock("1:02:03", &ms), 0);
	assert_int_equal(ms, 3723000);
	assert_int_equal(parse_clock("90", &ms), 0);
	assert_int_equal(ms, 90000);
	assert_int_equal(parse_clock("99:00", &ms), 0);
	assert_int_equal(ms, 5940000);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse_clock(bad[i], &ms), CS_EINVAL);
}

static void
random_texts_use_all_their_alphabet(void **state)
{
	char text[4097];
	bool seen[256] = { false };
	int n = 0;

	(void)state;
	random_crockford(text, 4096, 1);
	assert_int_equal(strlen(text), 4096);
	assert_int_equal(
	    strspn(text, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"), 4096);
	for (const char *p = text; *p != '\0'; p++)
		seen[(unsigned char)*p] = true;
	for (int i = 0; i < 256; i++)
		n += seen[i];
	assert_int_equal(n, 32);
	random_hex(text, 32);
	assert_int_equal(strspn(text, "0123456789abcdef"), 32);
	assert_int_equal(text[32], '\0');
}

static void
times_are_rfc_3339(void **state)
{
	char text[25];

	(void)state;
	time_rfc3339(951782400123ULL, text);
	assert_string_equal(text, "2000-02-29T00:00:00.123Z");
	time_rfc3339(0, text);
	assert_string_equal(text, "1970-01-01T00:00:00.000Z");
}

static void
whole_file_or_too_big(void **state)
{
	int fd[2];
	char *p;
	size_t len;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write_all(fd[1], "0123456789", 10), 0);
	close(fd[1]);
	assert_int_equal(read_all(fd[0], 10, &p, &len), 0);
	assert_int_equal(len, 10);
	assert_string_equal(p, "0123456789");
	free(p);
	close(fd[0]);
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write_all(fd[1], "0123456789", 10), 0);
	close(fd[1]);
	assert_int_equal(read_all(fd[0], 9, &p, &len), CS_ETOOBIG);
	assert_null(p);
	close(fd[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_whole_and_bounded),
		cmocka_unit_test(durations_have_a_unit),
		cmocka_unit_test(clocks_are_hours_minutes_and_seconds),
		cmocka_unit_test(random_texts_use_all_their_alphabet),
		cmocka_unit_test(times_are_rfc_3339),
		cmocka_unit_test(whole_file_or_too_big),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
