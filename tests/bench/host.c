/* host.c - a CodeSync host with a room of two, for benchmarks. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/sys/json.h"
#include "proto/sys/util.h"
#include "tests/bench/bench.h"
#include "tests/bench/host.h"

#define READY "codesyncd: ready on 127.0.0.1:"
#define START_MS 15000

static char *run_dir, *port;
static pid_t daemon_pid;

/* The port, once the host's log names it. */
static char *
ready_port(const char *log)
{
	char *text, *at, *found = NULL;
	size_t len;
	int fd = open(log, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	if (read_all(fd, 65536, &text, &len) == 0 &&
	    (at = strstr(text, READY)) != NULL && strchr(at, '\n') != NULL) {
		at += strlen(READY);
		at[strspn(at, "0123456789")] = '\0';
		found = xstrdup(at);
	}
	free(text);
	close(fd);
	return found;
}

void
host_start(void)
{
	const char *dir = bench_dir();
	char *log = xasprintf("%s/log", dir);
	char *argv[] = { bench_program("codesyncd"), "-f",
		xasprintf("%s/config", dir), "-D", xasprintf("%s/data", dir),
		"-R", run_dir = xasprintf("%s/run", dir), "-l", "127.0.0.1:0",
		NULL };
	double end = bench_now_ms() + START_MS;
	int out = open(log, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	daemon_pid = bench_start(argv, out);
	close(out);
	while ((port = ready_port(log)) == NULL) {
		if (bench_now_ms() > end)
			bench_die("the host does not start; see %s", log);
		usleep(10000);
	}
	free(log);
	free(argv[0]);
	free(argv[2]);
	free(argv[4]);
}

int
host_port(void)
{
	return atoi(port);
}

pid_t
host_pid(void)
{
	return daemon_pid;
}

struct json *
host_codesync(char *const args[])
{
	char *argv[16] = { bench_program("codesync"), "-R", run_dir }, *text;
	struct json *j;
	int n = 3;

	for (int i = 0; args[i] != NULL; i++)
		argv[n++] = args[i];
	argv[n] = NULL;
	text = bench_output(argv);
	if ((j = json_parse(text, strlen(text))) == NULL)
		bench_die("codesync %s: %s", args[1], text);
	free(text);
	free(argv[0]);
	return j;
}

/* By the code, the name and the box to tick. */
static void
enter(struct term *t, const char *name, const char *room, const char *code)
{
	char *user = xasprintf("%s@127.0.0.1", room);
	char *known = xasprintf("UserKnownHostsFile=%s/known", bench_dir());
	char *argv[] = { "ssh", "-F", "none", "-o", "IdentityAgent=none", "-o",
		"LogLevel=ERROR", "-o", "StrictHostKeyChecking=accept-new",
		"-o", known, "-p", port, user, NULL };

	term_open(t, name, argv);
	term_wait(t, NULL, "Invitecode:");
	term_keys(t, code);
	term_keys(t, "\r");
	term_wait(t, NULL, "Yourname");
	term_keys(t, name);
	term_keys(t, "\r");
	term_wait(t, NULL, "Pleasetick");
	term_keys(t, " \r");
	term_wait(t, NULL, "^RRun");
	term_settle(t, NULL, 100);
	free(user);
	free(known);
}

void
host_enter(struct term *a, struct term *b)
{
	char *create[] = { "room", "create", "--json", "--no-lobby", NULL };
	struct json *room = host_codesync(create), *invite;
	const char *id = json_get_str(room, "id");
	const char *code =
	    json_get_str(json_at(json_get(room, "invites"), 0), "code");
	char *invite_args[] = { "room", "invite", (char *)id, "--json",
		"--role", "interviewer", NULL };

	if (id == NULL || code == NULL)
		bench_die("room create answers without id or code");
	invite = host_codesync(invite_args);
	enter(a, "Ada", id, code);
	enter(b, "Bob", id, json_get_str(invite, "code"));
	term_settle(a, b, 200);
	json_free(invite);
	json_free(room);
}

void
host_enter_file(struct term *t, const char *path)
{
	char *file = xasprintf("main.py=%s", path);
	char *create[] = { "room", "create", "--json", "--no-lobby", "--file",
		file, NULL };
	struct json *room = host_codesync(create);
	const char *id = json_get_str(room, "id");
	const char *code =
	    json_get_str(json_at(json_get(room, "invites"), 0), "code");

	if (id == NULL || code == NULL)
		bench_die("room create answers without id or code");
	enter(t, "Ada", id, code);
	json_free(room);
	free(file);
}
