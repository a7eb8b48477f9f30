/*
 * jail.c - codesync-jail: run one program in a sandbox and report how it ended;
 * or, as `codesync-jail --serve`, be the spawner (spawner.h); or, as
 * `codesync-jail --doctor`, say what this machine can isolate (doctor.h).
 *
 * To run one program this process starts a spawner of its own, which builds the
 * sandbox, and passes input and output through: it is the one that counts
 * output, and a terminal never gets inside. A run is over when the spawner has
 * said so and what is left in the pipes is out.
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
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/json.h"
#include "proto/sys/log.h"
#include "proto/sys/loop.h"
#include "proto/sys/privs.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "runner/cell.h"
#include "runner/doctor.h"
#include "runner/spawner.h"

#define SERVE_FD 3
#define DRAIN_MS 300 /* for output of a run that was ended */
#define PIECE 65536
#define WRITE_MAX 4096 /* PIPE_BUF: does not block after POLLOUT */
#define EXIT_SANDBOX 125

/* --- passing through --- */

struct stream {
	int from, to; /* -1: at its end */
	uint8_t data[PIECE];
	size_t len, at;
};

enum { INPUT, OUTPUT, ERRORS, STREAMS };

struct run {
	struct run_limits limits;
	uint32_t idle_s;
	const char *dir;
	char **argv;
	int report_fd;
	int sock, signals;
	struct stream streams[STREAMS];
	size_t output; /* bytes so far */
	bool ended, over_output;
	bool line_open; /* on standard error, where the report may go */
	pid_t spawner;
	uint64_t drain_ms; /* 0: no deadline */
	struct run_result result;
	char why[CELL_WHY_SIZE]; /* of an internal error */
};

static void
run_kill(struct run *r, enum verdict verdict)
{
	struct cell_msg m;

	cell_msg_init(&m, CELL_KILL, 1);
	m.verdict = (uint8_t)verdict;
	cell_send(r->sock, &m, NULL, 0);
}

static void
stream_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Count what is in S; what is over the limit does not come out. */
static void
count_output(struct run *r, struct stream *s)
{
	size_t max = (size_t)r->limits.output_kb * 1024;

	if (s->len > max - r->output) {
		s->len = max - r->output;
		if (!r->over_output)
			run_kill(r, VERDICT_OUTPUT);
		r->over_output = true;
	}
	r->output += s->len;
}

static void
stream_fill(struct run *r, struct stream *s)
{
	ssize_t n = read(s->from, s->data, sizeof(s->data));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	s->at = 0;
	s->len = n > 0 ? (size_t)n : 0;
	if (n <= 0)
		stream_close(&s->from);
	else if (s != &r->streams[INPUT])
		count_output(r, s);
	if (s == &r->streams[ERRORS] && s->len > 0)
		r->line_open = s->data[s->len - 1] != '\n';
	if (n <= 0 && s == &r->streams[INPUT])
		stream_close(&s->to);
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
	/* Nobody reads it any more, and who writes may know. */
	s->at = s->len = 0;
	stream_close(&s->from);
}

/* --- the spawner --- */

static void
run_ended(struct run *r, const struct run_result *result, const char *why)
{
	r->ended = true;
	r->result = *result;
	if (why != r->why)
		snprintf(r->why, sizeof(r->why), "%s", why);
	if (result->verdict > VERDICT_FAILED)
		r->drain_ms = loop_now_ms() + DRAIN_MS;
	stream_close(&r->streams[INPUT].from);
}

static void
run_broken(struct run *r, const char *why)
{
	struct run_result broken = {
		.verdict = VERDICT_INTERNAL, .exit_code = -1, .tier = "rlimits"
	};

	run_ended(r, &broken, why);
}

static void
on_cell(struct run *r)
{
	static struct cell_msg m;
	int fds[CELL_FDS], n = cell_recv(r->sock, &m, fds);

	if (n == CS_EAGAIN)
		return;
	if (n != 1) {
		stream_close(&r->sock);
		if (!r->ended)
			run_broken(r, "the sandbox ended unexpectedly");
	} else if (m.type == CELL_STARTED) {
		r->streams[INPUT].from = STDIN_FILENO;
		r->streams[INPUT].to = fds[0];
		for (int i = OUTPUT; i < STREAMS; i++) {
			r->streams[i].from = fds[i];
			r->streams[i].to = i;
		}
		for (int i = 0; i < STREAMS; i++)
			fd_nonblock(fds[i]);
	} else if (m.type == CELL_ENDED) {
		m.why[sizeof(m.why) - 1] = '\0';
		run_ended(r, &m.result, m.why);
	}
}

