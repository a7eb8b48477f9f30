/* login.c - names, prompts and tries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/login.h"
#include "proto/err.h"

static struct login
named(const char *name)
{
	struct login l;

	memset(&l, 0, sizeof(l));
	assert_int_equal(login_name(&l, name), 0);
	return l;
}

static const char *
prompt(const struct login *l)
{
	static char text[LOGIN_PROMPT_SIZE];

	login_prompt(l, text);
	return text;
}

static void
options_are_taken_off_the_name(void **state)
{
	struct login l = named("r-7f3k2+ascii+Mono");

	(void)state;
	assert_string_equal(l.user, "r-7f3k2");
	assert_int_equal(l.flags, MON_ASCII | MON_MONO);
	l = named("r-7f3k2+calm");
	assert_int_equal(l.flags, MON_CALM);
	l = named("r-7f3k2");
	assert_string_equal(l.user, "r-7f3k2");
	assert_int_equal(l.flags, 0);
}

static void
a_suffix_that_is_no_option_stays_in_the_name(void **state)
{
	struct login l = named("r-7f3k2+asci");

	(void)state;
	assert_string_equal(l.user, "r-7f3k2+asci");
	assert_int_equal(l.flags, 0);
	l = named("anna+r-7f3k2+ascii");
	assert_string_equal(l.user, "anna+r-7f3k2");
	assert_int_equal(l.flags, MON_ASCII);
}

static void
rooms_are_asked_for_a_code_and_others_for_a_password(void **state)
{
	struct login l = named("R-7F3K2");

	(void)state;
	assert_string_equal(prompt(&l), "Invite code: ");
	l = named("anna");
	assert_string_equal(prompt(&l), "Password: ");
	l = named("");
	assert_string_equal(prompt(&l), "Password: ");
}

static void
three_wrong_codes_end_it(void **state)
{
	struct login l = named("r-7f3k2");

	(void)state;
	assert_true(login_fail(&l));
	assert_string_equal(prompt(&l), "Invite code (2 tries left): ");
	assert_true(login_fail(&l));
	assert_string_equal(prompt(&l), "Invite code (1 tries left): ");
	assert_false(login_fail(&l));
	assert_string_equal(
	    login_farewell(&l), "That code is not valid. Ask for a new one.");
}

static void
the_name_cannot_change(void **state)
{
	struct login l = named("r-7f3k2+ascii");

	(void)state;
	assert_int_equal(login_name(&l, "r-7f3k2+ascii"), 0);
	assert_int_equal(login_name(&l, "r-7f3k3+ascii"), CS_EINVAL);
	assert_int_equal(login_name(&l, "r-7f3k2"), CS_EINVAL);
	assert_string_equal(l.user, "r-7f3k2");
}

static void
a_name_that_does_not_fit_is_refused(void **state)
{
	char name[MON_USER_MAX + 1];
	struct login l;

	(void)state;
	memset(&l, 0, sizeof(l));
	memset(name, 'a', sizeof(name));
	name[MON_USER_MAX] = '\0';
	assert_int_equal(login_name(&l, name), CS_ETOOBIG);
	name[MON_USER_MAX - 1] = '\0';
	assert_int_equal(login_name(&l, name), 0);
	assert_string_equal(l.user, name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_taken_off_the_name),
		cmocka_unit_test(a_suffix_that_is_no_option_stays_in_the_name),
		cmocka_unit_test(
		    rooms_are_asked_for_a_code_and_others_for_a_password),
		cmocka_unit_test(three_wrong_codes_end_it),
		cmocka_unit_test(the_name_cannot_change),
		cmocka_unit_test(a_name_that_does_not_fit_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
