/*
 * hubd.c - see hubd.h. The signals that end a benchmark are blocked and read in
 * the loop: a hub must not be left behind by a handler that interrupts malloc.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hostd/monitor.h"
#include "proto/err.h"
#include "proto/sys/control.h"
#include "proto/sys/link_nng.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "tests/bench/bench.h"
#include "tests/bench/hubd.h"

#define PATIENCE_MS 60000
#define PROC_MAX 8192

static struct hubd {
	struct loop *loop;
	struct loop_timer *patience, *rest;
	bool (*done)(void *arg);
	void *arg;
	char *dir; /* with the data and the sockets */
	unsigned ndirs;
	pid_t pid;
	int monitor; /* codesyncd's end */
	uint32_t req;
} self = { .monitor = -1 };

struct told {
	struct json *whole;
	const struct json *result;
	uint8_t *bytes;
	const uint8_t *raw;
	size_t raw_len;
};

static void
must(int r, const char *what)
{
	if (r < 0)
		bench_die("%s: %s", what, cs_strerror(r));
}

/* --- the loop --- */

static void
on_signal(void *arg, int signo)
{
	(void)arg;
	exit(128 + signo);
}

static void
on_patience(void *arg)
{
	(void)arg;
	bench_die("nothing happens any more");
}

static void
on_rest(void *arg)
{
	(void)arg;
}

static void
check_done(void *arg)
{
	(void)arg;
	if (self.done != NULL && self.done(self.arg))
		loop_stop(self.loop, 0);
}

