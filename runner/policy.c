/*
 * policy.c - the system calls of the sandbox, as one table.
 *
 * What honest programs need is allowed; what they may try in vain fails with
 * the errno that gives the clearest Python error; what none of them calls stops
 * the run (FILTER_NOTIFY tells us its name). Everything else, also calls that
 * do not exist yet, is ENOSYS, for which libraries have a fallback. That is why
 * clone3 is not listed: its flags are in memory that a filter cannot see, and
 * the C library then uses clone.
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/filter.h"
#include "runner/limit.h"
#include "runner/policy.h"

#define NEW_NAMESPACES                                                 \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | \
	    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | 0x80 /* time */)
#define SOCKET_TYPE 0xf

#define ALLOW(call) FILTER_RULE(call, FILTER_ALLOW)
#define WHEN(call, n, v) FILTER_RULE_EQ(call, FILTER_ALLOW, n, v)
#define FAKE(call, n, v) FILTER_RULE_EQ(call, FILTER_FAKE_OK, n, v)
#define MASK(call, n, m, v) FILTER_RULE_MASKED(call, FILTER_ALLOW, n, m, v)
#define BOTH(call, n, v, n2, m2, v2) \
	FILTER_RULE_BOTH(call, FILTER_ALLOW, n, v, n2, m2, v2)
#define EPERM_(call) FILTER_RULE(call, FILTER_EPERM)
#define NONE_(call) FILTER_RULE(call, FILTER_EOPNOTSUPP)
#define EACCES_(call) FILTER_RULE(call, FILTER_EACCES)
#define NONET(call) FILTER_RULE(call, FILTER_ENETUNREACH)
#define BLOCK(call) FILTER_RULE(call, FILTER_NOTIFY)

