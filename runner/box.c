/*
 * box.c - the inside of the sandbox.
 *
 * init is made by clone3 with all namespaces at once, in the spawner's root. The
 * spawner writes its id maps. As the first process of its user namespace it has
 * every capability there and none outside; it puts the run's writable places on
 * the root and gives all capabilities up. Then it forks the program: Python as
 * pid 1 could not die of signals. The program's process shuts itself in behind
 * Landlock and the system call filter just before exec.
 *
 * A warm program is Python with a FIFO as its file: it starts, imports and waits
 * in open(2). That is how init knows that it is ready. To let it go, init puts
 * the real file in the FIFO's place, for tracebacks and whoever reads it again,
 * and then writes it into the FIFO. As long as nothing of that has been read, it
 * has not begun: if it dies before, another sandbox can take the run over.
 *
 * No path that a run can write is ever touched from outside: files come in as
 * one open descriptor, and the writable file systems are of the run's own mount
 * namespace and end with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "runner/box.h"
#include "runner/cell.h"
#include "runner/landlock.h"
#include "runner/limit.h"
#include "runner/policy.h"
#include "runner/root.h"

#define NAMESPACES                                                   \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | \
	    CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)
#define NEW_FILE "new~" /* no room has a file with such a name */

/* The environment inside; nothing of the caller's. The first depends. */
static char *environment[] = { NULL, "PATH=/usr/local/bin:/usr/bin:/bin",
	"HOME=/work", "USER=code", "LOGNAME=code", "TMPDIR=/tmp",
	"LANG=C.UTF-8", "PYTHONUTF8=1", "PYTHONDONTWRITEBYTECODE=1",
	"PYTHONNOUSERSITE=1", NULL };
static char cold_path[] = "PYTHONPATH=/etc/codesync/cold";
static char warm_path[] = "PYTHONPATH=/etc/codesync/warm";

static int
say(int control, enum box_type type, int fd)
{
	struct box_msg m = { .type = type };

	return fd_send(control, &m, sizeof(m), fd);
}

/* Tell what could not be done, with errno, and end. */
static void __attribute__((noreturn, format(printf, 2, 3)))
fail(int control, const char *fmt, ...)
{
	struct box_msg m = { .type = BOX_FAILED };
	const char *why = strerror(errno);
	char what[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	snprintf(m.text, sizeof(m.text), "%s: %s", what, why);
	fd_send(control, &m, sizeof(m), -1);
	_exit(125);
}

/* Wait for a message of TYPE; its descriptor, or -1. Without the spawner there
 * is nothing to do. */
static int
hear(int control, enum box_type type)
{
	struct pollfd p = { control, POLLIN, 0 };
	struct box_msg m;
	int fd;

	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		continue;
	if (fd_recv(control, &m, sizeof(m), &fd) != (int)sizeof(m) ||
	    m.type != (uint32_t)type)
		_exit(125);
	return fd;
}

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
		fail(control, "cannot show the output inside");
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
			fail(control, "cannot make %s inside", p->path);
	}
	if (chdir("/work") != 0)
		fail(control, "cannot enter /work");
}

/* --- files --- */

/* Copy LEN bytes. */
static int
copy(int from, int to, uint64_t len)
{
	static char piece[65536];
	size_t want;
	ssize_t n;

	for (; len > 0; len -= (uint64_t)n) {
		want = len < sizeof(piece) ? (size_t)len : sizeof(piece);
		n = read(from, piece, want);
		if (n < 0 && errno == EINTR) {
			n = 0;
			continue;
		}
		if (n <= 0 || write_all(to, piece, (size_t)n) < 0)
			return -1;
	}
	return 0;
}

static void
take_file(int control, int bundle, const struct bundle_file *f, const char *as)
{
	int fd = open(as, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0 || copy(bundle, fd, f->len) != 0)
		fail(control, "cannot copy %.64s", f->name);
	close(fd);
}

