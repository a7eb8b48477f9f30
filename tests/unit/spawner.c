/*
 * spawner.c - codesync-jail --serve as the runner sees it: what is kept ready,
 * and what becomes of runs when that dies. Skipped where there is no sandbox.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "runner/cell.h"

#define PATIENCE_MS 10000
#define KIDS 64

static int sock;
static pid_t spawner;
static char python[] = "/usr/bin/python3", shell[] = "/bin/bash";
static char main_py[] = "main.py", main_sh[] = "main.sh";
static char *in_python[] = { python, main_py, NULL };
static char *in_shell[] = { shell, main_sh, NULL };

/* --- the spawner --- */

static void
next(struct cell_msg *m, int fds[CELL_FDS])
{
	struct pollfd p = { sock, POLLIN, 0 };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	assert_int_equal(cell_recv(sock, m, fds), 1);
}

static void
ask(struct cell_msg *m, char **argv, int fd)
{
	static const struct run_limits limits = RUN_LIMITS_DEFAULT;

	m->limits = limits;
	m->idle_s = 5;
	m->warm = true;
	snprintf(m->file, sizeof(m->file), "%s", argv[1]);
	assert_int_equal(cell_args(m, argv), 0);
	assert_int_equal(cell_send(sock, m, &fd, fd >= 0), 0);
}

static void
keep(char **argv, uint32_t count)
{
	static struct cell_msg m;

	cell_msg_init(&m, CELL_POOL, 0);
	m.count = count;
	ask(&m, argv, -1);
}

static void
run(char **argv, const char *text)
{
	static struct cell_msg m;
	int bundle = bundle_new();

	assert_int_equal(bundle_add(bundle, argv[1], text, strlen(text)), 0);
	cell_msg_init(&m, CELL_RUN, 1);
	ask(&m, argv, bundle);
	close(bundle);
}

/* What was run last has ended well and printed WANT; true if it was warm. */
static bool
ended(const char *want)
{
	int fds[CELL_FDS], none[CELL_FDS];
	static struct cell_msg m;
	char *text;
	size_t len;

	next(&m, fds);
	if (m.type == CELL_ENDED)
		fail_msg("no sandbox: %s", m.why);
	assert_int_equal(m.type, CELL_STARTED);
	do
		next(&m, none);
	while (m.type != CELL_ENDED);
	assert_string_equal(m.why, "");
	assert_int_equal(m.result.verdict, VERDICT_OK);
	assert_int_equal(read_all(fds[1], 4096, &text, &len), 0);
	assert_string_equal(text, want);
	free(text);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	return m.result.warm;
}

/* False: there are no sandboxes on this machine. */
static bool
serve(void)
{
	char *path = xasprintf("%s/codesync-jail",
	    getenv("BUILD") != NULL ? getenv("BUILD") : "build");
	char *argv[] = { path, "--serve", NULL };
	static struct cell_msg m;
	int sv[2], none[CELL_FDS];
	struct spawn s;

	assert_int_equal(socket_pair(sv), 0);
	spawn_init(&s);
	s.path = path;
	s.argv = argv;
	s.fds[0] = s.fds[1] = -1;
	s.fds[2] = STDERR_FILENO;
	s.fds[3] = sv[1];
	s.nfds = 4;
	s.die_with_parent = true;
	assert_int_equal(spawn(&s, &spawner), 0);
	free(path);
	close(sv[1]);
	sock = sv[0];
	next(&m, none);
	assert_int_equal(m.type, CELL_READY);
	return m.why[0] == '\0';
}

static void
dismiss(void)
{
	close(sock);
	assert_int_equal(waitpid(spawner, NULL, 0), spawner);
}

/* --- what it has made --- */

/* The children of PID, into V[KIDS]; how many. */
static int
children(pid_t pid, pid_t *v)
{
	char *path = xasprintf("/proc/%d/task/%d/children", (int)pid, (int)pid);
	FILE *f = fopen(path, "re");
	int n = 0, child;

	free(path);
	while (f != NULL && n < KIDS && fscanf(f, "%d", &child) == 1)
		v[n++] = child;
	if (f != NULL)
		fclose(f);
	return n;
}

/* Is it asleep, as who waits in open(2) or poll(2)? */
static bool
sleeps(pid_t pid)
{
	char *path = xasprintf("/proc/%d/stat", (int)pid), state = '?';
	FILE *f = fopen(path, "re");

	free(path);
	if (f == NULL)
		return false;
	if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	fclose(f);
	return state == 'S';
}

/* Some init that has a program and sleeps, as it (NAME) does, but not OTHER. */
static bool
find_ready(const char *name, pid_t other, pid_t *init, pid_t *program)
{
	pid_t v[KIDS], inside[KIDS];
	int n = children(spawner, v);
	char comm[32];
	FILE *f;

	for (int i = 0; i < n; i++) {
		char *path;

		if (v[i] == other || children(v[i], inside) != 1 ||
		    !sleeps(v[i]) || !sleeps(inside[0]))
			continue;
		path = xasprintf("/proc/%d/comm", (int)inside[0]);
		f = fopen(path, "re");
		free(path);
		if (f == NULL)
			continue;
		if (fscanf(f, "%31s", comm) != 1)
			comm[0] = '\0';
		fclose(f);
		if (strcmp(comm, name) != 0)
			continue;
		*init = v[i];
		*program = inside[0];
		return true;
	}
	return false;
}

