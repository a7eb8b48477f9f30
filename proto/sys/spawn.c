/*
 * spawn.c - fork and exec in one step, and passing descriptors.
 *
 * Until exec the child is in our memory, and the thread that called waits: after
 * fork all other threads would stop at the next page that they write, to copy it,
 * and those that let people's keys go first (ticks.h) did so for half a
 * millisecond. So the child only makes system calls, with signals blocked until
 * the handlers are not ours any more, and leaves errno where we see it. The
 * descriptors it is to get are first moved above all targets, so that no move can
 * overwrite one that is still needed.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched/types.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"

#define HIGH_FD 64 /* above every target */
#define MAX_ENV 8
#define SLICE_NS 100000 /* the shortest */
#define CPUS_MAX 8192   /* as many as Linux can have */

void
spawn_init(struct spawn *s)
{
	memset(s, 0, sizeof(*s));
	s->exec_fd = s->tty = -1;
	for (int i = 0; i < SPAWN_MAX_FDS; i++)
		s->fds[i] = -1;
}

/* What a program of ours may know of our environment. Free the entries. */
static void
small_env(char *env[MAX_ENV + 1])
{
	static const char *const kept[] = { "PATH", "CODESYNC_LOG",
		"JOURNAL_STREAM", "ASAN_OPTIONS", "UBSAN_OPTIONS",
		"LSAN_OPTIONS" };
	const char *value;
	int n = 0;

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if ((value = getenv(kept[i])) != NULL)
			env[n++] = xasprintf("%s=%s", kept[i], value);
	env[n] = NULL;
}

void
spawn_default_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL); /* fails for KILL and STOP: fine */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int
place_fds(const struct spawn *s)
{
	int high[SPAWN_MAX_FDS], null;

	if ((null = open("/dev/null", O_RDWR | O_CLOEXEC)) < 0 ||
	    (null = fcntl(null, F_DUPFD_CLOEXEC, HIGH_FD)) < 0)
		return -1;
	for (int i = 0; i < s->nfds; i++) {
		high[i] = -1;
		if (s->fds[i] >= 0 &&
		    (high[i] = fcntl(s->fds[i], F_DUPFD_CLOEXEC, HIGH_FD)) < 0)
			return -1;
	}
	for (int i = 0; i < s->nfds || i < 3; i++) {
		if (i < s->nfds && high[i] >= 0) {
			if (dup2(high[i], i) < 0)
				return -1;
		} else if (i < 3) {
			if (dup2(null, i) < 0)
				return -1;
		} else {
			close(i);
		}
	}
	return (int)syscall(SYS_close_range, s->nfds < 3 ? 3 : s->nfds, ~0U,
	    CLOSE_RANGE_CLOEXEC);
}

/* In the child, up to exec. Returns only on failure, with errno set. */
static void
become(const struct spawn *s, char *const *envp, pid_t parent)
{
	int exec_fd = s->exec_fd;

	spawn_default_signals();
	if (s->new_session && setsid() < 0)
		return;
	if (s->path == NULL &&
	    (exec_fd = fcntl(exec_fd, F_DUPFD_CLOEXEC, HIGH_FD)) < 0)
		return;
	if (place_fds(s) != 0)
		return;
	if (s->tty >= 0 && ioctl(s->tty, TIOCSCTTY, 0) != 0)
		return;
	if (s->die_with_parent) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
			return;
		if (getppid() != parent) /* it died before we could ask */
			_exit(0);
	}
	if (s->path != NULL)
		execve(s->path, s->argv, envp);
	else
		syscall(
		    SYS_execveat, exec_fd, "", s->argv, envp, AT_EMPTY_PATH);
}

/* 0, or errno: of the child if it got no further. */
static int
fork_exec(const struct spawn *s, char *const *envp, pid_t *pid)
{
	pid_t parent = getpid();
	volatile int error = 0; /* the child's and ours */
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	if ((*pid = vfork()) == 0) {
		become(s, envp, parent);
		error = errno;
		_exit(127);
	}
	if (*pid < 0)
		error = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (*pid > 0 && error != 0)
		while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
			;
	return error;
}