/* The run's files; the one called FIFO (or NULL) is not in its place yet. */
static void
take_files(int control, int bundle, const char *fifo)
{
	struct bundle_file f;
	ssize_t n;

	if (lseek(bundle, 0, SEEK_SET) != 0)
		fail(control, "files");
	while ((n = read(bundle, &f, sizeof(f))) == (ssize_t)sizeof(f)) {
		f.name[sizeof(f.name) - 1] = '\0';
		take_file(control, bundle, &f,
		    fifo != NULL && strcmp(f.name, fifo) == 0 ? NEW_FILE
							      : f.name);
	}
	if (n != 0)
		fail(control, "files");
	close(bundle);
}

/* --- the program --- */

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
become_program(int control, const struct box_plan *p)
{
	int listener;

	/* No terminal is ours to control. */
	if (setsid() < 0)
		fail(control, "session");
	for (int i = 0; i < 3; i++)
		if (dup2(p->std[i], i) < 0)
			fail(control, "descriptors");
	if (syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
		fail(control, "descriptors");
	signal(SIGPIPE, SIG_DFL);
	if (limit_set(p->limits, p->grouped, p->file != NULL) != 0)
		fail(control, "resource limits");
	if (landlock_enter() != 0)
		fail(control, "Landlock");
	if ((listener = policy_install(p->filter, p->filter_len)) == -2)
		fail(control, "system call filter");
	if (say(control, BOX_START, listener) < 0)
		_exit(125);
	if (listener >= 0)
		close(listener);
	environment[0] = p->file != NULL ? warm_path : cold_path;
	environ = environment; /* its PATH is the one to look in */
	execvp(p->argv[0], p->argv);
	fail(control, "cannot start %.90s inside", p->argv[0]);
}

static pid_t
start_program(int control, const struct box_plan *p)
{
	pid_t pid = fork();

	if (pid < 0)
		fail(control, "cannot fork");
	if (pid == 0)
		become_program(control, p);
	for (int i = 0; i < 3; i++) /* the pipes must end with the program */
		close(p->std[i]);
	return pid;
}

/* --- init --- */

static void __attribute__((noreturn)) tell_exit(int control, int status)
{
	struct box_msg m = { .type = BOX_EXIT, .status = status };
	struct rusage ru;

	if (getrusage(RUSAGE_CHILDREN, &ru) == 0) {
		m.cpu_ms =
		    (uint32_t)((ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) *
				   1000 +
			       (ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) /
				   1000);
		m.memory_kb = (uint32_t)ru.ru_maxrss;
	}
	fd_send(control, &m, sizeof(m), -1);
	_exit(0);
}

/* Reap everything; the end of the program is the end of all. */
static void __attribute__((noreturn)) watch(int control, pid_t program)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, 0)) > 0 || errno == EINTR)
		if (pid == program)
			tell_exit(control, status);
	_exit(125);
}

/* --- a warm program --- */

struct warm {
	pid_t program;
	int end; /* readable when it has ended */
	int in,
	    seen; /* the FIFO: to write it, and to see what is not read yet */
};

