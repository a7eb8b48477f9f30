/* advice.c - the settings that forbid user namespaces, as a table. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runner/advice.h"

#define NAMESPACES_MIN 64 /* two for each sandbox, and some for others */

static const struct {
	const char *file; /* below /proc/sys */
	long least, most; /* what it may be */
	const char *setting;
	const char *instead; /* a finer remedy, or "" */
} settings[] = {
	{ "kernel/unprivileged_userns_clone", 1, LONG_MAX,
	    "kernel.unprivileged_userns_clone=1", "" },
	{ "user/max_user_namespaces", NAMESPACES_MIN, LONG_MAX,
	    "user.max_user_namespaces=10000", "" },
	{ "kernel/apparmor_restrict_unprivileged_userns", 0, 0,
	    "kernel.apparmor_restrict_unprivileged_userns=0",
	    "; or, for codesync-jail alone, a file in /etc/apparmor.d with "
	    "`profile codesync-jail " LIBEXECDIR
	    "/codesync-jail flags=(unconfined) { userns, }`, and `systemctl "
	    "reload apparmor`" },
};

/* The number in FILE, or FALLBACK where it is not there. */
static long
read_setting(int proc, const char *file, long fallback)
{
	char path[80], text[32];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "sys/%s", file);
	if ((fd = openat(proc, path, O_RDONLY | O_CLOEXEC)) < 0)
		return fallback;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0 ? strtol(text, NULL, 10) : fallback;
}

bool
advice_userns(int proc, char *now, size_t size, char *keep)
{
	long v;

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		v = read_setting(proc, settings[i].file, settings[i].least);
		if (v >= settings[i].least && v <= settings[i].most)
			continue;
		snprintf(now, size,
		    "as root: sysctl -w %s (user namespaces are forbidden)",
		    settings[i].setting);
		if (keep != NULL)
			snprintf(keep, ADVICE_SIZE,
			    "as root: `%s` into /etc/sysctl.d/codesync.conf, "
			    "and `sysctl --system`%s",
			    settings[i].setting, settings[i].instead);
		return true;
	}
	return false;
}
