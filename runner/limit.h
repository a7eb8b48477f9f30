/*
 * limit.h - what a run may use: what the kernel enforces for each process, and
 * a sampler of what the whole run uses.
 */
#ifndef RUNNER_LIMIT_H
#define RUNNER_LIMIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/job.h"

#define LIMIT_INODES 2048 /* of each writable file system */
#define LIMIT_NICE 19     /* people's keys go before programs */

/* In the program's process before exec; 0 or -1 with errno. GROUPED: a control
 * group holds the run's memory. WARM: it uses time before it is let go. */
int limit_set(const struct run_limits *l, bool grouped, bool warm);

struct usage {
	uint64_t cpu_ms, memory_kb;
	uint64_t sockets_kb; /* what all its sockets may hold at most */
	bool reading;        /* someone waits for standard input */
};
/* What INIT and everything under it uses now, by the host's /proc, open at PROC.
 * OVER_KB: shared memory is only told apart (which takes time) when the simple
 * sum is above it; 0: memory and sockets are not looked at. INPUT: the inode of the pipe that
 * is the run's standard input. */
void usage_sample(
    int proc, pid_t init, uint64_t over_kb, uint64_t input, struct usage *u);

#endif
