/*
 * jail.c - run one program in a sandbox and report how it ended.
 *
 * This process is the supervisor: it stays outside, passes the program's output
 * on and counts it, keeps time, samples what the run uses, and ends the run by
 * killing init (box.c), with which everything inside dies. The first reason to
 * end a run is the one reported.
 *
 * A run is over when init is gone: only then has nobody inside the pipes any
 * more, and what is left in them is the last of the output.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/json.h"
#include "proto/sys/log.h"
#include "proto/sys/privs.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "runner/box.h"
#include "runner/limit.h"
#include "runner/policy.h"

#define SAMPLE_MS 20
#define DRAIN_MS 300 /* for output of a run that was ended */
#define PIECE 65536
#define WRITE_MAX 4096 /* PIPE_BUF: does not block after POLLOUT */
#define EXIT_SANDBOX 125

struct stream {
	int from, to; /* -1: at its end */
	uint8_t data[PIECE];
	size_t len, at;
};

struct run {
	struct run_limits limits;
	uint32_t idle_s;
	const char *dir;
	int report_fd;
	struct box box;
	pid_t init;
	int control, listener, signals;
	struct stream streams[2];
	size_t output; /* bytes so far */
	bool started, ended, reaped;
	uint64_t start_ms, end_ms, drain_ms; /* drain_ms: 0 is no deadline */
	uint64_t sample_ms;                  /* of the last sample */
	uint64_t wait_ms, waited_ms;         /* for input: this time, before */
	bool reading;
	struct run_result result;
	char why[BOX_TEXT_SIZE]; /* of an internal error */
};

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* --- ending --- */

static void
run_end(struct run *r, enum verdict verdict, const char *limit)
{
	if (r->ended)
		return;
	r->ended = true;
	r->end_ms = now_ms();
	r->result.verdict = (uint8_t)verdict;
	snprintf(r->result.limit, sizeof(r->result.limit), "%s", limit);
	if (verdict != VERDICT_OK && verdict != VERDICT_FAILED)
		r->drain_ms = r->end_ms + DRAIN_MS;
	if (r->init > 0 && !r->reaped)
		kill(r->init, SIGKILL);
}

static void
run_broken(struct run *r, const char *why)
{
	if (!r->ended)
		snprintf(r->why, sizeof(r->why), "%s", why);
	run_end(r, VERDICT_INTERNAL, "");
}

/* The program ended by itself, perhaps of a limit that the kernel keeps. */
static void
run_exited(struct run *r, int status)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	struct run_result *res = &r->result;

	if (r->ended)
		return;
	if (sig == SIGXCPU) {
		run_end(r, VERDICT_TIME, "cpu");
	} else if (sig == SIGSYS) { /* another machine's call, for example */
		snprintf(res->syscall, sizeof(res->syscall), "unknown");
		run_end(r, VERDICT_BLOCKED, "");
	} else if (sig != 0) {
		snprintf(res->signal, sizeof(res->signal), "SIG%s",
		    sigabbrev_np(sig) != NULL ? sigabbrev_np(sig) : "RT");
		res->exit_code = -sig;
		run_end(r, VERDICT_FAILED, "");
	} else {
		res->exit_code = WEXITSTATUS(status);
		run_end(
		    r, res->exit_code == 0 ? VERDICT_OK : VERDICT_FAILED, "");
	}
}

/* --- what init and the filter say --- */

static void
on_control(struct run *r)
{
	struct box_msg m;
	int fd, n;

	n = fd_recv(r->control, &m, sizeof(m), &fd);
	if (n == CS_EAGAIN)
		return;
	if (n != (int)sizeof(m)) {
		close(r->control);
		r->control = -1;
		run_broken(r, "the sandbox ended unexpectedly");
		return;
	}
	if (m.type == BOX_START) {
		r->started = true;
		r->start_ms = now_ms();
		r->listener = fd;
		fd = -1;
	} else if (m.type == BOX_EXIT) {
		run_exited(r, m.status);
	} else if (m.type == BOX_FAILED) {
		m.text[sizeof(m.text) - 1] = '\0';
		run_broken(r, m.text);
	}
	if (fd >= 0)
		close(fd);
}

static void
on_blocked(struct run *r, int what)
{
	char name[sizeof(r->result.syscall)];

	if ((what & POLLIN) == 0) { /* nobody is left to tell about */
		close(r->listener);
		r->listener = -1;
	} else if (policy_blocked(r->listener, name, sizeof(name)) == 0 &&
		   !r->ended) {
		snprintf(
		    r->result.syscall, sizeof(r->result.syscall), "%s", name);
		run_end(r, VERDICT_BLOCKED, "");
	}
}

