/* option - what the command line accepts, and what it says about the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "client/option.h"
#include "client/remote.h"
#include "client/room.h"
#include "proto/err.h"

static const struct option_spec own[] = {
	{ "title", 0, "T", false, "" },
	{ "file", 'f', "NAME=PATH", true, "" },
	{ "wait", 'w', NULL, false, "" },
	{ NULL, 0, NULL, false, NULL },
};
static const struct option_spec global[] = {
	{ "json", 0, NULL, false, "" },
	{ "run-dir", 'R', "DIR", false, "" },
	{ NULL, 0, NULL, false, NULL },
};

#define PARSE(o, ...)                                   \
	(options_init(o), options_parse(o, own, global, \
			      (char *[]){ __VA_ARGS__, NULL }, false))

static void
every_form_of_an_option_is_taken(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o, "--title", "a b", "-Rdir", "--wait"), 4);
	assert_string_equal(options_value(&o, "title"), "a b");
	assert_string_equal(options_value(&o, "run-dir"), "dir");
	assert_true(options_has(&o, "wait"));
	assert_false(options_has(&o, "json"));
	assert_int_equal(PARSE(&o, "--title=", "-R", "-x", "-w"), 4);
	assert_string_equal(options_value(&o, "title"), "");
	assert_string_equal(options_value(&o, "run-dir"), "-x");
}

static void
options_and_arguments_may_be_mixed(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(
	    PARSE(&o, "r-7f3k2", "--json", "-", "--", "--title"), 5);
	assert_int_equal(o.nargs, 3);
	assert_string_equal(o.args[0], "r-7f3k2");
	assert_string_equal(o.args[1], "-");
	assert_string_equal(o.args[2], "--title");
	assert_true(options_has(&o, "json"));
}

static void
a_repeatable_option_keeps_all_its_values(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o, "--file", "a=1", "-f", "b=2", "-fc=3"), 5);
	assert_int_equal(o.nset, 3);
	assert_string_equal(o.set[1].value, "b=2");
	assert_string_equal(o.set[2].value, "c=3");
}

static void
what_is_wrong_is_said(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o, "--colour=red"), CS_EINVAL);
	assert_string_equal(o.error, "unknown option: --colour");
	assert_int_equal(PARSE(&o, "-x"), CS_EINVAL);
	assert_string_equal(o.error, "unknown option: -x");
	assert_int_equal(PARSE(&o, "--titl", "x"), CS_EINVAL);
	assert_int_equal(PARSE(&o, "--title"), CS_EINVAL);
	assert_string_equal(o.error, "option needs a value: --title");
	assert_int_equal(PARSE(&o, "--wait=yes"), CS_EINVAL);
	assert_string_equal(o.error, "option takes no value: --wait=yes");
	assert_int_equal(PARSE(&o, "--wait", "-w"), CS_EINVAL);
	assert_string_equal(o.error, "option given twice: -w");
	assert_int_equal(
	    PARSE(&o, "1", "2", "3", "4", "5", "6", "7", "8", "9"), CS_EINVAL);
}

static void
parsing_can_stop_at_the_first_argument(void **state)
{
	char *argv[] = { "--json", "room", "--title", NULL };
	struct options o;

	(void)state;
	options_init(&o);
	assert_int_equal(options_parse(&o, global, NULL, argv, true), 1);
	assert_int_equal(o.nargs, 0);
}

static void
check_remote(
    const char *s, const char *user, const char *host, const char *port)
{
	struct remote r;

	assert_int_equal(remote_parse(&r, s), 0);
	if (user == NULL)
		assert_null(r.user);
	else
		assert_string_equal(r.user, user);
	assert_string_equal(r.host, host);
	assert_string_equal(r.port, port);
	remote_release(&r);
}

static void
a_host_may_have_a_user_and_a_port(void **state)
{
	static const char *const bad[] = { "", "@h", "a@", "h:", "h:0",
		"h:65536", "h:22x", "-oProxyCommand=x", "-a@h", "a@-h",
		"[::1]22", ":22" };
	struct remote r;

	(void)state;
	check_remote("h", NULL, "h", "2222");
	check_remote("ann@h:22", "ann", "h", "22");
	check_remote("[::1]:2200", NULL, "::1", "2200");
	check_remote("ann@[::1]", "ann", "::1", "2222");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(remote_parse(&r, bad[i]), CS_EINVAL);
}

static void
check_quote(const char *s, const char *expected)
{
	char *q = shell_quote(s);

	assert_string_equal(q, expected);
	free(q);
}

static void
words_are_quoted_for_a_shell(void **state)
{
	(void)state;
	check_quote("main.py", "main.py");
	check_quote("", "''");
	check_quote("a b", "'a b'");
	check_quote("it's", "'it'\\''s'");
	check_quote("$(x);`y`\n\"*~", "'$(x);`y`\n\"*~'");
}

static void
file_names_are_of_few_characters(void **state)
{
	char name[66];

	(void)state;
	memset(name, 'a', sizeof(name));
	assert_true(file_name_valid("main_1-b.py", 11));
	assert_true(file_name_valid("a=b", 1));
	assert_true(file_name_valid(name, 64));
	assert_false(file_name_valid(name, 65));
	assert_false(file_name_valid("", 0));
	assert_false(file_name_valid(".", 1));
	assert_false(file_name_valid("..", 2));
	assert_false(file_name_valid("a/b", 3));
	assert_false(file_name_valid("a b", 3));
	assert_false(file_name_valid("\xC3\xA9", 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_of_an_option_is_taken),
		cmocka_unit_test(options_and_arguments_may_be_mixed),
		cmocka_unit_test(a_repeatable_option_keeps_all_its_values),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(parsing_can_stop_at_the_first_argument),
		cmocka_unit_test(a_host_may_have_a_user_and_a_port),
		cmocka_unit_test(words_are_quoted_for_a_shell),
		cmocka_unit_test(file_names_are_of_few_characters),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("option", tests, NULL, NULL);
}
