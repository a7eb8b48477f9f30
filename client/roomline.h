/*
 * roomline.h - a room as one line of the list of rooms (rooms.h), on stdout.
 */
#ifndef CLIENT_ROOMLINE_H
#define CLIENT_ROOMLINE_H

#include <stdbool.h>

#include "proto/sys/json.h"

struct roomline {
	int cols;       /* of the terminal; the last one stays free */
	bool coded;     /* there are codes to be shown */
	char today[25]; /* the time, as time_rfc3339 has it */
};

/* What the columns are. */
void roomline_head(const struct roomline *l);
/* ROOM, as the host tells it, behind MARK, with the CODE that leads in, or NULL. */
void roomline_put(const struct roomline *l, const struct json *room,
    const char *mark, const char *code);
/* Does its id, title, state or one of its people's names hold TEXT, in whatever
 * case of ASCII letters? */
bool roomline_holds(const struct json *room, const char *text);
/* How many of ROOM's people are in STATE, or all with NULL. */
size_t roomline_people(const struct json *room, const char *state);

#endif
