/*
 * remote.c - the same commands on another host: ssh -p PORT USER@HOST COMMAND.
 * ssh joins its arguments with blanks and the host splits them as a POSIX shell
 * does, so each one is quoted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/bridge.h"
#include "client/password.h"
#include "client/remote.h"
#include "proto/err.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"

#define DEFAULT_PORT "2222"
#define SSH_FAILED 255 /* ssh's own exit status when it could not connect */
#define ARGV_MAX (10 + 2 * OPTION_MAX_SET + OPTION_MAX_ARGS)

extern char **environ;

char *
shell_quote(const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789%+,-./:=@_";
	char *out, *p;

	if (s[0] != '\0' && s[strspn(s, plain)] == '\0')
		return xstrdup(s);
	p = out = xmalloc(4 * strlen(s) + 3);
	*p++ = '\'';
	for (; *s != '\0'; s++) {
		if (*s != '\'') {
			*p++ = *s;
			continue;
		}
		memcpy(p, "'\\''", 4);
		p += 4;
	}
	*p++ = '\'';
	*p = '\0';
	return out;
}

void
remote_release(struct remote *r)
{
	free(r->user);
	free(r->host);
	free(r->port);
	memset(r, 0, sizeof(*r));
}

static char *
copy_part(const char *from, const char *to)
{
	return xasprintf("%.*s", (int)(to - from), from);
}

int
remote_parse(struct remote *r, const char *s)
{
	const char *at = strrchr(s, '@'), *end, *port = NULL;
	uint64_t number;

	memset(r, 0, sizeof(*r));
	if (at != NULL) {
		r->user = copy_part(s, at);
		s = at + 1;
	}
	if (*s == '[' && (end = strchr(s, ']')) != NULL) {
		s++;
		port = end[1] == '\0' ? NULL : end + 1;
	} else {
		end = s + strcspn(s, ":");
		port = *end == '\0' ? NULL : end;
	}
	r->host = copy_part(s, end);
	r->port = xstrdup(port != NULL ? port + 1 : DEFAULT_PORT);
	/* A leading dash would be an option of ssh's. */
	if (r->host[0] != '\0' && r->host[0] != '-' &&
	    (r->user == NULL || (r->user[0] != '\0' && r->user[0] != '-')) &&
	    (port == NULL || *port == ':') &&
	    parse_num(r->port, 1, 65535, &number) == 0)
		return 0;
	remote_release(r);
	return CS_EINVAL;
}

char *
remote_find_ssh(void)
{
	const char *path = getenv("PATH"), *end;
	char *file;

	if (path == NULL)
		path = "/usr/local/bin:/usr/bin:/bin";
	for (;; path = end + 1) {
		end = path + strcspn(path, ":");
		file = xasprintf("%.*s/ssh", (int)(end - path), path);
		if (end > path && access(file, X_OK) == 0)
			return file;
		free(file);
		if (*end == '\0')
			return NULL;
	}
}

/* With --json the only thing on standard error is the error's object: what ssh
 * itself says goes to a file that is nowhere but here. Its name for ssh, or NULL
 * where there cannot be one. */
static char *
log_open_for_ssh(int *fd)
{
	char *name;

	if ((*fd = memfd_create("ssh", MFD_CLOEXEC)) < 0)
		return NULL;
	name = xasprintf("/proc/%d/fd/%d", (int)getpid(), *fd);
	if (access(name, W_OK) == 0)
		return name;
	free(name);
	close(*fd);
	*fd = -1;
	return NULL;
}

/* ": " and the last line in FD that says why, or "". */
static void
last_words(int fd, char *dst, size_t size)
{
	static const char nothing[] = "Disconnected from ", who[] = "ssh: ";
	char text[4096], *save = NULL;
	off_t end = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
	off_t max = sizeof(text) - 1;
	ssize_t n =
	    end <= 0 ? 0
		     : pread(fd, text, (size_t)max, end > max ? end - max : 0);

	dst[0] = text[n > 0 ? n : 0] = '\0';
	for (char *line = strtok_r(text, "\r\n", &save); line != NULL;
	     line = strtok_r(NULL, "\r\n", &save)) {
		if (strncmp(line, nothing, sizeof(nothing) - 1) == 0)
			continue;
		if (strncmp(line, who, sizeof(who) - 1) == 0)
			line += sizeof(who) - 1;
		snprintf(dst, size, ": %s", line);
	}
}

/* LOG: what ssh says itself, or -1 when it says so on standard error. */
static int
ssh_run(const struct cli *c, char **argv, int log)
{
	char *path = remote_find_ssh(), why[256];
	struct spawn s;
	pid_t pid;
	int status, r;

	if (path == NULL)
		return cli_fail(c, EXIT_FAILED,
		    "ssh is not installed; install openssh-client");
	spawn_init(&s);
	s.path = path;
	s.argv = argv;
	s.envp = environ;
	s.fds[0] = 0;
	s.fds[1] = 1;
	s.fds[2] = 2;
	s.nfds = 3;
	r = spawn(&s, &pid);
	free(path);
	if (r < 0)
		return cli_fail(c, EXIT_FAILED, "ssh cannot be started");
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status))
		return cli_fail(c, EXIT_FAILED, "ssh was killed by a signal");
	if (WEXITSTATUS(status) != SSH_FAILED)
		return WEXITSTATUS(status);
	last_words(log, why, sizeof(why));
	return cli_fail(
	    c, EXIT_AWAY, "the host could not be reached with ssh%s", why);
}

/* The host can not open a path of ours: that of one option, PATH or NAME=PATH,
 * goes as standard input. */
