/*
 * program.c - the program's process. Behind the walls that all of the sandbox has
 * it shuts itself in further, last of all behind the filter, which lets nothing
 * of this be undone, and executes the program.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <linux/close_range.h>
#include <unistd.h>

#include "runner/init.h"
#include "runner/landlock.h"
#include "runner/limit.h"
#include "runner/policy.h"
#include "runner/program.h"

/* The environment inside; nothing of the caller's. The first depends. */
static char *environment[] = { NULL, "PATH=/usr/local/bin:/usr/bin:/bin",
	"HOME=/work", "USER=code", "LOGNAME=code", "TMPDIR=/tmp",
	"LANG=C.UTF-8", "PYTHONUTF8=1", "PYTHONDONTWRITEBYTECODE=1",
	"PYTHONNOUSERSITE=1", NULL };
static char cold_path[] = "PYTHONPATH=/etc/codesync/cold";
static char warm_path[] = "PYTHONPATH=/etc/codesync/warm";

static void __attribute__((noreturn))
become_program(int control, const struct box_plan *p)
{
	int listener;

	/* No terminal is ours to control. */
	if (setsid() < 0)
		init_fail(control, "session");
	for (int i = 0; i < 3; i++)
		if (dup2(p->std[i], i) < 0)
			init_fail(control, "descriptors");
	/* what the program's limit lets no descriptor be: see policy.c */
	if ((control = dup2(control, LIMIT_FILES)) < 0)
		_exit(125);
	if (syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
		init_fail(control, "descriptors");
	signal(SIGPIPE, SIG_DFL);
	if (limit_set(p->limits, p->grouped, p->file != NULL) != 0)
		init_fail(control, "resource limits");
	if (landlock_enter() != 0)
		init_fail(control, "Landlock");
	if ((listener = policy_install(p->filter, p->filter_len)) == -2)
		init_fail(control, "system call filter");
	if (init_say(control, BOX_START, listener) < 0)
		init_fail(control, "cannot hand over the filter");
	if (listener >= 0)
		close(listener);
	environment[0] = p->file != NULL ? warm_path : cold_path;
	environ = environment; /* its PATH is the one to look in */
	execvp(p->argv[0], p->argv);
	init_fail(control, "cannot start %.90s inside", p->argv[0]);
}

pid_t
program_start(int control, const struct box_plan *p)
{
	pid_t pid = fork();

	if (pid < 0)
		init_fail(control, "cannot fork");
	if (pid == 0)
		become_program(control, p);
	for (int i = 0; i < 3; i++) /* the pipes must end with the program */
		close(p->std[i]);
	return pid;
}
