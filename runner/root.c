/*
 * root.c - the minimal root. It is a small tmpfs with read-only bind mounts of
 * the host's /usr and of what programs need besides, without /proc and /sys.
 * After pivot_root nothing of the host's root is left in the mount namespace.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/privs.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "runner/box.h"
#include "runner/root.h"
#include "runner/site.h" /* made of site.py */

#define STAGE "/tmp" /* where it is put together */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const struct root_place root_places[] = {
	{ "/work", "755", 0 },
	{ "/tmp", "1777", MS_NOEXEC },
	{ "/dev/shm", "1777", MS_NOEXEC },
};
const size_t root_nplaces = COUNT(root_places);

/* Files that are the same in every sandbox. */
static const struct {
	const char *path, *text;
} made_files[] = {
	{ "etc/passwd", "root:x:0:0:root:/:/usr/sbin/nologin\n"
			"code:x:1000:1000:code:/work:/bin/sh\n" },
	{ "etc/group", "root:x:0:\ncode:x:1000:\n" },
	{ "etc/hosts", "127.0.0.1 localhost\n::1 localhost\n" },
	{ "etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n" },
};

static const char *const directories[] = { "etc", "etc/codesync",
	"etc/codesync/cold", "etc/codesync/cold/__pycache__",
	"etc/codesync/warm", "etc/codesync/warm/__pycache__", "dev", "dev/shm",
	"tmp", "work" };
/* On most systems links into /usr. */
static const char *const system_dirs[] = { "bin", "sbin", "lib", "lib32",
	"lib64", "libx32" };
#define FILES (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)
/* read-only: it can be written to, but its times are the host's */
#define DEVICE (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC)
/* Taken from the host. */
static const struct shown {
	const char *path;
	uint64_t attr;
	bool optional;
} shown[] = {
	{ "usr", FILES, false },
	{ "etc/ld.so.cache", FILES, true },
	{ "etc/localtime", FILES, true },
	{ "etc/alternatives", FILES, true },
	{ "dev/null", DEVICE, false },
	{ "dev/zero", DEVICE, false },
	{ "dev/full", DEVICE, false },
	{ "dev/random", DEVICE, false },
	{ "dev/urandom", DEVICE, false },
};

struct builder {
	char *why;
	size_t size;
};

/* Say what could not be done, with errno. */
static int __attribute__((format(printf, 2, 3)))
fail(const struct builder *b, const char *fmt, ...)
{
	const char *reason = strerror(errno);
	char what[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	snprintf(b->why, b->size, "%s: %s", what, reason);
	return CS_EIO;
}

static int
write_bytes(const char *path, int flags, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | flags, 0644), r;

	if (fd < 0)
		return -1;
	r = write_all(fd, bytes, len);
	close(fd);
	return r < 0 ? -1 : 0;
}

static int
write_file(const char *path, int flags, const char *text)
{
	return write_bytes(path, flags, text, strlen(text));
}

/* --- users --- */

#define FIRST_INSIDE 2000
/* Outside of what systemd and Debian reserve, of the ids that useradd gives to
 * people's containers, and of those that directory services make. */
#define FIRST_OUTSIDE 2100000000U
#define USERS_OUTSIDE 65536U
#define RANGES "/etc/subuid"
#define RANGE_OF "codesync-runner:%u:%u"

static bool many_users;
static uid_t mapped_uid;
static gid_t mapped_gid;
static unsigned first_outside;

/* The first user of this spawner's: of the range that the administrator has
 * given in the place where such ranges are given, or else of the one above, a
 * part for each spawner, so that two hardly ever have the same. */
static unsigned
find_range(void)
{
	unsigned first = FIRST_OUTSIDE, n = USERS_OUTSIDE, a, b;
	FILE *f = fopen(RANGES, "re");
	char line[256];

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, RANGE_OF, &a, &b) == 2 && b >= ROOT_USERS) {
			first = a;
			n = b;
		}
	if (f != NULL)
		fclose(f);
	return first + (unsigned)getpid() % (n / ROOT_USERS) * ROOT_USERS;
}

unsigned
root_users(void)
{
	return many_users ? first_outside : 0;
}

int
root_user(unsigned slot)
{
	return many_users && slot < ROOT_USERS ? FIRST_INSIDE + (int)slot
					       : BOX_ID;
}

/* Who maps needs every right over the new namespace, which is its owner's, and
 * the right to be other users: so be the owner, and keep that one. */
static bool
be_owner(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
		0 };
	struct __user_cap_data_struct caps[2];

	memset(caps, 0, sizeof(caps));
	caps[0].permitted = caps[0].effective =
	    1U << CAP_SETUID | 1U << CAP_SETGID;
	return setegid(mapped_gid) == 0 && seteuid(mapped_uid) == 0 &&
	       syscall(SYS_capset, &head, caps) == 0;
}

/* Map ids for our parent, who has given up the right to do it. */
static void
map_for_parent(int sock)
{
	char path[64], map[128];
	struct pollfd p = { sock, POLLIN, 0 };
	char byte;
	bool ok =
	    be_owner() && poll(&p, 1, -1) == 1 && read(sock, &byte, 1) == 1;

	for (int i = 0; i < 2 && ok; i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s_map", (int)getppid(),
		    i == 0 ? "uid" : "gid");
		snprintf(map, sizeof(map), "%d %u 1\n%d %u %d", BOX_ID,
		    i == 0 ? mapped_uid : mapped_gid, FIRST_INSIDE,
		    first_outside, ROOT_USERS);
		ok = write_file(path, 0, map) == 0;
	}
	byte = ok ? 'y' : 'n';
	_exit(write(sock, &byte, 1) == 1 ? 0 : 1);
}

