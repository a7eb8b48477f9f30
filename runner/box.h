/*
 * box.h - the inside of one sandbox: namespaces of its own, init (pid 1) and the
 * program. The spawner makes it and hears from it by messages.
 *
 *	spawner: BOX_MAPPED   init: BOX_READY, when a warm program waits, with
 *	         the time that it has used
 *	spawner: BOX_GO, with the run's files     BOX_START, with the filter's
 *	         listener, when the program is about to be executed; BOX_TAKEN,
 *	         when a warm one has begun to read its file; BOX_EXIT when it has
 *	         ended; or BOX_FAILED at any time
 */
#ifndef RUNNER_BOX_H
#define RUNNER_BOX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/job.h"

#define BOX_ID 1000 /* user and group inside; also in /etc/passwd there */
#define BOX_TEXT_SIZE 240

struct box_plan {
	const struct run_limits *limits;
	char *const *argv; /* the program, looked up in the PATH inside */
	const char *file;  /* warm: it is started now, and waits for this file
			      to be written. NULL: it is started with its files */
	int std[3];        /* become its standard descriptors */
	unsigned names;    /* of the last two of them, for box_name */
	void *filter;      /* from policy_compile */
	size_t filter_len;
	int uid;      /* it is this user of the spawner's namespace */
	bool grouped; /* a control group holds it: its own limits are wider */
	int group;    /* the cgroup v2 directory that it begins in, or -1 */
};

#define BOX_PATH_SIZE 32
/* Where the spawner has the FIFO that is the program's descriptor STD (1 or 2),
 * in PATH, which is returned. Inside it is /dev/stdout or /dev/stderr. */
const char *box_name(char path[BOX_PATH_SIZE], unsigned names, int std);

enum box_type {
	BOX_MAPPED,
	BOX_GO,
	BOX_READY,
	BOX_START,
	BOX_TAKEN,
	BOX_EXIT,  /* status, as by wait, and what it and its children used */
	BOX_FAILED /* the sandbox cannot be had: text says why */
};
struct box_msg {
	uint32_t type;
	int32_t status;
	uint32_t cpu_ms, memory_kb;
	char text[BOX_TEXT_SIZE];
};

/* Start init in namespaces of its own; STD and CONTROL become its. It is a child
 * of ours, or if SIBLING of our parent. Killing it kills everything inside, and
 * so does the end of its parent. Its pid, and a descriptor of it in *PIDFD, or -1
 * with errno. */
pid_t box_clone(
    const struct box_plan *p, int control, bool sibling, int *pidfd);
/* Let INIT, whose parent we are, begin: it waits until it is mapped to the
 * plan's user by way of PROC, the host's /proc. CS_EIO with errno. */
int box_begin(const struct box_plan *p, int proc, pid_t init, int control);

#endif
