/* bench.c - what every benchmark needs. */
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proto/sys/util.h"
#include "tests/bench/bench.h"

#define OUTPUT_MAX (1024 * 1024)
#define ENDS_MAX 8
#define STARTED_MAX 64

static void (*ends[ENDS_MAX])(void);
static int nends;
static pid_t started[STARTED_MAX];
static int nstarted;
static char dir[128];

/* The last to be started is the first to be ended. */
static void
end_all(void)
{
	while (nends > 0)
		ends[--nends]();
}

static void
on_signal(int sig)
{
	/* Benchmarks wait in poll, read or sleep: nothing is half done. */
	end_all();
	signal(sig, SIG_DFL);
	raise(sig);
}

void
bench_at_end(void (*fn)(void))
{
	if (nends == 0) {
		atexit(end_all);
		signal(SIGINT, on_signal);
		signal(SIGTERM, on_signal);
		signal(SIGPIPE, SIG_IGN);
	}
	if (nends < ENDS_MAX)
		ends[nends++] = fn;
}

void
bench_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("bench: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(1);
}

double
bench_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
bench_percentile(double *v, size_t n, double p)
{
	if (n == 0)
		return 0;
	qsort(v, n, sizeof(*v), by_size);
	return v[(size_t)((double)(n - 1) * p / 100 + 0.5)];
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static void
remove_dir(void)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *
bench_dir(void)
{
	const char *tmp = getenv("TMPDIR");

	if (dir[0] != '\0')
		return dir;
	snprintf(dir, sizeof(dir), "%s/codesync-bench-XXXXXX",
	    tmp != NULL ? tmp : "/var/tmp");
	if (mkdtemp(dir) == NULL || chmod(dir, 0711) < 0)
		bench_die("%s: cannot be made", dir);
	bench_at_end(remove_dir);
	return dir;
}

char *
bench_program(const char *name)
{
	char self[PATH_MAX], *path;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0)
		bench_die("/proc is not mounted");
	self[n] = '\0';
	path = xasprintf("%s/../%s", dirname(self), name);
	if (access(path, X_OK) < 0)
		bench_die("%s is not built", path);
	return path;
}

bool
bench_have(const char *name)
{
	static const char *const places[] = { "/usr/bin", "/bin", "/usr/sbin",
		"/usr/local/bin" };
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		snprintf(path, sizeof(path), "%s/%s", places[i], name);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static void
kill_started(void)
{
	while (nstarted > 0) {
		kill(started[--nstarted], SIGTERM);
		waitpid(started[nstarted], NULL, 0);
	}
}

static pid_t
fork_exec(char *const argv[], int out)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t pid = fork();

	if (pid == 0) {
		dup2(null, 0);
		dup2(out >= 0 ? out : null, 1);
		dup2(out >= 0 ? out : null, 2);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(null);
	if (pid < 0)
		bench_die("%s: cannot be started", argv[0]);
	return pid;
}

pid_t
bench_start(char *const argv[], int out)
{
	if (nstarted == STARTED_MAX)
		bench_die("%s: too many programs", argv[0]);
	if (nstarted == 0)
		bench_at_end(kill_started);
	return started[nstarted++] = fork_exec(argv, out);
}

char *
bench_output(char *const argv[])
{
	int out[2], status;
	char *text;
	size_t len;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) < 0)
		bench_die("no pipe");
	pid = fork_exec(argv, out[1]);
	close(out[1]);
	if (read_all(out[0], OUTPUT_MAX, &text, &len) < 0)
		bench_die("%s prints too much", argv[0]);
	close(out[0]);
	if (waitpid(pid, &status, 0) < 0 || status != 0)
		bench_die("%s has failed: %s", argv[0], text);
	return text;
}

int
bench_free_port(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&in, len) < 0 ||
	    getsockname(fd, (struct sockaddr *)&in, &len) < 0)
		bench_die("no port on 127.0.0.1");
	close(fd);
	return ntohs(in.sin_port);
}
