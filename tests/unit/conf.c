/* conf.c - the configuration file, as an operator writes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/sys/conf.h"

static char path[] = "/tmp/codesync-conf-XXXXXX";

static int
make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	if (fd >= 0)
		close(fd);
	return fd < 0;
}

static int
remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static int
read_text(struct conf *c, const char *text, char err[256])
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	err[0] = '\0';
	return conf_read(c, path, err, 256);
}

static void
assert_defaults(const struct conf *c)
{
	assert_int_equal(c->nlisten, 0);
	assert_null(c->host);
	assert_string_equal(c->durability, "normal");
	assert_string_equal(c->registration, "token");
	assert_false(c->proxy);
	assert_int_equal(c->nproxy_from, 0);
	assert_int_equal(c->startups_begin, 10);
	assert_int_equal(c->startups_rate, 30);
	assert_int_equal(c->startups_full, 100);
	assert_int_equal(c->per_source, 10);
	assert_int_equal(c->grace_s, 30);
	assert_int_equal(c->max_seats, 2000);
	assert_int_equal(c->max_rooms, 10000);
	assert_int_equal(c->rooms_per_user, 200);
	assert_int_equal(c->room_log_mb, 64);
	assert_int_equal(c->requests_per_user, 8);
	assert_int_equal(c->audit_days, 730);
	assert_true(c->penalties);
	assert_true(c->runner_embedded);
	assert_null(c->runner_listen);
	assert_null(c->runner_host);
	assert_int_equal(c->limits.cpu_s, 10);
	assert_int_equal(c->limits.output_kb, 1024);
	assert_non_null(conf_language(c, "python"));
	assert_string_equal(
	    conf_language(c, "python")->command[0], "/usr/bin/python3");
	assert_true(conf_language(c, "python")->warm >= 2);
	assert_string_equal(conf_language(c, "bash")->file, "main.sh");
	assert_string_equal(
	    conf_language(c, "perl")->command[0], "/usr/bin/perl");
	assert_int_equal(conf_language(c, "perl")->warm, 0);
	assert_null(conf_language(c, "cobol"));
}

static void
a_directory_is_refused_with_its_name(void **state)
{
	struct conf c;
	char err[256] = "";

	(void)state;
	assert_true(conf_read(&c, "/", err, sizeof(err)) < 0);
	assert_non_null(strstr(err, "directory"));
}

static void
missing_and_empty_files_are_the_defaults(void **state)
{
	struct conf c;
	char err[256];

	(void)state;
	assert_int_equal(
	    conf_read(&c, "/nonexistent/file", err, sizeof(err)), 0);
	assert_defaults(&c);
	conf_release(&c);
	assert_int_equal(conf_read(&c, NULL, err, sizeof(err)), 0);
	assert_defaults(&c);
	conf_release(&c);
	assert_int_equal(read_text(&c, "", err), 0);
	assert_defaults(&c);
	conf_release(&c);
}

static void
every_option_is_read(void **state)
{
	struct conf c;
	char err[256];

	(void)state;
	assert_int_equal(
	    read_text(&c,
		"# a host\n"
		"listen = {\"127.0.0.1:2022\", \"[::1]:2022\"}\n"
		"host = \"code.example.org\"\n"
		"durability = full\n"
		"registration = open\nproxy = require\n"
		"proxy_from = {\"192.0.2.1\", \"2001:DB8:0::1\"}\n"
		"max_startups = \"3:50:9\"\n"
		"per_source = 4\ngrace_s = 20\nmax_seats = 50\n"
		"penalties = false\nretention_days = 30\n"
		"max_rooms = 6\nrooms_per_user = 7\nroom_log_mb = 80\n"
		"requests_per_user = 9\naudit_days = 10\n"
		"empty_minutes = 5\nthanks = \"Merci \xC3\xA0 vous\"\n"
		"runner { embedded = false\n listen = \"[::]:2223\"\n"
		"host = \"host.example.org:2223\"\n secret = \"/f\" }\n"
		"limits { cpu_s = 5\n memory_mb = 128 }\n"
		"language \"perl\" { command = {\"/usr/bin/perl\", \"-w\"}\n"
		"file = \"main.pl\" }\n",
		err),
	    0);
	assert_int_equal(c.nlisten, 2);
	assert_string_equal(c.listen[1], "[::1]:2022");
	assert_string_equal(c.host, "code.example.org");
	assert_string_equal(c.durability, "full");
	assert_string_equal(c.registration, "open");
	assert_true(c.proxy);
	assert_int_equal(c.nproxy_from, 2);
	assert_string_equal(c.proxy_from[0], "192.0.2.1");
	assert_string_equal(c.proxy_from[1], "2001:db8::1");
	assert_int_equal(c.startups_begin, 3);
	assert_int_equal(c.startups_rate, 50);
	assert_int_equal(c.startups_full, 9);
	assert_int_equal(c.per_source, 4);
	assert_int_equal(c.grace_s, 20);
	assert_int_equal(c.max_seats, 50);
	assert_false(c.penalties);
	assert_false(c.runner_embedded);
	assert_string_equal(c.runner_listen, "[::]:2223");
	assert_string_equal(c.runner_host, "host.example.org:2223");
	assert_string_equal(c.runner_secret, "/f");
	assert_int_equal(c.retention_days, 30);
	assert_int_equal(c.max_rooms, 6);
	assert_int_equal(c.rooms_per_user, 7);
	assert_int_equal(c.room_log_mb, 80);
	assert_int_equal(c.requests_per_user, 9);
	assert_int_equal(c.audit_days, 10);
	assert_int_equal(c.empty_minutes, 5);
	assert_string_equal(c.thanks, "Merci \xC3\xA0 vous");
	assert_int_equal(c.limits.cpu_s, 5);
	assert_int_equal(c.limits.memory_mb, 128);
	assert_int_equal(c.limits.wall_s, 60);
	assert_int_equal(c.nlanguages, 3);
	assert_string_equal(conf_language(&c, "perl")->command[1], "-w");
	assert_string_equal(conf_language(&c, "perl")->file, "main.pl");
	conf_release(&c);
}

/* What is kept ready by a configuration that names languages. */
static unsigned
warm_of(const char *text, const char *language)
{
	struct conf c;
	char err[256];
	unsigned n;

	assert_int_equal(read_text(&c, text, err), 0);
	n = conf_language(&c, language)->warm;
	conf_release(&c);
	return n;
}

