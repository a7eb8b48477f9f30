/*
 * cgroup.h - control groups, which hold a run as a whole: its memory with all
 * that it shares, and the number of its processes. Where none can be had the
 * limits of limit.h stand alone, and results say so by their tier.
 *
 * Version 2 needs a group that was delegated to us, as systemd does with
 * Delegate=yes; version 1 needs root at the start, who makes a group for us.
 */
#ifndef RUNNER_CGROUP_H
#define RUNNER_CGROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/job.h"

/* Find out what there is, before rights are given up and the root is changed:
 * groups will be made by the user UID, GID. */
void cgroup_open(uid_t uid, gid_t gid);
const char *cgroup_tier(void); /* "cgroup-v2", "cgroup-v1" or "rlimits" */

#define GROUP_DIRS 3
/* The group of a sandbox; all 0: there is none. With version 1 the sandboxes in
 * one slot have it one after the other, because of the stub that sits in it;
 * with version 2 each has one of its own, since a peak is not forgotten. */
struct group {
	int dirs
	    [GROUP_DIRS]; /* v1: of memory, pids, cpuacct; v2: one; else -1 */
	bool open;
	uint64_t ooms; /* of those before */
	char name[24];
};
/* Make one if it is not there, and set limits. 0, also where there are no
 * groups, or CS_EIO with errno. */
int group_open(struct group *g, const struct run_limits *l);
/* To begin in it by clone3: the version 2 directory, or -1. Version 1 has no
 * such thing, and moving a process there takes 10 ms: see stub.h. */
int group_dir(const struct group *g);
bool group_needs_stub(void);
/* Take PID, and all that it starts from now on. CS_EIO. */
int group_take(const struct group *g, pid_t pid);
/* Has the kernel ended a process in it for memory? And the most it has used, in
 * KiB, 0 if that is not known. */
bool group_is_out(const struct group *g);
uint64_t group_peak_kb(const struct group *g);
/* The processor time of all that has ever been in it. False: not known. */
bool group_cpu_ms(const struct group *g, uint64_t *ms);
/* A sandbox in it has ended: away with it, if it is not for the next one. */
void group_ended(struct group *g);
/* Everything in it has ended. */
void group_close(struct group *g);

#endif
