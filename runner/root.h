/*
 * root.h - the root directory of every sandbox: made once, by the spawner, who
 * lives in it; sandboxes inherit it and put their own writable places on it.
 */
#ifndef RUNNER_ROOT_H
#define RUNNER_ROOT_H

#include <stddef.h>

/* The spawner's own place for FIFOs: where each sandbox has a /tmp of its own, so
 * that none sees it. */
#define ROOT_FIFOS "/tmp"
#define ROOT_USERS 64 /* sandboxes with a user of their own */

/* What is writable inside, each a file system of its own, with these options. */
struct root_place {
	const char *path, *mode;
	unsigned long flags; /* beside MS_NOSUID and MS_NODEV */
};
extern const struct root_place root_places[];
extern const size_t root_nplaces;

/* As root, before rights are given up: a process that will map users for
 * root_enter, and the descriptor to it. Each sandbox can then be a user of its
 * own, so that what the kernel counts by user is not shared. -1 for an ordinary
 * user, or with errno. */
int root_mapper(void);
/* Become a user of a new user namespace, with a mount namespace in which / is
 * the root described above, read-only, and nothing else is left. MAPPER: from
 * root_mapper, or -1. 0, or CS_EIO with what failed in WHY[SIZE]. */
int root_enter(int mapper, char *why, size_t size);
/* The first of the host's users that sandboxes are, one each of ROOT_USERS; 0:
 * they are all the spawner's own. */
unsigned root_users(void);
/* The user, in that namespace, for the sandbox in SLOT. */
int root_user(unsigned slot);

#endif
