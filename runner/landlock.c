/* landlock.c - by the kernel's numbers: libc has no names for the calls, and the
 * headers may be older than the kernel. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner/landlock.h"
#include "runner/root.h"

#define CREATE_RULESET 444
#define ADD_RULE 445
#define RESTRICT_SELF 446
#define CREATE_VERSION 1
#define RULE_PATH_BENEATH 1

/* What a directory tree may be used for. */
enum {
	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_ALL_1 = (1 << 13) - 1,
	FS_REFER = 1 << 13,    /* version 2 */
	FS_TRUNCATE = 1 << 14, /* version 3 */
	FS_IOCTL_DEV = 1 << 15 /* version 5 */
};
#define NET_TCP 3 /* version 4: bind, connect */
#define SCOPED 3  /* version 6: abstract sockets, signals */

struct ruleset_attr {
	uint64_t fs, net, scoped;
};
struct path_attr {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed));

int
landlock_version(void)
{
	long v = syscall(CREATE_RULESET, NULL, 0, CREATE_VERSION);

	return v > 0 ? (int)v : 0;
}

static int
allow(int ruleset, const char *path, uint64_t what)
{
	struct path_attr a = { what, open(path, O_PATH | O_CLOEXEC) };
	long r;

	if (a.parent_fd < 0)
		return -1;
	r = syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &a, 0);
	close(a.parent_fd);
	return (int)r;
}

static uint64_t
handled_fs(int version)
{
	return FS_ALL_1 | (version >= 2 ? FS_REFER : 0) |
	       (version >= 3 ? FS_TRUNCATE : 0) |
	       (version >= 5 ? FS_IOCTL_DEV : 0);
}

int
landlock_enter(void)
{
	int version = landlock_version(), ruleset;
	struct ruleset_attr attr = { handled_fs(version),
		version >= 4 ? NET_TCP : 0, version >= 6 ? SCOPED : 0 };
	size_t size = version >= 6   ? sizeof(attr)
		      : version >= 4 ? 2 * sizeof(uint64_t)
				     : sizeof(uint64_t);

	if (version == 0)
		return 0;
	ruleset = (int)syscall(CREATE_RULESET, &attr, size, 0);
	if (ruleset < 0)
		return -1;
	if (allow(ruleset, "/", FS_EXECUTE | FS_READ_FILE | FS_READ_DIR) != 0 ||
	    allow(ruleset, "/dev",
		FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE |
		    (attr.fs & (FS_TRUNCATE | FS_IOCTL_DEV))) != 0)
		return -1;
	for (size_t i = 0; i < root_nplaces; i++)
		if (allow(ruleset, root_places[i].path,
			attr.fs & ~(uint64_t)FS_IOCTL_DEV) != 0)
			return -1;
	if (syscall(RESTRICT_SELF, ruleset, 0) != 0)
		return -1;
	return close(ruleset);
}
