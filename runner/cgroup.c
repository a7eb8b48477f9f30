/* cgroup.c - control groups of both versions, by directory descriptors, because
 * /sys is not there any more once the spawner lives in its root. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/log.h"
#include "runner/cgroup.h"

#define MOUNTS "/sys/fs/cgroup"
#define OURS "codesync"
#define LEAF "daemon"
#define MIB (1024ULL * 1024)
#define TEXT_SIZE 4096

enum tier { TIER_NONE, TIER_V1, TIER_V2, TIERS };
/* Hierarchies: version 2 has one, which is called MEMORY here. */
enum { MEMORY, PIDS, TIME };

/* What a group is told before it holds something, in this order. */
enum amount { NOTHING, BYTES, TASKS, UNLIMITED };
struct setting {
	uint8_t dir, amount;
	bool optional; /* not every kernel has it */
	const char *name;
};
/* What it is asked: the number behind KEY, or the file's only one. */
struct counter {
	uint8_t dir;
	const char *name, *key;
	uint32_t per; /* of the file's units are one of ours */
};
enum { OOMS, PEAK, CPU, COUNTERS };

static const struct tier_files {
	const char *name;
	uint32_t
	    own_tasks; /* beside the run's: init, and in version 1 a stub */
	struct setting settings[6];
	struct counter counters[COUNTERS];
} files[TIERS] = {
	[TIER_NONE] = { .name = "rlimits" },
	[TIER_V1] = { "cgroup-v1", 2,
	    /* the limit with swap is never below the other */
	    { { MEMORY, UNLIMITED, true, "memory.memsw.limit_in_bytes" },
		{ MEMORY, BYTES, false, "memory.limit_in_bytes" },
		{ PIDS, TASKS, false, "pids.max" },
		{ MEMORY, NOTHING, true, "memory.max_usage_in_bytes" },
		{ MEMORY, BYTES, true, "memory.memsw.limit_in_bytes" } },
	    { { MEMORY, "memory.oom_control", "oom_kill", 1 },
		{ MEMORY, "memory.max_usage_in_bytes", NULL, 1024 },
		{ TIME, "cpuacct.usage", NULL, 1000000 } } },
	[TIER_V2] = { "cgroup-v2", 1,
	    { { MEMORY, BYTES, false, "memory.max" },
		{ MEMORY, TASKS, false, "pids.max" },
		{ MEMORY, NOTHING, true, "memory.swap.max" },
		{ MEMORY, NOTHING, false, "memory.oom.group" } },
	    { { MEMORY, "memory.events", "oom_kill", 1 },
		{ MEMORY, "memory.peak", NULL, 1024 },
		{ MEMORY, "cpu.stat", "usage_usec", 1000 } } },
};

static struct {
	enum tier tier;
	int dirs[GROUP_DIRS]; /* in which groups are made */
	unsigned made;
} self = { TIER_NONE, { -1, -1, -1 }, 0 };

/* --- files --- */

static int
write_at(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_CLOEXEC), r;

	if (fd < 0)
		return CS_EIO;
	r = write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : CS_EIO;
	close(fd);
	return r;
}

static int
write_num(int dir, const char *name, uint64_t n)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	return write_at(dir, name, text);
}

static bool
read_at(int dir, const char *name, char text[TEXT_SIZE])
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, TEXT_SIZE - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* The number behind KEY in a file of lines "KEY NUMBER"; KEY NULL: the file is
 * one number. False if it is not there. */
static bool
number_at(int dir, const char *name, const char *key, uint64_t *number)
{
	char text[TEXT_SIZE], *p = text;
	size_t len = key != NULL ? strlen(key) : 0;

	if (dir < 0 || name == NULL || !read_at(dir, name, text))
		return false;
	while (key != NULL && (strncmp(p, key, len) != 0 || p[len] != ' ')) {
		if ((p = strchr(p, '\n')) == NULL)
			return false;
		p++;
	}
	*number = strtoull(p + len, NULL, 10);
	return true;
}

/* --- what there is --- */

/* Is WORD in a list whose words are set apart by SEPARATOR? */
static bool
has_word(const char *list, char separator, const char *word)
{
	size_t len = strlen(word);

	while (strncmp(list, word, len) != 0 ||
	       (list[len] != separator && list[len] != '\0')) {
		if ((list = strchr(list, separator)) == NULL)
			return false;
		list++;
	}
	return true;
}

