/* show.h - results for people: short aligned lines on stdout. */
#ifndef CLIENT_SHOW_H
#define CLIENT_SHOW_H

#include <stddef.h>

#include "proto/sys/json.h"

/* Write S (NULL: "") without what would disturb a terminal, and cut or padded
 * to COLS columns (0: neither). */
void show_text(const char *s, size_t cols);
void show_rooms(const struct json *rooms);
void show_room(const struct json *room);
void show_counts(const struct json *o); /* its numbers */
/* INVITE into ROOM on HOST, as a block to paste into a mail: at most 12 lines
 * of at most 72 columns; and that of a room that was just created. */
void show_invite(const struct json *room, const struct json *host,
    const struct json *invite);
void show_created(const struct json *room);
void show_hostkey(const struct json *o);
/* Numbers, a line each; PROMETHEUS: in its text format. */
void show_stat(const struct json *o, bool prometheus);

#endif
