/*
 * box.c - the inside of the sandbox.
 *
 * init is made by clone3 with all namespaces at once, in the spawner's root. The
 * spawner writes its id maps. As the first process of its user namespace it has
 * every capability there and none outside; it puts the run's writable places on
 * the root and gives all capabilities up. What it does then is in init.c. The
 * program is a child of its (program.c): Python as pid 1 could not die of signals.
 *
 * No path that a run can write is ever touched from outside: files come in as
 * one open descriptor, and the writable file systems are of the run's own mount
 * namespace and end with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "runner/box.h"
#include "runner/init.h"
#include "runner/limit.h"
#include "runner/root.h"

#define NAMESPACES                                                   \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | \
	    CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)

/* --- the run's own places --- */

const char *
box_name(char path[BOX_PATH_SIZE], unsigned names, int std)
{
	snprintf(path, BOX_PATH_SIZE, ROOT_FIFOS "/%u.%d", names, std);
	return path;
}

/* Before the run's own file systems, one of which hides where they come from. */
static void
show_output(int control, unsigned names)
{
	char path[BOX_PATH_SIZE];

	if (mount(box_name(path, names, STDOUT_FILENO), "/dev/stdout", NULL,
		MS_BIND, NULL) != 0 ||
	    mount(box_name(path, names, STDERR_FILENO), "/dev/stderr", NULL,
		MS_BIND, NULL) != 0)
		init_fail(control, "cannot show the output inside");
}

static void
make_places(int control, const struct run_limits *l)
{
	const struct root_place *p = root_places;
	char options[96];

	for (size_t i = 0; i < root_nplaces; i++, p++) {
		snprintf(options, sizeof(options),
		    "size=%um,nr_inodes=%u,mode=%s", l->files_mb, LIMIT_INODES,
		    p->mode);
		if (mount("tmpfs", p->path, "tmpfs",
			MS_NOSUID | MS_NODEV | p->flags, options) != 0)
			init_fail(control, "cannot make %s inside", p->path);
	}
	if (chdir("/work") != 0)
		init_fail(control, "cannot enter /work");
}

static int
drop_rights(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
		0 };
	struct __user_cap_data_struct none[2];

	memset(none, 0, sizeof(none));
	for (int cap = 0; cap < 64; cap++)
		if (prctl(PR_CAPBSET_READ, cap) == 1 &&
		    prctl(PR_CAPBSET_DROP, cap) != 0)
			return -1;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 ||
	    syscall(SYS_capset, &head, none) != 0)
		return -1;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static void __attribute__((noreturn))
init_main(int control, const struct box_plan *p)
{
	init_hear(control, BOX_MAPPED);
	if (setresgid(BOX_ID, BOX_ID, BOX_ID) != 0 ||
	    setresuid(BOX_ID, BOX_ID, BOX_ID) != 0)
		init_fail(control, "user");
	/* After that, which would take it back. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
	    sethostname("codesync", 8) != 0)
		init_fail(control, "init");
	show_output(control, p->names);
	make_places(control, p->limits);
	if (drop_rights() != 0)
		init_fail(control, "capabilities");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		init_fail(control, "init");
	init_run(control, p);
}

/* Only what init needs: CONTROL, and the program's standard descriptors. */
static void
keep_descriptors(int *control, struct box_plan *p)
{
	int keep[4] = { *control, p->std[0], p->std[1], p->std[2] };

	/* above all of them first, so that none is overwritten */
	for (int i = 0; i < 4; i++)
		keep[i] = fcntl(keep[i], F_DUPFD, 64);
	for (int i = 0; i < 4; i++)
		if (keep[i] < 0 || dup2(keep[i], 3 + i) < 0)
			_exit(125);
	syscall(SYS_close_range, 7, ~0U, 0);
	for (int i = 0; i < 3; i++)
		close(i);
	*control = 3;
	for (int i = 0; i < 3; i++)
		p->std[i] = 4 + i;
}

static int
write_map(int proc, pid_t pid, const char *name, int uid)
{
	char path[64], map[32];
	int fd, r;

	snprintf(path, sizeof(path), "%d/%s", (int)pid, name);
	if ((fd = openat(proc, path, O_WRONLY | O_CLOEXEC)) < 0)
		return CS_EIO;
	snprintf(map, sizeof(map), "%d %d 1", BOX_ID, uid);
	r = write_all(fd, map, strlen(map));
	close(fd);
	return r;
}

pid_t
box_clone(const struct box_plan *p, int control, bool sibling, int *pidfd)
{
	struct clone_args args = { .flags = NAMESPACES | CLONE_PIDFD,
		.pidfd = (uint64_t)(uintptr_t)pidfd,
		.exit_signal = sibling ? 0 : SIGCHLD };
	struct box_plan plan = *p;
	pid_t init;

	if (sibling)
		args.flags |= CLONE_PARENT;
	if (p->group >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)p->group;
	}
	/* Not spawn(): there is nothing to execute before its places are
	 * there. */
	init = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (init != 0)
		return init;
	spawn_default_signals();
	signal(SIGPIPE, SIG_IGN);
	keep_descriptors(&control, &plan);
	init_main(control, &plan);
}

int
box_begin(const struct box_plan *p, int proc, pid_t init, int control)
{
	if (write_map(proc, init, "uid_map", p->uid) != 0 ||
	    write_map(proc, init, "gid_map", p->uid) != 0)
		return CS_EIO;
	return init_say(control, BOX_MAPPED, -1);
}
