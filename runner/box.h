/*
 * box.h - the inside of one sandbox: namespaces of its own, init (pid 1) and the
 * program. The spawner makes it and hears from it by messages.
 *
 *	spawner: BOX_MAPPED   init: BOX_READY, when a warm program waits, with
 *	         the time that it has used
 *	spawner: BOX_GO, with the run's files     BOX_START, with the filter's
 *	         listener, when the program is about to be executed; BOX_EXIT
 *	         when it has ended; or BOX_FAILED at any time
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
	void *filter;      /* from policy_compile */
	size_t filter_len;
	int uid;      /* it is this user of the spawner's namespace */
	bool grouped; /* a control group holds it: its own limits are wider */
	int group;    /* the cgroup v2 directory that it begins in, or -1 */
};

enum box_type {
	BOX_MAPPED,
	BOX_GO,
	BOX_READY,
	BOX_START,
	BOX_EXIT,  /* status, as by wait, and what it and its children used */
	BOX_FAILED /* the sandbox cannot be had: text says why */
};
struct box_msg {
	uint32_t type;
	int32_t status;
	uint32_t cpu_ms, memory_kb;
	char text[BOX_TEXT_SIZE];
};

/* Start init in namespaces of its own. *INIT is its pid, *PIDFD a descriptor of
 * it, *CONTROL the SEQPACKET socket to it; killing it kills everything inside,
 * and so does the end of this process. PROC: the host's /proc. It waits for
 * box_begin. 0, or CS_EIO with errno set. */
int box_start(
    const struct box_plan *p, int proc, pid_t *init, int *pidfd, int *control);
int box_begin(int control);

#endif
