/*
 * stub.h - a process that sits in a control group and makes the init of each
 * sandbox there, because only what is born in a group of version 1 is in it at
 * once: to move a living process takes the kernel some 10 ms.
 */
#ifndef RUNNER_STUB_H
#define RUNNER_STUB_H

#include "runner/box.h"
#include "runner/cgroup.h"

struct stub { /* all 0: there is none */
	pid_t pid;
	int sock;
};

/* Start one in G. KNOWN: what is the same for all that it will make (the filter;
 * grouped). CS_EIO with errno. */
int stub_start(
    struct stub *s, const struct group *g, const struct box_plan *known);
/* As box_clone: the init is our child. */
pid_t stub_clone(
    struct stub *s, const struct box_plan *p, int control, int *pidfd);
void stub_stop(struct stub *s);

#endif