/* Our own group in the hierarchy that has CONTROLLER ("" for version 2), by lines
 * "NUMBER:CONTROLLER,CONTROLLER:PATH". */
static bool
own_group(const char *controller, char *dst, size_t size)
{
	char text[TEXT_SIZE], *line, *next, *list, *path;

	if (!read_at(AT_FDCWD, "/proc/self/cgroup", text))
		return false;
	for (line = strtok_r(text, "\n", &next); line != NULL;
	     line = strtok_r(NULL, "\n", &next)) {
		if ((list = strchr(line, ':')) == NULL ||
		    (path = strchr(++list, ':')) == NULL)
			continue;
		*path++ = '\0';
		if (*controller == '\0' ? *list == '\0'
					: has_word(list, ',', controller)) {
			snprintf(dst, size, "%s", path);
			return true;
		}
	}
	return false;
}

/* A directory of ours under BASE, whose user is UID. It stays when we end: its
 * parent is root's. */
static int
make_ours(const char *base, uid_t uid, gid_t gid)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", base, OURS);
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		return -1;
	if (geteuid() == 0 && chown(path, uid, gid) != 0)
		return -1;
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Version 1: beneath our own group, or where a container hides that, the top. */
static int
open_v1(const char *controller, uid_t uid, gid_t gid)
{
	char own[256] = "", base[400];
	int fd;

	if (geteuid() != 0 || !own_group(controller, own, sizeof(own)))
		return -1;
	snprintf(base, sizeof(base), "%s/%s%s", MOUNTS, controller,
	    strcmp(own, "/") == 0 ? "" : own);
	if ((fd = make_ours(base, uid, gid)) >= 0)
		return fd;
	snprintf(base, sizeof(base), "%s/%s", MOUNTS, controller);
	return make_ours(base, uid, gid);
}

/* BASE is our own group; if it is the leaf that one of us has made before, what is
 * divided is the one above. Else each that is started by one in the leaf, as the
 * doctor and what it tries are, would make another leaf in that. */
static void
leave_leaf(char *base)
{
	char *name = strrchr(base, '/'), path[512];

	if (name == NULL || strcmp(name + 1, LEAF) != 0)
		return;
	snprintf(path, sizeof(path), "%.*s/%s", (int)(name - base), base, OURS);
	if (access(path, F_OK) == 0)
		*name = '\0';
}

/* Version 2: a group with processes of its own can not have limits for those
 * beneath it, so all of ours go into a leaf first. */
