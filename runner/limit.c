/*
 * limit.c - the kernel's limits, which are for one process each, so they are only
 * the outer wall: address space and data are some times the memory limit, which
 * also keeps shared memory and page tables small.
 */
#include <linux/sched/types.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner/limit.h"

#define MIB (1024ULL * 1024)
#define WARM_CPU_S 2
#define AS_MIN_MB 4096 /* threads reserve much and use little */

static int
set_one(int what, uint64_t soft, uint64_t hard)
{
	struct rlimit old, r = { soft, hard };

	if (getrlimit((__rlimit_resource_t)what, &old) != 0)
		return -1;
	if (r.rlim_max > old.rlim_max) /* ours may be tighter already */
		r.rlim_max = old.rlim_max;
	if (r.rlim_cur > r.rlim_max)
		r.rlim_cur = r.rlim_max;
	return setrlimit((__rlimit_resource_t)what, &r);
}

/* People's keys go before programs. Where the kernel does not group processes by
 * session, each of many busy ones would have as much of the machine as the hub:
 * that is what nice is for. And whoever wakes up need not wait until a program has
 * used up its slice if it asks for a shorter one, as everybody does; older kernels
 * (before 6.12) overlook that. */
static int
let_others_first(void)
{
	struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_nice = LIMIT_NICE,
		.sched_runtime = LIMIT_SLICE_NS,
	};

	return (int)syscall(SYS_sched_setattr, 0, &attr, 0);
}

int
limit_set(const struct run_limits *l, bool grouped, bool warm)
{
	uint64_t as_mb = (grouped ? 64ULL : 16ULL) * l->memory_mb;
	uint64_t data_mb = (grouped ? 64ULL : 2ULL) * l->memory_mb;
	uint64_t cpu_s = l->cpu_s + 1 + (warm ? WARM_CPU_S : 0);
	uint64_t processes;

	if (as_mb < AS_MIN_MB)
		as_mb = AS_MIN_MB;
	/* The sampler should be first; its verdict is the clearer one. */
	if (set_one(RLIMIT_CPU, cpu_s, cpu_s + 1) != 0 ||
	    set_one(RLIMIT_AS, as_mb * MIB, as_mb * MIB) != 0 ||
	    set_one(RLIMIT_DATA, data_mb * MIB, data_mb * MIB) != 0)
		return -1;
	/* Counted in our user namespace, where init is one more. A group is
	 * first: the fork that it refuses is nearly done and takes ten times as
	 * long, so a bomb leaves the kernel less to clean up, which it does
	 * without letting anybody else run (2 ms every 8 ms, measured). */
	processes = l->processes + (grouped ? l->processes : 1);
	if (set_one(RLIMIT_NPROC, processes, processes) != 0 ||
	    set_one(RLIMIT_FSIZE, l->files_mb * MIB, l->files_mb * MIB) != 0 ||
	    set_one(RLIMIT_NOFILE, LIMIT_FILES, LIMIT_FILES) != 0)
		return -1;
	/* 1, not 0: only 1 also stops a core_pattern that is a program. */
	if (set_one(RLIMIT_CORE, 1, 1) != 0 ||
	    set_one(RLIMIT_STACK, 8 * MIB, 8 * MIB) != 0 ||
	    set_one(RLIMIT_MEMLOCK, 0, 0) != 0 ||
	    set_one(RLIMIT_MSGQUEUE, 0, 0) != 0)
		return -1;
	if (set_one(RLIMIT_SIGPENDING, 256, 256) != 0)
		return -1;
	return let_others_first();
}
