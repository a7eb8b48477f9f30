/*
 * doctor.c - looking at the machine. What the kernel says of itself is only half
 * of it: containers and security modules forbid what it could. So programs are
 * run by this very binary, as any run, and each must end as it should.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/job.h"
#include "proto/sys/json.h"
#include "proto/sys/loop.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "runner/advice.h"
#include "runner/doctor.h"
#include "runner/landlock.h"
#include "runner/meter.h"
#include "runner/root.h"
#include "runner/warm.h"

#define PYTHON "/usr/bin/python3"
#define OUTPUT_MAX 65536
#define TEXT_SIZE 400
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct check {
	bool ok;
	char detail[TEXT_SIZE];
	char fix[ADVICE_SIZE]; /* "" when there is nothing to mend */
};

/* One program in the sandbox, and what came of it. */
struct trial {
	int verdict; /* enum verdict, or -1: there was no report */
	char syscall[32], tier[16];
	char output[256],
	    errors[256]; /* their beginnings, without the last \n */
	unsigned ms;     /* from our exec to its end */
};

struct doctor {
	int proc; /* the host's /proc */
	struct json *checks, *isolation;
	bool well;
	bool sandbox; /* one could be had */
	bool python;
	char tier[16]; /* of it */
};

static void __attribute__((format(printf, 2, 3)))
detail(struct check *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->detail, sizeof(c->detail), fmt, ap);
	va_end(ap);
}

static void
mend(struct check *c, const char *fix)
{
	snprintf(c->fix, sizeof(c->fix), "%s", fix);
}

/* --- the kernel --- */

/* A call that is there complains of its arguments; one that is not, or that a
 * container has filtered out, of itself. */
static bool
is_there(long r)
{
	return r >= 0 || errno == EINVAL || errno == EFAULT || errno == EBADF;
}

static bool
has_clone3(void)
{
	return is_there(syscall(SYS_clone3, NULL, 0));
}

static bool
has_pidfd(void)
{
	long fd = syscall(SYS_pidfd_open, getpid(), 0);

	if (fd >= 0)
		close((int)fd);
	return is_there(fd);
}

static bool
has_close_range(void)
{
	return is_there(syscall(SYS_close_range, ~0U, ~0U, 0));
}

static bool
has_mount_setattr(void)
{
	return is_there(mount_setattr(-1, "", 0, NULL, 0));
}

static const struct {
	const char *name;
	bool (*fn)(void);
} features[] = {
	{ "clone3", has_clone3 },
	{ "pidfd_open", has_pidfd },
	{ "close_range", has_close_range },
	{ "mount_setattr", has_mount_setattr },
};

static void
check_kernel(struct doctor *d, struct check *c)
{
	char missing[128] = "";
	struct utsname u;
	unsigned major = 0, minor = 0;
	size_t n = 0;

	(void)d;
	uname(&u);
	sscanf(u.release, "%u.%u", &major, &minor);
	for (size_t i = 0; i < COUNT(features); i++)
		if (!features[i].fn())
			n += (size_t)snprintf(missing + n, sizeof(missing) - n,
			    " %s", features[i].name);
	if (n > 0) {
		detail(c, "Linux %s, without%s", u.release, missing);
		mend(c, "Linux 5.14 or later is needed; in a container, its "
			"seccomp profile must allow these calls");
		return;
	}
	c->ok = true;
	detail(c, "Linux %s%s", u.release,
	    major > 5 || (major == 5 && minor >= 14)
		? ""
		: ", which has no cgroup.kill; runs are ended one process "
		  "at a time");
}