static int
path_as_stdin(
    const struct cli *c, const char *name, const char *value, char **sent)
{
	const char *path = value, *eq = strchr(value, '=');
	int fd;

	if (strcmp(name, "file") == 0)
		path = eq != NULL ? eq + 1 : "-";
	if (strcmp(path, "-") == 0) {
		*sent = xstrdup(value);
		return 0;
	}
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0 || dup2(fd, 0) < 0)
		return cli_fail(c, EXIT_USAGE, "%s cannot be read: %s", path,
		    strerror(errno));
	*sent = xasprintf("%.*s-", (int)(path - value), value);
	return 0;
}

/* Append the options of C but -H and -R to ARGV from *N on, quoted. */
static int
add_options(const struct cli *c, char **argv, size_t *n)
{
	const struct options *o = &c->opt;
	const char *name;
	char *value = NULL;
	int files = 0, r;

	for (size_t i = 0; i < o->nset; i++) {
		name = o->set[i].spec->name;
		if (strcmp(name, "host") == 0 || strcmp(name, "run-dir") == 0)
			continue;
		argv[(*n)++] = xasprintf("--%s", name);
		if (o->set[i].value == NULL)
			continue;
		if (!option_is_path(o->set[i].spec)) {
			argv[(*n)++] = shell_quote(o->set[i].value);
			continue;
		}
		if (++files > 1)
			return cli_fail(c, EXIT_USAGE,
			    "with -H only one file can be sent; for a room "
			    "use `room put` for the others");
		if ((r = path_as_stdin(c, name, o->set[i].value, &value)) != 0)
			return r;
		argv[(*n)++] = shell_quote(value);
		free(value);
	}
	return 0;
}

/* What a command reads from standard input on the other host, where there is no
 * terminal and no file of ours. */
static int
take_standard_input(const struct cli *c, const char *words)
{
	const char *path = cli_arg(c, 0);
	char secret[PASSWORD_SIZE], *sent = NULL;
	int pipe_fds[2], r;

	if (strcmp(words, "key add") == 0 && path != NULL) {
		r = path_as_stdin(c, "key", path, &sent);
		free(sent);
		return r;
	}
	if (strcmp(words, "user passwd") != 0 || !isatty(STDIN_FILENO))
		return 0;
	if ((r = password_read(c, secret)) != 0)
		return r;
	/* A pipe holds more than a password. */
	if (pipe2(pipe_fds, O_CLOEXEC) != 0 ||
	    write_all(pipe_fds[1], secret, strlen(secret)) < 0 ||
	    dup2(pipe_fds[0], STDIN_FILENO) < 0)
		r = cli_fail(c, EXIT_FAILED, "no pipe: %s", strerror(errno));
	else
		close(pipe_fds[1]);
	explicit_bzero(secret, sizeof(secret));
	return r;
}

static int
add_command(const struct cli *c, const char *words, char **argv, size_t *n)
{
	const struct options *o = &c->opt;
	size_t first = strcspn(words, " ");
	bool dash = false;
	int r;

	argv[(*n)++] = xasprintf("%.*s", (int)first, words);
	if (words[first] != '\0')
		argv[(*n)++] = xstrdup(words + first + 1);
	if ((r = add_options(c, argv, n)) != 0)
		return r;
	if ((r = take_standard_input(c, words)) != 0)
		return r;
	if (strcmp(words, "key add") == 0)
		return 0; /* the key's path was ours */
	for (size_t i = 0; i < o->nargs; i++)
		dash = dash || (o->args[i][0] == '-' && o->args[i][1] != '\0');
	if (dash)
		argv[(*n)++] = xstrdup("--");
	for (size_t i = 0; i < o->nargs; i++)
		argv[(*n)++] = shell_quote(o->args[i]);
	return 0;
}

/* A room is entered by logging in under its name. */
static int
join(struct cli *c, const struct remote *to)
{
	char *user;
	int r;

	if (to->user == NULL)
		user = xstrdup(cli_arg(c, 0));
	else
		user = xasprintf("%s+%s", to->user, cli_arg(c, 0));
	if (user[0] == '-')
		r = cli_fail(c, EXIT_USAGE, "%s is no room", user);
	else if (options_has(&c->opt, "name"))
		r = cli_fail(c, EXIT_USAGE,
		    "--name does not go with -H: the join box asks for it");
	else
		r = bridge_join(c, to, user);
	free(user);
	return r;
}

static int
run_there(struct cli *c, const struct remote *to, const char *words)
{
	char *argv[ARGV_MAX] = { NULL }, *log = NULL;
	int log_fd = -1, r;
	size_t n = 0;

	argv[n++] = xstrdup("ssh");
	argv[n++] = xstrdup("-p");
	argv[n++] = xstrdup(to->port);
	if (strcmp(words, "room replay") == 0 && isatty(STDIN_FILENO) &&
	    isatty(STDOUT_FILENO))
		argv[n++] = xstrdup("-t");
	if (c->json && (log = log_open_for_ssh(&log_fd)) != NULL) {
		argv[n++] = xstrdup("-E");
		argv[n++] = log;
	}
	if (to->user != NULL)
		argv[n++] = xasprintf("%s@%s", to->user, to->host);
	else
		argv[n++] = xstrdup(to->host);
	if ((r = add_command(c, words, argv, &n)) == 0)
		r = ssh_run(c, argv, log_fd);
	if (log_fd >= 0)
		close(log_fd);
	for (size_t i = 0; i < n; i++)
		free(argv[i]);
	return r;
}

int
remote_run(struct cli *c, const char *words)
{
	struct remote to;
	int r;

	if (remote_parse(&to, options_value(&c->opt, "host")) < 0)
		return cli_fail(c, EXIT_USAGE, "-H takes [USER@]HOST[:PORT]");
	if (strcmp(words, "join") == 0)
		r = join(c, &to);
	else
		r = run_there(c, &to, words);
	remote_release(&to);
	return r;
}
