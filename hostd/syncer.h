/*
 * syncer.h - a thread that makes what was committed survive a loss of power. The
 * disk takes some milliseconds for that, in which no key should wait. Commits are
 * safe from everything else without it.
 */
#ifndef HOSTD_SYNCER_H
#define HOSTD_SYNCER_H

struct syncer;

/* For the file at PATH, which exists, and stays the same file until syncer_close.
 * CS_EIO. */
int syncer_open(struct syncer **out, const char *path);
/* What was written until now shall be on the disk soon. */
void syncer_want(struct syncer *s);
/* NULL is nothing to close. What was wanted is done. */
void syncer_close(struct syncer *s);

#endif