static bool
has_action(uint32_t action)
{
	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

static void
check_seccomp(struct doctor *d, struct check *c)
{
	bool filter = has_action(SECCOMP_RET_KILL_PROCESS);
	bool notify = has_action(SECCOMP_RET_USER_NOTIF);

	json_set_bool(d->isolation, "seccomp", filter);
	json_set_bool(d->isolation, "seccomp_notify", notify);
	c->ok = filter && notify;
	detail(c, "%s",
	    !filter   ? "there are no system call filters"
	    : !notify ? "filters, but a blocked call cannot be named"
		      : "filters, and blocked calls are named");
	if (!c->ok)
		mend(c,
		    "a kernel with CONFIG_SECCOMP_FILTER, 5.0 or later; in a "
		    "container, its profile must allow seccomp(2)");
}

static void
check_landlock(struct doctor *d, struct check *c)
{
	int version = landlock_version();

	json_set_int(d->isolation, "landlock", version);
	c->ok = version > 0;
	if (c->ok) {
		detail(c, "version %d", version);
		return;
	}
	detail(c, "there is no second wall behind the mounts");
	mend(c, "a kernel with CONFIG_SECURITY_LANDLOCK, 5.13 or later, and "
		"landlock in the list lsm= of its command line");
}

static void
check_core(struct doctor *d, struct check *c)
{
	int fd =
	    openat(d->proc, "sys/kernel/core_pattern", O_RDONLY | O_CLOEXEC);
	char text[128] = "";
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;

	if (fd >= 0)
		close(fd);
	if (n > 0)
		text[n - (text[n - 1] == '\n')] = '\0';
	c->ok = n > 0;
	json_set_bool(d->isolation, "core_piped", text[0] == '|');
	if (!c->ok)
		detail(c, "what becomes of a crash is not known");
	else if (text[0] == '|')
		detail(c, "a crash starts %s, but not in a sandbox", text + 1);
	else
		detail(c, "a crash starts no program");
}

/* --- trials --- */

/* The beginning of what came through FD, which is closed. */
static void
take_text(int fd, char *dst, size_t size)
{
	size_t len = 0;
	char *text;

	dst[0] = '\0';
	if (read_all(fd, OUTPUT_MAX, &text, &len) == 0) {
		snprintf(dst, size, "%s", text);
		free(text);
	}
	close(fd);
	len = strlen(dst);
	if (len > 0 && dst[len - 1] == '\n')
		dst[len - 1] = '\0';
}

static void
take_report(struct trial *t, int fd)
{
	char text[1024];
	const char *s;
	struct json *o;

	take_text(fd, text, sizeof(text));
	if ((o = json_parse(text, strlen(text))) == NULL)
		return;
	if ((s = json_get_str(o, "verdict")) != NULL)
		t->verdict = verdict_parse(s);
	if ((s = json_get_str(o, "syscall")) != NULL)
		snprintf(t->syscall, sizeof(t->syscall), "%s", s);
	if ((s = json_get_str(o, "tier")) != NULL)
		snprintf(t->tier, sizeof(t->tier), "%s", s);
	json_free(o);
}

enum { T_OUTPUT = 1, T_ERRORS, T_REPORT, T_FDS };

/* Run PROGRAM -c CODE as any run, with small limits. */
static int
try(struct trial *t, const char *program, const char *code)
{
	const char *argv[] = { "codesync-jail", "--memory-mb", "64",
		"--processes", "16", "--cpu-s", "5", "--wall-s", "10",
		"--output-kb", "16", "--report", "3", "--", program, "-c", code,
		NULL };
	int fd[T_FDS][2], e;
	uint64_t start = loop_now_ms();
	struct spawn s;
	pid_t pid;

	memset(t, 0, sizeof(*t));
	t->verdict = -1;
	spawn_init(&s);
	s.path = "/proc/self/exe";
	s.argv = (char *const *)(uintptr_t)argv;
	s.fds[0] = -1;
	s.nfds = T_FDS;
	for (int i = T_OUTPUT; i < T_FDS; i++) {
		if (pipe2(fd[i], O_CLOEXEC) != 0)
			return CS_EIO;
		s.fds[i] = fd[i][1];
	}
	e = spawn(&s, &pid);
	for (int i = T_OUTPUT; i < T_FDS; i++)
		close(fd[i][1]);
	take_text(fd[T_OUTPUT][0], t->output, sizeof(t->output));
	take_text(fd[T_ERRORS][0], t->errors, sizeof(t->errors));
	take_report(t, fd[T_REPORT][0]);
	if (e == 0)
		waitpid(pid, NULL, 0);
	t->ms = (unsigned)(loop_now_ms() - start);
	return e;
}

/* The last line of what it complained of. */
static const char *
complaint(const struct trial *t)
{
	const char *line = strrchr(t->errors, '\n');

	return line != NULL ? line + 1 : t->errors;
}

static void
check_sandbox(struct doctor *d, struct check *c)
{
	char now[TEXT_SIZE];
	struct trial t;

	try(&t, "/bin/sh", "echo held");
	d->sandbox = t.verdict == VERDICT_OK && strcmp(t.output, "held") == 0;
	snprintf(d->tier, sizeof(d->tier), "%s", d->sandbox ? t.tier : "");
	json_set_bool(d->isolation, "namespaces", d->sandbox);
	c->ok = d->sandbox;
	if (c->ok) {
		detail(c,
		    "a shell in namespaces of its own, from start to "
		    "end in %u ms",
		    t.ms);
		return;
	}
	detail(c, "%s",
	    t.errors[0] != '\0' ? complaint(&t) : "it gives no reason");
	if (!advice_userns(d->proc, now, sizeof(now), c->fix))
		mend(c,
		    "a machine on which ordinary users can make user, mount, "
		    "pid and network namespaces; in a container, its profile "
		    "must allow clone, unshare, mount and pivot_root");
}

static void
not_tried(const struct doctor *d, struct check *c)
{
	detail(
	    c, "not tried: there is no %s", d->sandbox ? "Python" : "sandbox");
}

static void
check_python(struct doctor *d, struct check *c)
{
	struct trial t;

	if (d->sandbox)
		try(&t, PYTHON,
		    "import sys, ctypes, socket\n"
		    "print('.'.join(map(str, sys.version_info[:3])))\n");
	d->python = d->sandbox && t.verdict == VERDICT_OK;
	c->ok = d->python;
	json_set_str(d->isolation, "python", c->ok ? t.output : NULL);
	if (c->ok) {
		detail(c, "%s %s, from start to end in %u ms", PYTHON, t.output,
		    t.ms);
	} else if (d->sandbox) {
		detail(c, "%s does not run: %s", PYTHON, complaint(&t));
		mend(c, "as root: `apt-get install python3`");
	} else {
		not_tried(d, c);
	}
}

static void
check_pool(struct doctor *d, struct check *c)
{
	static char program[] = PYTHON;
	struct warm_times t;

	if (!d->python) {
		not_tried(d, c);
	} else if (warm_measure(program, &t) < 0) {
		detail(c, "%s does not wait for its file; each run starts anew",
		    PYTHON);
		mend(c, "`warm = 0` for python in codesyncd.conf, until it is "
			"known why");
	} else {
		c->ok = true;
		detail(c,
		    "a run that was prepared: %u.%u ms to its first output, "
		    "%u.%u ms to its end",
		    t.first_us / 1000, t.first_us / 100 % 10, t.end_us / 1000,
		    t.end_us / 100 % 10);
	}
}

/* What programs try in the sandbox, and how that must end. */
struct attempt {
	const char *code;
	int verdict;
	const char *output, *syscall; /* or NULL */
	const char *well, *bad;
};

static const struct attempt memory = { "x = []\n"
				       "while True:\n"
				       "    x.append(b'x' * (1 << 20))\n",
	VERDICT_MEMORY, NULL, NULL, "a program that takes all is ended",
	"a program that takes all is not ended as it should" };
static const struct attempt processes = {
	"import os, signal\n"
	"n = 0\n"
	"try:\n"
	"    while n < 100:\n"
	"        if os.fork() == 0:\n"
	"            signal.pause()\n"
	"        n += 1\n"
	"except OSError:\n"
	"    print('held' if n <= 16 else n)\n",
	VERDICT_OK, "held", NULL, "a fork bomb gets no more than the limit",
	"a fork bomb is not held"
};
static const struct attempt network = {
	"import socket\n"
	"for f in ((lambda: socket.create_connection(('127.0.0.1', 22), 1)),\n"
	"          (lambda: socket.socket(socket.AF_UNIX))):\n"
	"    try:\n"
	"        f()\n"
	"        print('open')\n"
	"    except OSError as e:\n"
	"        print(e.strerror)\n",
	VERDICT_OK, "Network is unreachable\nNetwork is unreachable", NULL,
	"there is none", "a program can make sockets"
};
static const struct attempt files = {
	"import os\n"
	"for path in '/etc/shadow', '/root', '/home', '/proc', '/sys', "
	"'/var':\n"
	"    if os.path.exists(path):\n"
	"        print(path)\n"
	"for path in '/x', '/usr/x', '/etc/x', '/dev/x':\n"
	"    try:\n"
	"        open(path, 'w')\n"
	"        print(path)\n"
	"    except OSError:\n"
	"        pass\n"
	"open('/work/x', 'w').write('held')\n"
	"print(open('/work/x').read())\n",
	VERDICT_OK, "held", NULL,
	"the host's are not there, and the root is read-only",
	"a program sees or writes what it should not"
};
static const struct attempt calls = { "import ctypes\n"
				      "ctypes.CDLL(None).unshare(0x10000000)\n"
				      "print('went on')\n",
	VERDICT_BLOCKED, "", "unshare", "a forbidden one ends the run by name",
	"a forbidden one does not end the run" };

static void
attempt(struct doctor *d, struct check *c, const struct attempt *a)
{
	struct trial t;

	if (!d->python) {
		not_tried(d, c);
		return;
	}
	try(&t, PYTHON, a->code);
	c->ok = t.verdict == a->verdict &&
		(a->output == NULL || strcmp(t.output, a->output) == 0) &&
		(a->syscall == NULL || strcmp(t.syscall, a->syscall) == 0);
	if (c->ok) {
		detail(c, "%s (%s in %u ms)", a->well, verdict_name(t.verdict),
		    t.ms);
		return;
	}
	detail(c, "%s: %s, %.100s, %.100s", a->bad, verdict_name(t.verdict),
	    t.output, complaint(&t));
	mend(c,
	    "do not run programs of others on this machine, and report this "
	    "with the lines above");
}

static void
check_memory(struct doctor *d, struct check *c)
{
	attempt(d, c, &memory);
}

static void
check_processes(struct doctor *d, struct check *c)
{
	attempt(d, c, &processes);
}

static void
check_network(struct doctor *d, struct check *c)
{
	attempt(d, c, &network);
}

static void
check_files(struct doctor *d, struct check *c)
{
	attempt(d, c, &files);
}

static void
check_calls(struct doctor *d, struct check *c)
{
	attempt(d, c, &calls);
}

/* --- control groups --- */

/* Why there is no better tier than the one that the sandbox got. */
static void
no_groups(struct check *c)
{
	struct statfs fs;

	if (statfs("/sys/fs/cgroup", &fs) != 0 ||
	    (unsigned long)fs.f_type != CGROUP2_SUPER_MAGIC) {
		detail(c, "none: no cgroup v2 at /sys/fs/cgroup, and no group "
			  "of v1 that runs could be put into");
		mend(c, "boot with systemd.unified_cgroup_hierarchy=1; then "
			"codesyncd.service needs `Delegate=cpu memory pids`");
		return;
	}
	detail(c, "none: the cgroup of this process is not its own to divide");
	mend(c,
	    "`Delegate=cpu memory pids` in the section [Service] of "
	    "codesyncd.service; elsewhere start it with `systemd-run --scope "
	    "-p Delegate=yes`");
}

static void
check_cgroup(struct doctor *d, struct check *c)
{
	bool v2 = strcmp(d->tier, "cgroup-v2") == 0;
	bool v1 = strcmp(d->tier, "cgroup-v1") == 0;

	json_set_str(d->isolation, "cgroup", v2 ? "v2" : v1 ? "v1" : "none");
	json_set_str(d->isolation, "memory",
	    v1 || v2     ? "whole run"
	    : d->sandbox ? "each process"
			 : NULL);
	c->ok = v1 || v2;
	if (c->ok)
		detail(c, "%s holds each run as a whole", d->tier);
	else if (d->sandbox)
		no_groups(c);
	else
		not_tried(d, c);
}

/* --- processor time --- */

static void
check_time(struct doctor *d, struct check *c)
{
	int meter = meter_open(0);
	bool grouped = strncmp(d->tier, "cgroup", 6) == 0;

	if (meter >= 0)
		close(meter);
	if (!d->sandbox) {
		not_tried(d, c);
		return;
	}
	c->ok = grouped || meter >= 0;
	json_set_str(
	    d->isolation, "time", c->ok ? "whole run" : "each process");
	if (c->ok) {
		detail(c, "%s counts that of each run as a whole",
		    grouped ? d->tier : "a clock of the kernel's");
		return;
	}
	detail(c, "children that live under 20 ms and that nobody waits for "
		  "are not counted");
	mend(c, "a control group as above, or `sysctl "
		"kernel.perf_event_paranoid=2`");
}

/* --- users --- */

static void
check_users(struct doctor *d, struct check *c)
{
	unsigned first = 0;

	if (!d->sandbox) {
		not_tried(d, c);
		return;
	}
	c->ok = warm_users(&first) == 0 && first != 0;
	json_set_bool(d->isolation, "users", c->ok);
	if (c->ok) {
		detail(c, "each run is one of its own, here of %u to %u", first,
		    first + ROOT_USERS - 1);
		return;
	}
	detail(c, "all runs are one, so that they share what the kernel "
		  "counts by user: the memory of pipes, descriptors that are "
		  "sent and not received, signals that wait");
	mend(
	    c, geteuid() != 0
		   ? "start codesyncd as root; it gives up these rights"
		   : "`codesync-runner:FIRST:65536` in /etc/subuid, a range of "
		     "users that this system or container has and nobody is");
}

/* --- all of it --- */

/* In this order: what is tried later needs what was tried before. */
static const struct {
	const char *name;
	void (*fn)(struct doctor *d, struct check *c);
} checks[] = {
	{ "kernel", check_kernel },
	{ "seccomp", check_seccomp },
	{ "landlock", check_landlock },
	{ "core", check_core },
	{ "sandbox", check_sandbox },
	{ "cgroup", check_cgroup },
	{ "time", check_time },
	{ "users", check_users },
	{ "python", check_python },
	{ "pool", check_pool },
	{ "memory", check_memory },
	{ "processes", check_processes },
	{ "network", check_network },
	{ "files", check_files },
	{ "calls", check_calls },
};

static void
run_check(struct doctor *d, size_t i)
{
	struct check c = { .ok = false };
	struct json *o = json_object_new();

	checks[i].fn(d, &c);
	json_set_str(o, "name", checks[i].name);
	json_set_bool(o, "ok", c.ok);
	json_set_text(o, "detail", c.detail, strlen(c.detail));
	json_set_str(o, "fix", c.fix[0] != '\0' ? c.fix : NULL);
	json_add(d->checks, o);
	d->well &= c.ok;
}

int
doctor_main(void)
{
	struct doctor d = { .checks = json_array_new(),
		.isolation = json_object_new(),
		.well = true };
	struct json *whole = json_object_new();
	char *text;

	d.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < COUNT(checks); i++)
		run_check(&d, i);
	json_set(whole, "checks", d.checks);
	json_set(whole, "isolation", d.isolation);
	text = json_print(whole);
	printf("%s\n", text);
	free(text);
	json_free(whole);
	return d.well && fflush(stdout) == 0 ? 0 : 1;
}

