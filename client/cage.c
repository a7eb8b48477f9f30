/*
 * cage.c - the editor's sandbox. What it reads comes from a person whom nobody
 * knows, so it has no files, no exec, no signals and no network.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <termios.h>

#include "client/cage.h"
#include "proto/sys/filter.h"
#include "proto/sys/privs.h"

#define MEMORY_MB 512

#define ALLOW(call) FILTER_RULE(call, FILTER_ALLOW)
#define REFUSE(call) FILTER_RULE(call, FILTER_EACCES)
#define ONLY(call, arg, value) FILTER_RULE_EQ(call, FILTER_ALLOW, arg, value)
static const struct filter_rule cage[] = {
	ALLOW("read"),
	ALLOW("write"),
	ALLOW("writev"),
	ALLOW("lseek"),
	ALLOW("poll"),
	ALLOW("ppoll"),
	ALLOW("epoll_wait"),
	ALLOW("epoll_pwait"),
	ALLOW("epoll_ctl"),
	ONLY("socket", 0, AF_UNIX),
	ALLOW("connect"),
	ALLOW("sendto"),
	ALLOW("recvfrom"),
	ALLOW("fchdir"),
	ALLOW("close"),
	ALLOW("fstat"),
	/* no F_SETOWN: a signal for anybody who has our user id */
	ONLY("fcntl", 1, F_GETFL),
	ONLY("fcntl", 1, F_SETFL),
	ONLY("fcntl", 1, F_GETFD),
	ONLY("fcntl", 1, F_SETFD),
	ONLY("ioctl", 1, TIOCGWINSZ),
	ONLY("ioctl", 1, TCGETS),
	ONLY("ioctl", 1, TCSETS),
	ONLY("ioctl", 1, TCSETSW),
	FILTER_RULE_MASKED("mmap", FILTER_ALLOW, 2, PROT_EXEC, 0),
	FILTER_RULE_MASKED("mprotect", FILTER_ALLOW, 2, PROT_EXEC, 0),
	ALLOW("munmap"),
	ALLOW("mremap"),
	ALLOW("madvise"),
	ALLOW("brk"),
	ALLOW("futex"),
	ALLOW("clock_gettime"),
	ALLOW("gettimeofday"),
	ALLOW("nanosleep"),
	ALLOW("clock_nanosleep"),
	ALLOW("rt_sigaction"),
	ALLOW("rt_sigprocmask"),
	ALLOW("rt_sigreturn"),
	ALLOW("restart_syscall"),
	ALLOW("getrandom"),
	ALLOW("getpid"),
	ALLOW("gettid"),
	ALLOW("exit"),
	ALLOW("exit_group"),
	REFUSE("open"),
	REFUSE("openat"),
	REFUSE("newfstatat"),
	REFUSE("stat"),
	REFUSE("access"),
	REFUSE("readlink"),
};

/* connect() takes a path that the filter cannot look at: hence root's chroot. */
int
cage_enter(int seats_fd)
{
	char path[32], *root = path;
	int r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", seats_fd);
#ifdef CODESYNC_NO_SECCOMP /* the leak checker wants /proc */
	root = NULL;
#endif
	if ((r = privs_limit(MEMORY_MB, 0, false, true)) < 0 ||
	    (r = privs_drop("edit", root, false)) < 0)
		return r;
	return filter_install(
	    FILTER_KILL, cage, sizeof(cage) / sizeof(cage[0]));
}
