/*
 * privs.h - giving up rights. What is only possible as root is skipped for an
 * ordinary user, who has less to give up.
 */
#ifndef PROTO_SYS_PRIVS_H
#define PROTO_SYS_PRIVS_H

#include <stdbool.h>
#include <sys/types.h>

/* The user and group ids that role NAME ("hub", "session", "edit", "runner",
 * "relay") has when the daemon is root: those of the system user "codesync-NAME", else
 * fixed ones from the dynamic range (61600 + n), so that a fresh machine needs
 * no setup. As an ordinary user: our own ids. */
void privs_ids(const char *name, uid_t *uid, gid_t *gid);
/* As root: chroot(ROOT_DIR) unless NULL, drop groups, become NAME's ids, give
 * up all capabilities. Always: no_new_privs, not dumpable, no core files.
 * KEEP_CWD: the working directory stays outside the chroot. Failing is fatal
 * to the caller: CS_EIO means exit. */
int privs_drop(const char *name, const char *root_dir, bool keep_cwd);
/* Hard limits; 0 leaves one as it is. */
int privs_limit(unsigned as_mb, unsigned nofile, bool no_files, bool no_procs);

#endif
