/*
 * jobs.h - runs on their way through a runner: jobs.sock, on which runners ask
 * for work, and output.sock, on which they tell what became of it (job.h).
 */
#ifndef HOSTD_JOBS_H
#define HOSTD_JOBS_H

#include "hostd/room.h"

#define JOBS_PER_RUNNER 16
#define JOBS_BACKLOG 256           /* runs that wait for a runner */
#define JOBS_INPUT_MAX (64 * 1024) /* typed bytes that wait for the runner */
#define JOBS_HELD_MAX \
	(32 * 1024 * 1024)      /* bytes of files and input of waiting runs */
#define JOBS_NO_RUNNER_MS 10000 /* a queued run without any runner is lost */

/* Open the sockets and take up what the store says is under way. */
int jobs_open(struct hub *h);
void jobs_close(struct hub *h);

/* All that a program shall read: UTF-8, at most JOB_STDIN_MAX bytes. */
struct job_stdin {
	const uint8_t *text;
	size_t len;
};
/* SITE runs ROOM's program: *RUN and *REV are of its REC_RUN_START. Without IN
 * (NULL) its input is typed; where nobody is there to type, it ends at once.
 * CS_EBUSY: it is running already; CS_ESTATE: the room has ended; CS_EAGAIN:
 * JOBS_BACKLOG runs wait. */
int jobs_run(struct room *room, uint8_t site, const struct job_stdin *in,
    uint32_t *run, uint64_t *rev);
/* CS_ESTATE: nothing is running. */
int jobs_stop(struct room *room, uint8_t site);
bool jobs_busy(const struct room *room);

/* Who types what the program of ROOM reads; false: none is running. */
bool jobs_keyboard(const struct room *room, struct keyboard *k);
/* SITE does from now on. CS_ESTATE: nothing is running. */
int jobs_take(struct room *room, uint8_t site);
/* SITE has typed TEXT: whole lines, or with EOF the end. CS_ESTATE; CS_EAGAIN:
 * the run has not started; CS_EPERM: it is somebody else's line; CS_ECLOSED: the
 * input has ended; CS_ETOOBIG: more than JOBS_INPUT_MAX bytes would wait. */
int jobs_input(
    struct room *room, uint8_t site, const uint8_t *text, size_t len, bool eof);

/* The batch, as in room.h. */
void jobs_stage(struct hub *h);
void jobs_sent(struct hub *h);
void jobs_failed(struct hub *h);
void jobs_tick(struct hub *h, uint64_t now_ms);

/* Why the run RUN of the room with key ROOM ended as internal_error, as far as
 * this hub remembers; else "". Borrowed. */
const char *jobs_why(const struct hub *h, int64_t room, uint32_t run);

struct jobs_count {
	unsigned queued, running, runners;
};
void jobs_counts(const struct hub *h, struct jobs_count *n);

#endif
