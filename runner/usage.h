/* usage.h - what a run uses, and whether it waits for input. */
#ifndef RUNNER_USAGE_H
#define RUNNER_USAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

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
