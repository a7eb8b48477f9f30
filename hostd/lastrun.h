/*
 * lastrun.h - a room's last run, as the output pane of who comes in shows it.
 * It is made of the log's records alone. Pure.
 */
#ifndef HOSTD_LASTRUN_H
#define HOSTD_LASTRUN_H

#include "proto/msg.h"
#include "proto/record.h"

struct last_run {
	uint64_t rev;    /* of its beginning; 0: there was none */
	struct output o; /* text is not used */
	struct buf text; /* its newest bytes, RECORD_TEXT_MAX at most */
};

/* RUN is zeroed. */
void last_run_init(struct last_run *run);
void last_run_release(struct last_run *run);
/* The next record of the log, of any kind. */
void last_run_note(struct last_run *run, const struct record *r);

#endif