static void
several_languages_are_kept_warm_python_unless_it_says_not(void **state)
{
	static const char perl[] =
	    "language \"perl\" { command = {\"/usr/bin/perl\"}\n"
	    "file = \"main.pl\" warm = 3 }\n";
	static const char most[] =
	    "language \"perl\" { command = {\"/usr/bin/perl\"}\n"
	    "file = \"main.pl\" warm = 15 }\n";
	static const char python[] =
	    "language \"python\" { command = {\"/usr/bin/python3.11\"}\n"
	    "file = \"main.py\" }\n";
	static const char cold[] =
	    "language \"python\" { command = {\"/usr/bin/python3\"}\n"
	    "file = \"main.py\" warm = 0 }\n";

	(void)state;
	assert_int_equal(warm_of(perl, "perl"), 3);
	assert_true(warm_of(perl, "python") >= 2);
	assert_int_equal(warm_of(most, "python"), 1);
	assert_true(warm_of(python, "python") >= 2);
	assert_int_equal(warm_of(cold, "python"), 0);
}

static void
mistakes_name_their_line(void **state)
{
	static const struct {
		const char *text;
		int line;
	} cases[] = {
		{ "per_source = 0\n", 1 },
		{ "\n\nno_such_option = 3\n", 3 },
		{ "max_startups = \"10:30\"\n", 1 },
		{ "max_startups = \"10:0:100\"\n", 1 },
		{ "max_startups = \"50:30:10\"\n", 1 },
		{ "\ndurability = \"often\"\n", 2 },
		{ "registration = \"maybe\"\n", 1 },
		{ "thanks = \"a\\tb\"\n", 1 },
		{ "proxy = \"maybe\"\n", 1 },
		{ "proxy_from = { \"example.org\" }\n", 1 },
		{ "listen = {\"nowhere\"}\n", 1 },
		{ "listen = {\"127.0.0.1:99999\"}\n", 1 },
		{ "runner {\n listen = \"2223\"\n}\n", 3 },
		{ "runner { host = \"h:0\" secret = \"f\" }\n", 1 },
		{ "runner { host = \"h:1\" }\n", 1 },
		{ "runner { secret = \"f\" }\n", 1 },
		{ "limits {\n cpu_s = 99999\n}\n", 2 },
		{ "limits {\n cpu_s = ten\n}\n", 2 },
		{ "language \"x\" { file = \"a\" }\n", 1 },
		{ "language \"x\" { command = {\"y\"}\n file = \"../a\" }\n",
		    2 },
		{ "language \"x\" { command = {\"y\"}\n file = \"a\"\n"
		  "warm = 17 }\n",
		    3 },
		{ "language \"x\" { command = {\"y\"} file = \"a\" warm = 9 }\n"
		  "language \"z\" { command = {\"y\"} file = \"a\" warm = 8 "
		  "}\n",
		    2 },
	};
	struct conf c;
	char err[256], start[128];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(read_text(&c, cases[i].text, err), CS_EINVAL);
		snprintf(start, sizeof(start), "%s:%d: ", path, cases[i].line);
		assert_memory_equal(err, start, strlen(start));
		assert_true(strlen(err) > strlen(start) + 5);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_directory_is_refused_with_its_name),
		cmocka_unit_test(missing_and_empty_files_are_the_defaults),
		cmocka_unit_test(every_option_is_read),
		cmocka_unit_test(
		    several_languages_are_kept_warm_python_unless_it_says_not),
		cmocka_unit_test(mistakes_name_their_line),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_file, remove_file);
}
