/*
 * bridge.c - codesync join -H. Before the editor there is ssh alone, which may
 * ask what it likes; with the first byte that comes from the host the terminal
 * is the editor's, and every later ssh has to do with the answers that were
 * given (ask.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/ask.h"
#include "client/bridge.h"
#include "client/join.h"
#include "proto/err.h"
#include "proto/msg.h"
#include "proto/sys/loop.h"
#include "proto/sys/privs.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"

#define PIECE 65536        /* bytes that wait for one side */
#define SHORT_LIFE_MS 2000 /* an ssh that ended so soon is no way */
#define PAUSE_MIN_MS 250
#define PAUSE_MAX_MS 3000
#define SSH_FAILED 255

extern char **environ;

static struct bridge {
	struct cli *c;
	struct loop *loop;
	char *dir, *ssh_path, *target, *port;
	char ticket[TICKET_LEN + 1];
	int listener, asker; /* sockets of the editor's and ssh's helper */
	struct loop_io *listener_io, *asker_io;
	int editor_fd, ssh_fd; /* -1: not connected */
	int errors_fd;         /* what the first ssh says to people */
	struct loop_io *editor_io, *ssh_io, *errors_io;
	struct buf up, down; /* to the host, from it */
	pid_t editor, ssh;   /* -1: not running */
	struct loop_timer *again;
	uint64_t since_ms; /* of the last ssh */
	unsigned pause_ms;
	bool begun; /* the editor was started */
	struct ask ask;
} self = { .listener = -1,
	.asker = -1,
	.editor_fd = -1,
	.ssh_fd = -1,
	.errors_fd = -1,
	.editor = -1,
	.ssh = -1 };

/* --- ssh --- */

/* The environment with what ssh needs to ask us; NULL-terminated, freed with
 * its last three texts. */
static char **
ssh_environment(size_t *n)
{
	char **env, *program = program_path("codesync");

	for (*n = 0; environ[*n] != NULL; (*n)++)
		;
	env = xcalloc(*n + 4, sizeof(*env));
	memcpy(env, environ, *n * sizeof(*env));
	env[*n] = xasprintf("SSH_ASKPASS=%s", program != NULL ? program : "");
	env[*n + 1] = xstrdup("SSH_ASKPASS_REQUIRE=force");
	env[*n + 2] = xasprintf("%s=%s", ASK_DIR_ENV, self.dir);
	free(program);
	return env;
}

/* Before the editor is there; after that the screen is its own. */
static void
on_errors(void *arg, int what)
{
	char text[4096];
	ssize_t n = read(self.errors_fd, text, sizeof(text));

	(void)arg;
	(void)what;
	if (n <= 0)
		loop_io_want(self.errors_io, 0);
	else if (!self.begun)
		write_all(STDERR_FILENO, text, (size_t)n);
}

/* The write end of a pipe whose other end is heard, or -1. */
static int
errors_pipe(void)
{
	int fd[2];

	if (self.begun || pipe2(fd, O_CLOEXEC) != 0)
		return -1;
	self.errors_fd = fd[0];
	fd_nonblock(fd[0]);
	if (loop_io_new(self.loop, fd[0], LOOP_READ, on_errors, NULL,
		&self.errors_io) == 0)
		return fd[1];
	close(fd[1]);
	return -1;
}

static int
spawn_ssh(int fd)
{
	static char ssh[] = "ssh", s_flag[] = "-s", t_flag[] = "-T",
		    p_flag[] = "-p", o_flag[] = "-o", name[] = "codesync",
		    all[] = "ClearAllForwardings=yes",
		    control[] = "ControlPath=none",
		    timeout[] = "ConnectTimeout=10",
		    alive[] = "ServerAliveInterval=5";
	char *argv[] = { ssh, s_flag, t_flag, o_flag, all, o_flag, control,
		o_flag, timeout, o_flag, alive, p_flag, self.port, self.target,
		name, NULL };
	int errors = errors_pipe(), r;
	struct spawn s;
	char **env;
	size_t n;

	env = ssh_environment(&n);
	spawn_init(&s);
	s.path = self.ssh_path;
	s.argv = argv;
	s.envp = env;
	s.fds[0] = s.fds[1] = fd;
	s.fds[2] = errors;
	s.nfds = 3;
	s.new_session = true; /* nor is there a terminal to ask at */
	r = spawn(&s, &self.ssh);
	if (errors >= 0)
		close(errors);
	for (size_t i = n; i < n + 3; i++)
		free(env[i]);
	free(env);
	return r;
}

static void pump(void);

static void
on_ready(void *arg, int what)
{
	(void)arg;
	(void)what;
	pump();
}

static int
ssh_start(void)
{
	int fd[2], r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) != 0)
		return CS_EIO;
	self.since_ms = loop_now_ms();
	buf_clear(&self.up);
	buf_clear(&self.down);
	r = spawn_ssh(fd[1]);
	close(fd[1]);
	if (r == 0 && (r = fd_nonblock(fd[0])) == 0)
		r = loop_io_new(
		    self.loop, fd[0], LOOP_READ, on_ready, NULL, &self.ssh_io);
	if (r == 0)
		self.ssh_fd = fd[0];
	else
		close(fd[0]);
	return r;
}

