/*
 * service.h - a program that codesyncd keeps running: the hub, the runner, and
 * the relay.
 * It is started again when it ends, at once the first time and then with
 * growing pauses until it has stayed up for a while.
 */
#ifndef HOSTD_SERVICE_H
#define HOSTD_SERVICE_H

#include <stdbool.h>
#include <sys/types.h>

#include "proto/sys/loop.h"

struct service;

struct service_events {
	void (*started)(void *arg, int sock);
	void (*readable)(void *arg, int sock);
	/* FATAL: it ended with exit status 100, so it would fail again. */
	void (*ended)(void *arg, bool fatal);
	bool hurries; /* people wait for it, see spawn_hurry */
};

/* NAME for the log; PATH and ARGV (NULL-terminated) stay the caller's. The
 * program gets stderr as 1 and 2, and one end of a SEQPACKET pair as 3; the
 * other end is ours and its closing tells the program to end. */
int service_new(struct service **out, struct loop *loop, const char *name,
    const char *path, char *const *argv, const struct service_events *ev,
    void *arg);
void service_free(struct service *s);
void service_start(struct service *s);
/* Ask it to end and do not start it again. */
void service_stop(struct service *s);
void service_kill(struct service *s);      /* SIGKILL, if it still runs */
int service_sock(const struct service *s); /* -1: it is not running */
bool service_running(const struct service *s);
/* PID ended with STATUS: true if it was this one. */
bool service_reaped(struct service *s, pid_t pid, int status);

#endif
