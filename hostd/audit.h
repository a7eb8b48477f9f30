/*
 * audit.h - the trail: who did what to whom, from where, and with what result.
 * It is kept in the store, which lets nobody change or remove a line of it, and
 * a line is in the same transaction as what it tells. No secrets, and nothing
 * that was written in a room.
 */
#ifndef HOSTD_AUDIT_H
#define HOSTD_AUDIT_H

#include "hostd/who.h"

#define AUDIT_TEXT_SIZE 129   /* of each part; longer ones are cut */
#define AUDIT_PAGE 5000       /* lines that are answered at once */
#define AUDIT_DENIALS 64      /* sources whose denials are counted singly ... */
#define AUDIT_DENIAL_MS 60000 /* ... and told once in that time */

/* W did ACTION ("sign in", "room admit") to TARGET (a room, a seat "r-7f3k2/C",
 * an account, a fingerprint, or ""). RESULT: "ok", or a word for why not. A kind
 * of WHO_NOBODY is told by w->name, as typed. */
void audit_add(struct hub *h, const struct who *w, const char *action,
    const char *target, const char *result);
/* The same for what was refused and may come a thousand times: from one source
 * and who, one line a minute says it, and one how many more there were. */
void audit_denied(struct hub *h, const struct who *w, const char *action,
    const char *target, const char *result);
/* Who sits at SITE of ROOM did ACTION to TARGET, from its editor; what was
 * refused is as in audit_denied. */
void audit_seat(const struct room *room, uint8_t site, const char *action,
    const char *target, const char *result);
/* What the hub itself does, or goes on with, for WHO from SOURCE. */
void audit_line(struct hub *h, const char *who, const char *source,
    const char *action, const char *target, const char *result);
/* Time passes: what was counted is told, and lines that are older than conf's
 * audit_days are removed, some at a time. */
void audit_tick(struct hub *h, uint64_t now_ms);
void audit_close(struct hub *h); /* what was only counted is told */

struct audit_row {
	int64_t key;
	uint64_t at_ms;
	char who[AUDIT_TEXT_SIZE], source[SOURCE_SIZE], action[AUDIT_TEXT_SIZE],
	    target[AUDIT_TEXT_SIZE], result[AUDIT_TEXT_SIZE];
};
/* The first AUDIT_PAGE lines after the one with the key AFTER that are not from
 * before SINCE_MS: *ROWS is the caller's to free. The store's codes. */
int audit_read(struct store *s, int64_t after, uint64_t since_ms,
    struct audit_row **rows, size_t *n);

#endif
