/*
 * limit.c - limits without control groups.
 *
 * The kernel's limits are for one process each, so they are only the outer
 * wall: address space and data are some times the memory limit, which also
 * keeps shared memory and page tables small. The run as a whole is held by the
 * supervisor, who adds up all its processes many times a second. They are
 * found by walking down from the sandbox's init, to which orphans return, so
 * that other processes of the machine cost nothing.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner/limit.h"

#define MIB (1024ULL * 1024)
#define WARM_CPU_S 2
#define AS_MIN_MB 4096 /* threads reserve much and use little */
#define TASKS_MAX 4096
#define TEXT_SIZE 4096

static int
set_one(int what, uint64_t soft, uint64_t hard)
{
	struct rlimit old, r = { soft, hard };

	if (getrlimit((__rlimit_resource_t)what, &old) != 0)
		return -1;
	if (r.rlim_max > old.rlim_max) /* ours may be tighter already */
		r.rlim_max = old.rlim_max;
	if (r.rlim_cur > r.rlim_max)
		r.rlim_cur = r.rlim_max;
	return setrlimit((__rlimit_resource_t)what, &r);
}

int
limit_set(const struct run_limits *l, bool grouped, bool warm)
{
	uint64_t as_mb = (grouped ? 64ULL : 16ULL) * l->memory_mb;
	uint64_t data_mb = (grouped ? 64ULL : 2ULL) * l->memory_mb;
	uint64_t cpu_s = l->cpu_s + 1 + (warm ? WARM_CPU_S : 0);

	if (as_mb < AS_MIN_MB)
		as_mb = AS_MIN_MB;
	/* The sampler should be first; its verdict is the clearer one. */
	if (set_one(RLIMIT_CPU, cpu_s, cpu_s + 1) != 0 ||
	    set_one(RLIMIT_AS, as_mb * MIB, as_mb * MIB) != 0 ||
	    set_one(RLIMIT_DATA, data_mb * MIB, data_mb * MIB) != 0)
		return -1;
	/* Counted in our user namespace, where init is one more. */
	if (set_one(RLIMIT_NPROC, l->processes + 1, l->processes + 1) != 0 ||
	    set_one(RLIMIT_FSIZE, l->files_mb * MIB, l->files_mb * MIB) != 0 ||
	    set_one(RLIMIT_NOFILE, 256, 256) != 0)
		return -1;
	/* 1, not 0: only 1 also stops a core_pattern that is a program. */
	if (set_one(RLIMIT_CORE, 1, 1) != 0 ||
	    set_one(RLIMIT_STACK, 8 * MIB, 8 * MIB) != 0 ||
	    set_one(RLIMIT_MEMLOCK, 0, 0) != 0 ||
	    set_one(RLIMIT_MSGQUEUE, 0, 0) != 0)
		return -1;
	if (set_one(RLIMIT_SIGPENDING, 256, 256) != 0)
		return -1;
	/* Where the kernel does not group processes by session, each of many
	 * busy ones would have as much of the machine as the hub. */
	return setpriority(PRIO_PROCESS, 0, LIMIT_NICE);
}

/* --- the sampler --- */

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
