/*
 * cell.h - what is said between who wants a program run (codesync-runner, or
 * codesync-jail by itself) and the spawner, which builds the sandboxes: one
 * SEQPACKET socket, messages of one size, and descriptors beside them.
 *
 *	CELL_POOL   keep COUNT sandboxes ready, in which ARGS have been started and
 *	            wait for FILE to be written
 *	CELL_RUN    run ARGS as ID with LIMITS, if WARM also in a sandbox that is
 *	            ready; with a descriptor of its files, see bundle.h. Answered by CELL_STARTED and CELL_ENDED, or by the
 *	            latter alone
 *	CELL_KILL   end the run ID, with VERDICT
 *	CELL_READY  by the spawner, first of all: RESULT.tier is what holds runs,
 *	            and WHY, if not empty, why there will be none; COUNT is the first
 *	            of the host's users that sandboxes are, 0 if they are all one
 *	CELL_STARTED  ID, WARM; with descriptors: to its standard input, from its
 *	            standard output, from its standard error
 *	CELL_WAITING  ID: WAITING for input, or not any more
 *	CELL_ENDED  ID, RESULT; WHY, if it is VERDICT_INTERNAL
 */
#ifndef RUNNER_CELL_H
#define RUNNER_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/job.h"
#include "runner/bundle.h"

#define CELL_ARGS_SIZE 4096
#define CELL_ARGC_MAX 64
#define CELL_WHY_SIZE JOB_WHY_SIZE
#define CELL_FDS 4

enum cell_type {
	CELL_POOL = 1,
	CELL_RUN,
	CELL_KILL,
	CELL_READY,
	CELL_STARTED,
	CELL_WAITING,
	CELL_ENDED
};

struct cell_msg {
	uint32_t type, count, idle_s; /* idle: the longest wait for input */
	uint64_t id;
	struct run_limits limits;
	bool warm, waiting;
	uint8_t verdict;
	uint32_t argc;
	char args[CELL_ARGS_SIZE]; /* each ends with a NUL */
	char file[65];
	struct run_result result;
	char why[CELL_WHY_SIZE];
};

void cell_msg_init(struct cell_msg *m, enum cell_type type, uint64_t id);
/* ARGV into M; CS_ETOOBIG. */
int cell_args(struct cell_msg *m, char *const *argv);
/* And back: ARGV[CELL_ARGC_MAX + 1] points into M. CS_EFORMAT. */
int cell_argv(struct cell_msg *m, char **argv);
/* Send M with NFDS descriptors, which stay ours. CS_EAGAIN, CS_ECLOSED. */
int cell_send(int sock, const struct cell_msg *m, const int *fds, int nfds);
/* Receive one: 1, or 0 when the other end is gone, CS_EAGAIN, CS_EFORMAT. The
 * descriptors in FDS[CELL_FDS], close-on-exec, are the caller's; the rest of
 * FDS is -1. */
int cell_recv(int sock, struct cell_msg *m, int fds[CELL_FDS]);

#endif
