/* filter.c - seccomp tables and giving up rights, tried in children. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/sys/filter.h"
#include "proto/sys/privs.h"

static const struct filter_rule table[] = {
	FILTER_RULE("write", FILTER_ALLOW),
	FILTER_RULE("exit_group", FILTER_ALLOW),
	FILTER_RULE("openat", FILTER_EACCES),
	FILTER_RULE("getpriority", FILTER_FAKE_OK),
	FILTER_RULE_EQ("socket", FILTER_ALLOW, 0, AF_UNIX),
	FILTER_RULE_EQ("socket", FILTER_ENETUNREACH, 0, AF_INET),
	FILTER_RULE("no_such_call_anywhere", FILTER_ALLOW),
};

#define TABLE table, sizeof(table) / sizeof(table[0])

static int
install(void)
{
	return filter_install(FILTER_KILL, TABLE);
}

static int
compile_and_load(void)
{
	void *prog;
	size_t len;

	if (filter_compile(FILTER_KILL, TABLE, &prog, &len) != 0)
		return -1;
	return filter_load(prog, len);
}

/* The wait status of a child that has the table from BEGIN and runs FN. */
static int
status_of(int (*begin)(void), int (*fn)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		const struct rlimit none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		if (begin() != 0)
			_exit(99);
		_exit(fn());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static int
use_what_is_allowed(void)
{
	if (open("/etc/passwd", O_RDONLY) != -1 || errno != EACCES)
		return 1;
	if (getpriority(PRIO_PROCESS, 1) != 20) /* libc: 20 minus the 0 */
		return 2;
	if (socket(AF_UNIX, SOCK_STREAM, 0) < 0)
		return 3;
	if (socket(AF_INET, SOCK_STREAM, 0) != -1 || errno != ENETUNREACH)
		return 4;
	return 0;
}

static int
use_what_is_not_listed(void)
{
	return getppid() > 0 ? 0 : 1;
}

static int
use_another_argument(void)
{
	return socket(AF_INET6, SOCK_STREAM, 0) < 0;
}

static void
table_says_what_each_call_does(void **state)
{
	(void)state;
	assert_int_equal(status_of(install, use_what_is_allowed), 0);
}

static void
what_is_not_in_the_table_kills(void **state)
{
	int status;

	(void)state;
	status = status_of(install, use_what_is_not_listed);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
	status = status_of(install, use_another_argument);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
}

static void
a_compiled_filter_does_the_same(void **state)
{
	int status;

	(void)state;
	assert_int_equal(status_of(compile_and_load, use_what_is_allowed), 0);
	status = status_of(compile_and_load, use_another_argument);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
}

static void
filter_can_be_compiled_for_later(void **state)
{
	void *prog;
	size_t len;

	(void)state;
	assert_int_equal(filter_compile(FILTER_EPERM, TABLE, &prog, &len), 0);
	assert_true(len > 5 && len < 4096);
	free(prog);
}

static int
dropped_wrongly(void)
{
	uid_t uid;
	gid_t gid;
	bool root = geteuid() == 0;

	privs_ids("session", &uid, &gid);
	if (privs_drop("session", root ? "/tmp" : NULL, false) != 0)
		return 1;
	if (getuid() != uid || geteuid() != uid || getgid() != gid)
		return 2;
	if (root && (uid == 0 || setuid(0) == 0 || access("/etc", F_OK) == 0))
		return 3;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 4;
	if (privs_limit(0, 20, true, true) != 0)
		return 5;
#ifndef CODESYNC_NO_SECCOMP      /* the leak checker needs a process */
	if (fork() >= 0 && root) /* root's other processes do not count it */
		return 6;
#endif
	return 0;
}

static void
dropped_rights_do_not_come_back(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0)
		_exit(dropped_wrongly());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#ifndef CODESYNC_NO_SECCOMP
		cmocka_unit_test(table_says_what_each_call_does),
		cmocka_unit_test(what_is_not_in_the_table_kills),
		cmocka_unit_test(a_compiled_filter_does_the_same),
#endif
		cmocka_unit_test(filter_can_be_compiled_for_later),
		cmocka_unit_test(dropped_rights_do_not_come_back),
	};

	(void)table_says_what_each_call_does;
	(void)what_is_not_in_the_table_kills;
	(void)a_compiled_filter_does_the_same;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
