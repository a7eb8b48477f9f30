/* bare.c - a program that is run without CodeSync, for comparison. */
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/sys/util.h"
#include "tests/bench/bare.h"
#include "tests/bench/bench.h"

/* What comes before the path of the program. */
static char *const commands[][16] = {
	[BARE_PYTHON] = { "/usr/bin/python3", "-I" },
	[BARE_BWRAP] = { "bwrap", "--unshare-all", "--die-with-parent",
	    "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev",
	    "/usr/bin/python3", "-I" },
};

void
bare_start(struct bare *b, enum bare_kind kind, const char *path)
{
	posix_spawn_file_actions_t a;
	char *argv[17];
	int out[2], n = 0, e;

	for (; commands[kind][n] != NULL; n++)
		argv[n] = commands[kind][n];
	argv[n++] = (char *)path;
	argv[n] = NULL;
	memset(b, 0, sizeof(*b));
	b->asked_ms = bench_now_ms();
	if (pipe2(out, O_CLOEXEC) != 0 ||
	    posix_spawn_file_actions_init(&a) != 0)
		bench_die("no pipe");
	posix_spawn_file_actions_adddup2(&a, out[1], STDOUT_FILENO);
	e = posix_spawnp(&b->pid, argv[0], &a, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&a);
	close(out[1]);
	if (e != 0)
		bench_die("%s: %s", argv[0], strerror(e));
	b->out = out[0];
}

void
bare_take(struct bare *b)
{
	char part[65536];
	int status;

	if (read(b->out, part, sizeof(part)) > 0) {
		if (b->first_ms == 0)
			b->first_ms = bench_now_ms();
		return;
	}
	close(b->out);
	b->out = -1;
	if (waitpid(b->pid, &status, 0) != b->pid || status != 0)
		bench_die("a program has failed without any sandbox");
	b->ended_ms = bench_now_ms();
}

void
bare_run(struct bare *b, enum bare_kind kind, const char *path)
{
	bare_start(b, kind, path);
	while (b->out >= 0)
		bare_take(b);
}

char *
bare_file(const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", bench_dir(), name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write_all(fd, text, strlen(text)) < 0)
		bench_die("%s: cannot be written", path);
	close(fd);
	return path;
}