static void
on_signal(struct run *r)
{
	struct signalfd_siginfo info;

	if (read(r->signals, &info, sizeof(info)) != sizeof(info))
		return;
	run_kill(r, VERDICT_STOPPED);
	if (r->ended && r->drain_ms == 0) /* but nobody takes its output */
		r->drain_ms = loop_now_ms() + DRAIN_MS;
}

/* --- the loop --- */

enum { P_SIGNAL, P_CELL, P_STREAMS, P_COUNT = P_STREAMS + STREAMS };

static bool
finished(const struct run *r)
{
	if (!r->ended)
		return false;
	if (r->drain_ms != 0 && loop_now_ms() >= r->drain_ms)
		return true;
	for (int i = OUTPUT; i < STREAMS; i++)
		if (r->streams[i].from >= 0 ||
		    r->streams[i].at < r->streams[i].len)
			return false;
	return true;
}

static void
turn(struct run *r)
{
	struct pollfd p[P_COUNT] = { { r->signals, POLLIN, 0 },
		{ r->sock, POLLIN, 0 } };
	struct stream *s = r->streams;

	for (int i = 0; i < STREAMS; i++) {
		bool full = s[i].at < s[i].len;

		p[P_STREAMS + i].fd = full ? s[i].to : s[i].from;
		p[P_STREAMS + i].events = full ? POLLOUT : POLLIN;
	}
	if (poll(p, P_COUNT, r->drain_ms != 0 ? 10 : -1) < 0)
		return;
	if (p[P_SIGNAL].revents != 0)
		on_signal(r);
	for (int i = 0; i < STREAMS; i++)
		if (p[P_STREAMS + i].revents != 0) {
			if (s[i].at < s[i].len)
				stream_flush(&s[i]);
			else
				stream_fill(r, &s[i]);
		}
	if (p[P_CELL].revents != 0)
		on_cell(r);
}

/* --- starting --- */

/* One file of the directory that is open at DIR into the bundle. */
static int
add_file(struct run *r, int bundle, int dir, const char *name)
{
	uint64_t max = r->limits.files_mb * 1024ULL * 1024;
	struct stat st;
	int fd, e;

	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ELOOP ? 0 : CS_EIO;
	e = fstat(fd, &st) != 0   ? CS_EIO
	    : S_ISREG(st.st_mode) ? bundle_add_fd(bundle, name, fd, max)
				  : 0;
	close(fd);
	return e;
}

/* The files now, with the rights that we have now. */
static int
add_files(struct run *r, int bundle)
{
	struct dirent *e;
	int res = 0, n = 0;
	DIR *d;

	if (r->dir == NULL)
		return 0;
	if ((d = opendir(r->dir)) == NULL) {
		snprintf(r->why, sizeof(r->why), "%.150s: %s", r->dir,
		    strerror(errno));
		return CS_EIO;
	}
	while (res == 0 && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (n++ == BUNDLE_MAX_FILES)
			res = CS_ETOOBIG;
		else
			res = add_file(r, bundle, dirfd(d), e->d_name);
	}
	closedir(d);
	if (res < 0)
		snprintf(r->why, sizeof(r->why),
		    res == CS_ETOOBIG
			? "%.150s: more than %d files, or one that is too large"
			: "%.150s: a file cannot be read",
		    r->dir, BUNDLE_MAX_FILES);
	return res;
}

static int
start_spawner(struct run *r)
{
	char *argv[] = { "codesync-jail", "--serve", NULL };
	struct spawn s;
	int sv[2], e;

	if (socket_pair(sv) < 0)
		return CS_EIO;
	spawn_init(&s);
	s.exec_fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	s.argv = argv;
	s.fds[0] = s.fds[1] = -1;
	s.fds[2] = STDERR_FILENO;
	s.fds[SERVE_FD] = sv[1];
	s.nfds = SERVE_FD + 1;
	/* It ends with our socket, and tidies up first. */
	e = s.exec_fd < 0 ? CS_EIO : spawn(&s, &r->spawner);
	close(sv[1]);
	if (s.exec_fd >= 0)
		close(s.exec_fd);
	r->sock = sv[0];
	return e;
}

