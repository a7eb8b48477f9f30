/* exec.c - a command that came by ssh. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "client/exec.h"
#include "client/rooms.h"
#include "client/show.h"
#include "proto/err.h"
#include "proto/msg.h"
#include "proto/sys/filter.h"
#include "proto/sys/privs.h"
#include "proto/sys/util.h"

#define PIPE_FD 3
#define CHOICE_FD 4
#define EXEC_CHOICE_MAX (TICKET_LEN + 4)
#define LINE_MAX_BYTES 65536
#define MAX_FDS 64

/* libnng wants threads, which it makes by clone() when there is no clone3(),
 * whose flags no filter can see; it reads how many processors there are, and
 * does with less. */
#define ALLOW(call) FILTER_RULE(call, FILTER_ALLOW)
#define REFUSE(call) FILTER_RULE(call, FILTER_EACCES)
#define ONLY(call, arg, value) FILTER_RULE_EQ(call, FILTER_ALLOW, arg, value)
#define THREAD (CLONE_VM | CLONE_SIGHAND | CLONE_THREAD)
static const struct filter_rule rules[] = {
	ALLOW("read"),
	ALLOW("readv"),
	ALLOW("write"),
	ALLOW("writev"),
	ALLOW("lseek"),
	ALLOW("poll"),
	ALLOW("ppoll"),
	ALLOW("epoll_create1"),
	ALLOW("epoll_ctl"),
	ALLOW("epoll_wait"),
	ALLOW("epoll_pwait"),
	ALLOW("eventfd2"),
	ALLOW("pipe2"),
	ONLY("socket", 0, AF_UNIX),
	ALLOW("connect"),
	ALLOW("shutdown"),
	ALLOW("getsockopt"),
	ALLOW("sendto"),
	ALLOW("sendmsg"),
	ALLOW("recvfrom"),
	ALLOW("recvmsg"),
	ALLOW("dup2"),
	ALLOW("close"),
	ALLOW("fstat"),
	ONLY("fcntl", 1, F_GETFL),
	ONLY("fcntl", 1, F_SETFL),
	ONLY("fcntl", 1, F_GETFD),
	ONLY("fcntl", 1, F_SETFD),
	ONLY("fcntl", 1, F_SETPIPE_SZ),
	ONLY("ioctl", 1, TCGETS),
	ONLY("ioctl", 1, TCSETS),
	ONLY("ioctl", 1, TCSETSW),
	ONLY("ioctl", 1, TCSETSF),
	ONLY("ioctl", 1, TIOCGWINSZ),
	FILTER_RULE_MASKED("mmap", FILTER_ALLOW, 2, PROT_EXEC, 0),
	FILTER_RULE_MASKED("mprotect", FILTER_ALLOW, 2, PROT_EXEC, 0),
	ALLOW("munmap"),
	ALLOW("mremap"),
	ALLOW("madvise"),
	ALLOW("brk"),
	FILTER_RULE_MASKED("clone", FILTER_ALLOW, 0, THREAD, THREAD),
	FILTER_RULE("clone3", FILTER_ENOSYS),
	ALLOW("set_robust_list"),
	ALLOW("rseq"),
	ALLOW("futex"),
	ALLOW("sched_getaffinity"),
	ALLOW("sched_yield"),
	ALLOW("sysinfo"),
	ONLY("prctl", 0, PR_SET_NAME),
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
	ALLOW("getuid"),
	ALLOW("geteuid"),
	ALLOW("getgid"),
	ALLOW("getegid"),
	ALLOW("exit"),
	ALLOW("exit_group"),
	REFUSE("prlimit64"),
	REFUSE("open"),
	REFUSE("openat"),
	REFUSE("newfstatat"),
	REFUSE("stat"),
	REFUSE("access"),
	REFUSE("readlink"),
	REFUSE("readlinkat"),
	REFUSE("getcwd"),
};

/* The pipe's pass into C, its line into *LINE. */
static int
read_pipe(struct cli *c, char **line)
{
	char *text = NULL, *end;
	size_t len;
	int r = read_all(PIPE_FD, LINE_MAX_BYTES, &text, &len);

	if (r < 0)
		return r;
	close(PIPE_FD);
	end = strchr(text, '\n');
	if (end == NULL || end - text != TICKET_LEN) {
		explicit_bzero(text, len);
		free(text);
		return CS_EFORMAT;
	}
	memcpy(c->pass, text, TICKET_LEN);
	*line = xstrdup(end + 1);
	explicit_bzero(text, len);
	free(text);
	return 0;
}

static int
confine(const char *run_dir)
{
	const char *root = ".";
	int r;

#ifdef CODESYNC_NO_SECCOMP /* the leak checker wants /proc */
	root = NULL;
#endif
	if (chdir(run_dir) != 0)
		return CS_EIO;
	/* threads of libnng's count as processes, and their stacks as memory */
	if ((r = privs_limit(0, MAX_FDS, true, false)) < 0 ||
	    (r = privs_drop("edit", root, false)) < 0)
		return r;
	return filter_install(
	    FILTER_KILL, rules, sizeof(rules) / sizeof(rules[0]));
}

int
exec_begin(struct cli *c, const char *run_dir, char **line)
{
	if (read_pipe(c, line) < 0)
		return cli_fail(
		    c, EXIT_USAGE, "-x is for codesyncd, when it starts this");
	c->run_dir = xstrdup(run_dir);
	c->entered = true;
	c->null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	c->users = c->seat || c->home ? NULL : fopen("/etc/passwd", "re");
	if (c->null_fd < 0 || confine(run_dir) < 0) {
		free(*line);
		return cli_fail(
		    c, EXIT_FAILED, "the command cannot be started");
	}
	return 0;
}

void
exec_stop_reading(const struct cli *c)
{
	if (c->pass[0] != '\0')
		dup2(c->null_fd, 0);
}

/* Letters for how, and the ticket, whose digits are none of them. */
int
exec_editor(const struct cli *c, bool replay, const char *ticket)
{
	static const struct {
		const char *option;
		char letter;
	} looks[] = { { "ascii", 'A' }, { "mono", 'M' }, { "calm", 'C' } };
	char line[EXEC_CHOICE_MAX + 1];
	size_t n = 0;

	if (replay)
		line[n++] = 'R';
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		if (options_has(&c->opt, looks[i].option))
			line[n++] = looks[i].letter;
	memcpy(line + n, ticket, TICKET_LEN);
	n += TICKET_LEN;
	if ((!c->home && !c->tty) || write_all(CHOICE_FD, line, n) < 0)
		return cli_fail(c, EXIT_FAILED, "the editor cannot be started");
	return EXIT_DONE;
}

/* Where nothing can be drawn: the list once, and how to go on. */
static int
print_rooms(struct cli *c)
{
	struct answer me, rooms;
	int r;

	if ((r = cli_ask(c, "whoami", NULL, NULL, &me)) != 0)
		return r;
	if ((r = cli_ask(c, "room list", NULL, NULL, &rooms)) == 0) {
		show_rooms(rooms.result);
		printf("\nTo enter one: ssh -t -p %lld %s+ROOM@%s\n",
		    (long long)json_get_int(me.result, "port", 0),
		    json_get_str(me.result, "name"),
		    json_get_str(me.result, "host"));
		answer_release(&rooms);
	}
	answer_release(&me);
	return r;
}

int
exec_home(struct cli *c)
{
	const char *term = getenv("TERM");

	if (!c->home || term == NULL || strcmp(term, "dumb") == 0 ||
	    strcmp(term, "unknown") == 0)
		return print_rooms(c);
	return rooms_main(c);
}
