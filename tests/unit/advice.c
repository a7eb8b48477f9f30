/* advice.c - what is said where user namespaces are forbidden, by a /proc that
 * is made for it. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "runner/advice.h"

static const char *const files[] = {
	"sys/kernel/unprivileged_userns_clone",
	"sys/user/max_user_namespaces",
	"sys/kernel/apparmor_restrict_unprivileged_userns",
};

static char dir[] = "/tmp/codesync-advice-XXXXXX";
static int proc = -1;

static int
open_proc(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	proc = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return mkdirat(proc, "sys", 0755) | mkdirat(proc, "sys/kernel", 0755) |
	       mkdirat(proc, "sys/user", 0755);
}

static int
close_proc(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlinkat(proc, files[i], 0);
	unlinkat(proc, "sys/kernel", AT_REMOVEDIR);
	unlinkat(proc, "sys/user", AT_REMOVEDIR);
	unlinkat(proc, "sys", AT_REMOVEDIR);
	close(proc);
	return rmdir(dir);
}

/* File I says TEXT; NULL: it is not there. */
static void
set(size_t i, const char *text)
{
	int fd;

	unlinkat(proc, files[i], 0);
	if (text == NULL)
		return;
	fd = openat(proc, files[i], O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
test_what_forbids_nothing_is_not_mentioned(void **state)
{
	static const char *const fine[][3] = { { NULL, NULL, NULL },
		{ "1\n", "96365\n", "0\n" }, { NULL, "64\n", NULL } };
	char now[240];

	(void)state;
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		for (size_t k = 0; k < 3; k++)
			set(k, fine[i][k]);
		assert_false(advice_userns(proc, now, sizeof(now), NULL));
	}
}

static void
test_what_forbids_them_is_named_with_the_remedy(void **state)
{
	static const struct {
		const char *values[3], *now, *keep;
	} cases[] = {
		{ { "0\n", "96365\n", "0\n" },
		    "sysctl -w kernel.unprivileged_userns_clone=1 ",
		    "/etc/sysctl.d/" },
		{ { NULL, "0\n", NULL },
		    "sysctl -w user.max_user_namespaces=10000 ",
		    "/etc/sysctl.d/" },
		{ { "1\n", "96365\n", "1\n" },
		    "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 ",
		    "profile codesync-jail " },
	};
	char now[240], keep[ADVICE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t k = 0; k < 3; k++)
			set(k, cases[i].values[k]);
		assert_true(advice_userns(proc, now, sizeof(now), keep));
		assert_non_null(strstr(now, cases[i].now));
		assert_non_null(strstr(keep, cases[i].keep));
		/* the longest of them, not cut */
		assert_true(strlen(keep) < sizeof(keep) - 1);
		/* the remedy is to be seen in a row of 80 columns */
		assert_true(strlen("! Run failed: ") +
				(size_t)(strstr(now, " (") - now) <=
			    80);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_forbids_nothing_is_not_mentioned),
		cmocka_unit_test(
		    test_what_forbids_them_is_named_with_the_remedy),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_proc, close_proc);
}
