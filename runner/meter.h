/* meter.h - the processor time of a sandbox for which no control group counts it. */
#ifndef RUNNER_METER_H
#define RUNNER_METER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Begin to count what PID and all that it starts from now on use: the living, and
 * those that have ended and that nobody has waited for. The descriptor, or -1
 * where the kernel does not let us (kernel.perf_event_paranoid above 2). */
int meter_open(pid_t pid);
/* What it has counted. False: not known; METER -1 never is. */
bool meter_read_ms(int meter, uint64_t *ms);

#endif