int
root_mapper(void)
{
	int sv[2];
	pid_t pid;

	if (geteuid() != 0 || socket_pair(sv) < 0)
		return -1;
	privs_ids("runner", &mapped_uid, &mapped_gid);
	first_outside = find_range();
	if ((pid = fork()) < 0)
		return -1;
	if (pid == 0) { /* nothing is executed: it does one thing, and ends */
		close(sv[0]);
		map_for_parent(sv[1]);
	}
	close(sv[1]);
	return sv[0];
}

/* Have it done; without that all sandboxes are one user, and as safe. */
static bool
map_by(int mapper)
{
	struct pollfd p = { mapper, POLLIN, 0 };
	char answer = 'n';

	if (write(mapper, "?", 1) != 1 || poll(&p, 1, 5000) != 1 ||
	    read(mapper, &answer, 1) != 1)
		answer = 'n';
	close(mapper);
	while (waitpid(-1, NULL, 0) < 0 && errno == EINTR)
		continue;
	return many_users = answer == 'y';
}

static int
map_ids(const struct builder *b, int mapper, uid_t uid, gid_t gid)
{
	char map[64];

	if (write_file("/proc/self/setgroups", 0, "deny") != 0)
		return fail(b, "user namespace: setgroups");
	if (mapper >= 0 && map_by(mapper))
		return 0;
	snprintf(map, sizeof(map), "%d %u 1", BOX_ID, (unsigned)uid);
	if (write_file("/proc/self/uid_map", 0, map) != 0)
		return fail(b, "user namespace: uid_map");
	snprintf(map, sizeof(map), "%d %u 1", BOX_ID, (unsigned)gid);
	if (write_file("/proc/self/gid_map", 0, map) != 0)
		return fail(b, "user namespace: gid_map");
	return 0;
}

static int
protect(const char *path, unsigned flags, uint64_t attr)
{
	struct mount_attr a = { .attr_set = attr };

	return mount_setattr(AT_FDCWD, path, flags, &a, sizeof(a));
}

static int
show(const struct builder *b, const struct shown *s)
{
	char source[64];
	struct stat st;
	int r;

	snprintf(source, sizeof(source), "/%s", s->path);
	r = stat(source, &st);
	if (r != 0 && s->optional)
		return 0;
	if (r == 0)
		r = S_ISDIR(st.st_mode) ? mkdir(s->path, 0755)
					: write_file(s->path, O_CREAT, "");
	if (r != 0 ||
	    mount(source, s->path, NULL, MS_BIND | MS_REC, NULL) != 0 ||
	    protect(s->path, AT_RECURSIVE, s->attr) != 0)
		return fail(b, "cannot show %s inside", source);
	return 0;
}

static int
show_system_dir(const struct builder *b, const char *name)
{
	const struct shown dir = { name, FILES, true };
	char source[64], target[256];
	ssize_t n;

	snprintf(source, sizeof(source), "/%s", name);
	if ((n = readlink(source, target, sizeof(target) - 1)) < 0)
		return show(b, &dir);
	target[n] = '\0';
	return symlink(target, name) == 0
		   ? 0
		   : fail(b, "cannot link %s inside", source);
}

/* Each sandbox has its own in the place of these. */
static int
make_output(const struct builder *b)
{
	if (write_file("dev/stdout", O_CREAT, "") != 0 ||
	    write_file("dev/stderr", O_CREAT, "") != 0 ||
	    mount("tmpfs", "." ROOT_FIFOS, "tmpfs",
		MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=64k,mode=755") != 0)
		return fail(b, "cannot make a place for output");
	return 0;
}

static int
fill(const struct builder *b)
{
	int r = 0;

	for (size_t i = 0; i < COUNT(directories); i++)
		if (mkdir(directories[i], 0755) != 0)
			return fail(
			    b, "cannot make /%s inside", directories[i]);
	for (size_t i = 0; i < COUNT(made_files); i++)
		if (write_file(
			made_files[i].path, O_CREAT, made_files[i].text) != 0)
			return fail(b, "cannot write /%s", made_files[i].path);
	for (size_t i = 0; i < COUNT(site_files); i++)
		if (write_bytes(site_files[i].path, O_CREAT, site_files[i].data,
			site_files[i].len) != 0)
			return fail(b, "cannot write /%s", site_files[i].path);
	for (size_t i = 0; i < COUNT(shown) && r == 0; i++)
		r = show(b, &shown[i]);
	for (size_t i = 0; i < COUNT(system_dirs) && r == 0; i++)
		r = show_system_dir(b, system_dirs[i]);
	return r < 0 ? r : make_output(b);
}

int
root_enter(int mapper, char *why, size_t size)
{
	const struct builder b = { why, size };
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int r;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
		return fail(&b, "user namespaces are needed, and refused");
	if ((r = map_ids(&b, mapper, uid, gid)) < 0)
		return r;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return fail(&b, "mount namespace");
	if (mount("tmpfs", STAGE, "tmpfs", MS_NOSUID | MS_NODEV,
		"size=1m,mode=755") != 0 ||
	    chdir(STAGE) != 0)
		return fail(&b, "cannot mount a tmpfs");
	if ((r = fill(&b)) < 0)
		return r;
	/* The old root lands under the new one, and is let go of there. */
	if (syscall(SYS_pivot_root, ".", ".") != 0 ||
	    umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
		return fail(&b, "cannot change to the root inside");
	if (protect("/", 0, MOUNT_ATTR_RDONLY) != 0)
		return fail(&b, "cannot make the root read-only");
	return 0;
}
