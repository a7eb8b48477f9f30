/* login.c - names, prompts and tries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/login.h"
#include "proto/err.h"

static struct mon_msg denied;

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
the_environment_may_say_them_as_well(void **state)
{
	static const char most[] =
	    "calm"
	    ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,"
	    "mono";
	char more[sizeof(most) + 1];
	struct login l = named("r-7f3k2+calm");

	(void)state;
	assert_true(login_env(&l, "LC_CODESYNC", "mono"));
	assert_int_equal(l.flags, MON_CALM | MON_MONO);
	assert_string_equal(l.user, "r-7f3k2");
	l = named("anna");
	assert_true(login_env(&l, "LC_CODESYNC", "Ascii+mono,calm"));
	assert_int_equal(l.flags, MON_ASCII | MON_MONO | MON_CALM);
	l = named("anna");
	assert_true(login_env(&l, "LC_CODESYNC", "new,r-7f3k2,,+ascii,"));
	assert_int_equal(l.flags, MON_ASCII);
	assert_string_equal(l.room, "");
	l = named("anna");
	assert_true(login_env(&l, "LC_CODESYNC", ""));
	assert_false(login_env(&l, "LC_CODESYNCS", "mono"));
	assert_false(login_env(&l, "LC_ALL", "mono"));
	assert_int_equal(l.flags, 0);
	assert_int_equal(sizeof(most), LOGIN_ENV_SIZE);
	snprintf(more, sizeof(more), "%s,", most);
	assert_false(login_env(&l, "LC_CODESYNC", more));
	assert_int_equal(l.flags, 0);
	assert_true(login_env(&l, "LC_CODESYNC", most));
	assert_int_equal(l.flags, MON_CALM | MON_MONO);
}

static void
a_suffix_that_is_no_option_stays_in_the_name(void **state)
{
	struct login l = named("r-7f3k2+asci");

	(void)state;
	assert_string_equal(l.user, "r-7f3k2+asci");
	assert_int_equal(l.flags, 0);
	l = named("anna+r-far-too-long-a-room");
	assert_string_equal(l.user, "anna+r-far-too-long-a-room");
	assert_string_equal(l.room, "");
}

static void
an_account_may_name_a_room_and_options_in_any_order(void **state)
{
	struct login l = named("anna+r-7f3k2+ascii");

	(void)state;
	assert_string_equal(l.user, "anna");
	assert_string_equal(l.room, "r-7f3k2");
	assert_int_equal(l.flags, MON_ASCII);
	assert_int_equal(l.kind, LOGIN_PASSWORD);
	l = named("anna+mono+R-7F3K2+calm");
	assert_string_equal(l.user, "anna");
	assert_string_equal(l.room, "R-7F3K2");
	assert_int_equal(l.flags, MON_MONO | MON_CALM);
	l = named("anna+r-7f3k2+r-7f3k3"); /* one room */
	assert_string_equal(l.user, "anna+r-7f3k2");
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
	assert_true(login_fail(&l, &denied));
	assert_string_equal(prompt(&l), "Invite code (2 tries left): ");
	assert_true(login_fail(&l, &denied));
	assert_string_equal(prompt(&l), "Invite code (1 try left): ");
	assert_false(login_fail(&l, &denied));
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

/* What is asked until the hub has to be asked, and with what. */
static void
answers(struct login *l, const char *question, const char *text, int next)
{
	assert_string_equal(prompt(l), question);
	assert_int_equal(login_answer(l, text), next);
}

static void
signing_up_asks_four_things(void **state)
{
	struct login l = named("signup");
	struct mon_msg m;

	(void)state;
	assert_int_equal(l.kind, LOGIN_NEW);
	answers(&l, "Registration token: ", "TOKEN", LOGIN_ASK);
	assert_true(login_echo(&l));
	answers(&l, "Account name: ", "ann", LOGIN_ASK);
	assert_false(login_echo(&l));
	answers(&l, "Password: ", "12345678", LOGIN_ASK);
	answers(&l, "Password again: ", "12345678", LOGIN_CHECK);
	mon_init(&m, MON_AUTH);
	l.key[0] = 7;
	l.key_len = 1;
	login_request(&l, &m);
	assert_int_equal(m.u.auth.kind, MON_SIGN_UP);
	assert_string_equal(m.u.auth.secret, "TOKEN");
	assert_string_equal(m.u.auth.name, "ann");
	assert_string_equal(m.u.auth.password, "12345678");
	assert_int_equal(m.u.auth.key_len, 1);
	assert_int_equal(m.u.auth.key[0], 7);
	assert_string_equal(l.password, "");
}