static void
on_signal(struct run *r)
{
	struct signalfd_siginfo info;

	if (read(r->signals, &info, sizeof(info)) != sizeof(info) ||
	    info.ssi_signo == SIGCHLD)
		return;
	run_end(r, VERDICT_STOPPED, "");
	if (r->drain_ms == 0) /* it had ended, but nobody takes its output */
		r->drain_ms = now_ms() + DRAIN_MS;
}

/* Once init is reaped, so is everything that was inside. */
static void
reap(struct run *r)
{
	struct rusage ru;
	uint64_t cpu_ms, kb;

	if (r->reaped || wait4(r->init, NULL, WNOHANG, &ru) != r->init)
		return;
	r->reaped = true;
	cpu_ms = (uint64_t)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) * 1000 +
		 (uint64_t)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1000;
	kb = (uint64_t)ru.ru_maxrss;
	if (cpu_ms > r->result.cpu_ms)
		r->result.cpu_ms = (uint32_t)cpu_ms;
	if (kb > r->result.memory_kb)
		r->result.memory_kb = (uint32_t)kb;
	while (r->control >= 0) /* what it said at last */
		on_control(r);
}

/* --- output --- */

static void
stream_close(struct stream *s)
{
	if (s->from >= 0)
		close(s->from);
	s->from = -1;
}

static void
stream_fill(struct run *r, struct stream *s)
{
	size_t max = (size_t)r->limits.output_kb * 1024;
	ssize_t n = read(s->from, s->data, sizeof(s->data));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		stream_close(s);
		return;
	}
	s->at = 0;
	s->len = (size_t)n;
	if (s->len > max - r->output) {
		s->len = max - r->output;
		r->result.truncated = true;
		if (r->ended && (r->result.verdict == VERDICT_OK ||
				    r->result.verdict == VERDICT_FAILED)) {
			/* it wrote all of it before it could be stopped */
			r->ended = false;
		}
		run_end(r, VERDICT_OUTPUT, "");
	}
	r->output += s->len;
}

static void
stream_flush(struct stream *s)
{
	size_t len = s->len - s->at;
	ssize_t n;

	n = write(s->to, s->data + s->at, len < WRITE_MAX ? len : WRITE_MAX);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n >= 0) {
		s->at += (size_t)n;
		return;
	}
	/* Nobody reads it any more, and the program may know. */
	s->at = s->len = 0;
	stream_close(s);
}

/* --- limits --- */

static void
count_waiting(struct run *r, bool reading, uint64_t ms)
{
	if (reading && r->reading) {
		r->wait_ms += ms;
	} else {
		r->waited_ms += r->wait_ms;
		r->wait_ms = 0;
	}
	r->reading = reading;
}

static void
check_limits(struct run *r)
{
	uint64_t now = now_ms(), limit_kb = r->limits.memory_mb * 1024ULL;
	uint64_t run_ms;
	struct usage u;

	if (r->ended || now < r->sample_ms + SAMPLE_MS)
		return;
	if (r->started) {
		usage_sample(r->init, limit_kb, &u);
		count_waiting(r, u.reading, now - r->sample_ms);
		if (u.cpu_ms > r->result.cpu_ms)
			r->result.cpu_ms = (uint32_t)u.cpu_ms;
		if (u.memory_kb > r->result.memory_kb)
			r->result.memory_kb = (uint32_t)u.memory_kb;
		if (u.memory_kb > limit_kb)
			run_end(r, VERDICT_MEMORY, "");
	}
	r->sample_ms = now;
	run_ms = now - r->start_ms - r->waited_ms - r->wait_ms;
	if (r->result.cpu_ms >= r->limits.cpu_s * 1000ULL)
		run_end(r, VERDICT_TIME, "cpu");
	else if (run_ms >= r->limits.wall_s * 1000ULL)
		run_end(r, VERDICT_TIME, "wall");
	else if (r->wait_ms >= r->idle_s * 1000ULL)
		run_end(r, VERDICT_TIME, "idle");
}

/* --- the loop --- */

enum { P_SIGNAL, P_CONTROL, P_LISTENER, P_STREAMS, P_COUNT = P_STREAMS + 2 };

static bool
finished(struct run *r)
{
	if (!r->reaped)
		return false;
	if (r->drain_ms != 0 && now_ms() >= r->drain_ms)
		return true;
	for (int i = 0; i < 2; i++)
		if (r->streams[i].from >= 0 ||
		    r->streams[i].at < r->streams[i].len)
			return false;
	return true;
}

