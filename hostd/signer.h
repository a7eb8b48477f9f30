/*
 * signer.h - codesyncd's part in signing the head of a log: the hub asks, a
 * process of its own (sign.h) that has the host's keys answers, and goes.
 */
#ifndef HOSTD_SIGNER_H
#define HOSTD_SIGNER_H

#include <stdbool.h>
#include <sys/types.h>

#include "hostd/monitor.h"
#include "proto/sys/loop.h"

struct signer;
struct signer_config {
	struct loop *loop;
	const char *session;   /* the program */
	const char *empty_dir; /* where it goes */
	int keys_fd;
	void (*answer)(const struct mon_msg *m); /* HUB_SIGNED */
};

/* CONFIG's strings stay the caller's. */
void signer_new(struct signer **out, const struct signer_config *config);
void signer_free(struct signer *s);
/* Have M (HUB_SIGN) answered. One is at work at a time: while it is, and if it
 * fails, there is no answer, and the hub asks again. */
void signer_ask(struct signer *s, const struct mon_msg *m);
/* PID ended: true if it was the signer's. */
bool signer_reaped(struct signer *s, pid_t pid);

#endif
