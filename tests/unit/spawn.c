/* spawn.c - what a child gets, and what it does not. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched/types.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"

/* Run SCRIPT with its output in a pipe; EXTRA becomes descriptor 3 (-1: no). */
static char *
output_of(const char *script, int extra, int *status)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)script, NULL };
	struct spawn s;
	int out[2];
	size_t len;
	pid_t pid;
	char *text;

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	spawn_init(&s);
	s.path = "/bin/sh";
	s.argv = argv;
	s.fds[1] = out[1];
	s.fds[3] = extra;
	s.nfds = extra >= 0 ? 4 : 3;
	assert_int_equal(spawn(&s, &pid), 0);
	close(out[1]);
	assert_int_equal(read_all(out[0], 65536, &text, &len), 0);
	close(out[0]);
	assert_int_equal(waitpid(pid, status, 0), pid);
	return text;
}

static void
child_has_only_the_descriptors_in_its_map(void **state)
{
	int fd[2], leak, status;
	char *text;

	(void)state;
	assert_int_equal(pipe(fd), 0); /* inheritable on purpose */
	leak = fcntl(fd[0], F_DUPFD, 40);
	text = output_of("cd /proc/self/fd; echo *", fd[0], &status);
	/* sh opens one of its own for the directory's listing */
	assert_null(strstr(text, "40"));
	assert_non_null(strstr(text, "0 1 2 3"));
	assert_null(strstr(text, "5"));
	free(text);
	text = output_of("readlink /proc/self/fd/0", -1, &status);
	assert_string_equal(text, "/dev/null\n");
	free(text);
	close(leak);
	close(fd[0]);
	close(fd[1]);
}

static void
environment_is_small(void **state)
{
	int status;
	char *text;

	(void)state;
	setenv("SECRET_OF_PARENT", "1", 1);
	text = output_of("env", -1, &status);
	assert_null(strstr(text, "SECRET_OF_PARENT"));
	assert_non_null(strstr(text, "PATH="));
	free(text);
}

static void
signals_are_as_at_a_programs_start(void **state)
{
	sigset_t set;
	char *text;
	int status;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	text = output_of("kill -TERM $$; echo survived", -1, &status);
	assert_string_equal(text, "");
	assert_true(WIFSIGNALED(status));
	free(text);
	text = output_of("kill -PIPE $$; echo survived", -1, &status);
	assert_string_equal(text, "");
	free(text);
}

static void
missing_program_is_reported(void **state)
{
	char *argv[] = { (char *)"nothing", NULL };
	struct spawn s;
	pid_t pid;
	int status;

	(void)state;
	spawn_init(&s);
	s.path = "/nonexistent/nothing";
	s.argv = argv;
	assert_int_equal(spawn(&s, &pid), CS_EIO);
	assert_int_equal(spawn_reap(&pid, &status), 0); /* no zombie */
}

/* The thread that starts a program waits until it runs, and others would meanwhile
 * stop at each page. */
static void
memory_is_not_copied(void **state)
{
	static char pages[1024 * 4096];
	struct rusage before, after;
	int status;

	(void)state;
	memset(pages, 1, sizeof(pages));
	free(output_of("", -1, &status));
	getrusage(RUSAGE_SELF, &before);
	free(output_of("", -1, &status));
	memset(pages, 2, sizeof(pages));
	getrusage(RUSAGE_SELF, &after);
	assert_true(after.ru_minflt - before.ru_minflt < 1024 / 4);
}