/* clang-format off */
static const struct filter_rule rules[] = {
	/* files */
	ALLOW("read"), ALLOW("write"), ALLOW("readv"), ALLOW("writev"),
	ALLOW("pread64"), ALLOW("pwrite64"), ALLOW("preadv"), ALLOW("pwritev"),
	ALLOW("preadv2"), ALLOW("pwritev2"), ALLOW("open"), ALLOW("openat"),
	ALLOW("creat"), ALLOW("close"), ALLOW("close_range"), ALLOW("lseek"),
	ALLOW("stat"), ALLOW("fstat"), ALLOW("lstat"), ALLOW("newfstatat"),
	ALLOW("statx"), ALLOW("statfs"), ALLOW("fstatfs"), ALLOW("access"),
	ALLOW("faccessat"), ALLOW("faccessat2"), ALLOW("readlink"),
	ALLOW("readlinkat"), ALLOW("getdents"), ALLOW("getdents64"),
	ALLOW("getcwd"), ALLOW("chdir"), ALLOW("fchdir"), ALLOW("mkdir"),
	ALLOW("mkdirat"), ALLOW("rmdir"), ALLOW("rename"), ALLOW("renameat"),
	ALLOW("renameat2"), ALLOW("link"), ALLOW("linkat"), ALLOW("symlink"),
	ALLOW("symlinkat"), ALLOW("unlink"), ALLOW("unlinkat"),
	ALLOW("truncate"), ALLOW("ftruncate"), ALLOW("fallocate"),
	ALLOW("fsync"), ALLOW("fdatasync"), ALLOW("sync_file_range"),
	ALLOW("fadvise64"), ALLOW("chmod"), ALLOW("fchmod"), ALLOW("fchmodat"),
	ALLOW("utime"), ALLOW("utimes"), ALLOW("utimensat"),
	ALLOW("futimesat"), ALLOW("umask"), ALLOW("sendfile"),
	ALLOW("copy_file_range"), ALLOW("dup"), ALLOW("dup2"), ALLOW("dup3"),
	ALLOW("pipe"), ALLOW("pipe2"),
	/* memory */
	ALLOW("brk"), ALLOW("mmap"), ALLOW("munmap"), ALLOW("mremap"),
	ALLOW("mprotect"), ALLOW("madvise"), ALLOW("msync"),
	/* waiting */
	ALLOW("poll"), ALLOW("ppoll"), ALLOW("select"), ALLOW("pselect6"),
	ALLOW("epoll_create"), ALLOW("epoll_create1"), ALLOW("epoll_ctl"),
	ALLOW("epoll_wait"), ALLOW("epoll_pwait"), ALLOW("epoll_pwait2"),
	ALLOW("eventfd"), ALLOW("eventfd2"), ALLOW("timerfd_create"),
	ALLOW("timerfd_settime"), ALLOW("timerfd_gettime"), ALLOW("futex"),
	ALLOW("futex_waitv"), ALLOW("membarrier"),
	/* time */
	ALLOW("clock_gettime"), ALLOW("clock_getres"),
	ALLOW("clock_nanosleep"), ALLOW("nanosleep"), ALLOW("gettimeofday"),
	ALLOW("time"), ALLOW("times"), ALLOW("alarm"), ALLOW("pause"),
	ALLOW("getitimer"), ALLOW("setitimer"), ALLOW("timer_create"),
	ALLOW("timer_settime"), ALLOW("timer_gettime"),
	ALLOW("timer_getoverrun"), ALLOW("timer_delete"),
	/* signals */
	ALLOW("rt_sigaction"), ALLOW("rt_sigprocmask"), ALLOW("rt_sigreturn"),
	ALLOW("rt_sigpending"), ALLOW("rt_sigsuspend"),
	ALLOW("rt_sigtimedwait"), ALLOW("rt_sigqueueinfo"),
	ALLOW("sigaltstack"), ALLOW("kill"), ALLOW("tkill"), ALLOW("tgkill"),
	ALLOW("restart_syscall"),
	/* processes and threads */
	MASK("clone", 0, NEW_NAMESPACES, 0), ALLOW("fork"), ALLOW("vfork"),
	ALLOW("execve"), ALLOW("exit"), ALLOW("exit_group"), ALLOW("wait4"),
	ALLOW("waitid"), ALLOW("arch_prctl"), ALLOW("set_tid_address"),
	ALLOW("set_robust_list"), ALLOW("get_robust_list"), ALLOW("rseq"),
	ALLOW("set_thread_area"), ALLOW("get_thread_area"), ALLOW("gettid"),
	ALLOW("getpid"), ALLOW("getppid"), ALLOW("getpgrp"), ALLOW("getpgid"),
	ALLOW("getsid"), ALLOW("getuid"), ALLOW("geteuid"), ALLOW("getgid"),
	ALLOW("getegid"), ALLOW("getresuid"), ALLOW("getresgid"),
	ALLOW("getgroups"), ALLOW("capget"), ALLOW("getpriority"),
	ALLOW("sched_yield"), ALLOW("sched_getaffinity"),
	ALLOW("sched_getparam"), ALLOW("sched_getscheduler"),
	ALLOW("sched_get_priority_max"), ALLOW("sched_get_priority_min"),
	ALLOW("getcpu"), ALLOW("getrusage"), ALLOW("getrlimit"),
	BOTH("prlimit64", 0, 0, 2, UINT64_MAX, 0), /* one's own, to read */
	ALLOW("uname"), ALLOW("getrandom"),
	WHEN("prctl", 0, PR_SET_NAME), WHEN("prctl", 0, PR_GET_NAME),
	WHEN("prctl", 0, PR_GET_DUMPABLE), WHEN("prctl", 0, PR_SET_PDEATHSIG),
	WHEN("prctl", 0, PR_GET_PDEATHSIG), WHEN("prctl", 0, PR_CAPBSET_READ),
	WHEN("prctl", 0, PR_GET_NO_NEW_PRIVS), WHEN("prctl", 0, PR_SET_VMA),
	/* No way to push input into a terminal that came as standard input. */
	WHEN("ioctl", 1, TCGETS), WHEN("ioctl", 1, FIOCLEX),
	WHEN("ioctl", 1, FIONCLEX), WHEN("ioctl", 1, FIONBIO),
	WHEN("ioctl", 1, FIONREAD), WHEN("ioctl", 1, TIOCGWINSZ),
	WHEN("fcntl", 1, F_GETFD), WHEN("fcntl", 1, F_SETFD),
	WHEN("fcntl", 1, F_GETFL), WHEN("fcntl", 1, F_SETFL),
	WHEN("fcntl", 1, F_DUPFD), WHEN("fcntl", 1, F_DUPFD_CLOEXEC),
	WHEN("fcntl", 1, F_GETPIPE_SZ),
	/* Locks on read-only files that all runs see would be a channel between
	 * them; nobody else is here to lock anything against. Who asks is told
	 * that nobody holds one, which is true. */
	FAKE("fcntl", 1, F_SETLK), FAKE("fcntl", 1, F_SETLKW),
	FAKE("fcntl", 1, F_OFD_SETLK), FAKE("fcntl", 1, F_OFD_SETLKW),
	WHEN("fcntl", 1, F_GETLK), WHEN("fcntl", 1, F_OFD_GETLK),
	/* A datagram pair could send to other programs' abstract names. */
	BOTH("socketpair", 0, AF_UNIX, 1, SOCKET_TYPE, SOCK_STREAM),
	ALLOW("sendto"), ALLOW("recvfrom"), ALLOW("recvmsg"),
	ALLOW("recvmmsg"), ALLOW("shutdown"),
	ALLOW("getsockname"), ALLOW("getpeername"), ALLOW("getsockopt"),
	/* All but SO_SNDBUF, 7 (and what else ends in three ones), which would
	 * let a socket keep more in the kernel: that may have no effect. */
	MASK("setsockopt", 2, 1, 0), MASK("setsockopt", 2, 2, 0),
	MASK("setsockopt", 2, 4, 0),
	FILTER_RULE_MASKED("setsockopt", FILTER_FAKE_OK, 2, 7, SO_SNDBUF),
	NONET("socket"), NONET("connect"), EACCES_("bind"), EACCES_("listen"),
	EACCES_("accept"), EACCES_("accept4"),
	/* ordinary errors */
	EPERM_("setuid"), EPERM_("setgid"), EPERM_("setreuid"),
	EPERM_("setregid"), EPERM_("setresuid"), EPERM_("setresgid"),
	EPERM_("setfsuid"), EPERM_("setfsgid"), EPERM_("setgroups"),
	EPERM_("chown"), EPERM_("fchown"), EPERM_("lchown"),
	EPERM_("fchownat"), EPERM_("setpriority"),
	EPERM_("sched_setaffinity"), EPERM_("sched_setparam"),
	EPERM_("sched_setscheduler"), EPERM_("sched_setattr"),
	EPERM_("ioprio_set"), EPERM_("mlock"), EPERM_("mlock2"),
	EPERM_("mlockall"), EPERM_("munlock"), EPERM_("munlockall"),
	EPERM_("setsid"), EPERM_("setpgid"), EPERM_("setrlimit"),
	EPERM_("mknod"), EPERM_("mknodat"), EPERM_("sethostname"),
	EPERM_("setdomainname"), EPERM_("syslog"), EPERM_("chroot"),
	EPERM_("execveat"), EPERM_("capset"), EPERM_("setxattr"),
	EPERM_("lsetxattr"), EPERM_("fsetxattr"), EPERM_("removexattr"),
	EPERM_("lremovexattr"), EPERM_("fremovexattr"),
	NONE_("getxattr"), NONE_("lgetxattr"), NONE_("fgetxattr"),
	NONE_("listxattr"), NONE_("llistxattr"), NONE_("flistxattr"),
	EPERM_("personality"), EPERM_("flock"),
	/* no honest program */
	BLOCK("ptrace"), BLOCK("process_vm_readv"),
	BLOCK("process_vm_writev"), BLOCK("bpf"), BLOCK("perf_event_open"),
	BLOCK("mount"), BLOCK("umount"), BLOCK("umount2"), BLOCK("open_tree"),
	BLOCK("move_mount"), BLOCK("fsopen"), BLOCK("fsconfig"),
	BLOCK("fsmount"), BLOCK("fspick"), BLOCK("mount_setattr"),
	BLOCK("pivot_root"), BLOCK("setns"), BLOCK("unshare"),
	BLOCK("init_module"), BLOCK("finit_module"), BLOCK("delete_module"),
	BLOCK("create_module"), BLOCK("kexec_load"), BLOCK("kexec_file_load"),
	BLOCK("reboot"), BLOCK("swapon"), BLOCK("swapoff"), BLOCK("iopl"),
	BLOCK("ioperm"), BLOCK("modify_ldt"), BLOCK("clock_settime"),
	BLOCK("clock_adjtime"), BLOCK("settimeofday"), BLOCK("adjtimex"),
	BLOCK("stime"), BLOCK("quotactl"), BLOCK("quotactl_fd"),
	BLOCK("acct"), BLOCK("seccomp"), BLOCK("move_pages"),
	BLOCK("migrate_pages"), BLOCK("mbind"), BLOCK("set_mempolicy"),
	BLOCK("uselib"), BLOCK("vhangup"), BLOCK("nfsservctl"),
	BLOCK("lookup_dcookie"), BLOCK("keyctl"), BLOCK("add_key"),
	BLOCK("request_key"),
};
/* What leaves descriptors on their way, of which a user of the host has so many. The
 * listener still goes to init, through one that no program can have. */
