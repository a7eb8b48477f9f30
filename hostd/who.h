/*
 * who.h - who asks for something, and what that one may do. It is decided here,
 * from what the hub itself has found out, and nowhere else.
 */
#ifndef HOSTD_WHO_H
#define HOSTD_WHO_H

#include "hostd/room.h"
#include "hostd/secret.h"

#define SOURCE_SIZE 64 /* of a client's address */

enum who_kind {
	WHO_NOBODY,
	WHO_LOCAL, /* root, or the user that the host runs as */
	WHO_USER,  /* an account */
	WHO_SEAT   /* whoever has the code of one seat */
};

struct who {
	uint8_t kind; /* enum who_kind */
	bool admin;
	int64_t user; /* USER: the account's key */
	char name[USER_NAME_SIZE];
	char room[STORE_ID_SIZE]; /* SEAT */
	uint8_t site;
	char source[SOURCE_SIZE]; /* an address, or "local" */
};

/* What somebody can be to a room, from less to more. READ: it is there, and
 * what is in it but for what the staff keeps to itself. */
enum right { RIGHT_NONE, RIGHT_READ, RIGHT_STAFF };
/* What W is to the room that is called TYPED, whose ID it is, without loading
 * it. CS_ENOTFOUND: it is nothing to W, or there is none, which takes as long;
 * or the store's codes. */
int who_right(const struct who *w, struct store *s, const char *typed,
    char id[ROOM_ID_LEN + 1], enum right *has);
/* Is it W's own, or is W an admin? */
bool who_owns(const struct who *w, const struct room_row *row);

/* Are both the same account? What takes many turns has a share for each. */
bool who_same(const struct who *a, const struct who *b);

/* How W stands in logs: "@local", "@ann", "r-7f3k2/C" (of ROOM, or NULL) into
 * DST. */
#define WHO_LABEL_SIZE (STORE_ID_SIZE + LABEL_SIZE)
void who_label(
    const struct who *w, const struct room *room, char dst[WHO_LABEL_SIZE]);
/* The site that stands in ROOM's log for what W does by command; an account
 * gets one of its own, "@NAME", with its first: then 1 is returned, else 0 or
 * room_seat_add's codes. */
int who_site(const struct who *w, struct room *room, uint8_t *site);

#endif