static void
program_can_be_an_open_descriptor(void **state)
{
	char *argv[] = { (char *)"true", NULL };
	struct spawn s;
	pid_t pid;
	int status;

	(void)state;
	spawn_init(&s);
	s.exec_fd = open("/bin/true", O_PATH | O_CLOEXEC);
	s.argv = argv;
	assert_int_equal(spawn(&s, &pid), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(s.exec_fd);
}

static void
descriptor_and_message_travel_together(void **state)
{
	int sv[2], p[2], got, none;
	char text[8];

	(void)state;
	assert_int_equal(socket_pair(sv), 0);
	assert_int_equal(pipe(p), 0);
	assert_int_equal(fd_recv(sv[1], text, sizeof(text), &got), CS_EAGAIN);
	assert_int_equal(fd_send(sv[0], "hello", 5, p[1]), 0);
	assert_int_equal(fd_recv(sv[1], text, sizeof(text), &got), 5);
	assert_memory_equal(text, "hello", 5);
	assert_true(got >= 0);
	assert_int_equal(write(got, "x", 1), 1);
	assert_int_equal(read(p[0], text, 1), 1);
	close(got);
	assert_int_equal(fd_send(sv[0], "too long for it", 15, p[1]), 0);
	assert_int_equal(fd_recv(sv[1], text, sizeof(text), &none), CS_ETOOBIG);
	assert_int_equal(none, -1);
	close(sv[0]);
	assert_int_equal(fd_recv(sv[1], text, sizeof(text), &none), 0);
	assert_int_equal(fd_send(sv[1], "x", 1, -1), CS_ECLOSED);
	close(sv[1]);
	close(p[0]);
	close(p[1]);
}

static void
full_socket_never_blocks(void **state)
{
	char block[1024] = { 0 };
	int sv[2], r, n = 0;

	(void)state;
	assert_int_equal(socket_pair(sv), 0);
	while ((r = fd_send(sv[0], block, sizeof(block), -1)) == 0)
		assert_true(++n < 100000);
	assert_int_equal(r, CS_EAGAIN);
	close(sv[0]);
	close(sv[1]);
}

/* Its turns are short where the kernel knows such a thing, and nothing else of it
 * changes. */
static void
who_hurries_stays_as_nice(void **state)
{
	struct sched_attr before, after;

	(void)state;
	assert_int_equal(setpriority(PRIO_PROCESS, 0, 3), 0);
	assert_int_equal(
	    syscall(SYS_sched_getattr, 0, &before, sizeof(before), 0), 0);
	spawn_hurry(getpid());
	assert_int_equal(
	    syscall(SYS_sched_getattr, 0, &after, sizeof(after), 0), 0);
	assert_int_equal(after.sched_nice, 3);
	assert_int_equal(after.sched_policy, before.sched_policy);
	assert_true(after.sched_runtime == 100000 || before.sched_runtime == 0);
	spawn_hurry(0x7FFFFFFF); /* nobody: nothing happens */
}

/* How many we may be on, and the last one of them. */
static unsigned
processors(int *last)
{
	unsigned long mask[16] = { 0 };
	unsigned n = 0;

	assert_true(syscall(SYS_sched_getaffinity, 0, sizeof(mask), mask) > 0);
	for (int i = 0; i < 16 * 64; i++)
		if (mask[i / 64] >> i % 64 & 1) {
			*last = i;
			n++;
		}
	return n;
}

/* In a child, which then is on the processor that WHICH gives: its number is the
 * child's status. */
static int
processor_of(unsigned which)
{
	int status, only;
	pid_t pid = fork();

	if (pid == 0) {
		spawn_beside(0, which);
		_exit(processors(&only) == 1 ? only : 255);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), 255);
	return WEXITSTATUS(status);
}

static void
those_beside_each_other_share_a_processor(void **state)
{
	int last;

	(void)state;
	assert_int_equal(processor_of(7), processor_of(7));
	if (processors(&last) > 1)
		assert_int_not_equal(processor_of(7), processor_of(8));
	spawn_beside(0x7FFFFFFF, 1); /* nobody: nothing happens */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(child_has_only_the_descriptors_in_its_map),
		cmocka_unit_test(environment_is_small),
		cmocka_unit_test(signals_are_as_at_a_programs_start),
		cmocka_unit_test(missing_program_is_reported),
		cmocka_unit_test(memory_is_not_copied),
		cmocka_unit_test(program_can_be_an_open_descriptor),
		cmocka_unit_test(descriptor_and_message_travel_together),
		cmocka_unit_test(full_socket_never_blocks),
		cmocka_unit_test(who_hurries_stays_as_nice),
		cmocka_unit_test(those_beside_each_other_share_a_processor),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