static const struct filter_rule sends[] = {
	ALLOW("sendmsg"), ALLOW("sendmmsg"),
}, no_sends[] = {
	WHEN("sendmsg", 0, LIMIT_FILES), EPERM_("sendmmsg"),
};
/* clang-format on */

int
policy_compile(bool shared, void **prog, size_t *len)
{
	struct filter_rule all[sizeof(rules) / sizeof(rules[0]) +
			       sizeof(sends) / sizeof(sends[0])];

	memcpy(all, rules, sizeof(rules));
	memcpy((char *)all + sizeof(rules), shared ? no_sends : sends,
	    sizeof(sends));
	return filter_compile(
	    FILTER_ENOSYS, all, sizeof(all) / sizeof(all[0]), prog, len);
}

static int
load(void *prog, size_t len, unsigned flags)
{
	struct sock_fprog p = { (unsigned short)len, prog };

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &p);
}

/* A process can have one listener; under a container manager's it is taken. */
static void
kill_instead(struct sock_filter *prog, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (prog[i].code == (BPF_RET | BPF_K) &&
		    prog[i].k == SECCOMP_RET_USER_NOTIF)
			prog[i].k = SECCOMP_RET_KILL_PROCESS;
}

int
policy_install(void *prog, size_t len)
{
	int fd = load(prog, len, SECCOMP_FILTER_FLAG_NEW_LISTENER);

	if (fd >= 0)
		return fd;
	kill_instead(prog, len);
	return load(prog, len, 0) == 0 ? -1 : -2;
}

int
policy_blocked(int listener, char *dst, size_t size)
{
	struct seccomp_notif n;

	memset(&n, 0, sizeof(n)); /* the kernel insists */
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &n) != 0)
		return CS_EAGAIN;
	filter_call_name(n.data.nr, dst, size);
	return 0;
}
