/*
 * box.c - the inside of the sandbox.
 *
 * init is made by clone with all namespaces at once. As the first process of
 * its user namespace it has every capability there and none outside; it maps
 * the one user it is to the one user inside, builds a root on a tmpfs from
 * read-only bind mounts, and leaves the host's root for good. Then it forks the
 * program: Python as pid 1 could not die of signals. The program's process
 * gives up capabilities and most system calls just before exec.
 *
 * No path that a run can write is ever touched from outside: files come in as
 * open descriptors, and the writable file systems are of the run's own mount
 * namespace and end with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "runner/box.h"
#include "runner/limit.h"
#include "runner/policy.h"

#define NAMESPACES                                                   \
	(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | \
	    CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)
#define INSIDE_ID 1000 /* also in /etc/passwd below */
#define STAGE "/tmp"   /* where the new root is put together */
#define CONTROL_FD 3

/* The environment inside; nothing of the caller's. */
static char *const environment[] = { "PATH=/usr/local/bin:/usr/bin:/bin",
	"HOME=/work", "USER=code", "LOGNAME=code", "TMPDIR=/tmp",
	"LANG=C.UTF-8", "PYTHONUTF8=1", "PYTHONDONTWRITEBYTECODE=1",
	"PYTHONNOUSERSITE=1", "PYTHONPATH=/etc/codesync", NULL };

/* Files that are the same in every sandbox. Through a pipe Python would keep
 * 8 KiB of output back; this gives it the rule it has on a terminal, at a third
 * of the cost of -u. */
static const struct {
	const char *path, *text;
} made_files[] = {
	{ "etc/passwd", "root:x:0:0:root:/:/usr/sbin/nologin\n"
			"code:x:1000:1000:code:/work:/bin/sh\n" },
	{ "etc/group", "root:x:0:\ncode:x:1000:\n" },
	{ "etc/hosts", "127.0.0.1 localhost\n::1 localhost\n" },
	{ "etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n" },
	{ "etc/codesync/sitecustomize.py",
	    "import sys\n"
	    "if '/etc/codesync' in sys.path:\n"
	    "    sys.path.remove('/etc/codesync')\n"
	    "for stream in (sys.stdout, sys.stderr):\n"
	    "    if stream is not None:\n"
	    "        stream.reconfigure(line_buffering=True)\n"
	    "del stream, sys\n" },
};

static const char *const directories[] = { "usr", "etc", "etc/codesync", "proc",
	"dev", "dev/shm", "tmp", "work" };
/* On most systems links into /usr. */
static const char *const system_dirs[] = { "bin", "sbin", "lib", "lib32",
	"lib64", "libx32" };
/* Taken from the host where it has them. */
static const char *const host_files[] = { "etc/ld.so.cache", "etc/localtime",
	"etc/alternatives" };
static const char *const devices[] = { "dev/null", "dev/zero", "dev/full",
	"dev/random", "dev/urandom" };
static const struct {
	const char *to, *path;
} links[] = { { "/proc/self/fd", "dev/fd" }, { "/proc/self/fd/0", "dev/stdin" },
	{ "/proc/self/fd/1", "dev/stdout" },
	{ "/proc/self/fd/2", "dev/stderr" } };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int
say(int control, enum box_type type, int status, int fd)
{
	struct box_msg m = { .type = type, .status = status };

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

/* --- users --- */

static int
write_file(const char *path, int flags, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | flags, 0644), r;

	if (fd < 0)
		return -1;
	r = write_all(fd, text, strlen(text));
	close(fd);
	return r < 0 ? -1 : 0;
}

static void
map_ids(int control, uid_t uid, gid_t gid)
{
	char map[64];

	if (write_file("/proc/self/setgroups", 0, "deny") != 0)
		fail(control, "user namespace: setgroups");
	snprintf(map, sizeof(map), "%d %u 1", INSIDE_ID, (unsigned)uid);
	if (write_file("/proc/self/uid_map", 0, map) != 0)
		fail(control, "user namespace: uid_map");
	snprintf(map, sizeof(map), "%d %u 1", INSIDE_ID, (unsigned)gid);
	if (write_file("/proc/self/gid_map", 0, map) != 0)
		fail(control, "user namespace: gid_map");
}