static void
editor_close(void)
{
	loop_io_free(self.editor_io);
	self.editor_io = NULL;
	if (self.editor_fd >= 0)
		close(self.editor_fd);
	self.editor_fd = -1;
}

static void
ssh_close(void)
{
	loop_io_free(self.ssh_io);
	self.ssh_io = NULL;
	if (self.ssh_fd >= 0)
		close(self.ssh_fd);
	self.ssh_fd = -1;
}

/* A new way for the editor that is connected; not at once, if the last one has
 * ended at once. */
static void
ssh_again(void)
{
	uint64_t now = loop_now_ms(), at = self.since_ms + self.pause_ms;

	if (self.ssh > 0 || self.editor_fd < 0)
		return;
	if (now < at)
		loop_timer_start(self.again, at - now);
	else if (ssh_start() < 0)
		editor_close(); /* it dials again */
}

static void
on_again(void *arg)
{
	(void)arg;
	ssh_again();
}

/* --- the editor --- */

static void
editor_start(void)
{
	int r = join_spawn(self.c, self.ticket, &self.editor);

	self.begun = self.ask.silent = true;
	if (r != 0)
		loop_stop(self.loop, r);
}

/* The editor has one connection: a new one means that it gave up the old. */
static void
on_editor(void *arg, int what)
{
	int fd =
	    accept4(self.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)arg;
	(void)what;
	if (fd < 0)
		return;
	if (self.editor_fd >= 0) {
		editor_close();
		ssh_close();
	}
	if (loop_io_new(self.loop, fd, LOOP_READ, on_ready, NULL,
		&self.editor_io) < 0) {
		close(fd);
		return;
	}
	self.editor_fd = fd;
	ssh_again();
	pump();
}

/* --- from one to the other --- */

/* False: there is no more. */
static bool
pull(int fd, struct buf *b)
{
	uint8_t bytes[PIECE];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	if (n > 0)
		buf_put_raw(b, bytes, (size_t)n);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static bool
push(int fd, struct buf *b)
{
	ssize_t n = write(fd, b->data, b->len);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if ((size_t)n == b->len)
		buf_clear(b);
	else
		buf_consume(b, (size_t)n);
	return true;
}

static void
want(struct loop_io *io, const struct buf *in, const struct buf *out)
{
	if (io != NULL)
		loop_io_want(io, (in->len == 0 ? LOOP_READ : 0) |
				     (out->len > 0 ? LOOP_WRITE : 0));
}

/* The end of one side is the end of the other. */
static void
part(void)
{
	editor_close();
	ssh_close();
	if (self.ssh > 0)
		kill(self.ssh, SIGTERM);
}

static void
pump(void)
{
	bool there = true;

	if (self.ssh_fd >= 0 && self.down.len == 0)
		there = pull(self.ssh_fd, &self.down);
	if (self.editor_fd >= 0 && self.ssh_fd >= 0 && self.up.len == 0)
		there = pull(self.editor_fd, &self.up) && there;
	if (self.editor_fd >= 0 && self.down.len > 0)
		there = push(self.editor_fd, &self.down) && there;
	if (self.ssh_fd >= 0 && self.up.len > 0)
		there = push(self.ssh_fd, &self.up) && there;
	if (!self.begun && self.down.len > 0)
		editor_start();
	if (!there && self.begun) {
		part();
		return;
	}
	if (!there) { /* its exit status says why */
		ssh_close();
		return;
	}
	want(self.ssh_io, &self.down, &self.up);
	/* before there is a way nothing is taken from the editor */
	if (self.ssh_fd >= 0)
		want(self.editor_io, &self.up, &self.down);
	else if (self.editor_io != NULL)
		loop_io_want(self.editor_io, 0);
}

/* --- children and signals --- */

static void
ssh_ended(int status)
{
	bool short_life = loop_now_ms() - self.since_ms < SHORT_LIFE_MS;
	unsigned twice = 2 * self.pause_ms;

	self.ssh = -1;
	if (!self.begun) {
		on_errors(NULL, LOOP_READ); /* its last words */
		if (!WIFEXITED(status) || WEXITSTATUS(status) == SSH_FAILED)
			status = cli_fail(self.c, EXIT_AWAY,
			    "the host could not be reached with ssh");
		else
			status = WEXITSTATUS(status);
		loop_stop(self.loop, status != 0 ? status : EXIT_FAILED);
		return;
	}
	self.pause_ms = !short_life            ? 0
			: twice < PAUSE_MIN_MS ? PAUSE_MIN_MS
			: twice > PAUSE_MAX_MS ? PAUSE_MAX_MS
					       : twice;
	/* unless the editor has dialled again since: then it waits for us */
	if (self.ssh_fd >= 0)
		part();
	ssh_again();
}

static void
reap(void)
{
	int status;
	pid_t pid;

	while (spawn_reap(&pid, &status) == 1) {
		if (pid == self.ssh)
			ssh_ended(status);
		else if (pid == self.editor)
			loop_stop(self.loop, WIFEXITED(status)
						 ? WEXITSTATUS(status)
						 : 128 + WTERMSIG(status));
		if (pid == self.editor)
			self.editor = -1;
	}
}

static void
on_signal(void *arg, int signo)
{
	(void)arg;
	if (signo == SIGCHLD)
		reap();
	else if (self.editor > 0)
		kill(self.editor, signo); /* and its end is ours */
	else
		loop_stop(self.loop, 128 + signo);
}

static void
on_ask(void *arg, int what)
{
	int fd = accept4(self.asker, NULL, NULL, SOCK_CLOEXEC);

	(void)arg;
	(void)what;
	if (fd >= 0)
		ask_serve(&self.ask, fd);
}

/* --- the private directory --- */

/* A socket NAME in it, for USER alone. */
static int
listen_at(const char *name, uid_t user, int *fd)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", name);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0 || bind(*fd, (struct sockaddr *)&sun, sizeof(sun)) != 0 ||
	    chmod(name, 0600) != 0 ||
	    (user != geteuid() && chown(name, user, (gid_t)-1) != 0) ||
	    listen(*fd, 4) != 0)
		return CS_EIO;
	return 0;
}

