/*
 * privs.c - giving up rights. The ids of all roles are looked up together and
 * once, because after chroot and setuid nobody can ask for them any more. They are
 * accounts of this machine and looked up in its own file: what else getpwnam asks
 * would take each editor some time to start and 100 KiB for ever.
 */
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/privs.h"

/* Where distributions give out no accounts: between the range for people and
 * the one for dynamic users. */
#define FALLBACK_BASE 61600

#define ACCOUNTS "/etc/passwd"
#define PREFIX "codesync-"

/* A build to be checked by sanitizers or valgrind: their shadow is terabytes of
 * space, and the leak checker is a process that attaches to ours. */
#ifdef CODESYNC_NO_SECCOMP
#define CHECKED true
#else
#define CHECKED false
#endif

static struct role_ids {
	const char *name;
	uid_t uid;
	gid_t gid;
} roles[] = { { "hub", 0, 0 }, { "session", 0, 0 }, { "edit", 0, 0 },
	{ "runner", 0, 0 }, { "relay", 0, 0 } };

#define NROLES (sizeof(roles) / sizeof(roles[0]))

/* The role of the account NAME, or NULL. */
static struct role_ids *
role_of(const char *name)
{
	for (size_t i = 0; i < NROLES; i++)
		if (strncmp(name, PREFIX, sizeof(PREFIX) - 1) == 0 &&
		    strcmp(name + sizeof(PREFIX) - 1, roles[i].name) == 0)
			return &roles[i];
	return NULL;
}

static void
look_up(void)
{
	static bool done;
	const struct passwd *pw;
	struct role_ids *role;
	FILE *file;

	if (done)
		return;
	done = true;
	for (size_t i = 0; i < NROLES; i++) {
		roles[i].uid =
		    geteuid() != 0 ? getuid() : FALLBACK_BASE + (uid_t)i;
		roles[i].gid =
		    geteuid() != 0 ? getgid() : FALLBACK_BASE + (gid_t)i;
	}
	if (geteuid() != 0 || (file = fopen(ACCOUNTS, "re")) == NULL)
		return;
	while ((pw = fgetpwent(file)) != NULL)
		if ((role = role_of(pw->pw_name)) != NULL) {
			role->uid = pw->pw_uid;
			role->gid = pw->pw_gid;
		}
	fclose(file);
}

void
privs_ids(const char *name, uid_t *uid, gid_t *gid)
{
	look_up();
	for (size_t i = 0; i < NROLES; i++)
		if (strcmp(roles[i].name, name) == 0) {
			*uid = roles[i].uid;
			*gid = roles[i].gid;
			return;
		}
	log_err("no role is called %s", name);
	abort();
}

static int
drop_capabilities(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
		0 };
	struct __user_cap_data_struct data[2];

	memset(data, 0, sizeof(data));
	return (int)syscall(SYS_capset, &head, data);
}

/* The bounding set can only shrink while we still may. */
static int
drop_bounding_set(void)
{
	for (int cap = 0; cap < 64; cap++)
		if (prctl(PR_CAPBSET_READ, cap) == 1 &&
		    prctl(PR_CAPBSET_DROP, cap) != 0)
			return -1;
	return 0;
}

static int
change_root(const char *dir, bool keep_cwd)
{
	if (keep_cwd)
		return chroot(dir);
	return chdir(dir) == 0 && chroot(".") == 0 && chdir("/") == 0 ? 0 : -1;
}

static int
become(const char *name, const char *root_dir, bool keep_cwd)
{
	uid_t uid;
	gid_t gid;

	privs_ids(name, &uid, &gid);
	if (root_dir != NULL && change_root(root_dir, keep_cwd) != 0)
		return -1;
	if (setgroups(0, NULL) != 0 || drop_bounding_set() != 0 ||
	    setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0 ||
	    drop_capabilities() != 0)
		return -1;
	/* trust is good; a kernel that let us back would be a surprise */
	return setuid(0) == 0 || setgid(0) == 0 ? -1 : 0;
}

int
privs_drop(const char *name, const char *root_dir, bool keep_cwd)
{
	/* 1, not 0: only 1 also stops a core_pattern that is a program. */
	const struct rlimit none = { 1, 1 };

	look_up();
	if (geteuid() == 0 && become(name, root_dir, keep_cwd) != 0) {
		log_err("the rights of a %s cannot be taken on: %m", name);
		return CS_EIO;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_DUMPABLE, CHECKED, 0, 0, 0) != 0)
		return CS_EIO;
	return 0;
}

static int
limit(int resource, rlim_t value)
{
	const struct rlimit rl = { value, value };

	return setrlimit((__rlimit_resource_t)resource, &rl);
}

int
privs_limit(unsigned as_mb, unsigned nofile, bool no_files, bool no_procs)
{
	int r = 0;

	if (as_mb != 0 && !CHECKED)
		r |= limit(RLIMIT_AS, (rlim_t)as_mb << 20);
	if (nofile != 0)
		r |= limit(RLIMIT_NOFILE, nofile);
	if (no_files)
		r |= limit(RLIMIT_FSIZE, 0);
	if (no_procs && !CHECKED)
		r |= limit(RLIMIT_NPROC, 0);
	return r == 0 ? 0 : CS_EIO;
}