static void
turn(struct run *r)
{
	struct pollfd p[P_COUNT] = { { r->signals, POLLIN, 0 },
		{ r->control, POLLIN, 0 }, { r->listener, POLLIN, 0 } };
	struct stream *s = r->streams;

	for (int i = 0; i < 2; i++) {
		bool full = s[i].at < s[i].len;

		p[P_STREAMS + i].fd = full ? s[i].to : s[i].from;
		p[P_STREAMS + i].events = full ? POLLOUT : POLLIN;
	}
	if (poll(p, P_COUNT, SAMPLE_MS) < 0)
		return;
	if (p[P_SIGNAL].revents != 0)
		on_signal(r);
	if (p[P_LISTENER].revents != 0)
		on_blocked(r, p[P_LISTENER].revents);
	if (p[P_CONTROL].revents != 0)
		on_control(r);
	for (int i = 0; i < 2; i++)
		if (p[P_STREAMS + i].revents != 0) {
			if (s[i].at < s[i].len)
				stream_flush(&s[i]);
			else
				stream_fill(r, &s[i]);
		}
}

static void
run_loop(struct run *r)
{
	r->start_ms = r->sample_ms = now_ms();
	while (!finished(r)) {
		turn(r);
		reap(r);
		check_limits(r);
	}
	if (!r->ended)
		run_broken(r, "the sandbox ended unexpectedly");
}

/* --- starting --- */

static int
add_file(struct box *b, int dir, const char *name)
{
	struct box_file *f;
	struct stat st;
	int fd;

	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ELOOP ? 0 : CS_EIO;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return 0;
	}
	if (b->nfiles == BOX_MAX_FILES) {
		close(fd);
		return CS_ETOOBIG;
	}
	f = &b->files[b->nfiles++];
	f->fd = fd;
	snprintf(f->name, sizeof(f->name), "%s", name);
	return 0;
}

/* Open the files now, with the rights that we have now. */
static int
open_files(struct run *r)
{
	struct dirent *e;
	DIR *d;
	int res = 0;

	if (r->dir == NULL)
		return 0;
	if ((d = opendir(r->dir)) == NULL) {
		snprintf(r->why, sizeof(r->why), "%.150s: %s", r->dir,
		    strerror(errno));
		return CS_EIO;
	}
	while (res == 0 && (e = readdir(d)) != NULL)
		res = add_file(&r->box, dirfd(d), e->d_name);
	closedir(d);
	if (res < 0)
		snprintf(r->why, sizeof(r->why),
		    res == CS_ETOOBIG ? "%.150s: more than %d files"
				      : "%.150s: a file cannot be read",
		    r->dir, BOX_MAX_FILES);
	return res;
}

static int
open_pipes(struct run *r)
{
	int fd[2];

	for (int i = 0; i < 2; i++) {
		if (pipe2(fd, O_CLOEXEC) != 0 || fd_nonblock(fd[0]) < 0)
			return CS_EIO;
		r->streams[i].from = fd[0];
		r->streams[i].to = i + 1;
		r->box.output[i] = fd[1];
	}
	return 0;
}

/* As root: be the runner's user. The kernel counts no processes of root's. */
static int
give_up_rights(void)
{
	if (geteuid() != 0)
		return 0;
	if (privs_drop("runner", NULL, true) < 0)
		return CS_EIO;
	/* else our own uid_map would be root's file */
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0 ? 0 : CS_EIO;
}

static void
start(struct run *r)
{
	if (open_files(r) < 0)
		return;
	if (open_pipes(r) < 0 || give_up_rights() < 0 ||
	    policy_compile(&r->box.filter, &r->box.filter_len) < 0) {
		snprintf(r->why, sizeof(r->why), "cannot prepare: %s",
		    strerror(errno));
		return;
	}
	r->box.limits = &r->limits;
	if (box_start(&r->box, &r->init, &r->control) < 0)
		snprintf(r->why, sizeof(r->why),
		    "cannot make namespaces: %s (user namespaces are needed)",
		    strerror(errno));
	for (int i = 0; i < 2; i++)
		close(r->box.output[i]);
	for (size_t i = 0; i < r->box.nfiles; i++)
		close(r->box.files[i].fd);
}

/* --- the report --- */

static void
report(const struct run *r)
{
	const struct run_result *res = &r->result;
	struct json *o = json_object_new();
	char *text, *line;

	json_set_str(o, "verdict", verdict_name(res->verdict));
	if (res->exit_code >= 0 && res->verdict <= VERDICT_FAILED)
		json_set_int(o, "exit_code", res->exit_code);
	else
		json_set_null(o, "exit_code");
	json_set_str(o, "signal", res->signal[0] ? res->signal : NULL);
	json_set_str(o, "syscall", res->syscall[0] ? res->syscall : NULL);
	json_set_str(o, "limit", res->limit[0] ? res->limit : NULL);
	json_set_int(o, "wall_ms", res->wall_ms);
	json_set_int(o, "cpu_ms", res->cpu_ms);
	json_set_int(o, "memory_kb", res->memory_kb);
	json_set_str(o, "tier", res->tier);
	json_set_bool(o, "warm", res->warm);
	json_set_bool(o, "output_truncated", res->truncated);
	text = json_print(o);
	line = xasprintf("%s\n", text);
	write_all(r->report_fd, line, strlen(line));
	free(line);
	free(text);
	json_free(o);
}