static int
open_v2(uid_t uid, gid_t gid)
{
	char own[256], base[400], text[TEXT_SIZE];
	int fd, leaf;

	if (!own_group("", own, sizeof(own)))
		return -1;
	snprintf(base, sizeof(base), "%s%s", MOUNTS,
	    strcmp(own, "/") == 0 ? "" : own);
	leave_leaf(base);
	if ((fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return -1;
	if (!read_at(fd, "cgroup.controllers", text))
		goto fail;
	text[strcspn(text, "\n")] = '\0';
	if (!has_word(text, ' ', "memory") || !has_word(text, ' ', "pids") ||
	    (mkdirat(fd, LEAF, 0755) != 0 && errno != EEXIST))
		goto fail;
	leaf = openat(fd, LEAF, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (leaf < 0)
		goto fail;
	while (read_at(fd, "cgroup.procs", text))
		if (write_num(leaf, "cgroup.procs", strtoull(text, NULL, 10)) <
		    0)
			break;
	close(leaf);
	if (write_at(fd, "cgroup.subtree_control", "+memory +pids") < 0)
		goto fail;
	close(fd);
	fd = make_ours(base, uid, gid);
	if (fd >= 0 &&
	    write_at(fd, "cgroup.subtree_control", "+memory +pids") < 0)
		goto fail;
	if (fd >= 0 && geteuid() == 0 &&
	    (fchownat(fd, "cgroup.procs", uid, gid, 0) != 0 ||
		fchownat(fd, "cgroup.subtree_control", uid, gid, 0) != 0))
		goto fail;
	return fd;
fail:
	if (fd >= 0)
		close(fd);
	return -1;
}

/* What a spawner that was killed has left: names begin with its pid. */
static void
remove_old(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *e;
	pid_t pid;

	while (d != NULL && (e = readdir(d)) != NULL)
		if ((pid = (pid_t)strtol(e->d_name, NULL, 10)) > 0 &&
		    kill(pid, 0) != 0 && errno == ESRCH)
			unlinkat(dir, e->d_name, AT_REMOVEDIR);
	if (d != NULL)
		closedir(d);
	else if (fd >= 0)
		close(fd);
}

static void
find_groups(uid_t uid, gid_t gid)
{
	if ((self.dirs[MEMORY] = open_v2(uid, gid)) >= 0) {
		self.tier = TIER_V2;
		return;
	}
	self.dirs[MEMORY] = open_v1("memory", uid, gid);
	self.dirs[PIDS] = open_v1("pids", uid, gid);
	self.dirs[TIME] = open_v1("cpuacct", uid, gid); /* or the sampler's */
	if (self.dirs[MEMORY] >= 0 && self.dirs[PIDS] >= 0)
		self.tier = TIER_V1;
}

void
cgroup_open(uid_t uid, gid_t gid)
{
	find_groups(uid, gid);
	for (int i = 0; i < GROUP_DIRS; i++)
		if (self.dirs[i] >= 0)
			remove_old(self.dirs[i]);
}

const char *
cgroup_tier(void)
{
	return files[self.tier].name;
}

/* --- one sandbox --- */

static bool
count(const struct group *g, int counter, uint64_t *n)
{
	const struct counter *c = &files[self.tier].counters[counter];

	if (!g->open || !number_at(g->dirs[c->dir], c->name, c->key, n))
		return false;
	*n /= c->per;
	return true;
}

/* Processes that the kernel has ended in it for memory. */
static uint64_t
ooms(const struct group *g)
{
	uint64_t n = 0;

	return count(g, OOMS, &n) ? n : 0;
}

static int
make_dirs(struct group *g)
{
	for (int i = 0; i < GROUP_DIRS; i++) {
		if (self.dirs[i] < 0)
			continue;
		if (mkdirat(self.dirs[i], g->name, 0755) != 0)
			return CS_EIO;
		g->dirs[i] = openat(
		    self.dirs[i], g->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (g->dirs[i] < 0)
			return CS_EIO;
	}
	return 0;
}

static int
set(const struct group *g, const struct setting *s, const struct run_limits *l)
{
	uint64_t n = 0;
	int r;

	if (s->amount == BYTES)
		n = l->memory_mb * MIB;
	else if (s->amount == TASKS)
		n = l->processes + files[self.tier].own_tasks;
	r = s->amount == UNLIMITED ? write_at(g->dirs[s->dir], s->name, "-1")
				   : write_num(g->dirs[s->dir], s->name, n);
	return s->optional ? 0 : r;
}

int
group_open(struct group *g, const struct run_limits *l)
{
	const struct setting *s = files[self.tier].settings;
	int r = 0;

	if (self.tier == TIER_NONE)
		return 0;
	if (!g->open) {
		*g = (struct group){ .dirs = { -1, -1, -1 }, .open = true };
		snprintf(g->name, sizeof(g->name), "%ld.%u", (long)getpid(),
		    self.made++);
		r = make_dirs(g);
	}
	for (; r == 0 && s->name != NULL; s++)
		r = set(g, s, l);
	if (r == 0)
		g->ooms = ooms(g);
	return r;
}

bool
group_needs_stub(void)
{
	return self.tier == TIER_V1;
}

int
group_dir(const struct group *g)
{
	return self.tier == TIER_V2 ? g->dirs[MEMORY] : -1;
}

int
group_take(const struct group *g, pid_t pid)
{
	for (int i = 0; i < GROUP_DIRS; i++)
		if (g->dirs[i] >= 0 &&
		    write_num(g->dirs[i], "cgroup.procs", (uint64_t)pid) < 0)
			return CS_EIO;
	return 0;
}

bool
group_is_out(const struct group *g)
{
	return ooms(g) > g->ooms;
}

uint64_t
group_peak_kb(const struct group *g)
{
	uint64_t kb = 0;

	return count(g, PEAK, &kb) ? kb : 0;
}

bool
group_cpu_ms(const struct group *g, uint64_t *ms)
{
	return count(g, CPU, ms);
}

void
group_ended(struct group *g)
{
	if (self.tier == TIER_V2)
		group_close(g);
}

void
group_close(struct group *g)
{
	for (int i = 0; i < GROUP_DIRS && g->open; i++) {
		if (g->dirs[i] < 0)
			continue;
		close(g->dirs[i]);
		if (unlinkat(self.dirs[i], g->name, AT_REMOVEDIR) != 0)
			log_warn("a control group stays behind: %m");
	}
	g->open = false;
}
