/*
 * room.h - the commands on rooms, and hostkey and stat, which are as simple.
 * Each takes the parsed command line and returns the exit status.
 */
#ifndef CLIENT_ROOM_H
#define CLIENT_ROOM_H

#include "client/cli.h"

int room_create(struct cli *c);
int room_list(struct cli *c);
int room_show(struct cli *c);
int room_invite(struct cli *c);
/* Make an invite as ARGS say, which are taken, and show it. MADE: NULL, or it, for
 * answer_release if 0 is returned. */
int room_invite_shown(
    struct cli *c, const char *id, struct json *args, struct answer *made);
int room_get(struct cli *c);
int room_put(struct cli *c);
int room_stop(struct cli *c);
int room_end(struct cli *c);
int room_reopen(struct cli *c);
int room_purge(struct cli *c);
int room_admit(struct cli *c);
int room_back(struct cli *c);
int room_kick(struct cli *c);
int room_role(struct cli *c);
int room_freeze(struct cli *c);
int room_thaw(struct cli *c);
int room_say(struct cli *c);
int room_note(struct cli *c);
int room_pause(struct cli *c);
int room_resume(struct cli *c);
int room_extend(struct cli *c);
int room_report(struct cli *c);
int host_key(struct cli *c);
int host_stat(struct cli *c);

/* Option OPTION, if it is given, as KEY of ARGS. */
void add_value(const struct cli *c, struct json *args, const char *option,
    const char *key);
/* The --file options: an entry each to LIST, their bytes to RAW. Returns an
 * exit status after having said why. */
int add_files(const struct cli *c, struct json *list, struct buf *raw);
/* Ask, then print the result as JSON or by SHOW (NULL: nothing). */
int ask_and_print(struct cli *c, const char *cmd, struct json *args,
    const struct buf *raw, void (*show)(const struct json *));

/* Append the text at PATH, "-" is standard input, to B: *LEN bytes, at most
 * TEXT_MAX. Returns an exit status after having said why. */
int room_read_path(
    const struct cli *c, const char *path, struct buf *b, size_t *len);
/* [A-Za-z0-9._-]{1,64}, and neither "." nor ".." */
bool file_name_valid(const char *name, size_t len);

#endif