static void
wait_a_little(void)
{
	const struct timespec t = { 0, 2000000 };

	nanosleep(&t, NULL);
}

/* A sandbox that has been ready for a moment: seen so some times in a row. */
static void
await_ready(const char *name, pid_t other, pid_t *init, pid_t *program)
{
	pid_t before = 0;

	for (int i = 0, same = 0; same < 20; i++) {
		assert_true(i < PATIENCE_MS / 2);
		if (!find_ready(name, other, init, program))
			*init = 0;
		same = *init != 0 && *init == before ? same + 1 : 0;
		before = *init;
		wait_a_little();
	}
}

static void
await_gone(pid_t pid)
{
	for (int i = 0; kill(pid, 0) == 0 || errno != ESRCH; i++) {
		assert_true(i < PATIENCE_MS / 2);
		wait_a_little();
	}
}

/* --- tests --- */

static void
a_ready_one_is_used(void **state)
{
	pid_t init, program;

	(void)state;
	if (!serve())
		skip();
	keep(in_python, 1);
	await_ready("python3", 0, &init, &program);
	run(in_python, "print(1)\n");
	assert_true(ended("1\n"));
	dismiss();
}

static void
one_that_dies_while_it_waits_is_replaced_before_a_run_wants_it(void **state)
{
	pid_t init, program, next_init;

	(void)state;
	if (!serve())
		skip();
	keep(in_python, 1);
	await_ready("python3", 0, &init, &program);
	assert_int_equal(kill(program, SIGKILL), 0);
	await_gone(init);
	await_ready("python3", init, &next_init, &program);
	run(in_python, "print(2)\n");
	assert_true(ended("2\n"));
	dismiss();
}

/* Its init hears of the run and of the death at the same time. */
static void
a_run_that_is_given_to_a_dead_program_starts_cold(void **state)
{
	pid_t init, program;

	(void)state;
	if (!serve())
		skip();
	keep(in_python, 1);
	await_ready("python3", 0, &init, &program);
	kill(init, SIGSTOP);
	kill(program, SIGKILL);
	run(in_python, "print(3)\n");
	/* it has been told to go: its input has been given away */
	for (struct pollfd p = { sock, POLLIN, 0 }; poll(&p, 1, 10) != 1;)
		continue;
	kill(init, SIGCONT);
	assert_false(ended("3\n"));
	dismiss();
}

static void
a_run_that_is_given_to_a_dead_init_starts_cold(void **state)
{
	pid_t init, program;

	(void)state;
	if (!serve())
		skip();
	keep(in_python, 1);
	await_ready("python3", 0, &init, &program);
	kill(spawner, SIGSTOP);
	kill(init, SIGKILL);
	run(in_python, "print(4)\n");
	kill(spawner, SIGCONT);
	assert_false(ended("4\n"));
	dismiss();
}

static void
several_languages_are_kept_ready(void **state)
{
	pid_t init, other, program;

	(void)state;
	if (!serve())
		skip();
	keep(in_python, 1);
	keep(in_shell, 1);
	await_ready("python3", 0, &init, &program);
	await_ready("bash", 0, &init, &program);
	run(in_shell, "echo 5\n");
	assert_true(ended("5\n"));
	run(in_python, "print(6)\n");
	assert_true(ended("6\n"));
	keep(in_python, 0);
	keep((char *[]){ shell, main_py, NULL }, 1); /* in the place of it */
	run((char *[]){ shell, main_py, NULL }, "echo 8\n");
	ended("8\n");
	/* two pools of bash, and it is not to be seen which one is whose */
	await_ready("bash", 0, &init, &program);
	await_ready("bash", init, &other, &program);
	run(in_shell, "echo 7\n");
	assert_true(ended("7\n"));
	dismiss();
}

/* How many init there are that have a program. */
static int
count_ready(void)
{
	pid_t v[KIDS], inside[KIDS];
	int n = children(spawner, v), ready = 0;

	for (int i = 0; i < n; i++)
		ready += children(v[i], inside) == 1;
	return ready;
}

static void
all_languages_together_have_one_bound(void **state)
{
	static char *others[] = { shell, main_py, NULL };

	(void)state;
	if (!serve())
		skip();
	keep(in_shell, 12);
	keep(others, 12);
	for (int i = 0; count_ready() < 16; i++) {
		assert_true(i < PATIENCE_MS / 2);
		wait_a_little();
	}
	for (int i = 0; i < 50; i++) {
		wait_a_little();
		assert_true(count_ready() <= 16);
	}
	dismiss();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ready_one_is_used),
		cmocka_unit_test(
		    one_that_dies_while_it_waits_is_replaced_before_a_run_wants_it),
		cmocka_unit_test(
		    a_run_that_is_given_to_a_dead_program_starts_cold),
		cmocka_unit_test(
		    a_run_that_is_given_to_a_dead_init_starts_cold),
		cmocka_unit_test(several_languages_are_kept_ready),
		cmocka_unit_test(all_languages_together_have_one_bound),
	};

	signal(SIGPIPE, SIG_IGN);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
