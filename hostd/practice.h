/*
 * practice.h - the runs of who waits in the lobby: of a text of their own, for
 * their own screen. Nothing of them is kept: not in the log, nor in the store.
 * One that runs is a job like any other (runs.h), of no room; what it prints
 * waits at the seat that has asked for it. That seat is found by the job's number,
 * as long as it waits outside; a job without one is stopped.
 */
#ifndef HOSTD_PRACTICE_H
#define HOSTD_PRACTICE_H

#include "hostd/jobs.h"

#define PRACTICE_REST_MS 1000 /* between two of one person's beginnings */
#define PRACTICE_AT_ONCE 4    /* with runners, of all */
#define PRACTICE_TURN_MS 8000 /* that one has its place while others wait */
#define PRACTICE_BACKLOG 64   /* that wait for one */

struct seat;

/* S, who waits in the lobby, runs TEXT, PRACTICE_REST_MS after its last one began
 * at the earliest. CS_EBUSY: that has not ended; CS_EAGAIN: PRACTICE_BACKLOG wait. */
int practice_run(struct seat *s, const uint8_t *text, size_t len);
/* Both: CS_ESTATE: nothing is running; and as jobs_input. */
int practice_stop(struct seat *s);
int practice_input(struct seat *s, const uint8_t *text, size_t len, bool eof);
/* What S was told of its run, or was yet to be told, is no more. */
void practice_forget(struct seat *s);

/* What is due to S of its run, into M, where the text is borrowed; false:
 * nothing. And it has been sent. */
bool practice_next(const struct seat *s, struct msg *m);
void practice_sent(struct seat *s);

#endif