struct loop *
hubd_loop(void)
{
	static const int signals[] = { SIGINT, SIGTERM, 0 };
	sigset_t set;

	if (self.loop != NULL)
		return self.loop;
	bench_dir(); /* its end comes after the hub's */
	bench_at_end(hubd_kill);
	sigemptyset(&set);
	for (size_t i = 0; signals[i] != 0; i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	must(loop_new(&self.loop), "loop");
	must(loop_signals(self.loop, signals, on_signal, NULL), "signals");
	must(loop_timer_new(self.loop, on_patience, NULL, &self.patience),
	    "timer");
	must(loop_timer_new(self.loop, on_rest, NULL, &self.rest), "timer");
	loop_before_sleep(self.loop, check_done, NULL);
	return self.loop;
}

void
hubd_until(bool (*done)(void *arg), void *arg)
{
	self.done = done;
	self.arg = arg;
	loop_timer_start(self.patience, PATIENCE_MS);
	loop_run(hubd_loop());
	loop_timer_stop(self.patience);
	self.done = NULL;
}

static bool
has_rested(void *arg)
{
	(void)arg;
	return !loop_timer_running(self.rest);
}

void
hubd_rest(uint64_t ms)
{
	loop_timer_start(self.rest, ms);
	hubd_until(has_rested, NULL);
}

/* --- the process --- */

void
hubd_begin(void)
{
	char *program = bench_program("codesync-hub");
	char *data = xasprintf("%s/data", self.dir);
	char *run = xasprintf("%s/run", self.dir);
	char *argv[] = { program, "-f", "/nonexistent", "-D", data, "-R", run,
		NULL };
	struct spawn s;
	int sv[2];

	must(socket_pair(sv), "socket");
	spawn_init(&s);
	s.path = program;
	s.argv = argv;
	s.fds[0] = s.fds[1] = -1;
	s.fds[2] = STDERR_FILENO;
	s.fds[3] = sv[1];
	s.nfds = 4;
	s.die_with_parent = true;
	must(spawn(&s, &self.pid), "codesync-hub");
	close(sv[1]);
	self.monitor = sv[0];
	free(program);
	free(data);
	free(run);
}

static void
monitor_recv(struct mon_msg *m, uint32_t type)
{
	struct pollfd pfd = { self.monitor, POLLIN, 0 };

	if (poll(&pfd, 1, PATIENCE_MS) != 1 ||
	    mon_recv(self.monitor, m, NULL) != 1 || m->type != type)
		bench_die("the hub does not answer codesyncd");
}

void
hubd_start(void)
{
	struct mon_msg m;

	hubd_begin();
	monitor_recv(&m, MON_HUB_READY);
}

static int
wait_end(void)
{
	int status;

	close(self.monitor);
	self.monitor = -1;
	waitpid(self.pid, &status, 0);
	self.pid = 0;
	return status;
}

void
hubd_kill(void)
{
	if (self.pid == 0)
		return;
	kill(self.pid, SIGKILL);
	wait_end();
}

void
hubd_stop(void)
{
	if (wait_end() != 0) /* the closed socket ends it */
		bench_die("the hub fails when it ends");
}

void
hubd_new(void)
{
	hubd_loop();
	setenv("CODESYNC_LOG", "err", false); /* else it tells of every kill */
	hubd_kill();
	free(self.dir);
	self.dir = xasprintf("%s/%u", bench_dir(), self.ndirs++);
	if (mkdir(self.dir, 0711) < 0)
		bench_die("%s: cannot be made", self.dir);
	hubd_start();
}

uint64_t
hubd_store_bytes(void)
{
	char *path = xasprintf("%s/data/store/codesync.db", self.dir);
	struct stat st;

	if (stat(path, &st) < 0)
		bench_die("%s: is not there", path);
	free(path);
	return (uint64_t)st.st_size;
}

/* What the line KEY of the hub's /proc/PID/NAME says; below 0: it cannot be
 * read. */
static double
proc_kib(const char *name, const char *key)
{
	char *path = xasprintf("/proc/%d/%s", (int)self.pid, name);
	char text[PROC_MAX], *at;
	size_t n = 0;
	FILE *f = fopen(path, "r");

	if (f != NULL) {
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	text[n] = '\0';
	free(path);
	at = strstr(text, key);
	return at != NULL ? strtod(at + strlen(key), NULL) : -1;
}

double
hubd_memory_kib(void)
{
	double kib = proc_kib("smaps_rollup", "\nPss_Anon:");

	if (kib < 0) /* only root may read it; this one is less exact */
		kib = proc_kib("status", "\nRssAnon:");
	if (kib < 0)
		bench_die("/proc tells nothing about the hub's memory");
	return kib;
}

/* --- what codesyncd and the command line ask --- */

static void
tell(struct told *t, const char *cmd, struct json *args, const void *raw,
    size_t raw_len)
{
	char *url = xasprintf("ipc://%s/run/control.sock", self.dir);
	struct json *q = json_object_new();
	struct buf b;
	size_t len;

	json_set_str(q, "cmd", cmd);
	json_set(q, "args", args);
	buf_init(&b, CONTROL_MAX);
	control_encode(&b, q, raw, raw_len);
	must(
	    nng_request(url, b.data, b.len, PATIENCE_MS, &t->bytes, &len), cmd);
	must(control_decode(t->bytes, len, &t->whole, &t->raw, &t->raw_len),
	    cmd);
	if ((t->result = json_get(t->whole, "result")) == NULL)
		bench_die("%s: the hub refuses", cmd);
	json_free(q);
	buf_release(&b);
	free(url);
}

static void
tell_room(struct told *t, const char *cmd, const struct room *r)
{
	struct json *args = json_object_new();

	json_set_str(args, "room", r->id);
	tell(t, cmd, args, NULL, 0);
}

static void
told_release(struct told *t)
{
	json_free(t->whole);
	free(t->bytes);
}

void
hubd_room(struct room *r)
{
	const struct json *invite;
	struct told t;

	tell(&t, "room create", json_object_new(), NULL, 0);
	invite = json_at(json_get(t.result, "invites"), 0);
	snprintf(r->id, sizeof(r->id), "%s", json_get_str(t.result, "id"));
	snprintf(r->code, sizeof(r->code), "%s", json_get_str(invite, "code"));
	told_release(&t);
}

void
hubd_invite(const struct room *r, char code[CODE_SIZE])
{
	struct told t;

	tell_room(&t, "room invite", r);
	snprintf(code, CODE_SIZE, "%s", json_get_str(t.result, "code"));
	told_release(&t);
}

static char *
endpoint(const char *ticket)
{
	return xasprintf("%s/run/s/%s", self.dir, ticket);
}

char *
hubd_enter(const struct room *r, const char *code)
{
	struct mon_msg m;

	mon_init(&m, MON_HUB_AUTH);
	m.req = ++self.req;
	snprintf(m.u.auth.user, sizeof(m.u.auth.user), "%s", r->id);
	snprintf(m.u.auth.secret, sizeof(m.u.auth.secret), "%s", code);
	must(mon_send(self.monitor, &m, -1), "HUB_AUTH");
	monitor_recv(&m, MON_HUB_VERDICT);
	if (m.u.verdict.verdict != MON_OK)
		bench_die("room %s: its own code is not valid", r->id);
	return endpoint(m.u.verdict.ticket);
}

char *
hubd_watch(const struct room *r)
{
	struct told t;
	char *path;

	tell_room(&t, "room watch", r);
	path = endpoint(json_get_str(t.result, "ticket"));
	told_release(&t);
	return path;
}

void
hubd_put(const struct room *r, const void *text, size_t len)
{
	struct json *args = json_object_new();
	struct told t;

	json_set_str(args, "room", r->id);
	json_set_str(args, "file", "main.py");
	tell(&t, "room put", args, text, len);
	told_release(&t);
}

char *
hubd_get(const struct room *r, size_t *len)
{
	struct told t;
	char *bytes;

	tell_room(&t, "room get", r);
	bytes = xmalloc(t.raw_len + 1);
	memcpy(bytes, t.raw, t.raw_len);
	*len = t.raw_len;
	told_release(&t);
	return bytes;
}

bool
hubd_has(const struct room *r, const struct text *text)
{
	size_t len, n;
	char *kept = hubd_get(r, &len);
	bool same = len == text_len(text);
	const uint8_t *p;

	for (size_t at = 0; same && at < len; at += n) {
		p = text_span(text, at, &n);
		same = memcmp(p, kept + at, n) == 0;
	}
	free(kept);
	return same;
}