/* --- for a runner --- */

/* Start a look; what it prints comes from *FROM. It and all that it tries are a
 * session of their own, which can be ended as a whole. */
static int
look_begin(pid_t *pid, int *from)
{
	static char *argv[] = { "codesync-jail", "--doctor", NULL };
	struct spawn s;
	int fd[2], e;

	if (pipe2(fd, O_CLOEXEC) != 0)
		return CS_EIO;
	spawn_init(&s);
	s.path = "/proc/self/exe";
	s.argv = argv;
	s.fds[0] = -1;
	s.fds[1] = fd[1];
	s.fds[2] = STDERR_FILENO;
	s.nfds = 3;
	s.new_session = s.die_with_parent = true;
	e = spawn(&s, pid);
	close(fd[1]);
	if (e < 0)
		close(fd[0]);
	*from = fd[0];
	return e;
}

/* What comes from FROM until its end into TEXT[SIZE]; CS_ETOOBIG, CS_ECLOSED:
 * nobody waits for it at SOCK any more, CS_EAGAIN: it takes too long. */
static ssize_t
look_read(int sock, int from, char *text, size_t size)
{
	struct pollfd p[2] = { { from, POLLIN, 0 }, { sock, 0, 0 } };
	uint64_t now = loop_now_ms(), end = now + JOB_DOCTOR_MS;
	size_t len = 0;
	ssize_t n;

	for (; now < end; now = loop_now_ms()) {
		if (poll(p, 2, (int)(end - now)) < 0)
			continue;
		if (p[1].revents != 0)
			return CS_ECLOSED;
		if (p[0].revents == 0)
			continue;
		if (len == size)
			return CS_ETOOBIG;
		if ((n = read(from, text + len, size - len)) <= 0)
			return n == 0 ? (ssize_t)len : CS_EIO;
		len += (size_t)n;
	}
	return CS_EAGAIN;
}

/* The length of what is in TEXT[SIZE], or an error. */
static ssize_t
look(int sock, char *text, size_t size)
{
	ssize_t n;
	pid_t pid;
	int from;

	if ((n = look_begin(&pid, &from)) < 0)
		return n;
	n = look_read(sock, from, text, size);
	close(from);
	if (n < 0)
		kill(-pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return n;
}

int
doctor_serve(int sock)
{
	static char text[JOB_CHECKS_MAX];
	struct pollfd p = { sock, POLLIN, 0 };
	ssize_t n;
	char byte;

	for (;;) {
		if (poll(&p, 1, -1) < 0)
			continue;
		if (recv(sock, &byte, 1, MSG_DONTWAIT) <= 0)
			return 0;
		if ((n = look(sock, text, sizeof(text))) == CS_ECLOSED)
			return 0;
		if (n < 0)
			n = snprintf(text, sizeof(text), "{}");
		if (send(sock, text, (size_t)n, MSG_NOSIGNAL) < 0)
			return 0;
	}
}
