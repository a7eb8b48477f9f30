/*
 * landlock.h - the second wall around a program: even if the mounts were wrong,
 * it could write nowhere but in its own places, and reach no socket and no
 * process outside.
 */
#ifndef RUNNER_LANDLOCK_H
#define RUNNER_LANDLOCK_H

/* Restrict this process for good, after no_new_privs. 0 also where the kernel
 * has no Landlock; -1 with errno. */
int landlock_enter(void);
/* The kernel's version of it, 0 for none. */
int landlock_version(void);

#endif
