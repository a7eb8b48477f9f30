/* limit.h - what the kernel lets each process of a run use. */
#ifndef RUNNER_LIMIT_H
#define RUNNER_LIMIT_H

#include <stdbool.h>

#include "proto/job.h"

#define LIMIT_FILES 256          /* a process has open */
#define LIMIT_INODES 2048        /* of each writable file system */
#define LIMIT_NICE 19            /* the least */
#define LIMIT_SLICE_NS 100000000 /* the longest */

/* In the program's process before exec; 0 or -1 with errno. GROUPED: a control
 * group holds the run's memory. WARM: it uses time before it is let go. */
int limit_set(const struct run_limits *l, bool grouped, bool warm);

#endif