/* --- the root --- */

static int
protect(const char *path, unsigned flags, uint64_t attr)
{
	struct mount_attr a = { .attr_set = attr };

	return mount_setattr(AT_FDCWD, path, flags, &a, sizeof(a));
}

/* Show the host's /PATH read-only. */
static void
show_host(int control, const char *path)
{
	char source[64];

	snprintf(source, sizeof(source), "/%s", path);
	if (mount(source, path, NULL, MS_BIND | MS_REC, NULL) != 0 ||
	    protect(path, AT_RECURSIVE,
		MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV) != 0)
		fail(control, "cannot show %s inside", source);
}

static void
show_system_dir(int control, const char *name)
{
	char source[64], target[256];
	struct stat st;
	ssize_t n;

	snprintf(source, sizeof(source), "/%s", name);
	if (lstat(source, &st) != 0)
		return;
	if (S_ISLNK(st.st_mode)) {
		n = readlink(source, target, sizeof(target) - 1);
		target[n > 0 ? n : 0] = '\0';
		if (n <= 0 || symlink(target, name) != 0)
			fail(control, "cannot link %s inside", source);
	} else if (S_ISDIR(st.st_mode)) {
		if (mkdir(name, 0755) != 0)
			fail(control, "cannot make %s inside", source);
		show_host(control, name);
	}
}

static void
show_host_file(int control, const char *path)
{
	char source[64];
	struct stat st;
	int r;

	snprintf(source, sizeof(source), "/%s", path);
	if (stat(source, &st) != 0)
		return;
	r = S_ISDIR(st.st_mode) ? mkdir(path, 0755)
				: write_file(path, O_CREAT, "");
	if (r != 0)
		fail(control, "cannot make %s inside", source);
	show_host(control, path);
}

static void
make_device(int control, const char *path)
{
	char source[64];

	snprintf(source, sizeof(source), "/%s", path);
	if (write_file(path, O_CREAT, "") != 0 ||
	    mount(source, path, NULL, MS_BIND, NULL) != 0)
		fail(control, "cannot show %s inside", source);
}

static void
make_writable(int control, const char *path, uint32_t mb, unsigned long flags,
    const char *mode)
{
	char options[96];

	snprintf(options, sizeof(options), "size=%um,nr_inodes=%u,mode=%s", mb,
	    LIMIT_INODES, mode);
	if (mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV | flags,
		options) != 0)
		fail(control, "cannot make /%s inside", path);
}

static void
fill_root(int control, const struct box *b)
{
	for (size_t i = 0; i < COUNT(directories); i++)
		if (mkdir(directories[i], 0755) != 0)
			fail(control, "cannot make /%s inside", directories[i]);
	show_host(control, "usr");
	for (size_t i = 0; i < COUNT(system_dirs); i++)
		show_system_dir(control, system_dirs[i]);
	for (size_t i = 0; i < COUNT(host_files); i++)
		show_host_file(control, host_files[i]);
	for (size_t i = 0; i < COUNT(made_files); i++)
		if (write_file(
			made_files[i].path, O_CREAT, made_files[i].text) != 0)
			fail(control, "cannot write /%s", made_files[i].path);
	for (size_t i = 0; i < COUNT(devices); i++)
		make_device(control, devices[i]);
	for (size_t i = 0; i < COUNT(links); i++)
		if (symlink(links[i].to, links[i].path) != 0)
			fail(control, "cannot link /%s", links[i].path);
	make_writable(control, "work", b->limits->files_mb, 0, "755");
	make_writable(control, "tmp", b->limits->files_mb, MS_NOEXEC, "1777");
	make_writable(
	    control, "dev/shm", b->limits->files_mb, MS_NOEXEC, "1777");
	/* In a container that covers parts of its own /proc the kernel refuses;
	 * most programs do without. */
	if (mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		"subset=pid") != 0)
		return;
}

