/* search.h - when does a text appear in the files? Pure. */
#ifndef CLIENT_SEARCH_H
#define CLIENT_SEARCH_H

#include "client/fold.h"
#include "client/tape.h"

#define SEARCH_MAX 120 /* bytes of what is looked for */

/* Where it appeared: by which record, in which file. */
struct found {
	uint64_t rev;
	uint8_t file;
	size_t pos;
};

/* The first record of T after NOW's revision, and not after UNTIL, whose edit
 * made WHAT[LEN] (not empty) appear where it was not before. Without a capital
 * letter in it, capitals do not matter. 0 and *FOUND, CS_ENOTFOUND, CS_ENOMEM. */
int search_forward(const struct fold *now, const struct tape *t, uint64_t until,
    const char *what, size_t len, struct found *found);

#endif
