/* child.c - editors, commands and links for those who are in. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "hostd/child.h"
#include "hostd/pty.h"
#include "proto/err.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"

#define LOG_ENV_SIZE 64

static void
close_all(const int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* The read end of a pipe that holds A, B and then EOF, or -1. A pipe takes
 * both at once: they are shorter than PIPE_BUF and a page. */
static int
secret_pipe(const char *a, const char *b)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) != 0)
		return -1;
	if (write_all(fd[1], a, strlen(a)) < 0 ||
	    write_all(fd[1], b, strlen(b)) < 0) {
		close(fd[0]);
		fd[0] = -1;
	}
	close(fd[1]);
	return fd[0];
}

static void
log_env(char dst[LOG_ENV_SIZE])
{
	const char *level = getenv("CODESYNC_LOG");

	snprintf(dst, LOG_ENV_SIZE, "CODESYNC_LOG=%s", level ? level : "info");
}

static void
term_env(const struct child_look *look, char dst[MON_TERM_MAX + 8])
{
	snprintf(dst, MON_TERM_MAX + 8, "TERM=%s",
	    pty_term_valid(look->term) ? look->term : "unknown");
}

static int
spawn_editor(const char *program, const struct child_look *look,
    const int fds[4], pid_t *pid)
{
	static char name[] = "codesync-edit", past[] = "-r";
	static struct {
		uint32_t bit;
		char flag[3];
	} looks[] = { { MON_ASCII, "-a" }, { MON_MONO, "-m" },
		{ MON_CALM, "-c" } };
	char term[MON_TERM_MAX + 8], lang[] = "LC_ALL=C.UTF-8",
				     log[LOG_ENV_SIZE];
	char *argv[6] = { name }, *envp[] = { term, lang, log, NULL };
	struct spawn s;
	int n = 1, r;

	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		if (look->flags & looks[i].bit)
			argv[n++] = looks[i].flag;
	if (look->replay)
		argv[n++] = past;
	term_env(look, term);
	log_env(log);
	spawn_init(&s);
	s.path = program;
	s.argv = argv;
	s.envp = envp;
	s.fds[0] = s.fds[1] = s.fds[2] = fds[3] >= 0 ? fds[3] : fds[0];
	s.fds[3] = fds[1];
	s.fds[4] = fds[2];
	s.fds[5] = fds[0];
	s.nfds = 6;
	s.new_session = true;
	s.tty = 5;
	if ((r = spawn(&s, pid)) == 0)
		spawn_hurry(*pid);
	return r;
}

int
child_editor(const char *program, int seats_fd, const struct child_look *look,
    const char *ticket, int tty, int bytes, pid_t *pid)
{
	int fds[4] = { tty, secret_pipe(ticket, ""), seats_fd, bytes };
	int r = CS_EIO;

	if (fds[1] >= 0)
		r = spawn_editor(program, look, fds, pid);
	close_all(&fds[1], 1);
	return r;
}

/* A program on TTY, given KIND; its descriptor 4 is where it says which room was
 * chosen. */
static int
spawn_on_tty(const char *program, char *run_dir, char *kind,
    const struct child_look *look, const int fds[2], int *choice, pid_t *pid)
{
	static char name[] = "codesync", x[] = "-x", dir[] = "-R";
	char *argv[] = { name, x, dir, run_dir, kind, NULL };
	char term[MON_TERM_MAX + 8], lang[] = "LC_ALL=C.UTF-8",
				     log[LOG_ENV_SIZE];
	char *envp[] = { term, lang, log, NULL };
	struct spawn s;
	int fd[2], r;

	if (pipe2(fd, O_CLOEXEC | O_NONBLOCK) != 0)
		return CS_EIO;
	term_env(look, term);
	log_env(log);
	spawn_init(&s);
	s.path = program;
	s.argv = argv;
	s.envp = envp;
	s.fds[0] = s.fds[1] = s.fds[2] = fds[0];
	s.fds[3] = fds[1];
	s.fds[4] = fd[1];
	s.nfds = 5;
	s.new_session = true;
	s.tty = 0;
	if ((r = spawn(&s, pid)) == 0)
		*choice = fd[0];
	close(fd[1]);
	if (r < 0)
		close(fd[0]);
	return r;
}