static void
change_root(int control, const struct box *b)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		fail(control, "mount namespace");
	if (mount("tmpfs", STAGE, "tmpfs", MS_NOSUID | MS_NODEV,
		"size=1m,mode=755") != 0 ||
	    chdir(STAGE) != 0)
		fail(control, "cannot mount a tmpfs");
	fill_root(control, b);
	/* The old root lands under the new one, and is let go of there. */
	if (syscall(SYS_pivot_root, ".", ".") != 0 ||
	    umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
		fail(control, "cannot change to the root inside");
	if (protect("/", 0, MOUNT_ATTR_RDONLY) != 0)
		fail(control, "cannot make the root read-only");
}

/* --- files --- */

static int
copy_file(int from, int to)
{
	static char piece[65536];
	ssize_t n;

	while ((n = read(from, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || write_all(to, piece, (size_t)n) < 0)
			return -1;
	}
	return 0;
}

static void
copy_files(int control, const struct box *b)
{
	int fd;

	if (chdir("/work") != 0)
		fail(control, "cannot enter /work");
	for (size_t i = 0; i < b->nfiles; i++) {
		fd = open(b->files[i].name,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0 || copy_file(b->files[i].fd, fd) != 0)
			fail(control, "cannot copy %s", b->files[i].name);
		close(fd);
		close(b->files[i].fd);
	}
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
become_program(int control, const struct box *b)
{
	int listener;

	/* No terminal is ours to control. */
	if (setsid() < 0 || dup2(b->output[0], 1) < 0 ||
	    dup2(b->output[1], 2) < 0 ||
	    syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
		fail(control, "descriptors");
	if (limit_set(b->limits) != 0)
		fail(control, "resource limits");
	if (drop_rights() != 0)
		fail(control, "capabilities");
	if ((listener = policy_install(b->filter, b->filter_len)) == -2)
		fail(control, "system call filter");
	if (say(control, BOX_START, 0, listener) < 0)
		_exit(125);
	if (listener >= 0)
		close(listener);
	environ = (char **)environment; /* its PATH is the one to look in */
	execvp(b->argv[0], b->argv);
	fail(control, "cannot start %.90s inside", b->argv[0]);
}

/* Reap everything; the end of the program is the end of all. */
static void __attribute__((noreturn)) watch(int control, pid_t program)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, 0)) > 0 || errno == EINTR)
		if (pid == program) {
			say(control, BOX_EXIT, status, -1);
			break;
		}
	_exit(0);
}

static void __attribute__((noreturn))
init_main(int control, const struct box *b, uid_t uid, gid_t gid)
{
	pid_t program;

	map_ids(control, uid, gid);
	/* After the change of ids, which would take it back. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
	    say(control, BOX_UP, 0, -1) < 0)
		_exit(125); /* the supervisor was faster */
	if (sethostname("codesync", 8) != 0)
		fail(control, "host name");
	change_root(control, b);
	copy_files(control, b);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		fail(control, "init");
	if ((program = fork()) < 0)
		fail(control, "cannot fork");
	if (program == 0)
		become_program(control, b);
	/* The pipes must end with the program. */
	close(0);
	close(1);
	close(2);
	if (control != CONTROL_FD)
		dup2(control, CONTROL_FD);
	syscall(SYS_close_range, CONTROL_FD + 1, ~0U, 0);
	watch(CONTROL_FD, program);
}

int
box_start(const struct box *b, pid_t *init, int *control)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int sv[2], error;

	if (socket_pair(sv) < 0)
		return CS_EIO;
	/* Not spawn(): there is nothing to execute before the root is there. */
	*init = (pid_t)syscall(
	    SYS_clone, NAMESPACES | SIGCHLD, NULL, NULL, NULL, 0UL);
	error = errno;
	if (*init == 0) {
		close(sv[0]);
		spawn_default_signals();
		init_main(sv[1], b, uid, gid);
	}
	close(sv[1]);
	*control = sv[0];
	if (*init > 0)
		return 0;
	close(sv[0]);
	errno = error;
	return CS_EIO;
}