static int
send_run(struct run *r, int bundle)
{
	static struct cell_msg m;

	cell_msg_init(&m, CELL_RUN, 1);
	m.limits = r->limits;
	m.idle_s = r->idle_s;
	if (cell_args(&m, r->argv) < 0) {
		snprintf(r->why, sizeof(r->why), "the arguments are too long");
		return CS_ETOOBIG;
	}
	return cell_send(r->sock, &m, &bundle, 1);
}

static int
start_with(struct run *r, int bundle)
{
	if (add_files(r, bundle) < 0)
		return CS_EIO;
	if (start_spawner(r) < 0) {
		snprintf(r->why, sizeof(r->why), "the spawner cannot start");
		return CS_EIO;
	}
	if (geteuid() == 0 && privs_drop("runner", NULL, true) < 0)
		return CS_EIO;
	return send_run(r, bundle);
}

static int
start(struct run *r)
{
	int bundle = bundle_new(), e = CS_EIO;

	if (bundle >= 0) {
		e = start_with(r, bundle);
		close(bundle);
	}
	if (e < 0 && r->why[0] == '\0')
		snprintf(r->why, sizeof(r->why), "the sandbox cannot start");
	return e;
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
	line = xasprintf("%s%s\n",
	    r->line_open && r->report_fd == STDERR_FILENO ? "\n" : "", text);
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

static int
finish(struct run *r)
{
	if (r->over_output) {
		r->result.truncated = true;
		if (r->result.verdict <= VERDICT_FAILED) {
			/* it wrote all of it before it could be stopped */
			r->result.verdict = VERDICT_OUTPUT;
			r->result.signal[0] = '\0';
		}
	}
	for (int i = OUTPUT; i < STREAMS; i++)
		if (r->streams[i].from >= 0 ||
		    r->streams[i].at < r->streams[i].len)
			r->result.truncated = true;
	/* What it has made is gone when it is. */
	stream_close(&r->sock);
	if (r->spawner > 0)
		waitpid(r->spawner, NULL, 0);
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
	    "           [--report FD] -- PROGRAM [ARGUMENT ...]\n"
	    "       codesync-jail --doctor\n");
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

/* A descriptor that is open here, before we open any ourselves. */
static int
report_to(const char *text)
{
	int fd = (int)number("report", text, 0, 1023);

	if (fcntl(fd, F_GETFD) < 0) {
		fprintf(
		    stderr, "codesync-jail: --report %d: it is not open\n", fd);
		exit(EXIT_SANDBOX);
	}
	return fd;
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
			r->report_fd = report_to(optarg);
		else
			*values[c] =
			    number(options[c].name, optarg, 1, 1000000);
	}
	if (optind >= argc)
		usage(stderr, EXIT_SANDBOX);
	r->argv = argv + optind;
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
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

#ifdef CODESYNC_NO_SECCOMP
const char *__asan_default_options(void);

/* The leak checker wants /proc, which the spawner's root does not have. */
const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

int
main(int argc, char **argv)
{
	static struct run r = { .limits = RUN_LIMITS_DEFAULT,
		.idle_s = 600,
		.report_fd = STDERR_FILENO,
		.sock = -1 };

	log_open("codesync-jail");
	if (argc == 2 && strcmp(argv[1], "--serve") == 0)
		return spawner_main(SERVE_FD);
	if (argc == 3 && strcmp(argv[1], "--doctor") == 0 &&
	    strcmp(argv[2], "--serve") == 0)
		return doctor_serve(SERVE_FD);
	open_std();
	if (argc == 2 && strcmp(argv[1], "--doctor") == 0)
		return doctor_main();
	parse_options(&r, argc, argv);
	r.signals = block_signals();
	for (int i = 0; i < STREAMS; i++)
		r.streams[i].from = r.streams[i].to = -1;
	if (start(&r) < 0)
		run_broken(&r, r.why);
	while (!finished(&r))
		turn(&r);
	return finish(&r);
}
