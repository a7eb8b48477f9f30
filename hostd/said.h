/*
 * said.h - chat and notes. They stand in the room's one log as everything does,
 * but not everybody may see each. So no editor gets their records: there is a
 * REC_HIDDEN in the place of each, and the text comes as MSG_SAID to those whom
 * it is for. Where in the log they are is kept in memory, so that a room where
 * nobody says anything costs what it did.
 */
#ifndef HOSTD_SAID_H
#define HOSTD_SAID_H

#include "hostd/room.h"

#define SAID_LAST 200 /* lines that who comes in is told */
#define SAID_MAX 4000 /* lines of one person */

/* What is known of ROOM's lines when it is loaded; and R is one more. */
int said_load(struct room *room);
void said_add(struct room *room, const struct record *r);

/* SITE says TEXT[LEN], which is trimmed. CS_EINVAL: it is then not 1 to SAY_MAX
 * bytes of UTF-8 without control characters; CS_ESTATE: the room has ended, and
 * this is not for the staff alone; CS_EFULL: SITE has said SAID_MAX lines. */
int room_say(struct room *room, uint8_t site, enum say_scope scope,
    const void *text, size_t len);

/* The revision after which M is told what was said, when it comes in. */
uint64_t said_begin(const struct room *room, const struct member *m);
/* The first line after *REV that M may see, as a message to the end of OUT, and
 * *REV is its revision: 1. 0: there is none, *REV is that of the last line. Or
 * the store's codes. */
int said_next(
    struct room *room, const struct member *m, uint64_t *rev, struct buf *out);

/* Are there lines among COUNT records from FIRST on? */
bool said_within(const struct room *room, uint64_t first, uint32_t count);
/* CHUNK's records after the revision AFTER up to UNTIL, with REC_HIDDEN for
 * lines if HIDE says so, to the end of OUT. CS_EFORMAT. */
int said_veil(const struct room *room, const struct buf *chunk, uint64_t after,
    uint64_t until, bool hide, struct buf *out);

#endif
