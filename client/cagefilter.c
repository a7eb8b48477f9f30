/*
 * cagefilter.c - the system calls that the editor has in its cage, made into a
 * program for the kernel when CodeSync is built: cage.c includes what this one
 * prints. Each editor would do the same work, and libseccomp, which it does not
 * need for anything else, would stay mapped with what that leaves on the heap.
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <termios.h>

#include "proto/sys/filter.h"

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

int
main(void)
{
	struct sock_filter *program;
	void *p;
	size_t len;

	if (filter_compile(FILTER_KILL, cage, sizeof(cage) / sizeof(cage[0]),
		&p, &len) < 0)
		return 1;
	program = p;
	for (size_t i = 0; i < len; i++)
		printf("{ 0x%02x, %u, %u, 0x%08x },\n", program[i].code,
		    program[i].jt, program[i].jf, program[i].k);
	free(p);
	return fflush(stdout) == 0 ? 0 : 1;
}
