/*
 * join.c - codesync join ROOM, and room replay ROOM. The host gives a ticket; the
 * editor gets it in a pipe, and the directory of the endpoints as a descriptor, so
 * that it needs to open nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/exec.h"
#include "client/join.h"
#include "proto/err.h"
#include "proto/msg.h"
#include "proto/sys/link_nng.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"

#define TICKET_FD 3
#define DIR_FD 4
extern char **environ;

#define FREE_FD 10 /* above both, so that moving them can not hit the other */

/* The read end of a pipe that holds TICKET and then EOF, or -1. */
static int
ticket_pipe(const char *ticket)
{
	int fd[2], up;

	if (pipe2(fd, O_CLOEXEC) != 0)
		return -1;
	up = write_all(fd[1], ticket, strlen(ticket)) == 0
		 ? fcntl(fd[0], F_DUPFD_CLOEXEC, FREE_FD)
		 : -1;
	close(fd[0]);
	close(fd[1]);
	return up;
}

static int
endpoint_dir(void)
{
	int fd = open("s", O_PATH | O_DIRECTORY | O_CLOEXEC), up;

	if (fd < 0)
		return -1;
	up = fcntl(fd, F_DUPFD_CLOEXEC, FREE_FD);
	close(fd);
	return up;
}

#define ARGV_MAX 6

static void
editor_argv(const struct cli *c, bool replay, char *argv[ARGV_MAX])
{
	static char program[] = "codesync-edit", past[] = "-r";
	static struct {
		const char *option;
		char flag[3];
	} looks[] = { { "ascii", "-a" }, { "mono", "-m" }, { "calm", "-c" } };
	int n = 0;

	argv[n++] = program;
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		if (options_has(&c->opt, looks[i].option))
			argv[n++] = looks[i].flag;
	if (replay)
		argv[n++] = past;
	argv[n] = NULL;
}

/* Become the editor. Signals are as a program expects them at its start. */
static void
become(const struct cli *c, bool replay, char *path)
{
	char *argv[ARGV_MAX];
	sigset_t none;

	editor_argv(c, replay, argv);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv(path, argv);
}

int
join_spawn(const struct cli *c, const char *ticket, pid_t *pid)
{
	char *path = program_path("codesync-edit"), *argv[ARGV_MAX];
	int in = ticket_pipe(ticket), r = CS_EIO;
	int dir = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct spawn s;

	editor_argv(c, false, argv);
	spawn_init(&s);
	s.path = path;
	s.argv = argv;
	s.envp = environ;
	s.fds[0] = 0;
	s.fds[1] = 1;
	s.fds[2] = 2;
	s.fds[TICKET_FD] = in;
	s.fds[DIR_FD] = dir;
	s.nfds = DIR_FD + 1;
	if (path != NULL && in >= 0 && dir >= 0)
		r = spawn(&s, pid);
	if (in >= 0)
		close(in);
	if (dir >= 0)
		close(dir);
	if (r < 0)
		r = cli_fail(c, EXIT_FAILED,
		    path != NULL ? "the editor cannot be started"
				 : "codesync-edit is not installed beside "
				   "codesync");
	free(path);
	return r;
}

static int
start(const struct cli *c, bool replay, const char *ticket)
{
	char *path = program_path("codesync-edit");
	int in = ticket_pipe(ticket), dir = endpoint_dir();

	if (path == NULL)
		return cli_fail(c, EXIT_FAILED,
		    "codesync-edit is not installed beside codesync");
	nng_requests_end();
	if (in < 0 || dir < 0 || dup2(in, TICKET_FD) < 0 ||
	    dup2(dir, DIR_FD) < 0 || close_range(DIR_FD + 1, ~0U, 0) != 0)
		return cli_fail(c, EXIT_FAILED,
		    "the editor cannot be prepared: %s", strerror(errno));
	become(c, replay, path);
	return cli_fail(
	    c, EXIT_FAILED, "%s cannot be started: %s", path, strerror(errno));
}

/* Ask by CMD for a ticket, and be the editor that has it. ARGS is taken. */
static int
enter(struct cli *c, const char *cmd, struct json *args, bool replay)
{
	const char *ticket;
	struct answer a;
	int r;

	if ((r = cli_ask(c, cmd, args, NULL, &a)) != 0)
		return r;
	ticket = json_get_str(a.result, "ticket");
	if (ticket == NULL || strlen(ticket) != TICKET_LEN)
		r = cli_fail(c, EXIT_FAILED, "the host gave no ticket");
	else if (c->pass[0] != '\0')
		r = exec_editor(c, replay, ticket);
	else
		r = start(c, replay, ticket);
	answer_release(&a);
	return r;
}

int
join_room(struct cli *c)
{
	const char *name = options_value(&c->opt, "name");
	struct json *args;

	if (!isatty(0) || !isatty(1))
		return cli_fail(c, EXIT_USAGE,
		    "join needs a terminal; run it in one, or with `ssh -t`");
	args = json_object_new();
	json_set_str(args, "room", cli_arg(c, 0));
	if (name != NULL)
		json_set_str(args, "name", name);
	return enter(c, "room join", args, false);
}

int
join_replay(struct cli *c)
{
	struct json *args;

	if (!isatty(0) || !isatty(1))
		return cli_fail(c, EXIT_USAGE,
		    "replay needs a terminal; run it in one, or with `ssh "
		    "-t`");
	args = json_object_new();
	json_set_str(args, "room", cli_arg(c, 0));
	return enter(c, "room replay", args, true);
}
