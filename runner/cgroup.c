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
#include "proto/sys/util.h"
#include "runner/cgroup.h"

#define MOUNTS "/sys/fs/cgroup"
#define OURS "codesync"
#define MIB (1024ULL * 1024)
#define TEXT_SIZE 4096

enum tier { TIER_NONE, TIER_V1, TIER_V2 };
enum { MEMORY, PIDS, GROUPS };

static struct {
	enum tier tier;
	int dirs[GROUPS]; /* in which groups are made */
} self = { TIER_NONE, { -1, -1 } };

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
 * one number. 0 if it is not there. */
static uint64_t
number_at(int dir, const char *name, const char *key)
{
	char text[TEXT_SIZE], *p = text;
	size_t len = key != NULL ? strlen(key) : 0;

	if (!read_at(dir, name, text))
		return 0;
	while (key != NULL && (strncmp(p, key, len) != 0 || p[len] != ' ')) {
		if ((p = strchr(p, '\n')) == NULL)
			return 0;
		p++;
	}
	return strtoull(p + len, NULL, 10);
}

/* --- what there is --- */

/* Our own group in the hierarchy that has CONTROLLER ("" for version 2). */
static bool
own_group(const char *controller, char *dst, size_t size)
{
	char text[TEXT_SIZE], *line, *next, *list, *path, *word, *rest;

	if (!read_at(AT_FDCWD, "/proc/self/cgroup", text))
		return false;
	for (line = strtok_r(text, "\n", &next); line != NULL;
	     line = strtok_r(NULL, "\n", &next)) {
		if ((list = strchr(line, ':')) == NULL ||
		    (path = strchr(++list, ':')) == NULL)
			continue;
		*path++ = '\0';
		if (*list == '\0' && *controller == '\0') {
			snprintf(dst, size, "%s", path);
			return true;
		}
		for (word = strtok_r(list, ",", &rest); word != NULL;
		     word = strtok_r(NULL, ",", &rest))
			if (strcmp(word, controller) == 0) {
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

static bool
has_word(const char *text, const char *word)
{
	const char *p = strstr(text, word);
	size_t len = strlen(word);

	return p != NULL && (p == text || p[-1] == ' ') &&
	       (p[len] == ' ' || p[len] == '\n' || p[len] == '\0');
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
	if ((fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return -1;
	if (!read_at(fd, "cgroup.controllers", text) ||
	    !has_word(text, "memory") || !has_word(text, "pids") ||
	    (mkdirat(fd, "daemon", 0755) != 0 && errno != EEXIST))
		goto fail;
	leaf = openat(fd, "daemon", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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
	if (self.dirs[MEMORY] >= 0 && self.dirs[PIDS] >= 0)
		self.tier = TIER_V1;
}

void
cgroup_open(uid_t uid, gid_t gid)
{
	find_groups(uid, gid);
	for (int i = 0; i < GROUPS; i++)
		if (self.dirs[i] >= 0)
			remove_old(self.dirs[i]);
}

const char *
cgroup_tier(void)
{
	return self.tier == TIER_V2   ? "cgroup-v2"
	       : self.tier == TIER_V1 ? "cgroup-v1"
				      : "rlimits";
}

/* --- one sandbox --- */

static void
name_of(unsigned slot, char dst[40])
{
	snprintf(dst, 40, "%ld.%u", (long)getpid(), slot);
}

static int
make_group(int i, const char *name)
{
	if (mkdirat(self.dirs[i], name, 0755) != 0 && errno != EEXIST)
		return -1;
	return openat(self.dirs[i], name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int
set_v1(const struct group *g, const struct run_limits *l)
{
	uint64_t bytes = l->memory_mb * MIB;

	/* the one with swap is never below the other */
	write_at(g->dirs[MEMORY], "memory.memsw.limit_in_bytes", "-1");
	if (write_num(g->dirs[MEMORY], "memory.limit_in_bytes", bytes) < 0 ||
	    write_num(g->dirs[PIDS], "pids.max", l->processes + 2) < 0)
		return CS_EIO;
	write_num(g->dirs[MEMORY], "memory.max_usage_in_bytes", 0);
	/* not every kernel counts swap */
	write_num(g->dirs[MEMORY], "memory.memsw.limit_in_bytes", bytes);
	return 0;
}

static int
set_v2(const struct group *g, const struct run_limits *l)
{
	if (write_num(g->dirs[MEMORY], "memory.max", l->memory_mb * MIB) < 0 ||
	    write_num(g->dirs[MEMORY], "pids.max", l->processes + 1) < 0)
		return CS_EIO;
	write_at(g->dirs[MEMORY], "memory.swap.max", "0");
	return write_at(g->dirs[MEMORY], "memory.oom.group", "0");
}

/* Processes that the kernel has ended in it for memory. */
static uint64_t
ooms(const struct group *g)
{
	if (g->dirs[MEMORY] < 0)
		return 0;
	return number_at(g->dirs[MEMORY],
	    self.tier == TIER_V1 ? "memory.oom_control" : "memory.events",
	    "oom_kill");
}

int
group_open(struct group *g, unsigned slot, const struct run_limits *l)
{
	char name[40];
	int n = self.tier == TIER_V1 ? 2 : self.tier == TIER_V2 ? 1 : 0;
	int r = 0;

	if (!g->open) {
		g->dirs[MEMORY] = g->dirs[PIDS] = -1;
		g->slot = slot;
		name_of(slot, name);
		for (int i = 0; i < n && r == 0; i++)
			if ((g->dirs[i] = make_group(i, name)) < 0)
				r = CS_EIO;
		g->open = true;
	}
	if (r == 0 && n > 0)
		r = self.tier == TIER_V1 ? set_v1(g, l) : set_v2(g, l);
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
	if (self.tier != TIER_V1)
		return 0;
	for (int i = 0; i < GROUPS; i++)
		if (write_num(g->dirs[i], "cgroup.procs", (uint64_t)pid) < 0)
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
	if (g->dirs[MEMORY] < 0)
		return 0;
	return number_at(g->dirs[MEMORY],
		   self.tier == TIER_V1 ? "memory.max_usage_in_bytes"
					: "memory.peak",
		   NULL) /
	       1024;
}

void
group_close(struct group *g)
{
	char name[40];

	name_of(g->slot, name);
	for (int i = 0; i < GROUPS && g->open; i++) {
		if (g->dirs[i] < 0)
			continue;
		close(g->dirs[i]);
		g->dirs[i] = -1;
		if (unlinkat(self.dirs[i], name, AT_REMOVEDIR) != 0)
			log_warn("a control group stays behind: %m");
	}
	g->open = false;
}