static int
exit_status(const struct run_result *res)
{
	switch (res->verdict) {
	case VERDICT_OK:
	case VERDICT_FAILED:
		return res->exit_code >= 0 ? res->exit_code
					   : 128 - res->exit_code;
	case VERDICT_TIME:
		return 124;
	case VERDICT_MEMORY:
		return 137;
	case VERDICT_OUTPUT:
		return 123;
	case VERDICT_STOPPED:
		return 143;
	case VERDICT_BLOCKED:
		return 159;
	}
	return EXIT_SANDBOX;
}

/* What the kernel refused it and the sampler was too slow to see. */
static void
judge_memory(struct run *r)
{
	struct run_result *res = &r->result;

	if (res->verdict == VERDICT_FAILED &&
	    res->memory_kb > r->limits.memory_mb * 1024ULL)
		res->verdict = VERDICT_MEMORY;
	if (res->verdict != VERDICT_FAILED)
		res->signal[0] = '\0';
}

static int
finish(struct run *r)
{
	if (r->started)
		r->result.wall_ms = (uint32_t)(r->end_ms - r->start_ms);
	judge_memory(r);
	for (int i = 0; i < 2; i++)
		if (r->streams[i].from >= 0 ||
		    r->streams[i].at < r->streams[i].len)
			r->result.truncated = true;
	if (r->result.verdict == VERDICT_INTERNAL)
		fprintf(stderr, "codesync-jail: %s\n", r->why);
	report(r);
	return exit_status(&r->result);
}

/* --- options --- */

static void __attribute__((noreturn)) usage(FILE *out, int status)
{
	fprintf(out,
	    "usage: codesync-jail [--cpu-s N] [--wall-s N] [--idle-s N] "
	    "[--memory-mb N]\n"
	    "           [--processes N] [--output-kb N] [--files-mb N] "
	    "[--dir DIR]\n"
	    "           [--report FD] -- PROGRAM [ARGUMENT ...]\n");
	exit(status);
}

static uint32_t
number(const char *option, const char *text, uint64_t min, uint64_t max)
{
	uint64_t n;

	if (parse_num(text, min, max, &n) < 0) {
		fprintf(stderr,
		    "codesync-jail: --%s %s: not a number from %llu to %llu\n",
		    option, text, (unsigned long long)min,
		    (unsigned long long)max);
		exit(EXIT_SANDBOX);
	}
	return (uint32_t)n;
}

static void
parse_options(struct run *r, int argc, char **argv)
{
	static const struct option options[] = { { "cpu-s", 1, NULL, 0 },
		{ "wall-s", 1, NULL, 1 }, { "idle-s", 1, NULL, 2 },
		{ "memory-mb", 1, NULL, 3 }, { "processes", 1, NULL, 4 },
		{ "output-kb", 1, NULL, 5 }, { "files-mb", 1, NULL, 6 },
		{ "dir", 1, NULL, 7 }, { "report", 1, NULL, 8 },
		{ "help", 0, NULL, 9 }, { NULL, 0, NULL, 0 } };
	uint32_t *const values[] = { &r->limits.cpu_s, &r->limits.wall_s,
		&r->idle_s, &r->limits.memory_mb, &r->limits.processes,
		&r->limits.output_kb, &r->limits.files_mb };
	int c;

	while ((c = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (c == '?')
			usage(stderr, EXIT_SANDBOX);
		else if (c == 9)
			usage(stdout, 0);
		else if (c == 7)
			r->dir = optarg;
		else if (c == 8)
			r->report_fd = (int)number("report", optarg, 0, 1023);
		else
			*values[c] =
			    number(options[c].name, optarg, 1, 1000000);
	}
	if (optind >= argc)
		usage(stderr, EXIT_SANDBOX);
	r->box.argv = argv + optind;
}

static void
open_std(void)
{
	int fd;

	while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd < 3)
		;
	if (fd >= 3)
		close(fd);
}

static int
block_signals(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int
main(int argc, char **argv)
{
	static struct run r = { .limits = RUN_LIMITS_DEFAULT,
		.idle_s = 600,
		.report_fd = STDERR_FILENO,
		.control = -1,
		.listener = -1,
		.result = { .exit_code = -1, .tier = "rlimits" } };

	open_std();
	log_open("codesync-jail");
	parse_options(&r, argc, argv);
	r.signals = block_signals();
	start(&r);
	if (r.init > 0)
		run_loop(&r);
	else
		run_end(&r, VERDICT_INTERNAL, "");
	return finish(&r);
}