/* Start it. When it has opened its FIFO it is ready. */
static void
warm_start(struct warm *w, int control, const struct box_plan *p)
{
	const struct timespec while_ = { 0, 500000 };
	int status;

	if (mkfifo(p->file, 0644) != 0)
		fail(control, "cannot make %s", p->file);
	w->program = start_program(control, p);
	w->end = (int)syscall(SYS_pidfd_open, w->program, 0);
	if (w->end < 0)
		fail(control, "cannot watch the program");
	while ((w->in = open(p->file, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) < 0) {
		if (errno != ENXIO)
			fail(control, "cannot open %s", p->file);
		if (waitpid(w->program, &status, WNOHANG) == w->program)
			tell_exit(control, status);
		nanosleep(&while_, NULL);
	}
	w->seen = open(p->file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (w->seen < 0)
		fail(control, "cannot open %s", p->file);
}

static void __attribute__((noreturn)) warm_died(int control)
{
	errno = ESRCH;
	fail(control, "the program ended before it began");
}

/* As hear(), for the run's files; but its death is told at once, so that no run
 * is given to it. */
static int
warm_hear(const struct warm *w, int control)
{
	struct pollfd p[2] = { { w->end, POLLIN, 0 }, { control, POLLIN, 0 } };

	while (poll(p, 2, -1) < 0 && errno == EINTR)
		continue;
	if (p[0].revents != 0)
		warm_died(control);
	return hear(control, BOX_GO);
}

/* Write the file into the FIFO, as long as there is somebody to read it: how many
 * bytes. */
static uint64_t
warm_feed(const struct warm *w, int file)
{
	struct pollfd p[2] = { { w->end, POLLIN, 0 }, { w->in, POLLOUT, 0 } };
	uint64_t len = 0;
	ssize_t n;

	while ((n = sendfile(w->in, file, NULL, 65536)) != 0) {
		if (n > 0) {
			len += (uint64_t)n;
			continue;
		}
		if ((errno != EAGAIN && errno != EINTR) || poll(p, 2, -1) < 0 ||
		    p[0].revents != 0)
			break;
	}
	return len;
}

/* It has been given LEN bytes. Until it reads them somebody may still kill it, and
 * it is not the run that has died then. */
static void
warm_begins(const struct warm *w, int control, uint64_t len)
{
	struct pollfd p = { w->end, POLLIN, 0 };
	int unread = 0, ms = 1;

	while (poll(&p, 1, ms) >= 0 && ioctl(w->seen, FIONREAD, &unread) == 0 &&
	       unread > 0 && (uint64_t)unread == len) {
		if (p.revents != 0)
			warm_died(control);
		ms = ms < 64 ? 2 * ms : ms;
	}
	say(control, BOX_TAKEN, -1);
	close(w->seen);
	close(w->end);
}

/* Let it go, which reads FIFO. */
static void
warm_go(const struct warm *w, int control, const char *fifo)
{
	int file = open(NEW_FILE, O_RDONLY | O_CLOEXEC);
	uint64_t len;

	if (file < 0 || rename(NEW_FILE, fifo) != 0)
		fail(control, "cannot write %s", fifo);
	len = warm_feed(w, file);
	close(file);
	close(w->in);
	warm_begins(w, control, len);
}

/* With the time that PROGRAM has used, which is not the run's. */
static void
tell_ready(int control, pid_t program)
{
	struct box_msg m = { .type = BOX_READY };
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(program, &clock) == 0 &&
	    clock_gettime(clock, &t) == 0)
		m.cpu_ms = (uint32_t)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
	if (fd_send(control, &m, sizeof(m), -1) < 0)
		_exit(125);
}

static void __attribute__((noreturn))
init_main(int control, const struct box_plan *p)
{
	struct warm w;

	hear(control, BOX_MAPPED);
	if (setresgid(BOX_ID, BOX_ID, BOX_ID) != 0 ||
	    setresuid(BOX_ID, BOX_ID, BOX_ID) != 0)
		fail(control, "user");
	/* After that, which would take it back. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
	    sethostname("codesync", 8) != 0)
		fail(control, "init");
	show_output(control, p->names);
	make_places(control, p->limits);
	if (drop_rights() != 0)
		fail(control, "capabilities");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		fail(control, "init");
	if (p->file == NULL) {
		take_files(control, hear(control, BOX_GO), NULL);
		watch(control, start_program(control, p));
	}
	warm_start(&w, control, p);
	tell_ready(control, w.program);
	take_files(control, warm_hear(&w, control), p->file);
	warm_go(&w, control, p->file);
	watch(control, w.program);
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
	return say(control, BOX_MAPPED, -1);
}
