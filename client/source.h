/*
 * source.h - what an export is made of: the room as JSON, the head of its log,
 * and every record of it, as often as the format needs them. A room's log can be
 * longer than memory, so nobody keeps it.
 */
#ifndef CLIENT_SOURCE_H
#define CLIENT_SOURCE_H

#include <stdio.h>

#include "proto/msg.h"
#include "proto/sys/json.h"

/* What walking gives: people first, each as often as it changes. What RECORD
 * returns other than 0 ends it. */
struct source_reader {
	void (*person)(void *arg, const struct person *p); /* or NULL */
	int (*record)(void *arg, const struct record *r);
	void *arg;
};

struct source {
	const struct json *room; /* as `room show --json` */
	const struct json *head; /* as `room verify --json`, or NULL */
	uint64_t rev;            /* of the last record that is exported */
	/* Walk all of them, from the first one. Returns 0, what RECORD returned,
	 * or an exit status after having said why. */
	int (*walk)(struct source *s, const struct source_reader *reader);
	void *arg;
};

/* Write the export to TO; its own errors are TO's. Each returns 0, or what walk
 * did; or EXIT_FAILED after having said why. */
struct cli;
int bundle_write(const struct cli *c, struct source *s, FILE *to);
int files_write(const struct cli *c, struct source *s, FILE *to); /* a tar */
int cast_write(const struct cli *c, struct source *s, FILE *to);
int page_write(const struct cli *c, struct source *s, FILE *to);

#endif