/* root's editor is another user, who has to get to its socket, and to that one
 * alone. */
static int
open_dir(void)
{
	const char *above = getenv("XDG_RUNTIME_DIR");
	uid_t user = geteuid();
	gid_t group;

	if (above == NULL || above[0] != '/' || access(above, W_OK) != 0)
		above = "/tmp";
	self.dir = xasprintf("%s/codesync-join-XXXXXX", above);
	if (mkdtemp(self.dir) == NULL) {
		free(self.dir);
		self.dir = NULL;
		return CS_EIO;
	}
	if (user == 0)
		privs_ids("edit", &user, &group);
	random_hex(self.ticket, TICKET_LEN);
	if (chdir(self.dir) != 0 ||
	    (user != geteuid() && chmod(self.dir, 0711) != 0))
		return CS_EIO;
	if (listen_at(ASK_SOCKET, geteuid(), &self.asker) < 0 ||
	    listen_at(self.ticket, user, &self.listener) < 0)
		return CS_EIO;
	return 0;
}

static void
close_dir(void)
{
	if (self.listener >= 0)
		close(self.listener);
	if (self.asker >= 0)
		close(self.asker);
	if (self.dir != NULL) {
		unlink(self.ticket);
		unlink(ASK_SOCKET);
		rmdir(self.dir);
	}
	free(self.dir);
}

/* --- from start to end --- */

static int
open_loop(void)
{
	static const int signals[] = { SIGCHLD, SIGTERM, SIGHUP, SIGINT, 0 };
	sigset_t set;
	int r;

	sigemptyset(&set);
	for (const int *s = signals; *s != 0; s++)
		sigaddset(&set, *s);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if ((r = loop_new(&self.loop)) < 0 ||
	    (r = loop_signals(self.loop, signals, on_signal, NULL)) < 0 ||
	    (r = loop_timer_new(self.loop, on_again, NULL, &self.again)) < 0 ||
	    (r = loop_io_new(self.loop, self.listener, LOOP_READ, on_editor,
		 NULL, &self.listener_io)) < 0)
		return r;
	return loop_io_new(
	    self.loop, self.asker, LOOP_READ, on_ask, NULL, &self.asker_io);
}

static void
close_all(void)
{
	part();
	if (self.editor > 0)
		kill(self.editor, SIGHUP);
	loop_io_free(self.listener_io);
	loop_io_free(self.asker_io);
	loop_io_free(self.errors_io);
	if (self.errors_fd >= 0)
		close(self.errors_fd);
	loop_timer_free(self.again);
	loop_free(self.loop);
	close_dir();
	buf_release(&self.up);
	buf_release(&self.down);
	ask_wipe(&self.ask);
	free(self.target);
	free(self.ssh_path);
}

int
bridge_join(struct cli *c, const struct remote *to, const char *user)
{
	int r = 0;

	if (!isatty(0) || !isatty(1))
		return cli_fail(c, EXIT_USAGE, "join needs a terminal");
	prctl(PR_SET_DUMPABLE, 0); /* answers are in our memory */
	self.c = c;
	self.port = to->port;
	self.target = xasprintf("%s@%s", user, to->host);
	buf_init(&self.up, PIECE);
	buf_init(&self.down, PIECE);
	if ((self.ssh_path = remote_find_ssh()) == NULL)
		r = cli_fail(c, EXIT_FAILED,
		    "ssh is not installed; install openssh-client");
	else if (open_dir() < 0 || open_loop() < 0 || ssh_start() < 0)
		r = cli_fail(c, EXIT_FAILED, "ssh cannot be started: %s",
		    strerror(errno));
	else
		r = loop_run(self.loop);
	close_all();
	return r;
}
