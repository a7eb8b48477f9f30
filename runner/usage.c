/*
 * usage.c - what a run uses as a whole, by the host's /proc: its processes are
 * found by walking down from the sandbox's init, to which orphans return, so that
 * other processes of the machine cost nothing. It is looked at many times a
 * second, and is what holds a run where there is no control group.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner/usage.h"

#define TASKS_MAX 4096
#define TEXT_SIZE 4096

static int proc = -1; /* usage_sample's */

/* The beginning of /proc/PID/NAME; false when there is none. */
static bool
read_proc(pid_t pid, const char *name, char *dst, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%d/%s", (int)pid, name);
	if ((fd = openat(proc, path, O_RDONLY | O_CLOEXEC)) < 0)
		return false;
	n = read(fd, dst, size - 1);
	close(fd);
	dst[n > 0 ? n : 0] = '\0';
	return n > 0;
}

struct walk {
	pid_t pids[TASKS_MAX];
	size_t n;
};

static void
add_children(struct walk *w, pid_t pid, const char *tid)
{
	char name[64], text[TEXT_SIZE], *p, *end;
	long child;

	snprintf(name, sizeof(name), "task/%.20s/children", tid);
	if (!read_proc(pid, name, text, sizeof(text)))
		return;
	for (p = text; w->n < TASKS_MAX; p = end) {
		child = strtol(p, &end, 10);
		if (end == p || child <= 0)
			break;
		w->pids[w->n++] = (pid_t)child;
	}
}

static DIR *
open_tasks(pid_t pid)
{
	char path[64];
	DIR *d;
	int fd;

	snprintf(path, sizeof(path), "%d/task", (int)pid);
	if ((fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return NULL;
	if ((d = fdopendir(fd)) == NULL)
		close(fd);
	return d;
}

/* A child belongs to the thread that made it. */
static void
walk_down(struct walk *w, pid_t pid)
{
	struct dirent *e;
	DIR *d = open_tasks(pid);

	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			add_children(w, pid, e->d_name);
	closedir(d);
}

/* User and system time, its own and of the children it has waited for. */
static uint64_t
cpu_of(pid_t pid)
{
	unsigned long long t[4];
	char text[TEXT_SIZE], *p;

	/* the name may hold anything, but nothing after it does */
	if (!read_proc(pid, "stat", text, sizeof(text)) ||
	    (p = strrchr(text, ')')) == NULL ||
	    sscanf(p + 1,
		" %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %llu "
		"%llu",
		&t[0], &t[1], &t[2], &t[3]) != 4)
		return 0;
	return (t[0] + t[1] + t[2] + t[3]) * 1000 /
	       (unsigned long long)sysconf(_SC_CLK_TCK);
}

static uint64_t
resident_of(pid_t pid, const char *name)
{
	unsigned long long pages;
	char text[TEXT_SIZE];

	if (!read_proc(pid, name, text, sizeof(text)) ||
	    sscanf(text, "%*u %llu", &pages) != 1)
		return 0;
	return pages * (unsigned long long)sysconf(_SC_PAGESIZE) / 1024;
}

static uint64_t
resident_kb(pid_t pid)
{
	uint64_t kb = resident_of(pid, "statm");
	char name[64];
	struct dirent *e;
	DIR *d;

	/* The first thread may have ended and the others use its memory. */
	if (kb > 0 || (d = open_tasks(pid)) == NULL)
		return kb;
	while (kb == 0 && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "task/%.20s/statm", e->d_name);
		kb = resident_of(pid, name);
	}
	closedir(d);
	return kb;
}

/* The share of PID in what it uses: pages of several count in parts. */
static uint64_t
share_kb(pid_t pid)
{
	char text[TEXT_SIZE], *p;

	if (!read_proc(pid, "smaps_rollup", text, sizeof(text)) ||
	    (p = strstr(text, "\nPss:")) == NULL)
		return resident_kb(pid);
	return strtoull(p + 5, NULL, 10);
}

/* Does it wait in a read of the run's input, and not of a pipe of its own? */
static bool
reads_input(pid_t pid, uint64_t input)
{
	char text[TEXT_SIZE], path[64], is[64], want[64];
	unsigned long fd;
	ssize_t n;
	long call;

	if (!read_proc(pid, "syscall", text, sizeof(text)) ||
	    sscanf(text, "%ld %lx", &call, &fd) != 2 || call != SYS_read ||
	    fd != 0)
		return false;
	snprintf(path, sizeof(path), "%d/fd/0", (int)pid);
	n = readlinkat(proc, path, is, sizeof(is) - 1);
	is[n > 0 ? n : 0] = '\0';
	snprintf(want, sizeof(want), "pipe:[%llu]", (unsigned long long)input);
	return strcmp(is, want) == 0;
}

/* What the sockets of INIT's network namespace may hold, also those that nobody
 * has open because they are on their way in others. No limit of the kernel's is
 * for that: but each holds no more than it may send, which the filter keeps as it
 * is, and one piece that is begun below that. */
static uint64_t
sockets_kb(pid_t init)
{
	unsigned long long n, bytes;
	char text[TEXT_SIZE];

	if (!read_proc(init, "net/sockstat", text, sizeof(text)) ||
	    sscanf(text, "sockets: used %llu", &n) != 1 ||
	    !read_proc(
		init, "../sys/net/core/wmem_default", text, sizeof(text)) ||
	    sscanf(text, "%llu", &bytes) != 1)
		return 0;
	return n * (bytes + bytes / 2) / 1024;
}

void
usage_sample(
    int proc_dir, pid_t init, uint64_t over_kb, uint64_t input, struct usage *u)
{
	static struct walk w;

	proc = proc_dir;
	memset(u, 0, sizeof(*u));
	w.n = 0;
	w.pids[w.n++] = init;
	for (size_t i = 0; i < w.n; i++) {
		walk_down(&w, w.pids[i]);
		u->cpu_ms += cpu_of(w.pids[i]);
		if (i == 0)
			continue;
		if (over_kb > 0)
			u->memory_kb += resident_kb(w.pids[i]);
		u->reading |= reads_input(w.pids[i], input);
	}
	if (over_kb > 0)
		u->sockets_kb = sockets_kb(init);
	if (over_kb == 0 || u->memory_kb <= over_kb || w.n <= 2)
		return;
	u->memory_kb = 0;
	for (size_t i = 1; i < w.n; i++)
		u->memory_kb += share_kb(w.pids[i]);
}