int
child_on_tty(const char *program, char *run_dir, const struct child_look *look,
    const char *pass, const char *line, int tty, int *choice, pid_t *pid)
{
	static char home[] = "-l", command[] = "-p";
	char first[TICKET_LEN + 2];
	int fds[2] = { tty, -1 }, r = CS_EIO;

	*choice = -1;
	snprintf(first, sizeof(first), "%s\n", pass);
	if ((fds[1] = secret_pipe(first, line)) >= 0)
		r = spawn_on_tty(program, run_dir,
		    line[0] != '\0' ? command : home, look, fds, choice, pid);
	explicit_bzero(first, sizeof(first));
	close_all(&fds[1], 1);
	return r;
}

/* FDS: its descriptors 0 to 3. */
static int
spawn_command(const char *program, char *const *argv, const int fds[4],
    bool tty, pid_t *pid)
{
	char lang[] = "LC_ALL=C.UTF-8", log[LOG_ENV_SIZE];
	char *envp[] = { lang, log, NULL };
	struct spawn s;

	log_env(log);
	spawn_init(&s);
	s.path = program;
	s.argv = argv;
	s.envp = envp;
	memcpy(s.fds, fds, 4 * sizeof(fds[0]));
	s.nfds = 4;
	s.new_session = true;
	s.tty = tty ? 0 : -1;
	return spawn(&s, pid);
}

/* OURS[i] and THEIRS[i] of a command's input, output and errors. */
static int
open_pipes(int ours[3], int theirs[3])
{
	int fd[2];

	for (int i = 0; i < 3; i++) {
		if (pipe2(fd, O_CLOEXEC) != 0)
			return CS_EIO;
		ours[i] = fd[i == 0];
		theirs[i] = fd[i != 0];
	}
	return 0;
}

static int
open_pty(const struct mon_msg *m, int ours[3], int theirs[3])
{
	int r = pty_open(m->u.exec.cols, m->u.exec.rows, &ours[0], &theirs[0]);

	if (r == 0 &&
	    ((theirs[1] = fcntl(theirs[0], F_DUPFD_CLOEXEC, 3)) < 0 ||
		(theirs[2] = fcntl(theirs[0], F_DUPFD_CLOEXEC, 3)) < 0))
		r = CS_EIO;
	return r;
}

int
child_command(const char *program, char *run_dir, const struct mon_msg *m,
    const char *pass, bool seat, int fds[3], pid_t *pid)
{
	static char name[] = "codesync", x[] = "-x", dir[] = "-R",
		    code[] = "-c";
	char *argv[] = { name, x, dir, run_dir, seat ? code : NULL, NULL };
	int theirs[4] = { -1, -1, -1, -1 }, r;
	char first[TICKET_LEN + 2];

	fds[0] = fds[1] = fds[2] = -1;
	snprintf(first, sizeof(first), "%s\n", pass);
	r = m->u.exec.pty ? open_pty(m, fds, theirs) : open_pipes(fds, theirs);
	if (r == 0 && (theirs[3] = secret_pipe(first, m->u.exec.line)) < 0)
		r = CS_EIO;
	if (r == 0)
		r = spawn_command(program, argv, theirs, m->u.exec.pty, pid);
	explicit_bzero(first, sizeof(first));
	close_all(theirs, 4);
	if (r < 0)
		close_all(fds, 3);
	return r;
}

int
child_link(int seats_fd, const char *ticket)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return CS_EIO;
	snprintf(sun.sun_path, sizeof(sun.sun_path), "/proc/self/fd/%d/%s",
	    seats_fd, ticket);
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0)
		return fd;
	close(fd);
	return CS_EIO;
}
