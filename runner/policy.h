/* policy.h - which system calls a program in the sandbox may make. */
#ifndef RUNNER_POLICY_H
#define RUNNER_POLICY_H

#include <stdbool.h>
#include <stddef.h>

/* The filter as a BPF program: 0 or an error. The caller frees *PROG. SHARED: the
 * host's user is the other sandboxes', too, and so is what the kernel counts by
 * user. */
int policy_compile(bool shared, void **prog, size_t *len);
/* Install it on the calling thread, which must have no_new_privs. Calls that no
 * honest program makes wait for an answer on the returned listener. Where
 * listeners cannot be had they kill, and -1 is returned; -2 is a failure.
 * Safe between fork and exec. */
int policy_install(void *prog, size_t len);
/* Take one call from LISTENER: its name into DST. 0, or CS_EAGAIN when its
 * caller died meanwhile. It is never answered: the run has to be killed, and
 * the listener kept open until it is dead, else the call would return. */
int policy_blocked(int listener, char *dst, size_t size);

#endif
