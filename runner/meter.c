/*
 * meter.c - a clock of the kernel's that children inherit. It goes on where they
 * run and keeps the time of those that have ended, which wait4 and /proc forget if
 * their parent does not wait for them (perf_event_open(2), `inherit`).
 */
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner/meter.h"

int
meter_open(pid_t pid)
{
	/* That it shall not count in the kernel is what lets an ordinary user
	 * have it; this clock does so nevertheless. */
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.inherit = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	return (int)syscall(
	    SYS_perf_event_open, &attr, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

bool
meter_read_ms(int meter, uint64_t *ms)
{
	uint64_t ns;

	if (meter < 0 || read(meter, &ns, sizeof(ns)) != (ssize_t)sizeof(ns))
		return false;
	*ms = ns / 1000000;
	return true;
}
