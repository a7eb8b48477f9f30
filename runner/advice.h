/*
 * advice.h - what on this machine forbids sandboxes, and how to mend it, in
 * words that an administrator can type.
 */
#ifndef RUNNER_ADVICE_H
#define RUNNER_ADVICE_H

#include <stdbool.h>
#include <stddef.h>

#define ADVICE_SIZE 400

/* Which setting forbids user namespaces to ordinary users, by the host's /proc,
 * open at PROC. False: none that is known. Else true, with what to do now in
 * NOW[SIZE] and, unless it is NULL, how to keep it in KEEP[ADVICE_SIZE]. */
bool advice_userns(int proc, char *now, size_t size, char *keep);

#endif