int
spawn(const struct spawn *s, pid_t *pid)
{
	char *env[MAX_ENV + 1] = { NULL };
	int error;

	if (s->envp == NULL)
		small_env(env);
	error = fork_exec(s, s->envp != NULL ? s->envp : env, pid);
	for (int i = 0; env[i] != NULL; i++)
		free(env[i]);
	if (error == 0)
		return 0;
	log_err("%s cannot be started: %s",
	    s->path != NULL ? s->path : s->argv[0], strerror(error));
	*pid = -1;
	return CS_EIO;
}

void
spawn_hurry(pid_t pid)
{
	struct sched_attr attr;

	if (syscall(SYS_sched_getattr, pid, &attr, sizeof(attr), 0) != 0)
		return;
	attr.sched_runtime = SLICE_NS;
	syscall(SYS_sched_setattr, pid, &attr, 0);
}

/* By bare calls, because <sched.h> and <linux/sched/types.h> exclude each other. */
void
spawn_beside(pid_t pid, unsigned which)
{
	uint8_t ours[CPUS_MAX / 8] = { 0 }, one[CPUS_MAX / 8] = { 0 };
	unsigned count = 0, cpu;

	if (syscall(SYS_sched_getaffinity, 0, sizeof(ours), ours) <= 0)
		return;
	for (cpu = 0; cpu < CPUS_MAX; cpu++)
		count += ours[cpu / 8] >> cpu % 8 & 1;
	which %= count;
	for (cpu = 0; (ours[cpu / 8] >> cpu % 8 & 1) == 0 || which-- > 0; cpu++)
		continue;
	one[cpu / 8] = (uint8_t)(1 << cpu % 8);
	syscall(SYS_sched_setaffinity, pid, sizeof(one), one);
}

int
spawn_reap(pid_t *pid, int *status)
{
	pid_t p;

	do
		p = waitpid(-1, status, WNOHANG);
	while (p < 0 && errno == EINTR);
	*pid = p;
	return p > 0;
}

int
fd_send(int sock, const void *bytes, size_t len, int fd)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = { (void *)bytes, len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;
	ssize_t n;

	if (fd >= 0) {
		memset(&control, 0, sizeof(control));
		m.msg_control = control.space;
		m.msg_controllen = sizeof(control.space);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(int));
	}
	do
		n = sendmsg(sock, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)len)
		return 0;
	if (n < 0 && (errno == EAGAIN || errno == ENOBUFS))
		return CS_EAGAIN;
	if (n < 0 && (errno == EPIPE || errno == ECONNRESET ||
			 errno == ENOTCONN || errno == ECONNREFUSED))
		return CS_ECLOSED;
	return CS_EIO;
}

/* Keep the first descriptor that came, close any other. */
static void
take_fds(struct msghdr *m, int *fd)
{
	struct cmsghdr *c;
	size_t n;
	int got;

	for (c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			memcpy(
			    &got, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
			if (fd != NULL && *fd < 0)
				*fd = got;
			else
				close(got);
		}
	}
}

int
fd_recv(int sock, void *bytes, size_t size, int *fd)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = { bytes, size };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space) };
	ssize_t n;

	if (fd != NULL)
		*fd = -1;
	do
		n = recvmsg(sock, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN       ? CS_EAGAIN
		       : errno == ECONNRESET ? 0
					     : CS_EIO;
	take_fds(&m, fd);
	if ((m.msg_flags & MSG_TRUNC) == 0)
		return (int)n;
	if (fd != NULL && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	return CS_ETOOBIG;
}

int
socket_pair(int sv[2])
{
	return socketpair(AF_UNIX,
		   SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sv) == 0
		   ? 0
		   : CS_EIO;
}
