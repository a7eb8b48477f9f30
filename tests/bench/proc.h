/* proc.h - what /proc says about processes, for benchmarks. */
#ifndef TESTS_BENCH_PROC_H
#define TESTS_BENCH_PROC_H

#include <sys/types.h>

/* Proportional memory; NAN when it may not be read. */
double proc_pss_kib(pid_t pid);
/* The children of PID, into V[MAX]; how many. */
int proc_children(pid_t pid, pid_t *v, int max);
/* CPU time of PID, and of the children that it has waited for. */
double proc_cpu_ms(pid_t pid);
/* CPU time of PID alone, as exactly as the scheduler knows it. */
double proc_run_ms(pid_t pid);
/* Its program's name (at most 15 bytes) into DST[16]; "" when it has ended. */
void proc_name(pid_t pid, char dst[16]);

#endif