static void
where_it_is_open_no_token_is_asked_for(void **state)
{
	struct login l;

	(void)state;
	memset(&l, 0, sizeof(l));
	l.open = true;
	assert_int_equal(login_name(&l, "signup"), 0);
	answers(&l, "Account name: ", "ann", LOGIN_ASK);
}

static void
a_password_that_does_not_fit_is_asked_for_again(void **state)
{
	struct login l = named("signup");

	(void)state;
	answers(&l, "Registration token: ", "TOKEN", LOGIN_ASK);
	answers(&l, "Account name: ", "ann", LOGIN_ASK);
	answers(&l, "Password: ", "1234567", LOGIN_ASK);
	assert_string_equal(l.text, "A password has at least 8 characters.");
	answers(&l, "Password: ", "12345678", LOGIN_ASK);
	answers(&l, "Password again: ", "12345679", LOGIN_ASK);
	assert_string_equal(l.text, "The passwords are not the same.");
	answers(&l, "Password: ", "12345678", LOGIN_ASK);
	assert_string_equal(l.text, "");
	answers(&l, "Password again: ", "1234567", CS_EPERM);
	assert_string_equal(
	    login_farewell(&l), "The passwords are not the same.");
}

static void
what_the_hub_refuses_is_asked_for_again(void **state)
{
	struct login l = named("signup");
	struct mon_msg m;

	(void)state;
	mon_init(&m, MON_VERDICT);
	m.u.verdict.wrong = MON_WRONG_NAME;
	strcpy(m.u.verdict.text, "That name is taken.");
	answers(&l, "Registration token: ", "TOKEN", LOGIN_ASK);
	answers(&l, "Account name: ", "ann", LOGIN_ASK);
	answers(&l, "Password: ", "12345678", LOGIN_ASK);
	answers(&l, "Password again: ", "12345678", LOGIN_CHECK);
	assert_true(login_fail(&l, &m));
	assert_string_equal(l.text, "That name is taken.");
	answers(&l, "Account name: ", "bob", LOGIN_ASK);
	m.u.verdict.wrong = MON_WRONG_TOKEN;
	assert_true(login_fail(&l, &m));
	answers(&l, "Registration token: ", "OTHER", LOGIN_ASK);
	assert_false(login_fail(&l, &m));
}

static void
what_is_too_long_is_not_cut_to_fit(void **state)
{
	struct login l = named("anna");
	char text[MON_SECRET_MAX + 1];
	struct mon_msg m;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[MON_SECRET_MAX] = '\0';
	mon_init(&m, MON_AUTH);
	assert_int_equal(login_answer(&l, text), LOGIN_CHECK);
	login_request(&l, &m);
	assert_string_equal(m.u.auth.secret, "");
	text[MON_SECRET_MAX - 1] = '\0';
	assert_int_equal(login_answer(&l, text), LOGIN_CHECK);
	login_request(&l, &m);
	assert_string_equal(m.u.auth.secret, text);
	assert_string_equal(l.secret, "");
}

static void
keys_are_read_from_base_64(void **state)
{
	static char large[2 * MON_KEY_MAX];
	uint8_t key[MON_KEY_MAX];
	size_t len;

	(void)state;
	assert_int_equal(login_key("AAEC/w==", key, &len), 0);
	assert_int_equal(len, 4);
	assert_memory_equal(key, "\0\1\2\377", 4);
	assert_int_equal(login_key("", key, &len), 0);
	assert_int_equal(len, 0);
	assert_int_equal(login_key("A A", key, &len), CS_EFORMAT);
	assert_int_equal(login_key("AA==AA", key, &len), CS_EFORMAT);
	memset(large, 'A', MON_KEY_MAX / 3 * 4 + 4);
	assert_int_equal(login_key(large, key, &len), CS_ETOOBIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_taken_off_the_name),
		cmocka_unit_test(the_environment_may_say_them_as_well),
		cmocka_unit_test(a_suffix_that_is_no_option_stays_in_the_name),
		cmocka_unit_test(
		    rooms_are_asked_for_a_code_and_others_for_a_password),
		cmocka_unit_test(three_wrong_codes_end_it),
		cmocka_unit_test(the_name_cannot_change),
		cmocka_unit_test(a_name_that_does_not_fit_is_refused),
		cmocka_unit_test(
		    an_account_may_name_a_room_and_options_in_any_order),
		cmocka_unit_test(signing_up_asks_four_things),
		cmocka_unit_test(where_it_is_open_no_token_is_asked_for),
		cmocka_unit_test(
		    a_password_that_does_not_fit_is_asked_for_again),
		cmocka_unit_test(what_the_hub_refuses_is_asked_for_again),
		cmocka_unit_test(what_is_too_long_is_not_cut_to_fit),
		cmocka_unit_test(keys_are_read_from_base_64),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
