/*
 * cage.c - the editor's sandbox. What it reads comes from a person whom nobody
 * knows, so it has no files, no exec, no signals and no network.
 */
#include <linux/filter.h>
#include <stdio.h>

#include "client/cage.h"
#include "proto/sys/filter.h"
#include "proto/sys/privs.h"

#define MEMORY_MB 512

/* Made by cagefilter.c, whose table says what it allows. */
static const struct sock_filter allowed[] = {
#include "client/cagefilter.h"
};

/* connect() takes a path that the filter cannot look at: hence root's chroot. */
int
cage_enter(int seats_fd)
{
	char path[32], *root = path;
	int r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", seats_fd);
#ifdef CODESYNC_NO_SECCOMP /* the leak checker wants /proc */
	root = NULL;
#endif
	if ((r = privs_limit(MEMORY_MB, 0, false, true)) < 0 ||
	    (r = privs_drop("edit", root, false)) < 0)
		return r;
	return filter_load(allowed, sizeof(allowed) / sizeof(allowed[0]));
}
