/*
 * jobs.h - runs on their way through a runner: jobs.sock, on which runners ask
 * for work, and output.sock, on which they tell what became of it (job.h).
 */
#ifndef HOSTD_JOBS_H
#define HOSTD_JOBS_H

#include "hostd/room.h"

#define JOBS_PER_RUNNER 16
#define JOBS_HELD_MAX (32 * 1024 * 1024) /* bytes of files of waiting runs */
#define JOBS_NO_RUNNER_MS 10000 /* a queued run without any runner is lost */

/* Open the sockets and take up what the store says is under way. */
int jobs_open(struct hub *h);
void jobs_close(struct hub *h);

/* SITE runs ROOM's program: *RUN and *REV are of its REC_RUN_START. CS_EBUSY:
 * it is running already; CS_ESTATE: the room has ended. */
int jobs_run(struct room *room, uint8_t site, uint32_t *run, uint64_t *rev);
/* CS_ESTATE: nothing is running. */
int jobs_stop(struct room *room, uint8_t site);
bool jobs_busy(const struct room *room);

/* The batch, as in room.h. */
void jobs_stage(struct hub *h);
void jobs_sent(struct hub *h);
void jobs_failed(struct hub *h);
void jobs_tick(struct hub *h, uint64_t now_ms);

struct jobs_count {
	unsigned queued, running, runners;
};
void jobs_counts(const struct hub *h, struct jobs_count *n);

#endif
