/*
 * report.h - what a room was: who typed, pasted and ran how much, when, and who
 * was away. It is a fold of the room's log from its beginning, done a few
 * milliseconds a turn, for `room report` and for the summary that the staff
 * sees when the room has ended.
 */
#ifndef HOSTD_REPORT_H
#define HOSTD_REPORT_H

#include "hostd/room.h"

/* At a time; then the next one is refused. */
#define REPORTS_MAX 16
#define REPORTS_EACH 4 /* the same for one account */
/* Of each list in an answer; what is beyond is counted, not listed. */
#define REPORT_LIST_MAX 1000
#define REPORT_NOTES_BYTES (256 * 1024)

/* Have ROOM's summary made, unless it is there, or on its way, or cannot be. It
 * becomes ROOM->summary.bytes, a MSG_SUMMARY. */
void report_summary(struct room *room);
/* Have it found out what was typed in ROOM until now (measure.h), unless that is
 * known, or on its way. */
void report_typed(struct room *room);
/* Fold on until UNTIL_MS. True: there is more to do. */
bool reports_work(struct hub *h, uint64_t until_ms);
void reports_close(struct hub *h);

#endif
